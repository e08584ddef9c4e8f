"""The sets of regressors that serve an effect, against going through every set."""

import itertools
import random

import networkx as nx

import identcheck as ic
from identcheck.decide.estimands import resolve
from identcheck.decide.identification import default_estimands
from identcheck.decide.strategies.candidates import Serving


def any_design(seed):
    draw = random.Random(seed)
    arms = [f"T{i}" for i in range(draw.choice([1, 1, 1, 2, 3]))]
    mediators = [f"M{i}" for i in range(draw.randint(1, 5))]
    nodes = [*mediators, "Y"]
    arrows = [pair for pair in itertools.combinations(nodes, 2) if draw.random() < 0.5]
    arrows += [(arm, node) for arm in arms for node in nodes if draw.random() < 0.4]
    graph = nx.DiGraph(arrows)
    graph.add_nodes_from([*arms, *nodes])
    hidden = [m for m in mediators if draw.random() < 0.2]
    try:
        return ic.Design(graph, treatment=arms, outcome="Y", sites=8, unobserved=hidden)
    except ic.InvalidDesignError:
        return None


def test_sets_are_those_of_an_enumeration():
    asked = 0
    for design in filter(None, map(any_design, range(400))):
        for target in (resolve(design, estimand) for estimand in default_estimands(design)):
            serving = Serving(design, target)
            if target.empty or not serving.possible:
                continue
            useful, one_arm = sorted(serving.useful), len(design.treatments) == 1
            every = [set(c) for k in range(len(useful) + 1) for c in itertools.combinations(useful, k)]
            leaving = [c for c in every if (c or serving.required) and serving.leaves(c)]
            least = [c for c in leaving if not one_arm or serving.bypasses(c) == serving.unavoidable]
            assert sorted(serving.sets()[0]) == sorted(map(serving.regressors, least))
            sparing, cut_short = serving.sparing_sets()
            if not cut_short:
                assert set(sparing) == {serving.regressors(c) for c in leaving if c not in least}
            asked += 1
    assert asked > 500
