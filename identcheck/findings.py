"""Findings: the answer for one estimand, and when a condition counts as met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from identcheck.conditions import Condition
from identcheck.declarations import Declaration
from identcheck.design import Design
from identcheck.estimands import Estimand, Target
from identcheck.strategies import Composed, Strategy
from identcheck.witness import Witness, find_witness
from identcheck.words import effect_words

__all__ = ["Finding", "Verdict", "conditions_for_worlds", "is_met", "lack", "ruled_out"]


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
        strategies: the strategies that could identify it, the least demanding first.
        ruled_out: strategies that would, were their rank not excluded by the design.
        missing: the conditions that the strategy which lacks least still lacks; empty if identified.
        rests_on: the numerals behind the verdict, the standing ones (i), (iii), (iv), (viii) included.
        note: limits of the search, or "".
        by_choice: the strategies that leave a measured mediator to an intercept. They come last in ``strategies``,
            and are not among them where nothing else is left and they are not met either.
    """

    design: Design
    estimand: Estimand
    target: Target
    verdict: Verdict
    strategies: tuple[Strategy | Composed, ...]
    ruled_out: tuple[Strategy | Composed, ...]
    missing: tuple[Condition, ...]
    rests_on: tuple[str, ...]
    granted: frozenset[str]
    note: str = ""
    by_choice: tuple[Strategy, ...] = ()
    _witness: Witness | None = None

    def witness(self) -> Witness | None:
        """Two worlds with the same data and different answers.

        NOT_IDENTIFIED: both meet everything that can be granted. CONDITIONAL: both meet what was granted, for every
        strategy, so that this alone does not suffice. None if identified, or if none was found.
        """
        return self._worlds

    @cached_property
    def _worlds(self) -> Witness | None:
        if self.verdict is not Verdict.CONDITIONAL:
            return self._witness
        every = conditions_for_worlds((*self.strategies, *self.ruled_out))
        met = [c for c in every if c.declared or (c.granted_by and is_met(c, self.granted) and not c.implied)]
        return find_witness(self.design, self.estimand, self.target, met)

    def missing_for(self, strategy: Strategy | Composed) -> tuple[Condition, ...]:
        """The conditions of a strategy that are neither implied by the design nor granted."""
        return tuple(c for c in strategy.conditions if not is_met(c, self.granted))

    @cached_property
    def best(self) -> Strategy | Composed | None:
        """The strategy the verdict rests on: the first that lacks least."""
        if not self.strategies:
            return None
        return min(self.strategies, key=lambda s: lack(self.missing_for(s), s in self.by_choice))

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


def lack(missing: Sequence[Condition], by_choice: bool = False) -> tuple[bool, bool, int]:
    """How much is missing: a bypass by choice, then whether anything that no numeral grants, then how many."""
    return by_choice and bool(missing), any(not c.granted_by for c in missing), len(missing)


def ruled_out(strategy: Strategy | Composed) -> bool:
    """Whether the design excludes one of its conditions."""
    return any(condition.violated for condition in strategy.conditions)


def conditions_for_worlds(strategies: Iterable[Strategy | Composed]) -> tuple[Condition, ...]:
    """The conditions of strategies that two worlds may be asked to meet.

    Not a rank that the design excludes; nor, where a strategy needs arrows to be the same in all sites (S), its
    between-site conditions and its rank, which are not to be had without that.
    """
    found: dict[Condition, None] = {}
    for strategy in strategies:
        for part in strategy.parts:
            shared = any(c.kind == "shared" for c in part.conditions)
            kept = (
                c
                for c in part.conditions
                if not c.violated and not (shared and c.kind in ("between", "rank"))
            )
            found.update(dict.fromkeys(kept))
    return tuple(found)
