"""A plan with one of its stated numbers withdrawn: what follows from the number, and what it does to a bias."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.estimands import Estimand
from identcheck.derive.words import agree, brief, listed
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.joint import bias_of
from identcheck.plan.closed.questions import questions
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.stated import SIZES, Arrow

__all__ = ["Withdrawn", "alike", "largest_change", "withdrawn"]

MOST = 12
"""Of more stated correlations, third moments and suspected arrows the first ones are withdrawn."""


@dataclass(frozen=True, eq=False)
class Withdrawn:
    """A number that the plan states, and the anticipated world without it.

    Attributes:
        what: which number it is, in words: "a correlation of 0.20 between ...".
        world: the anticipated world without it.
    """

    what: str
    world: Anticipated


@once
def withdrawn(at: Anticipated) -> tuple[Withdrawn, ...]:
    """Every stated correlation, third moment and suspected arrow that is not 0, each with the world without it."""
    found = []
    for what, plan in list(_without(at.plan, at.design))[:MOST]:
        if (world := _world(at.design, plan)) is not None:
            found.append(Withdrawn(what, world))
    return tuple(found)


def alike(at: Anticipated, edge: Edge) -> Anticipated | None:
    """The anticipated world with the effect along an arrow the same in every site; None where that is impossible."""
    changed = at.plan.arrows.get(edge, Arrow()).spread_to(0.0)
    plan = at.plan.but(arrows={**at.plan.arrows, edge: changed}, **_apart(at.plan, edge))
    return _world(at.design, plan)


def largest_change(diagnosis: Diagnosis, world: Anticipated, estimands: Iterable[Estimand]) -> float | None:
    """By how much the biases of effects differ at most from those in another world; None where there is none to compare."""
    asked, changes = list(dict.fromkeys(estimands)), []
    now = _biases(diagnosis.estimators, asked, diagnosis.granted)
    then = _biases(Estimators(world), asked, diagnosis.granted)
    changes = [abs(now[e] - then[e]) for e in asked if e in now and e in then]
    return max(changes, default=None)


def _biases(estimators: Estimators, asked: list[Estimand], granted: frozenset[str]) -> dict[Estimand, float]:
    found = {}
    for question in questions(estimators.anticipated, asked, estimators.products, assume=granted):
        try:
            bias = bias_of(estimators, question)
        except (InvalidPlanError, np.linalg.LinAlgError):  # without it too little varies
            continue
        if bias is not None and np.isfinite(bias):
            found[question.estimand] = bias
    return found


def _world(design: Design, plan: Plan) -> Anticipated | None:
    try:
        return anticipate(design, plan)
    except InvalidPlanError:
        return None


def _without(plan: Plan, design: Design) -> Iterator[tuple[str, Plan]]:
    for field, size in SIZES.items():
        table = getattr(plan, field)
        kind = "correlation" if size == 2 else "third moment in SDs"
        site, person = design.word("site"), design.word("person")
        where = f"from {site} to {site}" if "between" in field else f"from {person} to {person}"
        for key, value in table.items():
            if value:
                effects = listed([_effect(design, edge) for edge in dict.fromkeys(key)])
                rest = {other: number for other, number in table.items() if other != key}
                yield f"a {kind} of {value:.2f} {where} between {effects}", plan.but(**{field: rest})
    for name in dict.fromkeys(name for name, _ in plan.modifiers):
        kept = {key: number for key, number in plan.modifiers.items() if key[0] != name}
        said = next((modifier.words for modifier in design.modifiers if modifier.name == name), name)
        yield f"what {said} does to effects", plan.but(modifiers=kept)
    for edge in plan.suspected:
        rest = {other: arrow for other, arrow in plan.suspected.items() if other != edge}
        yield f"a suspected arrow {arrow_name(edge)}", plan.but(suspected=rest, **_apart(plan, edge))


def _apart(plan: Plan, edge: Edge) -> dict[str, dict[object, float]]:
    """The tables of what goes together, without an arrow."""
    return {
        field: {key: value for key, value in getattr(plan, field).items() if edge not in key}
        for field in SIZES
    }


def _effect(design: Design, edge: Edge) -> str:
    """How much one end of an arrow does to the other."""
    one, other = brief(design, edge[0]), brief(design, edge[1])
    if edge[0] in design.treatments:
        return f"how much {one} {agree(design, edge[:1], 'changes', 'change')} {other}"
    return f"how much {one} {agree(design, edge[:1], 'matters', 'matter')} for {other}"
