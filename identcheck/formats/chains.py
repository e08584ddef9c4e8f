"""Arrow notation for graphs: ``T -> V -> NP -> Y; V -> Y``.

Grammar (``;`` or the end of a line ends a statement, ``#`` starts a comment)::

    statement = group { arrow group } [ "=>" moved { "," moved } ]
                                            T -> V -> Y        a lone node is a statement too
    moved     = "(" group { arrow group } ")"   wages => (T -> V), (V -> Y)   a modifier and the arrows it moves
    arrow     = "->" | "<-" | "<->"         V <- U -> Y        V <-> Y: they share a cause not drawn
    group     = name | "{" names "}"        T -> {M1 M2} -> Y  every pair; commas may stand between
    name      = bare | '"' text '"'         "child health" -> Y; a quote inside the text is doubled

A bare name starts with a letter or underscore and goes on with letters, digits, underscores and
dots. Anything else is a :class:`~identcheck.errors.FormatError` at the line and column where it
stands. Written, nodes that go the same way stand in one pair of braces.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from identcheck.describe.declarations import Edge
from identcheck.formats.tokens import Place, Token, TokenReader

__all__ = ["Chains", "Edge", "parse_chains", "write_edge", "write_name"]

ARROWS = ("->", "<-", "<->")

_BARE = re.compile(r"[^\W\d][\w.]*")
_TOKEN = re.compile(
    rf"""(?P<blank>[^\S\n]+|\#[^\n]*)
    |(?P<end>[;\n])
    |"(?P<quoted>(?:[^"\n]|"")*)"
    |(?P<bare>{_BARE.pattern})
    |(?P<mark>->|<->|<-(?![->]|[^\S\n]*>)|=>(?=[^\S\n]*\()|[{{}}(),])""",
    re.VERBOSE,
)
_MISTAKES = (
    (
        r"<[^\S\n]*[-=]+[^\S\n]*>|[↔⇔⟷]",
        "another kind of arrow; an edge between two that share a cause is '<->'",
    ),
    (r"-[^\S\n]+>|<[^\S\n]+-", "a broken arrow; write '->' or '<-' without a space inside"),
    (
        r"=>",
        "another kind of arrow; write '->' or '<-', and where a modifier moves an arrow this one in brackets, "
        "such as wages => (T -> hours)",
    ),
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
    (r"[(\[+&]", "no sign of arrow notation; several nodes stand in braces, such as {M1 M2}"),
    (
        r"\*",
        'no sign of arrow notation; the node of an interaction is named in double quotes, such as "V*NP"',
    ),
    (r"\d[\w.]*", "a name that starts with a digit; write it in double quotes"),
)


@dataclass(frozen=True)
class Chains:
    """What a text in arrow notation draws.

    Attributes:
        nodes: every node, in order of appearance; a lone one has no edge.
        edges: every edge (cause, effect), in order of appearance, none twice.
        confounded: every pair joined by ``<->``, in order of appearance, none twice.
        lines: the line of each node, where it appears first, of each edge and of each pair: by ``("M",)``, ``("M", "Y")``.
        moved: every arrow that a modifier, named before "=>", is said to move: (modifier, arrow), none twice.
        apart: names that stand in one pair of braces with nothing but spaces between them, each row as it stands.
    """

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    confounded: tuple[Edge, ...] = ()
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict, repr=False, compare=False)
    apart: tuple[tuple[str, ...], ...] = field(default=(), repr=False, compare=False)
    moved: tuple[tuple[str, Edge], ...] = ()


def parse_chains(
    text: str, place: Place | None = None, source: str = "<text>", *, modified: bool = False
) -> Chains:
    """Read arrow notation.

    Args:
        text: the statements.
        place: where an offset of ``text`` stands in the user's file; by default in ``text`` itself.
        source: the file's name for error messages.
        modified: whether modifiers may stand in it; elsewhere "=>" is a mistake.

    Raises:
        FormatError: where the text first departs from the grammar, or draws an edge again.
    """
    return _Reader(text, place, source, modified).chains()


def write_edge(cause: str, effect: str, arrow: str = "->") -> str:
    """An edge in arrow notation, with quotes where a name needs them."""
    return f" {arrow} ".join(map(write_name, (cause, effect)))


def write_name(name: str) -> str:
    """A name in arrow notation, in quotes where it needs them; one with a line break cannot be read back."""
    if _BARE.fullmatch(name):
        return name
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


class _Reader(TokenReader):
    """Recursive descent with one token of lookahead; collects nodes and edges with their places."""

    pattern = _TOKEN
    mistakes = _MISTAKES

    def __init__(self, text: str, place: Place | None, source: str, modified: bool) -> None:
        super().__init__(text, source, place)
        self.modified = modified
        self.moved: dict[tuple[str, Edge], int] = {}
        self.nodes: dict[str, int] = {}
        self.apart: list[tuple[str, ...]] = []
        self.edges: dict[Edge, int] = {}
        self.confounded: dict[Edge, int] = {}

    def token_of(self, kind: str, match: re.Match[str]) -> Token | None:
        """Names without their quotes; an empty one is an error where the grammar reaches it."""
        if kind == "quoted" and not match["quoted"].strip():
            return Token("empty", match[0], match.start())
        if kind in ("quoted", "bare"):
            return Token("name", match[kind].replace('""', '"'), match.start())
        return super().token_of(kind, match)

    def unknown(self, offset: int) -> Token:
        """What is no token is an error where the grammar reaches it, unless something before it is wrong."""
        return Token("unknown", self.text[offset], offset)

    def expected(self, what: str) -> NoReturn:
        kind, text, offset = self.token
        if kind in ("unknown", "=>", "(", ")"):
            self.explain(offset, what)
        if kind == "empty":
            self.fail(offset, f"found {text!r}, an empty name")
        self.fail(offset, f"found {self.token if text else 'the end'}, expected {what}")

    def chains(self) -> Chains:
        while self.token.text or self.token.kind != "end":
            if self.token.kind != "end":
                self.statement()
            self.at += bool(self.token.text)
        offsets: dict[tuple[str, ...], int] = {(node,): offset for node, offset in self.nodes.items()}
        offsets.update((*self.confounded.items(), *self.edges.items()))
        lines = {drawn: self.place(offset)[0] for drawn, offset in offsets.items()}
        apart, moved = tuple(self.apart), tuple(self.moved)
        return Chains(tuple(self.nodes), tuple(self.edges), tuple(self.confounded), lines, apart, moved)

    def statement(self) -> None:
        if self.token.kind in ARROWS:
            self.expected("a node: a statement stays on one line and starts with a node")
        left = self.group("a node")
        while arrow := self.take(*ARROWS):
            right = self.group(f"a node after '{arrow.text}'")
            self.draw(left, arrow, right)
            left = right
        if self.modified and self.take("=>"):
            self.move(left)
        if self.token.kind == ",":
            self.expected("an arrow; a list of nodes is written in braces, such as '{M1, M2}'")
        if self.token.kind == "name":
            self.expected("an arrow; a name with spaces is written in double quotes")
        if self.token.kind != "end":
            self.expected("an arrow, ';' or the end of the line")

    def move(self, modifiers: list[str]) -> None:
        """The arrows in parentheses that modifiers move; they are drawn elsewhere, and so are their nodes."""
        nodes = dict(self.nodes)
        while True:
            self.need("(", "an arrow in parentheses, such as '(T -> M)'")
            left = self.group("the first node of an arrow")
            if self.token.kind not in ("->", "<-"):
                self.expected("'->' or '<-': what a modifier moves is an arrow")
            while arrow := self.take("->", "<-"):
                right = self.group(f"a node after '{arrow.text}'")
                causes, effects = (right, left) if arrow.kind == "<-" else (left, right)
                self.count(len(modifiers) * len(left) * len(right), arrow.offset)
                for moved in itertools.product(modifiers, itertools.product(causes, effects)):
                    self.moved.setdefault(moved, arrow.offset)
                left = right
            self.need(")", "')' after the arrow")
            if not self.take(","):
                break
        self.nodes = nodes

    def group(self, what: str) -> list[str]:
        """One node, or several in braces."""
        if not self.take("{"):
            return [self.name(what)]
        names = {self.name("a node inside the braces"): None}
        row = [*names]
        while self.token.kind in ("name", ","):
            if self.take(","):
                self._end_row(row)
            row.append(self.token.text)
            if self.token.kind == "name" and self.token.text in names:
                self.fail(self.token.offset, f"{self.token} stands twice in these braces")
            names[self.name("a node after ','")] = None
        self._end_row(row)
        if self.token.kind == "{":
            self.expected("another node or '}'; braces do not go inside braces")
        self.need("}", "another node or '}', on the same line")
        return list(names)

    def _end_row(self, row: list[str]) -> None:
        """Keep names between which only spaces stand, and begin anew."""
        if len(row) > 1:
            self.apart.append(tuple(row))
        row.clear()

    def name(self, what: str) -> str:
        token = self.need("name", what)
        self.nodes.setdefault(self.demand_short(token.text, token.offset), token.offset)
        return token.text

    def draw(self, left: list[str], arrow: Token, right: list[str]) -> None:
        self.count(len(left) * len(right), arrow.offset)
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
