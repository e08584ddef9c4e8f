"""Characters that a terminal or a page obeys in place of showing them, and how they are shown.

Such characters are refused in the names of variables. Texts (titles, labels, justifications, sources) keep them, so that a
file read and written again has the same data; wherever a text is shown, each of them is shown by its code point: [U+001B].
"""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["json_text", "obeyed_in", "visible"]

_OBEYED = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, escape among them; not the tab and the end of a line
    "\xad\u034f\u061c\u115f\u1160\u180e\u3164\uffa0"  # not seen
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # no width; new lines; the direction of writing
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # signs of musical and other notations; tags
)
_HALVES = "\ud800-\udfff"
# The two joiners belong to the spelling of several languages and to some emoji, and have no meaning beside ASCII.
_JOINERS = "\u200c\u200d"
_SHOWN_BY_CODE = re.compile(
    f"[{_OBEYED}{_HALVES}]|(?<![^\x00-\x7f])[{_JOINERS}]|[{_JOINERS}](?![^\x00-\x7f])"
)
_NOT_IN_NAMES = re.compile(f"[\t\n{_OBEYED}{_HALVES}{_JOINERS}]")


def visible(text: str) -> str:
    """A text in which each character that would be obeyed, or not be seen, is shown by its code point; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    return _SHOWN_BY_CODE.sub(lambda found: _code(found[0]), text.replace("\r\n", "\n"))


def obeyed_in(name: str) -> list[str]:
    """The code points of the characters that a name may not have, each once: ``["U+001B"]``."""
    return [_code(letter)[1:-1] for letter in dict.fromkeys(_NOT_IN_NAMES.findall(name))]


def json_text(value: Any, **options: Any) -> str:
    """JSON on indented lines, in which characters that would be obeyed are escaped, and all others written as they are."""
    written = json.dumps(value, indent=2, ensure_ascii=False, **options)
    return re.sub(f"[{_OBEYED}{_JOINERS}]", lambda found: json.dumps(found[0])[1:-1], written)


def _code(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"
