"""The weights of the sites as a node of the graph of heterogeneity, in populations that obey the graph (theory section 14).

Where the graph separates effects from compliances and weights, the weighted regression gives the average that is wanted in
every population that obeys the graph, exactly; where it does not, some population that obeys it breaks the regression.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

import identcheck as ic
from identcheck import Design
from identcheck.decide.strategies import Strategy
from tests.exact.weighted import HOW, WEIGHTS, Weighted, estimate, truth, weighted_design


def regressions(design: Design) -> Iterator[Strategy]:
    """Every plain regression through the origin of the default findings, those that the graph rules out included."""
    for finding in ic.check(design, "all", prove=False):
        for strategy in finding.search.strategies:
            of_kind = isinstance(strategy, Strategy) and strategy.regressors and not strategy.pooled
            if of_kind and not (strategy.intercept or strategy.site_by_site):
                yield strategy


def of_graph(strategy: Strategy) -> str:
    """Why a drawn cause keeps it from holding; "" where none does."""
    return next((c.violated for c in strategy.conditions if c.kind == "between" and c.violated), "")


def shared(strategy: Strategy) -> bool:
    return any(c.kind == "shared" for c in strategy.conditions)


def full(strategy: Strategy) -> bool:
    return not any(c.kind == "rank" and c.violated for c in strategy.conditions)


def test_separated_from_compliances_and_weights_the_weighted_average_is_exact() -> None:
    """In 500 random graphs of heterogeneity, under every pair of weights."""
    random, graphs, exact, moderated, needed = Random(14), 0, 0, 0, 0
    while graphs < 500:
        design = weighted_design(random)
        usable = [s for s in regressions(design) if not of_graph(s) and not shared(s)]
        if not usable:
            continue
        population, met = Weighted(design, random), False
        for strategy in dict.fromkeys(usable):
            reg = strategy.regression
            found = None if _nonlinear(reg) else estimate(population, reg)
            for u in reg.regressors if found is not None else ():
                wanted = truth(population, u, reg.outcome, set(reg.regressors) - {u})
                assert found[u] == wanted, (design, reg, u)
                met, exact = True, exact + 1
                moderated += bool(reg.moderators)
                needed += found[u] != _without(population, reg, u)
        graphs += met
    assert exact > 900
    assert moderated > 100
    assert needed > 25


def _nonlinear(reg: Any) -> bool:
    """Whether h is not saturated: the weights are a number, in which effects need not change along a line."""
    return WEIGHTS in reg.moderators


def _without(population: Weighted, reg: Any, u: str) -> Any:
    """The same with nothing held fixed."""
    found = estimate(population, replace(reg, moderators=()))
    return None if found is None else found[u]


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_not_separated_some_population_that_obeys_the_graph_breaks_it(how: tuple[str, str]) -> None:
    random, broken = Random(7), 0
    while broken < 25:
        design = weighted_design(random, how)
        ruled_out = [s for s in regressions(design) if of_graph(s) and not shared(s) and full(s)]
        for strategy in dict.fromkeys(ruled_out[:2]):
            assert any(_missed(design, strategy.regression, random) for _ in range(60)), (design, strategy)
            broken += 1


def _missed(design: Design, reg: Any, random: Random) -> bool:
    population = Weighted(design, random)
    found = estimate(population, reg)
    return found is not None and any(
        found[u] != truth(population, u, reg.outcome, set(reg.regressors) - {u}) for u in reg.regressors
    )
