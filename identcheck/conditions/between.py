"""(B) Between sites: site-average effects against site-average compliances; and the bypass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import ClassVar

import sympy

from identcheck.conditions.declared import Ends, site_uncorrelated
from identcheck.conditions.mean_independence import MeanIndependence
from identcheck.declarations import Declaration
from identcheck.knowledge import together
from identcheck.moments import covariance, expand_between
from identcheck.notation import moment
from identcheck.paths import count_paths, paths
from identcheck.words import capital, compliances, effect_words, listed

__all__ = ["Between", "Bypass"]


@dataclass(frozen=True)
class Between(MeanIndependence):
    """E[d_us | r_W] = E[d_us] for one regressor u: assumption (vii).

    Attributes:
        regressor: u.
    """

    regressor: str = ""

    @property
    def granted_by(self) -> tuple[str, ...]:
        if self.design.single:
            return ("v",)
        if self.regression.pooled and len(self.design.mediators) == 1:
            return ("v.b", "vii")
        return ("vii",)

    @property
    def compliances(self) -> tuple[sympy.Expr, ...]:
        if self.regression.pooled:
            return tuple(self.regression.compliance(arm, self.regressor) for arm in self.regression.arms)
        return super().compliances

    @property
    def subject(self) -> sympy.Expr:
        return self.regression.site_downstream(self.regressor)

    @property
    def effect(self) -> Ends:
        return self.regressor, self.regression.outcome, self.regression.others(self.regressor)

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        if not self.regression.pooled or not self.design.declarations or self.design.sites == 1:
            return super().declared
        own = ((arm, self.regressor, frozenset[str]()) for arm in self.regression.arms)
        return together(site_uncorrelated(self.design, ends, self.effect) for ends in own) or ()

    @property
    def phrase(self) -> str:
        reg = self.regression
        return effect_words(self.design, self.regressor, reg.outcome, reg.others(self.regressor))

    @property
    def statement(self) -> str:
        if not self.regression.pooled:
            return super().statement
        own = compliances(self.design, [self.regressor], self.regression.arms)
        return capital(
            f"across sites, the site average of {self.phrase} is uncorrelated with that of {own}.",
            self.design,
        )

    @property
    def latex(self) -> str:
        if not self.regression.pooled:
            return super().latex
        pairs = (moment("sites", (item, self.subject)) for item in self.compliances if not item.is_number)
        return r" ,\quad ".join(f"{self.tex(item)} = 0" for item in pairs)

    def moments(self, order: int | None = 3) -> tuple[sympy.Expr, ...]:
        if not self.regression.pooled:
            return super().moments(order)
        pairs = (covariance(self.design, item, self.subject) for item in self.compliances)
        return tuple(dict.fromkeys(item for item in pairs if item != 0))

    def expanded(self) -> tuple[sympy.Expr, ...]:
        """Cov(r_js, d_us) for every arm and j in W, expanded over paths (in Figure 1: theory, equation (5.4))."""
        reg = self.regression
        right = (self.regressor, reg.outcome, reg.others(self.regressor))
        found = (expand_between(self.design, (arm, j, ()), right) for arm in reg.arms for j in reg.regressors)
        return tuple(item for item in found if item != 0)


@dataclass(frozen=True)
class Bypass(MeanIndependence):
    """E[theta_s | r_W] = E[theta_s]: the part of the effect that bypasses W, for one arm.

    None of the numbered assumptions grants it. Footnote 4 of the paper calls its case "strong and
    generally untenable"; in Mendelian randomisation it is the InSIDE assumption of MR-Egger.

    Attributes:
        arm: the arm whose paths bypass W.
    """

    arm: str = ""

    nickname: ClassVar[str] = "the bypass"
    key: ClassVar[str] = "bypass"

    @property
    def granted_by(self) -> tuple[str, ...]:
        return ()

    @property
    def subject(self) -> sympy.Expr:
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

    @property
    def reason(self) -> str:
        return "what bypasses the regressors then goes into the intercept and does not bend the slopes"
