"""The grammar of dagitty model code, with line and column of every mistake.

Grammar (``;`` and the end of a line are blank; comments ``#``, ``//`` and ``/* */`` are ignored)::

    text      = [head [name]] "{" statements "}"          head: dag, pdag, graph or digraph; may be left out
    statement = name "=" name                             an option, such as bb="0,0,1,1"
              | group { edge group } ["[" attributes "]"]
    group     = name | ["subgraph" [name]] "{" statements "}"
    edge      = "->" | "<-" | "<->"
"""

from __future__ import annotations

import re
from typing import NoReturn

from identcheck.describe.wording import one_line
from identcheck.errors import clipped, suggestion
from identcheck.formats.chains import Edge
from identcheck.formats.graphs.drawing import EDGE_KEYS, Drawing
from identcheck.formats.graphs.options import PREFIX, from_text
from identcheck.formats.tokens import Token, TokenReader

__all__ = ["BARE", "Reader"]

BARE = re.compile(r"[\w.]+")
_TOKEN = re.compile(
    r"""(?P<blank>[\s;]+|\#[^\n]*|//[^\n]*|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)
    |(?P<edge>@->|<-@|->|--@|--|<->|<-|@-@|@--)
    |"(?P<quoted>[^"\\\n]*+(?:\\(?:"|\n+)?[^"\\\n]*+)*+)"
    |(?P<bare>[\w.]+)
    |(?P<mark>[{}\[\],+]|=(?!>))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:(")|\n+)')
_CALL = re.compile(r"\bdagitty\s*\(")
_CODE = re.compile(r"""['"]?\s*(?:strict\s+)?(?:p?dag|[mp]ag|(?:di)?graph)\b[^{}"']{0,80}\{""", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?P<bare>-[0-9.]+)")
_HEADS = ("dag", "pdag", "graph", "digraph")
_ANCESTRAL = ("mag", "pag")
_UNDIRECTED = ("--", "@-@", "@--", "--@", "@->", "<-@")
_MISTAKES = (
    (r"/\*", "a comment that is not closed; it ends with '*/'"),
    (r'"', "a double quote that is not closed on its line"),
    (r"'[^'\n]*'?", "single quotes; a name with spaces is written in double quotes"),
    (r"[=-]+>+|<+[=-]+|[→←↔⟶⟵⇒⇐]", "another kind of arrow; write '->', '<-' or '<->'"),
    (r"[-–—]", "a dash; an edge is written '->', '<-' or '<->', a name with a dash in double quotes"),
)
_MARKS = {
    **dict.fromkeys(("exposure", "e", "source"), ("role", "treatment")),
    **dict.fromkeys(("outcome", "o", "target"), ("role", "outcome")),
    **dict.fromkeys(("latent", "l", "unobserved", "u"), ("unobserved", True)),
    **dict.fromkeys(("adjusted", "a"), ("adjusted", True)),
    **dict.fromkeys(("selected", "s"), ("selected", True)),
}
_TEXTS = ("label", "scale", "symbol", "pos")


class Reader(TokenReader):
    """Recursive descent with one token of lookahead."""

    pattern = _TOKEN
    mistakes = _MISTAKES
    expects = "a node or an edge; other names go in double quotes"

    def __init__(self, text: str, source: str) -> None:
        self.before = ""
        super().__init__(text, source)
        self.sketch = Drawing()

    def drawing(self) -> Drawing:
        """Read everything."""
        closed = self._head()
        self._statements()
        if closed:
            self.need("}", "'}', which closes the graph")
        self.need("end", "the end of the text" if closed else "a node: this '}' closes nothing")
        return self.sketch

    # -- tokens ---------------------------------------------------------------

    def matched(self, offset: int) -> re.Match[str] | None:
        """A number may have its sign after "=" only."""
        negative = _NEGATIVE.match(self.text, offset) if self.before == "=" else None
        return negative or super().matched(offset)

    def token_of(self, kind: str, match: re.Match[str]) -> Token | None:
        """Names without their quotes, in which a backslash is written before a quote."""
        self.before = match[0]
        if kind == "quoted":
            if _CODE.match(match["quoted"]):
                self._in_r(match.start())
            return Token("name", _ESCAPE.sub(lambda found: found[1] or "", match["quoted"]), match.start())
        return Token("name", match[0], match.start()) if kind == "bare" else super().token_of(kind, match)

    def explain(self, offset: int, expects: str) -> NoReturn:
        """Raise FormatError at what is no token; a call of R around the code is looked for first."""
        call = self.text[offset] in "(:" and _CALL.search(self.text)
        if call or _CODE.match(self.text, offset):
            self._in_r(call.start() if call else offset)
        super().explain(offset, expects)

    def _in_r(self, offset: int) -> NoReturn:
        self.fail(
            offset,
            "found a call of R around the code; only what stands between its quotes is wanted, from 'dag {' to the "
            "closing brace",
        )

    # -- grammar --------------------------------------------------------------

    def _head(self) -> bool:
        """Step over the head; whether braces stand around the text."""
        if self.token.kind == "name" and self.token.text.lower() == "strict":
            self.at += 1
        head = self.token
        named = self.next_is("name") and self.next_is("{", 2)
        if head.kind != "name" or not (self.next_is("{") or named):
            if head.kind == "{" and not self._closes_early():
                self.at += 1
                return True
            return False
        if head.text.lower() in _ANCESTRAL:
            self.fail(
                head.offset,
                f"found {head.text!r}: its arrows say that one node comes before another, by whatever way; here an "
                "arrow is a direct effect. If yours are, write 'dag'",
            )
        if head.text.lower() not in _HEADS:
            hint = suggestion(head.text, _HEADS)
            self.fail(head.offset, f"found {clipped(head.text)}{hint}; dagitty code begins with 'dag {{'")
        self.at += 3 if named else 2
        return True

    def _closes_early(self) -> bool:
        """Whether the brace at the beginning closes before the end, as in ``{a b} -> c``."""
        depth = 0
        for place, token in enumerate(self.tokens):
            depth += {"{": 1, "}": -1}.get(token.kind, 0)
            if depth == 0:
                return self.tokens[place + 1].kind != "end"
        return False

    def _statements(self) -> list[str]:
        """Statements until a brace or the end; the nodes in them."""
        found: list[str] = []
        while self.token.kind not in ("}", "end"):
            if self.token.kind == "name" and self.next_is("="):
                self._option()
            elif self.token.text == "graph" and self.next_is("["):
                self.at += 1  # options of the drawing as a whole, such as bb
                self._attributes([], [])
            else:
                found += self._statement()
        return list(dict.fromkeys(found))

    def _option(self) -> None:
        key, value = self.token, self._value(2)
        if key.text.startswith(PREFIX):
            name = key.text.removeprefix(PREFIX)
            try:
                self.sketch.options[name] = from_text(name, value)
            except ValueError:
                self.fail(key.offset, f"the value of {key.text!r} cannot be read; write it as JSON")

    def _value(self, ahead: int) -> str:
        """The text after ``=``."""
        self.at += ahead
        return self._name("a value after '='; text goes in double quotes").text

    def _name(self, what: str) -> Token:
        return self.joined("name", what, "the rest of the text after '+'")

    def _statement(self) -> list[str]:
        left = self._group("a node")
        found = [*left]
        edges: list[Edge] = []
        lone = self.token.kind != "edge"
        while edge := self.take("edge"):
            if edge.text in _UNDIRECTED:
                self.fail(
                    edge.offset,
                    f"found {edge.text!r}, an edge that does not say what causes what; verdicts need that: write '->', "
                    "'<-', or '<->' for two that share a cause",
                )
            right = self._group(f"a node after {edge.text!r}")
            edges += self._draw(left, edge, right)
            left = right
            found += right
        if self.token.kind == "[":
            self._attributes(found if lone else [], edges)
        return found

    def _group(self, what: str) -> list[str]:
        brace = self._brace_ahead()
        if brace:
            self.deeper(self.token.offset)
            self.at += brace
            found = self._statements()
            self.depth -= 1
            self.need("}", "'}'")
            return found
        token = self._name(what)
        if not token.text.strip():
            self.fail(token.offset, "found an empty name; give the node a name")
        if token.text in ("graph", "node"):
            self.fail(
                token.offset, f"found {token.text!r}, which dagitty takes for no node's name; rename the node"
            )
        name = self.demand_short(one_line(token.text), token.offset)
        self.sketch.node(name, self.place(token.offset)[0])
        return [name]

    def _brace_ahead(self) -> int:
        """How many tokens go to the brace of a group, if one begins here; only after ``subgraph`` may it have a name."""
        if self.token.kind == "{":
            return 1
        token = self.token
        if token.kind != "name" or token.text != "subgraph" or self.text[token.offset] == '"':
            return 0
        ahead = self.after_joined("name", 2) if self.next_is("name") else 1
        return ahead + 1 if self.next_is("{", ahead) else 0

    def _draw(self, left: list[str], edge: Token, right: list[str]) -> list[Edge]:
        self.count(len(left) * len(right), edge.offset)
        ends = [(one, other) if edge.text != "<-" else (other, one) for one in left for other in right]
        draw = self.sketch.pair if edge.text == "<->" else self.sketch.edge
        for one, other in ends:
            draw(one, other)
        return ends if edge.text != "<->" else []

    def _attributes(self, nodes: list[str], edges: list[Edge]) -> None:
        """What stands in brackets, said of the nodes, or else of the edges."""
        self.take("[")
        offset = self.token.offset
        while self.take("]") is None:
            key = self.need("name", "an attribute or ']'")
            value = self._value(1) if self.token.kind == "=" else None
            self.take(",")
            self.count(len(nodes) + len(edges), offset)
            for node in nodes:
                self._say(node, key, value)
            for edge in edges:
                if key.text in EDGE_KEYS and value is not None:
                    self.sketch.edges[edge][key.text] = value

    def _say(self, node: str, key: Token, value: str | None) -> None:
        said = self.sketch.nodes[node]
        if key.text in _MARKS:
            name, mark = _MARKS[key.text]
            if said.setdefault(name, mark) != mark:
                self.fail(
                    key.offset, f"{node!r} is marked both exposure and outcome; they are different nodes"
                )
        elif key.text in _TEXTS and value is not None:
            said[key.text] = value
        elif value is None and (hint := suggestion(key.text, [mark for mark in _MARKS if len(mark) > 1])):
            self.fail(key.offset, f"unknown mark {clipped(key.text)}{hint}")
