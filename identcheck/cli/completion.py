"""``identcheck completion``: the tab key completes commands, options, files and numerals."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from identcheck.cli.group import main

__all__ = ["completion_command"]


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
