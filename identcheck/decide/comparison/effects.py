"""What differs between the answers for one effect in two designs: the verdict, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from identcheck.basics.display import Brief
from identcheck.decide.comparison.designs import redrawn
from identcheck.decide.conditions.base import Condition
from identcheck.decide.estimands import OF_ONE_ARM, Estimand
from identcheck.decide.identification import Finding, Identification, Verdict, distinct
from identcheck.decide.primary import default_estimands
from identcheck.derive.paths import reaches
from identcheck.derive.words import site_count
from identcheck.describe.design import Design

__all__ = ["RANK", "EffectChange", "effect_changes", "unknown_step"]

Need = tuple[str, str | None, str]
Direction = Literal["worse", "better", "conditions", "same", "pending", "only before", "only after"]

RANK: Mapping[Verdict, int] = MappingProxyType(
    {
        Verdict.IDENTIFIED: 0,
        Verdict.CONDITIONAL: 1,
        Verdict.UNDECIDED: 2,
        Verdict.NOT_IDENTIFIED: 3,
        Verdict.NO_SINGLE_NUMBER: 4,
    }
)
"""The verdicts from best to worst."""


def unknown_step(before: Finding, after: Finding) -> bool:
    """Whether it takes a proof that is pending to know which of two verdicts is worse: neither has a strategy."""
    without = min(RANK[before.verdict], RANK[after.verdict]) > RANK[Verdict.CONDITIONAL]
    return (before.pending or after.pending) and without and before != after


@dataclass(frozen=True)
class EffectChange(Brief):
    """One effect in two designs.

    Attributes:
        estimand: the effect, as asked of the first design (of the second, where only that has it).
        before: its finding in the first design; None where it is none of that design's default ones.
        after: its finding in the second design, likewise.
        gained: conditions of the best strategy after, which the best before does not have.
        lost: conditions of the best strategy before, which the best after does not have.
        now_missing: conditions that are missing after, and were met or not needed before.
        now_met: conditions that both need, missing before and met after.
        zero_elsewhere: whether the design that is not asked has no such path, so that the effect is zero there.

    Conditions are compared by kind, numeral and statement, whatever the labels and the number of sites. Those
    that graph or design imply are no conditions here. Where one side has no strategy nothing is compared.
    """

    estimand: Estimand
    before: Finding | None
    after: Finding | None
    gained: tuple[Condition, ...] = ()
    lost: tuple[Condition, ...] = ()
    now_missing: tuple[Condition, ...] = ()
    now_met: tuple[Condition, ...] = ()
    zero_elsewhere: bool = False

    def _brief(self) -> str:
        verdicts = (finding.answer if finding else "not asked" for finding in (self.before, self.after))
        return f"EffectChange {self.estimand}: {' -> '.join(verdicts)}"

    @property
    def direction(self) -> Direction:
        """Whether the verdict became worse or better, or else what differs; "same" where nothing does.

        "pending" where no strategy is left in either design, and a proof that is pending would tell which verdict is worse.
        """
        if self.before is None:
            return "only after"
        if self.after is None:
            return "only before"
        if unknown_step(self.before, self.after):
            return "pending"
        step = RANK[self.after.verdict] - RANK[self.before.verdict]
        if step:
            return "worse" if step > 0 else "better"
        return "conditions" if self.gained or self.lost or self.now_missing or self.now_met else "same"

    @property
    def words(self) -> str:
        """The effect in the user's labels, in the more explicit of the two designs' words."""
        return max((f.words for f in (self.after, self.before) if f is not None), key=len)


def effect_changes(before: Identification, after: Identification) -> tuple[EffectChange, ...]:
    """Every default effect of either design, in the first design's order, then the second's.

    A total effect that in each design is the direct effect asked for before it is left out.
    """
    asked = [
        {_question(result.design, e): e for e in default_estimands(result.design)}
        for result in (before, after)
    ]
    shown = {
        _question(result.design, finding.estimand)
        for result in (before, after)
        for finding in distinct(result.findings)
    }
    reader = _Reader(before.design, after.design)
    found = []
    for question in dict.fromkeys((*asked[0], *asked[1])):
        if question in shown:
            old, new = (
                result[table[question]] if question in table else None
                for result, table in zip((before, after), asked, strict=True)
            )
            found.append(_change(reader, old, new))
    return tuple(found)


def _question(design: Design, estimand: Estimand) -> Estimand:
    """The estimand with its arm and outcome spelled out, so that it means the same in every design."""
    if estimand.kind not in OF_ONE_ARM or estimand.nodes[:1] == design.treatments[:1]:
        return estimand
    nodes = estimand.nodes or (design.outcome,)
    return replace(estimand, nodes=nodes, arm=estimand.arm or design.treatments[0])


def _change(reader: _Reader, old: Finding | None, new: Finding | None) -> EffectChange:
    if old is None or new is None:
        only = new if old is None else old
        assert only is not None
        elsewhere = reader.old if old is None else reader.new
        return EffectChange(only.estimand, old, new, zero_elsewhere=_zero(elsewhere, only))
    if old.best is None or new.best is None:
        return EffectChange(old.estimand, old, new)
    were, are = reader.needs(old.best.conditions), reader.needs(new.best.conditions)
    lacked, lacks = reader.needs(old.missing), reader.needs(new.missing)
    return EffectChange(
        old.estimand,
        old,
        new,
        gained=tuple(c for need, c in are.items() if need not in were),
        lost=tuple(c for need, c in were.items() if need not in are),
        now_missing=tuple(c for need, c in lacks.items() if need not in lacked),
        now_met=tuple(c for need, c in are.items() if need in lacked and need not in lacks),
    )


def _zero(design: Design, finding: Finding) -> bool:
    """Whether a design has both ends of an effect and no such path between them."""
    source, target, last = finding.target.source, finding.target.target, finding.target.last
    if not {source, target, last or source} <= {*design.causal}:
        return False
    if last is not None:
        return not all(reaches(design, *stretch) for stretch in finding.target.stretches)
    if finding.estimand.kind == "direct":
        return not design.causal.has_edge(source, target)
    return not reaches(design, source, target)


class _Reader:
    """Reads conditions of two designs in one language: names in brackets for labels, lists in order."""

    def __init__(self, old: Design, new: Design) -> None:
        self.old, self.new = old, new
        self._neutral = {
            design: redrawn(design, labels={node: f"⟨{node}⟩" for node in design.graph})
            for design in (old, new)
        }

    def needs(self, conditions: Sequence[Condition]) -> dict[Need, Condition]:
        """What somebody has to argue for, by kind, numeral and statement."""
        return {self._need(c): c for c in conditions if not c.implied}

    def _need(self, condition: Condition) -> Need:
        design = self._neutral[condition.design]
        neutral = replace(condition, regression=replace(condition.regression, design=design))
        statement = neutral.need.replace(site_count(design), "the sites")
        for word, meaning in SAME:
            statement = statement.replace(word, meaning)
        return condition.kind, condition.assumption, LIST.sub(_in_order, statement)


SAME = (("direct effect", "effect"), ("Within the site,", "Within each site,"))
"""Words that depend on what else is in the graph, and what they mean where nothing else is."""
NAME = "⟨[^⟩]*⟩"
LIST = re.compile(f"{NAME}(?:(?:,| and| or)(?: on)? {NAME})+")


def _in_order(found: re.Match[str]) -> str:
    return " ".join(sorted(re.findall(NAME, found.group())))
