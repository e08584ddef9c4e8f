"""What estimates are put together of: coefficients, and averages of products with terms of modifiers (theory section 14).

Given Z an effect is m(Z) = a + k'(h - hbar) with a its average. So the average of a product of effects is a sum of products of a,
of the slopes k, and of averages of products of terms of h about their averages; of a compliance and the effect of its mediator
with averages of the compliance times terms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.factors import Term as Part
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.columns import Entry, entries_of
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.polynomials import product as multiplied
from identcheck.plan.closed.precision import Estimate, numbers
from identcheck.plan.closed.scores import score_of, score_of_average
from identcheck.plan.inputs.anticipated import Array

__all__ = ["Average", "Coefficient", "Known", "Piece", "Sum", "at_levels", "sum_of"]


@dataclass(frozen=True)
class Known:
    """What is expected of one piece: limit, further bias from few sites, standard error, degrees of freedom.

    Attributes:
        estimate: of the regression that it is a coefficient of; None where it is none.
        place: of the coefficient.
    """

    limit: float
    few_sites: float
    se: float
    degrees: int
    estimate: Estimate | None = None
    place: int = 0

    @property
    def freedom(self) -> float:
        """The degrees of freedom of its test."""
        return self.degrees if self.estimate is None else self.estimate.freedom(self.place)


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of a regression, for an average effect or a slope on a term; or the contrast of an arm with control.

    Attributes:
        regression: the regression.
        column: the name of the coefficient.
        apart: whether it is the coefficient itself, not the average effect in the sites of the trial, given modifiers.
    """

    regression: Regression
    column: str
    apart: bool = False

    def known(self, estimators: Estimators, sites: float | None, persons: float | None) -> Known:
        """What is expected of it at a number of sites and of persons per site."""
        estimate = estimators.at(self.regression)(sites=sites, persons=persons)
        estimate = (estimate.apart or estimate) if self.apart else estimate
        k = estimators.place(self.regression, self.column)
        few = float(estimate.few_sites[k])
        return Known(float(estimate.limit[k]), few, estimate.se(k), estimate.degrees, estimate, k)

    def score(self, estimators: Estimators) -> Array:
        """What each drawn site adds to its error."""
        return score_of(estimators, self.regression, self.column, self.apart)


@dataclass(frozen=True)
class Average:
    """An average over rows of a product of deviations from averages.

    Attributes:
        alike: what the persons of a row are alike in; rows are sites where there is nothing.
        contrast: an arm and a node, whose contrast is one factor; None without.
        terms: of h, the other factors.
    """

    alike: tuple[str, ...]
    contrast: tuple[str, str] | None
    terms: tuple[Term, ...]

    def known(self, estimators: Estimators, sites: float | None, persons: float | None) -> Known:
        """What is expected of it at a number of sites and of persons per site."""
        at = estimators.anticipated
        count, n = numbers(at, sites, persons)
        products = estimators.rows(self.alike).products
        factors = [products.term(term) for term in self.terms]
        if self.contrast is not None:
            factors.append(products.deviation(products.site_effect(*self.contrast)))
        limit = products.over_sites(multiplied(factors))
        pairs = len(factors) * (len(factors) - 1) / 2
        own, all_ = (
            float(np.mean(score_of_average(estimators, *self._asked, noisy) ** 2)) for noisy in (False, True)
        )
        variance = own + (all_ - own) * at.persons / n
        few = -limit * pairs * at.spread_of_weights[0] / count if not self.alike else 0.0
        return Known(limit, few, math.sqrt(max(variance, 0.0) / count), round(count) - 1)

    def score(self, estimators: Estimators) -> Array:
        """What each drawn site adds to its error."""
        return score_of_average(estimators, *self._asked, True)

    @property
    def _asked(self) -> tuple[tuple[str, ...], tuple[str, str] | None, tuple[Term, ...]]:
        return self.alike, self.contrast, self.terms


Piece = Coefficient | Average
Sum = tuple[tuple[float, tuple[Piece, ...]], ...]
"""Products of pieces, each with its factor."""


Levels = Callable[[Regression, Term], float]
"""What a term of a regression comes to at the levels that are asked for, less its average."""


Stated = Callable[[Target, Regression, Term], float]
"""The same at the levels of a target."""


def at_levels(strategy: Strategy | Composed) -> bool:
    """Whether an effect of a sum is asked for at levels of modifiers."""
    terms = strategy.terms if isinstance(strategy, Composed) else ()
    return any(factor.target.levels for term in terms for factor in term.factors)


def sum_of(strategy: Strategy | Composed, levels: Levels | None, stated: Stated) -> Sum:
    """What an estimate is put together of; at levels of modifiers where these are given.

    Args:
        strategy: how the effect is estimated.
        levels: those that the whole effect is asked for at; None for its average.
        stated: those of an effect of a sum that has its own.
    """
    if isinstance(strategy, Strategy):
        if levels is not None:
            return tuple((factor, (piece,)) for factor, piece in _at_levels(strategy, levels))
        return ((1.0, (Coefficient(strategy.regression, strategy.column),)),)
    found: dict[tuple[Piece, ...], float] = {}
    for part in strategy.terms:
        own = levels
        if own is None and (target := part.factors[0].target).levels:
            own = partial(stated, target)
        for factor, pieces in _of_part(part) if own is None else _of_part_at(part, own):
            found[pieces] = found.get(pieces, 0.0) + factor
    return tuple((factor, pieces) for pieces, factor in found.items())


def _of_part(part: Part) -> Iterator[tuple[float, tuple[Piece, ...]]]:
    strategies = [factor.strategy for factor in part.factors]
    choices = [list(_of_effect(strategy)) for strategy in strategies]
    first = strategies[0]
    given = len(strategies) == 2 and part.by_slope and bool(strategies[1].moderators)
    for chosen in product(*choices):
        terms = tuple(term for _, term in chosen if term)
        coefficients = tuple(piece for piece, _ in chosen)
        if not terms:
            yield float(part.sign), coefficients
        elif given:  # E[gamma_ms m_m(Z)] (theory section 16)
            contrast = Average(strategies[1].regression.cells, (first.column, first.outcome), terms)
            yield float(part.sign), (coefficients[1], contrast)
        elif len(terms) > 1:  # E[m_1(Z) m_2(Z)] (theory section 14)
            alike = _cells(strategies)
            yield float(part.sign), (*coefficients, Average(alike, None, tuple(sorted(terms))))


def _at_levels(strategy: Strategy, levels: Levels) -> Iterator[tuple[float, Coefficient]]:
    """The coefficients of an effect at levels of modifiers, a + k'h, with their factors."""
    for piece, term in _of_effect(strategy):
        own = replace(piece, apart=bool(strategy.moderators))
        yield (levels(strategy.regression, term) if term else 1.0), own


def _of_part_at(part: Part, levels: Levels) -> Iterator[tuple[float, tuple[Piece, ...]]]:
    """A product of effects at levels of modifiers."""
    for chosen in product(*(list(_at_levels(factor.strategy, levels)) for factor in part.factors)):
        yield float(part.sign) * math.prod(f for f, _ in chosen), tuple(piece for _, piece in chosen)


def _cells(strategies: Sequence[Strategy]) -> tuple[str, ...]:
    names = {name for strategy in strategies for name in strategy.regression.cells}
    design = strategies[0].design
    return tuple(m.name for m in design.modifiers if m.name in names)


def _of_effect(strategy: Strategy) -> Iterator[tuple[Coefficient, Term]]:
    """The coefficient of an effect, and those of its products, each with the term."""
    reg = strategy.regression
    yield Coefficient(reg, strategy.column), ()
    if reg.moderators:
        for entry in entries_of(reg):
            if entry.head == strategy.column and entry.term:
                yield Coefficient(reg, Entry(entry.head, entry.term).name), entry.term
