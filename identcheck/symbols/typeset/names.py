"""Names of coefficients and of nodes as LaTeX."""

from __future__ import annotations

import re
from functools import lru_cache

from identcheck.symbols.names import Name
from identcheck.symbols.typeset.letters import LATEX_SPECIALS, letter_latex

__all__ = ["joined", "named", "token"]


@lru_cache(maxsize=20_000)
def named(label: Name, form: str = "") -> str:
    """LaTeX of a name as a person's effect (""), its site average ("s"), or the average of that over sites ("mean")."""
    marks = "".join(_mark(kind, tokens) for kind, tokens in label.marks)
    below = joined(label.subscripts)
    if form == "s":
        plain = re.fullmatch(r"[0-9A-Za-z]?|[0-9]+", below) is not None
        below = below + ("s" if plain else ",s")
    letter = letter_latex(label.letter, lower=form != "")
    return letter + (f"^{{{marks}}}" if marks else "") + (f"_{{{below}}}" if below else "")


def _mark(kind: str, tokens: tuple[str, ...]) -> str:
    if kind == "star":
        return "*"
    if kind == "tot":
        return r"\mathrm{tot}"
    if kind == "arm":
        return f"({joined(tokens)})"
    return rf"\setminus {','.join(map(token, tokens))}"


def joined(tokens: tuple[str, ...]) -> str:
    """Node tokens side by side: 12 for single characters, V,NP otherwise."""
    tokens = tuple(part for part in tokens if part)
    printed = [token(part) for part in tokens]
    return ("" if all(len(part) == 1 for part in tokens) else ",").join(printed)


def token(text: str) -> str:
    """A node's name inside a formula, escaped."""
    if re.fullmatch(r"[0-9]+|[A-Za-z]", text):
        return text
    if re.fullmatch(r"[A-Za-z0-9]+", text):
        return rf"\mathrm{{{text}}}"
    return rf"\text{{{''.join(LATEX_SPECIALS.get(c, c) for c in ' '.join(text.split()))}}}"
