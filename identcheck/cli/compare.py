"""``identcheck compare``: what changes from one design to another."""

from __future__ import annotations

import sys

import click

import identcheck as ic
from identcheck.cli.group import ASSUME, main, plain_errors
from identcheck.errors import InvalidQuestionError

__all__ = ["compare_command"]


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
    design = ic.load(file)
    try:
        return ic.check(design, assume)
    except InvalidQuestionError as error:
        raise InvalidQuestionError([f"{file}: {problem}" for problem in error.problems]) from None
