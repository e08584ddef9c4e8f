"""The conditions to be defended, order by order; in a large design how many there are of each order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch

import sympy

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
from identcheck.decide.identification import Finding, Identification
from identcheck.decide.strategies import own_regressors
from identcheck.derive.counting import ladder_counts
from identcheck.derive.words import capital, effect_words, listed
from identcheck.report.context import ConditionCount, ConditionRow, Formula
from identcheck.report.proportion import is_large

__all__ = ["LEVELS", "condition_counts", "condition_row", "conditions_in_use", "expansions", "short_words"]

MOST_FORMULAS = 12
"""A row shows at most this many formulas and counts the rest."""

MOST_ROWS = 80
"""The table shows at most this many rows; the note counts the rest."""

PRIMITIVE = "The same, given all that is upstream: arrows, and their moments within sites."

LEVELS = ("design", "within sites", "between sites", "all persons")


NOTE = (
    "Within sites, order 2 are covariances and order 3 third central moments over the persons of a site; together, up to "
    "the last order listed, they suffice for the covariance of compliance and effect to vanish, whatever the means. "
    "Between sites, 'all orders' is the assumption in its weakest form, 'primitive form' a simpler one that suffices; "
    "orders 2 and 3 are what it implies and what the regression needs of it. Of a bypass covariances are all that is needed."
)

MOST_ORDERS = 6
"""Counts are given order by order up to the seventh order; those of higher orders together."""


def expansions(result: Identification) -> tuple[tuple[ConditionRow, ...], str]:
    """A row for each condition and order, within sites first, and how to read them; none in a large design."""
    if is_large(result.design):
        return (), (
            "With this many mediators the conditions are counted, not listed. A moment of order n has n coefficients: those "
            "of some arrows along one way down to the mediator, and that of an arrow on from it. Together they suffice for the "
            "covariance of compliance and effect to vanish, whatever the means."
        )
    rows = [row for condition in conditions_in_use(result) for row in _rows(condition)]
    rows.sort(key=lambda row: (LEVELS.index(row.level), _order_key(row.order)))
    more = f" The first {MOST_ROWS} of {len(rows)} rows are shown." if len(rows) > MOST_ROWS else ""
    return tuple(rows[:MOST_ROWS]), NOTE + more


def condition_counts(result: Identification) -> tuple[ConditionCount, ...]:
    """In a large design: how many moments within sites the outcome's own equation asks about, by order."""
    if not is_large(result.design):
        return ()
    totals: dict[tuple[str, str], dict[int, int]] = {}
    for condition in conditions_in_use(result):
        if is_kind(condition, Within) and not condition.implied:
            reg, u = condition.regression, condition.regressor
            key = (_equation(condition), condition.numeral or "")
            found = totals.setdefault(key, {})
            for order, count in ladder_counts(reg.design, reg.arms, u, reg.outcome, reg.others(u)).items():
                found[order] = found.get(order, 0) + count
    return tuple(
        ConditionCount(equation, numeral, order, f"{count:,}")
        for (equation, numeral), found in totals.items()
        for order, count in _pooled(found)
    )


def _pooled(found: dict[int, int]) -> Iterator[tuple[str, int]]:
    """Counts by order, the high orders together."""
    for order in sorted(found)[:MOST_ORDERS]:
        yield str(order), found[order]
    rest = sorted(found)[MOST_ORDERS:]
    if rest:
        yield f"{rest[0]} to {rest[-1]}", sum(found[order] for order in rest)


def conditions_in_use(result: Identification) -> Iterator[Condition]:
    """Each condition of the best strategy of every finding, once; in large designs those of the outcome's equation."""
    seen: set[Condition] = set()
    own = own_regressors(result.design, result.design.outcome)
    for finding in result.findings:
        if is_large(result.design) and (finding.best is None or finding.best.regressors != own):
            continue
        for condition in _best_conditions(finding):
            if condition not in seen:
                seen.add(condition)
                yield condition


def _best_conditions(finding: Finding) -> Iterable[Condition]:
    strategies = [finding.best] if finding.best is not None else finding.ruled_out[:1]
    return (c for s in strategies for c in s.conditions if not is_kind(c, Cut, Rank))


def _order_key(order: str) -> tuple[int, str]:
    return ({"all": 0, "primitive": 1}.get(order, 2), order)


def _rows(condition: Condition) -> Iterator[ConditionRow]:
    if condition.violated:
        yield condition_row(
            condition, "all", [condition.latex], short_words(condition), f"fails: {condition.violated}"
        )
    elif condition.implied:
        yield condition_row(
            condition, "all", [condition.latex], short_words(condition), f"holds: {condition.implied}"
        )
    else:
        yield from _open_rows(condition)


@singledispatch
def _open_rows(condition: Condition) -> Iterator[ConditionRow]:
    """A condition that neither graph nor design decide, order by order."""
    unknown_kind(condition, "the expansion of conditions")


@_open_rows.register(Assigned)
@_open_rows.register(Cut)
@_open_rows.register(Rank)
def _no_rows(condition: Condition) -> Iterator[ConditionRow]:
    """Not about moments."""
    del condition
    return iter(())


@_open_rows.register
def _between_rows(condition: Between) -> Iterator[ConditionRow]:
    yield condition_row(condition, "all", [condition.latex], short_words(condition))
    if condition.primitive and len(condition.upstream()) <= MOST_FORMULAS:
        yield condition_row(condition, "primitive", [condition.primitive], PRIMITIVE, "suffices")
    for order, items in _by_order(condition.moments(3)):
        what = (
            "Covariances with the compliances." if order == 2 else "Third moments with pairs of compliances."
        )
        yield condition_row(condition, str(order), _vanish(condition, items), what, "implied")


@_open_rows.register(Bypass)
@_open_rows.register(Shared)
def _covariance_rows(condition: Bypass | Shared) -> Iterator[ConditionRow]:
    yield condition_row(condition, "2", _vanish(condition, condition.moments()), condition.statement)


@_open_rows.register
def _product_rows(condition: Product) -> Iterator[ConditionRow]:
    yield condition_row(condition, "all", [condition.latex], condition.statement)


@singledispatch
def short_words(condition: Condition) -> str:
    """The condition in a few words; the assumption list has the full sentence."""
    unknown_kind(condition, "short_words")


@short_words.register(Assigned)
@short_words.register(Cut)
@short_words.register(Bypass)
@short_words.register(Rank)
@short_words.register(Shared)
@short_words.register(Product)
def _in_full(condition: Condition) -> str:
    return condition.statement


@short_words.register
def _short_within(condition: Within) -> str:
    label = capital(condition.design.label(condition.regressor), condition.design)
    return f"{label}: what treatment does to it is unrelated to what it does."


@short_words.register
def _short_between(condition: Between) -> str:
    design, reg = condition.design, condition.regression
    words = effect_words(design, condition.regressor, reg.outcome, reg.others(condition.regressor))
    return f"{capital(words, design)} is unrelated to compliance."


@_open_rows.register
def _within_rows(condition: Within) -> Iterator[ConditionRow]:
    ladder = list(_by_order(condition.moments(3)))
    words = {2: short_words(condition), 3: "Third central moments along the paths."}
    for order, items in ladder:
        yield condition_row(condition, str(order), _vanish(condition, items), words[order])
    if condition.longest > 3:
        yield condition_row(
            condition,
            "4 and higher",
            [],
            "The same for four and more coefficients along one upstream and one downstream path.",
        )


def _by_order(items: Sequence[sympy.Expr]) -> Iterator[tuple[int, list[sympy.Expr]]]:
    for order in (2, 3):
        chosen = [item for item in items if _order(item) == order]
        if chosen:
            yield order, chosen


def _order(item: sympy.Expr) -> int:
    """The number of arguments of the largest moment in an expression."""
    return max((len(f.args) for f in item.atoms(sympy.Function) if len(f.args) > 1), default=2)


def _vanish(condition: Condition, items: Sequence[sympy.Expr]) -> list[str]:
    shown = [f"{condition.tex(item)} = 0" for item in items[:MOST_FORMULAS]]
    if len(items) > MOST_FORMULAS:
        shown.append(rf"\text{{and {len(items) - MOST_FORMULAS} more}}")
    return shown


def condition_row(
    condition: Condition, order: str, formulas: Sequence[str], sentence: str, status: str = "to be justified"
) -> ConditionRow:
    """A row of a table of conditions."""
    return ConditionRow(
        level=condition.level,
        order=order,
        numeral=condition.numeral or "",
        equation=_equation(condition),
        formulas=tuple(Formula(f) for f in formulas),
        sentence=sentence,
        status=status,
    )


def _equation(condition: Condition) -> str:
    """Whose condition it is: what is regressed on what."""
    reg = condition.regression
    outcome = reg.design.label(reg.outcome)
    if not reg.regressors:
        return f"a composed effect on {outcome}"
    if is_large(reg.design) and reg.regressors == own_regressors(reg.design, reg.outcome):
        return f"{outcome} on all {len(reg.regressors)} mediators that act on it"
    return f"{outcome} on {listed([reg.design.label(u) for u in reg.regressors])}"
