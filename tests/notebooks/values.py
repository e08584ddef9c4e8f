"""One value of every kind that a notebook shows."""

from functools import cache
from typing import Any

import networkx as nx

import identcheck as ic

EDGES = [("offer", "V"), ("V", "NP"), ("V", "Y"), ("NP", "Y")]
POVERTY = ic.direct("NP", "Y")
FORMULAS = ("strategy", "composed", "condition", "assumption")
"""The kinds that are formulas too."""


def design(**said: Any) -> ic.Design:
    graph = nx.DiGraph(EDGES)
    return ic.Design(graph, **{"treatment": "offer", "outcome": "Y", "sites": 5, **said})


def proportional(**said: Any) -> ic.Finding:
    graph = nx.DiGraph(EDGES)
    graph.edges["V", "NP"]["varies"] = "none"
    return ic.check(ic.Design(graph, treatment="offer", outcome="Y", sites=5, **said), assume="all")[POVERTY]


def large() -> ic.Design:
    names = [f"M{i}" for i in range(30)]
    among = [(a, b) for i, a in enumerate(names) for b in names[:i]]
    return ic.Design(
        nx.DiGraph([("T", m) for m in names] + among + [(m, "Y") for m in names]),
        treatment="T",
        outcome="Y",
        sites=50,
    )


@cache
def values() -> dict[str, Any]:
    return values_of()


def values_of(**said: Any) -> dict[str, Any]:
    trial = design(**said)
    plan = ic.Plan(persons=200)
    result = ic.check(trial, assume=["vi"])
    total = ic.check(
        ic.Design(nx.DiGraph([*EDGES, ("offer", "NP")]), treatment="offer", outcome="Y", sites=5, **said)
    )[ic.total("V", "Y")]
    diagnosis = ic.diagnose(trial, plan)
    return {
        "design": trial,
        "identification": result,
        "finding": result[POVERTY],
        "not identified": proportional(**said),
        "strategy": result[POVERTY].best,
        "composed": next(way for way in total.strategies if type(way).__name__ == "Composed"),
        "condition": result[POVERTY].missing[0],
        "assumption": result.assumptions[5],
        "witness": proportional(**said).witness(),
        "diagnosis": diagnosis,
        "sensitivity": ic.sensitivity(trial, plan),
        "simulation": ic.simulate(trial, plan, 20),
        "falsification": ic.falsification(trial, plan, reps=20),
        "contour": ic.contour(
            trial,
            plan.but(arrows={"offer -> V": ic.Arrow(mean=0.5), "V -> Y": ic.Arrow(mean=0.1)}),
            ic.total("V", "Y"),
            ("between.offer -> V ~ V -> Y", [-0.5, 0.0, 0.5]),
            ("arrows.offer -> V.cv", [0.1, 0.5]),
        ),
        "table": diagnosis.tables[0],
        "cheapest": ic.cheapest(trial, plan.but(costs={"site": 9_000, "person": 50}), ["itt()"]),
        "sweep": ic.sweep(trial, plan, {"sites": [5, 8]}, 10, workers=1),
    }
