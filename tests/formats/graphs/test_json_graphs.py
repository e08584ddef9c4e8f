"""JSON of other programs: node-link, the elements of Cytoscape, and what is not read, by its name."""

from __future__ import annotations

import json
from random import Random

import networkx as nx
import pytest

from identcheck import FormatError, InvalidDesignError, load
from identcheck.formats import from_text
from identcheck.formats.graphs.node_link import draw

DESKTOP = {
    "format_version": "1.0",
    "generated_by": "cytoscape-3.9.1",
    "data": {"name": "trial", "SUID": 52, "selected": True},
    "elements": {
        "nodes": [
            {
                "data": {"id": str(number), "name": name, "SUID": number, "selected": True},
                "position": {"x": 1, "y": 2},
            }
            for number, name in ((62, "offer"), (64, "use"), (66, "health"))
        ],
        "edges": [
            {
                "data": {
                    "id": "70",
                    "source": "62",
                    "target": "64",
                    "interaction": "causes",
                    "name": "offer (causes) use",
                }
            },
            {"data": {"id": "71", "source": "64", "target": "66"}, "selected": False},
        ],
    },
}


def made(document, **roles):
    roles = roles or {"treatment": "offer", "outcome": "health"}
    return from_text(json.dumps(document), "node-link", **roles)


def test_what_cytoscape_saves_is_read_by_the_names_it_shows():
    design = made(DESKTOP)

    assert set(design.graph.edges) == {("offer", "use"), ("use", "health")}
    assert design.mediators == ("use",)


def test_elements_in_one_list_are_told_apart_by_group_or_by_source():
    elements = [
        {"data": {"id": "offer"}},
        {"group": "nodes", "data": {"id": "use", "unobserved": True}},
        {"data": {"id": "health", "parent": "box"}},
        {"data": {"id": "box"}},
        {"data": {"id": "e", "source": "offer", "target": "use"}},
        {"group": "edges", "data": {"source": "use", "target": "health"}, "classes": "dashed"},
    ]
    design = made({"elements": elements})

    assert set(design.graph) == {"offer", "use", "health"}
    assert design.unobserved == {"use"}


def test_what_networkx_saves_for_cytoscape_is_read():
    graph = nx.DiGraph([("offer", "use"), ("use", "health")])
    graph.nodes["offer"]["role"] = "treatment"
    graph.nodes["health"]["role"] = "outcome"
    design = made(nx.cytoscape_data(graph), treatment=None, outcome=None)

    assert (design.treatments, design.outcome, design.mediators) == (("offer",), "health", ("use",))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (
            {"elements": [{"data": {"id": "a"}}, {"id": "b"}]},
            "element 2 of \"elements\" is {'id': 'b'}; it has \"data\"",
        ),
        (
            {
                "elements": [
                    {"data": {"id": "a", "parent": "b"}},
                    {"data": {"id": "b"}},
                    {"data": {"source": "a", "target": "b"}},
                ]
            },
            "an edge ends at 'b', a box around other nodes",
        ),
        (
            {
                "directed": False,
                "elements": [{"data": {"id": "a"}}, {"data": {"source": "a", "target": "a"}}],
            },
            "the graph is undirected",
        ),
        (
            {"elements": [{"data": {"source": "a", "target": "b"}}]},
            "entry 1 of \"links\" speaks of the node 'a'",
        ),
        (
            {"nodes": [{"id": "a b"}, {"id": "a\nb"}], "links": []},
            "two nodes have one name when it stands on one line",
        ),
        ({"nodes": [{"id": "a"}, {"id": "a"}], "links": []}, "two entries of \"nodes\" have the id 'a'"),
    ],
)
def test_what_is_wrong_with_the_content_is_told(document, problem):
    with pytest.raises(InvalidDesignError) as caught:
        draw(json.dumps(document), "file")

    assert any(found.startswith(f"file: {problem}") for found in caught.value.problems)


NOT_READ = [
    (
        {"nodes": [{"id": 1}], "edges": [{"from": 1, "to": 1}]},
        'this is a graph whose edges go "from" and "to", as in vis.js',
    ),
    ({"adjacency": [], "nodes": []}, "this is the adjacency data of networkx"),
    ({"name": "root", "children": [{"name": "a"}]}, "this is a hierarchy of d3"),
    ({"graph": {"nodes": {}, "edges": []}}, "this is JSON Graph Format"),
    ({"graphs": []}, "this is JSON Graph Format"),
    ({"from": "T", "to": "M"}, "this JSON is not known (its keys: 'from', 'to')"),
    ({"vertices": [], "arcs": []}, "this JSON is not known (its keys: 'vertices', 'arcs')"),
    ({"version": 5, "x": {"nodes": []}}, "this JSON is not known"),
]


@pytest.mark.parametrize(("document", "message"), NOT_READ)
def test_json_of_other_programs_is_refused_by_its_name(document, message, tmp_path):
    (tmp_path / "graph.json").write_text(json.dumps(document))
    with pytest.raises(FormatError) as caught:
        load(tmp_path / "graph.json")
    with pytest.raises(FormatError) as again:
        from_text(json.dumps(document), "json")

    assert caught.value.message.startswith(message)
    assert '"elements" (Cytoscape)' in caught.value.message or '"source" and "target"' in caught.value.message
    assert again.value.message == caught.value.message


def test_a_file_of_cytoscape_is_recognised_by_its_keys(tmp_path):
    (tmp_path / "net.json").write_text(json.dumps(DESKTOP))

    assert load(tmp_path / "net.json", treatment="offer", outcome="health") == made(DESKTOP)


def test_nodes_of_d3_without_ids_are_joined_by_their_places():
    document = {
        "nodes": [{"name": "offer"}, {"name": "use"}, {"name": "health"}],
        "links": [{"source": 0, "target": 1, "value": 2}, {"source": 1, "target": 2}],
    }

    assert set(made(document).graph.edges) == {("offer", "use"), ("use", "health")}


def test_a_line_break_in_a_name_is_a_space():
    document = {
        "nodes": [{"id": "use\nof it"}, {"id": "b"}],
        "links": [{"source": "use\nof it", "target": "b"}],
    }

    assert set(draw(json.dumps(document)).edges) == {("use of it", "b")}


def test_random_graphs_are_read_alike_in_every_form():
    for number in range(200):
        random = Random(f"json {number}")
        names = random.sample(["T", "M 1", "é", "5", "x\ty", "Y", '"q"', "{"], random.randint(2, 6))
        edges = {tuple(random.sample(names, 2)) for _ in range(random.randint(0, 8))}
        hidden = {name for name in names if random.random() < 0.3}
        data = [{"id": name, **({"unobserved": True} if name in hidden else {})} for name in names]
        links = [{"source": u, "target": v, "weight": random.random()} for u, v in edges]
        inside = [{"data": one, "selected": True} for one in data], [{"data": one} for one in links]
        mixed = [*inside[0], *inside[1]]
        random.shuffle(mixed)
        for document in (
            {"nodes": data, random.choice(["links", "edges"]): links},
            {"elements": {"nodes": inside[0], "edges": inside[1]}, "data": {}},
            {"elements": mixed},
        ):
            text = json.dumps(document, indent=random.choice([None, 1]), ensure_ascii=random.random() < 0.5)
            drawing = draw(text)
            assert set(drawing.nodes) == set(names)
            assert set(drawing.edges) == edges
            assert set(drawing.marked("unobserved")) == hidden
