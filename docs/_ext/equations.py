"""The numbers of the theory page: which it has, and where a text cites them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "PAGE",
    "TAG",
    "Citation",
    "anchor_of",
    "citations",
    "cited_by",
    "docstrings",
    "numbers_of",
    "sections_of",
    "with_ranges",
]

PAGE = "theory"
NUMBER = r"\d+['’]|\d+\.\d+|\d+"
TAG = re.compile(rf"\\tag\{{({NUMBER})\}}")
HEADING = re.compile(r"^## (\d+)\. ", re.MULTILINE)
BETWEEN = r"(?:,? (?:and|or|to) |, )"
SECTIONS = re.compile(rf"\btheory,?\s+sections?\s+(\d+(?:{BETWEEN}\d+)*)")
OWN_SECTIONS = re.compile(rf"\b[Ss]ections?\s+(\d+(?:{BETWEEN}\d+)*)")
EQUATIONS = re.compile(rf"\b[Ee]quations?\s+(\((?:{NUMBER})\)(?:{BETWEEN}\((?:{NUMBER})\))*)")
RANGE = re.compile(rf"\(({NUMBER})\) to \(({NUMBER})\)")
ONE_SECTION = re.compile(r"\d+")
ONE_EQUATION = re.compile(rf"\(({NUMBER})\)")


@dataclass(frozen=True)
class Citation:
    """A number that a text cites.

    Attributes:
        kind: "section" or "equation".
        number: the number, without brackets.
        start: where it begins in the text, the word "section" included if it is the first of a list.
        end: where it ends, brackets included.
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


def citations(text: str, own: bool = False) -> Iterator[Citation]:
    """Every number cited as "theory section 7" or "equation (9.1)", lists and ranges by their members named.

    Args:
        text: where they are looked for.
        own: it is the theory page itself, where "section 7" is enough.
    """
    for kind, whole, one in (
        ("section", OWN_SECTIONS if own else SECTIONS, ONE_SECTION),
        ("equation", EQUATIONS, ONE_EQUATION),
    ):
        for found in whole.finditer(text):
            for place, item in enumerate(one.finditer(text, found.start(1), found.end(1))):
                number = item.group(1) if kind == "equation" else item.group()
                number = number.replace("’", "'")  # as Sphinx typesets it
                yield Citation(kind, number, item.start() if place else found.start(), item.end())


def with_ranges(text: str, order: list[str]) -> set[str]:
    """The equations that a text cites, those inside "(9) to (11)" too, given all numbers in order."""
    found = {c.number for c in citations(text) if c.kind == "equation"}
    for first, last in RANGE.findall(text):
        if first in found and first in order and last in order:
            between = order[order.index(first) : order.index(last) + 1]
            found.update(n for n in between if ("." in n) == ("." in first))
    return found


def docstrings(package: Path) -> Iterator[tuple[str, str]]:
    """Every docstring of a package, that of a constant too, with the dotted name of what it describes."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield from _described(ast.parse(path.read_text(encoding="utf-8")), module)


def _described(tree: ast.Module | ast.ClassDef | ast.FunctionDef, name: str) -> Iterator[tuple[str, str]]:
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef):
            yield from _described(statement, f"{name}.{statement.name}")
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            yield name, str(statement.value.value)


def cited_by(package: Path, order: list[str]) -> dict[str, list[str]]:
    """For each equation what cites it, by dotted name."""
    found: dict[str, list[str]] = {}
    for name, text in docstrings(package):
        for number in with_ranges(" ".join(text.split()), order):
            found.setdefault(number, []).append(name)
    return found


def numbers_of(page: Path) -> list[str]:
    """The numbers of the page's equations, in order."""
    return TAG.findall(page.read_text(encoding="utf-8"))


def sections_of(page: Path) -> list[str]:
    """The numbers of the page's sections, in order."""
    return HEADING.findall(page.read_text(encoding="utf-8"))
