"""The effects of a script: how each is estimated, tested, and found to be determined or not, in the words of each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.decide.findings import Finding
from identcheck.decide.level_text import Levels
from identcheck.decide.strategies import Composed, Strategy

__all__ = ["Chosen", "Effect", "Wanted", "effects_of", "fitted", "levels_of", "nodes_of"]

Chosen = Sequence[tuple[Finding, Strategy | Composed]]
"""Findings, each with the strategy that is fitted."""

COEFFICIENT = {
    "python": 'fit_{fit}.params["{column}"]',
    "r": 'coef(fit_{fit})[["{mark}{column}"]]',
    "stata": "scalar(b{fit}_{column})",
}
"""A coefficient of a regression in each language; fixest marks columns that are instrumented."""

P_VALUE = {
    "python": '2 * t.sf(abs(fit_{fit}.tstats["{column}"]), {degrees})',
    "r": '2 * pt(-abs(tstat(fit_{fit})[["{mark}{column}"]]), {degrees})',
    "stata": "scalar(p{fit}_{column})",
}
"""Its two-sided p value; Stata works it out beside the regression."""

DEGREES = {
    "python": ("fit_{fit}.df_resid", 'data["{site}"].nunique() - {columns}'),
    "r": ("fit_{fit}$nobs - fit_{fit}$nparams", "length(unique(data${site})) - {columns}"),
    "stata": ("", ""),
}
"""Degrees of freedom with one site, and with several: sites less coefficients, as the power of a plan has them."""

BY_SITE = {
    "python": ('fit_{fit}.params["{column}"]', '2 * t.sf(abs(fit_{fit}.tstats["{column}"]), {degrees})'),
    "r": ('fit_{fit}$average[["{column}"]]', '2 * pt(-abs(fit_{fit}$tstat[["{column}"]]), {degrees})'),
    "stata": ("scalar(b{fit}_{column})", "scalar(p{fit}_{column})"),
}
"""The average over sites of each site's own solution, and its p value."""

IN_SITES = {
    "python": 'fit_{fit}.sites["{column}"]',
    "r": 'fit_{fit}$sites[, "{column}"]',
    "stata": "d{fit}_{column}[`s', 1]",
}
"""What each site's own solution is: a column with a row for each site; in Stata the entry of one site, number `s'."""

MEAN = {
    "python": "average({each}, fit_{fit}.weight)",
    "r": "weighted.mean({each}, fit_{fit}$weight)",
    "stata": "scalar(ic_sum{number}) / scalar(ic_weight{number})",
}
"""The average over sites of a sum of products of these."""

STRENGTH = {
    "python": 'f_{fit}["{column}"]',
    "r": 'fit_{fit}$conditional_f[["{column}"]]',
    "stata": "scalar(f{fit}_{column})",
}
"""The conditional F of a mediator of a regression; site by site, the least of the sites'."""


@dataclass(frozen=True)
class Wanted:
    """What a script is asked for.

    Attributes:
        chosen: findings, each with the strategy that is fitted.
        language: "python", "r" or "stata".
        data: the data file that the code reads.
        site: the column of the sites.
        threshold: the conditional F below which an effect is reported as not determined; None for that of the design's rules.
        brief: without the comments on assumptions, for a document that states them.
    """

    chosen: tuple[tuple[Finding, Strategy | Composed], ...]
    language: str
    data: str = "trial.csv"
    site: str = "site"
    threshold: float | None = None
    brief: bool = False

    @property
    def least(self) -> float:
        """The conditional F that the rule asks for."""
        rules = self.chosen[0][0].design.rules
        return rules.conditional_f if self.threshold is None else self.threshold

    @property
    def multiplicity(self) -> str:
        """How p values are adjusted: "holm", "bonferroni" or "none"."""
        return self.chosen[0][0].design.rules.multiplicity

    @property
    def parts(self) -> tuple[Strategy, ...]:
        """The regressions of every strategy, with the coefficient that each takes."""
        return tuple(part for _, strategy in self.chosen for part in strategy.parts)


@dataclass(frozen=True)
class Effect:
    """One effect, as expressions of the language.

    Attributes:
        name: the effect with the names of columns: "direct(M1, Y)".
        estimate: a sum of products of coefficients.
        before: lines of code that the estimate needs before it.
        p: the p value of a single coefficient; "" for a sum of products, to which the draws of a bootstrap give it.
        strengths: the conditional F of each mediator whose coefficient is used; none for a contrast of arms and an arm's own
            coefficient.
    """

    name: str
    estimate: str
    p: str
    strengths: tuple[str, ...]
    before: tuple[str, ...] = ()


def fitted(strategy: Strategy | Composed, part: Strategy) -> Regression:
    """The regression that gives a part of a strategy: site by site where the strategy is, contrasts too."""
    return replace(part.regression, site_by_site=strategy.site_by_site)


def effects_of(
    chosen: Chosen,
    regressions: Sequence[tuple[Regression, Levels]],
    names: Mapping[str, str],
    language: str,
    site: str,
) -> tuple[Effect, ...]:
    """Each finding's effect by its strategy.

    Args:
        chosen: findings with their strategies.
        regressions: those of the script, in order, each with the levels at which its moderators are centred.
        names: the column of each node.
        language: "python", "r" or "stata".
        site: the column of the sites in the code.
    """
    each = _Written(regressions, names, language, site)
    return tuple(
        Effect(
            _name(finding.estimand, names),
            (written := replace(each, levels=levels_of(finding))).estimate(strategy, number),
            written.p_value(strategy),
            tuple(
                written.coefficient(STRENGTH, p, strategy)
                for p in dict.fromkeys(strategy.parts)
                if p.column in p.regressors
            ),
            written.before(strategy, number),
        )
        for number, (finding, strategy) in enumerate(chosen, 1)
    )


def levels_of(finding: Finding) -> Levels:
    """The levels of modifiers at which a finding's effect is read; empty for an average."""
    return finding.search.target.levels


def nodes_of(estimand: Estimand) -> tuple[str, ...]:
    """The nodes that an estimand names."""
    arm = () if estimand.arm is None else (estimand.arm,)
    return (*estimand.nodes, *estimand.avoiding, *arm)


def _name(estimand: Estimand, names: Mapping[str, str]) -> str:
    nodes = tuple(names[node] for node in estimand.nodes)
    avoiding = tuple(names[node] for node in estimand.avoiding)
    arm = None if estimand.arm is None else names[estimand.arm]
    return str(replace(estimand, nodes=nodes, avoiding=avoiding, arm=arm))


@dataclass(frozen=True)
class _Written:
    regressions: Sequence[tuple[Regression, Levels]]
    names: Mapping[str, str]
    language: str
    site: str
    levels: Levels = ()

    def fit(self, strategy: Strategy | Composed, part: Strategy) -> int:
        """The number of the regression that gives a part of a strategy."""
        return self.regressions.index((fitted(strategy, part), self.levels)) + 1

    def coefficient(
        self, written: Mapping[str, str], part: Strategy, strategy: Strategy | Composed | None = None
    ) -> str:
        """An expression of one coefficient."""
        whole = part if strategy is None else strategy
        fit = self.fit(whole, part)
        one, several = DEGREES[self.language]
        columns = 1 if whole.site_by_site else max(1, part.regression.width)
        degrees = (one if part.regression.design.sites == 1 else several).format(
            fit=fit, site=self.site, columns=columns
        )
        mark = "fit_" if part.column in part.regressors else ""
        column = self.names[part.column]
        return written[self.language].format(fit=fit, column=column, mark=mark, degrees=degrees)

    def p_value(self, strategy: Strategy | Composed) -> str:
        """The p value of a single coefficient; "" for a sum of products."""
        if not isinstance(strategy, Strategy):
            return ""
        if strategy.site_by_site:
            return self.coefficient({self.language: BY_SITE[self.language][1]}, strategy)
        return self.coefficient(P_VALUE, strategy)

    def estimate(self, strategy: Strategy | Composed, number: int) -> str:
        """The estimate as a sum of products of coefficients; site by site the average of such sums."""
        if isinstance(strategy, Strategy):
            written = {self.language: BY_SITE[self.language][0]} if strategy.site_by_site else COEFFICIENT
            return self.coefficient(written, strategy)
        if strategy.site_by_site:
            fit = self.fit(strategy, strategy.parts[0])
            return MEAN[self.language].format(each=self.sum(strategy, IN_SITES), fit=fit, number=number)
        return self.sum(strategy, COEFFICIENT)

    def before(self, strategy: Strategy | Composed, number: int) -> tuple[str, ...]:
        """The lines that add up a composed effect over sites where no expression does: in Stata."""
        if self.language != "stata" or isinstance(strategy, Strategy) or not strategy.site_by_site:
            return ()
        first = self.fit(strategy, strategy.parts[0])
        return (
            f"scalar ic_sum{number} = 0",
            f"scalar ic_weight{number} = 0",
            f"forvalues s = 1/`=rowsof(w{first})' {{",
            f"    scalar ic_sum{number} = ic_sum{number} + w{first}[`s', 1] * ({self.sum(strategy, IN_SITES)})",
            f"    scalar ic_weight{number} = ic_weight{number} + w{first}[`s', 1]",
            "}",
        )

    def sum(self, strategy: Composed, written: Mapping[str, str]) -> str:
        """The sum of products."""
        text = ""
        for term in strategy.terms:
            text += (" + " if term.sign > 0 else " - ") if text else ("" if term.sign > 0 else "-")
            weight = "" if abs(term.sign) == 1 else f"{abs(float(term.sign)):g} * "
            text += weight + " * ".join(self.coefficient(written, f.strategy, strategy) for f in term.factors)
        return text
