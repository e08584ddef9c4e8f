"""What a reader needs to make a document again: version, hash of the input, date, seed."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from identcheck.describe.design import Design
from identcheck.errors import IdentcheckError, ReportError
from identcheck.formats.source import content_of
from identcheck.report.blocks import Fact, Facts
from identcheck.report.documents.document import Document

__all__ = ["SEED", "canonical", "provenance"]

SEED = 0
"""Of every simulation in a document."""


def provenance(design: Design, document: Document, simulated: str = "") -> Facts:
    """Version, input, date and seed as rows.

    Args:
        design: the design.
        document: what was asked for.
        simulated: what was simulated, in a phrase; "" for nothing.
    """
    if document.file is None:
        source = f"design made in Python, SHA-256 of its canonical form {_sha256(canonical(design).encode())}"
    else:
        source = f"file {Path(document.file).name}, SHA-256 {_sha256(_content(document))}"
    return Facts(
        (
            Fact("Software", f"identcheck {version('identcheck')}"),
            Fact("Input", source),
            Fact("Date", document.date or "not stated"),
            Fact("Seed", f"{SEED} ({simulated})" if simulated else "none: nothing was simulated"),
        )
    )


def canonical(design: Design) -> str:
    """The design as text that is the same for equal designs, whatever the order in which they were written."""
    graph = design.graph
    said = {
        "nodes": sorted([n, str(data.get("symbol", ""))] for n, data in graph.nodes.items()),
        "edges": sorted(
            [u, v, design.varies(u, v), str(data.get("symbol", "")), str(data.get("noncompliance", ""))]
            for (u, v), data in graph.edges.items()
        ),
        "treatment": list(design.treatments),
        "outcome": design.outcome,
        "sites": design.sites,
        "unobserved": sorted(design.unobserved),
        "labels": dict(design.labels),
        "scales": dict(design.scales),
        "justifications": dict(design.justifications),
        "citations": dict(design.citations),
        "confounded": [list(pair) for pair in design.confounded],
        "title": design.title,
        "average": design.average,
        "weights": design.weights,
        "declarations": [str(declaration) for declaration in design.declarations],
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _content(document: Document) -> bytes:
    assert document.file is not None
    try:
        return content_of(document.file)[0]
    except IdentcheckError as error:
        raise ReportError(f"{error}; the document states its SHA-256") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
