"""The power and size of tests of the line that regressions draw through the scatter of site effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.decide.identification import check
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.polynomials import ONE, times
from identcheck.plan.closed.questions import questions
from identcheck.plan.falsification.corrected import FAMILY
from identcheck.plan.falsification.result import (
    BLIND_SPOTS,
    WORLDS,
    Falsification,
    Joint,
    Rejections,
    Signal,
)
from identcheck.plan.falsification.statistics import Line, p_values
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.plan import Arrow, Plan, demand_plan
from identcheck.plan.simulation.measures import share_of
from identcheck.plan.simulation.trials import asked_estimators, draw_contrasts, no_progress

__all__ = [
    "BLIND_SPOTS", "WORLDS", "Falsification", "Joint", "Rejections", "Signal", "falsification", "falsify",
]  # fmt: skip

BATCH = 250
"""Trials drawn at once; each batch has a stream of its own."""
HELD = 4_000_000
"""Numbers that a batch may hold of each kind: trials are fewer where they are large."""


def falsification(
    design: Design,
    plan: Plan | None = None,
    reps: int = 2000,
    seed: int = 0,
    *,
    assume: str | Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Falsification:
    """How often tests of the scatter of site effects would reject, and what they cannot see.

    The tests are tried on every regression on the outcome that is a line, in the anticipated world (power) and in worlds
    where (vi), (vii) and, for each arm without an intercept, (ii) hold (actual size). Sites are taken as a sample, whatever
    the plan says: what is tested is how effects come about.

    Args:
        design: the design.
        plan: the anticipated numbers; the defaults for None.
        reps: simulated trials in each world.
        seed: equal seeds give equal results.
        assume: what is granted, as for ``diagnose``.
        progress: called with the trials done and their number.

    Raises:
        InvalidPlanError: as ``diagnose``.
        InvalidQuestionError: reps or seed is no positive whole number.

    Source: theory section 4 on what falsifies (vii), and theory, equations (11.16) and (11.17).
    """
    asked_estimators(reps, seed, "sites", ())
    anticipated = anticipate(design, demand_plan(plan).but(sites_are="sample"))
    stated = anticipated.plan  # with effects in units, where they are stated in SDs
    estimators = Estimators(anticipated)
    regressions = list(dict.fromkeys(_lines(estimators, assume)))
    worlds = {
        "planned": anticipated,
        "independent": anticipate(design, _independent(anticipated, stated)),
        "uniform": anticipate(design, _uniform(anticipated, _independent(anticipated, stated))),
    }
    found: list[Rejections] = []
    joint: list[Joint] = []
    for number, (world, at) in enumerate(worlds.items()):
        lines = _lines_of(at, regressions)
        p = _tried(at, lines, reps, (seed, number), progress or no_progress)
        found += _rejections(world, at, lines, p, reps)
        joint += _joint(world, at, p)
    signals = tuple(
        signal for reg in regressions if not reg.moderators for signal in _signals(estimators, reg)
    )
    untested = tuple(dict.fromkeys(_untested(anticipated.design, assume)))
    return Falsification(anticipated, reps, seed, tuple(found), signals, tuple(joint), untested)


falsify = falsification
"""The same, by the name of the command."""


def _lines(estimators: Estimators, assume: str | Iterable[str]) -> Iterator[Regression]:
    """The regressions on the outcome that are lines with every coefficient determined."""
    for question in questions(estimators.anticipated, None, estimators.products, assume=assume):
        for part in question.strategy.parts if question.strategy else ():
            reg = part.regression
            if _is_line(reg) and not reg.cells and estimators.limits(reg).rank.full:
                yield reg


def _is_line(reg: Regression) -> bool:
    """Whether it is of the outcome and over sites: a line, through the origin or with intercepts."""
    return bool(reg.regressors) and not reg.pooled and reg.outcome == reg.design.outcome


def _untested(design: Design, assume: str | Iterable[str]) -> Iterator[Regression]:
    """The regressions over groups of persons, whose tests are not simulated."""
    if any(modifier.level == "persons" for modifier in design.modifiers):
        for finding in check(design, assume, prove=False).findings:
            parts = finding.best.parts if finding.best is not None else ()
            own = (part.regression for part in parts)
            yield from (reg for reg in own if reg.cells and _is_line(reg) and not reg.site_by_site)


def _independent(at: Anticipated, plan: Plan) -> Plan:
    """The plan without suspected arrows, and without what links arrows of treatment, between mediators, and to the outcome.

    Compliances may still be correlated with each other, and skewed, and so may effects.
    """

    def stage(edge: Edge) -> str:
        if _to_mediator(at, edge):
            return "treatment"
        return "outcome" if edge[1] == at.design.outcome else "mediators"

    kept = {
        field: {
            key: value
            for key, value in getattr(plan, field).items()
            if len({stage(edge) for edge in key}) == 1 and not set(key) & set(plan.suspected)
        }
        for field in ("between", "third_between", "within", "third_within")
    }
    return plan.but(suspected={}, modifiers=_of_one_stage(at, plan, stage), **kept)


def _of_one_stage(at: Anticipated, plan: Plan, stage: Callable[[Edge], str]) -> dict[Any, float]:
    """The numbers of modifiers that, with all that they cause or are caused by, move effects of one stage alone."""
    among: nx.Graph[Any] = nx.Graph()
    among.add_edges_from((m.name, cause) for m in at.design.modifiers for cause in m.causes)
    among.add_edges_from(key for key in plan.modifiers if isinstance(key[1], tuple))
    kept: dict[Any, float] = {}
    for together in nx.connected_components(among):
        if len({stage(node) for node in together if isinstance(node, tuple)}) == 1:
            kept |= {key: number for key, number in plan.modifiers.items() if key[0] in together}
    return kept


def _to_mediator(at: Anticipated, edge: Edge) -> bool:
    """Whether an arrow is from an arm to a measured mediator, and so no part of what bypasses these."""
    return edge[0] in at.design.treatments and edge[1] in at.design.observed_mediators


def _uniform(anticipated: Anticipated, plan: Plan) -> Plan:
    """The same with effects of mediators that do not differ between sites or persons; compliances still do."""

    def to_mediators(*edges: Edge) -> bool:
        return all(_to_mediator(anticipated, edge) for edge in edges)

    arrows = dict(plan.arrows)
    for edge in anticipated.design.causal.edges:
        if not to_mediators(edge):
            mean = float(anticipated.mean[anticipated.place[edge]])
            arrows[edge] = arrows.get(edge, Arrow()).moved_to(mean, between=0.0, within=0.0)
    kept = {
        field: {k: v for k, v in getattr(plan, field).items() if to_mediators(*k)}
        for field in ("between", "third_between", "within", "third_within")
    }
    kept["modifiers"] = {
        k: v for k, v in plan.modifiers.items() if isinstance(k[1], str) or to_mediators(k[1])
    }
    return plan.but(arrows=arrows, **kept)


def _lines_of(at: Anticipated, regressions: Iterable[Regression]) -> list[Line]:
    order = {arm: i for i, arm in enumerate(at.design.treatments)}
    return [Line(reg, tuple(order[arm] for arm in reg.arms), at.sites) for reg in regressions]


def _tried(
    at: Anticipated,
    lines: list[Line],
    reps: int,
    stream: tuple[int, int],
    told: Callable[[int, int], None],
) -> dict[tuple[Line, str], Array]:
    """The p values of every test for which there are sites enough, (reps,) each; nan where one could not be worked out."""
    tried = [(line, test) for line in lines for test in line.tests if at.sites >= line.sites_needed(test)]
    found: dict[tuple[Line, str], list[Array]] = {pair: [] for pair in tried}
    arms = len(at.design.treatments)
    width = max([len(at.nodes), *(1 + len(line.entries) for line in lines)])
    batch = max(1, min(BATCH, HELD // (arms * width**2 * at.sites)))
    terms = tuple(dict.fromkeys(e.term for line in lines for e in line.entries if e.term))
    for start in range(0, reps, batch):
        sequence = np.random.SeedSequence(stream[0], spawn_key=(stream[1], start // batch))
        drawn = draw_contrasts(at, np.random.default_rng(sequence), min(batch, reps - start), terms=terms)
        for line, test in tried:
            found[line, test].append(p_values(drawn, line, test, at.design.weights))
        told(stream[1] * reps + start + drawn.reps, len(WORLDS) * reps)
    return {pair: np.concatenate(parts) for pair, parts in found.items()}


def _rejections(
    world: str, at: Anticipated, lines: list[Line], p: dict[tuple[Line, str], Array], reps: int
) -> Iterator[Rejections]:
    for line in lines:
        for test in line.tests:
            own = p.get((line, test), np.empty(0))
            defined = own[~np.isnan(own)]
            yield Rejections(
                line.regression,
                test,
                world,
                share_of(defined < at.plan.alpha),
                1 - len(defined) / reps,
                line.sites_needed(test),
            )


def _joint(world: str, at: Anticipated, p: dict[tuple[Line, str], Array]) -> Iterator[Joint]:
    """Of the family of tests: in how many trials the rule of the design lets one reject at least."""
    family = [own for (_, test), own in p.items() if test in FAMILY]
    if not family:
        return
    rule = at.design.rules.tests
    bound = at.plan.alpha / (1 if rule == "none" else len(family))  # Holm's first step is Bonferroni's
    least = np.fmin.reduce(family, initial=1.0)
    share = share_of(least < bound)
    if share is not None:
        yield Joint(world, rule, len(family), share)


def _signals(estimators: Estimators, regression: Regression) -> Iterator[Signal]:
    bias = _limit(estimators, regression)
    if bias is None:
        return
    apart = (bias - estimators.limits(regression).targets)[len(regression.intercepts) :].tolist()
    largest = max(apart, key=abs, default=0.0)
    line = _limit(estimators, replace(regression, intercepts=regression.arms))
    for place, arm in enumerate(regression.arms):
        tested = line is not None and arm not in regression.intercepts
        intercept = float(line[place]) if line is not None and tested else None
        yield Signal(regression, arm, intercept, _curvature(estimators, regression), largest)


def _limit(estimators: Estimators, regression: Regression) -> Array | None:
    """Q^{-1} q, the coefficients without sampling error (theory, equation (9.1)); None where compliances vary too little."""
    limits = estimators.limits(regression)
    q = limits.moments
    if not limits.rank.full or np.linalg.matrix_rank(q[:-1, :-1], hermitian=True) < len(limits.columns):
        return None
    return np.asarray(np.linalg.solve(q[:-1, :-1], q[:-1, -1]))


def _curvature(estimators: Estimators, regression: Regression) -> float | None:
    """C/t of theory, equation (11.16): the coefficient of r_s^2 in the outcome's site effect regressed on r_s and r_s^2."""
    if len(regression.regressors) > 1 or len(regression.arms) > 1:
        return None
    (arm,), (u,) = regression.arms, regression.regressors
    products = estimators.products
    x, y = products.site_effect(arm, u), products.site_effect(arm, regression.outcome)
    columns = (*([ONE] if regression.intercepts else []), x, times(x, x))
    inner = np.array([[products.over_sites(times(one, other)) for other in columns] for one in columns])
    right = np.array([products.over_sites(times(one, y)) for one in columns])
    if np.linalg.matrix_rank(inner) < len(columns):
        return None
    return float(np.linalg.solve(inner, right)[-1])
