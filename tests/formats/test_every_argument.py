"""Whatever can be said of a design is kept by every format, and counts in the hash that documents print."""

from __future__ import annotations

import inspect

import networkx as nx
import pytest

import identcheck as ic
from identcheck.formats import FORMATS
from identcheck.report.documents.document import canonical

GRAPH = nx.DiGraph([("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y"), ("U", "M1")])
PLAIN = {"treatment": "T", "outcome": "Y"}
SAID = {
    "treatment": ["T", "T2"],
    "outcome": "Z",
    "sites": 7,
    "unobserved": ["M2"],
    "labels": {"M1": "use of the voucher"},
    "scales": {"M1": "binary"},
    "justifications": {"viii": "A lottery."},
    "citations": {"viii": "Author (2020)"},
    "confounded": [("M1", "Y")],
    "works_everywhere": True,
    "title": "A trial",
    "average": "persons",
    "weights": "sites",
    "declarations": [ic.normal("sites")],
    "primary": ["direct(M1, Y)", "itt"],
    "words": {"person": "pupil", "sites": "districts"},
    "short": {"M1": "voucher use"},
    "rules": ic.Rules(
        direction={"all": "positive", "itt()": "two-sided"},
        multiplicity="none",
        tests="bonferroni",
        conditional_f=12.5,
        decisions=["If the F is low, nothing is concluded.", "Else it is."],
        missing_data="Complete cases.",
        protocol={"ISRCTN": "12345678"},
    ),
    "interactions": [("M1", "M2")],
    "modifiers": [
        ic.Modifier("wages", ["T -> M1", "M2 -> Y"], measured=False, causes="size", label="entry wages"),
        ic.Modifier("size", (), scale="categorical", levels=3, citation="Author (2020)"),
        ic.Modifier("sex", "M1 -> Y", level="persons", scale="binary", balanced=True),
    ],
}


def design(argument: str | None = None) -> ic.Design:
    graph = nx.DiGraph(GRAPH)
    if argument == "treatment":
        graph.add_edge("T2", "M1")
    if argument == "outcome":
        graph.add_edge("Y", "Z")
    return ic.Design(graph, **PLAIN | ({} if argument is None else {argument: SAID[argument]}))


def test_no_argument_is_forgotten_here() -> None:
    assert set(inspect.signature(ic.Design).parameters) - {"graph"} == set(SAID)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("argument", SAID)
def test_every_format_keeps_it(argument: str, format: str) -> None:
    made = design(argument)
    assert made != design()
    assert ic.Design.from_text(ic.dumps(made, format), format) == made


@pytest.mark.parametrize("argument", SAID)
def test_the_hash_of_a_document_tells(argument: str) -> None:
    assert canonical(design(argument)) != canonical(design())
