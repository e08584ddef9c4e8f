"""Letters: Greek names, and user text made literal for LaTeX.

What LaTeX's standard Latin fonts lack is written in commands and letters that they have: mathematical signs and Greek become
formulas; letters with accents and raised or lowered ones are composed; other alphabets are written in Latin letters. Every
command here is of LaTeX itself, textcomp or amssymb.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
    return _written(character) or f"[U+{ord(character):04X}]"


_MORE = "–—‘’“”…€•"
_LACKING = "ĦħĸĿŀŉŦŧſ"
_COMMANDS = {
    symbol: letter_latex(letter, lower=table is LOWER_SYMBOLS)
    for table in (UPPER_SYMBOLS, LOWER_SYMBOLS)
    for letter, symbol in table.items()
}


_MATHS = {
    "−": "-", "∓": r"\mp", "∗": r"\ast", "∘": r"\circ", "∙": r"\bullet", "⋅": r"\cdot", "⋆": r"\star",
    "√": r"\surd", "∝": r"\propto", "∞": r"\infty", "∠": r"\angle", "∣": r"\mid", "∤": r"\nmid",
    "∥": r"\parallel", "∦": r"\nparallel", "‖": r"\Vert", "∧": r"\wedge", "∨": r"\vee", "∩": r"\cap",
    "∪": r"\cup", "⊎": r"\uplus", "∫": r"\int", "∮": r"\oint", "∴": r"\therefore", "∵": r"\because",
    "∼": r"\sim", "≁": r"\nsim", "≃": r"\simeq", "≅": r"\cong", "≈": r"\approx", "≉": r"\not\approx",
    "≍": r"\asymp", "≐": r"\doteq", "≔": r"\mathrel{:=}", "≜": r"\triangleq", "≠": r"\neq",
    "≡": r"\equiv", "≢": r"\not\equiv", "≤": r"\leq", "≥": r"\geq", "≦": r"\leqq", "≧": r"\geqq",
    "⩽": r"\leqslant", "⩾": r"\geqslant", "≲": r"\lesssim", "≳": r"\gtrsim", "≮": r"\nless",
    "≯": r"\ngtr", "≰": r"\nleq", "≱": r"\ngeq", "≪": r"\ll", "≫": r"\gg", "≺": r"\prec", "≻": r"\succ",
    "⊂": r"\subset", "⊃": r"\supset", "⊄": r"\not\subset", "⊆": r"\subseteq", "⊇": r"\supseteq",
    "⊊": r"\subsetneq", "⊕": r"\oplus", "⊖": r"\ominus", "⊗": r"\otimes", "⊙": r"\odot", "⊤": r"\top",
    "⊥": r"\perp", "⟂": r"\perp", "⫫": r"\perp\!\!\!\perp", "⊢": r"\vdash", "⊨": r"\models",
    "∀": r"\forall", "∁": r"\complement", "∂": r"\partial", "∃": r"\exists", "∄": r"\nexists",
    "∅": r"\emptyset", "∆": r"\Delta", "∇": r"\nabla", "∈": r"\in", "∉": r"\notin", "∋": r"\ni",
    "∖": r"\setminus", "∏": r"\prod", "∐": r"\coprod", "∑": r"\sum", "⋀": r"\bigwedge", "⋁": r"\bigvee",
    "⋂": r"\bigcap", "⋃": r"\bigcup", "⋮": r"\vdots", "⋯": r"\cdots", "⋱": r"\ddots", "⌈": r"\lceil",
    "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor", "⟨": r"\langle", "⟩": r"\rangle",
    "〈": r"\langle", "〉": r"\rangle", "□": r"\square", "■": r"\blacksquare", "△": r"\triangle",
    "▲": r"\blacktriangle", "▽": r"\triangledown", "◇": r"\Diamond", "◊": r"\Diamond", "○": r"\bigcirc",
    "●": r"\bullet", "★": r"\bigstar", "✓": r"\checkmark", "✔": r"\checkmark",
    "′": r"{}^{\prime}", "″": r"{}^{\prime\prime}", "‴": r"{}^{\prime\prime\prime}",
    "←": r"\leftarrow", "→": r"\rightarrow", "↑": r"\uparrow", "↓": r"\downarrow",
    "↔": r"\leftrightarrow", "↕": r"\updownarrow", "↖": r"\nwarrow", "↗": r"\nearrow", "↘": r"\searrow",
    "↙": r"\swarrow", "↚": r"\nleftarrow", "↛": r"\nrightarrow", "↦": r"\mapsto", "⇄": r"\rightleftarrows",
    "⇆": r"\leftrightarrows", "⇌": r"\rightleftharpoons", "⇐": r"\Leftarrow", "⇒": r"\Rightarrow",
    "⇑": r"\Uparrow", "⇓": r"\Downarrow", "⇔": r"\Leftrightarrow", "⇏": r"\nRightarrow",
    "⟵": r"\longleftarrow", "⟶": r"\longrightarrow", "⟷": r"\longleftrightarrow",
    "⟸": r"\Longleftarrow", "⟹": r"\Longrightarrow", "⟺": r"\Longleftrightarrow", "⟼": r"\longmapsto",
    "⇝": r"\rightsquigarrow", "ℓ": r"\ell", "ℏ": r"\hbar", "℘": r"\wp", "ℜ": r"\Re", "ℑ": r"\Im",
    "ℵ": r"\aleph", "ϑ": r"\vartheta", "ϕ": r"\phi", "ϖ": r"\varpi", "ϱ": r"\varrho", "ς": r"\varsigma",
    "ϵ": r"\epsilon", "ϰ": r"\varkappa", "ϝ": r"\digamma", "ħ": r"\hbar",
}  # fmt: skip
_BOARD = dict(zip("ℂℍℕℙℚℝℤ𝔸𝔹𝔻𝔼𝔽𝟙", "CHNPQRZABDEF1", strict=True))
_TEXTS = {
    "‐": "{-}", "‑": "{-}", "‒": "–", "―": "—", "⁃": "•", "‧": "·", "・": "·", "‚": r"\quotesinglbase{}",
    "‛": "‘", "‟": "“", "‹": r"\guilsinglleft{}", "›": r"\guilsinglright{}", "ʼ": "’", "ʻ": "‘", "ʹ": "’",
    "「": "“", "」": "”", "『": "“", "』": "”", "、": ",", "。": ".", "《": "«", "》": "»", "ー": "{-}",
    "„": r"\quotedblbase{}", "†": r"\textdagger{}", "‡": r"\textdaggerdbl{}",
    "‰": r"\textperthousand{}", "⁄": "/", "∕": "/", "∶": ":",
    "‗": r"\_", "™": r"\texttrademark{}", "℗": "(P)", "٪": r"\%", "،": ",", "؛": ";", "؟": "?", "־": "{-}",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u ", "\u0307": ".",
    "\u0308": '"', "\u030a": "r ", "\u030b": "H ", "\u030c": "v ", "\u0323": "d ", "\u0327": "c ",
    "\u0328": "k ", "\u0331": "b ",
}  # fmt: skip
_GREEK_ACCENTS = {"\u0300": r"\grave", "\u0301": r"\acute", "\u0308": r"\ddot", "\u0342": r"\tilde"}
_CYRILLIC = (
    "а a б b в v г g д d е e ё yo ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh "
    "щ shch ъ ’’ ы y ь ’ э e ю yu я ya є ye і i ї yi ґ g ђ dj ј j љ lj њ nj ћ c џ dz ѓ gj ќ kj ѕ dz ў w ѣ ie ө o ү u "
    "қ q ғ gh ң ng ұ u һ h ә a"
)
_GEORGIAN = (
    "ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh ჩ ch ც ts "
    "ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h"
)
_HEBREW = "א ’ ב b ג g ד d ה h ו v ז z ח ch ט t י y כ k ך k ל l מ m ם m נ n ן n ס s ע ‘ פ p ף f צ ts ץ ts ק q ר r ש sh ת t"
_ARABIC = (
    "ا a أ a إ i آ a ء ’ ؤ ’ ئ ’ ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع ‘ غ gh ف f ق q ك k "
    "ل l م m ن n ه h و w ي y ى a ة a پ p چ ch ژ zh گ g ک k ی y"
)
_WORDS = " ".join((_CYRILLIC, _GEORGIAN, _HEBREW, _ARABIC)).split()
_LATIN = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_NAMED = re.compile(r"(?:HIRAGANA LETTER|KATAKANA LETTER|HANGUL SYLLABLE)(?: SMALL)? ([A-Z]+)")
_BASED = re.compile(r"LATIN (SMALL|CAPITAL) LETTER ([A-Z]) WITH .*")


@lru_cache(maxsize=4096)
def _written(character: str) -> str | None:
    """LaTeX that prints a character which the fonts lack, or Latin letters for it; None where there is neither."""
    if character in _MATHS:
        return rf"\ensuremath{{{_MATHS[character]}}}"
    if character in _BOARD:
        return rf"\ensuremath{{\mathbb{{{_BOARD[character]}}}}}"
    if character in _TEXTS:
        return _TEXTS[character]
    return _latin(character) or _composed(character) or _named(character)


def _latin(character: str) -> str | None:
    """A letter of another alphabet in Latin letters, a capital where it is one."""
    lower = character.lower()
    if lower in _LATIN:
        return _LATIN[lower] if lower == character else _LATIN[lower].capitalize()
    name = unicodedata.name(character, "")
    if found := _NAMED.fullmatch(name):
        return found[1].lower()
    if (found := _BASED.fullmatch(name)) and not unicodedata.decomposition(character):
        return found[2] if found[1] == "CAPITAL" else found[2].lower()
    return None


def _composed(character: str) -> str | None:
    """A character by its parts: a letter with accents, a raised or lowered one, one of another width."""
    kind, _, _ = unicodedata.decomposition(character).rpartition("> ")
    base, *marks = list(unicodedata.normalize("NFKD", character))
    if kind not in ("", "<super", "<sub", "<noBreak"):
        plain = base + "".join(marks)
        return f"({plain})" if kind == "<circle" and plain.isascii() and plain.isalnum() else _plain(plain)
    if kind in ("<super", "<sub"):
        inside = _plain(base + "".join(marks))
        return None if inside is None else rf"\text{kind[1:]}script{{{inside}}}"
    if not marks:
        return _plain(base) if base != character else None
    if base.isascii() and base.isalpha() and {*marks} <= {*_ACCENTS}:
        made = (
            {"i": r"\i", "j": r"\j"}.get(base, base) if marks[0] not in "\u0323\u0327\u0328\u0331" else base
        )
        for mark in marks:
            made = rf"\{_ACCENTS[mark].strip()}{{{made}}}"
        return made
    if base.isascii() and base.isalpha():
        return base
    inside = _plain(base)
    return inside if inside is None or marks[0] not in _GREEK_ACCENTS else _accented(base, marks[0])


def _accented(base: str, mark: str) -> str | None:
    """A Greek letter with the first of its accents."""
    letter = re.fullmatch(r"\\ensuremath\{(.*)\}", escape_latex(base))
    return rf"\ensuremath{{{_GREEK_ACCENTS[mark]}{{{letter[1]}}}}}" if letter else _plain(base)


def _plain(text: str) -> str | None:
    """The LaTeX of the parts of a character, where all of them have one."""
    made = escape_latex(text)
    return None if "[U+" in made else made


def _named(character: str) -> str | None:
    """The name of a picture or a sign in brackets, where it is short."""
    name = unicodedata.name(character, "").lower()
    return (
        f"[{name}]"
        if unicodedata.category(character)[0] in "SP" and re.fullmatch(r"[a-z -]{1,40}", name)
        else None
    )
