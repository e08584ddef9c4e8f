"""``identcheck check``, ``show`` and ``code``: verdicts with what is missing, equations, and the code that fits a strategy."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, get_args

import click

import identcheck as ic
from identcheck.basics.options import Language, SitesAre, TestName
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import ASSUME, FILE, FORCE, TARGET, asked, demand_free, weights_of
from identcheck.cli.printing import loaded, print_or_write, tell, wrapped
from identcheck.errors import IdentcheckError, InvalidQuestionError

if TYPE_CHECKING:
    from identcheck.decide.strategies import Composed, Strategy

__all__ = ["check_command", "code_command", "show_command"]


@main.command("check")
@FILE
@ASSUME
@TARGET
@click.option(
    "--no-proofs",
    is_flag=True,
    help="Give verdicts without looking for two worlds that prove what is not identified.",
)
@plain_errors
def check_command(file: str, assume: tuple[str, ...], target: tuple[str, ...], no_proofs: bool) -> None:
    """Say which effects of the design in FILE are identified, and what is missing for the others.

    Without --assume nothing is granted and every verdict lists what it would take. The absence of an arrow
    is read off the graph and cannot be granted. With --no-proofs the answer is quick, and an effect that no regression gives
    is pending until it is asked about without.

    \b
      identcheck check trial.toml --assume vi --assume vii
      identcheck check trial.toml --assume all --target 'total V Y'

    Exit code 1: an effect asked for with --target is not identified under what was granted, or the graph has no path for
    it; without --target, an effect of the design is not identified whatever is granted. One whose proof is pending counts as
    not identified. Exit code 2: bad input.
    """
    from identcheck.cli.verdicts import print_verdicts

    result = ic.check(loaded(file), assume, prove=not no_proofs)
    if print_verdicts(result, [asked(result.design, text) for text in target]):
        sys.exit(1)


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
    from identcheck.decide.equations import equations, sums_left_out
    from identcheck.derive.words import capital, in_brackets, listed
    from identcheck.symbols.typeset import unicode

    design = loaded(file)

    def printed(formula: str) -> str:
        return formula if as_latex else unicode(formula)

    if effect:
        for text in effect:
            click.echo(printed(_effect_equation(design, text)))
        return
    for step in equations(design):
        for line in step.lines or (step.latex,):
            click.echo(f"({step.number})".rjust(5) + "  " + printed(line))
        numerals = listed(in_brackets(step.numerals))
        reason = capital(step.reason) + (f": {numerals}." if numerals else ".")
        click.secho(wrapped(reason, 7), dim=True)
    if left_out := sums_left_out(design):
        more = f"{left_out:,} more sums over paths are not written out; --effect shows one of them."
        click.secho(wrapped(more, 7), dim=True)


def _effect_equation(design: ic.Design, text: str) -> str:
    from identcheck.derive.paths import effect, effect_symbol
    from identcheck.symbols.typeset import equation

    nodes = text.replace("->", " ").replace(",", " ").split()
    if len(nodes) != 2:
        raise IdentcheckError(f"--effect {text!r}: give two nodes, such as 'V Y'")
    u, v = nodes
    return equation(effect_symbol(design, design.known(u), design.known(v)), effect(design, u, v))


@main.command("code")
@FILE
@click.option("--language", "-l", metavar="LANGUAGE", required=True, help="stata, r or python.")
@click.option(
    "--target",
    "-t",
    multiple=True,
    metavar="EFFECT",
    required=True,
    help="The effect to estimate, such as 'direct V Y'; repeat for several.",
)
@ASSUME
@click.option("--strategy", "-s", "number", type=int, metavar="N", help="The Nth of the effect's strategies.")
@click.option("--data", default="trial.csv", show_default=True, help="The data file that the code reads.")
@click.option(
    "--site", metavar="COLUMN", help="The column of the sites, as the data name it.  [default: site]"
)
@click.option(
    "--covariate",
    "covariates",
    multiple=True,
    metavar="COLUMN",
    help="A baseline covariate; repeat for several.",
)
@click.option("--cluster", default="", metavar="COLUMN", help="The column of the clusters that are assigned.")
@click.option("--brief", is_flag=True, help="Leave out the comments on assumptions.")
@click.option(
    "--tests", is_flag=True, help="Add the tests of the scatter of site effects, those of identcheck examine."
)
@click.option(
    "--test",
    type=click.Choice(get_args(TestName)),
    help="Of effects of mediators; by default that of the plan in FILE.",
)
@click.option("--output", "-o", metavar="OUT", help="File to write; by default the code is printed.")
@FORCE
@plain_errors
def code_command(
    file: str,
    language: Language,
    target: tuple[str, ...],
    assume: tuple[str, ...],
    number: int | None,
    data: str,
    site: str | None,
    covariates: tuple[str, ...],
    cluster: str,
    brief: bool,
    tests: bool,
    test: TestName | None,
    output: str | None,
    force: bool,
) -> None:
    """Write the code that estimates an effect of the design in FILE from persons' data.

    \b
      identcheck code trial.toml --language stata --target 'direct V Y'
      identcheck code trial.toml -l python -t 'total V Y' -a all -o trial.py

    The code fits the strategy that the verdict rests on, by two-stage least squares with site-by-treatment instruments;
    --strategy takes another one. Its comments say which assumption each part rests on, and whether it was granted. It prints
    the conditional F of each mediator, and adjusts the p values of several effects by Holm's method. An effect that is not
    identified has no code: that is an error, with exit code 2. The table [data] of FILE names columns, and options go before
    it; where [plan] has its sites as the population, standard errors are of trials repeated in them.
    """
    demand_free([] if output is None else [output], force)
    design = loaded(file)
    result, effects = ic.check(design, assume), [asked(design, text) for text in target]
    planned, sites_are = _planned_test(file)
    beside: dict[str, Any] = {
        **_named_columns(file, design, site=site, covariates=covariates, cluster=cluster),
        "data": data,
        "tests": tests,
        "test": test or planned,
        "sites_are": sites_are,
    }
    if number is None:
        text = result.code(language, effects, brief=brief, **beside)
    elif len(effects) > 1 or brief:
        raise click.UsageError("--strategy goes with one effect, and with all comments")
    else:
        finding = result[effects[0]]
        strategy = _chosen(finding, number)
        text = finding.code(language, strategy, **beside)
    print_or_write(text, output)


TABLE_OF_SITES = "[data] names the columns of a table of site effects; code reads persons' data, and takes no column from there"


def _named_columns(file: str, design: ic.Design, **said: Any) -> dict[str, Any]:
    """The columns that [data] of a file names, those of options in their place; a note of what of it has no use here."""
    from identcheck.formats import columns_in

    found = columns_in(file)
    if "effects" in found:
        tell([TABLE_OF_SITES])
        found = {}
    if (weights := found.get("weights")) and weights != weights_of(design):
        tell(
            [
                f"[data] has weights {weights!r}, which is for examine; code weighs sites as weights = {design.weights!r} says"
            ]
        )
    columns = {**found.get("nodes", {}), **found.get("modifiers", {})}
    treatment = found.get("treatment")
    if isinstance(treatment, str):
        columns[design.treatments[0]] = treatment
    elif treatment:
        columns |= {arm: (found.get("arm"), value) for arm, value in treatment.items()}
    given = {key: said[key] or found.get(key) for key in ("site", "covariates", "cluster")}
    return {"columns": columns, **{key: value for key, value in given.items() if value}}


def _planned_test(file: str) -> tuple[TestName, SitesAre]:
    """The test of the plan in a file, and what its sites are; "CR1" without one, and where the sites are the population."""
    from identcheck.formats import plan_states

    if not (plan_states(file, "test") or plan_states(file, "sites_are")):
        return "CR1", "sample"
    plan = ic.Plan.from_toml(file)  # its numbers import numpy
    return "CR1" if plan.sites_are == "population" else plan.test, plan.sites_are


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
