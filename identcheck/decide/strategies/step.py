"""One step of a derivation."""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.symbols.algebra import Expr
from identcheck.symbols.typeset import equation

__all__ = ["Step"]


@dataclass(frozen=True)
class Step:
    """One equality of a derivation; it can be replayed on any population that meets the conditions.

    Attributes:
        number: the paper's equation that it specializes, or generalizes.
        left: left side.
        right: right side.
        level: "person", "site" or "sites": what both sides are about.
        reason: why they are equal, in words.
        numerals: the assumptions that license the step.
        one_site: whether the index s is left out in print.
        lines: how it is printed where that says more than ``left = right``.
    """

    number: str
    left: Expr
    right: Expr
    level: str
    reason: str
    numerals: tuple[str, ...]
    one_site: bool = False
    lines: tuple[str, ...] = ()

    @property
    def latex(self) -> str:
        """The equation in LaTeX."""
        return r" ,\quad ".join(self.lines) or equation(self.left, self.right, one_site=self.one_site)
