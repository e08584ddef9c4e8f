"""Numbers as people write them, and tables in braces over two lines: what is said, where, and how to write them."""

import json

import pytest

from identcheck.errors import FormatError
from identcheck.formats.json_design import parsed as parsed_json
from identcheck.formats.number_mistakes import read_anew
from identcheck.formats.toml import parsed

BEFORE = 'title = "numbers: mean = 0,5"\n[plan.arrows]\n'
DECIMAL = "a decimal number is written with a point, not a comma: "
PERCENT = "a percentage is written as a share of 1, without the percent sign: "
MARKS = "a number is written without marks between the thousands: "


def refused(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parsed(f"{BEFORE}{text}\nnext = 3\n", "trial.toml")
    return caught.value


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("x = { mean = 0,47 }", 14, f"{DECIMAL}mean = 0.47"),
        ('x = { mean = 0,47, between = 0.2, source = "a" }', 14, f"{DECIMAL}mean = 0.47"),
        ("x = { mean = 0.3, between = -0,2 }", 29, f"{DECIMAL}between = -0.2"),
        ("x = { mean = 0, 47 }", 20, f"{DECIMAL}mean = 0.47"),
        ('"T -> M" = 0,3 # guess', 12, f'{DECIMAL}"T -> M" = 0.3'),
        ("alpha = ,05", 9, f"{DECIMAL}alpha = 0.05"),
        ("cv = 0,5;", 6, f"{DECIMAL}cv = 0.5"),
        ("mean = 0,47 SD", 8, f"{DECIMAL}mean = 0.47, without 'SD' behind it"),
        ("sites = 1,200", 9, f"{MARKS}sites = 1200"),
        ("sites = 12,000,000", 9, f"{MARKS}sites = 12000000"),
        ("sites = 1 200", 9, f"{MARKS}sites = 1200"),
        ("sites = 1'200", 9, f"{MARKS}sites = 1200"),
        (
            "persons = 120,130",
            11,
            f"{MARKS}persons = 120130; one number for each site is a list, persons = [120, 130]",
        ),
        (
            "mean = 1,200",
            8,
            "a number has no comma: if it marks the decimals, write mean = 1.200; if the thousands, mean = 1200",
        ),
        ("x = 1.200,5", 5, "a decimal number has a point, and no marks between the thousands: x = 1200.5"),
        (
            "x = 1,2,3",
            5,
            "several numbers stand in square brackets: x = [1, 2, 3]; decimals stand behind a point",
        ),
        ("treated = 47%", 11, f"{PERCENT}treated = 0.47"),
        ("treated = 47,5 %", 11, f"{PERCENT}treated = 0.475"),
        (
            "x = { mean = 47% }",
            14,
            f"{PERCENT}mean = 0.47; an effect on a continuous variable is written in its SDs",
        ),
        ("sites = 47%", 9, "sites is a whole number, and no percentage"),
        ("alpha = 0.01-0.05", 9, "a range is no number; write one number: alpha = 0.01"),
        (
            "persons = 200-240",
            11,
            "a range is no number; write one number: persons = 200; for sites of different sizes write "
            "persons = { mean = ..., cv = ... }",
        ),
        ("treated = 1/2", 11, "a fraction is written as a decimal number: treated = 0.5"),
        ("x = .5", 5, "a decimal number has digits on both sides of the point: x = 0.5"),
        ("x = 5.", 5, "a decimal number has digits on both sides of the point: x = 5"),
        ("sites = 030", 9, "a number does not begin with a zero: sites = 30"),
        ("x = \u22120.4", 5, "the minus sign here is not the one of the keyboard; write x = -0.4"),
        ("x = ~0.4", 5, "a number stands without a sign before it: x = 0.4"),
        ("sites = 30 schools", 9, "a number stands alone, without 'schools' behind it: sites = 30"),
        ("x = 0.5.1", 5, "a number has one point at most; found x = 0.5.1"),
        ("a = { m = 0,33, n = 0,33 }", 11, f"{DECIMAL}m = 0.33; correct also n in the same line"),
        (
            'a = 0,3\nb = """\nc = 0,4\n"""\n# d = 0,5\ne = 4%',
            5,
            f"{DECIMAL}a = 0.3; correct also e in line 8",
        ),
        (
            "T -> M = 0,3",
            3,
            'a key that is an arrow stands in quotes: "T -> M" = 0,3; and a decimal number is',
        ),
    ],
)
def test_a_number_is_explained_at_its_place(text: str, column: int, message: str) -> None:
    found = refused(text)

    assert (found.line, found.column) == (3, column)
    assert found.message.startswith(message)
    assert text.startswith("T ->") or found.message == message


def test_of_many_further_numbers_five_are_named() -> None:
    found = refused("\n".join(f"x{at} = 0,{at}" for at in range(10)))

    named = ", ".join(f"x{at} in line {at + 3}" for at in range(1, 6))
    assert found.message.endswith(f"; correct also {named} and 4 more")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"sites": 1,200}', f'malformed JSON: {MARKS}"sites": 1200'),
        (
            '{"mean": 0,47, "cv": 47%}',
            f'malformed JSON: {DECIMAL}"mean": 0.47; correct also "cv" in the same line',
        ),
    ],
)
def test_so_it_is_in_json(text: str, message: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    with pytest.raises(FormatError) as caught:
        parsed_json(text, "trial.json")

    assert (caught.value.line, caught.value.message) == (1, message)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,47", 0.47),
        ("47%", 0.47),
        ("47,5 %", 0.475),
        ("0.47", 0.47),
        ("1,200", None),
        ("many", None),
        ("", None),
    ],
)
def test_text_may_mean_a_number(text: str, number: float | None) -> None:
    assert read_anew(text) == number


@pytest.mark.parametrize(
    ("text", "column", "heading"),
    [
        ('"T -> M" = { mean = 0.47,\n  between = 0.2 }', 12, '[plan.arrows."T -> M"]'),
        ("x = { mean = 0.47\n, between = 0.2 }", 5, "[plan.arrows.x]"),
        ("x = { # numbers\n mean = 0.47 }", 5, "[plan.arrows.x]"),
        ("x = { mean = 0.47", 5, "[plan.arrows.x]"),
        ("x = [{ of = 'T -> M',\n level = 'sites' }]", 6, "[[plan.arrows.x]]"),
    ],
)
def test_braces_stay_on_one_line_or_become_a_heading(text: str, column: int, heading: str) -> None:
    found = refused(text)

    assert (found.line, found.column) == (3, column)
    assert found.message.startswith("in TOML a table in braces begins and ends on one line")
    assert f"under the heading {heading}, below all other entries of [plan.arrows]" in found.message


def test_the_heading_that_is_named_can_be_read() -> None:
    written = parsed(
        f'{BEFORE}x = {{ mean = 0.47, between = 0.2 }}\n[plan.arrows."T -> M"]\nmean = 1\n', "f"
    )[0]

    assert written["plan"]["arrows"]["T -> M"] == {"mean": 1}


def test_a_list_in_braces_may_have_several_lines() -> None:
    assert parsed("x = { a = [1,\n 2] }", "f")[0] == {"x": {"a": [1, 2]}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = { m = 1, }", "no comma stands before the closing brace"),
        (
            "x = { m = 1; n = 2 }",
            "commas stand between the entries of a table in braces; this is a semicolon",
        ),
        ("x = { m: 1 }", "inside braces too, write = between a key and its value"),
        ("x = { m = }", "there is no value here; where it is not known, leave out the key"),
        (
            "x = { m = 1 n = 2 }",
            "the entries of a table on one line stand between { and }, with commas between",
        ),
    ],
)
def test_faults_in_braces_are_told(text: str, message: str) -> None:
    assert refused(text).message.startswith(message)
