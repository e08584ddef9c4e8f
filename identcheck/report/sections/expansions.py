"""The conditions to be defended, order by order; in a large design how many there are of each order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import singledispatch

import sympy

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
from identcheck.decide.identification import Identification
from identcheck.report.blocks import Block, Paragraph, Section, Tabular
from identcheck.report.proportion import is_large
from identcheck.report.sections.conditions import (
    HEADINGS,
    LEVELS,
    MOST_FORMULAS,
    Row,
    conditions_in_use,
    equation_of,
    moments_by_order,
    numeral_of,
    row_of,
    short_words,
    shown_formulas,
    status_of,
    tabled,
)
from identcheck.tables.table import table_of

__all__ = ["expansions_section"]

MOST_ROWS = 80
"""The tables show at most this many rows; the note counts the rest."""

MOST_ORDERS = 6
"""Counts are given order by order up to the seventh order; those of higher orders together."""

ALL, PRIMITIVE = ", all orders", ", primitive form"

NOTE = (
    "Within sites, order 2 are covariances and order 3 third central moments over the persons of a site; together, up to "
    "the last order listed, they suffice for the covariance of compliance and effect to vanish, whatever the means. "
    "Between sites, 'all orders' is the assumption in its weakest form, 'primitive form' a simpler one that suffices; "
    "orders 2 and 3 are what it implies and what the regression needs of it. Of a bypass covariances are all that is needed."
)
COUNTED = (
    "With this many mediators the conditions are counted, not listed. A moment of order n has n coefficients: those "
    "of some arrows along one way down to the mediator, and that of an arrow on from it. Together they suffice for the "
    "covariance of compliance and effect to vanish, whatever the means."
)


def expansions_section(result: Identification) -> Section:
    """A row for each condition and order, within sites first; in a large design only how many there are."""
    shown = _counts(result) if is_large(result.design) else _expanded(result)
    return Section("expansions", "The conditions order by order", shown, appendix=True)


def _expanded(result: Identification) -> tuple[Block, ...]:
    rows = [row for condition in conditions_in_use(result) for row in _rows(condition)]
    if not rows:
        return ()
    rows.sort(key=lambda row: (LEVELS.index(row[0]), (ALL, PRIMITIVE, row[1]).index(row[1]), row[1]))
    more = f" The first {MOST_ROWS} of {len(rows)} rows are shown." if len(rows) > MOST_ROWS else ""
    return (Paragraph(NOTE + more), *tabled(rows[:MOST_ROWS]))


def _counts(result: Identification) -> tuple[Block, ...]:
    """How many moments within sites the outcome's own equation asks about, by order."""
    groups: dict[tuple[str, str], list[Condition]] = {}
    for condition in conditions_in_use(result):
        if is_kind(condition, Within) and not condition.implied:
            groups.setdefault((numeral_of(condition), equation_of(condition)), []).append(condition)
    rows = tuple((*key, *row) for key, group in groups.items() for row in _pooled(moments_by_order(group)))
    table = Tabular(table_of("counts", "", (*HEADINGS[:2], "Order", "How many"), rows))
    return (Paragraph(COUNTED), table) if rows else ()


def _pooled(found: Mapping[int, int]) -> Iterator[tuple[str, str]]:
    """Counts by order, the high orders together."""
    first, rest = sorted(found)[:MOST_ORDERS], sorted(found)[MOST_ORDERS:]
    for order in first:
        yield str(order), f"{found[order]:,}"
    if rest:
        yield f"{rest[0]} to {rest[-1]}", f"{sum(found[order] for order in rest):,}"


def _rows(condition: Condition) -> Iterator[Row]:
    if condition.violated or condition.implied:
        yield row_of(condition, ALL, [condition.latex], short_words(condition), status_of(condition))
    else:
        yield from _open_rows(condition)


@singledispatch
def _open_rows(condition: Condition) -> Iterator[Row]:
    """A condition that neither graph nor design decide, order by order."""
    unknown_kind(condition, "the expansion of conditions")


@_open_rows.register
def _no_rows(condition: Assigned | Cut | Linear | Rank) -> Iterator[Row]:
    """Not about moments."""
    del condition
    return iter(())


@_open_rows.register
def _between_rows(condition: Between) -> Iterator[Row]:
    yield row_of(condition, ALL, [condition.latex], short_words(condition))
    if condition.primitive and len(condition.upstream()) <= MOST_FORMULAS:
        same = "The same, given all that is upstream: arrows, and their moments within sites."
        yield row_of(condition, PRIMITIVE, [condition.primitive], same, "suffices")
    words = {2: "Covariances with the compliances.", 3: "Third moments with pairs of compliances."}
    for order, items in _by_order(condition.moments(3)):
        yield row_of(condition, f", order {order}", _vanish(condition, items), words[order], "implied")


@_open_rows.register
def _covariance_rows(condition: Bypass | Shared) -> Iterator[Row]:
    yield row_of(condition, ", order 2", _vanish(condition, condition.moments()), condition.statement)


@_open_rows.register
def _product_rows(condition: Product) -> Iterator[Row]:
    yield row_of(condition, ALL, [condition.latex], condition.statement)


@_open_rows.register
def _within_rows(condition: Within) -> Iterator[Row]:
    words = {2: short_words(condition), 3: "Third central moments along the paths."}
    for order, items in _by_order(condition.moments(3)):
        yield row_of(condition, f", order {order}", _vanish(condition, items), words[order])
    if condition.longest > 3:
        same = "The same for four and more coefficients along one upstream and one downstream path."
        yield row_of(condition, ", order 4 and higher", [], same)


def _by_order(items: Sequence[sympy.Expr]) -> Iterator[tuple[int, list[sympy.Expr]]]:
    for order in (2, 3):
        chosen = [item for item in items if _order(item) == order]
        if chosen:
            yield order, chosen


def _order(item: sympy.Expr) -> int:
    """The number of arguments of the largest moment in an expression."""
    return max((len(f.args) for f in item.atoms(sympy.Function) if len(f.args) > 1), default=2)


def _vanish(condition: Condition, items: Sequence[sympy.Expr]) -> list[str]:
    return shown_formulas([f"{condition.tex(item)} = 0" for item in items])
