"""What several commands print: titles, files' contents, and text wrapped to the page."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import identcheck as ic
from identcheck.basics.files import write_whole
from identcheck.errors.visible import visible

__all__ = [
    "COLOURS",
    "print_data",
    "print_heading",
    "print_or_write",
    "print_title",
    "say",
    "wrapped",
]

COLOURS = {
    "identified": "green",
    "conditional": "yellow",
    "not identified": "red",
    "undecided": "magenta",
}
WIDTH = 100


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
