"""The Jinja environments, one per format, and where templates are found.

Escaping is on in every format: a printed value that is not markup of ours is made literal. Only the
filters below and a few harmless ones of Jinja's exist; in particular there is no ``safe``.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from identcheck.errors import ReportError
from identcheck.report import escaping, formulas
from identcheck.report.context import ConditionRow, Formula, WitnessTable
from identcheck.report.picture import svg, tikz
from identcheck.typeset import mathml, unicode

__all__ = ["TEMPLATES", "environment", "template_folder"]

TEMPLATES = {
    "text": "report.txt.jinja",
    "markdown": "report.md.jinja",
    "latex": "report.tex.jinja",
    "html": "report.html.jinja",
}
PAGE = 88

_LITERAL: dict[str, escaping.Escape] = {
    "text": escaping.printable,
    "markdown": escaping.markdown,
    "latex": escaping.latex,
    "html": escaping.html,
}
_LATEX_DELIMITERS = {
    "block_start_string": "((*",
    "block_end_string": "*))",
    "variable_start_string": "(((",
    "variable_end_string": ")))",
    "comment_start_string": "((=",
    "comment_end_string": "=))",
}
_KEPT = ("first", "last", "length", "list", "lower", "map", "select", "selectattr", "upper")
_TONES = {
    "identified": "good",
    "conditional": "open",
    "not identified": "bad",
    "undecided": "plain",
    "holds by design": "good",
    "encoded in the graph": "plain",
    "to be justified": "open",
    "violated": "bad",
}


@cache
def environment(format: str) -> ImmutableSandboxedEnvironment:
    """The environment of "text", "markdown", "latex" or "html"."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(template_folder()),
        autoescape=format != "text",
        undefined=StrictUndefined,
        finalize=escaping.finalizer(_LITERAL[format]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **(_LATEX_DELIMITERS if format == "latex" else {}),
    )
    made.filters = {name: made.filters[name] for name in _KEPT} | _filters(format)
    return made


def template_folder() -> Path:
    """Where our templates are: inside an installed package, or at the top of a checkout.

    Raises:
        ReportError: they are in neither place.
    """
    packaged = Path(str(resources.files("identcheck"))) / "templates"
    checkout = Path(__file__).resolve().parents[2] / "templates"
    for folder in (packaged, checkout):
        if (folder / TEMPLATES["text"]).is_file():
            return folder
    raise ReportError(f"the report templates are missing: neither {packaged} nor {checkout} holds them")


def _filters(format: str) -> dict[str, Callable[..., Any]]:
    common: dict[str, Callable[..., Any]] = {
        "tone": lambda words: _TONES.get(words, "plain"),
        "grouped": grouped,
        "broken": broken,
        "group_heading": group_heading,
        "sentence": sentence,
        "join": joiner(format),
        "literal": escaping.finalizer(_LITERAL[format]),
        "coefficient": lambda edge: Formula(edge.label_latex),
    }
    return (
        common
        | {
            "text": {
                "math": lambda formula: unicode(formula.latex),
                "display": text_display,
                "wrap": wrap,
                "underline": underline,
                "columns": columns,
            },
            "markdown": {
                "math": lambda formula: Markup(f"${formula.latex}$"),
                "display": _marked(formulas.markdown_display),
            },
            "latex": {
                "math": lambda formula: Markup(rf"\({formula.latex}\)"),
                "bare": lambda formula: Markup(formula.latex),
                "display": _marked(formulas.latex_display),
                "picture": lambda layout: Markup(tikz(layout, escaping.latex)),
            },
            "html": {
                "math": lambda formula: Markup(mathml(formula.latex)),
                "display": _marked(formulas.html_display),
                "picture": lambda layout: Markup(svg(layout)),
                "slug": slug,
            },
        }[format]
    )


def _marked(display: Callable[..., str]) -> Callable[..., str]:
    """The filter for a formula in lines of its own; `tail` continues it."""

    def show(formula: Formula, *more: str, tail: Sequence[Formula] = ()) -> str:
        return Markup(display([part.latex for part in (formula, *tail)], *more))

    return show


def joiner(format: str) -> Callable[..., str]:
    """The filter ``join``, which makes every item and the separator literal in this format."""
    if format == "text":
        return lambda items, separator="": separator.join(map(str, items))
    literal = escaping.finalizer(_LITERAL[format])

    def join(items: Iterable[object], separator: str = "") -> str:
        between = separator if separator.isspace() else literal(separator)
        return Markup(between).join(map(literal, items))

    return join


def grouped(rows: Iterable[ConditionRow]) -> list[tuple[str, str, list[ConditionRow]]]:
    """Conditions by level, then order, each in order of first appearance."""
    levels: dict[str, dict[str, list[ConditionRow]]] = {}
    for row in rows:
        levels.setdefault(row.level, {}).setdefault(row.order, []).append(row)
    return [(level, order, found) for level, orders in levels.items() for order, found in orders.items()]


def group_heading(group: Sequence[str]) -> str:
    """The heading of a group of conditions: its level and its order."""
    level, order = group
    if order == "all":
        return f"{sentence(level)}, all orders"
    return f"{sentence(level)}, " + (f"order {order}" if order[:1].isdigit() else f"{order} form")


def sentence(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


def broken(formula: Formula, width: int) -> list[Formula]:
    """A formula for a narrow place, in pieces of about `width` characters."""
    return [Formula(line) for line in formulas.display_lines(formula.latex, width)]


def text_display(formula: Formula, indent: int = 4, label: str = "", tail: Sequence[Formula] = ()) -> str:
    """A formula on lines of its own in plain text, with a label before the first."""
    lines = formulas.text_display([part.latex for part in (formula, *tail)], PAGE - indent - 4)
    margins = [label.ljust(indent), *[" " * indent] * len(lines)]
    return "\n".join(map(str.__add__, margins, lines))


def wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """A paragraph of plain text in lines of 88 characters, further lines indented by `hang`."""
    return textwrap.fill(
        " ".join(text.split()),
        PAGE,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def underline(text: str, sign: str) -> str:
    """A heading of plain text, wrapped, with a line of `sign` below it."""
    lines = wrap(text).splitlines() or [""]
    return "\n".join([*lines, sign * max(map(len, lines))])


def columns(table: WitnessTable) -> list[str]:
    """The rows of a table as lines of plain text, the first column to the left, the others to the right."""
    rows = [[" ".join(cell.split()) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    ]


def slug(text: str) -> str:
    """Text as part of an identifier."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
