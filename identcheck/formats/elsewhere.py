"""Where a key of a design file belongs that stands in the wrong place."""

from __future__ import annotations

from collections.abc import Mapping

from identcheck.describe.protocol import RULES, WORDS
from identcheck.formats.data_table import DATA_KEYS
from identcheck.formats.plan_keys import PLAN_KEYS

__all__ = ["elsewhere"]

_TABLES: Mapping[str, tuple[str, ...]] = {
    "plan": PLAN_KEYS,
    "words": WORDS,
    "rules": tuple(RULES),
    "data": DATA_KEYS,
}
_OF_TEXT = ("words", "data")
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
        value: what stands under it; what is a number belongs in no table of text.
        here: the table where it stands; "" outside tables.
    """
    if key in _MEANT:
        return f"; write {_MEANT[str(key)]} in its place"
    found = [
        table
        for table, keys in _TABLES.items()
        if key in keys and table != here and not (isinstance(value, (int, float)) and table in _OF_TEXT)
    ]
    if len(found) == 1:
        return f"; it is part of [{found[0]}], as {found[0]}.{key}"
    return (
        f"; it is part of {' or '.join(f'[{table}], as {table}.{key}' for table in found)}" if found else ""
    )
