"""What the effects of interest rest on: an entry for what has to be argued, a row for what is taken as given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from identcheck.decide.assumptions import left_out
from identcheck.decide.assumptions.base import OPEN
from identcheck.decide.grounds import Ground
from identcheck.decide.identification import Finding
from identcheck.derive.words import capital, listed
from identcheck.report.blocks import Assumption, Block, Fact, Paragraph, Section, Tabular
from identcheck.report.matter import Matter
from identcheck.report.sections.conditions import shown_formulas
from identcheck.report.sections.questions import question
from identcheck.symbols.written import Formula
from identcheck.tables.table import table_of

__all__ = ["argued_section", "remaining_table"]

ARGUED = "argued"
"""The status of what has to be argued, where it is."""

ONE_FAILS = "Each row gives up one assumption and takes every other one that is argued here to hold."
MOST_FORMULAS = 5
"""Of more formulas of one assumption these are shown and the rest counted; the full report has them all."""

MOST_NAMED = 3
"""Of more effects only the number is given."""

HEADING = "Assumptions, and why they should hold"
GIVEN = "Taken as given by every such analysis"


def argued_section(
    matter: Matter, *, formal: bool = False, checks: bool = True, remains: bool = False
) -> Section:
    """The grounds of the effects of interest.

    Args:
        matter: what the document is about.
        formal: with the formulas of each, and why it is needed.
        checks: with what data can say of each.
        remains: with what remains of each effect if it fails.
    """
    entries = [
        _entry(
            ground,
            formal,
            checks,
            remaining_words(matter, ground) if remains else "",
            _breaks(matter, ground),
        )
        for ground in matter.grounds
        if not ground.standing
    ]
    given = tuple(map(_given, (ground for ground in matter.grounds if ground.standing)))
    blocks: tuple[Block, ...] = (*entries, *([Section("standing", GIVEN, given)] if given else []))
    return Section("assumptions", HEADING, blocks)


def _breaks(matter: Matter, ground: Ground) -> str:
    """For (v) the arrow that would do most harm to these effects; "" where what breaks a ground is the same for all effects."""
    left = matter.remaining(ground.name) if ground.name == "v" else None
    return left_out(matter.design, *left.worst) if left is not None and left.worst is not None else ""


def _entry(ground: Ground, formal: bool, checks: bool, remains: str, breaks: str = "") -> Assumption:
    """A ground as an assumption is shown; with a sentence for each regression where they differ."""
    sentences = tuple(sentence for sentence, _ in ground.statements)
    return Assumption(
        numeral=ground.name,
        title=ground.title,
        statement=sentences[0] if len(sentences) == 1 else "",
        formulas=(),
        details=sentences if len(sentences) > 1 else (),
        detail_formulas=tuple(map(Formula, shown_formulas(ground.formulas, MOST_FORMULAS))) if formal else (),
        reason=ground.reason if formal else "",
        status=ARGUED if ground.status == OPEN and ground.justification else ground.status,
        status_text="" if ground.open else ground.status_text,
        check=ground.check if checks else "",
        check_text=ground.check_text if checks else "",
        breaks=breaks or ground.breaks,
        justification=ground.justification,
        remarks=(Fact("If it fails", remains),) if remains else (),
        needs_justification=ground.open,
        citation=ground.citation,
        wanted=_wanted(ground) if ground.open and not ground.justification else "",
    )


def _wanted(ground: Ground) -> str:
    return f"why {ground.called} holds in this trial, with a source"


def _given(ground: Ground) -> Assumption:
    """What every such analysis takes as given: what it says, and why it should hold."""
    made = _entry(ground, False, False, "")
    return replace(made, breaks="", status_text=made.status_text if not ground.justification else "")


def remaining_words(matter: Matter, ground: Ground) -> str:
    """What becomes of the effects of mediators if the ground fails and all else that is argued holds; "" where all stay."""
    left = matter.remaining(ground.name)
    if left is None:
        return ""
    if left.unworked:
        return left.unworked
    said = []
    if left.lost:
        every = len(left.lost) > 1 and not left.kept and not left.changed
        named = "none of these effects of mediators" if every else _few(left.lost)
        said.append(f"{capital(named)} can {'' if every else 'no longer '}be had.")
    ways = {instead.how for instead in left.changed}
    if left.changed:
        effects = _few([instead.finding for instead in left.changed])
        said.append(f"Estimated {ways.pop() if len(ways) == 1 else 'by other regressions'}: {effects}.")
    return " ".join(said)


def _few(findings: Sequence[Finding]) -> str:
    """Effects by name, or their number where they are many."""
    if len(findings) > MOST_NAMED:
        return f"{len(findings)} effects of mediators"
    return listed([question(f) for f in findings])


def remaining_table(matter: Matter) -> Iterator[Block]:
    """What remains of the effects if one ground fails and the others hold."""
    failing: dict[str, list[str]] = {}
    for ground in matter.grounds:
        if said := remaining_words(matter, ground):
            failing.setdefault(said, []).append(ground.called)
    rows = [(capital(listed(names, "or")), said) for said, names in failing.items()]
    if not rows:
        yield Paragraph("The effects of interest rest on nothing that can fail by itself.")
        return
    yield Paragraph(ONE_FAILS)
    yield Tabular(table_of("alternatives", "", ("If this fails", "What remains"), rows))
