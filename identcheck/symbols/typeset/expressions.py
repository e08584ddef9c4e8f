"""sympy expressions as LaTeX, factors and terms in path order."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from identcheck.symbols.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, mu, mu_s
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
