"""The exact value of every expression that the engine emits, in a finite population (theory section 13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

import sympy

from identcheck.basics.once import once
from identcheck.decide.population.linear import average
from identcheck.errors import InvalidQuestionError
from identcheck.symbols.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, Level, mu, mu_s

if TYPE_CHECKING:
    from identcheck.decide.population import Population

__all__ = ["evaluated"]


def evaluated(population: Population, expr: sympy.Expr | int, site: int | None) -> Fraction:
    """The value of an expression; see :meth:`Population.evaluate`."""
    expression = sympy.sympify(expr)
    try:
        if _free_of_person(expression):
            return _value(population, expression, site, None)
        chosen = range(len(population.sites)) if site is None else [site]
        persons = [range(len(population.persons[s])) for s in chosen]
        parts = [
            _average([_value(population, expression, s, i) for i in each])
            for s, each in zip(chosen, persons, strict=True)
        ]
    except ZeroDivisionError:
        raise InvalidQuestionError(
            [f"{expression} divides by zero in this population (its compliances have no rank)"]
        ) from None
    return _average(parts, population.shares) if site is None else parts[0]


def _value(population: Population, expr: sympy.Basic, site: int | None, person: int | None) -> Fraction:
    """The value of an expression; parts that several terms share are worked out once."""
    if person is not None or not expr.args:
        return _worked_out(population, expr, site, person)
    return _shared_value(population, expr, site)


@once
def _shared_value(population: Population, expr: sympy.Basic, site: int | None) -> Fraction:
    return _worked_out(population, expr, site, None)


def _worked_out(population: Population, expr: sympy.Basic, site: int | None, person: int | None) -> Fraction:
    if isinstance(expr, sympy.Rational):
        return Fraction(int(expr.p), int(expr.q))
    if isinstance(expr, sympy.Add):
        return sum((_value(population, a, site, person) for a in expr.args), Fraction(0))
    if isinstance(expr, sympy.Mul):
        return prod((_value(population, a, site, person) for a in expr.args), start=Fraction(1))
    if isinstance(expr, sympy.Pow):
        return _value(population, expr.base, site, person) ** int(expr.exp)
    if isinstance(expr, Coefficient):
        return _of_person(population, expr, site, person)
    if isinstance(expr, Level):
        return _of_modifier(population, expr, site)
    if isinstance(expr, (E, Cov, mu)):
        return _central(expr, population.shares, lambda a, s: _value(population, a, s, None))
    if isinstance(expr, (E_s, Cov_s, mu_s, E_s_among)):
        return _of_site(population, expr, site)
    raise InvalidQuestionError([f"{expr} is no expression of this design's engine"])


def _of_site(population: Population, expr: sympy.Function, site: int | None) -> Fraction:
    if site is None:
        raise InvalidQuestionError([f"{expr} is about a site; pass site=0, 1, ... to evaluate it"])
    count = len(population.persons[site])
    if isinstance(expr, E_s_among):
        value, group = expr.args
        inside = [i for i in range(count) if _value(population, group, site, i) == 1]
        return _average([_value(population, value, site, i) for i in inside])
    return _central(expr, [Fraction(1, count)] * count, lambda a, i: _value(population, a, site, i))


def _of_person(population: Population, symbol: Coefficient, site: int | None, person: int | None) -> Fraction:
    if site is None or person is None:
        raise InvalidQuestionError([f"{symbol} is about a person; average it first, E_s({symbol})"])
    return Fraction(population.effects(symbol.meaning, site)[person])


def _of_modifier(population: Population, level: Level, site: int | None) -> Fraction:
    if site is None:
        raise InvalidQuestionError([f"{level} is about a site; pass site=0, 1, ... to evaluate it"])
    modifiers = population.sites[site].modifiers
    if level.modifier not in modifiers:
        raise InvalidQuestionError([f"the sites of this population have no value of {level.modifier!r}"])
    value = Fraction(modifiers[level.modifier])
    return Fraction(value == level.category) if level.category else value


def _central(
    expr: sympy.Function, shares: Sequence[Fraction], value: Callable[[sympy.Expr, int], Fraction]
) -> Fraction:
    """Mean of one argument, or joint central moment of several, under the given shares: theory, equation (1.1)."""
    indices = range(len(shares))
    columns = [[value(argument, i) for i in indices] for argument in expr.args]
    means = [_average(column, shares) for column in columns]
    if len(columns) == 1:
        return means[0]
    rows = zip(*columns, strict=True)
    products = [prod((x - m for x, m in zip(row, means, strict=True)), start=Fraction(1)) for row in rows]
    return _average(products, shares)


def _average(values: Sequence[Fraction], shares: Sequence[Fraction] | None = None) -> Fraction:
    return Fraction(average(values, shares))


@lru_cache(maxsize=20_000)
def _free_of_person(expr: sympy.Basic) -> bool:
    """Whether no coefficient stands outside an average over persons."""
    if isinstance(expr, Coefficient):
        return False
    if isinstance(expr, (E, Cov, mu, E_s, Cov_s, mu_s, E_s_among, Level)):
        return True
    return all(_free_of_person(argument) for argument in expr.args)
