"""A strategy: one regression of site effects that identifies an estimand under conditions.

Whether its rank can hold beside what is granted is decided here too (theory section 7, JOINTLY).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import shorten

from identcheck.basics.display import DisplayedFormula
from identcheck.basics.once import once
from identcheck.decide.conditions import (
    Condition,
    Everywhere,
    Rank,
    Regression,
    Whole,
    conditions_of,
    shared_edges,
    whole_of,
)
from identcheck.decide.conditions.base import Asks, Ways
from identcheck.decide.conditions.rank import products_said
from identcheck.decide.estimands import Estimand, at, average, compliance, direct, interaction, itt, total
from identcheck.decide.interacting import levels_open
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.strategies.derivation import derive
from identcheck.decide.strategies.moderation import moderated_biases
from identcheck.decide.strategies.step import Step
from identcheck.derive.bias import pooled_bias, regression_bias, site_by_site_bias
from identcheck.derive.jointly.beside import NOTHING, Beside
from identcheck.derive.moments import mean
from identcheck.derive.paths import inner_nodes, reaches
from identcheck.derive.rank import independent_columns, structural_rank
from identcheck.derive.words import brief, listed
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr, number

__all__ = ["Levels", "Strategy", "beside_granted", "granting", "levels_granted"]


def _names(reg: Regression, source: str, avoiding: frozenset[str]) -> list[Estimand]:
    """Direct, total, compliance or itt where the effect is that; otherwise the average avoiding nodes."""
    design = reg.design
    if source in design.products:
        return [interaction(*design.products[source])]
    inner = inner_nodes(design, source, reg.outcome, avoiding)
    if inner and all(design.same.get(node) == source for node in inner):
        others = {node: 1 for product in inner for node in design.products[product] if node != source}
        return [at(direct(source, reg.outcome), others)]
    whole = inner == inner_nodes(design, source, reg.outcome)
    if source in design.treatments and whole:
        arm = source if len(design.treatments) > 1 else None
        return [itt(arm) if reg.outcome == design.outcome else compliance(reg.outcome, arm)]
    named = [] if inner else [direct(source, reg.outcome)]
    if whole and not levels_open(design, source, reg.outcome, ()):
        named.append(total(source, reg.outcome))
    return named or [average(source, reg.outcome, avoiding)]


@dataclass(frozen=True)
class Strategy(DisplayedFormula):
    """Regress r_vs on the compliances r_us of W, through the origin or with an intercept (theory section 7).

    Attributes:
        regression: outcome v, regressors W, arms, intercepts.
        column: the regressor (or arm, for an intercept) whose coefficient is the estimand.
        beside: what its rank cannot hold beside, though it could by itself (theory section 7, JOINTLY); empty where there
            is no such thing.
    """

    regression: Regression
    column: str
    beside: Beside = NOTHING

    @property
    def design(self) -> Design:
        """The design."""
        return self.regression.design

    @property
    def outcome(self) -> str:
        """v, the node whose site-average treatment effects are the left side."""
        return self.regression.outcome

    @property
    def regressors(self) -> tuple[str, ...]:
        """W, the mediators whose compliances are the right side; empty for a plain contrast of arms."""
        return self.regression.regressors

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms whose rows are used."""
        return self.regression.arms

    @property
    def parts(self) -> tuple[Strategy, ...]:
        """The regressions it consists of: itself (see Composed)."""
        return (self,)

    @property
    def intercept(self) -> bool:
        """Whether there is an intercept (one for each arm that bypasses W)."""
        return bool(self.regression.intercepts) and bool(self.regressors)

    @property
    def moderators(self) -> tuple[str, ...]:
        """Z, the measured modifiers whose products with the compliances are regressors as well (theory section 14)."""
        return self.regression.moderators

    @property
    def pooled(self) -> bool:
        """Whether averages over sites are taken first (the ratio of the paper's section 3)."""
        return self.regression.pooled

    @property
    def site_by_site(self) -> bool:
        """Whether each site's own contrasts are solved, and the average over sites is taken last (theory, equation (7.7))."""
        return self.regression.site_by_site

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Everything that must hold, each with its numeral; the standing ones (i), (iii), (iv), (viii) aside."""
        return conditions_of(self.regression, self.column, self.beside)

    @cached_property
    def whole(self) -> Whole:
        """The conditions of its regression that are the same for every coefficient."""
        return whole_of(self.regression)

    @cached_property
    def excluded(self) -> bool:
        """Whether one of its conditions cannot hold in this design."""
        if self.whole.excluded or not self.regressors:
            return self.whole.excluded
        if self.site_by_site or self.beside == NOTHING:
            return self.column not in self.whole.determined
        return not Rank(self.regression, self.column).holds_beside(self.beside)

    @property
    def joined(self) -> bool:
        """Whether a drawn cause moves factors that are multiplied: there are none (see Composed)."""
        return False

    @property
    def asks(self) -> Asks:
        """How much its open conditions ask for in all."""
        if not self.site_by_site:
            return self.whole.asks
        everywhere = Everywhere(self.regression, self.column)
        return self.whole.asks if everywhere.implied else self.whole.asks._replace(everywhere=1)

    @property
    def open(self) -> Mapping[Ways, int]:
        """How many of its conditions are open, by the ways to grant them."""
        if not self.regressors:
            return self.whole.open
        if self.site_by_site:
            everywhere = Everywhere(self.regression, self.column)
            return {**self.whole.open, **({} if everywhere.implied else {everywhere.ways: 1})}
        return {**self.whole.open, Rank(self.regression, self.column).ways: 1}

    @property
    def estimands(self) -> tuple[Estimand, ...]:
        """Every average effect that the regression identifies at once, under every name it has.

        E[D_u] for each regressor u, the average effect of u on v avoiding the other regressors; and for each
        intercept E[Theta_W], the average effect of the arm that bypasses them.
        """
        reg = self.regression
        found = [name for u in reg.regressors for name in _names(reg, u, reg.others(u))]
        for arm in reg.intercepts:
            found += _names(reg, arm, frozenset(reg.regressors))
        return tuple(found)

    @cached_property
    def derivation(self) -> tuple[Step, ...]:
        """The steps from the path products to the regression."""
        return derive(self.regression)

    def bias(self) -> dict[str, Expr]:
        """For each regressor, the limit of its coefficient less the average effect it stands for.

        A coefficient that the rank leaves undetermined has none and is left out.

        Expressions in moments over sites (see ``notation``); substitute numbers or lambdify them. A site
        weight counts in every average. Source: theory, equation (9.1), for the pooled variant equation (9.4), site by site
        equation (9.6).
        """
        return {u: bias for u, bias in self._biases().items() if u in self.regressors}

    def column_bias(self) -> Expr:
        """The bias of the estimand's own coefficient; 0 for a contrast of arms."""
        return self._biases()[self.column] if self.regressors else number(0)

    def site_bias(self) -> Expr:
        """Of a strategy site by site, how far off a site's own solution for the effect is there; 0 for a contrast of arms."""
        reg = self.regression
        if not reg.regressors:
            return number(0)
        biases = site_by_site_bias(reg.design, reg.outcome, reg.regressors, reg.arms)
        return biases[reg.regressors.index(self.column)]

    @property
    def undetermined(self) -> bool:
        """Whether the rank leaves the estimand's own coefficient open, so that it has no limit."""
        return bool(self.regressors) and self.column not in self._biases()

    def _biases(self) -> dict[str, Expr]:
        """The bias of every coefficient that the rank determines, intercepts included."""
        reg = self.regression
        if not reg.regressors:
            return {}
        if reg.site_by_site:
            biases = site_by_site_bias(reg.design, reg.outcome, reg.regressors, reg.arms)
            return dict(zip(reg.regressors, map(mean, biases), strict=True))
        if reg.moderators:
            return moderated_biases(reg)
        shape = (reg.design, reg.regressors, reg.arms, reg.intercepts, reg.pooled)  # (S) may fail too
        structure = structural_rank(*shape)
        kept = reg.columns if structure.full else independent_columns(*shape)
        if reg.pooled:
            biases = pooled_bias(reg.design, reg.outcome, reg.regressors, reg.arms, kept)
        else:
            biases = regression_bias(reg.design, reg.outcome, reg.regressors, reg.arms, reg.intercepts, kept)
        return {c: b for c, b in zip(kept, biases, strict=True) if c in structure.identified}

    @property
    def name(self) -> str:
        """The strategy in a line: what is regressed on what."""
        reg = self.regression
        left = brief(reg.design, reg.outcome)
        if not reg.regressors:
            among = f", among {reg.rows}" if reg.moderators else ""
            arms = listed([brief(reg.design, a) for a in reg.arms])
            return f"the contrast of {arms} with control for {left}{among}"
        on = listed([brief(reg.design, u) for u in reg.regressors])
        arms = ""
        if len(reg.arms) < len(reg.design.treatments):
            arms = f", rows of {listed([brief(reg.design, a) for a in reg.arms])} only"
        if reg.moderators:
            return self._moderated_name(left, on, arms)
        if reg.pooled:
            return f"the pooled average effect of treatment on {left} against that on {on}{arms}"
        if reg.site_by_site:
            return (
                f"site by site, {_solved(reg, left, on)}{arms}, then averaged over {reg.design.word('sites')}"
            )
        if reg.design.sites == 1 and len(reg.columns) == len(reg.arms) == 1:
            return f"the effect of treatment on {left} divided by that on {on}"
        with_ = "with an intercept" if reg.intercepts else "through the origin"
        return f"site effects on {left} regressed on those on {on}, {with_}{arms}"

    def _moderated_name(self, left: str, on: str, arms: str) -> str:
        reg = self.regression
        with_ = f"with an intercept that changes with {reg.given}" if reg.intercepts else "through the origin"
        rows = f"effects by {reg.design.word('site')}"
        if reg.cells:
            each = "" if reg.design.sites == 1 else f"{reg.design.word('site')} and "
            rows = f"effects by {each}{reg.given_persons}"
        products = f", and on {said}" if (said := products_said(reg)) else ""
        return f"{rows} on {left} regressed on those on {on}{products}, {with_}{arms}"

    def _brief(self) -> str:
        return f"Strategy {shorten(self.name, 80, placeholder=' ...')}"

    def __str__(self) -> str:
        return self.name


def _solved(reg: Regression, left: str, on: str) -> str:
    """What is worked out in each site."""
    if len(reg.regressors) == len(reg.arms) == 1:
        return f"the effect of treatment on {left} divided by that on {on}"
    return f"the effects of the arms on {left} solved for those of {on}"


Levels = frozenset[str]


def levels_granted(design: Design, numerals: Collection[str]) -> Levels:
    """At which levels compliance and effect are granted to be unrelated, of every regression; "shared", "everywhere" if granted.

    With one arm a rank never rests on such covariances, so it does not matter.
    """
    held = frozenset({"shared"} if "shared" in numerals and _held(design) else ())
    held |= {"everywhere"} & {*numerals}
    if len(design.treatments) == 1:
        return held
    level = {"v": "persons", "vi": "persons", "vii": "sites"}
    if design.single:
        level.pop("vi")
    return held | {level[numeral] for numeral in numerals if numeral in level}


@once
def _held(design: Design) -> tuple[tuple[str, str], ...]:
    """The arrows that are the same in all sites where shared arrows are granted: those of each node's own equation."""
    held: set[tuple[str, str]] = set()
    for node in (*design.observed_mediators, design.outcome):
        own = own_regressors(design, node)
        around = tuple(arm for arm in design.treatments if reaches(design, arm, node, own))
        held |= set(shared_edges(Regression(design, node, own, design.treatments, around)) if own else ())
    return tuple(sorted(held))


def granting(design: Design, granted: Levels, beside: Beside) -> Beside:
    """The same, and what is granted of every regression."""
    held = _held(design) if "shared" in granted else ()
    found = beside.granting(design, granted - {"shared", "everywhere"})
    return replace(found, held=tuple(sorted({*found.held, *held})))


def beside_granted(reg: Regression, column: str, granted: Levels) -> Strategy:
    """The strategy of a regression; one that its rank excludes where it cannot hold beside what is granted.

    The rank of each site by itself rests on no covariance, so it holds beside anything.
    """
    if granted - {"everywhere"} and reg.regressors and not reg.site_by_site:
        beside = granting(reg.design, granted if reg.pooled else granted - {"sites"}, Beside())
        rank = Rank(reg, column)
        if not rank.violated and not rank.holds_beside(beside):
            return Strategy(reg, column, beside)
    return Strategy(reg, column)
