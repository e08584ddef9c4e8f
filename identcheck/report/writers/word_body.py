"""The body of a Word document as pandoc makes it, laid out: tables at the width of the text, what belongs together on one page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from xml.dom.minidom import Document, Element, Node, parseString

__all__ = ["FOOTER", "TEXT_WIDTH", "body"]

FOOTER = "rIdFooter"
"""The name by which the body refers to the foot of its pages."""

_PAGE, _MARGIN = (11906, 16838), 1304
"""A page of A4 and its margins of 2.3 cm, in twentieths of a point."""

TEXT_WIDTH = _PAGE[0] - 2 * _MARGIN
"""The width of the text, in twentieths of a point."""

_SMALL_TABLE = 8
"""Rows of a table that is kept on one page."""


def body(text: str) -> str:
    """The part ``word/document.xml`` of a document, laid out."""
    document = parseString(text.encode("utf-8"))
    for picture in _all(document, "pic:cNvPr"):
        if picture.getAttribute("descr").startswith("data:"):
            picture.setAttribute("descr", "")
    for formula in _all(document, "m:oMath"):
        _join_letters(formula)
    for table in _all(document, "w:tbl"):
        _lay_out(table)
    _keep_together(document)
    for run in _runs(document, "FormulaNumber"):
        run.insertBefore(_made(document, "w:tab"), _child(run, "w:t"))
    _set_page(document)
    return document.toxml(encoding="utf-8").decode("utf-8")


# -- formulas -----------------------------------------------------------------------------------


def _join_letters(formula: Element) -> None:
    """A name in a formula as one word: pandoc writes every letter by itself, and these stand apart.

    A bracket without its partner, which stands on another line, and the sign of a set left out are words too: LibreOffice
    takes either for a mistake.
    """
    for run in _all(formula, "m:r"):
        if run.parentNode is None or not _is_upright(run):
            continue
        letters = _text(run)
        while isinstance(after := run.nextSibling, Element) and after.tagName == "m:r" and _is_upright(after):
            letters += _text(after)
            run.parentNode.removeChild(after)
        if len(letters) > 1:
            _set_word(run, letters)
    signs = [(run, _text(run)) for run in _all(formula, "m:r")]
    text = "".join(sign for _, sign in signs)
    alone = {sign for one, two in ("()", "[]", "{}") if text.count(one) != text.count(two) for sign in (one, two)}
    for run, sign in signs:
        if sign in alone or sign == _LEFT_OUT:
            _set_word(run, sign)


_LEFT_OUT = "\u2216"


def _set_word(run: Element, word: str) -> None:
    """A run of a formula that is a word, not signs."""
    document = run.ownerDocument
    assert document is not None
    if not _all(run, "m:rPr"):
        run.insertBefore(_made(document, "m:rPr"), run.firstChild)
    properties, held = _child(run, "m:rPr"), _child(run, "m:t")
    properties.insertBefore(_made(document, "m:nor"), properties.firstChild)
    font = _made(document, "w:rPr")
    font.appendChild(_made(document, "w:rFonts", {"w:ascii": _FONT, "w:hAnsi": _FONT}))
    run.insertBefore(font, held)
    held.replaceChild(document.createTextNode(word), held.firstChild)


_FONT = "Cambria Math"


def _is_upright(run: Element) -> bool:
    """Whether a run is one upright letter or figure of a name."""
    style = [item.getAttribute("m:val") for item in _all(run, "m:sty")]
    return style == ["p"] and not _all(run, "m:nor") and _text(run).isalnum()


# -- tables -------------------------------------------------------------------------------------


def _lay_out(table: Element) -> None:
    """A table at the width of the text: no row is split, its head stands on every page, its texts have styles of tables."""
    columns = _all(table, "w:gridCol")
    whole = sum(int(column.getAttribute("w:w")) for column in columns)
    widths = [round(int(column.getAttribute("w:w")) * TEXT_WIDTH / whole) for column in columns]
    for column, width in zip(columns, widths, strict=True):
        column.setAttribute("w:w", str(width))
    properties = _child(table, "w:tblPr")
    for wide in _all(properties, "w:tblW"):
        wide.setAttribute("w:type", "dxa")
        wide.setAttribute("w:w", str(sum(widths)))
    rows = [row for row in table.childNodes if isinstance(row, Element) and row.tagName == "w:tr"]
    for place, row in enumerate(rows):
        head = bool(_all(row, "w:tblHeader"))
        together = head or place < len(rows) - 1 and (len(rows) <= _SMALL_TABLE or place in (1, len(rows) - 2))
        _set_row(row, widths, "TableHead" if head else "TableText", together)


def _set_row(row: Element, widths: list[int], style: str, together: bool) -> None:
    document = row.ownerDocument
    assert document is not None
    found = _all(row, "w:trPr")
    properties = found[0] if found else row.insertBefore(_made(document, "w:trPr"), row.firstChild)
    properties.insertBefore(_made(document, "w:cantSplit"), properties.firstChild)
    left = list(widths)
    for cell in _all(row, "w:tc"):
        spans = [int(span.getAttribute("w:val")) for span in _all(cell, "w:gridSpan")]
        taken, left = left[: sum(spans) or 1], left[sum(spans) or 1 :]
        inside = _child(cell, "w:tcPr")
        wide = _made(document, "w:tcW", {"w:w": str(sum(taken)), "w:type": "dxa"})
        inside.insertBefore(wide, inside.firstChild)
        for paragraph in _all(cell, "w:p"):
            if _style(paragraph) in ("", "Compact", "BodyText", "FirstParagraph"):
                _set_style(paragraph, style)
            if together:
                _keep(paragraph)


# -- what belongs together ----------------------------------------------------------------------


def _keep_together(document: Document) -> None:
    """What announces something stays with it: a sentence that ends in a colon, the lines of a formula, a table and its notes."""
    (inside,) = _all(document, "w:body")
    blocks = [item for item in inside.childNodes if isinstance(item, Element) and item.tagName in ("w:p", "w:tbl")]
    for one, two in pairwise(blocks):
        if one.tagName == "w:tbl":
            rows = _all(one, "w:tr")
            if len(rows) <= _SMALL_TABLE and _style(two) == "TableNote":
                for paragraph in _all(rows[-1], "w:p"):
                    _keep(paragraph)
        elif _style(two) == "FormulaContinued" or _text(one).rstrip().endswith(":"):
            _keep(one)


def _keep(paragraph: Element) -> None:
    """Keep a paragraph on the page of what follows."""
    document = paragraph.ownerDocument
    assert document is not None
    properties = _properties(paragraph)
    if not _all(properties, "w:keepNext"):
        style = _all(properties, "w:pStyle")
        after = style[0].nextSibling if style else properties.firstChild
        properties.insertBefore(_made(document, "w:keepNext"), after)


def _set_page(document: Document) -> None:
    """The size of the page, its margins and its foot."""
    (inside,) = _all(document, "w:body")
    for old in _all(inside, "w:sectPr"):
        inside.removeChild(old)
    section = _made(document, "w:sectPr")
    section.appendChild(_made(document, "w:footerReference", {"w:type": "default", "r:id": FOOTER}))
    section.appendChild(_made(document, "w:pgSz", {"w:w": str(_PAGE[0]), "w:h": str(_PAGE[1])}))
    sides = dict.fromkeys(("w:top", "w:right", "w:bottom", "w:left"), str(_MARGIN))
    section.appendChild(
        _made(document, "w:pgMar", sides | {"w:header": "680", "w:footer": "600", "w:gutter": "0"})
    )
    inside.appendChild(section)


# -- the tree -----------------------------------------------------------------------------------


def _all(inside: Document | Element, name: str) -> list[Element]:
    return list(inside.getElementsByTagName(name))


def _child(element: Element, name: str) -> Element:
    return next(item for item in element.childNodes if isinstance(item, Element) and item.tagName == name)


def _made(document: Document, name: str, values: dict[str, str] | None = None) -> Element:
    element = document.createElement(name)
    for key, value in (values or {}).items():
        element.setAttribute(key, value)
    return element


def _text(element: Element) -> str:
    held = (*_all(element, "w:t"), *_all(element, "m:t"))
    return "".join(node.data for item in held for node in item.childNodes if node.nodeType == Node.TEXT_NODE)


def _runs(document: Document, style: str) -> Iterator[Element]:
    """The runs of a style of letters."""
    for named in _all(document, "w:rStyle"):
        if named.getAttribute("w:val") == style and named.parentNode is not None:
            yield named.parentNode.parentNode  # type: ignore[misc]


def _properties(paragraph: Element) -> Element:
    document = paragraph.ownerDocument
    assert document is not None
    found = _all(paragraph, "w:pPr")
    return found[0] if found else paragraph.insertBefore(_made(document, "w:pPr"), paragraph.firstChild)


def _style(paragraph: Element) -> str:
    found = _all(paragraph, "w:pStyle") if paragraph.tagName == "w:p" else []
    return found[0].getAttribute("w:val") if found else ""


def _set_style(paragraph: Element, style: str) -> None:
    document = paragraph.ownerDocument
    assert document is not None
    properties = _properties(paragraph)
    for old in _all(properties, "w:pStyle"):
        properties.removeChild(old)
    properties.insertBefore(_made(document, "w:pStyle", {"w:val": style}), properties.firstChild)
