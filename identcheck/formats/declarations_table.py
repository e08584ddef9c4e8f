"""The table [declarations] of a design file: what is known of the coefficients.

::

    [declarations]
    independent = [{ of = ["T -> V -> NP"], from = ["V -> Y", "NP -> Y"], level = "sites" }]
    uncorrelated = [{ of = "T -> V", with = "V -> Y", level = "persons" }]
    correlated = [{ of = "T -> V", with = "V -> NP", level = "persons" }]
    normal = ["persons"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from identcheck.describe.declarations import Declaration, correlated, independent, normal, uncorrelated
from identcheck.errors import InvalidQuestionError, suggestion
from identcheck.formats.chains import Edge
from identcheck.formats.fields import Fields, KeyPath

__all__ = ["SIDES", "read_declarations"]

SIDES = {
    "independent": ("of", "from"),
    "uncorrelated": ("of", "with"),
    "correlated": ("of", "with"),
}
_MAKERS: dict[str, Callable[[Any, Any, Any], Declaration]] = {
    "independent": independent,
    "uncorrelated": uncorrelated,
    "correlated": correlated,
}

Reader = Callable[[KeyPath, str], Sequence[Edge]]
"""Arrows that a text under a key draws; those that the graph lacks are reported and left out."""


def read_declarations(fields: Fields, edges: Reader) -> list[Declaration]:
    """The valid declarations of the table; what is wrong with the others is reported at their keys.

    Args:
        fields: the document.
        edges: reads the arrows of a text.
    """
    found: list[Declaration] = []
    for kind, value in fields.nested("declarations", (*SIDES, "normal")).items():
        path = ("declarations", kind)
        for number, entry in enumerate(value if isinstance(value, list) else [value], 1):
            where = f"{kind}, entry {number}" if isinstance(value, list) and len(value) > 1 else kind
            if kind == "normal":
                found += _made(fields, path, where, normal, entry)
            else:
                found += _pair(fields, edges, path, where, entry)
    return found


def _pair(fields: Fields, edges: Reader, path: KeyPath, where: str, entry: object) -> Iterator[Declaration]:
    """The declaration of one entry, or none where something of it is wrong."""
    kind = path[-1]
    keys = (*SIDES[kind], "level")
    if not isinstance(entry, dict):
        shown = ", ".join(f"{key} = ..." for key in keys)
        fields.report(path, f"{where}: {entry!r} is no declaration; write {{ {shown} }}")
        return
    for key in entry:
        if key not in keys:
            fields.report(
                path, f"{where}: unknown key {key!r}{suggestion(key, keys)}; it has {', '.join(keys)}"
            )
    missing = [key for key in keys if key not in entry]
    if missing:
        fields.report(path, f"{where}: {', '.join(map(repr, missing))} is missing; it has {', '.join(keys)}")
    sides = [_side(fields, edges, path, f"{where}: {key}", entry[key]) for key in keys[:2] if key in entry]
    if not missing and all(sides):
        yield from _made(fields, path, where, _MAKERS[kind], *sides, entry["level"])


def _side(fields: Fields, edges: Reader, path: KeyPath, where: str, value: object) -> list[Edge]:
    """The arrows on one side; none where any of them is wrong."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        fields.report(path, f'{where} is {value!r}; it is an arrow or a list of arrows, such as ["A -> B"]')
        return []
    before = len(fields.problems)
    found = [edge for text in texts for edge in edges(path, text)]
    return found if len(fields.problems) == before else []


def _made(
    fields: Fields, path: KeyPath, where: str, make: Callable[..., Declaration], *said: Any
) -> Iterator[Declaration]:
    try:
        yield make(*said)
    except InvalidQuestionError as error:
        for problem in error.problems:
            fields.report(path, f"{where}: {problem.removeprefix(f'{path[-1]}: ')}")
