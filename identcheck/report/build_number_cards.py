"""From what a plan gives, diagnosis, sensitivity, simulated trials and tests, to the card that a notebook shows.

Nothing is simulated or worked out again here: a card shows what its value holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from identcheck.derive.words import capital
from identcheck.plan import Contour, Diagnosis, Falsification, Sensitivity, Simulation, Sweep
from identcheck.report.build_cards import card_of
from identcheck.report.build_numbers import (
    estimator_tables,
    lead_of,
    number_table,
    printed_columns,
    sensitivity_tables,
)
from identcheck.report.cards import Block, Card, Facts, Fold, Numbers, Paragraph
from identcheck.report.context import Fact
from identcheck.report.context_numbers import NumberTable
from identcheck.tables.table import Column, Table

MOST_ROWS = 60
"""Of a longer table the first rows are shown, and the rest counted."""

MOST_TABLES = 3
"""Of more effects the tables are folded from here on."""


@card_of.register
def diagnosis_card(diagnosis: Diagnosis) -> Card:
    """Strength, bias, precision; folded, what is anticipated."""
    shown = [table for table in diagnosis.tables if table.key != "inputs"]
    inputs = [table for table in diagnosis.tables if table.key == "inputs"]
    return Card(
        name="diagnosis",
        title="The design in numbers",
        blocks=(
            Paragraph(lead_of(diagnosis)),
            *(_block(table) for table in shown),
            *(Fold("What is anticipated, and from where", (_block(table),)) for table in inputs),
        ),
    )


@card_of.register
def sensitivity_card(moved: Sensitivity) -> Card:
    """Robustness values; folded, for each effect what each failing condition does."""
    tables = list(sensitivity_tables(moved))
    robustness = [table for table in tables if table.identifier == "robustness"]
    return Card(
        name="sensitivity",
        title="What if an assumption fails",
        blocks=(
            *map(Numbers, robustness),
            *(Fold(table.title, (Numbers(table),)) for table in tables if table not in robustness),
        ),
    )


@card_of.register
def contour_card(made: Contour) -> Card:
    """The bias as a table with a row and a column for each value."""
    columns = tuple(Column(f"at_{i}", f"{x:g}", "", 3) for i, x in enumerate(made.across))
    rows = tuple(
        (f"{y:g}", *(None if value != value else float(value) for value in line))
        for y, line in zip(made.up, made.bias, strict=True)
    )
    table = Table(
        "contour",
        f"Rows: {made.names[1]}; columns: {made.names[0]}",
        (Column("up", "", ""), *columns),
        rows,
        "Empty where the two values are impossible together.",
    )
    return Card(
        "contour",
        f"Bias of {made.estimand} over two numbers of the plan",
        (Numbers(replace(number_table(table), legend="")),),
    )


@card_of.register
def simulation_card(drawn: Simulation) -> Card:
    """The estimators of each effect; folded, the strength of the instruments."""
    return Card(
        name="simulation",
        title=drawn.table.title,
        blocks=(
            *_few_open(estimator_tables(drawn)),
            *((Fold("Strength of the instruments", (_block(drawn.strength),)),) if drawn.strength.rows else ()),
            Paragraph("More measures are in .table.", soft=True),
        ),
    )  # fmt: skip


def _few_open(tables: Iterable[NumberTable]) -> Iterator[Block]:
    for place, table in enumerate(tables):
        yield Numbers(table) if place < MOST_TABLES else Fold(table.title, (Numbers(table),))


@card_of.register
def falsification_card(found: Falsification) -> Card:
    """How often each test rejects; folded, what it looks for and what it cannot see."""
    tables = {table.key: table for table in found.tables}
    power = tables.pop("falsification")
    blind = tables.pop("blind_spots", None)
    blocks: list[Block] = [_block(power)]
    blocks += [Fold(table.title, (_block(table),)) for table in tables.values()]
    if blind is not None:
        spots = tuple(Fact(capital(str(test)), str(spot)) for test, spot in blind.rows)
        blocks.append(Fold(blind.title, (Facts(spots),)))
    return Card("falsification", "Tests of the scatter of site effects", tuple(blocks))


@card_of.register
def sweep_card(swept: Sweep) -> Card:
    """The estimators in every cell of the grid; folded, the strength of the instruments."""
    strength = (Fold(swept.strength.title, (_block(swept.strength),)),) if swept.strength.rows else ()
    return Card("sweep", swept.table.title, (_block(printed_columns(swept.table)), *strength))


@card_of.register
def table_card(table: Table) -> Card:
    """The table."""
    return Card("table", "", (_block(table),))


def _block(table: Table) -> Numbers:
    """A table of at most so many rows, with a note of how many there are."""
    shown = number_table(table)
    if len(table.rows) > MOST_ROWS:
        left = f"The first {MOST_ROWS} of {len(table.rows):,} rows; save() writes them all."
        shown = replace(shown, rows=shown.rows[:MOST_ROWS], note=f"{left} {shown.note}".strip())
    return Numbers(shown)
