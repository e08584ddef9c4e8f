r"""Pieces of LaTeX for a paper with a preamble of its own: nothing in them needs ours."""

from __future__ import annotations

from pathlib import Path

from identcheck.basics.files import demand_place, make_folder, write_whole
from identcheck.report.context import ReportContext
from identcheck.report.render import render_template

__all__ = ["FRAGMENTS", "PACKAGES", "fragment", "write_fragments"]

PACKAGES = {
    "assumptions": ("amsmath", "amssymb", "graphicx", "xcolor"),
    "conditions": ("amsmath", "amssymb", "array", "booktabs", "graphicx", "longtable"),
    "verdicts": ("amsmath", "amssymb", "array", "booktabs", "graphicx", "longtable"),
    "graph": ("amsmath", "amssymb", "graphicx", "tikz"),
}
"""The packages that each piece needs; graph also needs the TikZ library arrows.meta."""

FRAGMENTS = tuple(PACKAGES)


def fragment(context: ReportContext, name: str) -> str:
    """One piece: "assumptions", "conditions", "verdicts" or "graph"."""
    return render_template(context, f"latex/fragments/{name}.tex.jinja", "latex")


def write_fragments(context: ReportContext, folder: Path) -> tuple[Path, ...]:
    """Write every piece; each file appears whole or not at all.

    Raises:
        ReportError: a place that cannot be written.
    """
    make_folder(folder)
    places = tuple(folder / f"{name}.tex" for name in FRAGMENTS)
    for place in places:
        demand_place(place)
    for name, place in zip(FRAGMENTS, places, strict=True):
        write_whole(place, fragment(context, name).encode())
    return places
