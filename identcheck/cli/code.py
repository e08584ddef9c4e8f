"""``identcheck code``: the code that fits a strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import identcheck as ic
from identcheck.basics.options import Language
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import ASSUME, FILE, FORCE, asked, demand_free
from identcheck.cli.printing import print_or_write
from identcheck.errors import InvalidQuestionError

if TYPE_CHECKING:
    from identcheck.decide.strategies import Composed, Strategy

__all__ = ["code_command"]


@main.command("code")
@FILE
@click.option("--language", "-l", metavar="LANGUAGE", required=True, help="stata, r or python.")
@click.option(
    "--target", "-t", metavar="EFFECT", required=True, help="The effect to estimate, such as 'direct V Y'."
)
@ASSUME
@click.option("--strategy", "-s", "number", type=int, metavar="N", help="The Nth of the effect's strategies.")
@click.option("--data", default="trial.csv", show_default=True, help="The data file that the code reads.")
@click.option(
    "--site", default="site", show_default=True, help="The column of the sites, as the data name it."
)
@click.option("--output", "-o", metavar="OUT", help="File to write; by default the code is printed.")
@FORCE
@plain_errors
def code_command(
    file: str,
    language: Language,
    target: str,
    assume: tuple[str, ...],
    number: int | None,
    data: str,
    site: str,
    output: str | None,
    force: bool,
) -> None:
    """Write the code that estimates an effect of the design in FILE from persons' data.

    \b
      identcheck code trial.toml --language stata --target 'direct V Y'
      identcheck code trial.toml -l python -t 'total V Y' -a all -o trial.py

    The code fits the strategy that the verdict rests on, by two-stage least squares with site-by-treatment instruments;
    --strategy takes another one. Its comments say which assumption each part rests on, and whether it was granted. An
    effect that is not identified has no code: that is an error, with exit code 2.
    """
    demand_free([] if output is None else [output], force)
    design = ic.load(file)
    finding = ic.check(design, assume)[asked(design, target)]
    print_or_write(finding.code(language, _chosen(finding, number), data=data, site=site), output)


def _chosen(finding: ic.Finding, number: int | None) -> Strategy | Composed | None:
    """The strategy with a number; None for the one that the verdict rests on."""
    known = finding.strategies
    if number is None or 1 <= number <= len(known):
        return None if number is None else known[number - 1]
    listed = "".join(f"\n  {at}: {strategy.name}" for at, strategy in enumerate(known, 1))
    raise InvalidQuestionError(
        [
            f"{finding.estimand} has no strategy {number}; "
            + (f"its strategies are{listed}" if listed else "it has none")
        ]
    )
