"""Text of other programs, design files and links, pasted into the editor: drawn, or refused in words."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

import identcheck as ic
from identcheck.drawing.edit import design_drawn, drawing_of
from identcheck.drawing.pasted import pasted
from identcheck.drawing.share import MOST_UNPACKED, fragment, is_link, opened_link
from identcheck.errors import IdentcheckError
from identcheck.formats import dumps
from tests.drawing.drawings import trial
from tests.drawing.test_answers import ask
from tests.tools import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))
FORMATS = ("toml", "json", "dagitty", "lavaan", "dot", "graphml", "gexf", "node-link")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_in_every_format_is_drawn(file: Path, format: Any) -> None:
    design = ic.load(file)
    text = dumps(design, format)
    assert design_drawn(pasted(text).drawing) == ic.Design.from_text(text, format)


@pytest.mark.parametrize(
    ("text", "arrows"),
    [
        ("dag { T -> M -> Y ; M <-> Y }", [("T", "M"), ("M", "Y")]),
        ("M ~ T\nY ~ M\nM ~~ Y", [("T", "M"), ("M", "Y")]),
        ("digraph { T -> M; M -> Y; M -> Y [dir=both style=dashed] }", [("T", "M"), ("M", "Y")]),
        ("T -> M -> Y\nM <-> Y", [("T", "M"), ("M", "Y")]),
        ("T → M → Y\nM <-> Y", [("T", "M"), ("M", "Y")]),
    ],
)
def test_a_graph_without_roles_is_drawn_and_the_roles_are_offered(
    text: str, arrows: list[tuple[str, str]]
) -> None:
    drawing = pasted(text).drawing
    assert sorted((a["from"], a["to"]) for a in drawing["arrows"]) == sorted(arrows)
    problems = [a for a in ask(drawing) if a["kind"] == "problem"]
    offered = {m["words"] for problem in problems for m in problem["mends"]}
    assert {"T is the treatment", "Y is the outcome"} <= offered


def test_a_graph_with_a_cycle_is_drawn_with_its_roles() -> None:
    drawing = pasted("dag { T [exposure] Y [outcome] T -> A -> B -> A ; B -> Y }").drawing
    assert (drawing["treatment"], drawing["outcome"]) == (["T"], "Y")
    assert any("cycle" in a["text"] for a in ask(drawing) if a["kind"] == "problem")


def test_what_is_not_in_the_drawing_is_said() -> None:
    plan = (REPOSITORY / "examples" / "moving_to_opportunity.toml").read_text()
    assert "[plan]" in pasted(plan).remarks[0]
    marked = pasted("dag { T -> M -> Y ; M [adjusted] }")
    assert marked.remarks == ["the mark 'adjusted' of M"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no text"),
        ("   \n", "no text"),
        ("Dear colleague, here is the graph.", "nothing that can be drawn"),
        ("import networkx as nx\ng = nx.DiGraph()", "Python code"),
        ("flowchart LR\n a --> b", "Mermaid"),
        ("a,b,c\n1,2,3\n4,5,6", "table of data"),
        ("dag { T -> }", "line 1, column"),
        ("digraph { a -- b }", "line 1, column"),
        ("T -> M -> -> Y", "line 1, column"),
        ('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Q"\n', "'Q'"),
        ('graph = "T -> M -> Y\ntreatment = "T"', "line 1, column"),
        ("<html><script>alert(1)</script></html>", "web page"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(text: str, says: str) -> None:
    answer, last = ask({}, "read", text=text)
    assert answer["kind"] == "unread"
    assert says in " ".join(answer["problems"])
    assert last["kind"] == "done"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_link_holds_the_design_its_places_and_grants(file: Path) -> None:
    design = ic.load(file)
    drawing = drawing_of(design, {name: [10 * k, 5] for k, name in enumerate(design.drawn)})
    found = fragment(drawing, ["vi", "bypass"])
    assert len(found) < 6_000
    for link in (f"http://127.0.0.1:8123/#{found}", f"#{found}", found, f"  https://a.example/b/#{found}\n"):
        assert is_link(link)
        again, assume = opened_link(link)
        assert design_drawn(again) == design
        assert again["positions"] == drawing["positions"]
        assert assume == ["vi", "bypass"]
    assert pasted(f"http://127.0.0.1:8123/#{found}").kind == "a link"


def packed(held: object) -> str:
    raw = held if isinstance(held, bytes) else json.dumps(held).encode()
    return "#design=" + base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")


GOOD = {"graph": "T -> M -> Y", "treatment": "T", "outcome": "Y"}
HOSTILE = [
    "#design=AAAA", "#design=" + "A" * 5000, packed(b"\xff"), packed(b"{"), packed([]), packed({}), packed({"design": None}),
    packed({"design": []}), packed({"design": GOOD, "positions": [1]}), packed({"design": GOOD, "assume": "vi"}),
    packed({"design": GOOD | {"outcome": "Q"}}), packed(b"[" * 100_000), packed(b" " * (MOST_UNPACKED + 1)),
    packed({"design": {"nodes": [], "links": []}}), packed({"design": GOOD | {"labels": {"M": 3}}}),
    packed({"design": GOOD | {"__proto__": {"x": 1}}}), packed(json.dumps({"design": GOOD}).encode() * 9_000),
    packed({"design": GOOD})[:-9],
]  # fmt: skip


@pytest.mark.parametrize("link", HOSTILE)
def test_a_hostile_link_is_refused_in_words(link: str) -> None:
    answer, last = ask({}, "read", text=link)
    assert answer["kind"] == "unread"
    assert all(isinstance(text, str) and text for text in answer["problems"])
    assert last["kind"] == "done"


def test_places_of_a_link_that_are_none_are_left_out() -> None:
    spots = {"T": [1, 2], "M": ["x", 2], "Y": [1e99, 0], "Q": [1, 2]}
    drawing, _ = opened_link(packed({"design": GOOD, "positions": spots}))
    assert drawing["positions"] == {"T": [1, 2]}


def test_what_is_no_design_is_not_shared() -> None:
    with pytest.raises(IdentcheckError):
        fragment(trial(2) | {"outcome": ""}, [])
    assert ask(trial(2) | {"outcome": ""}, "share")[0]["kind"] == "problem"
    assert ask(trial(2), "share")[0]["fragment"].startswith("design=")


def test_a_link_is_opened_from_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found, addresses = fragment(trial(2), []), []

    def stop(address: str) -> None:
        addresses.append(address)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ic.draw(f"http://127.0.0.1:1/#{found}", browser=False, told=stop)
    assert addresses[0].endswith(f"&{found}")
    with pytest.raises(IdentcheckError, match="damaged"):
        ic.draw("http://127.0.0.1:1/#design=AAAA", browser=False, told=stop)
    assert list(tmp_path.iterdir()) == []
