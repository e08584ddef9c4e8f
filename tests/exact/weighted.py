"""Designs with the weights of the sites drawn, populations that obey them, and weighted regressions by their definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod
from random import Random
from typing import Any

import networkx as nx

from identcheck import Design, Modifier
from tests.exact.moderated import GRAPHS, PARTS, Obeying, effect, solved, terms

WEIGHTS = "weights"
HOW = (("precision", "sites"), ("persons", "sites"), ("sites", "persons"), ("persons", "persons"))
"""What the estimator weights the sites by, and what the average wanted is over."""


def weighted_design(random: Random, how: tuple[str, str] | None = None, bypass: bool = False) -> Design:
    """A small design with up to three modifiers of sites and the weights drawn somewhere among them."""
    while True:
        edges = [*random.choice(GRAPHS), *([("T", "Y")] if bypass else [])]
        graph = nx.DiGraph(edges)
        for edge in edges:
            graph.edges[edge]["varies"] = random.choice(("sites", "sites", "none"))
        made: list[Modifier] = []
        names = [WEIGHTS, *"ABC"[: random.randint(1, 3)]]
        for name in random.sample(names, len(names)):
            causes = [m.name for m in made if random.random() < 0.4]
            known = {} if name == WEIGHTS else {"measured": random.random() < 0.6, "scale": "binary"}
            of = random.sample(edges, random.choice((0, 1, 1, 2)))
            made.append(Modifier(name, of, causes=causes, **known))
        if all(m.name != WEIGHTS for m in made):
            continue
        while idle := [m for m in made if not m.of and not _leads(m, made)]:
            made = [m for m in made if m not in idle]
        if all(m.name != WEIGHTS for m in made):
            continue
        parts = len(made) + sum(graph.edges[e]["varies"] != "none" for e in edges)
        if parts <= PARTS:
            weights, average = how or random.choice(HOW)
            said = {"modifiers": made, "weights": weights, "average": average}
            return Design(graph, treatment="T", outcome="Y", **said)


def _leads(modifier: Modifier, made: list[Modifier]) -> bool:
    """Whether a modifier that moves nothing says something: it causes another, or is the weights and has a cause."""
    return any(modifier.name in m.causes for m in made) or (
        modifier.name == WEIGHTS and bool(modifier.causes)
    )


class Weighted(Obeying):
    """A population that obeys the drawn graph, where the weights of the sites are 1, 2 or 5."""

    weights: tuple[int, ...] = (1, 2, 5)

    def _value(self, node: Any, arguments: Any) -> int:
        if node != WEIGHTS:
            return super()._value(node, arguments)
        return self.functions[node].setdefault(arguments, self.random.choice(self.weights))

    def rows(self) -> Iterator[tuple[Fraction, Fraction, dict[Any, int]]]:
        """For every site how often there is one like it, its weight, and the value of every modifier and coefficient."""
        for share, persons in self.sites:
            ((_, values),) = persons
            yield Fraction(share), Fraction(values[WEIGHTS]), values

    def of_estimator(self, share: Fraction, weight: Fraction) -> Fraction:
        """How a site counts in the regression."""
        return share if self.design.weights == "sites" else share * weight

    def of_target(self, share: Fraction, weight: Fraction) -> Fraction:
        """How a site counts in the average that is wanted."""
        return share * weight if self.design.average == "persons" else share

    def mean(self, count: Callable[[Fraction, Fraction], Fraction], of: Callable[[Any], Any]) -> Fraction:
        """An average over sites."""
        rows = [(count(share, weight), of(values)) for share, weight, values in self.rows()]
        return sum(w * x for w, x in rows) / sum(w for w, _ in rows)


class TwoSizes(Weighted):
    """The same with two weights, so that every average is linear in them."""

    weights = (1, 5)


def truth(population: Weighted, u: str, v: str, avoiding: Any = ()) -> Fraction:
    """The average effect that is wanted."""
    return population.mean(
        population.of_target, lambda values: effect(population.design, values, u, v, avoiding)
    )


def estimate(population: Weighted, reg: Any) -> dict[str, Fraction] | None:
    """What a weighted regression converges to, its products with moderators averaged over the target; None without rank."""
    known = fitted(population, reg)
    if known is None:
        return None
    return {
        column: population.mean(
            population.of_target,
            lambda values, column=column: changed(population, reg, known, column, values),
        )
        for column in reg.columns
    }


def beside(reg: Any, column: str) -> Any:
    """The moderators whose terms stand beside a column."""
    return reg.moderated_by(column) if column in reg.regressors else reg.moderators


def fitted(population: Weighted, reg: Any) -> dict[str, list[Fraction]] | None:
    """By column the coefficients a and k of the weighted regression; pooled, of the equation of weighted averages."""
    design, rows = population.design, []
    for share, weight, values in population.rows():
        heads = [Fraction(1)] * len(reg.intercepts) + [effect(design, values, "T", u) for u in reg.regressors]
        x = [
            head * term
            for head, column in zip(heads, reg.columns, strict=True)
            for term in terms(design, beside(reg, column), values)
        ]
        rows.append((population.of_estimator(share, weight), x, effect(design, values, "T", reg.outcome)))
    if reg.pooled:
        rows = [(1, [sum(w * x[0] for w, x, _ in rows)], sum(w * y for w, _, y in rows))]
    size = range(len(rows[0][1]))
    gram = [[sum(w * x[i] * x[j] for w, x, _ in rows) * Fraction(1) for j in size] for i in size]
    found = solved(gram, [sum(w * x[i] * y for w, x, y in rows) * Fraction(1) for i in size])
    if found is None:
        return None
    coefficients, at = {}, 0
    for column in reg.columns:
        length = len(terms(design, beside(reg, column), dict.fromkeys(beside(reg, column), 0)))
        coefficients[column] = found[at : at + length]
        at += length
    return coefficients


def changed(population: Weighted, reg: Any, known: Any, column: str, values: Any) -> Fraction:
    """The effect of a column at the levels of the moderators in a site, a + k'h."""
    h = terms(population.design, beside(reg, column), values)
    return sum(b * t for b, t in zip(known[column], h, strict=True))


def averaged(population: Weighted, strategy: Any) -> Fraction | None:
    """The average over the target of sums of products: of contrasts as they are in a site, of effects a + k'h."""
    known = {part: fitted(population, part.regression) for part in strategy.parts if part.regressors}
    if None in known.values():
        return None

    def of(part: Any, values: Any) -> Fraction:
        if not part.regressors:
            return effect(population.design, values, part.column, part.outcome)
        return changed(population, part.regression, known[part], part.column, values)

    def whole(values: Any) -> Fraction:
        return sum(t.sign * prod(of(f.strategy, values) for f in t.factors) for t in strategy.terms)

    return population.mean(population.of_target, whole)
