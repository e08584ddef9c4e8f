"""Designs and plans that the tests of simulation share, and one trial's persons as a table."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

from identcheck import Arrow, Design, Plan
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.simulation.moments import Moments, moments_of
from identcheck.plan.simulation.persons import PersonLevel, Persons, contrasts_of
from identcheck.plan.simulation.rows import rows_of

ONE = [("T", "M"), ("M", "Y")]
PARALLEL = [("T", "A"), ("T", "B"), ("A", "Y"), ("B", "Y")]
SERIAL = [*PARALLEL, ("A", "B")]


def designed(edges: list[tuple[str, str]], sites: int = 8, arms: str | list[str] = "T") -> Design:
    return Design(nx.DiGraph(edges), treatment=arms, outcome="Y", sites=sites)


def one_mediator(sites: int, persons: int, cv: float, rho: float) -> Anticipated:
    """The issue's known points: mean compliance 0.5, effects with mean 0.2 and SD 0.2, OLS bias 0.3."""
    plan = Plan(
        persons=persons,
        arrows={("T", "M"): Arrow(0.5, 0.5 * cv), ("M", "Y"): Arrow(0.2, 0.2)},
        between={(("T", "M"), ("M", "Y")): rho} if rho else {},
        confounding={("M", "Y"): 0.3},
    )
    return anticipate(designed(ONE, sites), plan)


SINGLE = anticipate(designed(PARALLEL), Plan(persons=(20, 24, 31, 40, 26, 22, 34, 28), treated=0.4))
ARMS = anticipate(
    designed([("S", "A"), ("T", "A"), ("S", "B"), ("T", "B"), ("A", "Y"), ("B", "Y")], 7, ["S", "T"]),
    Plan(persons=(30, 24, 31, 40, 26, 27, 34), treated={"S": 0.3, "T": 0.4}),
)


def one_trial(at: Anticipated, seed: int = 5) -> tuple[Persons, Moments, pd.DataFrame]:
    """Persons of one trial, the moments of its rows, and the same persons with columns for each node and dummy."""
    data = PersonLevel(at).persons(np.random.default_rng(seed), 1)
    arms = at.design.treatments
    moments = moments_of(contrasts_of(data), rows_of(at, arms, data.nodes))
    table = pd.DataFrame({node: data.values[v, 0] for v, node in enumerate(data.nodes)})
    for s in range(at.sites):
        table[f"site{s}"] = (data.site == s) * 1.0
    for place, arm in enumerate(arms, start=1):
        table[arm] = (data.arm == place) * 1.0
        for s in range(at.sites):
            table[f"{arm}{s}"] = table[arm] * table[f"site{s}"]
    return data, moments, table
