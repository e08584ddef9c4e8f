r"""Formulas of Word documents: TeX in HTML, which pandoc reads, in lines that fit the page.

Word breaks a line only between signs that stand in no brackets that grow, and LibreOffice breaks none; so a line that is too
long is broken here, also inside brackets, which then no longer grow.
"""

from __future__ import annotations

import html
import re

from identcheck.report.writers.formulas import display_lines
from identcheck.symbols.typeset import unicode

__all__ = ["letters_of", "script_display", "script_math"]

_WIDTH = 72
"""Letters of a line of a formula."""

_INDICES = re.compile(r"(?:[_^](?:\{[^{}]*\}|\([^()]*\)|[^\W_]+))+")
_INDEX = re.compile(r"[_^](\{[^{}]*\}|\([^()]*\)|[^\W_]+)")
_SMALL = 0.7


def letters_of(latex: str) -> int:
    """About how many letters wide a formula is: indices are small, and the upper one stands over the lower."""
    text = unicode(latex)
    small = sum(max(len(one.strip("{}")) for one in _INDEX.findall(both)) for both in _INDICES.findall(text))
    return round(len(_INDICES.sub("", text)) + _SMALL * small)


def script_math(latex: str) -> str:
    """A formula as TeX in HTML; nothing in it can end the element."""
    source = latex.replace("<", r"\lt ").replace(">", r"\gt ")
    # A bracket with an index is one thing to a word processor, not two signs.
    source = re.sub(r"\(((?:[^()]|\([^()]*\))*)\)(?=[_^])", r"\\left(\1\\right)", source)
    return f'<script type="math/tex">{source}</script>'


def script_display(parts: list[str], number: str = "") -> str:
    """A formula on lines of its own, its number at the end of the first; not a display, which Word would not break."""
    lines = [script_math(line) for part in parts for line in _lines(part)]
    if number:
        mark = f'<span data-custom-style="Formula Number">{html.escape(f"({number})")}</span>'
        lines[0] = f"{lines[0]} {mark}"
    styles = ["Formula", *["Formula Continued"] * len(lines)]
    return "\n".join(
        f'<div data-custom-style="{style}"><p>{line}</p></div>'
        for style, line in zip(styles, lines, strict=False)
    )


def _lines(latex: str) -> list[str]:
    lines = display_lines(latex, _WIDTH, letters_of)
    return [part for line in lines for part in ([line] if letters_of(line) <= _WIDTH else _cut(line))]


def _cut(line: str) -> list[str]:
    """A line cut before the plus and minus signs in its brackets, but not inside braces."""
    cut = [""]
    for term in re.split(r" (?=[+-] )", re.sub(r"\\(?:left|right)(?=[()\[\]])", "", line)):
        longer = f"{cut[-1]} {term}".strip()
        whole = cut[-1].count("{") == cut[-1].count("}")
        if cut[-1] and whole and letters_of(longer) > _WIDTH:
            cut.append(term)
        else:
            cut[-1] = longer
    return cut
