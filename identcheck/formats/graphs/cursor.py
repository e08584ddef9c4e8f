"""Stepping through the tokens of a text, with line and column of every mistake."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple, NoReturn

from identcheck.errors import FormatError, clipped
from identcheck.errors.limits import DRAWN, NAME_LETTERS, NESTING, PIECES
from identcheck.formats.chains import place_in

__all__ = ["Cursor", "Token"]


class Token(NamedTuple):
    """A piece of a text.

    Attributes:
        kind: what it is, such as "name"; of the last one and of what ends a statement, "end".
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


class Cursor:
    """A place among the tokens of a text.

    Args:
        text: the text, its line ends normalised.
        source: the file's name for error messages.

    Attributes:
        tokens: the tokens, the last of them the end; the reader sets them.
        at: the number of the token that is read next.
    """

    def __init__(self, text: str, source: str) -> None:
        self.place = place_in(text)
        self.source = source
        self.tokens: list[Token] = []
        self.at = 0
        self.drawn = 0
        self.depth = 0

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

    def listed(self, tokens: Iterable[Token]) -> list[Token]:
        """The tokens of a text, if there are not too many."""
        found = list(islice(tokens, PIECES.most + 1))
        if len(found) > PIECES.most:
            self.fail(found[-1].offset, PIECES.refusal(f"more than {PIECES.most:,}"))
        return found

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

    def demand_short(self, name: str, offset: int) -> None:
        """Refuse a name that is too long."""
        if len(name) > NAME_LETTERS.most:
            self.fail(offset, f"{clipped(name)} has {NAME_LETTERS.refusal(len(name))}")

    def fail(self, offset: int, message: str) -> NoReturn:
        """Raise FormatError at a place."""
        raise FormatError(*self.place(offset), message, self.source)

    def expected(self, what: str) -> NoReturn:
        """Raise FormatError at the token that is read next."""
        self.fail(self.token.offset, f"found {self.token}, expected {what}")
