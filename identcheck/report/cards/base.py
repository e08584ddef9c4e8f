"""What makes the card of a value, and what several cards have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch

from identcheck.report.blocks import Block, Bullets, Card, Equation, Equations, Fold, Item, Paragraph
from identcheck.report.sections.derivations import Register
from identcheck.symbols.written import Formula

__all__ = ["MOST", "and_more", "card_of", "derivation_fold", "display", "some_of"]

MOST = 12
"""So many moments of a condition, or lines in a list, are shown; the rest are counted."""


@singledispatch
def card_of(value: object) -> Card:
    """The card of a value.

    Raises:
        TypeError: nothing is known of values of this kind.
    """
    raise TypeError(f"no card is known for a {type(value).__name__}")


def display(*formulas: Formula) -> Equations:
    """Formulas on lines of their own."""
    return Equations(tuple(map(Equation, formulas)))


def some_of(lines: Sequence[str], lead: str = "") -> Iterator[Block]:
    """The first of many lines as a list, and how many more there are."""
    yield Bullets(tuple(map(Item, lines[:MOST])), lead)
    yield from and_more(lines)


def and_more(items: Sequence[object]) -> Iterator[Paragraph]:
    """How many of the items are not shown; nothing where all are."""
    if len(items) > MOST:
        yield Paragraph(f"And {len(items) - MOST:,} more.", soft=True)


def derivation_fold(register: Register) -> Iterator[Fold]:
    """The derivations that a register holds, folded; nothing where there are none."""
    derived = register.derivations()
    if derived:
        yield Fold("Derivation" if len(derived) == 1 else "Derivations", derived)
