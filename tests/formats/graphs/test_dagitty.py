"""dagitty model code: what its site and package ship, and every form of its language."""

from __future__ import annotations

import pytest

from identcheck import FormatError, InvalidDesignError
from identcheck.formats import dumps, from_text
from identcheck.formats.graphs.dagitty import draw
from tests.formats.graphs.published import PUBLISHED

every_graph = pytest.mark.parametrize("graph", PUBLISHED, ids=lambda graph: graph.title)


@every_graph
def test_a_published_graph_has_its_nodes_edges_and_roles(graph):
    drawing = draw(graph.code)

    assert set(drawing.nodes) == graph.nodes
    assert set(drawing.edges) == graph.edges
    assert {frozenset(pair) for pair in drawing.confounded} == {frozenset(pair) for pair in graph.pairs}
    assert drawing.named("treatment") == (graph.exposure,)
    assert drawing.named("outcome") == (graph.outcome,)
    assert set(drawing.marked("unobserved")) == set(graph.latent.split())
    assert {*drawing.marked("adjusted"), *drawing.marked("selected")} == set(graph.marked.split())


@every_graph
def test_a_published_graph_is_a_design_or_says_why_not(graph):
    if graph.reason:
        with pytest.raises(InvalidDesignError) as caught:
            from_text(graph.code, "dagitty", "example.dagitty")
        assert any(p.startswith(f"example.dagitty: {graph.reason}") for p in caught.value.problems)
        return
    design = from_text(graph.code, "dagitty")

    assert design.treatments == (graph.exposure,)
    assert design.outcome == graph.outcome
    assert set(design.mediators) == set(graph.mediators.split())
    assert set(design.consequences) == set(graph.consequences.split())
    assert from_text(dumps(design, "dagitty"), "dagitty") == design


def test_there_are_enough_of_them():
    assert len(PUBLISHED) >= 10
    assert sum(not graph.reason for graph in PUBLISHED) >= 5


@pytest.mark.parametrize(
    ("code", "edges"),
    [
        ("dag { A -> B -> C }", "A>B, B>C"),
        ("A -> B", "A>B"),
        ("{A B} -> C", "A>C, B>C"),
        ("dag{A->{B;C}}", "A>B, A>C"),
        ("dag { {A B} -> {C D} <- E }", "A>C, A>D, B>C, B>D, E>C, E>D"),
        ("dag { A -> {B -> C} -> D }", "A>B, A>C, B>C, B>D, C>D"),
        ("dag { A <- B <- C }", "B>A, C>B"),
        ("dag { A -> B A -> B }", "A>B"),
        ("pdag { A -> B }", "A>B"),
        ("digraph G { A -> B; }", "A>B"),
        ("STRICT DAG {A->B}", "A>B"),
        ("graph { A -> B }", "A>B"),
        ('dag { "child health" -> x.1 -> _y2 -> "2" -> 3a }', "child health>x.1, x.1>_y2, _y2>2, 2>3a"),
        ('dag { "say \\"so\\"" -> "a" + "b" }', 'say "so">ab'),
        ("dag { école -> Ωmega }", "école>Ωmega"),
        ("dag { # one\nA -> B // two\n/* three\n */ B -> C }", "A>B, B>C"),
        ("dag {\r\nA -> B\r\n}\r\n", "A>B"),
        ('dag { bb="0,0,1,1" graph [bb="0,0,1,1"] A -> B [beta=.3] }', "A>B"),
        ('dag { A -> B [beta = -0.3, pos="1,2"; foo] }', "A>B"),
        ("dag { edge -> dag -> e }", "edge>dag, dag>e"),
    ],
)
def test_every_form_of_the_language_is_read(code, edges):
    assert {f"{u}>{v}" for u, v in draw(code).edges} == set(edges.split(", "))


@pytest.mark.parametrize(
    ("mark", "key", "value"),
    [
        *((word, "role", "treatment") for word in ("exposure", "e", "source")),
        *((word, "role", "outcome") for word in ("outcome", "o", "target")),
        *((word, "unobserved", True) for word in ("latent", "l", "unobserved", "u")),
        *((word, "adjusted", True) for word in ("adjusted", "a")),
        *((word, "selected", True) for word in ("selected", "s")),
        ('pos="0.1,0.2"', "pos", "0.1,0.2"),
        ('label="words for people"', "label", "words for people"),
    ],
)
def test_every_mark_of_a_node_is_read(mark, key, value):
    drawing = draw(f"dag {{ A [{mark},colour=red] A -> B }}")

    assert dict(drawing.nodes["A"]) == {key: value}
    assert drawing.lines["A"] == 1


def test_options_that_only_identcheck_reads_come_back():
    code = 'dag { identcheck_sites="12" identcheck_title="A trial" T [e] Y [o] T -> M -> Y }'
    design = from_text(code, "dagitty")

    assert (design.sites, design.title) == (12, "A trial")


def test_a_graph_with_marks_before_treatment_keeps_them():
    design = from_text("dag { T [e] Y [o] X [adjusted] T -> M -> Y X -> Y }", "dagitty")

    assert design.graph.nodes["X"]["adjusted"] is True
    assert "X [adjusted]" in dumps(design, "dagitty")


def test_several_exposures_are_the_arms_of_one_trial():
    design = from_text("dag { B [e] A [e] Y [o] {A B} -> M -> Y }", "dagitty")

    assert design.treatments == ("B", "A")


def test_roles_given_beside_the_file_replace_those_in_it():
    code = "dag { T [e] Y [o] T -> M -> N -> Y }"
    design = from_text(code, "dagitty", treatment="M", outcome="Y")

    assert (design.treatments, design.mediators, design.baseline) == (("M",), ("N",), ("T",))


def test_the_old_form_has_web_names_comments_and_arrows_both_ways():
    drawing = draw(
        "% a comment\nthe%20offer E\nuse 1\nhealth status O\n\nthe%20offer use\nuse health status\nhealth status use\n"
    )

    assert set(drawing.nodes) == {"the offer", "use", "health status"}
    assert set(drawing.edges) == {("the offer", "use")}
    assert drawing.confounded == (("use", "health status"),)


def test_names_of_the_old_form_may_have_parentheses_and_several_words():
    drawing = draw(
        "age%20(years) E @0.1,0.2\nuse of it 1 @0,1\nY O\n\nage%20(years) use of it Y @1,1\nuse of it Y\n"
    )

    assert set(drawing.edges) == {("age (years)", "use of it"), ("age (years)", "Y"), ("use of it", "Y")}
    assert drawing.nodes["use of it"] == {"pos": "0,1"}
    assert drawing.edges["age (years)", "Y"] == {"pos": "1,1"}


@pytest.mark.parametrize(
    ("code", "line", "column", "message"),
    [
        ("dag { A -- B }", 1, 9, "found '--', an edge that does not say what causes what"),
        ("dag {\n A -> B\n B @-@ C }", 3, 4, "found '@-@', an edge that does not say"),
        ("pag { A @-> B }", 1, 1, "found 'pag': its arrows say that one node comes before another"),
        ("mag { A -> B }", 1, 1, "found 'mag': its arrows"),
        ("pdag { A @-> B }", 1, 10, "found '@->'"),
        ("dga { A -> B }", 1, 1, "found 'dga' (did you mean 'dag'?)"),
        ("dag {\n A -> B", 2, 8, "found the end of the text, expected '}', which closes the graph"),
        ("dag { A -> B } }", 1, 16, "found '}', expected the end of the text"),
        ("A -> B }", 1, 8, "found '}', expected a node: this '}' closes nothing"),
        ("dag { A -> }", 1, 12, "found '}', expected a node after '->'"),
        ("dag { -> B }", 1, 7, "found '->', expected a node"),
        ("dag { A => B }", 1, 9, "found '=>', another kind of arrow"),
        ("dag { A→B }", 1, 8, "found '→', another kind of arrow"),
        ("dag { child-health -> B }", 1, 12, "found '-', a dash"),
        ('dag {\n"A -> B }', 2, 1, "found '\"', a double quote that is not closed"),
        ("dag { 'A' -> B }", 1, 7, "found \"'A'\", single quotes"),
        ("dag { A [exposur] A -> B }", 1, 10, "unknown mark 'exposur' (did you mean 'exposure'?)"),
        ("dag { A [exposure,outcome] }", 1, 19, "'A' is marked both exposure and outcome"),
        ("dag { A [exposure }", 1, 19, "found '}', expected an attribute or ']'"),
        ("dag { A [pos=] }", 1, 14, "found ']', expected a value after '='"),
        ("dag { node [shape=box] A -> B }", 1, 7, "found 'node', which dagitty takes for no node's name"),
        ('dag { "" -> B }', 1, 7, "found an empty name"),
        ("dag { A -> B /* no end }", 1, 14, "found '/*', a comment that is not closed"),
        ("dag { A ? B }", 1, 9, "found '?', expected a node or an edge"),
        ('dag { identcheck_sites="[" A -> B }', 1, 7, "the value of 'identcheck_sites' cannot be read"),
        ("T E\nM 1\nY O\n", 1, 1, "found no arrows; expected 'dag { ... }'"),
        ("T E\nT 1\n\nT M\n", 2, 1, "the variable 'T' is listed twice"),
        ("T E\nY O\n\nT Y\nT M\n", 5, 3, "'M' is no variable of the list above"),
    ],
)
def test_a_mistake_is_named_at_its_place(code, line, column, message):
    with pytest.raises(FormatError) as caught:
        from_text(code, "dagitty", "trial.dagitty")

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(message)
    assert str(caught.value).startswith(f"trial.dagitty, line {line}, column {column}: ")


def test_every_problem_of_content_is_listed_at_once():
    code = "dag { identcheck_sites=0 identcheck_sits=1 T [e] Y [o] C [selected] T -> M -> Y -> C }"
    with pytest.raises(InvalidDesignError) as caught:
        from_text(code, "dagitty", "x.dagitty")

    assert [problem.removeprefix("x.dagitty: ")[:40] for problem in caught.value.problems] == [
        "unknown option 'sits' (did you mean 'sit",
        "line 1: the node 'C' is marked 'selected",
        "sites is 0; a trial has at least 1"[:40],
    ]


def test_roles_that_are_not_marked_are_not_guessed():
    with pytest.raises(InvalidDesignError) as caught:
        from_text("dag { T -> M -> Y }", "dagitty", "x.dagitty")

    assert caught.value.problems == (
        "x.dagitty: no treatment is marked; write [exposure] after the name of the treatment and [outcome] after that "
        "of the outcome, or say treatment=... in load() or --treatment to 'identcheck convert' (nodes without arrows "
        "into them: 'T')",
        "x.dagitty: no outcome is marked; write [exposure] after the name of the treatment and [outcome] after that "
        "of the outcome, or say outcome=... in load() or --outcome to 'identcheck convert' (nodes without arrows out "
        "of them: 'Y')",
    )
