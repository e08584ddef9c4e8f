"""The regressions of lavaan model syntax, with line and column of every mistake.

Grammar (a statement ends with its line, unless an operator stands at the end or begins the next line, or with
``;``; ``#`` and ``!`` start a comment)::

    statement = names "~" terms          an arrow from each term to each name
              | names "~~" terms         they share a cause; of a variable with itself: its variance
              | name ":=" anything       a definition, left out with a remark; so are constraints, ==, < and >
    names     = name { "+" name }
    terms     = term { "+" term }
    term      = { modifier "*" } name    a label, a number or a call such as start(0.3); 0* says no arrow
              | number                   an intercept, left out with a remark
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from identcheck.errors import clipped, suggestion
from identcheck.errors.limits import TEXT_LETTERS
from identcheck.formats.graphs.drawing import Drawing
from identcheck.formats.graphs.lavaan_modifiers import Coefficient, problem_of
from identcheck.formats.graphs.options import OPTIONS
from identcheck.formats.tokens import Token, TokenReader

__all__ = ["NAME", "Reader"]

NAME = r"(?:[^\W\d_]|\.(?!\d))[\w.]*"
_TOKEN = re.compile(
    rf"""(?P<blank>[^\S\n]+)
    |(?P<comment>[\#!][^\n]*)
    |(?P<end>;|\n(?:[^\S\n]*\n)*+)
    |(?P<op>=~|~~|~\*~|:=|<~|<-(?![\d.])|->|==|[~<>|])
    |(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<call>{NAME}\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\))
    |(?P<name>{NAME})
    |(?P<string>"[^"\n]*")
    |(?P<mark>[+*:])
    |(?P<other>[()^/-])""",
    re.VERBOSE,
)
_HEADER = re.compile(
    r"[#!]+[^\S\n]*(?:(treatment|outcome|unobserved)|identcheck (\w+))[^\S\n]*:", re.IGNORECASE
)
_GOES_ON = ("op", "+", "*", ":")
_REFUSED = {
    "=~": "a measurement model; these are not read: name the latent variable as a node of the regressions and mark it "
    "by a line '# unobserved: its name'",
    "<~": "a composite; these are not read: name the composite as a node of the regressions",
    "|": "thresholds of a categorical variable; these are not read: remove the line",
    "<-": "an arrow; a regression is written 'Y ~ M + T'",
    "->": "an arrow; a regression is written 'Y ~ M + T'",
    "~*~": "scaling factors; these are not read: remove the line",
}
_MISTAKES = (
    ('"', "a double quote that is not closed on its line"),
    (r"\(", "a parenthesis; write the sum without it"),
    ("-", "a dash; names of variables have letters, digits, dots and underscores only"),
    ("'", "a single quote; names stand without quotes"),
    ("=", "an equals sign; a regression is written 'Y ~ M + T'"),
)
_CALL = "a call of R around the model; only what stands between its quotes is wanted"
_CONSTRAINTS = "constraints (==, <, >) are left out: every arrow has effects of its own"
_INTERCEPTS = "intercepts (~ 1) are left out: verdicts are about effects alone"
_LET_BE = {
    ":=": "definitions (:=) are left out: effects are asked for by name, such as total(M, Y)",
    "==": _CONSTRAINTS,
    "<": _CONSTRAINTS,
    ">": _CONSTRAINTS,
}


class Reader(TokenReader):
    """Reads model syntax statement by statement."""

    pattern = _TOKEN
    mistakes = _MISTAKES
    expects = "a variable, '~' or '~~'; a statement is written 'Y ~ M + T'"

    def __init__(self, text: str, source: str) -> None:
        self.sketch = Drawing()
        self.headers: list[tuple[str, str, int]] = []
        self.coefficients: dict[tuple[str, str, str], Coefficient] = {}
        self.zeros: set[str] = set()
        super().__init__(text, source)
        self.tokens = self._joined(self.tokens)

    def drawing(self) -> Drawing:
        """Read everything."""
        while self.token.text:
            if self.token.kind == "end":
                self.at += 1
            else:
                self._statement()
        self._draw()
        for role, said, offset in self.headers:
            self._header(role, said, offset)
        return self.sketch

    def _draw(self) -> None:
        """Draw what has a coefficient that is not fixed at zero."""
        for (cause, effect, op), coefficient in self.coefficients.items():
            if coefficient.is_zero(self.zeros):
                continue
            label = "*".join(coefficient.modifiers)
            if len(label) > TEXT_LETTERS.most:
                self.fail(coefficient.offset, TEXT_LETTERS.refusal(len(label)))
            if op == "~~":
                self.sketch.pair(effect, cause)
            else:
                self.sketch.edge(cause, effect, **({"label": label} if label else {}))

    # -- tokens ---------------------------------------------------------------

    def token_of(self, kind: str, match: re.Match[str]) -> Token | None:
        """Comments are passed over, but for what they say of the design; of line ends one is kept."""
        if kind == "comment":
            self._comment(match[0], match.start())
            return None
        return (
            Token("end", match[0].strip() or "\n", match.start())
            if kind == "end"
            else super().token_of(kind, match)
        )

    @staticmethod
    def _joined(tokens: list[Token]) -> list[Token]:
        """Without the line ends inside a statement: after an operator, and before one."""
        kept: list[Token] = []
        last = max((at for at, token in enumerate(tokens) if token.text.strip()), default=0)
        for at, token in enumerate(tokens):
            if kept and kept[-1].text == "\n" and token.kind in _GOES_ON:
                kept.pop()
            before = kept[-1] if kept else Token("end", "", 0)
            onward = before.text == "\n" or (before.kind in _GOES_ON and at < last)
            if token.text != "\n" or not onward:
                kept.append(token)
        return kept

    def _comment(self, text: str, offset: int) -> None:
        """What a header may say, such as ``# treatment: T``; whether it is one, the names of the variables will tell."""
        match = _HEADER.match(text)
        if match is None:
            return
        said = text[match.end() :].strip()
        if match[1]:
            self.headers.append((match[1].lower(), said, offset))
        elif match[2] in OPTIONS:
            try:
                self.sketch.options[match[2]] = json.loads(said)
            except (ValueError, RecursionError):
                self.fail(offset, f"what follows 'identcheck {match[2]}:' cannot be read; write it as JSON")
        elif suggestion(match[2], OPTIONS):
            self.sketch.options[match[2]] = said  # a problem of the design

    def _header(self, role: str, said: str, offset: int) -> None:
        """Take a comment as a header if all that follows its colon are variables; else it is an ordinary one.

        One that comes near to a header is told where the role is said nowhere else.
        """
        words = [word for word in re.split(r"[\s,]+", said) if word]
        nodes = self.sketch.nodes
        unknown = [word for word in words if word not in nodes]
        if words and not unknown:
            for name in words:
                self.sketch.node(name, **({role: True} if role == "unobserved" else {"role": role}))
            return
        items = [item.strip() for item in said.split(",")]
        listed = all(re.fullmatch(NAME, item) for item in items)
        hint = suggestion(unknown[0], nodes) if unknown else ""
        nearly = all(re.fullmatch(NAME, word) for word in words) and 2 * len(unknown) <= len(words)
        if unknown and (nearly or (listed and (hint or role != "unobserved"))):
            what = "an unobserved variable" if role == "unobserved" else f"the {role}"
            doubt = f"{what} is named {clipped(unknown[0])}, but the model has no such variable{hint}"
            self.sketch.doubts.setdefault(role, f"line {self.place(offset)[0]}: {doubt}")

    def explain(self, offset: int, expects: str) -> NoReturn:
        """Raise FormatError at what is no token; a call of R around the model is looked for first."""
        found = self.text[offset]
        if found in "'\"" and self.text[:offset].rstrip().endswith(("<-", "=", "(")):
            self.fail(offset, f"found {found!r}, {_CALL}")
        super().explain(offset, expects)

    # -- grammar --------------------------------------------------------------

    def _statement(self) -> None:
        start = self.at
        end = next(place for place in range(start, len(self.tokens)) if self.tokens[place].kind == "end")
        ops = [token for token in self.tokens[start:end] if token.kind == "op"]
        if ops and ops[0].text == "<-" and self.text[ops[0].offset + 2 :][:9].strip()[:1] in ("'", '"'):
            self.fail(self.tokens[start].offset, f"found {self.tokens[start]}, {_CALL}")
        if ops and ops[0].text in _REFUSED:
            self.fail(ops[0].offset, f"found {ops[0].text!r}, {_REFUSED[ops[0].text]}")
        if ops and ops[0].text in _LET_BE:
            if not self._zero(self.tokens[start:end]):
                self._pass_over(_LET_BE[ops[0].text], ops[0])
            self.at = end
            return
        for token in self.tokens[start:end]:
            if token.kind == "other":  # what only definitions and constraints have
                self.explain(token.offset, self.expects)
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
        token = self.need("name", what)
        self.sketch.node(self.demand_short(token.text, token.offset), self.place(token.offset)[0])
        return token.text

    def _terms(self, left: list[str], op: Token) -> None:
        """One term: what it says of each variable on the left."""
        modifiers: list[Token] = []
        while self.token.kind in ("name", "number", "call", "string") and self.next_is("*"):
            problem = problem_of(self.token.text)
            if problem:
                self.fail(self.token.offset, f"found {self.token}, {problem}")
            modifiers.append(self.token)
            self.at += 2
        if number := self.take("number"):
            self._pass_over(_INTERCEPTS, number)
            return
        start = self.token.offset
        name = self._name(f"the name of a variable after '{self.tokens[self.at - 1].text}'")
        self.count(len(left), start)
        for other in left:
            if other == name and op.text == "~":
                self.fail(start, f"{name!r} is regressed on itself; remove it from one side")
            elif other != name:
                self._say(name, other, op.text, [token.text for token in modifiers], start)

    def _say(self, cause: str, effect: str, op: str, modifiers: list[str], offset: int) -> None:
        """What a term says of its coefficient; a covariance is that of both."""
        key = (cause, effect, op)
        if op == "~~" and (effect, cause, op) in self.coefficients:
            key = (effect, cause, op)
        coefficient = self.coefficients.setdefault(key, Coefficient(offset))
        contradiction = coefficient.say(modifiers)
        if contradiction:
            written = f"{effect} {op} {cause}"
            self.fail(offset, f"the coefficient of {clipped(written)} is {contradiction}")

    def _pass_over(self, what: str, token: Token) -> None:
        self.sketch.passed_over(what, self.place(token.offset)[0])

    def _zero(self, tokens: list[Token]) -> bool:
        """Whether a constraint sets a name to zero, ``a == 0``, which takes the arrow away; all others are passed over."""
        kinds = [token.kind for token in tokens]
        if kinds not in (["name", "op", "number"], ["number", "op", "name"]) or tokens[1].text != "==":
            return False
        name, number = (tokens[0], tokens[2])[:: 1 if kinds[0] == "name" else -1]
        if float(number.text) != 0:
            return False
        self.zeros.add(name.text)
        return True
