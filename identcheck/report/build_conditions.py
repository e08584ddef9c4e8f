"""The conditions to be defended, as a table by level and order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sympy

from identcheck.conditions import Between, Bypass, Condition, Shared, Within
from identcheck.identification import Finding, Identification
from identcheck.report.context import ConditionRow, Formula
from identcheck.strategies import own_regressors
from identcheck.words import capital, effect_words, listed

__all__ = ["condition_rows"]

MOST_FORMULAS = 12
"""A row shows at most this many formulas and counts the rest."""

MOST_ROWS = 80
"""The table shows at most this many rows; the note counts the rest."""

PRIMITIVE = "The same, given all that is upstream: arrows, and their moments within sites."

MOST_MEDIATORS = 6
"""With more mediators only the conditions of the outcome's own equation are listed, and the note says so."""

LEVELS = ("within sites", "between sites")


def condition_rows(result: Identification) -> tuple[tuple[ConditionRow, ...], str]:
    """A row for each condition and order, within sites first, and how to read them."""
    rows = [row for condition in _conditions(result) for row in _rows(condition)]
    rows.sort(key=lambda row: (LEVELS.index(row.level), _order_key(row.order)))
    note = (
        "Within sites, order 2 are covariances and order 3 third central moments over the persons of a site; together, "
        "up to the last order listed, they suffice for the covariance of compliance and effect to vanish, whatever the "
        "means. Between sites, 'all orders' is the assumption in its weakest form, 'primitive form' a simpler one that "
        "suffices; orders 2 and 3 are what it implies and what the regression needs of it."
    )
    if len(result.design.mediators) > MOST_MEDIATORS:
        note += (
            " With this many mediators only the equation of the outcome is listed; those of mediators and of total effects "
            "have conditions of the same form."
        )
    if len(rows) > MOST_ROWS:
        note += f" The first {MOST_ROWS} of {len(rows)} rows are shown."
    return tuple(rows[:MOST_ROWS]), note


def _conditions(result: Identification) -> Iterator[Condition]:
    """Each condition of the best strategy of every finding, once; in large designs those of the outcome's equation."""
    seen: set[tuple[object, ...]] = set()
    own = own_regressors(result.design, result.design.outcome)
    large = len(result.design.mediators) > MOST_MEDIATORS
    for finding in result.findings:
        if large and (finding.best is None or finding.best.regressors != own):
            continue
        for condition in _best_conditions(finding):
            key = (
                type(condition),
                condition.regression,
                getattr(condition, "regressor", getattr(condition, "arm", "")),
            )
            if key not in seen:
                seen.add(key)
                yield condition


def _best_conditions(finding: Finding) -> Iterable[Condition]:
    strategies = [finding.best] if finding.best is not None else finding.ruled_out[:1]
    return (c for s in strategies for c in s.conditions if c.kind not in ("cut", "rank"))


def _order_key(order: str) -> tuple[int, str]:
    return ({"all": 0, "primitive": 1}.get(order, 2), order)


def _rows(condition: Condition) -> Iterator[ConditionRow]:
    if condition.violated:
        yield _row(condition, "all", [condition.latex], _short(condition), f"fails: {condition.violated}")
    elif condition.implied:
        yield _row(condition, "all", [condition.latex], _short(condition), f"holds: {condition.implied}")
    elif isinstance(condition, Within):
        yield from _within_rows(condition)
    elif isinstance(condition, (Between, Bypass)):
        yield _row(condition, "all", [condition.latex], _short(condition))
        if condition.primitive and len(condition.upstream()) <= MOST_FORMULAS:
            yield _row(condition, "primitive", [condition.primitive], PRIMITIVE, "suffices")
        for order, items in _by_order(condition.moments(3)):
            what = (
                "Covariances with the compliances."
                if order == 2
                else "Third moments with pairs of compliances."
            )
            yield _row(condition, str(order), _vanish(condition, items), what, "implied")
    elif isinstance(condition, Shared):
        yield _row(condition, "2", [condition.latex], condition.statement)


def _short(condition: Condition) -> str:
    """The condition in a few words; the assumption list has the full sentence."""
    design, reg = condition.design, condition.regression
    if isinstance(condition, Within):
        label = capital(design.label(condition.regressor), design)
        return f"{label}: what treatment does to it is unrelated to what it does."
    if isinstance(condition, Between):
        words = effect_words(design, condition.regressor, reg.outcome, reg.others(condition.regressor))
        return f"{capital(words, design)} is unrelated to compliance."
    return condition.statement


def _within_rows(condition: Within) -> Iterator[ConditionRow]:
    ladder = list(_by_order(condition.moments(3)))
    words = {2: _short(condition), 3: "Third central moments along the paths."}
    for order, items in ladder:
        yield _row(condition, str(order), _vanish(condition, items), words[order])
    if condition.longest > 3:
        yield _row(
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


def _row(
    condition: Condition, order: str, formulas: Sequence[str], sentence: str, status: str = "to be justified"
) -> ConditionRow:
    reg = condition.regression
    on = listed([reg.design.label(u) for u in reg.regressors])
    return ConditionRow(
        level=condition.level,
        order=order,
        numeral=condition.assumption or "",
        equation=f"{reg.design.label(reg.outcome)} on {on}",
        formulas=tuple(Formula(f) for f in formulas),
        sentence=sentence,
        status=status,
    )
