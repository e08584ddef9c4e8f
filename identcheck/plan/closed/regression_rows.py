"""The rows of a regression on site effects under a plan: entries as polynomials, averages of their products, its targets.

With x the regressors of a row, a leading 1 for an intercept, and products with terms of modifiers, H the weights of the arms
(p (1 - p) with one arm), Q is the mean over sites of x'Hx. Source: theory, equations (9.2) and (14.2).
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations_with_replacement, product

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.derive.heterogeneity import Term
from identcheck.derive.moderated import moderated_rank
from identcheck.derive.rank import StructuralRank, independent_columns, structural_rank
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.columns import Entry, entries_of, plain
from identcheck.plan.closed.polynomials import ONE, ZERO, Poly, Products, plus, times
from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["RegressionRows"]


class RegressionRows:
    """The rows of one regression under a plan, with what their averages over sites are.

    Args:
        products: the averages of the plan.
        regression: the regression.

    Attributes:
        entries: the columns solved for: intercepts (by arm), then regressors, each with its products with terms of modifiers;
            where the rank leaves some of them undetermined, a largest independent set with those that it determines.
        columns: their names.
        generic_rank: the rank of all columns in general position.
        places: of control and the arms used among the cells of a site.
        units: units in control and in the arms used, on average over sites.
        weights: H, (L, L): the weights of the arms' contrasts in a site, divided by those units.
        groups: rows of a site for each arm: 1, or the groups of persons who are alike in what is held fixed.
    """

    def __init__(self, products: Products, regression: Regression) -> None:
        self.products = products
        self.anticipated: Anticipated = products.anticipated
        self.regression = reg = regression
        self.rank, self.entries = _held(reg) if reg.moderators else _plain(reg)
        self.columns = tuple(entry.name for entry in self.entries)
        self.generic_rank = self.rank.rank + sum(1 for entry in self.entries if entry.term)
        treatments = self.anticipated.design.treatments
        self.places = [0, *(treatments.index(arm) + 1 for arm in reg.arms)]
        counts = self.anticipated.allocation.counts[:, self.places]
        self.units = float(counts.sum(axis=1).mean())
        # H: theory (10.2) divided by n
        self.weights: Array = arm_weights(counts).mean(axis=0) / self.units
        self.groups = self.anticipated.rows_per_site

    def degrees(self, sites: float, persons: float, columns: int) -> int:
        """Degrees of freedom of a test: sites less columns, or, where the sites are the population, units within arms of sites.

        Args:
            sites: number of sites.
            persons: the persons per site that the weighted average of sampling errors is divided by.
            columns: coefficients of the regression.
        """
        if not self.anticipated.fixed:
            return round(sites) - columns
        units = self.units * persons / self.anticipated.persons
        return round(sites * (units - len(self.places))) - columns

    # -- rows -----------------------------------------------------------------------------

    @property
    def held(self) -> tuple[Entry, ...]:
        """The columns that are products with terms of modifiers."""
        return tuple(entry for entry in self.entries if entry.term)

    @cached_property
    def outcome(self) -> Entry:
        """The outcome, as a column."""
        return Entry(self.regression.outcome)

    def effect_on(self, arm: str, entry: Entry) -> Poly:
        """The entry of an arm's row in a column, as a polynomial in what differs between sites."""
        if entry.head in self.regression.arms:
            own = ONE if arm == entry.head else ZERO
        else:
            own = self.products.site_effect(arm, entry.head)
        return times(own, self.products.term(entry.term)) if entry.term else own

    @cached_property
    def rows(self) -> list[list[Poly]]:
        """For each arm the columns of its row and, last, the outcome's site effect."""
        every = (*self.entries, self.outcome)
        return [[self.effect_on(arm, entry) for entry in every] for arm in self.regression.arms]

    @cached_property
    def moments(self) -> Array:
        """Q of theory, equation (9.2) and q, E[z'Hz] over sites for z = (x, outcome's effect), (J + 1, J + 1)."""
        every = (*self.entries, self.outcome)
        weighted = [*zip(self.weights.flat, product(self.regression.arms, repeat=2), strict=True)]
        found = np.empty((len(every), len(every)))
        for (j, one), (k, two) in combinations_with_replacement(enumerate(every), 2):
            each = (float(weight) * self._average(arm, one, other, two) for weight, (arm, other) in weighted)
            found[j, k] = found[k, j] = sum(each)
        return found

    def _average(self, arm: str, one: Entry, other: str, two: Entry) -> float:
        """The average over sites of the product of two entries of rows."""
        products, ones = self.products, self.regression.intercepts
        if one.term or two.term:
            return products.over_sites(times(self.effect_on(arm, one), self.effect_on(other, two)))
        if one.head in ones and two.head in ones:
            return float(arm == one.head and other == two.head)
        if one.head in ones:
            return products.mean_effect(other, two.head) if arm == one.head else 0.0
        if two.head in ones:
            return products.mean_effect(arm, one.head) if other == two.head else 0.0
        return products.pair((arm, one.head), (other, two.head))

    @cached_property
    def targets(self) -> Array:
        """E[d] for each column: of a regressor the average of D_u, of an intercept that of the bypass; of a product its slope."""
        return np.array(
            [
                self.slopes[entry.head][entry.term]
                if entry.term
                else self.products.over_sites(self._own(entry.head))
                for entry in self.entries
            ]
        )

    def _own(self, column: str) -> Poly:
        """A site's average of what a coefficient stands for: d_us, or the bypass of an arm with an intercept."""
        reg = self.regression
        if column in reg.intercepts:
            return self.products.site_effect(column, reg.outcome, reg.regressors)
        return self.downstream(column)

    @cached_property
    def slopes(self) -> dict[str, dict[Term, float]]:
        """k_u: by column, the slopes of its effect on its terms of h over sites (theory, equation (14.1))."""
        return {head: self._slopes(head) for head in self.regression.columns}

    def _slopes(self, head: str) -> dict[Term, float]:
        terms = [entry.term for entry in self.entries if entry.head == head and entry.term]
        if not terms:
            return {}
        products = self.products
        levels, effect = list(map(products.term, terms)), self._own(head)
        spread = np.array([[products.over_sites(times(a, b)) for b in levels] for a in levels])
        along = np.array([products.over_sites(times(level, effect)) for level in levels])
        found = np.linalg.pinv(spread, hermitian=True) @ along
        return dict(zip(terms, found.tolist(), strict=True))

    def beyond(self, head: str) -> Poly:
        """What a site's effect is above its average and what the terms of h take up of it."""
        found = self.products.deviation(self._own(head))
        for term, slope in self.slopes[head].items():
            found = plus(found, self.products.term(term), factor=-slope)
        return found

    def downstream(self, u: str) -> Poly:
        """d_us, the site average of the effect of a regressor that avoids the others."""
        return self.products.site_effect(u, self.regression.outcome, self.regression.others(u))


def _plain(reg: Regression) -> tuple[StructuralRank, tuple[Entry, ...]]:
    """The rank of a regression without modifiers, and the columns that are solved for."""
    shape = (reg.design, reg.regressors, reg.arms, reg.intercepts, reg.pooled)
    rank = structural_rank(*shape)
    return rank, plain(reg.columns if rank.full else independent_columns(*shape))


def _held(reg: Regression) -> tuple[StructuralRank, tuple[Entry, ...]]:
    """The same of one that holds modifiers fixed.

    Raises:
        InvalidPlanError: too few sites, or too little that differs between them, for its columns.
    """
    rank = moderated_rank(
        reg.design, reg.regressors, reg.arms, reg.intercepts, reg.moderators, reg.every_term
    )
    if not rank.full:
        raise InvalidPlanError([f"the compliances and their products with {reg.given} are not independent"])
    return rank, entries_of(reg)
