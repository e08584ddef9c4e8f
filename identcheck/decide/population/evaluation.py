"""The exact value of every expression that the engine emits, in a finite population (theory section 13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

import sympy

from identcheck.decide.population.linear import mean
from identcheck.errors import InvalidQuestionError
from identcheck.symbols.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, mu, mu_s

if TYPE_CHECKING:
    from identcheck.decide.population import Population

__all__ = ["evaluated"]


def evaluated(population: Population, expr: sympy.Expr | int, site: int | None) -> Fraction:
    """The value of an expression; see :meth:`Population.evaluate`."""
    values: _Evaluator = population.kept.setdefault("values", _Evaluator(population))
    expression = sympy.sympify(expr)
    try:
        if _free_of_person(expression):
            return values.of(expression, site, None)
        chosen = range(len(population.sites)) if site is None else [site]
        parts = [[values.of(expression, s, i) for i in range(len(population.persons[s]))] for s in chosen]
    except ZeroDivisionError:
        raise InvalidQuestionError(
            [f"{expression} divides by zero in this population (its compliances have no rank)"]
        ) from None
    return mean([mean(part) for part in parts], population.shares if site is None else None)


class _Evaluator:
    def __init__(self, population: Population) -> None:
        self.population = population
        self.known: dict[tuple[sympy.Basic, int | None], Fraction] = {}

    def of(self, expr: sympy.Basic, site: int | None, person: int | None) -> Fraction:
        """The value of an expression; parts that several terms share are worked out once."""
        if person is not None or not expr.args:
            return self._worked_out(expr, site, person)
        key = (expr, site)
        if key not in self.known:
            self.known[key] = self._worked_out(expr, site, None)
        return self.known[key]

    def _worked_out(self, expr: sympy.Basic, site: int | None, person: int | None) -> Fraction:
        if isinstance(expr, sympy.Rational):
            return Fraction(int(expr.p), int(expr.q))
        if isinstance(expr, sympy.Add):
            return sum((self.of(a, site, person) for a in expr.args), Fraction(0))
        if isinstance(expr, sympy.Mul):
            return prod((self.of(a, site, person) for a in expr.args), start=Fraction(1))
        if isinstance(expr, sympy.Pow):
            return self.of(expr.base, site, person) ** int(expr.exp)
        if isinstance(expr, Coefficient):
            return self._of_person(expr, site, person)
        if isinstance(expr, (E, Cov, mu)):
            return _central(expr, self.population.shares, lambda a, s: self.of(a, s, None))
        if isinstance(expr, (E_s, Cov_s, mu_s, E_s_among)):
            return self._of_site(expr, site)
        raise InvalidQuestionError([f"{expr} is no expression of this design's engine"])

    def _of_site(self, expr: sympy.Function, site: int | None) -> Fraction:
        if site is None:
            raise InvalidQuestionError([f"{expr} is about a site; pass site=0, 1, ... to evaluate it"])
        count = len(self.population.persons[site])
        if isinstance(expr, E_s_among):
            value, group = expr.args
            inside = [i for i in range(count) if self.of(group, site, i) == 1]
            return mean([self.of(value, site, i) for i in inside])
        return _central(expr, [Fraction(1, count)] * count, lambda a, i: self.of(a, site, i))

    def _of_person(self, symbol: Coefficient, site: int | None, person: int | None) -> Fraction:
        if site is None or person is None:
            raise InvalidQuestionError([f"{symbol} is about a person; average it first, E_s({symbol})"])
        return self.population.effects(symbol.meaning, site)[person]


def _central(
    expr: sympy.Function, shares: Sequence[Fraction], value: Callable[[sympy.Expr, int], Fraction]
) -> Fraction:
    """Mean of one argument, or joint central moment of several, under the given shares."""
    indices = range(len(shares))
    columns = [[value(argument, i) for i in indices] for argument in expr.args]
    means = [mean(column, shares) for column in columns]
    if len(columns) == 1:
        return means[0]
    rows = zip(*columns, strict=True)
    products = [prod((x - m for x, m in zip(row, means, strict=True)), start=Fraction(1)) for row in rows]
    return mean(products, shares)


@lru_cache(maxsize=20_000)
def _free_of_person(expr: sympy.Basic) -> bool:
    """Whether no coefficient stands outside an average over persons."""
    if isinstance(expr, Coefficient):
        return False
    if isinstance(expr, (E, Cov, mu, E_s, Cov_s, mu_s, E_s_among)):
        return True
    return all(_free_of_person(argument) for argument in expr.args)
