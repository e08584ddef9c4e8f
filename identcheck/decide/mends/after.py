"""What a changed design still asks for, effect by effect, when nothing is granted; and of what it relieves other effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.decide.conditions.base import names_in_order
from identcheck.decide.estimands import Estimand
from identcheck.decide.identification import Finding, Identification
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors import UnknownEstimandError


@dataclass(frozen=True)
class Relief(Brief):
    """Effects that would no longer rest on some conditions.

    Attributes:
        findings: the effects.
        names: the conditions, as "(vii)" or "the bypass".
    """

    findings: tuple[Finding, ...]
    names: tuple[str, ...]

    def _brief(self) -> str:
        return f"Relief of {listed(self.names)}: {listed([str(f.estimand) for f in self.findings])}"


@once
def ungranted(design: Design, estimand: Estimand) -> Finding:
    """The answer for an effect when nothing is granted: what it lacks is all that would have to be argued."""
    return Identification(design, frozenset(), proved=False)[estimand]


def names_of(finding: Finding) -> tuple[str, ...]:
    """What is to be argued for a finding to which nothing is granted: numerals in their order, then the rest."""
    return names_in_order(finding.missing)


def relieved(design: Design, findings: Iterable[Finding]) -> tuple[Relief, ...]:
    """Which effects that can be had now would rest on less in a changed design, and still be had; those alike together.

    Args:
        design: the changed design.
        findings: effects of the design that was changed.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        if gone := _gone(design, finding):
            groups.setdefault(gone, []).append(finding)
    return tuple(Relief(tuple(same), names) for names, same in groups.items())


def _gone(design: Design, finding: Finding) -> tuple[str, ...]:
    """What an effect rests on now and would not; nothing where it would rest on something else instead."""
    if finding.best is None or finding.zero:
        return ()
    try:
        after = ungranted(design, finding.estimand)
    except UnknownEstimandError:
        return ()
    now, then = names_of(ungranted(finding.design, finding.estimand)), names_of(after)
    if after.best is None or after.zero or not set(then) <= set(now):
        return ()
    return tuple(name for name in now if name not in then)


def conditions_left(names: Sequence[str], by_chance: bool) -> str:
    """What an effect of the changed design takes, as a clause: "by random assignment alone", "if (vi) can be argued"."""
    if by_chance:
        return "by random assignment alone"
    return f"if {listed(names)} can be argued" if names else "by the graph and the design"
