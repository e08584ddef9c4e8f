"""DoWhy: everything that its automatic identification looks for, and the ID algorithm."""

import json
import sys

import networkx as nx
from dowhy import EstimandType
from dowhy.causal_identifier import identify_effect_auto

KINDS = {
    "backdoor": "back door",
    "frontdoor": "front door",
    "iv": "instrument",
    "general_adjustment": "adjustment",
}


def answer(question: dict) -> str:
    """The kinds of estimands found."""
    graph = nx.DiGraph([tuple(edge) for edge in question["arrows"]])
    observed = list(graph)
    for number, pair in enumerate(question["shared"]):
        graph.add_edges_from((f"U{number}", node) for node in pair)
    found = identify_effect_auto(
        graph, [question["cause"]], [question["outcome"]], observed, EstimandType.NONPARAMETRIC_ATE
    )
    told = [words for kind, words in KINDS.items() if found.estimands.get(kind)]
    return f"identified: {', '.join(told)}" if told else "no estimand found"


print(json.dumps([answer(question) for question in json.load(sys.stdin)]))
