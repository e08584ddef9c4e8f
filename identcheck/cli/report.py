"""``identcheck report``: the full list of assumptions as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from identcheck.cli.group import ASSUME, FILE, main, plain_errors
from identcheck.formats import format_of, load, text_of
from identcheck.formats.toml import parsed
from identcheck.identification import check

if TYPE_CHECKING:
    from identcheck.planning import Plan

__all__ = ["report_command"]


@main.command("report")
@FILE
@click.option(
    "--output", "-o", metavar="OUT", help="File to write: .pdf .tex .html .md .txt .json; '-' prints."
)
@click.option(
    "--format", "-f", "format_", metavar="FORMAT", help="With '-': text, markdown, latex, html or json."
)
@ASSUME
@click.option("--no-numbers", is_flag=True, help="Leave out the part that the table [plan] of FILE makes.")
@click.option(
    "--simulate",
    "trials",
    type=click.IntRange(min=2),
    metavar="TRIALS",
    help="Add simulated trials to that part: estimators, and tests of the scatter of site effects.",
)
@plain_errors
def report_command(
    file: str,
    output: str | None,
    format_: str | None,
    assume: tuple[str, ...],
    no_numbers: bool,
    trials: int | None,
) -> None:
    """Write the assumption report of the design in FILE.

    \b
      identcheck report trial.toml -o trial.pdf
      identcheck report trial.toml -o trial.html --assume all
      identcheck report trial.toml -o - --format markdown
      identcheck report trial.toml -o trial.pdf --simulate 2000

    Where FILE has a table [plan], the report has a part "Design in numbers": strength, bias, precision, sensitivity. Its
    pictures, in HTML, LaTeX and PDF, need matplotlib: pip install 'identcheck[plots]'. Those of trial.tex are written
    to the folder trial_figures beside it.

    A PDF is compiled with latexmk, pdflatex or tectonic if one of them is installed; otherwise the .tex file is
    written and named. An existing file is replaced only by a complete report.
    """
    to_file = output is not None and output != "-"
    if to_file and format_ is not None:
        raise click.UsageError("--format goes with '-o -'; for a file the suffix of OUT decides")
    result = check(load(file), assume)
    plan = None if no_numbers else _plan(file)
    if trials is not None and plan is None:
        why = "--no-numbers leaves it out" if no_numbers else f"{file!r} has no table [plan]"
        raise click.UsageError(f"--simulate adds to the part on numbers, but {why}")
    if output is None or not to_file:
        click.echo(result.render(format_ or "text", plan, trials=trials or 0), nl=False)
        return
    result.save(output, plan, trials=trials or 0)
    click.echo(f"wrote {output}")


def _plan(file: str) -> Plan | None:
    """The plan that the file states; None without one, and then nothing numeric is imported."""
    if format_of(file, "read") != "toml" or "plan" not in parsed(*text_of(file))[0]:
        return None
    from identcheck.planning import Plan

    return Plan.from_toml(file)
