"""Whatever is put in, what comes out is a design, an answer, or an IdentcheckError."""

from __future__ import annotations

import itertools

import networkx as nx
from hypothesis import given, settings, strategies as st

from identcheck import (
    Design,
    Estimand,
    IdentcheckError,
    InvalidDesignError,
    Population,
    Site,
    check,
    compliance,
    correlated,
    direct,
    independent,
    itt,
    normal,
    path,
    total,
    uncorrelated,
)

NAMES = st.sampled_from(
    ["T", "M1", "M2", "M_1", "Y", "a b", "a_b", "1", "²", "", " ", "é", r"\input", "x\ny"]
)
NODES = st.one_of(NAMES, st.sampled_from(["T", "M1", "M2", "Y"]), st.sampled_from([0, 1.5, ("a",), True]))
WORDS = st.sampled_from(
    [
        "treatment",
        "outcome",
        "mediator",
        "baseline",
        "binary",
        "persons",
        "sites",
        "none",
        "",
        "K_1",
        "T",
        "Y",
        "vi",
        "x",
    ]
)
ANYTHING = st.one_of(
    WORDS,
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.floats(),
    st.binary(max_size=2),
    st.just(()),
    st.just(object()),
)
UNHASHABLE = st.one_of(ANYTHING, st.lists(ANYTHING, max_size=2), st.dictionaries(WORDS, ANYTHING, max_size=2))
KEYS = st.sampled_from(
    ["role", "label", "scale", "unobserved", "symbol", "varies", "noncompliance", "rol", "pos", 3]
)
KINDS = st.sampled_from(
    [nx.DiGraph, nx.DiGraph, nx.DiGraph, nx.DiGraph, nx.Graph, nx.MultiDiGraph, nx.MultiGraph]
)


@st.composite
def graphs(draw: st.DrawFn, values: st.SearchStrategy) -> nx.Graph:
    """Any small graph: cycles, loops, odd names, odd attributes."""
    graph = draw(KINDS)()
    if draw(st.booleans()):
        graph.add_edges_from([("T", "M1"), ("M1", "Y")])
    graph.add_edges_from(draw(st.lists(st.tuples(NODES, NODES), max_size=5)))
    for data in (*dict(graph.nodes).values(), *(data for *_, data in graph.edges(data=True))):
        if draw(st.integers(0, 5)) == 0:
            data.update(draw(st.dictionaries(KEYS, values, max_size=2)))
    return graph


def attempt(make, *args, **options):
    """The result, or None where an IdentcheckError with a message was raised."""
    try:
        return make(*args, **options)
    except IdentcheckError as raised:
        error = raised
    assert str(error).strip()
    if isinstance(error, InvalidDesignError):
        assert error.problems
        assert len(set(error.problems)) == len(error.problems)
    return None


class TestDesign:
    @settings(max_examples=200)
    @given(graphs(ANYTHING), st.data())
    def test_any_graph(self, graph, data):
        nodes = st.one_of(st.sampled_from(["T", "Y"]), NODES)
        attempt(
            Design,
            graph,
            treatment=data.draw(st.one_of(st.just("T"), st.none(), NAMES, st.lists(nodes, max_size=2))),
            outcome=data.draw(st.one_of(st.just("Y"), st.none(), NAMES)),
            sites=data.draw(st.one_of(st.none(), ANYTHING)),
            unobserved=data.draw(st.lists(nodes, max_size=2)),
            labels=data.draw(st.dictionaries(nodes, ANYTHING, max_size=2)),
            scales=data.draw(st.dictionaries(nodes, ANYTHING, max_size=2)),
            justifications=data.draw(st.dictionaries(ANYTHING, ANYTHING, max_size=2)),
        )

    @settings(max_examples=100)
    @given(graphs(UNHASHABLE))
    def test_attributes_of_any_kind(self, graph):
        attempt(Design, graph, treatment="T", outcome="Y")

    @settings(max_examples=200)
    @given(
        st.dictionaries(
            st.sampled_from(
                "treatment outcome sites unobserved labels scales justifications title average weights declarations".split()  # noqa: SIM905
            ),
            UNHASHABLE,
            min_size=1,
            max_size=3,
        )
    )
    def test_arguments_of_any_kind(self, options):
        graph = nx.DiGraph([("T", "M"), ("M", "Y")])
        attempt(Design, graph, **({"treatment": "T", "outcome": "Y"} | options))

    @given(UNHASHABLE)
    def test_no_graph_at_all(self, graph):
        assert attempt(Design, graph, treatment="T", outcome="Y") is None

    @settings(max_examples=25)
    @given(
        st.lists(NAMES.filter(str.strip), min_size=1, max_size=3, unique=True),
        st.integers(1, 3),
        st.booleans(),
    )
    def test_a_design_with_odd_names_can_be_checked_and_printed(self, names, sites, hidden):
        names = [name for name in names if name not in ("T", "Y")] or ["M"]
        graph = nx.DiGraph([("T", names[0]), *itertools.pairwise([*names, "Y"])])
        design = attempt(
            Design, graph, treatment="T", outcome="Y", sites=sites, unobserved=[names[-1]] if hidden else []
        )
        if design is not None:
            for format in ("text", "latex", "html"):
                assert check(design, "all").render(format)


DESIGN = Design(
    nx.DiGraph([("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y"), ("U", "Y")]),
    treatment="T",
    outcome="Y",
)
ASKED = st.one_of(st.sampled_from(["T", "M1", "M2", "Y", "U"]), NODES, UNHASHABLE)


class TestCheck:
    @given(
        st.one_of(
            UNHASHABLE,
            st.lists(UNHASHABLE, max_size=3),
            st.lists(st.sampled_from(["vi", "vii", "v.a", "all"])),
        )
    )
    def test_grant_anything(self, assume):
        attempt(check, DESIGN, assume)

    @settings(max_examples=200)
    @given(st.data())
    def test_ask_anything(self, data):
        result = check(DESIGN, "all")
        u, v = data.draw(ASKED), data.draw(ASKED)
        asked = data.draw(
            st.sampled_from(
                [
                    u,
                    direct(u, v),
                    total(u, v),
                    path(u, v),
                    path("T", u, v),
                    compliance(u),
                    compliance(u, v),
                    itt(u),
                ]
            )
        )
        attempt(result.__getitem__, asked)

    @given(
        st.sampled_from(["direct", "total", "path", "compliance", "itt", "foo", None]),
        st.lists(ASKED, max_size=3),
    )
    def test_estimands_made_by_hand(self, kind, nodes):
        attempt(check(DESIGN).__getitem__, Estimand(kind, tuple(nodes)))


ARROWS = st.one_of(
    st.sampled_from(["T -> M1", "M1 -> M2 -> Y", "T -> Z", "U -> Y", "T->", "->", '"a b" -> Y']),
    st.sampled_from(list(DESIGN.graph.edges)),
    st.tuples(NODES, NODES),
    UNHASHABLE,
)
SIDES = st.one_of(ARROWS, st.lists(ARROWS, max_size=3))
LEVELS = st.one_of(st.sampled_from(["persons", "sites"]), WORDS, UNHASHABLE)


class TestDeclarations:
    @settings(max_examples=200)
    @given(st.sampled_from([independent, uncorrelated, correlated]), SIDES, SIDES, LEVELS)
    def test_declare_anything(self, make, one, other, level):
        made = attempt(make, one, other, level)
        if made is not None:
            assert str(made) == str(make(other, one, level))
            attempt(check, DESIGN, ["vi", made])

    arrows = st.lists(st.sampled_from(list(DESIGN.causal.edges)), min_size=1, max_size=2)
    said = st.tuples(
        st.sampled_from([independent, uncorrelated, correlated]),
        arrows,
        arrows,
        st.sampled_from(["persons", "sites"]),
    )

    @settings(max_examples=25)
    @given(st.lists(said, min_size=1, max_size=3))
    def test_a_design_with_declarations_can_be_checked_and_printed(self, said):
        declared = [attempt(make, *sides) for make, *sides in said]
        result = attempt(check, DESIGN, ["all", *filter(None, declared)])
        if result is not None:
            assert result.render("text")

    @given(LEVELS)
    def test_normal_at_any_level(self, level):
        attempt(normal, level)


class TestPopulation:
    persons = st.dictionaries(
        st.one_of(st.sampled_from(list(DESIGN.graph.edges)), ANYTHING), ANYTHING, max_size=7
    )

    @given(st.lists(st.one_of(st.lists(persons, max_size=2).map(Site), UNHASHABLE), max_size=2))
    def test_any_persons(self, sites):
        attempt(Population, DESIGN, sites)
