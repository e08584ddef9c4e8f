"""``identcheck convert``: a design from one format to another."""

from __future__ import annotations

from typing import get_args

import click

import identcheck as ic
from identcheck.basics.options import DesignFormat
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FORCE, demand_free, demand_other
from identcheck.cli.printing import print_data, say, wrapped

__all__ = ["FORMATS", "convert_command"]

FORMATS: tuple[str, ...] = get_args(DesignFormat)
"""The formats of OUT, as the help names them."""


@main.command("convert")
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@click.option(
    "--treatment", multiple=True, metavar="NODE", help="The randomised node of IN; repeat for several arms."
)
@click.option("--outcome", metavar="NODE", help="The outcome of IN.")
@click.option("--format", "-f", "format_", metavar="FORMAT", help=f"The format of OUT: {', '.join(FORMATS)}.")
@FORCE
@plain_errors
def convert_command(
    source: str,
    target: str,
    treatment: tuple[str, ...],
    outcome: str | None,
    format_: DesignFormat | None,
    force: bool,
) -> None:
    """Write the design in IN to OUT in another format; the suffixes name the formats.

    \b
      identcheck convert trial.toml trial.dagitty
      identcheck convert model.lavaan model.graphml --treatment T --outcome Y
      identcheck convert trial.toml - --format dot

    Suffixes: .toml; .dagitty .dag; .lavaan .lav; .dot .gv; .graphml; .gexf; .json. A graph from another program may
    not say which node is the treatment and which the outcome; --treatment and --outcome do, and OUT keeps it. What
    OUT has no word for is kept where only identcheck looks for it; what is left out is printed. '-' prints the text.
    """
    from identcheck.formats import DESIGN_WRITERS, format_of, has_plan, lost

    if target == "-" and format_ is None:
        raise click.UsageError("'-' needs a format, such as --format dagitty")
    if target != "-":
        demand_other(source, target)
        demand_free([target], force)
    design = ic.load(source, treatment=list(treatment) or None, outcome=outcome)
    format_ = format_ or format_of(target)
    planned = has_plan(source)
    plan = ic.Plan.from_toml(source) if planned and format_ in DESIGN_WRITERS else None
    if target == "-":
        print_data(ic.dumps(design, format_, plan))
    else:
        ic.dump(design, target, plan, format=format_)
        say(f"wrote {target}")
    left = ["the table [plan]"] if planned and plan is None else []
    left += lost(design, format_)
    if left:
        say(wrapped(f"left out: {'; '.join(left)}", 2, first=0), err=True)
