"""What the contrasts, the conditions and the declarations ask of unknown changes, as rows that are to be zero."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Everywhere,
    Linear,
    Product,
    Rank,
    Shared,
    Within,
    unknown_kind,
)
from identcheck.decide.population.linear import average, deviations
from identcheck.decide.witness.unknowns import LEVELS, Row, Unknowns, added

__all__ = ["declared_rows", "observed_rows", "rows_of"]


def observed_rows(unknowns: Unknowns) -> Iterator[Row]:
    """The contrasts of every measured node from these edges on, in every site.

    Of a measured node's own edges, where everybody in a site is alike, those of later nodes are multiples of its own.
    """
    design, ends = unknowns.world.design, {end for _, end in unknowns.edges}
    first = min(map(design.order.__getitem__, ends))
    known = [n for n in (*design.observed_mediators, design.outcome) if design.order[n] >= first]
    if known[0] in ends and len(ends) == 1 and all(len(site) == 1 for site in unknowns.world.sites):
        known = known[:1]
    for s in range(len(unknowns.world.sites)):
        for arm in design.treatments:
            for end in known:
                yield unknowns.mean_row(s, (arm, end, frozenset()))


def declared_rows(unknowns: Unknowns) -> Iterator[Row]:
    """The covariances that are zero by declaration, as far as one of the two arrows moves."""
    moved = {
        level: [e for e, most in unknowns.levels.items() if most > k] for k, level in enumerate(LEVELS[1:])
    }
    sites = unknowns.world.sites
    for pair in unknowns.ties.uncorrelated("sites"):
        for edge, other in (pair, pair[::-1]):
            if edge in moved["sites"]:
                apart = deviations([average([p[other] for p in site]) for site in sites])
                yield added([added([unknowns.edge_row(s, edge)], by) for s, by in enumerate(apart)])
    for pair in unknowns.ties.uncorrelated("persons"):
        for edge, other in (pair, pair[::-1]):
            if edge in moved["persons"]:
                each = (deviations([p[other] for p in site]) for site in sites)
                yield from (unknowns.edge_row(s, edge, apart) for s, apart in enumerate(each))


@singledispatch
def rows_of(condition: Condition, _unknowns: Unknowns) -> Iterator[Row]:
    """What a condition asks of the unknown changes."""
    unknown_kind(condition, "shifts")


@rows_of.register(Assigned)
@rows_of.register(Cut)
@rows_of.register(Rank)
@rows_of.register(Everywhere)
@rows_of.register(Shared)
@rows_of.register(Linear)
@rows_of.register(Product)
def _no_rows(_condition: Condition, _unknowns: Unknowns) -> Iterator[Row]:
    """Not linear in the changes, or not about coefficients: ``Witness.verify`` decides."""
    return iter(())


@rows_of.register
def _within(condition: Within, unknowns: Unknowns) -> Iterator[Row]:
    """Cov_s(Gamma_u, D_u) in every site, pooled in all of them together."""
    sites = unknowns.world.sites
    if all(len(site) == 1 for site in sites):
        return  # nobody differs from the others in a site
    for arm in condition.regression.arms:
        ends = (arm, condition.regressor, frozenset[str]()), condition.effect
        rows = [unknowns.covariance_row(s, *ends) for s in range(len(sites))]
        yield from [added(rows)] if condition.regression.pooled else rows


@rows_of.register
def _between(condition: Between, unknowns: Unknowns) -> Iterator[Row]:
    """E[d_us | r_W] = E[d_us], the compliances fixed; pooled, that they are uncorrelated."""
    if condition.regression.pooled:
        yield from _uncorrelated(condition, unknowns)
    elif not unknowns.world.kinds.differs(condition.shared) and (
        means := unknowns.mean_rows(condition.effect)
    ):
        first, *others = unknowns.world.kinds.alike(condition.pairs)
        whole = added([means[s] for s in first])
        for members in others:  # their average less that of the first, times the numbers of both
            yield added([added([means[s] for s in members], len(first)), added([whole], -len(members))])


@rows_of.register(Bypass)
def _uncorrelated(condition: Between | Bypass, unknowns: Unknowns) -> Iterator[Row]:
    """Cov(r_us, x_s) with each compliance that the condition is about, these fixed."""
    means = unknowns.mean_rows(condition.effect)
    for arm, u in condition.pairs if means else ():
        apart = deviations([unknowns.world.mean_effect(s, arm, u) for s in range(len(means))])
        yield added([added([row], by) for row, by in zip(means, apart, strict=True)])
