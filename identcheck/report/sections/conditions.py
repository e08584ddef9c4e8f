"""The conditions to be defended, each in its weakest form; those of one regression under one numeral together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch

from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Linear,
    Product,
    Rank,
    Shared,
    Within,
    is_kind,
    unknown_kind,
)
from identcheck.decide.identification import Finding, Identification
from identcheck.decide.strategies import own_regressors
from identcheck.derive.counting import ladder_counts
from identcheck.derive.words import capital, effect_words, listed
from identcheck.report.blocks import Paragraph, Section, Tabular
from identcheck.report.proportion import counted, is_large
from identcheck.symbols.written import Formula, Text, spread
from identcheck.tables.table import table_of

__all__ = [
    "HEADINGS", "LEVELS", "MOST_FORMULAS", "WEAKEST", "Row", "condition_tables", "conditions_in_use", "conditions_section",
    "equation_of", "moments_by_order", "numeral_of", "row_of", "short_words", "shown_formulas", "status_of", "tabled",
]  # fmt: skip

MOST_FORMULAS = 12
"""A row shows at most this many formulas and counts the rest."""

FEW_FORMULAS = 2
"""So many formulas a row shows in a large design."""

LEVELS = ("design", "within sites", "between sites", "all persons", "graph")

WEAKEST = "Each row is what one numeral asks of one regression, in its weakest form; one formula for each regressor."
NOTE = (
    f"{WEAKEST} Within sites, the covariance of compliance and effect vanishes whatever the means if the moments counted "
    "here do"
)
FEW = (
    ". With this many mediators only the equation of the outcome is listed; those of mediators and of total effects have "
    "conditions of the same form. The counts are in the appendix."
)

HEADINGS = ("Part of", "For the equation of", "Formula", "In words", "Status")

Row = tuple[str, str, Text, Text, Text, Text, Text]
"""The heading of its group, level and order, then a cell for each heading."""


def conditions_section(result: Identification) -> Section:
    """How to read the tables, and a table for each level."""
    note = NOTE + (FEW if is_large(result.design) else "; the appendix lists them order by order.")
    tables = condition_tables(conditions_in_use(result))
    return Section("conditions", "Conditions to be defended", (Paragraph(note), *tables))


def condition_tables(conditions: Iterable[Condition]) -> tuple[Tabular, ...]:
    """A table for each level, within sites first; a row for all that one numeral asks of one regression with one status."""
    groups: dict[tuple[object, ...], list[Condition]] = {}
    for condition in conditions:
        key = (type(condition), condition.regression, condition.assumption, status_of(condition))
        groups.setdefault(key, []).append(condition)
    return tabled(map(_weakest, groups.values()))


def tabled(rows: Iterable[Row]) -> tuple[Tabular, ...]:
    """A table for each level and, in it, each order; levels in our order, the rest as they come."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda row: LEVELS.index(row[0])):
        groups.setdefault(row[:2], []).append(row)
    return tuple(
        Tabular(table_of("conditions", capital(level) + order, HEADINGS, (row[2:] for row in found)))
        for (level, order), found in groups.items()
    )


def row_of(
    condition: Condition, order: str, formulas: Sequence[str], words: str, status: str = "to be justified"
) -> Row:
    """A row of a table of conditions; the order as its heading says it, such as ", order 2"."""
    numeral, cell = numeral_of(condition), spread(map(Formula, formulas), "\n")
    return condition.level, order, numeral, equation_of(condition), cell, words, status


def numeral_of(condition: Condition) -> str:
    """The numeral that grants it, in brackets; "" if none does."""
    return f"({condition.numeral})" if condition.numeral else ""


def equation_of(condition: Condition) -> str:
    """Whose condition it is: what is regressed on what."""
    reg = condition.regression
    outcome = reg.design.label(reg.outcome)
    if not reg.regressors:
        return f"a composed effect on {outcome}"
    if is_large(reg.design) and reg.regressors == own_regressors(reg.design, reg.outcome):
        return f"{outcome} on all {len(reg.regressors)} mediators that act on it"
    return f"{outcome} on {listed([reg.design.label(u) for u in reg.regressors])}"


def shown_formulas(formulas: Sequence[str], most: int = MOST_FORMULAS) -> list[str]:
    """The first of many formulas, and how many more there are."""
    left = len(formulas) - most
    return [*formulas[:most], rf"\text{{and {left} more}}"] if left > 0 else list(formulas)


def status_of(condition: Condition) -> str:
    """Whether a condition fails, holds, or is to be justified, and why."""
    if condition.violated:
        return f"fails: {condition.violated}"
    return f"holds: {condition.implied}" if condition.implied else "to be justified"


def conditions_in_use(result: Identification) -> Iterator[Condition]:
    """Each condition of the best strategy of every finding, once; in large designs those of the outcome's equation."""
    findings: Iterable[Finding] = result.findings
    if is_large(result.design):
        own = own_regressors(result.design, result.design.outcome)
        findings = (f for f in findings if f.best is not None and f.best.regressors == own)
    strategies = (s for f in findings for s in ([f.best] if f.best is not None else f.ruled_out[:1]))
    yield from dict.fromkeys(c for s in strategies for c in s.conditions if not is_kind(c, Cut, Rank))


def _weakest(group: Sequence[Condition]) -> Row:
    first = group[0]
    formulas = list(dict.fromkeys(c.latex for c in group if c.latex))
    shown = shown_formulas(formulas, FEW_FORMULAS if is_large(first.design) else MOST_FORMULAS)
    return row_of(first, "", shown, _together(first, group), status_of(first))


@singledispatch
def _together(first: Condition, group: Sequence[Condition]) -> str:
    """The conditions of a group, all of one kind, in a sentence."""
    del group
    unknown_kind(first, "the table of conditions")


@_together.register
def _alone(
    first: Assigned | Cut | Linear | Bypass | Rank | Shared | Product, group: Sequence[Condition]
) -> str:
    del group
    return first.statement


@_together.register
def _all_within(first: Within, group: Sequence[Condition]) -> str:
    large = is_large(first.design)
    whose = (
        f"Each of the {len(group)} mediators" if large and len(group) > 2 else f"For each of {_labels(group)}"
    )
    said = short_words(first) if len(group) == 1 else f"{whose}: {UNRELATED}"
    return said if first.implied or first.violated or large else said + _counts(group)


@_together.register
def _all_between(first: Between, group: Sequence[Condition]) -> str:
    if len(group) == 1:
        return short_words(first)
    whose = f"{len(group)} mediators" if is_large(first.design) else _labels(group)
    return f"The effects of {whose} are unrelated to compliance."


def _labels(group: Sequence[Condition]) -> str:
    """The regressors of a group of conditions within or between sites."""
    return listed([c.design.label(c.regressor) for c in group if is_kind(c, Within) or is_kind(c, Between)])


def _counts(group: Sequence[Condition]) -> str:
    """How many covariances, third moments and higher ones there are."""
    total = moments_by_order(group)
    if set(total) == {2} and total[2] == len(group):
        return ""
    names = {2: ("covariance", "covariances"), 3: ("third moment", "third moments")}
    parts = [counted(total[order], *names[order]) for order in (2, 3) if order in total]
    higher = sum(count for order, count in total.items() if order > 3)
    if higher:
        parts.append(f"{counted(higher, 'moment', 'moments')} of orders 4 to {max(total)}")
    return f" Spelled out: {listed(parts)}." if parts else ""


def moments_by_order(group: Iterable[Condition]) -> Counter[int]:
    """How many moments of each order the conditions within sites ask about."""
    total: Counter[int] = Counter()
    for c in group:
        if is_kind(c, Within):
            reg, u = c.regression, c.regressor
            total.update(ladder_counts(reg.design, reg.arms, u, reg.outcome, reg.others(u)))
    return total


UNRELATED = "what treatment does to it is unrelated to what it does."


@singledispatch
def short_words(condition: Condition) -> str:
    """The condition in a few words; the assumption list has the full sentence."""
    unknown_kind(condition, "short_words")


@short_words.register
def _in_full(condition: Assigned | Cut | Linear | Bypass | Rank | Shared | Product) -> str:
    return condition.statement


@short_words.register
def _short_within(condition: Within) -> str:
    return f"{capital(condition.design.label(condition.regressor), condition.design)}: {UNRELATED}"


@short_words.register
def _short_between(condition: Between) -> str:
    design, reg = condition.design, condition.regression
    words = effect_words(design, condition.regressor, reg.outcome, reg.others(condition.regressor))
    return f"{capital(words, design)} is unrelated to compliance."
