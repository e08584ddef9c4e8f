"""Random designs with a plan that uses every key, and text meant to break a writer."""

from __future__ import annotations

import dataclasses
import re
from random import Random

import networkx as nx

from identcheck import (
    Arrow,
    Design,
    Modifier,
    Plan,
    Rules,
    Sizes,
    correlated,
    independent,
    normal,
    uncorrelated,
)
from identcheck.describe.protocol import WORDS
from identcheck.errors import InvalidDesignError
from tests.planning.plans import random_plan

NAMES = (
    *(
        "M1",
        "M_2",
        "ses",
        "child health",
        'the "new" one',
        "back\\slash",
        "naïve",
        "住居",
        "a.b",
        "a -> b",
        "x~y",
    ),
    *(
        "title",
        "sites",
        "graph",
        "#1",
        "3rd",
        "it's",
        "{M}",
        "semi;colon",
        " lead",
        "<-",
    ),
)
BRIEF = ("", "plain", 'a "b"', "back\\slash", "# no comment", "[table]", "a = 1", "naïve 住居", "$x$ <b>")
TEXTS = (
    *(
        "",
        "plain",
        'she said "no"',
        'ends in a quote"',
        "back\\slash at the end\\",
        "C:\\temp\\new",
        "'''",
        '"""',
    ),
    *(
        '"""""',
        "line one\nline two\n",
        "\nbegins with a break",
        "tab\tbell\x07 nul\x00",
        "windows\r\nbreak",
        "\r",
    ),
    *(
        "Größe, 住居, 🙂",
        "\u2028 and \u0085",
        "# no comment",
        "[table]",
        "a = 1",
        "$x$ \\input{y} <b>",
        "trailing  ",
    ),
    "A long argument. " * 12,
    "A long one with  two spaces and a back\\slash in it, " * 4,
    "Two paragraphs, the first of them long enough to be wrapped somewhere, as arguments often are.\n\n" * 2,
    "x" * 200,
)


CHANCE = "would both be written|contradicts the modifier|contrast of a product|square is itself|design has interactions"
"""What parts of a design that are drawn one by one may do to each other."""


def random_design(random: Random) -> Design:
    """A design of any shape with hostile names and texts."""
    while True:
        try:
            return _drawn(random)
        except InvalidDesignError as error:
            if not all(re.search(CHANCE, problem) for problem in error.problems):
                raise


def _drawn(random: Random) -> Design:
    arms = ["T"] if random.random() < 0.7 else ["T1", "T2"]
    mediators = random.sample(NAMES, random.randint(1, 4))
    outcome = random.choice(["Y", "the outcome"])
    order = [*arms, *mediators, outcome]
    graph = nx.DiGraph()
    for at, node in enumerate(mediators):
        graph.add_edge(random.choice(arms) if at == 0 else random.choice([*arms, *mediators[:at]]), node)
        graph.add_edge(node, random.choice([*mediators[at + 1 :], outcome]))
    for arm in arms:
        graph.add_edge(arm, random.choice(mediators))
    for u in order:
        for v in order[max(order.index(u) + 1, len(arms)) :]:
            if random.random() < 0.25:
                graph.add_edge(u, v)
    if random.random() < 0.5:
        graph.add_edge('"past"', random.choice([*mediators, outcome]))
        graph.nodes['"past"']["role"] = "baseline"
    if random.random() < 0.3:
        graph.add_edge(random.choice([*mediators, outcome]), "after")
        graph.nodes["after"]["role"] = "consequence"
    if random.random() < 0.1:
        graph.add_node("alone")
    _attributes(random, graph, arms, mediators)
    return Design(graph, treatment=arms, outcome=outcome, **_options(random, graph, mediators, outcome))


def _attributes(random: Random, graph: nx.DiGraph, arms: list[str], mediators: list[str]) -> None:
    for at, node in enumerate(mediators):
        if not node.isascii() or not node.isalnum() or random.random() < 0.3:
            graph.nodes[node]["symbol"] = f"k{at}x"
        if random.random() < 0.3:
            graph.nodes[node]["role"] = "mediator"
    for at, edge in enumerate(graph.edges):
        if random.random() < 0.3:
            graph.edges[edge]["varies"] = random.choice(("persons", "sites", "none"))
        if random.random() < 0.1 and edge[1] in mediators and edge[0] in (*arms, *mediators):
            graph.edges[edge]["symbol"] = f"K_e{at}x"


def _options(random: Random, graph: nx.DiGraph, mediators: list[str], outcome: str) -> dict:
    def some(keys, values):
        return {key: random.choice(values) for key in keys if random.random() < 0.5}

    readable = [text for text in TEXTS if text.strip()]
    moving = [e for e in graph.edges if e[0] in (*mediators, "T", "T1") and e[1] in (*mediators, outcome)]
    pairs = [(u, v) for u, v in graph.edges if random.random() < 0.2 and u not in ("T", "T1", "T2")]
    return {
        "title": random.choice(TEXTS),
        "sites": random.choice((None, 2, 5, 40)),
        "unobserved": [m for m in mediators if random.random() < 0.15],
        "labels": some(graph, readable),
        "scales": some(graph, ("binary", "continuous")),
        "justifications": some(("i", "ii", "vi", "viii"), TEXTS),
        "citations": some(("i", "vii"), TEXTS),
        "confounded": pairs,
        "average": random.choice(("sites", "persons")),
        "weights": random.choice(("precision", "sites", "persons")),
        "declarations": _declarations(random, graph, moving),
        "primary": [random.choice(("itt(arm=T1)", "itt(arm=T2)"))]
        if "T1" in graph
        else random.choice(((), ["itt"])),
        "words": some(WORDS, ("pupil", "Größe, 住居", 'a "b"', "a\\b", "# no comment", "[table]")),
        "short": {
            node: f"s{at} {random.choice(BRIEF)}" for at, node in enumerate(graph) if random.random() < 0.5
        },
        "rules": _rules(random, readable) if random.random() < 0.5 else None,
        "modifiers": random_modifiers(random, [name for name in NAMES if name not in graph], moving),
        "interactions": random_products(random, [m for m in mediators if graph.has_edge(m, outcome)]),
    }


def random_products(random: Random, factors: list[str]) -> list[tuple[str, str]]:
    """None, or up to two products, squares too, each factor first or last."""
    possible = [(a, b) for at, a in enumerate(factors) for b in factors[at:]]
    drawn = random.sample(possible, min(len(possible), random.choice((0, 0, 0, 1, 2))))
    return [pair if random.random() < 0.5 else pair[::-1] for pair in drawn]


def random_modifiers(random: Random, names: list[str], edges: list[tuple[str, str]]) -> list[Modifier]:
    """None, or up to three that may stand together, in any order; each moves an arrow."""
    found: list[Modifier] = []
    for name in random.sample(names, random.choice((0, 0, 1, 2, 3))):
        level = random.choice(("sites", "persons"))
        causes = [m for m in found if level == "persons" or m.level == "sites"]
        causes = [m for m in causes if random.random() < 0.4]
        even = level == "persons" and all(m.balanced for m in causes)
        scale = random.choice(("binary", "categorical", "continuous"))
        found.append(
            Modifier(
                name,
                random.sample(edges, random.randint(1, min(3, len(edges)))),
                level=level,
                measured=random.random() < 0.6,
                scale=scale,
                levels=random.choice((2, 3, 7)) if scale == "categorical" else None,
                balanced=even and random.random() < 0.5,
                causes=[m.name for m in causes],
                label=random.choice((None, *(text for text in TEXTS if text.strip()))),
                citation=random.choice((None, *TEXTS)),
            )
        )
    return random.sample(found, len(found))


def _rules(random: Random, readable: list[str]) -> Rules:
    return Rules(
        multiplicity=random.choice(("holm", "none")),
        tests=random.choice(("holm", "bonferroni")),
        conditional_f=random.choice((10, 12.5, 4)),
        decisions=random.choice(((), "as proposed", random.sample(readable, 2))),
        missing_data=random.choice(TEXTS),
        protocol={
            name: random.choice(readable) for name in ("ISRCTN", 'an "odd" one') if random.random() < 0.5
        },
        direction=random.choice(("positive", {"all": "negative"}, {})),
    )


def _declarations(random: Random, graph: nx.DiGraph, edges: list[tuple[str, str]]) -> list:
    if len(edges) < 3 or random.random() < 0.6:
        return []
    one, other, third = random.sample(edges, 3)
    level = random.choice(("persons", "sites"))
    found = [independent([one, other], [third], level)]
    if random.random() < 0.5:
        found.append(uncorrelated(one, other, level))
    elif all(graph.edges[edge].get("varies", "persons") == "persons" for edge in (one, other)):
        found.append(correlated(one, other, level))
    if random.random() < 0.3:
        found.append(normal("sites"))
    return found


def any_plan(random: Random, design: Design) -> Plan:
    """A plan that is possible for its design and says more than numbers of arrows."""
    plan = random_plan(random, design)
    nodes = [*design.mediators, design.outcome]
    edge, arrow = next(iter(plan.arrows.items()))
    arrows = plan.arrows | {edge: dataclasses.replace(arrow, source=random.choice(TEXTS))}
    changes = {
        "arrows": arrows,
        "persons": random.choice((None, 80, Sizes(90, 0.2), [60] * (plan.sites or 1))),
        "units": {
            node: random.choice([t for t in TEXTS if t.strip()]) for node in nodes if random.random() < 0.4
        },
        "variation": random.choice(("modest", "small", 0.2)),
        "alpha": random.choice((0.05, 0.1)),
        "power": random.choice((0.8, 0.9)),
        "residuals": {design.outcome: 0.5},
        "third_between": {(e, e, e): 0.1 for e, a in plan.arrows.items() if a.between},
        "sources": {
            key: random.choice(TEXTS)
            for key in ("persons", "between", "within", "third_between")
            if random.random() < 0.5
        },
    }
    moved = [(m.name, edge) for m in design.modifiers for edge in m.of]
    changes["modifiers"] = {key: random.choice((0.0, 0)) for key in moved if random.random() < 0.5}
    if not any(node in design.unobserved for node in nodes):
        changes["confounding"] = {(nodes[0], nodes[-1]): 0.1}
    missing = [
        (arm, design.outcome) for arm in design.treatments if not design.causal.has_edge(arm, design.outcome)
    ]
    changes["suspected"] = {edge: Arrow(mean=0.05) for edge in missing[:1]}
    return plan.but(**changes)
