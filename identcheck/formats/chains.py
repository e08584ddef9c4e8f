"""Arrow notation for graphs: ``T -> V -> NP -> Y; V -> Y``.

Grammar (``;`` or the end of a line ends a statement, ``#`` starts a comment)::

    statement = group { arrow group }       T -> V -> Y        a lone node is a statement too
    arrow     = "->" | "<-" | "<->"         V <- U -> Y        V <-> Y: they share a cause not drawn
    group     = name | "{" names "}"        T -> {M1 M2} -> Y  every pair; commas may stand between
    name      = bare | '"' text '"'         "child health" -> Y; a quote inside the text is doubled

A bare name starts with a letter or underscore and goes on with letters, digits, underscores and
dots. Anything else is a :class:`~identcheck.errors.FormatError` at the line and column where it
stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from identcheck.errors import FormatError, clipped
from identcheck.errors.limits import DRAWN, NAME_LETTERS

__all__ = ["Chains", "Edge", "Place", "parse_chains", "place_in", "write_edge", "write_name"]

Edge = tuple[str, str]
"""Cause and effect."""

Place = Callable[[int], tuple[int, int]]
"""Maps an offset in a text to its line and column, both from 1."""

ARROWS = ("->", "<-", "<->")

_BARE = re.compile(r"[^\W\d][\w.]*")
_TOKEN = re.compile(
    rf"""(?P<blank>[^\S\n]+|\#[^\n]*)
    |(?P<end>[;\n])
    |"(?P<quoted>(?:[^"\n]|"")*)"
    |(?P<bare>{_BARE.pattern})
    |(?P<arrow>->|<->|<-(?![->]|[^\S\n]*>))
    |(?P<mark>[{{}},])""",
    re.VERBOSE,
)
_MISTAKES = (
    (
        r"<[^\S\n]*[-=]+[^\S\n]*>|[↔⇔⟷]",
        "another kind of arrow; an edge between two that share a cause is '<->'",
    ),
    (r"-[^\S\n]+>|<[^\S\n]+-", "a broken arrow; write '->' or '<-' without a space inside"),
    (r"[-=–—]+>+|<+[-=–—]+|[→←⟶⟵⇒⇐]", "another kind of arrow; write '->' or '<-'"),
    (r"--+|[-–—](?=[^\S\n])", "an undirected edge; write '->' or '<-' to say what causes what"),
    (r"[-–—]", "a dash; an edge is written '->' or '<-', a name with a dash in double quotes"),
    (r"[<>]", "half an arrow; write '->' or '<-'"),
    (
        "[“”„«»‘’`\u00b4]",
        "a quote that is not a straight one; a name with spaces is written in straight double quotes",
    ),
    (r'"', "a double quote that is not closed on its line"),
    (r"'[^'\n]*'?", "single quotes; a name with spaces is written in double quotes"),
    (r"\d[\w.]*", "a name that starts with a digit; write it in double quotes"),
)


@dataclass(frozen=True)
class Chains:
    """What a text in arrow notation draws.

    Attributes:
        nodes: every node, in order of appearance; a lone one has no edge.
        edges: every edge (cause, effect), in order of appearance, none twice.
        confounded: every pair joined by ``<->``, in order of appearance, none twice.
    """

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    confounded: tuple[Edge, ...] = ()


@dataclass(frozen=True)
class _Token:
    kind: str  # "name", "->", "<-", "<->", "{", "}", ",", "end" or "unknown"
    text: str
    offset: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "';'" if self.text == ";" else "the end of the line" if self.text else "the end"
        return clipped(self.text)


def parse_chains(text: str, place: Place | None = None, source: str = "<text>") -> Chains:
    """Read arrow notation.

    Args:
        text: the statements.
        place: where an offset of ``text`` stands in the user's file; by default in ``text`` itself.
        source: the file's name for error messages.

    Raises:
        FormatError: where the text first departs from the grammar, or draws an edge again.
    """
    return _Parser(text, place or place_in(text), source).chains()


def place_in(text: str) -> Place:
    """Line and column of each offset of a text; the text is gone through once, when the first place is asked for."""
    breaks: list[int] = []

    def place(offset: int) -> tuple[int, int]:
        if not breaks:
            breaks.extend([-1, *(found.start() for found in re.finditer("\n", text))])
        line = bisect_left(breaks, offset)
        return line, offset - breaks[line - 1]

    return place


def write_edge(cause: str, effect: str, arrow: str = "->") -> str:
    """An edge in arrow notation, with quotes where a name needs them."""
    return f" {arrow} ".join(map(write_name, (cause, effect)))


def write_name(name: str) -> str:
    """A name in arrow notation, in quotes where it needs them; one with a line break cannot be read back."""
    if _BARE.fullmatch(name):
        return name
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


class _Parser:
    """Recursive descent with one token of lookahead; collects nodes and edges with their places."""

    def __init__(self, text: str, place: Place, source: str) -> None:
        self.place = place
        self.source = source
        self.tokens = self.tokenize(text)
        self.token = next(self.tokens)
        self.nodes: dict[str, None] = {}
        self.edges: dict[Edge, int] = {}
        self.confounded: dict[Edge, int] = {}

    def tokenize(self, text: str) -> Iterator[_Token]:
        offset = 0
        while offset < len(text):
            match = _TOKEN.match(text, offset)
            if match is None:
                self.explain(text, offset)
                yield _Token("unknown", text[offset], offset)
                return
            kind = str(match.lastgroup)
            if kind == "quoted" and not match["quoted"].strip():
                self.fail(offset, f"found {match[0]!r}, an empty name")
            if kind in ("quoted", "bare"):
                yield _Token("name", match[kind].replace('""', '"'), offset)
            elif kind == "end":
                yield _Token("end", match[0], offset)
            elif kind != "blank":
                yield _Token(match[0], match[0], offset)
            offset = match.end()
        yield _Token("end", "", offset)

    def explain(self, text: str, offset: int) -> None:
        """Raise for the mistakes that are easy to make and easy to name."""
        for pattern, explanation in _MISTAKES:
            match = re.compile(pattern).match(text, offset)
            if match is not None:
                self.fail(offset, f"found {clipped(match[0])}, {explanation}")

    def fail(self, offset: int, message: str) -> NoReturn:
        line, column = self.place(offset)
        raise FormatError(line, column, message, self.source)

    def expected(self, what: str) -> NoReturn:
        self.fail(self.token.offset, f"found {self.token}, expected {what}")

    def take(self) -> _Token:
        """Step over the current token; the last one, the end of the text, stays."""
        taken = self.token
        self.token = next(self.tokens, taken)
        return taken

    def chains(self) -> Chains:
        while self.token.text or self.token.kind != "end":
            if self.token.kind != "end":
                self.statement()
            self.take()
        return Chains(tuple(self.nodes), tuple(self.edges), tuple(self.confounded))

    def statement(self) -> None:
        if self.token.kind in ARROWS:
            self.expected("a node: a statement stays on one line and starts with a node")
        left = self.group("a node")
        while self.token.kind in ARROWS:
            arrow = self.take()
            right = self.group(f"a node after '{arrow.text}'")
            self.draw(left, arrow, right)
            left = right
        if self.token.kind == ",":
            self.expected("an arrow; a list of nodes is written in braces, such as '{M1, M2}'")
        if self.token.kind == "name":
            self.expected("an arrow; a name with spaces is written in double quotes")
        if self.token.kind != "end":
            self.expected("an arrow, ';' or the end of the line")

    def group(self, what: str) -> list[str]:
        """One node, or several in braces."""
        if self.token.kind != "{":
            return [self.name(what)]
        self.take()
        names = {self.name("a node inside the braces"): None}
        while self.token.kind in ("name", ","):
            if self.token.kind == ",":
                self.take()
            if self.token.kind == "name" and self.token.text in names:
                self.fail(self.token.offset, f"{self.token} stands twice in these braces")
            names[self.name("a node after ','")] = None
        if self.token.kind == "{":
            self.expected("another node or '}'; braces do not go inside braces")
        if self.token.kind != "}":
            self.expected("another node or '}', on the same line")
        self.take()
        return list(names)

    def name(self, what: str) -> str:
        if self.token.kind != "name":
            self.expected(what)
        name, offset = self.token.text, self.token.offset
        if len(name) > NAME_LETTERS.most:
            self.fail(offset, f"{clipped(name)} has {NAME_LETTERS.refusal(len(name))}")
        self.take()
        self.nodes.setdefault(name)
        return name

    def draw(self, left: list[str], arrow: _Token, right: list[str]) -> None:
        if len(self.edges) + len(left) * len(right) > DRAWN.most:
            self.fail(arrow.offset, DRAWN.refusal(len(self.edges) + len(left) * len(right)))
        both = arrow.kind == "<->"
        known = self.confounded if both else self.edges
        causes, effects = (right, left) if arrow.kind == "<-" else (left, right)
        for edge in ((cause, effect) for cause in causes for effect in effects):
            same = edge[::-1] if both and edge[::-1] in known else edge
            if same in known:
                line, column = self.place(known[same])
                drawn = f"the edge {write_edge(*edge, arrow='<->' if both else '->')} is drawn twice"
                self.fail(arrow.offset, f"{drawn}: here and at line {line}, column {column}; drop one")
            known[edge] = arrow.offset
