"""Arguments of any kind read with care: a list, a word of a list, a thing of a class.

What a user hands over may have no truth value, no equality and no end of other habits (arrays do); only ``isinstance``
is asked of it here, and only lists are gone through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from identcheck.errors import IdentcheckError

__all__ = ["entries_of", "is_word", "path_of"]


def entries_of(value: object) -> list[Any] | None:
    """The entries of a list, a set, an array or any such thing; None for text, bytes and what has no entries."""
    if isinstance(value, (str, bytes, bytearray)) or not isinstance(value, Iterable):
        return None
    try:
        entries = iter(value)
    except TypeError:
        return None  # an array without dimensions calls itself iterable
    return list(entries)


def is_word(value: object, known: Sequence[str]) -> bool:
    """Whether a value is one of some words."""
    return isinstance(value, str) and value in known


def path_of(value: object, error: type[IdentcheckError] = IdentcheckError) -> Path:
    """A file's place that was handed over.

    Args:
        value: a path, or its text.
        error: what is raised if it is neither.
    """
    if isinstance(value, (str, PathLike)):
        return Path(value)
    raise error(f"{value!r:.60} is no path; give the name of a file as text, such as 'trial.toml'")
