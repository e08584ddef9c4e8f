"""``identcheck falsify``: what the scatter of site effects could show against the assumptions."""

from __future__ import annotations

import sys

import click

import identcheck as ic
from identcheck.basics.stopping import exit_code
from identcheck.cli.group import FILE, main, plain_errors
from identcheck.cli.places import FORCE
from identcheck.cli.tables import OUTPUT, REPS, SEED, demand_output, print_tables, progress_bar, save_output

__all__ = ["falsify_command"]


@main.command("falsify")
@FILE
@REPS
@SEED
@OUTPUT
@FORCE
@plain_errors
def falsify_command(file: str, reps: int, seed: int, output: str | None, force: bool) -> None:
    """Say how well tests of the site effects would find out that assumptions fail, under the numbers in FILE.

    The paper's scatter of site effects on the outcome against site compliances is a line through the origin if (ii) and
    (vii) hold. Three tests of that line, intercept, curvature and heterogeneity Q, are tried in simulated trials: in the
    anticipated world (power) and in worlds where both assumptions hold (actual size). What each cannot see is listed.

    \b
      identcheck falsify trial.toml
      identcheck falsify trial.toml --reps 5000 --seed 1 -o tests.csv

    Exit code 0, whatever is found. Exit code 2: bad input. Exit code 130: stopped by Ctrl-C.
    """
    design = ic.load(file)
    demand_output(output, force)
    plan = ic.Plan.from_toml(file)
    try:
        with progress_bar("simulating") as progress:
            found = ic.falsification(design, plan, reps, seed, progress=progress)
    except KeyboardInterrupt as error:
        click.echo("interrupted; nothing was kept. Fewer --reps are quicker", err=True)
        sys.exit(exit_code(error))
    print_tables(found.tables)
    save_output(found.tables, output)
