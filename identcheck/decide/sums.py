"""Whether a sum or a difference of average effects is identified: where all its effects are, at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from identcheck.basics.display import Brief
from identcheck.decide.conditions import UNNUMBERED
from identcheck.decide.estimands import Estimand
from identcheck.decide.findings import Finding, Verdict
from identcheck.derive.words import in_brackets, listed

__all__ = ["SumFinding", "sum_finding"]


@dataclass(frozen=True)
class SumFinding(Brief):
    """The answer for a sum or a difference of effects.

    Attributes:
        estimand: what is asked.
        findings: the answer for each effect, in order.
        verdict: IDENTIFIED where each effect is; CONDITIONAL where each would be under what they rest on together;
            NO_SINGLE_NUMBER where one depends on the level of a mediator; else UNDECIDED, since effects that are not identified
            may have a sum that is.
        reason: why, in a sentence.
    """

    estimand: Estimand
    findings: tuple[Finding, ...]
    verdict: Verdict
    reason: str

    def _brief(self) -> str:
        return f"SumFinding {self.estimand}: {self.verdict.value}"

    def __str__(self) -> str:
        lines = (f"  {finding.estimand}: {finding.answer}" for finding in self.findings)
        return "\n".join((f"{self.estimand}: {self.verdict.value}. {self.reason}", *lines))


def sum_finding(
    estimand: Estimand, findings: Sequence[Finding], granting: Callable[[frozenset[str]], Sequence[Finding]]
) -> SumFinding:
    """The answer for a sum from those for its effects.

    Args:
        estimand: the sum.
        findings: the answer for each of its effects.
        granting: the answers where further names are granted as well.
    """
    verdict, reason = _verdict(findings, granting)
    return SumFinding(estimand, tuple(findings), verdict, reason)


def _verdict(
    findings: Sequence[Finding], granting: Callable[[frozenset[str]], Sequence[Finding]]
) -> tuple[Verdict, str]:
    open_ = [f for f in findings if f.verdict is Verdict.NO_SINGLE_NUMBER]
    if open_:
        return Verdict.NO_SINGLE_NUMBER, f"{_named(open_)} depends on the level of a mediator."
    if all(f.verdict is Verdict.IDENTIFIED for f in findings):
        return Verdict.IDENTIFIED, "Each of its effects is identified."
    refused = [f for f in findings if f.refused]
    if refused:
        return (
            Verdict.UNDECIDED,
            f"There is no regression for {_named(refused)}; whether the whole is identified all the same is not looked into.",
        )
    needed = frozenset(name for f in findings for name in f.rests_on)
    if all(f.verdict is Verdict.IDENTIFIED for f in granting(needed)):
        numerals = [name for name in findings[0].design.numerals if name in needed]
        names = (*in_brackets(numerals), *(name for name in UNNUMBERED if name in needed))
        return Verdict.CONDITIONAL, f"Each of its effects is identified under {listed(names)}."
    return (
        Verdict.UNDECIDED,
        "Each of its effects would be identified by itself, but what they rest on cannot all be granted together.",
    )


def _named(findings: Sequence[Finding]) -> str:
    return listed([str(f.estimand) for f in findings])
