"""The filters of the templates, for each format its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup

from identcheck.derive.words import capital
from identcheck.errors.visible import visible
from identcheck.picture import Edge, Layout, svg, tikz
from identcheck.report import escaping, filters_text, formulas, tables
from identcheck.report.context import ConditionRow, Formula, StrategyEntry
from identcheck.report.context_documents import DocumentTable
from identcheck.report.context_numbers import NumberFigure
from identcheck.report.formulas import latex_of
from identcheck.symbols.typeset import mathml

__all__ = ["LITERAL", "filters"]

MOST_ARROWS = 40
"""Up to this many arrows are listed with their symbols where there is no picture."""

LITERAL: dict[str, escaping.Escape] = {
    "text": visible,
    "markdown": escaping.markdown,
    "latex": escaping.latex,
    "html": escaping.html,
    "word": escaping.html,
}
"""How each format makes a text literal."""

_TONES = {
    "identified": "good",
    "zero by the graph": "good",
    "conditional": "open",
    "not identified": "bad",
    "undecided": "plain",
    "holds by design": "good",
    "holds by declaration": "good",
    "encoded in the graph": "plain",
    "to be justified": "open",
    "violated": "bad",
}

Filters = dict[str, Callable[..., Any]]


def filters(format: str) -> Filters:
    """The filters of "text", "markdown", "latex" or "html", by name."""
    return {
        "tone": tone,
        "grouped": grouped,
        "group_heading": group_heading,
        "costs": costs,
        "fans": fans,
        "sentence": sentence,
        "broken": broken,
        "coefficient": coefficient,
        "join": joiner(format),
        "printed": tables.printed,
        "literal": escaping.finalizer(LITERAL[format]),
        **_OF_FORMAT[format],
    }


def _marked(display: Callable[..., str]) -> Callable[..., Markup]:
    """The filter for a formula in lines of its own; `tail` continues it."""

    def show(formula: Formula, *more: str, tail: Sequence[Formula] = ()) -> Markup:
        """A formula on lines of its own."""
        return Markup(display([latex_of(part) for part in (formula, *tail)], *more))

    return show


def _inline(
    notation: Callable[[str], str], meaning: str = "A formula within a line."
) -> Callable[..., Markup]:
    """The filter for a formula within a line."""

    def show(formula: Formula) -> Markup:
        return Markup(notation(latex_of(formula)))

    show.__doc__ = meaning
    return show


def joiner(format: str) -> Callable[..., str]:
    """The filter ``join``, which makes every item and the separator literal in this format."""
    literal = escaping.finalizer(LITERAL[format])

    def join(items: Iterable[object], separator: str = "") -> str:
        """Texts and formulas in a row, each made literal."""
        between = separator if separator.isspace() else literal(separator)
        joined = between.join(map(literal, items))
        return joined if format == "text" else Markup(joined)

    return join


def tone(words: str) -> str:
    """The colour of a verdict or a status, by the name the style sheets give it."""
    return _TONES.get(words, "plain")


def grouped(rows: Iterable[ConditionRow]) -> list[tuple[str, str, list[ConditionRow]]]:
    """Conditions by level, then order, each in order of first appearance."""
    levels: dict[str, dict[str, list[ConditionRow]]] = {}
    for row in rows:
        levels.setdefault(row.level, {}).setdefault(row.order, []).append(row)
    return [(level, order, found) for level, orders in levels.items() for order, found in orders.items()]


def group_heading(group: Sequence[str]) -> str:
    """The heading of a group of conditions: its level and its order."""
    level, order = group
    if order == "weakest":
        return sentence(level)
    if order == "all":
        return f"{sentence(level)}, all orders"
    return f"{sentence(level)}, " + (f"order {order}" if order[:1].isdigit() else f"{order} form")


def costs(way: StrategyEntry) -> list[tuple[str, str]]:
    """What a strategy costs, as pairs of a term and a text; only what there is."""
    rows = [
        ("Open", "; ".join(way.open)),
        ("Given", "; ".join(way.met)),
        ("Highest order within sites", way.order),
        ("Sites needed", way.sites),
        ("Must differ between sites", "; ".join(way.varying)),
        ("Derivation", way.derivation),
    ]
    return [(term, text) for term, text in rows if text]


def fans(picture: Layout) -> list[tuple[str, list[str]]]:
    """Where there are too many arrows to list each: for every node those it leads to; else nothing."""
    if len(picture.arrows) <= MOST_ARROWS:
        return []
    found: dict[str, list[str]] = {}
    for arrow in (arrow for arrow in picture.arrows if not arrow.edge.both):
        found.setdefault(arrow.edge.source, []).append(arrow.edge.target)
    return list(found.items())


def sentence(words: str) -> str:
    """The words with a capital first letter."""
    return capital(words)


def broken(formula: Formula, width: int) -> list[Formula]:
    """A formula for a narrow place, in pieces of about `width` characters."""
    return [Formula(line) for line in formulas.display_lines(latex_of(formula), width)]


def coefficient(edge: Edge) -> Formula:
    """The formula an arrow of the picture carries."""
    return Formula(edge.label_latex)


def slug(text: str) -> str:
    """Text as part of an identifier."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def html_picture(picture: Layout) -> Markup:
    """The picture as inline SVG."""
    return Markup(svg(picture))


def latex_picture(picture: Layout) -> Markup:
    """The picture in TikZ."""
    return Markup(tikz(picture, escaping.latex))


def html_drawing(figure: NumberFigure) -> Markup:
    """A picture of numbers as inline SVG."""
    return Markup(figure.drawing.svg(f"figure-{slug(figure.identifier)}", figure.description))


def latex_drawing(figure: NumberFigure) -> Markup:
    """A picture of numbers from its file."""
    return Markup(rf"\includegraphics[width=0.88\linewidth]{{{figure.drawing.file}}}")


def latex_columns(table: tables.Printed) -> Markup:
    """The columns of a table of numbers for longtable."""
    spec = []
    for heading, width in zip(table.headings, tables.latex_columns(table), strict=True):
        side = r"\raggedleft\arraybackslash" if heading.number else r"\icragged"
        spec.append(rf">{{{side}}}p{{{width:.2f}em}}")
    return Markup("@{}" + "".join(spec) + "@{}")


def document_columns(table: DocumentTable) -> Markup:
    """The columns of a document's table for longtable."""
    room = 1 - 0.027 * (len(table.headings) - 1)
    spec = (rf">{{\icragged}}p{{{share * room:.3f}\linewidth}}" for share in tables.document_shares(table))
    return Markup("@{}" + "".join(spec) + "@{}")


_HTML: Filters = {
    "math": _inline(mathml),
    "display": _marked(formulas.html_display),
    "drawing": html_drawing,
    "picture": html_picture,
    "slug": slug,
}
_OF_FORMAT: dict[str, Filters] = {
    "text": filters_text.FILTERS,
    "markdown": {
        "math": _inline("${}$".format),
        "display": _marked(formulas.markdown_display),
    },
    "latex": {
        "math": _inline(r"\({}\)".format),
        "bare": _inline(str, "A formula without the marks of mathematics, for ``\\icfit{...}``."),
        "display": _marked(formulas.latex_display),
        "drawing": latex_drawing,
        "document_columns": document_columns,
        "latex_columns": latex_columns,
        "picture": latex_picture,
    },
    "html": _HTML,
    "word": _HTML | {"math": _inline(formulas.script_math), "display": _marked(formulas.script_display)},
}
