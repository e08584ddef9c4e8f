"""Worlds made for a change: which effects of mediators are to change is drawn first, then compliances that do not show it.

The contrast of an arm in a node changes by sum_u r_us h_us where the arrow of u into the node changes by h_us (theory, equation
(12.2)). With what is between mediators fixed, that is linear in the arm's own arrows. Those for which it is zero in every
site are a linear space, and one of them is drawn. So several arms can be idle together, or in turn, or have their compliances in
proportion where one by itself would tell, as far as the arrows that are the same in all sites allow it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as count_up, islice
from random import Random

from identcheck.basics.once import Listed, once
from identcheck.decide.population.linear import Echelon, Number
from identcheck.decide.witness.bases import free_arrows, own_arrows, with_correlated
from identcheck.decide.witness.crossing import Plan
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.describe.design import Design

__all__ = ["unnoticed"]

CHANGES = (0, 0, 1, -1, 2)
"""What an arrow may change by."""

WEIGHTS = (0, 1, -1, 2, 3)
"""How often each of the plainest compliances that show nothing is taken."""

SOME = (0, 0, 1, 2, 3)
"""What arrows that differ between sites are drawn from."""

MOST_DRAWS = 120
"""So many worlds are drawn."""


@once
def unnoticed(design: Design, node: str, columns: int, plan: Plan) -> Listed[World]:
    """Worlds in which some change of what mediators do to a node is not seen; the same for every effect.

    Args:
        design: the design.
        node: the node.
        columns: how many columns the widest regression in question has; decides the number of sites.
        plan: how arrows are to vary for the sake of what is declared of them.
    """
    count = columns + 2 if design.sites is None else min(design.sites, columns + 2)
    return Listed(lambda: islice(_worlds(design, node, count, plan), MOST_DRAWS))


def _worlds(design: Design, node: str, count: int, plan: Plan) -> Iterator[World]:
    random = Random("identcheck")
    own = own_arrows(design)
    others = [e for e in free_arrows(design) if e not in own and e[1] != node]
    for number in count_up():
        share, zeros = random.choice((0, 0.3, 0.6)), random.choice((0.1, 0.4))
        moving = with_correlated((e for e in others if random.random() < share), plan.together)
        shared: Values = {
            e: 0 if random.random() < zeros else random.randint(1, 3) for e in sorted(design.causal.edges)
        }
        if number % 3 == 2:
            moving = with_correlated([*own, *moving], plan.together)
        sites = plan.sites(shared, moving, count, lambda part: {e: random.choice(SOME) for e in part})
        if sites is None:
            return
        if number % 3 == 2:
            yield from plan.peopled(World.of_means(design, sites))
            continue
        world = World.of_means(design, sites)
        change = _change(world, node, random)
        for arm in design.treatments:
            for (s, edge), value in _own_of(world, arm, node, change, random).items():
                sites[s][edge] = value
        yield from plan.peopled(World.of_means(design, sites))


def _change(world: World, node: str, random: Random) -> list[dict[str, int]]:
    """By site, what the arrow of each mediator into the node changes by."""
    design, found = world.design, [dict[str, int]() for _ in world.sites]
    for u in world.parents[node]:
        if u not in design.treatments:
            alike = design.varies(u, node) == "none" or random.random() < 0.3
            same = random.choice(CHANGES)
            for site in found:
                site[u] = same if alike else random.choice(CHANGES)
    return found


def _own_of(
    world: World, arm: str, node: str, change: list[dict[str, int]], random: Random
) -> dict[tuple[int, Edge], Number]:
    """Values for an arm's own arrows into mediators with which nothing is seen of a change, by site."""
    design, sites = world.design, range(len(world.sites))
    arrows = [e for e in sorted(design.causal.out_edges(arm)) if e[1] != design.outcome and e[1] != node]
    columns = [(s if design.varies(*e) != "none" else None, e) for e in arrows for s in sites]
    places = {column: place for place, column in enumerate(dict.fromkeys(columns))}
    at = {column: places[column[0], column[1]] for column in columns}
    form = Echelon(len(places) + 1)
    if design.causal.has_edge(arm, node) and design.varies(arm, node) != "none":
        change = [{} for _ in sites]  # its own arrow into the node makes up for it
    for s in sites:
        row: list[Number] = [0] * (len(places) + 1)
        for e in arrows:
            key = (s if design.varies(*e) != "none" else None, e)
            for u, by in change[s].items():
                reach = 1 if u == e[1] else world.mean_effect(s, e[1], u)
                row[at[key]] += by * reach
        row[-1] = int(design.causal.has_edge(arm, node))
        form.add(row)
    vectors = list(form.null_vectors())
    weights = [random.choice(WEIGHTS) for _ in vectors]
    values = [sum(w * v[place] for w, v in zip(weights, vectors, strict=True)) for place in range(len(places))]
    return {
        (s, e): values[at[(s if design.varies(*e) != "none" else None, e)]] for e in arrows for s in sites
    }
