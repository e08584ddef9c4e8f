"""What would make the effects of a verdict identified: each change with what is then left to argue, and what it spares others."""

from __future__ import annotations

from collections.abc import Sequence

from identcheck.decide.identification import Finding, Identification, Verdict as Answer, distinct
from identcheck.decide.mends import Mend as Remedy, limits
from identcheck.derive.words import listed
from identcheck.report.blocks import Mend
from identcheck.report.proportion import is_large
from identcheck.report.sections.questions import question

__all__ = ["remedies"]

MOST_MENDED = 4
"""Mends are looked for only for this many effects of a verdict."""


def remedies(result: Identification, findings: Sequence[Finding]) -> tuple[tuple[Mend, ...], str]:
    """The changes that would make the effects of a verdict identified, and what was tried; nothing where granting is enough."""
    if not findings[0].refused or findings[0].verdict is Answer.NO_SINGLE_NUMBER:
        return (), ""
    if is_large(result.design):
        note = "What would change that is not worked out here with so many mediators; it can be asked for one effect."
        return (), note
    tried = findings[:MOST_MENDED]
    found: dict[tuple[str, str, str], list[tuple[Finding, Remedy]]] = {}
    for finding in tried:
        for mend in result.mends(finding.estimand):
            found.setdefault((mend.change, mend.verdict.value, mend.claim), []).append((finding, mend))
    note = limits(result.design)
    if len(findings) > len(tried):
        note = f"Worked out for the first {len(tried)} of these effects. {note}"
    if not found:
        note = f"No change that was tried would. {note}"
    others = [f for f in distinct(result.findings) if f not in findings]
    mends = (Mend(change, _then(pairs, tried, others), claim) for (change, _, claim), pairs in found.items())
    return tuple(mends), note


def _then(
    pairs: Sequence[tuple[Finding, Remedy]], tried: Sequence[Finding], others: Sequence[Finding]
) -> str:
    """What the effects take once the change is made, those with the most first left for last; and what others no longer need."""
    groups: dict[str, list[Finding]] = {}
    for finding, mend in sorted(pairs, key=lambda pair: len(pair[1].missing)):
        groups.setdefault(mend.after, []).append(finding)
    *first, (last, rest) = groups.items()
    said = [f"{listed([question(f) for f in those])} {after}" for after, those in first]
    whole = len(pairs) == len(tried)
    if not first:
        about = "" if whole else f"{listed([question(f) for f in rest])} "
        said.append(f"{about}{'' if about else 'identified '}{last}")
    else:
        said.append(
            f"{'the others' if whole and len(rest) > 1 else listed([question(f) for f in rest])} {last}"
        )
    return "; ".join(said) + _relief(pairs[0][1], others)


def _relief(mend: Remedy, others: Sequence[Finding]) -> str:
    """Which of the other effects would rest on less, as a sentence after the first without its full stop; or ""."""
    said: list[str] = []
    for relief in mend.relieves(others):
        named = listed([question(f) for f in relief.findings])
        would = "no longer" if said else "would then no longer rest"
        said.append(f"{named} {would} on {listed(relief.names, 'or')}")
    return ". " + "; ".join(said) if said else ""
