"""Whether a finite population meets a condition, exactly and in its weakest form."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import singledispatch
from itertools import chain
from math import prod

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
from identcheck.decide.population import Population, Site
from identcheck.decide.population.linear import covariance, mean, rank
from identcheck.derive.paths import effect_meant

__all__ = ["exempt", "meets"]


def meets(population: Population, condition: Condition) -> bool:
    """Whether the condition holds in the population.

    A mean independence is checked as such, not by its covariances: the quantity has the same average in every
    group of sites whose compliances agree. The bypass is its covariances. A rank is that of the matrix of these sites.
    """
    if condition not in population.kept:
        population.kept[condition] = _holds(condition, population)
    found: bool = population.kept[condition]
    return found


def exempt(population: Population, condition: Condition) -> bool:
    """Whether (vii) is not to be had of a regressor: an arrow that its own effect shares with what is upstream varies.

    An arrow in both is exempt from the grant (theory section 12); where it is the same in all sites, nothing is.
    """
    return is_kind(condition, Between) and any(
        len({_arrow_mean(site, edge) for site in population.sites}) > 1 for edge in condition.shared
    )


def _arrow_mean(site: Site, edge: tuple[str, str]) -> Fraction:
    return mean([Fraction(person[edge]) for person in site.persons])


@singledispatch
def _holds(condition: Condition, population: Population) -> bool:
    del population
    unknown_kind(condition, "meets")


@_holds.register(Assigned)
@_holds.register(Cut)
def _by_graph(condition: Condition, population: Population) -> bool:
    """What the graph alone decides."""
    del population
    return not condition.violated


@_holds.register
def _rank(condition: Rank, population: Population) -> bool:
    return _determined(population, condition)


@_holds.register
def _between(condition: Between, population: Population) -> bool:
    if condition.regression.pooled:
        return _uncorrelated(condition, population)
    return _mean_independent(population, condition)


@_holds.register
def _within(condition: Within, population: Population) -> bool:
    """Cov_s(Gamma_u, D_u) = 0 for every arm: in every site, or pooled on average over sites (theory section 7)."""
    for arm in condition.varying_arms:
        ends = (arm, condition.regressor, frozenset[str]()), condition.effect
        sites = range(len(population.sites))
        values = [covariance(*(_effects(population, e, s) for e in ends)) for s in sites]
        if any(values) and not (condition.regression.pooled and mean(values, population.shares) == 0):
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
    edges = shared_edges(condition.regression)
    return all(len({_arrow_mean(site, edge) for site in population.sites}) == 1 for edge in edges)


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
        means.append(mean([prod(person, start=Fraction(1)) for person in persons]))
    return mean(means, population.shares)


def _site_means(population: Population, ends: Ends) -> list[Fraction]:
    """The average effect in each site."""
    if ends not in population.kept:
        population.kept[ends] = [mean(_effects(population, ends, s)) for s in range(len(population.sites))]
    found: list[Fraction] = population.kept[ends]
    return found


def _effects(population: Population, ends: Ends, site: int) -> list[Fraction]:
    """The effect for each person of a site."""
    meant = effect_meant(population.design, *ends)
    return [Fraction(0)] * len(population.persons[site]) if meant is None else population.effects(meant, site)


def _mean_independent(population: Population, condition: Between) -> bool:
    """The quantity has the same average in every group of sites that agree in all compliances."""
    key = ("groups", condition.pairs)
    if key not in population.kept:
        columns = [_site_means(population, (arm, u, frozenset())) for arm, u in condition.pairs]
        groups: dict[tuple[Fraction, ...], list[int]] = defaultdict(list)
        for s, compliances in enumerate(zip(*columns, strict=True)):
            groups[compliances].append(s)
        population.kept[key] = list(groups.values())
    subject, shares = _site_means(population, condition.effect), population.shares
    groups_ = population.kept[key]
    return len({mean([subject[s] for s in group], [shares[s] for s in group]) for group in groups_}) == 1


def _determined(population: Population, condition: Rank) -> bool:
    """Whether the column's unit vector lies in the row space; where the structure is full, every column's."""
    reg = condition.regression
    rows = []
    for s in range(len(population.sites)):
        for arm in reg.arms:
            row = [Fraction(arm == other) for other in reg.intercepts]
            rows.append(row + [population.effect(arm, u, site=s) for u in reg.regressors])
    if reg.pooled:
        by_arm = [rows[a :: len(reg.arms)] for a in range(len(reg.arms))]
        rows = [[mean(column, population.shares) for column in zip(*arm, strict=True)] for arm in by_arm]
    whole = rank(rows)
    if condition.structure.full:
        return whole == len(reg.columns)
    unit = [Fraction(column == condition.column) for column in reg.columns]
    return rank([*rows, unit]) == whole
