"""``identcheck init``: a starter file."""

from __future__ import annotations

from pathlib import Path

import click

from identcheck.basics.files import write_whole
from identcheck.cli.group import main, plain_errors
from identcheck.cli.places import FORCE, demand_free
from identcheck.cli.printing import say
from identcheck.errors import IdentcheckError

__all__ = ["init_command"]

SCHEMA = "design.schema.json"
"""The name of the schema beside a new file."""


@main.command("init")
@click.argument("file", type=click.Path(), default="design.toml")
@FORCE
@click.option(
    "--schema",
    is_flag=True,
    help=f"Write {SCHEMA} beside it, for editors that check and complete while you type.",
)
@plain_errors
def init_command(file: str, force: bool, schema: bool) -> None:
    """Write a commented starter design to FILE (default design.toml); it works as it is."""
    from identcheck.formats.schema import schema_text
    from identcheck.formats.starter import STARTER

    path = Path(file)
    if path.suffix.lower() != ".toml":
        better = path.with_suffix(".toml") if path.name else Path("design.toml")
        raise IdentcheckError(
            f"the starter design is a TOML file; name it {str(better)!r} ('identcheck convert' writes it in other formats)"
        )
    beside = path.with_name(SCHEMA)
    demand_free([path, beside] if schema else [path], force)
    if schema:
        write_whole(beside, schema_text().encode())
    write_whole(path, (f"#:schema ./{SCHEMA}\n" * schema + STARTER).encode())
    say(f"wrote {file}; edit it, then run: identcheck check {file}")
