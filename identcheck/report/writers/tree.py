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

from identcheck.report.blocks import KINDS, PLAIN, Block, Section

__all__ = ["Place", "slug", "standing", "written"]


@dataclass(frozen=True)
class Place:
    """Where a block stands.

    Attributes:
        level: how many sections are around it.
        entry: the kind of the entry that it is a part of, such as "assumption"; "" for none.
        card: whether it is in a notebook's card, not in a report.
        plainly: the blocks around it, by ``id``, with the user's templates that print them: these are not used again.
    """

    level: int = 0
    entry: str = ""
    card: bool = False
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


_PLACE: ContextVar[Place] = ContextVar("place", default=Place())


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
    if isinstance(block, (tuple, list)):
        return Markup("").join(Markup(written(environment, each)) for each in block)
    if not isinstance(block, tuple(KINDS.values())):
        str(block if isinstance(block, Undefined) else "")  # raises
        raise TypeError(f"the filter is for blocks, and was given a value of the kind {type(block).__name__}")
    place = _PLACE.get()
    if name := _theirs(environment, block, place):
        with standing(replace(place, plainly=place.plainly | {(id(block), name)})):
            variable = "section" if "/sections/" in name else "block"
            made = environment.get_template(name).render({variable: block})
    elif block.kind in PLAIN:
        inside = replace(place, level=place.level + 1) if isinstance(block, Section) else place
        with standing(inside):
            made = _macro(environment, block.kind)(block, inside)
    else:
        assert not isinstance(block, tuple(PLAIN.values()))
        whole = len(block.parts) == 1 and isinstance(block.parts[0], Section)
        with standing(replace(place, entry=block.kind) if whole else place):
            made = written(environment, block.parts)
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
