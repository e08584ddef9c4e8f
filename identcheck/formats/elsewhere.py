"""Where a key of a design file belongs that stands in the wrong place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from identcheck.describe.protocol import RULES, WORDS
from identcheck.formats.data_table import is_of_data
from identcheck.formats.plan_keys import PLAN_KEYS

__all__ = ["elsewhere"]

_TABLES: Mapping[str, Callable[[object, object], bool]] = {
    "plan": lambda key, _: key in PLAN_KEYS,
    "words": lambda key, value: key in WORDS and isinstance(value, str),
    "rules": lambda key, _: key in RULES,
    "data": is_of_data,
}
"""For each table, whether a key and what stands under it are of it."""
_MEANT = {
    "randomized": "words.assigned",
    "randomised": "words.assigned",
    "randomization": "words.assigned",
    "randomisation": "words.assigned",
    "moderators": "modifiers",
}
"""What keys of other programs are called here."""


def elsewhere(key: object, value: object, here: str = "") -> str:
    """In which table an unknown key belongs, as the end of a sentence; "" where in none.

    Args:
        key: the key.
        value: what stands under it.
        here: the table where it stands; "" outside tables.
    """
    if key in _MEANT:
        return f"; write {_MEANT[str(key)]} in its place"
    found = [table for table, has in _TABLES.items() if table != here and has(key, value)]
    belongs = " or ".join(f"[{table}], as {table}.{key}" for table in found)
    return f"; it is part of {belongs}" if belongs else ""
