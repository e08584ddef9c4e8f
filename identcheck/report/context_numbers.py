"""The values of a report's part "Design in numbers": sections of sentences, tables and pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from identcheck.tables.table import Cell

__all__ = [
    "Cell",
    "DesignNumbers",
    "Drawing",
    "NumberColumn",
    "NumberFigure",
    "NumberSection",
    "NumberTable",
    "Term",
]


@dataclass(frozen=True)
class Term:
    """A term and what is said of it.

    Attributes:
        term: short heading.
        text: the sentences.
    """

    term: str
    text: str


@dataclass(frozen=True)
class NumberColumn:
    """A column of a table of numbers.

    Attributes:
        identifier: its name in JSON.
        title: its heading.
        digits: digits behind the point in print; None for text and whole numbers.
    """

    identifier: str
    title: str
    digits: int | None


@dataclass(frozen=True)
class NumberTable:
    """A table of numbers.

    Attributes:
        identifier: its name in JSON.
        title: its heading.
        columns: its columns.
        rows: a value for each column, not rounded; None where there is none.
        legend: what the columns hold; "" if their headings say it.
        note: what a reader should know; may be "".
        formulas: pairs of a text in the rows that is a formula, and the formula as LaTeX.
    """

    identifier: str
    title: str
    columns: tuple[NumberColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    legend: str
    note: str
    formulas: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Drawing:
    """A picture, drawn when a format asks for it; no part of JSON.

    Attributes:
        svg: makes an ``svg`` element, given a name that begins its identifiers and a description.
        pdf: makes a PDF document.
        file: where the LaTeX document finds the PDF.
    """

    svg: Callable[[str, str], str]
    pdf: Callable[[], bytes]
    file: str = ""


@dataclass(frozen=True)
class NumberFigure:
    """A picture with its caption; only HTML and LaTeX have any.

    Attributes:
        identifier: its name, a word.
        caption: what it shows and how to read it.
        description: the same for those who cannot see it, with the numbers that matter.
        drawing: the picture.
    """

    identifier: str
    caption: str
    description: str
    drawing: Drawing


@dataclass(frozen=True)
class NumberSection:
    """A section of the part.

    Attributes:
        heading: its heading.
        remarks: sentences under terms; may be empty.
        tables: its tables.
        figures: its pictures; none where matplotlib is missing, and in plain text, Markdown and JSON.
    """

    heading: str
    remarks: tuple[Term, ...] = ()
    tables: tuple[NumberTable, ...] = ()
    figures: tuple[NumberFigure, ...] = ()


@dataclass(frozen=True)
class DesignNumbers:
    """What anticipated numbers mean for the design.

    Attributes:
        lead: what the numbers rest on, in a few sentences.
        effects: for each effect what a designer of the trial would say of it.
        sections: tables and pictures.
        figures_note: why there are no pictures, and how to get them; "" if there are or could be none.
        limits: what the numbers leave out.
    """

    lead: str
    effects: tuple[Term, ...]
    sections: tuple[NumberSection, ...]
    figures_note: str
    limits: tuple[str, ...]
