"""``identcheck sweep``: simulations over a grid of plans, in parallel, to be taken up again where they stopped."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import click

import identcheck as ic
from identcheck.basics.options import LevelName
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FILE, FORCE, LEVEL, OUTPUT, REPS, SEED, TARGET
from identcheck.cli.printing import show_tables, stated, working, write_tables
from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import AXIS_VALUES

__all__ = ["read_grid", "sweep_command"]


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
    level: LevelName,
    target: tuple[str, ...],
    output: str | None,
    force: bool,
    cells: str | None,
    workers: int,
) -> None:
    """Simulate every combination of values of some of the anticipated numbers in FILE.

    A FIELD is 'sites', 'persons', 'clusters', 'persons_per_cluster', 'treated', 'attrition', 'variation', 'alpha', 'power',
    'arrows.T -> M.mean' (or .between, .within, .cv, .takeup, .crossover and these with _sd), 'suspected.T -> Y.mean',
    'between.T -> M ~ M -> Y' (a correlation across sites; within: within them), 'third_between.' and 'third_within.' with
    three arrows, 'residuals.M', 'icc.M', 'r2.M', 'reliability.M', 'confounding.M ~ Y'.

    \b
      identcheck sweep trial.toml --vary sites=20,50,100 --vary persons=50:200:50 -o grid.parquet
      identcheck sweep trial.toml --vary 'between.T -> M ~ M -> Y=-0.5:0.5:0.25' --file cells.jsonl --workers 4

    Results do not depend on the number of workers. After Ctrl-C, or a crash, the same command with the same --file
    goes on with the cells that are missing.

    Exit code 0, whatever is found. Exit code 2: bad input. Exit code 130: stopped by Ctrl-C.
    """
    from joblib import parallel_config

    grid = read_grid(vary)
    design, plan, estimands = stated(file, target, output, force, grid)
    with (
        working("cells of the grid", lambda: _interrupted(cells)) as progress,
        parallel_config(n_jobs=workers),
    ):
        found = ic.sweep(
            design, plan, grid, reps, seed, level=level, estimands=estimands, file=cells, progress=progress
        )
    show_tables(found.tables)
    write_tables(found.tables, output)


def _interrupted(cells: str | None) -> str:
    """What was kept, and how to go on."""
    if cells is None:
        return "interrupted; nothing was kept. With --file CELLS a sweep can be taken up where it stopped"
    if not os.path.exists(cells):
        return "interrupted; no cell of the grid was finished"
    return f"interrupted; the finished cells are kept in {cells}: the same command goes on with the others"


Value = str | int | float


def read_grid(texts: Iterable[str]) -> dict[str, list[Value]]:
    """The values of each field that is varied.

    Args:
        texts: for each field its path, "=" and its values: a list with commas, or start:stop:step, where the stop is
            the last value if the steps meet it.

    Raises:
        InvalidQuestionError: every text that is no such thing.
    """
    grid: dict[str, list[Value]] = {}
    problems = []
    for text in texts:
        field, found, values = (part.strip() for part in text.rpartition("="))
        if not found or not field or not values:
            problems.append(f"--vary {text!r}: write a field, '=' and its values, such as sites=20,50,100")
        elif field in grid:
            problems.append(f"--vary {text!r}: {field!r} is varied twice; list all its values in one --vary")
        else:
            try:
                grid[field] = _values(values, field == "variation")
            except ValueError as error:
                problems.append(f"--vary {text!r}: {error}")
    if problems:
        raise InvalidQuestionError(problems)
    return grid


def _values(text: str, words: bool) -> list[Value]:
    """The values of a list, or of a range; only a field of words may have a value that is no number."""
    values: list[Value] = []
    for part in (part.strip() for part in text.split(",")):
        if not part:
            raise ValueError("there is nothing before or after a comma")
        found = _steps(part) if ":" in part else [_value(part)]
        if not words and any(isinstance(value, str) for value in found):
            raise ValueError(f"{part!r} is no number; {_as_values(part)}")
        values += found
    if len(set(values)) < len(values):
        twice = next(value for value in values if values.count(value) > 1)
        raise ValueError(f"the value {twice} is there twice")
    return values


def _as_values(text: str) -> str:
    """How values are written, for one that was meant as a range or a list of another kind."""
    number = r"[+-]?\d+(?:\.\d+)?"
    if ends := re.fullmatch(rf"({number})\s*(?:-|\u2013|\.\.+|to)\s*({number})", text):
        low, high = Decimal(ends[1]), Decimal(ends[2])
        step = (high - low) / 3 if abs(high - low) > 3 else (high - low) / 4
        step = step.to_integral_value() if abs(step) >= 1 else step.normalize()
        if step:
            return (
                f"write a range with its step, {low}:{high}:{step}, or each value, {low},{low + step},{high}"
            )
    if re.fullmatch(rf"{number}(?:[;/ |]+{number})+", text):
        return f"commas stand between values: {','.join(re.findall(number, text))}"
    return "write numbers with commas between them, such as 20,50,100, or start:stop:step, such as 20:100:20"


def _steps(text: str) -> list[Value]:
    """start:stop:step, in exact decimals."""
    try:
        start, stop, step = (Decimal(part.strip()) for part in text.split(":"))
        count = int((stop - start) / step) + 1
    except (ValueError, ArithmeticError, OverflowError):
        raise ValueError(f"{text!r} is no range; write start:stop:step, such as 50:200:50") from None
    if count < 1:
        raise ValueError(f"{text!r} steps away from its end; the step goes from the start to the stop")
    if count > AXIS_VALUES.most:
        raise ValueError(f"{text!r} has {count} values; there may be {AXIS_VALUES.most}")
    return [_value(str(start + step * place)) for place in range(count)]


def _value(text: str) -> Value:
    """A whole number, a number, or else the text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        raise ValueError(f"{text} is no finite number")
    whole = "." not in text and number == number.to_integral_value()
    return int(number) if whole and abs(number) < Decimal(10) ** 15 else float(number)
