"""First worlds to move away from: small whole numbers, as plain as the granted conditions allow.

In the plainest only the arms' own arrows differ between sites, which meets every condition of theory section 7
but the rank; the others let more vary, where an arrow that is fixed could not carry a counterexample. For regressions with
more columns than there are equations compliances are made dependent in a plain way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, product
from random import Random

from identcheck.basics.once import once
from identcheck.decide.estimands import Target
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.crossing import Plan
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.derive.paths import edges_between
from identcheck.describe.design import Design

__all__ = ["MANY_COLUMNS", "bases", "dependent", "uncrossed"]

RANGES = (3, 3, 5, 9, 20)
"""Coefficients are drawn up to these, the smallest first, until the world has the rank that is asked for."""

LARGER = (20, 50)

MANY_COLUMNS = 8
"""With no more regressors than this, coefficients that are drawn serve as well and are plainer than dependent ones."""

LARGEST = 9
"""Dependent coefficients are drawn up to this."""

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
    own = _own(design)
    free = [e for e in sorted(design.causal.edges) if design.varies(*e) != "none"]
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
    made = chain(
        _crossed(design, own, free, any_number),
        _doubled(design, count, plan),
        _alike_or_idle(design, count, own, plan),
    )
    yield from (w for world in made for w in plan.peopled(world) if fits(w))
    for edge in person_edges:
        yield from (w for w in (_spread(world, edge) for world in plain) if fits(w))
    if (every := _drawn(design, count, free, fits, plan)) is not None:
        yield every


def _own(design: Design) -> list[Edge]:
    """The arms' own arrows that may vary."""
    return [
        e for e in sorted(design.causal.edges) if e[0] in design.treatments and design.varies(*e) != "none"
    ]


def _with(moving: Sequence[Edge], pairs: Iterable[Iterable[Edge]]) -> list[Edge]:
    """The arrows that move, and those that have to because they are correlated with another."""
    return list(dict.fromkeys([*moving, *(edge for pair in pairs for edge in pair)]))


def _drawn(
    design: Design,
    count: int,
    moving: list[Edge],
    fits: Callable[[World], bool],
    plan: Plan,
    ranges: Sequence[int] = RANGES,
) -> World | None:
    """The first world drawn that fits, its moving arrows different from site to site."""
    random = Random("identcheck")
    for most in ranges:
        sites = plan.sites(random, _shared(design, random), _with(moving, plan.together), count, most)
        if sites is not None:
            for world in plan.peopled(World.of_means(design, sites)):
                if fits(world):
                    return world
    return None


def _shared(design: Design, random: Random) -> Values:
    return {edge: Fraction(random.randint(1, 3)) for edge in sorted(design.causal.edges)}


def _crossed(design: Design, own: list[Edge], free: list[Edge], any_number: bool) -> Iterator[World]:
    """Every value of the arms' arrows with every value of an arrow between others, or of several, in a site each.

    What is downstream then does not depend on what is upstream, though both vary.
    """
    inner = [edge for edge in free if edge not in own and edge[1] != design.outcome]
    single: list[tuple[Edge, ...]] = [(edge,) for edge in inner]
    for chosen in [*single, *([tuple(inner)] if 1 < len(inner) <= MOST_CROSSED else [])]:
        for patterns in (2, 3):
            most = None if any_number and design.sites != 1 else design.sites
            if most is None or patterns * 2 ** len(chosen) <= most:
                random = Random("identcheck")
                shared = _shared(design, random)
                ups = [shared | {e: Fraction(random.randint(1, 5)) for e in own} for _ in range(patterns)]
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
    twice = dict.fromkeys(_own(design), (1, 2))
    random = Random("identcheck")
    sites = plan.sites(random, _shared(design, random), _with([], plan.together), count, 5) or []
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
    nowhere = {e: Fraction(0) for e in design.causal.edges if e[0] in design.treatments and e not in must}

    def sites(moving: list[Edge]) -> list[Values] | None:
        random = Random("identcheck")
        return plan.sites(random, _shared(design, random), moving, count, 3)

    alike, idle = sites(must), sites(_with(own, plan.together))
    if alike is not None:
        yield World.of_means(design, [dict(values) for values in alike])
    if idle is not None:
        yield World.of_means(design, [idle[0] | {edge: Fraction(0) for edge in own}, *idle[1:]])
    if alike is not None:
        yield World.of_means(design, [values | nowhere for values in alike])


def _spread(plain: World, edge: Edge) -> World:
    """Two persons for each in a site, who differ, by as much above as below the mean, in one arrow."""
    return World(
        plain.design,
        [[values | {edge: values[edge] + by} for values in site for by in (1, -1)] for site in plain.sites],
    )


def uncrossed(design: Design, columns: int, fits: Callable[[World], bool]) -> Iterator[World]:
    """Worlds in which the arms' own arrows differ between sites, and nothing else, whatever is declared of them."""
    count = min(design.sites or columns + 1, columns + 1)
    own = _own(design)
    drawn = (_drawn(design, count, own, fits, Plan(), ranges) for ranges in (RANGES, LARGER))
    yield from (w for w in drawn if w is not None)


@once
def dependent(design: Design, node: str, count: int) -> World | None:
    """A world of so many sites for the equation of a node; None where it does not have too many regressors for them.

    Drawn at random, compliances with many regressors in fewer sites are dependent too, but only with coefficients of dozens
    of digits. Here the arms' own arrows into the last regressors are set so that each compliance with one of them is the sum
    of those with a few of the others, site by site. Adding 1 to the effects of these few, and taking 1 from that of the last,
    then changes nothing that can be observed, and every effect can be moved that way.
    """
    regressors = own_regressors(design, node)
    free = len(regressors) - count * len(design.treatments)
    if len(regressors) <= MANY_COLUMNS or free < 1:
        return None
    own = _own(design)
    adjusted = [u for u in regressors if all((arm, u) in own for arm in design.treatments)][-free:]
    if len(adjusted) < free:
        return None
    parts = _parts(regressors, adjusted)
    random = Random("identcheck")
    shared = _shared(design, random)
    drawn = [shared | {edge: Fraction(random.randint(1, LARGEST)) for edge in own} for _ in range(count)]
    return World.of_means(design, (_with_sums(design, site, parts) for site in drawn))


def _parts(regressors: tuple[str, ...], adjusted: list[str]) -> dict[str, list[str]]:
    """For each regressor that is adjusted, the earlier ones whose compliances its own is the sum of."""
    others = [u for u in regressors if u not in adjusted]
    parts: dict[str, list[str]] = {u: [] for u in adjusted}
    for place in range(max(len(others), len(adjusted))):
        last = adjusted[place % len(adjusted)]
        one = others[place % len(others)]
        if regressors.index(one) < regressors.index(last):
            parts[last].append(one)
    return parts


def _with_sums(design: Design, values: Values, parts: dict[str, list[str]]) -> Values:
    """The coefficients of a site with the arms' own arrows into the last regressors set."""
    site: dict[Edge, Fraction] = dict(values)
    for arm in design.treatments:
        reach = {arm: Fraction(1)}
        for node in design.mediators:
            through = sum(
                (
                    reach[p] * site[p, node]
                    for p in design.causal.predecessors(node)
                    if p in reach and p != arm
                ),
                Fraction(0),
            )
            if node in parts:
                site[arm, node] = sum((reach.get(u, Fraction(0)) for u in parts[node]), Fraction(0)) - through
            reach[node] = through + site.get((arm, node), Fraction(0))
    return site
