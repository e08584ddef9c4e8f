"""Weights uncorrelated with effects do not suffice: (vii) is about sites as they are weighted (theory section 14)."""

from fractions import Fraction

import pytest

import identcheck as ic
from identcheck.decide.population.meeting import meets
from tests.drawn import drawn

SITES = {(1, 1): 1, (2, 1): 2, (1, 2): 2, (2, 2): 1}
"""Compliance and effect of each site, with its weight: unrelated to one another, each pair once."""


def world(design: ic.Design, weighted: bool) -> ic.Population:
    sites = [
        ic.Site([{("T", "M"): r, ("M", "Y"): d}], weight=weight if weighted else 1)
        for (r, d), weight in SITES.items()
    ]
    return ic.Population(design, sites)


def slope(weighted: bool) -> Fraction:
    """The weighted regression of d r on r through the origin, by its definition."""
    sites = [(r, d, w if weighted else 1) for (r, d), w in SITES.items()]
    return Fraction(sum(w * r * r * d for r, d, w in sites), sum(w * r * r for r, _, w in sites))


def test_the_weights_are_uncorrelated_with_the_effects_and_with_the_compliances() -> None:
    total = sum(SITES.values())
    for place in (0, 1):
        over_sites = Fraction(sum(pair[place] for pair in SITES), len(SITES))
        assert (
            Fraction(sum(w * pair[place] for pair, w in SITES.items()), total) == over_sites == Fraction(3, 2)
        )


def test_the_weighted_regression_misses_the_average_all_the_same() -> None:
    assert slope(weighted=False) == Fraction(3, 2)
    assert slope(weighted=True) == Fraction(7, 5)


@pytest.mark.parametrize("weights", ["precision", "persons", "sites"])
def test_the_condition_between_sites_and_the_bias_are_under_the_weights(weights: str) -> None:
    design = drawn("T -> M -> Y", sites=4, weights=weights)
    finding = ic.check(design, "all")[ic.total("M", "Y")]
    (strategy,) = [s for s in finding.strategies if not s.pooled and not s.intercept and not s.site_by_site]
    (between,) = [c for c in strategy.conditions if c.kind == "between"]
    (bias,) = strategy.bias().values()
    for weighted in (False, True):
        population = world(design, weighted)
        assert meets(population, between) is not weighted
        assert population.effect("M", "Y") == Fraction(3, 2)
        assert population.effect("M", "Y") + population.evaluate(bias) == slope(weighted)
