"""A comparison in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from identcheck.decide.comparison.designs import DesignChange
from identcheck.decide.comparison.effects import RANK, EffectChange
from identcheck.decide.conditions.base import Condition, condition_name, condition_names
from identcheck.decide.granting import granted_words
from identcheck.decide.identification import Finding, Identification, Verdict
from identcheck.derive.words import capital
from identcheck.symbols.written import wrapped

__all__ = ["as_text"]

HEADINGS = (
    ("worse", "Worse"),
    ("better", "Better"),
    ("conditions", "Same verdict, other conditions"),
    ("pending", "Not known before what is pending is proved"),
)


def as_text(
    before: Identification,
    after: Identification,
    design: Sequence[DesignChange],
    effects: Sequence[EffectChange],
    every: bool,
) -> str:
    """The comparison as text, section by section; effects with the same changes stand together."""
    lines = ["What changes in the design"]
    lines += [wrapped(f"{change}", 4, 2) for change in design] or ["  nothing"]
    granted = dict.fromkeys(granted_words(each.design, each.granted) for each in (after, before))
    lines += ["", wrapped(f"What changes in the answers, granting {'; before, '.join(granted)}", 2, 0)]
    lines += [wrapped(said, 2) for said in dict.fromkeys([*after.remarks, *before.remarks])]
    for direction, heading in HEADINGS:
        lines += _section(heading, [effect for effect in effects if effect.direction == direction])
    lines += _alone_lines(effects)
    lines += _same_lines(effects, every)
    return "\n".join(lines) + "\n"


def _section(heading: str, effects: Sequence[EffectChange]) -> Iterator[str]:
    if effects:
        yield from ("", heading)
    last = ""
    for group in _groups(effects):
        old, new = _both(group[0])
        step = " -> ".join(dict.fromkeys((old.answer, new.answer)))
        if step != last:
            yield f"  {step}"
        yield from _group_lines(group)
        last = step


def _same_lines(effects: Sequence[EffectChange], every: bool) -> Iterator[str]:
    same = [effect for effect in effects if effect.direction == "same"]
    if len(same) == len(effects):
        yield "  nothing"
    yield ""
    yield f"Unchanged: {len(same)} of {len(effects)} effects" + (":" if every and same else ".")
    for effect in same if every else ():
        verdict = _both(effect)[1].answer
        yield wrapped(f"{verdict.ljust(15)} {str(effect.estimand).ljust(20)} {effect.words}", 39, 2)


def _groups(effects: Iterable[EffectChange]) -> list[list[EffectChange]]:
    """Effects with the same verdicts and the same changes of conditions; the worst first."""
    groups: dict[tuple[object, ...], list[EffectChange]] = {}
    for effect in effects:
        old, new = _both(effect)
        reason = new.reason if new.best is None else ""
        changes = [
            tuple(map(str, part)) for part in (effect.now_missing, effect.gained, effect.lost, effect.now_met)
        ]
        groups.setdefault((old.verdict, new.verdict, reason, *changes), []).append(effect)
    return sorted(groups.values(), key=lambda group: -RANK[_both(group[0])[1].verdict])


def _group_lines(group: Sequence[EffectChange]) -> Iterator[str]:
    old, new = _both(group[0])
    for effect in group:
        yield wrapped(f"{str(effect.estimand).ljust(20)} {effect.words}", 25, 4)
    if old.best is None or new.best is None:
        yield wrapped(f"{capital(new.reason, new.design)}.", 6)
        yield from _conditions("Missing:", new.missing)
        return
    effect = group[0]
    yield from _conditions("Missing now:", effect.now_missing)
    met = [c for c in effect.gained if c not in effect.now_missing]
    yield from _conditions("Needed now, and granted:", met)
    yield from _conditions("No longer missing:", effect.now_met)
    yield from _conditions("No longer needed:", effect.lost)


def _conditions(heading: str, conditions: Sequence[Condition]) -> Iterator[str]:
    if conditions:
        yield f"      {heading}"
    for condition in conditions:
        label = capital(condition_name(condition)) + ("" if condition.numeral else ":")
        yield wrapped(f"{label} {condition}", 10, 8)


def _alone_lines(effects: Sequence[EffectChange]) -> Iterator[str]:
    for direction, which, other in (("only before", "first", "second"), ("only after", "second", "first")):
        found = [effect for effect in effects if effect.direction == direction]
        if found:
            yield from ("", f"Asked of the {which} design only")
        for effect in found:
            finding = effect.before or effect.after
            assert finding is not None
            zero = f"; zero in the {other}, whose graph has no such path" if effect.zero_elsewhere else ""
            waits = (
                f" on {condition_names(finding.missing)}" if finding.verdict is Verdict.CONDITIONAL else ""
            )
            said = f"{effect.words}: {finding.answer}{waits}{zero}"
            yield wrapped(f"{str(effect.estimand).ljust(20)} {said}", 23, 2)


def _both(effect: EffectChange) -> tuple[Finding, Finding]:
    assert effect.before is not None
    assert effect.after is not None
    return effect.before, effect.after
