"""What GraphML and GEXF share: XML with its mistakes in place, and which text it can hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from identcheck.errors import FormatError
from identcheck.formats.chains import place_in

__all__ = ["directed", "fits", "name_fits", "slug"]

_NOT_XML = "[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f]"


def _parsed(text: str, root: str, source: str) -> ElementTree.Element:
    """The root element of a document.

    Raises:
        FormatError: the XML is malformed, at its place, or it is a document of another kind.
    """
    try:
        text.encode()
        found = ElementTree.fromstring(text)  # decoded already, whatever its declaration says
    except UnicodeEncodeError as error:
        raise FormatError(
            *place_in(text)(error.start), "found half a character, which is no text", source
        ) from error
    except ElementTree.ParseError as error:
        line, column = error.position
        raise FormatError(
            line, column + 1, f"malformed XML: {str(error).partition(':')[0]}", source
        ) from error
    kind = found.tag.rpartition("}")[2]
    if kind != root:
        raise FormatError(1, 1, f"this is XML of another kind: found <{kind}>, expected <{root}>", source)
    return found


def directed(text: str, root: str, undirected: Sequence[str], source: str) -> ElementTree.Element:
    """The root element of a graph all of whose edges have a direction.

    Args:
        text: the document.
        root: what kind of document it should be.
        undirected: the patterns of edges without direction.
        source: the file's name for error messages.

    Raises:
        FormatError: malformed XML, or a document of another kind, or an edge without direction, at its place.
    """
    text = text.removeprefix("\ufeff")
    found = _parsed(text, root, source)
    _demand_directed(text, undirected, source)
    return found


def _demand_directed(text: str, patterns: Sequence[str], source: str) -> None:
    """Refuse an edge without direction, at its place.

    Raises:
        FormatError: where the first one stands.
    """
    for pattern in patterns:
        match = re.search(pattern, text)
        if match is not None:
            raise FormatError(
                *place_in(text)(match.start()),
                f"found {match[0]}: an edge without direction does not say what causes what; make it an arrow",
                source,
            )


def fits(_: str, value: object) -> bool:
    """Whether XML gives the value of an attribute back as it is."""
    if isinstance(value, str):
        return not re.search(_NOT_XML, value) and value.strip() == value and value != ""
    return value is True


def name_fits(name: str) -> bool:
    """Whether XML gives a name back as it is."""
    return not re.search(_NOT_XML + "|[\n\t]", name) and name.strip() == name


def slug(name: str) -> str:
    """A name that XML can hold."""
    return re.sub(_NOT_XML + "|[\n\t]", "_", name).strip() or "_"
