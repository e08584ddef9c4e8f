"""Which bundles of coefficients a regression asks to be independent, and at which level (theory section 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from operator import or_
from typing import Literal, NamedTuple

from identcheck.basics.once import once
from identcheck.derive.heterogeneity.separation import asked_of_weights
from identcheck.derive.heterogeneity.separators import Demand
from identcheck.derive.paths import edge_set, edges_in, feeding_set
from identcheck.derive.routes import Nodes, routes_of
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design

__all__ = ["Reading", "Shape", "moved_bundles", "readings"]

Shape = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]
"""Of a regression the outcome, regressors, arms, intercepts, and whether it is pooled."""

Kind = Literal["within", "between", "bypass"]


class Reading(NamedTuple):
    """One question that a regression puts to the graph of heterogeneity.

    Attributes:
        kind: "within" for (W), "between" for (B), "bypass".
        about: the regressor; for the bypass the arm.
        demand: the bundles that are to be independent, and the level.
    """

    kind: Kind
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
    condition (S); those that a bypass shares are left out of what is asked of it alone. Where the sites' weights are drawn, and
    are not those of the average wanted, effects and bypass are to be independent of them too.

    Args:
        design: the design with its modifiers.
        outcome: the node whose contrasts are regressed.
        regressors: W.
        arms: the arms whose contrasts are rows.
        intercepts: those of them with an intercept.
        pooled: whether sites are averaged over first.
    """
    sets = partial(edge_set, design), partial(feeding_set, design)
    asked = _asked(design, (outcome, regressors, arms, intercepts, pooled), *sets)
    return tuple(
        Reading(kind, about, _demand(design, level, one, other, bool(regressors)))
        for kind, about, level, one, other in asked
    )


@once
def moved_bundles(
    design: Design,
    outcome: str,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...] = (),
    pooled: bool = False,
) -> dict[tuple[str, str], Demand]:
    """The same demands by kind and what they are about, without the arrows that no drawn cause moves.

    These are independent of all others, so that the answers are the same; those in both bundles are kept. Arguments as in
    :func:`readings`.
    """
    routes = routes_of(design)
    moved = dict.fromkeys(edge for modifier in design.modifiers for edge in modifier.of)
    known = (edge for edge in moved if edge in routes.edge_number)
    arrows = [(1 << routes.edge_number[edge], routes.mask(edge)) for edge in known]
    every = reduce(or_, (place for place, _ in arrows), 0)

    def between(u: str, v: str, avoiding: Nodes = ()) -> int:
        nodes = routes.between(u, v, avoiding)
        return sum(place for place, ends in arrows if not ends & ~nodes)

    # without products of mediators no arrow is in both bundles
    sets = (
        (partial(edge_set, design), partial(feeding_set, design)) if design.products else (between, between)
    )
    found: dict[tuple[str, str], Demand] = {}
    for kind, about, level, one, other in _asked(
        design, (outcome, regressors, arms, intercepts, pooled), *sets
    ):
        kept = every | one & other
        found[kind, about] = _demand(design, level, one & kept, other & kept, bool(regressors))
    return found


def _demand(design: Design, level: str, one: int, other: int, regressed: bool) -> Demand:
    """Two bundles, and between sites the weights of the sites where effects are to be independent of these.

    The contrasts of arms are known site by site: any average of them can be taken, so that without regressors nothing is asked.
    """
    weights = asked_of_weights(design) if level == "sites" and regressed else frozenset()
    return Demand(level, _bundle(design, one), _bundle(design, other) | weights)


@once
def _bundle(design: Design, edges: int) -> frozenset[Edge]:
    return frozenset(edges_in(design, edges))


def _asked(
    design: Design, shape: Shape, between: Callable[[str, str, int], int], feeding: Callable[[str, str], int]
) -> Iterator[tuple[Kind, str, str, int, int]]:
    """Of each reading the kind, what it is about, the level and the two bundles, each as a set in one number.

    Args:
        design: the design.
        shape: the regression.
        between: the arrows on ways from a node to another that avoid some.
        feeding: those above a node on ways from an arm.
    """
    outcome, regressors, arms, intercepts, pooled = shape
    fed = {arm: {u: feeding(arm, u) for u in regressors} for arm in arms}
    above = {u: _union(fed[arm][u] for arm in arms) for u in regressors}
    fixed = routes_of(design).mask(regressors)
    inside = {u: between(u, outcome, fixed) for u in regressors}
    around = {
        arm: between(arm, outcome, fixed) | _on_bypass(design, arm, outcome, fixed) for arm in intercepts
    }
    own = {arm: _union(fed[arm].values()) for arm in intercepts}
    every = _union(above.values())
    shared = 0 if pooled else every & _union(inside.values())

    yield from (("within", u, "persons", inside[u], above[u]) for u in regressors)
    for u in regressors:
        yield "between", u, "sites", inside[u] & ~shared, (above[u] if pooled else every) & ~shared
    for arm in intercepts:
        both = around[arm] & own[arm]
        yield "bypass", arm, "sites", around[arm] & ~both, own[arm] & ~both


def _on_bypass(design: Design, arm: str, outcome: str, fixed: int) -> int:
    """The arrows that the contrasts of products on a bypass are made of."""
    on_it = routes_of(design).named(routes_of(design).between(arm, outcome, fixed)) if design.products else ()
    return _union(feeding_set(design, arm, q) for q in design.products if q in on_it)


def _union(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
