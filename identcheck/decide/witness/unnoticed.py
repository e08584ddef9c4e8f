"""Worlds made for a change: which effects of mediators are to change is drawn first, then compliances that do not show it.

The contrast of an arm in a node changes by sum_u r_us h_us where the arrow of u into the node changes by h_us (theory, equation
(12.2)). With what is between mediators fixed, that is linear in the arm's own arrows. Those for which it is zero in every
site are a linear space, and one of them is drawn. So several arms can be idle together, or in turn, or have their compliances in
proportion where one by itself would tell, as far as the arrows that are the same in all sites allow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count as numbers_from, islice
from random import Random

from identcheck.basics.once import Listed, once
from identcheck.decide.population.linear import Echelon, Number
from identcheck.decide.witness.bases import free_arrows, own_arrows, with_correlated
from identcheck.decide.witness.crossing import Plan
from identcheck.decide.witness.turns import arrows
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.describe.design import Design

__all__ = ["change_beside", "drawn_change", "hiding", "unnoticed"]

CHANGES = (0, 0, 1, -1, 2)
"""What an arrow may change by."""

WEIGHTS = (0, 1, -1, 2, 3)
"""How often each of the plainest compliances that show nothing is taken."""

VALUES = (0, 0, 1, 2, 3)
"""What arrows that differ between sites are drawn from."""

SHARES, ZEROS = (0, 0.3, 0.6), (0.1, 0.4)
"""How likely an arrow between mediators is to differ between sites; and how likely one that does not is to be zero."""

STEADY = 0.5
"""How likely the arrows of arms that are not drawn first are to be the same in all sites."""

MOST_DRAWS = 120
"""So many worlds are drawn."""

DRAWN_ALONE = 3
"""In one world of so many the arms' own arrows are drawn like the others, with many zeros."""

Cell = tuple[int | None, Edge]
Change = list[dict[str, int]]
"""By site, what the arrow of each mediator into a node changes by."""


@once
def unnoticed(design: Design, node: str, columns: int, plan: Plan, some_first: bool = False) -> Listed[World]:
    """Worlds in which some change of what mediators do to a node is not seen; the same for every effect.

    Args:
        design: the design.
        node: the node.
        columns: how many columns the widest regression in question has; decides the number of sites.
        plan: how arrows are to vary for the sake of what is declared of them.
        some_first: whether some of several arms are drawn first, then a change that they do not show.
    """
    count = columns + 2 if design.sites is None else min(design.sites, columns + 2)
    return Listed(lambda: islice(_worlds(design, node, count, plan, some_first), MOST_DRAWS))


def _worlds(design: Design, node: str, count: int, plan: Plan, some_first: bool) -> Iterator[World]:
    random = Random("identcheck")
    own = own_arrows(design)
    others = [e for e in free_arrows(design) if e not in own and e[1] != node]
    for number in numbers_from(1):
        share, zeros = random.choice(SHARES), random.choice(ZEROS)
        alone = number % DRAWN_ALONE == 0 and not some_first
        own_move = alone or (some_first and random.random() < share)
        moving = [*(own if own_move else ()), *(e for e in others if random.random() < share)]
        shared: Values = {e: 0 if random.random() < zeros else random.randint(1, 3) for e in arrows(design)}
        sites = plan.sites(
            shared,
            with_correlated(moving, plan.together),
            count,
            lambda part: {e: random.choice(VALUES) for e in part},
        )
        if sites is None:
            return
        drawn = World.of_means(design, sites)
        if alone:
            yield from plan.peopled(drawn)
        elif some_first:
            yield from plan.peopled(_hiding_beside(drawn, node, random))
        else:
            yield from plan.peopled(hiding(drawn, node, drawn_change(drawn, node, random), random))


def _hiding_beside(drawn: World, node: str, random: Random) -> World:
    """The world with a change that some arms, as they are, do not show; the others are made not to show it either.

    The others' own arrows are the same in all sites, or not: where effects differ between sites for other reasons they are
    independent of what does not.
    """
    arms = drawn.design.treatments
    first = random.sample(arms, random.randint(0, len(arms) - 1))
    change = change_beside(drawn, node, first, random) if first else drawn_change(drawn, node, random)
    steady = random.random() < STEADY
    return hiding(drawn, node, change, random, [arm for arm in arms if arm not in first], steady)


def hiding(
    world: World,
    node: str,
    change: Change,
    random: Random,
    arms: Iterable[str] | None = None,
    steady: bool = False,
) -> World:
    """The world with other values of the own arrows of arms, by default of all, so that their contrasts do not show a change."""
    sites = [dict(site[0]) for site in world.sites]
    for arm in world.design.treatments if arms is None else arms:
        for (s, edge), value in _own_of(world, arm, node, change, random, steady).items():
            for site in sites if s is None else [sites[s]]:
                site[edge] = value
    return World.of_means(world.design, sites)


def drawn_change(world: World, node: str, random: Random) -> Change:
    """By how much the arrows of mediators into a node are to change; the same everywhere where they cannot vary, or by chance."""
    design, found = world.design, [dict[str, int]() for _ in world.sites]
    for u in world.parents[node]:
        if u not in design.treatments:
            alike = design.varies(u, node) == "none" or random.random() < SHARES[1]
            same = random.choice(CHANGES)
            for site in found:
                site[u] = same if alike else random.choice(CHANGES)
    return found


def change_beside(world: World, node: str, arms: Iterable[str], random: Random) -> Change:
    """A change of the arrows of mediators into a node that the contrasts of some arms do not show, as these are."""
    design, sites = world.design, range(len(world.sites))
    inner = [u for u in world.parents[node] if u not in design.treatments]
    alike = {u for u in inner if design.varies(u, node) == "none" or random.random() < SHARES[1]}
    places: dict[tuple[int | None, str], int] = {}
    for s in sites:
        for u in inner:
            places.setdefault((None if u in alike else s, u), len(places))
    open_ = [a for a in arms if not design.causal.has_edge(a, node)]
    steady = [a for a in arms if a not in open_ and design.varies(a, node) == "none"]
    for arm in steady:
        places[None, arm] = len(places)
    form = Echelon(len(places))
    for arm in (*open_, *steady):
        for s in sites:
            row: dict[int, Number] = {
                places[None if u in alike else s, u]: world.mean_effect(s, arm, u) for u in inner
            }
            form.add(row | ({places[None, arm]: 1} if arm in steady else {}))
    vectors = [(random.choice(WEIGHTS), vector) for vector in form.null_vectors()]
    found = {cell: sum(by * vector[place] for by, vector in vectors) for cell, place in places.items()}
    return [{u: found[None if u in alike else s, u] for u in inner} for s in sites]


def _own_of(
    world: World, arm: str, node: str, change: Change, random: Random, steady: bool
) -> dict[Cell, Number]:
    """Values for an arm's own arrows into mediators with which nothing is seen of a change: by site, or for all sites.

    ``steady`` says that they are to be the same in all sites, whether or not they can differ.
    """
    design, sites = world.design, range(len(world.sites))
    arrows = [e for e in sorted(design.causal.out_edges(arm)) if e[1] not in (design.outcome, node)]
    direct = design.causal.has_edge(arm, node)
    alike = {e for e in arrows if steady or design.varies(*e) == "none"}
    cells = [(None if e in alike else s, e) for e in arrows for s in sites]
    places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    form = Echelon(len(places) + 1)
    for s in (
        sites if not direct or design.varies(arm, node) == "none" else ()
    ):  # else its arrow into the node makes up for it
        row: dict[int, Number] = {len(places): int(direct)}
        for e in arrows:
            row[places[None if e in alike else s, e]] = sum(
                by * (1 if u == e[1] else world.mean_effect(s, e[1], u)) for u, by in change[s].items()
            )
        form.add(row)
    vectors = [(random.choice(WEIGHTS), vector) for vector in form.null_vectors()]
    return {cell: sum(by * vector[place] for by, vector in vectors) for cell, place in places.items()}
