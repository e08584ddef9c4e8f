"""The parts of docs/report-context.md that say what there is, made from the code.

Write them anew: ``.venv/bin/python -m tests.report.context_page``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from inspect import cleandoc
from typing import Any, get_args, get_type_hints

from jinja2 import nodes

from identcheck.report.context import ReportContext
from identcheck.report.environment import TEMPLATES, environment, template_folder
from identcheck.report.filters import filters
from identcheck.report.tables import Printed
from tests.tools import REPOSITORY

PAGE = REPOSITORY / "docs" / "report-context.md"
KINDS = {str: "text", int: "whole number", float: "number", bool: "yes or no", type(None): "none"}
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
MACROS = {
    "arrows": "the arrows of `report.picture`, as a list",
    "assumption": "one of `report.assumptions`, whole",
    "assumption_text": "one of `report.assumptions` without its heading",
    "badge": "a verdict or a status, in its colour",
    "blank": "what the user has still to write, in red",
    "bullets": "a list of texts",
    "cell": "a cell of a table of a document",
    "cells": "a row of a table",
    "conditions": "a table of conditions, by level and order",
    "counts": "the table of `report.counts`",
    "derivation": "one of `report.derivations`",
    "derivation_steps": "the steps of one of `report.derivations`",
    "display": "formulas, each on lines of its own",
    "displays": "formulas, each on lines of its own",
    "effects": "the effects of a question",
    "equations": "numbered equations: `report.equations`",
    "facts": "terms with what is said of them, as a table or a list",
    "figure": "a picture of a section of numbers",
    "mend": "one of a question's `mends`",
    "mends": "a question's `mends`, with the note on them",
    "number_table": "a table of a section of numbers",
    "part": "a paragraph after a label",
    "piece": "one of the `pieces` of a document's section",
    "question": "one of `report.questions`, whole",
    "remarks": "terms with what is said of them, as paragraphs",
    "section": "one of `report.numbers.sections`",
    "strategies": "one of `report.strategies`",
    "symbols": "the table of `report.symbols`",
    "table": "a table of a section of numbers",
    "terms": "terms with what is said of them, as paragraphs",
    "ways": "the entries of one of `report.strategies`",
    "witness": "one of a question's `witnesses`",
}


def classes() -> list[type]:
    """The class of the report, and those of the values it holds, in the order in which they are met."""
    found: dict[type, None] = {}
    waiting: list[type] = [ReportContext, Printed]
    while waiting:
        kind = waiting.pop(0)
        if kind not in found:
            found[kind] = None
            waiting += [inner for _, hint in fields_of(kind) for inner in held(hint) if inner not in found]
    return list(found)


def fields_of(kind: type) -> list[tuple[str, Any]]:
    """A class's fields with their types."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)  # type: ignore[attr-defined]
    return [(name, hints[name]) for name in names]


def held(hint: Any) -> Iterator[type]:
    """The classes of ours in a type."""
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        yield hint
    for inner in get_args(hint):
        yield from held(inner)


def words(hint: Any) -> str:
    """A type in words."""
    if hint in KINDS:
        return KINDS[hint]
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
    """What a class's docstring says of its fields."""
    told = cleandoc(kind.__doc__ or "").split("Attributes:")[-1]
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", told, flags=re.MULTILINE)
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
    for format in TEMPLATES:
        for name, function in filters(format).items():
            told = (function.__doc__ or "").strip().splitlines()[0].rstrip(".").replace("``", "`")
            found.setdefault(name, {})[format] = told[:1].lower() + told[1:]
    rows = ["| filter | formats | gives |", "|---|---|---|"]
    for name, told in sorted(found.items()):
        everywhere = len(told) == len(TEMPLATES)
        gives = told["html"] if everywhere else "; ".join(dict.fromkeys(told.values()))
        rows.append(f"| `{name}` | {'all' if everywhere else ', '.join(told)} | {gives} |")
    return "\n".join([*rows, *(f"| `{name}` | all | {told} |" for name, told in KEPT.items())])


def trees() -> Iterator[tuple[str, nodes.Template]]:
    """Every template of ours, with its parts."""
    for path in sorted(
        p for p in template_folder().rglob("*.jinja") if p.parent.name not in ("notebook", "code")
    ):
        format = next(f for f, name in TEMPLATES.items() if name.split(".")[1] == path.name.split(".")[-2])
        tree = environment(format).parse(path.read_text(encoding="utf-8"))
        yield path.relative_to(template_folder()).as_posix(), tree


def blocks_part() -> str:
    """A table of the blocks of each template."""
    rows = ["| template | blocks, in order |", "|---|---|"]
    for name, tree in trees():
        if found := [f"`{block.name}`" for block in tree.find_all(nodes.Block)]:
            rows.append(f"| `{name}` | {', '.join(found)} |")
    return "\n".join(rows)


def macros_part() -> str:
    """A table of the macros of each template."""
    rows = ["| template | macro | prints |", "|---|---|---|"]
    for file, tree in trees():
        for macro in tree.find_all(nodes.Macro):
            arguments = ", ".join(argument.name for argument in macro.args)
            rows.append(f"| `{file}` | `{macro.name}({arguments})` | {MACROS[macro.name]} |")
    return "\n".join(rows)


PARTS = {"blocks": blocks_part, "macros": macros_part, "filters": filters_part, "fields": fields_part}


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
