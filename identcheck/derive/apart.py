"""What (vi) and (vii) grant along every upstream path, term by term (theory section 12, FORM OF A GRANT).

The paper states both for every upstream pathway: what is upstream of a regressor is independent of its effect, coefficient by
coefficient and in every product. So the bundle of arrows upstream is independent of the bundle downstream: from person to
person within every site (vi), from site to site (vii). An arrow in both bundles is exempt; and so is, as a part of
an effect, one that is declared correlated with an arrow upstream, beside the arms that this arrow carries.

Where causes of heterogeneity are drawn, that is granted of arrows which none of them moves together (theory section 14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import chain, combinations
from operator import or_

from identcheck.basics.once import once
from identcheck.derive.declared import said_of
from identcheck.derive.heterogeneity import moved_by, separated
from identcheck.derive.paths import Edge, edge_set, edges_in, feeding_set, numbered
from identcheck.derive.routes import bits, routes_of
from identcheck.describe.design import Design

__all__ = ["Apart", "Bundles", "apart_at", "apart_beside", "apart_between", "bundles_apart", "made_of"]

Bundles = tuple[int, int]
"""Arrows upstream and arrows downstream, each set in one number (see ``paths.edge_set``)."""

LEVELS = ("persons", "sites")

EVERY_SET = 6
"""In designs with more measured mediators (vii) is not gone through for every set of regressors, but for plain ones."""


@dataclass(frozen=True)
class Apart:
    """What (vi) and (vii) ask of a population, path by path.

    Attributes:
        levels: "persons" where (vi) is granted, "sites" where (vii) is.
        moved: by level, the arrows that one drawn cause moves together, each such set in one number.
    """

    levels: frozenset[str] = frozenset()
    moved: frozenset[tuple[str, int]] = frozenset()

    def bundles(self, design: Design, level: str, vary: int) -> tuple[Bundles, ...]:
        """The bundles that are to be independent at a level; none where nothing is granted there."""
        if level not in self.levels:
            return ()
        return bundles_apart(
            design, level, vary, frozenset(arrows for at, arrows in self.moved if at == level)
        )


@once
def apart_beside(design: Design, levels: frozenset[str], causes: tuple[str, ...] = ()) -> Apart:
    """What is asked of a population in which some unmeasured modifiers move something, and no other modifier does.

    Of a product the contrast is made of its factors' compliances: what moves one of these moves it too (theory section 15).
    """
    each = ((level, moved_by(design, level, name)) for level in levels for name in causes)
    return Apart(
        levels,
        frozenset((level, numbered(design, arrows | made_of(design, arrows))) for level, arrows in each),
    )


def made_of(design: Design, arrows: Collection[Edge]) -> frozenset[Edge]:
    """The arrows from arms into products whose factors some arrows lead to."""
    moved = numbered(design, arrows)
    return frozenset(
        (arm, q)
        for q in design.products
        for arm in design.treatments
        if design.causal.has_edge(arm, q) and feeding_set(design, arm, q) & moved
    )


def apart_at(
    design: Design,
    node: str,
    above: int,
    below: int,
    levels: Collection[str] = LEVELS,
    given: Collection[str] = (),
) -> bool:
    """Whether (vi) and (vii) grant two sets of arrows to be independent, one on ways into a node, one on ways out of it.

    Args:
        design: the design.
        node: the node.
        above: the arrows on ways into it.
        below: those on ways out of it.
        levels: where they are to be; no drawn cause may move both sides there.
        given: the modifiers that are held fixed.
    """
    up, down = _upstream(design, (node,)), edge_set(design, node, design.outcome)
    if above & ~up or below & ~down or any(below & _exempt(design, level) for level in LEVELS):
        return False
    sides = edges_in(design, above), edges_in(design, below)
    return not design.modifiers or all(separated(design, level, *sides, given) for level in levels)


def apart_between(design: Design, above: int, below: int) -> bool:
    """Whether (vii) grants what a site says of some arrows to be independent of what it says of others, all together.

    Never of an arrow into a product of mediators: a contrast of its own stands for it (theory section 15).

    Args:
        design: the design.
        above: arrows that are to be upstream of some regressors.
        below: arrows that are to be part of an effect of one of these.
    """
    vary = numbered(design, (e for e in design.causal.edges if design.varies(*e) != "none"))
    up, down = above & vary, below & vary
    into = numbered(design, ((a, q) for q in design.products for a in design.causal.pred[q]))
    if (above | below) & into:
        return False
    if not any(not up & ~more and not down & ~other for more, other in _granted(design, "sites")):
        return False
    return not design.modifiers or separated(design, "sites", edges_in(design, up), edges_in(design, down))


@once
def bundles_apart(
    design: Design, level: str, vary: int, moved: frozenset[int] = frozenset()
) -> tuple[Bundles, ...]:
    """The bundles that a numeral grants to be independent at a level, as far as their arrows vary.

    Args:
        design: the design.
        level: "persons" for (vi), "sites" for (vii).
        vary: the arrows that vary; others are left out of account.
        moved: sets of arrows that a drawn cause moves together, so that no two of a set are granted to be independent.
    """
    found = dict.fromkeys((up & vary, down & vary) for up, down in _granted(design, level))
    pieces = dict.fromkeys(chain.from_iterable(_not_joined(*two, moved) for two in found)) if moved else found
    return tuple(two for two in pieces if all(two))


def _not_joined(up: int, down: int, moved: frozenset[int]) -> Iterator[Bundles]:
    """The largest parts of two bundles such that no cause moves an arrow of the one together with one of the other."""
    kinds: dict[int, int] = {}
    for place in bits(down):
        with_it = reduce(or_, (arrows for arrows in moved if arrows >> place & 1), 0) & up
        kinds[with_it] = kinds.get(with_it, 0) | 1 << place
    left_out = {0}
    for with_it in kinds:
        left_out |= {with_it | others for others in left_out}
    for others in sorted(left_out):
        yield up & ~others, reduce(or_, (some for with_it, some in kinds.items() if not with_it & ~others), 0)


def _largest(found: Iterable[Bundles]) -> Iterator[Bundles]:
    """Those that are not inside another."""
    kept: list[Bundles] = []
    for up, down in sorted(found, key=lambda two: (-(two[0] | two[1]).bit_count(), two)):
        if not any(not up & ~more and not down & ~other for more, other in kept):
            kept.append((up, down))
            yield up, down


@once
def _granted(design: Design, level: str) -> tuple[Bundles, ...]:
    """All bundles of a level without the arrows that are exempt; none that follows from another by leaving out arrows.

    What is exempt is so beside the arms on whose ways an arrow is declared correlated with it: of the compliances of other arms,
    in regressions with their rows alone, (vi) and (vii) are granted as they are elsewhere.
    """
    exempt = _exempt(design, level)
    found: set[Bundles] = set()
    for ups, down in _bundles(design, level):
        up = reduce(or_, ups)
        found.add((up & ~down, down & ~up & ~exempt))
        clear = [own for own in ups if not _correlated(design, level, own, down)] if down & exempt else []
        if 0 < len(clear) < len(ups):
            up = reduce(or_, clear)
            found.add((up & ~down, down & ~up))
    return tuple(_largest(filter(all, found)))


@once
def _exempt(design: Design, level: str) -> int:
    """The arrows of effects that are declared correlated with an arrow upstream: (vi), or (vii), is not granted so."""
    if not said_of(design, level).correlated:
        return 0
    each = (_correlated(design, level, reduce(or_, ups), down) for ups, down in _bundles(design, level))
    return reduce(or_, each, 0)


def _correlated(design: Design, level: str, up: int, down: int) -> int:
    """The arrows downstream, none of them upstream as well, that are declared correlated with one upstream alone."""
    found, shared = 0, up & down
    for pair, _ in said_of(design, level).correlated:
        one, *other = (1 << place for place in bits(pair))
        for e, f in ((one, other[0]), (other[0], one)) if other else ():
            if e & up & ~shared and f & down & ~shared:
                found |= f
    return found


Sides = tuple[tuple[int, ...], int]
"""What is upstream, arm by arm, and what is downstream."""


@once
def _bundles(design: Design, level: str) -> tuple[Sides, ...]:
    """All pairs of bundles: (vi) is about own compliances, so that each mediator's whole effect says all there is."""
    if level == "persons":
        return tuple(
            (_by_arm(design, (u,)), edge_set(design, u, design.outcome)) for u in design.observed_mediators
        )
    found: dict[Sides, None] = {}
    for v in (*design.observed_mediators, design.outcome):
        for chosen in _regressors(design, v) if design.sites != 1 else ():
            ups = _by_arm(design, chosen)
            for u in chosen:
                found[ups, edge_set(design, u, v, frozenset(chosen) - {u})] = None
    return tuple(found)


def _regressors(design: Design, node: str) -> Iterator[tuple[str, ...]]:
    """Sets of measured mediators that lead to a node; of many those of one and two, all, and the last before it."""
    routes = routes_of(design)
    place = routes.number[node]
    before = routes.named(routes.up[place] & routes.measured & ~(1 << place))
    few = len(design.observed_mediators) <= EVERY_SET
    sizes: Collection[int] = range(1, len(before) + 1) if few else {1, 2, len(before)}
    for size in sizes:
        yield from combinations(before, size)
    if not few:
        shut = routes.measured & ~(1 << place)
        yield routes.named(routes.back(place, shut) & shut)


def _upstream(design: Design, nodes: Iterable[str]) -> int:
    """The arrows on ways from the arms to some nodes; of a product those above its factors too, which its contrast is made of."""
    return reduce(or_, _by_arm(design, tuple(nodes)), 0)


def _by_arm(design: Design, nodes: tuple[str, ...]) -> tuple[int, ...]:
    """The same, arm by arm."""
    return tuple(reduce(or_, (feeding_set(design, arm, u) for u in nodes), 0) for arm in design.treatments)
