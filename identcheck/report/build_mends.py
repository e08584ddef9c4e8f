"""What would mend a design, for the effects of one question together."""

from __future__ import annotations

from collections.abc import Sequence

from identcheck.decide.identification import Finding, Identification, Verdict
from identcheck.decide.mends import Mend, limits
from identcheck.derive.words import listed
from identcheck.report.context import MendEntry
from identcheck.report.proportion import is_large

__all__ = ["mend_entries"]

MOST_MENDED = 4
"""Mends are looked for, for so many effects of a question."""


def mend_entries(result: Identification, findings: Sequence[Finding]) -> tuple[tuple[MendEntry, ...], str]:
    """The changes that would mend the effects of a question, and what was tried; nothing where granting is enough."""
    if findings[0].verdict not in (Verdict.NOT_IDENTIFIED, Verdict.UNDECIDED):
        return (), ""
    if is_large(result.design):
        return (
            (),
            "What would mend it is not worked out here with so many mediators; it can be asked for one effect.",
        )
    asked = findings[:MOST_MENDED]
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in asked:
        for mend in result.mends(finding.estimand):
            found.setdefault(_key(mend), []).append(finding)
    note = limits(result.design)
    if len(findings) > len(asked):
        note = f"Worked out for the first {len(asked)} of these effects. {note}"
    if not found:
        note = f"No change that was tried would. {note}"
    return tuple(MendEntry(*key, about=_about(those, asked)) for key, those in found.items()), note


def _key(mend: Mend) -> tuple[str, str, str]:
    return mend.change, mend.verdict.value, mend.claim


def _about(those: Sequence[Finding], asked: Sequence[Finding]) -> str:
    return "" if len(those) == len(asked) else listed([finding.words for finding in those])
