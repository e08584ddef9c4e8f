"""First worlds to move away from: small whole numbers, as plain as the granted conditions allow.

In the plainest only the arms' own arrows differ between sites, which meets every condition of theory section 7
but the rank; the others let more vary, where an arrow that is fixed could not carry a counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations, islice, permutations, product, zip_longest
from random import Random
from typing import Any

from identcheck.basics.once import Listed, once
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import Number, plain as plain_number, quotient
from identcheck.decide.witness.crossing import Plan, drawn_up_to
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.derive.paths import edges_between
from identcheck.describe.design import Design

__all__ = ["bases", "drawn_alike", "free_arrows", "own_arrows", "stalled", "uncrossed", "with_correlated"]

RANGES = (3, 3, 5, 9, 20)
"""Coefficients are drawn up to these, the smallest first, until the world has the rank that is asked for."""

LARGER = (20, 50)

MOST_OWN = 6
"""Of up to this many arrows of arms worlds are tried in which only some differ between sites."""

MOST_OTHERS = 24
"""With more arrows beside those of arms fewer ways for them to move are tried."""

MOST_UNMOVED = 3
"""Of the effect's source and the nodes on its way so many are tried as the one that some persons are not moved in."""

MOST_CROSSED = 3
"""Up to this many arrows between mediators are crossed with one another."""


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
        found = (_drawn(design, count, some, fits, plan, ranges) for some in useful)
        return (world for world in found if world is not None)

    plain = list(dict.fromkeys(drawn((own, upstream))))
    yield from plain
    edges = tuple(person_edges)
    ways = _ways(design, own, around, plan)
    further = Listed(lambda: drawn(ways))
    kinds = _made(design, count, any_number, plan)
    typed = (_of_types(world, edges) for world in chain(plain, kinds[-2], further, kinds[0]) if edges)
    ends = (target.source, *sorted(target.inner))[:MOST_UNMOVED]
    still = (_unmoved(world, end, edges) for world in chain(plain, islice(further, 3)) for end in ends)
    yield from _in_turn(
        further,
        drawn((own, upstream), LARGER),  # where small numbers happen to hide a difference
        *(filter(fits, made) for made in kinds),
        filter(
            fits, _alone(design, target.source, count, plan) if target.source in design.treatments else ()
        ),
        filter(fits, typed),
        (world for world in still if world is not None and fits(world)),
        _all_spread(plain or islice(further, 1), edges, fits),
        filter(fits, _spread_alike(chain(plain, further), own, edges)),
        *(_all_spread(made, edges, fits) for made in kinds),
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
        lambda: _alike_or_idle(design, count, own, plan),
        lambda: iter(_crossed(design, any_number)),
        lambda: _interrupted(design, count, own, plan),
        lambda: _scaled(design, count, own),
        lambda: _doubled(design, count, plan),
    )

    def peopled(make: Callable[[], Iterator[World]]) -> Listed[World]:
        return Listed(lambda: (world for plain in make() for world in plan.peopled(plain)))

    return tuple(map(peopled, kinds))


def _parts_of(own: Sequence[Edge]) -> Iterator[Sequence[Edge]]:
    """All of some arrows but one, then each by itself; of many none."""
    if 1 < len(own) <= MOST_OWN:
        sizes = dict.fromkeys((len(own) - 1, 1))
        yield from (moving for size in sizes for moving in combinations(own, size))


def _of_types(plain: World, edges: Collection[Edge]) -> World:
    """The world with a person for every arm whom it alone moves, so much the more, and one whom no arm does.

    Effects of mediators in one of them then show in the contrasts of one arm alone, or in none.
    """
    arms = plain.design.treatments
    return World(
        plain.design,
        [
            [_moved_by(plain, values, arm, edges) for values in site for arm in (None, *arms)]
            for site in plain.sites
        ],
    )


def _moved_by(plain: World, values: Values, arm: str | None, edges: Collection[Edge]) -> Values:
    """Someone whom one arm alone moves, or none, as far as the arrows that vary from person to person allow it."""
    person, arms = dict(values), plain.design.treatments
    reach: dict[str, dict[str, Number]] = {other: {other: 1} for other in arms}
    for node, parents in plain.parents.items():
        inner = [p for p in parents if p not in arms]
        for p in inner:
            if (p, node) in edges and any(reach[a].get(p) for a in arms) and not (arm and reach[arm].get(p)):
                person[p, node] = 0
        for other in arms:
            through = sum(reach[other].get(p, 0) * person[p, node] for p in inner)
            if (other, node) in edges:
                person[other, node] = (len(arms) + 1) * values[other, node] if other == arm else -through
            reach[other][node] = through + person.get((other, node), 0)
    return person


def _unmoved(plain: World, node: str, edges: Collection[Edge]) -> World | None:
    """The world with one more person in each site, in whom no arm moves a node: what the arms do along two ways cancels.

    None where no arrow that may differ between persons allows it.
    """
    design = plain.design
    if node in design.treatments or not edges:
        return None
    sites = []
    for s, site in enumerate(plain.sites):
        person = dict(site[0])
        for arm in design.treatments:
            own = [e for e in sorted(edges) if e[0] == arm]
            gains = dict(plain.gains(s, 0, own, (arm, node, frozenset())))
            whole = plain.effect(s, 0, arm, node, frozenset())
            if whole and not gains:
                return None
            if whole:
                edge, gain = next(iter(gains.items()))
                person[edge] = plain_number(person[edge] - Fraction(whole) / gain)
        sites.append([*site, person])
    return World(design, sites)


def _all_spread(
    worlds: Iterable[World], edges: Iterable[Edge], fits: Callable[[World], bool]
) -> Iterator[World]:
    """Those worlds with two persons for each, who differ in one arrow."""
    chosen = tuple(worlds)
    for edge in edges:
        yield from (w for w in (_spread(world, edge) for world in chosen) if fits(w))


def free_arrows(design: Design) -> list[Edge]:
    """The arrows that may vary."""
    return [e for e in sorted(design.causal.edges) if design.varies(*e) != "none"]


def own_arrows(design: Design) -> list[Edge]:
    """Those of the arms among them."""
    return [e for e in free_arrows(design) if e[0] in design.treatments]


def with_correlated(moving: Sequence[Edge], pairs: Iterable[Iterable[Edge]]) -> list[Edge]:
    """The arrows that move, and those that have to because they are correlated with another."""
    return list(dict.fromkeys([*moving, *(edge for pair in pairs for edge in pair)]))


def _drawn(
    design: Design,
    count: int,
    moving: Sequence[Edge],
    fits: Callable[[World], bool],
    plan: Plan,
    ranges: tuple[int, ...] = RANGES,
) -> World | None:
    """The first world drawn that fits, its moving arrows different from site to site; None where none does."""
    worlds = _draws(design, count, tuple(with_correlated(moving, plan.together)), plan, ranges)
    return next((world for world in worlds if fits(world)), None)


@once
def _draws(
    design: Design, count: int, moving: tuple[Edge, ...], plan: Plan, ranges: tuple[int, ...]
) -> Listed[World]:
    """The worlds that are drawn, the same for every effect, so that what is found out about one serves them all."""

    def worlds() -> Iterator[World]:
        shared, random = drawn_alike(design)
        for most in ranges:
            sites = plan.sites(shared, moving, count, drawn_up_to(random, most))
            if sites is None:
                return
            yield from plan.peopled(World.of_means(design, sites))
            shared = _small(design, random)

    return Listed(worlds)


def drawn_alike(design: Design) -> tuple[Values, Random]:
    """A small whole number for every arrow, the same every time, and what is drawn with next."""
    values, state = _first_values(design)
    random = Random(0)
    random.setstate(state)
    return values, random


@once
def _first_values(design: Design) -> tuple[Values, tuple[Any, ...]]:
    random = Random("identcheck")
    return _small(design, random), random.getstate()


def _small(design: Design, random: Random) -> Values:
    return {edge: random.randint(1, 3) for edge in sorted(design.causal.edges)}


@once
def _crossed(design: Design, any_number: bool) -> Listed[World]:
    """Every value of the arms' arrows with every value of an arrow between others, or of several, in a site each.

    What is downstream then does not depend on what is upstream, though both vary.
    """
    own = own_arrows(design)
    return Listed(lambda: _crossings(design, own, any_number))


def _crossings(design: Design, own: list[Edge], any_number: bool) -> Iterator[World]:
    inner = [e for e in free_arrows(design) if e not in own and e[1] != design.outcome]
    single: list[tuple[Edge, ...]] = [(edge,) for edge in inner]
    for chosen in [*single, *([tuple(inner)] if 1 < len(inner) <= MOST_CROSSED else [])]:
        for patterns in (2, 3):
            most = None if any_number and design.sites != 1 else design.sites
            if most is None or patterns * 2 ** len(chosen) <= most:
                shared, random = drawn_alike(design)
                ups = [shared | {e: random.randint(1, 5) for e in own} for _ in range(patterns)]
                yield World.of_means(
                    design,
                    [
                        up | {edge: up[edge] + more for edge, more in zip(chosen, extra, strict=True)}
                        for up in ups
                        for extra in product((0, 2), repeat=len(chosen))
                    ],
                )


def _doubled(design: Design, count: int, plan: Plan) -> Iterator[World]:
    """Correlated arrows alone differ between sites; and of each site there is one in which treatment does twice as much."""
    twice = dict.fromkeys(own_arrows(design), (1, 2))
    sites = _sites(design, count, with_correlated([], plan.together), plan, 5) or []
    if plan.together and sites:
        yield World.of_means(
            design,
            [{e: x * twice.get(e, (1, 1))[k] for e, x in values.items()} for values in sites for k in (0, 1)],
        )


def _alike_or_idle(design: Design, count: int, own: list[Edge], plan: Plan) -> Iterator[World]:
    """All sites alike; or treatment does nothing, in the first site or, as far as its arrows may be zero, anywhere.

    Arrows that are correlated between sites go on differing.
    """
    must = with_correlated([], plan.together)
    arms = design.treatments
    nowhere: Values = {e: 0 for e in design.causal.edges if e[0] in arms and e not in must}
    alike = _sites(design, count, must, plan)
    if alike is not None:
        yield World.of_means(design, [dict(values) for values in alike])
    yield from _from_zero(design, count, own, own, plan)
    if alike is not None:
        yield World.of_means(design, [values | nowhere for values in alike])


def _interrupted(design: Design, count: int, own: list[Edge], plan: Plan) -> Iterator[World]:
    """In the first site an arrow between mediators does nothing."""
    for edge in free_arrows(design):
        if edge not in own and edge[1] != design.outcome:
            yield from _from_zero(design, count, [*own, edge], [edge], plan)


def _scaled(design: Design, count: int, own: list[Edge]) -> Iterator[World]:
    """In each site every arm does so many times what it does in the first: compliances stay in proportion, arm by arm."""
    arms = design.treatments
    if len(arms) > 1 and design.sites != 1:
        shared, random = drawn_alike(design)
        times = [{arm: random.randint(1, 5) for arm in arms} for _ in range(max(2, count))]
        yield World.of_means(design, [shared | {e: by[e[0]] * shared[e] for e in own} for by in times])


def _from_zero(
    design: Design, count: int, moving: list[Edge], idle: Iterable[Edge], plan: Plan
) -> Iterator[World]:
    """Some arrows move, and of these some are zero in the first site.

    Where some arrows are to vary apart from others, they differ from site to site by as much as they would anyway.
    """
    together = len(plan.parts(with_correlated(moving, plan.together))) < 2
    sites = _sites(design, count, with_correlated(moving, plan.together), plan, 3 if together else 9)
    if sites is not None:
        first: Values = {e: sites[0][e] for e in idle}
        apart = {} if together else first
        others = ({e: site[e] - x for e, x in apart.items()} for site in sites[1:])
        changed: list[Values] = [dict.fromkeys(first, 0), *others]
        yield World.of_means(design, [site | more for site, more in zip(sites, changed, strict=True)])


def _sites(
    design: Design, count: int, moving: Sequence[Edge], plan: Plan, most: int = 3
) -> list[Values] | None:
    """Kinds of sites with small whole numbers."""
    shared, random = drawn_alike(design)
    return plan.sites(shared, moving, count, drawn_up_to(random, most))


def _alone(design: Design, arm: str, count: int, plan: Plan) -> Iterator[World]:
    """All sites alike, and of several arms one alone does anything: it moves the mediators, and yet no rank is full."""
    must = with_correlated([], plan.together)
    sites = _sites(design, count, must, plan)
    others: Values = {
        e: 0 for e in design.causal.edges if e[0] in design.treatments and e[0] != arm and e not in must
    }
    if others and sites is not None:
        yield World.of_means(design, [values | others for values in sites])


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
        sites = _sites(design, more, moving, plan, most)
        if sites is None:
            return
        drawn = World.of_means(design, sites)
        for arm, edge in product(design.treatments, moving):
            if edge[1] in design.observed_mediators and (value := _balancing(drawn, arm, edge)) is not None:
                yield from plan.peopled(World.of_means(design, [sites[0] | {edge: value}, *sites[1:]]))


def _balancing(world: World, arm: str, edge: Edge) -> Number | None:
    """The value of an arrow in the first site with which an arm has no effect on its head there; None where there is none."""
    before, node = edge
    reach = 1 if before == arm else world.mean_effect(0, arm, before)
    if not reach:
        return None
    return world.sites[0][0][edge] - quotient(world.mean_effect(0, arm, node), reach)


@once
def _spread(plain: World, edge: Edge) -> World:
    """Two persons for each in a site, who differ, by as much above as below the mean, in one arrow."""
    return World(
        plain.design,
        [[values | {edge: values[edge] + by} for values in site for by in (1, -1)] for site in plain.sites],
    )


def _spread_alike(worlds: Iterable[World], own: Sequence[Edge], edges: Collection[Edge]) -> Iterator[World]:
    """Two persons for each in a site, who differ in one arrow of an arm by as much as another of its arrows does there.

    What a covariance of that compliance can make up for is then in proportion to another compliance.
    """
    for world in worlds:
        for edge, other in permutations(own, 2):
            if edge in edges and edge[0] == other[0]:
                yield World(
                    world.design,
                    [
                        [p | {edge: p[edge] + by * p[other]} for p in site for by in (1, -1)]
                        for site in world.sites
                    ],
                )


def uncrossed(design: Design, columns: int, fits: Callable[[World], bool]) -> Iterator[World]:
    """Worlds in which the arms' own arrows differ between sites, and nothing else, whatever is declared of them."""
    count = min(design.sites or columns + 1, columns + 1)
    own = own_arrows(design)
    drawn = (_drawn(design, count, own, fits, Plan(), ranges) for ranges in (RANGES, LARGER))
    yield from (w for w in drawn if w is not None)
