"""pgmpy: adjustment, front door, and instruments of any kind."""

import json
import sys

from pgmpy.base import DAG
from pgmpy.identification import Adjustment, Frontdoor
from pgmpy.inference import CausalInference


def answer(question: dict) -> str:
    """The methods by which the effect is identified."""
    edges, hidden = [tuple(edge) for edge in question["arrows"]], set()
    for number, pair in enumerate(question["shared"]):
        hidden.add(f"U{number}")
        edges += [(f"U{number}", node) for node in pair]
    cause, outcome = question["cause"], question["outcome"]
    graph = DAG(edges, latents=hidden, roles={"exposures": cause, "outcomes": outcome})
    told = ["adjustment"] * Adjustment().identify(graph)[1] + ["front door"] * Frontdoor().identify(graph)[1]
    if graph.has_edge(cause, outcome):  # it looks for instruments of an arrow
        ask = CausalInference(graph)
        told += ["instrument"] * bool(ask.get_ivs(cause, outcome) or ask.get_conditional_ivs(cause, outcome))
    return f"identified: {', '.join(told)}" if told else "no method found"


print(json.dumps([answer(question) for question in json.load(sys.stdin)]))
