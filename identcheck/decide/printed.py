"""What ``print`` says of answers: one page for all effects of a design, a few lines for one; and the same as a table."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from identcheck.decide.conditions import UNNUMBERED, Condition
from identcheck.decide.conditions.base import condition_name, condition_names
from identcheck.decide.conditions.plain import plain
from identcheck.decide.division import Division, apart, divisions
from identcheck.decide.findings import PENDING
from identcheck.decide.granting import granted_words, standing_numerals
from identcheck.decide.identification import Finding, Identification, Verdict, counted_verdicts, distinct
from identcheck.decide.primary import primary_effects, primary_sums
from identcheck.derive.assignment import taken_as_given
from identcheck.derive.words import brief, capital, counted, listed, some
from identcheck.errors.visible import visible
from identcheck.symbols.written import WIDTH, wrapped
from identcheck.tables.table import Column, Table

__all__ = [
    "PRIMARY",
    "TWO_WORLDS",
    "answer_text",
    "division_lines",
    "finding_text",
    "findings_table",
    "missing_lines",
    "numeral_place",
    "primary_first",
    "sum_lines",
    "why_not",
]

MOST = 24
"""So many effects are printed on the page of an answer; where there are more, those not identified come first."""
MOST_SAID = 3
"""So many sentences on what is granted are printed; the rest are counted."""
LONGEST = 56
"""So long a name has the room for it beside what is said of the effect."""
MOST_LINES = 24
"""So many sentences on what is missing are printed; the rest are counted."""
TWO_WORLDS = "two worlds that have the same data and differ in the effect"
"""What proves that an effect is not identified."""

PRIMARY = "* primary: what the trial is for"

COLUMNS = (
    Column("effect", "Effect", "the effect, as it may be asked for"),
    Column("words", "In words", "the effect in the design's labels"),
    Column(
        "verdict",
        "Verdict",
        "identified, conditional, not identified, undecided, no single number, pending or zero by the graph",
    ),
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
    if finding.share is not None and not finding.zero:
        lines.append(wrapped(f"Share: {finding.share}", 2))
    if finding.best is not None:
        lines.append(wrapped(f"It rests on {listed(_rests_on(finding))}.", 2))
    if finding.missing:
        lines += ["  Missing, in plain words:", *missing_lines([[c] for c in finding.missing], 4)]
    if finding.verdict is Verdict.NOT_IDENTIFIED:
        lines.append(wrapped(f"The data leave open {finding.leaves_open}.", 2))
    if finding.pending:
        lines.append(
            wrapped(f"{capital(PENDING)}: not proved yet. finding.prove() looks for {TWO_WORLDS}.", 2)
        )
    if finding.note:
        lines.append(wrapped(f"Limits of the search: {finding.note}.", 2))
    return "\n".join(lines)


def primary_first(result: Identification) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings of the effects stated as primary, in that order; and those of the other default effects but parts."""
    first = tuple(result[estimand] for estimand in primary_effects(result.design))
    others = apart(distinct((*(f for f in first if not f.zero), *result.findings)))
    return first, tuple(finding for finding in others if finding not in first)


def sum_lines(result: Identification) -> Iterator[str]:
    """Of every sum and difference among the primary effects whether it is identified, and why."""
    for asked in primary_sums(result.design):
        found = result.combined(asked)
        yield wrapped(f"{asked} *: {found.verdict.value}. {found.reason}", 6, 2)


def kind_of(finding: Finding) -> tuple[str, str]:
    """What sort of effect it is, for one and for many."""
    kind, target, design = finding.estimand.kind, finding.target, finding.design
    outcome = brief(design, design.outcome)
    if kind in ("compliance", "itt"):
        return "effect of treatment", "effects of treatment"
    if kind == "mediated":
        return "part of an effect of treatment", "parts of effects of treatment"
    if kind == "interaction":
        return "interaction of mediators", "interactions of mediators"
    if target.target == design.outcome:
        if kind == "direct":
            return f"arrow from a mediator to {outcome}", f"arrows from mediators to {outcome}"
        return f"{kind} effect of a mediator on {outcome}", f"{kind} effects of a mediator on {outcome}"
    return "arrow between mediators", "arrows between mediators"


def why_not(findings: Iterable[Finding]) -> Iterator[str]:
    """Why effects cannot be had, in sentences: each reason once, with the effects that have it."""
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        if finding.refused:
            reasons.setdefault(finding.reason, []).append(str(finding.estimand))
    for reason, effects in reasons.items():
        yield f"{some(effects)}: {reason}."


def missing_lines(groups: Iterable[Sequence[Condition]], indent: int = 2) -> Iterator[str]:
    """What is missing in plain words, each sentence once, by numeral; of a group how many there are, and the first."""
    said: dict[str, dict[str, None]] = {}
    for group in sorted(groups, key=lambda group: numeral_place(group[0])):
        count = f"{len(group):,} conditions, the first: " if len(group) > 1 else ""
        name = re.sub(r"^(the|an?) ", "", condition_name(group[0]))
        said.setdefault(name, {})[f"{count}{plain(group[0])}"] = None
    wide = indent + max(map(len, said), default=0) + 2
    for name, sentences in said.items():
        for place, sentence in enumerate(sentences):
            start = f"{' ' * indent}{name}" if place == 0 else ""
            yield start.ljust(wide) + wrapped(sentence, wide).lstrip()


def numeral_place(condition: Condition) -> int:
    """Place in the assumption list; what no numeral grants comes first."""
    return condition.design.numerals.index(condition.numeral) if condition.numeral else -1


def _page(result: Identification) -> Iterator[str]:
    design, first, rest = result.design, *primary_first(result)
    findings = (*first, *rest)
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
    late = sorted(rest, key=lambda f: f.verdict is Verdict.IDENTIFIED) if len(findings) > MOST else rest
    shown = (*first, *late)
    yield from _rows(shown[:MOST], first)
    if len(findings) > MOST:
        yield f"  and {len(findings) - MOST} more: result.to_frame() has all of them"
    yield from sum_lines(result)
    every = divisions(result)
    for division in every:
        yield from ("", *division_lines(division, division is every[-1]))
    yield from _reasons(shown[:MOST])
    if any(finding.pending for finding in findings):
        yield from (
            "",
            f"{capital(PENDING)}: not proved yet. One proof: finding.prove(); all of them: result.prove().",
        )
    yield ""
    yield wrapped(
        f"Every verdict takes as given the model itself, (i), (iii), (iv), and {taken_as_given(design)}.", 0
    )
    asked = repr(str(shown[0].estimand))
    yield f"One effect: print(result[{asked}]). The report: result.save('report.pdf'), or .html, .docx, .txt."


def _rows(findings: Sequence[Finding], primary: Sequence[Finding]) -> Iterator[str]:
    """A line for each effect: the verdict and what it rests on or waits for; a star at the primary ones."""
    longest = min(max(len(str(f.estimand)) for f in findings), LONGEST)
    wide = max(14, *(len(f.answer) for f in findings))
    for finding in findings:
        name = f"{finding.estimand}{' *' if finding in primary else ''}"
        start = f"{finding.answer.ljust(wide)}  {name.ljust(longest)}"
        yield wrapped(f"{start}  {_because(finding)}".rstrip(), 6 + wide + longest, 2)
    if primary:
        yield f"  {PRIMARY}"


def division_lines(division: Division, noted: bool = True) -> Iterator[str]:
    """How an effect divides: a line for each part, and below that they add up."""
    rows = [*division.rows()]
    wide = max(14, *(len(answer) for _, _, answer, _ in rows))
    longest = min(max(len(estimand) for _, estimand, _, _ in rows), LONGEST)
    yield division.title
    for through, estimand, answer, missing in rows:
        lacks = f"; missing: {missing}" if missing else ""
        start = f"{answer.ljust(wide)}  {estimand.ljust(longest)}"
        yield wrapped(f"{start}  through {through}{lacks}", 6 + wide + longest, 2)
    if noted:
        yield wrapped(division.note, 2)


def _reasons(findings: Sequence[Finding]) -> Iterator[str]:
    """Why effects cannot be had, and what is missing in plain words, each once."""
    if sentences := tuple(why_not(findings)):
        yield from ("", "Why not")
        yield from (wrapped(sentence, 4, 2) for sentence in sentences)
    missing = list(dict.fromkeys(condition for finding in findings for condition in finding.missing))
    if missing:
        lines = list(missing_lines([c] for c in missing))
        yield from ("", "Missing, in plain words", *lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            yield f"  and {len(lines) - MOST_LINES} more sentences: result[effect].missing has all of an effect"


def _because(finding: Finding) -> str:
    """What a verdict rests on or waits for; nothing of one that is neither identified nor conditional."""
    if finding.zero:
        return finding.reason
    if finding.best is None:
        return ""
    if finding.missing:
        return f"missing: {condition_names(finding.missing)}"
    given = standing_numerals(finding.design, regression=True)
    further = [_name(name) for name in finding.rests_on if name not in given]
    if not further and not finding.best.regressors:
        return "by the randomization alone"
    return f"rests on {listed(further) or 'nothing further'}"


def _rests_on(finding: Finding) -> list[str]:
    named = [_name(name) for name in finding.rests_on]
    return ["the graph", *named] if finding.zero else named


def _name(assumption: str) -> str:
    """A numeral in brackets; a condition without one by its name."""
    return UNNUMBERED.get(assumption, f"({assumption})")
