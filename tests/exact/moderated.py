"""Designs with modifiers of every kind, populations that obey them, and the moderated regression by its definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import prod
from random import Random
from typing import Any

import networkx as nx

from identcheck import Design, Modifier
from identcheck.derive.paths import paths
from tests.exact.heterogeneous import Drawn

GRAPHS = (
    [("T", "M"), ("M", "Y")],
    [("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y")],
    [("T", "V"), ("V", "NP"), ("V", "Y"), ("NP", "Y")],
    [("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")],
    [("T", "M1"), ("M1", "M2"), ("M2", "Y")],
)
PARTS = 9
"""So many modifiers and coefficients have parts of their own, sites' and persons' counted apart."""


def random_design(
    random: Random,
    level: str | None = None,
    scales: tuple[str, ...] = ("binary", "binary", "categorical"),
    modifiers: tuple[int, int] = (1, 3),
    bypass: bool = False,
    arms: bool = False,
    sites: int | None = None,
) -> Design:
    """A small design with modifiers of measured and unmeasured kinds whose populations are small enough to be made."""
    while True:
        edges = list(random.choice(GRAPHS[:4] if arms else GRAPHS))
        if bypass:
            edges.append(("T", "Y"))
        if arms:
            edges = [(a, v) for u, v in edges for a in (("T1", "T2") if u == "T" else (u,))]
        graph = nx.DiGraph(edges)
        for edge in edges:
            graph.edges[edge]["varies"] = random.choice(("persons", "sites", "sites", "none"))
        made: list[Modifier] = []
        for name in "ABCD"[: random.randint(*modifiers)]:
            at = level or random.choice(("sites", "persons"))
            causes = [
                m.name for m in made if (at == "persons" or m.level == "sites") and random.random() < 0.3
            ]
            named = [m for m in made if m.name in causes]
            even = at == "persons" and all(m.balanced for m in named) and random.random() < 0.4
            scale = random.choice(scales)
            made.append(
                Modifier(
                    name,
                    random.sample(edges, random.choice((1, 2, 2))),
                    level=at,
                    measured=random.random() < 0.75,
                    scale=scale,
                    levels=3 if scale == "categorical" else None,
                    balanced=even,
                    causes=causes,
                )
            )
        parts = sum(1 if m.level == "sites" or m.balanced else 2 for m in made)
        parts += sum({"none": 0, "sites": 1, "persons": 2}[graph.edges[e]["varies"]] for e in edges)
        if parts <= PARTS:
            treatment = ["T1", "T2"] if arms else "T"
            return Design(graph, treatment=treatment, outcome="Y", modifiers=made, sites=sites)


class Obeying(Drawn):
    """A population that obeys the drawn graph; modifiers have as many values as categories, continuous ones two."""

    def _value(self, node: Any, arguments: Any) -> int:
        if not isinstance(node, str):
            return self.functions[node].setdefault(arguments, self.random.randint(-1, 4))
        known = {m.name: m for m in self.design.modifiers}
        return self.functions[node].setdefault(arguments, self.random.randint(0, known[node].terms))


def effect(design: Design, values: dict[Any, int], u: str, v: str, avoiding: Any = ()) -> int:
    """The effect of u on v for one person, path by path."""
    return sum(prod(values[e] for e in pairwise(way)) for way in paths(design, u, v, avoiding))


def average(population: Drawn, u: str, v: str, avoiding: Any = ()) -> Fraction:
    """Its average over persons within sites, then over sites."""
    found, total = Fraction(0), sum(share for share, _ in population.sites)
    for share, persons in population.sites:
        inside = sum(n * effect(population.design, values, u, v, avoiding) for n, values in persons)
        found += Fraction(share * inside, total * sum(n for n, _ in persons))
    return found


def rows_of(
    population: Drawn, outcome: str, regressors: Any, arms: Any, cells: Any, given: Any
) -> Iterator[Any]:
    """For every cell of every site: its weight, the moderators' values, and by arm the compliances and the contrast."""
    design, total = population.design, sum(share for share, _ in population.sites)
    for share, persons in population.sites:
        split = defaultdict(list)
        for row in persons:
            split[tuple(row[1][name] for name in cells)].append(row)
        everyone = sum(n for n, _ in persons)
        for inside in split.values():
            whole = sum(n for n, _ in inside)
            levels = {name: inside[0][1][name] for name in given}

            def mean(arm: str, v: str, inside: Any = inside, whole: int = whole) -> Fraction:
                return Fraction(sum(n * effect(design, values, arm, v) for n, values in inside), whole)

            weight = Fraction(share * whole, total * everyone)
            yield (
                weight,
                levels,
                {arm: ([mean(arm, u) for u in regressors], mean(arm, outcome)) for arm in arms},
            )


def terms(design: Design, names: Any, levels: dict[str, int]) -> list[int]:
    """1 and every product of indicators of categories, or of values, of some modifiers."""
    known = {m.name: m for m in design.modifiers}
    found = []
    for size in range(len(names) + 1):
        for chosen in combinations(sorted(names), size):
            each = [
                [levels[n]] if known[n].scale == "continuous"
                else [int(levels[n] == k) for k in range(1, known[n].terms + 1)]
                for n in chosen
            ]  # fmt: skip
            found += [prod(some) for some in product(*each)]
    return found


def solved(matrix: Any, right: Any) -> list[Fraction] | None:
    """The solution of a square system of fractions; None where there is not exactly one."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = next((k for k in range(at, len(rows)) if rows[k][at]), None)
        if pivot is None:
            return None
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for k in range(len(rows)):
            if k != at and rows[k][at]:
                rows[k] = [x - rows[k][at] * y for x, y in zip(rows[k], rows[at], strict=True)]
    return [row[-1] for row in rows]


def estimate(population: Drawn, regression: Any, names_of: Any = None) -> dict[str, Fraction] | None:
    """What the regression converges to, for every column: a + k'E[h]; None where its columns are dependent.

    Args:
        population: the population.
        regression: outcome, regressors, arms, intercepts, moderators.
        names_of: the moderators whose terms stand beside a column; by default those that the regression says.
    """
    found = fitted(population, regression, names_of)
    if found is None:
        return None
    coefficients, means = found
    return {c: sum(b * m for b, m in zip(coefficients[c], means[c], strict=True)) for c in coefficients}


def fitted(population: Drawn, regression: Any, names_of: Any = None) -> Any:
    """By column the coefficients a and k, and the averages of 1 and h; None where columns are dependent."""
    reg, design = regression, population.design
    of = names_of or (lambda c: reg.moderated_by(c) if c in reg.regressors else reg.moderators)
    beside = {column: of(column) for column in reg.columns}
    cells = [m.name for m in design.modifiers if m.name in reg.moderators and m.level == "persons"]
    xs, ys, ws, means = [], [], [], defaultdict(lambda: None)
    total = Fraction(0)
    for weight, levels, by_arm in rows_of(
        population, reg.outcome, reg.regressors, reg.arms, cells, reg.moderators
    ):
        h = {column: terms(design, beside[column], levels) for column in reg.columns}
        total += weight
        for column in reg.columns:
            before = means[column] or [Fraction(0)] * len(h[column])
            means[column] = [x + weight * y for x, y in zip(before, h[column], strict=True)]
        for arm, (compliances, contrast) in by_arm.items():
            heads = [int(arm == a) for a in reg.intercepts] + compliances
            xs.append([z * t for z, column in zip(heads, reg.columns, strict=True) for t in h[column]])
            ys.append(contrast)
            ws.append(weight)
    size = range(len(xs[0]))
    gram = [[sum(w * x[i] * x[j] for w, x in zip(ws, xs, strict=True)) for j in size] for i in size]
    found = solved(gram, [sum(w * x[i] * y for w, x, y in zip(ws, xs, ys, strict=True)) for i in size])
    if found is None:
        return None
    coefficients, at = {}, 0
    for column in reg.columns:
        means[column] = [m / total for m in means[column]]
        coefficients[column] = found[at : at + len(means[column])]
        at += len(means[column])
    return coefficients, means


def averaged(population: Drawn, strategy: Any) -> Fraction | None:
    """What a composed strategy with moderators of the sites estimates: the average over sites of the sum of products of m(Z)."""
    known = {part: fitted(population, part.regression) for part in strategy.parts}
    if None in known.values():
        return None
    answer, total = Fraction(0), sum(share for share, _ in population.sites)
    for share, persons in population.sites:
        levels = persons[0][1]

        def changed(part: Any, levels: Any = levels) -> Fraction:
            names = (
                part.regression.moderated_by(part.column)
                if part.column in part.regressors
                else part.regression.moderators
            )
            h = terms(population.design, names, levels)
            return sum((b * x for b, x in zip(known[part][0][part.column], h, strict=True)), Fraction(0))

        value = sum(t.sign * prod(changed(f.strategy) for f in t.factors) for t in strategy.terms)
        answer += Fraction(share, total) * value
    return answer
