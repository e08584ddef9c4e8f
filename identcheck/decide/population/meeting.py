"""Whether a finite population meets a condition, exactly and in its weakest form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    Everywhere,
    Factor,
    Linear,
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
from identcheck.decide.population.linear import (
    Number,
    average,
    covariance,
    rank,
    uncorrelated,
)
from identcheck.decide.population.matrices import determined, determined_in_sites, moderated, terms_of
from identcheck.derive.paths import edge_set, effect_edges, effect_meant, numbered

__all__ = ["exempt", "fits", "meets"]


def meets(population: Population, condition: Condition) -> bool:
    """Whether the condition holds in the population.

    With moderators it is checked given their values in the sites; where the sites have none, these are the same in all, and
    a rank is that without them. A mean independence is checked as such, not by its covariances: the quantity has the same
    average in every group of sites whose compliances agree. The bypass is its covariances. A rank is that of the matrix of
    these sites.

    What is known of another population, which is the same in all arrows that the condition is about, holds here too.
    """
    return _meets(population.core, condition)


@once
def _meets(core: Population, condition: Condition) -> bool:
    if core.like is not None and not core.flows.moved & arrows_read(condition):
        return _meets(core.like, condition)
    return _holds(condition, core)


def exempt(population: Population, condition: Condition) -> bool:
    """Whether (vii) is not to be had of a regressor: an arrow that its own effect shares with what is upstream varies.

    An arrow in both is exempt from the grant (theory section 12); where it is the same in all sites, nothing is.
    """
    return is_kind(condition, Between) and population.differs(condition.shared)


def fits(population: Population, condition: Condition) -> bool:
    """Whether the condition holds in a world, or is not to be had there for want of a shared arrow that is the same."""
    return meets(population, condition) or exempt(population, condition)


@singledispatch
def _holds(condition: Condition, _core: Population) -> bool:
    """Whether a condition holds in a population whose sites all differ."""
    unknown_kind(condition, "meets")


@_holds.register
def _linear(condition: Linear, core: Population) -> bool:
    """Whether every effect's mean given the moderators is a + k'h: exact wherever h has a term for every value there is."""
    reg = condition.regression
    for u in reg.regressors:
        effects = _site_means(core, (u, reg.outcome, reg.others(u)))
        strata = _strata(core, reg.moderators)
        rows = [[1, *terms_of(reg, u, core.sites[group[0]])] for group in strata]
        means = [
            average([effects[s] for s in group], [core.sites[s].weight for s in group]) for group in strata
        ]
        if rank(rows) != rank([[*row, mean] for row, mean in zip(rows, means, strict=True)]):
            return False
    return True


def _strata(core: Population, moderators: Sequence[str]) -> list[list[int]]:
    """The sites by their values of some modifiers; without values all are alike."""
    found: dict[object, list[int]] = {}
    for s, site in enumerate(core.sites):
        found.setdefault(tuple(site.modifiers.get(name, 0) for name in moderators), []).append(s)
    return list(found.values())


@_holds.register(Assigned)
@_holds.register(Cut)
def _by_graph(condition: Condition, _core: Population) -> bool:
    """What the graph alone decides."""
    return not condition.violated


@_holds.register
def _between(condition: Between, core: Population) -> bool:
    """Whether the average of the subject is the same in every group of sites whose compliances agree; pooled, as a bypass."""
    if condition.regression.pooled:
        return _uncorrelated(condition, core)
    values = _site_means(core, condition.effect)
    if len({*values}) == 1:
        return True
    weights = core.weights or [1] * len(values)

    def mean(group: Sequence[int]) -> Number:
        return average([values[s] for s in group], [weights[s] for s in group])

    alike = [set(group) for group in core.alike(condition.pairs)]
    for stratum in _strata(core, condition.regression.moderators):
        parts = (sorted(group.intersection(stratum)) for group in alike)
        if len({mean(part) for part in parts if part}) != 1:
            return False
    return True


@_holds.register
def _within(condition: Within, core: Population) -> bool:
    """Cov_s(Gamma_u, D_u) = 0 for every arm: in every site, or pooled on average over sites (theory, equation (7.2))."""
    if core.uniform:
        return True
    for arm in condition.varying_arms:
        ends = (arm, condition.regressor, frozenset[str]()), condition.effect
        values = [covariance(*(_effects(core, e, s) for e in ends)) for s in range(len(core.sites))]
        if any(values) and not (condition.regression.pooled and average(values, core.weights) == 0):
            return False
    return True


@_holds.register(Bypass)
def _uncorrelated(condition: Bypass | Between, core: Population) -> bool:
    """Cov(r_us, x_s) = 0 over sites for each compliance; with one site there is nothing to vary."""
    if core.design.sites == 1:
        return True
    subject = _site_means(core, condition.effect)
    if len({*subject}) == 1:
        return True
    each = [_site_means(core, (arm, u, frozenset())) for arm, u in condition.pairs]
    weights = core.weights or [1] * len(subject)
    return all(
        uncorrelated([subject[s] for s in group], [compliance[s] for s in group], [weights[s] for s in group])
        for group in _strata(core, condition.regression.moderators)
        for compliance in each
    )


@_holds.register
def _shared(condition: Shared, core: Population) -> bool:
    """Every shared arrow has the same mean in all sites."""
    return not core.differs(shared_edges(condition.regression))


@_holds.register
def _product(condition: Product, core: Population) -> bool:
    """The mean of the sum of products is that of products of means, over all persons or in each site: theory, equation (7.4)."""
    if condition.regression.site_by_site:
        return all(_apart(core, condition, s) == 0 for s in range(len(core.sites)))
    whole: Number = 0
    apart: Number = 0
    for sign, factors in condition.products:
        whole += sign * _overall(core, tuple(chain.from_iterable(factors)))
        apart += sign * prod(_overall(core, factor) for factor in factors)
    return whole == apart


def _apart(core: Population, condition: Product, site: int) -> Number:
    """By how much the mean in a site of a sum of products is not that of products of means."""
    found: Number = 0
    for sign, factors in condition.products:
        whole = _in_site(core, tuple(chain.from_iterable(factors)), site)
        found += sign * (whole - prod(_in_site(core, factor, site) for factor in factors))
    return found


def _overall(core: Population, factor: Factor) -> Number:
    """The average over all persons of all sites of a product of effects."""
    return average([_in_site(core, factor, s) for s in range(len(core.sites))], core.weights)


def _in_site(core: Population, factor: Factor, site: int) -> Number:
    """The average over the persons of a site of a product of effects."""
    persons = zip(*(core.effects(effect, site) for effect in factor), strict=True)
    return average([prod(person) for person in persons])


def _site_means(core: Population, ends: Ends) -> list[Number]:
    """The average effect in each site."""
    meant = effect_meant(core.design, *ends)
    return [0] * len(core.sites) if meant is None else core.means(meant)


def _effects(core: Population, ends: Ends, site: int) -> list[Number]:
    """The effect for each person of a site."""
    meant = effect_meant(core.design, *ends)
    return [0] * len(core.persons[site]) if meant is None else core.effects(meant, site)


@_holds.register
def _determined(condition: Rank, core: Population) -> bool:
    """Whether the column's unit vector lies in the row space; where the structure is full, every column's."""
    reg = condition.regression
    if reg.moderators and any(site.modifiers for site in core.sites):
        return moderated(core, reg) == reg.width
    found = determined(core, reg.regressors, reg.arms, reg.intercepts, reg.pooled)
    return len(found) == len(reg.columns) if condition.structure.full else condition.column in found


@_holds.register
def _determined_everywhere(condition: Everywhere, core: Population) -> bool:
    """Whether the matrix of each site by itself determines the column; where the structure is full, every column."""
    reg = condition.regression
    wanted = frozenset(reg.regressors) if condition.structure.full else frozenset({condition.column})
    return all(wanted <= found for found in determined_in_sites(core, reg.regressors, reg.arms))


@once
def arrows_read(condition: Condition) -> int:
    """The arrows on which it depends whether a population meets a condition, as a set in one number."""
    found = 0
    for arrows in _read(condition):
        found |= arrows
    return found


@singledispatch
def _read(condition: Condition) -> Iterator[int]:
    """The arrows of everything that is looked at."""
    unknown_kind(condition, "arrows_read")


@_read.register
def _read_linear(condition: Linear) -> Iterator[int]:
    reg = condition.regression
    yield from (edge_set(reg.design, u, reg.outcome, reg.others(u)) for u in reg.regressors)


@_read.register(Assigned)
@_read.register(Cut)
def _no_arrows(_condition: Condition) -> Iterator[int]:
    return iter(())


@_read.register(Between)
@_read.register(Bypass)
def _read_between(condition: Between | Bypass) -> Iterator[int]:
    yield edge_set(condition.design, *condition.effect)
    yield from (edge_set(condition.design, *pair) for pair in condition.pairs)


@_read.register
def _read_within(condition: Within) -> Iterator[int]:
    yield edge_set(condition.design, *condition.effect)
    arms = condition.regression.arms
    yield from (edge_set(condition.design, arm, condition.regressor) for arm in arms)


@_read.register(Rank)
@_read.register(Everywhere)
def _read_rank(condition: Rank | Everywhere) -> Iterator[int]:
    reg = condition.regression
    yield from (edge_set(reg.design, arm, u) for arm in reg.arms for u in reg.regressors)


@_read.register
def _read_shared(condition: Shared) -> Iterator[int]:
    yield numbered(condition.design, shared_edges(condition.regression))


@_read.register
def _read_product(condition: Product) -> Iterator[int]:
    for _, factors in condition.products:
        effects = chain.from_iterable(factors)
        yield from (numbered(condition.design, effect_edges(condition.design, e)) for e in effects)
