"""The command line in tests: runs in this process, in the working directory of the test."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from identcheck.cli import main

FIGURE_2 = """\
title = "Vouchers"
graph = "T -> V -> NP -> Y; V -> Y"
treatment = "T"
outcome = "Y"
sites = 5
[labels]
V = "use of the voucher"
"""


def run(*words: str, **options) -> Result:
    result = CliRunner().invoke(main, list(words), **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def file(text: str, name: str = "trial.toml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def failed(result: Result) -> str:
    """The message of a run that was refused: exit code 2, nothing on stdout, one message on stderr."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    return result.stderr


def flat(text: str) -> str:
    return " ".join(text.split())
