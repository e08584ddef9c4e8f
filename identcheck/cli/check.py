"""``identcheck check``: verdicts, and what is missing for each."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from identcheck.cli.group import ASSUME, FILE, TARGET, asked, main, plain_errors
from identcheck.cli.grouped import print_groups, print_missing_groups
from identcheck.cli.printing import COLOURS, print_design, wrapped
from identcheck.decide.comparison.words import short
from identcheck.decide.conditions import Condition
from identcheck.decide.granting import contradicting, granted_words
from identcheck.decide.identification import Finding, Identification, Verdict, check, distinct
from identcheck.decide.witness import Witness
from identcheck.derive.assignment import taken_as_given
from identcheck.derive.paths import reaches
from identcheck.derive.words import capital
from identcheck.errors.limits import LISTED_MEDIATORS
from identcheck.formats import load

__all__ = ["check_command"]

MOST_STRATEGIES = 8
"""With --target so many strategies of an effect are printed; the rest are counted."""


@main.command("check")
@FILE
@ASSUME
@TARGET
@plain_errors
def check_command(file: str, assume: tuple[str, ...], target: tuple[str, ...]) -> None:
    """Say which effects of the design in FILE are identified, and what is missing for the others.

    Without --assume nothing is granted and every verdict lists what it would take. The absence of an arrow
    is read off the graph and cannot be granted.

    \b
      identcheck check trial.toml --assume vi --assume vii
      identcheck check trial.toml --assume all --target 'total V Y'

    Exit code 1: an effect asked for with --target is not identified under what was granted, or the graph has no path for
    it; without --target, an effect of the design is not identified whatever is granted. Exit code 2: bad input.
    """
    design = load(file)
    result = check(design, assume)
    wanted = [asked(design, text) for text in target]
    findings = [result[estimand] for estimand in wanted] if wanted else list(distinct(result.findings))
    print_design(design)
    grouped = len(design.mediators) > LISTED_MEDIATORS.most and not wanted
    click.echo()
    click.secho(f"Verdicts, granting {granted_words(design, result.granted)}", bold=True)
    if apart := contradicting(result.contradictions):
        click.echo(wrapped(apart, 2))
    if grouped:
        print_groups(findings)
    else:
        _print_verdicts(result, findings, in_full=bool(wanted))
    for remark in result.remarks:
        click.echo(wrapped(remark, 2))
    if grouped:
        print_missing_groups(findings)
    else:
        _print_missing(findings)
    if not wanted:
        _print_assumptions(result)
    if any(_failed(finding, bool(wanted)) for finding in findings):
        sys.exit(1)


def _failed(finding: Finding, by_name: bool) -> bool:
    """Whether the exit code is 1: of an effect asked for by name also if it is not identified yet, or has no path."""
    if by_name:
        return finding.zero or finding.verdict is not Verdict.IDENTIFIED
    return finding.verdict is Verdict.NOT_IDENTIFIED


def _print_verdicts(result: Identification, findings: Iterable[Finding], in_full: bool) -> None:
    """Each effect with its verdict; in full: also why what was granted does not suffice, and what would mend it."""
    for finding in findings:
        verdict = click.style(finding.answer.ljust(15), fg=COLOURS[finding.verdict])
        click.echo(f"  {verdict} {str(finding.estimand).ljust(24)} {finding.words}")
        if finding.verdict in (Verdict.NOT_IDENTIFIED, Verdict.UNDECIDED):
            click.echo(wrapped(capital(finding.reason, finding.design) + ".", 18))
        if finding.zero:
            click.echo(wrapped(_no_path(finding), 18))
        if finding.missing:
            click.echo(wrapped(f"missing: {short(finding.missing)}", 18))
        shown = in_full or finding.verdict is Verdict.NOT_IDENTIFIED
        if shown and (witness := finding.witness()) is not None:
            click.echo(wrapped(_worlds(finding, witness), 18))
        if in_full:
            _print_strategies(finding)
            for mend in result.mends(finding.estimand):
                click.echo(wrapped(f"would mend it: {mend}", 18))


def _no_path(finding: Finding) -> str:
    """That nothing is estimated here, and where an effect in the other direction may be meant."""
    design, start, end = finding.design, finding.target.source, finding.target.target
    said = f"The graph has no path for {finding.words}, so it is 0 by what the graph claims, and no data are asked."
    if reaches(design, end, start):
        return f"{said} There are paths from {end} to {start}: was the effect in that direction meant?"
    if reaches(design, start, end):
        return f"{said} There are other paths from {start} to {end}."
    return said


def _print_strategies(finding: Finding) -> None:
    """The ways to identify the effect, each with what it lacks."""
    for strategy in finding.strategies[:MOST_STRATEGIES]:
        missing = finding.missing_for(strategy)
        lacks = f"; missing: {short(missing)}" if missing else ""
        click.echo(wrapped(f"- {strategy.name}{lacks}", 20, first=18))
    more = len(finding.strategies) - MOST_STRATEGIES
    if more > 0:
        click.echo(wrapped(f"- and {more} more", 20, first=18))
    if finding.note:
        click.echo(wrapped(f"(limits of the search: {finding.note})", 18))


def _worlds(finding: Finding, witness: Witness) -> str:
    """What the two worlds show, in a sentence."""
    first, second = witness.values
    met = (
        "everything that can be granted" if finding.verdict is Verdict.NOT_IDENTIFIED else "what was granted"
    )
    drawn = "" if witness.exact else " Their sites are drawn from two normal populations of sites."
    return (
        f"Two worlds that meet {met} give these same site effects: in the first {finding.words} is {first}, in the "
        f"second {second}.{drawn}"
    )


def _print_missing(findings: Iterable[Finding]) -> None:
    missing = {str(c): c for finding in findings for c in finding.missing}
    if not missing:
        return
    click.echo()
    click.secho("Still missing", bold=True)
    for condition in sorted(missing.values(), key=_numeral_place):
        label = f"({condition.numeral})" if condition.numeral else "(no numeral grants this)"
        click.echo(wrapped(f"{label} {condition}", 4, first=2))


def _numeral_place(condition: Condition) -> int:
    """Place in the assumption list; what no numeral grants comes first."""
    return condition.design.numerals.index(condition.numeral) if condition.numeral else -1


def _print_assumptions(result: Identification) -> None:
    click.echo()
    click.secho("Assumptions", bold=True)
    for a in result.assumptions:
        status = click.style(a.status, fg="red" if a.status == "violated" else None)
        click.echo(f"  {f'({a.numeral})'.ljust(7)} {a.title}: {status}")
    click.echo()
    given = f"the model itself, (i), (iii), (iv), and {taken_as_given(result.design)}"
    click.echo(wrapped(f"Every verdict takes {given} as given.", 0))
