"""What several commands print: titles, files' contents, text wrapped to the page, tables of numbers, a bar of progress."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

import identcheck as ic
from identcheck.basics.stopping import exit_code
from identcheck.cli.options import asked, demand_free
from identcheck.errors.visible import visible

if TYPE_CHECKING:
    from identcheck.tables.table import Table

__all__ = [
    "COLOURS",
    "demand_tables",
    "loaded",
    "planned",
    "print_data",
    "print_heading",
    "print_notes",
    "print_or_write",
    "print_title",
    "progress_bar",
    "say",
    "show_tables",
    "stated",
    "take_notes",
    "working",
    "wrapped",
    "write_tables",
]

COLOURS = {
    "identified": "green",
    "conditional": "yellow",
    "not identified": "red",
    "undecided": "magenta",
    "no single number": "magenta",
    "pending": "cyan",
}
WIDTH = 100
NOTES = "identcheck.notes"
"""Under which name the notes of a command are kept."""


def say(text: str, err: bool = False) -> None:
    """Print lines with what a user or a file name may have in them; nothing in them is obeyed by the terminal."""
    click.echo(visible(text), err=err)


def print_data(text: str) -> None:
    """Print a text that is a file's content: as it is into a pipe or a file, and harmless where somebody looks at it."""
    click.echo(visible(text) if sys.stdout.isatty() else text, nl=False)


def print_or_write(text: str, output: str | None) -> None:
    """Print a text as it is; or write it to a file that ``demand_free`` allowed, whole or not at all, and say so."""
    if output is None:
        print_data(text)
        return
    from identcheck.basics.files import write_whole

    write_whole(Path(output), text.encode())
    say(f"wrote {output}")


def print_heading(text: str) -> None:
    """Print a heading after an empty line."""
    click.echo()
    click.secho(text, bold=True)


def print_title(design: ic.Design) -> None:
    """Print the title, if there is one, on one line."""
    if design.title:
        click.secho(" ".join(visible(design.title).split()), bold=True)


def wrapped(text: str, indent: int, first: int | None = None) -> str:
    """The text on lines of at most 100 letters, the first with an indent of its own."""
    return click.wrap_text(
        text,
        width=WIDTH,
        initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent,
    )


Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


def loaded(file: str) -> ic.Design:
    """The design in a file; what may be meant otherwise there is told at the end."""
    from identcheck.formats import notes

    design = ic.load(file)
    tell(notes(file))
    return design


def planned(file: str, varied: Collection[str] = ()) -> ic.Plan:
    """The plan in a file; what is hardly likely there is told at the end."""
    from identcheck.plan.inputs.from_files import questions_in

    plan = ic.Plan.from_toml(file)
    tell(questions_in(file, varied))
    return plan


def tell(notes: Sequence[str]) -> None:
    """Keep notes, which stop nothing, until the command has done its work."""
    click.get_current_context().meta.setdefault(NOTES, []).extend(notes)


def take_notes() -> list[str]:
    """The notes that were kept, for a command that prints them itself."""
    context = click.get_current_context(silent=True)
    return context.meta.pop(NOTES, []) if context else []


def print_notes() -> None:
    """Print the notes that were kept, on stderr."""
    for note in take_notes():
        say(wrapped(f"note: {note}", 2, first=0), err=True)


def stated(
    file: str, target: Sequence[str], output: str | None, force: bool, varied: Collection[str] = ()
) -> tuple[ic.Design, ic.Plan, list[ic.Estimand] | None]:
    """The design and the plan in a file, and the effects asked for; None for all.

    A file that tables cannot be written to, or one that exists, is refused before any work is done.
    """
    design = loaded(file)
    if output is not None:
        demand_tables(output, force)
    return design, planned(file, varied), [asked(design, text) for text in target] or None


def demand_tables(output: str, force: bool) -> None:
    """Refuse a file that tables cannot be written to, or one that exists."""
    from identcheck.tables.write import demand_file, places_of

    path = demand_file(output)
    demand_free([path, *(place for place in places_of(path) if os.path.lexists(place))], force)


def show_tables(tables: Sequence[Table], legend: bool = True) -> None:
    """Print tables one under another, as wide as the terminal, or 100 letters; with what their columns hold."""
    from identcheck.tables.terminal import table_text

    watched = sys.stdout.isatty()
    width = max(shutil.get_terminal_size((WIDTH, 24)).columns, 60) if watched else WIDTH
    for place, table in enumerate(tables):
        if place:
            click.echo()
        click.echo(table_text(table, width, colour=watched, legend=legend))


def write_tables(tables: Sequence[Table], output: str | None) -> None:
    """Write tables to a file if one is named, and say so."""
    if output is None:
        return
    from identcheck.tables.write import save_tables

    click.echo()
    for path in save_tables(tables, Path(output)):
        say(f"wrote {path}")


@contextmanager
def working(words: str, interrupted: Callable[[], str]) -> Iterator[Progress | None]:
    """A bar of progress; Ctrl-C ends the command with a sentence that says what was kept."""
    try:
        with progress_bar(words) as progress:
            yield progress
    except KeyboardInterrupt as error:
        say(interrupted(), err=True)
        sys.exit(exit_code(error))


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
