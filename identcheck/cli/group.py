"""The group of commands: one message for a user's mistake, and an exit code where what is printed does not arrive."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from io import TextIOWrapper
from typing import Any, TextIO

import click

from identcheck import __version__
from identcheck.basics.stopping import exit_code, stoppable
from identcheck.cli.left_over import left_over
from identcheck.cli.options import demand_other
from identcheck.cli.printing import print_notes
from identcheck.errors import IdentcheckError

__all__ = ["main", "plain_errors"]

HOMES = {
    "answers": ("check", "show", "code"),
    "doctor": ("doctor",),
    "draw": ("draw",),
    "evidence": ("examine",),
    "files": ("init", "schema", "completion", "convert"),
    "numbers": ("plan", "simulate", "falsify"),
    "report": ("report",),
    "sweep": ("sweep",),
    "what_if": ("compare", "robust"),
}
"""The commands, by the file beside this one that has them; it is imported when one of its commands is asked for."""

LAST_SECOND = 253402300800
"""The year 10000, which no date can hold."""


def _demand_epoch() -> None:
    """Refuse a SOURCE_DATE_EPOCH that is no second of a day there is; libraries stumble over one."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch == "":
        del os.environ["SOURCE_DATE_EPOCH"]
    elif epoch is not None and not (epoch.isdecimal() and len(epoch) < 13 and int(epoch) < LAST_SECOND):
        raise IdentcheckError(
            f"SOURCE_DATE_EPOCH is {epoch!r}; it is a number of seconds since 1970, or not set"
        )


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning as a message, without the line of the program that gives it."""
    click.echo(f"{click.style('warning', fg='yellow', bold=True)}: {message}", err=True)


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a user's mistake into one message and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            with stoppable(), warnings.catch_warnings():
                warnings.showwarning = _show_warning
                _demand_epoch()
                demand_other(kwargs.get("file", ""), kwargs.get("output"))
                return _with_notes(command, *args, **kwargs)
        except KeyboardInterrupt as error:
            click.echo("interrupted; nothing was written", err=True)
            sys.exit(exit_code(error))
        except IdentcheckError as error:
            click.echo(f"{click.style('error', fg='red', bold=True)}: {error}", err=True)
            sys.exit(2)

    return wrapped


def _with_notes(command: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a command; notes on its file follow what it prints, unless it is refused."""
    try:
        found = command(*args, **kwargs)
    except SystemExit as ended:
        if ended.code == 1:  # an answer, not a fault
            print_notes()
        raise
    print_notes()
    return found


class _Command(click.Command):
    """A command that says what is meant where words are left over."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        said = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if self.name != "check" or error.option_name not in ("-o", "--output"):
                raise
            raise click.UsageError(
                f"{error.message.rstrip('.')}. The verdicts are written as a document by "
                "`identcheck report trial.toml -o trial.pdf`.",
                ctx,
            ) from None
        except click.UsageError as error:
            hint = left_over(said) if "unexpected extra argument" in error.message else ""
            if not hint:
                raise
            raise click.UsageError(f"{error.message.rstrip('.')}. {hint}", ctx) from None


class _Commands(click.Group):
    """The group of commands; where output cannot be written, the exit code says so."""

    command_class = _Command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        with _told_if_lost():
            return super().main(*args, **kwargs)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a name; where there is none, click suggests one, and has to know them all."""
        homes = [home for home, names in HOMES.items() if name in names]
        for home in homes or HOMES:
            import_module(f"identcheck.cli.{home}")
        return super().get_command(ctx, name)

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(name for names in HOMES.values() for name in names)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="identcheck")
def main() -> None:
    """Which average causal effects does a multi-site trial identify, and under which assumptions?

    Describe the graph of treatment, mediators and outcome in a small TOML file, then check it:

    \b
      identcheck init trial.toml        write a starter file; edit it
      identcheck draw trial.toml        or draw it in the browser
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

    After the trial, from a table of site effects or the data of persons:

    \b
      identcheck examine trial.toml sites.csv
                                        estimates, strength and tests of what is identified

    \b
      identcheck doctor                 what is installed, and how to get the rest
      identcheck completion bash        the tab key completes commands and files
    """


NOBODY_READS = 141
"""The exit code where the reader of a pipe has gone, as of a program that SIGPIPE ends: 128 and its number."""
LOST = 2


class _LostError(Exception):
    """A stream that cannot be written to, and why."""


class _Printed:
    """A stream of text whose errors are told from those of files."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write to the stream."""
        with _lost(self._stream):
            return self._stream.write(text)

    def flush(self) -> None:
        """Have the stream pass on what it holds."""
        with _lost(self._stream):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _told_if_lost() -> Iterator[None]:
    """Inside, a stream that cannot be written to ends the command with one sentence, or with none where nobody reads."""
    before = sys.stdout, sys.stderr
    out, err = (_ready(stream) for stream in before)
    try:
        sys.stdout, sys.stderr = _Printed(out), _Printed(err)
        try:
            yield
        finally:
            sys.stdout.flush()
    except _LostError as lost:
        stream, error = lost.args
        _silence(stream)
        if stream is out and error.errno == errno.EPIPE:
            raise SystemExit(NOBODY_READS) from None
        if stream is out:
            with suppress(_LostError):
                click.echo(f"error: cannot write what is printed: {error.strerror}", err=True)
        raise SystemExit(LOST) from None
    finally:
        sys.stdout, sys.stderr = before


def _ready(stream: TextIO | None) -> TextIO:
    """The stream, which prints a replacement where its encoding lacks a letter; nowhere, where it is closed."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


@contextmanager
def _lost(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _LostError(stream, error) from error


def _silence(stream: TextIO) -> None:
    """Let what the stream still holds go nowhere, so that nothing is said of it when the process ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
