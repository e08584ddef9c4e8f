"""Recorded reports: the values they are made of (JSON) and what is printed (text), so that a change tells which moved.

Record them anew, after reading the difference, with: python tests/report/test_golden.py
"""

from __future__ import annotations

from pathlib import Path

import pytest

from identcheck import Document, Plan, check, load

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
NAMES = ("moving_to_opportunity", "one_site", "exclusion_doubtful")
FORMATS = {"json": "json", "text": "txt"}
PLANNED = "moving_to_opportunity"


def rendered(name: str, format: str) -> str:
    return check(load(EXAMPLES / f"{name}.toml")).render(format)


def numbers() -> str:
    """The part "Design in numbers" of a report; its numbers are tested elsewhere, its layout and wording here."""
    file = EXAMPLES / f"{PLANNED}.toml"
    text = check(load(file)).render("text", Plan.from_toml(file), full=True)
    return "Design in numbers\n" + text.partition("\nDesign in numbers\n")[2].partition("\nReferences\n")[0]


def grant() -> str:
    """A document to submit, with its numbers."""
    file = EXAMPLES / f"{PLANNED}.toml"
    asked = Document("grant", date="2026-11-28", file=file)
    return check(load(file)).render("text", Plan.from_toml(file), document=asked)


PIECES = {"numbers": numbers, "grant": grant}
"""What else is recorded of one example."""


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_as_recorded(name: str, format: str) -> None:
    """A report changes only when someone means it to."""
    recorded = HERE / "golden" / f"{name}.{FORMATS[format]}"
    assert rendered(name, format) == recorded.read_text(encoding="utf-8"), (
        f"{recorded.name} differs; if the change is meant, record it: python tests/report/test_golden.py"
    )


@pytest.mark.parametrize("piece", PIECES)
def test_the_numbers_and_a_document_are_as_recorded(piece: str) -> None:
    recorded = HERE / "golden" / f"{PLANNED}_{piece}.txt"
    assert PIECES[piece]() == recorded.read_text(encoding="utf-8"), (
        f"{recorded.name} differs; if the change is meant, record it: python tests/report/test_golden.py"
    )


if __name__ == "__main__":
    for piece, made in PIECES.items():
        (HERE / "golden" / f"{PLANNED}_{piece}.txt").write_text(made(), encoding="utf-8")
    for name in NAMES:
        for format, suffix in FORMATS.items():
            (HERE / "golden" / f"{name}.{suffix}").write_text(rendered(name, format), encoding="utf-8")
