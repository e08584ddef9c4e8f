"""The evidence on one effect: by the design's own strategy, and by others that identify it too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from identcheck.basics.display import Brief
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.findings import Finding
from identcheck.decide.level_text import Levels
from identcheck.decide.strategies import Composed, Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.evidence.averaged import corrected
from identcheck.evidence.bootstrap import FEW, wild_interval
from identcheck.evidence.by_sampling_error import by_sampling_error, pulled
from identcheck.evidence.composing import estimated, place_of
from identcheck.evidence.confidence import AndersonRubin, anderson_rubin
from identcheck.evidence.estimate import Estimate
from identcheck.evidence.left_out import left_out
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.regressors import by_variance, otherwise_weighted, rows_of
from identcheck.evidence.site_effects import SiteEffects
from identcheck.evidence.weighted import Fit, LinearFit, interval
from identcheck.tables.table import Table

__all__ = ["EffectEvidence"]

ALONE = (
    "one site alone determines it, or there are no more sites than columns: no standard error and no interval"
)
ADDED = "the design says that its intercept is 0"
RATIOS = "a mean of ratios, which has no moments where a site's compliance is weak"


@dataclass(frozen=True, eq=False)
class EffectEvidence(Brief):
    """The evidence on one effect.

    Attributes:
        finding: whether, how and under what the design identifies it.
        effects: the table of site effects.
    """

    finding: Finding
    effects: SiteEffects

    def _brief(self) -> str:
        own = next(iter(self.estimates.values()), None)
        said = self.reason if own is None else f"{own.value:.4g}"
        return f"EffectEvidence {self.finding.estimand}: {said:.80}"

    @property
    def condition(self) -> str:
        """What the estimate supposes that is not granted, "if (vi) and (vii)"; "" where all is granted."""
        finding = self.finding
        return "" if not finding.missing or finding.best is None else f"if {condition_names(finding.missing)}"

    @cached_property
    def _own(self) -> LinearFit | str:
        finding = self.finding
        if finding.zero:
            return f"0 by the graph: {finding.reason}"
        if finding.refused or finding.best is None:
            return f"{finding.answer}: {finding.reason}"
        return estimated(self.effects, finding.best, self._levels)

    @property
    def _levels(self) -> Levels:
        """The levels of modifiers at which the effect is asked for."""
        return self.finding.target.levels

    @property
    def _at_levels(self) -> bool:
        """Whether the estimate is a sum of several coefficients, those of products with modifiers among them."""
        best = self.finding.best
        return bool(self._levels and best is not None and best.moderators)

    @property
    def reason(self) -> str:
        """Why there is no number; "" where there is one."""
        return self._own if isinstance(self._own, str) else ""

    @property
    def own(self) -> LinearFit | None:
        """The estimate by the design's own strategy, with what each site contributes to it."""
        return None if isinstance(self._own, str) else self._own

    @cached_property
    def regression(self) -> RegressionEvidence | None:
        """The rows of its own strategy, where that is one regression with mediators and the effect one of its coefficients."""
        best = self.finding.best
        one = isinstance(best, Strategy) and best.regressors and not self.reason and not self._at_levels
        return RegressionEvidence(self.effects, best) if one and isinstance(best, Strategy) else None

    @cached_property
    def estimates(self) -> dict[str, Estimate]:
        """By name, the first by the design's own strategy; empty where there is no number.

        "wls" (weighted least squares, also of composed effects), "pooled", "site by site"; then by others that identify the
        effect too, "intercept" among them; "liml" and "corrected" where the strategy is weighted least squares and they exist.
        """
        own, best = self.own, self.finding.best
        if own is None or best is None:
            return {}
        found = {_name(best, first=True): self._estimate(own, best)}
        by_choice = self.finding.by_choice
        others = [
            s for s in self.finding.strategies if isinstance(s, Strategy) and s != best and s not in by_choice
        ]
        for other in (*self._with_intercept(best), *others):
            name = _name(other, first=False)
            if name in found or name == "wls":
                continue
            made = estimated(self.effects, other, self._levels)
            if isinstance(made, LinearFit):
                found[name] = self._other(made, other)
        if self.regression is not None and self.regression.over_sites:
            found.update(by_sampling_error(self.regression, self._corrected))
        return found

    def _with_intercept(self, best: Strategy | Composed) -> tuple[Strategy, ...]:
        """A line through the origin with an intercept for each arm, which the design says is 0."""
        if (
            not isinstance(best, Strategy)
            or not best.regressors
            or best.pooled
            or best.site_by_site
            or best.intercept
        ):
            return ()
        return (replace(best, regression=replace(best.regression, intercepts=best.arms)),)

    def _other(self, made: LinearFit, other: Strategy) -> Estimate:
        """The estimate of another strategy, with what it supposes."""
        estimate = self._estimate(made, other)
        lacks = () if other not in self.finding.strategies else self.finding.missing_for(other)
        more = (
            ADDED if other not in self.finding.strategies else f"if {condition_names(lacks)}" if lacks else ""
        )
        return replace(estimate, note="; ".join(filter(None, [more, estimate.note])))

    def _estimate(self, one: LinearFit, strategy: Strategy | Composed) -> Estimate:
        se = one.se if np.isfinite(one.se) else None
        notes = [ALONE] if se is None else []
        if strategy.site_by_site:
            notes.append(RATIOS)
        parts = (part.regression for part in strategy.parts)
        notes += [
            said for said in dict.fromkeys(otherwise_weighted(self.effects, reg) for reg in parts) if said
        ]
        notes += [said] if (said := pulled(one, self.effects.together)) else []
        pull = one.pull if np.isfinite(one.pull) else None
        plain = Estimate(
            one.value, se, one.df if se is not None else None, one.interval, "; ".join(notes), pull=pull
        )
        if not isinstance(strategy, Strategy) or strategy.pooled or strategy.site_by_site or self._at_levels:
            return plain
        rows, k = rows_of(self.effects, strategy.regression, strategy.column), place_of(strategy)
        fit = Fit(rows)
        if rows.degrees <= 0:
            return plain
        return replace(
            plain,
            bootstrap=wild_interval(fit, k) if rows.count < FEW and se is not None else None,
            cr1=float(fit.cr1[k]), classical=float(fit.classical[k]),
            common=float(fit.common[k]) if by_variance(self.effects, strategy.regression) else None,
        )  # fmt: skip

    @cached_property
    def _corrected(self) -> LinearFit | str:
        """The estimate corrected for sampling error, or why there is none; "" where none is looked for."""
        made = self.regression
        return "" if made is None or not made.over_sites else corrected(made.rows, place_of(made.strategy))

    @property
    def refused(self) -> str:
        """Why there is no estimate corrected for sampling error; "" where there is, or none is looked for."""
        return self._corrected if isinstance(self._corrected, str) else ""

    @cached_property
    def leave_one_out(self) -> Table:
        """The estimate without each site in turn, and with several arms without each arm."""
        return left_out(self.effects, self.finding, self.own, self.reason)

    def anderson_rubin(self, level: float = 0.95) -> tuple[tuple[float, float], ...]:
        """The intervals of :meth:`anderson_rubin_set`; empty where no value fits."""
        return self.anderson_rubin_set(level).intervals

    def anderson_rubin_set(self, level: float = 0.95, kind: str = "projection") -> AndersonRubin:
        """The values that Q does not reject, whatever the strength of the instruments; it supposes one effect for all sites.

        Args:
            level: of confidence.
            kind: with several columns "projection", or "subvector", which is smaller and supposes that the others are strong.

        Raises:
            InvalidQuestionError: the effect has no estimate by one regression, or Q cannot be worked out.
        """
        made = self.regression
        if not (isinstance(level, float) and 0 < level < 1) or kind not in ("projection", "subvector"):
            raise InvalidQuestionError(
                [
                    f"level {level!r}, kind {kind!r}: a level lies between 0 and 1; kinds are 'projection' and 'subvector'"
                ]
            )
        found = None
        if made is not None and made.over_sites:
            found = anderson_rubin(made.rows, place_of(made.strategy), level, kind)
        if found is None:
            why = self.reason or "its strategy is not one regression over sites with sampling errors"
            raise InvalidQuestionError([f"there is no Anderson-Rubin set of {self.finding.estimand}: {why}"])
        return found

    @property
    def prediction(self) -> tuple[float, tuple[float, float]] | None:
        """tau, the SD of the effect between sites, and the 95 percent prediction interval for a new site, on J - P - 1 df."""
        made, own = self.regression, self.own
        if made is None or own is None or made.strategy.column not in made.spread:
            return None
        df = made.rows.count - len(made.rows.columns) - 1
        if df < 1 or not np.isfinite(own.se):
            return None
        tau2 = made.spread[made.strategy.column]
        return float(np.sqrt(tau2)), interval(own.value, float(np.sqrt(tau2 + own.se**2)), df)


def _name(strategy: Strategy | Composed, first: bool) -> str:
    """The name of a strategy's estimate."""
    if isinstance(strategy, Composed):
        return "site by site" if strategy.site_by_site else "wls"
    if strategy.pooled or strategy.site_by_site:
        return "pooled" if strategy.pooled else "site by site"
    return "intercept" if strategy.intercept and not first else "wls"
