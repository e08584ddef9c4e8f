"""Pieces of a sentence: plain text with formulas, codes and marks in it, the same for every format.

A :data:`Text` is a string, or a tuple of strings and pieces. What is printed of each is decided by the writer of a format;
:func:`plain` is what a file of data, or a search, sees.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from identcheck.symbols.typeset.text import unicode

__all__ = [
    "Badge",
    "Code",
    "Formula",
    "Piece",
    "Soft",
    "Strong",
    "Text",
    "Wanted",
    "plain",
    "spread",
    "wrapped",
]

WIDTH = 100
"""Letters of a line where text is printed."""


@dataclass(frozen=True)
class Formula:
    """A formula of ours, in LaTeX math mode; user text inside it is already escaped.

    Attributes:
        latex: the formula.
    """

    latex: str


@dataclass(frozen=True)
class Words:
    """Words that are marked in some way.

    Attributes:
        text: the words.
    """

    text: str


class Code(Words):
    """What is typed as it stands, such as ``total(V, Y)``."""


class Badge(Words):
    """A verdict or a status, set apart by its color."""


class Strong(Words):
    """A few words in bold, such as "Rests on"."""


class Soft(Words):
    """A remark in gray."""


@dataclass(frozen=True)
class Wanted:
    """What is still to be written there, shown in red.

    Attributes:
        text: what is to be said; "" leaves a line to write on.
    """

    text: str


Piece: TypeAlias = str | Formula | Code | Badge | Strong | Soft | Wanted
Text: TypeAlias = str | tuple[Piece, ...]
"""A sentence; "" for none."""


def plain(text: Text) -> str:
    """The text without marks, its formulas in Unicode: "Total effect of V on Y, δ (total(V, Y))"."""
    if isinstance(text, str):
        return text
    return "".join(_plain(piece) for piece in text)


def _plain(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Formula):
        return unicode(piece.latex)
    if isinstance(piece, Wanted):
        return f"To be written: {piece.text}." if piece.text else "________________"
    return piece.text


def spread(formulas: Iterable[Formula], between: str = ", ") -> tuple[Piece, ...]:
    """Formulas with a text between them."""
    found: list[Piece] = []
    for formula in formulas:
        found += [between, formula] if found else [formula]
    return tuple(found)


def wrapped(text: str, indent: int, first: int | None = None) -> str:
    """The text on lines of at most 100 letters, the first with an indent of its own."""
    start = " " * (indent if first is None else first)
    whole = text.replace(" -> ", "\N{NO-BREAK SPACE}->\N{NO-BREAK SPACE}")  # an arrow stays on its line
    lines = textwrap.fill(
        whole, WIDTH, initial_indent=start, subsequent_indent=" " * indent, break_on_hyphens=False
    )
    return lines.replace("\N{NO-BREAK SPACE}->\N{NO-BREAK SPACE}", " -> ")
