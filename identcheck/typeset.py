"""How formulas look: sympy expressions to LaTeX, and that LaTeX to Unicode text and MathML.

Only the closed vocabulary that identcheck itself writes is understood. User text enters a formula through
:func:`token` alone, escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import sympy

from identcheck.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, Name, mu, mu_s

__all__ = [
    "equation",
    "escape_latex",
    "joined",
    "latex",
    "mathml",
    "named",
    "printable",
    "text_of",
    "token",
    "unicode",
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


# -- sympy to LaTeX ------------------------------------------------------------------


def latex(expr: sympy.Basic | int, *, one_site: bool = False) -> str:
    """LaTeX (math mode) of an expression the engine emits, factors and terms in path order.

    Args:
        expr: the expression.
        one_site: leave out the index s, for a design with one site.
    """
    return _Printer(one_site).show(sympy.sympify(expr))


def equation(left: sympy.Basic | int, right: sympy.Basic | int, *, one_site: bool = False) -> str:
    """LaTeX of ``left = right``."""
    return f"{latex(left, one_site=one_site)} = {latex(right, one_site=one_site)}"


@dataclass(frozen=True)
class _Printer:
    one_site: bool

    def show(self, expr: sympy.Basic) -> str:
        if isinstance(expr, Coefficient):
            return _name(expr.label, "")
        if isinstance(expr, sympy.Rational):
            return str(expr.p) if expr.q == 1 else rf"\frac{{{expr.p}}}{{{expr.q}}}"
        if isinstance(expr, sympy.Add):
            return self._sum(expr)
        if isinstance(expr, sympy.Mul):
            return self._product(expr)
        if isinstance(expr, sympy.Pow):
            if expr.exp.is_negative:
                return rf"\frac{{1}}{{{self.show(1 / expr)}}}"
            base = self._wrapped(expr.base)
            if "^" in base and not base.startswith(r"\left("):
                base = rf"\left({base}\right)"
            return rf"{base}^{{{self.show(expr.exp)}}}"
        if isinstance(expr, (E, E_s, E_s_among)):
            return self._mean(expr)
        if isinstance(expr, (Cov, Cov_s, mu, mu_s)):
            return self._moment(expr)
        raise TypeError(f"no way to print {expr!r}")

    def _mean(self, expr: sympy.Function) -> str:
        inside = expr.args[0]
        index = "_s" if isinstance(expr, (E_s, E_s_among)) and not self.one_site else ""
        if isinstance(expr, E_s_among):
            group = self.show(expr.args[1])
            return rf"\mathbb{{E}}{index}[{self.show(inside)} \mid {group} = 1]"
        if isinstance(expr, E_s) and isinstance(inside, Coefficient):
            return _name(inside.label, "s" if index else "mean")
        if isinstance(expr, E) and self.one_site:
            return self.show(inside)
        if isinstance(expr, E) and isinstance(inside, E_s) and isinstance(inside.args[0], Coefficient):
            return _name(inside.args[0].label, "mean")
        return rf"\mathbb{{E}}{index}[{self.show(inside)}]"

    def _moment(self, expr: sympy.Function) -> str:
        index = "_s" if isinstance(expr, (Cov_s, mu_s)) and not self.one_site else ""
        if isinstance(expr, (Cov, Cov_s)) and expr.args[0] == expr.args[1]:
            return rf"\operatorname{{Var}}{index}({self.show(expr.args[0])})"
        listed = ", ".join(self.show(argument) for argument in expr.args)
        name = r"\operatorname{Cov}" if isinstance(expr, (Cov, Cov_s)) else r"\mu"
        return f"{name}{index}({listed})"

    def _sum(self, expr: sympy.Add) -> str:
        printed = ""
        for term in sorted(expr.args, key=lambda term: (_is_negative(term), _sort_key(term))):
            negative = _is_negative(term)
            body = self.show(-term if negative else term)
            sign = "-" if negative else "+"
            printed += (f" {sign} " if printed else ("-" if negative else "")) + body
        return printed

    def _product(self, expr: sympy.Mul) -> str:
        top, bottom = sympy.fraction(expr)
        if bottom != 1:
            return rf"\frac{{{self.show(top)}}}{{{self.show(bottom)}}}"
        number, rest = expr.as_coeff_Mul()
        factors = sorted(sympy.Mul.make_args(rest), key=_sort_key)
        body = r" \, ".join(self._wrapped(factor) for factor in factors)
        if number == 1:
            return body
        return f"-{body}" if number == -1 else rf"{self.show(number)} \, {body}"

    def _wrapped(self, expr: sympy.Basic) -> str:
        return rf"\left({self.show(expr)}\right)" if isinstance(expr, sympy.Add) else self.show(expr)


def _is_negative(term: sympy.Basic) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _sort_key(expr: sympy.Basic) -> tuple[object, ...]:
    """Path order: fewer coefficients first, then as they stand along the graph; moments after means."""
    functions = expr.atoms(Cov, Cov_s, mu, mu_s)
    places = sorted(atom.position for atom in expr.atoms(Coefficient))
    return (bool(functions), len(places), places, str(expr))


# -- names ---------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _name(label: Name, form: str) -> str:
    """A coefficient ("" form), its site average ("s"), or the average of that over sites ("mean")."""
    marks = "".join(_mark(kind, tokens) for kind, tokens in label.marks)
    below = joined(label.subscripts)
    if form == "s":
        plain = re.fullmatch(r"[0-9A-Za-z]?|[0-9]+", below) is not None
        below = below + ("s" if plain else ",s")
    letter = _letter(label.letter, lower=form != "")
    return letter + (f"^{{{marks}}}" if marks else "") + (f"_{{{below}}}" if below else "")


def _mark(kind: str, tokens: tuple[str, ...]) -> str:
    if kind == "star":
        return "*"
    if kind == "tot":
        return r"\mathrm{tot}"
    if kind == "arm":
        return f"({joined(tokens)})"
    return rf"\setminus {joined(tokens)}"


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


def named(label: Name, form: str = "") -> str:
    """LaTeX of a name as a person's effect (""), its site average ("s"), or the average of that ("mean")."""
    return _name(label, form)


def _letter(letter: str, *, lower: bool) -> str:
    if letter == "B":
        return r"\beta" if lower else "B"
    if letter not in GREEK:
        return (letter.lower() if lower else letter) if len(letter) == 1 else rf"\mathrm{{{letter}}}"
    if lower:
        return "o" if letter == "Omicron" else "\\" + letter.lower()
    return LATIN_LOOKALIKE.get(letter, "\\" + letter)


def printable(formula: str) -> str:
    """A formula with the characters that LaTeX's standard fonts lack replaced by their code point."""
    return "".join(c if c.isascii() else _escaped(c) for c in formula)


def escape_latex(text: str) -> str:
    """User text as LaTeX that prints it literally; it can never become a command.

    Line breaks become spaces. Characters that the standard Latin fonts lack are printed by their code
    point, [U+4E2D], so that nothing is lost.
    """
    return "".join(_escaped(character) for character in " ".join(text.split()))


def _escaped(character: str) -> str:
    if character in LATEX_SPECIALS:
        return LATEX_SPECIALS[character]
    if character in _GREEK_COMMANDS:
        return rf"\ensuremath{{{_GREEK_COMMANDS[character]}}}"
    if character.isprintable() and (ord(character) < 0x180 or character in "–—‘’“”…€•"):
        return f"[U+{ord(character):04X}]" if character in "ĦħĸĿŀŉŦŧſ" else character
    return f"[U+{ord(character):04X}]"


_GREEK_COMMANDS = {
    symbol: _letter(letter, lower=table is LOWER_SYMBOLS)
    for table in (UPPER_SYMBOLS, LOWER_SYMBOLS)
    for letter, symbol in table.items()
}


# -- LaTeX to Unicode text -----------------------------------------------------------

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


def text_of(expr: sympy.Basic | int) -> str:
    """Readable Unicode text of an expression."""
    return unicode(latex(expr))


# -- LaTeX to MathML -----------------------------------------------------------------


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
