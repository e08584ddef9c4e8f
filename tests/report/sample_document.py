"""A document with every kind of piece."""

from identcheck.report.context_documents import (
    DocumentCell,
    DocumentContext,
    DocumentSection,
    DocumentTable,
    Piece,
)
from identcheck.report.context_entries import Fact
from tests.report.sample import conditions, picture, symbols
from tests.report.sample_findings import assumptions, derivations, f
from tests.report.sample_numbers import numbers


def table() -> DocumentTable:
    return DocumentTable(
        "Effects",
        ("Effect", "Symbol", "Argument"),
        (
            (DocumentCell("the effect of V"), DocumentCell("per person", f(r"\delta_{V}")), DocumentCell("Because.")),
            (DocumentCell("the effect of NP"), DocumentCell(formula=f(r"\beta")), DocumentCell(blank="why (vi) holds")),
        ),
    )  # fmt: skip


def pieces() -> tuple[Piece, ...]:
    return (
        Piece(
            heading="A heading",
            term="Rule 1",
            text="If the test rejects, stop.",
            formulas=(f(r"\delta = 0"),),
        ),
        Piece(blank="the direction of the effect", items=("first", "second"), facts=(Fact("Sites", "5"),)),
        Piece(picture=picture(), caption="The graph.", symbols=symbols()[:2], note="A remark."),
        Piece(table=table(), numbers=numbers().sections[0].tables),
        Piece(assumptions=assumptions(), conditions=conditions()),
        Piece(derivations=derivations()),
    )


def document() -> DocumentContext:
    return DocumentContext(
        "Pre-registration", ("vi",), (DocumentSection("first", "The first section", pieces()[:3]),
                                      DocumentSection("second", "The second section", pieces()[3:]))
    )  # fmt: skip
