"""Which bundles of coefficients a regression asks to be independent, and at which level (theory section 14)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from identcheck.basics.once import once
from identcheck.derive.heterogeneity.separators import Demand
from identcheck.derive.paths import edge_set, edges_in, feeding_set
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design

__all__ = ["Reading", "readings"]


class Reading(NamedTuple):
    """One question that a regression puts to the graph of heterogeneity.

    Attributes:
        kind: "within" for (W), "between" for (B), "bypass".
        about: the regressor; for the bypass the arm.
        demand: the bundles that are to be independent, and the level.
    """

    kind: Literal["within", "between", "bypass"]
    about: str
    demand: Demand


@once
def readings(
    design: Design,
    outcome: str,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...] = (),
    pooled: bool = False,
) -> tuple[Reading, ...]:
    """What the conditions of a regression ask of the graph.

    (W) holds for u if the arrows above u and those of its effect are independent from person to person. (B) holds if the arrows
    of every effect are independent, between sites, of those above all regressors; where pooled, of those above its own. An
    arm's bypass likewise, of those by which the arm itself reaches the regressors. The contrast of a product contains every
    arrow above its factors (theory section 15). Arrows that are in both bundles between sites are left out of all of them:
    condition (S); those that a bypass shares are left out of what is asked of it alone.

    Args:
        design: the design with its modifiers.
        outcome: the node whose contrasts are regressed.
        regressors: W.
        arms: the arms whose contrasts are rows.
        intercepts: those of them with an intercept.
        pooled: whether sites are averaged over first.
    """
    above = {u: _union(feeding_set(design, arm, u) for arm in arms) for u in regressors}
    inside = {u: edge_set(design, u, outcome, regressors) for u in regressors}
    around = {arm: _around(design, arm, outcome, regressors) for arm in intercepts}
    own = {arm: _union(feeding_set(design, arm, u) for u in regressors) for arm in intercepts}
    every = _union(above.values())
    shared = 0 if pooled else every & _union(inside.values())

    def bundle(edges: int) -> frozenset[Edge]:
        return frozenset(edges_in(design, edges))

    found = [Reading("within", u, Demand("persons", bundle(inside[u]), bundle(above[u]))) for u in regressors]
    for kind, bundles in (("between", inside), ("bypass", around)):
        for about, edges in bundles.items():
            against = own[about] if kind == "bypass" else above[about] if pooled else every
            both = edges & against if kind == "bypass" else shared
            demand = Demand("sites", bundle(edges & ~both), bundle(against & ~both))
            found.append(Reading(kind, about, demand))  # type: ignore[arg-type]  # one of the two
    return tuple(found)


def _around(design: Design, arm: str, outcome: str, regressors: tuple[str, ...]) -> int:
    """The arrows of a bypass, and those that the contrasts of products on it are made of."""
    edges = edge_set(design, arm, outcome, regressors)
    on_it = {end for _, end in edges_in(design, edges)} if design.products else set()
    return edges | _union(feeding_set(design, arm, q) for q in design.products if q in on_it)


def _union(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
