"""What a rank is to hold beside: conditions of equations, products, arrows held fixed, and what is granted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from identcheck.describe.design import Design

__all__ = ["NOTHING", "Beside", "Ends", "Equation"]

Edge = tuple[str, str]
Ends = tuple[str, str, frozenset[str]] | tuple[str, ...]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Equation:
    """The equation of a node: compliance with each regressor is uncorrelated with the regressor's effect.

    Where it is pooled, only over all persons of all sites, not in each site.
    """

    outcome: str
    regressors: tuple[str, ...]
    arms: tuple[str, ...]
    pooled: bool = False


@dataclass(frozen=True)
class Beside:
    """What a rank is to hold beside.

    Attributes:
        equations: those whose conditions on compliances and effects are needed anyway.
        products: products of effects, the mean of each of which is the product of the means.
        held: arrows that are to have the same mean in all sites.
        granted: nodes for whose equations, on whatever regressors, these conditions are granted.
        levels: at which levels they are: "persons" (vi), "sites" (vii).
    """

    equations: tuple[Equation, ...] = ()
    products: tuple[tuple[Ends, ...], ...] = ()
    held: tuple[Edge, ...] = ()
    granted: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    def granting(self, design: Design, levels: frozenset[str]) -> Beside:
        """The same and what is granted of every regression at some levels."""
        return replace(self, granted=measured_nodes(design) if levels else frozenset(), levels=levels)

    def reduced(self) -> list[Callable[[Beside], Beside]]:
        """Ways to ask for less: everything of a kind at first, then one thing at a time."""
        return [
            lambda b: replace(b, products=()),
            lambda b: replace(b, held=()),
            lambda b: replace(b, equations=()),
            *(lambda b, x=x: replace(b, products=_without(b.products, x)) for x in self.products),
            *(lambda b, x=x: replace(b, held=_without(b.held, x)) for x in self.held),
            *(lambda b, x=x: replace(b, equations=_without(b.equations, x)) for x in self.equations),
        ]

    def everywhere(self, design: Design) -> bool:
        """Whether what is granted is granted for the equations of every node."""
        return self.granted >= measured_nodes(design)


NOTHING = Beside()


def _without(items: tuple[Item, ...], one: Item) -> tuple[Item, ...]:
    return tuple(item for item in items if item != one)


def measured_nodes(design: Design) -> frozenset[str]:
    """The nodes that may have an equation."""
    return frozenset({*design.observed_mediators, design.outcome})
