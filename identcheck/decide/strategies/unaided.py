"""Where what is declared helps no strategy but single regressions, so that no other need be looked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_

from identcheck.decide.estimands import Target
from identcheck.derive.declared import said_of
from identcheck.derive.paths import Edge, edge_set, inner_nodes, numbered
from identcheck.derive.routes import bits, routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import JOINTS

__all__ = ["unaided"]


def unaided(design: Design, target: Target) -> bool:
    """Whether no declaration can make another strategy lack as little as the least lacking single regression.

    Of an effect of a mediator, where everything is measured and every arrow varies within sites, and a regression that is
    not pooled is possible. False where it is not known.

    - A bypass by choice is then never met: every arm's compliance with the source would have to be unrelated to it.
    - No composition is looked for, the nodes on the way being many; or, with one arm, every other mediator that leads to
      the node is a parent of it and needed as a regressor, and the effect is one of these:

      - an arrow's. A composition, by taking away a node m, has regressions on all regressors but m, and on m. What the one
        regression lacks of (W), (R), (B) and the bypass, they lack as well: their effects have more paths, and the pairs of
        arrows asked of here leave (B) and the bypass open.
      - that over all paths. A composition, by joints, has a regression of the node on the last joint and all those
        parents, and one of the first joint on the source, and a bypass where an arrow of the arm ends on the way. The pairs
        of arrows asked of here leave (W), (B) and the bypass of these open.

      So they lack as much, and the product condition.
    """
    if not all(_bypass_open(design, target, arm) for arm in design.treatments):
        return False
    if len(target.inner) > JOINTS.most:
        return True
    between = inner_nodes(design, target.source, target.target)
    if len(design.treatments) > 1 or not _parents_needed(design, target):
        return False
    if between <= target.avoiding:
        return _arrow_alone(design, target, between)
    return not between & target.avoiding and _all_paths_alone(design, target)


def _bypass_open(design: Design, target: Target, arm: str) -> bool:
    """Whether a bypass with more than the arm's own arrow is never known to be unrelated to its compliance with the source."""
    said = said_of(design, "sites")
    up = edge_set(design, arm, target.source)
    unrelated = reduce(and_, (said.zero[i] for i in bits(up))) if up else -1
    if unrelated == -1:
        return False
    reached = {arm}
    for i in bits(unrelated):
        a, b = said.edges[i]
        if a in reached and b != target.source and (a, b) != (arm, target.target):
            reached.add(b)
    return target.target not in reached


def _parents_needed(design: Design, target: Target) -> bool:
    """Whether no mediator that leads to the node, neither the source nor on the way from it, can be left out."""
    routes, (arm,) = routes_of(design), design.treatments
    start, end = routes.number[target.source], routes.number[target.target]
    others = routes.between(arm, target.target, ()) & ~routes.mask((arm, target.source, target.target))
    others &= ~routes.mask(target.inner)
    entered = routes.after[routes.number[arm]] | (0 if target.inner else routes.after[start])
    return not others & ~(routes.before[end] & entered)


def _arrow_alone(design: Design, target: Target, between: Iterable[str]) -> bool:
    """Whether (B) and the bypass stay open whichever regressor is left out, and every product of two arrows."""
    (arm,), source, end = design.treatments, target.source, target.target
    up = edge_set(design, arm, source)
    entering = numbered(design, design.causal.in_edges(end))
    return _related(design, ("sites",), up, entering) and not any(
        _multiplied(design, [(source, m)], [(m, end)]) for m in between
    )


def _all_paths_alone(design: Design, target: Target) -> bool:
    """Whether (W) and (B) of the other parents and of the source stay open, the bypass, and every product."""
    (arm,), source, end = design.treatments, target.source, target.target
    graph, inner = design.causal, target.inner
    up, both = edge_set(design, arm, source), ("persons", "sites")
    leaving = [(source, y) for y in graph.successors(source) if y == end or y in inner]
    around = [(arm, y) for y in graph.successors(arm) if y == end or y in inner]
    others = [z for z in graph.predecessors(end) if z not in (arm, source) and z not in inner]
    return (
        _related(design, both, up, numbered(design, leaving))
        and _related(design, ("sites",), up, numbered(design, around))
        and all(
            _related(design, both, edge_set(design, arm, z), numbered(design, [(z, end)])) for z in others
        )
        and not any(_multiplied(design, [e], [(y, end)]) for e in leaving for y in inner)
    )


def _related(design: Design, levels: Iterable[str], up: int, arrows: int) -> bool:
    """Whether at each level every one of some arrows may have a covariance with one of those upstream."""
    zeros = (said_of(design, level).zero for level in levels)
    return all(up & ~zero[i] for zero in zeros for i in bits(arrows))


def _multiplied(design: Design, one: list[Edge], other: list[Edge]) -> bool:
    """Whether there are both arrows, and they are declared to be independent, within sites and between them."""
    s, r = numbered(design, one), numbered(design, other)
    levels = (said_of(design, level) for level in ("persons", "sites"))
    return bool(s and r) and all(said.all_apart(s, r, False) for said in levels)
