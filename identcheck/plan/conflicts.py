"""Anticipated numbers that violate what an effect rests on: what the plan says happens and the assumptions say does not.

A plan with such numbers is no error, as it shows the bias that follows; but a document that argues for an assumption beside
them contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from identcheck.basics.display import Brief
from identcheck.decide.conditions import Condition, condition_name
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.findings import Finding
from identcheck.derive.words import brief, capital, listed
from identcheck.describe.design import Design
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.planned import Planned, claimed
from identcheck.plan.violations import violations
from identcheck.plan.withdrawn import Withdrawn, alike, largest_change, withdrawn

__all__ = ["Conflict", "conflicts"]

Found = tuple[Finding, Condition]
Caused = tuple["Withdrawn | None", "dict[Planned, list[Found]]"]


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
    found: dict[Planned, list[Found]] = {}
    for finding in findings:
        for part in finding.best.parts if finding.best is not None else ():
            for condition in () if part.moderators else part.conditions:
                for planned in violations(condition, diagnosis.anticipated):
                    found.setdefault(planned, []).append((finding, condition))
    told: set[str] = set()  # what to make of it is said once
    conflicts = []
    for cause, group in _by_cause(diagnosis, found):
        conflict, then = _conflict(diagnosis, cause, group)
        more = "" if then in told else f" {then}"
        told.add(then)
        conflicts.append(replace(conflict, sentence=conflict.sentence + more))
    return tuple(conflicts)


def _by_cause(diagnosis: Diagnosis, found: dict[Planned, list[Found]]) -> Iterator[Caused]:
    """What is implied by one stated number together, in the order in which it was found."""
    groups: dict[Planned | Withdrawn, dict[Planned, list[Found]]] = {}
    causes: dict[Planned | Withdrawn, Withdrawn | None] = {}
    for planned, those in found.items():
        cause = None if planned.name == "shared" else _cause(diagnosis, planned, those)
        key = planned if cause is None else cause
        causes[key] = cause
        groups.setdefault(key, {})[planned] = those
    yield from ((causes[key], group) for key, group in groups.items())


def _cause(diagnosis: Diagnosis, planned: Planned, those: list[Found]) -> Withdrawn | None:
    """The stated number without which the violation is not there; None where that takes more than one, or a default."""
    same = planned.name, planned.what
    for stated in withdrawn(diagnosis.anticipated):
        left = (other for _, condition in those for other in violations(condition, stated.world))
        if all((other.name, other.what) != same for other in left):
            return stated
    return None


def _conflict(
    diagnosis: Diagnosis, cause: Withdrawn | None, group: dict[Planned, list[Found]]
) -> tuple[Conflict, str]:
    """The conflict, and what to make of it."""
    design, first = diagnosis.anticipated.design, next(iter(group))
    findings = list(dict.fromkeys(finding for those in group.values() for finding, _ in those))
    effects = list(dict.fromkeys(_effect(design, finding.target) for finding in findings))
    those = f"the effect{'s' * (len(effects) > 1)} of {listed(effects)}"
    estimands = tuple(finding.estimand for finding in findings)
    matters = _matters(diagnosis, cause, first, estimands)
    if cause is not None and len(group) > 1:
        names = [
            name for name in dict.fromkeys(condition_name(c) for f in group.values() for _, c in f) if name
        ]
        claim, s = listed(names), "s" * (len(names) == 1)
        said = (
            f"The plan states {cause.what}; it implies {len(group)} relations that {claim} exclude{s}, and {those} "
            f"require{'s' * (len(effects) == 1)} these to be 0.{matters}"
        )
        default = any(planned.default for planned in group)
        return Conflict(estimands, first.name, cause.what, said, default), claimed(names)
    verb = first.needs if len(effects) > 1 else first.needs.replace("require ", "requires ", 1)
    said = f"{capital(first.planned, design)}; {those} {verb}.{matters}"
    return Conflict(estimands, first.name, first.what, said, first.default), first.then


def _matters(
    diagnosis: Diagnosis, cause: Withdrawn | None, planned: Planned, estimands: tuple[Estimand, ...]
) -> str:
    """How much it changes the bias at the planned numbers; "" where there is no world without it."""
    at = diagnosis.anticipated
    other = None if cause is None else cause.world
    if planned.edge is not None:
        other = alike(at, planned.edge)
    change = None if other is None else largest_change(diagnosis, other, estimands)
    if change is None:
        return ""
    digits = diagnosis.digits
    if change < 0.5 * 10**-digits:
        return f" At these numbers it changes the bias by less than {10**-digits:.{digits}f}."
    upto = "up to " if len(estimands) > 1 else ""
    return f" At these numbers it changes the bias by {upto}{change:.{digits}f}."


def _effect(design: Design, target: Target) -> str:
    return f"{brief(design, target.source)} on {brief(design, target.target)}"
