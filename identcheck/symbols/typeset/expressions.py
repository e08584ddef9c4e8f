"""sympy expressions as LaTeX, factors and terms in path order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import sympy

from identcheck.symbols.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, Level, mu, mu_s
from identcheck.symbols.typeset.names import named

__all__ = ["latex_of"]


def latex_of(expr: sympy.Basic | int, one_site: bool) -> str:
    """LaTeX of an expression, or of a number; see :func:`identcheck.symbols.typeset.latex`."""
    return _Printer(one_site).show(sympy.sympify(expr))


@dataclass(frozen=True)
class _Printer:
    one_site: bool

    def show(self, expr: sympy.Basic) -> str:
        if isinstance(expr, Coefficient):
            return named(expr.label)
        if isinstance(expr, Level):
            value = f"Z_{{{expr.number}s}}"
            return rf"1[{value} = {expr.category}]" if expr.category else value
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
            return named(inside.label, "s" if index else "mean")
        if isinstance(expr, E) and self.one_site:
            return self.show(inside)
        if isinstance(expr, E) and isinstance(inside, E_s) and isinstance(inside.args[0], Coefficient):
            return named(inside.args[0].label, "mean")
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
        negative = [term for term in expr.args if term.as_coeff_Mul()[0].is_negative]
        for term in _in_order(term for term in expr.args if term not in negative):
            printed += (" + " if printed else "") + self.show(term)
        for term in _in_order(negative):
            printed += (" - " if printed else "-") + self.show(-term)
        return printed

    def _product(self, expr: sympy.Mul) -> str:
        top, bottom = sympy.fraction(expr)
        if bottom != 1:
            return rf"\frac{{{self.show(top)}}}{{{self.show(bottom)}}}"
        number, rest = expr.as_coeff_Mul()
        factors = _in_order(sympy.Mul.make_args(rest))
        body = r" \, ".join(self._wrapped(factor) for factor in factors)
        if number == 1:
            return body
        return f"-{body}" if number == -1 else rf"{self.show(number)} \, {body}"

    def _wrapped(self, expr: sympy.Basic) -> str:
        return rf"\left({self.show(expr)}\right)" if isinstance(expr, sympy.Add) else self.show(expr)


def _in_order(parts: Iterable[sympy.Basic]) -> list[sympy.Basic]:
    """Path order: fewer coefficients first, then as they stand along the graph; moments after means."""
    placed = sorted(((_place(part), part) for part in parts), key=itemgetter(0))
    groups = ([part for _, part in same] for _, same in groupby(placed, key=itemgetter(0)))
    return [part for same in groups for part in (sorted(same, key=str) if len(same) > 1 else same)]


def _place(expr: sympy.Basic) -> tuple[object, ...]:
    places = sorted(atom.position for atom in expr.atoms(Coefficient))
    return bool(expr.atoms(Cov, Cov_s, mu, mu_s)), len(places), places
