"""The regressions of lavaan model syntax, with line and column of every mistake.

Grammar (a statement ends with its line, unless an operator stands at the end or begins the next line, or with
``;``; ``#`` and ``!`` start a comment)::

    statement = names "~" terms          an arrow from each term to each name
              | names "~~" terms         they share a cause; of a variable with itself: its variance
              | name ":=" anything       a definition, let be; so are constraints, ==, < and >
    names     = name { "+" name }
    terms     = term { "+" term }
    term      = { modifier "*" } name    a label, a number or a call such as start(0.3); 0* says no arrow
              | number                   an intercept, let be
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from identcheck.errors import suggestion
from identcheck.formats.graphs.cursor import Cursor, Token
from identcheck.formats.graphs.drawing import Drawing, Sketch

__all__ = ["NAME", "Reader"]

NAME = r"(?:[^\W\d_]|\.(?!\d))[\w.]*"
_TOKEN = re.compile(
    rf"""(?P<blank>[^\S\n]+)
    |(?P<comment>[\#!][^\n]*)
    |(?P<end>[;\n])
    |(?P<op>=~|~~|~\*~|:=|<~|<-(?![\d.])|->|==|[~<>|])
    |(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<call>{NAME}\((?:[^()\n]|\([^()\n]*\))*\))
    |(?P<name>{NAME})
    |(?P<string>"[^"\n]*")
    |(?P<mark>[+*:])
    |(?P<other>[()^/-])""",
    re.VERBOSE,
)
_HEADER = re.compile(
    r"[#!]\s*(?:(treatment|outcome|unobserved)|identcheck (\w+))\s*:\s*(.*?)\s*", re.IGNORECASE
)
_GOES_ON = ("op", "+", "*", ":")
_ZERO = re.compile(r"-?0*\.?0*|c\((?:\s*0*\.?0*\s*,?)+\)")
_REFUSED = {
    "=~": "a measurement model; these are not read: name the latent variable as a node of the regressions and mark it "
    "by a line '# unobserved: its name'",
    "<~": "a composite; these are not read: name the composite as a node of the regressions",
    "|": "thresholds of a categorical variable; these are not read: remove the line",
    "<-": "an arrow; a regression is written 'Y ~ M + T'",
    "->": "an arrow; a regression is written 'Y ~ M + T'",
    "~*~": "scaling factors; these are not read: remove the line",
}
_LET_BE = (":=", "==", "<", ">")


class Reader(Cursor):
    """Reads model syntax statement by statement.

    Args:
        text: the model, its line ends normalised.
        source: the file's name for error messages.
    """

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source)
        self.sketch = Sketch()
        self.roles: list[tuple[str, str, int]] = []
        self.tokens = self._joined(list(self._tokens(text)))

    def drawing(self) -> Drawing:
        """Read everything."""
        while self.token.text:
            if self.token.kind == "end":
                self.at += 1
            else:
                self._statement()
        for role, name, offset in self.roles:
            if name not in self.sketch.nodes:
                hint = suggestion(name, self.sketch.nodes)
                self.fail(offset, f"the {role} is named {name!r}, but the model has no such variable{hint}")
            self.sketch.node(name, **({role: True} if role == "unobserved" else {"role": role}))
        return self.sketch.done()

    # -- tokens ---------------------------------------------------------------

    def _tokens(self, text: str) -> Iterator[Token]:
        offset = 0
        while offset < len(text):
            match = _TOKEN.match(text, offset)
            if match is None:
                self._explain(text[offset], offset)
            kind = str(match.lastgroup)
            if kind == "comment":
                self._comment(match[0], offset)
            elif kind != "blank":
                yield Token(match[0] if kind == "mark" else kind, match[0], offset)
            offset = match.end()
        yield Token("end", "", offset)

    @staticmethod
    def _joined(tokens: list[Token]) -> list[Token]:
        """Without the line ends inside a statement: after an operator, and before one."""
        kept: list[Token] = []
        for place, token in enumerate(tokens):
            if token.text == "\n":
                onward = next(t for t in tokens[place:] if t.text != "\n")
                if onward.kind in _GOES_ON or (kept and kept[-1].kind in _GOES_ON and onward.kind != "end"):
                    continue
            kept.append(token)
        return kept

    def _comment(self, text: str, offset: int) -> None:
        """What a header says, such as ``# treatment: T``; any other comment is let be."""
        match = _HEADER.fullmatch(text)
        if match is None:
            return
        if match[1]:
            self.roles += [(match[1].lower(), name, offset) for name in re.split(r"[\s,]+", match[3]) if name]
            return
        try:
            self.sketch.options[match[2]] = json.loads(match[3])
        except ValueError:
            self.fail(offset, f"what follows 'identcheck {match[2]}:' cannot be read; write it as JSON")

    def _explain(self, found: str, offset: int) -> NoReturn:
        hints = {
            '"': "a double quote that is not closed on its line",
            "(": "a parenthesis; write the sum without it",
            "-": "a dash; names of variables have letters, digits, dots and underscores only",
            "=": "an equals sign; a regression is written 'Y ~ M + T'",
        }
        expected = "expected a variable, '~' or '~~'; a statement is written 'Y ~ M + T'"
        self.fail(offset, f"found {found!r}, {hints.get(found, expected)}")

    # -- grammar --------------------------------------------------------------

    def _statement(self) -> None:
        start = self.at
        end = next(place for place in range(start, len(self.tokens)) if self.tokens[place].kind == "end")
        ops = [token for token in self.tokens[start:end] if token.kind == "op"]
        if ops and ops[0].text in _REFUSED:
            self.fail(ops[0].offset, f"found {ops[0].text!r}, {_REFUSED[ops[0].text]}")
        if ops and ops[0].text in _LET_BE:
            self.at = end
            return
        for token in self.tokens[start:end]:
            if token.kind == "other":  # what only definitions and constraints have
                self._explain(token.text, token.offset)
        left = self._names()
        op = self.take("op")
        if op is None:
            if self.token.kind == ":":
                self.fail(self.token.offset, "found ':', a block or a product of variables; neither is read")
            self.expected("'~' or '~~': a statement is written 'Y ~ M + T'")
        self._terms(left, op)
        while self.take("+"):
            self._terms(left, op)
        if self.token.kind == ":":
            self.fail(
                self.token.offset,
                "found ':', a product of variables; here everyone has effects of their own, so leave the product out",
            )
        if self.token.kind != "end":
            self.expected("'+', or the end of the statement")

    def _names(self) -> list[str]:
        names = [self._name("the name of a variable")]
        while self.take("+"):
            names.append(self._name("the name of a variable after '+'"))
        return names

    def _name(self, what: str) -> str:
        token = self.take("name") or self.expected(what)
        self.sketch.node(token.text, self.place(token.offset)[0])
        return token.text

    def _terms(self, left: list[str], op: Token) -> None:
        """One term: what it says of each variable on the left."""
        modifiers = []
        while self.token.kind in ("name", "number", "call", "string") and self.next_is("*"):
            modifiers.append(self.token.text)
            self.at += 2
        if self.take("number"):  # an intercept
            return
        start = self.token.offset
        name = self._name(f"the name of a variable after '{self.tokens[self.at - 1].text}'")
        if any(_ZERO.fullmatch(modifier) for modifier in modifiers):
            return
        for other in left:
            if other != name and op.text == "~~":
                self.sketch.pair(other, name)
            elif other == name and op.text == "~":
                self.fail(start, f"{name!r} is regressed on itself; remove it from one side")
            elif other != name:
                self.sketch.edge(name, other, **({"label": "*".join(modifiers)} if modifiers else {}))
