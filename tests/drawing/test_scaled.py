"""Places of a graph of dagitty are kept when it is pasted."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.edit import drawing_of
from identcheck.drawing.pasted import pasted
from identcheck.drawing.place import place
from identcheck.drawing.scaled import places
from identcheck.formats import from_text
from identcheck.picture.values import Rect

GRAPH = """dag {
bb="0,0,1,1"
T [exposure,pos="0.1,0.5"]
M1 [pos="0.4,0.2"]
M2 [pos="0.4,0.8"]
Y [outcome,pos="0.9,0.5"]
T -> {M1 M2} -> Y
}"""


def rects(drawing: dict[str, object]) -> list[Rect]:
    boxes = place(drawing)["boxes"]
    return [Rect.around(box["x"], box["y"], box["width"], box["height"]) for box in boxes]


@pytest.mark.parametrize("text", [GRAPH, GRAPH.replace("exposure,", "")], ids=["a design", "no treatment"])
def test_places_are_kept_in_proportion_and_no_boxes_overlap(text: str) -> None:
    drawing = pasted(text).drawing
    spots = drawing["positions"]
    across = [(spots[name][0] - spots["T"][0]) / (spots["Y"][0] - spots["T"][0]) for name in ("M1", "M2")]
    assert across == pytest.approx([3 / 8, 3 / 8], abs=0.01)
    up = (spots["M2"][1] - spots["M1"][1]) / (spots["Y"][0] - spots["T"][0])
    assert up == pytest.approx(0.6 / 0.8, abs=0.01)
    assert spots["T"][1] == spots["Y"][1]
    assert not any(one.overlaps(other) for one, other in combinations(rects(drawing), 2))
    assert {box["name"]: [box["x"], box["y"]] for box in place(drawing)["boxes"]} == spots


def test_a_variable_without_a_place_or_upon_another_is_placed_anew() -> None:
    text = GRAPH.replace('M1 [pos="0.4,0.2"]', "M1").replace('"0.4,0.8"', '"0.1,0.5"')
    drawing = pasted(text).drawing
    assert set(drawing["positions"]) == {"T", "Y"}
    assert not any(one.overlaps(other) for one, other in combinations(rects(drawing), 2))


def test_one_place_for_all_is_none() -> None:
    assert pasted('dag { T [exposure,pos="1,1"] Y [outcome,pos="1,1"] T -> Y }').drawing["positions"] == {}


def test_places_that_nearly_coincide_do_not_stretch_the_graph_without_end() -> None:
    text = GRAPH.replace("0.4,0.8", "0.4,0.2000001")
    drawing = pasted(text).drawing
    assert max(abs(n) for spot in drawing["positions"].values() for n in spot) < 3_000
    assert not any(one.overlaps(other) for one, other in combinations(rects(drawing), 2))


def test_a_file_of_dagitty_keeps_them_too(tmp_path: Path) -> None:
    path = tmp_path / "model.dagitty"
    path.write_text(GRAPH)
    assert DesignFile(path).drawing["positions"] == pasted(GRAPH).drawing["positions"]


def test_from_the_older_form_too() -> None:
    text = "T E @0.1,0.5\nM 1 @0.4,0.2\nY O @0.9,0.5\n\nT M\nM Y\n"
    assert set(places(text, "dagitty", drawing_of(from_text(text, "dagitty")))) == {"T", "M", "Y"}
