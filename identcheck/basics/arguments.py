"""Arguments of any kind read with care: a list, a word of a list, a thing of a class.

What a user hands over may have no truth value, no equality and no end of other habits (arrays do); only ``isinstance``
is asked of it here, and only lists are gone through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["entries_of", "is_word"]


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
