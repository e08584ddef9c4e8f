"""Products: the average of a product of effects against the product of their averages (theory section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import combinations, pairwise
from operator import or_
from typing import ClassVar

from identcheck.decide.conditions.base import Asks, Condition, Ways
from identcheck.decide.conditions.drawn_causes import joined_factors, pairs_of
from identcheck.derive.apart import apart_at
from identcheck.derive.heterogeneity import Demand
from identcheck.derive.knowledge import Used, known_independent, together
from identcheck.derive.moments import central, mean, site_mean, total_moment
from identcheck.derive.paths import effect_edges, effect_varies, numbered
from identcheck.derive.words import by_declaration, effect_words, listed
from identcheck.describe.declarations import Declaration
from identcheck.symbols.algebra import Expr, add, multiply
from identcheck.symbols.names import Effect

__all__ = ["Factor", "Product"]

LEVELS = ("persons", "sites")
MOST_SPELT_OUT = 3

Factor = tuple[Effect, ...]
"""An effect, or the arrows whose coefficients are multiplied along one path."""


@dataclass(frozen=True)
class Product(Condition):
    """E[F_1 ... F_n] = E[F_1] ... E[F_n] for the factors of every term of a composed strategy.

    The averages are over all persons of all sites; site by site they are those of each site. Along consecutive measured nodes
    (vi) and (vii) grant it together, site by site (vi) alone: what is upstream of a node is independent of what is downstream
    of it, within sites and between them (theory section 12, FORM OF A GRANT). Otherwise no numeral does. Source: theory,
    equation (7.4).

    Attributes:
        products: for each term its sign and its factors.
    """

    products: tuple[tuple[int | Fraction, tuple[Factor, ...]], ...] = ()

    nickname: ClassVar[str] = "a product of averages"
    key: ClassVar[str] = "product"
    kind = "product"
    letter = "P"
    reason = "only then do average effects along the way multiply to the average effect of the whole way"
    granted_by = ()
    asks = Asks(products=1)

    @property
    def level(self) -> str:
        """Site by site the averages are those of each site; otherwise they are over all persons of all sites."""
        return "within sites" if self.regression.site_by_site else "all persons"

    @property
    def levels(self) -> tuple[str, ...]:
        """At which levels its factors may go together."""
        return ("persons",) if self.regression.site_by_site else LEVELS

    @cached_property
    def licence(self) -> frozenset[str]:
        """The numerals that grant it together: (vi) within sites, (vii) between them; empty where they do not."""
        if not all(self._joined(factors) for _, factors in self.products):
            return frozenset()
        numerals = dict(zip(LEVELS, ("vi", "vii"), strict=True))
        every = [factors for _, factors in self.products]
        return frozenset(
            numerals[one] for one in self.levels if not all(self._separate(fs, one) for fs in every)
        )

    def _joined(self, factors: tuple[Factor, ...]) -> bool:
        """Whether each factor begins at the measured node where the one before ends, and all are granted to be apart there.

        Never where one leads to a product of mediators: its contrast is no product of arrows (theory section 15).
        """
        if any(edges & self._into_products for edges in map(self._edges, factors)):
            return False
        ends = [(factor[0].source, factor[-1].target) for factor in factors]
        joints = [(a[1], b[0]) for a, b in pairwise(ends)]
        if any(end != start or end in self.design.unobserved for end, start in joints):
            return False
        edges = [self._edges(factor) for factor in factors]
        sides = [(reduce(or_, edges[:place]), edges[place]) for place in range(1, len(edges))]
        given = self.regression.moderators
        return all(
            apart_at(self.design, joint, *two, self.levels, given)
            for (joint, _), two in zip(joints, sides, strict=True)
        )

    @property
    def _into_products(self) -> int:
        products = self.design.products
        return numbered(self.design, ((a, q) for q in products for a in self.design.causal.pred[q]))

    @property
    def ways(self) -> Ways:
        named = frozenset({self.key})
        return (named, self.licence) if self.licence else (named,)

    @cached_property
    def terms(self) -> tuple[tuple[int | Fraction, tuple[Expr, ...]], ...]:
        """For each term its sign and its factors, person-specific effects."""
        return tuple((sign, tuple(map(self._symbol, factors))) for sign, factors in self.products)

    def _symbol(self, factor: Factor) -> Expr:
        return multiply(*map(self.design.notation.coefficient, factor))

    @property
    def statement(self) -> str:
        if len(self.products) == 1 and len(self.products[0][1]) == 2:
            one, other = (self._words(f) for f in self.products[0][1])
            return f"{self._everyone}, {one} is uncorrelated with {other}."
        shown = [listed([self._words(f) for f in factors]) for _, factors in self.products[:MOST_SPELT_OUT]]
        more = len(self.products) - len(shown)
        rest = f"; and for {more} more products" if more > 0 else ""
        return (
            f"{self._everyone}, the average of a product of effects is the product of their averages, "
            f"for {'; for '.join(shown)}{rest}."
        )

    @property
    def _everyone(self) -> str:
        persons, sites = self.design.word("persons"), self.design.word("sites")
        if self.regression.site_by_site:
            return f"Within each {self.design.word('site')}"
        if self.regression.moderators:
            return f"Over all {persons} of {self.regression.rows}"
        return f"Over all {persons}" + ("" if self.design.sites == 1 else f" of all {sites}")

    def _words(self, factor: Factor) -> str:
        if len(factor) != 1:
            return str(self._symbol(factor))
        (effect,) = factor
        avoiding = frozenset(self.design.mediators) if effect.avoiding is None else effect.avoiding
        ends = {effect.source, effect.target}
        return effect_words(self.design, effect.source, effect.target, avoiding - ends)

    @property
    def latex(self) -> str:
        lines = []
        if self.regression.moderators:
            return self._latex_given()
        for _, factors in self.terms[:MOST_SPELT_OUT]:
            left = self.tex(self._mean(multiply(*factors)))
            lines.append(f"{left} = {self.tex(multiply(*map(self._mean, factors)))}")
        more = len(self.terms) - len(lines)
        return r" ,\quad ".join([*lines, *([rf"\text{{and {more} more}}"] if more > 0 else [])])

    def _mean(self, effect: Expr) -> Expr:
        """The average that is meant: in a site, or over all persons of all sites."""
        return site_mean(effect) if self.regression.site_by_site else mean(site_mean(effect))

    def _latex_given(self) -> str:
        """The same given the moderators."""
        given = ", ".join(self.tex(level) for level in self.regression.levels(""))

        def mean_given(item: Expr) -> str:
            return rf"\mathbb{{E}}[{self.tex(item)} \mid {given}]"

        lines = [
            f"{mean_given(multiply(*factors))} = {' '.join(map(mean_given, factors))}"
            for _, factors in self.terms[:MOST_SPELT_OUT]
        ]
        more = len(self.terms) - len(lines)
        return r" ,\quad ".join([*lines, *([rf"\text{{and {more} more}}"] if more > 0 else [])])

    @cached_property
    def implied(self) -> str:
        if all(self._separate(factors, level) for _, factors in self.products for level in self.levels):
            among = "" if self.regression.site_by_site else " and between them"
            return f"at most one of the effects in each product varies, within sites{among}"
        return by_declaration(self.declared)

    @cached_property
    def violated(self) -> str:
        if not self.design.modifiers or self.implied:
            return ""
        given = self.regression.moderators
        edges = (tuple(map(self._edges, factors)) for _, factors in self.products)
        return next(
            filter(None, (joined_factors(self.design, each, self.levels, given) for each in edges)), ""
        )

    @property
    def demands(self) -> tuple[Demand, ...]:
        """The bundles that are to be independent, of the factors of each product."""
        edges = (tuple(map(self._edges, factors)) for _, factors in self.products)
        return tuple(demand for each in edges for demand in pairs_of(self.design, each, self.levels))

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        if not self.design.declarations or self.regression.moderators:
            return ()
        known = (self._known_apart(factors, level) for _, factors in self.products for level in self.levels)
        return together(known) or ()

    def _separate(self, factors: tuple[Factor, ...], level: str) -> bool:
        """Whether at most one of the factors varies at a level."""
        if level == "sites" and self.design.sites == 1:
            return True
        return sum(any(effect_varies(self.design, e, level) for e in factor) for factor in factors) < 2

    def _known_apart(self, factors: tuple[Factor, ...], level: str) -> Used:
        """The declarations by which the factors are independent of one another at a level."""
        if self._separate(factors, level):
            return ()
        edges = [self._edges(factor) for factor in factors]
        return together(
            known_independent(self.design, level, reduce(or_, edges[:place]), edges[place])
            for place in range(1, len(edges))
        )

    def _edges(self, factor: Factor) -> int:
        return numbered(self.design, (e for effect in factor for e in effect_edges(self.design, effect)))

    def moments(self, order: int | None = 3) -> tuple[Expr, ...]:
        """The joint central moments, over all persons or those of a site, of two and more factors of a term."""
        found: dict[Expr, None] = {}
        for _, factors in self.terms if not self.regression.moderators else ():
            for size in range(2, len(factors) + 1 if order is None else min(order, len(factors)) + 1):
                for chosen in combinations(factors, size):
                    found[self._moment(chosen)] = None
        return tuple(item for item in found if item != 0)

    def _moment(self, chosen: tuple[Expr, ...]) -> Expr:
        if not self.regression.site_by_site:
            return total_moment(self.design, chosen)
        return central(self.design, chosen)

    @property
    def exact(self) -> tuple[Expr, ...]:
        if self.regression.moderators:
            return ()  # what is asked for given the moderators is no moment over all persons
        # theory, equation (7.4): its left side, over the terms
        whole = add(*(sign * self._mean(multiply(*factors)) for sign, factors in self.terms))
        apart = add(*(sign * multiply(*map(self._mean, factors)) for sign, factors in self.terms))
        return (whole - apart,)
