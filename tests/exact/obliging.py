"""Populations that meet exactly the conditions they are asked to meet, and are otherwise left to chance.

Every effect on a node is linear in the coefficients of the arrows into it. So a population is made node by node:
what is asked of the effects on a node is a system of linear equations in those coefficients, and any solution of
it will do. Nothing here is the engine's: a condition comes as its kind, a regression and a node, and its meaning
is written out below, from theory section 7.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm, prod
from random import Random

import networkx as nx

from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.describe.design import Design
from tests.exact.crossed import Sides
from tests.exact.oracle import Number, PersonValues, Regression, World, least_squares
from tests.exact.worlds import Edge

Ends = tuple[str, str, frozenset[str]] | tuple[str, ...]
Row = dict[int, Fraction]


@dataclass(frozen=True)
class Asked:
    """One condition: its kind, the regression it is about, and the regressor or arm."""

    kind: str
    regression: Regression | None = None
    pooled: bool = False
    subject: str = ""
    terms: tuple[tuple[Target, ...], ...] = ()
    in_sites: bool = False


def regression_of(part: Strategy) -> Regression:
    """The regression of a strategy, for brute force."""
    return Regression(part.outcome, part.regressors, part.arms, part.regression.intercepts)


def asked_by(strategy: Strategy | Composed) -> list[tuple[Asked, object]]:
    """The conditions of a strategy as it lists them, each in the terms of this file, with the one it stands for."""
    found: dict[Asked, object] = {}
    for part in strategy.parts:
        for condition in part.conditions:
            kind = "bypass" if hasattr(condition, "arm") else condition.kind
            about = getattr(condition, "regressor", "") or getattr(condition, "arm", "")
            about = about or (part.column if kind in ("rank", "everywhere") else "")
            found.setdefault(Asked(kind, regression_of(part), part.pooled, about), condition)
    if isinstance(strategy, Composed):
        for condition in strategy.of_pairs:
            reg = condition.regression
            pair = Regression(reg.outcome, reg.regressors, reg.arms, reg.intercepts)
            found.setdefault(Asked(condition.kind, pair, reg.pooled, condition.regressor), condition)
        terms = tuple(
            tuple(factor.target for factor in term.factors)
            for term in strategy.terms
            if len(term.factors) > 1 and not term.licensed
        )
        for condition in strategy.conditions:
            if condition.kind == "product":
                found[Asked("product", terms=terms, in_sites=strategy.site_by_site)] = condition
    return list(found.items())


# -- populations -------------------------------------------------------------------


class Enumerated(World):
    """A finite population whose effects are sums over directed paths, one by one."""

    def effect(self, u: str, v: str, avoiding: Iterable[str] = ()) -> PersonValues:
        banned = frozenset(avoiding) - {u, v}
        key = (u, v, banned)
        if key not in self._effects:
            routes = self._routes(u, v, banned)
            self._effects[key] = [
                [sum(prod(p[e] for e in route) for route in routes) for p in site] for site in self.persons
            ]
        return self._effects[key]

    def _routes(self, u: str, v: str, banned: frozenset[str]) -> list[list[Edge]]:
        if u == v:
            return [[]]
        kept = self.graph.subgraph(set(self.graph) - banned)
        return [list(itertools.pairwise(nodes)) for nodes in nx.all_simple_paths(kept, u, v)]

    def along(self, target: Target) -> PersonValues:
        """The effect that a target averages, for every person."""
        if target.last is not None:
            kept = self._last(target)
            return [[sum(prod(p[e] for e in route) for route in kept) for p in site] for site in self.persons]
        if target.route is None:
            return self.effect(target.source, target.target, target.avoiding)
        edges = list(itertools.pairwise(target.route))
        return [[prod(p[e] for e in edges) for p in site] for site in self.persons]

    def _last(self, target: Target) -> list[list[Edge]]:
        """The paths on which the part's mediator is the last of the measured ones: those it avoids afterwards, and itself."""
        measured = {*target.avoiding, target.last}
        every = self._routes(target.source, target.target, frozenset())
        heads = ((route, [b for _, b in route if b in measured]) for route in every)
        return [route for route, met in heads if met and met[-1] == target.last]

    def everyone(self, values: PersonValues) -> Fraction:
        """The average over the persons of each site, then over sites."""
        return Fraction(self.between(self.within(values)))


@dataclass(frozen=True)
class Layout:
    """Sites in a grid of g by h, persons in each in one of a by b."""

    g: int
    h: int
    a: int
    b: int

    @property
    def sites(self) -> list[tuple[int, int]]:
        return list(itertools.product(range(self.g), range(self.h)))

    @property
    def persons(self) -> list[tuple[int, int]]:
        return list(itertools.product(range(self.a), range(self.b)))

    def key(self, rule: tuple[str, str], s: int, i: int) -> tuple[object, ...]:
        """What the value of a coefficient depends on, by its rule for sites and its rule for persons."""
        (g, h), (a, b) = self.sites[s], self.persons[i]
        site = {"none": (), "g": g, "h": h, "gh": (g, h), "parity": (g + h) % 2}[rule[0]]
        person = {
            "none": (),
            "a": a,
            "b": b,
            "ab": (a, b),
            "parity": (a + b) % 2,
            "twist": (a, b)[g % 2],
            "either": (a, b)[h % 2],
        }[rule[1]]
        return (site, person)


SITE_RULES = {"none": ["none"], "sites": ["g", "h", "gh", "gh", "gh", "parity", "none"]}
PERSON_RULES = ["a", "b", "ab", "ab", "ab", "parity", "none", "twist", "either"]
FREE = ("gh", "ab")


def layout(random: Random, design: Design, least: int) -> Layout:
    """The number of sites is the design's where it says one; otherwise at least so many as are needed."""
    if design.sites is not None:
        h = random.choice([d for d in (1, 2, 3) if design.sites % d == 0])
        g = design.sites // h
    else:
        h = random.choice([1, 1, 2, 2])
        g = random.choice([2, 3, -(-least // h), -(-least // h) + 1])
        g = max(g, 2)
    a, b = random.choice([(1, 1), (2, 1), (3, 1), (2, 2)])
    return Layout(g, h, a, b)


def rules(random: Random, design: Design, calm: float) -> dict[Edge, tuple[str, str]]:
    """Over what each coefficient varies: all that the design allows, or less where chance calms it."""
    found = {}
    for edge in design.graph.edges:
        level = design.varies(*edge)
        calmed = random.random() < calm
        site = "none" if level == "none" else random.choice(SITE_RULES["sites"]) if calmed else "gh"
        person = "none" if level != "persons" else random.choice(PERSON_RULES) if calmed else "ab"
        found[edge] = (site, person)
    return found


@dataclass
class Maker:
    """A population in the making, node by node in topological order."""

    random: Random
    design: Design
    layout: Layout
    rules: Mapping[Edge, tuple[str, str]]
    asked: Sequence[Asked]
    idle: Collection[Edge] = ()  # arrows that do nothing
    balanced: Collection[Edge] = ()  # arrows that do nothing on average over sites

    def __post_init__(self) -> None:
        count = len(self.layout.persons)
        self.persons: list[list[dict[Edge, Number]]] = [[{} for _ in range(count)] for _ in self.layout.sites]
        up = [self.random.randint(1, 3) for _ in range(self.layout.g)]
        down = [self.random.randint(1, 2) for _ in range(self.layout.h)]
        self.weights = tuple(up[g] * down[h] for g, h in self.layout.sites)

    def make(self) -> Enumerated:
        graph = nx.DiGraph(self.design.graph)
        for node in nx.lexicographical_topological_sort(graph):
            parents = sorted(graph.predecessors(node))
            if parents:
                self._settle(node, [(p, node) for p in parents])
        return Enumerated(graph, self.weights, tuple(map(tuple, self.persons)))

    def _known(self) -> Enumerated:
        """The population as far as it is made: the nodes behind have no coefficients and no paths."""
        graph = nx.DiGraph(list(self.persons[0][0]))
        graph.add_nodes_from(self.design.graph)
        return Enumerated(graph, self.weights, tuple(map(tuple, self.persons)))

    def _settle(self, node: str, edges: list[Edge]) -> None:
        places: dict[object, int] = {}
        cells: dict[tuple[int, int, Edge], int] = {}
        for edge in edges:
            for s, i in itertools.product(range(len(self.persons)), range(len(self.persons[0]))):
                key = (edge, self.layout.key(self.rules[edge], s, i))
                cells[s, i, edge] = places.setdefault(key, len(places))
        zero = [{place: Fraction(1)} for (_, _, edge), place in cells.items() if edge in self.idle]
        rows = [*zero, *self._balance(cells), *Equations(self._known(), node, edges, cells).of(self.asked)]
        values = some_solution(self.random, rows, len(places))
        for (s, i, edge), place in cells.items():
            self.persons[s][i][edge] = values[place]

    def _balance(self, cells: Mapping[tuple[int, int, Edge], int]) -> Iterator[Row]:
        for chosen in self.balanced:
            row: Row = defaultdict(Fraction)
            for (s, _, edge), place in cells.items():
                row[place] += self.weights[s] if edge == chosen else 0
            yield row


@dataclass
class Equations:
    """What conditions ask of the coefficients of the arrows into one node, those further up being known."""

    known: Enumerated
    node: str
    edges: list[Edge]
    cells: Mapping[tuple[int, int, Edge], int]

    def of(self, asked: Iterable[Asked]) -> Iterator[Row]:
        for one in asked:
            if one.kind == "product":
                yield from self._products(one)
            elif one.regression is not None and one.regression.outcome == self.node:
                if one.kind == "within":
                    yield from self._within(one)
                elif one.kind == "bypass":
                    yield from self._bypass(one)
                elif one.kind == "between":
                    yield from self._between(one)

    @cached_property
    def shares(self) -> list[list[Fraction]]:
        return [
            [w / len(site) for _ in site]
            for w, site in zip(self.known.shares, self.known.persons, strict=True)
        ]

    def _row(self, start: str, avoiding: Collection[str], factor: Sequence[Sequence[Number]]) -> Row:
        """The sum over persons of a factor times the effect of a node on this one."""
        row: Row = defaultdict(Fraction)
        for edge in self.edges:
            parent = edge[0]
            if parent != start and parent in avoiding:
                continue
            reach = self.known.effect(start, parent, set(avoiding) - {parent})
            for s, site in enumerate(factor):
                for i, x in enumerate(site):
                    if x and reach[s][i]:
                        row[self.cells[s, i, edge]] += Fraction(x) * reach[s][i]
        return row

    def _within(self, one: Asked) -> Iterator[Row]:
        reg, u = one.regression, one.subject
        others = set(reg.regressors) - {u}
        for arm in reg.arms:
            compliance = self.known.effect(arm, u)
            apart = [[x - Fraction(sum(site)) / len(site) for x in site] for site in compliance]
            if one.pooled:
                yield self._row(
                    u, others, [[w * x for x in xs] for w, xs in zip(self.known.shares, apart, strict=True)]
                )
                continue
            for s in range(len(apart)):
                yield self._row(u, others, [xs if k == s else [0] * len(xs) for k, xs in enumerate(apart)])

    def _between(self, one: Asked) -> Iterator[Row]:
        reg, u = one.regression, one.subject
        others = set(reg.regressors) - {u}
        if one.pooled:
            for arm in reg.arms:
                own = self.known.site_effects(arm, u)
                mean = self.known.between(own)
                yield self._row(
                    u, others, [[x * (r - mean) for x in xs] for r, xs in zip(own, self.shares, strict=True)]
                )
            return
        groups = grouped(self.known, reg)
        for members in groups[1:]:
            parts = [sum(self.known.weights[s] for s in group) for group in (groups[0], members)]
            factor = [
                [Fraction(self.known.weights[s], len(xs)) * ((s in members) * parts[0] - (s in groups[0]) * parts[1])] * len(xs)
                for s, xs in enumerate(self.shares)
            ]  # fmt: skip
            yield self._row(u, others, factor)

    def _bypass(self, one: Asked) -> Iterator[Row]:
        """Cov(r_us, theta_s) = 0 for every regressor u: a covariance each, and nothing more."""
        reg, arm = one.regression, one.subject
        for u in reg.regressors:
            own = self.known.site_effects(arm, u)
            mean = self.known.between(own)
            factor = [[x * (r - mean) for x in xs] for r, xs in zip(own, self.shares, strict=True)]
            yield self._row(arm, reg.regressors, factor)

    def _products(self, one: Asked) -> Iterator[Row]:
        for *before, last in one.terms:
            if last.target != self.node:
                continue
            values = [self.known.along(target) for target in before]
            if one.in_sites:
                in_site = list(zip(*map(self.known.within, values), strict=True))
                means = [prod(site) for site in in_site]
            else:
                means = [prod(self.known.everyone(v) for v in values)] * len(self.shares)
            factor = [
                [share * (prod(v[s][i] for v in values) - means[s]) for i, share in enumerate(site)]
                for s, site in enumerate(self.shares)
            ]
            each = [
                [row if k == s else [0] * len(row) for k, row in enumerate(factor)]
                for s in range(len(factor))
            ]
            yield from (self._of_product(last, some) for some in (each if one.in_sites else [factor]))

    def _of_product(self, last: Target, factor: Sequence[Sequence[Number]]) -> Row:
        if last.route is None:
            return self._row(last.source, last.avoiding, factor)
        edge = (last.route[-2], last.route[-1])
        row: Row = defaultdict(Fraction)
        for s, site in enumerate(factor):
            for i, x in enumerate(site):
                first = prod(self.known.persons[s][i][e] for e in itertools.pairwise(last.route[:-1]))
                row[self.cells[s, i, edge]] += x * first
        return row


def grouped(world: World, reg: Regression) -> list[set[int]]:
    """The sites by their compliances of all arms with all regressors."""
    columns = [world.site_effects(arm, u) for arm in reg.arms for u in reg.regressors]
    groups: dict[tuple[Number, ...], set[int]] = defaultdict(set)
    for s in range(len(world.persons)):
        groups[tuple(column[s] for column in columns)].add(s)
    return list(groups.values())


def some_solution(random: Random, rows: Iterable[Row], width: int) -> list[int]:
    """Whole numbers that solve the homogeneous equations, at random."""
    done: dict[int, Row] = {}
    for raw in rows:
        row = {j: Fraction(x) for j, x in raw.items() if x}
        for pivot in [j for j in row if j in done]:
            _subtract(row, row[pivot], done[pivot])
        if row:
            lead = min(row)
            scale = row[lead]
            row = {j: x / scale for j, x in row.items()}
            for other in done.values():
                if lead in other:
                    _subtract(other, other[lead], row)
            done[lead] = row
    drawn = [random.choice((-5, -3, -2, -1, 1, 2, 3, 4, 5, 7)) for _ in range(width)]
    values = [Fraction(x) for x in drawn]
    for pivot, row in done.items():
        values[pivot] = -sum((x * drawn[j] for j, x in row.items() if j != pivot), Fraction(0))
    scale = lcm(*(x.denominator for x in values))
    common = gcd(*(int(x * scale) for x in values)) or 1
    return [int(x * scale) // common for x in values]


def _subtract(row: Row, factor: Fraction, other: Row) -> None:
    for j, x in other.items():
        left = row.get(j, 0) - factor * x
        if left:
            row[j] = left
        else:
            row.pop(j, None)


def obliging(
    random: Random,
    design: Design,
    asked: Sequence[Asked],
    calm: float,
    *,
    crowd: Layout | None = None,
    idle: Collection[Edge] = (),
    still: Collection[Edge] = (),
    balanced: Collection[Edge] = (),
) -> Enumerated:
    """A population that meets what is asked (the rank is left to chance), and nothing more on purpose.

    Args:
        random: for all choices.
        design: what ``varies``, and the number of sites where it says one.
        asked: the conditions.
        calm: how likely a coefficient is to vary over less than it might.
        crowd: the layout of sites and persons; by default a random one.
        idle: arrows that do nothing.
        still: arrows that are the same for everyone.
        balanced: arrows that do nothing on average over sites.
    """
    widths = [
        len((*one.regression.regressors, *one.regression.intercepts)) for one in asked if one.regression
    ]
    chosen = rules(random, design, calm)
    for one in asked:
        if one.kind == "shared":
            for edge in shared(design, one.regression):
                chosen[edge] = ("none", chosen[edge][1].replace("either", "a").replace("twist", "a"))
    chosen |= dict.fromkeys(still, ("none", "none"))
    crowd = crowd or layout(random, design, max(widths, default=1) + 1)
    return Maker(random, design, crowd, chosen, asked, idle, balanced).make()


def shared(design: Design, reg: Regression) -> set[Edge]:
    """The arrows both on the way to a regressor and inside an effect or a bypass."""
    sides = Sides(design.graph, reg)
    return sides.above & sides.below


# -- brute force: whether a condition holds, what a strategy gives, and the truth ----


def meets(world: Enumerated, one: Asked) -> bool:
    """Whether a population meets a condition, by definition."""
    reg, u = one.regression, one.subject
    if one.kind == "product" and one.in_sites:
        return all(
            world.within(_times([world.along(t) for t in term]))
            == [prod(means) for means in zip(*(world.within(world.along(t)) for t in term), strict=True)]
            for term in one.terms
        )
    if one.kind == "product":
        return all(
            world.everyone(_times([world.along(t) for t in term]))
            == prod(world.everyone(world.along(t)) for t in term)
            for term in one.terms
        )
    others = set(reg.regressors) - {u}
    if one.kind == "within":
        for arm in reg.arms:
            found = world.within(world.effect(arm, u), world.effect(u, reg.outcome, others))
            if world.between(found) != 0 if one.pooled else any(found):
                return False
        return True
    if one.kind == "bypass":
        theta = world.site_effects(u, reg.outcome, reg.regressors)
        return not any(world.between(world.site_effects(u, w), theta) for w in reg.regressors)
    if one.kind == "between":
        subject = world.site_effects(u, reg.outcome, others)
        if one.pooled:
            return not any(world.between(world.site_effects(arm, u), subject) for arm in reg.arms)
        groups = grouped(world, reg)
        return len({weighted(world, subject, group) for group in groups}) == 1
    if one.kind == "shared":
        persons = [[[p[e] for p in site] for site in world.persons] for e in shared(world, reg)]
        return all(len(set(world.within(values))) == 1 for values in persons)
    if one.kind == "cut":
        clean = [arm for arm in reg.arms if arm not in reg.intercepts]
        return not any(any(map(any, world.effect(arm, reg.outcome, reg.regressors))) for arm in clean)
    if one.kind == "everywhere":
        return None not in in_sites(world, reg, u)
    assert one.kind == "rank"
    return coefficient(world, reg, one.pooled, u) is not None


def weighted(world: World, values: Sequence[Number], members: Iterable[int]) -> Fraction:
    """The average of a site quantity over some sites."""
    members = list(members)
    whole = sum(world.weights[s] for s in members)
    return sum((Fraction(world.weights[s] * values[s]) for s in members), Fraction(0)) / whole


def _times(columns: Sequence[PersonValues]) -> PersonValues:
    return [[prod(values) for values in zip(*sites, strict=True)] for sites in zip(*columns, strict=True)]


def coefficient(world: World, reg: Regression, pooled: bool, column: str) -> Number | None:
    """What a regression gives for one column; None where that is left open."""
    if not reg.regressors:
        return world.between(world.site_effects(reg.arms[0], reg.outcome))
    limits = reg.pooled_limit(world) if pooled else reg.limit(world)
    return limits[(*reg.intercepts, *reg.regressors).index(column)]


def in_sites(world: World, reg: Regression, column: str) -> list[Number | None]:
    """What the contrasts of each site by itself give for one column, a row for each arm; None where that is left open."""
    if not reg.regressors:
        return world.site_effects(reg.arms[0], reg.outcome)
    compliances = [[world.site_effects(arm, u) for u in reg.regressors] for arm in reg.arms]
    effects = [world.site_effects(arm, reg.outcome) for arm in reg.arms]
    place = reg.regressors.index(column)
    return [
        least_squares(
            [[r[s] for r in row] for row in compliances], [e[s] for e in effects], [1] * len(effects)
        )[place]
        for s in range(len(world.persons))
    ]


def _by_site(world: World, strategy: Strategy | Composed) -> Number | None:
    """The average over sites of what each site's own contrasts give."""
    parts = {part: in_sites(world, regression_of(part), part.column) for part in strategy.parts}
    if any(None in values for values in parts.values()):
        return None
    if isinstance(strategy, Strategy):
        return world.between(parts[strategy])
    sums = [
        sum(
            term.sign * prod((parts[f.strategy][s] for f in term.factors), start=Fraction(1))
            for term in strategy.terms
        )
        for s in range(len(world.persons))
    ]
    return world.between(sums)


def limit(world: World, strategy: Strategy | Composed) -> Number | None:
    """What a strategy gives: its coefficient, or the signed sum of products of coefficients."""
    if strategy.site_by_site:
        return _by_site(world, strategy)
    if isinstance(strategy, Strategy):
        return coefficient(world, regression_of(strategy), strategy.pooled, strategy.column)
    known = {part: limit(world, part) for part in strategy.parts}
    if None in known.values():
        return None
    return sum(
        term.sign * prod((known[factor.strategy] for factor in term.factors), start=Fraction(1))
        for term in strategy.terms
    )


def truth(world: Enumerated, target: Target) -> Fraction:
    """The average over persons, then sites, of what a target averages."""
    return world.everyone(world.along(target))
