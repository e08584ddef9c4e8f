"""``identcheck plan``, ``simulate`` and ``falsify``: the design in numbers, before any data."""

from __future__ import annotations

import click

import identcheck as ic
from identcheck.basics.options import LevelName
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FILE, FORCE, LEVEL, OUTPUT, REPS, SEED, TARGET
from identcheck.cli.printing import print_title, show_tables, stated, working

__all__ = ["falsify_command", "plan_command", "simulate_command"]

NOTHING_KEPT = "interrupted; nothing was kept. Fewer --reps are quicker"


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
    design, plan, estimands = stated(file, target, output, force)
    sensitive = ic.sensitivity(design, plan, estimands, threshold)
    tables = (*ic.diagnose(design, plan, estimands, alternatives=alternatives).tables, *sensitive.tables)
    if formulas:
        tables = (*tables, sensitive.formulas)
    if design.title:
        print_title(design)
        click.echo()
    show_tables(tables, output)


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
    file: str,
    reps: int,
    seed: int,
    level: LevelName,
    target: tuple[str, ...],
    output: str | None,
    force: bool,
) -> None:
    """Draw trials from the anticipated numbers in FILE and say how each estimator does in them.

    Bias, spread, coverage, power and the share of draws with weak instruments, each with its Monte Carlo error. The
    numbers are those of the table [plan] of FILE; what it leaves out takes a default.

    \b
      identcheck simulate trial.toml --reps 5000 --seed 1
      identcheck simulate trial.toml --level persons --target 'direct V Y' -o simulated.csv

    Exit code 0, whatever is found. Exit code 2: bad input. Exit code 130: stopped by Ctrl-C.
    """
    design, plan, estimands = stated(file, target, output, force)
    with working("simulating", lambda: f"{NOTHING_KEPT}, and so is --level sites") as progress:
        found = ic.simulate(design, plan, reps, seed, level=level, estimands=estimands, progress=progress)
    show_tables(found.tables, output)


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
    design, plan, _ = stated(file, (), output, force)
    with working("simulating", lambda: NOTHING_KEPT) as progress:
        found = ic.falsification(design, plan, reps, seed, progress=progress)
    show_tables(found.tables, output)
