"""A witness worked out again from its persons: path enumeration and fractions, none of the engine's own checks.

Of the engine it reads the persons, sites and weights of the two worlds, and which regressions the conditions are of.
Each function lists what is wrong, in words; an empty list is a witness that holds.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import prod

import networkx as nx

from identcheck import Design, Population, Site
from identcheck.decide.conditions import Condition
from identcheck.decide.findings import Finding
from identcheck.decide.identification import Verdict
from identcheck.decide.witness import Witness
from identcheck.describe.declarations import Declaration

Edge = tuple[str, str]
Route = tuple[Edge, ...]


def faults(finding: Finding, witness: Witness) -> list[str]:
    """Everything about a witness that does not hold."""
    return [
        *_of_data(witness),
        *_of_design(witness),
        *(
            f"{name} world: {text}"
            for name, world in (("first", witness.first), ("second", witness.second))
            for condition in granted(finding)
            for text in broken(world, condition)
        ),
        *_of_declarations(witness),
    ]


def granted(finding: Finding) -> Iterator[Condition]:
    """What was granted of any regression for the effect, or for not identified: all that can be."""
    everything = finding.verdict is Verdict.NOT_IDENTIFIED
    for strategy in (*finding.search.strategies, *finding.by_choice):
        for condition in strategy.conditions:
            said = bool(condition.granted_by) and (everything or set(condition.granted_by) & finding.granted)
            if (
                condition.kind in ("within", "between", "rank")
                and said
                and condition.ways
                and not condition.violated
            ):
                yield condition


# -- effects -------------------------------------------------------------------------


def routes(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> list[Route]:
    """Every directed path, as its edges."""
    if u == v:
        return []
    graph = design.causal.subgraph(set(design.causal) - (set(avoiding) - {u, v}))
    return [tuple(itertools.pairwise(nodes)) for nodes in nx.all_simple_paths(graph, u, v)]


def effects(site: Site, found: Sequence[Route]) -> list[Fraction]:
    """Of each person, the sum over routes of the products along them."""
    return [
        sum((prod((Fraction(p[e]) for e in r), start=Fraction(1)) for r in found), Fraction(0))
        for p in site.persons
    ]


def mean(values: Sequence[Fraction], weights: Sequence[Fraction] | None = None) -> Fraction:
    each = weights or [Fraction(1)] * len(values)
    return sum((w * x for w, x in zip(each, values, strict=True)), Fraction(0)) / sum(each)


def covariance(
    x: Sequence[Fraction], y: Sequence[Fraction], weights: Sequence[Fraction] | None = None
) -> Fraction:
    middle, other = mean(x, weights), mean(y, weights)
    return mean([(a - middle) * (b - other) for a, b in zip(x, y, strict=True)], weights)


def contrasts(world: Population) -> list[list[Fraction]]:
    """Every arm's effect on every measured node, site by site."""
    design = world.design
    nodes = [*(m for m in design.mediators if m not in design.unobserved), design.outcome]
    pairs = [(arm, node) for arm in design.treatments for node in nodes]
    return [[_contrast(world, site, arm, node) for arm, node in pairs] for site in world.sites]


def _contrast(world: Population, site: Site, arm: str, node: str) -> Fraction:
    whole = mean(effects(site, routes(world.design, arm, node)))
    for (other, moved), by in site.unequal.items():
        if other == arm:
            onward = Fraction(1) if moved == node else mean(effects(site, routes(world.design, moved, node)))
            whole += Fraction(by) * onward
    return whole


def answer(world: Population, witness: Witness) -> Fraction:
    """The estimand over sites."""
    target = witness.target
    if target.route is not None:
        found = [tuple(itertools.pairwise(target.route))]
    elif target.last is not None:
        measured = {m for m in world.design.mediators if m not in world.design.unobserved}
        every = routes(world.design, target.source, target.target)
        found = [r for r in every if [b for _, b in r if b in measured][-1:] == [target.last]]
    else:
        found = routes(world.design, target.source, target.target, target.avoiding)
    return mean([mean(effects(site, found)) for site in world.sites], weights(world))


def weights(world: Population) -> list[Fraction]:
    return [Fraction(site.weight) for site in world.sites]


def _of_data(witness: Witness) -> Iterator[str]:
    if contrasts(witness.first) != contrasts(witness.second):
        yield "the contrasts differ"
    if weights(witness.first) != weights(witness.second):
        yield "the weights differ"
    values = answer(witness.first, witness), answer(witness.second, witness)
    if values[0] == values[1] or values != witness.values:
        yield f"the effect is {values}, the witness says {witness.values}"


def _of_design(witness: Witness) -> Iterator[str]:
    for world in (witness.first, witness.second):
        for edge in world.design.causal.edges:
            inside = [{p[edge] for p in site.persons} for site in world.sites]
            rule = world.design.varies(*edge)
            if rule != "persons" and any(len(found) > 1 for found in inside):
                yield f"{edge} varies within a site"
            if rule == "none" and len(set().union(*inside)) > 1:
                yield f"{edge} varies"
        if world.design.sites == 1 and len(world.sites) > 1:
            yield "more sites than one"


# -- conditions ----------------------------------------------------------------------


def broken(world: Population, condition: Condition) -> Iterator[str]:
    """What of a condition does not hold in a world."""
    check: Callable[[Population, Condition], bool] = {"within": _within, "between": _between, "rank": _rank}[
        condition.kind
    ]
    if not check(world, condition):
        yield f"{condition.kind} fails: {condition.statement}"


def _down(condition: Condition) -> list[Route]:
    reg, u = condition.regression, condition.regressor
    return routes(condition.design, u, reg.outcome, set(reg.regressors) - {u})


def _within(world: Population, condition: Condition) -> bool:
    reg, u = condition.regression, condition.regressor
    for arm in reg.arms:
        up = routes(world.design, arm, u)
        values = [covariance(effects(site, up), effects(site, _down(condition))) for site in world.sites]
        if mean(values, weights(world)) if reg.pooled else any(values):
            return False
    return True


def _between(world: Population, condition: Condition) -> bool:
    """(vii) for one regressor. An arrow of its own effect that carries treatment to a regressor exempts it while it varies."""
    reg, u = condition.regression, condition.regressor
    subject = [mean(effects(site, _down(condition))) for site in world.sites]
    ups = {(arm, w): routes(world.design, arm, w) for arm in reg.arms for w in reg.regressors}
    means = {key: [mean(effects(site, up)) for site in world.sites] for key, up in ups.items()}
    if reg.pooled:
        return not any(covariance(means[arm, u], subject, weights(world)) for arm in reg.arms)
    above = {edge for up in ups.values() for route in up for edge in route}
    shared = above & {edge for route in _down(condition) for edge in route}
    if any(len({mean([Fraction(p[e]) for p in site.persons]) for site in world.sites}) > 1 for e in shared):
        return True
    groups: dict[tuple[Fraction, ...], list[int]] = defaultdict(list)
    for s in range(len(world.sites)):
        groups[tuple(values[s] for values in means.values())].append(s)
    w = weights(world)
    return len({mean([subject[s] for s in g], [w[s] for s in g]) for g in groups.values()}) == 1


def _rank(world: Population, condition: Condition) -> bool:
    """Whether the column can be told from the others."""
    reg = condition.regression
    rows = [
        [
            *(Fraction(arm == other) for other in reg.intercepts),
            *(mean(effects(site, routes(world.design, arm, u))) for u in reg.regressors),
        ]
        for site in world.sites
        for arm in reg.arms
    ]
    if reg.pooled:
        arms = len(reg.arms)
        rows = [
            [
                mean([rows[s * arms + a][c] for s in range(len(world.sites))], weights(world))
                for c in range(len(reg.columns))
            ]
            for a in range(arms)
        ]
    unit = [Fraction(column == condition.column) for column in reg.columns]
    return rank(rows) == rank([*rows, unit])


def rank(rows: Iterable[Sequence[Fraction]]) -> int:
    """Gaussian elimination."""
    left, found = [list(row) for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((r for r in range(found, len(left)) if left[r][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for r in range(found + 1, len(left)):
            factor = left[r][column] / left[found][column]
            left[r] = [a - factor * b for a, b in zip(left[r], left[found], strict=True)]
        found += 1
    return found


# -- declarations --------------------------------------------------------------------


def _of_declarations(witness: Witness) -> Iterator[str]:
    if witness.drawn is not None:
        yield from _of_normal_sites(witness)
        return
    for declaration in witness.first.design.declarations:
        for name, world in (("first", witness.first), ("second", witness.second)):
            if not obeys(world, declaration):
                yield f"{name} world: {declaration} does not hold"


def _of_normal_sites(witness: Witness) -> Iterator[str]:
    """Two normal populations of sites, the second a linear image of the first, and what is declared of both."""
    drawn, design, first, second = witness.drawn, witness.first.design, witness.first, witness.second
    sites = range(len(first.sites))
    for world, named in ((first, drawn.arrows), (second, [edge for edge, _ in drawn.functions])):
        for edge in design.causal.edges:
            if any(len({p[edge] for p in site.persons}) > 1 for site in world.sites):
                yield f"drawn: {edge} differs within a site"
            if edge not in named and len({world.sites[s].persons[0][edge] for s in sites}) > 1:
                yield f"drawn: {edge} differs between sites, but is none of those that are normal"
            if edge in named and (edge[0] not in design.treatments or design.varies(*edge) == "none"):
                yield f"drawn: {edge} is to differ between sites"
    size = range(len(drawn.arrows))
    for n in range(1, len(size) + 1):  # Sylvester
        if _determinant([list(row[:n]) for row in drawn.covariance[:n]]) <= 0:
            yield "drawn: no covariance of a density"
    if any(drawn.covariance[i][j] != drawn.covariance[j][i] for i in size for j in size):
        yield "drawn: not symmetric"
    image = {edge: row[1:] for edge, row in drawn.functions}
    for edge, row in drawn.functions:
        for s in sites:
            made = row[0] + sum(
                x * first.sites[s].persons[0][a] for x, a in zip(row[1:], drawn.arrows, strict=True)
            )
            if made != second.sites[s].persons[0][edge]:
                yield f"drawn: {edge} of the second world is no such function"
    unit = {edge: tuple(Fraction(i == j) for j in size) for i, edge in enumerate(drawn.arrows)}
    for rows in (unit, image):
        for d in design.declarations:
            if d.level == "persons":
                holds = d.kind != "correlated"
            else:
                values = [
                    sum(rows[a][i] * rows[b][j] * drawn.covariance[i][j] for i in size for j in size)
                    for a in d.left
                    for b in d.right
                    if a in rows and b in rows
                ]
                holds = d.kind == "normal" or any(values) == (d.kind == "correlated")
            if not holds:
                yield f"drawn: {d} does not hold"
    yield from _of_other_sites(witness)


def _of_other_sites(witness: Witness) -> Iterator[str]:
    """Contrasts of further sites of the two populations, some made here; unless the sites drawn are all there are."""
    drawn, first, second = witness.drawn, witness.first, witness.second
    if any(site.unequal for site in second.sites):
        return
    if first.design.sites == len(first.sites):
        rows = [[Fraction(1), *(Fraction(s.persons[0][a]) for a in drawn.arrows)] for s in first.sites]
        if rank(rows) == min(len(rows), len(rows[0])):
            return
    made = [{a: Fraction(k * (i + 2) ** 2 + i, 7) for i, a in enumerate(drawn.arrows)} for k in (1, -3, 5)]
    for values in made:
        image = {
            edge: row[0] + sum(x * values[a] for x, a in zip(row[1:], drawn.arrows, strict=True))
            for edge, row in drawn.functions
        }
        here = Population(first.design, [Site([dict(first.sites[0].persons[0]) | values])] * len(first.sites))
        there = Population(
            first.design, [Site([dict(second.sites[0].persons[0]) | image])] * len(first.sites)
        )
        if contrasts(here) != contrasts(there):
            yield "drawn: other sites of the two populations differ in contrasts"


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    """By the first row."""
    if not rows:
        return Fraction(1)
    return sum(
        (
            (-1) ** j * x * _determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
            for j, x in enumerate(rows[0])
            if x
        ),
        Fraction(0),
    )


def obeys(world: Population, declaration: Declaration) -> bool:
    """A declaration by its definition, in a finite population."""
    if declaration.kind == "normal":
        return not any(_moves(world, declaration.level, edge) for edge in world.design.causal.edges)
    if declaration.kind == "independent":
        return all(_independent(items) for items in _joint(world, declaration))
    values = list(_declared_covariances(world, declaration))
    return any(values) == (declaration.kind == "correlated")


def _moves(world: Population, level: str, edge: Edge) -> bool:
    inside = [[Fraction(p[edge]) for p in site.persons] for site in world.sites]
    if level == "persons":
        return any(len(set(values)) > 1 for values in inside)
    return len({mean(values) for values in inside}) > 1


def _joint(
    world: Population, declaration: Declaration
) -> Iterator[list[tuple[Hashable, Hashable, Fraction]]]:
    sides = [sorted(declaration.left), sorted(declaration.right)]
    if declaration.level == "persons":
        for site in world.sites:
            yield [(*(tuple(p[e] for e in side) for side in sides), Fraction(1)) for p in site.persons]  # type: ignore[misc]
        return
    items = []
    for site in world.sites:
        told = []
        for side in sides:
            counts = Counter(tuple(Fraction(p[e]) for e in side) for p in site.persons)
            told.append(frozenset((key, Fraction(n, len(site.persons))) for key, n in counts.items()))
        items.append((told[0], told[1], Fraction(site.weight)))
    yield items


def _independent(items: Sequence[tuple[Hashable, Hashable, Fraction]]) -> bool:
    total = sum(w for *_, w in items)
    lefts, rights = {a for a, _, _ in items}, {b for _, b, _ in items}
    return all(
        sum(w for x, y, w in items if (x, y) == (a, b)) * total
        == sum(w for x, _, w in items if x == a) * sum(w for _, y, w in items if y == b)
        for a in lefts
        for b in rights
    )


def _declared_covariances(world: Population, declaration: Declaration) -> Iterator[Fraction]:
    (one,), (other,) = declaration.left, declaration.right
    columns = [[[Fraction(p[e]) for p in site.persons] for site in world.sites] for e in (one, other)]
    if declaration.level == "sites":
        yield covariance(*([mean(values) for values in column] for column in columns), weights(world))
    else:
        yield from (covariance(x, y) for x, y in zip(*columns, strict=True))
