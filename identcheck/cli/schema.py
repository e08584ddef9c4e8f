"""``identcheck schema``: the JSON Schema of a design file."""

from __future__ import annotations

import click

from identcheck.cli.group import main, plain_errors
from identcheck.cli.places import FORCE, demand_free
from identcheck.cli.printing import print_or_write

__all__ = ["schema_command"]


@main.command("schema")
@click.option("--output", "-o", metavar="OUT", help="File to write; by default the schema is printed.")
@FORCE
@plain_errors
def schema_command(output: str | None, force: bool) -> None:
    """Print the JSON Schema of design files, for editors that check and complete while you type.

    \b
      identcheck schema -o design.schema.json

    Then begin a TOML design with the line '#:schema ./design.schema.json', or give a JSON design the key
    "$schema": "./design.schema.json". 'identcheck init --schema' does it for a new
    file.
    """
    from identcheck.formats.schema import schema_text

    demand_free([] if output is None else [output], force)
    print_or_write(schema_text(), output)
