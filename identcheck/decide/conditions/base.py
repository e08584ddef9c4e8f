"""What every condition of a strategy has: kind, numeral, level, sentence, moments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import shorten
from typing import ClassVar, NamedTuple

from identcheck.basics.display import DisplayedFormula
from identcheck.decide.conditions.regression import Regression
from identcheck.derive.words import brief, listed
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr
from identcheck.symbols.typeset import latex

Ways = tuple[frozenset[str], ...]
"""Ways to grant something, each by the names that do so together."""


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
    """The conditions by their names, each once, numerals in their order: "(vi), (ix) and the bypass"."""
    return listed(list(names_in_order(conditions)))


def names_in_order(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The conditions by their names, each once: those with a numeral in their order, then the rest."""
    every = tuple(conditions)
    return in_order(every, _names(every))


def in_order(conditions: Sequence[Condition], names: Iterable[str]) -> tuple[str, ...]:
    """Names of some conditions: those with a numeral in the order of the design's, then the rest."""
    order = [f"({numeral})" for c in conditions[:1] for numeral in c.design.numerals]
    return tuple(sorted(names, key=lambda name: order.index(name) if name in order else len(order)))


def _names(conditions: Iterable[Condition]) -> list[str]:
    """Each name once. What numerals grant together has no name beside one of these: granting them is what it takes."""
    every = tuple(conditions)
    numerals = {c.numeral for c in every}
    return list(dict.fromkeys(c.called for c in every if numerals.isdisjoint(c.licence)))
