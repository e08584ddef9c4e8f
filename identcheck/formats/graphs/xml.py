"""What GraphML and GEXF share: XML as a tree whose elements know their places, and which text XML can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from identcheck.describe.wording import one_line
from identcheck.errors import FormatError
from identcheck.errors.limits import XML_LEVELS
from identcheck.formats.tokens import place_in

__all__ = ["Element", "fits", "name_fits", "parsed", "slug"]

_NOT_XML = "[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f]"
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#)[^\s;&<]{1,80};")
_WORDS = {
    "no element found": "there is no element; the document begins with <{root}>",
    "not well-formed (invalid token)": "found {rest}, which XML does not allow here; in texts and values '&' is written "
    "'&amp;', '<' is written '&lt;', and every value stands in quotes",
    "syntax error": "found {rest} where a document in XML begins with '<'",
    "unclosed token": "{rest} is not closed; the text ends inside it",
    "partial character": "the text ends inside a character",
    "mismatched tag": "found </{rest}, but the element open here is {inner}",
    "duplicate attribute": "an attribute stands twice in one element; drop one",
    "junk after document element": "found {rest} after the end of the document",
    "undefined entity": "found {rest}, a name for a character that XML does not know; write the character itself",
    "reference to invalid character number": "found {rest}, which stands for no character",
    "unclosed CDATA section": "a section that begins with '<![CDATA[' is not closed; it ends with ']]>'",
    "unbound prefix": "found {rest}, whose prefix before ':' is declared nowhere; add xmlns:prefix=\"...\" to <{root}>",
    "XML or text declaration not at start of entity": "the line '<?xml ...?>' may stand at the very beginning only",
    "XML declaration not well-formed": "the line '<?xml ...?>' is malformed; write <?xml version=\"1.0\"?>",
}
"""What the parser finds wrong, in our words."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a document.

    Attributes:
        space: its namespace, or "".
        tag: its name without the namespace.
        attributes: as written; the name of one with a prefix begins with its namespace and a space.
        line: where it begins, from 1.
        column: where it begins, from 1.
        children: the elements inside it, in order.
        texts: the pieces of text that stand directly in it.
    """

    space: str
    tag: str
    attributes: Mapping[str, str]
    line: int
    column: int
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text that stands directly in it, without blanks around."""
        return "".join(self.texts).strip()

    def get(self, name: str) -> str:
        """The value of an attribute without blanks around; "" where there is none."""
        return self.attributes.get(name, "").strip()

    def all(self, *tags: str) -> list[Element]:
        """The children of its own namespace with one of these names, in order."""
        return [child for child in self.children if child.tag in tags and child.space == self.space]


def parsed(text: str, root: str, source: str) -> Element:
    """The root element of a document.

    Nothing outside the text is read, and no abbreviation is expanded.

    Args:
        text: the document.
        root: the name that its first element should have, in whatever namespace.
        source: the file's name for error messages.

    Raises:
        FormatError: the XML is malformed, or goes too deep, or it is a document of another kind; at its place.
    """
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise FormatError(
            *place_in(text)(error.start), "found half a character, which is no text", source
        ) from error
    return _Builder(root, source).built(content)


class _Builder:
    """The tree in the making; the parser calls its methods."""

    def __init__(self, root: str, source: str) -> None:
        self.root = root
        self.source = source
        self.top = Element("", "", {}, 1, 1)
        self.open = [self.top]
        self.parser = expat.ParserCreate("utf-8", " ")  # decoded already, whatever its declaration says
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity
        self.typed = False

    def built(self, content: bytes) -> Element:
        try:
            self.parser.Parse(content, True)
        except expat.ExpatError as error:
            message = self.explained(error, content)
            raise FormatError(
                error.lineno, error.offset + 1, f"malformed XML: {message}", self.source
            ) from error
        if self.typed and (match := _ENTITY.search(text := content.decode())):
            self.refuse_entity(match[0], *place_in(text)(match.start()))
        return self.top.children[0]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        place = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        if len(self.open) > XML_LEVELS.most:
            raise FormatError(*place, XML_LEVELS.refusal(len(self.open)), self.source)
        if len(self.open) == 1 and tag != self.root:
            message = f"this is XML of another kind: found <{tag[:60]}>, expected <{self.root}>"
            raise FormatError(*place, message, self.source)
        element = Element(space, tag, attributes, *place)
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        self.open[-1].texts.append(text)

    def doctype(self, *_: object) -> None:
        self.typed = True

    def entity(self, name: str, *_: object) -> None:
        self.refuse_entity(name, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def refuse_entity(self, name: str, line: int, column: int) -> NoReturn:
        found = f"found {name[:60]!r}, an abbreviation (an entity) of a document type"
        message = f"{found}; these are not read: write what it stands for, and drop the line '<!DOCTYPE ...>'"
        raise FormatError(line, column, message, self.source)

    def explained(self, error: expat.ExpatError, content: bytes) -> str:
        """What is wrong, in our words, with what stands there."""
        code = expat.errors.messages.get(error.code, "")
        inner = self.open[-1]
        at = max(self.parser.ErrorByteIndex, 0)
        rest = content[at : at + 80].decode(errors="ignore").split("\n")[0].strip()[:20]
        opened = f"<{inner.tag[:60]}> of line {inner.line}"
        if code == "no element found" and inner is not self.top:
            return f"the text ends before the end of {opened}; the file may be cut off"
        shown = rest if code == "mismatched tag" else repr(rest) if rest else "the end of the text"
        said = _WORDS.get(code, "found {rest}, which does not go on the document")
        return said.format(root=self.root, rest=shown, inner=opened)


def fits(_: str, value: object) -> bool:
    """Whether XML gives the value of an attribute back as it is."""
    if isinstance(value, str):
        return not re.search(_NOT_XML, value) and value.strip() == value and value != ""
    return value is True


def name_fits(name: str) -> bool:
    """Whether XML gives a name back as it is."""
    return not re.search(_NOT_XML + "|[\n\t]", name) and one_line(name).strip() == name != ""


def slug(name: str) -> str:
    """A name that XML can hold."""
    return one_line(re.sub(_NOT_XML + "|[\n\t]", "_", name)).strip() or "_"
