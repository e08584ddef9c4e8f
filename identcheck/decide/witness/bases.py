"""First worlds to move away from: small whole numbers, as plain as the granted conditions allow.

In the plainest only the arms' own arrows differ between sites, which meets every condition of theory section 7
but the rank; the others let more vary, where an arrow that is fixed could not carry a counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import combinations, product
from random import Random

from identcheck.basics.once import Listed, once
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import Number, quotient
from identcheck.decide.witness.crossing import Plan
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.derive.paths import edges_between
from identcheck.describe.design import Design

__all__ = ["bases", "drawn_alike", "own_arrows", "stalled", "uncrossed"]

RANGES = (3, 3, 5, 9, 20)
"""Coefficients are drawn up to these, the smallest first, until the world has the rank that is asked for."""

LARGER = (20, 50)

MOST_OWN = 6
"""Of up to this many arrows of arms worlds are tried in which only some differ between sites."""

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
) -> Iterator[World]:
    """Worlds that meet what is granted, the plainest first.

    Args:
        design: the design.
        target: the estimand; the arrows on its paths are the last to vary.
        columns: how many columns the widest regression in question has; decides the number of sites.
        effects: the arrows that the effects in question are made of; that they vary is best left out.
        fits: whether a world meets the granted conditions.
        person_edges: edges that may differ between the persons of a site.
        any_number: whether there may be more sites than the design has: they stand for the population of sites,
            and the design's number matters for the rank only.
        plan: how arrows are to vary for the sake of what is declared of them.
    """
    count = min(design.sites or columns + 1, columns + 1)
    own = own_arrows(design)
    free = free_arrows(design)
    on_paths = edges_between(design, target.source, target.target, target.avoiding)
    around = [e for e in free if e in own or (e not in on_paths and e[1] != target.target)]
    upstream = [e for e in around if e in own or e not in effects]
    ways = [own, upstream, *([*own, e] for e in around if e not in own), around]
    plain = []
    for moving in ways:
        if (world := _drawn(design, count, moving, fits, plan)) is not None:
            plain.append(world)
            yield world
    again = (_drawn(design, count, moving, fits, plan, LARGER) for moving in (own, upstream))
    yield from (w for w in again if w is not None)  # where small numbers happen to hide a difference
    further = []
    for world in filter(fits, _made(design, count, any_number, plan)):
        further.append(world)
        yield world
    yield from _all_spread(plain, person_edges, fits)
    if (every := _drawn(design, count, free, fits, plan)) is not None:
        yield every
    some = (_drawn(design, count, list(moving), fits, plan) for moving in _parts_of(own))
    for world in (w for w in some if w is not None):  # where a bypass must be unrelated to compliance
        further.append(world)
        yield world
    yield from _all_spread(further, person_edges, fits)


@once
def _made(design: Design, count: int, any_number: bool, plan: Plan) -> Listed[World]:
    """Worlds that are made, not drawn until they fit; the same for every effect."""
    own = own_arrows(design)

    def worlds() -> Iterator[World]:
        for made in (
            _crossed(design, own, any_number),
            _doubled(design, count, plan),
            _alike_or_idle(design, count, own, plan),
        ):
            for plain in made:
                yield from plan.peopled(plain)

    return Listed(worlds)


def _parts_of(own: Sequence[Edge]) -> Iterator[Sequence[Edge]]:
    """All of some arrows but one, then each by itself; of many none."""
    if 1 < len(own) <= MOST_OWN:
        sizes = dict.fromkeys((len(own) - 1, 1))
        yield from (moving for size in sizes for moving in combinations(own, size))


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


def _with(moving: Sequence[Edge], pairs: Iterable[Iterable[Edge]]) -> list[Edge]:
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
    """The first world drawn that fits, its moving arrows different from site to site."""
    worlds = _draws(design, count, tuple(_with(moving, plan.together)), plan, ranges)
    return next((world for world in worlds if fits(world)), None)


@once
def _draws(
    design: Design, count: int, moving: tuple[Edge, ...], plan: Plan, ranges: tuple[int, ...]
) -> Listed[World]:
    """The worlds that are drawn, the same for every effect, so that what is found out about one serves them all."""

    def worlds() -> Iterator[World]:
        random = Random("identcheck")
        for most in ranges:
            sites = plan.sites(random, drawn_alike(design, random), moving, count, most)
            if sites is not None:
                yield from plan.peopled(World.of_means(design, sites))

    return Listed(worlds)


def drawn_alike(design: Design, random: Random) -> Values:
    """A small whole number for every arrow."""
    return {edge: random.randint(1, 3) for edge in sorted(design.causal.edges)}


def _crossed(design: Design, own: list[Edge], any_number: bool) -> Iterator[World]:
    """Every value of the arms' arrows with every value of an arrow between others, or of several, in a site each.

    What is downstream then does not depend on what is upstream, though both vary.
    """
    inner = [e for e in free_arrows(design) if e not in own and e[1] != design.outcome]
    single: list[tuple[Edge, ...]] = [(edge,) for edge in inner]
    for chosen in [*single, *([tuple(inner)] if 1 < len(inner) <= MOST_CROSSED else [])]:
        for patterns in (2, 3):
            most = None if any_number and design.sites != 1 else design.sites
            if most is None or patterns * 2 ** len(chosen) <= most:
                random = Random("identcheck")
                shared = drawn_alike(design, random)
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
    random = Random("identcheck")
    sites = plan.sites(random, drawn_alike(design, random), _with([], plan.together), count, 5) or []
    if plan.together and sites:
        yield World.of_means(
            design,
            [{e: x * twice.get(e, (1, 1))[k] for e, x in values.items()} for values in sites for k in (0, 1)],
        )


def _alike_or_idle(design: Design, count: int, own: list[Edge], plan: Plan) -> Iterator[World]:
    """All sites alike; or treatment does nothing, in the first site or, as far as its arrows may be zero, anywhere.

    Arrows that are correlated between sites go on differing.
    """
    must = _with([], plan.together)
    arms = design.treatments
    nowhere: Values = {e: 0 for e in design.causal.edges if e[0] in arms and e not in must}

    def sites(moving: list[Edge]) -> list[Values] | None:
        random = Random("identcheck")
        return plan.sites(random, drawn_alike(design, random), moving, count, 3)

    alike, idle = sites(must), sites(_with(own, plan.together))
    if alike is not None:
        yield World.of_means(design, [dict(values) for values in alike])
    if idle is not None:
        yield World.of_means(design, [{**idle[0], **dict.fromkeys(own, 0)}, *idle[1:]])
    if alike is not None:
        yield World.of_means(design, [values | nowhere for values in alike])


def stalled(design: Design, target: Target, columns: int, plan: Plan) -> Iterator[World]:
    """In the first site an arm does not move one mediator, on balance, by the value of an arrow into it; one site more.

    Tried last: where all an arm's arrows are the same in all sites, or one idle site in so few would take the rank away.
    """
    more = columns + 2 if design.sites is None else min(design.sites, columns + 2)
    own = own_arrows(design)
    moving = _with([e for e in free_arrows(design) if e in own or e[1] != target.target], plan.together)
    for most in (RANGES[-1], LARGER[-1]):
        random = Random("identcheck")
        sites = plan.sites(random, drawn_alike(design, random), moving, more, most)
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


def uncrossed(design: Design, columns: int, fits: Callable[[World], bool]) -> Iterator[World]:
    """Worlds in which the arms' own arrows differ between sites, and nothing else, whatever is declared of them."""
    count = min(design.sites or columns + 1, columns + 1)
    own = own_arrows(design)
    drawn = (_drawn(design, count, own, fits, Plan(), ranges) for ranges in (RANGES, LARGER))
    yield from (w for w in drawn if w is not None)
