"""Which modifiers to hold fixed: the least sets that make bundles of coefficients independent (theory section 14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import NamedTuple

import networkx as nx

from identcheck.basics.once import once
from identcheck.derive.heterogeneity.separation import (
    Heterogeneous,
    Nodes,
    heterogeneity,
    modifiers_named,
    movers_of,
    separated,
)
from identcheck.describe.design import Design
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.errors.limits import MODERATORS

__all__ = [
    "Demand",
    "Separators",
    "Term",
    "columns",
    "measured_modifiers",
    "products",
    "separators",
    "terms_for",
]

Term = tuple[tuple[str, int], ...]
"""A product of modifiers: each with the category that its indicator stands for; 0 for the value of a continuous one."""


class Demand(NamedTuple):
    """Two bundles that are to be independent.

    Attributes:
        level: "persons" (within every site) or "sites" (between sites).
        one: arrows, and modifiers, on one side.
        other: those on the other side.
    """

    level: str
    one: Nodes
    other: Nodes


@dataclass(frozen=True)
class Separators:
    """Sets of modifiers, each of which meets all demands while no part of it does.

    Attributes:
        sets: the sets, fewest columns first.
        complete: whether these are all; False beyond the limit ``MODERATORS``, where one is looked for and no more.
    """

    sets: tuple[frozenset[str], ...]
    complete: bool = True


def measured_modifiers(design: Design) -> tuple[str, ...]:
    """The modifiers that will be measured and can be held fixed, in the design's order.

    The weights of the sites are a number each where the average wanted is over sites, or the estimator's own. Else they are two,
    persons and share treated, and these have to be drawn as causes of the weights to be held fixed.
    """
    two = design.weights == "precision" and design.average == "persons"
    known = (modifier.name for modifier in design.modifiers if modifier.measured)
    return tuple(name for name in known if not (two and name == SITE_WEIGHTS))


def columns(design: Design, names: Collection[str]) -> int:
    """Columns of h for a set of modifiers, with all their products: the product over them of (1 + terms), less 1.

    A modifier has one term, or as many as it has categories less one; a regression has so many columns more for each of its
    regressors (theory section 14).
    """
    return prod(1 + modifier.terms for modifier in design.modifiers if modifier.name in names) - 1


def products(design: Design, names: Iterable[str]) -> tuple[Term, ...]:
    """The terms of h for a set of modifiers, as :func:`columns` counts them: single ones, then products of more and more.

    Binary and categorical modifiers come in as indicators of their categories but the first, continuous ones as they are.
    """
    return _products(design, tuple(names))


@once
def _products(design: Design, names: tuple[str, ...]) -> tuple[Term, ...]:
    each = [
        [(m.name, level) for level in (range(1, m.terms + 1) if m.scale != "continuous" else (0,))]
        for m in design.modifiers
        if m.name in names
    ]
    sizes = range(1, len(each) + 1)
    return tuple(term for size in sizes for chosen in combinations(each, size) for term in product(*chosen))


def separators(design: Design, demands: Iterable[Demand], among: Collection[str] | None = None) -> Separators:
    """Every least set of modifiers given which all demands are met.

    Only modifiers above the coefficients in question can be in one. The graph depends on whether the set has a characteristic
    of persons, so that more may be too much: each set is judged by itself.

    Args:
        design: the design with its modifiers.
        demands: pairs of bundles that are to be independent given one set for all of them.
        among: the modifiers that may be in it; by default the measured ones.

    Raises:
        UnknownVariableError: no modifier has a name among these.
    """
    chosen = measured_modifiers(design) if among is None else among
    return _separators(design, tuple(demands), modifiers_named(design, chosen))


@once
def _separators(design: Design, demands: tuple[Demand, ...], among: frozenset[str]) -> Separators:
    above = {name for demand in demands for name in _above(design, demand)}
    useful = [modifier.name for modifier in design.modifiers if modifier.name in above & among]
    if len(useful) > MODERATORS.most:
        return Separators(tuple(_one_set(design, demands, useful)), complete=False)
    found: list[frozenset[str]] = []
    for names in _by_columns(design, tuple(useful)):
        if not any(smaller <= names for smaller in found) and _meets(design, demands, names):
            found.append(names)
    return Separators(tuple(found))


def _meets(design: Design, demands: Iterable[Demand], given: frozenset[str]) -> bool:
    return all(separated(design, *demand, given) for demand in demands)


def _above(design: Design, demand: Demand) -> frozenset[str]:
    """The modifiers in a demand, and those that move something in it, themselves or by others."""
    shape = design, demand.level, demand.level == "sites"
    return frozenset().union(
        *(_causes(*shape, name) for name in movers_of(*shape, demand.one | demand.other))
    )


@once
def _causes(design: Design, level: str, cells: bool, name: str) -> frozenset[str]:
    """A modifier and those that cause it."""
    return frozenset(map(str, nx.ancestors(heterogeneity(design, level, cells), name))) | {name}


@once
def _by_columns(design: Design, names: tuple[str, ...]) -> list[frozenset[str]]:
    """Every set of some modifiers, fewest columns first, then fewest modifiers, then in the design's order."""
    sets = [frozenset(chosen) for size in range(len(names) + 1) for chosen in combinations(names, size)]
    return sorted(sets, key=lambda chosen: (columns(design, chosen), len(chosen)))


def _one_set(design: Design, demands: tuple[Demand, ...], useful: list[str]) -> Iterator[frozenset[str]]:
    """One set that meets the demands, without those that can be taken out of it one after another; none if none is found."""
    of_sites = [m.name for m in design.modifiers if m.name in useful and m.level == "sites"]
    for start in (of_sites, useful):
        names = frozenset(start)
        if _meets(design, demands, names):
            for name in sorted(start, key=lambda name: -columns(design, [name])):
                if _meets(design, demands, names - {name}):
                    names -= {name}
            yield names
            return


def terms_for(
    design: Design, one: Iterable[Heterogeneous], other: Iterable[Heterogeneous], given: Collection[str]
) -> frozenset[str]:
    """The part of Z of which an effect's own terms h(Z) are needed: the least, by columns, that says of it what Z says.

    It is a part Z_u of Z such that the effect's arrows are d-separated, by Z_u, from the compliances' and from the rest of Z.
    That an effect does not depend on the rest given the compliances is not enough (theory section 14, "WRONG").

    Args:
        design: the design with its modifiers.
        one: the arrows of the effect of one regressor.
        other: the arrows of the compliances.
        given: Z, which d-separates the two; any set may be asked about.
    """
    chosen = modifiers_named(design, given)
    down, up = frozenset(one), frozenset(other)
    in_order = tuple(modifier.name for modifier in design.modifiers if modifier.name in chosen)
    kept = (
        names
        for names in _by_columns(design, in_order)
        if separated(design, "sites", down, up | (chosen - names), names, chosen)
    )
    return next(kept, chosen)
