"""``identcheck show``: path products and the paper's equations."""

from __future__ import annotations

import click

import identcheck as ic
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FILE
from identcheck.cli.printing import wrapped
from identcheck.errors import IdentcheckError

__all__ = ["show_command"]


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

    design = ic.load(file)

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
