"""Which numerals the assumption list of a design has."""

from __future__ import annotations

__all__ = ["EVERY_NUMERAL", "UNNUMBERED", "numerals_of"]

SEVEN = ("i", "ii", "iii", "iv", "v", "vi", "vii")
NINE = (*SEVEN, "viii", "ix")
EVERY_NUMERAL = (*NINE[:5], "v.a", "v.b", *NINE[5:], "x")


UNNUMBERED = ("bypass", "shared", "product")
"""What a justification may be about beside the numerals: the kinds of condition that none of them grants."""


def numerals_of(sites: int | None, mediators: int, weighted: bool) -> tuple[str, ...]:
    """The numerals: seven, nine, or nine with (v.a), (v.b); and (x) where weights differ."""
    if mediators == sites == 1:
        return SEVEN
    pooled = ("v.a", "v.b") if mediators == 1 else ()
    weights = ("x",) if weighted and sites != 1 else ()
    return (*NINE[:5], *pooled, *NINE[5:], *weights)
