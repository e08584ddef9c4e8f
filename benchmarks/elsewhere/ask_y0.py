"""y0: identification by ID, from a graph with bidirected edges."""

import json
import sys

from y0.algorithm.identify import identify_outcomes
from y0.dsl import Variable
from y0.graph import NxMixedGraph


def answer(question: dict) -> str:
    """The expression, or that there is none."""
    directed, undirected = (
        [(Variable(a), Variable(b)) for a, b in question[key]] for key in ("arrows", "shared")
    )
    graph = NxMixedGraph.from_edges(directed=directed, undirected=undirected)
    cause, outcome = Variable(question["cause"]), Variable(question["outcome"])
    found = identify_outcomes(graph, treatments={cause}, outcomes={outcome})
    return "not identified" if found is None else f"identified: {found}".replace("|", "∣")


print(json.dumps([answer(question) for question in json.load(sys.stdin)]))
