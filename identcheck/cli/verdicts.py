"""What ``identcheck check`` prints: the design in short, each verdict with what is missing, the assumptions."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from identcheck.cli.printing import COLOURS, print_heading, print_title, wrapped
from identcheck.decide.assumptions.base import OPEN, VIOLATED
from identcheck.decide.conditions import Condition, Rank, is_kind
from identcheck.decide.conditions.base import condition_name, condition_names
from identcheck.decide.dangers import danger_lines
from identcheck.decide.division import divisions
from identcheck.decide.estimands import Estimand
from identcheck.decide.findings import Finding, Verdict
from identcheck.decide.granting import contradicting, granted_words
from identcheck.decide.identification import Identification
from identcheck.decide.lacking import lacking
from identcheck.decide.obstacles import beyond_numerals
from identcheck.decide.printed import (
    PRIMARY,
    TWO_WORLDS,
    division_lines,
    kind_of,
    missing_lines,
    numeral_place,
    primary_first,
    sum_lines,
    why_not,
)
from identcheck.decide.terms import TERMS, explained
from identcheck.derive.assignment import back_doors, taken_as_given
from identcheck.derive.paths import reaches
from identcheck.derive.words import MOST_NAMED, briefs, capital, counted, declared_words, listed, some
from identcheck.describe.design import Design
from identcheck.describe.interactions import written_product
from identcheck.errors.limits import LISTED_MEDIATORS

if TYPE_CHECKING:
    from identcheck.decide.witness import Witness

__all__ = ["print_verdicts"]

MOST_LINES = 40
"""Of more lines of arrows the first MOST_LINES are printed and the rest counted."""

MOST_STRATEGIES = 8
"""With --target so many strategies of an effect are printed; the rest are counted."""

LONGEST = 40
"""Effects are set in a column of at most so many letters."""

POOLED = ("v.a", "v.b")
"""What stands in for (vi) and (vii) where the pooled ratio takes the place of the regression."""

ASK = "Effects are in groups, because there are many; --target asks for one of them and says everything about it."
PROVE = f"Pending: not proved yet. Without --no-proofs {TWO_WORLDS} are looked for; with --target EFFECT, for that one alone."
AROUND = "The verdicts take this into account."
MORE = "--target EFFECT gives an effect's exact conditions, its regressions, and two worlds that the data cannot tell apart."


def print_verdicts(result: Identification, wanted: Sequence[Estimand]) -> bool:
    """Print the answers for the effects wanted, or for all; whether the exit code is 1."""
    design = result.design
    primary, others = primary_first(result)
    sums = [result.combined(estimand) for estimand in wanted if estimand.of]
    alone = [estimand for estimand in wanted if not estimand.of]
    findings = [result[estimand] for estimand in alone] if wanted else [*primary, *others]
    _print_design(design)
    grouped = len(design.mediators) > LISTED_MEDIATORS.most and not wanted
    print_heading(f"Verdicts, granting {granted_words(design, result.granted)}")
    if apart := contradicting(result.contradictions):
        click.echo(wrapped(apart, 2))
    if grouped:
        if primary:
            _print_findings(primary, primary)
        _print_groups(others)
    elif wanted:
        for finding in findings:
            _print_in_full(result, finding)
        for each in sums:
            click.echo(wrapped(f"{each.estimand}: {each.verdict.value}. {each.reason}", 2))
            for own in each.findings:
                click.echo(wrapped(f"{own.estimand}: {own.answer}", 4))
    else:
        _print_findings(findings, primary)
    for line in () if wanted else sum_lines(result):
        click.echo(line)
    every = () if wanted else divisions(result)
    for division in every:
        title, *lines = division_lines(division, division is every[-1])
        print_heading(title)
        for line in lines:
            click.echo(line)
    if any(finding.pending for finding in findings) and not wanted:
        click.echo(wrapped(PROVE, 2))
    for remark in result.remarks:
        click.echo(wrapped(remark, 2))
    _print_modifiers(design, findings)
    missing = list(dict.fromkeys(condition for finding in findings for condition in finding.missing))
    if wanted:
        _print_exactly(missing)
    else:
        _print_missing(_missing_groups(findings) if grouped else [[condition] for condition in missing])
        _print_assumptions(result, findings)
    failed = any(each.verdict is not Verdict.IDENTIFIED for each in sums)
    return failed or any(_failed(finding, bool(wanted)) for finding in findings)


def _print_design(design: Design) -> None:
    """Print title, arms, sites, arrows, labels and baseline nodes."""
    print_title(design)
    sites = f"number of {design.word('sites')} not stated"
    if design.sites is not None:
        sites = counted(design.sites, design.word("site"), design.word("sites"))
    click.echo(wrapped(f"{capital(briefs(design, design.treatments), design)}; {sites}.", 0))
    _print_lines(
        [
            f"{node} -> {some(list(onward)) if len(onward) > MOST_NAMED else ', '.join(onward)}"
            for node, onward in _drawn(design).items()
            if onward
        ],
        "nodes with arrows",
    )
    _print_lines(
        [f"{written_product(*pair)} -> {design.outcome}" for pair in design.interactions], "interactions"
    )
    named = [
        f"{node}: {label}"
        for node in design.causal
        if node not in design.products and (label := design.label(node)) != node
    ]
    if named:
        click.echo(wrapped(f"{some(named, '; ')}.", 2))
    doors = back_doors(design)
    if design.baseline:
        names = some([design.label(node) for node in design.baseline])
        harmless = "" if doors else ", harmless for identification here"
        click.echo(wrapped(f"Fixed before treatment{harmless}: {names}.", 0))
    _print_lines([f"{a} <-> {b}" for a, b in design.confounded], "pairs that share a cause")
    if doors:
        paths = some(list(dict.fromkeys(door.text for door in doors.values())), "; ")
        click.secho(wrapped(f"Assignment is not ignorable in this graph: {paths}.", 0), fg="red")
    _print_lines([f"declared: {said}" for said in declared_words(design)], "declarations")


def _drawn(design: Design) -> Mapping[str, Sequence[str]]:
    """Where the arrows of each node lead, products of mediators apart."""
    return {
        node: [after for after in onward if after not in design.products]
        for node, onward in design.causal.adj.items()
        if node not in design.products
    }


def _print_lines(lines: Sequence[str], what: str) -> None:
    """Lines below one another; of many the first, and the number of the others."""
    for line in lines[:MOST_LINES]:
        click.echo(f"  {line}")
    if len(lines) > MOST_LINES:
        click.echo(f"  and {len(lines) - MOST_LINES:,} more {what}")


def _failed(finding: Finding, by_name: bool) -> bool:
    """Whether the exit code is 1: not identified, or its proof pending; asked for by name also where it waits, or has no path."""
    if by_name:
        return finding.zero or finding.verdict is not Verdict.IDENTIFIED
    return finding.verdict is Verdict.NOT_IDENTIFIED or finding.pending


def _print_findings(findings: Sequence[Finding], primary: Sequence[Finding]) -> None:
    """A line for each effect: its verdict and what is missing; then why some cannot be had, each reason once."""
    names = {finding: f"{finding.estimand}{' *' if finding in primary else ''}" for finding in findings}
    longest = min(max(map(len, names.values()), default=0), LONGEST)
    wide = max(15, *(len(finding.answer) for finding in findings))
    for finding in findings:
        start = f"  {finding.answer.ljust(wide)} {names[finding].ljust(longest)}"
        missing = f"  missing: {condition_names(finding.missing)}" if finding.missing else ""
        missing = "  not proved yet" if finding.pending else missing
        line = wrapped(f"{start}{missing}".strip(), 3 + wide + longest, first=2)
        click.echo(line.replace(finding.answer, click.style(finding.answer, fg=_colour(finding)), 1))
    if primary:
        click.echo(f"  {PRIMARY}")
    if reasons := tuple(why_not(findings)):
        print_heading("Why not")
    for reason in reasons:
        click.echo(wrapped(reason, 4, first=2))
    for finding in findings:
        if finding.zero:
            click.echo(wrapped(_no_path(finding), 4, first=2))


def _print_in_full(result: Identification, finding: Finding) -> None:
    """One effect: what it lacks, why what was granted does not suffice, every way to it, and what would identify it."""
    line = wrapped(
        f"{finding.answer.ljust(15)} {str(finding.estimand).ljust(24)} {finding.words}", 43, first=2
    )
    click.echo(line.replace(finding.answer, click.style(finding.answer, fg=_colour(finding)), 1))
    if finding.refused:
        click.echo(wrapped(capital(finding.reason, finding.design) + ".", 18))
    if finding.zero:
        click.echo(wrapped(_no_path(finding), 18))
    if finding.missing:
        beyond = beyond_numerals(finding.best, finding.missing)
        click.echo(wrapped(f"missing: {condition_names(finding.missing)}{beyond}", 18))
    if finding.pending:
        click.echo(wrapped(PROVE, 18))
    if finding.share is not None and not finding.zero:
        click.echo(wrapped(f"share: {finding.share}", 18))
    if result.proved and (witness := finding.witness()) is not None:
        click.echo(wrapped(_worlds(finding, witness), 18))
    _print_strategies(finding)
    for mend in result.mends(finding.estimand):
        click.echo(wrapped(f"remedy: {mend}", 18))


def _colour(finding: Finding) -> str:
    return COLOURS[finding.verdict_text]


def _no_path(finding: Finding) -> str:
    """That nothing is estimated here, and where an effect in the other direction may be meant."""
    design, start, end = finding.design, finding.target.source, finding.target.target
    claimed = listed([f"({numeral})" for numeral in finding.rests_on])
    said = (
        f"The graph has no path for {finding.words}, so it is 0 by what the graph claims"
        f"{f', {claimed}' if claimed else ''}, and no data are asked."
    )
    if reaches(design, end, start):
        return f"{said} There are paths from {end} to {start}: was the effect in that direction meant?"
    if reaches(design, start, end):
        return f"{said} There are other paths from {start} to {end}."
    return said


def _print_strategies(finding: Finding) -> None:
    """The ways to identify the effect, each with what it lacks."""
    for strategy in finding.strategies[:MOST_STRATEGIES]:
        missing = finding.missing_for(strategy)
        lacks = f"; missing: {condition_names(missing)}" if missing else ""
        click.echo(wrapped(f"- {strategy.name}{lacks}", 20, first=18))
    more = len(finding.strategies) - MOST_STRATEGIES
    if more > 0:
        click.echo(wrapped(f"- and {more} more", 20, first=18))
    if finding.note:
        click.echo(wrapped(f"(limits of the search: {finding.note})", 18))


def _worlds(finding: Finding, witness: Witness) -> str:
    """What the two worlds show, in a sentence."""
    from identcheck.decide.worlds import met_by

    first, second = witness.values
    met = met_by(witness) if finding.verdict is Verdict.NOT_IDENTIFIED else "what was granted"
    drawn = "" if witness.exact else " Their sites are drawn from two normal populations of sites."
    return (
        f"Two worlds (made-up populations) meet {met} and give the same site effects, but {finding.words} is {first} in one "
        f"and {second} in the other.{drawn} The data leave open {finding.leaves_open}."
    )


def _print_modifiers(design: Design, findings: Sequence[Finding]) -> None:
    """What each drawn modifier moves, which of the effects it endangers, and whether measuring it suffices."""
    if design.modifiers:
        print_heading("Causes of heterogeneity")
        _print_lines(
            [wrapped(line, 4, first=2).strip() for line in danger_lines(design, findings)], "modifiers"
        )


def _print_missing(groups: Iterable[Sequence[Condition]]) -> None:
    """What is missing in plain words, each sentence once, by numeral."""
    if lines := tuple(missing_lines(groups)):
        print_heading("Still missing, in plain words")
    for line in lines:
        click.echo(line)


def _print_exactly(conditions: Sequence[Condition]) -> None:
    """What is missing, as the condition says it exactly."""
    if conditions:
        print_heading("Still missing")
    said = {str(c): c for c in sorted(conditions, key=numeral_place)}
    for c in said.values():
        click.echo(wrapped(f"{capital(condition_name(c))}{'' if c.numeral else ':'} {c}", 4, first=2))
    named = [term for term in TERMS if any(term in c.nickname for c in said.values())]
    if named:
        click.echo(wrapped(explained(named), 2))


def _print_assumptions(result: Identification, findings: Sequence[Finding]) -> None:
    print_heading("Assumptions")
    used = {name for finding in findings for name in finding.rests_on}
    for a in result.assumptions:
        line = f"{f'({a.numeral})'.ljust(7)} {a.title}: "
        if a.numeral in POOLED and a.status == OPEN and a.numeral not in used:
            click.echo(f"  {line.replace(' (pooled ratio)', '')}only for the pooled ratio")
        elif a.status != VIOLATED:
            click.echo(wrapped(f"{line}{a.status}", 10, first=2))
        elif a.numeral == "ii":
            click.echo(wrapped(f"{line}{a.status_text} {AROUND}", 10, first=2))
        else:
            click.echo(f"  {line}{click.style(a.status, fg='red')}")
    click.echo()
    given = f"the model itself, (i), (iii), (iv), and {taken_as_given(result.design)}"
    click.echo(wrapped(f"Every verdict takes {given} as given. {MORE}", 0))


def _print_groups(findings: Iterable[Finding]) -> None:
    """The verdicts of effects of one sort for which the same is missing, together."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        key = (finding.verdict, kind_of(finding), condition_names(finding.missing), finding.best is None)
        groups.setdefault(key, []).append(finding)
    for group in groups.values():
        _print_group(group)
    click.echo(wrapped(ASK, 2))


def _print_group(group: Sequence[Finding]) -> None:
    first = group[0]
    verdict = click.style(first.verdict_text.ljust(15), fg=_colour(first))
    click.echo(f"  {verdict} {counted(len(group), *kind_of(first))}")
    click.echo(wrapped(some([str(finding.estimand) for finding in group]), 18))
    if first.refused:
        reasons = list(dict.fromkeys(finding.reason for finding in group))
        click.echo(wrapped(capital(reasons[0], first.design) + ".", 18))
        if len(reasons) > 1:
            click.echo(
                wrapped(f"{counted(len(reasons) - 1, 'other reason', 'other reasons')} for the rest.", 18)
            )
    if first.missing:
        click.echo(wrapped(f"missing: {condition_names(first.missing)}", 18))
    if first.verdict is Verdict.NOT_IDENTIFIED and (witness := first.witness()) is not None:
        one, other = witness.values
        of_each = f"; such pairs were found for all {len(group):,}" if len(group) > 1 else ""
        click.echo(
            wrapped(
                "Two worlds (made-up populations) meet everything that can be granted and give the same site effects, but "
                f"{first.words} is {one} in one and {other} in the other{of_each}.",
                18,
            )
        )


def _missing_groups(findings: Iterable[Finding]) -> list[list[Condition]]:
    """The missing conditions of one numeral and kind together."""
    groups: dict[tuple[str, str], dict[Hashable, Condition]] = {}
    for strategy, granted in dict.fromkeys((f.best, f.granted) for f in findings if f.best is not None):
        for condition in lacking(strategy, granted):
            group = groups.setdefault((condition.assumption, condition.kind), {})
            group.setdefault(_demand(condition), condition)
    return [list(group.values()) for group in groups.values()]


def _demand(condition: Condition) -> Hashable:
    """What is asked for; a rank that tells all columns apart is asked for once, not column by column."""
    full = is_kind(condition, Rank) and condition.structure.full
    return (condition.kind, condition.regression) if full else condition
