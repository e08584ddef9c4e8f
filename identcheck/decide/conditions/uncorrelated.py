"""Site quantities uncorrelated with site-average compliances: what (B) is when pooled, and the bypass."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import islice
from operator import or_
from typing import ClassVar

from identcheck.decide.conditions.base import Asks, Condition, Ways
from identcheck.decide.conditions.declared import Ends, contradicted, site_uncorrelated
from identcheck.derive.apart import apart_between
from identcheck.derive.knowledge import together
from identcheck.derive.moments import covariance, expand_between
from identcheck.derive.paths import any_varies, count_paths, edge_set, edges_in, paths, reaches
from identcheck.derive.routes import routes_of
from identcheck.derive.words import (
    averaged,
    by_declaration,
    capital,
    compliances,
    effect_words,
    listed,
    one_site_words,
)
from identcheck.describe.declarations import Declaration
from identcheck.symbols.algebra import Expr, moment

__all__ = ["Bypass", "Uncorrelated"]


@dataclass(frozen=True)
class Uncorrelated(Condition):
    """Cov(r_us, x_s) = 0: a site quantity is uncorrelated, over sites, with each of some compliances."""

    kind = "between"
    letter = "B"
    level = "between sites"
    asks = Asks(covariances=1)

    @property
    @abstractmethod
    def subject(self) -> Expr:
        """The site quantity x_s."""

    @property
    @abstractmethod
    def effect(self) -> Ends:
        """The effect that the site quantity is the average of: its ends, and what its paths avoid."""

    @property
    @abstractmethod
    def phrase(self) -> str:
        """The site quantity in words."""

    @property
    @abstractmethod
    def against(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The arms and the regressors whose compliances, of each arm with each regressor, the condition is about."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each of these arms with each of these regressors."""
        arms, regressors = self.against
        return tuple((arm, u) for arm in arms for u in regressors)

    @property
    def compliances(self) -> tuple[Expr, ...]:
        """Their r_us, arm by arm; those that are zero by the graph left out."""
        found = (self.regression.compliance(arm, u) for arm, u in self.pairs)
        return tuple(dict.fromkeys(item for item in found if not item.is_number))

    @property
    def weighted(self) -> bool:
        """Whether it is about the drawn weights of the sites as well."""
        return self.regression.weighted

    @property
    def statement(self) -> str:
        arms, regressors = self.against
        beside = f", with {self.weights_words}, and with their product" if self.weighted else ""
        return capital(
            f"across {self.regression.rows}, {averaged(self.phrase)} is uncorrelated with "
            f"{averaged(compliances(self.design, regressors, arms))}{beside}.",
            self.design,
        )

    @property
    def weights_words(self) -> str:
        """What the weights are called: "the weights of the sites"."""
        return f"the weights of the {self.design.word('sites')}"

    @property
    def latex(self) -> str:
        if levels := ", ".join(self.tex(level) for level in self.regression.levels("")):
            subject = self.tex(self.subject)
            given = (f"{item}, {subject} \\mid {levels}" for item in self._formulas)
            return r" ,\quad ".join(rf"\operatorname{{Cov}}({each}) = 0" for each in given)
        found = [f"{self.tex(moment('sites', (item, self.subject)))} = 0" for item in self.compliances]
        found += [
            rf"\operatorname{{Cov}}({item}, {self.tex(self.subject)}) = 0"
            for item in self._formulas[len(found) :]
        ]
        return r" ,\quad ".join(found)

    @property
    def _formulas(self) -> list[str]:
        """The compliances, and where it is about the weights these and their products with the compliances, in LaTeX."""
        found = [self.tex(item) for item in self.compliances]
        return [*found, r"w_{s}", *(rf"w_{{s}} \, {item}" for item in found)] if self.weighted else found

    @cached_property
    def implied(self) -> str:
        if self.regression.cells:
            return self._implied_in_cells
        if self.design.sites == 1:
            return one_site_words(self.design)
        if not any_varies(self.design, "sites", *self.effect):
            return f"{averaged(self.phrase)} is the same in all {self.design.word('sites')}"
        if self.weighted:
            return ""
        if not any(any_varies(self.design, "sites", arm, u) for arm, u in self.pairs):
            return f"treatment changes the regressors by the same amount, on average, in all {self.design.word('sites')}"
        return by_declaration(self.declared)

    @property
    def _implied_in_cells(self) -> str:
        """The same where the rows are cells."""
        design, reg = self.design, self.regression
        levels = ("persons", "sites")
        if design.sites == 1 and self.moderated == reg.moderators:
            return f"there is one group for every value of {reg.given}"
        if not any(any_varies(design, level, *self.effect) for level in levels):
            return f"{averaged(self.phrase)} is the same for everyone"
        if self.weighted:
            return ""
        if not any(any_varies(design, level, arm, u) for arm, u in self.pairs for level in levels):
            return "treatment changes the regressors by the same amount for everyone"
        return ""

    @property
    @abstractmethod
    def moderated(self) -> tuple[str, ...]:
        """The moderators with which the quantity may change freely."""

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        """Declarations by which each covariance is zero; they say nothing of what is held fixed, or of weights."""
        silent = self.regression.moderators or self.weighted
        if not self.design.declarations or self.design.sites == 1 or silent:
            return ()
        each = ((arm, u, frozenset[str]()) for arm, u in self.pairs)
        return together(site_uncorrelated(self.design, ends, self.effect) for ends in each) or ()

    @property
    @abstractmethod
    def joined(self) -> str:
        """The way by which drawn causes move both sides, as a clause; "" where they do not."""

    @cached_property
    def violated(self) -> str:
        drawn = self.joined if self.design.modifiers else ""
        drawn = "" if drawn and self.implied else drawn
        if drawn or not self.design.declarations:
            return drawn
        each = ((arm, u, frozenset[str]()) for arm, u in self.pairs)
        pairs = (contradicted(self.design, "sites", ends, self.effect) for ends in each)
        return by_declaration([pair for pair in pairs if pair is not None])

    def expanded(self) -> tuple[Expr, ...]:
        """Each covariance that is not zero, expanded over paths (in Figure 1: theory, equation (5.4))."""
        found = (expand_between(self.design, (arm, u, ()), self.effect) for arm, u in self.pairs)
        return tuple(item for item in found if item != 0)

    def moments(self, order: int | None = 3) -> tuple[Expr, ...]:
        """The covariances: nothing else is needed, whatever the order asked for."""
        del order
        if self.regression.moderators:
            return ()  # what is asked for given the moderators is no moment over sites
        found = (covariance(self.design, item, self.subject) for item in self.compliances)
        return tuple(dict.fromkeys(item for item in found if item != 0))


@dataclass(frozen=True)
class Bypass(Uncorrelated):
    """Cov(r_us, theta_s) = 0, all u in W: the part of an arm's effect that bypasses W against its own compliances.

    With an intercept theta_s enters the normal equations as these covariances and in no other way. None of the
    numbered assumptions is about it. Footnote 4 of the paper calls its case "strong and generally untenable"; in
    Mendelian randomization it is the InSIDE assumption of MR-Egger. Source: theory, equation (7.6).

    Where all that differs between sites in the bypass is part of the effects of a measured mediator, and all that differs in the
    compliances is upstream of such mediators, (vii) grants the two to be independent between sites (theory section 12, FORM OF
    A GRANT): so where the arm's own arrow into what bypasses W is the same in all sites.

    Attributes:
        arm: the arm whose paths bypass W.
    """

    arm: str = ""

    nickname: ClassVar[str] = "the bypass"
    key: ClassVar[str] = "bypass"
    reason = "what bypasses the regressors then goes into the intercept and does not bend the slopes"
    granted_by = ()
    asks = Asks(bypasses=1, covariances=1)

    @property
    def against(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The arm's own compliances: those of other arms are in other rows."""
        reg = self.regression
        moved = tuple(u for u in reg.regressors if reaches(self.design, self.arm, u))
        return (self.arm,), moved or reg.regressors

    @property
    def joined(self) -> str:
        return self.regression.joined("bypass", self.arm)

    @property
    def alike(self) -> bool:
        """Whether it holds because the bypass is drawn as the same in all sites, which the graph claims."""
        several = self.design.sites != 1 and not self.regression.cells
        return several and not any_varies(self.design, "sites", *self.effect)

    @property
    def tied(self) -> tuple[tuple[str, str], ...]:
        """The arrows that may differ between sites and are part both of the bypass and of one of the compliances.

        Where one does differ, the two are correlated in general, however unrelated effects are to one another.
        """
        if self.design.sites == 1:
            return ()
        above = reduce(or_, (edge_set(self.design, *pair) for pair in self.pairs), 0)
        moving = routes_of(self.design).varying["sites"]
        return edges_in(self.design, above & edge_set(self.design, *self.effect) & moving)

    @property
    def statement(self) -> str:
        return f"{self.need} {self.tie}".strip()

    @property
    def need(self) -> str:
        return super().statement

    @property
    def tie(self) -> str:
        """Which arrows tie the two sides to each other, as a sentence; or ""."""
        if not (tied := self.tied):
            return ""
        effects = listed([effect_words(self.design, a, b, self.design.mediators) for a, b in tied])
        verb, differs = ("is", "it differs") if len(tied) == 1 else ("are", "one of them differs")
        return capital(
            f"{effects} {verb} part of both: where {differs} between {self.design.word('sites')}, the two go together.",
            self.design,
        )

    @cached_property
    def licence(self) -> frozenset[str]:
        """(vii), where it grants everything in the bypass to be independent of everything in the compliances."""
        design = self.design
        if self.regression.moderators or design.sites == 1 or design.single or self.alike:
            return frozenset()
        above = reduce(or_, (edge_set(design, *pair) for pair in self.pairs), 0)
        return frozenset({"vii"} if apart_between(design, above, edge_set(design, *self.effect)) else ())

    @property
    def ways(self) -> Ways:
        named = frozenset({self.key})
        return (named, self.licence) if self.licence else (named,)

    @property
    def moderated(self) -> tuple[str, ...]:
        return self.regression.moderators

    @property
    def subject(self) -> Expr:
        return self.regression.bypass(self.arm)

    @property
    def effect(self) -> Ends:
        return self.arm, self.regression.outcome, frozenset(self.regression.regressors)

    @property
    def phrase(self) -> str:
        reg = self.regression
        base = effect_words(self.design, self.arm, reg.outcome, reg.regressors)
        asked = (self.design, self.arm, reg.outcome, reg.regressors)
        count = count_paths(*asked)
        routes = [" -> ".join(route) for route in islice(paths(*asked), 3 if count <= 3 else 2)]
        shown = listed(routes) if count <= 3 else f"{listed(routes)} and {count - 2} more"
        return f"{base} (the bypass, {shown})"
