"""Stepping through the tokens of a text, with line and column of every mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from identcheck.errors import FormatError
from identcheck.formats.chains import place_in

__all__ = ["Cursor", "Token"]


@dataclass(frozen=True)
class Token:
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
        return repr(self.text)


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

    def fail(self, offset: int, message: str) -> NoReturn:
        """Raise FormatError at a place."""
        raise FormatError(*self.place(offset), message, self.source)

    def expected(self, what: str) -> NoReturn:
        """Raise FormatError at the token that is read next."""
        self.fail(self.token.offset, f"found {self.token}, expected {what}")
