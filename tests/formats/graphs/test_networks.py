"""DOT, GraphML, GEXF and node-link JSON: files of other programs, and what the libraries make of ours."""

from __future__ import annotations

import io
import json

import networkx as nx
import pytest

from identcheck import Design, FormatError, InvalidDesignError
from identcheck.formats import dumps, from_text
from identcheck.formats.graphs import dot, graphml
from tests.formats.graphs.any_design import any_designs

YED = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key for="node" id="d6" yfiles.type="nodegraphics"/>
  <key for="edge" id="d10" yfiles.type="edgegraphics"/>
  <graph edgedefault="directed" id="G">
    <node id="n0"><data key="d6"><y:ShapeNode><y:Geometry height="30" width="30" x="1" y="2"/>
      <y:NodeLabel>the offer</y:NodeLabel><y:Shape type="rectangle"/></y:ShapeNode></data></node>
    <node id="n1"><data key="d6"><y:ShapeNode><y:NodeLabel>use</y:NodeLabel></y:ShapeNode></data></node>
    <node id="n2"><data key="d6"><y:ShapeNode><y:NodeLabel>health</y:NodeLabel></y:ShapeNode></data></node>
    <edge id="e0" source="n0" target="n1"><data key="d10"><y:PolyLineEdge/></data></edge>
    <edge id="e1" source="n1" target="n2"/>
  </graph>
</graphml>
"""
GEPHI = """<?xml version='1.0' encoding='UTF-8'?>
<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2">
  <meta lastmodifieddate="2020-01-01"><creator>Gephi 0.9</creator><description/></meta>
  <graph defaultedgetype="directed" mode="static">
    <attributes class="node" mode="static"><attribute id="0" title="Degree" type="integer"/></attributes>
    <nodes>
      <node id="0" label="offer"><attvalues><attvalue for="0" value="1"/></attvalues><viz:size value="10.0"/></node>
      <node id="1" label="use"/>
      <node id="2" label="health"/>
    </nodes>
    <edges><edge id="0" source="0" target="1" weight="2.0"/><edge id="1" source="1" target="2"/></edges>
  </graph>
</gexf>
"""
CYTOSCAPE = """digraph "a network" {
  graph [bb="0,0,200,100", rankdir=LR];
  node [shape=ellipse, style=filled, fillcolor="#ffffff"];
  edge [color=black];
  offer [label="offer", pos="10,20", width="0.75"];
  use [label=<<b>use</b>>, SUID=72];
  subgraph cluster_0 { label=after; use -> health [label="a", penwidth=2.0]; }
  offer:e -> use:w;
  "health" [xlabel="the outcome"];
}
"""
D3 = """{"nodes": [{"id": "offer", "group": 1}, {"id": "use"}, {"id": "health"}],
 "links": [{"source": "offer", "target": "use", "value": 3}, {"source": "use", "target": "health"}]}
"""
OTHERS = {
    "graphml": (YED, "the offer"),
    "gexf": (GEPHI, "offer"),
    "dot": (CYTOSCAPE, "offer"),
    "node-link": (D3, "offer"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_program_loads_once_the_roles_are_said(name):
    text, offer = OTHERS[name]
    design = from_text(text, name, treatment=offer, outcome="health")

    assert design.mediators == ("use",)
    assert set(design.graph.edges) == {(offer, "use"), ("use", "health")}
    assert from_text(dumps(design, name), name) == design


@pytest.mark.parametrize("name", OTHERS)
def test_without_roles_the_error_lists_what_could_have_them(name):
    text, offer = OTHERS[name]
    with pytest.raises(InvalidDesignError) as caught:
        from_text(text, name)

    assert f"(nodes without arrows into them: {offer!r})" in caught.value.problems[0]
    assert "(nodes without arrows out of them: 'health')" in caught.value.problems[1]


@pytest.mark.parametrize(
    ("text", "edges", "pairs"),
    [
        ("digraph { a -> b -> c }", "a>b b>c", ""),
        ("digraph { a -> {b c} -> d }", "a>b a>c b>d c>d", ""),
        ("digraph { {a; b} -> {c -> d} }", "a>c a>d b>c b>d c>d", ""),
        ("strict digraph g { a -> b; a -> b }", "a>b", ""),
        ("digraph { a -> b [dir=back] }", "b>a", ""),
        ("digraph { a -> b [dir=both]; a -> b }", "a>b", "a>b"),
        ("digraph { edge [dir=both]; a -> b; edge [dir=forward]; b -> c }", "b>c", "a>b"),
        ('digraph { a -> "b" /* no -- edge */ // nor --\n "b" -> "c--d" }', "a>b b>c--d", ""),
        ('digraph { "a" + "b" -> c }', "ab>c", ""),
        ("digraph { a -> b -> c; a -> c [style=invis] }", "a>b b>c", ""),
    ],
)
def test_dot_is_read_as_graphviz_means_it(text, edges, pairs):
    drawing = dot.draw(text)

    assert {f"{u}>{v}" for u, v in drawing.edges} == set(edges.split())
    assert {f"{u}>{v}" for u, v in drawing.confounded} == set(pairs.split())


def test_a_line_without_arrowhead_is_refused_in_dot():
    with pytest.raises(InvalidDesignError, match="'a' -> 'b' has no arrowhead"):
        dot.draw("digraph { a -> b [arrowhead=none] }")


def yed(heads):
    return YED.replace("<y:PolyLineEdge/>", f"<y:PolyLineEdge><y:Arrows {heads}/></y:PolyLineEdge>")


def test_edges_of_yed_point_where_their_heads_are():
    forth = graphml.draw(yed('source="none" target="standard"'))
    back = graphml.draw(yed('source="delta" target="none"'))
    both = graphml.draw(yed('source="standard" target="standard"'))

    assert set(forth.edges) == {("the offer", "use"), ("use", "health")}
    assert set(back.edges) == {("use", "the offer"), ("use", "health")}
    assert both.confounded == (("the offer", "use"),)
    assert set(both.edges) == {("use", "health")}
    with pytest.raises(FormatError, match="between 'the offer' and 'use' has no arrowhead"):
        graphml.draw(yed('source="none" target="none"'))


def test_names_of_igraph_are_the_names():
    text = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="v_name" for="node" attr.name="name" attr.type="string"/>
      <graph edgedefault="directed">
        <node id="n0"><data key="v_name">offer</data></node>
        <node id="n1"><data key="v_name">use</data></node>
        <edge source="n0" target="n1"/>
      </graph>
    </graphml>"""

    assert set(graphml.draw(text).edges) == {("offer", "use")}


@pytest.mark.parametrize("said", ['"unobserved": 1', '"unobserved": "TRUE"', '"observed": "no"'])
def test_a_node_is_unobserved_in_the_words_of_other_programs(said):
    text = D3.replace('{"id": "use"}', f'{{"id": "use", {said}}}')

    assert from_text(text, "node-link", treatment="offer", outcome="health").unobserved == {"use"}


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "klingon"])
def test_text_is_read_whatever_encoding_its_xml_declares(encoding):
    text = YED.replace("UTF-8", encoding).replace("use", "Größe")

    assert ("Größe", "health") in graphml.draw(text).edges


def test_what_is_written_is_what_networkx_reads():
    """Independent of our readers: nodes, arrows and roles as the library alone sees them."""
    for design in any_designs(100):
        plain = {node: design.role(node) for node in design.graph}
        data = json.loads(dumps(design, "node-link"))
        graph = nx.node_link_graph(data, edges="links")
        arrows = [(u, v) for u, v, said in graph.edges(data=True) if not said.get("confounded")]
        assert dict(graph.nodes(data="role")) == plain
        assert set(arrows) == set(design.graph.edges)
        for read, name in ((nx.read_graphml, "graphml"), (nx.read_gexf, "gexf")):
            graph = read(io.BytesIO(dumps(design, name).encode()))
            roles = sorted(role for _, role in graph.nodes(data="role"))
            arrows = [1 for *_, said in graph.edges(data=True) if not said.get("confounded")]
            assert graph.is_directed()
            assert roles == sorted(plain.values())
            assert len(arrows) == design.graph.number_of_edges()
            assert graph.number_of_edges() - len(arrows) == len(design.confounded)


@pytest.mark.parametrize("name", ["dot", "graphml", "gexf", "node-link"])
def test_marks_of_conditioning_after_treatment_are_refused(name):
    graph = nx.DiGraph([("T", "M"), ("M", "Y")])
    graph.nodes["M"]["adjusted"] = True
    text = dumps(Design(graph, treatment="T", outcome="Y"), name)

    with pytest.raises(
        InvalidDesignError, match="'M' is marked 'adjusted', and it is not fixed before treatment"
    ):
        from_text(text, name)


MISTAKES = [
    ("dot", "digraph {\n a -> b\n c ->> d }", 3, 4, "found '->>', another kind of arrow"),
    ("dot", "digraph { a -> b", 1, 17, "found the end of the text, expected '}'"),
    ("dot", "graf { a }", 1, 1, "found 'graf' (did you mean 'graph'?), expected 'digraph'"),
    ("dot", "graph {\n a -- b }", 2, 4, "found '--', an edge that does not say what causes what"),
    ("dot", "digraph { a -> b } digraph { c -> d }", 1, 20, "a second graph begins"),
    (
        "graphml",
        "<graphml>\n<graph></graphml>",
        2,
        10,
        "malformed XML: found </graphml>, but the element open here is <graph> of line 2",
    ),
    ("graphml", "", 1, 1, "malformed XML: there is no element; the document begins with <graphml>"),
    ("graphml", "<gexf/>", 1, 1, "this looks like GEXF text, not like GraphML; load its text by"),
    ("graphml", YED.replace('"directed"', '"undirected"'), 5, 3, 'found edgedefault="undirected"'),
    (
        "graphml",
        YED.replace('id="e1"', 'id="e1" directed="false"'),
        11,
        5,
        "found directed=\"false\": the edge between 'use' and 'health' has no direction",
    ),
    ("gexf", "<gexf", 1, 1, "malformed XML: '<gexf' is not closed"),
    ("gexf", GEPHI.replace('"directed"', '"undirected"'), 4, 3, 'found defaultedgetype="undirected"'),
    ("node-link", '{"nodes": [}', 1, 12, "malformed JSON: expected a value"),
    ("node-link", "[]", 1, 1, "this JSON is no object; graphs that are read have the keys"),
    ("node-link", '{\n "nodes": 1,,\n}', 2, 13, "malformed JSON"),
]


@pytest.mark.parametrize(("name", "text", "line", "column", "message"), MISTAKES)
def test_a_mistake_is_named_at_its_place(name, text, line, column, message):
    with pytest.raises(FormatError) as caught:
        from_text(text, name)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("name", "text", "problems"),
    [
        (
            "node-link",
            '{"nodes": [{"name": "T"}, {"id": "Y"}], "links": [{"source": "T", "target": "Y"}, {"target": "Y"}]}',
            [
                "entry 1 of \"nodes\" is {'name': 'T'}; it has an \"id\"",
                "entry 1 of \"links\" speaks of the node 'T', which is not among",
                'entry 2 of "links" is',
            ],
        ),
        (
            "node-link",
            '{"directed": false, "nodes": [{"id": "T"}, {"id": "Y"}], "links": [{"source": "T", "target": "Y"}]}',
            ["the graph is undirected"],
        ),
        (
            "dot",
            "digraph { a -> b [dir=none] b -> c [dir=none] }",
            ["line 1: the edge 'a' -> 'b' has no arrowhead", "line 1: the edge 'b' -> 'c' has no arrowhead"],
        ),
        ("dot", 'digraph { identcheck_sites="x" }', ["the value of 'identcheck_sites' cannot be read"]),
        (
            "dot",
            "digraph { T [role=treatmnt]; Y [role=outcome]; T -> M -> Y }",
            [
                "node 'T': role is 'treatmnt' (did you mean 'treatment'?); it is one of",
                "no treatment is marked",
            ],
        ),
        ("dot", "digraph { }", ["nothing is drawn: the graph has no nodes"]),
        ("node-link", '{"nodes": [{"id": 1}, {"id": "1"}], "links": []}', ["two nodes are named '1'"]),
    ],
)
def test_what_is_wrong_with_the_content_is_listed(name, text, problems):
    with pytest.raises(InvalidDesignError) as caught:
        from_text(text, name, "file")

    assert len(caught.value.problems) == len(problems)
    for found, expected in zip(caught.value.problems, problems, strict=True):
        assert found.startswith(f"file: {expected}")
