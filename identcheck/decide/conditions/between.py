"""(B) Between sites: site-average effects against site-average compliances; and the bypass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from identcheck.decide.conditions.declared import Ends
from identcheck.decide.conditions.mean_independence import MeanIndependence
from identcheck.decide.conditions.shared import own_shared_edges
from identcheck.decide.conditions.uncorrelated import Uncorrelated
from identcheck.derive.moments import expand_between
from identcheck.derive.paths import count_paths, paths, reaches
from identcheck.derive.words import effect_words, listed

if TYPE_CHECKING:
    import sympy

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
    def against(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Every compliance of every arm; where pooled, those with u alone."""
        reg = self.regression
        return reg.arms, ((self.regressor,) if reg.pooled else reg.regressors)

    @property
    def subject(self) -> sympy.Expr:
        return self.regression.site_downstream(self.regressor)

    @cached_property
    def shared(self) -> tuple[tuple[str, str], ...]:
        """The arrows of the regressor's own effect that also carry treatment to a regressor: (S) is about them.

        Where one of them differs between sites the condition is not to be had; an arrow in both is exempt from the
        grant (theory section 12).
        """
        return own_shared_edges(self.regression, self.regressor)

    @property
    def effect(self) -> Ends:
        return self.regressor, self.regression.outcome, self.regression.others(self.regressor)

    @property
    def phrase(self) -> str:
        reg = self.regression
        return effect_words(self.design, self.regressor, reg.outcome, reg.others(self.regressor))

    def expanded(self) -> tuple[sympy.Expr, ...]:
        """Cov(r_js, d_us) for every arm and j in W, expanded over paths (in Figure 1: theory, equation (5.4))."""
        reg = self.regression
        right = (self.regressor, reg.outcome, reg.others(self.regressor))
        found = (expand_between(self.design, (arm, j, ()), right) for arm in reg.arms for j in reg.regressors)
        return tuple(item for item in found if item != 0)


@dataclass(frozen=True)
class Bypass(Uncorrelated):
    """Cov(r_us, theta_s) = 0, all u in W: the part of an arm's effect that bypasses W against its own compliances.

    With an intercept theta_s enters the normal equations as these covariances and in no other way. None of the
    numbered assumptions grants it. Footnote 4 of the paper calls its case "strong and generally untenable"; in
    Mendelian randomisation it is the InSIDE assumption of MR-Egger. Source: theory, equation (7.6).

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
    def against(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The arm's own compliances: those of other arms are in other rows."""
        reg = self.regression
        moved = tuple(u for u in reg.regressors if reaches(self.design, self.arm, u))
        return (self.arm,), moved or reg.regressors

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

    def expanded(self) -> tuple[sympy.Expr, ...]:
        """Cov(r_us, theta_s) for every u in W, expanded over paths."""
        found = (expand_between(self.design, (arm, u, ()), self.effect) for arm, u in self.pairs)
        return tuple(item for item in found if item != 0)
