"""Witnesses: two exact populations that no site-by-treatment contrast can tell apart (theory section 12).

Both share the graph, give the same r_vs for every arm and measured node in every site, meet the granted
conditions, and differ in the estimand. Two constructions:

- a node of the estimand is unmeasured: its scale is free, so halving what goes in and doubling what comes
  out changes nothing that can be seen;
- the compliances are linearly dependent: in one node's equation the coefficients can be shifted along the
  dependence, the same in every site.

All coefficients are the same for everyone in a site, and those of arrows between mediators are the same in
all sites, which meets every within-site and between-site condition. A witness of this kind can also be given
equal full distributions of mediators and outcome given treatment and site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import lcm
from random import Random

import sympy
from sympy.polys.matrices import DomainMatrix

from identcheck.conditions import Condition, Rank
from identcheck.declarations import Declaration
from identcheck.design import Design
from identcheck.estimands import Estimand, Target
from identcheck.population import Population, Site
from identcheck.population.declared import holds
from identcheck.rank import structural_rank
from identcheck.strategies import own_regressors

__all__ = ["Witness", "find_witness"]

Edge = tuple[str, str]
Values = dict[Edge, Fraction]
World = list[Values]


@dataclass(frozen=True)
class Witness:
    """Two worlds with the same data and different answers.

    Attributes:
        first: one population.
        second: the other.
        estimand: what differs.
        target: the paths the estimand averages over.
        granted: the conditions that both are said to meet.
    """

    first: Population
    second: Population
    estimand: Estimand
    target: Target
    granted: tuple[Condition, ...] = ()

    @property
    def values(self) -> tuple[Fraction, Fraction]:
        """The estimand in the first and in the second world."""
        return _value(self.first, self.target), _value(self.second, self.target)

    def verify(self) -> bool:
        """Recompute everything from the persons: equal data, different estimand, conditions met."""
        first, second = self.values
        return (
            self.first.observed() == self.second.observed()
            and first != second
            and all(_meets(world, c) for world in (self.first, self.second) for c in self.granted)
            and all(self._obeys(declaration) for declaration in self.first.design.declarations)
        )

    def _obeys(self, declaration: Declaration) -> bool:
        """Whether both worlds obey a declaration, or are sites drawn from two populations that do.

        Where nothing but the arms' own arrows varies, the same but for scale in both worlds, their values may
        be those of any sites of a population over which they are independent and normal.
        """
        worlds = (self.first, self.second)
        if all(holds(world, declaration) for world in worlds):
            return True
        return declaration.level == "sites" and declaration.kind != "correlated" and _arms_alone(*worlds)

    def __str__(self) -> str:
        first, second = self.values
        return (
            f"two worlds with the same site effects: in the first {self.estimand} is {first}, "
            f"in the second {second}"
        )


def find_witness(
    design: Design,
    estimand: Estimand,
    target: Target,
    granted: Iterable[Condition] = (),
    slack: bool = False,
) -> Witness | None:
    """Look for two worlds that differ in the estimand; None where neither construction finds them.

    Args:
        design: the design.
        estimand: what is asked.
        target: its paths.
        granted: the conditions both worlds must meet.
        slack: whether an arm's own arrow may take up a shift, which breaks a bypass condition (none of the
            numbered assumptions grants it).
    """
    conditions = tuple(c for c in granted if not isinstance(c, Rank))
    for base, other in _pairs(design, target, slack):
        first, second = (_population(design, world) for world in (base, other))
        witness = Witness(first, second, estimand, target, conditions)
        if witness.verify():
            return witness
    return None


def _pairs(design: Design, target: Target, slack: bool) -> Iterator[tuple[World, World]]:
    """Pairs of worlds that may be a witness.

    Scaling an unmeasured node turns any world that meets the conditions into another, whatever its rank.
    """
    base = _base_world(design)
    if _hidden_end(design, target):
        plain = base or _draw(design, Random("identcheck"), 3)
        yield plain, _scaled(design, target, plain)
    if base is not None:
        for other in _shifted(design, target, base, slack):
            yield base, other


def _population(design: Design, world: World) -> Population:
    """One person a site; a design with more sites than the world has repeats them."""
    count = design.sites or len(world)
    return Population(design, [Site([world[s % len(world)]]) for s in range(count)])


def _value(population: Population, target: Target) -> Fraction:
    if target.route is not None:
        return population.path(target.route)
    return population.effect(target.source, target.target, avoiding=target.avoiding)


def _meets(population: Population, condition: Condition) -> bool:
    if condition.kind == "cut":
        return not condition.violated
    sites = range(len(population.sites))
    return all(
        population.evaluate(expr, site) == 0
        for expr in condition.exact
        for site in (sites if condition.kind == "within" else [None])
    )


def _arms_alone(first: Population, second: Population) -> bool:
    """Whether only arrows out of arms vary between sites, in the second world by a fixed factor of the first."""
    for edge in first.design.causal.edges:
        pairs = [
            (a.persons[0][edge], b.persons[0][edge]) for a, b in zip(first.sites, second.sites, strict=True)
        ]
        x, y = pairs[0]
        if edge[0] not in first.design.treatments and set(pairs) != {(x, y)}:
            return False
        if any(a * y != b * x for a, b in pairs):
            return False
    return True


# -- a world in general position ---------------------------------------------------


@lru_cache(maxsize=100)
def _base_world(design: Design) -> World | None:
    """Small whole numbers, one dictionary a site; only the arms' own arrows vary between sites.

    None where no such world keeps the rank that every set of regressors has in general position.
    """
    random = Random("identcheck")
    for most in (3, 3, 4, 5, 7, 9, 12, 20):
        world = _draw(design, random, most)
        if _keeps_generic_rank(design, world):
            return world
    return None


def _draw(design: Design, random: Random, most: int) -> World:
    """One dictionary a site; the arms' own arrows up to ``most``, all others shared by the sites."""
    enough = len(design.mediators) + len(design.treatments) + 1
    count = min(design.sites or enough, enough)
    shared = {edge: Fraction(random.randint(1, 3)) for edge in sorted(design.causal.edges)}
    moving = [e for e in shared if e[0] in design.treatments and design.varies(*e) != "none"]
    return [shared | {edge: Fraction(random.randint(1, most)) for edge in moving} for _ in range(count)]


def _site_effects(design: Design, values: Mapping[Edge, Fraction], arm: str) -> dict[str, Fraction]:
    reach = {arm: Fraction(1)}
    for node in (*design.mediators, design.outcome):
        parents = design.causal.predecessors(node)
        reach[node] = sum((reach[p] * values[p, node] for p in parents if p in reach), Fraction(0))
    return reach


def _keeps_generic_rank(design: Design, world: Sequence[Values]) -> bool:
    """Whether every set of regressors has, in this world, the rank it has in general position.

    Then assumption (ix) holds here for every strategy for which it can hold at all. Beyond 8 measured
    mediators only the nodes' own equations are compared, and the sets of all but one.
    """
    rows = [_site_effects(design, values, arm) for values in world for arm in design.treatments]
    for regressors in _regressor_sets(design):
        matrix = _matrix([[reach.get(u, Fraction(0)) for u in regressors] for reach in rows])
        if matrix.rank() < structural_rank(design, regressors, design.treatments).rank:
            return False
    return True


def _regressor_sets(design: Design) -> Iterator[tuple[str, ...]]:
    measured = design.observed_mediators
    own = {own_regressors(design, node) for node in (*design.mediators, design.outcome)}
    sizes = range(1, len(measured) + 1) if len(measured) <= 8 else (len(measured) - 1, len(measured))
    sets = {chosen for size in sizes for chosen in combinations(measured, size)}
    yield from sorted((own | sets) - {()}, key=len)


# -- two ways to move away from it ---------------------------------------------------


def _hidden_end(design: Design, target: Target) -> bool:
    return (target.source in design.unobserved) != (target.target in design.unobserved) or (
        {target.source, target.target} <= design.unobserved
    )


def _scaled(design: Design, target: Target, base: World) -> World:
    """Double the scale of an unmeasured end of the estimand."""
    node = target.source if target.source in design.unobserved else target.target
    factor = {node: Fraction(2)}
    return [
        {(a, b): x * factor.get(b, Fraction(1)) / factor.get(a, Fraction(1)) for (a, b), x in values.items()}
        for values in base
    ]


def _shifted(design: Design, target: Target, base: World, slack: bool) -> list[World]:
    """For each measured node beyond the source: shift its coefficients along what the data leave free."""
    worlds = []
    for node in (*sorted(target.inner, key=design.order.__getitem__), target.target):
        if node in design.unobserved:
            continue
        parents = [p for p in design.causal.predecessors(node) if p in design.mediators]
        fixed = [
            arm
            for arm in design.treatments
            if design.causal.has_edge(arm, node) and not (slack and design.varies(arm, node) != "none")
        ]
        rows = []
        for values in base:
            for arm in design.treatments:
                reach = _site_effects(design, values, arm)
                if arm in fixed or not design.causal.has_edge(arm, node):
                    rows.append(
                        [reach.get(p, Fraction(0)) for p in parents] + [Fraction(arm == a) for a in fixed]
                    )
        for shift in _null_space(rows, len(parents) + len(fixed)):
            changes = dict(zip([*parents, *fixed], shift, strict=True))
            worlds.append(_apply(design, base, node, changes, slack))
    return worlds


def _apply(design: Design, base: World, node: str, shift: Mapping[str, Fraction], slack: bool) -> World:
    """Add the shift to the arrows into node; an arm's own arrow that may vary takes up the difference."""
    moved = []
    for values in base:
        changed = dict(values)
        for source, amount in shift.items():
            changed[source, node] += amount
        for arm in design.treatments:
            if slack and design.causal.has_edge(arm, node) and design.varies(arm, node) != "none":
                reach = _site_effects(design, values, arm)
                changed[arm, node] -= sum(
                    (reach.get(p, Fraction(0)) * x for p, x in shift.items() if p in design.mediators),
                    Fraction(0),
                )
        moved.append(changed)
    return moved


def _null_space(rows: Sequence[Sequence[Fraction]], width: int) -> list[list[Fraction]]:
    if not rows:
        return [[Fraction(i == j) for j in range(width)] for i in range(width)]
    basis = _matrix(rows).nullspace(divide_last=True).to_list()
    return [_whole([Fraction(int(x.numerator), int(x.denominator)) for x in vector]) for vector in basis]


def _whole(vector: Sequence[Fraction]) -> list[Fraction]:
    scale = lcm(*(x.denominator for x in vector))
    return [x * scale for x in vector]


def _matrix(rows: Sequence[Sequence[Fraction]]) -> DomainMatrix:
    exact = [[sympy.QQ(x.numerator, x.denominator) for x in row] for row in rows]
    return DomainMatrix(exact, (len(rows), len(rows[0])), sympy.QQ)
