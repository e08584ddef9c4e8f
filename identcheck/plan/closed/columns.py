"""The columns of a regression of site effects: arms' indicators, compliances, and their products with terms of modifiers.

A term of h(Z) is taken less its average over sites, so that the coefficient beside it is the average effect (theory, equation
(14.3)).
"""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.decide.conditions import Regression
from identcheck.derive.heterogeneity import Term

__all__ = ["Entry", "entries_of", "plain"]


@dataclass(frozen=True, order=True)
class Entry:
    """One column.

    Attributes:
        head: a node, or the arm whose indicator it is.
        term: of h, by which that is multiplied, as modifiers with their categories; empty for the node or indicator itself.
    """

    head: str
    term: Term = ()

    @property
    def name(self) -> str:
        """Its name among the columns: "M1", "M1 x wages"."""
        return " x ".join((self.head, *(f"{name} {level}" if level else name for name, level in self.term)))


def plain(names: tuple[str, ...]) -> tuple[Entry, ...]:
    """Columns without modifiers."""
    return tuple(map(Entry, names))


def entries_of(regression: Regression) -> tuple[Entry, ...]:
    """Every column of a regression: intercepts, then regressors, each followed by its products."""
    return tuple(
        Entry(head, term)
        for head, terms in zip(regression.columns, regression.every_term, strict=True)
        for term in ((), *terms)
    )
