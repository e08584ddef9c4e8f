"""Makers of expressions: sums, products, averages and moments. sympy is imported by the first expression that is made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import sympy

    from identcheck.symbols.notation import Coefficient

__all__ = ["Expr", "add", "average", "coefficients", "moment", "multiply", "number"]


Expr: TypeAlias = "sympy.Expr"
"""An expression, for annotations: sympy is imported by the first one that is made."""


def number(value: int) -> Expr:
    """A whole number as an expression."""
    import sympy

    return sympy.Integer(value)


def add(*terms: Expr) -> Expr:
    """The sum of some terms; 0 of none."""
    import sympy

    return sympy.Add(*terms)


def multiply(*factors: Expr) -> Expr:
    """The product of some factors; 1 of none."""
    import sympy

    return sympy.Mul(*factors)


def coefficients(expr: Expr) -> list[Coefficient]:
    """The coefficients in an expression, in the order of their places."""
    from identcheck.symbols.notation import Coefficient

    return sorted(expr.atoms(Coefficient), key=lambda atom: (atom.position, atom.name))


def average(level: str, item: Expr) -> Expr:
    """The average over the persons of a site ("persons"), or of a site quantity over sites ("sites")."""
    from identcheck.symbols.notation import E, E_s

    return (E_s if level == "persons" else E)(item)


def moment(level: str, items: Iterable[Expr]) -> Expr:
    """The joint central moment mu(items): 1 of no item, 0 of one, a covariance, or mu.

    Args:
        level: "persons" (within site s) or "sites" (between sites).
        items: person-specific expressions, or site quantities.

    Source: theory, equation (1.1).
    """
    from identcheck.symbols.notation import Cov, Cov_s, mu, mu_s

    ordered = sorted(items, key=_sort_key)
    if len(ordered) < 2:
        return number(1 - len(ordered))
    pair, many = (Cov_s, mu_s) if level == "persons" else (Cov, mu)
    return (pair if len(ordered) == 2 else many)(*ordered)


@lru_cache(maxsize=100_000)
def _sort_key(item: Expr) -> tuple[list[tuple[int, int]], str]:
    return [symbol.position for symbol in coefficients(item)], str(item)
