"""The conditions to be defended, each in its weakest form; those of one regression under one numeral together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch

from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Product,
    Rank,
    Shared,
    Within,
    is_kind,
    unknown_kind,
)
from identcheck.decide.identification import Identification
from identcheck.derive.counting import ladder_counts
from identcheck.derive.words import capital, listed
from identcheck.report.build_expansions import LEVELS, condition_row, conditions_in_use, short_words
from identcheck.report.context import ConditionRow
from identcheck.report.proportion import counted, is_large

__all__ = ["condition_rows", "rows_of", "status_of"]

MOST_FORMULAS = 12
"""A row shows at most this many formulas and counts the rest."""

FEW_FORMULAS = 2
"""So many formulas a row shows in a large design."""

NOTE = (
    "Each row is what one numeral asks of one regression, in its weakest form; one formula for each regressor. Within sites, "
    "the covariance of compliance and effect vanishes whatever the means if the moments counted here do"
)


def condition_rows(result: Identification) -> tuple[tuple[ConditionRow, ...], str]:
    """A row for each regression, numeral and status, within sites first, and how to read the table."""
    rows = rows_of(conditions_in_use(result))
    if is_large(result.design):
        note = (
            f"{NOTE}. With this many mediators only the equation of the outcome is listed; those of mediators and of total "
            "effects have conditions of the same form. The counts are in the appendix."
        )
    else:
        note = f"{NOTE}; the appendix lists them order by order."
    return rows, note


def rows_of(conditions: Iterable[Condition]) -> tuple[ConditionRow, ...]:
    """A row for all that one numeral asks of one regression and that has one status; within sites first."""
    groups: dict[tuple[object, ...], list[Condition]] = {}
    for condition in conditions:
        key = (type(condition), condition.regression, condition.assumption, status_of(condition))
        groups.setdefault(key, []).append(condition)
    return tuple(sorted(map(_row, groups.values()), key=lambda row: (*LEVELS, "graph").index(row.level)))


def status_of(condition: Condition) -> str:
    """Whether a condition fails, holds, or is to be justified, and why."""
    if condition.violated:
        return f"fails: {condition.violated}"
    return f"holds: {condition.implied}" if condition.implied else "to be justified"


def _row(group: Sequence[Condition]) -> ConditionRow:
    first = group[0]
    most = FEW_FORMULAS if is_large(first.design) else MOST_FORMULAS
    formulas = list(dict.fromkeys(c.latex for c in group if c.latex))
    shown = formulas if len(formulas) <= most else formulas[:most]
    if len(formulas) > most:
        shown = [*shown, rf"\text{{and {len(formulas) - most} more}}"]
    return condition_row(first, "weakest", shown, _sentence(group), status_of(first))


def _sentence(group: Sequence[Condition]) -> str:
    """The conditions of a group, all of one kind, in a sentence."""
    return _together(group[0], group)


@singledispatch
def _together(first: Condition, group: Sequence[Condition]) -> str:
    del group
    unknown_kind(first, "the table of conditions")


@_together.register(Assigned)
@_together.register(Cut)
@_together.register(Bypass)
@_together.register(Rank)
@_together.register(Shared)
@_together.register(Product)
def _alone(first: Condition, group: Sequence[Condition]) -> str:
    del group
    return first.statement


@_together.register
def _all_within(first: Within, group: Sequence[Condition]) -> str:
    design = first.design
    labels = listed([design.label(c.regressor) for c in group if is_kind(c, Within)])
    if is_large(design) and len(group) > 2:
        labels = f"each of the {len(group)} mediators"
    moments = "" if first.implied or first.violated or is_large(design) else _counts(group)
    if len(group) > 1:
        labels = labels if labels.startswith("each") else f"for each of {labels}"
    return f"{capital(labels, design)}: what treatment does to it is unrelated to what it does.{moments}"


@_together.register
def _all_between(first: Between, group: Sequence[Condition]) -> str:
    if len(group) == 1:
        return short_words(first)
    if is_large(first.design):
        return f"The effects of {len(group)} mediators are unrelated to compliance."
    labels = listed([first.design.label(c.regressor) for c in group if is_kind(c, Between)])
    return f"The effects of {labels} are unrelated to compliance."


def _counts(group: Sequence[Condition]) -> str:
    """How many covariances, third moments and higher ones there are."""
    total: dict[int, int] = {}
    for condition in group:
        if is_kind(condition, Within):
            reg, u = condition.regression, condition.regressor
            for order, count in ladder_counts(reg.design, reg.arms, u, reg.outcome, reg.others(u)).items():
                total[order] = total.get(order, 0) + count
    if set(total) == {2} and total[2] == len(group):
        return ""
    names = {2: ("covariance", "covariances"), 3: ("third moment", "third moments")}
    parts = [counted(total[order], *names[order]) for order in (2, 3) if order in total]
    higher = sum(count for order, count in total.items() if order > 3)
    if higher:
        parts.append(f"{counted(higher, 'moment', 'moments')} of orders 4 to {max(total)}")
    return f" Spelt out: {listed(parts)}." if parts else ""
