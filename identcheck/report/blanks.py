"""What is still to be written in a report or a document: every blank in its tree, and the key that fills it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from identcheck.decide.conditions import UNNUMBERED
from identcheck.describe.validation.values import EVERY_NUMERAL
from identcheck.report.blocks import Blank, Entry, Fact, Figure, Graph, Report, Section, Tabular
from identcheck.symbols.written import Wanted, plain

__all__ = ["missing_in", "unfilled"]

KEYS = {
    "hypotheses": "direction in [rules], and primary",
    "rules": "decisions in [rules]",
    "missing-data": "missing_data in [rules]",
    "design": "the table [plan]",
    "tests": "the table [plan]",
    "power": "the table [plan]",
    "sensitivity": "the table [plan]",
    "numbers": "the table [plan]",
}
"""Which keys of the design file fill a blank, by the section that it stands in; those of assumptions are read off its heading."""

ARGUED = "the table [justifications], key {}"
"""Which key fills the blank of an assumption."""

NUMERAL = re.compile(rf"\(({'|'.join(map(re.escape, EVERY_NUMERAL))})\) ")

Place = tuple[str, str]
"""The heading above a blank, and the keys that fill it; "" for none."""


def missing_in(report: Report) -> tuple[str, ...]:
    """What is still to be written, in order, each once: what it is, and where it is written.

    Every blank counts, wherever it stands: between paragraphs, in the cells of tables, in lists, in the parts of entries.

    Args:
        report: a report or a document, as a tree.

    Returns:
        Sentences without a full stop, such as "(vi) No compliance-effect covariance: the table [justifications], key vi";
        empty where nothing is left.
    """
    return tuple(dict.fromkeys(_blanks(report.sections, ("", ""))))


def unfilled(section: Section) -> bool:
    """Whether something in a section is still to be written."""
    return any(_blanks(section, ("", "")))


def _blanks(value: Any, place: Place) -> Iterator[str]:
    """The blanks in a block, a piece of a sentence, or a list of such."""
    if isinstance(value, (Blank, Wanted)):
        yield _line(value, place)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _blanks(part, place)
    elif isinstance(value, Entry):
        yield from _blanks(value.parts, place)
    elif isinstance(value, Tabular):
        for row in value.table.rows:
            yield from _blanks(row, _of_row(row, place))
    elif isinstance(value, Section):
        yield from _blanks((value.heading, value.blocks), _of_section(value, place))
    elif isinstance(value, Fact):
        yield from _blanks((value.term, value.text), _argued(plain(value.term), place))
    elif is_dataclass(value) and not isinstance(value, (Figure, Graph)):
        for field in fields(value):
            yield from _blanks(getattr(value, field.name), place)


def _line(blank: Blank | Wanted, place: Place) -> str:
    heading, keys = place
    wanted = blank.text if isinstance(blank, Wanted) else blank.wanted
    if keys.startswith(ARGUED[:-2]) and heading:
        return f"{heading}: {keys}"
    what = " ".join((wanted or heading or "a blank").split()).rstrip(".")
    if keys:
        return what if "[" in what or "design file" in what else f"{what}: {keys}"
    return f"{what}, under {heading!r}" if heading and what != heading else what


def _of_section(section: Section, place: Place) -> Place:
    """The heading of a section with a name of its own, or else of the one around it, and the keys that fill its blanks."""
    heading = plain(section.heading) or place[0]
    if section.id.startswith("assumption-"):
        return heading, ARGUED.format(section.id.removeprefix("assumption-"))
    return _argued(heading, (heading, KEYS.get(section.id, place[1])))


def _of_row(row: tuple[Any, ...], place: Place) -> Place:
    first = row[0] if row and isinstance(row[0], (str, tuple)) else ""
    return _argued(plain(first), place)


def _argued(text: str, place: Place) -> Place:
    """The key of a justification, where a text begins with a numeral or the name of a condition that has none."""
    if found := NUMERAL.match(text):
        return text, ARGUED.format(found[1])
    for key, name in UNNUMBERED.items():
        if text.lower().startswith(name.lower()):
            return text, ARGUED.format(key)
    return place
