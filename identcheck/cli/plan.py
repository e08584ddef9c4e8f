"""``identcheck plan``: the design in numbers, before any data."""

from __future__ import annotations

import click

import identcheck as ic
from identcheck.cli.group import FILE, TARGET, asked, main, plain_errors
from identcheck.cli.places import FORCE
from identcheck.cli.printing import print_title
from identcheck.cli.tables import OUTPUT, demand_output, print_tables, save_output

__all__ = ["plan_command"]


@main.command("plan")
@FILE
@TARGET
@click.option(
    "--threshold",
    type=float,
    default=0.0,
    show_default=True,
    metavar="EFFECT",
    help="Tipping points are where an effect would be this: 0, or the smallest effect of interest.",
)
@click.option(
    "--alternatives",
    is_flag=True,
    help="Compare every strategy of each effect (at most 8), not the best alone.",
)
@click.option("--formulas", is_flag=True, help="Also give the asymptotic bias of each effect as a formula.")
@OUTPUT
@FORCE
@plain_errors
def plan_command(
    file: str,
    target: tuple[str, ...],
    threshold: float,
    alternatives: bool,
    formulas: bool,
    output: str | None,
    force: bool,
) -> None:
    """Say what the anticipated numbers in FILE mean: strength, bias, precision, power and sensitivity.

    The numbers are those of the table [plan] of FILE; what it leaves out takes a default. Every input is listed with
    its source, and marked if it is a default.

    \b
      identcheck plan trial.toml
      identcheck plan trial.toml --target 'direct V Y' --threshold 0.05 -o numbers.json

    A .json file holds all tables; .csv and .parquet one table each, in files named after the tables.

    Exit code 0, whatever is found. Exit code 2: bad input, such as impossible numbers.
    """
    design = ic.load(file)
    demand_output(output, force)
    plan = ic.Plan.from_toml(file)
    estimands = [asked(design, text) for text in target] or None
    sensitive = ic.sensitivity(design, plan, estimands, threshold)
    tables = (*ic.diagnose(design, plan, estimands, alternatives=alternatives).tables, *sensitive.tables)
    if formulas:
        tables = (*tables, sensitive.formulas)
    if design.title:
        print_title(design)
        click.echo()
    print_tables(tables)
    save_output(tables, output)
