"""The body of a Word document as pandoc makes it, laid out: tables as wide as the text, what belongs together on a page."""

from __future__ import annotations

from itertools import pairwise
from xml.dom.minidom import Element, parseString

from identcheck.report.writers.word_tree import child, inside, keep, made, runs, set_style, style, text_of

__all__ = ["FOOTER", "TEXT_WIDTH", "body"]

FOOTER = "rIdFooter"
"""The name by which the body refers to the foot of its pages."""

_PAGE, _MARGIN = (11906, 16838), 1304
"""A page of A4 and its margins of 2.3 cm, in twentieths of a point."""

TEXT_WIDTH = _PAGE[0] - 2 * _MARGIN
"""The width of the text, in twentieths of a point."""

_FEW_ROWS, _FEW_LETTERS = 8, 700
"""A table of no more is kept on one page."""


def body(text: str) -> str:
    """The part ``word/document.xml`` of a document, laid out."""
    document = parseString(text.encode("utf-8"))
    for picture in inside(document, "pic:cNvPr"):
        if picture.getAttribute("descr").startswith("data:"):
            picture.setAttribute("descr", "")
    for formula in inside(document, "m:oMath"):
        _join_letters(formula)
    for table in inside(document, "w:tbl"):
        _lay_out(table)
    for run in runs(document, "FormulaNumber"):
        run.insertBefore(made(run, "w:tab"), child(run, "w:t"))
    (whole,) = inside(document, "w:body")
    _keep_together(whole)
    _set_page(whole)
    return document.toxml(encoding="utf-8").decode("utf-8")


# -- formulas -----------------------------------------------------------------------------------


def _join_letters(formula: Element) -> None:
    """A name in a formula as one word: pandoc writes every letter by itself, and these stand apart.

    A bracket without its partner, which stands on another line, a mark in an index and an equals sign that opens a line are
    words too: LibreOffice takes them for mistakes.
    """
    for run in inside(formula, "m:r"):
        if run.parentNode is None or not _is_upright(run):
            continue
        letters = text_of(run)
        while isinstance(after := run.nextSibling, Element) and after.tagName == "m:r" and _is_upright(after):
            letters += text_of(after)
            run.parentNode.removeChild(after)
        if len(letters) > 1:
            _set_word(run, letters)
    alone = _without_partner(inside(formula, "m:r"))
    for run in inside(formula, "m:r"):
        sign = text_of(run)
        if run in alone:
            _set_word(run, sign)
        elif sign in _MARKS:
            _set_word(run, _MARKS[sign])
        elif sign in _RELATIONS and run is formula.firstChild:
            _set_word(run, f"{sign} ")
    for held in inside(formula, "m:t"):
        held.setAttribute("xml:space", "preserve")


_PARTNER = {")": "(", "]": "["}


def _without_partner(runs: list[Element]) -> list[Element]:
    """The brackets that are closed, or opened, on another line, or in an index or under one."""
    found: list[Element] = []
    for run in runs:
        sign = text_of(run)
        last = found[-1] if found else None
        if last and text_of(last) == _PARTNER.get(sign) and last.parentNode is run.parentNode:
            found.pop()
        elif sign in _PARTNER or sign in _PARTNER.values():
            found.append(run)
    return found


_MARKS = {"\\": "\u2216", "*": "*", "\u2217": "*"}
"""Signs that are no operations here: a set left out, as pandoc writes it, and the star of an effect past others."""

_RELATIONS = ("=", "<", ">", "\u2264", "\u2265", "\u223c", "\u2223", "\u22a5")


def _set_word(run: Element, word: str) -> None:
    """A run of a formula that is a word, not signs."""
    properties, held = child(run, "m:rPr"), child(run, "m:t")
    properties.insertBefore(made(run, "m:nor"), properties.firstChild)
    font = run.insertBefore(made(run, "w:rPr"), held)
    font.appendChild(made(run, "w:rFonts", w_ascii=_FONT, w_hAnsi=_FONT))
    for old in list(held.childNodes):
        held.removeChild(old)
    assert run.ownerDocument is not None
    held.appendChild(run.ownerDocument.createTextNode(word))


_FONT = "Cambria Math"


def _is_upright(run: Element) -> bool:
    """Whether a run is one upright letter or figure of a name."""
    style = [item.getAttribute("m:val") for item in inside(run, "m:sty")]
    return style == ["p"] and not inside(run, "m:nor") and text_of(run).isalnum()


# -- tables -------------------------------------------------------------------------------------


def _lay_out(table: Element) -> None:
    """A table at the width of the text: no row is split, its head stands on every page, its texts have styles of tables."""
    columns = inside(table, "w:gridCol")
    whole = sum(int(column.getAttribute("w:w")) for column in columns)
    widths = [round(int(column.getAttribute("w:w")) * TEXT_WIDTH / whole) for column in columns]
    for column, width in zip(columns, widths, strict=True):
        column.setAttribute("w:w", str(width))
    properties = child(table, "w:tblPr")
    for wide in inside(properties, "w:tblW"):
        wide.setAttribute("w:type", "dxa")
        wide.setAttribute("w:w", str(sum(widths)))
    rows = [row for row in table.childNodes if isinstance(row, Element) and row.tagName == "w:tr"]
    for place, row in enumerate(rows):
        head = bool(inside(row, "w:tblHeader"))
        together = head or (place < len(rows) - 1 and _is_small(table))
        _set_row(row, widths, "TableHead" if head else "TableText", together)


def _is_small(table: Element) -> bool:
    return len(inside(table, "w:tr")) <= _FEW_ROWS and len(text_of(table)) <= _FEW_LETTERS


def _set_row(row: Element, widths: list[int], name: str, together: bool) -> None:
    properties = child(row, "w:trPr")
    properties.insertBefore(made(row, "w:cantSplit"), properties.firstChild)
    left = list(widths)
    for cell in inside(row, "w:tc"):
        spans = [int(span.getAttribute("w:val")) for span in inside(cell, "w:gridSpan")]
        taken, left = left[: sum(spans) or 1], left[sum(spans) or 1 :]
        about = child(cell, "w:tcPr")
        about.insertBefore(made(row, "w:tcW", w_w=str(sum(taken)), w_type="dxa"), about.firstChild)
        for paragraph in inside(cell, "w:p"):
            if style(paragraph) in ("", "Compact", "BodyText", "FirstParagraph"):
                set_style(paragraph, name)
            if together:
                keep(paragraph)


# -- what belongs together ----------------------------------------------------------------------


def _keep_together(whole: Element) -> None:
    """What announces something stays with it: a sentence that ends in a colon, the lines of a formula, a table and its notes."""
    blocks = [
        item for item in whole.childNodes if isinstance(item, Element) and item.tagName in ("w:p", "w:tbl")
    ]
    continued = [style(item) == "FormulaContinued" for item in blocks]
    for place, (one, two) in enumerate(pairwise(blocks)):
        if one.tagName == "w:tbl":
            if _is_small(one) and style(two) == "TableNote":
                for paragraph in inside(inside(one, "w:tr")[-1], "w:p"):
                    keep(paragraph)
        elif text_of(one).rstrip().endswith(":"):
            keep(one)
        elif continued[place + 1] and not (continued[place] and any(continued[place + 2 : place + 3])):
            keep(one)  # the first two lines of a formula, and its last two


def _set_page(whole: Element) -> None:
    """The size of the page, its margins and its foot."""
    for old in inside(whole, "w:sectPr"):
        whole.removeChild(old)
    section = made(whole, "w:sectPr")
    section.appendChild(made(whole, "w:footerReference", w_type="default", r_id=FOOTER))
    section.appendChild(made(whole, "w:pgSz", w_w=str(_PAGE[0]), w_h=str(_PAGE[1])))
    sides = dict.fromkeys(("w_top", "w_right", "w_bottom", "w_left"), str(_MARGIN))
    section.appendChild(made(whole, "w:pgMar", **sides, w_header="680", w_footer="600", w_gutter="0"))
    whole.appendChild(section)
