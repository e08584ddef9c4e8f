"""A text as tokens, and stepping through them, with line and column of every mistake; for every grammar of this folder."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import ClassVar, NamedTuple, NoReturn

from identcheck.errors import FormatError, clipped
from identcheck.errors.limits import DRAWN, NAME_LETTERS, NESTING, PIECES

__all__ = ["Place", "Token", "TokenReader", "place_in"]

Place = Callable[[int], tuple[int, int]]
"""Maps an offset in a text to its line and column, both from 1."""


def place_in(text: str) -> Place:
    """Line and column of each offset of a text; the text is gone through once, when the first place is asked for."""
    breaks: list[int] = []

    def place(offset: int) -> tuple[int, int]:
        if not breaks:
            breaks.extend([-1, *(found.start() for found in re.finditer("\n", text))])
        line = bisect_left(breaks, offset)
        return line, offset - breaks[line - 1]

    return place


class Token(NamedTuple):
    """A piece of a text.

    Attributes:
        kind: what it is, such as "name"; of the last one and of what ends a statement, "end"; a sign is its own kind.
        text: what it says; nothing at the end of the text.
        offset: where it begins.
    """

    kind: str
    text: str
    offset: int

    def __str__(self) -> str:
        if self.kind == "end":
            return (
                "';'" if self.text == ";" else "the end of the line" if self.text else "the end of the text"
            )
        return clipped(self.text)


class TokenReader:
    """A place among the tokens of a text; a grammar is a subclass, which reads by recursive descent.

    Args:
        text: the text, its line ends normalized.
        source: the file's name for error messages.
        place: where an offset of the text stands in the user's file; by default in the text itself.

    Attributes:
        pattern: matches one token; the group that matches names its kind. "blank" is passed over, "mark" is a sign.
        mistakes: patterns of what is easily written where no token is, each with what it is and how to fix it.
        expects: what stands there instead, for any other mistake.
        tokens: the tokens, the last of them the end.
        at: the number of the token that is read next.
    """

    pattern: ClassVar[re.Pattern[str]]
    mistakes: ClassVar[Sequence[tuple[str, str]]] = ()
    expects: ClassVar[str] = ""

    def __init__(self, text: str, source: str, place: Place | None = None) -> None:
        self.text = text
        self.source = source
        self.place = place or place_in(text)
        self.at = self.end = self.drawn = self.depth = 0
        self.tokens = list(islice(self._scanned(), PIECES.most + 1))
        if len(self.tokens) > PIECES.most:
            self.fail(self.tokens[-1].offset, PIECES.refusal(f"more than {PIECES.most:,}"))

    def _scanned(self) -> Iterator[Token]:
        while self.end < len(self.text):
            offset = self.end
            match = self.matched(offset)
            if match is None:
                yield self.unknown(offset)
                return
            self.end = match.end()
            kind = str(match.lastgroup)
            token = None if kind == "blank" else self.token_of(kind, match)
            if token is not None:
                yield token
        yield Token("end", "", self.end)

    def matched(self, offset: int) -> re.Match[str] | None:
        """What the pattern finds at a place."""
        return self.pattern.match(self.text, offset)

    def token_of(self, kind: str, match: re.Match[str]) -> Token | None:
        """The token that a match is; None for one that the grammar passes over."""
        return Token(match[0] if kind == "mark" else kind, match[kind], match.start())

    def unknown(self, offset: int) -> Token:
        """The last token, where the pattern finds none: by default the mistake is raised at once."""
        self.explain(offset, self.expects)

    def explain(self, offset: int, expects: str) -> NoReturn:
        """Raise FormatError at what is no token, for mistakes that are easily made with the way to mend them."""
        for pattern, explanation in self.mistakes:
            if match := re.compile(pattern).match(self.text, offset):
                self.fail(offset, f"found {clipped(match[0])}, {explanation}")
        self.fail(offset, f"found {self.text[offset]!r}, expected {expects}")

    @property
    def token(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.at]

    def next_is(self, kind: str, ahead: int = 1) -> bool:
        """Whether a token further on is of a kind."""
        return self.at + ahead < len(self.tokens) and self.tokens[self.at + ahead].kind == kind

    def take(self, *kinds: str) -> Token | None:
        """Step over the token if it is of such a kind."""
        token = self.token
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def need(self, kind: str, what: str) -> Token:
        """Step over the token, which must be of a kind."""
        return self.take(kind) or self.expected(what)

    def joined(self, kind: str, what: str, rest: str) -> Token:
        """A token of a kind; those joined to it by ``+`` are one with it."""
        token = self.need(kind, what)
        texts = [token.text]
        while self.take("+"):
            texts.append(self.need(kind, rest).text)
        return Token(kind, "".join(texts), token.offset)

    def after_joined(self, kind: str, ahead: int = 1) -> int:
        """How many tokens ahead what follows such a token stands, which itself stands one less."""
        while self.next_is("+", ahead) and self.next_is(kind, ahead + 1):
            ahead += 2
        return ahead

    def deeper(self, offset: int) -> None:
        """Go into braces, if they are not too deep; whoever leaves them takes one off ``depth``."""
        self.depth += 1
        if self.depth > NESTING.most:
            self.fail(offset, NESTING.refusal(self.depth))

    def count(self, more: int, offset: int) -> None:
        """Count the edges that are about to be drawn."""
        self.drawn += more
        if self.drawn > DRAWN.most:
            self.fail(offset, DRAWN.refusal(self.drawn))

    def demand_short(self, name: str, offset: int) -> str:
        """The name, if it is not too long."""
        if len(name) > NAME_LETTERS.most:
            self.fail(offset, f"{clipped(name)} has {NAME_LETTERS.refusal(len(name))}")
        return name

    def fail(self, offset: int, message: str) -> NoReturn:
        """Raise FormatError at a place."""
        raise FormatError(*self.place(offset), message, self.source)

    def expected(self, what: str) -> NoReturn:
        """Raise FormatError at the token that is read next."""
        self.fail(self.token.offset, f"found {self.token}, expected {what}")
