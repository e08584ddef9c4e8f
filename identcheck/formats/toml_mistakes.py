"""What a line that is no TOML was meant to be, for people who do not know TOML."""

from __future__ import annotations

import json
import re

__all__ = ["explained", "open_table"]

_CURLY = "“”„‟‘’«»`\u201a\u00b4"
_SPACES = "\u00a0\u2007\u202f\u200b\u2060\u3000\ufeff"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_BARE = r"[A-Za-z0-9_-]+"
_NUMBERS = (
    "sites",
    "persons",
    "treated",
    "clusters",
    "persons_per_cluster",
    "attrition",
    "cluster_attrition",
    "alpha",
    "power",
    "mean",
    "cv",
)

_BY_MESSAGE = {
    "Illegal character '\\n'": 'a quote is not closed on its line; close it (""" opens text of many lines)',
    "Cannot overwrite a value": "this key is set twice; keep one",
    "Cannot declare": "this table is written twice; put its entries under one heading",
    "Found invalid character '\\r'": "the line ends are of no usual kind; save the file with those of Windows or Unix",
    "Unclosed array": "the items of a list stand between [ and ], with commas between them",
    "Unclosed inline table": "the entries of a table on one line stand between { and }, with commas between them",
    "Expected ']'": "the heading of a table stands between [ and ], such as [labels]",
    "Invalid value": 'text stands in quotes, such as "Y"; a number is written in digits',
    "Expected '=' after a key": 'write key = value; a key with spaces or signs in it stands in quotes, such as "T -> M"',
    "Invalid statement": 'write key = value; a key with spaces or signs in it stands in quotes, such as "T -> M"',
    "Expected newline or end of document": (
        'the value has ended before this; quotes inside text need """ around it, or a backslash before them'
    ),
}


def explained(line: str, column: int, message: str, inside: bool = False) -> str:
    """What is wrong with a line, and how to fix it.

    Args:
        line: the line that cannot be read.
        column: where reading stopped, from 1.
        message: what ``tomllib`` says of it.
        inside: whether that is inside the braces of a table.
    """
    here = line[column - 1 : column]
    if found := re.search(rf"[{_CURLY}]", _QUOTED.sub("", line.split(" #")[0])):
        return (
            f'the quote {found[0]} is not a straight one; word processors put it there: write " in its place'
        )
    if here and here in _SPACES:
        return "the space here is not an ordinary one; delete it and type it anew"
    return (
        (_in_braces(line, column) if inside else "")
        or _of_key(line, message)
        or _of_value(line, message)
        or next(
            (words for start, words in _BY_MESSAGE.items() if message.startswith(start)),
            f"this cannot be read as TOML: {message}",
        )
    )


def _of_key(line: str, message: str) -> str:
    """Lines without a readable key."""
    if not message.startswith(("Expected '=' after a key", "Invalid statement")):
        return ""
    if re.match(r"\s*(?:\*|/[/*]|%|;)", line):
        return "a comment begins with #"
    if found := re.match(rf"\s*({_BARE})\s*(?::=?|=>)\s*(.+)", line):
        return f"write = between a key and its value: {found[1]} = {_as_value(found[2].strip())}"
    if re.search("->|<-|→", _QUOTED.sub("", line.split("=")[0])):
        if "=" in line:
            key, _, value = line.partition("=")
            return f'a key that is an arrow stands in quotes: "{key.strip()}" = {value.strip()}'
        return (
            'an arrow stands inside the text of graph: graph = "T -> M -> Y", or on the lines between its """'
        )
    return ""


def _as_value(text: str) -> str:
    """What was written as a value, in quotes where it is text without them."""
    bare = re.fullmatch(r"[^\W\d][^\"'\[\]{}#]*", text) and text not in ("true", "false")
    return f'"{text.rstrip()}"' if bare else text


def _in_braces(line: str, column: int) -> str:
    """A fault among the entries of a table in braces."""
    here = line[column - 1 : column]
    if here == "}" and line[: column - 1].rstrip().endswith(","):
        return "no comma stands before the closing brace"
    if here in (",", "}") and line[: column - 1].rstrip().endswith("="):
        return "there is no value here; where it is not known, leave out the key"
    if found := re.search(r"([A-Za-z0-9_-]+)\s*=\s*([+-]?\d+),\s+(\d+)\s*$", line[: column - 1]):
        return f"a decimal number is written with a point, not a comma: {found[1]} = {found[2]}.{found[3]}"
    if here == ";":
        return "commas stand between the entries of a table in braces; this is a semicolon"
    if here == ":" or line[column - 1 :].lstrip().startswith(":"):
        return "inside braces too, write = between a key and its value, and commas between the entries"
    return ""


def open_table(path: tuple[str, ...], listed: bool) -> str:
    """A table in braces that goes on over the next line, and the heading that may stand in its place.

    Args:
        path: its key, with the tables around it.
        listed: whether it stands in a list.
    """
    name = ".".join(
        part if re.fullmatch(_BARE, part) else json.dumps(part, ensure_ascii=False) for part in path
    )
    heading = f"[[{name}]]" if listed else f"[{name}]"
    below = (
        f", below all other entries of [{'.'.join(path[:-1])}]"
        if len(path) > 1
        else ", at the end of the file"
    )
    return (
        "in TOML a table in braces begins and ends on one line, and the one that begins here does not; write it on one "
        f"line, or its entries each on a line of its own under the heading {heading}{below}"
    )


def _of_value(line: str, message: str) -> str:
    """Lines of which the value cannot be read."""
    found = re.match(r"\s*([^=]+?)\s*=\s*([^#]*?)\s*(?:#.*)?$", line)
    if not found or not message.startswith(("Invalid value", "Expected newline or end of document")):
        return ""
    key, value = found.groups()
    if value.lower() in ("none", "na", "n/a", "nan", "null", "?", "unknown", ""):
        return f"there is no value here; where it is not known, leave out the line of {key}"
    if re.fullmatch(rf"(?:{_QUOTED.pattern}|{_BARE})(?:\s*,\s*(?:{_QUOTED.pattern}|{_BARE}))+", value):
        names = ", ".join(f'"{name.strip().strip(chr(34))}"' for name in value.split(","))
        return f"several names stand in square brackets: {key} = [{names}]"
    if found := re.fullmatch(r"\[([\w ,.-]+)\]", value):
        names = ", ".join(f'"{name.strip()}"' for name in found[1].split(",") if name.strip())
        return f"each name in a list stands in quotes: {key} = [{names}]"
    if message.startswith("Invalid value") and key in _NUMBERS:
        return (
            f"{key} is a number, written in digits: {key} = 12"
            if key == "sites"
            else f"{key} is written in digits"
        )
    if message.startswith("Invalid value") and re.fullmatch(r"[^\W\d][^\"'\[\]{}=]*", value):
        return f'text stands in quotes: {key} = "{value}"; a number is written in digits'
    return ""
