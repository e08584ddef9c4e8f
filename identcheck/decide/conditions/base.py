"""What every condition of a strategy has: kind, numeral, level, sentence, moments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from textwrap import shorten
from typing import ClassVar, NamedTuple

from identcheck.basics.display import Brief, DisplayedFormula
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
from identcheck.derive.paths import effect_meant, effect_symbol
from identcheck.derive.routes import routes_of
from identcheck.derive.words import brief, listed
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.symbols.algebra import Expr, multiply
from identcheck.symbols.names import Effect
from identcheck.symbols.typeset import latex

__all__ = [
    "Asks",
    "Condition",
    "Regression",
    "WithoutMoments",
    "condition_name",
    "condition_names",
    "grants",
    "names_in_order",
]

Ways = tuple[frozenset[str], ...]
"""Ways to grant something, each by the names that do so together."""


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

    def downstream_meant(self, u: str) -> Effect | None:
        """Which effect D_u is; None where there is no path."""
        return effect_meant(self.design, u, self.outcome, self.others(u))

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

    def bypass_meant(self, arm: str) -> Effect | None:
        """Which effect theta_s averages; None where nothing bypasses the regressors."""
        return effect_meant(self.design, arm, self.outcome, self.regressors)

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


class Asks(NamedTuple):
    """How much a condition asks for where nothing implies it; strategies are put in order by the sums over theirs.

    Attributes:
        bypasses: how many bypasses it is about.
        shared: how many sets of shared arrows.
        products: how many products of averages.
        covariances: how many effects it relates to compliances.
        everywhere: how many ranks in every site.
        order: the highest order of the moments within sites that it asks to vanish.
    """

    bypasses: int = 0
    shared: int = 0
    products: int = 0
    everywhere: int = 0
    covariances: int = 0
    order: int = 0


@dataclass(frozen=True)
class Condition(DisplayedFormula, ABC):
    """Something that must hold for a strategy to identify its effects.

    A kind of condition is a class that answers everything below which is abstract here; one that leaves something out
    cannot be made. What later wings ask of it is listed in ``homes.BY_KIND``.

    Attributes:
        regression: the regression it is a condition of.
        nickname: a short name for a condition that no numeral grants.
        key: by what name a justification of such a condition is written in a design: "bypass", "everywhere", "shared" or
            "product".
    """

    regression: Regression

    nickname: ClassVar[str] = ""
    key: ClassVar[str] = ""

    @property
    @abstractmethod
    def kind(self) -> str:
        """One word: "assigned", "cut", "within", "between", "rank", "everywhere", "shared" or "product"."""

    @property
    @abstractmethod
    def letter(self) -> str:
        """A (assignment), C, W, B, R, E (everywhere), S or P (product), as in theory section 7."""

    @property
    @abstractmethod
    def level(self) -> str:
        """What it is about: "graph", "design", "within sites", "between sites" or "all persons"."""

    @property
    def design(self) -> Design:
        """The design the condition is about."""
        return self.regression.design

    @property
    @abstractmethod
    def granted_by(self) -> tuple[str, ...]:
        """The numerals that grant it, the first of them its own; empty where none does."""

    @property
    def numeral(self) -> str | None:
        """The roman numeral under which the condition is granted, or None."""
        return self.granted_by[0] if self.granted_by else None

    @property
    def barred(self) -> str:
        """Why no numeral grants it although it could hold: what is declared contradicts the form of the grant; mostly ""."""
        return ""

    @property
    def ways(self) -> Ways:
        """The ways in which it can be granted: by each of its numerals, unless barred; by its key where there is none."""
        if self.barred:
            return ()
        return tuple(frozenset({name}) for name in self.granted_by or (self.key,))

    @property
    def licence(self) -> frozenset[str]:
        """The numerals that grant it together, none of them alone; mostly empty."""
        return frozenset()

    def rests_on(self, granted: frozenset[str]) -> tuple[str, ...]:
        """By which assumptions it holds, where some are granted: its own, or the numerals that grant it together."""
        by_name = not self.licence or (self.assumption in granted and not self.licence <= granted)
        return (self.assumption,) if by_name else tuple(n for n in self.design.numerals if n in self.licence)

    @property
    def called(self) -> str:
        """Its name in sentences: the numeral in brackets, or the nickname."""
        return f"({self.numeral})" if self.numeral else self.nickname

    @property
    def assumption(self) -> str:
        """What the condition is called: its numeral, or "bypass", "everywhere", "shared" or "product" where it has none."""
        return self.numeral or self.key

    @property
    @abstractmethod
    def statement(self) -> str:
        """The condition in words, in the design's labels."""

    @property
    def need(self) -> str:
        """The condition in words, without remarks on what it depends on in this design."""
        return self.statement

    @property
    @abstractmethod
    def reason(self) -> str:
        """What it is needed for: the step of the derivation that it licenses."""

    @property
    @abstractmethod
    def latex(self) -> str:
        """The weakest sufficient form as a formula."""

    @property
    @abstractmethod
    def implied(self) -> str:
        """Why the graph, the design or its declarations already guarantee it; "" if they do not."""

    @property
    @abstractmethod
    def declared(self) -> tuple[Declaration, ...]:
        """The declarations by which it holds; empty if it holds without them, or is not known to hold."""

    @property
    def asserted(self) -> bool:
        """Whether it holds by what is declared, so that a world obeys the design only if it is met there."""
        return bool(self.declared)

    @property
    @abstractmethod
    def violated(self) -> str:
        """Why it cannot hold in this design; "" if it can."""

    @property
    @abstractmethod
    def asks(self) -> Asks:
        """How much it asks for where it is not implied."""

    @abstractmethod
    def moments(self, order: int | None = 3) -> tuple[Expr, ...]:
        """The ladder: moments of at most the given order whose vanishing the condition asks for.

        Args:
            order: the highest order to list; None for as far as the condition goes.
        """

    @property
    def exact(self) -> tuple[Expr, ...]:
        """What must vanish, no more and no less, for the regression to need nothing else of this condition."""
        return self.moments()

    @property
    def drawn(self) -> bool:
        """Whether it is read off the graph: nothing grants it, and it counts among what a verdict rests on."""
        return self.level == "graph"

    def met(self, granted: frozenset[str]) -> bool:
        """Whether graph, design and declarations imply it, or it is granted, by numeral or key, and they do not exclude it."""
        if self.violated:
            return False
        return bool(self.implied) or (not self.drawn and grants(granted, self.ways))

    def numeral_for(self, single: str, many: str) -> str:
        """The numeral of the seven (one site, one mediator) or of the nine."""
        return single if self.design.single else many

    def tex(self, expr: Expr) -> str:
        """An expression as LaTeX, without the index s where there is one site."""
        return latex(expr, one_site=self.design.sites == 1)

    @cached_property
    def labels(self) -> Sequence[str]:
        """The labels of the regressors."""
        return [brief(self.design, u) for u in self.regression.regressors]

    def _brief(self) -> str:
        return f"Condition {condition_name(self)} {shorten(self.statement, 60, placeholder=' ...')}"

    def __str__(self) -> str:
        return self.statement


@dataclass(frozen=True)
class WithoutMoments(Condition):
    """A condition on the graph, on assignment or on a rank: no moment is asked to vanish, and none is met by a declaration."""

    declared = ()
    asks = Asks()

    def moments(self, order: int | None = 3) -> tuple[Expr, ...]:
        del order
        return ()


def grants(granted: frozenset[str], ways: Ways) -> bool:
    """Whether what is granted by name includes one of the ways."""
    return any(way <= granted for way in ways)


def condition_name(condition: Condition) -> str:
    """A condition by the numeral that grants it; by its nickname where none does."""
    return condition.called


def condition_names(conditions: Iterable[Condition]) -> str:
    """The conditions by their names, each once: "(vi), (ix) and the bypass"."""
    return listed(_names(conditions))


def names_in_order(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The conditions by their names, each once: those with a numeral in their order, then the rest."""
    every = tuple(conditions)
    order = [f"({numeral})" for c in every[:1] for numeral in c.design.numerals]
    return tuple(sorted(_names(every), key=lambda name: order.index(name) if name in order else len(order)))


def _names(conditions: Iterable[Condition]) -> list[str]:
    """Each name once. What numerals grant together has no name beside one of these: granting them is what it takes."""
    every = tuple(conditions)
    numerals = {c.numeral for c in every}
    return list(dict.fromkeys(c.called for c in every if numerals.isdisjoint(c.licence)))
