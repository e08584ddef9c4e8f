"""What a picture shows if it is not told: the effect, its regression, its words."""

from __future__ import annotations

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.decide.strategies import Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.result import Evidence
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.inputs.stated import LEVELS, WORDS
from identcheck.plan.inputs.units import node_unit
from identcheck.plan.sensitivity.contour import Contour
from identcheck.plan.sensitivity.result import Sensitivity
from identcheck.plan.simulation.result import Simulation

__all__ = ["arrow_words", "demand", "effect_of", "evidence_of", "number_words", "regression_of", "unit_of"]


MAKERS = {
    Contour: "contour(design, plan, ...)",
    Diagnosis: "diagnose(design, plan, ...)",
    Evidence: "examine(design, effects, ...)",
    Sensitivity: "sensitivity(design, plan, ...)",
    Simulation: "simulate(design, plan, ...)",
}
"""The results that pictures are made of, and the functions that make them."""


def demand(value: object, kind: type) -> None:
    """Refuse what is not the kind of result that a picture is made of.

    Args:
        value: what was given.
        kind: the result's class, one of ``MAKERS``.

    Raises:
        InvalidQuestionError: it is something else.
    """
    if not isinstance(value, kind):
        made = f"make one by ic.{MAKERS[kind]}"
        what = f"this picture is made of {'an' if kind is Evidence else 'a'} {kind.__name__}, and it is {value!r:.60}"
        raise InvalidQuestionError([f"{what}; {made}"])


def effect_of(diagnosis: Diagnosis, estimand: Estimand | str | None) -> EffectNumbers:
    """The numbers of an effect; for None those of the first one that a regression estimates.

    Raises:
        InvalidQuestionError: the effect has no regression of its own, or was not asked for.
    """
    demand(diagnosis, Diagnosis)
    own = [effect for effect in diagnosis.effects if effect.se is not None]
    if estimand is None:
        regressed = [e for e in own if e.question.strategy is not None and e.question.strategy.regressors]
        outcome = diagnosis.anticipated.design.outcome
        first = [e for e in regressed if e.question.estimand.nodes[-1:] == (outcome,)]
        for effect in (*first, *regressed, *own):
            return effect
        raise InvalidQuestionError(["no effect of this design has a regression of its own to draw"])
    effect = diagnosis[estimand]
    if effect.se is None:
        raise InvalidQuestionError([f"{effect.question.estimand} has no regression of its own to draw"])
    return effect


def regression_of(effect: EffectNumbers) -> Regression:
    """The regression that estimates an effect.

    Raises:
        InvalidQuestionError: there is none, or it has no regressors: a plain contrast of arms has no line to draw.
    """
    strategy = effect.question.strategy
    if not isinstance(strategy, Strategy) or not strategy.regressors:
        raise InvalidQuestionError(
            [f"{effect.question.estimand} is not estimated by a regression on mediators"]
        )
    return strategy.regression


def evidence_of(
    evidence: Evidence, estimand: Estimand | str | None, regressed: bool = False
) -> EffectEvidence:
    """The evidence on an effect; for None that on the first effect on the outcome that a regression on mediators estimates.

    Args:
        evidence: what the data say.
        estimand: the effect.
        regressed: whether the picture needs one regression on mediators.

    Raises:
        InvalidQuestionError: the effect has no number, or no regression of its own.
    """
    demand(evidence, Evidence)
    if estimand is not None:
        one: EffectEvidence = evidence[estimand]
        if one.own is None:
            raise InvalidQuestionError([f"{one.finding.estimand} has no number to draw: {one.reason}"])
        if regressed and one.regression is None:
            raise InvalidQuestionError(
                [f"{one.finding.estimand} is not estimated by one regression on mediators"]
            )
        return one
    outcome = evidence.design.outcome
    found = [one for one in evidence.every if one.own is not None]
    own = [one for one in found if one.regression is not None]
    first = [one for one in own if one.finding.estimand.nodes[-1:] == (outcome,)]
    for one in (*first, *own, *(() if regressed else found)):
        return one
    raise InvalidQuestionError(
        ["no effect of this design is estimated by a regression on mediators, so there is none to draw"]
    )


def unit_of(diagnosis: Diagnosis, node: str) -> str:
    """The unit of a mediator or the outcome, as the plan has it."""
    return node_unit(diagnosis.anticipated.plan, diagnosis.anticipated.design, node)


def number_words(name: str) -> str:
    """A number of a plan in words: "arrows.T -> M.cv" is the coefficient of variation of an arrow."""
    table, _, rest = (part.strip() for part in name.partition("."))
    if table in ("arrows", "suspected") and rest:
        arrow, _, part = rest.rpartition(".")
        kinds = WORDS | {"cv": "coefficient of variation across sites"}
        return f"{kinds[part]} of {arrow_words(arrow)}" if part in kinds else f"{part} {arrow_words(arrow)}"
    level = LEVELS.get(table.removeprefix("third_"))
    if level and rest:
        kind = "third moment" if table.startswith("third_") else "correlation"
        return f"{kind} {level} of {' and '.join(arrow_words(part.strip()) for part in rest.split('~'))}"
    named = {
        "sites": "number of sites",
        "persons": "persons per site",
        "clusters": "clusters per site",
        "persons_per_cluster": "persons per cluster",
        "attrition": "attrition",
        "cluster_attrition": "attrition of clusters",
        "treated": "share treated",
        "residuals": "residual SD of",
        "confounding": "correlation of the disturbances of",
    }
    words = named.get(table, table)
    return f"{words} {rest.replace('~', ' and ')}".strip() if rest else words


def arrow_words(text: str) -> str:
    """An arrow with an arrow."""
    return text.replace("->", "→")
