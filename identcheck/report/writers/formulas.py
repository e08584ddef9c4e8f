r"""Formulas on the page: in lines that fit, and in the notation of each format.

Every function takes LaTeX of ours (math mode). A formula is broken outside all brackets, before a relation,
a plus or a minus, or at a ``\quad``; and, where that does not do, after the commas of a list in brackets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from identcheck.report.writers import escaping
from identcheck.symbols.typeset import mathml, unicode
from identcheck.symbols.written import Formula

__all__ = [
    "PAGE", "PIECE", "RELATIONS", "aligned", "chunks_of", "display_lines", "html_display", "latex_of", "markdown_display",
    "printed_width", "text_display",
]  # fmt: skip

PIECE = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
"""A command, or a sign."""

RELATIONS = frozenset({"=", r"\neq", r"\leq", r"\geq"})
"""What a formula is split at first."""

_GAPS = (r"\quad", r"\ ")
_BREAKS = RELATIONS | {"+", "-", *_GAPS}
_STEP = {"{": (1, 0), "}": (-1, 0), "(": (0, 1), "[": (0, 1), ")": (0, -1), "]": (0, -1)}
_WIDTH_HTML, _WIDTH_MARKDOWN = 80, 72
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_SCRIPTS = re.compile(rf"(\^{_GROUP})(_{_GROUP})?|(_{_GROUP})")
SCRIPT = 0.7
"""How wide a letter of a script is beside one on the line."""

PAGE = 88
"""Columns of a page of plain text."""


def printed_width(latex: str) -> int:
    """About how many characters wide a formula is when set: scripts are smaller, and stand above one another."""
    return len(re.sub(r"[_^{}]", "", unicode(_SCRIPTS.sub(_widest, latex))))


def _widest(scripts: re.Match[str]) -> str:
    """As many signs as scripts at one letter are wide."""
    found = [unicode(part[1:]) for part in scripts.groups() if part]
    return "{" + "x" * math.ceil(SCRIPT * max(map(len, found))) + "}"


def display_lines(latex: str, width: int, measure: Callable[[str], int] = printed_width) -> list[str]:
    r"""The formula in lines of at most `width` characters, where it can be broken.

    A part that cannot be broken stays longer. Joined with spaces (or ``\quad`` where one stood) the
    lines are the formula again.
    """
    lines: list[str] = []
    for chunk in _short_chunks(latex, width, measure):
        longer = f"{lines[-1]} {chunk}" if lines else chunk
        if lines and measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(_without_gap(chunk) if lines else chunk)
    return lines


def _short_chunks(latex: str, width: int, measure: Callable[[str], int]) -> list[str]:
    """The chunks, those too wide cut further."""
    chunks = chunks_of(latex)
    return [part for chunk in chunks for part in (_items(chunk) if measure(chunk) > width else [chunk])]


def _items(chunk: str) -> list[str]:
    """A chunk cut after the commas in its brackets, but not inside braces or between left and right."""
    if r"\left" in chunk:
        return [chunk]
    items, braces = [""], 0
    for piece in PIECE.findall(chunk):
        if piece.isspace() and braces == 0 and items[-1].endswith(","):
            items.append("")
        else:
            braces += _STEP.get(piece, (0, 0))[0]
            items[-1] += piece
    return items


def _without_gap(chunk: str) -> str:
    gap = next((gap for gap in _GAPS if chunk.startswith(gap)), "")
    return chunk.removeprefix(gap).lstrip()


def chunks_of(latex: str) -> list[str]:
    r"""The formula cut before each operator at top level; ``\quad`` opens a chunk as they do."""
    chunks, braces, brackets, previous = [""], 0, 0, ""
    for piece in PIECE.findall(latex.strip()):
        opens_term = previous.isspace() or piece in _GAPS
        may_end = chunks[-1].strip() not in ("", *_BREAKS)
        if piece in _BREAKS and braces == brackets == 0 and opens_term and may_end:
            chunks.append("")
        brace, bracket = _STEP.get(piece, (0, 0))
        braces += brace
        brackets += 0 if braces or brace else bracket
        chunks[-1] += piece
        previous = piece
    return [chunk.strip() for chunk in chunks]


def aligned(lines: list[str]) -> str:
    """Lines of one formula as LaTeX: right sides under each other, further lines indented."""
    if len(lines) == 1:
        return lines[0]
    left, sign, right = _at_relation(lines[0])
    first = f"{left} &{sign} {right}" if sign else f"& {lines[0]}"
    body = " \\\\\n".join([first, *map(_continued, lines[1:])])
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _at_relation(line: str) -> tuple[str, str, str]:
    """A line split at its first relation, when what stands left of it is short."""
    first, *rest = chunks_of(line)
    sign = PIECE.match(rest[0]) if rest else None
    if sign is None or sign[0] not in RELATIONS or len(unicode(first)) > len(unicode(line)) / 3:
        return "", "", line
    return first, sign[0], " ".join([rest[0].removeprefix(sign[0]).lstrip(), *rest[1:]])


def _continued(line: str) -> str:
    sign = PIECE.match(line)
    return f"& {line}" if sign and sign[0] in RELATIONS else rf"& \quad {{}} {line}"


def html_display(parts: list[str], _: str = "") -> str:
    """Lines of a display as MathML, each a block of its own."""
    lines = [line for part in parts for line in display_lines(part, _WIDTH_HTML)]
    return "\n".join(
        f'<div class="line{" more" if place else ""}">{mathml(line, display=True)}</div>'
        for place, line in enumerate(lines)
    )


def markdown_display(parts: list[str], number: str = "") -> str:
    """Lines of a display between double dollar signs."""
    body = aligned([line for part in parts for line in display_lines(part, _WIDTH_MARKDOWN)])
    tag = rf" \tag{{{escaping.markdown(number)}}}" if number else ""
    return f"$$\n{body}{tag}\n$$"


def text_display(parts: list[str], number: str = "", indent: int = 4) -> str:
    """Lines of a display as plain text, the number before the first, further lines indented."""
    label = f"({number}) " if number else ""
    indent = max(indent, len(label))
    width = PAGE - indent - 4
    lines = [line for part in parts for line in display_lines(part, width, lambda line: len(_text(line)))]
    margins = [label.ljust(indent), *[" " * (indent + 4)] * len(lines)]
    return "\n".join(margin + _text(line) for margin, line in zip(margins, lines, strict=False))


def _text(line: str) -> str:
    r"""A line as plain text, with a gap where it has a ``\\quad``."""
    return "".join(
        ("   " if chunk.startswith(r"\quad") else " ") + unicode(chunk) for chunk in chunks_of(line)
    ).strip()


def latex_of(formula: object) -> str:
    """The LaTeX of a formula of ours; a text is none, whatever it holds."""
    if not isinstance(formula, Formula):
        given = repr(formula) if isinstance(formula, str) else f"a value of the kind {type(formula).__name__}"
        raise TypeError(f"the filter is for a formula, and was given {given:.60}")
    return formula.latex
