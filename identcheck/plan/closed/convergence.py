"""What a regression on site effects converges to under a plan, and what its bias consists of.

With x the regressors of a row (a leading 1 for an intercept), H the weights of the arms (p (1 - p) with one arm), Q
the mean over sites of x'Hx, and n persons in a site, sampling error adds N/n to it, and

    plim b - E[d] = (Q + U)^{-1} ( h + c - U E[d] ),     (U, c) = N/n,

with h the sum of what comes from compliance-effect covariance between sites, from that within sites, and from paths
that bypass the regressors. With one arm N is (1 - p) V_1 + p V_0 for V_t the covariance of mediators and outcome
within arm t: disturbances, and effects that vary between persons. Averages over sites are exact (``polynomials``).
Source: theory, equation (11.4), with h of equation (9.1) and N of equation (11.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.derive.moderated import moderated_rank
from identcheck.derive.heterogeneity import Term
from identcheck.derive.rank import StructuralRank, independent_columns, structural_rank
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.columns import Entry, entries_of, plain
from identcheck.plan.closed.covariances import comoving, spread
from identcheck.plan.closed.polynomials import ONE, Poly, Products, plus, times
from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["Limits"]

ZERO: Poly = {}


class Limits:
    """The limits of one regression under a plan.

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
        arms = self.regression.arms
        weighted = zip(self.weights.flat, ((a, b) for a in arms for b in arms), strict=True)
        found = sum(float(weight) * self._product(*pair) for weight, pair in weighted)
        return np.asarray(found)

    def _product(self, arm: str, other: str) -> Array:
        """E[z_arm' z_other] over sites, (J + 1, J + 1)."""
        every = (*self.entries, self.outcome)
        return np.array([[self._average(arm, one, other, two) for two in every] for one in every])

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
        """E[d] for each column: of a regressor the average effect D_u, of an intercept that of the bypass; of a product its slope."""
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

    def _beyond(self, head: str) -> Poly:
        """What a site's effect is above its average and what the terms of h take up of it."""
        found = self.products.deviation(self._own(head))
        for term, slope in self.slopes[head].items():
            found = plus(found, self.products.term(term), factor=-slope)
        return found

    # -- h --------------------------------------------------------------------------------

    @cached_property
    def parts(self) -> dict[str, Array]:
        """The vector h of theory, equation (9.1) by cause, (J,) each: covariance between and within sites, and bypass."""
        return {key: self._against(left_out) for key, left_out in self.left_out.items()}

    @cached_property
    def left_out(self) -> dict[str, list[Poly]]:
        """What a row's outcome effect has beside its regressors, by cause and arm."""
        reg, persons_differ = self.regression, self.anticipated.within.any()
        used = reg.regressors if persons_differ else ()
        return {
            "between": self._left_out_between(),
            "within": [plus(ZERO, *(self.within_covariance(arm, u) for u in used)) for arm in reg.arms],
            "bypass": [self._left_out_bypass(arm) for arm in reg.arms],
        }

    def _left_out_between(self) -> list[Poly]:
        """For each arm, the sum over regressors of r_us (d_us - E d_u), as in theory, equation (9.1), less what h takes up."""
        found = []
        compliances = {i for row in self.rows for item in row[:-1] for key in item for i in key}
        for arm in self.regression.arms:
            terms: list[Poly] = [ZERO]
            for u in self.regression.regressors:
                effect = self.downstream(u)
                if self.products.unrelated(compliances, {i for key in effect for i in key}):
                    continue  # the deviation then averages to 0 against any product of compliances
                terms.append(times(self.products.site_effect(arm, u), self._beyond(u)))
            found.append(plus(*terms))
        return found

    def within_covariance(self, arm: str, u: str) -> Poly:
        """Cov_s(Gamma_u, D_u) for one arm and regressor: theory, equation (8.3)."""
        ends = (u, self.regression.outcome, self.regression.others(u))
        together = times(self.products.effect(arm, u), self.products.effect(*ends))
        apart = times(self.products.site_effect(arm, u), self.downstream(u))
        return plus(self.products.over_persons(together), apart, factor=-1.0)

    def _left_out_bypass(self, arm: str) -> Poly:
        """theta_s, the e_s of theory, equation (9.1), or its deviation from its mean beside an intercept."""
        reg = self.regression
        theta = self.products.site_effect(arm, reg.outcome, reg.regressors)
        return self._beyond(arm) if arm in reg.intercepts and theta else theta

    def downstream(self, u: str) -> Poly:
        """d_us, the site average of the effect of a regressor that avoids the others."""
        return self.products.site_effect(u, self.regression.outcome, self.regression.others(u))

    def _against(self, left_out: list[Poly]) -> Array:
        """E[x'He] over sites for a part e of each arm's outcome effect."""
        found = np.zeros(len(self.columns))
        for weights, row in zip(self.weights, self.rows, strict=True):
            for weight, part in zip(weights, left_out, strict=True):
                if part:
                    for j in range(len(self.columns)):
                        found[j] += weight * self.products.over_sites(times(row[j], part))
        return found

    # -- sampling error -------------------------------------------------------------------

    @cached_property
    def noise_of_rows(self) -> Array:
        """Persons per site times the covariance of a site's estimated rows: (L, J + 1, L, J + 1) (theory section 18)."""
        return self.noise_among((*self.entries, self.outcome))

    def noise_among(self, nodes: Sequence[Entry]) -> Array:
        """The same for the contrasts of each arm in any columns, and 0 for an arm's indicator: (L, V, L, V)."""
        return self._noise(nodes, self.anticipated.site_weights, self.anticipated.persons)

    def _noise(self, nodes: Sequence[Entry], weights: Array, persons: float) -> Array:
        """Persons times the weighted average over sites of the covariance of estimated contrasts."""
        arms, allocation = self.regression.arms, self.anticipated.allocation
        found = np.zeros((len(arms), len(nodes), len(arms), len(nodes)))
        for number, part in enumerate(allocation.parts):
            control, *treated = (persons * allocation.mean_noise(part, weights)[self.places]).tolist()
            found += self._covariance_within(number, None, nodes)[None, :, None, :] * control
            for place, (arm, factor) in enumerate(zip(arms, treated, strict=True)):
                found[place, :, place, :] += self._covariance_within(number, arm, nodes) * factor
        return found

    @cached_property
    def noise(self) -> Array:
        """N, (J + 1, J + 1): persons per site times the sampling error's part of z'Hz (theory, equation (11.3))."""
        return np.asarray(np.einsum("lm,lamb->ab", self.weights, self.noise_of_rows))

    @cached_property
    def precise_noise(self) -> Array:
        """The same with the sites weighted as by two-stage least squares, times the mean number of persons, (J + 1, J + 1)."""
        at = self.anticipated
        rows = self._noise((*self.entries, self.outcome), at.allocation.precise, float(at.sizes.mean()))
        return np.asarray(np.einsum("lm,lamb->ab", self.weights, rows))

    @cached_property
    def per_unit(self) -> Array:
        """(parts,) what turns the covariance of a part within arms, where it is alike in all arms, into its share of N."""
        at, (rows, outer) = self.anticipated, (np.diag(self.weights), self.weights.sum())
        each = [at.allocation.mean_noise(part, at.site_weights)[self.places] for part in at.allocation.parts]
        return np.array([at.persons * (rows @ own[1:] + outer * own[0]) for own in each]) / len(rows)

    @cached_property
    def freedom(self) -> float:
        """Degrees of freedom of the scatter within control and the arms used, over all sites."""
        return float(self.anticipated.allocation.freedom[:, self.places].sum())

    @cached_property
    def residual(self) -> Array:
        """The estimated covariance of units within control and the arms used, of regressors and outcome, (J + 1, J + 1)."""
        allocation, nodes = self.anticipated.allocation, (*self.entries, self.outcome)
        found = np.zeros((len(nodes), len(nodes)))
        for number, part in enumerate(allocation.parts):
            each = (allocation.freedom * part.scale).sum(axis=0)[self.places] / self.freedom
            for arm, share in zip((None, *self.regression.arms), each.tolist(), strict=True):
                found += share * self._covariance_within(number, arm, nodes)
        return found

    def _covariance_within(self, part: int, arm: str | None, nodes: Sequence[Entry]) -> Array:
        """V_t, the average over sites of a part of the covariance within an arm (None: control) of some columns, (V, V)."""
        found = np.zeros((len(nodes), len(nodes)))
        for j, one in enumerate(nodes):
            for k, other in enumerate(nodes[: j + 1]):
                if not {one.head, other.head} & set(self.regression.intercepts):
                    found[j, k] = found[k, j] = self._covariance(part, arm, one, other)
        return found

    def _covariance(self, number: int, arm: str | None, one: Entry, other: Entry) -> float:
        """The covariance of two columns within an arm, averaged over sites: theory, equation (11.2), times what they are held with."""
        products, key = self.products, (number, arm, one, other)
        if key not in products.covariances:
            part = self.anticipated.allocation.parts[number]
            held = times(products.term(one.term), products.term(other.term))

            def averaged(poly: Poly) -> float:
                return products.over_sites(times(poly, held) if one.term or other.term else poly)

            if (number, None, one, other) not in products.covariances:
                own = averaged(spread(products, part, one.head, other.head))
                products.covariances[number, None, one, other] = own
            found = products.covariances[number, None, one, other]
            if arm is not None and part.apart:
                found += part.apart * averaged(comoving(products, arm, one.head, other.head))
            products.covariances[key] = found
        return products.covariances[key]


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
