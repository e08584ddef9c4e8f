"""What is to be estimated: the equations behind the questions of a plan, by the rows they use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.strategies import Composed, Strategy
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.columns import entries_of
from identcheck.plan.closed.levels import At, terms_at
from identcheck.plan.closed.pieces import Average, Coefficient, Piece, sum_of
from identcheck.plan.closed.polynomials import Products
from identcheck.plan.closed.questions import Question
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.groups import in_groups
from identcheck.plan.simulation.each_site import BY_SITE, Draws, by_site
from identcheck.plan.simulation.estimators import (
    ESTIMATORS,
    INTERCEPT,
    Equation,
    Fit,
    RowsKey,
    Strength,
    strength_of,
    variance,
)
from identcheck.plan.simulation.groups import Alike, Asked
from identcheck.plan.simulation.rows import Contrasts, Moments, Rows, moments_of, rows_of

__all__ = ["CONTRAST", "Work", "equation_of", "own_estimator"]

CONTRAST = "contrast"
"""The estimator of an effect of treatment: the weighted average of the sites' contrasts with control."""


def equation_of(regression: Regression) -> Equation:
    """The columns of a regression."""
    products = tuple(entry for entry in entries_of(regression) if entry.term) if regression.moderators else ()
    return Equation(
        regression.outcome,
        regression.regressors,
        regression.arms,
        regression.intercepts,
        products,
        regression.cells,
    )


def own_estimator(strategy: Strategy | Composed | None) -> str:
    """The name of the estimator that a strategy over sites is about; site by site where there is none."""
    if strategy is None:
        return BY_SITE
    if not strategy.regressors:
        return CONTRAST
    if isinstance(strategy, Composed):
        return "2SLS"
    return "pooled" if strategy.pooled else INTERCEPT if strategy.intercept else "2SLS"


def with_intercepts(equation: Equation) -> Equation:
    """The same with an intercept for every arm, where it has none."""
    if equation.intercepts or not equation.regressors:
        return equation
    return Equation(equation.outcome, equation.regressors, equation.arms, equation.arms)


class Work:
    """The estimators of all questions, each equation solved once.

    Args:
        at: the definite plan.
        asked: the questions.
        names: the estimators, for effects of mediators.
    """

    def __init__(self, at: Anticipated, asked: Sequence[Question], names: Sequence[str]) -> None:
        self.asked = [q for q in asked if q.strategy is not None or q.by_site is not None]
        self.at = at
        self.names = tuple(names)
        parts = [part for question in self.asked if question.strategy for part in question.strategy.parts]
        self.equations = tuple(dict.fromkeys(equation_of(part.regression) for part in parts))
        nodes = {
            rows: [node for e in self.equations if e.rows == rows for node in (*e.regressors, e.outcome)]
            for rows in dict.fromkeys(equation.rows for equation in self.equations)
        }
        self.rows: dict[RowsKey, Rows] = {key: rows_of(at, key[0], own, key[1]) for key, own in nodes.items()}

    @property
    def terms(self) -> Asked:
        """The terms of modifiers that are wanted of rows: of sites, and of groups of persons by what they are alike in."""
        found: dict[Alike, dict[Term, None]] = {(): {}}
        for _, products, alike in self.rows:
            found.setdefault(alike, {}).update(dict.fromkeys(entry.term for entry in products))
        return {alike: tuple(terms) for alike, terms in found.items()}

    def term(self, levels: At, regression: Regression, term: Term) -> float:
        """What a term of a regression comes to at levels of modifiers, less its average."""
        return terms_at(self._products(regression.cells), levels, (term,))[term]

    @once
    def _products(self, alike: Alike) -> Products:
        return Products(in_groups(self.at, alike))

    @property
    def pairs(self) -> int:
        """The largest number of pairs of columns."""
        return max((len(rows.pairs) for rows in self.rows.values()), default=1)

    @property
    def numbers_of_a_trial(self) -> int:
        """How many numbers moments and fits hold of each trial."""
        moments = sum(len(rows.pairs) ** 2 + 4 * len(rows.names) ** 2 for rows in self.rows.values())
        columns = sum(len(with_intercepts(e).columns) * len(self.rows[e.rows].pairs) for e in self.equations)
        return moments + len(self.names) * columns

    def estimators(self, question: Question) -> tuple[str, ...]:
        """The estimators that apply to a question, by name."""
        each = (BY_SITE,) if question.by_site is not None and BY_SITE in self.names else ()
        return (*self._over_sites(question), *each)

    def _over_sites(self, question: Question) -> tuple[str, ...]:
        """Those of the strategy over sites."""
        strategy = question.strategy
        if strategy is None:
            return ()
        if not strategy.regressors:
            return (CONTRAST,)
        found = tuple(name for name in self.names if name != BY_SITE)
        if any(part.moderators for part in strategy.parts):
            return tuple(n for n in found if n == own_estimator(strategy))
        if question.column and isinstance(strategy, Strategy):
            equation = equation_of(strategy.regression)
            if equation.intercepts:  # the strategy's own; through the origin it is another one
                found = tuple(n for n in found if n != "2SLS" or question.column in equation.regressors)
            if equation.intercepts or len(equation.regressors) > len(equation.arms):
                found = tuple(n for n in found if n != "pooled")
        else:
            found = tuple(n for n in found if n not in ("pooled", INTERCEPT))
        return found

    def results(self, drawn: Contrasts) -> tuple[dict[tuple[int, str], Draws], dict[Equation, Strength]]:
        """Estimates by question and estimator, and the strength of each equation, of one batch of trials."""
        batch = _Batch(self, drawn)
        asked = ((i, name) for i, question in enumerate(self.asked) for name in self.estimators(question))
        answers = {(i, name): batch.answer(self.asked[i], name) for i, name in asked}
        found = {key: answer for key, answer in answers.items() if answer is not None}
        strengths = {e: strength_of(batch.moments[e.rows], e) for e in self.equations if e.regressors}
        return found, strengths


class _Batch:
    """One batch of trials: each fit is made once."""

    def __init__(self, work: Work, drawn: Contrasts) -> None:
        self.work = work
        self.drawn = drawn
        self.moments: dict[RowsKey, Moments] = {
            key: moments_of(drawn.among(key[2]), rows) for key, rows in work.rows.items()
        }

    def fit(self, strategy: Strategy, name: str) -> Fit | None:
        equation = equation_of(strategy.regression)
        if name == INTERCEPT:
            equation = with_intercepts(equation)
        elif name == "2SLS" and equation.intercepts and strategy.column in equation.regressors:
            equation = Equation(equation.outcome, equation.regressors, equation.arms, ())
        return self._fit(name, equation)

    @once
    def _fit(self, name: str, equation: Equation) -> Fit | None:
        if not equation.regressors:
            name = "2SLS"  # of the outcome on the arms' indicators: the weighted average contrast
        return ESTIMATORS[name](self.moments[equation.rows], equation)

    def answer(self, question: Question, name: str) -> Draws | None:
        if name == BY_SITE and question.by_site is not None:
            return by_site(self.drawn, self.work.at, question.by_site)
        strategy = question.strategy
        assert strategy is not None
        if isinstance(strategy, Composed) or question.levels:
            return self._composed(strategy, name, question.levels)
        fit = self.fit(strategy, name)
        if fit is None or question.column not in fit.columns:
            return None
        place = fit.columns.index(question.column)
        if fit.errors is not None:
            return Draws(fit.values[place], fit.errors[place], fit.freedom)
        moments = self.moments[equation_of(strategy.regression).rows]
        errors = np.sqrt(variance(moments, fit.influence[place], len(fit.columns)))
        return Draws(fit.values[place], errors, fit.freedom)

    def _composed(self, strategy: Strategy | Composed, name: str, levels: At) -> Draws | None:
        """The signed sum of products of coefficients; the standard error by the delta method."""
        each = sum_of(strategy, partial(self.work.term, levels) if levels else None)
        fits: dict[Coefficient, tuple[Fit, int]] = {}
        values: dict[Piece, Array] = {}
        for piece in dict.fromkeys(piece for _, pieces in each for piece in pieces):
            if isinstance(piece, Average):
                values[piece] = average_of(self.drawn, self.work.at, piece)
                continue
            own = "pooled" if piece.regression.pooled and name == "2SLS" else name
            fit = self._fit(own, equation_of(piece.regression))
            if fit is None or piece.column not in fit.columns:
                return None
            if piece.apart and fit.apart is not None:
                fit = replace(fit, values=fit.apart[0], influence=fit.apart[1])
            fits[piece] = fit, fit.columns.index(piece.column)
            values[piece] = fit.values[fits[piece][1]]
        total = np.zeros(self.drawn.reps)
        slopes = {piece: np.zeros_like(total) for piece in fits}
        for factor, pieces in each:
            known = [values[piece] for piece in pieces]
            total = total + factor * np.prod(known, axis=0)
            for i, piece in enumerate(pieces):
                if isinstance(piece, Coefficient):
                    rest = np.prod([*known[:i], *known[i + 1 :], np.ones_like(total)], axis=0)
                    slopes[piece] = slopes[piece] + factor * rest
        columns = max(len(fit.columns) for fit, _ in fits.values())
        freedom = min(fit.freedom for fit, _ in fits.values())
        rows = [equation_of(piece.regression).rows for piece in fits]
        one = len(set(rows)) == 1 and len(fits) == len(values)
        if not one or any(fit.errors is not None for fit, _ in fits.values()):
            return Draws(total, np.full_like(total, np.nan), freedom)
        influence = sum(slopes[piece] * fit.influence[place] for piece, (fit, place) in fits.items())
        moments = self.moments[rows[0]]
        return Draws(total, np.sqrt(variance(moments, np.asarray(influence), columns)), freedom)


def average_of(drawn: Contrasts, at: Anticipated, average: Average) -> Array:
    """An average over the rows of each trial of a product of deviations from averages, (R,)."""
    rows = drawn.among(average.alike)
    weights = np.repeat(at.site_weights, rows.groups)
    shares = np.ones((drawn.reps, len(weights))) if rows.roots is None else rows.roots**2
    weights = weights * shares
    weights = weights / weights.sum(axis=1, keepdims=True)
    factors = [rows.held[term] for term in average.terms]
    if average.contrast is not None:
        arm, node = average.contrast
        own = rows.effects[at.design.treatments.index(arm), rows.nodes.index(node)]
        if rows.roots is not None:
            own = own / np.where(rows.roots > 0, rows.roots, 1.0)
        factors.append(own)
    apart = [each - (each * weights).sum(axis=1, keepdims=True) for each in factors]
    return np.asarray((np.prod(apart, axis=0) * weights).sum(axis=1))
