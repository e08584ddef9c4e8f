"""The recipes of CONTRIBUTING.md name files that are there, and every wing of the package is in its table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
RECIPES = dict(re.findall(r"^### (A new [^\n]+)\n(.*?)(?=^###? )", PAGE, re.MULTILINE | re.DOTALL))
FLOW = PAGE.partition("## How a design travels")[2].partition("## Recipes")[0]
FILE = re.compile(r"`((?:identcheck|tests|docs|templates)/[\w./-]*)`")
DRAWN = re.compile(r"\b(?:describe|formats|derive|decide|report)/[\w./]*")


def test_there_are_the_five() -> None:
    words = " ".join(RECIPES)
    assert all(word in words for word in ("condition", "format", "number", "command", "sentence"))


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_files_that_are_there(name: str) -> None:
    files = FILE.findall(RECIPES[name])
    assert len(files) > 2
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("name", RECIPES)
def test_a_name_in_a_recipe_is_in_a_file_that_it_names(name: str) -> None:
    """Names of Python in backticks, such as ``KINDS``, occur in one of the files."""
    texts = [
        (ROOT / file).read_text("utf-8") for file in FILE.findall(RECIPES[name]) if (ROOT / file).is_file()
    ]
    named = re.findall(r"`([A-Z]\w+)`", RECIPES[name])
    assert [word for word in named if not any(word in text for text in texts)] == []


def test_the_flow_names_files_that_are_there() -> None:
    drawn = DRAWN.findall(FLOW)
    assert len(drawn) > 12
    assert [place for place in drawn if not (ROOT / "identcheck" / place).exists()] == []


def test_every_wing_is_in_the_table() -> None:
    """A folder is written with a slash, a module without."""
    told = re.findall(r"^\| (\w+/?) \|", PAGE, re.MULTILINE)
    wings = {f"{place.parent.name}/" for place in (ROOT / "identcheck").glob("*/__init__.py")}
    modules = {place.stem for place in (ROOT / "identcheck").glob("*.py")} - {"__init__", "__main__"}
    assert wings | modules <= set(told)
