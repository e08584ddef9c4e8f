"""The inputs of a plan as a table: every number with its unit and its source, defaults marked."""

from __future__ import annotations

from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.tables.table import Column, Table

__all__ = ["DEFAULT_MARK", "inputs_table"]

DEFAULT_MARK = "default"


def inputs_table(found: Anticipated) -> Table:
    """Every number that the results rest on, in the order in which the plan was made definite."""
    defaults = sum(each.default for each in found.inputs)
    return Table(
        key="inputs",
        title="Anticipated numbers",
        columns=(
            Column("name", "input", "what is anticipated"),
            Column("value", "value", "the number, or several, as text"),
            Column("unit", "unit", "the unit of the number"),
            Column("default", "default", f"{DEFAULT_MARK!r} where the plan left the number out"),
            Column("source", "source", "where the number is from"),
        ),
        rows=tuple(
            (each.name, each.value, each.unit, DEFAULT_MARK if each.default else "", each.source)
            for each in found.inputs
        ),
        note=_note(defaults, len(found.inputs)),
    )


def _note(defaults: int, count: int) -> str:
    if not defaults:
        return f"All {count} numbers are stated in the plan."
    return (
        f"{defaults} of these {count} numbers {'is a default' if defaults == 1 else 'are defaults'}: the plan leaves them "
        "out. Numbers in SDs are in SDs within arms of what its causes in "
        "the graph leave of a variable."
    )
