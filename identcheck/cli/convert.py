"""``identcheck convert``: a design from one format to another."""

from __future__ import annotations

import click

from identcheck.basics.options import DesignFormat
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FORCE, demand_free, demand_other
from identcheck.cli.printing import print_data, say, wrapped
from identcheck.cli.tables import plan_of
from identcheck.formats import DESIGN_WRITERS, WRITERS, dump, dumps, format_of, has_plan, load, lost

__all__ = ["convert_command"]


@main.command("convert")
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@click.option(
    "--treatment", multiple=True, metavar="NODE", help="The randomised node of IN; repeat for several arms."
)
@click.option("--outcome", metavar="NODE", help="The outcome of IN.")
@click.option("--format", "-f", "format_", metavar="FORMAT", help=f"The format of OUT: {', '.join(WRITERS)}.")
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
    if target == "-" and format_ is None:
        raise click.UsageError("'-' needs a format, such as --format dagitty")
    if target != "-":
        demand_other(source, target)
        demand_free([target], force)
    design = load(source, treatment=list(treatment) or None, outcome=outcome)
    format_ = format_ or format_of(target)
    planned = has_plan(source)
    plan = plan_of(source) if planned and format_ in DESIGN_WRITERS else None
    if target == "-":
        print_data(dumps(design, format_, plan))
    else:
        dump(design, target, plan, format=format_)
        say(f"wrote {target}")
    left = ["the table [plan]"] if planned and plan is None else []
    left += lost(design, format_)
    if left:
        say(wrapped(f"left out: {'; '.join(left)}", 2, first=0), err=True)
