"""``identcheck compare`` and ``identcheck robust``: what changes from one design to another, and with one more arrow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

import identcheck as ic
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import ASSUME, FILE
from identcheck.cli.printing import loaded
from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import ABSENT_ARROWS

if TYPE_CHECKING:
    from identcheck.decide.robustness import Robustness

__all__ = ["compare_command", "robust_command"]


@main.command("compare")
@click.argument("before", type=click.Path())
@click.argument("after", type=click.Path())
@ASSUME
@click.option("--all", "every", is_flag=True, help="Also list the effects for which nothing changes.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object instead of text.")
@plain_errors
def compare_command(before: str, after: str, assume: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Say what changes from the design in BEFORE to the design in AFTER: drawn, measured, concluded.

    First the differences of the designs; then the effects whose verdict changes, the worse ones first; then
    those that rest on other conditions. Both designs are granted the same. A node is the same in both if its
    name is.

    \b
      identcheck compare trial.toml with_arrow.toml --assume all
      identcheck compare five_sites.toml six_sites.toml --all

    Exit code 1: some verdict is worse in AFTER (from best to worst: identified, conditional, undecided, not
    identified). Exit code 2: bad input, or designs that have no effect in common.
    """
    comparison = _checked(before, assume).compare(_checked(after, assume))
    click.echo(comparison.json() if as_json else comparison.text(every), nl=False)
    if comparison.worse:
        sys.exit(1)


def _checked(file: str, assume: tuple[str, ...]) -> ic.Identification:
    """The identification of a file's design; what cannot be granted there is refused by the file's name."""
    design = loaded(file)
    try:
        return ic.check(design, assume)
    except InvalidQuestionError as error:
        raise InvalidQuestionError([f"{file}: {problem}" for problem in error.problems]) from None


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
    mediator or the outcome, then one more cause of pairs of arrows, and checks the design under the same grants.
    A large graph takes a while.

    \b
      identcheck robust trial.toml --assume all

    Exit code 0, whatever is found. Exit code 2: bad input.
    """
    result = ic.check(loaded(file), assume)
    click.echo(str(_tried(result, most)), nl=False)


def _tried(result: ic.Identification, most: int) -> Robustness:
    """Try the arrows, with a bar on the terminal where somebody looks at one."""
    from identcheck.decide.robustness import absent_arrows, robustness

    number = min(most, len(absent_arrows(result.design)))
    if not number or not _watched():
        return robustness(result, most=most)
    with click.progressbar(length=number, label="trying arrows", file=sys.stderr) as bar:
        return robustness(result, most=most, progress=lambda done, _: bar.update(done - bar.pos))


def _watched() -> bool:
    """Whether somebody sees stderr while the arrows are tried."""
    return sys.stderr.isatty()
