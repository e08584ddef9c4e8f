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
    arm's bypass likewise, of those by which the arm itself reaches the regressors. The contrast of a product
    contains every arrow above its factors (theory section 15). Arrows that are in both bundles between sites are condition (S)
    and are left out of all of them.

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
    around = {arm: edge_set(design, arm, outcome, regressors) for arm in intercepts}
    own = {arm: _union(feeding_set(design, arm, u) for u in regressors) for arm in intercepts}
    every = _union(above.values())
    shared = 0 if pooled else every & _union([*inside.values(), *around.values()])

    def bundle(edges: int) -> frozenset[Edge]:
        return frozenset(edges_in(design, edges))

    found = [Reading("within", u, Demand("persons", bundle(inside[u]), bundle(above[u]))) for u in regressors]
    for kind, bundles in (("between", inside), ("bypass", around)):
        for about, edges in bundles.items():
            against = own[about] if kind == "bypass" else above[about] if pooled else every
            demand = Demand("sites", bundle(edges & ~shared), bundle(against & ~shared))
            found.append(Reading(kind, about, demand))  # type: ignore[arg-type]  # one of the two
    return tuple(found)


def _union(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
