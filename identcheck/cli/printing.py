"""What several commands print: the design in short, and text wrapped to the page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from identcheck.basics.files import write_whole
from identcheck.decide.identification import Verdict
from identcheck.derive.assignment import back_doors
from identcheck.derive.words import MOST_NAMED, capital, listed, some
from identcheck.describe.design import Design
from identcheck.errors.visible import visible

__all__ = [
    "COLOURS",
    "print_data",
    "print_design",
    "print_heading",
    "print_or_write",
    "print_title",
    "say",
    "wrapped",
]

MOST_LINES = 40
"""Of more lines of arrows the first MOST_LINES are printed and the rest counted."""

COLOURS = {
    Verdict.IDENTIFIED: "green",
    Verdict.CONDITIONAL: "yellow",
    Verdict.NOT_IDENTIFIED: "red",
    Verdict.UNDECIDED: "magenta",
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


def print_title(design: Design) -> None:
    """Print the title, if there is one, on one line."""
    if design.title:
        click.secho(" ".join(visible(design.title).split()), bold=True)


def print_design(design: Design) -> None:
    """Print title, arms, sites, arrows and baseline nodes."""
    print_title(design)
    arms = listed([design.label(arm) for arm in design.treatments])
    sites = (
        "sites not stated"
        if design.sites is None
        else f"{design.sites} site{'s' if design.sites > 1 else ''}"
    )
    click.echo(wrapped(f"{capital(arms, design)}; {sites}.", 0))
    _print_lines(
        [
            f"{node} -> {some(list(onward)) if len(onward) > MOST_NAMED else ', '.join(onward)}"
            for node, onward in design.causal.adj.items()
            if onward
        ],
        "nodes with arrows",
    )
    doors = back_doors(design)
    if design.baseline:
        names = some([design.label(node) for node in design.baseline])
        harmless = "" if doors else ", harmless for identification here"
        click.echo(wrapped(f"Fixed before treatment{harmless}: {names}.", 0))
    _print_lines([f"{a} <-> {b}" for a, b in design.confounded], "pairs that share a cause")
    if doors:
        paths = some(list(dict.fromkeys(door.text for door in doors.values())), "; ")
        click.secho(wrapped(f"Assignment is not ignorable in this graph: {paths}.", 0), fg="red")
    _print_lines([f"declared: {declaration}" for declaration in design.declarations], "declarations")


def _print_lines(lines: Sequence[str], what: str) -> None:
    """Lines below one another; of many the first, and the number of the others."""
    for line in lines[:MOST_LINES]:
        click.echo(f"  {line}")
    if len(lines) > MOST_LINES:
        click.echo(f"  and {len(lines) - MOST_LINES:,} more {what}")


def wrapped(text: str, indent: int, first: int | None = None) -> str:
    """The text on lines of at most 100 letters, the first with an indent of its own."""
    return click.wrap_text(
        text,
        width=WIDTH,
        initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent,
    )
