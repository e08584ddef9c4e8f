"""Which effects a design is about: the default ones, those that it states, and the directions expected of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from identcheck.decide.estimands import (
    Estimand,
    compliance,
    direct,
    estimand_of,
    interaction,
    itt,
    last_mediators,
    mediated,
    resolve,
    total,
)
from identcheck.derive.paths import reaches
from identcheck.describe.design import Design
from identcheck.describe.protocol import ALL
from identcheck.errors import InvalidQuestionError, clipped, suggestion

__all__ = [
    "default_estimands",
    "demand_stated",
    "expected_direction",
    "parts_of",
    "primary_effects",
    "primary_estimands",
    "primary_sums",
    "stated_problems",
]


def default_estimands(design: Design) -> tuple[Estimand, ...]:
    """Direct and total effects on the outcome, arrows between mediators, compliances, ITT and the parts it divides into."""
    found: dict[Estimand, None] = {}
    for m in design.mediators:
        if m in design.products:
            found[interaction(*design.products[m])] = None
            continue
        if design.causal.has_edge(m, design.outcome):
            found[direct(m, design.outcome)] = None
        found[total(m, design.outcome)] = None
    for a, b in sorted(design.causal.edges, key=lambda e: (design.order[e[0]], design.order[e[1]])):
        if a in design.own_mediators and b in design.own_mediators:
            found[direct(a, b)] = None
    arms: Sequence[str | None] = design.treatments if len(design.treatments) > 1 else [None]
    for arm in arms:
        for m in design.mediators:
            if reaches(design, arm or design.treatments[0], m):
                found[compliance(m, arm)] = None
        found[itt(arm)] = None
    for arm in arms:
        found |= dict.fromkeys(parts_of(design, arm))
    return tuple(found)


def parts_of(design: Design, arm: str | None = None) -> tuple[Estimand, ...]:
    """The parts that an intent-to-treat effect divides into: one for each mediator that is the last on some path, and the bypass.

    What is zero by the graph is not among them. They add up to the effect (theory, equation (16.1)).
    """
    start = arm or design.treatments[0]
    found = [mediated(m, arm) for m in last_mediators(design, start)]
    around = reaches(design, start, design.outcome, design.observed_mediators)
    return (*found, *([mediated(start)] if around else []))


def primary_estimands(design: Design) -> tuple[Estimand, ...]:
    """The effects that the trial is for, in the order stated, each once; empty where none is stated.

    Raises:
        UnknownEstimandError: one of them is no effect of the design.
    """
    return tuple(dict.fromkeys(estimand_of(design, text) for text in design.primary))


def primary_effects(design: Design) -> tuple[Estimand, ...]:
    """The same with the effects of which sums and differences are in place of these.

    Raises:
        UnknownEstimandError: one of them is no effect of the design.
    """
    return tuple(dict.fromkeys(part for asked in primary_estimands(design) for _, part in asked.signed))


def primary_sums(design: Design) -> tuple[Estimand, ...]:
    """The sums and differences among them.

    Raises:
        UnknownEstimandError: one of them is no effect of the design.
    """
    return tuple(asked for asked in primary_estimands(design) if asked.of)


def expected_direction(design: Design, estimand: Estimand | str) -> str:
    """The direction that the rules expect of an effect: "positive", "negative" or "two-sided"; "" where none is settled.

    Raises:
        UnknownEstimandError: it is no estimand.
    """
    asked = estimand_of(design, estimand)
    for text, way in design.rules.direction.items():
        if text != ALL and estimand_of(design, text) == asked:
            return way
    return design.rules.direction.get(ALL, "")


def demand_stated(design: Design) -> None:
    """Refuse a design that speaks of effects which it does not have.

    Raises:
        InvalidQuestionError: naming the key and every such effect.
    """
    problems = [problem for _, problem in stated_problems(design)]
    if problems:
        raise InvalidQuestionError(problems)


def stated_problems(design: Design) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is stated of effects that the design does not have: the key, with the table around it, and what is wrong."""
    for text in design.primary:
        for problem in _problems(design, text):
            yield ("primary",), f"primary: {problem}"
    found: dict[Estimand, str] = {}
    for text in design.rules.direction:
        if text == ALL:
            continue
        wrong = list(_problems(design, text))
        for problem in wrong:
            yield ("rules", "direction"), f"rules: direction: {problem}"
        if not wrong and (first := found.setdefault(estimand_of(design, text), text)) != text:
            yield (
                ("rules", "direction"),
                f"rules: direction: {clipped(first)} and {clipped(text)} are one effect; keep one of them",
            )


def _problems(design: Design, text: str) -> Iterator[str]:
    """Why a text is no effect of the design; the nearest that is one, where nothing nearer to the fault is named."""
    try:
        for _, part in estimand_of(design, text).signed:
            resolve(design, part)
    except InvalidQuestionError as error:
        near = suggestion(text, map(str, default_estimands(design)))
        for problem in error.problems:
            hint = "" if "did you mean" in problem else near
            yield f"{clipped(text)} is no effect of this design{hint}: {problem}"
