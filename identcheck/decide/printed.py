"""What ``print`` says of answers: one page for all effects of a design, a few lines for one; and the same as a table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from identcheck.decide.assumptions import standing_numerals
from identcheck.decide.comparison.words import wrapped
from identcheck.decide.conditions import UNNUMBERED
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.granting import granted_words
from identcheck.decide.identification import Finding, Identification, Verdict, counted_verdicts, distinct
from identcheck.derive.assignment import taken_as_given
from identcheck.derive.words import capital, counted, listed
from identcheck.errors.visible import visible
from identcheck.tables.table import Column, Table

__all__ = ["answer_text", "finding_text", "findings_table"]

MOST = 30
"""So many effects are printed on the page of an answer; where there are more, those not identified come first."""
MOST_SAID = 3
"""So many sentences on what is granted are printed; the rest are counted."""
WIDTH = 100

COLUMNS = (
    Column("effect", "Effect", "the effect, as it may be asked for"),
    Column("words", "In words", "the effect in the design's labels"),
    Column("verdict", "Verdict", "identified, conditional, not identified, undecided or zero by the graph"),
    Column("rests_on", "Rests on", "the assumptions behind the verdict"),
    Column("missing", "Missing", "what a conditional verdict waits for"),
)


def findings_table(result: Identification) -> Table:
    """A row for each of the default effects."""
    rows = (
        (str(f.estimand), f.words, f.answer, ", ".join(_rests_on(f)), condition_names(f.missing))
        for f in result.findings
    )
    return Table(
        "effects",
        "Effects",
        COLUMNS,
        tuple(rows),
        f"Granted: {granted_words(result.design, result.granted)}.",
    )


def answer_text(result: Identification) -> str:
    """The answer on one page: the verdict on each effect and what it rests on or lacks."""
    return "\n".join(_page(result))


def finding_text(finding: Finding) -> str:
    """The answer for one effect in a few lines."""
    said = (finding.words, finding.reason)
    lines = [f"{finding.estimand}: {finding.answer}"]
    lines += [wrapped(capital(sentence, finding.design) + ".", 2) for sentence in said]
    if finding.best is not None:
        lines.append(wrapped(f"It rests on {listed(_rests_on(finding))}.", 2))
    if finding.missing:
        lines.append("  Missing:")
        lines += [wrapped(f"{_name(c.assumption)} {c.statement}", 6, 4) for c in finding.missing]
    if finding.verdict is Verdict.NOT_IDENTIFIED:
        lines.append(wrapped(f"The data leave open {finding.leaves_open}.", 2))
    if finding.note:
        lines.append(wrapped(f"Limits of the search: {finding.note}.", 2))
    return "\n".join(lines)


def _page(result: Identification) -> Iterator[str]:
    design, findings = result.design, distinct(result.findings)
    yield (
        textwrap.shorten(visible(design.title), WIDTH, placeholder=" ...")
        or "Which average effects are identified"
    )
    yield wrapped(
        f"{counted(len(findings), 'effect', 'effects')}, granting {granted_words(design, result.granted)}: "
        f"{counted_verdicts(findings)}",
        0,
    )
    said = (*result.contradictions, *result.remarks)
    for text in said[:MOST_SAID]:
        yield wrapped(text, 2)
    if len(said) > MOST_SAID:
        yield f"  and {len(said) - MOST_SAID} more: result.contradictions, result.remarks"
    yield ""
    shown = (
        sorted(findings, key=lambda f: f.verdict is Verdict.IDENTIFIED) if len(findings) > MOST else findings
    )
    longest = max(len(str(f.estimand)) for f in shown[:MOST])
    for finding in shown[:MOST]:
        start = f"  {finding.answer:14}  {str(finding.estimand).ljust(min(longest, 56))}  "
        room = max(WIDTH - len(start), 40)
        yield start + _in_room(_because(finding), room)
    if len(findings) > MOST:
        yield f"  and {len(findings) - MOST} more: result.to_frame() has all of them"
    yield ""
    yield wrapped(
        f"Every verdict takes as given the model itself, (i), (iii), (iv), and {taken_as_given(design)}.", 0
    )
    asked = repr(str(shown[0].estimand))
    yield f"One effect: print(result[{asked}]). The report: result.save('report.pdf'), or .html, .docx, .txt."


def _because(finding: Finding) -> str:
    """What a verdict rests on or waits for; of one that is neither identified nor conditional, why."""
    if finding.zero or (finding.verdict is not Verdict.CONDITIONAL and finding.best is None):
        return finding.reason
    if finding.missing:
        return f"missing: {condition_names(finding.missing)}"
    given = standing_numerals(finding.design, regression=True)
    further = [_name(name) for name in finding.rests_on if name not in given]
    return f"rests on {listed(further) or 'nothing further'}"


def _in_room(text: str, room: int) -> str:
    """A text of at most so many letters; of a longer one its beginning and, more of it, its end."""
    if len(text) <= room:
        return text
    start = textwrap.shorten(text, room // 3, placeholder=" ...")
    words = text.split()
    while len(start) + len(" ".join(words)) >= room:
        del words[0]
    return f"{start} {' '.join(words)}"


def _rests_on(finding: Finding) -> list[str]:
    named = [_name(name) for name in finding.rests_on]
    return ["the graph", *named] if finding.zero else named


def _name(assumption: str) -> str:
    """A numeral in brackets; a condition without one by its name."""
    return UNNUMBERED.get(assumption, f"({assumption})")
