"""The weights of the sites as a node of the graph of heterogeneity, in populations that obey the graph (theory section 14).

Where the graph separates effects from compliances and weights, the weighted regression gives the average that is wanted in
every population that obeys the graph, exactly; where it does not, some population that obeys it breaks the regression.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import prod
from random import Random
from typing import Any

import pytest

import identcheck as ic
from identcheck import Design, Modifier
from identcheck.decide.strategies import Composed, Strategy
from tests.drawn import drawn
from tests.exact.moderated import shares, ways_of
from tests.exact.test_weights import SITES
from tests.exact.weighted import HOW, WEIGHTS, TwoSizes, Weighted, averaged, estimate, truth, weighted_design
from tests.tools import often


def regressions(design: Design) -> Iterator[Strategy]:
    """Every regression over sites of the default findings, those that the graph rules out included."""
    for finding in ic.check(design, "all", prove=False):
        for strategy in finding.search.strategies:
            if isinstance(strategy, Strategy) and strategy.regressors and not strategy.site_by_site:
                yield strategy


def of_graph(strategy: Strategy) -> str:
    """Why a drawn cause keeps it from holding; "" where none does."""
    return next((c.violated for c in strategy.conditions if c.kind == "between" and c.violated), "")


def shared(strategy: Strategy) -> bool:
    return any(c.kind == "shared" for c in strategy.conditions)


def full(strategy: Strategy) -> bool:
    return not any(c.kind == "rank" and c.violated for c in strategy.conditions)


def test_separated_from_compliances_and_weights_the_weighted_average_is_exact() -> None:
    """In random graphs of heterogeneity, under every pair of weights."""
    random, graphs, exact, moderated, needed = Random(14), 0, 0, 0, 0
    while graphs < often(120, 500):
        design = weighted_design(random)
        plain = (s for s in regressions(design) if not s.intercept and not s.pooled)
        usable = [s for s in plain if not of_graph(s) and not shared(s)]
        if not usable:
            continue
        population, met = Weighted(design, random), False
        for strategy in dict.fromkeys(usable):
            reg = strategy.regression
            found = None if nonlinear(reg) else estimate(population, reg)
            for u in reg.regressors if found is not None else ():
                wanted = truth(population, u, reg.outcome, set(reg.regressors) - {u})
                assert found[u] == wanted, (design, reg, u)
                met, exact = True, exact + 1
                moderated += bool(reg.moderators)
                needed += found[u] != _without(population, reg, u)
        graphs += met
    assert exact > often(200, 900)
    assert moderated > often(20, 100)
    assert needed > often(4, 25)


def nonlinear(reg: Any) -> bool:
    """Whether h is not saturated: the weights are a number, in which effects need not change along a line."""
    return WEIGHTS in reg.moderators


def _without(population: Weighted, reg: Any, u: str) -> Any:
    """The same with nothing held fixed."""
    found = estimate(population, replace(reg, moderators=()))
    return None if found is None else found[u]


def test_the_weights_themselves_held_fixed() -> None:
    """In graphs in which size changes effects, or goes with what does; of two sizes every average is linear in size."""
    random, graphs, off = Random(18), 0, 0
    while graphs < often(40, 150):
        design = weighted_design(random)
        held = [
            s for s in regressions(design) if WEIGHTS in s.moderators and not of_graph(s) and not shared(s)
        ]
        population, met = TwoSizes(design, random), False
        for strategy in dict.fromkeys(s for s in held if not shares(s)):
            reg = strategy.regression
            found = estimate(population, reg)
            for u in reg.regressors if found is not None else ():
                wanted = truth(population, u, reg.outcome, set(reg.regressors) - {u})
                assert found[u] == wanted, (design, reg, u)
                met = True
                off += _without(population, reg, u) != wanted
        graphs += met
    assert off > often(12, 50)


def test_uncorrelated_with_weights_is_not_enough_and_the_graph_says_so() -> None:
    """7/5 for 3/2: compliance and effect have a cause each, unrelated, and both causes make the weights."""
    causes = [Modifier("a", [("T", "M")], measured=False), Modifier("b", [("M", "Y")], measured=False)]
    graph = {"modifiers": [*causes, Modifier("weights", [], causes=["a", "b"])], "sites": 4}
    for weights, slope in (("persons", Fraction(7, 5)), ("sites", Fraction(3, 2))):
        design = drawn("T -> M -> Y", weights=weights, **graph)
        (plain,) = {s for s in regressions(design) if not s.pooled and not s.moderators and not s.intercept}
        sites = [(r, d, w if weights == "persons" else 1) for (r, d), w in SITES.items()]
        found = Fraction(sum(w * r * r * d for r, d, w in sites), sum(w * r * r for r, d, w in sites))
        assert found == slope
        assert bool(of_graph(plain)) is (weights == "persons")


@pytest.mark.parametrize("kind", ["intercept", "pooled"])
def test_with_an_intercept_and_pooled(kind: str) -> None:
    """In graphs of each kind; the bypass is separated from compliances and weights as effects are."""
    random, graphs = Random(15), 0
    while graphs < often(40, 150):
        design = weighted_design(random, bypass=kind == "intercept")
        usable = [s for s in regressions(design) if not of_graph(s) and not shared(s) and not shares(s)]
        chosen = [s for s in usable if (s.pooled if kind == "pooled" else s.intercept)]
        population, met = Weighted(design, random), False
        for strategy in dict.fromkeys(chosen):
            reg = strategy.regression
            found = None if nonlinear(reg) else estimate(population, reg)
            for u in reg.regressors if found is not None else ():
                assert found[u] == truth(population, u, reg.outcome, set(reg.regressors) - {u}), (design, reg)
                met = True
        graphs += met


def test_composed_effects_are_averages_of_products_over_the_target() -> None:
    """In random graphs; where the graph separates what every regression, and every product, asks to be unrelated."""
    random, graphs, moderated = Random(16), 0, 0
    while graphs < often(60, 200):
        design, met = weighted_design(random), False
        population = Weighted(design, random)
        for finding in ic.check(design, "all", prove=False):
            for strategy in finding.search.strategies:
                if not isinstance(strategy, Composed) or any(c.violated for c in strategy.conditions):
                    continue
                of_sites = not any(part.site_by_site for part in strategy.parts) and not shares(strategy)
                if not of_sites or shared(strategy) or any(nonlinear(p.regression) for p in strategy.parts):
                    continue
                if (found := averaged(population, strategy)) is not None:
                    wanted = population.mean(population.of_target, partial(along, design, finding.target))
                    assert found == wanted, (design, strategy)
                    met, moderated = True, moderated + bool(strategy.moderators)
        graphs += met
    assert moderated > often(5, 20)


def along(design: Design, target: Any, values: Any) -> int:
    """The effect along the paths that an estimand averages over."""
    return sum(prod(values[e] for e in pairwise(way)) for way in ways_of(design, target))


@pytest.mark.parametrize("how", HOW, ids="-".join)
def test_not_separated_some_population_that_obeys_the_graph_breaks_it(how: tuple[str, str]) -> None:
    random, broken = Random(7), 0
    while broken < 25:
        design = weighted_design(random, how)
        plain = (s for s in regressions(design) if not s.intercept and not s.pooled)
        ruled_out = [s for s in plain if of_graph(s) and not shared(s) and full(s)]
        for strategy in dict.fromkeys(ruled_out[:2]):
            assert any(_missed(design, strategy.regression, random) for _ in range(60)), (design, strategy)
            broken += 1


def _missed(design: Design, reg: Any, random: Random) -> bool:
    population = Weighted(design, random)
    found = estimate(population, reg)
    return found is not None and any(
        found[u] != truth(population, u, reg.outcome, set(reg.regressors) - {u}) for u in reg.regressors
    )
