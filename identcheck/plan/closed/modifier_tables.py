"""The tables of what drawn modifiers do in a plan: the correlations that follow, and what holding them fixed buys."""

from __future__ import annotations

from collections.abc import Sequence

from identcheck.describe.design import Design
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.closed.implied import Implied, implied_by_modifiers
from identcheck.plan.closed.measured import Bought
from identcheck.plan.closed.questions import EFFECT, effect_column
from identcheck.plan.closed.result_tables import digits_of
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import Cell, Column, Table

__all__ = ["bought_table", "implied_table"]

IMPLIED = (
    Column("one", "Effect", "an arrow, whose effect differs"),
    Column("other", "Other effect", "another arrow"),
    Column("level", "Level", "across sites or within sites"),
    Column("correlation", "Correlation", "what modifiers make their correlation", 3),
    Column("planned", "Planned", "the correlation in the plan, where it is stated otherwise", 3),
    Column(
        "sources",
        "From",
        "what each modifier does to the one, times what it does to the other, in SDs per SD",
    ),
)


def implied_table(at: Anticipated) -> Table:
    """Two effects in a row, how they correlate by what moves both, and by which modifiers; without rows where none does."""
    rows = [_record(at, each) for each in implied_by_modifiers(at)]
    note = (
        "Each modifier contributes the product of what it does to the two effects, in SDs of the effect for one SD of what is "
        "the modifier's own; contributions add up (sum over treks)."
    )
    return Table.of("implied", "Correlations that follow from modifiers", IMPLIED, rows, note)


def _record(at: Anticipated, each: Implied) -> dict[str, Cell]:
    sources = "; ".join(
        f"{at.design.modifier_words(name)} {one:.2f} x {other:.2f}"
        for name, (one, other) in each.sources.items()
    )
    same = abs(each.planned - each.value) < 1e-9
    return {
        "one": arrow_name(each.one),
        "other": arrow_name(each.other),
        "level": each.where,
        "correlation": each.value,
        "planned": None if same else each.planned,
        "sources": sources,
    }


def bought_table(bought: Sequence[Bought], design: Design, plan: Plan) -> Table:
    """For each effect that modifiers endanger the regression that holds nothing fixed, and below it the one that does."""
    rows = [record for each in bought for record in each.records()]
    digits = digits_of(each.now.se for each in bought)
    level, persons = f"{100 * (1 - plan.alpha):g}%", design.word("persons")
    columns = (
        EFFECT,
        Column("held", "Held fixed", "the modifiers that are held fixed"),
        Column("columns", "Columns", "coefficients of the regression"),
        effect_column("related", "Covariance", "bias from compliances and effects that go together", digits),
        effect_column("bias", "Bias", f"the whole bias, that from too few {persons} included", digits),
        effect_column("se", "SE", "standard error", digits),
        Column("conditional_f", "F", "conditional F", 1),
        Column("coverage", "Coverage", f"chance that a {level} interval contains the true value", 2),
        Column("power", "Power", "power of the test of no effect, if there were no bias", 2),
    )
    note = (
        "Held fixed, a modifier comes in by its products with the compliances; the average effect is the coefficient plus the "
        "slope times the modifier's average in the trial, and the standard error includes that average's."
    )
    return Table.of("bought", "What holding modifiers fixed buys", columns, rows, note)
