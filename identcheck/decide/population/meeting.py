"""Whether a finite population meets a condition, exactly and in its weakest form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
from identcheck.decide.population.linear import rank
from identcheck.symbols.names import Effect

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
    return sum((Fraction(person[edge]) for person in site.persons), Fraction(0)) / len(site.persons)


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
        values = [_covariance(*(population.effects(Effect(*e), s) for e in ends)) for s in _sites(population)]
        if any(values) and not (condition.regression.pooled and _mean(population, values) == 0):
            return False
    return True


@_holds.register(Bypass)
def _uncorrelated(condition: Bypass | Between, population: Population) -> bool:
    """Cov(r_us, x_s) = 0 over sites for each compliance; with one site there is nothing to vary."""
    if population.design.sites == 1:
        return True
    subject = _site_means(population, condition.effect)
    each = (_site_means(population, (arm, u, frozenset())) for arm, u in condition.pairs)
    return all(_covariance(subject, compliance, population.shares) == 0 for compliance in each)


@_holds.register
def _shared(condition: Shared, population: Population) -> bool:
    """Every shared arrow has the same mean in all sites."""
    edges = shared_edges(condition.regression)
    return all(len({_arrow_mean(site, edge) for site in population.sites}) == 1 for edge in edges)


@_holds.register
def _product(condition: Product, population: Population) -> bool:
    """The mean of the sum of products, over all persons of all sites, is the sum of products of means (theory, (7.4))."""
    whole = apart = Fraction(0)
    for sign, factors in condition.products:
        whole += sign * _overall(population, tuple(chain.from_iterable(factors)))
        apart += sign * prod((_overall(population, factor) for factor in factors), start=Fraction(1))
    return whole == apart


def _overall(population: Population, factor: Factor) -> Fraction:
    """The average over all persons of all sites of a product of effects."""
    means = []
    for s in _sites(population):
        persons = zip(*(population.effects(effect, s) for effect in factor), strict=True)
        means.append(_plain([prod(person, start=Fraction(1)) for person in persons]))
    return _mean(population, means)


def _sites(population: Population) -> range:
    return range(len(population.sites))


def _site_means(population: Population, ends: Ends) -> list[Fraction]:
    """The average effect in each site."""
    return [_plain(population.effects(Effect(*ends), s)) for s in _sites(population)]


def _plain(values: Sequence[Fraction]) -> Fraction:
    """The average over the persons of a site, who all count alike."""
    return sum(values, Fraction(0)) / len(values)


def _mean(population: Population, values: Sequence[Fraction]) -> Fraction:
    """The average over sites."""
    return sum((w * x for w, x in zip(population.shares, values, strict=True)), Fraction(0))


def _covariance(
    xs: Sequence[Fraction], ys: Sequence[Fraction], weights: Sequence[Fraction] | None = None
) -> Fraction:
    """Over persons, or under weights that sum to 1 over sites."""
    weights = weights or [Fraction(1, len(xs))] * len(xs)
    x, y = (sum((w * v for w, v in zip(weights, vs, strict=True)), Fraction(0)) for vs in (xs, ys))
    both = zip(weights, xs, ys, strict=True)
    return sum((w * (a - x) * (b - y) for w, a, b in both), Fraction(0))


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
    means = {
        sum((shares[s] * subject[s] for s in members), Fraction(0))
        / sum((shares[s] for s in members), Fraction(0))
        for members in population.kept[key]
    }
    return len(means) == 1


def _determined(population: Population, condition: Rank) -> bool:
    """Whether the column's unit vector lies in the row space; where the structure is full, every column's."""
    reg = condition.regression
    rows = []
    for s in range(len(population.sites)):
        for arm in reg.arms:
            row = [Fraction(arm == other) for other in reg.intercepts]
            rows.append(row + [population.effect(arm, u, site=s) for u in reg.regressors])
    if reg.pooled:
        arms = len(reg.arms)
        rows = [
            [
                sum(
                    (population.shares[s] * rows[s * arms + a][c] for s in range(len(population.sites))),
                    Fraction(0),
                )
                for c in range(len(reg.columns))
            ]
            for a in range(arms)
        ]
    whole = rank(rows)
    if condition.structure.full:
        return whole == len(reg.columns)
    unit = [Fraction(column == condition.column) for column in reg.columns]
    return rank([*rows, unit]) == whole
