"""The parts of docs/report-context.md that say what there is, made from the code.

Write them anew: ``.venv/bin/python -m tests.report.context_page``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from inspect import cleandoc
from typing import Any, get_args, get_type_hints

from jinja2 import nodes

from identcheck.report.blocks import KINDS, PLAIN, SECTION_IDS, Block, Report
from identcheck.report.writers.environment import environment
from identcheck.report.writers.filters import filters
from identcheck.report.writers.tables import Printed
from identcheck.report.writers.tree import FORMATS, frame_name
from identcheck.symbols.written import Badge, Code, Formula, Soft, Strong, Text, Wanted
from identcheck.tables.table import Cell
from tests.tools import REPOSITORY

PAGE = REPOSITORY / "docs" / "report-context.md"
WORDS = {str: "text", int: "whole number", float: "number", bool: "yes or no", type(None): "none"}
KEPT = {
    "first": "the first of a list",
    "last": "the last of a list",
    "length": "how many there are in a list",
    "list": "the values as a list",
    "lower": "in small letters",
    "map": "a field of each item: `map(attribute='term')`",
    "select": "the items that pass a test",
    "selectattr": "the items of which a field is true or passes a test: `selectattr('verdict', 'eq', 'identified')`",
    "upper": "in capital letters",
}


def classes() -> list[type]:
    """The class of the report, those of blocks, and of the values they hold, in the order in which they are met."""
    found: dict[type, None] = {}
    waiting: list[type] = [Report, *KINDS.values(), Formula, Code, Badge, Strong, Soft, Wanted, Printed]
    while waiting:
        kind = waiting.pop(0)
        if kind not in found:
            found[kind] = None
            waiting += [inner for _, hint in fields_of(kind) for inner in held(hint) if inner not in found]
    return list(found)


def fields_of(kind: type) -> list[tuple[str, Any]]:
    """A class's fields with their types, also those that are worked out when they are asked for."""
    hints = get_type_hints(kind, localns={"Block": Block})
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)  # type: ignore[attr-defined]
    later = {name: made.func for name, made in vars(kind).items() if isinstance(made, cached_property)}
    hints |= {name: get_type_hints(function)["return"] for name, function in later.items()}
    return [(name, hints[name]) for name in (*names, *later)]


def held(hint: Any) -> Iterator[type]:
    """The classes of ours in a type."""
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        yield hint
    for inner in get_args(hint):
        yield from held(inner)


def words(hint: Any) -> str:
    """A type in words."""
    if hint in WORDS:
        return WORDS[hint]
    if hint == Text:
        return "sentence"
    if hint == Block:
        return "block"
    if hint == Cell:
        return "cell"
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    inner = get_args(hint)
    if str(hint).startswith("typing.Literal"):
        return "text"
    if len(inner) == 2 and inner[1] is Ellipsis:
        return f"list of {words(inner[0])}"
    if str(hint).startswith("tuple"):
        return f"{len(inner)} of {words(inner[0])}" if len(set(inner)) == 1 else ", ".join(map(words, inner))
    return " or ".join(map(words, inner)) if "|" in str(hint) else "function"


def meanings(kind: type) -> dict[str, str]:
    """What the docstrings of a class, and of those it is made from, say of its fields."""
    told = (cleandoc(each.__doc__ or "").split("Attributes:")[-1] for each in reversed(kind.__mro__[:-1]))
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", "\n".join(told), flags=re.MULTILINE)
    return {name: " ".join(text.split()).replace("``", "`").replace("|", "\\|") for name, text in found}


def fields_part() -> str:
    """A table of fields for every class."""
    parts = []
    for kind in classes():
        lead = (kind.__doc__ or "").strip().splitlines()[0].replace("``", "`")
        rows = [f"| `{name}` | {words(hint)} | {meanings(kind)[name]} |" for name, hint in fields_of(kind)]
        parts.append(
            "\n".join([f"### {kind.__name__}\n", lead, "\n| field | type | meaning |\n|---|---|---|", *rows])
        )
    return "\n\n".join(parts)


def filters_part() -> str:
    """A table of the filters."""
    found: dict[str, dict[str, str]] = {}
    for format in FORMATS:
        for name, function in filters(format).items():
            told = (function.__doc__ or "").strip().splitlines()[0].rstrip(".").replace("``", "`")
            found.setdefault(name, {})[format] = told[:1].lower() + told[1:]
    rows = ["| filter | formats | gives |", "|---|---|---|"]
    for name, told in sorted(found.items()):
        everywhere = len(told) == len(FORMATS)
        gives = told["html"] if everywhere else "; ".join(dict.fromkeys(told.values()))
        rows.append(f"| `{name}` | {'all' if everywhere else ', '.join(told)} | {gives} |")
    return "\n".join([*rows, *(f"| `{name}` | all | {told} |" for name, told in KEPT.items())])


def kinds_part() -> str:
    """A table of the kinds of block, and the names of sections."""
    rows = ["| kind | what it is | printed as |", "|---|---|---|"]
    for kind, made in KINDS.items():
        lead = (made.__doc__ or "").strip().splitlines()[0].rstrip(".")
        how = "" if kind in PLAIN else " ".join((made.parts.__doc__ or "").split()).rstrip(".")  # type: ignore[attr-defined]
        rows.append(f"| `{kind}` | {lead} | {how[:1].lower()}{how[1:]} |")
    named = ", ".join(f"`{name}`" for name in SECTION_IDS)
    return "\n".join(
        [
            *rows,
            "",
            f"Names of sections: {named}, `assumption-i` and so on, `numbered-i` and so on, `derivation-D1` and so on.",
        ]
    )


def blocks_part() -> str:
    """A table of the blocks of each frame."""
    rows = ["| frame | blocks, in order |", "|---|---|"]
    for format in FORMATS:
        made = environment(format)
        assert made.loader is not None
        tree = made.parse(made.loader.get_source(made, frame_name(format))[0])
        found = ", ".join(f"`{block.name}`" for block in tree.find_all(nodes.Block))
        rows.append(f"| `{frame_name(format)}` | {found} |")
    return "\n".join(rows)


PARTS = {"kinds": kinds_part, "blocks": blocks_part, "filters": filters_part, "fields": fields_part}


def page(text: str) -> str:
    """The page with these parts made anew."""
    for name, made in PARTS.items():
        pattern = re.compile(
            rf"(<!-- {name}: made from the code -->\n).*?(<!-- end of {name} -->)", re.DOTALL
        )
        assert pattern.search(text), name
        new = made()
        text = pattern.sub(lambda found, new=new: f"{found[1]}\n{new}\n\n{found[2]}", text)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
