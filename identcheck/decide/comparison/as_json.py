"""A comparison as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from identcheck.decide.comparison.designs import DesignChange
from identcheck.decide.comparison.effects import EffectChange
from identcheck.decide.conditions import Condition
from identcheck.decide.findings import Finding
from identcheck.decide.granting import granted_numerals
from identcheck.decide.identification import Identification
from identcheck.errors.visible import json_text

__all__ = ["SCHEMA_VERSION", "as_json"]

SCHEMA_VERSION = 1


def as_json(
    before: Identification,
    after: Identification,
    design: Sequence[DesignChange],
    effects: Sequence[EffectChange],
) -> str:
    """The whole comparison as a JSON object, which begins with its ``schema_version``."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "before": _side(before),
        "after": _side(after),
        "design": [{"kind": c.kind, "nodes": c.nodes, "sentence": c.sentence} for c in design],
        "effects": [_effect(effect) for effect in effects],
    }
    text = json_text(data)
    # Half of a surrogate pair cannot be written.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"


def _side(result: Identification) -> dict[str, Any]:
    return {"title": result.design.title, "granted": granted_numerals(result.design, result.granted)}


def _effect(effect: EffectChange) -> dict[str, Any]:
    return {
        "estimand": str(effect.estimand),
        "words": effect.words,
        "direction": effect.direction,
        "before": _finding(effect.before),
        "after": _finding(effect.after),
        "gained": _conditions(effect.gained),
        "lost": _conditions(effect.lost),
        "now_missing": _conditions(effect.now_missing),
        "now_met": _conditions(effect.now_met),
        "zero_elsewhere": effect.zero_elsewhere,
    }


def _finding(finding: Finding | None) -> dict[str, Any] | None:
    if finding is None:
        return None
    return {
        "verdict": finding.verdict.value,
        "zero": finding.zero,
        "reason": finding.reason,
        "missing": _conditions(finding.missing),
    }


def _conditions(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    return [{"kind": c.kind, "assumption": c.numeral, "statement": c.statement} for c in conditions]
