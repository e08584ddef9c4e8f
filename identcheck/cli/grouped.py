"""What ``identcheck check`` prints of a design with many mediators: effects and conditions in groups, counted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import click

from identcheck.cli.printing import COLOURS, wrapped
from identcheck.decide.comparison.words import short
from identcheck.decide.conditions import Condition, Rank, is_kind
from identcheck.decide.findings import Finding, Verdict, kind_of, lacking
from identcheck.derive.words import capital, counted, some

__all__ = ["print_groups", "print_missing_groups"]

ASK = "Effects are in groups, because there are many; --target asks for one of them and says everything about it."


def print_groups(findings: Iterable[Finding]) -> None:
    """The verdicts of effects of one sort for which the same is missing, together."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        key = (finding.verdict, kind_of(finding), short(finding.missing), finding.best is None)
        groups.setdefault(key, []).append(finding)
    for group in groups.values():
        _print_group(group)
    click.echo(wrapped(ASK, 2))


def _print_group(group: Sequence[Finding]) -> None:
    first = group[0]
    verdict = click.style(first.verdict.value.ljust(15), fg=COLOURS[first.verdict.value])
    click.echo(f"  {verdict} {counted(len(group), *kind_of(first))}")
    click.echo(wrapped(some([str(finding.estimand) for finding in group]), 18))
    if first.verdict in (Verdict.NOT_IDENTIFIED, Verdict.UNDECIDED):
        reasons = list(dict.fromkeys(finding.reason for finding in group))
        click.echo(wrapped(capital(reasons[0], first.design) + ".", 18))
        if len(reasons) > 1:
            click.echo(
                wrapped(f"{counted(len(reasons) - 1, 'other reason', 'other reasons')} for the rest.", 18)
            )
    if first.missing:
        click.echo(wrapped(f"missing: {short(first.missing)}", 18))
    if first.verdict is Verdict.NOT_IDENTIFIED and (witness := first.witness()) is not None:
        one, other = witness.values
        of_each = f"; such pairs were found for all {len(group):,}" if len(group) > 1 else ""
        click.echo(
            wrapped(
                "Two worlds that meet everything that can be granted give the same site effects: in the first "
                f"{first.words} is {one}, in the second {other}{of_each}.",
                18,
            )
        )


def print_missing_groups(findings: Iterable[Finding]) -> None:
    """The missing conditions of one numeral and kind together: how many, and the first."""
    groups: dict[tuple[str | None, str], dict[Hashable, Condition]] = {}
    numerals: tuple[str, ...] = ()
    strategies = dict.fromkeys((f.best, f.granted) for f in findings if f.best is not None)
    for strategy, granted in strategies:
        numerals = strategy.parts[0].regression.design.numerals
        for condition in lacking(strategy, granted):
            groups.setdefault((condition.assumption, condition.kind), {}).setdefault(
                _demand(condition), condition
            )
    if not groups:
        return
    places = {numeral: place for place, numeral in enumerate(numerals)}
    click.echo()
    click.secho("Still missing", bold=True)
    for (numeral, _), members in sorted(groups.items(), key=lambda item: places.get(item[0][0] or "", -1)):
        label = f"({numeral})" if numeral else "(no numeral grants this)"
        first = next(iter(members.values()))
        count = f"{len(members):,} conditions, the first: " if len(members) > 1 else ""
        click.echo(wrapped(f"{label} {count}{first}", 4, first=2))


def _demand(condition: Condition) -> Hashable:
    """What is asked for; a rank that tells all columns apart is asked for once, not column by column."""
    full = is_kind(condition, Rank) and condition.structure.full
    return (condition.kind, condition.regression) if full else condition
