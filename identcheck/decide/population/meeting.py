"""Whether a finite population meets a condition, exactly and in its weakest form."""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch
from itertools import chain
from math import prod

from identcheck.basics.once import once
from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Factor,
    Product,
    Rank,
    Shared,
    Within,
    is_kind,
    shared_edges,
    unknown_kind,
)
from identcheck.decide.conditions.declared import Ends
from identcheck.decide.population import Population
from identcheck.decide.population.linear import average, covariance, rank
from identcheck.derive.paths import effect_meant

__all__ = ["exempt", "meets"]


@once
def meets(population: Population, condition: Condition) -> bool:
    """Whether the condition holds in the population.

    A mean independence is checked as such, not by its covariances: the quantity has the same average in every
    group of sites whose compliances agree. The bypass is its covariances. A rank is that of the matrix of these sites.
    """
    return _holds(condition, population)


def exempt(population: Population, condition: Condition) -> bool:
    """Whether (vii) is not to be had of a regressor: an arrow that its own effect shares with what is upstream varies.

    An arrow in both is exempt from the grant (theory section 12); where it is the same in all sites, nothing is.
    """
    return is_kind(condition, Between) and population.differs(condition.shared)


@singledispatch
def _holds(condition: Condition, _population: Population) -> bool:
    unknown_kind(condition, "meets")


@_holds.register(Assigned)
@_holds.register(Cut)
def _by_graph(condition: Condition, _population: Population) -> bool:
    """What the graph alone decides."""
    return not condition.violated


@_holds.register
def _between(condition: Between, population: Population) -> bool:
    """Whether the average of the subject is the same in every group of sites whose compliances agree; pooled, as a bypass."""
    if condition.regression.pooled:
        return _uncorrelated(condition, population)
    values, shares = _site_means(population, condition.effect), population.shares
    groups = population.alike(condition.pairs)
    return len({average([values[s] for s in group], [shares[s] for s in group]) for group in groups}) == 1


@_holds.register
def _within(condition: Within, population: Population) -> bool:
    """Cov_s(Gamma_u, D_u) = 0 for every arm: in every site, or pooled on average over sites (theory, equation (7.2))."""
    for arm in condition.varying_arms:
        ends = (arm, condition.regressor, frozenset[str]()), condition.effect
        sites = range(len(population.sites))
        values = [covariance(*(_effects(population, e, s) for e in ends)) for s in sites]
        if any(values) and not (condition.regression.pooled and average(values, population.shares) == 0):
            return False
    return True


@_holds.register(Bypass)
def _uncorrelated(condition: Bypass | Between, population: Population) -> bool:
    """Cov(r_us, x_s) = 0 over sites for each compliance; with one site there is nothing to vary."""
    if population.design.sites == 1:
        return True
    subject = _site_means(population, condition.effect)
    each = (_site_means(population, (arm, u, frozenset())) for arm, u in condition.pairs)
    return all(covariance(subject, compliance, population.shares) == 0 for compliance in each)


@_holds.register
def _shared(condition: Shared, population: Population) -> bool:
    """Every shared arrow has the same mean in all sites."""
    return not population.differs(shared_edges(condition.regression))


@_holds.register
def _product(condition: Product, population: Population) -> bool:
    """The mean of the sum of products, over all persons of all sites, is that of products of means: theory, equation (7.4)."""
    whole = apart = Fraction(0)
    for sign, factors in condition.products:
        whole += sign * _overall(population, tuple(chain.from_iterable(factors)))
        apart += sign * prod((_overall(population, factor) for factor in factors), start=Fraction(1))
    return whole == apart


def _overall(population: Population, factor: Factor) -> Fraction:
    """The average over all persons of all sites of a product of effects."""
    means = []
    for s in range(len(population.sites)):
        persons = zip(*(population.effects(effect, s) for effect in factor), strict=True)
        means.append(average([prod(person, start=Fraction(1)) for person in persons]))
    return average(means, population.shares)


@once
def _site_means(population: Population, ends: Ends) -> list[Fraction]:
    """The average effect in each site."""
    return [average(_effects(population, ends, s)) for s in range(len(population.sites))]


def _effects(population: Population, ends: Ends, site: int) -> list[Fraction]:
    """The effect for each person of a site."""
    meant = effect_meant(population.design, *ends)
    return [Fraction(0)] * len(population.persons[site]) if meant is None else population.effects(meant, site)


@_holds.register
def _determined(condition: Rank, population: Population) -> bool:
    """Whether the column's unit vector lies in the row space; where the structure is full, every column's."""
    reg = condition.regression
    rows = [
        [
            *(Fraction(arm == other) for other in reg.intercepts),
            *(population.effect(arm, u, site=s) for u in reg.regressors),
        ]
        for s in range(len(population.sites))
        for arm in reg.arms
    ]
    if reg.pooled:  # theory, equation (7.2): one row an arm, averaged over sites
        by_arm = (rows[a :: len(reg.arms)] for a in range(len(reg.arms)))
        rows = [[average(column, population.shares) for column in zip(*own, strict=True)] for own in by_arm]
    whole = rank(rows)
    if condition.structure.full:
        return whole == len(reg.columns)
    unit = [Fraction(column == condition.column) for column in reg.columns]
    return rank([*rows, unit]) == whole
