"""``identcheck init``, ``schema``, ``convert`` and ``completion``: design files, their schema for editors, and the tab key."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

import identcheck as ic
from identcheck.basics.options import DesignFormat
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import FORCE, demand_free, demand_other
from identcheck.cli.printing import print_data, print_or_write, say, wrapped
from identcheck.errors import IdentcheckError

__all__ = ["FORMATS", "completion_command", "convert_command", "init_command", "schema_command"]

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
    from identcheck.basics.files import write_whole
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
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(main, {}, "identcheck", "_IDENTCHECK_COMPLETE").source())


FORMATS: tuple[str, ...] = get_args(DesignFormat)
"""The formats of OUT, as the help names them."""


@main.command("convert")
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@click.option(
    "--treatment", multiple=True, metavar="NODE", help="The randomized node of IN; repeat for several arms."
)
@click.option("--outcome", metavar="NODE", help="The outcome of IN.")
@click.option("--format", "-f", "format_", metavar="FORMAT", help=f"The format of OUT: {', '.join(FORMATS)}.")
@FORCE
@plain_errors
def convert_command(
    source: str,
    target: str,
    treatment: tuple[str, ...],
    outcome: str | None,
    format_: DesignFormat | None,
    force: bool,
) -> None:
    """Write the design in IN to OUT in another format; the suffixes name the formats.

    \b
      identcheck convert trial.toml trial.dagitty
      identcheck convert model.lavaan model.graphml --treatment T --outcome Y
      identcheck convert trial.toml - --format dot

    Suffixes: .toml; .dagitty .dag; .lavaan .lav; .dot .gv; .graphml; .gexf; .json. A graph from another program may
    not say which node is the treatment and which the outcome; --treatment and --outcome do, and OUT keeps it. What
    OUT has no word for is kept where only identcheck looks for it; what is left out is printed. '-' prints the text.
    """
    from identcheck.formats import DESIGN_FILES, data_in, format_of, has_plan, lost

    if target == "-" and format_ is None:
        raise click.UsageError("'-' needs a format, such as --format dagitty")
    if target != "-":
        demand_other(source, target)
        demand_free([target], force)
    design = ic.load(source, treatment=list(treatment) or None, outcome=outcome)
    format_ = format_ or format_of(target)
    planned = has_plan(source)
    plan = ic.Plan.from_toml(source) if planned and format_ in DESIGN_FILES else None
    columns = data_in(source)
    data = columns if format_ in DESIGN_FILES else None
    if target == "-":
        print_data(ic.dumps(design, format_, plan, data=data))
    else:
        ic.dump(design, target, plan, format=format_, data=data)
        say(f"wrote {target}")
    said = {"modifiers": design.modifiers, "interactions": design.interactions}
    if (kept := [f"the {name}" for name, value in said.items() if value]) and format_ not in DESIGN_FILES:
        text = f"{' and '.join(kept)} are kept where only identcheck looks for them"
        say(wrapped(text, 2, first=0), err=True)
    left = ["the table [plan]"] if planned and plan is None else []
    left += ["the table [data]"] if columns and data is None else []
    left += lost(design, format_)
    if left:
        say(wrapped(f"left out: {'; '.join(left)}", 2, first=0), err=True)
