"""What every command shares: the group, the options, and one message for a user's mistake."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

import identcheck as ic
from identcheck.basics.stopping import exit_code, stoppable
from identcheck.cli.places import demand_other
from identcheck.cli.printed import told_if_lost
from identcheck.errors import IdentcheckError

__all__ = ["ASSUME", "FILE", "TARGET", "asked", "main", "plain_errors"]


def _numerals(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """What the tab key offers after ``--assume``."""
    from identcheck.describe.validation.options import EVERY_NUMERAL

    return [numeral for numeral in (*EVERY_NUMERAL, "all") if numeral.startswith(begun)]


def _apart(_: click.Context, __: click.Parameter, said: tuple[str, ...]) -> tuple[str, ...]:
    """The numerals, one by one, also of those written as ``vi,vii``."""
    return tuple(numeral for text in said for numeral in (text.replace(",", " ").split() or [text]))


LAST_SECOND = 253402300800
"""The year 10000, which no date can hold."""

ASSUME = click.option(
    "--assume",
    "-a",
    multiple=True,
    metavar="NUMERAL",
    shell_complete=_numerals,
    callback=_apart,
    help="Grant an assumption, such as vi; vi,vii or repeated for several; or 'all'.",
)
FILE = click.argument("file", type=click.Path())
TARGET = click.option(
    "--target",
    "-t",
    multiple=True,
    metavar="EFFECT",
    help="Ask for one effect: 'total V Y', 'direct V Y', 'path T V Y', 'compliance V', 'itt'; repeat for several.",
)


def asked(design: ic.Design, text: str) -> ic.Estimand:
    """The effect of a design that a text such as ``"total V Y"`` asks for."""
    from identcheck.decide.estimands import parse

    estimand = parse(text, design.order)
    for node in estimand.nodes:
        design.known(node)
    return estimand


def _demand_epoch() -> None:
    """Refuse a SOURCE_DATE_EPOCH that is no second of a day there is; libraries stumble over one."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch == "":
        del os.environ["SOURCE_DATE_EPOCH"]
    elif epoch is not None and not (epoch.isdecimal() and len(epoch) < 13 and int(epoch) < LAST_SECOND):
        raise IdentcheckError(
            f"SOURCE_DATE_EPOCH is {epoch!r}; it is a number of seconds since 1970, or not set"
        )


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a user's mistake into one message and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            with stoppable():
                _demand_epoch()
                demand_other(kwargs.get("file", ""), kwargs.get("output"))
                return command(*args, **kwargs)
        except KeyboardInterrupt as error:
            click.echo("interrupted; nothing was written", err=True)
            sys.exit(exit_code(error))
        except IdentcheckError as error:
            click.echo(f"{click.style('error', fg='red', bold=True)}: {error}", err=True)
            sys.exit(2)

    return wrapped


class _Commands(click.Group):
    """The group of commands, whose output is lost only with a word and an exit code of its own."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        with told_if_lost():
            return super().main(*args, **kwargs)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="identcheck")
def main() -> None:
    """Which average causal effects does a multi-site trial identify, and under which assumptions?

    Describe the graph of treatment, mediators and outcome in a small TOML file, then check it:

    \b
      identcheck init trial.toml        write a starter file; edit it
      identcheck check trial.toml       verdicts, and what is missing for each
      identcheck report trial.toml -o trial.pdf
                                        the full list of assumptions as a document
      identcheck report trial.toml -o plan.docx --for preregistration
                                        a document to submit; also: grant, paper-appendix
      identcheck code trial.toml --language stata -t 'direct V Y'
                                        the code that estimates an effect
      identcheck compare trial.toml other.toml
                                        what changes from one design to another
      identcheck robust trial.toml -a all
                                        which verdicts one more arrow would change
      identcheck convert trial.dagitty trial.graphml
                                        from one format to another: dagitty, lavaan, DOT, GraphML, ...

    The design in numbers before any data, from the anticipated numbers in the file's table [plan]:

    \b
      identcheck plan trial.toml        strength, bias, precision, power, sensitivity
      identcheck simulate trial.toml    how the estimators do in simulated trials
      identcheck sweep trial.toml --vary sites=20,50,100
                                        the same over a grid of plans
      identcheck falsify trial.toml     what tests of the site effects could show

    \b
      identcheck doctor                 what is installed, and how to get the rest
      identcheck completion bash        the tab key completes commands and files
    """
