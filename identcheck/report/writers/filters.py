"""The filters of the templates, for each format its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, get_args

from markupsafe import Markup

from identcheck.errors.visible import visible
from identcheck.report.blocks import Equation
from identcheck.report.writers import (
    escaping,
    filters_pictures,
    filters_text,
    formulas,
    formulas_latex,
    formulas_word,
    tables,
    tables_latex,
)
from identcheck.report.writers.formulas import latex_of
from identcheck.report.writers.tree import slug, written
from identcheck.symbols.typeset import mathml, unicode
from identcheck.symbols.written import Badge, Code, Formula, Piece, Soft, Strong, Text, Wanted, plain

__all__ = ["LITERAL", "filters"]

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
    "no single number": "plain",
    "pending": "plain",
    "holds by design": "good",
    "holds by declaration": "good",
    "encoded in the graph": "plain",
    "to be justified": "open",
    "violated": "bad",
    "weak": "bad",
    "weak beside the others": "bad",
    "strong": "good",
}

Filters = dict[str, Callable[..., Any]]


def filters(format: str) -> Filters:
    """The filters of "text", "markdown", "latex" or "html", by name."""
    return {
        "arrows": filters_pictures.arrows,
        "broken": broken,
        "formulas": tables.formulas_of,
        "inline": _inline(format),
        "join": joiner(format),
        "literal": escaping.finalizer(LITERAL[format]),
        "plain": plain,
        "printed": tables.printed,
        "slug": slug,
        "stop": stop,
        "tone": tone,
        "written": written,
        **_OF_FORMAT[format],
    }


# -- text with formulas and marks ----------------------------------------------------------

_NOTATION: dict[str, Callable[[str], str]] = {
    "text": unicode,
    "markdown": "${}$".format,
    "latex": formulas_latex.latex_inline,
    "html": mathml,
    "word": formulas_word.script_math,
}
_HTML_MARKS: dict[type, str] = {
    Code: '<code class="key">{}</code>',
    Badge: '<span class="badge {tone}">{}</span>',
    Strong: "<b>{}</b>",
    Soft: '<span class="soft">{}</span>',
    Wanted: '<span class="blank"><b>To be written:</b> {}</span>',
}
_MARKS: dict[str, dict[type, str]] = {
    "text": {Code: "[{}]", Badge: "{}", Strong: "{}", Soft: "{}", Wanted: "To be written: {}"},
    "markdown": {Code: "({})", Badge: "{}", Strong: "**{}**", Soft: "{}", Wanted: "**To be written:** {}"},
    "latex": {
        Code: r"{{\small\ttfamily\textcolor{{icsoft}}{{{}}}}}",
        Badge: r"\icbadge{{{tone}}}{{{}}}",
        Strong: r"\textbf{{{}}}",
        Soft: r"{{\small\textcolor{{icsoft}}{{{}}}}}",
        Wanted: r"\textcolor{{icbad}}{{\textbf{{To be written:}} {}}}",
    },
    "html": _HTML_MARKS,
    "word": _HTML_MARKS,
}
_LINE = {
    "text": "________________",
    "markdown": r"\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_",
    "latex": r"\rule{6em}{0.4pt}",
    "html": "<span></span>",
    "word": "<span></span>",
}
"""What stands for a text that is still to be written, where it is not said what."""


def _inline(format: str) -> Callable[..., str]:
    """The filter for a text of ours, with formulas and marks or without."""
    literal, notation, marks = LITERAL[format], _NOTATION[format], _MARKS[format]
    signs = _as_print if format in ("latex", "html", "word") else str

    def piece_of(piece: Piece) -> str:
        if isinstance(piece, str):
            return piece if isinstance(piece, Markup) else _spaced(signs(piece), literal)
        if isinstance(piece, Formula):
            return notation(piece.latex)
        if not isinstance(piece, get_args(Piece)):
            raise TypeError(
                f"the filter is for a text, and was given a value of the kind {type(piece).__name__}"
            )
        text = f"{literal(piece.text)}." if isinstance(piece, Wanted) and piece.text else literal(piece.text)
        return marks[type(piece)].format(text or _LINE[format], tone=tone(piece.text))

    def inline(text: Text) -> str:
        """A sentence, literal, with its formulas and marks."""
        made = "".join(map(piece_of, text if isinstance(text, (tuple, list)) else (text,)))
        return made if format == "text" else Markup(made)

    return inline


def _as_print(text: str) -> str:
    """A text with the signs of print: arrows, and a minus before numbers."""
    return re.sub(r"(?<=[\s(])-(?=[\d.])", "−", text.replace(" -> ", " → ").replace(" <-> ", " ↔ "))


def _spaced(text: str, literal: escaping.Escape) -> str:
    """A piece of a sentence, literal, with the spaces at its ends."""
    inner = text.strip()
    if not inner:
        return " " if text else ""
    return " " * text[:1].isspace() + literal(inner) + " " * text[-1:].isspace()


def joiner(format: str) -> Callable[..., str]:
    """The filter ``join``, which makes every item and the separator literal in this format."""
    literal = escaping.finalizer(LITERAL[format])

    def join(items: Iterable[object], separator: str = "") -> str:
        """Texts in a row, each made literal."""
        inner = separator.strip()
        between = separator.replace(inner, literal(inner)) if inner else separator
        joined = between.join(map(literal, items))
        return joined if format == "text" else Markup(joined)

    return join


def tone(words: Text) -> str:
    """The color of a verdict or a status, by the name the style sheets give it."""
    return _TONES.get(words, "plain") if isinstance(words, str) else "plain"


def stop(term: Text, sign: str = ".") -> str:
    """The sign that ends a term: none if it ends with one of its own, as a question does."""
    return "" if plain(term)[-1:] in tuple(".?!:") else sign


# -- formulas on lines of their own ------------------------------------------------------------


def broken(formula: Formula | tuple[Formula, ...], width: int) -> tuple[tuple[Formula], ...]:
    """Formulas for a narrow place, in pieces of about `width` characters, each a text for ``inline``."""
    given = formula if isinstance(formula, tuple) else (formula,)
    return tuple((Formula(line),) for each in given for line in formulas.display_lines(latex_of(each), width))


def _display(display: Callable[..., str]) -> Callable[..., str]:
    def show(equation: Equation | Formula, *indent: int) -> str:
        """A formula on lines of its own."""
        given = equation if isinstance(equation, Equation) else Equation(equation)
        return Markup(display([latex_of(f) for f in (given.formula, *given.tail)], given.number, *indent))

    return show


# -- of each format -------------------------------------------------------------------------------


def bare(text: Text) -> Markup:
    r"""A formula without the marks of mathematics, for ``\\icfit{...}``."""
    return Markup("".join(latex_of(formula) for formula in text))


def column(formulas: Iterable[Formula]) -> Markup:
    """Formulas under each other in a column, broken where it is full."""
    return Markup(r"\par ".join(formulas_latex.latex_cell(latex_of(formula)) for formula in formulas))


_HTML: Filters = {"drawing": filters_pictures.html_drawing, "picture": filters_pictures.html_picture}
_OF_FORMAT: dict[str, Filters] = {
    "text": filters_text.FILTERS | {"display": _display(formulas.text_display)},
    "markdown": {"display": _display(formulas.markdown_display)},
    "latex": {
        "bare": bare,
        "column": column,
        "display": _display(formulas_latex.latex_display),
        "drawing": filters_pictures.latex_drawing,
        "picture": filters_pictures.latex_picture,
        "laid": tables_latex.laid,
        "needed": tables_latex.needed,
        "widths": tables.widths,
    },
    "html": _HTML | {"display": _display(formulas.html_display)},
    "word": _HTML | {"display": _display(formulas_word.script_display)},
}
