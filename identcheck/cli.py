"""The command line: the only room that prints and sets exit codes.

Exit codes: 0; 1 if a target is not identified; 2 for bad input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from identcheck.conditions import Condition
from identcheck.design import Design
from identcheck.errors import IdentcheckError
from identcheck.estimands import Estimand, parse
from identcheck.formats import load
from identcheck.identification import Finding, Identification, Verdict, check, distinct
from identcheck.words import capital, listed

__all__ = ["main"]

COLOURS = {
    Verdict.IDENTIFIED: "green",
    Verdict.CONDITIONAL: "yellow",
    Verdict.NOT_IDENTIFIED: "red",
    Verdict.UNDECIDED: "magenta",
}
WIDTH = 100

ASSUME = click.option(
    "--assume",
    "-a",
    multiple=True,
    metavar="NUMERAL",
    help="Grant an assumption, such as vi; repeat for several, or 'all'.",
)
FILE = click.argument("file", type=click.Path())


def _lenient_output() -> None:
    """Print a replacement where the terminal's encoding lacks a letter, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a user's mistake into one message and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        _lenient_output()
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            click.echo("interrupted; nothing was written", err=True)
            sys.exit(130)
        except IdentcheckError as error:
            click.echo(f"{click.style('error', fg='red', bold=True)}: {error}", err=True)
            sys.exit(2)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="identcheck")
def main() -> None:
    """Which average causal effects does a multi-site trial identify, and under which assumptions?

    Describe the graph of treatment, mediators and outcome in a small TOML file, then check it:

    \b
      identcheck init trial.toml        write a starter file; edit it
      identcheck check trial.toml       verdicts, and what is missing for each
      identcheck report trial.toml -o trial.pdf
                                        the full list of assumptions as a document
    """


@main.command("check")
@FILE
@ASSUME
@click.option(
    "--target",
    "-t",
    multiple=True,
    metavar="EFFECT",
    help="Ask for one effect: 'total V Y', 'direct V Y', 'path T V Y', 'compliance V', 'itt'; repeat for several.",
)
@plain_errors
def check_command(file: str, assume: tuple[str, ...], target: tuple[str, ...]) -> None:
    """Say which effects of the design in FILE are identified, and what is missing for the others.

    Without --assume nothing is granted and every verdict lists what it would take. The absence of an arrow
    is read off the graph and cannot be granted.

    \b
      identcheck check trial.toml --assume vi --assume vii
      identcheck check trial.toml --assume all --target 'total V Y'

    Exit code 1: an effect asked for with --target is not identified under what was granted; without --target,
    an effect of the design is not identified whatever is granted. Exit code 2: bad input.
    """
    design = load(file)
    result = check(design, assume)
    wanted = [_asked(design, text) for text in target]
    findings = [result[estimand] for estimand in wanted] if wanted else list(distinct(result.findings))
    _print_design(design)
    _print_verdicts(result, findings)
    _print_missing(findings)
    if not wanted:
        _print_assumptions(result)
    failed = (
        (Verdict.NOT_IDENTIFIED,) if not wanted else tuple(v for v in Verdict if v is not Verdict.IDENTIFIED)
    )
    if any(finding.verdict in failed for finding in findings):
        sys.exit(1)


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


@main.command("show")
@FILE
@click.option(
    "--effect", "-e", multiple=True, metavar="'U V'", help="Show one effect, such as 'V Y'; repeatable."
)
@click.option("--latex", "as_latex", is_flag=True, help="Print LaTeX instead of text.")
@plain_errors
def show_command(file: str, effect: tuple[str, ...], as_latex: bool) -> None:
    """Show path products and the decomposition of the intent-to-treat effect.

    \b
      identcheck show trial.toml
      identcheck show trial.toml --effect 'V Y'
    """
    from identcheck.equations import equations
    from identcheck.typeset import unicode

    design = load(file)

    def printed(formula: str) -> str:
        return formula if as_latex else unicode(formula)

    if effect:
        for text in effect:
            click.echo(printed(_effect_equation(design, text)))
        return
    for step in equations(design):
        for line in step.lines or (step.latex,):
            click.echo(f"({step.number})".rjust(5) + "  " + printed(line))
        numerals = listed([f"({n})" for n in step.numerals])
        reason = capital(step.reason) + (f": {numerals}." if numerals else ".")
        click.secho(_wrapped(reason, 7), dim=True)


@main.command("init")
@click.argument("file", type=click.Path(), default="design.toml")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@plain_errors
def init_command(file: str, force: bool) -> None:
    """Write a commented starter design to FILE (default design.toml); it works as it is."""
    from identcheck.formats.starter import STARTER

    path = Path(file)
    if path.exists() and not force:
        raise IdentcheckError(f"{file} exists; choose another name, or say --force to replace it")
    try:
        path.write_text(STARTER, encoding="utf-8")
    except OSError as error:
        raise IdentcheckError(f"cannot write {file}: {error.strerror}") from None
    click.echo(f"wrote {file}; edit it, then run: identcheck check {file}")


# -- printing ----------------------------------------------------------------------


def _print_design(design: Design) -> None:
    if design.title:
        click.secho(design.title, bold=True)
    arms = listed([design.label(arm) for arm in design.treatments])
    sites = (
        "sites not stated"
        if design.sites is None
        else f"{design.sites} site{'s' if design.sites > 1 else ''}"
    )
    click.echo(_wrapped(f"{capital(arms, design)}; {sites}.", 0))
    for node in design.causal:
        onward = list(design.causal.successors(node))
        if onward:
            click.echo(f"  {node} -> {', '.join(onward)}")
    if design.baseline:
        names = listed([design.label(node) for node in design.baseline])
        click.echo(_wrapped(f"Fixed before treatment, harmless for identification here: {names}.", 0))
    for declaration in design.declarations:
        click.echo(f"  declared: {declaration}")


def _print_verdicts(result: Identification, findings: Iterable[Finding]) -> None:
    drawn = ("ii",) if result.design.single else ("ii", "v")
    granted = [f"({n})" for n in result.design.numerals if n in result.granted and n not in drawn]
    click.echo()
    click.secho(f"Verdicts, granting {listed(granted) if granted else 'nothing'}", bold=True)
    for finding in findings:
        verdict = click.style(finding.verdict.value.ljust(15), fg=COLOURS[finding.verdict])
        click.echo(f"  {verdict} {str(finding.estimand).ljust(24)} {finding.words}")
        if finding.verdict in (Verdict.NOT_IDENTIFIED, Verdict.UNDECIDED):
            click.echo(_wrapped(capital(finding.reason, finding.design) + ".", 18))
        if (witness := finding.witness()) is not None:
            click.echo(_wrapped(capital(str(witness)) + ".", 18))
        missing = list(
            dict.fromkeys(f"({c.assumption})" if c.assumption else c.nickname for c in finding.missing)
        )
        if missing:
            click.echo(_wrapped(f"missing: {listed(missing)}", 18))


def _print_missing(findings: Iterable[Finding]) -> None:
    missing = {str(c): c for finding in findings for c in finding.missing}
    if not missing:
        return
    click.echo()
    click.secho("Still missing", bold=True)
    for condition in sorted(missing.values(), key=_numeral_place):
        label = f"({condition.assumption})" if condition.assumption else "(no numeral grants this)"
        click.echo(_wrapped(f"{label} {condition}", 4, first=2))


def _numeral_place(condition: Condition) -> int:
    """Place in the assumption list; what no numeral grants comes first."""
    return condition.design.numerals.index(condition.assumption) if condition.assumption else -1


def _print_assumptions(result: Identification) -> None:
    click.echo()
    click.secho("Assumptions", bold=True)
    for a in result.assumptions:
        status = click.style(a.status, fg="red" if a.status == "violated" else None)
        click.echo(f"  {f'({a.numeral})'.ljust(7)} {a.title}: {status}")
    click.echo()
    click.echo("Every verdict takes the model itself, (i), (iii), (iv), and random assignment as given.")


def _wrapped(text: str, indent: int, first: int | None = None) -> str:
    return click.wrap_text(
        text,
        width=WIDTH,
        initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent,
    )


def _asked(design: Design, text: str) -> Estimand:
    estimand = parse(text)
    for node in estimand.nodes:
        design.known(node)
    return estimand


def _effect_equation(design: Design, text: str) -> str:
    from identcheck.paths import effect, effect_symbol
    from identcheck.typeset import equation

    nodes = text.replace("->", " ").replace(",", " ").split()
    if len(nodes) != 2:
        raise IdentcheckError(f"--effect {text!r}: give two nodes, such as 'V Y'")
    u, v = nodes
    return equation(effect_symbol(design, design.known(u), design.known(v)), effect(design, u, v))
