"""Exact finite populations: a few sites, a few persons, rational coefficients.

A :class:`Population` gives the exact value of every expression the engine emits: expectations,
covariances and moments are sums over persons and sites, so an identity can be tested by equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod

import sympy

from identcheck.decide.population.linear import average
from identcheck.decide.population.sites import Person, Site, site_problems
from identcheck.derive.paths import check_nodes, edges_between, edges_of
from identcheck.derive.routes import routes_of
from identcheck.describe.answers import kept
from identcheck.describe.design import Design
from identcheck.errors import InvalidPopulationError, InvalidQuestionError
from identcheck.symbols.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, Effect, mu, mu_s

__all__ = ["Person", "Population", "Site"]


class Population:
    """A finite population of persons in sites, exact.

    Args:
        design: whose edges the coefficients are for.
        sites: the sites. Their number need not be the design's: they stand for the population of sites that
            expectations are over. Only a design with one site takes a population of one.

    Raises:
        InvalidPopulationError: naming every missing or unknown edge, value that is not exact, empty
            site, weight that is not positive, and coefficient that varies where the design says it does
            not.

    Source: theory section 13.
    """

    def __init__(self, design: Design, sites: Iterable[Site]) -> None:
        self.design = design
        if not isinstance(sites, Iterable):
            raise InvalidPopulationError([f"the sites are {sites!r}; give a list of Site"])
        self.sites: tuple[Site, ...] = tuple(sites)
        problems = site_problems(design, self.sites)
        if problems:
            raise InvalidPopulationError(problems)
        total = sum((Fraction(site.weight) for site in self.sites), Fraction(0))
        self.shares = [Fraction(site.weight) / total for site in self.sites]
        self._persons = [
            [{edge: Fraction(value) for edge, value in person.items()} for person in site.persons]
            for site in self.sites
        ]

    @property
    def uniform(self) -> bool:
        """Whether everyone in a site has the same coefficients."""
        return all(person == persons[0] for persons in self._persons for person in persons)

    def effect(self, u: str, v: str, site: int | None = None, avoiding: Iterable[str] = ()) -> Fraction:
        """The average effect of u on v avoiding nodes, in one site (by number, from 0) or over all sites."""
        banned = frozenset(avoiding)
        check_nodes(self.design, u, v, *banned)
        self._check_site(site)
        return self._average(Effect(u, v, banned - {u, v}), site)

    def _check_site(self, site: int | None) -> None:
        if site is not None and site not in range(len(self.sites)):
            raise InvalidQuestionError(
                [f"there is no site {site}; this population's sites are numbered 0 to {len(self.sites) - 1}"]
            )

    def path(self, nodes: Sequence[str], site: int | None = None) -> Fraction:
        """The average of the product of the coefficients along one path."""
        edges = edges_of(tuple(nodes))
        means = [
            average([prod((p[e] for e in edges), start=Fraction(1)) for p in persons])
            for persons in self._persons
        ]
        return average(means, self.shares) if site is None else means[site]

    def observed(self) -> list[dict[tuple[str, str], Fraction]]:
        """Over sites, the contrast of each arm in each measured node: the total effect r_vs.

        Where the arms differ for the sake of a cause that they share with a node, what that adds to it and, carried on
        person by person by that node's effects, to the nodes below.
        """
        ends = [*self.design.observed_mediators, self.design.outcome]
        pairs = [(arm, node) for arm in self.design.treatments for node in ends]
        return [{pair: self._contrast(*pair, s) for pair in pairs} for s in range(len(self.sites))]

    @kept
    def _contrast(self, arm: str, node: str, site: int) -> Fraction:
        """r_vs, and what a cause shared with treatment adds: theory, equations (6.3) and (12.4)."""
        found = self.effect(arm, node, site=site)
        for other, moved in self.sites[site].unequal:
            if other == arm:
                carried = self._effect_values(Effect(moved, node, frozenset()), site)
                each = zip(self.sites[site].added(arm, moved), carried, strict=True)
                found += average([by * on for by, on in each])
        return found

    def evaluate(self, expr: sympy.Expr | int, site: int | None = None) -> Fraction:
        """The exact value of an expression the engine emits.

        Args:
            expr: the expression. One about a person (a polynomial in coefficients) is averaged over the
                persons of the site, or over all sites.
            site: number of the site, from 0, for an expression that is about a site.

        Raises:
            InvalidQuestionError: an expression about a site without ``site``, a division by zero, or a
                symbol that is none of this design's.
        """
        self._check_site(site)
        expression = sympy.sympify(expr)
        try:
            if _free_of_person(expression):
                return self._value(expression, site, None)
            chosen = range(len(self.sites)) if site is None else [site]
            parts = [
                average([self._value(expression, s, i) for i in range(len(self._persons[s]))]) for s in chosen
            ]
        except ZeroDivisionError:
            raise InvalidQuestionError(
                [f"{expression} divides by zero in this population (its compliances have no rank)"]
            ) from None
        if site is not None:
            return parts[0]
        return average(parts, self.shares)

    # -- evaluation -------------------------------------------------------------

    def _value(self, expr: sympy.Basic, site: int | None, person: int | None) -> Fraction:
        """The value of an expression; parts that several terms share are worked out once."""
        if person is not None or not expr.args:
            return self._worked_out(expr, site, person)
        return self._shared_value(expr, site)

    @kept
    def _shared_value(self, expr: sympy.Basic, site: int | None) -> Fraction:
        return self._worked_out(expr, site, None)

    def _worked_out(self, expr: sympy.Basic, site: int | None, person: int | None) -> Fraction:
        if isinstance(expr, sympy.Rational):
            return Fraction(int(expr.p), int(expr.q))
        if isinstance(expr, sympy.Add):
            return sum((self._value(a, site, person) for a in expr.args), Fraction(0))
        if isinstance(expr, sympy.Mul):
            return prod((self._value(a, site, person) for a in expr.args), start=Fraction(1))
        if isinstance(expr, sympy.Pow):
            return self._value(expr.base, site, person) ** int(expr.exp)
        if isinstance(expr, Coefficient):
            return self._person_value(expr, site, person)
        if isinstance(expr, (E, Cov, mu)):
            return _central(expr, self.shares, lambda a, s: self._value(a, s, None))
        if isinstance(expr, (E_s, Cov_s, mu_s, E_s_among)):
            return self._site_value(expr, site)
        raise InvalidQuestionError([f"{expr} is no expression of this design's engine"])

    def _site_value(self, expr: sympy.Function, site: int | None) -> Fraction:
        if site is None:
            raise InvalidQuestionError([f"{expr} is about a site; pass site=0, 1, ... to evaluate it"])
        count = len(self._persons[site])
        if isinstance(expr, E_s_among):
            value, group = expr.args
            inside = [i for i in range(count) if self._value(group, site, i) == 1]
            return sum((self._value(value, site, i) for i in inside), Fraction(0)) / len(inside)
        return _central(expr, [Fraction(1, count)] * count, lambda a, i: self._value(a, site, i))

    def _person_value(self, symbol: Coefficient, site: int | None, person: int | None) -> Fraction:
        if site is None or person is None:
            raise InvalidQuestionError([f"{symbol} is about a person; average it first, E_s({symbol})"])
        meaning = symbol.meaning
        if meaning.avoiding is None:
            return self._persons[site][person][meaning.source, meaning.target]
        return self._effect_values(meaning, site)[person]

    def _average(self, meaning: Effect, site: int | None) -> Fraction:
        if site is not None:
            return average(self._effect_values(meaning, site))
        means = [average(self._effect_values(meaning, s)) for s in range(len(self.sites))]
        return average(means, self.shares)

    @kept
    def _effect_values(self, meaning: Effect, site: int) -> list[Fraction]:
        """The effect for each person of a site, by recursion over the topological order."""
        u, v, avoiding = meaning.source, meaning.target, meaning.avoiding
        if avoiding:
            edges = edges_between(self.design, u, v, avoiding)
            flows = [_path_sums(person, edges, u) for person in self._persons[site]]
        else:
            flows = self._total_effects(u, site)
        return [reach.get(v, Fraction(0)) for reach in flows]

    @kept
    def _total_effects(self, source: str, site: int) -> list[dict[str, Fraction]]:
        """For each person of a site, the total effects of a node on all that it reaches."""
        edges = routes_of(self.design).edges
        return [_path_sums(person, edges, source) for person in self._persons[site]]


def _path_sums(person: Person, edges: Sequence[tuple[str, str]], u: str) -> dict[str, Fraction]:
    """A person's effects of a node along the given edges, in topological order: theory, equation (6.1)."""
    reach = {u: Fraction(1)}
    for source, target in edges:
        if source in reach:
            reach[target] = reach.get(target, Fraction(0)) + reach[source] * person[source, target]
    return reach


def _central(
    expr: sympy.Function, shares: Sequence[Fraction], value: Callable[[sympy.Expr, int], Fraction]
) -> Fraction:
    """Mean of one argument, or joint central moment of several, under the given shares: theory, equation (1.1)."""
    indices = range(len(shares))
    columns = [[value(argument, i) for i in indices] for argument in expr.args]
    means = [average(column, shares) for column in columns]
    if len(columns) == 1:
        return means[0]
    return average(
        [
            prod((x - m for x, m in zip(row, means, strict=True)), start=Fraction(1))
            for row in zip(*columns, strict=True)
        ],
        shares,
    )


@lru_cache(maxsize=20_000)
def _free_of_person(expr: sympy.Basic) -> bool:
    """Whether no coefficient stands outside an average over persons."""
    if isinstance(expr, Coefficient):
        return False
    if isinstance(expr, (E, Cov, mu, E_s, Cov_s, mu_s, E_s_among)):
        return True
    return all(_free_of_person(argument) for argument in expr.args)
