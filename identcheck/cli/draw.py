"""``identcheck draw``: the graph in the browser."""

from __future__ import annotations

import click

import identcheck as ic
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import ASSUME
from identcheck.cli.printing import say

__all__ = ["draw_command"]


@main.command("draw")
@click.argument("file", metavar="[DESIGN]", type=click.Path(), default="design.toml")
@ASSUME
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port on this machine; any that is free by default.",
)
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--read-only", is_flag=True, help="Write nothing.")
@plain_errors
def draw_command(file: str, assume: tuple[str, ...], port: int, no_browser: bool, read_only: bool) -> None:
    """Draw the design in DESIGN (default design.toml) in the browser, with the verdicts at every edit.

    \b
      identcheck draw trial.toml
      identcheck draw model.dagitty     saved beside it as model.toml
      identcheck draw "http://...#design=..."     a link that the editor made

    What is drawn is saved to the file as you go; its comments, and what is not drawn, such as [plan], stay. Only this machine can
    reach the page, and only by the address that is printed. Ctrl-C ends it.
    """

    def told(address: str) -> None:
        shown = "a link" if "#" in file else file
        say(f"the editor of {shown}: {address}\nCtrl-C ends it")

    ic.draw(file, assume=assume, port=port, browser=not no_browser, read_only=read_only, told=told)
