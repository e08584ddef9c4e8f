"""No sentence stands twice in a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import identcheck as ic
from identcheck.formats import has_plan
from identcheck.report.blocks import Assumption, Report, Tabular, walked
from identcheck.report.documents import PURPOSES
from identcheck.report.documents.select import document_of
from identcheck.report.sections import report_of
from identcheck.report.writers.render import render
from identcheck.symbols.written import plain
from tests.tools import REPOSITORY

CASES = [REPOSITORY / "tests" / "cases" / f"{name}.toml" for name in ("literacy", "voucher")]
EXAMPLES = sorted(REPOSITORY.glob("examples/*.toml"))
LONGER = 8
"""Sentences of more words than this are never said twice."""


@cache
def made(path: Path, purpose: str) -> Report:
    result, plan = ic.check(ic.load(path)), ic.Plan.from_toml(path) if has_plan(path) else None
    if purpose == "report":
        return report_of(result, plan)
    return document_of(result, ic.Document(purpose), plan, 20)


def sentences(text: str, ends: str = ".;?!:") -> list[str]:
    return re.split(rf"(?<=[{ends}])\s+", " ".join(text.split()))


def pieces(shown: str) -> Iterator[str]:
    """Paragraphs, entries of lists, terms with what is said of them."""
    yield from re.split(r"\n\s*\n|\n(?=\s*(?:- |\d+\. |[A-Z][^:\n]{0,60}: ))", shown)


def answers(document: Report) -> str:
    """What may be alike for several: the cells and legends of tables, and what remains if an assumption fails."""
    found: list[str] = []
    for block in walked(document.sections):
        if isinstance(block, Tabular):
            found += [
                plain(cell) for row in block.table.rows for cell in row if isinstance(cell, (str, tuple))
            ]
            found.append(block.legend)
        elif isinstance(block, Assumption):
            found += [plain(remark.text) for remark in block.remarks]
    return " ".join(" ".join(found).split())


def twice(document: Report, ends: str = ".;?!:") -> list[str]:
    """Sentences, and the parts that semicolons make of them, unless others ``ends`` are given."""
    shown = pieces(render(document, "text"))
    counts = Counter(sentence for piece in shown for sentence in sentences(piece, ends))
    alike = answers(document)
    return [s for s, n in counts.items() if n > 1 and len(re.findall(r"\w+", s)) > LONGER and s not in alike]


@pytest.mark.parametrize("purpose", ["report", *PURPOSES])
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_no_sentence_stands_twice_nor_a_part_of_one(case: Path, purpose: str) -> None:
    assert twice(made(case, purpose)) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_no_sentence_of_ours_stands_twice(example: Path) -> None:
    """Those of the user, such as the source of several numbers, are the user's."""
    users = " ".join(example.read_text("utf-8").split())
    for purpose in ("report", *PURPOSES):
        found = twice(made(example, purpose), ".?!:")
        assert [sentence for sentence in found if sentence.rstrip(".") not in users] == []


def test_one_that_does_is_found() -> None:
    document = made(CASES[0], "grant")
    again = replace(document, sections=(*document.sections, document["assumptions"]))
    assert any("unrelated" in sentence for sentence in twice(again))
