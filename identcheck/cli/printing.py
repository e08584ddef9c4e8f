"""What several commands print: the design in short, and text wrapped to the page."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from identcheck.assignment import back_doors
from identcheck.design import Design
from identcheck.files import demand_place, write_whole
from identcheck.identification import Verdict
from identcheck.visible import visible
from identcheck.words import capital, listed

__all__ = ["COLOURS", "print_data", "print_design", "print_or_write", "print_title", "say", "wrapped"]

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
    """Print a text as it is; or write it to a file, whole or not at all, and say so."""
    if output is None:
        print_data(text)
        return
    demand_place(Path(output))
    write_whole(Path(output), text.encode())
    say(f"wrote {output}")


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
    for node in design.causal:
        onward = list(design.causal.successors(node))
        if onward:
            click.echo(f"  {node} -> {', '.join(onward)}")
    doors = back_doors(design)
    if design.baseline:
        names = listed([design.label(node) for node in design.baseline])
        harmless = "" if doors else ", harmless for identification here"
        click.echo(wrapped(f"Fixed before treatment{harmless}: {names}.", 0))
    for a, b in design.confounded:
        click.echo(f"  {a} <-> {b}")
    if doors:
        paths = "; ".join(dict.fromkeys(door.text for door in doors.values()))
        click.secho(wrapped(f"Assignment is not ignorable in this graph: {paths}.", 0), fg="red")
    for declaration in design.declarations:
        click.echo(f"  declared: {declaration}")


def wrapped(text: str, indent: int, first: int | None = None) -> str:
    """The text on lines of at most 100 letters, the first with an indent of its own."""
    return click.wrap_text(
        text,
        width=WIDTH,
        initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent,
    )
