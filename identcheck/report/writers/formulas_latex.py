r"""Formulas in LaTeX: cut into parts, between which TeX itself breaks lines and pages where they are full.

A part is never broken; one that is wider than the line is shrunk by the preamble's ``\icpart``. Formulas are cut before
relations, plus and minus, at gaps, after commas and in products, in brackets too, the less willingly the deeper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from identcheck.report.writers import escaping
from identcheck.report.writers.formulas import PIECE, RELATIONS, chunks_of, printed_width

__all__ = ["latex_cell", "latex_display", "latex_inline"]

SHORT, NARROW = 34, 12
"""A formula of so many characters is not cut; nor one of so many in a column."""

DEEPER = 240
"""What a pair of brackets around a place adds to the penalty of a break there."""

_OPEN, _CLOSED = frozenset("(["), frozenset(")]")
_PENALTIES = {"gap": -60, "relation": 0, "sign": 40, "comma": 160, "product": 420}
_WIDTHS = {"gap": "1em", "relation": "0.28em", "sign": "0pt", "comma": "0.17em", "product": "0.17em"}


@dataclass(frozen=True)
class _Cut:
    """A place where a line may end: what kind of place, and in how many brackets."""

    kind: str
    depth: int

    @property
    def latex(self) -> str:
        penalty = _PENALTIES[self.kind] + DEEPER * self.depth
        return f"\\icgap{{{penalty}}}{{{_WIDTHS[self.kind]}}}%\n"


def latex_inline(latex: str) -> str:
    """A formula in a sentence; a long one may be broken, also after the commas in its brackets."""
    return rf"\({latex}\)" if printed_width(latex) <= SHORT else parts(latex)


def latex_cell(latex: str) -> str:
    """A formula in a cell of a table, or on lines of its own in a column."""
    return rf"\icformula{{{parts(latex, NARROW)}}}"


def latex_display(formulas: list[str], number: str = "") -> str:
    r"""Formulas on lines of their own; one that begins with a relation stands under that of the one before."""
    first, *rest = formulas
    left, right = _at_relation(first)
    lines = "".join(map(_further, rest))
    tag = escaping.latex(number)
    shown = f"{{{left}}}{{{parts(right)}}}{{{lines}}}"
    return f"\\icequation{{{tag}}}{shown}" if tag else f"\\icdisplay{shown}"


def _further(latex: str) -> str:
    sign = PIECE.match(latex.strip())
    if sign and sign[0] in RELATIONS:
        return rf"\icnext{{{parts(latex)}}}"
    left, right = _at_relation(latex)
    return rf"\icagain{{{left}}}{{{parts(right)}}}"


def _at_relation(latex: str) -> tuple[str, str]:
    """A formula split before its first relation, where what stands left of it is short."""
    first, *rest = chunks_of(latex)
    sign = PIECE.match(rest[0]) if rest else None
    if sign is None or sign[0] not in RELATIONS or printed_width(first) > SHORT // 2:
        return "", latex
    return first, " ".join(rest)


def parts(latex: str, short: int = SHORT) -> str:
    """A formula as parts with places to break between."""
    text = " ".join(latex.split())
    if printed_width(text) <= short:
        return rf"\icpart{{{_opened(text)}}}"
    made = ""
    for cut, part in _cut(_loose(text)):
        made += (cut.latex if cut else "") + rf"\icpart{{{_opened(part)}}}"
    return made


def _opened(part: str) -> str:
    """A part that begins with a sign, so that the sign stands between two things."""
    return f"{{}}{part}" if part.startswith(("+ ", "- ")) else part


def _cut(latex: str) -> list[tuple[_Cut | None, str]]:
    """The parts of a formula, each with the place before it."""
    found: list[tuple[_Cut | None, str]] = [(None, "")]
    braces = brackets = fixed = 0
    pieces = PIECE.findall(latex)
    for place, piece in enumerate(pieces):
        kind = "" if braces or fixed else _kind(piece, pieces[:place])
        if kind and found[-1][1].strip():
            found.append((_Cut(kind, brackets), ""))
        braces += (piece == "{") - (piece == "}")
        fixed += (piece == r"\left") - (piece == r"\right")
        brackets += 0 if braces else (piece in _OPEN) - (piece in _CLOSED)
        if kind not in ("gap", "product"):
            found[-1] = (found[-1][0], (found[-1][1] + piece).lstrip())
    return [(cut, part.strip()) for cut, part in found if part.strip()]


def _kind(piece: str, before: list[str]) -> str:
    """What kind of place is before a piece; "" for none. A sign after a bracket or another sign belongs to its term."""
    if piece in (r"\quad", r"\ "):
        return "gap"
    if piece == r"\,":
        return "product"
    last = next((p for p in reversed(before) if not p.isspace()), "(")
    if piece in RELATIONS:
        return "relation"
    if piece in ("+", "-"):
        return "" if last in _OPEN or last in RELATIONS or last in (",", r"\left", "+", "-") else "sign"
    return "comma" if last == "," and piece.isspace() else ""


def _loose(latex: str) -> str:
    r"""The formula with ``\bigl(`` for ``\left(`` around what has no fraction, so that it can be broken there."""
    opened: list[int] = []
    pieces = re.findall(r"\\(?:left|right)[(\[)\]]|\\[A-Za-z]+|\\.|.", latex)
    for place, piece in enumerate(pieces):
        if piece.startswith(r"\left"):
            opened.append(place)
        elif piece.startswith(r"\right") and opened:
            start = opened.pop()
            if r"\frac" not in pieces[start:place]:
                pieces[start] = r"\bigl " + pieces[start][-1]
                pieces[place] = r"\bigr " + piece[-1]
    return "".join(pieces)
