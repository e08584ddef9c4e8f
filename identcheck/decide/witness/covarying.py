"""Worlds made for a change that goes with who complies: average effects change, and covariances within sites make up for it.

Half the persons of a site gain more from one mediator u, the other half less, by the same in all sites. That adds
Cov_s(Gamma_u, D_u) to an arm's contrast in the node, in proportion to how much more the first half is moved in u. So

    sum_w r_ws h_w + Cov_s(Gamma_u, D_u) = 0

has a solution in every site whatever the changes h_w of average effects are, where an arrow on the arm's ways into u may
differ between persons, by as much as it takes in each site; other arms' own arrows can have the values with which their contrasts
do not show it. What (vii) grants can hold: the effects are the same in all sites (theory section 8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from random import Random
from typing import NamedTuple

from identcheck.basics.once import Listed, once
from identcheck.decide.population.linear import Echelon, Number, plain, quotient
from identcheck.decide.witness.bases import own_arrows, with_correlated
from identcheck.decide.witness.crossing import Plan
from identcheck.decide.witness.turns import arrows
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.derive.paths import reaches
from identcheck.describe.design import Design

__all__ = ["Hidden", "covarying", "spread_for"]

WEIGHTS = (0, 0, 0, 1, -1)
"""How often each of the plainest solutions is taken."""

OWN, SHARES, ZEROS = 0.8, (0.1, 0.2, 0.3), (0, 0.1)
"""How likely an arm's own arrow is to differ between sites, how likely one between mediators, and how likely others are zero."""

ANYHOW = Plan()
"""Any arrows may vary together."""

SIGNS = (1, -1)
"""The two persons of a site, or kinds of persons where some arrows are declared correlated."""

MOST_ALIKE = 8
"""So many persons at most are alike in how far they are moved in u."""

MOST, MOST_DRAWS = 4, 240
"""Coefficients are whole numbers up to the first; so many worlds are drawn."""


class Hidden(NamedTuple):
    """A world, and a change that no contrast shows there.

    Attributes:
        world: two persons a site, or more where arrows are declared correlated from person to person.
        gains: by person, the change of the arrow of each mediator into the node; an arm's own arrow into it may change as well.
    """

    world: World
    gains: Sequence[Mapping[str, int]]


@once
def covarying(design: Design, node: str, columns: int, plan: Plan, declared: bool = False) -> Listed[World]:
    """Worlds in which some change of what mediators do to a node is made up for by covariances; the same for every effect.

    Args:
        design: the design.
        node: the node.
        columns: how many columns the widest regression in question has; decides the number of sites.
        plan: how arrows are to vary for the sake of what is declared of them.
        declared: whether only such effects are to go with compliance as are declared correlated from person to person.
    """
    count = columns + 2 if design.sites is None else min(design.sites, columns + 2)
    return Listed(lambda: islice(_worlds(design, node, count, plan, declared), MOST_DRAWS))


def _worlds(design: Design, node: str, count: int, plan: Plan, declared: bool) -> Iterator[World]:
    random, own = Random("identcheck"), own_arrows(design)
    before = (
        u for u in design.causal.pred[node] if u not in design.treatments and _differs(design, (u, node))
    )
    paired = {edge for pair in plan.persons for edge in pair}
    gaining = [u for u in before if _able(design, u) and (not declared or (u, node) in paired)]
    if not gaining or 2 ** len(plan.persons) > MOST_ALIKE:
        return
    others = [e for e in design.causal.edges if e not in own and e[1] != node and design.varies(*e) != "none"]
    for _ in range(MOST_DRAWS):
        share, zeros = random.choice(SHARES), random.choice(ZEROS)
        u = random.choice(gaining)
        spread = _arrows_spread(design, u, random)
        likely = {e: OWN if e in own or e in spread else share for e in (*own, *sorted(others))}
        chosen = [e for e, chance in likely.items() if random.random() < chance]
        moving = with_correlated(chosen, plan.together)
        shared: Values = {
            e: 0 if random.random() < zeros else random.randint(1, MOST) for e in arrows(design)
        }
        sites = plan.sites(shared, moving, count, lambda part: {e: random.randint(0, MOST) for e in part})
        if sites is None:
            return
        if (found := spread_for(World.of_means(design, sites), node, u, spread, random, plan)) is not None:
            yield found.world


def _differs(design: Design, edge: Edge) -> bool:
    return design.varies(*edge) == "persons"


def spread_for(
    means: World, node: str, u: str, arrows: Sequence[Edge], random: Random, plan: Plan = ANYHOW
) -> Hidden | None:
    """The world with two persons a site, moved in u by as much more and less as hides some change of average effects.

    Args:
        means: everyone in a site is alike in it.
        node: where effects are to change.
        u: the mediator from which the first person is to gain more, the second less.
        arrows: what persons may differ in; no two on one way into u.
        random: for all choices.
        plan: which arrows are to vary apart: by as much as an arrow is higher for the first person in one of two sites that
            differ in such arrows alone, it is lower in the other, so that a site says the same of it in both.

    Returns:
        None where an arm's own arrows cannot do what is left to them.
    """
    design, sites = means.design, range(len(means.sites))
    shown = [
        a
        for a in design.treatments
        if not (design.causal.has_edge(a, node) and design.varies(a, node) != "none")
    ]
    first = random.sample(shown, random.randint(1, len(shown))) if shown else []
    spread = [e for e in arrows if e[0] in first or e[0] not in design.treatments]
    inner = [w for w in means.parents[node] if w not in design.treatments]
    constant = [a for a in first if design.causal.has_edge(a, node)]
    cells = [(s, e) for e in spread for s in sites]  # solved for, so that changes of effects are free
    places: dict[object, int] = {name: place for place, name in enumerate((*cells, *inner, *constant))}
    form = Echelon(len(places))
    for arm in first:
        for s in sites:
            row: dict[int, Number] = {places[w]: means.mean_effect(s, arm, w) for w in inner}
            row |= {places[s, e]: _carried(means, s, arm, e, u) for e in spread}
            form.add(row | ({places[arm]: 1} if arm in constant else {}))
    for e in spread:
        for alike in _differing_apart(means, e, plan):
            form.add({places[s, e]: 1 for s in alike})
    solution, wanted = [0] * len(places), places[random.choice(inner)]
    for vector in form.null_vectors():
        by = random.choice(WEIGHTS) or int(bool(vector[wanted]))
        solution = [x + by * y for x, y in zip(solution, vector, strict=True)]
    kinds = [*product(SIGNS, product(SIGNS, repeat=len(plan.persons)))]
    persons = [
        [
            _person(site[0], {e: by * solution[places[s, e]] for e in spread}, plan, signs)
            for by, signs in kinds
        ]
        for s, site in enumerate(means.sites)
    ]
    gains = [{w: solution[places[w]] + by * (w == u) for w in inner} for by, _ in kinds]
    world = _hidden_by_own(World(design, persons), node, gains, [a for a in shown if a not in first], random)
    return None if world is None else Hidden(world, gains)


def _person(values: Values, more: Mapping[Edge, Number], plan: Plan, signs: Sequence[int]) -> Values:
    """Someone with more of some arrows, and of both arrows of each pair that is correlated from person to person more or less."""
    person = dict(values)
    for some in (
        more,
        *(dict.fromkeys(pair, sign) for pair, sign in zip(plan.persons, signs, strict=True)),
    ):
        for edge, by in some.items():
            person[edge] += by
    return person


def _hidden_by_own(
    world: World, node: str, gains: Sequence[Mapping[str, int]], arms: Sequence[str], random: Random
) -> World | None:
    """The world with other values of one own arrow of each of some arms, whose contrasts then do not show what changes.

    Args:
        world: the world.
        node: where effects change.
        gains: by person, the change of the arrow of each mediator into the node.
        arms: the arms.
        random: for all choices.

    Returns:
        None where an arm's arrows cannot make up for it.
    """
    design, found = world.design, [[dict(p) for p in site] for site in world.sites]

    def shown(s: int, start: str) -> Number:
        each = (
            by * world.effect(s, i, start, w, frozenset())
            for i, gain in enumerate(gains)
            for w, by in gain.items()
            if by
        )
        return sum(each)

    for arm in arms:
        own = [e for e in own_arrows(design) if e[0] == arm and e[1] != node]
        useful = [e for e in own if all(shown(s, e[1]) for s in range(len(found)))]
        if not useful:
            return None
        edge = random.choice(useful)
        for s, site in enumerate(found):
            by = quotient(shown(s, arm), shown(s, edge[1]))
            for person in site:
                person[edge] = plain(person[edge] - by)
    return World(design, found)


def _differing_apart(means: World, edge: Edge, plan: Plan) -> Iterator[list[int]]:
    """The sites, several together, that differ in arrows alone which are to vary apart from one."""
    found: dict[object, list[int]] = defaultdict(list)
    for s, site in enumerate(means.sites):
        said = tuple(x for e, x in sorted(site[0].items()) if frozenset({edge, e}) not in plan.apart)
        found[said].append(s)
    yield from (alike for alike in found.values() if len(alike) > 1)


def _arrows_spread(design: Design, u: str, random: Random) -> Sequence[Edge]:
    """Some arrows on ways into u that may differ between persons, no two of them on one way."""
    found: list[Edge] = []
    able = _able(design, u)
    for a, b in random.sample(able, random.randint(1, len(able))):
        if not any(d == a or b == c or reaches(design, d, a) or reaches(design, b, c) for c, d in found):
            found.append((a, b))
    return found


def _able(design: Design, u: str) -> list[Edge]:
    """The arrows on ways into u that may differ between persons."""
    every = arrows(design)
    return [e for e in every if _differs(design, e) and (e[1] == u or reaches(design, e[1], u))]


def _carried(means: World, site: int, arm: str, edge: Edge, u: str) -> Number:
    """How much more an arm moves u where an arrow is higher by 1."""
    before = (
        1
        if edge[0] == arm
        else 0
        if edge[0] in means.design.treatments
        else means.mean_effect(site, arm, edge[0])
    )
    return before * (1 if edge[1] == u else means.mean_effect(site, edge[1], u))
