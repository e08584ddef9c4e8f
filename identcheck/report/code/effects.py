"""The effects of a script: how each is estimated, tested, and found to be determined or not, in the words of each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Composed, Strategy

__all__ = ["Chosen", "Effect", "Wanted", "effects_of", "nodes_of"]

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

STRENGTH = {
    "python": 'f_{fit}["{column}"]',
    "r": 'fit_{fit}$conditional_f[["{column}"]]',
    "stata": "scalar(f{fit}_{column})",
}
"""The conditional F of a mediator of a regression."""


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
        p: the p value of a single coefficient; "" for a sum of products, to which the draws of a bootstrap give it.
        strengths: the conditional F of each mediator whose coefficient is used; none for a contrast of arms and an arm's own
            coefficient.
    """

    name: str
    estimate: str
    p: str
    strengths: tuple[str, ...]


def effects_of(
    chosen: Chosen,
    regressions: Sequence[Regression],
    names: Mapping[str, str],
    language: str,
    site: str,
) -> tuple[Effect, ...]:
    """Each finding's effect by its strategy.

    Args:
        chosen: findings with their strategies.
        regressions: those of the script, in order.
        names: the column of each node.
        language: "python", "r" or "stata".
        site: the column of the sites in the code.
    """
    written = _Written(regressions, names, language, site)
    return tuple(
        Effect(
            _name(finding.estimand, names),
            written.estimate(strategy),
            written.coefficient(P_VALUE, strategy) if isinstance(strategy, Strategy) else "",
            tuple(
                written.coefficient(STRENGTH, p)
                for p in dict.fromkeys(strategy.parts)
                if p.column in p.regressors
            ),
        )
        for finding, strategy in chosen
    )


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
    regressions: Sequence[Regression]
    names: Mapping[str, str]
    language: str
    site: str

    def coefficient(self, written: Mapping[str, str], part: Strategy) -> str:
        """An expression of one coefficient."""
        fit = self.regressions.index(part.regression) + 1
        one, several = DEGREES[self.language]
        columns = max(1, part.regression.width)
        degrees = (one if part.regression.design.sites == 1 else several).format(
            fit=fit, site=self.site, columns=columns
        )
        mark = "fit_" if part.column in part.regressors else ""
        column = self.names[part.column]
        return written[self.language].format(fit=fit, column=column, mark=mark, degrees=degrees)

    def estimate(self, strategy: Strategy | Composed) -> str:
        """The estimate as a sum of products of coefficients."""
        if isinstance(strategy, Strategy):
            return self.coefficient(COEFFICIENT, strategy)
        text = ""
        for term in strategy.terms:
            text += (" + " if term.sign > 0 else " - ") if text else ("" if term.sign > 0 else "-")
            weight = "" if abs(term.sign) == 1 else f"{abs(float(term.sign)):g} * "
            text += weight + " * ".join(
                self.coefficient(COEFFICIENT, factor.strategy) for factor in term.factors
            )
        return text
