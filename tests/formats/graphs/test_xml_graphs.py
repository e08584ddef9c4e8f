"""GraphML and GEXF as their specifications, yEd and Gephi have them: boxes, directions, names, and mistakes in place."""

from __future__ import annotations

import networkx as nx
import pytest

from identcheck import FormatError, InvalidDesignError
from identcheck.errors.limits import NAME_LETTERS, TEXT_LETTERS, XML_LEVELS
from identcheck.formats import from_text
from identcheck.formats.graphs import gexf, graphml

NAMESPACES = (
    "",
    "http://www.gexf.net/1.2draft",
    "http://www.gexf.net/1.3",
    "http://gexf.net/1.1draft",
    "urn:any",
)


def in_graphml(inside, default='edgedefault="directed"', before=""):
    return (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">\n'
        f"{before}<graph {default}>\n{inside}\n</graph></graphml>"
    )


def in_gexf(inside, default='defaultedgetype="directed"', space="http://gexf.net/1.3"):
    return f'<gexf xmlns="{space}" version="1.3"><graph {default}>\n{inside}\n</graph></gexf>'


def nodes(*names):
    return "".join(f'<node id="{name}"/>' for name in names)


def edge(source, target, more="", inside=""):
    return f'<edge source="{source}" target="{target}"{more}>{inside}</edge>'


def box(name, inside, default=' edgedefault="directed"', data=""):
    return f'<node id="{name}">{data}<graph id="{name}:"{default}>{inside}</graph></node>'


def typed(way):
    return edge("T", "Y", f' type="{way}"')


def arrows(drawing):
    return {f"{u}>{v}" for u, v in drawing.edges}


def error(draw, text):
    with pytest.raises(FormatError) as caught:
        draw(text)
    return caught.value


INSIDE = nodes("M1", "M2") + edge("M1", "M2")
BOXED = nodes("T") + box("box", INSIDE) + nodes("Y") + edge("T", "M1") + edge("M2", "Y")


class TestBoxes:
    def test_arrows_inside_a_box_are_read_and_the_box_is_no_variable(self):
        drawing = graphml.draw(in_graphml(BOXED))

        assert set(drawing.nodes) == {"T", "M1", "M2", "Y"}
        assert arrows(drawing) == {"M1>M2", "T>M1", "M2>Y"}

    def test_boxes_go_inside_boxes_and_keep_the_direction_of_the_graph_around(self):
        inner = box("inner", INSIDE, default="")
        drawing = graphml.draw(in_graphml(box("outer", inner + nodes("W") + edge("W", "M1"))))

        assert set(drawing.nodes) == {"M1", "M2", "W"}
        assert arrows(drawing) == {"M1>M2", "W>M1"}

    def test_a_node_with_an_empty_graph_is_a_variable(self):
        assert arrows(graphml.draw(in_graphml(nodes("T") + box("M", "") + edge("T", "M")))) == {"T>M"}

    def test_an_arrow_that_ends_at_a_box_is_refused_by_the_name_of_the_box(self):
        found = error(graphml.draw, in_graphml(BOXED + "\n" + edge("T", "box")))

        assert found.line == 4
        assert found.message == (
            "an edge ends at 'box', a box around 'M1', 'M2', which is no variable; draw it to the variables inside that "
            "are meant, or take the box apart"
        )

    def test_what_is_said_of_a_box_is_refused(self):
        said = box("box", INSIDE, data='<data key="role">mediator</data>')

        assert (
            "'role' is said of 'box', a box around 'M1', 'M2'"
            in error(graphml.draw, in_graphml(said)).message
        )

    @pytest.mark.parametrize("active", ["0", "1", "", "x", "99999"])
    def test_groups_of_yed_keep_the_labels_of_the_nodes_inside(self, active):
        def label(words):
            return f'<data key="d6"><y:ShapeNode><y:NodeLabel>{words}</y:NodeLabel></y:ShapeNode></data>'

        group = (
            f'<data key="d6"><y:ProxyAutoBoundsNode><y:Realizers active="{active}"><y:GroupNode><y:NodeLabel>the box'
            "</y:NodeLabel></y:GroupNode><y:GroupNode><y:NodeLabel>the box</y:NodeLabel></y:GroupNode></y:Realizers>"
            "</y:ProxyAutoBoundsNode></data>"
        )
        inside = f'<node id="n0::n0">{label("use")}</node><node id="n0::n1">{label("health")}</node>'
        text = box("n0", inside + edge("n0::n0", "n0::n1"), data=group)

        assert arrows(graphml.draw(in_graphml(text))) == {"use>health"}
        touched = error(graphml.draw, in_graphml(text + nodes("n1") + edge("n1", "n0")))
        assert "an edge ends at 'the box', a box around 'use', 'health'" in touched.message

    def test_nodes_inside_nodes_of_gexf(self):
        inside = '<nodes><node id="M1"/><node id="M2"/></nodes><edges><edge source="M1" target="M2"/></edges>'
        text = f'<nodes><node id="T"/><node id="box">{inside}</node></nodes><edges>{edge("T", "M1")}</edges>'
        drawing = gexf.draw(in_gexf(text))

        assert set(drawing.nodes) == {"T", "M1", "M2"}
        assert arrows(drawing) == {"M1>M2", "T>M1"}
        assert (
            "an edge ends at 'box', a box"
            in error(gexf.draw, in_gexf(text + f"<edges>{edge('T', 'box')}</edges>")).message
        )

    def test_nodes_that_name_their_box_in_gexf(self):
        text = (
            '<nodes><node id="M1" pid="box"/><node id="box" label="the box"/><node id="T" pid="0"/></nodes>'
        )

        assert set(gexf.draw(in_gexf(text)).nodes) == {"M1", "T"}


class TestDirection:
    @pytest.mark.parametrize("default", ['edgedefault="undirected"', 'edgedefault="directed"', ""])
    @pytest.mark.parametrize("own", ["true", "1"])
    def test_each_edge_of_graphml_says_its_own(self, default, own):
        text = nodes("T", "Y") + edge("T", "Y", f' directed="{own}"')

        assert arrows(graphml.draw(in_graphml(text, default))) == {"T>Y"}

    @pytest.mark.parametrize("default", ['defaultedgetype="undirected"', 'defaultedgetype="mutual"', ""])
    def test_each_edge_of_gexf_says_its_own(self, default):
        text = f"<nodes>{nodes('T', 'Y')}</nodes><edges>{typed('directed')}</edges>"

        assert arrows(gexf.draw(in_gexf(text, default))) == {"T>Y"}

    @pytest.mark.parametrize("words", ['edgedefault="undirected"', '<edge directed="false">'])
    def test_words_that_only_look_like_a_direction_are_no_direction(self, words):
        quoted = words.replace("<", "&lt;").replace('"', "&quot;")
        text = f'<!-- {words} --><node id="T"><data key="label">{quoted}</data></node>'

        assert graphml.draw(in_graphml(text + nodes("Y") + edge("T", "Y"))).nodes["T"]["label"] == words

    def test_a_graph_without_directions_is_told_once_and_an_edge_at_its_own_place(self):
        many = nodes("T", "M", "Y") + "\n" + edge("T", "M") + "\n" + edge("M", "Y")
        found = error(graphml.draw, in_graphml(many, 'edgedefault="undirected"'))
        assert (found.line, found.column) == (2, 1)
        assert found.message.startswith(
            "found edgedefault=\"undirected\": the edge between 'T' and 'M' (2 edges; the first: line 4) has no direction"
        )
        found = error(graphml.draw, in_graphml(many + "\n " + edge("T", "Y", ' directed="0"')))
        assert (found.line, found.column) == (6, 2)
        assert found.message.startswith("found directed=\"0\": the edge between 'T' and 'Y' has no direction")
        found = error(graphml.draw, in_graphml(many, ""))
        assert found.message.startswith("found no edgedefault: ")

    def test_a_pair_that_shares_a_cause_needs_no_direction(self):
        shared = '<data key="confounded">true</data>'
        text = nodes("T", "Y") + edge("T", "Y", inside=shared)

        assert graphml.draw(in_graphml(text, 'edgedefault="undirected"')).confounded == (("T", "Y"),)

    def test_an_edge_both_ways_is_told_in_gexf(self):
        text = f"<nodes>{nodes('T', 'Y')}</nodes>\n<edges>{typed('mutual')}</edges>"
        found = error(gexf.draw, in_gexf(text))

        assert (found.line, found.message[:24]) == (3, 'found type="mutual": the')

    @pytest.mark.parametrize(
        ("draw", "text", "message"),
        [
            (
                graphml.draw,
                in_graphml(nodes("T", "Y") + edge("T", "Y", ' directed="maybe"')),
                "directed is 'maybe'",
            ),
            (
                graphml.draw,
                in_graphml(nodes("T", "Y") + edge("T", "Y"), 'edgedefault="both"'),
                "edgedefault is 'both'",
            ),
            (
                gexf.draw,
                in_gexf(f"<nodes>{nodes('T', 'Y')}</nodes><edges>{typed('dir')}</edges>"),
                "type is 'dir'; it is one of directed, undirected, mutual",
            ),
        ],
    )
    def test_a_word_that_is_no_direction(self, draw, text, message):
        assert error(draw, text).message.startswith(message)


def yed(heads):
    drawn = f'<data key="d9"><y:PolyLineEdge><y:Arrows {heads}/></y:PolyLineEdge></data>'
    return in_graphml(nodes("T", "Y") + "\n" + edge("T", "Y", inside=drawn), 'edgedefault="undirected"')


class TestHeadsOfYed:
    @pytest.mark.parametrize(
        "head", ["standard", "delta", "white_delta", "short", "plain", "diamond", "t_shape"]
    )
    def test_one_mark_is_a_head(self, head):
        assert arrows(graphml.draw(yed(f'source="none" target="{head}"'))) == {"T>Y"}
        assert arrows(graphml.draw(yed(f'source="{head}" target="none"'))) == {"Y>T"}
        assert arrows(graphml.draw(yed(f'target="{head}"'))) == {"T>Y"}

    @pytest.mark.parametrize("circle", ["circle", "transparent_circle"])
    @pytest.mark.parametrize("other", ["none", "standard", "circle"])
    def test_circles_are_refused_as_marks_of_equivalence_classes(self, circle, other):
        for heads in ((circle, other), (other, circle)):
            found = error(graphml.draw, yed('source="{}" target="{}"'.format(*heads)))
            assert found.line == 4
            assert (
                "between 'T' and 'Y' has a circle at an end: the mark of an equivalence class (pag)"
                in found.message
            )

    def test_two_marks_of_which_one_is_no_head(self):
        found = error(graphml.draw, yed('source="crows_foot_one" target="standard"'))

        assert (
            "has the ends 'crows_foot_one' and 'standard', which does not say what causes what"
            in found.message
        )


class TestHeadsInTheWordsOfDot:
    """networkx writes what it reads of DOT into GraphML and GEXF as attributes."""

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ({"dir": "both"}, "T<>Y"),
            ({"dir": "both", "arrowtail": "none"}, "T>Y"),
            ({"dir": "both", "arrowtail": "none", "arrowhead": "normal"}, "T>Y"),
            ({"dir": "both", "arrowhead": "none"}, "Y>T"),
            ({"dir": "back"}, "Y>T"),
            ({"dir": "north", "arrowhead": "triangle"}, "T>Y"),
            ({"dir": "none"}, "has no arrowhead"),
            ({"arrowhead": "none"}, "has no arrowhead"),
            ({"dir": "both", "arrowtail": "odot"}, "the mark of an equivalence class (pag)"),
            ({"arrowhead": "odot"}, "the mark of an equivalence class (pag)"),
        ],
    )
    def test_heads_and_tails_decide(self, said, expected):
        graph = nx.DiGraph()
        graph.add_edge("T", "Y", **said)
        for draw, lines in ((graphml.draw, nx.generate_graphml(graph)), (gexf.draw, nx.generate_gexf(graph))):
            try:
                drawing = draw("\n".join(lines))
                found = "".join(arrows(drawing)) or "T<>Y" * len(drawing.confounded)
            except FormatError as error:
                found = expected if expected in str(error) else str(error)
            assert found == expected


class TestNames:
    @pytest.mark.parametrize("space", NAMESPACES)
    @pytest.mark.parametrize("write", [in_gexf])
    def test_gexf_of_every_namespace(self, space, write):
        text = write(f"<nodes>{nodes('T', 'Y')}</nodes><edges>{edge('T', 'Y')}</edges>", space=space)

        assert arrows(gexf.draw(text)) == {"T>Y"}
        assert arrows(gexf.draw(text.replace(' xmlns=""', ""))) == {"T>Y"}
        assert arrows(gexf.draw('<?xml version="1.1" encoding="UTF-16"?>' + text)) == {"T>Y"}

    @pytest.mark.parametrize(
        "break_", ["\n", "\n\n", " \n\t", "&#10;", "&#13;&#10;", "<!-- -->\n", "<![CDATA[\n]]>"]
    )
    def test_a_label_over_several_lines_is_one_name(self, break_):
        label = f"<data key='d6'><y:ShapeNode><y:NodeLabel>use{break_}of voucher\n</y:NodeLabel></y:ShapeNode></data>"
        text = f'<node id="n0">{label}</node><node id="n1"/>' + edge("n0", "n1")
        drawing = graphml.draw(in_graphml(text))

        assert arrows(drawing) == {"use of voucher>n1"}
        assert "label" not in drawing.nodes["use of voucher"]

    def test_a_break_in_an_id_or_in_a_label_of_gexf(self):
        assert set(graphml.draw(in_graphml(nodes("a&#10;b"))).nodes) == {"a b"}
        assert set(gexf.draw(in_gexf('<nodes><node id="0" label="a&#10; b"/></nodes>')).nodes) == {"a b"}
        clash = error(graphml.draw, in_graphml(nodes("a&#10;b") + "\n" + nodes("a b")))
        assert (clash.line, clash.message) == (4, "two nodes are named 'a b', here and on line 3; rename one")

    def test_a_label_in_html_loses_its_tags(self):
        label = (
            "<y:NodeLabel>&lt;html&gt;use&lt;br&gt;of &lt;b&gt;voucher&lt;/b&gt; &amp;amp; co</y:NodeLabel>"
        )
        text = f'<node id="n0"><data key="d6"><y:ShapeNode>{label}</y:ShapeNode></data></node>'

        assert set(graphml.draw(in_graphml(text)).nodes) == {"use of voucher & co"}

    def test_where_two_labels_are_alike_all_ids_are_names(self):
        text = "".join(f'<node id="n{n}"><data key="label">U</data></node>' for n in range(2))

        assert {name: said["label"] for name, said in graphml.draw(in_graphml(text)).nodes.items()} == {
            "n0": "U",
            "n1": "U",
        }


class TestAttributes:
    def test_defaults_hold_where_nothing_is_said(self):
        keys = (
            '<key id="a" for="node" attr.name="unobserved" attr.type="boolean"><default>true</default></key>'
            '<key id="b" for="edge" attr.name="varies"><default>sites</default></key>'
        )
        said = '<node id="T"><data key="a">false</data></node>'
        drawing = graphml.draw(in_graphml(said + nodes("Y") + edge("T", "Y"), before=keys))

        assert drawing.marked("unobserved") == ("Y",)
        assert drawing.edges["T", "Y"] == {"varies": "sites"}

    def test_what_means_nothing_here_stops_nothing(self):
        keys = (
            '<key id="a" for="node" attr.name="age" attr.type="int"/><key/><key id="c" attr.type="nonsense"/>'
        )
        said = '<data key="a">about ten</data><data key="gone">x</data><data/><data key="c"><z/></data>'
        text = f'<node id="T"><desc>no</desc>{said}<port name="p"/></node>{nodes("Y")}' + edge(
            "T", "Y", ' sourceport="p"'
        )
        values = '<attvalues><attvalue for="9" value="x"/><attvalue/></attvalues><spells/>'
        in_nodes = f'<nodes><node id="T">{values}</node><node id="Y"/></nodes><edges>{edge("T", "Y", inside=values)}</edges>'

        assert arrows(graphml.draw(in_graphml(text, before=keys))) == {"T>Y"}
        assert arrows(gexf.draw(in_gexf(f'<attributes class="x"><attribute/></attributes>{in_nodes}'))) == {
            "T>Y"
        }

    @pytest.mark.parametrize("word", ["yes", "TRUE", "1", "1.0"])
    def test_a_mark_in_the_words_of_other_programs(self, word):
        keys = '<key id="a" for="node" attr.name="unobserved" attr.type="boolean"/>'
        text = f'<node id="T"><data key="a"> {word}\n</data></node>'

        assert graphml.draw(in_graphml(text, before=keys)).marked("unobserved") == ("T",)

    def test_a_mark_that_says_neither_yes_nor_no(self):
        found = error(graphml.draw, in_graphml('<node id="T">\n <data key="unobserved">maybe</data></node>'))

        assert (found.line, found.column) == (4, 2)
        assert found.message == "'unobserved' is 'maybe'; write true or false"

    def test_what_is_said_twice(self):
        said = '<data key="role">treatment</data><data key="role">outcome</data>'
        found = error(graphml.draw, in_graphml(f'<node id="T">{said}</node>'))

        assert found.message == "'role' is said twice, 'treatment' and 'outcome'; drop one"
        shown = said.replace("role", "label")
        assert graphml.draw(in_graphml(f'<node id="T">{shown}</node>')).nodes["T"] == {"label": "outcome"}


MISTAKES = [
    (graphml.draw, in_graphml(nodes("T") + "\n" + edge("T", "Y")), 4, "the target of an edge is 'Y', and no node has"),
    (graphml.draw, in_graphml(nodes("T") + '\n<edge source="T"/>'), 4, "an edge has no target; it names the id"),
    (graphml.draw, in_graphml(nodes("T") + "\n<node/>"), 4, "a node has no id"),
    (graphml.draw, in_graphml(nodes("T") + "\n" + nodes("T")), 4, "the node 'T' stands twice: here and on line 3"),
    (graphml.draw, in_graphml("\n<hyperedge/>"), 4, "found <hyperedge>, an edge that joins any number of nodes"),
    (graphml.draw, in_graphml("\n<node id='T'><locator/></node>"), 4, "found <locator>, a part of the graph in another"),
    (graphml.draw, in_graphml(nodes("T") + "\n" + edge("T", "T", inside="<graph/>")), 4, "found a graph inside an edge"),
    (graphml.draw, "<graphml>\n</graphml>", 1, "the document holds no graph"),
    (gexf.draw, "<gexf>\n</gexf>", 1, "the document holds no graph"),
    (gexf.draw, in_gexf("<nodes><node id='T'>\n<parents><parent for='Y'/></parents></node></nodes>"), 3, "found <parents>"),
    (graphml.draw, "<graphml>\n<graph>", 2, "malformed XML: the text ends before the end of <graph> of line 2"),
    (graphml.draw, "<graphml>\n  a & b</graphml>", 2, "malformed XML: found 'b</graphml>', which XML does not allow"),
    (graphml.draw, "<graphml>&nbsp;</graphml>", 1, "malformed XML: found '&nbsp;</graphml>', a name for a character"),
    (graphml.draw, "<!DOCTYPE g [\n<!ENTITY a 'b'>]><graphml>&a;</graphml>", 2, "found 'a', an abbreviation (an entity)"),
    (graphml.draw, "<!DOCTYPE g SYSTEM 'g.dtd'>\n<graphml a='&b;'/>", 2, "found '&b;', an abbreviation (an entity)"),
    (graphml.draw, "<!DOCTYPE html>\n<html><br></html>", 2, "this is XML of another kind: found <html>"),
]  # fmt: skip


@pytest.mark.parametrize(("draw", "text", "line", "message"), MISTAKES)
def test_a_mistake_is_told_in_our_words_on_its_line(draw, text, line, message):
    found = error(draw, text)

    assert found.message.startswith(message)
    assert found.line == line


def test_a_document_type_that_abbreviates_nothing_is_let_be():
    assert set(graphml.draw("<!DOCTYPE graphml SYSTEM 'graphml.dtd'>" + in_graphml(nodes("T"))).nodes) == {
        "T"
    }


def test_a_second_graph_is_told_and_an_empty_one_is_none():
    one = f'<graph id="G" edgedefault="directed">{nodes("T", "Y")}{edge("T", "Y")}</graph>'
    other = '<graph id="H" edgedefault="directed"><node id="A"/></graph>'
    found = error(graphml.draw, f"<graphml>{one}\n{other}</graphml>")

    assert found.line == 2
    assert (
        found.message
        == "the file holds 2 graphs: 'G' (line 1), 'H' (line 2); a design has one: keep one in the file"
    )
    assert arrows(graphml.draw(f'<graphml><graph id="E"/>{one}</graphml>')) == {"T>Y"}
    two = "<gexf><graph><nodes><node id='T'/></nodes></graph>\n<graph><nodes><node id='Y'/></nodes></graph></gexf>"
    assert error(gexf.draw, two).message.startswith("the file holds 2 graphs (line 1, line 2)")


def test_every_mistake_is_told_and_of_many_how_many():
    few = error(graphml.draw, in_graphml(nodes("T") + "".join("\n" + edge("T", f"Y{n}") for n in range(3))))
    many = error(
        graphml.draw, in_graphml(nodes("T") + "".join("\n" + edge("T", f"Y{n}") for n in range(4000)))
    )

    assert str(few).count("no node has that id") == 3
    assert "\n  - line 6, column 1: the target of an edge is 'Y2'" in str(few)
    assert str(many).count("no node has that id") == 10
    assert str(many).endswith("\n  - and 3,990 problems more")


def test_what_is_too_large_is_refused_in_few_words():
    long = "x" * 1_000_000
    for text, limit in (
        (in_graphml(nodes(long)), NAME_LETTERS),
        (in_graphml(f'<node id="T"><data key="label">{long}</data></node>'), TEXT_LETTERS),
        ("<graphml>" + "<graph>" * 500, XML_LEVELS),
    ):
        found = error(graphml.draw, text)
        assert limit.reason in found.message
        assert len(str(found)) < 500
    assert len(str(error(graphml.draw, in_graphml(nodes("T") + edge("T", long))))) < 500
    assert len(str(error(graphml.draw, f"<{long}/>"))) < 500


def test_unknown_options_are_told_one_by_one_up_to_ten():
    options = "".join(f'<data key="identcheck_site{n}">1</data>' for n in range(3000))
    with pytest.raises(InvalidDesignError) as caught:
        from_text(
            in_graphml(options + nodes("T", "M", "Y") + edge("T", "M") + edge("M", "Y")),
            "graphml",
            treatment="T",
            outcome="Y",
        )

    assert "unknown option 'site0' (did you mean 'sites'?)" in caught.value.problems[0]
    assert "and 2,990 unknown options more" in caught.value.problems[10]
    assert len(caught.value.problems) == 11


def test_options_that_go_too_deep_are_told():
    deep = "[" * 200_000
    found = error(graphml.draw, in_graphml(f'<data key="identcheck_sites">{deep}</data>{nodes("T")}'))

    assert found.message == "the value of 'identcheck_sites' cannot be read; write it as JSON"
