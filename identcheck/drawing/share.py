"""A design in a link: behind "#", which browsers send nowhere.

The fragment is ``design=`` and base64url of what zlib makes of JSON: ``{"design": ..., "positions": ..., "assume": [...]}``,
the design with the keys of a design file. Whoever opens a link may not have made it: what is in it is read like any file.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable
from typing import Any

from identcheck.drawing.edit import Drawing, design_drawn, document_drawn, drawing_of
from identcheck.errors import IdentcheckError
from identcheck.formats import from_text

__all__ = ["fragment", "fragment_in", "is_link", "opened_link"]

_LINK = re.compile(r"\s*(?:\S+#|#?)(?:[\w-]+&)?design=(?P<packed>[\w-]+=*)\s*")
MOST_UNPACKED = 200_000
"""Bytes that a link may hold."""


def fragment(drawing: Drawing, assume: Iterable[str]) -> str:
    """What stands behind "#" in a link to a drawing.

    Raises:
        IdentcheckError: the drawing is no design, or it is too large for a link.
    """
    design_drawn(drawing)
    held: dict[str, Any] = {"design": document_drawn(drawing)}
    if drawing.get("positions"):
        held["positions"] = {name: [round(x), round(y)] for name, (x, y) in drawing["positions"].items()}
    if names := list(assume):
        held["assume"] = names
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > MOST_UNPACKED:
        raise IdentcheckError("this design is too large for a link; send its file")
    return f"design={base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip('=')}"


def is_link(text: str) -> bool:
    """Whether a text is a link to a design."""
    return bool(fragment_in(text))


def fragment_in(text: str) -> str:
    """What stands behind "#" in a link to a design; "" in any other text."""
    found = _LINK.fullmatch(text)
    return f"design={found['packed']}" if found else ""


def opened_link(text: str) -> tuple[Drawing, list[str]]:
    """The drawing that a link holds, and what it grants.

    Raises:
        IdentcheckError: it holds none.
    """
    found = _LINK.fullmatch(text)
    if found is None:
        raise IdentcheckError("this is no link to a design")
    packed = found["packed"].rstrip("=")
    try:
        unpacked = zlib.decompressobj()
        content = unpacked.decompress(
            base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MOST_UNPACKED
        )
        if not unpacked.eof:
            raise IdentcheckError("this link is cut off, or holds more than a design")
        held = json.loads(content)
        design, positions, assume = held["design"], held.get("positions", {}), held.get("assume", [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error, zlib.error):
        raise IdentcheckError("this link is damaged, or was not made here; ask for it again") from None
    if not isinstance(positions, dict) or not isinstance(assume, list):
        raise IdentcheckError("this link is damaged, or was not made here; ask for it again")
    read = from_text(json.dumps(design), "json", "the link")
    spots = {name: at for name, at in positions.items() if name in read.drawn and _is_spot(at)}
    return drawing_of(read, spots), [str(name) for name in assume]


def _is_spot(at: object) -> bool:
    return (
        isinstance(at, list) and len(at) == 2 and all(type(each) is int and abs(each) < 20_000 for each in at)
    )
