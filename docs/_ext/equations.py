"""The numbers of the theory page: which it has, and where a text cites them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGE", "TAG", "Citation", "anchor_of", "citations", "numbers_of", "sections_of", "with_ranges"]

PAGE = "theory"
NUMBER = r"\d+'|\d+\.\d+|\d+"
TAG = re.compile(rf"\\tag\{{({NUMBER})\}}")
HEADING = re.compile(r"^## (\d+)\. ", re.MULTILINE)
BETWEEN = r"(?:,? and |,? to |, )"
SECTIONS = re.compile(rf"\btheory,?\s+sections?\s+(\d+(?:{BETWEEN}\d+)*)")
EQUATIONS = re.compile(rf"\bequations?\s+(\((?:{NUMBER})\)(?:{BETWEEN}\((?:{NUMBER})\))*)")
ONE_SECTION = re.compile(r"\d+")
ONE_EQUATION = re.compile(rf"\(({NUMBER})\)")


@dataclass(frozen=True)
class Citation:
    """A number that a text cites.

    Attributes:
        kind: "section" or "equation".
        number: the number, without brackets.
        start: where it begins in the text, brackets included.
        end: where it ends.
    """

    kind: str
    number: str
    start: int
    end: int

    @property
    def anchor(self) -> str:
        """Its place on the theory page."""
        return anchor_of(self.kind, self.number)


def anchor_of(kind: str, number: str) -> str:
    """The identifier of a section or an equation on the theory page."""
    return f"{kind}-{number.replace('.', '-').replace(chr(39), '-prime')}"


def citations(text: str) -> Iterator[Citation]:
    """Every number cited as "theory section 7" or "equation (9.1)", lists and ranges by their members named."""
    for kind, whole, one in (
        ("section", SECTIONS, ONE_SECTION),
        ("equation", EQUATIONS, ONE_EQUATION),
    ):
        for found in whole.finditer(text):
            for item in one.finditer(text, found.start(1), found.end(1)):
                number = item.group(1) if kind == "equation" else item.group()
                yield Citation(kind, number, item.start(), item.end())


def with_ranges(text: str, order: list[str]) -> set[str]:
    """The equations that a text cites, those inside "(9) to (11)" too, given all numbers in order."""
    found = {c.number for c in citations(text) if c.kind == "equation"}
    for first, last in re.findall(rf"\(({NUMBER})\) to \(({NUMBER})\)", text):
        if first in found and first in order and last in order:
            found.update(order[order.index(first) : order.index(last) + 1])
    return found


def numbers_of(page: Path) -> list[str]:
    """The numbers of the page's equations, in order."""
    return TAG.findall(page.read_text(encoding="utf-8"))


def sections_of(page: Path) -> list[str]:
    """The numbers of the page's sections, in order."""
    return HEADING.findall(page.read_text(encoding="utf-8"))
