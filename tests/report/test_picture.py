"""The picture of the graph: nothing overlaps, nothing is lost, nothing from the user is obeyed."""

import random
import re
import subprocess
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest

from identcheck.picture import Edge, Layout, Node, layout, svg, tikz
from identcheck.picture.geometry import line_meets, polyline
from identcheck.picture.text import runs, wrap
from tests.report.pictures import HOSTILE, LONG, PICTURES, Picture, complete, graph, sparse
from tests.tools import require_program

SVG = "{http://www.w3.org/2000/svg}"
LABELLED = [name for name, (_, edges) in PICTURES.items() if len(edges) <= 40]
ESCAPES = {char: "\\" + char for char in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def escape_tex(text: str) -> str:
    known = (char if ord(char) < 0x250 else "?" for char in text.replace("–", "-"))
    return "".join(ESCAPES.get(char, char) for char in known)


@pytest.fixture(scope="module")
def layouts() -> dict[str, Layout]:
    return {name: layout(*picture) for name, picture in PICTURES.items()}


def assert_clear(picture: Layout) -> None:
    """No box or label lies on another, and no arrow runs through a box it does not join."""
    boxes = [(box.node.name, box.rect) for box in picture.boxes]
    labels = [(a.edge.label_text, a.label.rect) for a in picture.arrows if a.label]
    for (one, here), (two, there) in combinations(boxes + labels, 2):
        assert not here.overlaps(there), f"{one!r} lies on {two!r}"
    for arrow in picture.arrows:
        for name, rect in boxes:
            if name not in (arrow.edge.source, arrow.edge.target):
                assert not line_meets(polyline(arrow.curve), rect), f"{arrow.edge} runs over {name}"


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_graph_gives_the_same_picture(name: str, layouts: dict[str, Layout]) -> None:
    if len(PICTURES[name][1]) < 12 or name == "complete 28":
        assert layout(*PICTURES[name]) == layouts[name]
    assert svg(layouts[name]) == svg(layouts[name])


@pytest.mark.parametrize("name", LABELLED)
def test_boxes_labels_and_arrows_are_clear_of_one_another(name: str, layouts: dict[str, Layout]) -> None:
    assert_clear(layouts[name])


@pytest.mark.parametrize("name", PICTURES)
def test_a_compact_picture_is_clear_and_without_labels(name: str, layouts: dict[str, Layout]) -> None:
    nodes, edges = PICTURES[name]
    small = layout(nodes, edges, compact=True)
    if name in LABELLED:
        assert_clear(small)
    assert small.width <= 1.2 * layouts[name].width
    assert not any(arrow.label or box.caption_lines for arrow in small.arrows for box in small.boxes)
    for box in small.boxes:
        assert "".join(box.name_lines).replace(" ", "") in (
            box.node.name.replace(" ", ""),
            "".join(box.node.caption.split()),
        )
    assert svg(small).count("<title>") == len(nodes) + 1


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs_are_clear(seed: int) -> None:
    rng = random.Random(seed)
    assert_clear(layout(*sparse(rng.randint(1, 7), rng.choice([0.0, 0.2, 0.4]), seed)))


@pytest.mark.parametrize("name", PICTURES)
def test_boxes_never_overlap_however_crowded(name: str, layouts: dict[str, Layout]) -> None:
    rects = [box.rect for box in layouts[name].boxes]
    assert not any(one.overlaps(two) for one, two in combinations(rects, 2))


@pytest.mark.parametrize("name", PICTURES)
def test_everything_lies_within_the_frame(name: str, layouts: dict[str, Layout]) -> None:
    picture = layouts[name]
    corners = [rect for box in picture.boxes for rect in [box.rect]]
    corners += [arrow.label.rect for arrow in picture.arrows if arrow.label]
    points = [p for r in corners for p in ((r.left, r.top), (r.right, r.bottom))]
    points += [p for arrow in picture.arrows for p in polyline(arrow.curve)]
    points += [(key.x, key.y) for key in picture.legend]
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in points)


@pytest.mark.parametrize("name", LABELLED)
def test_causal_arrows_go_from_left_to_right(name: str, layouts: dict[str, Layout]) -> None:
    x = {box.node.name: box.x for box in layouts[name].boxes}
    edges = [arrow.edge for arrow in layouts[name].arrows if arrow.edge.causal]
    assert all(x[edge.source] < x[edge.target] for edge in edges)


def test_every_node_and_edge_is_drawn_once(layouts: dict[str, Layout]) -> None:
    for name, (nodes, edges) in PICTURES.items():
        assert [box.node for box in layouts[name].boxes] == nodes
        assert [arrow.edge for arrow in layouts[name].arrows] == edges


def test_labels_stand_on_their_own_arrow_and_only_causal_arrows_have_one(
    layouts: dict[str, Layout],
) -> None:
    for name in LABELLED:
        for arrow in layouts[name].arrows:
            assert (arrow.label is not None) == arrow.edge.causal
            if arrow.label:
                assert line_meets(polyline(arrow.curve, 60), arrow.label.rect)


def test_parallel_mediators_are_symmetric(layouts: dict[str, Layout]) -> None:
    y = {box.node.name: box.y for box in layouts["parallel"].boxes}
    assert y["T"] == y["Y"] == (y["M1"] + y["M2"]) / 2
    assert y["M1"] < y["M2"]


def test_above_forty_arrows_labels_are_left_out_and_the_layout_says_so(
    layouts: dict[str, Layout],
) -> None:
    crowded = layouts["complete 28"]
    assert crowded.notes == ("coefficient labels are left out: 435 arrows",)
    assert not any(arrow.label for arrow in crowded.arrows)
    assert all(layouts[name].notes == () for name in LABELLED)
    assert "labeled" not in svg(crowded)


def test_legend_explains_only_what_needs_explaining(layouts: dict[str, Layout]) -> None:
    signs = {name: [key.sign for key in picture.legend] for name, picture in layouts.items()}
    assert signs["figure 2"] == []
    assert signs["varies"] == ["persons", "sites", "none", "unobserved"]
    assert signs["baseline"] == ["unobserved", "baseline"]


@pytest.mark.parametrize("name", PICTURES)
def test_svg_is_well_formed_self_contained_and_described(name: str, layouts: dict[str, Layout]) -> None:
    root = ET.fromstring(svg(layouts[name]))
    assert root.tag == SVG + "svg"
    assert root.attrib["role"] == "img"
    assert [child.tag for child in root][:2] == [SVG + "title", SVG + "desc"]
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "rect", "path", "text", "tspan"}
    names = {key for element in root.iter() for key in element.attrib}
    assert not names & {"style", "class", "id", "href"}
    assert not any(key.startswith("on") for key in names)


@pytest.mark.parametrize("name", PICTURES)
def test_user_text_is_literal_in_svg(name: str, layouts: dict[str, Layout]) -> None:
    root = ET.fromstring(svg(layouts[name]))
    groups = list(root.iter(SVG + "g"))
    for box, group in zip(layouts[name].boxes, groups, strict=True):
        written = " ".join(text.text or "" for text in group.iter(SVG + "text"))
        told = "" if box.node.caption == box.node.name else box.node.caption
        assert without_space(written) == without_space(box.node.name + told)
        assert " ".join(box.node.caption.split()) in (group.findtext(SVG + "title") or "")


def without_space(text: str) -> str:
    return "".join(text.split())


def test_description_names_every_arrow(layouts: dict[str, Layout]) -> None:
    words = ET.fromstring(svg(layouts["figure 2"])).findtext(SVG + "desc") or ""
    assert "V, use of the voucher (mediator)" in words
    for arrow in ("from T to V, labeled Γ_{V}", "from V to NP, labeled Λ_{V,NP}"):
        assert arrow in words


def test_subscripts_are_set_as_subscripts() -> None:
    root = ET.fromstring(svg(layout(*graph("T -> V -> Y"))))
    spans = [(s.text, s.attrib.get("dy")) for s in root.iter(SVG + "tspan")]
    assert spans == [("Γ", None), ("V", "4"), ("Δ", None), ("V", "4")]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Γ_V", [("Γ", "base"), ("V", "sub")]),
        ("Γ*_2", [("Γ*", "base"), ("2", "sub")]),
        ("Λ_{V,NP}", [("Λ", "base"), ("V,NP", "sub")]),
        ("Δ^{tot}_k", [("Δ", "base"), ("tot", "sup"), ("k", "sub")]),
        ("Γ_{hours_1}+b", [("Γ", "base"), ("hours_1", "sub"), ("+b", "base")]),
        ("Γ_{open", [("Γ", "base"), ("open", "sub")]),
        ("x_", [("x", "base")]),
        ("", []),
    ],
)
def test_labels_are_read_as_runs(label: str, expected: list[tuple[str, str]]) -> None:
    assert [tuple(run) for run in runs(label)] == expected


@pytest.mark.parametrize("text", [LONG, HOSTILE, "a" * 90, "住" * 50, "one", "", "  a \n b "])
def test_wrapping_loses_nothing(text: str) -> None:
    lines = wrap(text, 18)
    assert without_space("".join(lines)) == without_space(text)
    assert all(len(line) <= 30 for line in lines)


@pytest.mark.parametrize("name", PICTURES)
def test_tikz_holds_user_text_only_as_escaped(name: str, layouts: dict[str, Layout]) -> None:
    passed: list[str] = []

    def code(text: str) -> str:
        passed.append(text)
        return f"<{len(passed) - 1}>"

    source = tikz(layouts[name], code)
    shown = without_space("".join(passed))
    for box in layouts[name].boxes:
        assert without_space(box.node.name) in shown
        assert without_space(box.node.caption) in shown
        assert box.node.caption == box.node.name or box.node.caption not in source
    assert sorted(map(int, re.findall(r"<(\d+)>", source))) == list(range(len(passed)))
    assert "input" not in source
    assert "script>" not in source


def test_tikz_sets_labels_as_maths(layouts: dict[str, Layout]) -> None:
    source = tikz(layouts["figure 2"], escape_tex)
    for edge in PICTURES["figure 2"][1]:
        assert source.count(f"{{${edge.label_latex}$}}") == 1


@pytest.mark.parametrize("name", PICTURES)
def test_tikz_fits_the_page(name: str, layouts: dict[str, Layout]) -> None:
    source = tikz(layouts[name], escape_tex)
    found = re.search(r"scale=([\d.]+)", source)
    unit = (float(found[1]) if found else 1.0) * 0.75 / 72.27 * 2.54
    assert layouts[name].width * unit <= 16.01
    assert layouts[name].height * unit <= 20.01


def test_tikz_compiles_without_warnings(tmp_path: Path, layouts: dict[str, Layout]) -> None:
    require_program("pdflatex")
    pictures = "\n".join(f"\\noindent\n{tikz(picture, escape_tex)}" for picture in layouts.values())
    (tmp_path / "pictures.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{lmodern}"
        r"\usepackage[a4paper,textwidth=16cm,textheight=24cm]{geometry}"
        r"\usepackage{tikz}\usetikzlibrary{arrows.meta}\raggedbottom"
        f"\n\\begin{{document}}\n{pictures}\n\\end{{document}}\n",
        encoding="utf-8",
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "pictures.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    log = (tmp_path / "pictures.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]
    assert not re.findall(r"(?im)^.*(?:warning|overfull|underfull|missing character).*$", log)


@pytest.mark.parametrize(
    "picture",
    [
        ([Node("T", "", "treatment")], []),
        ([Node("X", "", "baseline"), Node("Z", "", "baseline")], [Edge("X", "Z", "", "")]),
        ([Node("T", "", "treatment"), Node("Y", "", "outcome")], []),
        ([Node("\x00", "\x1b[0m\ud800", "treatment")], []),
    ],
)
def test_odd_graphs_are_drawn(picture: Picture) -> None:
    placed = layout(*picture)
    ET.fromstring(svg(placed))
    assert tikz(placed, escape_tex).startswith(r"\begin{tikzpicture}")


def test_a_picture_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one node"):
        layout([], [])


def test_an_edge_to_an_unknown_node_is_refused() -> None:
    with pytest.raises(ValueError, match="'T' -> 'Z': no node 'Z'"):
        layout([Node("T", "", "treatment")], [Edge("T", "Z", "", "")])


def test_every_arrow_of_a_complete_graph_is_there() -> None:
    assert len(layout(*complete(3)).arrows) == 10
