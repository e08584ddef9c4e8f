"""The tables of the section "Design in numbers", and of what is worked out from a plan wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from identcheck.derive.words import capital
from identcheck.plan.sensitivity.result import Sensitivity
from identcheck.report.blocks import Fold, Tabular
from identcheck.symbols.written import Formula
from identcheck.tables.table import Cell, Table, figure_of
from identcheck.tables.terminal import legend_of

if TYPE_CHECKING:
    from identcheck.plan.simulation.result import Simulation

__all__ = ["PICTURED", "estimators", "folded", "moves", "printed_columns", "robustness", "tabular"]

PICTURED = ("html", "latex", "word")
"""The formats that have pictures of numbers."""

MOST_MOVES = 40
"""Of more moments that an effect's conditions set to 0 those that shift it most are listed; JSON has every one."""

SIMULATED = (
    *("estimand", "estimator", "target", "bias", "bias_error", "sd", "median", "quartile_range"),
    *("coverage", "power", "undefined"),
)
"""The columns of a simulation that are printed; JSON has every one."""


def tabular(table: Table) -> Tabular:
    """A table as it is, with what its columns hold; texts that are formulas are formulas."""
    formulas = {text: (Formula(latex),) for text, latex in table.formulas}

    def shown(cell: Cell) -> Cell:
        return formulas.get(cell, cell) if isinstance(cell, str) else cell

    rows = tuple(tuple(map(shown, row)) for row in table.rows)
    legend = "" if table.key == "inputs" else legend_of(table)  # its values are of all kinds
    return Tabular(replace(table, rows=rows, formulas=()), legend)


def folded(block: Tabular) -> Fold:
    """A table under its title, which opens it."""
    return Fold(block.table.title, (replace(block, table=replace(block.table, title="")),))


def printed_columns(table: Table) -> Table:
    """A table of estimators without the measures that are not printed."""
    from identcheck.plan.simulation.result import ROWS

    left_out = {column.key for column in ROWS} - set(SIMULATED)
    kept = [place for place, column in enumerate(table.columns) if column.key not in left_out]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


def estimators(drawn: Simulation, every: bool = False) -> tuple[Tabular, ...]:
    """The estimators of a simulation, a table for each effect; the columns that are printed, unless ``every``."""
    whole = drawn.table if every else printed_columns(drawn.table)
    return _by_effect(replace(whole, title=""), {str(row.estimand): row.words for row in drawn.rows})


def robustness(moved: Sensitivity, every: bool = False) -> Tabular | None:
    """How large a correlation would have to be; with a word where none does it, as a column without entries is not printed."""
    if not moved.robustness.rows:
        return None
    made = tabular(moved.robustness)
    said = tuple(tuple("none" if cell is None else cell for cell in row) for row in made.table.rows)
    return made if every else replace(made, table=replace(made.table, rows=said))


def moves(moved: Sensitivity, every: bool = False) -> tuple[Tabular, ...]:
    """For each effect what the moments that its conditions set to 0 do, those that shift it most unless ``every``."""
    words = {str(effect.question.estimand): effect.question.words for effect in moved.effects}
    for table in moved.tables:
        if table.key == "conditions":
            parts = _by_effect(table, words)
            return parts if every else tuple(map(_largest, parts))
    return ()


def _by_effect(table: Table, words: Mapping[str, str]) -> tuple[Tabular, ...]:
    """A table for each effect in the first column, without it; what is said of all stands under the last."""
    found = []
    for effect in dict.fromkeys(str(row[0]) for row in table.rows):
        named = f"{capital(words[effect])}, {effect}" if effect in words else effect
        title = f"{table.title}: {named}" if table.title else named
        rows = tuple(row[1:] for row in table.rows if str(row[0]) == effect)
        found.append(tabular(replace(table, title=title, columns=table.columns[1:], rows=rows)))
    quiet = (replace(block, table=replace(block.table, note=""), legend="") for block in found[:-1])
    return (*quiet, *found[-1:])


def _largest(block: Tabular) -> Tabular:
    """The rows that shift the estimate most, in their order, and how many more there are."""
    table = block.table
    if len(table.rows) <= MOST_MOVES:
        return block
    place = [column.key for column in table.columns].index("shift")
    order = sorted(range(len(table.rows)), key=lambda i: -abs(figure_of(table.rows[i][place])))
    rows = tuple(table.rows[i] for i in sorted(order[:MOST_MOVES]))
    left = f"{len(table.rows) - MOST_MOVES} more moments shift it less; JSON reports have them all."
    return replace(block, table=replace(table, rows=rows, note=f"{left} {table.note}".strip()))
