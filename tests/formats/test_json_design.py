"""JSON designs: the keys of the TOML file, its wording of problems, and the place of each."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.errors import FormatError, IdentcheckError, InvalidDesignError, InvalidPlanError
from identcheck.errors.limits import NESTING
from identcheck.formats import from_text, has_plan
from identcheck.formats.json_design import holds_design, parsed
from identcheck.formats.starter import STARTER

TRIAL = '{\n  "graph": "T -> M -> Y",\n  "treatment": "T",\n  "outcome": "Y"'


def read(text, source="<text>"):
    return from_text(text, "json", source)


def problems_of(text, kind=InvalidDesignError, read=read):
    with pytest.raises(kind) as caught:
        read(text, "trial.json")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('{"graph": "T -> M",}', 1, 19, "expected a key in double quotes, and no comma before '}'"),
        ('{\n  "graph" "T"}', 2, 11, "expected ':' after the key"),
        ('{"sites": 5\n "title": "x"}', 2, 2, "expected ',' before the next entry, or the closing bracket"),
        ("{\"title\": 'x'}", 1, 11, "expected a value: text in double quotes, a number, a list or an object"),
        ('{"title": "one\ntwo"}', 1, 15, r"a line break or control character inside quotes; write \n or \t"),
        ('{"title": "C:\\data"}', 1, 14, r"a backslash that begins no escape; write \\ for a backslash"),
        ('{"title": "x"', 1, 14, "the text ends too early"),
        ('{"title": "x"} {}', 1, 16, "expected nothing after the closing brace"),
        ('{"sites": NaN}', 1, 11, "NaN is no number here"),
        ('{"sites": 5,\n "sites": 6}', 2, 2, "the key 'sites' is set twice: here and at line 1"),
        ('{"labels": {"T": "a", "T": "b"}}', 1, 23, "the key 'T' is set twice: here and at line 1"),
        ("[1]", 1, 1, "a design is an object: { ... }"),
        (
            "[" * 100_000,
            1,
            101,
            NESTING.refusal(101),
        ),
        ('{"sites": ' + "1" * 5000 + "}", 1, 11, "a whole number has too many digits"),
    ],
)
def test_malformed_text_has_its_place(text, line, column, message):
    with pytest.raises(FormatError) as caught:
        read(text, "trial.json")

    assert (caught.value.line, caught.value.column) == (line, column), str(caught.value)
    assert caught.value.message == f"malformed JSON: {message}"


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        (',\n  "site": 5}', "trial.json, line 5: unknown key 'site' (did you mean 'sites'?)"),
        (
            ',\n  "sites": "5"}',
            "trial.json, line 5: 'sites' is text, expected a whole number without quotes",
        ),
        (
            ',\n  "labels": 5}',
            "trial.json, line 5: 'labels' is a whole number, expected a table: write \"labels\": { ... } with its "
            "entries inside",
        ),
        (
            ',\n  "labels": {\n    "X": "x"}}',
            "trial.json, line 6: 'X' is no node of the graph; its nodes are T, M, Y",
        ),
        (
            ',\n  "scales": {"sites": "binary"}}',
            "trial.json, line 5: the key 'sites' is not part of [scales]; move it out of these braces",
        ),
        (
            ',\n  "varies": {\n    "T -> Y": "none"}}',
            "trial.json, line 6: T -> Y is no edge of the graph; its edges are T -> M, M -> Y",
        ),
        (
            ',\n  "declarations": {"normal": ["people"]}}',
            "trial.json, line 5: normal: the level is 'people'; it is one of 'persons', 'sites'",
        ),
    ],
)
def test_problems_are_those_of_toml_with_lines_of_the_json(rest, problem):
    assert problems_of(TRIAL + rest) == [problem]


def test_every_problem_at_once_in_the_order_of_the_file():
    text = TRIAL + ',\n  "site": 5,\n  "title": 3,\n  "labels": {"X": "x"}}'

    assert [problem.split(":")[0] for problem in problems_of(text)] == [
        f"trial.json, line {n}" for n in (5, 6, 7)
    ]


@pytest.mark.parametrize(
    "drawing", ["T -> M -> -> Y", "T -> M\\nM => Y", "\\u0054 -> \\ud83d\\ude42", "T -> \\t--"]
)
def test_a_fault_in_the_arrow_notation_stands_where_it_stands_in_the_file(drawing):
    text = f'{{\n  "graph": "{drawing}"}}'
    with pytest.raises(FormatError) as caught:
        read(text, "trial.json")
    pointed = text.splitlines()[caught.value.line - 1][caught.value.column - 1 :]

    assert pointed.startswith(("-> Y", "=> Y", "\\ud83d", "--"))


def test_the_same_design_as_in_toml():
    import tomllib

    assert read(json.dumps(tomllib.loads(STARTER))) == from_text(STARTER, "toml")


def test_a_byte_order_mark_and_a_schema_are_let_be():
    assert read("\ufeff" + TRIAL + ', "$schema": "./design.schema.json"}') == read(TRIAL + "}")


def test_an_empty_file_says_how_to_start():
    assert problems_of("\n") == [
        "trial.json: nothing is written here; 'identcheck init' writes a file to start from"
    ]


def test_a_node_link_graph_is_no_design():
    assert holds_design(TRIAL + "}")
    assert holds_design('{"treatment": "T"}')
    assert holds_design("[1, ")
    with pytest.raises(InvalidDesignError, match="nothing is drawn"):
        from_text('\ufeff{"directed": true, "graph": {}, "nodes": [], "links": []}', "json")
    assert not holds_design('{"nodes": [], "edges": []}')


def test_places_of_nested_keys():
    _, places = parsed('{"a":\n {"b": [1, {"c": 2}],\n  "d": {"e": 1}}}', "x")

    assert {path: places.place(span[0]) for path, span in places.spans.items()} == {
        ("a",): (1, 2),
        ("a", "b"): (2, 3),
        ("a", "d"): (3, 3),
        ("a", "d", "e"): (3, 9),
    }


def test_a_plan_is_read_from_json_with_its_lines(tmp_path: Path):
    good, bad, none = (tmp_path / f"{name}.json" for name in ("good", "bad", "none"))
    good.write_text(TRIAL + ', "plan": {"sites": 9, "arrows": {"T -> M": {"mean": 0.5}}}}')
    bad.write_text(TRIAL + ',\n "plan": {\n  "alpha": 2,\n  "power": 0.5,\n  "site": 3}}')
    none.write_text(TRIAL + "}")

    assert (has_plan(good), has_plan(none)) == (True, False)
    assert ic.Plan.from_toml(good) == ic.Plan(sites=9, arrows={"T -> M": ic.Arrow(0.5)})
    assert ic.Plan.from_toml(none) == ic.Plan()
    found = problems_of(str(bad), InvalidPlanError, lambda path, _: ic.Plan.from_toml(path))
    assert [problem.split("bad.json, ")[1].split(":")[0] for problem in found] == ["line 6", "line 8"]


def test_a_plan_that_is_no_table_is_told_in_json(tmp_path: Path):
    (tmp_path / "t.json").write_text(TRIAL + ', "plan": 5}')

    with pytest.raises(
        IdentcheckError, match=r'expected a table: write "plan": \{ ... \} with its entries inside'
    ):
        ic.Plan.from_toml(tmp_path / "t.json")


@pytest.mark.parametrize(
    "command", [["check"], ["plan", "--full"], ["report", "-o", "-"], ["code", "-l", "r", "-t", "direct M Y"]]
)
def test_the_commands_take_json(tmp_path: Path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    Path("trial.json").write_text(TRIAL + ', "sites": 9, "plan": {"persons": 77}}')
    done = CliRunner().invoke(main, [command[0], "trial.json", *command[1:]])

    assert done.exit_code == 0, done.output
    assert ("77" in done.output) == (command[0] in ("plan", "report"))
