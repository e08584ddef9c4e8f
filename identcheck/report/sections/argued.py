"""What the effects of interest rest on: an entry for what has to be argued, a row for what is taken as given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from identcheck.decide.grounds import Ground
from identcheck.derive.words import capital, listed
from identcheck.report.blocks import Assumption, Block, Fact, Paragraph, Section, Tabular
from identcheck.report.matter import Matter
from identcheck.report.sections.first_page import question
from identcheck.symbols.written import Formula, Text, Wanted
from identcheck.tables.table import table_of

__all__ = ["argued_section", "ground_entry", "remaining_table"]

ONE_FAILS = "Each row gives up one assumption and takes every other one that is argued here to hold."

HEADING = "Assumptions, and why they should hold"
GIVEN = "Taken as given by every regression of site effects"


def argued_section(matter: Matter, *, formal: bool = False, remains: bool = False) -> Section:
    """The grounds of the effects of interest.

    Args:
        matter: what the document is about.
        formal: with the formulas of each.
        remains: with what remains of each effect if it fails.
    """
    blocks: list[Block] = [
        _entry(matter, ground, formal, remains) for ground in matter.grounds if not ground.standing
    ]
    standing = [ground for ground in matter.grounds if ground.standing]
    if standing:
        blocks.append(Section("standing", GIVEN, (_given(standing),)))
    return Section("assumptions", HEADING, tuple(blocks))


def _entry(matter: Matter, ground: Ground, formal: bool, remains: bool) -> Assumption:
    remarks = [Fact("If it fails", said)] if remains and (said := remaining_words(matter, ground)) else []
    return ground_entry(ground, matter, formal, remarks)


def ground_entry(
    ground: Ground, matter: Matter, formal: bool = False, remarks: Iterable[Fact] = ()
) -> Assumption:
    """A ground as an assumption is shown; its statement for each regression by itself where they differ."""
    sentences = [sentence for sentence, _ in ground.statements]
    return Assumption(
        numeral=ground.name,
        title=ground.title,
        statement=sentences[0] if len(sentences) == 1 else "",
        formulas=(),
        details=tuple(sentences) if len(sentences) > 1 else (),
        detail_formulas=tuple(map(Formula, ground.formulas)) if formal else (),
        reason=ground.reason if formal else "",
        status=ground.status,
        status_text=ground.status_text if not ground.open else "",
        check=ground.check,
        check_text=ground.check_text,
        breaks=ground.breaks,
        justification=ground.justification,
        remarks=tuple(remarks),
        needs_justification=ground.open,
        citation=ground.citation,
        wanted=_wanted(ground) if ground.open and not ground.justification else "",
    )


def _wanted(ground: Ground) -> str:
    return f"why {ground.called} holds in this trial, with a source"


def _given(standing: Iterable[Ground]) -> Tabular:
    rows: list[tuple[Text, ...]] = []
    for ground in standing:
        said: Text = " ".join(
            filter(None, (ground.justification, ground.citation and f"Source: {ground.citation}"))
        )
        if ground.open and not said:
            said = (Wanted(_wanted(ground)),)
        sentence = " ".join(text for text, _ in ground.statements)
        rows.append((f"{capital(ground.called)} {ground.title}", sentence, said or ground.status_text))
    return Tabular(table_of("standing", "", ("Assumption", "What it says", "Why it should hold"), rows))


def remaining_words(matter: Matter, ground: Ground) -> str:
    """What becomes of the effects of mediators if the ground fails and all else that is argued holds; "" where all stay."""
    left = matter.remaining.get(ground.name)
    if left is None:
        return ""
    if left.unworked:
        return left.unworked
    said = []
    if left.lost:
        every = not left.kept and not left.changed
        named = "none of the effects of mediators" if every else listed([question(f) for f in left.lost])
        said.append(f"{capital(named)} can {'' if every else 'no longer '}be had.")
    by_way: dict[str, list[str]] = {}
    for instead in left.changed:
        by_way.setdefault(instead.how, []).append(question(instead.finding))
    said += [f"Estimated {how} instead: {listed(effects)}." for how, effects in by_way.items()]
    return " ".join(said)


def remaining_table(matter: Matter) -> Iterator[Block]:
    """What remains of the effects if one ground fails and the others hold."""
    rows = [
        (f"{capital(ground.called)} {ground.title}", said)
        for ground in matter.grounds
        if (said := remaining_words(matter, ground))
    ]
    if not rows:
        yield Paragraph("The effects of interest rest on nothing that can fail by itself.")
        return
    yield Paragraph(ONE_FAILS)
    yield Tabular(table_of("alternatives", "", ("If this fails", "What remains"), rows))
