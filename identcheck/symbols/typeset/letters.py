"""Letters and characters: Greek names, and user text made literal for LaTeX."""

from __future__ import annotations

import unicodedata

from identcheck.symbols.typeset.characters import written

__all__ = [
    "GREEK",
    "LATEX_SPECIALS",
    "LOWER_SYMBOLS",
    "UPPER_SYMBOLS",
    "escape_latex",
    "letter_latex",
    "printable",
]

GREEK = (
    *("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa", "Lambda", "Mu"),
    *("Nu", "Xi", "Omicron", "Pi", "Rho", "Sigma", "Tau", "Upsilon", "Phi", "Chi", "Psi", "Omega"),
)
UPPER_SYMBOLS = dict(zip(GREEK, "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True))
LOWER_SYMBOLS = dict(zip(GREEK, "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
LATIN_LOOKALIKE = {"Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
                       "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X"}  # fmt: skip
LATEX_SPECIALS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}", "-": r"{-}",
}  # fmt: skip


def letter_latex(letter: str, *, lower: bool) -> str:
    """A letter named in ASCII as LaTeX: Gamma, gamma, or a Latin capital."""
    if letter == "B":
        return r"\beta" if lower else "B"
    if letter not in GREEK:
        return (letter.lower() if lower else letter) if len(letter) == 1 else rf"\mathrm{{{letter}}}"
    if lower:
        return "o" if letter == "Omicron" else "\\" + letter.lower()
    return LATIN_LOOKALIKE.get(letter, "\\" + letter)


def printable(formula: str) -> str:
    """A formula with the characters that LaTeX's standard fonts lack written as :func:`escape_latex` does."""
    return "".join(c if c.isascii() else _escaped(c) for c in formula)


def escape_latex(text: str) -> str:
    """User text as LaTeX that prints it literally; it can never become a command.

    Line breaks become spaces. For a character that the standard Latin fonts lack stands a formula, a composed letter, or
    Latin letters; where there are none its code point, [U+4E2D], so that nothing is lost.
    """
    whole = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(_escaped(character) for character in whole)


def _escaped(character: str) -> str:
    if character in LATEX_SPECIALS:
        return LATEX_SPECIALS[character]
    if character in _COMMANDS:
        return rf"\ensuremath{{{_COMMANDS[character]}}}"
    if character in _MORE or (
        ord(character) < 0x180 and character.isprintable() and character not in _LACKING
    ):
        return character
    return written(character, escape_latex) or f"[U+{ord(character):04X}]"


_MORE = "–—‘’“”…€•"
_LACKING = "ĦħĸĿŀŉŦŧſ"
_COMMANDS = {
    symbol: letter_latex(letter, lower=table is LOWER_SYMBOLS)
    for table in (UPPER_SYMBOLS, LOWER_SYMBOLS)
    for letter, symbol in table.items()
}
