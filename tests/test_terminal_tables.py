"""Tables in the terminal: drawn by ourselves, letter for letter as rich draws them."""

from __future__ import annotations

from io import StringIO
from random import Random

import pytest
from rich.box import Box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from identcheck.tables.digits import few_digits
from identcheck.tables.terminal import _drawn, _widths

RULED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
WORDS = ("a", "of the", "effect", "two", "compliance", "Δ_V", "0.25", "-1.5", "end.  ", "é", "")


def by_rich(titles: list[str], columns: list[list[str]], numbers: list[bool], widths: list[int]) -> list[str]:
    grid = Table(box=RULED, show_edge=False)
    for title, number, letters in zip(titles, numbers, widths, strict=True):
        grid.add_column(Text(title), justify="right" if number else "left", width=letters, vertical="top")
    for row in zip(*columns, strict=True):
        grid.add_row(*(Text(cell) for cell in row))
    file = StringIO()
    console = Console(file=file, width=sum(widths) + 3 * len(widths) + 2, legacy_windows=False, _environ={})
    console.print(grid)
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.mark.parametrize("seed", range(300))
def test_as_rich_draws_them(seed: int) -> None:
    random = Random(seed)
    size, rows = random.randint(1, 5), random.randint(0, 4)

    def text() -> str:
        return (
            random.choice((" ", "  ", " ", "\n")).join(random.choices(WORDS, k=random.randint(0, 7))).lstrip()
        )

    titles = [text() for _ in range(size)]
    columns = [[text() for _ in range(rows)] for _ in range(size)]
    numbers = [random.random() < 0.4 for _ in range(size)]
    widths = _widths(titles, columns, numbers, random.choice((0, 30, 60, 100)))
    assert _drawn(titles, columns, numbers, widths, colour=False) == by_rich(titles, columns, numbers, widths)


def test_headings_are_bold_where_there_is_colour() -> None:
    first, *rest = _drawn(["Effect", "n"], [["V"], ["1"]], [False, True], [8, 3], colour=True)
    assert first == " \x1b[1mEffect  \x1b[0m   \x1b[1m  n\x1b[0m"
    assert rest == ["----------------", " V            1"]


def test_wide_letters_are_counted_as_two() -> None:
    """(rich ended the second line of such a cell with an ellipsis that stood for a space.)"""
    drawn = _drawn(["Effect", "n"], [["漢字 漢字 漢字 漢字"], ["1"]], [False, True], [9, 3], colour=False)
    assert drawn[2:] == [" 漢字 漢字     1", " 漢字 漢字"]


def test_large_numbers_are_written_out() -> None:
    """To as many digits as small ones, and with no power of ten."""
    said = [few_digits(x) for x in (0.3, 36.57, 999.6, 1683.9, -123456.0, 0.0)]
    assert said == ["0.3", "36.6", "1,000", "1,680", "-123,000", "0"]
    assert few_digits(800.0, 2, sign=True) == "+800"
