"""Exact averages of products of effects under a plan.

A polynomial is a table from products of arrows, each a sorted tuple of positions in ``Anticipated.edges`` with
repetition, to their factors; the modifiers that are characteristics of sites stand after the arrows. Averages follow from means,
covariances and third moments by

    E[A_i * rest] = mean_i E[rest] + sum over j in rest of cov_ij E[rest less j]
                    + sum over j < k in rest of mu_ijk E[rest less j and k]

which is exact for jointly normal effects; with third moments it takes the cumulants of order four and more for 0.
Averages over the persons of a site are polynomials in the site's average effects; averages over sites are numbers.

Source: theory, equation (11.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import combinations, pairwise

import networkx as nx
import numpy as np

from identcheck.basics.once import once, with_nothing_kept
from identcheck.decide.estimands import Target
from identcheck.derive.heterogeneity import Term
from identcheck.derive.paths import count_paths, edges_of, paths
from identcheck.describe.declarations import Edge
from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import MULTIPLIED_PATHS
from identcheck.plan.closed.columns import Entry
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.sites_law import sites_law

__all__ = ["MOST_PATHS", "ONE", "ZERO", "Ends", "Poly", "Products", "evaluated", "plus", "product", "times"]

Key = tuple[int, ...]
Poly = dict[Key, float]
ONE: Poly = {(): 1.0}
ZERO: Poly = {}
Ends = tuple[str, str]
Neighbours = Mapping[int, Mapping[int, float]]

MOST_PATHS = MULTIPLIED_PATHS.most
"""Effects along more paths than this are not multiplied out."""


def plus(*polys: Poly, factor: float = 1.0) -> Poly:
    """The sum of polynomials; ``factor`` multiplies all but the first."""
    found = dict(polys[0]) if polys else {}
    for poly in polys[1:]:
        for key, value in poly.items():
            found[key] = found.get(key, 0.0) + factor * value
    return found


def times(left: Poly, right: Poly) -> Poly:
    """The product of two polynomials."""
    found: Poly = {}
    before = found.get
    for a, x in left.items():
        for b, y in right.items():
            is_ordered = not a or not b or a[-1] <= b[0]
            key = a + b if is_ordered else b + a if b[-1] <= a[0] else tuple(sorted(a + b))
            found[key] = before(key, 0.0) + x * y
    return found


def product(polys: Iterable[Poly]) -> Poly:
    """The product of any number of polynomials."""
    return reduce(times, polys, ONE)


def evaluated(poly: Poly, effects: Sequence[Array | float]) -> Array | float:
    """The value of a polynomial at the effects along all arrows: arrays of one shape, or numbers."""
    total: Array | float = 0.0
    for key, factor in poly.items():
        term: Array | float = factor
        for place in key:
            term = term * effects[place]
        total = total + term
    return total


class Products:
    """Averages of products of effects within and across the sites of a plan."""

    def __init__(self, anticipated: Anticipated) -> None:
        self.anticipated = anticipated
        self.law = sites_law(anticipated)
        self._across = _Level(self.law.covariance, anticipated.third_between)
        given = _Level(self.law.rest, anticipated.third_between) if self.law.steps else self._across
        self._cases = [
            (share, _Case((self.law.mean + self.law.slopes @ values).tolist(), given))
            for share, values in self.law.cases
        ]
        self._inside = _Level(anticipated.within, anticipated.third_within)
        self._expected: dict[Key, float] = {}
        self._averaged: dict[Key, Poly] = {(): {(): 1.0}}
        self.covariances: dict[tuple[int, str | None, Entry, Entry], float] = {}
        """Covariances of two columns within an arm, by part of the allocation, kept by ``limits``."""

    def where(self, fixed: Mapping[int, float]) -> Products:
        """Averages among the rows in which modifiers, by their places, have these values.

        Given the categories of modifiers all else is normal, so that a continuous one changes means and covariances as in a
        linear regression; categories are then as likely as its value is in them.
        """
        found = with_nothing_kept(self)
        found._expected = {}
        stepped = self.law.stepped
        steps = [k for k, place in enumerate(stepped) if place in fixed]
        free = [place for place in fixed if place not in stepped]
        rest = self.law.rest
        known = np.linalg.pinv(rest[np.ix_(free, free)], hermitian=True)
        slopes = rest[:, free] @ known
        left = rest - slopes @ rest[free]
        level = _Level((left + left.T) / 2, self.anticipated.third_between)
        cases, values = [], np.array([fixed[place] for place in free])
        for share, case in self.law.cases:
            if all(abs(case[k] - fixed[stepped[k]]) < 1e-9 for k in steps):
                mean = self.law.mean + self.law.slopes @ case
                away = values - mean[free]
                likely = share * float(np.exp(-away @ known @ away / 2))
                cases.append((likely, _Case((mean + slopes @ away).tolist(), level)))
        whole = sum(share for share, _ in cases)
        found._cases = [(share / whole, case) for share, case in cases]
        return found

    def effect(self, u: str, v: str, avoiding: Iterable[str] = ()) -> Poly:
        """A person's effect of u on v: the sum over paths that avoid some nodes of the product of arrows."""
        return self._effect(u, v, frozenset(avoiding))

    @once
    def _effect(self, u: str, v: str, avoiding: frozenset[str]) -> Poly:
        count = count_paths(self.anticipated.world, u, v, avoiding)
        if count > MOST_PATHS:
            raise InvalidQuestionError(
                [
                    f"{u} acts on {v} along {count} paths; exact numbers are worked out up to {MOST_PATHS}; simulate "
                    "persons instead (level='persons')"
                ]
            )
        return {self._key(path): 1.0 for path in map(edges_of, paths(self.anticipated.world, u, v, avoiding))}

    def _key(self, edges: Iterable[Edge]) -> Key:
        """The product of some arrows."""
        return tuple(sorted(self.anticipated.place[edge] for edge in edges))

    def site_effect(self, u: str, v: str, avoiding: Iterable[str] = ()) -> Poly:
        """A site's average effect of u on v, as a polynomial in its average arrows: r_us, d_us."""
        return self._site_effect(u, v, frozenset(avoiding))

    @once
    def _site_effect(self, u: str, v: str, avoiding: frozenset[str]) -> Poly:
        return self.over_persons(self._effect(u, v, avoiding))

    def along(self, target: Target) -> Poly:
        """A person's effect along the paths of an estimand."""
        if target.route is None:
            return product(self.effect(*stretch) for stretch in target.stretches)
        return {self._key(edges_of(target.route)): 1.0}

    def mean_effect(self, u: str, v: str, avoiding: Iterable[str] = ()) -> float:
        """The average over sites of the effect of u on v."""
        return self.over_sites(self.site_effect(u, v, avoiding))

    def pair(self, one: Ends, other: Ends) -> float:
        """The average over sites of the product of two site effects, each of u on v: E[r_us r_vs]."""
        return self._pair(*sorted((one, other)))

    @once
    def _pair(self, one: Ends, other: Ends) -> float:
        return self.over_sites(times(self.site_effect(*one), self.site_effect(*other)))

    @once
    def term(self, term: Term) -> Poly:
        """A term of h(Z), a product of modifiers, less its average over sites; 1 for the empty one."""
        if not term:
            return ONE
        return self.deviation(product(self.law.level(name, category) for name, category in term))

    def unrelated(self, one: Iterable[int], other: Iterable[int]) -> bool:
        """Whether the effects along two sets of arrows are independent across sites: nothing joins the two."""
        groups = self._across.groups
        return not {groups[i] for i in one} & {groups[i] for i in other}

    def over_persons(self, poly: Poly) -> Poly:
        """Its average over the persons of a site, a polynomial in the site's average arrows."""
        if self._inside.empty:
            return poly
        found: Poly = {}
        for key, factor in poly.items():
            for inner, value in self._average(key).items():
                found[inner] = found.get(inner, 0.0) + factor * value
        return found

    def over_sites(self, poly: Poly) -> float:
        """The average over sites of a polynomial in the site's average arrows."""
        known, total = self._expected, 0.0
        for key, factor in poly.items():
            average = known.get(key)
            total += factor * (self._expect(key) if average is None else average)
        return total

    def deviation(self, poly: Poly) -> Poly:
        """What a site's quantity is above its average over sites."""
        return plus(poly, {(): -self.over_sites(poly)})

    def central_moment(self, polys: Iterable[Poly]) -> float:
        """The average over sites of the product of deviations: of two their covariance."""
        return self.over_sites(product(map(self.deviation, polys)))

    def covariance(self, effects: Sequence[Ends]) -> Array:
        """The covariance over sites of site effects."""
        means = np.array([self.mean_effect(*ends) for ends in effects])
        found = np.array([[self.pair(one, other) for other in effects] for one in effects])
        return np.asarray(found - np.outer(means, means))

    def _expect(self, key: Key) -> float:
        # over sites, with the combinations of categories of modifiers one after the other
        found = 0.0
        for share, case in self._cases:
            found += share * case.expect(key)
        self._expected[key] = found
        return found

    def _average(self, key: Key) -> Poly:
        # theory (11.1) over the persons of a site, whose means are the site's averages
        known = self._averaged.get(key)
        if known is None:
            first, rest = key[0], key[1:]
            known = {tuple(sorted((first, *k))): v for k, v in self._average(rest).items()}
            for left, value in self._inside.pairings(first, rest):
                for k, v in self._average(left).items():
                    known[k] = known.get(k, 0.0) + value * v
            self._averaged[key] = known
        return known


class _Case:
    """Averages across the sites with some categories of modifiers."""

    def __init__(self, mean: list[float], level: _Level) -> None:
        self.mean = mean
        self.level = level
        self._known: dict[Key, float] = {(): 1.0}

    def expect(self, key: Key) -> float:
        """The average of a product."""
        # theory (11.1) over sites
        known = self._known.get(key)
        if known is None:
            first, rest = key[0], key[1:]
            known = self.mean[first] * self.expect(rest)
            if self.level.thirds or not self.level.beside[first].keys().isdisjoint(rest):
                for left, value in self.level.pairings(first, rest):
                    known += value * self.expect(left)
            self._known[key] = known
        return known


class _Level:
    """Covariances and third moments at one level, those that are not 0."""

    def __init__(self, covariance: Array, thirds: Mapping[tuple[int, int, int], float]) -> None:
        self.beside: Neighbours = {
            i: {int(j): float(row[j]) for j in np.flatnonzero(row)} for i, row in enumerate(covariance)
        }
        self.thirds: dict[Key, float] = {(*places,): moment for places, moment in thirds.items()}
        self.empty = not covariance.any()

    @cached_property
    def groups(self) -> list[int]:
        """For each arrow the number of its group: arrows that covariances or third moments join, however remotely.

        An arrow that does not vary is alone, whatever it is multiplied with.
        """
        links: nx.Graph[int] = nx.Graph()
        links.add_nodes_from(self.beside)
        links.add_edges_from((i, j) for i, row in self.beside.items() for j in row)
        for places in self.thirds:
            links.add_edges_from(pairwise(places))
        found = [0] * len(self.beside)
        for number, group in enumerate(nx.connected_components(links)):
            for place in group:
                found[place] = number
        return found

    def pairings(self, first: int, rest: Key) -> Iterator[tuple[Key, float]]:
        """What is left of a product when its first factor is paired with one or two others, and their moment."""
        beside = self.beside[first]
        for place, other in enumerate(rest):
            if other in beside:
                yield rest[:place] + rest[place + 1 :], beside[other]
        if self.thirds:
            for one, two in combinations(range(len(rest)), 2):
                moment = self.thirds.get(tuple(sorted((first, rest[one], rest[two]))))
                if moment:
                    yield rest[:one] + rest[one + 1 : two] + rest[two + 1 :], moment
