"""The value of the engine's expressions in a finite population: sums over persons and sites, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import sympy

from identcheck.symbols.notation import Cov, Cov_s, E, E_s, mu, mu_s
from tests.exact.oracle import Number, World, average, central_moment, equal_shares, value_at


def at_person(world: World, expr: sympy.Expr, site: int, person: int) -> Number:
    """A polynomial in the coefficients and effects of one person."""

    def leaf(symbol: sympy.Expr) -> Number:
        meaning = symbol.meaning
        if meaning.avoiding is None:
            return world.persons[site][person][meaning.source, meaning.target]
        return world.effect(meaning.source, meaning.target, meaning.avoiding)[site][person]

    return value_at(expr, leaf)


def at_site(world: World, expr: sympy.Expr, site: int) -> Number:
    """An expression in the moments of one site."""

    def leaf(moment: sympy.Expr) -> Number:
        if not isinstance(moment, (E_s, Cov_s, mu_s)):
            return over_sites(world, moment)
        persons = range(len(world.persons[site]))
        columns = [[at_person(world, item, site, i) for i in persons] for item in moment.args]
        return _moment(equal_shares(len(persons)), columns)

    return value_at(expr, leaf)


def over_sites(world: World, expr: sympy.Expr) -> Number:
    """An expression in moments over sites."""

    def leaf(moment: sympy.Expr) -> Number:
        assert isinstance(moment, (E, Cov, mu)), moment
        sites = range(len(world.persons))
        return _moment(world.shares, [[at_site(world, item, s) for s in sites] for item in moment.args])

    return value_at(expr, leaf)


def _moment(shares: Sequence[Fraction], columns: list[list[Number]]) -> Number:
    return average(shares, columns[0]) if len(columns) == 1 else central_moment(shares, *columns)


def of_everyone(world: World, items: Sequence[sympy.Expr], central: bool = False) -> Number:
    """The average over all persons of all sites of a product, of deviations from the averages if central."""
    columns = [
        [[at_person(world, x, s, i) for i in range(len(site))] for s, site in enumerate(world.persons)]
        for x in items
    ]
    means = [_everyone(world, column) if central else 0 for column in columns]
    products = [
        [prod(column[s][i] - m for column, m in zip(columns, means, strict=True)) for i in range(len(site))]
        for s, site in enumerate(world.persons)
    ]
    return _everyone(world, products)


def _everyone(world: World, values: list[list[Number]]) -> Number:
    return world.between(world.within(values))
