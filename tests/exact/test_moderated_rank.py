"""The rank of a regression with moderators against that of a matrix that is made from its definition, in numbers drawn at random.

Sites are spread over the categories of what is measured of them in turn, or in any other order of the last round in which they
determine every column; compliances are sums over paths.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise, product
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


def matrix(reg: Regression, random: Random, last: tuple[int, ...] = ()) -> list[list[int]]:
    """The rows of so many sites as the design has; the last of them in these combinations of categories."""
    design = reg.design
    modifiers = {m.name: m for m in design.modifiers if m.name in reg.moderators}
    categories = [range(m.terms + 1) if m.scale != "continuous" else (0,) for m in modifiers.values()]
    strata = list(product(*categories))
    same = {e: random.randint(1, 10**6) for e in design.causal.edges}
    rows = []
    for s in range(design.sites or 0):
        place = s - (design.sites or 0)
        at = last[place] if -place <= len(last) else s % len(strata)
        level = dict(zip(modifiers, strata[at], strict=True))
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
        if free and found.full:  # not in turn, but in another order
            strata = prod(
                m.terms + 1 for m in design.modifiers if m.name in names and m.scale != "continuous"
            )
            orders = combinations(range(strata), (design.sites or 0) % strata)
            assert not all(null_vectors(matrix(reg, random, last), width) for last in orders), (
                number,
                design,
            )
            seen["in another order"] += 1
            continue
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
    assert seen.pop("in another order") > 0
    assert min(seen.values()) > 8, seen


def test_it_does_not_depend_on_which_modifier_is_named_first():
    """Six sites, four combinations of two binary modifiers: those over are to differ in the one that moves the effect."""
    edges = ["T M", "T x", "M Y", "M x", "x Y", "T Y"]
    graph = nx.DiGraph([edge.split() for edge in edges])
    for first, second in [("A", "B"), ("B", "A")]:
        made = [Modifier(first, [("x", "Y"), ("T", "M")]), Modifier(second, [("T", "Y"), ("T", "M")])]
        for some in (made, made[::-1]):
            modifiers = [Modifier(m.name, m.of, scale="binary") for m in some]
            reg = Regression(
                Design(graph, treatment="T", outcome="Y", unobserved=["x"], modifiers=modifiers, sites=6),
                "Y", ("M",), ("T",), ("T",), moderators=tuple(m.name for m in modifiers),
            )  # fmt: skip
            assert sum(1 + len(terms) for terms in reg.every_term) == 6
            found = moderated_rank(reg.design, ("M",), ("T",), ("T",), reg.moderators, reg.every_term)
            assert found.full
            assert max(found.needed) == 6
