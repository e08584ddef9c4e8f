"""Designs with the weights of the sites drawn, populations that obey them, and weighted regressions by their definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
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

    def _value(self, node: Any, arguments: Any) -> int:
        if node != WEIGHTS:
            return super()._value(node, arguments)
        return self.functions[node].setdefault(arguments, self.random.choice((1, 2, 5)))

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


def truth(population: Weighted, u: str, v: str, avoiding: Any = ()) -> Fraction:
    """The average effect that is wanted."""
    return population.mean(
        population.of_target, lambda values: effect(population.design, values, u, v, avoiding)
    )


def estimate(population: Weighted, reg: Any) -> dict[str, Fraction] | None:
    """What a weighted regression converges to, its products with moderators averaged over the target; None without rank."""
    design = population.design
    beside = {c: reg.moderated_by(c) if c in reg.regressors else reg.moderators for c in reg.columns}
    gram: list[list[Fraction]] = []
    right: list[Fraction] = []
    for share, weight, values in population.rows():
        heads = [Fraction(1)] * len(reg.intercepts) + [effect(design, values, "T", u) for u in reg.regressors]
        x = [
            head * term
            for head, column in zip(heads, reg.columns, strict=True)
            for term in terms(design, beside[column], values)
        ]
        w, y = population.of_estimator(share, weight), effect(design, values, "T", reg.outcome)
        gram = gram or [[Fraction(0)] * len(x) for _ in x]
        right = right or [Fraction(0)] * len(x)
        gram = [[g + w * a * b for g, b in zip(row, x, strict=True)] for row, a in zip(gram, x, strict=True)]
        right = [r + w * a * y for r, a in zip(right, x, strict=True)]
    found = solved(gram, right)
    if found is None:
        return None
    averages, at = {}, 0
    for column in reg.columns:
        size = len(terms(design, beside[column], dict.fromkeys(beside[column], 0)))
        kept = found[at : at + size]
        averages[column] = population.mean(
            population.of_target,
            lambda values, column=column, kept=kept: sum(
                b * t for b, t in zip(kept, terms(design, beside[column], values), strict=True)
            ),
        )
        at += size
    return averages
