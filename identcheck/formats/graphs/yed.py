"""What yEd writes into GraphML: the words at a node, and the heads of an edge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from identcheck.formats.graphs.listing import Heads
from identcheck.formats.graphs.xml import Element

__all__ = ["edge_words", "heads", "node_words"]

_POINTED = ("standard", "delta", "white_delta", "short", "plain", "concave", "convex")
_TAG = re.compile(r"<[^<>]*>")


def node_words(node: Element) -> str:
    """The words at a node; of a group, those at the state that is shown."""
    for drawn in _drawn(node):
        choice = next((part for part in drawn.children if part.tag == "Realizers"), None)
        if choice is not None and choice.children:
            active = choice.get("active")
            place = int(active) if re.fullmatch(r"\d{1,3}", active) else 0
            drawn = choice.children[min(place, len(choice.children) - 1)]
        if words := _label(drawn, "NodeLabel"):
            return words
    return ""


def edge_words(edge: Element) -> str:
    """The words at an edge."""
    return next(filter(None, (_label(drawn, "EdgeLabel") for drawn in _drawn(edge))), "")


def heads(edge: Element) -> Heads | str | None:
    """Where an edge has its heads, whichever way it runs; or what is wrong with its marks; None if it has no marks.

    A circle leaves open whether there is a head; another mark is a head only where the other end has none.
    """
    arrows = next((part for drawn in _drawn(edge) for part in drawn.children if part.tag == "Arrows"), None)
    if arrows is None:
        return None
    marks = [arrows.get(end) or "none" for end in ("source", "target")]
    if any("circle" in mark for mark in marks):
        return (
            "has a circle at an end: the mark of an equivalence class (pag), where it is not known whether there is an "
            "arrowhead; draw what you hold to be true"
        )
    if "none" not in marks and not all(mark in _POINTED for mark in marks):
        return (
            f"has the ends {marks[0][:60]!r} and {marks[1][:60]!r}, which does not say what causes what; draw an "
            "arrowhead or nothing"
        )
    return marks[0] != "none", marks[1] != "none"


def _drawn(element: Element) -> Iterator[Element]:
    """How a node or an edge is drawn."""
    for data in element.all("data"):
        yield from (child for child in data.children if "yworks" in child.space)


def _label(drawn: Element, tag: str) -> str:
    """The first label with words; one in HTML without its tags."""
    words = next(filter(None, (part.text for part in drawn.children if part.tag == tag)), "")
    if words[:6].lower() != "<html>":
        return words
    return " ".join(unescape(_TAG.sub(" ", words)).split())
