"""A finding as the card that the editor shows: verdict, reason in words, what is missing, the arrows on its paths."""

from __future__ import annotations

from typing import Any

from identcheck.decide.conditions import Condition
from identcheck.decide.conditions.breaking import breaks
from identcheck.decide.conditions.plain import plain
from identcheck.decide.identification import Finding
from identcheck.derive.words import capital

__all__ = ["card"]


def card(finding: Finding) -> dict[str, Any]:
    """The card of a finding.

    Its keys: ``id`` (the question as text), ``words``, ``verdict`` as it is shown, ``kind`` (the verdict itself), ``pending``,
    ``reason``, ``missing`` (each with its name, what it says, what would break it, and by which name it is granted; ""
    where nothing grants it), ``rests_on``, ``arrows``.
    """
    design = finding.design
    return {
        "id": str(finding.estimand),
        "words": capital(finding.words, design),
        "verdict": finding.answer,
        "kind": finding.verdict.value,
        "pending": finding.pending,
        "reason": finding.reason,
        "missing": _grouped(finding.missing),
        "rests_on": list(finding.rests_on),
        "arrows": [list(edge) for edge in finding.target.edges(design)],
    }


def _grouped(missing: tuple[Condition, ...]) -> list[dict[str, Any]]:
    """What is missing by the name that grants it, each sentence once."""
    found: dict[str, dict[str, Any]] = {}
    for condition in missing:
        entry = found.setdefault(
            condition.called,
            {"name": condition.called, "grant": _grant(condition), "says": [], "breaks": []},
        )
        for key, text in (("says", plain(condition)), ("breaks", breaks(condition))):
            if text not in entry[key]:
                entry[key].append(text)
    return list(found.values())


def _grant(condition: Condition) -> str:
    """The name by which ``check(assume=...)`` grants it; "" where none does."""
    return "" if condition.barred else condition.assumption
