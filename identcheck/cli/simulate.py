"""``identcheck simulate``: how the estimators do in trials drawn from the plan."""

from __future__ import annotations

import sys

import click

import identcheck as ic
from identcheck.basics.stopping import exit_code
from identcheck.cli.group import FILE, TARGET, asked, main, plain_errors
from identcheck.cli.places import FORCE
from identcheck.cli.tables import (
    LEVEL,
    OUTPUT,
    REPS,
    SEED,
    demand_output,
    print_tables,
    progress_bar,
    save_output,
)

__all__ = ["simulate_command"]


@main.command("simulate")
@FILE
@REPS
@SEED
@LEVEL
@TARGET
@OUTPUT
@FORCE
@plain_errors
def simulate_command(
    file: str, reps: int, seed: int, level: str, target: tuple[str, ...], output: str | None, force: bool
) -> None:
    """Draw trials from the anticipated numbers in FILE and say how each estimator does in them.

    Bias, spread, coverage, power and the share of draws with weak instruments, each with its Monte Carlo error. The
    numbers are those of the table [plan] of FILE; what it leaves out takes a default.

    \b
      identcheck simulate trial.toml --reps 5000 --seed 1
      identcheck simulate trial.toml --level persons --target 'direct V Y' -o simulated.csv

    Exit code 0, whatever is found. Exit code 2: bad input. Exit code 130: stopped by Ctrl-C.
    """
    design = ic.load(file)
    demand_output(output, force)
    plan = ic.Plan.from_toml(file)
    estimands = [asked(design, text) for text in target] or None
    try:
        with progress_bar("simulating") as progress:
            found = ic.simulate(design, plan, reps, seed, level=level, estimands=estimands, progress=progress)
    except KeyboardInterrupt as error:
        click.echo(
            "interrupted; nothing was kept. Fewer --reps are quicker, and so is --level sites", err=True
        )
        sys.exit(exit_code(error))
    print_tables(found.tables)
    save_output(found.tables, output)
