"""What the templates see of a document to submit: sections of pieces, the same in every format.

A piece shows what it has, in the order of its fields; what is empty is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.picture import Layout
from identcheck.report.context_entries import AssumptionEntry, ConditionRow, Fact, SymbolEntry
from identcheck.report.context_findings import Derivation, Formula
from identcheck.report.context_numbers import NumberTable

__all__ = ["DocumentCell", "DocumentContext", "DocumentSection", "DocumentTable", "Piece"]


@dataclass(frozen=True)
class DocumentCell:
    """A cell of a table of a document.

    Attributes:
        text: what stands in it.
        formula: a formula in front of the text; None for none.
        blank: what is still to be written there, shown in red; "" for nothing.
    """

    text: str = ""
    formula: Formula | None = None
    blank: str = ""


@dataclass(frozen=True)
class DocumentTable:
    """A table of a document.

    Attributes:
        title: its caption; "" for none.
        headings: one for each column.
        rows: a cell for each column.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[DocumentCell, ...], ...]


@dataclass(frozen=True)
class Piece:
    """A piece of a section. It shows what it has, in the order of these attributes.

    Attributes:
        heading: a heading below that of the section.
        term: a word or two in front of the text, such as "Rule 2".
        text: a paragraph.
        formulas: formulas on lines of their own.
        blank: what is still to be written, shown in red.
        items: a list.
        facts: rows of a term and a text.
        picture: the causal graph.
        caption: what the picture shows.
        symbols: symbols with their meanings.
        table: a table of texts.
        numbers: tables of numbers.
        assumptions: numbered assumptions.
        conditions: a table of conditions.
        derivations: derivations.
        note: a remark in small print.
    """

    heading: str = ""
    term: str = ""
    text: str = ""
    formulas: tuple[Formula, ...] = ()
    blank: str = ""
    items: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    picture: Layout | None = None
    caption: str = ""
    symbols: tuple[SymbolEntry, ...] = ()
    table: DocumentTable | None = None
    numbers: tuple[NumberTable, ...] = ()
    assumptions: tuple[AssumptionEntry, ...] = ()
    conditions: tuple[ConditionRow, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class DocumentSection:
    """A section.

    Attributes:
        identifier: its name in links, a word.
        heading: its heading.
        pieces: what it holds.
    """

    identifier: str
    heading: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class DocumentContext:
    """A document to submit.

    Attributes:
        kind: what it is, such as "Pre-registration of the causal analysis".
        missing: the numerals of the assumptions that the effects rest on and for which no justification is written.
        sections: its sections, in order.
    """

    kind: str
    missing: tuple[str, ...]
    sections: tuple[DocumentSection, ...]
