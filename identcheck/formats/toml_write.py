"""A design, and a plan, as a TOML file that people can read and that reads back to the same."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from identcheck.describe.design import Design
from identcheck.formats.design_tables import document_of, encodable

__all__ = ["toml_graph", "toml_item", "toml_table", "write"]

WIDTH = 90
"""Text longer than this is wrapped."""

TABLES = (
    "arrows",
    "suspected",
    "correlations",
    "third_moments",
    "residuals",
    "confounding",
    "units",
    "sources",
)
"""The keys of [plan] that are tables with a header of their own."""


def write(design: Design, plan: Any | None = None, data: Mapping[str, Any] | None = None) -> str:
    """The text of a TOML file.

    Args:
        design: the design.
        plan: a ``Plan``, for the table ``[plan]``.
        data: the table ``[data]``, for columns of data.

    Raises:
        IdentcheckError: a name or a number that no design file can hold.
    """
    import tomlkit

    made = tomlkit.document()
    for key, value in document_of(design, plan, data).items():
        if isinstance(value, Mapping):
            made.add(key, toml_table(value, key))
        else:
            made.add(key, toml_item(value))
    return encodable(tomlkit.dumps(made))


def toml_table(value: Mapping[str, Any], key: str = "") -> Any:
    """A table of a design file, as TOML.

    Args:
        value: its entries.
        key: what it is called; of [plan] and [modifiers] some entries are tables with headers of their own.
    """
    return _table(value, {"plan": TABLES, "modifiers": tuple(value)}.get(key, ()))


def _table(entries: Mapping[str, Any], tables: tuple[str, ...] = ()) -> Any:
    """A table with a header; those of its entries that have one stand last."""
    import tomlkit

    headless = all(key in tables for key in entries) and bool(entries)
    made = tomlkit.table(is_super_table=headless)
    for key, value in entries.items():
        if key not in tables:
            made.add(key, toml_item(value))
    for key in (key for key in tables if key in entries):
        levels = tuple(entries[key]) if key in ("correlations", "third_moments") else ()
        made.add(key, _table(entries[key], levels))
    return made


def toml_item(value: Any) -> Any:
    """A value on the line of its key; long text and lists of tables take several."""
    import tomlkit

    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, item in value.items():
            inline.add(key, item if isinstance(item, str) else toml_item(item))
        return inline
    if isinstance(value, list):
        listed = tomlkit.array()
        for item in value:
            listed.append(item if isinstance(item, str) else toml_item(item))
        return listed.multiline(len(value) > 1 and isinstance(value[0], Mapping))
    return tomlkit.item(value)


def _text(value: str) -> Any:
    """Text in quotes, on one line if it is short; three quotes open one of many lines."""
    import tomlkit
    from tomlkit.items import String, StringType, Trivia

    plain = all(letter.isprintable() or letter == "\n" for letter in value)
    if not plain:  # what would be obeyed or not be seen is written by its code, on one line
        codes = (letter if _stands(letter) else f"\\U{ord(letter):08x}" for letter in value)
        return String(StringType.SLB, value, "".join(codes), Trivia())
    if "\n" not in value and len(value) <= WIDTH:
        return tomlkit.string(value)
    return _in_lines(value, _wrapped)


def toml_graph(value: str) -> Any:
    """Arrow notation, whose lines may end in remarks and are not wrapped."""
    plain = all(letter.isprintable() or letter in "\n\t" for letter in value)
    return _in_lines(value, str) if plain and "\n" in value else _text(value)


def _in_lines(value: str, line: Callable[[str], str]) -> Any:
    """Text of several lines, between three quotes."""
    from tomlkit.items import String, StringType, Trivia

    escaped = value.replace("\\", "\\\\").replace('"""', '""\\"')
    escaped = escaped[:-1] + '\\"' if escaped.endswith('"') else escaped
    lines = "\n".join(map(line, escaped.split("\n")))
    return String(StringType.MLB, value, f"\n{lines}", Trivia())


def _stands(letter: str) -> bool:
    """Whether a letter is written as it is; half a character is refused as a whole."""
    return (letter.isprintable() and letter not in '\\"') or "\ud800" <= letter <= "\udfff"


def _wrapped(line: str) -> str:
    r"""A line of text on several that end in a backslash, where it is long and its spaces are single."""
    parts = textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)
    if " ".join(parts) != line or "\\" in line:
        return line
    return " \\\n".join(parts)
