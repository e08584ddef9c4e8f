"""What several commands print: the design in short, and text wrapped to the page."""

from __future__ import annotations

from pathlib import Path

import click

from identcheck.assignment import back_doors
from identcheck.design import Design
from identcheck.files import write_whole
from identcheck.identification import Verdict
from identcheck.words import capital, listed

__all__ = ["COLOURS", "print_design", "print_or_write", "wrapped"]

COLOURS = {
    Verdict.IDENTIFIED: "green",
    Verdict.CONDITIONAL: "yellow",
    Verdict.NOT_IDENTIFIED: "red",
    Verdict.UNDECIDED: "magenta",
}
WIDTH = 100


def print_or_write(text: str, output: str | None) -> None:
    """Print a text as it is; or write it to a file that ``demand_free`` allowed, whole or not at all, and say so."""
    if output is None:
        click.echo(text, nl=False)
        return
    write_whole(Path(output), text.encode())
    click.echo(f"wrote {output}")


def print_design(design: Design) -> None:
    """Print title, arms, sites, arrows and baseline nodes."""
    if design.title:
        click.secho(design.title, bold=True)
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
