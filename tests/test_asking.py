"""An estimand is read as it is printed, whatever its names hold."""

from __future__ import annotations

from random import Random

import pytest
from click.testing import CliRunner

from identcheck import InvalidQuestionError
from identcheck.cli import main
from identcheck.decide.estimands import Estimand, at, average, compliance, direct, itt, parse, path, total

ODD = (
    *("use of voucher", "health", "T", "V", "a, b", 'say "so"', "avoiding", "arm=1", "x (y)", "[z]", "A->B"),
    *(
        "parents' income",
        "'q'",
        "two  blanks",
        " edge ",
        "use",
        "=",
        ",",
        '"',
        "é è",
        "at",
        "at x=1",
        "and",
        "b and c",
    ),
)


def test_what_is_printed_is_read_again():
    for number in range(2000):
        random = Random(f"asking {number}")
        names = random.sample(ODD, 6)
        for asked in (
            direct(*names[:2]),
            total(*names[:2]),
            average(*names[:2], random.sample(names[2:], random.randint(0, 3))),
            path(*names[: random.randint(2, 6)]),
            compliance(names[0], random.choice([None, names[1]])),
            itt(random.choice([None, names[0]])),
        ):
            assert parse(str(asked), ODD) == asked
            assert parse(str(asked)) == asked
            numbers = (random.choice([0, 1, -2, 0.25, 1e-7, 10**20, 1 / 3]) for _ in names)
            levels = dict(zip(random.sample(names, random.randint(1, 6)), numbers, strict=False))
            stated = at(asked, levels)
            assert parse(str(stated), ODD) == stated
            assert parse(str(stated)) == stated
            assert parse(f"at({asked}, {str(stated).removeprefix(f'{asked} at ')})") == stated


NODES = ("use of voucher", "own health", "T", "V", "V Y", "Y")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("direct(use of voucher, own health)", direct("use of voucher", "own health")),
        ("direct use of voucher own health", direct("use of voucher", "own health")),
        ("direct  use  of voucher,own health", direct("use of voucher", "own health")),
        ("direct use of voucher -> own health", direct("use of voucher", "own health")),
        ('direct "use of voucher" own health', direct("use of voucher", "own health")),
        ("direct('use of voucher', 'own health')", direct("use of voucher", "own health")),
        ("total(use of voucher own health)", total("use of voucher", "own health")),
        ("path T use of voucher Y", path("T", "use of voucher", "Y")),
        ("compliance use of voucher arm=T", compliance("use of voucher", "T")),
        ("compliance(use of voucher, arm=own health)", compliance("use of voucher", "own health")),
        (
            "average T Y avoiding use of voucher own health",
            average("T", "Y", ["use of voucher", "own health"]),
        ),
        ("average('T', 'Y', avoiding=['use of voucher'])", average("T", "Y", ["use of voucher"])),
        ("direct V Y", direct("V", "Y")),
        ("itt", itt()),
        ("itt()", itt()),
        ("itt(arm=T)", itt("T")),
        ("direct V X", direct("V", "X")),
        ("direct(use of vouchr, Y)", direct("use of vouchr", "Y")),
    ],
)
def test_names_of_several_words_are_found_among_those_of_the_design(text, asked):
    assert parse(text, NODES) == asked


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "path T V Y Y",
            "'path T V Y Y' can be read in two ways, T, V, Y, Y or T, V Y, Y; put commas between",
        ),
        ("direct T", "'direct T' is no estimand; write 'direct V Y'"),
        ("direct V Y avoiding T", "'direct V Y avoiding T' is no estimand"),
        ("", "'' is no estimand"),
        ("x" * 10_000, f"'{'x' * 80}'... is no estimand"),
    ],
)
def test_what_is_no_estimand_says_how_one_is_written(text, message):
    with pytest.raises(InvalidQuestionError) as caught:
        parse(text, NODES)

    assert caught.value.problems[0].startswith(message)


def test_many_words_take_no_long_search():
    words = " ".join(["a"] * 3000)

    assert parse(f"path {words} b", ["a", "a a", "a a a"]).nodes[-1] == "b"


@pytest.mark.parametrize("target", ["direct(use of voucher, own health)", "direct use of voucher own health"])
def test_the_command_line_takes_the_form_that_it_prints(target, tmp_path):
    file = tmp_path / "trial.toml"
    file.write_text(
        'graph = \'T -> "use of voucher" -> "own health"\'\ntreatment = "T"\noutcome = "own health"\nsites = 5\n'
    )
    result = CliRunner().invoke(main, ["check", str(file), "--assume", "all", "--target", target])

    assert result.exit_code == 0, result.output
    assert "direct(use of voucher, own health)" in result.output


def test_names_that_are_no_text_are_printed_too():
    assert str(Estimand("direct", (1, "Y"))) == "direct(1, Y)"  # type: ignore[arg-type]
