"""Findings: the answer for one estimand, and when a condition counts as met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from identcheck.conditions import Condition
from identcheck.declarations import Declaration
from identcheck.design import Design
from identcheck.estimands import Estimand, Target
from identcheck.strategies import Strategy
from identcheck.witness import Witness
from identcheck.words import effect_words

__all__ = ["Finding", "Verdict", "is_met", "lack"]


class Verdict(Enum):
    """What can be said of an estimand under the granted assumptions."""

    IDENTIFIED = "identified"
    CONDITIONAL = "conditional"
    NOT_IDENTIFIED = "not identified"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Finding:
    """The answer for one estimand.

    Attributes:
        design: the design.
        estimand: what was asked.
        target: the paths it averages over.
        verdict: IDENTIFIED where a strategy's every condition is granted or implied; CONDITIONAL where
            strategies exist but conditions are missing; NOT_IDENTIFIED where a witness shows it; UNDECIDED.
        strategies: the regressions that could identify it, the least demanding first.
        ruled_out: regressions that would, were their rank not excluded by the design.
        missing: the conditions that the strategy which lacks least still lacks; empty if identified.
        rests_on: the numerals behind the verdict, the standing ones (i), (iii), (iv), (viii) included.
        note: limits of the search, or "".
    """

    design: Design
    estimand: Estimand
    target: Target
    verdict: Verdict
    strategies: tuple[Strategy, ...]
    ruled_out: tuple[Strategy, ...]
    missing: tuple[Condition, ...]
    rests_on: tuple[str, ...]
    granted: frozenset[str]
    note: str = ""
    _witness: Witness | None = None

    def witness(self) -> Witness | None:
        """Two worlds with the same data and different answers, where the verdict is NOT_IDENTIFIED."""
        return self._witness

    def missing_for(self, strategy: Strategy) -> tuple[Condition, ...]:
        """The conditions of a strategy that are neither implied by the design nor granted."""
        return tuple(c for c in strategy.conditions if not is_met(c, self.granted))

    @cached_property
    def best(self) -> Strategy | None:
        """The strategy the verdict rests on: the first that lacks least."""
        if not self.strategies:
            return None
        return min(self.strategies, key=lambda s: lack(self.missing_for(s)))

    @property
    def declared(self) -> tuple[Declaration, ...]:
        """The declarations that meet a condition of the strategy the verdict rests on, each once."""
        conditions = self.best.conditions if self.best is not None else ()
        return tuple(dict.fromkeys(d for condition in conditions for d in condition.declared))

    @property
    def words(self) -> str:
        """What was asked, in the design's labels."""
        target = self.target
        if target.route is not None:
            return f"the effect along {' -> '.join(target.route)}"
        return effect_words(self.design, target.source, target.target, target.avoiding)

    @property
    def reason(self) -> str:
        """Why the verdict is what it is, in a sentence."""
        if self.target.empty:
            return "it is zero: the graph has no such path"
        if self.verdict is Verdict.IDENTIFIED and self.best is not None:
            return f"by {self.best.name}"
        if self.verdict is Verdict.CONDITIONAL and self.best is not None:
            return f"by {self.best.name}, if what is missing holds"
        causes = [c.violated for s in self.ruled_out for c in s.conditions if c.violated]
        if causes:
            return causes[0]
        unseen = [n for n in (self.target.source, self.target.target) if n in self.design.unobserved]
        if unseen:
            return f"{self.design.label(unseen[0])} is not measured, so the size of its effects has no scale"
        return (
            "no regression of site effects isolates it: a node on the way that is not measured, or that the "
            "paths themselves pass through, cannot be held fixed"
        )


def is_met(condition: Condition, granted: frozenset[str]) -> bool:
    """Whether a condition is implied by graph, design and declarations, or granted and not excluded by them."""
    if condition.violated:
        return False
    if condition.implied:
        return True
    return condition.kind != "cut" and bool(granted & set(condition.granted_by))


def lack(missing: Sequence[Condition]) -> tuple[bool, int]:
    """How much is missing: first whether anything that no numeral grants, then how many conditions."""
    return any(not c.granted_by for c in missing), len(missing)
