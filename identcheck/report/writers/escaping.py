"""How a value becomes literal text in each format: whatever a user writes is printed, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from unicodedata import normalize

from jinja2 import Undefined
from markupsafe import Markup

from identcheck.errors.visible import visible
from identcheck.symbols.typeset import escape_latex

__all__ = ["Escape", "finalizer", "html", "latex", "markdown"]

Escape = Callable[[str], str]

_MARKDOWN_SPECIAL = re.compile(r"[\\`*_\[\]<#$|~^@{}]|&(?=[#A-Za-z])|-(?=-)|(?<=-)-|\.(?=\.\.)")
# What opens a list, a quotation, a definition or an underlined heading at the beginning of a line.
_MARKDOWN_START = re.compile(
    r"^(?=[=>:]|[-+](?:\s|$)|\(\w+\))|^(\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)(?=[.)](?:\s|$))"
)
# Two commas would be joined into a quotation mark; a bracket or a star be read as an option of \\ or \item.
_GUARDED = re.compile(r"[\[*]|,(?=,)")
_LONG_WORD = 12
# Up to ten letters or digits, with the sign behind them; or one sign, or one letter of another script.
_PIECE = re.compile("[0-9A-Za-zÀ-ÖØ-öø-ɏͰ-Ͽ]{1,10}[!-/:-@[-`{-~]?|.")


def html(text: str) -> str:
    """Text for HTML, inside an element or a quoted attribute."""
    return escape(visible(text))


def markdown(text: str) -> str:
    """Text for Markdown as GitHub and pandoc read it, on one line; also for a cell of a table."""
    line = _MARKDOWN_SPECIAL.sub(r"\\\g<0>", " ".join(visible(text).split()))
    return _MARKDOWN_START.sub(lambda found: f"{found[1] or ''}\\", line)


def latex(text: str) -> str:
    """Text for LaTeX, on one line; a long word may be broken at its signs, where nothing else helps."""
    return " ".join(_breakable(word) for word in normalize("NFC", text).split())


def _breakable(word: str) -> str:
    pieces = [word] if len(word) <= _LONG_WORD and word.isascii() else _PIECE.findall(word)
    return r"\icbreak{}".join(_GUARDED.sub(r"{\g<0>}", escape_latex(piece)) for piece in pieces)


def finalizer(literal: Escape) -> Callable[[object], str]:
    """What an environment does with each printed value: escape it, unless it is markup of ours."""

    def finalize(value: object) -> str:
        """A text made literal before it is printed, to be given to another filter."""
        if not isinstance(value, (str, int, float, Undefined)):
            raise TypeError(
                "only text, numbers and formulas that are printed through a filter can stand here"
            )
        return value if isinstance(value, Markup) else Markup(literal(str(value)))

    return finalize
