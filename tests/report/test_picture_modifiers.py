"""Modifiers in the picture: each arrow of theirs ends on the arrow that it moves, and nothing lies on anything."""

import random
import re
from itertools import combinations, pairwise

import pytest

import identcheck as ic
from identcheck.picture import Edge, Influence, Layout, Node, layout, svg, tikz
from identcheck.picture.geometry import distance, line_meets, polyline
from identcheck.report.sections.graph import graph_block, short_graph
from tests.drawn import drawn
from tests.report.pictures import HOSTILE, PICTURES, complete, graph, sparse
from tests.report.test_picture import escape_tex

WAGES = Node("wages", "entry wages in the county", "modifier")
SIZE = Node("size", "", "modifier", observed=False)
FIGURE_2 = graph(
    "T -> V -> NP -> Y; V -> Y", {"V": "use of the voucher", "NP": "poverty of the neighborhood"}
)


def with_modifiers(picture, count: int, seed: int, compact: bool = False) -> Layout:
    """A picture with modifiers that move one to three arrows each, in a chain."""
    rng = random.Random(seed)
    nodes, edges = picture
    effects = [(edge.source, edge.target) for edge in edges if not edge.both]
    influences = [
        Influence(f"Z{k}", on)
        for k in range(count)
        for on in rng.sample(effects, min(len(effects), rng.randint(1, 3)))
    ]
    beside = [
        Node(f"Z{k}", rng.choice(("", "a characteristic of the site")), "modifier") for k in range(count)
    ]
    links = [
        Edge(f"Z{k}", f"Z{k + 1}", "", "", causal=False, beside=True)
        for k in range(count - 1)
        if rng.random() < 0.5
    ]
    return layout([*nodes, *beside], [*edges, *links], compact, influences)


def assert_clear(picture: Layout, pointers: bool = True) -> None:
    labels = [arrow.label.rect for arrow in picture.arrows if arrow.label]
    for one, other in combinations([*(box.rect for box in picture.boxes), *labels], 2):
        assert not one.overlaps(other)
    for pointer in picture.pointers:
        on = next(a for a in picture.arrows if (a.edge.source, a.edge.target) == pointer.influence.on)
        tip = pointer.line[1]
        line = polyline(on.curve, 200)
        assert min(distance(tip, p, q) for p, q in pairwise(line)) < 1
        for box in picture.boxes if pointers else ():
            if box.node.name != pointer.influence.source:
                assert not line_meets(list(pointer.line), box.rect)
        for label in labels if pointers else ():
            assert not line_meets(list(pointer.line), label)
    corners = [*(box.rect for box in picture.boxes), *labels]
    points = [p for r in corners for p in ((r.left, r.top), (r.right, r.bottom))]
    points += [point for pointer in picture.pointers for point in pointer.line]
    points += [point for arrow in picture.arrows for point in polyline(arrow.curve)]
    assert all(-0.01 <= x <= picture.width + 0.01 and -0.01 <= y <= picture.height + 0.01 for x, y in points)


@pytest.mark.parametrize("seed", range(10))
def test_small_pictures_are_clear(seed: int) -> None:
    for compact in (False, True):
        picture = sparse(random.Random(seed).randint(1, 4), 0.2, seed)
        assert_clear(with_modifiers(picture, 1 + seed % 3, seed, compact))


@pytest.mark.parametrize("seed", range(3))
def test_boxes_and_labels_are_apart_in_larger_ones(seed: int) -> None:
    assert_clear(with_modifiers(sparse(7, 0.3, seed), 4, seed), pointers=False)


def test_a_crowded_picture_has_its_modifiers_too() -> None:
    nodes, edges = complete(9)
    found = with_modifiers((nodes, edges), 2, 1)

    assert len(edges) > 40
    assert {box.node.name for box in found.boxes} >= {"Z0", "Z1"}
    rects = [box.rect for box in found.boxes]
    assert not any(one.overlaps(other) for one, other in combinations(rects, 2))


@pytest.mark.parametrize("name", [name for name, (_, edges) in PICTURES.items() if len(edges) < 12])
def test_the_graph_itself_stands_as_without_them(name: str) -> None:
    """Unless it had to be stretched to make room: which boxes stand left of which stays."""
    nodes, edges = PICTURES[name]
    effects = [(edge.source, edge.target) for edge in edges if not edge.both]
    plain = layout(nodes, edges)
    found = layout([*nodes, WAGES], edges, influences=[Influence("wages", effects[0])])

    def order(picture: Layout) -> list[str]:
        placed = sorted(picture.boxes, key=lambda box: (round(box.x), box.node.name))
        return [box.node.name for box in placed if box.node is not WAGES]

    assert order(found) == order(plain)


def test_what_is_written_down() -> None:
    nodes, edges = FIGURE_2
    link = Edge("size", "wages", "", "", causal=False, beside=True)
    found = layout([*nodes, WAGES, SIZE], [*edges, link], influences=[Influence("wages", ("T", "V"))])
    drawing, text = svg(found), tikz(found, escape_tex)

    assert "wages, entry wages in the county (modifier)" in drawing
    assert "size (modifier, not measured)" in drawing
    assert "from wages to the arrow from T to V, whose effect it changes" in drawing
    assert [key.sign for key in found.legend] == ["unobserved", "modifier"]
    assert text.count(r"\draw[ic moves]") == 2
    assert re.search(r"\\node\[ic variable, ic unobserved, ic modifier, rounded corners=.* size\}", text)
    assert layout([*nodes, WAGES, SIZE], [*edges, link], influences=[Influence("wages", ("T", "V"))]) == found


def test_names_are_escaped() -> None:
    nodes, edges = FIGURE_2
    odd = Node(HOSTILE, HOSTILE, "modifier")
    found = layout([*nodes, odd], edges, influences=[Influence(HOSTILE, ("T", "V"))])

    assert "<script" not in svg(found)
    assert r"\input{x}" not in tikz(found, escape_tex)


@pytest.mark.parametrize("wrong", [Influence("wages", ("V", "T")), Influence("wage", ("T", "V"))])
def test_an_influence_on_nothing_is_refused(wrong: Influence) -> None:
    with pytest.raises(ValueError, match="no such modifier or arrow"):
        layout([*FIGURE_2[0], WAGES], FIGURE_2[1], influences=[wrong])


def test_a_design_s_modifiers_are_in_all_its_pictures() -> None:
    design = drawn(
        "T -> {hours income} -> Y",
        modifiers=[
            ic.Modifier(
                "wages", ["T -> hours", "income -> Y"], causes="size", label="entry wages in the county"
            ),
            ic.Modifier("size", (), measured=False),
        ],
    )
    full, short = graph_block(design), short_graph(design)
    names = [
        {box.node.name for box in block.picture.boxes if box.node.role == "modifier"}
        for block in (full, short)
    ]

    assert names == [{"wages", "size"}, {"entry wages in the county", "size"}]
    for block in (full, short):
        assert len(block.picture.pointers) == 2
        assert "Rounded: a modifier" in block.caption
        assert_clear(block.picture)
    result = ic.check(design)
    assert "entry wages in the county => (T -> hours), (income -> Y)" in result.render("text")
    assert "entry wages in the county ⇒ (T → hours), (income → Y)" in result.render("markdown").replace(
        "\\", ""
    )
    assert '"modifier": "entry wages in the county"' in result.render("json")


def test_the_variables_of_a_report_name_them() -> None:
    design = drawn(
        "T -> M -> Y",
        words={"person": "pupil", "site": "school"},
        modifiers=[
            ic.Modifier("wages", "T -> M", label="entry wages", measured=False),
            ic.Modifier("grade", "M -> Y", level="persons", scale="categorical", levels=3, balanced=True),
        ],
    )
    text = " ".join(ic.check(design).render("text", full=True).split())

    assert "wages: entry wages (modifier, of the school, continuous, not measured)" in text
    assert "grade: Modifier, of the pupil, 3 categories, distributed alike in all schools" in text
