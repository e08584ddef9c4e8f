"""Text of one kind in a file of another: it is refused by what it looks like, with the way to load it."""

from pathlib import Path

import pytest

from identcheck.errors import IdentcheckError
from identcheck.formats import SUFFIXES, dumps, from_text, load
from identcheck.formats.lookalikes import kind_of

DESIGN = from_text('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\n', "toml")
OTHERS = {
    "Mermaid text": "flowchart TD\n  T --> M\n  M --> Y\n",
    "GML text": 'Creator "me"\ngraph [\n  directed 1\n  node [ id 1 label "T" ]\n]\n',
    "YAML": 'title: x\ngraph: "T -> M -> Y"\ntreatment: T\n',
    "a table of data (CSV)": "site,T,M,Y\n1,0,2.5,3\n2,1,2,4\n",
    "Python code": '"""A design."""\n\nimport identcheck as ic\n',
    "R code": "library(dagitty)\n",
    "R code around dagitty text": 'g <- dagitty("dag { T -> M }")\n',
    "arrows alone": "T -> M -> Y\nT -> Y\n",
    "a web page": "<!DOCTYPE html>\n<html></html>",
    "a document of a word processor (RTF)": "{\\rtf1 text}",
    "text of Tetrad": "Graph Nodes:\nT;M;Y\n\nGraph Edges:\n1. T --> M\n",
}
NAMES = {
    "toml": "a design file in TOML",
    "json": "JSON",
    "dagitty": "dagitty text",
    "lavaan": "a lavaan model",
    "dot": "DOT text of Graphviz",
    "graphml": "GraphML text",
    "gexf": "GEXF text",
}
MISNAMED = [
    (format, suffix)
    for format in NAMES
    for suffix in (*NAMES, "txt", "csv")
    if format != suffix and (format, suffix) != ("dot", "dagitty")  # dagitty reads the arrows of DOT
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refused(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(IdentcheckError) as caught:
        load(name)
    return str(caught.value)


@pytest.mark.parametrize(("format", "suffix"), MISNAMED)
def test_a_format_under_another_name_is_told_and_then_loaded(format: str, suffix: str) -> None:
    message = refused(f"trial.{suffix}", dumps(DESIGN, format))

    assert f"looks like {NAMES[format]}" in message
    named = message.split("name the file '")[1].split("'")[0]
    Path(f"trial.{suffix}").rename(named)
    assert load(named).mediators == ("M",)


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("name", ["trial.toml", "trial.txt"])
def test_what_no_format_reads_is_told_with_a_way_on(kind: str, name: str) -> None:
    found = kind_of(OTHERS[kind])

    assert found is not None
    assert found.name == kind
    assert f"looks like {kind}" in refused(name, OTHERS[kind])
    assert found.how(name) in refused(name, OTHERS[kind])


def test_a_design_file_with_a_mistake_is_not_taken_for_something_else() -> None:
    for text in (
        "graph = T -> M -> Y\n",
        'title: "x"\ngraph = "T -> Y"\n',
        "[labels]\nT = a\n",
        "sites = 1,200\n",
    ):
        assert "looks like" not in refused("trial.toml", text)


def test_text_without_a_file_is_told_the_format() -> None:
    with pytest.raises(
        IdentcheckError, match=r"this looks like dagitty text, not like TOML; load its text by .*'dagitty'"
    ):
        from_text("dag { T -> M }", "toml")


def test_what_looks_like_nothing_is_answered_with_the_formats() -> None:
    assert refused("trial.txt", "hello world").endswith(
        "known are " + ", ".join(f".{suffix}" for suffix in SUFFIXES)
    )
