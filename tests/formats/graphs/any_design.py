"""Random designs that use every word of a design, with names that are hard to write down."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import networkx as nx

from identcheck import (
    Declaration,
    Design,
    InvalidDesignError,
    Rules,
    correlated,
    independent,
    normal,
    uncorrelated,
)
from identcheck.decide.estimand_text import write_name
from identcheck.describe.protocol import WORDS

MANY = 1000
BRIEF = (
    "pupil",
    "a -> b",
    'say "so"',
    "back\\slash",
    "# no comment",
    "<b>",
    "a;b",
    "{x}",
    "%41",
    "naïve 名前",
)
NAMES = (
    *(
        "T",
        "M1",
        "M2",
        "M10",
        "Y",
        "node",
        "graph",
        "edge",
        "digraph",
        "dag",
        "strict",
        "subgraph",
        "TRUE",
        "NA",
    ),
    *(
        "child health",
        "a.b",
        ".x",
        "a_b",
        "_u",
        "1",
        "2nd arm",
        "-1",
        "école",
        "Ωmega",
        "²",
        "名前",
        "\U0001f600",
    ),
    *(
        'say "so"',
        "back\\slash",
        "ends with\\",
        '\\"',
        "it's",
        "a -> b",
        "a:b",
        "a;b",
        "{x}",
        "[y]",
        "x=1",
        "x~y",
    ),
    *(
        "# no comment",
        "// nor this",
        "/* or */ this",
        "<b>",
        "&amp;",
        "%41",
        "a,b",
        " spaced ",
    ),
    *(
        "\ud7ff",
        "\ufffe",
        "a+b",
        "a*b",
        "0*x",
        "c(0,0)",
        "start",
        "identcheck_sites",
        "\\N",
    ),
    *(
        "treatment",
        "role",
        "n0",
        "0",
        "[exposure]",
        "e",
        "true",
        "null",
        '"',
        "] }",
        "!x",
    ),
)
TEXTS = (
    *NAMES,
    *("x\ny", "tab\tbed", "\x00", "\x7f", "a\x85b", "a\rb", "a\u2028b"),
    "the offer of tutoring",
    "Places were drawn by lot.\nIn each school.",
    '{"a": 1}',
    "   x",
    '"q"',
)
SYMBOLS = ("V", "1", "ab", "X2")
GREEK = ("Kappa", "Theta", "Omega", "K", "C")


@cache
def any_design(number: int) -> Design:
    """The random design of this number."""
    random = Random(f"any design {number}")
    while True:
        try:
            return _design(random)
        except InvalidDesignError:  # names that would be written alike in symbols
            continue


def any_designs(count: int = MANY) -> Iterator[Design]:
    return (any_design(number) for number in range(count))


def _design(random: Random) -> Design:
    arms = random.choice([1, 1, 1, 2, 3])
    inner, before, after = random.randint(1, 3), random.choice([0, 0, 1, 2]), random.choice([0, 0, 0, 1, 2])
    names = random.sample(NAMES, arms + inner + 1 + before + after)
    taken = iter(names)
    treatments = [next(taken) for _ in range(arms)]
    mediators = [next(taken) for _ in range(inner)]
    outcome = next(taken)
    baseline = [next(taken) for _ in range(before)]
    consequences = [next(taken) for _ in range(after)]
    graph: nx.DiGraph = nx.DiGraph()
    shuffled = random.sample(names, len(names))
    graph.add_nodes_from(shuffled)
    for place, mediator in enumerate(mediators):
        for later in (*mediators[place + 1 :], outcome):
            if random.random() < 0.5:
                graph.add_edge(mediator, later)
        graph.add_edge(mediator, outcome)
    for arm in treatments:
        for node in (*mediators, outcome):
            if random.random() < 0.6:
                graph.add_edge(arm, node)
    for mediator in mediators:
        graph.add_edge(random.choice(treatments), mediator)
    for node in baseline:
        for later in (*treatments, *mediators, outcome, *consequences):
            if random.random() < 0.3:
                graph.add_edge(node, later)
    for place, node in enumerate(consequences):
        graph.add_edge(random.choice([*treatments, *mediators, outcome, *consequences[:place]]), node)
        graph.nodes[node]["role"] = "consequence"
    return _said(random, graph, treatments, mediators, outcome, baseline)


def _said(
    random: Random,
    graph: nx.DiGraph,
    arms: list[str],
    mediators: list[str],
    outcome: str,
    baseline: list[str],
) -> Design:
    def some(items, share: float = 0.3) -> list:
        return [item for item in items if random.random() < share]

    for node in some(graph, 0.15):
        graph.nodes[node]["symbol"] = random.choice(SYMBOLS)
    for node in some(graph, 0.2):
        graph.nodes[node]["pos"] = f"{random.uniform(-1, 1):.3f},{random.uniform(-1, 1):.3f}"
    for node in some(baseline):
        graph.nodes[node][random.choice(["adjusted", "selected"])] = True
    edges = list(graph.edges)
    for edge in some(edges):
        graph.edges[edge]["varies"] = random.choice(["persons", "sites", "none"])
    for edge in some(edges, 0.1):
        graph.edges[edge]["symbol"] = f"{random.choice(GREEK)}_{random.randint(1, 99)}"
    for edge in some(edges, 0.2):
        graph.edges[edge]["label"] = random.choice(["a", "b1", "0.5", "start(0.3)", "NA", "0", *TEXTS])
    for edge in some(edges, 0.1):
        graph.edges[edge]["beta"] = random.choice(["0.3", "-.2"])
    scales = {node: random.choice(["binary", "continuous"]) for node in some(graph)}
    first = [(arm, m) for arm in arms for m in mediators if graph.has_edge(arm, m)]
    for arm, mediator in some(first, 0.2):
        scales |= {arm: "binary", mediator: "binary"}
        graph.edges[arm, mediator]["noncompliance"] = "one-sided"
    pairs = [(u, v) for u in graph for v in graph if u < v and not {u, v} <= set(arms)]
    nodes = random.sample(list(graph), len(graph))
    average, weights = random.choice(["sites", "persons"]), random.choice(["precision", "sites", "persons"])
    numerals = ["i", "iii", "viii"]
    return Design(
        graph,
        treatment=random.sample(arms, len(arms)),
        outcome=outcome,
        sites=random.choice([None, 1, 2, 12, 200]),
        unobserved=some([*mediators, *baseline]),
        labels={node: random.choice([t for t in TEXTS if t.strip()]) for node in some(nodes)},
        scales=scales,
        justifications={n: random.choice(TEXTS) for n in some(numerals)},
        citations={n: random.choice(TEXTS) for n in some(numerals)},
        confounded=some(pairs, 0.15),
        title=random.choice(["", *TEXTS]),
        average=average,
        weights=weights,
        declarations=list(_declared(random, edges, mediators, outcome)),
        primary=random.sample([f"itt(arm={write_name(arm)})" for arm in arms], random.randint(0, 1)),
        words={word: random.choice(BRIEF) for word in some(WORDS)},
        short={node: f"{random.choice(BRIEF)} {at}" for at, node in enumerate(some(nodes))},
        rules=_rules(random) if random.random() < 0.5 else None,
    )


def _rules(random: Random) -> Rules:
    readable = [text for text in TEXTS if text.strip()]
    return Rules(
        direction=random.choice(["positive", {"all": "negative"}, {}]),
        multiplicity=random.choice(["holm", "none"]),
        tests=random.choice(["holm", "none"]),
        conditional_f=random.choice([10, 7.5]),
        decisions=random.choice([(), "as proposed", random.sample(readable, 2)]),
        missing_data=random.choice(TEXTS),
        protocol={name: random.choice(readable) for name in BRIEF if random.random() < 0.3},
    )


def _declared(random: Random, edges: list, mediators: list[str], outcome: str) -> Iterator[Declaration]:
    inner = [e for e in edges if e[0] in mediators and (e[1] in mediators or e[1] == outcome)]
    level = random.choice(["persons", "sites"])
    if len(inner) > 1 and random.random() < 0.4:
        a, b, *more = random.sample(inner, len(inner))
        yield random.choice(
            [independent([a, *more], [b], level), uncorrelated(a, b, level), correlated(a, b, level)]
        )
    if random.random() < 0.1:
        yield normal("sites")
