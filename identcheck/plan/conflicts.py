"""Anticipated numbers that violate what an effect rests on: what the plan says happens and the assumptions say does not.

A plan with such numbers is no error, as it shows the bias that follows; but a document that argues for an assumption beside
them contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from identcheck.basics.display import Brief
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.findings import Finding
from identcheck.derive.words import brief, capital, listed
from identcheck.describe.design import Design
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.violations import Planned, violations

__all__ = ["Conflict", "conflicts"]


@dataclass(frozen=True)
class Conflict(Brief):
    """What a plan says that an effect rests on not being so.

    Attributes:
        estimands: the effects that rest on it.
        name: of the assumption: a numeral such as "vii", or "bypass", "shared", "product".
        what: what is planned: an arrow, or effects that go together.
        sentence: the conflict in words; what to make of it stands with the first of those of which the same is to be made.
        default: whether the number is a default, that the plan does not state.
    """

    estimands: tuple[Estimand, ...]
    name: str
    what: str
    sentence: str
    default: bool = False

    def _brief(self) -> str:
        return f"Conflict ({self.name}): {self.what}"


def conflicts(diagnosis: Diagnosis, findings: Iterable[Finding]) -> tuple[Conflict, ...]:
    """Where the anticipated numbers violate what effects rest on, each number once.

    Args:
        diagnosis: the design in numbers.
        findings: the effects whose strategies are looked at, each with every condition it has: what is granted does not
            matter.

    Returns:
        In the order of the effects and of their conditions: SDs across sites of arrows that are to be the same everywhere,
        correlations and third moments that (vii), (vi) or the bypass exclude, suspected arrows past the regressors.
    """
    at = diagnosis.anticipated
    found: dict[Planned, list[Finding]] = {}
    for finding in findings:
        for part in finding.best.parts if finding.best is not None else ():
            for condition in part.conditions:
                for planned in violations(condition, at):
                    if finding not in (those := found.setdefault(planned, [])):
                        those.append(finding)
    first = {planned.then: planned for planned in reversed(found)}
    return tuple(
        _conflict(at.design, planned, those, planned.then if first[planned.then] is planned else "")
        for planned, those in found.items()
    )


def _conflict(design: Design, planned: Planned, findings: list[Finding], then: str) -> Conflict:
    effects = list(dict.fromkeys(_effect(design, finding.target) for finding in findings))
    those = f"the effect{'s' * (len(effects) > 1)} of {listed(effects)}"
    verb = planned.needs if len(effects) > 1 else planned.needs.replace("need ", "needs ", 1)
    return Conflict(
        tuple(finding.estimand for finding in findings),
        planned.name,
        planned.what,
        f"{capital(planned.planned, design)}; {those} {verb}. {then}".strip(),
        planned.default,
    )


def _effect(design: Design, target: Target) -> str:
    return f"{brief(design, target.source)} on {brief(design, target.target)}"
