"""Changes in a TOML design file that someone wrote: comments, order and whatever is not changed stay as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from identcheck.formats.design_file import KEYS
from identcheck.formats.toml_write import toml_graph, toml_item, toml_table

__all__ = ["edited"]


def edited(
    text: str, before: Mapping[str, Any], after: Mapping[str, Any], *, whole: Collection[str] = ()
) -> str:
    """The text of a file after its keys have changed.

    Args:
        text: the file as it is; "" for a new one.
        before: its keys of a design file, as ``document_of`` writes them.
        after: the keys as they are to be; a key that is not there is removed.
        whole: keys that are written anew also where they did not change.
    """
    import tomlkit

    document = tomlkit.parse(text)
    for key in (*KEYS, *(key for key in after if key not in KEYS)):
        old, new = before.get(key), after.get(key)
        if key == "plan" or (old == new and key not in whole):
            continue
        if new is None:
            if key in document:
                document.remove(key)
        elif isinstance(new, Mapping) and isinstance(document.get(key), Mapping) and key not in whole:
            _set_entries(document[key], old if isinstance(old, Mapping) else {}, new)
        else:
            _set(document, key, new)
    return tomlkit.dumps(document)


def _set(document: Any, key: str, new: Any) -> None:
    """A key of the document; a new one without a header stands before the first table."""
    made = toml_table(new, key) if isinstance(new, Mapping) else toml_item(new)
    if key == "graph":
        made = toml_graph(new)
    if key in document:
        if isinstance(new, Mapping):
            document.remove(key)
            document.append(key, made)
        else:
            made.trivia.comment_ws = document.item(key).trivia.comment_ws
            made.trivia.comment = document.item(key).trivia.comment
            document[key] = made
    else:
        document.append(key, made)


def _set_entries(table: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """The entries of a table; those that did not change are not touched."""
    for name in [name for name in old if name not in new and name in table]:
        table.remove(name)
    for name, value in new.items():
        if _entries_edited(table.get(name), old.get(name), value):
            continue
        if old.get(name) != value or name not in table:
            made = toml_table(value) if isinstance(value, Mapping) else toml_item(value)
            if name in table and not isinstance(value, Mapping):
                made.trivia.comment_ws = table.item(name).trivia.comment_ws if hasattr(table, "item") else ""
                made.trivia.comment = table.item(name).trivia.comment if hasattr(table, "item") else ""
            table[name] = made


def _entries_edited(array: Any, old: object, new: object) -> bool:
    """Whether a list was brought from its old entries to the new ones with what stays, and its remarks, as it is."""
    from tomlkit.items import Array

    if not (
        isinstance(array, Array)
        and isinstance(old, list)
        and isinstance(new, list)
        and len(array) == len(old)
    ):
        return False
    kept = 0
    gone = []
    for place, entry in enumerate(old):
        if kept < len(new) and entry == new[kept]:
            kept += 1
        else:
            gone.append(place)
    for place in reversed(gone):
        del array[place]
    for entry in new[kept:]:
        array.append(toml_item(entry))
    return True
