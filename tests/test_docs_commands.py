"""Commands that pages name in passing have the options that they are given there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from identcheck.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"(?:`|\$ |^ *)(?:python -m )?identcheck ([a-z]+)([^`\n]*)", re.MULTILINE)
OPTION = re.compile(r"(?<=\s)(--?[a-z][a-z-]*)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_have_the_options_that_pages_give_them(page: Path) -> None:
    context = click.Context(main)
    wrong = []
    for name, rest in NAMED.findall(page.read_text(encoding="utf-8")):
        command = main.get_command(context, name)
        if command is None:
            continue  # a sentence about the program
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {
            "--help"
        }
        wrong += [f"{name} {option}" for option in OPTION.findall(rest) if option not in known]
    assert not wrong
