"""simulate(): many trials of a design under a plan, and how the estimators do in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from multiprocessing import parent_process
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from identcheck.basics.arguments import entries_of, is_word
from identcheck.basics.options import Estimator, LevelName, TestName
from identcheck.decide.estimands import Estimand
from identcheck.decide.strategies import Strategy
from identcheck.derive.heterogeneity import Term
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError, InvalidQuestionError, suggestion
from identcheck.errors.limits import TRIALS
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.polynomials import Products
from identcheck.plan.closed.population_sites import bias_from_sites
from identcheck.plan.closed.questions import Question, questions
from identcheck.plan.closed.unidentified import unidentified
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.simulation.contrasts import Contrasts
from identcheck.plan.simulation.each_site import BY_SITE, Draws
from identcheck.plan.simulation.estimators import ESTIMATORS, Equation
from identcheck.plan.simulation.first_stage import Strength
from identcheck.plan.simulation.grouped_sites import GroupedSites
from identcheck.plan.simulation.groups import Asked
from identcheck.plan.simulation.measures import (
    NORMAL_RANGE,
    Measure,
    interquartile,
    mean_of,
    measures_of,
    median_of,
    share_of,
)
from identcheck.plan.simulation.memory import at_once, batch_size, demand_memory
from identcheck.plan.simulation.persons import PersonLevel
from identcheck.plan.simulation.result import Row, Simulation, SizeRow, StrengthRow
from identcheck.plan.simulation.same_sites import SameProducts, SameSites
from identcheck.plan.simulation.sites import SiteLevel
from identcheck.plan.simulation.sizes import TESTS, Tested, rejects
from identcheck.plan.simulation.work import Work, equation_of, own_estimator

Results = tuple[dict[tuple[int, str], Draws], dict[Equation, Strength]]
Sizes = dict[tuple[int, str], Tested]
Found = TypeVar("Found")

__all__ = ["EVERY", "asked_estimators", "draw_contrasts", "no_progress", "simulate"]

LEVELS = ("sites", "persons")
EVERY = (*ESTIMATORS, BY_SITE)
"""The estimators that may be asked for."""


def simulate(
    design: Design,
    plan: Plan | None = None,
    reps: int = 1000,
    seed: int = 0,
    *,
    level: LevelName = "sites",
    estimands: Iterable[Estimand | str] | None = None,
    estimators: Iterable[Estimator] | None = None,
    assume: str | Iterable[str] = (),
    tests: Iterable[TestName] = (),
    progress: Callable[[int, int], object] | None = None,
) -> Simulation:
    """Simulate trials of a design under a plan, and see how the estimators of its effects do.

    Args:
        design: the design.
        plan: the anticipated numbers; None for the defaults.
        reps: how many trials.
        seed: a whole number from 0; the same seed gives the same trials.
        level: "sites" draws the contrasts of every site, "persons" every person. Averages and covariances of contrasts are
            the same; only the second has their exact distribution.
        estimands: the effects; None for those that ``check`` answers.
        estimators: names from "2SLS", "2SLS with intercept", "LIML", "moment-corrected", "pooled", "OLS" and "site by site" (of
            effects whose verdict rests on that); None for all. Effects of treatment have one estimator, their average contrast.
        assume: what is granted, as for ``diagnose``.
        tests: kinds of tests whose size and power are wanted, of effects that are one coefficient over sites: "CR1" (the t
            test of the other results), "CR2" and "CR3" with Satterthwaite's degrees, the restricted wild "bootstrap".
        progress: called with the number of trials done and to do.

    Where the sites are the population (``plan.sites_are``), their effects are drawn once by the seed and are the same in all
    trials; true values are averages over them, and standard errors those of persons. How they are spread is a bias of that
    seed's sites, which is no Monte Carlo error; its SD from seed to seed stands in the notes.

    Returns:
        For every effect and estimator bias, SD, RMSE, coverage, power and more, each with its Monte Carlo error.

    Raises:
        InvalidPlanError: with every number of the plan that is impossible.
        InvalidQuestionError, UnknownVariableError: for what cannot be asked.

    Source: theory sections 9 to 11.
    """
    names = asked_estimators(reps, seed, level, estimators)
    kinds = _asked_tests(tests)
    at = anticipate(design, plan)
    products = Products(at)
    same = SameSites(at, seed) if at.fixed else None
    asked = questions(at, estimands, products if same is None else SameProducts(same, at), assume=assume)
    work = Work(at, asked, names)
    demand_memory(at, work, reps, level)
    drawing = _level_of(at, level, products, work.terms, same)
    collected, told = _Collected(work, reps, design.rules.conditional_f), progress or no_progress
    size = batch_size(at, work)

    def stream(*key: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))

    def done(batch: int) -> tuple[int, Results, Sizes]:
        drawn = drawing.draw(stream(batch), min(size, reps - batch * size))
        sizes = work.sizes(drawn, kinds, stream(batch, 1)) if kinds else {}
        return drawn.reps, work.results(drawn), sizes

    with closing(_side_by_side(done, -(-reps // size), at_once(at, work, reps, level))) as batches:
        for found in batches:
            collected.add(*found)
            told(collected.done, reps)
    unanswered = tuple(q for q in asked if q.strategy is None and q.by_site is None)
    return collected.simulation(design, at.plan, seed, level, unanswered)


def _side_by_side(done: Callable[[int], Found], batches: int, most: int) -> Generator[Found, None, None]:
    """What batches give, in their order; up to so many are at work at once, and none in a process that works beside others.

    Each has a stream of its own, so that what it gives does not depend on that. Closed, it waits for those at work.
    """
    if most < 2 or parent_process() is not None:
        yield from map(done, range(batches))
        return
    with ThreadPoolExecutor(most) as pool:
        waiting = deque(pool.submit(done, batch) for batch in range(most))
        for batch in range(most, batches + most):
            yield waiting.popleft().result()
            if batch < batches:
                waiting.append(pool.submit(done, batch))


DRAWN_ONCE = (
    "The effects of the {sites} are drawn once, by the seed, and stay in all trials: brackets hold the error of trials in these "
    "{sites}. Other seeds give other {sites}, and another bias from how their effects are spread{most}."
)


def _of_these_sites(work: Work) -> Iterator[str]:
    """Where the sites are the population, that their own bias is no Monte Carlo error, and its SD from seed to seed.

    Source: theory, equation (11.21).
    """
    at = work.at
    if not at.fixed:
        return
    estimators, spreads = Estimators(at), []
    for question in work.asked:
        if question.strategy is None:
            continue
        try:
            spreads.append(
                (bias_from_sites(estimators, question, at.sites, at.persons), str(question.estimand))
            )
        except InvalidPlanError:  # too little varies
            continue
    spread, effect = max(spreads, default=(0.0, ""))
    if spread:
        most = f", with SD up to {spread:.2g} ({effect})"
        yield DRAWN_ONCE.format(sites=at.design.word("sites"), most=most)


def no_progress(done: int, total: int) -> None:
    """Progress that nobody asked for."""


def asked_estimators(reps: object, seed: object, level: object, estimators: object) -> tuple[str, ...]:
    """The estimators that are asked for; None stands for all.

    Raises:
        InvalidQuestionError: what is wrong with the settings of a simulation.
    """
    names = list(EVERY) if estimators is None else entries_of(estimators)
    found = []
    if isinstance(reps, bool) or not isinstance(reps, (int, np.integer)) or reps < 1:
        found.append(f"reps is {reps!r}; give a whole number of trials, at least 1")
    elif reps > TRIALS.most:
        found.append(f"reps: {TRIALS.refusal(f'{Decimal(int(reps)):.3g}')}")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        found.append(f"seed is {seed!r}; give a whole number from 0")
    if not is_word(level, LEVELS):
        found.append(f"level is {level!r}{suggestion(str(level), LEVELS)}; it is 'sites' or 'persons'")
    known = ", ".join(map(repr, EVERY))
    for name in names or ():
        if not is_word(name, EVERY):
            found.append(f"there is no estimator {name!r}{suggestion(str(name), EVERY)}; there are {known}")
    if names is None:
        found.append(f"the estimators are {estimators!r}; give a list of names, such as ['2SLS']")
    if found:
        raise InvalidQuestionError(found)
    return tuple(names or ())


def _asked_tests(tests: object) -> tuple[str, ...]:
    """The kinds of tests that are asked for.

    Raises:
        InvalidQuestionError: a name that there is not.
    """
    names = [tests] if isinstance(tests, str) else entries_of(tests)
    known = ", ".join(map(repr, TESTS))
    if names is None:
        raise InvalidQuestionError([f"tests is {tests!r}; give some of {known}"])
    found = [
        f"there is no test {name!r}{suggestion(str(name), TESTS)}; there are {known}"
        for name in names
        if not is_word(name, TESTS)
    ]
    if found:
        raise InvalidQuestionError(found)
    return tuple(kind for kind in TESTS if kind in names)


def _level_of(
    at: Anticipated,
    level: str,
    products: Products | None = None,
    terms: Asked | None = None,
    same: SameSites | None = None,
) -> SiteLevel | PersonLevel:
    """The way of drawing trials, with these terms of modifiers; in the same sites where these are given."""
    known, asked = Products(at) if products is None else products, terms or {}
    if level != "sites":
        return PersonLevel(at, known, asked, same)
    return GroupedSites(at, known, asked) if any(asked) else SiteLevel(at, known, asked.get((), ()), same)


def draw_contrasts(
    at: Anticipated,
    rng: np.random.Generator,
    reps: int,
    level: str = "sites",
    terms: tuple[Term, ...] = (),
) -> Contrasts:
    """The site contrasts of simulated trials, for tests and estimators beyond those of :func:`simulate`.

    Args:
        at: the definite plan.
        rng: the stream.
        reps: how many trials; all are held in memory.
        level: "sites" or "persons".
        terms: of modifiers of sites that are wanted of each site.
    """
    return _level_of(at, level, terms={(): terms}).draw(rng, reps)


class _Collected:
    """Of all batches so far estimates and their standard errors, (2, R) each; plain and conditional F, (2, P, R) each.

    A conditional F below ``least`` counts as weak.
    """

    def __init__(self, work: Work, reps: int, least: float) -> None:
        self.work = work
        self.least = least
        self.reps = reps
        self.done = 0
        self.draws: dict[tuple[int, str], Array] = {}
        self.freedom: dict[tuple[int, str], float] = {}
        self.strengths: dict[Equation, Array] = {}
        self.tests: dict[tuple[int, str], Array] = {}

    def add(self, trials: int, results: Results, sizes: Sizes) -> None:
        """What one batch of trials has, with the tests that are tried in it."""
        for key, tried in sizes.items():
            shares = (each.astype(np.float64) for each in (tried.true, tried.none))
            self._put(self.tests, key, tried.errors, tried.degrees, *shares)
        found, strengths = results
        for key, draws in found.items():
            self._put(self.draws, key, draws.values, draws.errors)
            self.freedom[key] = draws.freedom
        for equation, strength in strengths.items():
            self._put(self.strengths, equation, strength.plain, strength.conditional)
        self.done += trials

    def _put(self, table: dict[Any, Array], key: object, *parts: Array) -> None:
        whole = table.setdefault(key, np.empty((len(parts), *parts[0].shape[:-1], self.reps)))
        whole[..., self.done : self.done + parts[0].shape[-1]] = parts

    def simulation(
        self, design: Design, plan: Plan, seed: int, level: LevelName, unanswered: tuple[Question, ...]
    ) -> Simulation:
        named = {(self.work.asked[place].estimand, name): both for (place, name), both in self.draws.items()}
        return Simulation(
            design=design,
            plan=plan,
            reps=self.reps,
            seed=seed,
            level=level,
            rows=tuple(self._row(plan, *key) for key in self.draws),
            strengths=tuple(self._strengths()),
            unanswered=unanswered,
            sizes=tuple(self._size(*key) for key in self.tests),
            cautions=(*unidentified(self.work.at, self.work.asked), *_of_these_sites(self.work)),
            draws=MappingProxyType({key: values for key, (values, _) in named.items()}),
            errors=MappingProxyType({key: errors for key, (_, errors) in named.items()}),
        )

    def _row(self, plan: Plan, place: int, name: str) -> Row:
        question, key = self.work.asked[place], (place, name)
        defined = np.isfinite(self.draws[key][0])
        values, errors = self.draws[key] if defined.all() else self.draws[key][:, defined]
        from scipy.special import stdtrit  # when it is first used: `import identcheck.plan` is quick

        quantile = float(stdtrit(self.freedom[key], 1 - plan.alpha / 2))
        away = values - question.target
        ordered = np.sort(away)
        middle, quartiles = median_of(ordered), interquartile(ordered)
        whole = measures_of(away, question.target)
        known = np.isfinite(errors)
        if not known.all():
            values, away, errors = values[known], away[known], errors[known]
        measures = {
            **whole,
            "median": None if middle is None else Measure(middle.value + question.target, middle.error),
            "quartile_range": quartiles,
            "median_bias": middle,
            "spread": None if quartiles is None else quartiles.over(NORMAL_RANGE),
            "standard_error": mean_of(errors),
            "coverage": share_of(np.abs(away) <= quantile * errors),
            "power": share_of(rejects(values, errors, self.freedom[key], plan, question.target)),
            "weak": self._weak(question, name),
            "undefined": share_of(~defined),
        }
        own = name == own_estimator(question.strategy)
        return Row(question.estimand, question.words, name, own, question.target, MappingProxyType(measures))

    def _size(self, place: int, kind: str) -> SizeRow:
        question = self.work.asked[place]
        errors, degrees, true, none = self.tests[place, kind]
        known = np.isfinite(errors)
        measures = {
            "standard_error": mean_of(errors[known]),
            "degrees": mean_of(degrees[known]),
            "size": share_of(true),
            "power": share_of(none),
        }
        return SizeRow(question.estimand, kind, MappingProxyType(measures))

    def _weak(self, question: Question, name: str) -> Measure | None:
        """How often the instruments are weak for the estimate's own regressor, or for any where it has none."""
        strategy = question.strategy
        if not isinstance(strategy, Strategy) or not strategy.regressors or name in ("OLS", "pooled"):
            return None
        equation = equation_of(strategy.regression)
        strengths = self.strengths[equation][1]
        if question.column in equation.regressors:
            strengths = strengths[[equation.regressors.index(question.column)]]
        return share_of(np.any(strengths < self.least, axis=0)) if np.isfinite(strengths).any() else None

    def _strengths(self) -> Iterable[StrengthRow]:
        for equation, (plain, conditional) in self.strengths.items():
            strategies = (part for q in self.work.asked if q.strategy for part in q.strategy.parts)
            line = next(s.name for s in strategies if equation_of(s.regression) == equation)
            for place, regressor in enumerate(equation.regressors):
                alone, known = (found[place][np.isfinite(found[place])] for found in (plain, conditional))
                yield StrengthRow(
                    line, regressor, mean_of(alone), mean_of(known), share_of(known < self.least)
                )
