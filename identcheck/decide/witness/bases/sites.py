"""Worlds made of sites of chosen kinds: crossed, doubled, idle, interrupted, scaled, started at zero."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from identcheck.basics.once import Listed, once
from identcheck.decide.population.linear import Number, quotient
from identcheck.decide.witness.bases.drawing import drawn_alike, free_arrows, own_arrows, with_correlated
from identcheck.decide.witness.crossing import Plan, drawn_up_to
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.describe.design import Design

MOST_CROSSED = 3
"""Up to this many arrows between mediators are crossed with one another."""


@once
def crossed(design: Design, any_number: bool) -> Listed[World]:
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


def doubled(design: Design, count: int, plan: Plan) -> Iterator[World]:
    """Correlated arrows alone differ between sites; and of each site there is one in which treatment does twice as much."""
    twice = dict.fromkeys(own_arrows(design), (1, 2))
    sites = sites_of_kinds(design, count, with_correlated([], plan.together), plan, 5) or []
    if plan.together and sites:
        yield World.of_means(
            design,
            [{e: x * twice.get(e, (1, 1))[k] for e, x in values.items()} for values in sites for k in (0, 1)],
        )


def alike_or_idle(design: Design, count: int, own: list[Edge], plan: Plan) -> Iterator[World]:
    """All sites alike; or treatment does nothing, in the first site or, as far as its arrows may be zero, anywhere.

    Arrows that are correlated between sites go on differing.
    """
    must = with_correlated([], plan.together)
    arms = design.treatments
    nowhere: Values = {e: 0 for e in design.causal.edges if e[0] in arms and e not in must}
    alike = sites_of_kinds(design, count, must, plan)
    if alike is not None:
        yield World.of_means(design, [dict(values) for values in alike])
    yield from _from_zero(design, count, own, own, plan)
    if alike is not None:
        yield World.of_means(design, [values | nowhere for values in alike])


def interrupted(design: Design, count: int, own: list[Edge], plan: Plan) -> Iterator[World]:
    """In the first site an arrow between mediators does nothing."""
    for edge in free_arrows(design):
        if edge not in own and edge[1] != design.outcome:
            yield from _from_zero(design, count, [*own, edge], [edge], plan)


def scaled(design: Design, count: int, own: list[Edge]) -> Iterator[World]:
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
    sites = sites_of_kinds(design, count, with_correlated(moving, plan.together), plan, 3 if together else 9)
    if sites is not None:
        first: Values = {e: sites[0][e] for e in idle}
        apart = {} if together else first
        others = ({e: site[e] - x for e, x in apart.items()} for site in sites[1:])
        changed: list[Values] = [dict.fromkeys(first, 0), *others]
        yield World.of_means(design, [site | more for site, more in zip(sites, changed, strict=True)])


def sites_of_kinds(
    design: Design, count: int, moving: Sequence[Edge], plan: Plan, most: int = 3
) -> list[Values] | None:
    """Kinds of sites with small whole numbers."""
    shared, random = drawn_alike(design)
    return plan.sites(shared, moving, count, drawn_up_to(random, most))


def one_arm_alone(design: Design, arm: str, count: int, plan: Plan) -> Iterator[World]:
    """All sites alike, and of several arms one alone does anything: it moves the mediators, and yet no rank is full."""
    must = with_correlated([], plan.together)
    sites = sites_of_kinds(design, count, must, plan)
    others: Values = {
        e: 0 for e in design.causal.edges if e[0] in design.treatments and e[0] != arm and e not in must
    }
    if others and sites is not None:
        yield World.of_means(design, [values | others for values in sites])


def balancing(world: World, arm: str, edge: Edge) -> Number | None:
    """The value of an arrow in the first site with which an arm has no effect on its head there; None where there is none."""
    before, node = edge
    reach = 1 if before == arm else world.mean_effect(0, arm, before)
    if not reach:
        return None
    return world.sites[0][0][edge] - quotient(world.mean_effect(0, arm, node), reach)
