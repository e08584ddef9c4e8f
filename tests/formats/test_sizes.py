"""Inputs of any size and depth are read, or refused in one short sentence at their place."""

from __future__ import annotations

import os
import socket

import networkx as nx
import pytest

from identcheck import Design, FormatError, IdentcheckError, InvalidDesignError, Plan, load
from identcheck.errors.limits import (
    DRAWN,
    FILE_BYTES,
    MESSAGE_LETTERS,
    NAME_LETTERS,
    NESTING,
    PIECES,
    PROBLEMS,
    TEXT_LETTERS,
    Limit,
)
from identcheck.formats import from_text
from identcheck.formats.chains import parse_chains

MANY = 50_000
LONG = "x" * 3_000_000

GRAPH = {
    "toml": "graph = 'T -> {} -> Y'\ntreatment = 'T'\noutcome = 'Y'\n",
    "json": '{{"graph": "T -> {} -> Y", "treatment": "T", "outcome": "Y"}}',
    "dagitty": "dag {{ T [e] Y [o] T -> {} -> Y }}",
    "lavaan": "# treatment: T\n# outcome: Y\nY ~ {0}\n{0} ~ T\n",
    "dot": "digraph {{ T [role=treatment] Y [role=outcome] T -> {} -> Y }}",
    "node-link": '{{"nodes": [{{"id": "T", "role": "treatment"}}, {{"id": "Y", "role": "outcome"}}, {{"id": "{0}"}}],'
    '"links": [{{"source": "T", "target": "{0}"}}, {{"source": "{0}", "target": "Y"}}]}}',
}


@pytest.mark.parametrize("format", GRAPH)
def test_a_name_may_have_so_many_letters_and_no_more(format):
    assert from_text(GRAPH[format].format("x" * NAME_LETTERS.most), format).mediators
    for name in ("x" * (NAME_LETTERS.most + 1), LONG):
        with pytest.raises(IdentcheckError) as caught:
            from_text(GRAPH[format].format(name), format)
        assert NAME_LETTERS.refusal(len(name)) in str(caught.value)
        assert len(str(caught.value)) < 1000


def test_a_design_made_in_python_obeys_the_same_limits():
    graph = nx.DiGraph([("T", "M"), ("M", "Y")])
    roles = {"treatment": "T", "outcome": "Y"}
    text = "x" * (TEXT_LETTERS.most + 1)
    for said in (
        {"title": text},
        {"labels": {"M": text}},
        {"justifications": {"i": text}},
        {"citations": {"i": text}},
    ):
        with pytest.raises(InvalidDesignError) as caught:
            Design(graph, **roles, **said)
        assert len(caught.value.problems) == 1
        assert TEXT_LETTERS.refusal(len(text)) in caught.value.problems[0]
        assert len(str(caught.value)) < 1000
    with pytest.raises(InvalidDesignError, match="letters in a variable's name"):
        Design(nx.DiGraph([("T", LONG), (LONG, "Y")]), **roles)
    graph.nodes["M"]["symbol"] = LONG
    with pytest.raises(InvalidDesignError, match=r"node 'M': the symbol has 3,000,000 letters"):
        Design(graph, **roles)
    assert Design(nx.DiGraph([("T", "M"), ("M", "Y")]), title="x" * TEXT_LETTERS.most, **roles)


def test_a_source_of_a_plan_has_the_limit_of_texts():
    from identcheck import Arrow
    from identcheck.errors import InvalidPlanError

    text = "x" * (TEXT_LETTERS.most + 1)
    for said in (
        {"sources": {"persons": text}},
        {"units": {"M": text}},
        {"arrows": {("T", "M"): Arrow(mean=1, source=text)}},
    ):
        with pytest.raises(InvalidPlanError, match="letters in a title, label, source or justification"):
            Plan(persons=50, **said)


def test_titles_beyond_the_limit_are_not_repeated():
    for format, text in (
        ("toml", GRAPH["toml"].format("M") + f"title = '{LONG}'"),
        ("json", GRAPH["json"].format("M")[:-1] + f', "title": "{LONG}"}}'),
        ("dagitty", GRAPH["dagitty"].format("M")[:-1] + f'identcheck_title="{LONG}" }}'),
        ("lavaan", GRAPH["lavaan"].format("M") + f'# identcheck title: "{LONG}"'),
        ("dot", GRAPH["dot"].format("M")[:-1] + f'identcheck_title="{LONG}" }}'),
    ):
        with pytest.raises(IdentcheckError, match="3,000,000 letters in a title") as caught:
            from_text(text, format)
        assert len(str(caught.value)) < 1000


DEEP = {
    "toml": [
        "a = " + "[" * 50_000,
        ".".join(["a"] * 50_000) + " = 1",
        "a = {" + '"b" . ' * 50_000,
        "[" + "a." * 50_000 + "b]",
    ],
    "json": ["[" * 50_000, '{"a":' * 50_000],
    "node-link": ['{"nodes": ' + "[" * 50_000],
    "dagitty": ["dag " + "{" * 50_000, "dag { a -> " + "subgraph {" * 50_000],
    "dot": ["digraph " + "{" * 50_000, "digraph { a -> " + "subgraph x {" * 50_000],
}


@pytest.mark.parametrize(
    ("format", "text"), [(format, text) for format, texts in DEEP.items() for text in texts]
)
def test_what_goes_too_deep_has_its_place(format, text):
    with pytest.raises(FormatError) as caught:
        from_text(text, format)

    assert f"at most {NESTING.most} are accepted" in caught.value.message
    assert caught.value.line == 1
    assert caught.value.column <= 2 * len(text) * NESTING.most / 50_000 + 20


HARD = [
    ("lavaan", "Y ~ M" + " + M" * 150_000),
    ("lavaan", "Y ~ M" + " + 0*M" * MANY),
    ("lavaan", "\n" * 3_000_000 + "Y ~ M"),
    ("lavaan", "Y ~ c(" * MANY),
    ("lavaan", "# treatment:" + " " * 3_000_000 + "T x\nY ~ T"),
    ("dagitty", "dag { " + '"a" ' * MANY + "}"),
    ("dagitty", "dag { " + '"\\' * 1_500_000),
    ("dagitty", '{"' + '"' * 600_000),
    ("dagitty", '"' * 3_000_000),
    ("dagitty", "dag { " + "a -> " * MANY + "a }"),
    ("dagitty", "dag { /* " + "* / " * MANY),
    ("dagitty", "a" + " " * 3_000_000 + "b\n\na b"),
    ("dagitty", "\n" * 3_000_000 + "A E\nB O\n\nA " + "B " * MANY),
    ("dot", "digraph { " + "a; " * MANY + "}"),
    ("dot", '"' * 600_001),
    ("dot", "digraph { a [label=<" + "<!--" * MANY),
    ("dot", "digraph { node [" + "label=x " * MANY + "] a -> b }"),
    ("dot", "digraph { a = " + '"b" + ' * MANY + '"b" }'),
    (
        "toml",
        "graph = 'T -> {"
        + " ".join(f"a{n}" for n in range(10_000))
        + "} -> Y'\ntreatment = 'T'\noutcome = 'Z'",
    ),
    ("toml", "\n".join(f"k{n} = 1" for n in range(20_000))),
    ("json", "{" + ",".join(f'"k{n}": 1' for n in range(20_000)) + ', "graph": "T -> Y"}'),
    ("json", '{"graph": "' + "\\" * 3_000_001),
    ("node-link", '{"nodes": [' + ",".join(["1"] * MANY) + '], "links": []}'),
]


@pytest.mark.parametrize(("format", "text"), HARD, ids=[f"{format}-{text[:20]!r}" for format, text in HARD])
def test_hard_texts_are_read_or_refused_in_few_words(format, text):
    with pytest.raises(IdentcheckError) as caught:
        from_text(text, format, "file")

    assert len(str(caught.value)) < (PROBLEMS.most + 2) * 600


def test_what_many_braces_draw_is_counted_before_it_is_drawn():
    names = [" ".join(f"{letter}{n}" for n in range(1100)) for letter in "ab"]
    for format, text in (
        ("dagitty", f"dag {{ {{ {names[0]} }} -> {{ {names[1]} }} }}"),
        ("dot", f"digraph {{ {{ {names[0]} }} -> {{ {names[1]} }} }}"),
        ("toml", f"graph = '{{ {names[0]} }} -> {{ {names[1]} }}'"),
        ("lavaan", f"{names[0].replace(' ', '+')} ~ {names[1].replace(' ', '+')}"),
    ):
        with pytest.raises(FormatError, match=f"at most {DRAWN.most:,} are accepted"):
            from_text(text, format)


def test_names_and_signs_are_counted(monkeypatch):
    few = Limit("names and signs in the text of a graph", 3, PIECES.reason, PIECES.way_on)
    monkeypatch.setattr("identcheck.formats.tokens.PIECES", few)
    with pytest.raises(FormatError, match="more than 3 names and signs in the text of a graph") as caught:
        parse_chains("A -> B -> C")

    assert (caught.value.line, caught.value.column) == (1, 8)


def test_of_many_problems_the_first_are_printed():
    text = GRAPH["toml"].format("M") + "".join(f"k{n} = 1\n" for n in range(200))
    with pytest.raises(InvalidDesignError) as caught:
        from_text(text, "toml")

    assert len(caught.value.problems) == 200
    assert str(caught.value).endswith(f"and {200 - PROBLEMS.most} more; {PROBLEMS.way_on}")


def test_one_long_problem_is_cut():
    with pytest.raises(InvalidDesignError) as caught:
        from_text(GRAPH["toml"].format("M") + f"average = '{LONG}'", "toml")

    assert MESSAGE_LETTERS.most < len(str(caught.value)) < MESSAGE_LETTERS.most + 200


def message(path):
    with pytest.raises(IdentcheckError) as caught:
        load(path)
    return str(caught.value)


def test_a_file_may_have_so_many_bytes_and_no_more(tmp_path):
    file = tmp_path / "a.toml"
    design = GRAPH["toml"].format("M").encode()
    file.write_bytes(design + b"#" * (FILE_BYTES.most - len(design)))
    assert load(file).mediators == ("M",)

    with file.open("ab") as more:
        more.write(b"#" * 5)
    assert message(file).endswith(f"it has {FILE_BYTES.refusal(FILE_BYTES.most + 5)}")


def test_what_is_no_regular_file_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.toml")
    os.symlink("/dev/zero", "zero.dot")
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket.json")
    server.close()
    for name in ("pipe.toml", "zero.dot", "socket.json"):
        assert message(name) == (
            f"cannot read {name!r}: it is no regular file but a device, a pipe or a socket; save the text in a file"
        )
