"""Two identifications side by side, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from identcheck.basics.display import Brief
from identcheck.decide.comparison.designs import DesignChange, design_changes
from identcheck.decide.comparison.effects import Direction, EffectChange, effect_changes
from identcheck.decide.comparison.words import as_text
from identcheck.decide.conditions.base import Condition, condition_names
from identcheck.decide.granting import granted_names
from identcheck.decide.identification import Finding, Identification, demand_result
from identcheck.errors import InvalidQuestionError
from identcheck.errors.visible import json_text
from identcheck.tables.table import Column, Table, Tabled

__all__ = ["Comparison", "compare"]

COLUMNS = (
    Column("effect", "Effect", "the effect, as asked of the first design"),
    Column("words", "In words", "the effect in the user's labels"),
    Column("change", "Change", "worse, better, conditions, same, pending, only before or only after"),
    Column("before", "Verdict before", "the verdict in the first design; none where it is not asked there"),
    Column("after", "Verdict after", "the verdict in the second design; none where it is not asked there"),
    Column("missing_before", "Missing before", "what the effect waits for in the first design"),
    Column("missing_after", "Missing after", "what the effect waits for in the second design"),
)


@dataclass(frozen=True)
class Comparison(Brief, Tabled):
    """What changes from one identification to another.

    Attributes:
        before: the first.
        after: the second.
        design: the differences of the designs and of what is granted.
        effects: every default effect of either design, changed or not.
    """

    before: Identification
    after: Identification
    design: tuple[DesignChange, ...]
    effects: tuple[EffectChange, ...]

    @property
    def worse(self) -> tuple[EffectChange, ...]:
        """Effects with a worse verdict after: identified, conditional, undecided, not identified."""
        return self._of("worse")

    @property
    def better(self) -> tuple[EffectChange, ...]:
        """Effects with a better verdict after."""
        return self._of("better")

    @property
    def conditions(self) -> tuple[EffectChange, ...]:
        """Effects with the same verdict under other conditions, or with others of them granted."""
        return self._of("conditions")

    @property
    def pending(self) -> tuple[EffectChange, ...]:
        """Effects without a strategy in either design, of which a proof is pending: which verdict is worse is not known."""
        return self._of("pending")

    @property
    def alone(self) -> tuple[EffectChange, ...]:
        """Effects that are asked of one of the two designs only; neither worse nor better."""
        return self._of("only before", "only after")

    @property
    def unchanged(self) -> tuple[EffectChange, ...]:
        """Effects with the same verdict under the same conditions."""
        return self._of("same")

    @cached_property
    def empty(self) -> bool:
        """Whether neither the designs nor the answers differ."""
        return not self.design and len(self.unchanged) == len(self.effects)

    def _of(self, *directions: Direction) -> tuple[EffectChange, ...]:
        return tuple(effect for effect in self.effects if effect.direction in directions)

    @property
    def table(self) -> Table:
        """A row for each effect, changed or not."""
        return Table("comparison", "What changes", COLUMNS, tuple(map(_row, self.effects)))

    def _brief(self) -> str:
        return (
            f"Comparison: {len(self.worse)} worse, {len(self.better)} better, {len(self.unchanged)} unchanged"
        )

    def text(self, every: bool = False) -> str:
        """The comparison for reading: the designs, then what became worse, better, or rests on other things.

        Args:
            every: also name the effects for which nothing changes, not only their number.
        """
        return as_text(self.before, self.after, self.design, self.effects, every)

    def json(self) -> str:
        """The comparison as a JSON object, which begins with its ``schema_version``."""
        data = {
            "schema_version": SCHEMA_VERSION,
            "before": _side(self.before),
            "after": _side(self.after),
            "design": [{"kind": c.kind, "nodes": c.nodes, "sentence": c.sentence} for c in self.design],
            "effects": [_effect(effect) for effect in self.effects],
        }
        # Half of a surrogate pair cannot be written.
        return json_text(data).encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"

    def __str__(self) -> str:
        return self.text()


def compare(before: Identification, after: Identification) -> Comparison:
    """Compare the answers for two designs, effect by effect.

    Nodes, and so effects, are the same where their names are.

    Raises:
        InvalidQuestionError: where the designs have no effect in common.
    """
    demand_result(before), demand_result(after)
    effects = effect_changes(before, after)
    if not any(effect.before and effect.after for effect in effects):
        names = [", ".join(map(repr, result.design.causal)) for result in (before, after)]
        raise InvalidQuestionError(
            [
                "the two designs have no effect in common, so there is nothing to compare: the nodes of the "
                f"first are {names[0]}, those of the second {names[1]}; give the same thing the same name"
            ]
        )
    return Comparison(before, after, design_changes(before, after), effects)


def _row(effect: EffectChange) -> tuple[str | None, ...]:
    both = (effect.before, effect.after)
    verdicts = (None if finding is None else finding.verdict_text for finding in both)
    missing = (None if finding is None else condition_names(finding.missing) for finding in both)
    return str(effect.estimand), effect.words, effect.direction, *verdicts, *missing


SCHEMA_VERSION = 1


def _side(result: Identification) -> dict[str, Any]:
    return {"title": result.design.title, "granted": granted_names(result.design, result.granted)}


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
        "verdict": finding.verdict_text,
        "zero": finding.zero,
        "reason": finding.reason,
        "missing": _conditions(finding.missing),
    }


def _conditions(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    return [{"kind": c.kind, "assumption": c.numeral, "statement": c.statement} for c in conditions]
