"""A regression of site effects, and what it asks of the drawn causes of heterogeneity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.decide.conditions.drawn_causes import joined
from identcheck.derive.heterogeneity import (
    Demand,
    Shape,
    Term,
    asked_of_weights,
    moved_bundles,
    products,
    terms_for,
)
from identcheck.derive.moments import mean_effect
from identcheck.derive.paths import effect_symbol
from identcheck.derive.routes import routes_of
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.symbols.algebra import Expr, multiply


@dataclass(frozen=True)
class Regression(Brief):
    """A regression of site effects: r_vs on the compliances r_us of W, one row for each site and arm.

    Attributes:
        design: the design.
        outcome: v, the node whose site effects are regressed.
        regressors: W, measured mediators.
        arms: the arms whose rows are used.
        intercepts: those of the arms that have an intercept of their own.
        pooled: averages over sites are taken first, then one equation per arm is solved.
        moderators: measured modifiers Z whose products with the compliances are regressors as well, in the design's order
            (theory section 14). With a characteristic of persons among them the rows are cells: the persons of a site who
            are alike in it.
        site_by_site: the equations of its arms are solved within each site, and the average over sites is taken last; without
            moderators, as nothing is asked between sites.
    """

    design: Design
    outcome: str
    regressors: tuple[str, ...]
    arms: tuple[str, ...]
    intercepts: tuple[str, ...] = ()
    pooled: bool = False
    moderators: tuple[str, ...] = ()
    site_by_site: bool = False

    @cached_property
    def _hash(self) -> int:
        return hash((self.design, *self.shape, self.moderators, self.site_by_site))

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, object]:
        return {
            field.name: getattr(self, field.name) for field in fields(self)
        }  # hashes differ from process to process

    def _brief(self) -> str:
        kind = (
            " pooled"
            if self.pooled
            else " site by site"
            if self.site_by_site
            else " with an intercept"
            if self.intercepts
            else ""
        )
        given = f" given {', '.join(self.moderators)}" if self.moderators else ""
        return f"Regression{kind} of {self.outcome} on {', '.join(self.regressors) or 'no mediator'}{given}"

    @property
    def shape(self) -> Shape:
        """Outcome, regressors, arms, intercepts, and whether pooled."""
        return self.outcome, self.regressors, self.arms, self.intercepts, self.pooled

    @property
    def cells(self) -> tuple[str, ...]:
        """The moderators that are characteristics of persons, so that rows are cells of sites."""
        return tuple(
            m.name for m in self.design.modifiers if m.name in self.moderators and m.level == "persons"
        )

    @once
    def moderated_by(self, u: str) -> tuple[str, ...]:
        """The moderators whose products with the compliance with u are regressors: Z_u of theory section 14."""
        demand = self.demands.get(("between", u)) if self.moderators else None
        kept = terms_for(self.design, demand.one, demand.other, self.moderators) if demand is not None else ()
        return tuple(name for name in self.moderators if name in kept)

    def terms(self, column: str) -> tuple[Term, ...]:
        """The terms of h(Z) that stand beside a column: those of Z_u for a regressor, all for an intercept."""
        names = self.moderated_by(column) if column in self.regressors else self.moderators
        return products(self.design, names)

    @cached_property
    def every_term(self) -> tuple[tuple[Term, ...], ...]:
        """The same for every column."""
        return tuple(map(self.terms, self.columns))

    def levels(self, column: str) -> tuple[Expr, ...]:
        """The same as expressions: products of values and of indicators of categories."""
        return tuple(self._level(term) for term in self.terms(column))

    def _level(self, term: Term) -> Expr:
        from identcheck.symbols.notation import Level

        numbers = {m.name: place for place, m in enumerate(self.design.modifiers, 1)}
        binary = {m.name for m in self.design.modifiers if m.scale == "binary"}
        return multiply(*(Level(n, 0 if n in binary else category, numbers[n]) for n, category in term))

    @property
    def width(self) -> int:
        """How many columns the matrix has, products with moderators included."""
        return sum(1 + len(terms) for terms in self.every_term)

    @property
    def given(self) -> str:
        """What is held fixed, in words: "entry wages and age"; "" without moderators."""
        return self._words(self.moderators)

    @property
    def weighted(self) -> bool:
        """Whether effects are to be independent of drawn weights too: others than those of the average, and not held fixed."""
        return bool(asked_of_weights(self.design)) and SITE_WEIGHTS not in self.moderators

    @property
    def given_persons(self) -> str:
        """What persons of a cell are alike in, in words."""
        return self._words(self.cells)

    def _words(self, names: Iterable[str]) -> str:
        return listed([self.design.modifier_words(name) for name in names])

    @property
    def rows(self) -> str:
        """What the rows differ by, and what is held fixed among them: "sites", "sites with the same entry wages"."""
        sites = self.design.word("sites")
        if not self.moderators:
            return sites
        if self.cells:
            where = "the site" if self.design.sites == 1 else sites
            return f"groups of {self.design.word('persons')} of {where} with the same {self.given}"
        return f"{sites} with the same {self.given}"

    @cached_property
    def fixed(self) -> int:
        """The regressors as a set in one number, see ``routes``; what a regressor's own paths avoid too, as it starts them."""
        return routes_of(self.design).mask(self.regressors)

    def others(self, u: str) -> frozenset[str]:
        """The regressors other than u."""
        return frozenset(self.regressors) - {u}

    def downstream(self, u: str) -> Expr:
        """D_u, the person-specific effect of u on v avoiding the other regressors: theory, equation (6.2)."""
        return effect_symbol(self.design, u, self.outcome, self.others(u))

    def site_downstream(self, u: str) -> Expr:
        """d_us, the site average of D_u."""
        return mean_effect(self.design, u, self.outcome, self.others(u))

    @once
    def compliance(self, arm: str, u: str) -> Expr:
        """r_us, the total effect of an arm on u in site s."""
        return mean_effect(self.design, arm, u)

    def bypass(self, arm: str) -> Expr:
        """theta_s, the effect of an arm on v that avoids every regressor: theory, equation (10')."""
        return mean_effect(self.design, arm, self.outcome, self.regressors)

    @property
    def columns(self) -> tuple[str, ...]:
        """Intercepts (by arm), then regressors."""
        return (*self.intercepts, *self.regressors)

    def joined(self, kind: str, about: str) -> str:
        """The way by which drawn causes move both sides of a condition given the moderators, as a clause; "" where they do not.

        Args:
            kind: "within", "between" or "bypass".
            about: the regressor, or the arm of a bypass.
        """
        demand = self.demands.get((kind, about)) if self.design.modifiers else None
        both = demand is not None and demand.one and demand.other  # else nothing moves one of the sides
        return joined(self.design, demand, self.moderators) if both else ""

    @cached_property
    def demands(self) -> Mapping[tuple[str, str], Demand]:
        """The bundles of arrows that its conditions ask to be unrelated, as far as drawn causes move them.

        By kind of condition, "within", "between" or "bypass", and the regressor, or the arm of a bypass, that it is about.
        """
        return moved_bundles(self.design, *self.shape)
