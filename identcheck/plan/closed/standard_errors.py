"""How estimated standard errors fall short of true ones: variances robust to clustering by site, with few sites.

The test and the interval of a regression of site effects use a variance estimated from the scatter of sites, times K / (K - J)
for K sites and J columns. With psi what a site adds to the coefficient's error, that variance is on average

    share = 1 + ( J - { 2 E[psi l'P^{-1} x'e] - E[l'P^{-1} S P^{-1} l] } / E[psi^2] ) / K

of the true one, with l = q_xx P^{-1} 1_k, x'e = q a and S = E[x'e e'x], and it varies as if it had the degrees of freedom

    f = 3 / E[sum psi^4 / (sum psi^2)^2] - 2,

those that are right where scores are normal with variances that differ between sites. Averages are over the representative
sites with drawn sampling error, f over sets of K of them. Source: theory, equations (11.18) and (11.19).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from identcheck.basics.once import once
from identcheck.basics.options import TestName
from identcheck.plan.closed.averages import slopes_of
from identcheck.plan.closed.few_sites import FEW_COLUMNS, Drawn, drawn_products, rows_of
from identcheck.plan.closed.precision import Precision
from identcheck.plan.closed.sets import averaged_terms, estimated_in_sets
from identcheck.plan.inputs.anticipated import Array

__all__ = ["EXACT", "Errors", "errors_of", "errors_of_test"]


@dataclass(frozen=True)
class Errors:
    """How an estimated variance behaves.

    Attributes:
        share: its average as a share of the true variance.
        freedom: the degrees of freedom of the chi-squared variable that varies as much; None for those of the test.
        tried: in sets of drawn sites the error of the estimate and its standard error, over its SD, and Satterthwaite's degrees
            of freedom, where the test has them: with few sites, where compliances are skewed, and for CR2 and CR3. The first
            two go together, and neither is of a kind that two numbers tell.
    """

    share: float = 1.0
    freedom: float | None = None
    tried: tuple[Array, Array, Array | None] | None = field(default=None, repr=False, compare=False)


FEW = 20
"""With at most so many sites estimates and their errors are tried in sets: share and freedom make power and size too small."""
FEW_SITES_AND_COLUMNS = 40
"""The same with few columns, where sets cost little."""

MOST = 300
"""With more sites estimates and their errors are no longer tried in sets."""

EXACT = Errors()
"""As the t test takes it: right on average, with the degrees of freedom of the test."""


@dataclass(frozen=True)
class Scores:
    """What sites add to the error of one coefficient.

    Attributes:
        own: (S,) what each site adds, for the sites of a plan over and over.
        shortfall: K times what the estimated variance falls short by, as a share of the true one.
    """

    own: Array
    shortfall: float


@once
def errors_of(precision: Precision, along: tuple[float, ...], sites: int, persons: float) -> Errors:
    """The estimated variance of one coefficient, or of a sum of several, at a number of sites and of persons per site.

    Args:
        precision: the regression's sampling distribution.
        along: the factor of each coefficient in the sum, (J,): 1 for the one, 0 for others.
        sites: K.
        persons: the persons per site that the weighted average of sampling errors is divided by.
    """
    scores = _scores(precision, along, persons)
    share = math.exp(-scores.shortfall / sites)  # equal to first order in 1 / K, and positive
    tried = None
    limits = precision.limits
    few = FEW_SITES_AND_COLUMNS if len(along) <= FEW_COLUMNS else FEW
    tries = limits.anticipated.skewed or sites <= few or (limits.held and not limits.anticipated.fixed)
    if tries and len(along) < sites <= MOST:
        terms = (
            averaged_terms(limits, precision.sites, _products(precision, persons)) if limits.held else None
        )
        rows, kept = _rows(precision, persons), sites == limits.anticipated.sites
        tried = estimated_in_sets(rows, np.array(along), sites, averaged=terms, kept=kept)
    squares = scores.own**2
    count = len(squares) // sites
    if count < 2:
        concentrated = float((squares**2).mean() / squares.mean() ** 2) / sites
    else:
        sets = squares[: count * sites].reshape(count, sites)
        sums = sets.sum(axis=1)
        concentrated = float(((sets**2).sum(axis=1) / np.where(sums, sums, 1.0) ** 2).mean())
    # theory (11.19)
    return Errors(share, max(3.0 / concentrated - 2.0, 1.0) if concentrated else None, tried)


def _products(precision: Precision, persons: float) -> Drawn:
    """Products of drawn sites; those with the plan's persons are asked for by every column."""
    planned = persons == precision.limits.anticipated.persons
    return precision.drawn if planned else drawn_products(precision.limits, precision.sites, persons)


def _rows(precision: Precision, persons: float) -> tuple[Array, Array]:
    """Rows of drawn sites; those with the plan's persons are asked for by every column."""
    planned = persons == precision.limits.anticipated.persons
    return precision.rows if planned else rows_of(_products(precision, persons)[0])


@once
def errors_of_test(
    precision: Precision, along: tuple[float, ...], sites: int, persons: float, test: TestName
) -> Errors:
    """The same of CR2 and CR3 errors: as they are in sets of drawn sites; with many sites, as the t test takes them.

    Source: theory section 17.
    """
    if len(along) < sites <= MOST and not precision.limits.held:
        rows, kept = _rows(precision, persons), sites == precision.limits.anticipated.sites
        return Errors(tried=estimated_in_sets(rows, np.array(along), sites, test, kept=kept))
    _, larger = precision.small_samples(sites)
    return Errors(float(np.square(along) @ larger / np.square(along).sum())) if test == "CR3" else EXACT


@once
def _scores(precision: Precision, along: tuple[float, ...], persons: float) -> Scores:
    """What each of many sites adds to the error of a sum of coefficients."""
    limits = precision.limits
    inverse = precision.inverse_at(persons)
    q, held = _products(precision, persons)
    limit, errors, spread = _residuals(precision, persons)
    pull = np.array(along) @ inverse
    slopes = sum(factor * slopes_of(limits, place, limit) for place, factor in enumerate(along))
    leaning = np.tensordot(pull, q[:-1], axes=1)[:-1]
    own = pull @ errors + slopes @ held
    size = float(np.mean(own**2)) or 1.0
    pulled = float(np.mean(own * (leaning * (inverse @ errors)).sum(axis=0)))
    spared = float(np.mean((leaning * (spread @ leaning)).sum(axis=0)))
    # theory (11.18)
    return Scores(own, (2.0 * pulled - spared) / size - len(limit))


@once
def _residuals(precision: Precision, persons: float) -> tuple[Array, Array, Array]:
    """The coefficients, (J,); x'e in drawn sites, (J, S); and P^{-1} S P^{-1}, (J, J): the same for every sum of them."""
    limits, inverse = precision.limits, precision.inverse_at(persons)
    limit = inverse @ (limits.moments + limits.noise / persons)[:-1, -1]
    errors = np.tensordot(np.append(-limit, 1.0), _products(precision, persons)[0], axes=1)[:-1]
    return limit, errors, inverse @ (errors @ errors.T / errors.shape[1]) @ inverse
