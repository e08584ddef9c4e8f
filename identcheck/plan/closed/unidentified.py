"""What the numbers of a plan leave out of account: that drawn causes break an effect, and move it by nothing that is stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import networkx as nx
import numpy as np

from identcheck.decide.dangers import Endangered
from identcheck.derive.heterogeneity import Demand, common_causes, heterogeneity
from identcheck.derive.words import listed
from identcheck.describe.declarations import Edge
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.closed.implied import own_parts
from identcheck.plan.closed.questions import Question
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.stated import LEVELS

__all__ = ["unanswered", "unidentified"]

MOST_NAMED = 4
"""Of more arrows only the number is given."""


def unidentified(at: Anticipated, questions: Iterable[Question]) -> tuple[str, ...]:
    """Which effects with numbers drawn causes break, and which of these causes the plan has no numbers for: a sentence each.

    Args:
        at: the definite plan.
        questions: the effects.
    """
    found = [question for question in dict.fromkeys(questions) if question.broken]
    verdicts: dict[str, list[str]] = {}
    for question in found:
        for each in question.broken:
            if each.finding.best is None:
                verdicts.setdefault(each.finding.answer, []).append(str(question.estimand))
    broken = tuple(dict.fromkeys(each for question in found for each in question.broken))
    return (*_verdicts(verdicts), *_silent(at, broken))


def unanswered(reasons: Iterable[tuple[str, str]], said: str) -> Iterator[str]:
    """Which effects are left out, and why: a sentence for each reason.

    Args:
        reasons: the effects, each with its reason.
        said: how a sentence begins.
    """
    effects: dict[str, dict[str, None]] = {}
    for name, reason in reasons:
        effects.setdefault(reason, {})[name] = None
    for reason, names in effects.items():
        yield f"{said}{listed(list(names))}: {reason}."


def _verdicts(effects: dict[str, list[str]]) -> Iterator[str]:
    for verdict, each in effects.items():
        names = list(dict.fromkeys(each))
        be, their = ("is", "its") if len(names) == 1 else ("are", "their")
        yield f"{listed(names)} {be} {verdict} in this design: {their} bias counts only what the plan has numbers for."


def _silent(at: Anticipated, broken: Iterable[Endangered]) -> Iterator[str]:
    """For each cause that no number of the plan lets do what it is drawn to do, that its bias is taken to be 0."""
    arrows: dict[str, set[Edge]] = {}
    counted: set[str] = set()
    for demand in dict.fromkeys(demand for each in broken for demand in each.demands):
        for name in common_causes(at.design, *demand):
            one, other = _moved(at, demand, name)
            arrows.setdefault(name, set()).update(one, other)
            if _counted(at, demand.level, name, one, other):
                counted.add(name)
    for name, moved in arrows.items():
        if moved and name not in counted:
            words = [arrow_name(edge) for edge in at.edges if edge in moved]
            what = listed(words) if len(words) <= MOST_NAMED else f"{len(words)} effects"
            some = any(own_parts(at, table)[:, _place(at, name)].any() for table in LEVELS)
            given = "influence on one side only" if some else "no influence"
            yield f"{name} moves {what}, but [plan.modifiers] gives it {given}: bias from it is taken to be 0."


def _moved(at: Anticipated, demand: Demand, name: str) -> tuple[list[Edge], list[Edge]]:
    """The arrows of either side that a modifier moves, itself or by others."""
    below = nx.descendants(heterogeneity(at.design, demand.level), name)
    one, other = ([edge for edge in at.edges if edge in side and edge in below] for side in demand[1:])
    return one, other


def _counted(at: Anticipated, level: str, name: str, one: list[Edge], other: list[Edge]) -> bool:
    """Whether the plan makes effects on the two sides go together, by this modifier or by a correlation that it states."""
    assert at.moved is not None
    table = "between" if level == "sites" else "within"
    rows = np.ix_([at.place[edge] for edge in one], [at.place[edge] for edge in other])
    stated = getattr(at, table) - at.moved.covariance(table)
    own = own_parts(at, table)[:, _place(at, name)]
    return bool(np.any(np.abs(stated[rows]) > 1e-12) or np.any(np.outer(own, own)[rows]))


def _place(at: Anticipated, name: str) -> int:
    """The position of a modifier among those of the plan."""
    assert at.moved is not None
    return at.moved.names.index(name)
