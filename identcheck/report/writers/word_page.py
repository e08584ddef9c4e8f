"""The page of a report as pandoc is to read it: what only a browser shows left out, styles of Word named, pictures as PNG."""

from __future__ import annotations

import base64
import html
import re

from identcheck.errors import ReportError
from identcheck.report.writers.formulas_word import letters_of
from identcheck.report.writers.tables import divided

__all__ = ["MISSING", "page_for_pandoc"]

MISSING = "{what} is needed for Word documents: pip install 'identcheck[word]'. Word also opens .html files"

_WIDEST, _HIGHEST = 560.0, 620.0
"""Pixels, of 96 to the inch: no picture is larger on the page."""

_BESIDE = 400.0
"""Pixels of the width of a picture that stands beside other things where there is room, and above them in Word."""

_SHARPNESS = 3.0
"""Pixels of a picture for each pixel on the page."""

_BLANK = "To Be Written"
_FORMULA = r'((?:\s*<div data-custom-style="Formula[^"]*"><p>(?:(?!</p>).)*</p></div>)+)\s*'
_DISPLAYED = rf'<div class="display"[^>]*>{_FORMULA}</div>'
_NUMBERED = rf'<div class="numbered">\s*{_DISPLAYED}\s*<div>[^<]*</div>\s*</div>'


def page_for_pandoc(page: str) -> str:
    """The page with ``data-custom-style`` where Word has a style of ours (``templates/word/styles.xml``)."""
    page = _all(r"<nav\b.*?</nav>|<style>.*?</style>|</?details[^>]*>", "", page)
    # Pandoc takes the title from the head of the page, and where there is a main part reads that alone.
    page = re.sub(r"</?main>", "", page)
    page = _all(
        r'<header>\s*<h1>.*?</h1>\s*<p class="soft">(.*?)</p>(.*?)</header>',
        _styled("Subtitle", r"\1") + r"\2",
        page,
    )
    # Formulas say themselves how they stand, and their number is in their first line.
    page = _all(_DISPLAYED, r"\1", _all(_NUMBERED, r"\1", page))
    page = _in_words(page)
    page = re.sub(r"<table>.*?</table>", lambda found: _with_widths(found[0]), page, flags=re.DOTALL)
    # Word takes two tables with nothing between them for one.
    gap = _styled("Gap", "&#160;")
    page = re.sub(r"(</table>(?:\s*</div>)*)(?=(?:\s*<div\b[^>]*>)*\s*<table>)", rf"\1{gap}", page)
    page = _all(r'(<div class="beside">(?:(?!<svg).)*<svg)', r"\1 data-beside=''", page)
    page = re.sub(r"<svg\b.*?</svg>", lambda found: _image(found[0]), page, flags=re.DOTALL)
    return _all(
        r"<figure\b[^>]*>(?:(?!</figure>).)*?(<img [^>]*>)(.*?)</figure>",
        lambda found: _styled("Figure", found[1]) + _caption(found[2]),
        page,
    )


def _caption(under: str) -> str:
    """What stands under a picture."""
    found = re.search(r"<figcaption>(.*?)</figcaption>", under, re.DOTALL)
    return _styled("Image Caption", found[1]) if found else ""


def _all(pattern: str, made: object, page: str) -> str:
    return re.sub(pattern, made, page, flags=re.DOTALL)  # type: ignore[call-overload, no-any-return]


def _styled(style: str, inside: str) -> str:
    return f'<div data-custom-style="{style}"><p>{inside}</p></div>'


def _marked(style: str, inside: str) -> str:
    return f'<span data-custom-style="{style}">{inside}</span>'


def _in_words(page: str) -> str:
    """Blanks, badges, terms and remarks by styles of their own."""
    page = _all(
        r'<p class="blank">(.*?)</p>',
        lambda found: f"<p>{_marked(_BLANK, found[1].replace('<span></span>', '_' * 20))}</p>",
        page,
    )
    page = page.replace('<span class="blank">', f'<span data-custom-style="{_BLANK}">')
    page = _all(
        r'(<h\d[^>]*>)((?:(?!</h\d>).)*?) <span class="badge ([a-z]+)">([^<]*)</span>(?=</h\d>)',
        _judged,
        page,
    )
    page = _all(
        r'<span class="(?:badge|tone) ([a-z]+)">([^<]*)</span>',
        lambda found: _marked(f"Verdict {found[1].title()}", found[2]),
        page,
    )
    page = page.replace('<span class="soft">', '<span data-custom-style="Soft">')
    page = _all(r"<summary[^>]*>\s*(<h\d.*?)</summary>", r"\1", page)
    page = _all(r"<summary[^>]*>(.*?)</summary>", _styled("Lead", r"\1"), page)
    page = _all(r"<p><b>((?:(?!</b>|</p>).)*)</b></p>", _styled("Lead", r"\1"), page)
    page = _all(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", _run_in, page)
    page = _all(r'<p class="soft small">(.*?)</p>', _styled("Table Note", r"\1"), page)
    return _all(r'<p class="soft">(.*?)</p>', _styled("Remark", r"\1"), re.sub("</?dl>", "", page))


def _judged(found: re.Match[str]) -> str:
    """A heading with its verdict; one that begins with the verdict does not say it twice."""
    tag, heading, tone, verdict = found.groups()
    style = f"Verdict {tone.title()}"
    if heading.casefold().startswith(verdict.casefold()):
        return tag + _marked(style, heading[: len(verdict)]) + heading[len(verdict) :]
    return f"{tag}{heading} \u00b7 {_marked(style, verdict)}"


def _run_in(found: re.Match[str]) -> str:
    """A term and what is said of it as one paragraph."""
    stop = "" if found[1].rstrip()[-1:] in (".", "?", "!", ":") else "."
    return f"<p>{_marked('Term', found[1] + stop)} {found[2]}</p>"


# -- tables -------------------------------------------------------------------------------------


_LETTERS, _GAP = 90, 2.1
"""About the letters of a line of a table at the width of the text, and those between two columns."""

_LEAST = 14.0
"""Letters of a column of text for which there is always room."""

_MATHS = 1.15
"""How much wider the letters of formulas are than those of text."""

_WIDEST_FORMULA = 42
"""Letters of a formula for which a column of formulas has room."""


def _with_widths(table: str) -> str:
    """A table with the widths of its columns, by what stands in them; Word would make them all alike."""
    table = table.replace(' class="number"', ' style="text-align: right"')
    rows = [
        re.findall(r"(<t[hd]\b[^>]*>)(.*?)</t[hd]>", row, re.DOTALL)
        for row in re.findall(r"<tr\b[^>]*>(.*?)</tr>", table, re.DOTALL)
        if "colspan" not in row
    ]
    if len(set(map(len, rows))) != 1:
        return table
    columns = list(zip(*rows, strict=True))
    texts = [[_letters(cell) for _, cell in column] for column in columns]
    numbers = ["text-align: right" in column[-1][0] for column in columns]
    widths = "".join(f'<col style="width: {share:.1f}%">' for share in _shares(texts, numbers, table))
    head = re.match(r"<table>\s*(<caption>.*?</caption>)?", table, re.DOTALL)
    assert head is not None
    return f"{head[0]}<colgroup>{widths}</colgroup>{table[head.end() :]}"


def _shares(texts: list[list[str]], numbers: list[bool], table: str) -> list[float]:
    """The columns in parts of a hundred; where terms stand beside what is said of them, few for the terms."""
    longest = [max(map(len, column)) + 1.0 for column in texts]
    if "<thead>" not in table and len(texts) == 2:
        term = min(34.0, max(14.0, longest[0]))
        return [term, 100 - term]
    room = _LETTERS - _GAP * (len(texts) - 1)
    widths = longest if sum(longest) <= room else _divided(texts, numbers, room)
    return [100 * (width + _GAP) / (sum(widths) + _GAP * len(widths)) for width in widths]


def _divided(texts: list[list[str]], numbers: list[bool], room: float) -> list[float]:
    """Columns of numbers and of formulas as wide as they are; those of text share the rest."""
    whole = [number or _is_formulas(column) for number, column in zip(numbers, texts, strict=True)]
    needed = [1.0 + max(map(len, [*column[0].split(), *column[1:]]), default=0) for column in texts]
    rest = room - sum(need for need, kept in zip(needed, whole, strict=True) if kept)
    others = [column for column, kept in zip(texts, whole, strict=True) if not kept]
    if not others or rest < _LEAST * len(others):
        return divided(texts, whole, room)
    shared = iter(divided(others, [False] * len(others), rest))
    return [need if kept else next(shared) for need, kept in zip(needed, whole, strict=True)]


def _is_formulas(texts: list[str]) -> bool:
    """Whether a column holds formulas and nothing else, none too wide for a column."""
    return all(text and not text.strip("_") and len(text) <= _WIDEST_FORMULA for text in texts[1:])


def _letters(cell: str) -> str:
    """About what a cell prints; a formula or a verdict is not broken if it can be helped."""
    cell = re.sub(
        r"<script\b[^>]*>(.*?)</script>",
        lambda found: "_" * (round(_MATHS * letters_of(found[1])) + 1),
        cell,
    )
    cell = _all(
        r'<span data-custom-style="Verdict[^>]*>(.*?)</span>',
        lambda found: found[1].replace(" ", "_") + "_",
        cell,
    )
    text = html.unescape(re.sub(r"<[^>]*>", " ", cell)).strip()
    return text if text.strip("_ ") else max(text.split(), key=len, default="")


# -- pictures -----------------------------------------------------------------------------------


def _image(svg: str) -> str:
    """A picture as PNG with its description in words, without idle space at its sides."""
    described = re.search(r"<desc>(.*?)</desc>", svg, re.DOTALL) or re.search(r'aria-label="(.*?)"', svg)
    words = html.unescape(described[1]) if described else "picture"
    size, widest = "", _BESIDE if " data-beside=" in svg[:40] else _WIDEST
    if box := re.search(r'viewBox="(\S+) (\S+) ([\d.]+) ([\d.]+)"', svg):
        left, top, width, height = map(float, box.groups())
        left, width = max(left, 0.0), width + 2 * min(left, 0.0)
        svg = svg.replace(box[0], f'viewBox="{left:g} {top:g} {width:g} {height:g}"', 1)
        size = f' width="{width * min(1.0, widest / width, _HIGHEST / height):.0f}"'
    data = base64.b64encode(_png(svg)).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(words)}"{size}>'


def _png(svg: str) -> bytes:
    try:
        import resvg_py
    except ImportError:
        raise ReportError(MISSING.format(what="resvg-py")) from None
    from identcheck.plots.files import font_files  # plots need numpy, documents without pictures none

    if "xmlns=" not in svg[:200]:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    made = resvg_py.svg_to_bytes(
        svg_string=svg.replace(' width="100%"', "", 1),
        zoom=_SHARPNESS,
        background="white",
        font_files=font_files(),
        sans_serif_family="DejaVu Sans",
        serif_family="DejaVu Serif",
    )
    return bytes(made)
