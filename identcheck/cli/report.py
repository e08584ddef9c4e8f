"""``identcheck report``: the full list of assumptions as a document."""

from __future__ import annotations

import click

from identcheck.cli.group import ASSUME, FILE, main, plain_errors
from identcheck.formats import load
from identcheck.identification import check

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
@plain_errors
def report_command(file: str, output: str | None, format_: str | None, assume: tuple[str, ...]) -> None:
    """Write the assumption report of the design in FILE.

    \b
      identcheck report trial.toml -o trial.pdf
      identcheck report trial.toml -o trial.html --assume all
      identcheck report trial.toml -o - --format markdown

    A PDF is compiled with latexmk, pdflatex or tectonic if one of them is installed; otherwise the .tex file is
    written and named. An existing file is replaced only by a complete report.
    """
    result = check(load(file), assume)
    if output is None or output == "-":
        click.echo(result.render(format_ or "text"), nl=False)
        return
    if format_ is not None:
        raise click.UsageError("--format goes with '-o -'; for a file the suffix of OUT decides")
    result.save(output)
    click.echo(f"wrote {output}")
