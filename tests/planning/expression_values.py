"""The value under a plan of any expression in named moments that the engine emits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import sympy

from identcheck.plan.closed.polynomials import Poly, Products, plus, times
from identcheck.symbols.notation import Coefficient, Cov, Cov_s, E, E_s, mu, mu_s

__all__ = ["site_polynomial", "value_of"]

ONE: Poly = {(): 1.0}


def value_of(products: Products, expr: sympy.Expr) -> float:
    """The number that an expression has under a plan.

    Args:
        products: the averages of the plan.
        expr: sums, products and powers of averages (E), covariances (Cov) and joint central moments (mu) over
            sites. A quantity of one site (E_s, Cov_s, mu_s) stands for its average over sites.
    """
    if isinstance(expr, E):
        return products.over_sites(site_polynomial(products, expr.args[0]))
    if isinstance(expr, (Cov, mu)):
        return _central(products, [site_polynomial(products, item) for item in expr.args])
    if isinstance(expr, (E_s, Cov_s, mu_s)):
        return products.over_sites(site_polynomial(products, expr))
    if expr.is_Add:
        return math.fsum(value_of(products, item) for item in expr.args)
    if expr.is_Mul:
        return math.prod(value_of(products, item) for item in expr.args)
    if expr.is_Pow:
        return float(value_of(products, expr.args[0]) ** float(expr.args[1]))
    return float(expr)


def site_polynomial(products: Products, expr: sympy.Expr) -> Poly:
    """A quantity of one site as a polynomial in the site's average arrows."""
    if isinstance(expr, E_s):
        return products.over_persons(_of_person(products, expr.args[0]))
    if isinstance(expr, (Cov_s, mu_s)):
        return _central_inside(products, [_of_person(products, item) for item in expr.args])
    if expr.is_Add:
        return plus(*(site_polynomial(products, item) for item in expr.args))
    if expr.is_Mul or expr.is_Pow:
        return _product([site_polynomial(products, item) for item in _factors(expr)])
    return {(): float(expr)}


def _of_person(products: Products, expr: sympy.Expr) -> Poly:
    """A person's effect as a polynomial in that person's arrows."""
    if isinstance(expr, Coefficient):
        meaning = expr.meaning
        if meaning.avoiding is None:
            return {(products.anticipated.place[meaning.source, meaning.target],): 1.0}
        return products.effect(meaning.source, meaning.target, meaning.avoiding)
    if expr.is_Add:
        return plus(*(_of_person(products, item) for item in expr.args))
    if expr.is_Mul or expr.is_Pow:
        return _product([_of_person(products, item) for item in _factors(expr)])
    return {(): float(expr)}


def _factors(expr: sympy.Expr) -> list[sympy.Expr]:
    return [expr.args[0]] * int(expr.args[1]) if expr.is_Pow else list(expr.args)


def _product(polys: Sequence[Poly]) -> Poly:
    found = ONE
    for poly in polys:
        found = times(found, poly)
    return found


def _central(products: Products, items: Sequence[Poly]) -> float:
    """E of the product of deviations from the means over sites."""
    deviations = [plus(item, {(): -products.over_sites(item)}) for item in items]
    return products.over_sites(_product(deviations))


def _central_inside(products: Products, items: Sequence[Poly]) -> Poly:
    """The same within a site: by inclusion and exclusion, as the means are polynomials of the site."""
    found: Poly = {}
    places = range(len(items))
    means = [products.over_persons(item) for item in items]
    for size in range(len(items) + 1):
        for apart in combinations(places, size):
            together = products.over_persons(_product([items[i] for i in places if i not in apart]))
            term = _product([together, *(means[i] for i in apart)])
            found = plus(found, term, factor=-1.0 if size % 2 else 1.0)
    return found
