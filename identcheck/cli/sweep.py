"""``identcheck sweep``: simulations over a grid of plans, in parallel, to be taken up again where they stopped."""

from __future__ import annotations

import os
import sys

import click

import identcheck as ic
from identcheck.basics.stopping import exit_code
from identcheck.cli.grid import read_grid
from identcheck.cli.group import FILE, TARGET, asked, main, plain_errors
from identcheck.cli.places import FORCE
from identcheck.cli.printing import say
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

__all__ = ["sweep_command"]


@main.command("sweep")
@FILE
@click.option(
    "--vary",
    "-v",
    multiple=True,
    required=True,
    metavar="FIELD=VALUES",
    help="A number of the plan and its values: a list with commas or start:stop:step; repeat for a grid.",
)
@REPS
@SEED
@LEVEL
@TARGET
@OUTPUT
@FORCE
@click.option(
    "--file",
    "--resume",
    "cells",
    metavar="CELLS",
    help="Keep each finished cell of the grid in CELLS (.jsonl), and skip the cells that are in it already.",
)
@click.option(
    "--workers", "-w", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to use."
)
@plain_errors
def sweep_command(
    file: str,
    vary: tuple[str, ...],
    reps: int,
    seed: int,
    level: str,
    target: tuple[str, ...],
    output: str | None,
    force: bool,
    cells: str | None,
    workers: int,
) -> None:
    """Simulate every combination of values of some of the anticipated numbers in FILE.

    A FIELD is 'sites', 'persons', 'treated', 'variation', 'alpha', 'power', 'arrows.T -> M.mean' (or .between, .within, .cv),
    'suspected.T -> Y.mean', 'between.T -> M ~ M -> Y' (a correlation across sites; within: within them),
    'third_between.' and 'third_within.' with three arrows, 'residuals.M', 'confounding.M ~ Y'.

    \b
      identcheck sweep trial.toml --vary sites=20,50,100 --vary persons=50:200:50 -o grid.parquet
      identcheck sweep trial.toml --vary 'between.T -> M ~ M -> Y=-0.5:0.5:0.25' --file cells.jsonl --workers 4

    Results do not depend on the number of workers. After Ctrl-C, or a crash, the same command with the same --file
    goes on with the cells that are missing.

    Exit code 0, whatever is found. Exit code 2: bad input. Exit code 130: stopped by Ctrl-C.
    """
    from joblib import parallel_config

    grid = read_grid(vary)
    design = ic.load(file)
    demand_output(output, force)
    plan = ic.Plan.from_toml(file)
    estimands = [asked(design, text) for text in target] or None
    try:
        with parallel_config(n_jobs=workers), progress_bar("cells of the grid") as progress:
            found = ic.sweep(
                design,
                plan,
                grid,
                reps,
                seed,
                level=level,
                estimands=estimands,
                file=cells,
                progress=progress,
            )
    except KeyboardInterrupt as error:
        say(_interrupted(cells), err=True)
        sys.exit(exit_code(error))
    print_tables(found.tables)
    save_output(found.tables, output)


def _interrupted(cells: str | None) -> str:
    """What was kept, and how to go on."""
    if cells is None:
        return "interrupted; nothing was kept. With --file CELLS a sweep can be taken up where it stopped"
    if not os.path.exists(cells):
        return "interrupted; no cell of the grid was finished"
    return f"interrupted; the finished cells are kept in {cells}: the same command goes on with the others"
