"""A finding as the card that the editor shows: verdict, reason in words, what is missing, the arrows on its paths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from identcheck.decide.conditions import Condition
from identcheck.decide.conditions.breaking import breaks
from identcheck.decide.conditions.plain import plainly
from identcheck.decide.identification import Finding
from identcheck.derive.words import brief, capital, listed

__all__ = ["card", "headed"]

EXAMPLES = 2
"""So many examples of what would break an assumption are on a card."""
LISTED = 6
"""So many regressors are listed in a reason; of more, the first and the last stand there."""


def headed(finding: Finding) -> dict[str, Any]:
    """The head of a card: ``id`` (the question as text), ``words``, ``verdict`` as it is shown, ``kind``, ``pending``."""
    return {
        "id": str(finding.estimand),
        "words": capital(finding.words, finding.design),
        "verdict": finding.answer,
        "kind": finding.verdict.value,
        "pending": finding.pending,
    }


def card(finding: Finding) -> dict[str, Any]:
    """The card of a finding.

    Its keys: those of its head, ``reason``, ``regressors`` (all of them, where the reason names the first and the last),
    ``missing`` and ``granted`` (each with its name, what it says, what would break it, by which name it is granted, "" where
    nothing grants it, and by which name it is argued for), ``rests_on``, ``arrows``.
    """
    design = finding.design
    conditions = () if finding.best is None else finding.best.conditions
    reason, regressors = _short(finding)
    by_grant = [c for c in conditions if not (c.implied or c.drawn or c.violated) and c.met(finding.granted)]
    return headed(finding) | {
        "reason": reason,
        "regressors": regressors,
        "missing": _grouped(finding.missing),
        "granted": _grouped(c for c in by_grant if c.assumption in c.rests_on(finding.granted)),
        "rests_on": list(finding.rests_on),
        "arrows": [list(edge) for edge in finding.target.edges(design)],
    }


def _short(finding: Finding) -> tuple[str, str]:
    """The reason, with a long list of regressors as "M1, ..., M30 (30)", and that list."""
    best = finding.best
    names = [] if best is None else [brief(finding.design, u) for u in best.regressors]
    every = listed(names)
    if len(names) <= LISTED or every not in finding.reason:
        return finding.reason, ""
    return finding.reason.replace(every, f"{names[0]}, ..., {names[-1]} ({len(names)})"), every


def _grouped(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    """Conditions by the name that grants them, each sentence once; what would break them by a few examples."""
    named: dict[str, dict[tuple[str, int], list[Condition]]] = {}
    for condition in conditions:
        alike = named.setdefault(condition.called, {})
        alike.setdefault((condition.kind, id(condition.regression)), []).append(condition)
    found = []
    for name, groups in named.items():
        every = [condition for group in groups.values() for condition in group]
        says = dict.fromkeys(text for group in groups.values() for text in plainly(group))
        examples = dict.fromkeys(map(breaks, every[:EXAMPLES]))
        more = len(every) - EXAMPLES
        found.append(
            {
                "name": name,
                "grant": _grant(every[0]),
                "argued": every[0].assumption,
                "says": list(says),
                "breaks": [*examples, *([f"And {more} more like this."] if more > 0 else [])],
            }
        )
    return found


def _grant(condition: Condition) -> str:
    """The name by which ``check(assume=...)`` grants it; "" where none does."""
    return "" if condition.barred else condition.assumption
