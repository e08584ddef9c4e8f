"""Worlds of every kind in turn, the plainest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, combinations, islice, product, zip_longest

from identcheck.basics.once import Listed, once
from identcheck.decide.estimands import Target
from identcheck.decide.witness.bases.drawing import (
    LARGER,
    RANGES,
    drawn_world,
    free_arrows,
    own_arrows,
    with_correlated,
)
from identcheck.decide.witness.bases.persons import all_spread, of_types, spread_alike, unmoved
from identcheck.decide.witness.bases.sites import (
    alike_or_idle,
    balancing,
    crossed,
    doubled,
    interrupted,
    one_arm_alone,
    scaled,
    sites_of_kinds,
)
from identcheck.decide.witness.crossing import Plan
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.paths import edges_between
from identcheck.describe.design import Design

MOST_OWN = 6
"""Of up to this many arrows of arms worlds are tried in which only some differ between sites."""


MOST_OTHERS = 24
"""With more arrows beside those of arms fewer ways for them to move are tried."""


MOST_UNMOVED = 3
"""Of the effect's source and the nodes on its way so many are tried as the one that some persons are not moved in."""


def bases(
    design: Design,
    target: Target,
    columns: int,
    effects: Collection[Edge],
    fits: Callable[[World], bool],
    person_edges: Iterable[Edge],
    any_number: bool,
    plan: Plan,
    enough: Callable[[Collection[Edge]], bool] = lambda _moving: True,
) -> Iterator[World]:
    """Worlds that meet what is granted, the plainest first.

    Args:
        design: the design.
        target: the estimand; the arrows on its paths (of a part, after its mediator) are the last to vary.
        columns: how many columns the widest regression in question has; decides the number of sites.
        effects: the arrows that the effects in question are made of; that they vary is best left out.
        fits: whether a world meets the granted conditions.
        person_edges: edges that may differ between the persons of a site.
        any_number: whether there may be more sites than the design has: they stand for the population of sites,
            and the design's number matters for the rank only.
        plan: how arrows are to vary for the sake of what is declared of them.
        enough: whether a world can fit in which only these arrows differ, between sites or within them; else none is drawn.
    """
    count = min(design.sites or columns + 1, columns + 1)
    own = own_arrows(design)
    free = free_arrows(design)
    on_paths = edges_between(design, *target.stretches[-1])
    around = [e for e in free if e in own or (e not in on_paths and e[1] != target.target)]
    upstream = [e for e in around if e in own or e not in effects]

    def drawn(choices: Iterable[Sequence[Edge]], ranges: tuple[int, ...] = RANGES) -> Iterator[World]:
        useful = (some for some in choices if enough(with_correlated(some, (*plan.together, *plan.persons))))
        found = (drawn_world(design, count, some, fits, plan, ranges) for some in useful)
        return (world for world in found if world is not None)

    plain = list(dict.fromkeys(drawn((own, upstream))))
    yield from plain
    edges = tuple(person_edges)
    ways = _ways(design, own, around, plan)
    further = Listed(lambda: drawn(ways))
    kinds = _made(design, count, any_number, plan)
    typed = (of_types(world, edges) for world in chain(plain, kinds[-2], further, kinds[0]) if edges)
    ends = (target.source, *sorted(target.inner))[:MOST_UNMOVED]
    still = (unmoved(world, end, edges) for world in chain(plain, islice(further, 3)) for end in ends)
    yield from _in_turn(
        further,
        drawn((own, upstream), LARGER),  # where small numbers happen to hide a difference
        *(filter(fits, made) for made in kinds),
        filter(
            fits,
            one_arm_alone(design, target.source, count, plan) if target.source in design.treatments else (),
        ),
        filter(fits, typed),
        (world for world in still if world is not None and fits(world)),
        all_spread(plain or islice(further, 1), edges, fits),
        filter(fits, spread_alike(chain(plain, further), own, edges)),
        *(all_spread(made, edges, fits) for made in kinds),
    )


def _ways(design: Design, own: list[Edge], around: Sequence[Edge], plan: Plan) -> Sequence[Sequence[Edge]]:
    """Further choices of arrows that move, each once; in large graphs only those with one arrow beside the arms' own."""
    free = free_arrows(design)
    others = [e for e in around if e not in own]
    plain = [*([*own, e] for e in others), list(around), free, *map(list, _parts_of(own))]
    if len(others) > MOST_OTHERS:
        return plain
    alike = [plan.alike(e, [*own, *around]) for e in others if plan.apart]
    steady = [e for e in own if e[1] in design.observed_mediators]  # no bypass differs between sites
    without = [[*steady, *some] for some in ([], *([e] for e in others)) if steady != own]
    inner = [e for e in free if e not in own and e[1] != design.outcome]
    pairs = [[*own, *some] for some in (*combinations(inner, 2), inner) if len(inner) <= MOST_OWN]
    return [*map(list, dict.fromkeys(map(tuple, [*alike, *plain[:1], *without, *plain[1:], *pairs])))]


def _in_turn(*kinds: Iterable[World]) -> Iterator[World]:
    """One world of each kind after another: only so many are tried, and none of the kinds is to be left out."""
    for worlds in zip_longest(*kinds):
        yield from (world for world in worlds if world is not None)


@once
def _made(design: Design, count: int, any_number: bool, plan: Plan) -> tuple[Listed[World], ...]:
    """Worlds that are made, not drawn until they fit, kind by kind; the same for every effect."""
    own = own_arrows(design)
    kinds = (
        lambda: alike_or_idle(design, count, own, plan),
        lambda: iter(crossed(design, any_number)),
        lambda: interrupted(design, count, own, plan),
        lambda: scaled(design, count, own),
        lambda: doubled(design, count, plan),
    )

    def peopled(make: Callable[[], Iterator[World]]) -> Listed[World]:
        return Listed(lambda: (world for plain in make() for world in plan.peopled(plain)))

    return tuple(map(peopled, kinds))


def _parts_of(own: Sequence[Edge]) -> Iterator[Sequence[Edge]]:
    """All of some arrows but one, then each by itself; of many none."""
    if 1 < len(own) <= MOST_OWN:
        sizes = dict.fromkeys((len(own) - 1, 1))
        yield from (moving for size in sizes for moving in combinations(own, size))


def stalled(design: Design, target: Target, columns: int, plan: Plan) -> Iterator[World]:
    """In the first site an arm does not move one mediator, on balance, by the value of an arrow into it; one site more.

    Tried last: where all an arm's arrows are the same in all sites, or one idle site in so few would take the rank away.
    """
    more = columns + 2 if design.sites is None else min(design.sites, columns + 2)
    own = own_arrows(design)
    moving = with_correlated(
        [e for e in free_arrows(design) if e in own or e[1] != target.target], plan.together
    )
    for most in (RANGES[-1], LARGER[-1]):
        sites = sites_of_kinds(design, more, moving, plan, most)
        if sites is None:
            return
        drawn = World.of_means(design, sites)
        for arm, edge in product(design.treatments, moving):
            if edge[1] in design.observed_mediators and (value := balancing(drawn, arm, edge)) is not None:
                yield from plan.peopled(World.of_means(design, [sites[0] | {edge: value}, *sites[1:]]))


def uncrossed(design: Design, columns: int, fits: Callable[[World], bool]) -> Iterator[World]:
    """Worlds in which the arms' own arrows differ between sites, and nothing else, whatever is declared of them."""
    count = min(design.sites or columns + 1, columns + 1)
    own = own_arrows(design)
    drawn = (drawn_world(design, count, own, fits, Plan(), ranges) for ranges in (RANGES, LARGER))
    yield from (w for w in drawn if w is not None)
