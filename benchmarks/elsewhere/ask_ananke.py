"""Ananke: identification by the one-line ID algorithm."""

import json
import sys

from ananke.graphs import ADMG
from ananke.identification import OneLineID


def answer(question: dict) -> str:
    """Whether the effect is identified."""
    nodes = sorted({node for edge in question["arrows"] for node in edge})
    edges = {
        kind: [tuple(edge) for edge in question[key]]
        for kind, key in (("di_edges", "arrows"), ("bi_edges", "shared"))
    }
    asked = OneLineID(ADMG(nodes, **edges), treatments=[question["cause"]], outcomes=[question["outcome"]])
    return "identified" if asked.id() else "not identified"


print(json.dumps([answer(question) for question in json.load(sys.stdin)]))
