"""Which document is wanted: its purpose, the effects it is about, and what makes it reproducible."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from identcheck import __version__
from identcheck.basics.options import Purpose
from identcheck.decide.estimands import Estimand
from identcheck.describe.design import Design
from identcheck.errors import IdentcheckError, ReportError, suggestion
from identcheck.formats.source import content_of
from identcheck.report.blocks import Fact, Facts
from identcheck.report.documents.guidelines import guidelines_asked
from identcheck.report.matter import SEED

__all__ = ["PURPOSES", "Document", "asked_for", "canonical", "provenance"]

PURPOSES = {
    "preregistration": "Pre-registration of the causal analysis",
    "grant": "Causal design, for a grant application",
    "paper-appendix": "Appendix: assumptions and derivations",
}
"""The kinds of document, and what each calls itself."""


@dataclass(frozen=True)
class Document:
    """A document to submit, made of an identification.

    Args:
        purpose: "preregistration", "grant" or "paper-appendix".
        effects: the effects of interest, also as text, the most important first; empty for those of ``check``.
        date: the day that the document bears, such as "2026-11-22"; "" for none.
        file: the file that the design was read from; its SHA-256 is printed. Without it, that of the design.
        guidelines: the reporting guidelines that the document is compared with: "agrema", "consort", "spirit", "strobe-mr",
            "wwc". None for the usual ones: SPIRIT and AGReMA in a pre-registration, CONSORT and AGReMA in the appendix of a
            paper, none in a grant application.

    Raises:
        ReportError: another purpose, a date that is none, or no such guideline.
    """

    purpose: Purpose
    effects: Sequence[Estimand | str] = ()
    date: str = ""
    file: str | PathLike[str] | None = None
    guidelines: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.purpose, str) or self.purpose not in PURPOSES:
            known = ", ".join(PURPOSES)
            hint = suggestion(str(self.purpose), PURPOSES)
            raise ReportError(f"no document {self.purpose!r}{hint}; known are {known}")
        if not isinstance(self.effects, (tuple, list)):
            raise ReportError(
                f"the effects of a document are {self.effects!r:.60}; give a list, such as [ic.direct('M', 'Y')]"
            )
        if self.file is not None and not isinstance(self.file, (str, PathLike)):
            raise ReportError(
                f"the file of a document is {self.file!r:.60}; give its path as text, or leave it out"
            )
        guidelines_asked(self.purpose, self.guidelines)
        try:
            if not isinstance(self.date, str) or self.date:
                datetime.date.fromisoformat(self.date)
        except (TypeError, ValueError):
            raise ReportError(
                f"the date {self.date!r} is none; write year, month and day, such as '2026-11-22'"
            ) from None


def asked_for(document: Document | Purpose | None) -> Document | None:
    """The document that an argument asks for: itself, or one with the purpose named."""
    if document is None or isinstance(document, Document):
        return document
    return Document(document)


def provenance(design: Design, document: Document, simulated: str = "") -> Facts:
    """Version, input, date and seed as rows.

    Args:
        design: the design.
        document: what was asked for.
        simulated: what was simulated, in a phrase; "" for nothing.
    """
    if document.file is None:
        source, data = "design made in Python, SHA-256 of its canonical form", canonical(design).encode()
    else:
        source, data = f"file {Path(document.file).name}, SHA-256", _content(document.file)
    rows = (
        ("Software", f"identcheck {__version__}"),
        ("Input", f"{source} {hashlib.sha256(data).hexdigest()}"),
        ("Date", document.date or "not stated"),
        ("Seed", f"{SEED} ({simulated})" if simulated else "none: nothing was simulated"),
    )
    return Facts(tuple(Fact(*row) for row in rows))


def canonical(design: Design) -> str:
    """The design as text that is the same for equal designs, whatever the order in which they were written."""
    graph = design.drawn
    said = {
        "nodes": sorted([n, str(data.get("symbol", ""))] for n, data in graph.nodes.items()),
        "edges": sorted(
            [u, v, design.varies(u, v), str(data.get("symbol", "")), str(data.get("noncompliance", ""))]
            for (u, v), data in graph.edges.items()
        ),
        "treatment": list(design.treatments),
        "outcome": design.outcome,
        "sites": design.sites,
        "unobserved": sorted(design.unobserved - {*design.products}),
        "labels": dict(design.labels),
        "scales": dict(design.scales),
        "justifications": dict(design.justifications),
        "citations": dict(design.citations),
        "confounded": [list(pair) for pair in design.confounded],
        "title": design.title,
        "average": design.average,
        "weights": design.weights,
        "declarations": [str(declaration) for declaration in design.declarations],
        **({"works_everywhere": True} if design.works_everywhere else {}),
        "primary": list(design.primary),
        "words": dict(design.words),
        "short": dict(design.short),
        "rules": {
            key: dict(value) if isinstance(value, Mapping) else value
            for key, value in vars(design.rules).items()
        },
    }
    modifiers = {"modifiers": list(map(repr, design.modifiers))} if design.modifiers else {}
    products = sorted(
        [sorted(pair), str(design.graph.nodes[q].get("symbol", ""))] for q, pair in design.products.items()
    )
    interactions = {"interactions": products} if products else {}
    return json.dumps(
        said | modifiers | interactions, sort_keys=True, ensure_ascii=True, separators=(",", ":")
    )


def _content(file: str | PathLike[str]) -> bytes:
    try:
        return content_of(file)[0]
    except IdentcheckError as error:
        raise ReportError(f"{error}; the document states its SHA-256") from error
