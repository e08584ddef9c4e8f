"""The rank of a regression with moderators against that of a matrix that is made from its definition, in numbers drawn at random.

Sites are spread over the categories of what is measured of them in turn; compliances are sums over paths.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product
from math import prod
from random import Random

import networkx as nx

from identcheck import Design, Modifier
from identcheck.decide.conditions import Regression
from identcheck.decide.population.linear import null_vectors
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.derive.moderated import moderated_rank


def a_design(random: Random) -> Design:
    """Modifiers of the sites; treatment has arrows of its own into most mediators, which mostly differ between sites."""
    mediators = [f"M{k}" for k in range(random.randint(1, 4))]
    arms = random.choice([["T"], ["T"], ["T1", "T2"]])
    edges = [(arm, m) for arm in arms for m in mediators if m == "M0" or random.random() < 0.8]
    edges += [(a, b) for i, a in enumerate(mediators) for b in mediators[i + 1 :] if random.random() < 0.7]
    edges += [(arms[0], m) for m in mediators if not any(v == m for _, v in edges)]
    edges += [(m, "Y") for m in mediators]
    graph = nx.DiGraph()
    for edge in edges:
        graph.add_edge(*edge, varies=random.choice(["persons", "sites", "sites", "none"]))
    made = [
        Modifier(
            name,
            random.sample(edges, min(2, len(edges))),
            scale=scale,
            levels=3 if scale == "categorical" else None,
        )
        for name, scale in zip(
            "AB", random.choices(["binary", "categorical", "continuous"], k=2), strict=True
        )
    ]
    return Design(graph, treatment=arms, outcome="Y", modifiers=made, sites=random.randint(2, 14))


def matrix(reg: Regression, random: Random) -> list[list[int]]:
    """The rows of so many sites as the design has."""
    design = reg.design
    modifiers = {m.name: m for m in design.modifiers if m.name in reg.moderators}
    categories = [range(m.terms + 1) if m.scale != "continuous" else (0,) for m in modifiers.values()]
    strata = list(product(*categories))
    same = {e: random.randint(1, 10**6) for e in design.causal.edges}
    rows = []
    for s in range(design.sites or 0):
        level = dict(zip(modifiers, strata[s % len(strata)], strict=True))
        level |= {name: random.randint(1, 10**6) for name, m in modifiers.items() if m.scale == "continuous"}
        here = {e: random.randint(1, 10**6) if design.varies(*e) != "none" else x for e, x in same.items()}
        for arm in reg.arms:
            heads = [int(arm == other) for other in reg.intercepts]
            heads += [
                sum(
                    prod(here[e] for e in pairwise(way)) for way in nx.all_simple_paths(design.causal, arm, u)
                )
                for u in reg.regressors
            ]
            row = []
            for column, head in zip(reg.columns, heads, strict=True):
                row.append(head)
                for term in reg.terms(column):
                    row.append(head * prod(int(level[n] == c) if c else level[n] for n, c in term))
            rows.append(row)
    return rows


def test_it_is_that_of_the_matrix():
    seen = Counter()
    for number in range(700):
        random = Random(f"moderated rank {number}")
        design = a_design(random)
        node = random.choice([*design.mediators[1:], "Y"])
        own = own_regressors(design, node)
        if not own:
            continue
        names = tuple(m.name for m in design.modifiers)[: random.randint(1, 2)]
        intercepts = tuple(arm for arm in design.treatments if design.causal.has_edge(arm, node))
        reg = Regression(design, node, own, design.treatments, intercepts, moderators=names)
        found = moderated_rank(design, own, reg.arms, intercepts, names, reg.every_term)

        rows = matrix(reg, random)
        width = sum(1 + len(terms) for terms in reg.every_term)
        free = null_vectors(rows, width)
        starts = [
            sum(1 + len(terms) for terms in reg.every_term[:place]) for place in range(len(reg.columns))
        ]
        known = {
            column
            for column, start, terms in zip(reg.columns, starts, reg.every_term, strict=True)
            if not any(vector[at] for vector in free for at in range(start, start + 1 + len(terms)))
        }
        assert found.identified == known, (number, design)
        assert found.rank == max(0, width - len(free) - (width - len(reg.columns)))
        seen["full" if found.full else "part" if known else "none"] += 1
        seen["one arm" if len(reg.arms) == 1 else "two arms"] += 1
    assert min(seen.values()) > 8, seen
