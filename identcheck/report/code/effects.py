"""The effects of a script: how each is estimated, tested, and found to be determined or not, in the words of each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from identcheck.basics.options import TestName
from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.decide.findings import Finding
from identcheck.decide.level_text import Levels
from identcheck.decide.strategies import Composed, Strategy, Term
from identcheck.report.code.averaged import Averaged, moved_together

if TYPE_CHECKING:
    from identcheck.report.code.fits import Fit

__all__ = ["Chosen", "Effect", "Wanted", "effects_of", "fitted", "levels_of", "nodes_of"]

Chosen = Sequence[tuple[Finding, Strategy | Composed]]
"""Findings, each with the strategy that is fitted."""

COEFFICIENT = {
    "python": 'fit_{fit}.params["{column}"]',
    "r": 'fit_{fit}$coefficients[["{column}"]]',
    "stata": "scalar(b{fit}_{column})",
}
"""A coefficient of a regression in each language; site by site the average over sites of each site's own solution."""

P_VALUE = {
    "python": '2 * t.sf(abs(fit_{fit}.tstats["{column}"]), {degrees})',
    "r": '2 * pt(-abs(fit_{fit}$tstat[["{column}"]]), {degrees})',
    "stata": "scalar(p{fit}_{column})",
}
"""Its two-sided p value; Stata works it out beside the regression."""

FEW_SITES = {"python": 'few_{fit}.loc["{column}", "p"]', "r": 'few_{fit}["{column}", "p"]'}
"""The same of a test for few sites: CR2, CR3 or the bootstrap."""

DEGREES = {
    "python": (
        "fit_{fit}.df_resid",
        'len(set(fit_{fit}.cov_config["clusters"])) - {columns}',
        "len(fit_{fit}.sites) - 1",
    ),
    "r": ("fit_{fit}$df", "fit_{fit}$count - {columns}", "nrow(fit_{fit}$sites) - 1"),
    "stata": ("", "", ""),
}
"""Degrees of freedom with one site, and with several: sites less coefficients, as the power of a plan has them; site by site."""

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
        covariates: columns of baseline covariates.
        cluster: the column of the clusters that are assigned; "" where persons are.
        tests: with the tests of the scatter of site effects.
        test: of effects of mediators, "CR1", "CR2", "CR3" or "bootstrap".
        population: whether the average effect is that of these very sites.
        columns: of nodes that the data call otherwise their columns; of an arm also the column of all arms, with its value there.
    """

    chosen: tuple[tuple[Finding, Strategy | Composed], ...]
    language: str
    data: str = "trial.csv"
    site: str = "site"
    threshold: float | None = None
    brief: bool = False
    covariates: tuple[str, ...] = ()
    cluster: str = ""
    tests: bool = False
    test: TestName = "CR1"
    population: bool = False
    columns: tuple[tuple[str, str | tuple[str, object]], ...] = ()

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
    regressions: Mapping[tuple[Regression, Levels], Fit],
    names: Mapping[str, str],
    language: str,
) -> tuple[Effect, ...]:
    """Each finding's effect by its strategy.

    Args:
        chosen: findings with their strategies.
        regressions: those of the script, each by the levels at which its moderators are centred.
        names: the column of each node.
        language: "python", "r" or "stata".
    """
    each = _Written(regressions, names, language)
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
    regressions: Mapping[tuple[Regression, Levels], Fit]
    names: Mapping[str, str]
    language: str
    levels: Levels = ()

    def fit(self, strategy: Strategy | Composed, part: Strategy) -> Fit:
        """The regression that gives a part of a strategy."""
        return self.regressions[fitted(strategy, part), self.levels]

    def coefficient(
        self, written: Mapping[str, str], part: Strategy, strategy: Strategy | Composed | None = None
    ) -> str:
        """An expression of one coefficient."""
        whole = part if strategy is None else strategy
        fit = self.fit(whole, part).number
        one, several, by_site = DEGREES[self.language]
        over = one if part.regression.design.sites == 1 else by_site if whole.site_by_site else several
        degrees = over.format(fit=fit, columns=max(1, part.regression.width))
        return written[self.language].format(fit=fit, column=self.names[part.column], degrees=degrees)

    def p_value(self, strategy: Strategy | Composed) -> str:
        """The p value of a single coefficient; "" for a sum of products."""
        if not isinstance(strategy, Strategy):
            return ""
        few = self.language in FEW_SITES and self.fit(strategy, strategy).own_errors
        return self.coefficient(FEW_SITES if few else P_VALUE, strategy)

    def estimate(self, strategy: Strategy | Composed, number: int) -> str:
        """The estimate as a sum of products of coefficients; site by site the average of such sums."""
        if isinstance(strategy, Strategy):
            return self.coefficient(COEFFICIENT, strategy)
        if strategy.site_by_site:
            fit = self.fit(strategy, strategy.parts[0]).number
            return MEAN[self.language].format(each=self.sum(strategy, IN_SITES), fit=fit, number=number)
        return self.sum(strategy, COEFFICIENT, number)

    def before(self, strategy: Strategy | Composed, number: int) -> tuple[str, ...]:
        """The lines that average a composed effect over sites where no expression does: in Stata."""
        if self.language != "stata" or isinstance(strategy, Strategy):
            return ()
        if strategy.site_by_site:
            return self._over_sites(strategy, number)
        each = ((place, self.averaged(term, strategy)) for place, term in enumerate(strategy.terms, 1))
        return tuple(
            line
            for place, product in each
            if product is not None
            for line in product.lines(f"ic_mean{number}_{place}")
        )

    def _over_sites(self, strategy: Composed, number: int) -> tuple[str, ...]:
        first = self.fit(strategy, strategy.parts[0]).number
        return (
            f"scalar ic_sum{number} = 0",
            f"scalar ic_weight{number} = 0",
            f"forvalues s = 1/`=rowsof(w{first})' {{",
            f"    scalar ic_sum{number} = ic_sum{number} + w{first}[`s', 1] * ({self.sum(strategy, IN_SITES)})",
            f"    scalar ic_weight{number} = ic_weight{number} + w{first}[`s', 1]",
            "}",
        )

    def sum(self, strategy: Composed, written: Mapping[str, str], number: int = 0) -> str:
        """The sum of products."""
        text = ""
        for place, term in enumerate(strategy.terms, 1):
            text += (" + " if term.sign > 0 else " - ") if text else ("" if term.sign > 0 else "-")
            weight = "" if abs(term.sign) == 1 else f"{abs(float(term.sign)):g} * "
            product = self.averaged(term, strategy)
            inside = moved_together(term, self.levels) if product is not None else ()
            alone = [f.strategy for f in term.factors if f.strategy not in inside]
            if product is not None and product.arm:
                alone = alone[1:]  # the compliance is in the average
            each = [self.coefficient(written, part, strategy) for part in alone]
            if product is not None and self.language == "stata":
                each.append(f"scalar(ic_mean{number}_{place})")
            elif product is not None:
                each.append(product.expression(self.language))
            text += weight + " * ".join(each)
        return text

    def averaged(self, term: Term, strategy: Composed) -> Averaged | None:
        """What is averaged of a product whose effects moderators change together; None where coefficients are multiplied."""
        parts = moved_together(term, self.levels)
        if not parts:
            return None
        fits = [self.fit(strategy, part) for part in parts]
        first = term.factors[0].strategy
        design = parts[0].regression.design
        return Averaged(
            tuple((fit, self.names[part.column]) for fit, part in zip(fits, parts, strict=True)),
            "" if first.regressors else self.names[first.column],
            design.average,
            design.sites == 1,
        )
