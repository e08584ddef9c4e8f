"""``identcheck plan``, ``simulate`` and ``falsify``: the design in numbers, before any data."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, get_args

import click

import identcheck as ic
from identcheck.basics.options import LevelName, TestName
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FILE, FORCE, LEVEL, OUTPUT, REPS, SEED, TARGET
from identcheck.cli.plan_page import by_effect, last_line, page_tables, warnings
from identcheck.cli.printing import (
    print_heading,
    print_title,
    say,
    show_tables,
    stated,
    take_notes,
    working,
    wrapped,
    write_tables,
)
from identcheck.errors import InvalidQuestionError

if TYPE_CHECKING:
    from identcheck.tables.table import Table

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
    help="Tipping points (--full) are where an effect would be this: 0, or the smallest effect of interest.",
)
@click.option(
    "--alternatives",
    is_flag=True,
    help="Compare every strategy of each effect (at most 8), not the best alone.",
)
@click.option("--formulas", is_flag=True, help="Also give the asymptotic bias of each effect as a formula.")
@click.option(
    "--full", is_flag=True, help="All tables: every input with its source, bias by cause, sensitivity."
)
@click.option(
    "--budget",
    is_flag=True,
    help="The cheapest trial that has the planned power, under the costs in [plan.costs].",
)
@click.option(
    "--detect",
    type=float,
    metavar="EFFECT",
    help="With --budget: the smallest detectable effect asked for, in place of power at the anticipated effects.",
)
@click.option(
    "--bias",
    type=float,
    metavar="SHARE",
    help="With --budget: the largest bias, as a share of the standard error.  [default: 0.25]",
)
@click.option(
    "--at-least",
    multiple=True,
    metavar="WHAT=NUMBER",
    help="With --budget: a bound, beside those in [plan.bounds], such as sites=10, persons=20, clusters=4 (of a site) "
    "or persons_per_cluster=10; can be given several times.",
)
@click.option(
    "--at-most", multiple=True, metavar="WHAT=NUMBER", help="With --budget: likewise, such as sites=40."
)
@OUTPUT
@FORCE
@plain_errors
def plan_command(
    file: str,
    target: tuple[str, ...],
    threshold: float,
    alternatives: bool,
    formulas: bool,
    full: bool,
    budget: bool,
    detect: float | None,
    bias: float | None,
    at_least: tuple[str, ...],
    at_most: tuple[str, ...],
    output: str | None,
    force: bool,
) -> None:
    """Say what the anticipated numbers in FILE mean: strength, bias, precision, power, and what is wrong with the plan.

    The numbers are those of the table [plan] of FILE; what it leaves out takes a default. What is printed fits on a page
    and is about the effects that the design names as primary, or else all; --full has every table, and lists every input
    with its source.

    \b
      identcheck plan trial.toml
      identcheck plan trial.toml --full
      identcheck plan trial.toml --target 'direct V Y' --threshold 0.05 -o numbers.json
      identcheck plan trial.toml --budget
      identcheck plan trial.toml --budget --at-most sites=40 --at-least persons=50

    A .json file holds all tables, also without --full; .csv and .parquet one table each, in files named after the tables.

    Exit code 0, whatever is found. Exit code 2: bad input, such as impossible numbers.
    """
    about = {
        "detect": "what the cheapest trial is to detect",
        "bias": "how large its biases may be",
        "at-least": "what bounds it",
        "at-most": "what bounds it",
    }
    given = dict(zip(about, (detect is not None, bias is not None, at_least, at_most), strict=True))
    if not budget and any(given.values()):
        raise InvalidQuestionError(
            [f"--{name} goes with --budget: it says {what}" for name, what in about.items() if given[name]]
        )
    if budget:
        _refuse_beside_budget(
            full=full, alternatives=alternatives, formulas=formulas, threshold=bool(threshold)
        )
    design, plan, estimands = stated(file, target, output, force)
    if budget:
        from identcheck.plan.closed.biased import TOLERABLE

        bounded = plan.but(bounds=_bounds(plan, at_least, at_most)) if at_least or at_most else plan
        with working("searching", lambda: "interrupted; nothing was kept") as progress:
            found = ic.cheapest(
                design,
                bounded,
                estimands,
                detect=detect,
                bias=TOLERABLE if bias is None else bias,
                progress=progress,
            )
        _show_cheapest(found, output)
        return
    diagnosis = ic.diagnose(design, plan, estimands, alternatives=alternatives)
    every: tuple[Table, ...] = ()
    if full or formulas or output is not None:
        sensitive = ic.sensitivity(design, plan, estimands, threshold)
        every = (*diagnosis.tables, *sensitive.tables, *([sensitive.formulas] if formulas else []))
    if design.title:
        print_title(design)
        click.echo()
    if full or formulas:
        parts = ((by_effect(table) if table.key == "conditions" else (table,)) for table in every)
        show_tables(tuple(chain.from_iterable(parts)))
    else:
        _show_page(diagnosis if estimands else _primary(diagnosis, design, plan, alternatives))
    write_tables(every, output)


def _refuse_beside_budget(**asked: bool) -> None:
    """Raise InvalidQuestionError for each option that is about the planned trial, not the search for the cheapest one."""
    names = [f"--{name}" for name, given in asked.items() if given]
    if names:
        raise InvalidQuestionError(
            [
                f"{name} is about the trial as it is planned, and --budget searches for the cheapest trial: "
                f"leave out {name}, or run identcheck plan once with it and once with --budget"
                for name in names
            ]
        )


def _bounds(plan: ic.Plan, least: tuple[str, ...], most: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """The bounds of a plan and those of the command line, which replace them."""
    found = {name: dict(said) for name, said in plan.bounds.items()}
    wrong = []
    for option, end, texts in (("--at-least", "least", least), ("--at-most", "most", most)):
        for text in texts:
            name, _, number = (part.strip() for part in text.partition("="))
            if not name or not (number.isascii() and number.isdigit()):
                wrong.append(
                    f"{option} is {text!r}; write what is bounded and a whole number, such as sites=40"
                )
            else:
                found.setdefault(name, {})[end] = int(number)
    if wrong:
        raise InvalidQuestionError(wrong)
    return found


def _show_cheapest(found: ic.Cheapest, output: str | None) -> None:
    """The cheapest trial in a sentence, others that do, and each effect in it."""
    if found.design.title:
        print_title(found.design)
        click.echo()
    for text in (found.sentence, *found.remarks):
        say(wrapped(text, 0))
    click.echo()
    show_tables(found.tables, legend=False)
    for estimand, reason in found.left_aside:
        say(wrapped(f"Not counted: {estimand}. {reason}", 2))
    write_tables(found.tables, output)


def _primary(diagnosis: ic.Diagnosis, design: ic.Design, plan: ic.Plan, alternatives: bool) -> ic.Diagnosis:
    """The diagnosis of the primary effects, where the design names some."""
    return (
        ic.diagnose(design, plan, design.primary, alternatives=alternatives) if design.primary else diagnosis
    )


def _show_page(diagnosis: ic.Diagnosis) -> None:
    """A plan on one page."""
    show_tables(tuple(page_tables(diagnosis)), legend=False)
    found = (*(f"{note}." for note in take_notes()), *warnings(diagnosis))
    if found:
        print_heading("Warnings")
    for text in found:
        say(wrapped(text, 4, 2))
    say(f"\n{wrapped(last_line(diagnosis), 0)}")


UNPRINTED = {"own", "mean", "rmse", "standard_error", "weak"}
"""Columns of a simulation that files have and the page has not."""


def printed(table: Table) -> Table:
    """A table of estimators without the columns that the page has not."""
    kept = [i for i, key in enumerate(table.keys) if key.removesuffix("_error") not in UNPRINTED]
    rows = tuple(tuple(row[i] for i in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[i] for i in kept), rows=rows)


TESTS = click.option(
    "--test",
    "tests",
    multiple=True,
    type=click.Choice(get_args(TestName)),
    help="Also the size and power of this kind of test, with its Monte Carlo error; can be given several times.",
)


@main.command("simulate")
@FILE
@REPS
@SEED
@LEVEL
@TARGET
@TESTS
@OUTPUT
@FORCE
@plain_errors
def simulate_command(
    file: str,
    reps: int,
    seed: int,
    level: LevelName,
    tests: tuple[TestName, ...],
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
      identcheck simulate trial.toml --test CR1 --test CR2 --test bootstrap

    Exit code 0, whatever is found. Exit code 2: bad input. Exit code 130: stopped by Ctrl-C.
    """
    design, plan, estimands = stated(file, target, output, force)
    with working("simulating", lambda: f"{NOTHING_KEPT}, and so is --level sites") as progress:
        found = ic.simulate(
            design, plan, reps, seed, level=level, estimands=estimands, tests=tests, progress=progress
        )
    show_tables([printed(table) if table.key == "simulation" else table for table in found.tables])
    write_tables(found.tables, output)


@main.command("falsify")
@FILE
@REPS
@SEED
@OUTPUT
@FORCE
@plain_errors
def falsify_command(file: str, reps: int, seed: int, output: str | None, force: bool) -> None:
    """Say how well tests of the site effects would find out that assumptions fail, under the numbers in FILE.

    The paper's scatter of site effects on the outcome against site compliances is a line through the origin if (ii),
    (vi) and (vii) hold; arms that the graph lets bypass the mediators have an intercept. Tests of that line, intercept,
    curvature and heterogeneity Q, are tried in simulated trials: in the anticipated world (power) and in worlds where all
    three hold (actual size), each by itself and as a family. What each cannot see is listed.

    \b
      identcheck falsify trial.toml
      identcheck falsify trial.toml --reps 5000 --seed 1 -o tests.csv

    Exit code 0, whatever is found. Exit code 2: bad input. Exit code 130: stopped by Ctrl-C.
    """
    design, plan, _ = stated(file, (), output, force)
    with working("simulating", lambda: NOTHING_KEPT) as progress:
        found = ic.falsification(design, plan, reps, seed, progress=progress)
    show_tables(found.tables)
    write_tables(found.tables, output)
