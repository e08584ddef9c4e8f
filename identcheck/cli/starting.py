"""``identcheck init``, ``schema`` and ``completion``: a starter file, its schema for editors, and the tab key."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from identcheck.basics.files import write_whole
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FORCE, demand_free
from identcheck.cli.printing import print_or_write, say
from identcheck.errors import IdentcheckError

__all__ = ["completion_command", "init_command", "schema_command"]

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


@main.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the script that makes the tab key complete commands, options and files in SHELL.

    Write it once to where the shell looks for it, and open a new terminal:

    \b
      mkdir -p ~/.local/share/bash-completion/completions
      identcheck completion bash > ~/.local/share/bash-completion/completions/identcheck
    \b
      mkdir -p ~/.zfunc           # and in ~/.zshrc: fpath+=~/.zfunc; autoload -Uz compinit; compinit
      identcheck completion zsh > ~/.zfunc/_identcheck
    \b
      identcheck completion fish > ~/.config/fish/completions/identcheck.fish
    """
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(main, {}, "identcheck", "_IDENTCHECK_COMPLETE").source())
