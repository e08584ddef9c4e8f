"""``identcheck robust``: which verdicts one more arrow would change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

import identcheck as ic
from identcheck.cli.group import ASSUME, FILE, main, plain_errors
from identcheck.errors.limits import ABSENT_ARROWS

if TYPE_CHECKING:
    from identcheck.decide.robustness import Robustness

__all__ = ["robust_command"]


@main.command("robust")
@FILE
@ASSUME
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=ABSENT_ARROWS.most,
    show_default=True,
    metavar="N",
    help="Try at most N absent arrows; the output says how many were not tried.",
)
@plain_errors
def robust_command(file: str, assume: tuple[str, ...], most: int) -> None:
    """Say which verdicts of the design in FILE would change if one more arrow were there.

    Each arrow that the graph leaves out is a claim. This adds each by itself, from an arm or a mediator to a
    mediator or the outcome, and checks the design again under the same grants. A large graph takes a while.

    \b
      identcheck robust trial.toml --assume all

    Exit code 0, whatever is found. Exit code 2: bad input.
    """
    result = ic.check(ic.load(file), assume)
    click.echo(str(_tried(result, most)), nl=False)


def _tried(result: ic.Identification, most: int) -> Robustness:
    """Try the arrows, with a bar on the terminal where somebody looks at one."""
    from identcheck.decide.robustness import absent_arrows, one_more_arrow

    number = min(most, len(absent_arrows(result.design)))
    if not number or not _watched():
        return one_more_arrow(result, most=most)
    with click.progressbar(length=number, label="trying arrows", file=sys.stderr) as bar:
        return one_more_arrow(result, most=most, progress=lambda done, _: bar.update(done - bar.pos))


def _watched() -> bool:
    """Whether somebody sees stderr while the arrows are tried."""
    return sys.stderr.isatty()
