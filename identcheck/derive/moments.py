"""Means, covariances and central moments of path products, and their exact expansion (theory section 8).

For products of random coefficients P and Q (tuples of factors), with deviations from their means,

    E[P] = sum over S in P of (means of P less S) * mu(S)
    Cov(P, Q) = sum over nonempty S in P, R in Q of (means of the rest) * [mu(S + R) - mu(S) mu(R)]

at either level: over persons within a site, or over sites. A factor that does not vary at that level has
no deviation, so every S or R with it drops out.

Source: theory, equations (8.1) and (8.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from identcheck.basics.once import kept_with, once
from identcheck.derive.paths import edges_of, effect_symbol, effect_varies, paths
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr, add, average, coefficients, moment, multiply, number

__all__ = [
    "central",
    "covariance",
    "expand_between",
    "expand_site_mean",
    "expand_within",
    "mean",
    "mean_effect",
    "site_mean",
    "total_moment",
    "within_covariance",
]

Factors = tuple[Expr, ...]


# -- compound quantities: one symbol each ------------------------------------------


def site_mean(expr: Expr) -> Expr:
    """E[expr | s], the site average of a person-specific quantity; numbers stay numbers."""
    return expr if expr.is_number else average("persons", expr)


def mean(expr: Expr) -> Expr:
    """The average over sites of a site quantity; numbers stay numbers."""
    return expr if expr.is_number else average("sites", expr)


def mean_effect(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> Expr:
    """The site-average effect of u on v avoiding nodes, as one quantity: gamma_us, r_vs, d_us."""
    symbol = effect_symbol(design, u, v, avoiding)
    means = kept_with(design, "means")
    found: Expr | None = means.get(symbol)
    if found is None:
        found = means[symbol] = site_mean(symbol)
    return found


def within_covariance(design: Design, arm: str, u: str, v: str, avoiding: Iterable[str]) -> Expr:
    """Cov_s(Gamma_u, D_u): compliance with u against the effect of u on v avoiding nodes, within a site.

    0 where no pair of edges, one upstream and one downstream of u, varies between persons.
    """
    upstream = effect_symbol(design, arm, u)
    downstream = effect_symbol(design, u, v, avoiding)
    if not (varies(design, upstream, "persons") and varies(design, downstream, "persons")):
        return number(0)
    return moment("persons", (upstream, downstream))


def covariance(design: Design, *items: Expr) -> Expr:
    """Joint central moment over sites of site quantities; 0 where one of them cannot vary."""
    if design.sites == 1 or not all(varies(design, item, "sites") for item in items):
        return number(0)
    return moment("sites", items)


def central(design: Design, items: Sequence[Expr]) -> Expr:
    """Joint central moment over persons within a site; 0 where one item cannot vary within sites."""
    if not all(varies(design, item, "persons") for item in items):
        return number(0)
    return moment("persons", items)


def total_moment(design: Design, items: Sequence[Expr]) -> Expr:
    """Joint central moment over all persons of all sites, in moments within and between sites.

        mu(A_1, ..., A_n) = sum over S of E[mu_s(A_i, i in S) * product over the rest of (a_is - E a_is)]

    Two items: E[Cov_s(A, B)] + Cov(a_s, b_s).

    Source: theory, equation (7.5).
    """
    terms = []
    for size in range(len(items) + 1):
        for chosen in combinations(range(len(items)), size):
            if size == 1:
                continue
            inside = central(design, [items[i] for i in chosen]) if chosen else number(1)
            outside = [site_mean(items[i]) for i in range(len(items)) if i not in chosen]
            apart = covariance(design, *outside) if len(outside) > 1 else number(not outside)
            terms.append(mean(inside) * apart)
            if outside and not inside.is_number:
                terms.append(covariance(design, inside, *outside))
    return add(*terms)


@once
def varies(design: Design, item: Expr, level: str) -> bool:
    """Whether a quantity may vary at a level: within sites ("persons") or between ("sites").

    An effect varies if any edge on its paths does; a within-site moment varies between sites if its
    arguments vary within.
    """
    if item.is_number:
        return False
    if level == "sites" and _within_site(item):
        return all(varies(design, argument, "persons") for argument in item.args)
    return any(effect_varies(design, symbol.meaning, level) for symbol in coefficients(item))


def _within_site(item: Expr) -> bool:
    from identcheck.symbols.notation import Cov_s, mu_s

    return isinstance(item, (Cov_s, mu_s))


# -- expansion ---------------------------------------------------------------------


def expand_site_mean(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> Expr:
    """The site-average effect of u on v, expanded in edge means and within-site moments.

        r_us = sum over paths pi, S in pi (not of size 1) of prod over pi less S of a_es * mu_s(S)

    Source: theory, equation (8.5); in Figure 1 equation (5.3).
    """
    return add(*(multiply(*term) for term in _site_terms(design, u, v, avoiding)))


def expand_within(design: Design, arm: str, u: str, v: str, avoiding: Iterable[str]) -> Expr:
    """Cov_s(Gamma_u, D_u), expanded over every upstream and downstream path.

    Source: theory, equation (8.3); in Figure 1 equation (5.2).
    """
    upstream = [_factors(design, path) for path in paths(design, arm, u)]
    downstream = [_factors(design, path) for path in paths(design, u, v, avoiding)]
    return add(*(_covariance(design, p, q, "persons") for p in upstream for q in downstream))


def expand_between(
    design: Design, left: tuple[str, str, Iterable[str]], right: tuple[str, str, Iterable[str]]
) -> Expr:
    """The covariance over sites of two site-average effects, each (u, v, avoiding), fully expanded.

    Source: theory, equation (5.4), which is its case in Figure 1, with Cov(Cov_s(Gamma_1, Lambda), delta_k).
    """
    return add(
        *(
            _covariance(design, p, q, "sites")
            for p in _site_terms(design, *left)
            for q in _site_terms(design, *right)
        )
    )


def _site_terms(design: Design, u: str, v: str, avoiding: Iterable[str]) -> list[Factors]:
    terms: list[Factors] = []
    for path in paths(design, u, v, avoiding):
        factors = _factors(design, path)
        for chosen in [(), *_positions(design, factors, "persons")]:
            if len(chosen) != 1:
                rest = tuple(site_mean(item) for i, item in enumerate(factors) if i not in chosen)
                terms.append(rest + ((moment("persons", [factors[i] for i in chosen]),) if chosen else ()))
    return terms


def _factors(design: Design, path: tuple[str, ...]) -> Factors:
    return tuple(design.notation.edge(*edge) for edge in edges_of(path))


def _covariance(design: Design, left: Factors, right: Factors, level: str) -> Expr:
    terms = []
    for s in _positions(design, left, level):
        for r in _positions(design, right, level):
            inside = moment(level, [left[i] for i in s] + [right[i] for i in r])
            apart = moment(level, [left[i] for i in s]) * moment(level, [right[i] for i in r])
            means = [average(level, x) for i, x in enumerate(left) if i not in s]
            means += [average(level, x) for i, x in enumerate(right) if i not in r]
            terms.append(multiply(*means) * (inside - apart))
    return add(*terms)


def _positions(design: Design, items: Factors, level: str) -> list[tuple[int, ...]]:
    moving = [i for i, item in enumerate(items) if varies(design, item, level)]
    return [chosen for size in range(1, len(moving) + 1) for chosen in combinations(moving, size)]
