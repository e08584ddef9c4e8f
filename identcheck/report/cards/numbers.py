"""Cards of what a plan gives, diagnosis, sensitivity, simulated trials and tests; and of what the data say.

Nothing is simulated or worked out again here: a card shows what its value holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from identcheck.evidence.result import Evidence
from identcheck.plan.cheapest import Cheapest
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.falsification import Falsification
from identcheck.plan.sensitivity.contour import Contour
from identcheck.plan.sensitivity.result import Sensitivity
from identcheck.plan.simulation.result import Simulation
from identcheck.plan.simulation.sweeps import Sweep
from identcheck.report.blocks import Block, Card, Paragraph, Tabular
from identcheck.report.cards.findings import card_of
from identcheck.report.sections.numbers_short import lead_of
from identcheck.report.sections.numbers_tables import (
    estimators,
    folded,
    moves,
    printed_columns,
    robustness,
    tabular,
)
from identcheck.tables.table import Column, Table

__all__ = ["table_card"]

MOST_ROWS = 60
"""Of a longer table the first rows are shown, and the rest counted."""

MOST_TABLES = 3
"""Of more effects the tables are folded from here on."""


@card_of.register
def diagnosis_card(diagnosis: Diagnosis) -> Card:
    """Strength, bias, precision; folded, what is anticipated."""
    blocks = (
        Paragraph(lead_of(diagnosis, "which .anticipated.table marks")),
        *_tables(diagnosis.tables, "inputs"),
    )
    return Card("diagnosis", "The design in numbers", blocks)


@card_of.register
def sensitivity_card(moved: Sensitivity) -> Card:
    """Robustness values; folded, for each effect what each failing condition does."""
    table = robustness(moved)
    shown = [table] if table is not None else []
    return Card("sensitivity", "What if an assumption fails", (*shown, *map(folded, moves(moved))))


@card_of.register
def contour_card(made: Contour) -> Card:
    """The bias as a table with a row and a column for each value."""
    columns = (Column(f"at_{i}", f"{x:g}", "", 3) for i, x in enumerate(made.across))
    rows = tuple(
        (f"{y:g}", *(None if value != value else float(value) for value in line))
        for y, line in zip(made.up, made.bias, strict=True)
    )
    title = f"Rows: {made.names[1]}; columns: {made.names[0]}"
    note = " ".join((*made.cautions, "Empty where the two values are impossible together."))
    table = Table("contour", title, (Column("up", "", ""), *columns), rows, note)
    return Card("contour", f"Bias of {made.estimand} over two numbers of the plan", (Tabular(table),))


@card_of.register
def simulation_card(drawn: Simulation) -> Card:
    """The estimators of each effect; folded, the strength of the instruments."""
    more = Paragraph("More measures are in .table.", soft=True)
    tables = estimators(drawn)
    closed = (*map(folded, tables[MOST_TABLES:]), *_tables([drawn.strength], "strength"))
    return Card("simulation", drawn.table.title, (*tables[:MOST_TABLES], *closed, more))


@card_of.register
def falsification_card(found: Falsification) -> Card:
    """How often each test rejects; folded, what it looks for and what it cannot see."""
    blocks = tuple(_tables(found.tables, "signals", "blind_spots"))
    return Card("falsification", "Tests of the scatter of site effects", blocks)


@card_of.register
def cheapest_card(found: Cheapest) -> Card:
    """The cheapest trial and what is unusual about it, or why there is none; trials that do, and each effect in it."""
    said = map(Paragraph, (found.sentence, *found.remarks))
    blocks = (*said, *_tables(found.tables))
    return Card("cheapest", "The cheapest trial that will do", blocks)


@card_of.register
def evidence_card(found: Evidence) -> Card:
    """Estimates, refusals, strength and tests; folded, the rest."""
    closed = ("differing", "weak", "left_out")
    return Card("evidence", "Evidence of the sites", tuple(_tables(found.tables, *closed)))


@card_of.register
def sweep_card(swept: Sweep) -> Card:
    """The estimators in every cell of the grid; folded, the strength of the instruments."""
    tables = (printed_columns(swept.table), swept.strength)
    return Card("sweep", swept.table.title, tuple(_tables(tables, swept.strength.key)))


@card_of.register
def table_card(table: Table) -> Card:
    """The table."""
    return Card("table", "", (_first_rows(table),))


def _tables(tables: Iterable[Table], *closed: str) -> Iterator[Block]:
    """Tables one after another, those of these keys folded; of them nothing where there are no rows."""
    for table in sorted(tables, key=lambda table: table.key in closed):
        if table.key not in closed:
            yield _first_rows(table)
        elif table.rows:
            yield folded(_first_rows(table))


def _first_rows(table: Table) -> Tabular:
    """At most so many rows of a table, with a note of how many there are."""
    shown = tabular(table)
    if len(table.rows) <= MOST_ROWS:
        return shown
    left = f"The first {MOST_ROWS} of {len(table.rows):,} rows; save() writes them all."
    first = replace(shown.table, rows=shown.table.rows[:MOST_ROWS], note=f"{left} {table.note}".strip())
    return replace(shown, table=first)
