"""sympy expressions and names of coefficients as LaTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import sympy

from identcheck.symbols.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, Name, mu, mu_s
from identcheck.symbols.typeset.letters import LATEX_SPECIALS, letter_latex

__all__ = ["equation", "joined", "latex", "named", "token"]


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


@lru_cache(maxsize=20_000)
def _name(label: Name, form: str) -> str:
    """A coefficient ("" form), its site average ("s"), or the average of that over sites ("mean")."""
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


def named(label: Name, form: str = "") -> str:
    """LaTeX of a name as a person's effect (""), its site average ("s"), or the average of that ("mean")."""
    return _name(label, form)
