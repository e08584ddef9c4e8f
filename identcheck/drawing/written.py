"""A drawing as the text of a design file: what stands there already is kept where it can be."""

from __future__ import annotations

from typing import Any

from identcheck.drawing.edit import (
    Drawing,
    arrows_of,
    design_drawn,
    document_drawn,
    drawing_of,
    names_of,
)
from identcheck.errors import IdentcheckError
from identcheck.formats import from_text, read_document
from identcheck.formats.chains_edit import redrawn
from identcheck.formats.toml_edit import edited

__all__ = ["changed"]


def changed(text: str, drawing: Drawing) -> str:
    """The text of a TOML file that says what a drawing shows, as little of it changed as can be.

    Raises:
        IdentcheckError: the drawing is no design, or cannot be written into this text.
    """
    design = design_drawn(drawing)
    after = document_drawn(drawing) | {"positions": _rounded(drawing)}
    before: dict[str, Any] = {}
    whole: tuple[str, ...] = ()
    if text.strip():
        try:
            document, _ = read_document(text, "toml", "the file")
            before = document_drawn(drawing_of(from_text(text, "toml"))) | {
                "positions": document.get("positions", {})
            }
        except IdentcheckError:
            document, whole = {}, ("graph", "modifiers")
        if before.get("graph") != after["graph"]:
            kept = redrawn(
                str(document.get("graph", "")),
                names_of(drawing),
                arrows_of(drawing),
                [(pair[0], pair[1]) for pair in drawing["shared"]],
            )
            after["graph"] = kept if kept is not None else after["graph"]
            whole = (*whole, "graph", *(() if kept is not None else ("modifiers",)))
        elif "=>" in str(document.get("graph", "")) and before.get("modifiers") != after.get("modifiers"):
            whole = ("graph", "modifiers")
    for again in (
        whole,
        ("graph", "modifiers", "labels", "varies", "noncompliance", "scales", "unobserved", "declarations"),
    ):
        if again != whole:
            after["graph"] = document_drawn(drawing)["graph"]
        made = edited(text, before, after, whole=[key for key in again if key in after])
        try:
            if from_text(made, "toml") == design:
                return made
        except IdentcheckError:
            continue
    raise IdentcheckError("the drawing cannot be written into this file; save it under another name")


def _rounded(drawing: Drawing) -> dict[str, list[int]]:
    """Where boxes stand, in whole units."""
    said = drawing.get("positions", {})
    spots = said.items() if isinstance(said, dict) else ()
    return {str(name): [round(spot[0]), round(spot[1])] for name, spot in spots}
