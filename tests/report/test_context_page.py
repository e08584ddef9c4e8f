"""docs/report-context.md names every kind, section, field, block and filter, and is up to date."""

from __future__ import annotations

import pytest

from identcheck.report.blocks import KINDS, SECTION_IDS
from identcheck.report.writers.environment import environment
from identcheck.report.writers.tree import FORMATS, frame_name
from tests.report.context_page import KEPT, PAGE, classes, fields_of, meanings, page, words
from tests.report.test_environment import blocks

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    assert page(TEXT) == TEXT, "write it anew: python -m tests.report.context_page"


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_every_field_has_a_meaning_and_a_type_in_words(kind: type) -> None:
    assert set(meanings(kind)) == {name for name, _ in fields_of(kind)}
    section = TEXT.split(f"### {kind.__name__}\n")[1].split("###")[0]
    for name, hint in fields_of(kind):
        assert f"| `{name}` | {words(hint)} | " in section
        assert "object" not in words(hint)


@pytest.mark.parametrize("format", FORMATS)
def test_every_block_and_filter_is_named(format: str) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{frame_name(format)}` | `"))
    assert all(f"`{block}`" in row for block in blocks(frame_name(format)))
    assert all(f"| `{name}` |" in TEXT for name in environment(format).filters)


def test_every_kind_and_section_is_named() -> None:
    assert all(f"| `{kind}` |" in TEXT for kind in KINDS)
    assert all(f"`{name}`" in TEXT for name in SECTION_IDS)


def test_filters_of_jinja_are_those_there_are() -> None:
    assert set(KEPT) <= set(environment("html").filters)
