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

from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.covariances import comoving, spread
from identcheck.plan.closed.polynomials import ZERO, Poly, plus, times
from identcheck.plan.closed.regression_rows import RegressionRows
from identcheck.plan.inputs.anticipated import Array

__all__ = ["Limits"]


class Limits(RegressionRows):
    """The limits of one regression under a plan: what biases it, and what sampling error adds."""

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
                terms.append(times(self.products.site_effect(arm, u), self.beyond(u)))
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
        return self.beyond(arm) if arm in reg.intercepts and theta else theta

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
        """Persons per site times the covariance of a site's estimated rows: (L, J + 1, L, J + 1) (theory section 18).

        Of groups of persons for any of them, as if it were the whole site.
        """
        return self.noise_among((*self.entries, self.outcome))

    def noise_among(self, nodes: Sequence[Entry], shared: bool = False) -> Array:
        """The same for the contrasts of each arm in any columns, and 0 for an arm's indicator: (L, V, L, V).

        What the groups of a site share is left out, or with ``shared`` all that there is.
        """
        return self._noise(nodes, self.anticipated.site_weights, self.anticipated.persons, shared)

    @property
    def share(self) -> bool:
        """Whether the groups of persons of a site share sampling error."""
        return any(part.shared for part in self.anticipated.allocation.parts)

    def _whole(self, weights: Array, persons: float) -> Array:
        """Persons times the weighted average of the sampling error's part of z'Hz, (J + 1, J + 1)."""
        nodes = (*self.entries, self.outcome)
        rows = self.groups * self._noise(nodes, weights, persons, shared=False)
        if self.share:
            rows = rows + self._noise(nodes, weights, persons, shared=True)
        return np.asarray(np.einsum("lm,lamb->ab", self.weights, rows))

    def _noise(self, nodes: Sequence[Entry], weights: Array, persons: float, shared: bool) -> Array:
        """Persons times the weighted average over sites of the covariance of estimated contrasts."""
        arms, allocation = self.regression.arms, self.anticipated.allocation
        found = np.zeros((len(arms), len(nodes), len(arms), len(nodes)))
        for number, part in enumerate(allocation.parts):
            if part.shared != shared:
                continue
            control, *treated = (persons * allocation.mean_noise(part, weights)[self.places]).tolist()
            found += self._covariance_within(number, None, nodes)[None, :, None, :] * control
            for place, (arm, factor) in enumerate(zip(arms, treated, strict=True)):
                found[place, :, place, :] += self._covariance_within(number, arm, nodes) * factor
        return found

    @cached_property
    def noise(self) -> Array:
        """N, (J + 1, J + 1): persons per site times the sampling error's part of z'Hz (theory, equation (11.3))."""
        return self._whole(self.anticipated.site_weights, self.anticipated.persons)

    @cached_property
    def precise_noise(self) -> Array:
        """The same with the sites weighted as by two-stage least squares, times the mean number of persons, (J + 1, J + 1)."""
        return self._whole(self.anticipated.allocation.precise, float(self.anticipated.sizes.mean()))

    @cached_property
    def per_unit(self) -> Array:
        """(parts,) what turns the covariance of a part within arms, where it is alike in all arms, into its share of N.

        Of groups of persons in that of each row.
        """
        at, (rows, outer) = self.anticipated, (np.diag(self.weights), self.weights.sum())
        each = [at.allocation.mean_noise(part, at.site_weights)[self.places] for part in at.allocation.parts]
        return np.array([at.persons * (rows @ own[1:] + outer * own[0]) for own in each]) / len(rows)

    @cached_property
    def freedom(self) -> float:
        """Degrees of freedom of the scatter within control and the arms used, over all sites."""
        allocation = self.anticipated.allocation
        means = self.groups - 1 if allocation.clusters is None else 0  # one for each group
        further = means * allocation.counts[:, self.places].size
        return float(allocation.freedom[:, self.places].sum()) - further

    @cached_property
    def residual(self) -> Array:
        """The estimated covariance of units within control and the arms used, of regressors and outcome, (J + 1, J + 1)."""
        allocation, nodes = self.anticipated.allocation, (*self.entries, self.outcome)
        found = np.zeros((len(nodes), len(nodes)))
        for number, part in enumerate(allocation.parts):
            whole = float(allocation.freedom[:, self.places].sum())
            each = (allocation.freedom * part.seen).sum(axis=0)[self.places] / whole
            each = each / self.groups if part.shared else each
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
        """The covariance of two columns within an arm, averaged over sites: theory, equation (11.2), times their terms."""
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
