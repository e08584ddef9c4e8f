"""``identcheck report``: the full list of assumptions as a document."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

import click

import identcheck as ic
from identcheck.basics.options import Purpose, ReportFormat
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import ASSUME, FILE, FORCE, apart, asked, demand_free
from identcheck.cli.printing import loaded, planned, print_data, say
from identcheck.errors.visible import visible

__all__ = ["report_command"]


@main.command("report")
@FILE
@click.option(
    "--output",
    "-o",
    type=click.Path(),
    metavar="OUT",
    help="File to write: .pdf .docx .tex .html .md .txt .json; '-' prints.",
)
@click.option(
    "--format", "-f", "format_", metavar="FORMAT", help="With '-': text, markdown, latex, html or json."
)
@ASSUME
@click.option(
    "--full", is_flag=True, help="With all appendices: every effect, condition, strategy and derivation."
)
@click.option("--no-numbers", is_flag=True, help="Leave out the part that the table [plan] of FILE makes.")
@click.option(
    "--simulate",
    "trials",
    type=click.IntRange(min=2),
    metavar="TRIALS",
    help="Add simulated trials to that part: estimators, and tests of the scatter of site effects.",
)
@click.option(
    "--templates",
    type=click.Path(),
    metavar="DIR",
    help="Your templates for kinds of block, sections or the frame, each in place of identcheck's.",
)
@click.option(
    "--template", type=click.Path(), metavar="NAME", help="A template of your own, a path or a name in DIR."
)
@click.option(
    "--for",
    "purpose",
    metavar="PURPOSE",
    help="Write a document to submit in place of the report: preregistration, grant or paper-appendix.",
)
@click.option(
    "--target",
    "-t",
    multiple=True,
    metavar="EFFECT",
    help="With --for: an effect of interest, such as 'total V Y'; repeat for several. Without it, the primary effects, or all.",
)
@click.option(
    "--guidelines",
    multiple=True,
    metavar="NAME",
    callback=apart,
    help="With --for: compare with agrema, consort, spirit, strobe-mr, wwc; several with commas; or 'none'.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with code 1 while anything in it is still to be written, naming each blank and the key of FILE that fills it.",
)
@click.option(
    "--fragments",
    metavar="DIR",
    help="Write pieces of LaTeX for a paper of your own to DIR: assumptions.tex, conditions.tex, graph.tex, verdicts.tex.",
)
@FORCE
@plain_errors
def report_command(
    file: str,
    output: str | None,
    format_: ReportFormat | None,
    assume: tuple[str, ...],
    full: bool,
    no_numbers: bool,
    trials: int | None,
    templates: str | None,
    template: str | None,
    purpose: Purpose | None,
    target: tuple[str, ...],
    guidelines: tuple[str, ...],
    strict: bool,
    fragments: str | None,
    force: bool,
) -> None:
    """Write the assumption report of the design in FILE, or a document to submit.

    \b
      identcheck report trial.toml -o trial.pdf
      identcheck report trial.toml -o trial.html --assume all
      identcheck report trial.toml -o - --format markdown
      identcheck report trial.toml -o trial.pdf --simulate 2000
      identcheck report trial.toml -o trial.pdf --templates my_templates
      identcheck report trial.toml -o plan.docx --for preregistration --strict
      identcheck report trial.toml --fragments paper/

    Where FILE has a table [plan], the report has a part "Design in numbers": strength, bias, precision, sensitivity. Its
    pictures, in HTML, LaTeX and PDF, need matplotlib: pip install 'identcheck[plots]'. Those of trial.tex are written
    to the folder trial_figures beside it.

    A PDF is compiled with latexmk, pdflatex or tectonic if one of them is installed; otherwise the .tex file is
    written and named. Word (.docx) is made with pandoc: pip install 'identcheck[word]'. A file that exists is replaced only
    with --force, and then only by a complete report.

    A document carries today's date, or that of SOURCE_DATE_EPOCH. Exit code 1: --strict found a blank; the report or
    document is written all the same. Exit code 2: bad input.
    """
    from identcheck.formats import has_plan

    to_file = output is not None and output != "-"
    if to_file and format_ is not None:
        raise click.UsageError("--format goes with '-o -'; for a file the suffix of OUT decides")
    if target and purpose is None:
        raise click.UsageError("--target goes with --for; the report is about all effects")
    if guidelines and purpose is None:
        raise click.UsageError("--guidelines goes with --for; the report is compared with none")
    demand_free(_places(output if to_file else None, fragments), force)
    result = ic.check(loaded(file), assume)
    effects = tuple(asked(result.design, text) for text in target)
    compared = None if not guidelines else tuple(name for name in guidelines if name != "none")
    document = None if purpose is None else ic.Document(purpose, effects, _today(), file, compared)
    plan = None if no_numbers or not has_plan(file) else planned(file)
    if trials is not None and plan is None:
        why = "--no-numbers leaves it out" if no_numbers else f"{file!r} has no table [plan]"
        raise click.UsageError(f"--simulate adds to the part on numbers, but {why}")
    own = {"template": template, "templates": templates}
    if fragments is not None:
        for path in result.save_fragments(fragments):
            say(f"wrote {path}")
    if output is not None and to_file:
        result.save(output, plan, trials=trials or 0, document=document, full=full, **own)
        say(f"wrote {output}")
    elif output is not None or fragments is None:
        print_data(result.render(format_, plan, trials=trials or 0, document=document, full=full, **own))
    if strict:
        _demand_written(result.unwritten(plan, document=document))


def _places(output: str | None, fragments: str | None) -> list[Path]:
    """The files to be written: the document, what goes to the folder of its pictures, and the pieces for a paper."""
    places = [] if output is None else [Path(output)]
    if output is not None and Path(output).suffix.lower() == ".tex":
        from identcheck.report.writers.save import picture_folder

        folder = Path(output).with_name(picture_folder(output))
        places += sorted(folder.iterdir()) if os.path.isdir(folder) else []
    if fragments is not None and os.path.isdir(fragments):
        from identcheck.report.writers.fragments import FRAGMENTS

        there = (Path(fragments, f"{name}.tex") for name in FRAGMENTS)
        places += [place for place in there if os.path.lexists(place)]
    return places


def _today() -> str:
    """The day that documents bear: that of SOURCE_DATE_EPOCH where it is set, else today's in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.now(datetime.UTC)
    if epoch is not None:
        now = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    return now.date().isoformat()


def _demand_written(missing: tuple[str, ...]) -> None:
    """End with code 1 while something is still to be written, naming every blank and the key that fills it."""
    if missing:
        click.echo("still to be written:", err=True)
        for blank in missing:
            click.echo(f"  {visible(blank)}", err=True)
        sys.exit(1)
