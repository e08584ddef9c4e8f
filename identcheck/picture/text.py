"""Text in the picture: wrapping captions, estimating widths, reading subscripts.

No font is at hand when the picture is laid out, so widths are estimated on the generous
side: boxes must hold their text in any sans-serif face and in Latin Modern.
"""

import re
import textwrap
import unicodedata
from collections.abc import Sequence

from identcheck.picture.values import Run, Shift

NAME_SIZE, CAPTION_SIZE, LABEL_SIZE, SCRIPT_SIZE = 13.0, 11.0, 14.0, 10.0
NAME_LINE, CAPTION_LINE = 16.0, 13.5
LEGEND_SIZE, LEGEND_LINE = 10.5, 15.0

_LONGEST_WORD = 30
_NARROW = frozenset("ijl.,;:'|!I ")
_MEDIUM = frozenset('frt()[]{}-/\\"')
_BROAD = frozenset("mwMW@%#~^<>+=–—…&")
_TOKEN = re.compile(r"([_^])(\{|[*]?\([^()]*\)|[^\W_]+|.)?", re.DOTALL)
"""A script is in braces or parentheses, or a run of letters and digits."""


def wrap(text: str, width: int) -> tuple[str, ...]:
    """Lines of about `width` characters, as even as they can be; nothing is left out.

    White space is normalized; words are broken only beyond 30 characters.

    >>> wrap("adult mental health", 18)
    ('adult mental', 'health')
    """
    words = " ".join(text.split())
    lines = _lines(words, width)
    narrower = width if len(lines) > 1 else 0  # one line is as even as can be
    while narrower > 4 and len(_lines(words, narrower - 1)) == len(lines):
        narrower -= 1
    return tuple(_lines(words, narrower) if narrower else lines)


def _lines(words: str, width: int) -> list[str]:
    unbroken = (len(word) for word in words.split() if not any(map(_is_wide, word)))
    room = max(width, min(max(unbroken, default=1), _LONGEST_WORD))
    return textwrap.wrap(words, room, break_on_hyphens=False)


def _is_wide(char: str) -> bool:
    """Whether `char` fills a square, as Chinese and Japanese do; lines may break beside it."""
    return unicodedata.east_asian_width(char) in "WF"


def _em(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if char in _NARROW:
        return 0.34
    if char in _MEDIUM:
        return 0.42
    if char in _BROAD or _is_wide(char):
        return 1.0
    return 0.7 if char.isupper() else 0.63


def text_width(text: str, size: float) -> float:
    """Estimated width of `text` set in a font of `size`."""
    return size * sum(_em(char) for char in text)


def runs(text: str) -> tuple[Run, ...]:
    """Split a label at its sub- and superscripts, `_NP`, `_{...}`, `^tot` and `^{...}`.

    >>> [(run.text, run.shift) for run in runs("Λ*_{V,NP}")]
    [('Λ*', 'base'), ('V,NP', 'sub')]
    """
    found: list[Run] = []
    position = 0
    while match := _TOKEN.search(text, position):
        if match.start() > position:
            found.append(Run(text[position : match.start()], "base"))
        shift: Shift = "sub" if match[1] == "_" else "sup"
        end = _closing(text, match.end()) if match[2] == "{" else match.end()
        script = text[match.end() : end] if match[2] == "{" else match[2]
        if script:
            found.append(Run(script, shift))
        position = end + 1 if match[2] == "{" else end
    if position < len(text):
        found.append(Run(text[position:], "base"))
    return tuple(found)


def _closing(text: str, start: int) -> int:
    """Where the brace opened before `start` closes, or the end of the text."""
    depth = 1
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)


def runs_width(pieces: Sequence[Run]) -> float:
    """Estimated width of a label."""
    sizes = {"base": LABEL_SIZE, "sub": SCRIPT_SIZE, "sup": SCRIPT_SIZE}
    return sum(text_width(piece.text, sizes[piece.shift]) for piece in pieces)
