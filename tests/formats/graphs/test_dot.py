"""DOT: heads, defaults, HTML and numerals as Graphviz has them, and random graphs against two other readings."""

from __future__ import annotations

import logging
import warnings
from random import Random

import pytest

from identcheck import FormatError, InvalidDesignError
from identcheck.formats import from_text
from identcheck.formats.graphs.dot import draw
from tests.formats.graphs.random_dot import meaning, statements, written


def arrows(text):
    drawing = draw(text)
    return {f"{u}>{v}" for u, v in drawing.edges}, {f"{u}>{v}" for u, v in drawing.confounded}


@pytest.mark.parametrize(
    ("said", "arrow", "pair"),
    [
        ("dir=both, arrowtail=none, arrowhead=normal", "T>M", ""),
        ("dir=both, arrowtail=none", "T>M", ""),
        ("dir=both, arrowhead=none", "M>T", ""),
        ("dir=both, arrowhead=none, arrowtail=vee", "M>T", ""),
        ("dir=both, arrowhead=empty, arrowtail=open", "", "T>M"),
        ("dir=both", "", "T>M"),
        ('dir="both", arrowhead=""', "", "T>M"),
        ("dir=back", "M>T", ""),
        ("dir=back, arrowhead=odot", "M>T", ""),
        ("arrowtail=odot", "T>M", ""),
        ("arrowhead=tee", "T>M", ""),
        ("arrowhead=nonenormal", "T>M", ""),
        ("arrowhead=olnormal", "T>M", ""),
        ("dir=both, arrowtail=nonenone", "T>M", ""),
        ("style=invis", "", ""),
    ],
)
def test_heads_and_tails_decide(said, arrow, pair):
    inside = arrows(f"digraph {{ T -> M [{said}] }}")
    by_default = arrows(f"digraph {{ edge [{said}]; T -> M }}")

    assert inside == by_default == ({arrow} - {""}, {pair} - {""})


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            "dir=both, arrowtail=odot",
            "has its tail drawn 'odot', a circle: the mark of an equivalence class (pag)",
        ),
        ("arrowhead=dot", "has its head drawn 'dot', a circle"),
        ("arrowhead=normalodot", "has its head drawn 'normalodot', a circle"),
        ("dir=both, arrowhead=circle", "has its head drawn 'circle', a circle"),
        (
            "dir=both, arrowhead=tee",
            "has its ends drawn 'normal' and 'tee', which does not say what causes what",
        ),
        ("arrowhead=none", "has no arrowhead"),
        ("dir=none", "has no arrowhead"),
        ("dir=both, arrowhead=none, arrowtail=none", "has no arrowhead"),
        ("arrowhead=inv", "has its head drawn 'inv', an arrowhead that points away"),
        (
            "arrowhead=norml",
            "has its head drawn 'norml', which is no shape of an arrow (did you mean 'normal'?)",
        ),
        ("dir=bth", "has the dir 'bth' (did you mean 'both'?)"),
    ],
)
def test_ends_that_say_no_cause_are_refused(said, problem):
    with pytest.raises(InvalidDesignError) as caught:
        draw(f"digraph {{\nT -> Y\nT -> M [{said}] }}")

    assert [
        found.startswith(f"<text>: line 3: the edge 'T' -> 'M' {problem}") for found in caught.value.problems
    ] == [True]


def unobserved(text):
    return {*draw(text).marked("unobserved")}


def test_defaults_of_nodes_hold_for_what_is_made_later_in_their_graph():
    assert unobserved("digraph { M1; node [unobserved=true]; M2; M1 -> M3 }") == {"M2", "M3"}
    assert unobserved("digraph { subgraph a { node [unobserved=true]; B } C }") == {"B"}
    assert unobserved("digraph { node [unobserved=true] {node [unobserved=false] A} B }") == {"B"}
    assert unobserved("digraph { A {node [unobserved=true] A B} }") == {"B"}
    assert unobserved("digraph { subgraph a {node [unobserved=true]} subgraph a {B} C }") == {"B"}
    assert unobserved("digraph { NODE [unobserved] A [unobserved=false] B }") == {"B"}
    assert unobserved("digraph { a -> {node [unobserved=true] b c} -> d }") == {"b", "c"}


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("digraph { T [label=<a -- b>]; T -> M }", "T>M"),
        ("digraph { T [label=<<b>a</b> -- <!-- > -- --> ]>]; T -> M }", "T>M"),
        ("digraph { T [label=<a /* b > , xlabel=c]; T -> M /* -- */ }", "T>M"),
        ("digraph { T -> M [color=blue; penwidth=2]; }", "T>M"),
        ("digraph { T -> M [color=blue; penwidth=2,][weight=-.5] }", "T>M"),
        ("digraph { -1 -> 2 -> .5 -> 3. -> -.5 }", "-1>2 2>.5 .5>3. 3.>-.5"),
        ("digraph { 1->2->-3 }", "1>2 2>-3"),
        ("digraph { a, b -> c, d [x=y] }", "a>c a>d b>c b>d"),
        ('digraph { "a" + "b" -> "c" }', "ab>c"),
        ("DiGraph { Subgraph x { a } -> b }", "a>b"),
        ("digraph { subgraph x {a} subgraph x {b} -> c }", "a>c b>c"),
        ("strict digraph { a -> b; a -> b [dir=back] }", "b>a"),
        ("digraph { a -> b [key=1]; a -> b [key=1, dir=back] }", "b>a"),
        ("digraph { a:p:n -> b:s }", "a>b"),
        ("digraph { rankdir=LR graph [bgcolor=red]; a -> b }", "a>b"),
    ],
)
def test_the_language_is_read(text, edges):
    assert arrows(text) == (set(edges.split()), set())


def test_a_line_break_in_a_name_or_a_label_is_a_space():
    drawing = draw(
        'digraph { "use of\nvoucher" -> "own\\nhealth" [dir=forward]; "on\\\ne" [label="two\\llines"] }'
    )

    assert set(drawing.edges) == {("use of voucher", "own health")}
    assert drawing.nodes["one"]["label"] == "two lines"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("digraph { a -> node }", 1, 16, "found 'node', a word of the language"),
        ("digraph { x.1 -> b }", 1, 12, "found '.1' right after a name"),
        ("digraph {\n a -> b <- c }", 2, 9, "found '<', a text in HTML that is not closed"),
        ("digraph { a [label=<b <!-- > ] }", 1, 23, "found '<!--', a comment that is not closed"),
        ("digraph { /* a -> b }", 1, 11, "found '/*', a comment that is not closed"),
        ('digraph { "a -> b }', 1, 11, "found '\"', a double quote that is not closed"),
        ("digraph { “a” -> b }", 1, 11, "found '“', a quote that is not a straight double one"),
        ("digraph { a → b }", 1, 13, "found '→', another kind of arrow"),
        ("digraph { a -> b ]", 1, 18, "found ']', expected a node, '{' or '}'"),
        ("digraph { a -> b } c", 1, 20, "found 'c', expected the end of the text"),
        ('digraph { "" -> b }', 1, 11, "found an empty name"),
        ("digraph " + "{" * 101, 1, 109, "101 braces"),
    ],
)
def test_a_mistake_has_its_place(text, line, column, message):
    with pytest.raises(FormatError) as caught:
        draw(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(message)


def test_defaults_reach_the_design():
    text = "digraph { T [role=treatment] Y [role=outcome] node [unobserved=true] T -> M -> Y }"

    assert from_text(text, "dot").unobserved == {"M"}


def agrees(text, nodes, arrows, pairs, unclear):
    try:
        drawing = draw(text)
    except InvalidDesignError as error:
        told = " ".join(error.problems)
        return bool(unclear) and all(f"{u!r} -> {v!r} " in told for u, v in unclear)
    found = {node: "unobserved" in said for node, said in drawing.nodes.items()}
    joined = {frozenset(pair) for pair in drawing.confounded}
    return (found, set(drawing.edges), joined, set()) == (nodes, arrows, pairs, unclear)


@pytest.mark.parametrize("start", range(0, 600, 100))
def test_random_graphs_mean_what_their_statements_mean(start):
    for number in range(start, start + 100):
        random = Random(f"dot {number}")
        made = statements(random)
        text, strict = written(random, made)
        assert agrees(text, *meaning(made, strict)), text


def test_random_graphs_mean_what_pydot_reads():
    for number in range(60):
        random = Random(f"pydot {number}")
        text, strict = written(random, unnamed(statements(random)), full=False)
        assert agrees(text, *meaning(read_by_pydot(text), strict)), text


def unnamed(made):
    """The statements without names of graphs at the ends of edges.

    pydot takes a chain apart into edges, and so loses what a later end adds to a graph that an earlier one names.
    """
    plain = []
    for one in made:
        if one[0] == "graph":
            plain.append((*one[:2], unnamed(one[2])))
        elif one[0] == "edge":
            ends = [("graph", None, unnamed(end[2])) if isinstance(end, tuple) else end for end in one[1]]
            plain.append(("edge", ends, one[2]))
        else:
            plain.append(one)
    return plain


def read_by_pydot(text):
    """The statements of a text as pydot parses them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydot.dot_parser import GraphParser

        logging.getLogger("pydot").setLevel(logging.ERROR)
        (graph,) = GraphParser.parser.parse_string(text, parse_all=True)
    return inside(graph.obj_dict)


def inside(found):
    """Statements of one of pydot's graphs, in order; an edge statement is its edges, one by one."""
    parts = [
        part for kind in ("nodes", "edges", "subgraphs") for same in found[kind].values() for part in same
    ]
    made = []
    for part in sorted(parts, key=lambda part: part["sequence"]):
        said = {plain(key): plain(value) for key, value in part["attributes"].items()}
        if part["type"] == "subgraph":
            made.append(subgraph(part))
        elif part["type"] == "edge":
            made.append(("edge", [point(end) for end in part["points"]], said))
        elif part["name"] in ("node", "edge"):
            made.append(("default", part["name"], said))
        else:
            made.append(("node", [name(part["name"])], said))
    return made


def subgraph(part):
    return ("graph", plain(part["name"]) or None, inside(part))


def point(end):
    return [name(end)] if isinstance(end, str) else subgraph(end)


def name(text):
    """A name without its port."""
    for port in (":e", ":p:nw"):
        text = text.removesuffix(port)
    return plain(text)


def plain(text):
    return text[1:-1].replace('\\"', '"') if text[:1] == '"' else text
