"""What is to be estimated: the equations behind the questions of a plan, by the rows they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.columns import entries_of
from identcheck.plan.closed.levels import At, levels_of, terms_at
from identcheck.plan.closed.pieces import Average, Coefficient, Piece, sum_of
from identcheck.plan.closed.polynomials import Products
from identcheck.plan.closed.questions import Question
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.groups import in_groups
from identcheck.plan.simulation.contrasts import Contrasts
from identcheck.plan.simulation.each_site import BY_SITE, Draws, by_site
from identcheck.plan.simulation.estimators import ESTIMATORS, INTERCEPT, Equation, Fit, RowsKey
from identcheck.plan.simulation.first_stage import Strength, strength_of
from identcheck.plan.simulation.groups import Alike, Asked
from identcheck.plan.simulation.moments import Moments, moments_of
from identcheck.plan.simulation.pulls import Influence, Pull
from identcheck.plan.simulation.rows import Rows, rows_of
from identcheck.plan.simulation.scores import added, variances
from identcheck.plan.simulation.sizes import Tested, tested

Key = tuple[int, str]

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
        self._fitting = Lock()

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

    def stated(self, target: Target, regression: Regression, term: Term) -> float:
        """The same at the levels of an effect of a sum."""
        return self.term(levels_of(self.at, target, regression), regression, term)

    @once
    def _products(self, alike: Alike) -> Products:
        return Products(in_groups(self.at, alike))

    @property
    def pairs(self) -> int:
        """The largest number of pairs of columns."""
        return max((_pairs(len(rows.names)) for rows in self.rows.values()), default=1)

    @property
    def numbers_of_a_trial(self) -> int:
        """How many numbers moments and fits hold of each trial."""
        moments = sum(5 * len(rows.names) ** 2 for rows in self.rows.values())
        fits = sum(
            2 * len(with_intercepts(e).columns) * (len(self.rows[e.rows].names) + 1) for e in self.equations
        )
        return moments + len(self.names) * fits

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

    def sizes(
        self, drawn: Contrasts, kinds: Sequence[str], rng: np.random.Generator
    ) -> dict[tuple[int, str], Tested]:
        """By question and kind of test what tests of an effect do; of effects that are one coefficient over sites."""
        batch = _Batch(self, drawn)
        found: dict[tuple[int, str], Tested] = {}
        for i, question in enumerate(self.asked):
            strategy = question.strategy
            if self.at.fixed or not isinstance(strategy, Strategy) or strategy.pooled or strategy.moderators:
                continue
            answer = batch.answer(question, own_estimator(strategy))
            first = None if answer is None else batch.with_errors({(i, ""): answer})[i, ""]
            if first is not None:
                equation = equation_of(strategy.regression)
                column, plan = question.column or equation.arms[0], self.at.plan
                moments = batch.moments[equation.rows]
                made = tested(moments, equation, column, first, question.target, plan, kinds, rng)
                found |= {(i, kind): each for kind, each in made.items()}
        return found

    def results(self, drawn: Contrasts) -> tuple[dict[tuple[int, str], Draws], dict[Equation, Strength]]:
        """Estimates by question and estimator, and the strength of each equation, of one batch of trials.

        Fits are many short steps: of batches that are at work side by side one makes them at a time, as threads that take such
        steps wait for the interpreter at each of them.
        """
        batch = _Batch(self, drawn)
        with self._fitting:
            asked = ((i, name) for i, question in enumerate(self.asked) for name in self.estimators(question))
            answers = {(i, name): batch.answer(self.asked[i], name) for i, name in asked}
            strengths = {e: strength_of(batch.moments[e.rows], e) for e in self.equations if e.regressors}
        found = {key: answer for key, answer in answers.items() if answer is not None}
        return batch.with_errors(found), strengths


def _pairs(columns: int) -> int:
    """Pairs of columns, each with itself too."""
    return columns * (columns + 1) // 2


@dataclass(frozen=True, eq=False)
class _Answer:
    """Estimates of one effect, with what sites add to their errors.

    Attributes:
        values: (R,).
        freedom: degrees of freedom of t.
        rows: of which rows the estimate is.
        columns: of its regression.
        influence: what sites add to the error.
    """

    values: Array
    freedom: float
    rows: RowsKey
    columns: int
    influence: Influence


@dataclass(frozen=True, eq=False)
class _Across:
    """The same of a sum over regressions with other rows: what sites add, by rows."""

    values: Array
    freedom: float
    influence: Mapping[RowsKey, Influence]
    columns: int


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
        return self.solved(name, equation)

    def solved(self, name: str, equation: Equation) -> Fit | None:
        """The fit of an equation; without regressors it is of the outcome on the arms' indicators: the average contrasts."""
        return self._fit(name if equation.regressors else "2SLS", equation)

    @once
    def _fit(self, name: str, equation: Equation) -> Fit | None:
        return ESTIMATORS[name](self.moments[equation.rows], equation)

    def with_errors(self, answers: Mapping[Key, Draws | _Answer | _Across]) -> dict[Key, Draws]:
        """The answers, each with its standard errors: the variances of all that are of the same rows at once."""
        found = {key: answer for key, answer in answers.items() if isinstance(answer, Draws)}
        for rows, moments in self.moments.items():
            own = {k: a for k, a in answers.items() if isinstance(a, _Answer) and a.rows == rows}
            squares = variances(moments, [(answer.influence, answer.columns) for answer in own.values()])
            for (key, answer), square in zip(own.items(), squares, strict=True):
                found[key] = Draws(answer.values, np.sqrt(square), answer.freedom)
        across = {key: answer for key, answer in answers.items() if isinstance(answer, _Across)}
        found |= {key: Draws(each.values, self._across(each), each.freedom) for key, each in across.items()}
        return {key: found[key] for key in answers}

    def _across(self, answer: _Across) -> Array:
        """The standard error of a sum over regressions with other rows, by what each site adds to all of them; (R,)."""
        parts = [added(self.moments[rows], influence) for rows, influence in answer.influence.items()]
        whole = np.sum(parts, axis=0)
        apart = whole - whole.mean(axis=1, keepdims=True)
        sites = apart.shape[1]
        if sites <= answer.columns:
            return np.full(len(apart), np.nan)
        return np.asarray(np.sqrt((apart**2).sum(axis=1) * (sites / (sites - answer.columns))))

    def answer(self, question: Question, name: str) -> Draws | _Answer | _Across | None:
        """The estimates of an effect; None where the estimator has none."""
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
        rows = equation_of(strategy.regression).rows
        return _Answer(fit.values[place], fit.freedom, rows, len(fit.columns), fit.influence[place])

    def _composed(
        self, strategy: Strategy | Composed, name: str, levels: At
    ) -> Draws | _Answer | _Across | None:
        """The signed sum of products of coefficients; what sites add to it by the delta method."""
        each = sum_of(strategy, partial(self.work.term, levels) if levels else None, self.work.stated)
        fits: dict[Coefficient, tuple[Fit, int]] = {}
        values: dict[Piece, Array] = {}
        for piece in dict.fromkeys(piece for _, pieces in each for piece in pieces):
            if isinstance(piece, Average):
                values[piece] = average_of(self.drawn, self.work.at, piece)
                continue
            own = "pooled" if piece.regression.pooled and name == "2SLS" else name
            fit = self.solved(own, equation_of(piece.regression))
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
        unknown = len(fits) < len(values) or any(fit.errors is not None for fit, _ in fits.values())
        if unknown or (len(set(rows)) > 1 and self.moments[rows[0]].same):
            return Draws(total, np.full_like(total, np.nan), freedom)
        each_rows = {
            key: _together(
                [(slopes[piece], *fits[piece]) for piece, own in zip(fits, rows, strict=True) if own == key]
            )
            for key in dict.fromkeys(rows)
        }
        if len(each_rows) > 1:
            return _Across(total, freedom, each_rows, columns)
        return _Answer(total, freedom, rows[0], columns, each_rows[rows[0]])


def _together(weighted: Sequence[tuple[Array, Fit, int]]) -> Influence:
    """What sites add to a sum of coefficients, each times its factor (R,): one product for each residual."""
    found: dict[int, Pull] = {}
    for factor, fit, place in weighted:
        for pull in fit.influence[place]:
            key, along = id(pull.residual), factor * pull.along
            if key in found:
                along += found[key].along
            found[key] = replace(pull, along=along)
    return [*found.values()]


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
