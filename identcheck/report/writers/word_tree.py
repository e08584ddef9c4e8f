"""The tree of a Word document: what a writer needs of the elements of its XML."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Document, Element, Node

__all__ = ["child", "inside", "keep", "made", "runs", "set_style", "style", "text_of"]


def inside(element: Document | Element, name: str) -> list[Element]:
    """The elements of a name in an element, at any depth."""
    return list(element.getElementsByTagName(name))


def child(element: Element, name: str) -> Element:
    """The first element of a name directly in an element; made before all others if there is none."""
    for item in element.childNodes:
        if isinstance(item, Element) and item.tagName == name:
            return item
    return element.insertBefore(made(element, name), element.firstChild)


def made(beside: Element, name: str, **values: str) -> Element:
    """A new element of the document that another is of; ``w_val`` gives the attribute ``w:val``."""
    document = beside.ownerDocument
    assert document is not None
    element = document.createElement(name)
    for key, value in values.items():
        element.setAttribute(key.replace("_", ":", 1), value)
    return element


def text_of(element: Element) -> str:
    """The text of an element, with that of its formulas."""
    held = (*inside(element, "w:t"), *inside(element, "m:t"))
    return "".join(node.data for item in held for node in item.childNodes if node.nodeType == Node.TEXT_NODE)


def runs(document: Document, style: str) -> Iterator[Element]:
    """The runs of a style of letters."""
    for run in inside(document, "w:r"):
        if any(named.getAttribute("w:val") == style for named in inside(run, "w:rStyle")):
            yield run


def style(block: Element) -> str:
    """The style of a paragraph; "" if it has none, or is none."""
    found = inside(block, "w:pStyle") if block.tagName == "w:p" else []
    return found[0].getAttribute("w:val") if found else ""


def set_style(paragraph: Element, style: str) -> None:
    """Give a paragraph a style."""
    child(child(paragraph, "w:pPr"), "w:pStyle").setAttribute("w:val", style)


def keep(paragraph: Element) -> None:
    """Keep a paragraph on the page of what follows."""
    properties = child(paragraph, "w:pPr")
    if not inside(properties, "w:keepNext"):
        mark = properties.insertBefore(made(paragraph, "w:keepNext"), properties.firstChild)
        for named in inside(properties, "w:pStyle"):  # which comes first
            properties.insertBefore(named, mark)
