"""``identcheck check``: verdicts, and what is missing for each; with many mediators in groups, counted."""

from __future__ import annotations

import sys

import identcheck as ic
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import ASSUME, FILE, TARGET, asked

__all__ = ["check_command"]


@main.command("check")
@FILE
@ASSUME
@TARGET
@plain_errors
def check_command(file: str, assume: tuple[str, ...], target: tuple[str, ...]) -> None:
    """Say which effects of the design in FILE are identified, and what is missing for the others.

    Without --assume nothing is granted and every verdict lists what it would take. The absence of an arrow
    is read off the graph and cannot be granted.

    \b
      identcheck check trial.toml --assume vi --assume vii
      identcheck check trial.toml --assume all --target 'total V Y'

    Exit code 1: an effect asked for with --target is not identified under what was granted, or the graph has no path for
    it; without --target, an effect of the design is not identified whatever is granted. Exit code 2: bad input.
    """
    from identcheck.cli.verdicts import print_verdicts

    result = ic.check(ic.load(file), assume)
    if print_verdicts(result, [asked(result.design, text) for text in target]):
        sys.exit(1)
