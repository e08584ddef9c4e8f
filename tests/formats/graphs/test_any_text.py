"""Whatever is in a file, reading it gives a design or an IdentcheckError that says something."""

from __future__ import annotations

from random import Random

import pytest

from identcheck import Design, IdentcheckError
from identcheck.formats import dumps, from_text, graphs
from tests.formats.graphs.any_design import any_design

PIECES = (
    *(
        "",
        "\n",
        " ",
        '"',
        "'",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "->",
        "--",
        "<->",
        "~",
        "~~",
        "=~",
        "*",
        "+",
        ":",
        ";",
    ),
    *(
        ",",
        "=",
        "\\",
        "#",
        "!",
        "/*",
        "//",
        "&",
        "&amp;",
        "\x00",
        "\ud800",
        "é",
        "node",
        "graph",
        "0",
        "null",
        "true",
    ),
    *(
        "[1]",
        "{}",
        "role",
        "treatment",
        "identcheck_names",
        "identcheck_edges=3",
        "# identcheck nodes: [1]",
        "@0,0",
    ),
)


@pytest.mark.parametrize("name", graphs.FORMATS)
def test_a_damaged_file_is_a_design_or_an_error(name):
    random = Random(f"damage {name}")
    for number in range(40 if name == "dot" else 200):
        text = dumps(any_design(number), name)
        for _ in range(random.randint(1, 3)):
            start = random.randrange(len(text))
            end = min(len(text), start + random.choice([0, 0, 1, 3, 20, 400]))
            text = text[:start] + random.choice(PIECES) + text[end:]
        _attempt(text, name)


@pytest.mark.parametrize("name", graphs.FORMATS)
@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "{}", "[]", "null", "0", "<a/>", "T", "\ufeff", "{" * 2000, "[" * 9999]
)
def test_odd_texts(name, text):
    _attempt(text, name)


@pytest.mark.parametrize(
    "value",
    [
        "3",
        "null",
        "[]",
        "[[1,2,3]]",
        '{"T": 3}',
        '{"T": {"role": {}}}',
        '{"T": {"role": 3}}',
        '["T", "T"]',
        '"x"',
    ],
)
@pytest.mark.parametrize(
    "key",
    [
        "title",
        "average",
        "sites",
        "justifications",
        "citations",
        "declarations",
        "arms",
        "names",
        "nodes",
        "edges",
    ],
)
def test_options_of_the_wrong_kind(key, value):
    model = f"# treatment: T\n# outcome: Y\n# identcheck {key}: {value}\nY ~ M\nM ~ T"
    _attempt(model, "lavaan")
    _attempt(model, "lavaan", treatment="T", outcome="Y")


def _attempt(text, name, **roles):
    try:
        made: object = from_text(text, name, **roles)
    except IdentcheckError as error:
        made = str(error).strip()
    assert isinstance(made, Design) or made
