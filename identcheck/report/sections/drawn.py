"""A picture of numbers with its words, and how it becomes a block of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from identcheck.plots.files import inline_svg, pdf_of
from identcheck.report.blocks import Figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

__all__ = ["UNSAVED", "Drawn", "figure_block"]

UNSAVED = (
    "This document as a text has no pictures: saved as a .tex or .pdf file it has them, in files beside it."
)


@dataclass(frozen=True)
class Drawn:
    """A picture with its words.

    Attributes:
        name: a word.
        caption: what it shows and how to read it.
        description: the same for those who cannot see it, with the numbers that matter.
        picture: as matplotlib has it.
        narrow: makes the same with its panels below each other, for narrow pages; None where it has one panel.
    """

    name: str
    caption: str
    description: str
    picture: Picture
    narrow: Callable[[], Picture] | None = None


def figure_block(drawn: Drawn, format: str, folder: str) -> Figure:
    """A picture as a block of a report.

    Args:
        drawn: the picture with its words.
        format: of the report; HTML has a second picture for narrow screens.
        folder: where a LaTeX document finds it; "" if it has none.
    """
    narrow = drawn.narrow if format == "html" else None
    return Figure(
        drawn.name,
        drawn.caption,
        drawn.description,
        svg=lambda start, words: inline_svg(drawn.picture, start, words),
        pdf=lambda: pdf_of(drawn.picture),
        file=f"{folder}/{drawn.name}.pdf" if folder else "",
        narrow=None if narrow is None else lambda start, words: inline_svg(narrow(), start, words),
    )
