"""``identcheck init``: a starter file."""

from __future__ import annotations

from pathlib import Path

import click

from identcheck.cli.group import main, plain_errors
from identcheck.errors import IdentcheckError

__all__ = ["init_command"]


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
