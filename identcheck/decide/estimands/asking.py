"""The functions by which estimands are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from identcheck.decide.estimand_text import Estimand
from identcheck.decide.estimands.kinds import check_estimand
from identcheck.decide.estimands.reading import parse
from identcheck.decide.stated_levels import levels_said
from identcheck.derive.paths import names_avoided


def direct(u: str, v: str) -> Estimand:
    """The average direct effect of u on v, through no other mediator: delta_k, lambda_jk."""
    return Estimand("direct", (u, v))


def total(u: str, v: str) -> Estimand:
    """The average total effect of u on v, over all directed paths."""
    return Estimand("total", (u, v))


def average(u: str, v: str, avoiding: Iterable[str] = ()) -> Estimand:
    """The average effect of u on v over the directed paths that avoid the given nodes.

    With none it is the total effect, with all other mediators the direct effect.

    Raises:
        InvalidQuestionError: what is to be avoided is no list of names.
    """
    return Estimand("average", (u, v), avoiding=names_avoided(avoiding))


def path(*nodes: str) -> Estimand:
    """The average effect along one directed path: the mean of the product of its coefficients."""
    return Estimand("path", nodes)


def interaction(k: str, other: str) -> Estimand:
    """The average interaction of two mediators in the outcome: the coefficient of their product, delta_kl.

    By so much the effect of the one changes with a unit more of the other. With twice the same it is that of the square: half of
    what the effect of a mediator changes by with a unit more of itself.

    Source: theory section 15.
    """
    return Estimand("interaction", (k, other))


def compliance(m: str, arm: str | None = None) -> Estimand:
    """The average total effect of treatment on mediator m: gamma_m."""
    return Estimand("compliance", (m,), arm)


def itt(arm: str | None = None) -> Estimand:
    """The intent-to-treat effect: the average total effect of treatment on the outcome, beta."""
    return Estimand("itt", (), arm)


def mediated(m: str, arm: str | None = None) -> Estimand:
    """The part of the intent-to-treat effect that goes through mediator m last: E[Gamma_m Delta_m].

    By the last measured mediator before the outcome the parts add up to the effect (theory, equation (16.1)). ``mediated("T")``
    of the treatment is the bypass: the part that goes through no measured mediator.
    """
    return Estimand("mediated", (m,), arm)


def difference(one: Estimand | str, other: Estimand | str) -> Estimand:
    """One average effect less another: ``difference(direct("M1", "Y"), direct("M2", "Y"))``.

    So it is asked whether one mediator does more than another. Its standard error, in a plan, takes into account that both come
    from the same sites.

    Args:
        one: an effect, or its text.
        other: the one that is taken away.
    """
    return _sum_of("difference", (one, other))


def plus(*effects: Estimand | str) -> Estimand:
    """The sum of two or more average effects: ``plus(mediated("M1"), mediated("M2"))``.

    Args:
        effects: the effects, or their texts.
    """
    return _sum_of("plus", effects)


def _sum_of(kind: str, effects: Sequence[Estimand | str]) -> Estimand:
    made = Estimand(kind, of=tuple(parse(each) if isinstance(each, str) else each for each in effects))
    check_estimand(made)
    return made


def at(estimand: Estimand | str, levels: Mapping[str, float] | None = None, /, **named: float) -> Estimand:
    """An average effect at stated levels: ``at(direct("V", "Y"), wages=1)``.

    Of modifiers it is that among the sites, or persons, with these levels. Those of a binary modifier are 0 and 1, those of a
    categorical one 0, 1 and so on, as many as it has; a continuous one has any number, in its own unit.

    Of mediators it is the direct effect of a mediator on the outcome with another, with which it interacts, held at that level;
    what is not named is held at 0. At a level of its own, where its square is in the outcome, it is the effect of one unit
    more from there on.

    Args:
        estimand: the effect, or its text.
        levels: names with levels, where a name is no word of Python: ``at(itt(), {"entry wages": 1})``.
        named: the same by name.

    Raises:
        InvalidQuestionError: with every name that is no text, level that is no number, and name with two levels.

    Source: theory, equations (14.1) to (14.3), and section 15.
    """
    asked = parse(estimand) if isinstance(estimand, str) else estimand
    check_estimand(asked)
    return replace(asked, levels=levels_said(asked.levels, levels, named))
