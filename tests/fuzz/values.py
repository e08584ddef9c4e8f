"""Fuzzers for what takes values in Python: designs, plans, effects, declarations, pictures of numbers, documents, writers."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import networkx as nx

import identcheck as ic
from identcheck.describe.protocol import RULES
from identcheck.formats import DESIGN_FILES, FORMATS
from tests.formats.graphs.any_design import any_design
from tests.formats.random_designs import any_plan, random_design
from tests.fuzz.engine import BrokenError, Fuzzer
from tests.fuzz.mutate import anything, one_of

NODES = ("T", "M", "N", "Y")
ARROWS = (("T", "M"), ("T", "N"), ("M", "N"), ("M", "Y"), ("N", "Y"), ("U", "Y"))
DESIGN = ic.Design(nx.DiGraph(list(ARROWS)), treatment="T", outcome="Y", sites=12)
NAMES = (*NODES, "U", "a b", "é", "M1", "")
LEVELS = ("persons", "sites")


def _some(random: Random, items: Any, most: int = 2) -> list[Any]:
    return random.sample(list(items), random.randint(0, most))


def _table(random: Random, keys: Any, values: Any) -> Any:
    if random.random() < 0.1:
        return anything(random)
    odd = random.random() < 0.03
    return {
        random.choice((3, None, ("M",), "x", True) if odd else keys): one_of(random, values, 0.05)
        for _ in range(random.randrange(3))
    }


# -- designs -----------------------------------------------------------------


def _make_design(random: Random) -> dict[str, Any]:
    graph = random.choice((nx.DiGraph,) * 20 + (nx.Graph, nx.MultiDiGraph))(list(ARROWS[:5]))
    if random.random() < 0.3:
        graph.add_edge(one_of(random, NAMES, 0), one_of(random, NAMES, 0))
    for data in (*(d for _, d in graph.nodes(data=True)), *(d for *_, d in graph.edges(data=True))):
        if random.random() < 0.06:
            keys = ("role", "label", "scale", "unobserved", "symbol", "varies", "noncompliance", "pos", "rol")
            data[random.choice(keys)] = one_of(
                random, ("mediator", "words", "binary", True, "V", "sites", "0,1"), 0.3
            )
    if random.random() < 0.03:
        graph.graph[random.choice(("a", 3, None))] = anything(random)
    said: dict[str, Any] = {"graph": graph if random.random() < 0.98 else anything(random)}
    said |= {"treatment": one_of(random, ("T", ["T"]), 0.03), "outcome": one_of(random, ("Y",), 0.03)}
    options = {
        "sites": lambda: one_of(random, (None, 1, 5, 10**6), 0.1),
        "unobserved": lambda: _some(random, ("M", "N"), 1) if random.random() < 0.9 else anything(random),
        "labels": lambda: _table(random, NODES, ("words", "two words", "x\x1b[1m\u202e", "y" * 300)),
        "scales": lambda: _table(random, NODES, ("binary", "continuous")),
        "justifications": lambda: _table(random, ("i", "vi", "vii"), ("because", "a\nb", "")),
        "citations": lambda: _table(random, ("i", "vi"), ("A (2020)",)),
        "confounded": lambda: [("M", "Y")] if random.random() < 0.8 else anything(random),
        "title": lambda: one_of(random, ("A trial", "", "\x07", "x" * 1000), 0.1),
        "average": lambda: one_of(random, LEVELS, 0.1),
        "weights": lambda: one_of(random, ("precision", *LEVELS), 0.1),
        "primary": lambda: one_of(random, (["itt()"], "itt", ["direct M Y"], [ic.itt()], ["", "gain"]), 0.1),
        "words": lambda: _table(random, ("person", "sites", "assigned"), ("pupil", "a b", "x" * 50, "\x1b")),
        "short": lambda: _table(random, NODES, ("words", "two words", "x" * 50)),
        "rules": lambda: _rules(random) if random.random() < 0.8 else anything(random),
        "declarations": lambda: [ic.normal("sites")] if random.random() < 0.8 else anything(random),
        "interactions": lambda: one_of(
            random, ([("M", "N")], ["M * N"], ["M * M"], "M^2", [("T", "M")]), 0.1
        ),
        "modifiers": lambda: _modifiers(random) if random.random() < 0.9 else anything(random),
    }
    return said | {name: options[name]() for name in _some(random, options, 3)}


def _modifiers(random: Random) -> Any:
    """What ``Design`` takes as modifiers: tables by name, or in a list."""
    said = {
        "of": lambda: one_of(random, ([("T", "M")], "M -> Y", ["T -> N", "M -> N"], ()), 0.1),
        "level": lambda: one_of(random, LEVELS, 0.1),
        "measured": lambda: one_of(random, (True, False), 0.1),
        "scale": lambda: one_of(random, ("binary", "continuous", "categorical"), 0.1),
        "levels": lambda: one_of(random, (2, 5, None), 0.1),
        "balanced": lambda: one_of(random, (True, False), 0.1),
        "causes": lambda: one_of(random, ("Z", ["W"], ()), 0.1),
        "label": lambda: one_of(random, ("words", None, "x\x1b"), 0.1),
        "citation": lambda: one_of(random, ("A (2020)", None), 0.1),
    }
    tables = {
        one_of(random, ("W", "Z", "a b"), 0.03): {"of": "T -> M"}
        | {key: said[key]() for key in _some(random, said, 3)}
        for _ in range(random.randint(1, 2))
    }
    return tables if random.random() < 0.7 else [{"name": name} | table for name, table in tables.items()]


def _rules(random: Random) -> dict[str, Any]:
    """Arguments of ``Rules``, which the part that is tried makes of them."""
    rules = {
        "direction": lambda: one_of(
            random, ("positive", {"all": "negative"}, {"itt()": "two-sided"}, {}), 0.1
        ),
        "multiplicity": lambda: one_of(random, ("holm", "none"), 0.1),
        "tests": lambda: one_of(random, ("holm", "none"), 0.1),
        "conditional_f": lambda: one_of(random, (10, 12.5, 4.0), 0.1),
        "decisions": lambda: one_of(random, ("as proposed", ["One.", "Two."], ()), 0.1),
        "missing_data": lambda: one_of(random, ("", "Left out.", "x\x1b"), 0.1),
        "protocol": lambda: _table(random, ("ISRCTN", "OSF"), ("12345678", "x" * 900)),
    }
    return {name: rules[name]() for name in _some(random, rules, 2)}


def _design(said: dict[str, Any]) -> None:
    if isinstance(said.get("rules"), dict) and all(
        isinstance(key, str) and key in RULES for key in said["rules"]
    ):
        said = said | {"rules": ic.Rules(**said["rules"])}
    design = ic.Design(said["graph"], **{key: value for key, value in said.items() if key != "graph"})
    if design != ic.Design(
        design.graph, **{k: v for k, v in said.items() if k not in ("graph", "labels", "scales")}
    ) and (not said.keys() & {"labels", "scales"}):
        raise BrokenError("the design made again is another one")
    hash(design)
    str(design.label(design.outcome))
    repr(design)


# -- plans -------------------------------------------------------------------

NUMBERS = (0.1, 0.3, 0.5, -0.2, 0, 1, 0.05)


def _make_plan(random: Random) -> dict[str, Any]:
    edges = ARROWS[:5]
    arrow = lambda: ic.Arrow(*(one_of(random, (None, *NUMBERS), 0.03) for _ in range(3)))  # noqa: E731
    numbers = {
        "sites": lambda: one_of(random, (5, 20, 100, 16000), 0.2),
        "persons": lambda: one_of(random, (30, 100, ic.Sizes(50, 0.3), [30] * 12), 0.2),
        "treated": lambda: one_of(random, (0.5, 0.3, {"T": 0.4}, [0.5, 0.3]), 0.2),
        "clusters": lambda: one_of(random, (8, 4, ic.Sizes(10, 0.3), [6] * 12), 0.2),
        "persons_per_cluster": lambda: one_of(random, (20, 1, ic.Sizes(20, 0.5)), 0.2),
        "attrition": lambda: one_of(random, (0.1, {"T": 0.2, "control": 0.1}, [0.1] * 12), 0.2),
        "cluster_attrition": lambda: one_of(random, (0.1, {"T": 0.2, "control": 0.1}, [0.1] * 12), 0.2),
        "sites_are": lambda: one_of(random, ("sample", "population"), 0.1),
        "icc": lambda: _table(random, NODES, NUMBERS),
        "r2": lambda: one_of(random, ({"Y": 0.4}, {"Y": {"persons": 0.3, "clusters": 0.6}}, {"M": 2}), 0.1),
        "reliability": lambda: _table(random, NODES, NUMBERS),
        "arrows": lambda: (
            {edge: arrow() for edge in _some(random, edges, 3)} if random.random() < 0.9 else anything(random)
        ),
        "suspected": lambda: {("T", "Y"): arrow()},
        "between": lambda: {(edges[0], edges[3]): one_of(random, NUMBERS, 0.1)},
        "within": lambda: {(edges[0], edges[3]): one_of(random, NUMBERS, 0.1)},
        "third_between": lambda: {(edges[0],) * 3: one_of(random, NUMBERS, 0.1)},
        "modifiers": lambda: {"size": _table(random, ("T -> M", "M -> Y", "icc", "rents"), NUMBERS)},
        "residuals": lambda: _table(random, NODES, NUMBERS),
        "confounding": lambda: {("M", "Y"): one_of(random, NUMBERS, 0.1)},
        "units": lambda: _table(random, NODES, ("points", "%")),
        "variation": lambda: one_of(random, ("small", "modest", "large", 0.2), 0.1),
        "alpha": lambda: one_of(random, (0.05, 0.01, 1e-300, 0.5), 0.2),
        "power": lambda: one_of(random, (0.8, 0.9, 0.5), 0.2),
        "sources": lambda: _table(random, ("persons", "between"), ("a pilot", "x\x1b[1m")),
    }
    return {name: numbers[name]() for name in _some(random, numbers, 3)}


def _plan(said: dict[str, Any]) -> None:
    plan = ic.Plan(**said)
    for table in ic.diagnose(DESIGN, plan).tables:
        table.text()
        table.csv()
        table.json()


# -- effects and declarations -----------------------------------------------------


@cache
def _checked() -> ic.Identification:
    return ic.check(DESIGN, "all")


def _make_effect(random: Random) -> tuple[str, list[Any]]:
    node = lambda: one_of(random, NODES, 0.1)  # noqa: E731
    makers = {
        "direct": lambda: [node(), node()],
        "total": lambda: [node(), node()],
        "average": lambda: [
            node(),
            node(),
            _some(random, ("M", "N"), 1) if random.random() < 0.8 else anything(random),
        ],
        "path": lambda: [*(("T",) if random.random() < 0.7 else ()), node(), node()],
        "compliance": lambda: [node()],
        "itt": lambda: [one_of(random, (None, "T"), 0.2)],
        "Estimand": lambda: [one_of(random, ("direct", "total", "path"), 0.2), (node(), node())],
    }
    name = random.choice(list(makers))
    return name, makers[name]()


def _effect(made: tuple[str, list[Any]]) -> None:
    name, arguments = made
    estimand = getattr(ic, name)(*arguments)
    finding = _checked()[estimand]
    str(estimand)
    if finding.verdict not in ic.Verdict:
        raise BrokenError(f"no verdict: {finding.verdict!r}")


def _make_declaration(random: Random) -> tuple[str, list[Any]]:
    name = random.choice(("independent", "uncorrelated", "correlated", "normal"))
    if name == "normal":
        return name, [one_of(random, LEVELS, 0.3)]
    edge = lambda: one_of(random, (*ARROWS[2:5], "T -> M", "M -> Y", "N -> Y"), 0.06)  # noqa: E731
    side = lambda: [edge() for _ in range(random.randint(1, 2))] if random.random() < 0.3 else edge()  # noqa: E731
    return name, [side(), side(), one_of(random, LEVELS, 0.06)]


def _declaration(made: tuple[str, list[Any]]) -> None:
    name, arguments = made
    declared = getattr(ic, name)(*arguments)
    result = ic.check(DESIGN, ["vi", declared])
    result.render("text")


# -- contours, documents, writers -------------------------------------------------------

FIELDS = (
    *("sites", "persons", "alpha", "treated", "arrows.T -> M.mean", "arrows.M -> Y.between", "residuals.M"),
    *("between.T -> M ~ M -> Y", "within.T -> M ~ M -> Y", "confounding.M ~ Y", "suspected.T -> Y.mean"),
    *("clusters", "persons_per_cluster", "attrition", "cluster_attrition", "icc.Y", "r2.Y", "reliability.M"),
    *("arrows.T -> M.cv", "third_between.T -> M ~ T -> M ~ T -> M"),
)
WRONG_FIELDS = ("arrows.T -> M", "between.T -> M", "sites.T", "", "arrows.X -> Y.mean")


def _make_contour(random: Random) -> tuple[Any, ...]:
    def axis() -> Any:
        values = [one_of(random, (0, 0.1, 0.3, -0.3, 0.6, 20), 0.04) for _ in range(random.randint(1, 3))]
        return (
            (one_of(random, WRONG_FIELDS if random.random() < 0.1 else FIELDS, 0.02), values)
            if random.random() < 0.97
            else anything(random)
        )

    return (
        random.choice((ic.direct("M", "Y"), ic.total("M", "Y"), ic.itt(), ic.total("T", "M"))),
        axis(),
        axis(),
    )


def _contour(made: tuple[Any, ...]) -> None:
    estimand, across, up = made
    ic.contour(DESIGN, ic.Plan(persons=50, sites=20), estimand, across, up).table.text()


def _make_document(random: Random) -> tuple[Any, ...]:
    effects = tuple(
        _some(random, (ic.direct("M", "Y"), ic.total("T", "Y"), ic.itt(), ic.path("T", "M", "Y")), 2)
    )
    return (
        one_of(random, ("preregistration", "grant", "paper-appendix"), 0.1),
        effects if random.random() < 0.9 else one_of(random, (["total M Y"], (ic.direct("X", "Y"),)), 0.6),
        one_of(random, ("2026-11-22", "", "2026-11-22", "", "2026-02-30"), 0.06),
        one_of(random, (None, None, None, None, "absent.toml", "."), 0.05),
        random.choice(("text", "markdown", "latex", "html", "json", "word")),
    )


def _document(made: tuple[Any, ...]) -> None:
    *arguments, format = made
    _checked().render(format, document=ic.Document(*arguments))


def _make_written(random: Random) -> tuple[str, int, bool]:
    return random.choice(FORMATS), random.randrange(10**6), random.random() < 0.5


def _written(made: tuple[str, int, bool]) -> None:
    format, number, planned = made
    random = Random(f"written {number}")
    design = random_design(random) if format in DESIGN_FILES else any_design(number)
    plan = any_plan(random, design) if planned and format in DESIGN_FILES else None
    again = ic.Design.from_text(ic.dumps(design, format, plan), format=format)
    if format in DESIGN_FILES and again != design:
        raise BrokenError(f"{format} gives another design back")


VALUES = [
    Fuzzer("design", _make_design, _design, 0.3),
    Fuzzer("plan", _make_plan, _plan, 0.3, 100),
    Fuzzer("effect", _make_effect, _effect, 0.3, 20),
    Fuzzer("declaration", _make_declaration, _declaration, 0.2, 500),
    Fuzzer("contour", _make_contour, _contour, 0.1, 100),
    Fuzzer("document", _make_document, _document, 0.2, 500),
    Fuzzer("dumps", _make_written, _written, 0.4, 20),
]
