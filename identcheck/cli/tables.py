"""Tables on the terminal and in files, and a bar of progress; shared by the commands that give numbers."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from identcheck.cli.places import demand_free
from identcheck.cli.printing import WIDTH, say

if TYPE_CHECKING:
    from identcheck.tables.table import Table

__all__ = ["LEVEL", "OUTPUT", "REPS", "SEED", "demand_output", "print_tables", "progress_bar", "save_output"]

OUTPUT = click.option(
    "--output", "-o", metavar="OUT", help="Also write the tables, unrounded, to OUT: .csv, .json or .parquet."
)
REPS = click.option(
    "--reps", "-n", type=click.IntRange(min=2), default=1000, show_default=True, help="Simulated trials."
)
SEED = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same seed gives the same numbers.",
)
LEVEL = click.option(
    "--level",
    type=click.Choice(["sites", "persons"]),
    default="sites",
    show_default=True,
    help="Draw the site effects from their sampling distribution, or every person.",
)

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def demand_output(output: str | None, force: bool) -> None:
    """Refuse a file that tables cannot be written to, or one that exists, before any work is done."""
    if output is not None:
        from identcheck.tables.write import demand_file, places_of

        path = demand_file(output)
        demand_free([path, *(place for place in places_of(path) if os.path.lexists(place))], force)


def print_tables(tables: Sequence[Table]) -> None:
    """Print tables one under another, as wide as the terminal; at 100 letters where the output is no terminal."""
    from identcheck.tables.terminal import table_text

    watched = sys.stdout.isatty()
    width = max(shutil.get_terminal_size((WIDTH, 24)).columns, 60) if watched else WIDTH
    for place, table in enumerate(tables):
        if place:
            click.echo()
        click.echo(table_text(table, width, colour=watched, legend=True))


def save_output(tables: Sequence[Table], output: str | None) -> None:
    """Write tables to a file where one is named, and say to which files they went."""
    if output is None:
        return
    from identcheck.tables.write import save_tables

    click.echo()
    for path in save_tables(tables, Path(output)):
        say(f"wrote {path}")


@contextmanager
def progress_bar(words: str) -> Iterator[Progress | None]:
    """A bar on stderr where somebody sees it, moved by calls with (done, total); None where nobody does."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
