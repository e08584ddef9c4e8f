"""LaTeX of our own closed vocabulary as readable Unicode text and as MathML."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from identcheck.symbols.typeset.letters import GREEK, LOWER_SYMBOLS, UPPER_SYMBOLS

__all__ = ["mathml", "unicode"]

_SYMBOLS = {
    **{rf"\{letter}": UPPER_SYMBOLS[letter] for letter in GREEK},
    **{rf"\{letter.lower()}": LOWER_SYMBOLS[letter] for letter in GREEK},
    r"\mid": "|", r"\neq": "≠", r"\geq": "≥", r"\leq": "≤", r"\in": "∈", r"\sum": "Σ", r"\prod": "Π",
    r"\setminus": "∖", r"\cdot": "·", r"\ldots": "...", r"\to": "->", r"\perp": "⊥", r"\infty": "∞",
    r"\left": "", r"\right": "", r"\quad": "   ", r"\,": " ", r"\;": " ", r"\ ": " ", r"\lbrace": "{",
    r"\rbrace": "}", r"\Rightarrow": "=>", r"\partial": "∂", r"\not": "not ", r"\times": "×", r"\!": "",
    r"\textbackslash": "\\", r"\textasciicircum": "^", r"\textasciitilde": "~", r"\textless": "<",
    r"\textgreater": ">", r"\textbar": "|", r"\textquotedbl": '"', r"\textasciigrave": "`",
    r"\textquotesingle": "'",
}  # fmt: skip
_PIECE = re.compile(r"\\[A-Za-z]+|\\.|[{}^_]|[^\\{}^_]+")


def unicode(formula: str) -> str:
    r"""A formula of ours as readable Unicode text: ``\gamma_{1s}`` is γ_1s, ``\Gamma^{*}_{2}`` is Γ*_2."""
    pieces = _PIECE.findall(formula)
    printed, rest = _group(pieces)
    assert not rest, f"unbalanced braces in {formula!r}"
    return re.sub(r" +([ ,])", r"\1", printed).replace("( ", "(").replace("[ ", "[").strip()


def _group(pieces: list[str]) -> tuple[str, list[str]]:
    """Read up to the closing brace; return what was read and what follows."""
    printed = ""
    while pieces:
        piece, pieces = pieces[0], pieces[1:]
        if piece == "}":
            return printed, pieces
        if piece == "{":
            inner, pieces = _group(pieces)
            printed += inner
        elif piece in ("^", "_"):
            inner, pieces = _argument(pieces)
            printed += _script(piece, inner)
        elif piece == r"\frac":
            top, pieces = _argument(pieces)
            bottom, pieces = _argument(pieces)
            printed += f"{_bracketed(top)}/{_bracketed(bottom)}"
        elif piece in (r"\mathrm", r"\text", r"\operatorname", r"\mathbb", r"\ensuremath"):
            inner, pieces = _argument(pieces)
            printed += inner
        elif piece.startswith("\\"):
            printed += _SYMBOLS.get(piece, piece[1:])
        else:
            printed += piece
    return printed, pieces


def _argument(pieces: list[str]) -> tuple[str, list[str]]:
    pieces = [p for i, p in enumerate(pieces) if i or p.strip()]
    if pieces[0] == "{":
        return _group(pieces[1:])
    if len(pieces[0]) > 1 and not pieces[0].startswith("\\"):
        return pieces[0][0], [pieces[0][1:], *pieces[1:]]
    return _group([pieces[0]])[0], pieces[1:]


def _script(kind: str, inner: str) -> str:
    if kind == "^" and inner == "*":
        return "*"
    plain = re.fullmatch(r"\w+|[*]?\(\w+\)|∖ ?\w+", inner) is not None
    return f"{kind}{inner}" if plain else f"{kind}{{{inner}}}"


def _bracketed(text: str) -> str:
    outer = re.fullmatch(r"[\w*^'{},]+|\w+_?\([^()]*\)", text)
    return text if outer else f"({text})"


_USER_TEXT = re.compile(r"\\text\{((?:[^\\{}]|\\[{}$&#%_]|\\text[a-z]+\{\}|\{-\})*)\}")


@lru_cache(maxsize=4096)
def mathml(formula: str, *, display: bool = False) -> str:
    """A formula of ours as presentation MathML; user text in it stays text."""
    from latex2mathml.converter import convert

    texts: list[str] = []

    def keep(found: re.Match[str]) -> str:
        plain = escape(_group(_PIECE.findall(found.group(1)))[0], quote=False)
        texts.append(plain.replace(" ", "\u00a0"))  # MathML drops ordinary spaces at the ends
        return rf"\text{{user{len(texts) - 1}}}"

    made: str = convert(_USER_TEXT.sub(keep, formula), display="block" if display else "inline")
    made = re.sub(r"<mo>([A-Za-z]{2,})</mo>", r"<mi>\1</mi>", made)  # Cov, Var: names, not operators
    for place, text in enumerate(texts):
        made = made.replace(f"<mtext>user{place}</mtext>", f"<mtext>{text}</mtext>")
    return made
