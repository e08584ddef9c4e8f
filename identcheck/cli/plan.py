"""``identcheck plan``: the design in numbers, before any data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from identcheck.cli.group import FILE, main, plain_errors
from identcheck.cli.tables import OUTPUT, demand_output, print_tables, save_output
from identcheck.formats import load

if TYPE_CHECKING:
    from identcheck.design import Design
    from identcheck.planning import Plan
    from identcheck.planning.tables import Table

__all__ = ["plan_command"]


@main.command("plan")
@FILE
@OUTPUT
@plain_errors
def plan_command(file: str, output: str | None) -> None:
    """Say what the anticipated numbers in FILE mean: strength, bias, precision and power.

    The numbers are those of the table [plan] of FILE; what it leaves out takes a default. Every input is listed with
    its source, and marked if it is a default.

    \b
      identcheck plan trial.toml
      identcheck plan trial.toml -o numbers.json

    A .json file holds all tables; .csv and .parquet one table each, in files named after the tables.

    Exit code 0, whatever is found. Exit code 2: bad input, such as impossible numbers.
    """
    from identcheck.planning import Plan

    design = load(file)
    demand_output(output)
    tables = _tables(design, Plan.from_toml(file))
    if design.title:
        click.secho(design.title, bold=True)
        click.echo()
    print_tables(tables)
    save_output(tables, output)


def _tables(design: Design, plan: Plan) -> tuple[Table, ...]:
    """The inputs first, then what follows from them."""
    from identcheck import planning
    from identcheck.planning.inputs import inputs_table

    inputs = inputs_table(planning.anticipate(design, plan))
    diagnose = getattr(planning, "diagnose", None)
    numbers = diagnose(design, plan).tables if diagnose else ()
    return (inputs, *(table for table in numbers if table.key != inputs.key))
