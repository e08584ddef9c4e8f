"""The table [rules] of a design file, and the effects that it is for.

::

    primary = ["direct(practice, literacy)", "itt()"]

    [rules]
    direction = "positive"                    # or a table by effect
    multiplicity = "holm"
    tests = "holm"
    conditional_f = 10
    decisions = "as proposed"                 # or a list of your own rules
    missing_data = "..."
    protocol = { ISRCTN = "12345678" }
"""

from __future__ import annotations

from typing import Any

from identcheck.describe.protocol import RULES, Rules
from identcheck.describe.wording import one_line
from identcheck.errors import InvalidDesignError
from identcheck.formats.fields import Fields, KeyPath

__all__ = ["RULE_KEYS", "read_rules"]

RULE_KEYS = ("primary", *RULES)
"""The keys of [rules]; ``primary`` may stand there or before the tables."""


def read_rules(fields: Fields) -> tuple[list[str], Rules | None]:
    """The effects that the trial is for, and its rules; None where there are none, or where something is wrong.

    What is wrong is reported at its key, and so are effects that stand in two places and differ.
    """
    found: dict[str, Any] = fields.nested("rules", RULE_KEYS)
    rules = {key: value for key, value in found.items() if key != "primary"}
    primary = _effects(fields, ("primary",), fields.document.get("primary"))
    inside = _effects(fields, ("rules", "primary"), found.get("primary"))
    if primary is not None and inside is not None and primary != inside:
        fields.report(
            ("rules", "primary"), f"primary is said twice and differs: {primary} and {inside}; keep one"
        )
    stated = primary if primary is not None else inside or []
    try:
        return stated, Rules(**rules) if rules else None
    except InvalidDesignError as error:
        for problem in error.problems:
            key = problem.removeprefix("rules: ").split(":")[0].split(" ")[0]
            fields.report(("rules", key), problem)
    return stated, None


def _effects(fields: Fields, path: KeyPath, value: object) -> list[str] | None:
    """The effects under a key, on one line each; None where there is no such key."""
    listed = [value] if isinstance(value, str) else value
    if isinstance(listed, list) and all(isinstance(text, str) for text in listed):
        return [one_line(text) for text in listed]
    if value is not None:
        name = ".".join(path)
        fields.report(
            path, f'{name!r} is no list of effects; write them in quotes: ["direct(M, Y)", "itt()"]'
        )
    return None
