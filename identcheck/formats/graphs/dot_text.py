"""The grammar of the DOT language, with line and column of every mistake.

Grammar (comments are ``/* */``, ``//`` and ``#``; words in quotation marks below may be in capitals)::

    text      = ["strict"] ("graph" | "digraph") [ID] "{" statements "}"
    statement = ("graph" | "node" | "edge") lists          defaults
              | ID "=" ID
              | end { ("->" | "--") end } [lists]          statements are parted by ";" or nothing
    end       = node { "," node } | ["subgraph" [ID]] "{" statements "}"
    node      = ID [":" ID [":" ID]]
    lists     = "[" { ID ["=" ID] [";" | ","] } "]" ...
    ID        = letters and digits | a numeral | '"' text '"' { "+" '"' text '"' } | "<" HTML ">"

Source: https://graphviz.org/doc/info/lang.html.
"""

from __future__ import annotations

import re

from identcheck.describe.wording import one_line
from identcheck.errors import clipped, suggestion
from identcheck.formats.graphs.dot_scene import KEPT, Attributes, Graph, Scene
from identcheck.formats.graphs.options import PREFIX
from identcheck.formats.tokens import Token, TokenReader

__all__ = ["Reader"]

_OTHER = "→←↔⟶⟵⇒⇐–—“”„«»‘’"
_LETTER = rf"[^\x00-@\[-^`{{-\x7f\s{_OTHER}]"
_TOKEN = re.compile(
    rf"""(?P<blank>\s+|//[^\n]*|\#[^\n]*|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)
    |(?P<edge>(?:->|--)(?!>))
    |"(?P<quoted>[^"\\]*+(?:\\.[^"\\]*+)*+)"
    |(?P<bare>{_LETTER}(?:[0-9]|{_LETTER})*+|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?))
    |(?P<html><)
    |(?P<mark>[{{}}\[\]=;,:+])""",
    re.VERBOSE | re.DOTALL,
)
_HTML = re.compile(r"<!--|[<>]|[^<>]+")
_ESCAPE = re.compile(r"\\(\n|.)|\t+", re.DOTALL)
_MISTAKES = (
    (r"/\*", "a comment that is not closed; it ends with '*/'"),
    (r'"', "a double quote that is not closed"),
    (
        r"[=-]+>+|<?[=-]+>|[→←↔⟶⟵⇒⇐]",
        "another kind of arrow; write '->', with [dir=both] for two that share a cause",
    ),
    (r"[-–—.]", "a sign that no name has; a name with other than letters and digits goes in double quotes"),
    ("[“”„«»‘’`\u00b4']", 'a quote that is not a straight double one; write " in its place'),
)
_ID = ("id", "quoted", "html")
_KEYWORDS = ("node", "edge", "graph", "digraph", "subgraph", "strict")


class Reader(TokenReader):
    """Recursive descent with one token of lookahead."""

    pattern = _TOKEN
    mistakes = _MISTAKES
    expects = "a node or '->'; a name with other than letters and digits goes in double quotes"

    def __init__(self, text: str, source: str) -> None:
        self.bare_until = -1
        super().__init__(text, source)

    def scene(self) -> Scene:
        """Read everything."""
        strict = self._word("strict")
        if not self._word("digraph") and not self._word("graph"):
            hint = suggestion(self.token.text, ("digraph", "graph")) if self.token.kind == "id" else ""
            self.fail(
                self.token.offset,
                f"found {self.token}{hint}, expected 'digraph': a graph is written 'digraph {{ A -> B; }}'",
            )
        if self.token.kind in _ID:
            self._id("a name")
        self.drawing = Scene(strict)
        self._body(self.drawing.top)
        if self._is_word("graph") or self._is_word("digraph") or self._is_word("strict"):
            self.fail(
                self.token.offset, "a second graph begins; a design has one: put each in a file of its own"
            )
        self.need("end", "the end of the text: the graph is closed")
        return self.drawing

    # -- tokens ---------------------------------------------------------------

    def token_of(self, kind: str, match: re.Match[str]) -> Token | None:
        """A text in HTML is one token; a bare word is a keyword or a name."""
        offset = match.start()
        if kind == "html":
            self.end = self._html_end(self.text, offset)
            return Token("html", self.text[offset : self.end], offset)
        if kind != "bare":
            return super().token_of(kind, match)
        if offset == self.bare_until:
            self.fail(
                offset,
                f"found {clipped(match[0])} right after a name; a name with other than letters and digits, or that "
                "begins with a digit, goes in double quotes",
            )
        self.bare_until = match.end()
        return Token("word" if match[0].lower() in _KEYWORDS else "id", match[0], offset)

    def _html_end(self, text: str, offset: int) -> int:
        """Where a text in HTML ends: its brackets go in pairs, but for those in its comments."""
        depth, at = 1, offset + 1
        while depth:
            match = _HTML.match(text, at)
            if match is None:
                self.fail(offset, "found '<', a text in HTML that is not closed by '>'")
            at = match.end()
            if match[0] == "<!--":
                at = text.find("-->", at) + 3
                if at < 3:
                    self.fail(match.start(), "found '<!--', a comment that is not closed; it ends with '-->'")
            depth += {"<": 1, ">": -1}.get(match[0], 0)
        return at

    def _is_word(self, word: str) -> bool:
        return self.token.kind == "word" and self.token.text.lower() == word

    def _word(self, word: str) -> bool:
        """Step over a keyword, in whatever capitals."""
        found = self._is_word(word)
        self.at += found
        return found

    # -- grammar --------------------------------------------------------------

    def _body(self, graph: Graph) -> None:
        """Statements in braces."""
        brace = self.need("{", "'{'")
        self.deeper(brace.offset)
        while self.token.kind not in ("}", "end"):
            self._statement(graph)
            self.take(";")
        self.need("}", "'}', which closes the graph")
        self.depth -= 1

    def _statement(self, graph: Graph) -> None:
        for kind, defaults in (("node", graph.node), ("edge", graph.edge), ("graph", graph.said)):
            if self._word(kind):
                if self.token.kind != "[":
                    self.expected(f"'[' after {kind!r}; a node of that name is written in double quotes")
                defaults.update(self._attributes(kind == "graph"))
                return
        if self.token.kind in _ID and self.next_is("=", self.after_joined("quoted")):
            key = self._id("an attribute")
            self.take("=")
            value = self._value()
            if key.startswith(PREFIX):
                graph.said[key] = value
            return
        self._edges(graph)

    def _edges(self, graph: Graph) -> None:
        ends = [self._end(graph, "a node, '{' or '}'")]
        lines = []
        while edge := self.take("edge"):
            if edge.text == "--":
                self.fail(
                    edge.offset,
                    "found '--', an edge that does not say what causes what; write 'digraph' and '->', and for two "
                    "that share a cause add [dir=both]",
                )
            lines.append(edge.offset)
            ends.append(self._end(graph, "a node or '{' after '->'"))
        said = self._attributes()
        if not lines and isinstance(ends[0], list):
            for name in ends[0]:
                self.drawing.nodes[name].update(said)
        for left, right, offset in zip(ends, ends[1:], lines, strict=False):
            tails, heads = list(_names(left)), list(_names(right))
            self.count(len(tails) * len(heads), offset)
            self.drawing.join(graph, tails, heads, self.place(offset)[0], said)

    def _end(self, graph: Graph, what: str) -> list[str] | Graph:
        """One end of an edge, or what a statement is about: nodes, or a graph inside."""
        subgraph = self._word("subgraph")
        if subgraph or self.token.kind == "{":
            named = subgraph and self.token.kind in _ID
            inner = graph.opened(self._id("a name") if named else None)
            self._body(inner)
            return inner
        names = [self._node(graph, what)]
        while self.take(","):
            names.append(self._node(graph, "a node after ','"))
        return names

    def _node(self, graph: Graph, what: str) -> str:
        offset = self.token.offset
        name = one_line(self._id(what))
        for _ in range(2):  # a port, and a point of the compass
            if self.take(":"):
                self._id("a port after ':'")
        if not name.strip():
            self.fail(offset, "found an empty name; give the node a name")
        self.drawing.node(graph, self.demand_short(name, offset), self.place(offset)[0])
        return name

    def _attributes(self, of_graph: bool = False) -> Attributes:
        """What stands in brackets, as far as it means something here; a word without a value says yes."""
        said: Attributes = {}
        while self.take("["):
            while self.take("]") is None:
                key = self._id("an attribute or ']'")
                value = self._value() if self.take("=") else "true"
                if key.startswith(PREFIX) if of_graph else key in KEPT:
                    said[key] = value
                self.take(";", ",")
        return said

    def _value(self) -> str | None:
        """A value; None for HTML, and for the label that puts the name of the node there: both are for the eye only."""
        drawn = self.token.kind == "html" or (self.token.kind, self.token.text) == ("quoted", r"\N")
        value = self._id(
            "a value after '='; a value with other than letters and digits goes in double quotes"
        )
        return None if drawn else value

    def _id(self, what: str) -> str:
        token = self.take("id", "html")
        if token is not None:
            return token.text
        if self.token.kind == "word":
            self.fail(
                self.token.offset,
                f"found {self.token.text!r}, a word of the language, expected {what}; as a name it goes in double quotes",
            )
        text = self.joined("quoted", what, "text in double quotes after '+'").text
        return _ESCAPE.sub(_meant, text)


def _names(end: list[str] | Graph) -> list[str]:
    return end if isinstance(end, list) else list(end.nodes)


def _meant(match: re.Match[str]) -> str:
    """What an escape stands for: nothing for a line that goes on, a space for a new line and a tabulator."""
    letter = match[1]
    if letter is None or letter in "nlr":
        return " "
    return "" if letter == "\n" else letter if letter in '\\"' else match[0]
