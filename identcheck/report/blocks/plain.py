"""Plain blocks: each format has one macro for each kind, and no macro knows what a block is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from identcheck.picture import Drawing, Layout
from identcheck.symbols.written import Formula, Text
from identcheck.tables.table import Table

if TYPE_CHECKING:
    from identcheck.report.blocks import Block


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: its sentences.
        term: a word or two in bold in front, which get a full stop; "" for none.
        soft: whether it is a remark beside the matter, in gray.
    """

    kind: ClassVar = "paragraph"
    text: Text
    term: str = ""
    soft: bool = False


@dataclass(frozen=True)
class Item:
    """An entry of a list.

    Attributes:
        text: what it says.
        under: entries under it.
    """

    text: Text
    under: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Bullets:
    """A list.

    Attributes:
        items: its entries.
        lead: a few words in bold above it; "" for none.
        numbered: whether its entries are numbered from 1.
    """

    kind: ClassVar = "bullets"
    items: tuple[Item, ...]
    lead: str = ""
    numbered: bool = False


@dataclass(frozen=True)
class Fact:
    """A term and what is said of it: a row of the design at a glance, a remark.

    Attributes:
        term: short heading.
        text: the sentence or value.
    """

    term: Text
    text: Text


@dataclass(frozen=True)
class Facts:
    """Terms and what is said of them, one below the other.

    Attributes:
        rows: the terms.
        narrow: whether terms are short, so that they can stand in a column; long ones stand above their text.
    """

    kind: ClassVar = "facts"
    rows: tuple[Fact, ...]
    narrow: bool = True


@dataclass(frozen=True)
class Equation:
    """A formula on lines of its own.

    Attributes:
        formula: the formula.
        tail: further lines of it, aligned.
        number: its number, without parentheses; "" for none.
        note: a sentence below it, such as what licenses it; "" for none.
    """

    formula: Formula
    tail: tuple[Formula, ...] = ()
    number: str = ""
    note: Text = ""


@dataclass(frozen=True)
class Equations:
    """Formulas on lines of their own.

    Attributes:
        items: the formulas.
    """

    kind: ClassVar = "equations"
    items: tuple[Equation, ...]


@dataclass(frozen=True)
class Tabular:
    """A table. A column without entries is left out in print.

    Attributes:
        table: its title, columns, rows and note; a cell may be a sentence, with formulas, a badge or a blank in it.
        legend: what the columns hold, printed below; "" if their headings say it.
    """

    kind: ClassVar = "table"
    table: Table
    legend: str = ""


@dataclass(frozen=True)
class Graph:
    """The causal graph, drawn in HTML and LaTeX, as arrows in text and Markdown.

    Attributes:
        drawing: the nodes and arrows drawn.
        caption: what it shows.
        picture: the graph, laid out when this is first asked for.
    """

    kind: ClassVar = "graph"
    drawing: Drawing
    caption: str = ""

    @cached_property
    def picture(self) -> Layout:
        """The graph, laid out."""
        return self.drawing.layout


@dataclass(frozen=True)
class Figure:
    """A picture of numbers; only HTML and LaTeX have any.

    Attributes:
        name: its name, a word.
        caption: what it shows and how to read it.
        description: the same for those who cannot see it, with the numbers that matter.
        svg: makes an ``svg`` element, given a name that begins its identifiers and a description; no part of JSON.
        pdf: makes a PDF document; no part of JSON.
        file: where the LaTeX document finds the PDF.
        narrow: makes the ``svg`` element for narrow screens, panels below each other; None where one serves all.
    """

    kind: ClassVar = "figure"
    name: str
    caption: str
    description: str
    svg: Callable[[str, str], str]
    pdf: Callable[[], bytes]
    file: str = ""
    narrow: Callable[[str, str], str] | None = None


@dataclass(frozen=True)
class Blank:
    """What the author of the document is still to write, shown in red.

    Attributes:
        wanted: what is to be said there; "" leaves a line to write on.
        term: what it is called, such as "Justification"; "" for "To be written".
    """

    kind: ClassVar = "blank"
    wanted: str = ""
    term: str = ""


@dataclass(frozen=True)
class Beside:
    """A block with others at its side where the page is wide enough, else above them.

    Attributes:
        wide: the block on the left, which has three fifths of the width.
        narrow: the blocks on the right.
    """

    kind: ClassVar = "beside"
    wide: Block
    narrow: tuple[Block, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of them."""
        return (self.wide, *self.narrow)


@dataclass(frozen=True)
class Fold:
    """What is shown when its summary is opened; print shows it as a section, short text leaves it out.

    Attributes:
        summary: its heading.
        blocks: what it holds.
    """

    kind: ClassVar = "fold"
    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it. A section in a section is a subsection.

    Attributes:
        id: its name in links and for templates, such as "assumptions", "assumption-vi".
        heading: its heading; "" for none.
        blocks: what stands under it.
        badge: a verdict or status beside the heading; "" for none.
        appendix: whether it comes after the matter.
    """

    kind: ClassVar = "section"
    id: str
    heading: Text
    blocks: tuple[Block, ...]
    badge: str = ""
    appendix: bool = False
