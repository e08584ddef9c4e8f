"""Blocks as text: each by the user's template for it, else by the macro of its kind, else by its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment, Undefined, pass_environment
from markupsafe import Markup

from identcheck.report.blocks import Beside, Block, Entry, Section

__all__ = ["FORMATS", "WORD", "Place", "frame_name", "place_of", "slug", "standing", "written"]

FORMATS = {"text": "txt", "markdown": "md", "latex": "tex", "html": "html"}
"""The formats that have templates, each in a folder of its name, and how the names of templates end."""

WORD = "word"
"""The format on the way to a Word document: the templates of HTML, with formulas as TeX."""


@dataclass(frozen=True)
class Place:
    """Where a block stands.

    Attributes:
        level: how many sections are around it.
        entry: the kind of the entry that it is a part of, such as "assumption"; "" for none.
        card: whether it is in a notebook's card, not in a report.
        beside: whether it is at the side of another, or has others at its side.
        plainly: the blocks around it, by ``id``, with the user's templates that print them: these are not used again.
    """

    level: int = 0
    entry: str = ""
    card: bool = False
    beside: bool = False
    plainly: frozenset[tuple[int, str]] = frozenset()

    @property
    def margin(self) -> int:
        """In plain text, the spaces before a paragraph."""
        return 2 if self.entry else 0

    @property
    def list_margin(self) -> int:
        """In plain text, the spaces before a list."""
        return 0 if self.card and not self.entry else 2

    @property
    def tight(self) -> bool:
        """In plain text, whether no blank line stands between blocks: in entries and in cards."""
        return bool(self.entry) or self.card


_PLACE: ContextVar[Place] = ContextVar("place")


@contextmanager
def standing(place: Place) -> Iterator[Place]:
    """While what is written stands in this place."""
    before = _PLACE.set(place)
    try:
        yield place
    finally:
        _PLACE.reset(before)


@pass_environment
def written(environment: Environment, block: Block | Iterable[Block]) -> str:
    """A block, or several in turn, as they are printed."""
    if isinstance(block, Undefined):
        return str(block)  # which is an error
    if isinstance(block, Iterable) and not isinstance(block, (str, Block)):
        return Markup("").join(Markup(written(environment, each)) for each in block)
    if not isinstance(block, Block):
        raise TypeError(f"the filter is for blocks, and was given a value of the kind {type(block).__name__}")
    place = _PLACE.get(Place())
    if name := _theirs(environment, block, place):
        with standing(replace(place, plainly=place.plainly | {(id(block), name)})):
            variable = "section" if "/sections/" in name else "block"
            made = environment.get_template(name).render({variable: block})
    elif isinstance(block, Entry):
        parts = block.parts
        whole = len(parts) == 1 and isinstance(parts[0], Section)
        with standing(replace(place, entry=block.kind) if whole else place):
            made = written(environment, parts)
    else:
        deeper = place.level + isinstance(block, Section)
        inside = replace(place, level=deeper, beside=place.beside or isinstance(block, Beside))
        with standing(inside):
            made = _macro(environment, block.kind)(block, inside)
    return Markup(made)


def _theirs(environment: Any, block: Block, place: Place) -> str:
    """The name of the user's template for a block; "" if there is none that is not at work on it."""
    format, suffix = environment.place
    found = [f"{format}/blocks/{block.kind}.{suffix}.jinja"]
    if isinstance(block, Section):
        found.insert(0, f"{format}/sections/{slug(block.id)}.{suffix}.jinja")
    return next((n for n in found if n in environment.overrides and (id(block), n) not in place.plainly), "")


def _macro(environment: Any, kind: str) -> Any:
    format, suffix = environment.place
    return getattr(environment.get_template(f"{environment.ours}{format}/blocks.{suffix}.jinja").module, kind)


def slug(text: str) -> str:
    """Text as part of an identifier."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def place_of(format: str) -> tuple[str, str]:
    """The folder of a format's templates, and the suffix of their names."""
    folder = "html" if format == WORD else format
    return folder, FORMATS[folder]


def frame_name(format: str) -> str:
    """The name of the template that makes a report in a format."""
    folder, suffix = place_of(format)
    return f"{folder}/frame.{suffix}.jinja"
