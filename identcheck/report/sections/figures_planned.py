"""Pictures of what a plan decides: the size of the trial, what is measured, and how the whole effect divides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice

from identcheck.decide.strategies import Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.resized import takes_clusters
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.closed.warnings import one_by_one
from identcheck.plots.held import modifiers_held
from identcheck.plots.parts import effect_parts
from identcheck.plots.sizes import Along, power_and_bias
from identcheck.report.sections.drawn import Drawn
from identcheck.tables.digits import few_digits

__all__ = ["held_drawn", "parts_drawn", "regressed", "sizes_drawn"]

ALONGS: tuple[Along, ...] = ("sites", "persons")


def regressed(diagnosis: Diagnosis) -> Iterator[tuple[EffectNumbers, Strategy]]:
    """The effects on the outcome that a regression estimates, with it."""
    outcome = diagnosis.anticipated.design.outcome
    for effect in diagnosis.effects:
        strategy = effect.question.strategy
        if isinstance(strategy, Strategy) and strategy.regressors and strategy.outcome == outcome:
            yield effect, strategy


def sizes_drawn(diagnosis: Diagnosis, alongs: tuple[Along, ...] = ALONGS) -> Iterator[Drawn]:
    """Power and bias of the first effect by sites, and by persons."""
    aimed = (effect for effect, _ in regressed(diagnosis) if effect.question.target)
    for effect in islice(aimed, 1):
        for along in alongs:
            with suppress(InvalidQuestionError):
                draw = partial(power_and_bias, diagnosis, effect.question.estimand, along)
                name = "power" if along == "sites" else "power-by-persons"
                words = _caption(diagnosis, effect, along), _description(diagnosis, effect)
                yield Drawn(name, *words, draw(), partial(draw, narrow=True))


def _caption(diagnosis: Diagnosis, effect: EffectNumbers, along: Along) -> str:
    at = diagnosis.anticipated
    word, persons = at.design.word("sites"), at.design.word("persons")
    clusters = f" and {at.unit_words}" if takes_clusters(diagnosis) else ""
    by = f"{word}{clusters}" if along == "sites" else f"{persons}{clusters}"
    more = ""
    if along == "sites":
        more = f" More {word} make the estimate more precise and leave its bias, which then is more standard errors."
    supposed = one_by_one(at)
    held = f" Both hold {supposed}." if supposed else ""
    return (
        f"Power of the test of no effect for {effect.question.estimand}, if there were no bias, and its bias in standard errors, "
        f"by the number of {by}.{more}{held}"
    )


def _description(diagnosis: Diagnosis, effect: EffectNumbers) -> str:
    word, aim = diagnosis.anticipated.design.word("sites"), diagnosis.anticipated.plan.power
    here = f"with the plan there is no test, as there are too few {word}"
    if effect.power is not None:
        here = f"with the plan power is {effect.power:.2f}"
    if effect.bias is not None and effect.se:
        here += f" and the bias {effect.bias / effect.se:+.2f} standard errors"
    sites = f"{effect.sites:,} {word}" if effect.sites is not None else f"more {word} than are within reach"
    return f"Curves of power and bias; {here}; power {aim:g} takes {sites}."


def held_drawn(diagnosis: Diagnosis) -> Iterator[Drawn]:
    """What measuring modifiers buys."""
    draw = partial(modifiers_held, diagnosis)
    shown = [one for one in diagnosis.bought if one.then is not None]
    said = "; ".join(
        f"{one.finding.estimand} bias {few_digits(one.now.bias)} to {few_digits(one.then.bias)}, "
        f"SE {few_digits(one.now.se)} to {few_digits(one.then.se)}"
        for one in shown
        if one.then is not None
    )
    caption = (
        "What measuring modifiers buys: bias, conditional F, standard error and power with nothing held fixed, and with them "
        "held fixed. Held fixed, they take columns, which cost strength and precision."
    )
    yield Drawn("modifiers-held", caption, f"Marks in pairs: {said}.", draw(), partial(draw, narrow=True))


def parts_drawn(diagnosis: Diagnosis) -> Iterator[Drawn]:
    """How the intent-to-treat effect divides."""
    draw = partial(effect_parts, diagnosis)
    caption = (
        "The intent-to-treat effect as a bar of its parts, by the last measured mediator; below it each part with the interval "
        "to be expected at the planned numbers. Bars are the anticipated values; a dot away from the end of its bar is bias."
    )
    parts = [e for e in diagnosis.effects if e.question.estimand.kind == "mediated"]
    said = "; ".join(
        f"{e.question.estimand} {few_digits(e.question.target)}"
        + (f", standard error {few_digits(e.se)}" if e.se else "")
        for e in parts
    )
    yield Drawn(
        "parts",
        caption,
        f"Bars: {said}." if said else "Bars of the parts.",
        draw(),
        partial(draw, narrow=True),
    )
