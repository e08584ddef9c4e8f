"""What estimation code says, for a finding and one of its strategies.

Two-stage least squares with site effects among the regressors and site-by-arm interactions as instruments is the
weighted regression of site effects, with weights n p (1 - p); an arm among the regressors is its intercept, and
the arm as the only instrument its pooled variant. Source: theory sections 7 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from identcheck.decide.conditions import Bypass, Cut, Rank, Regression, is_kind
from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.report.code_comments import (
    about_bootstrap,
    about_bypass,
    about_column,
    about_fixed,
    about_meaning,
    about_rank,
    about_sum,
    about_weights,
    given,
    header,
    lines,
)
from identcheck.report.code_names import column_names, demand_file_name, site_name
from identcheck.report.context_code import CodeBootstrap, CodeContext, CodeFactor, CodeFit, CodeTerm

__all__ = ["build_code"]


def build_code(
    finding: Finding, strategy: Strategy | Composed, language: str, data: str, site: str
) -> CodeContext:
    """Everything that the code for a strategy says.

    Args:
        finding: the answer to which the strategy belongs.
        strategy: one of its strategies.
        language: "python", "r" or "stata".
        data: the data file that the code reads.
        site: the column of the sites.

    Raises:
        InvalidQuestionError: a name of a file or a column that a language could not use.
    """
    design = finding.design
    data, column = demand_file_name(data), site
    parts = strategy.parts
    used = dict.fromkeys(
        node for part in parts for node in (*design.treatments, *part.regressors, part.outcome)
    )
    site = site_name(column, language, used)
    _demand_apart(finding, used, column)
    names = column_names([node for node in design.order if node in used], site)
    taken: dict[Regression, list[Strategy]] = {}
    for part in parts:
        taken.setdefault(part.regression, []).append(part)
    number = {regression: at for at, regression in enumerate(taken, 1)}
    fits = tuple(_fit(finding, taken[regression], at, names) for regression, at in number.items())
    columns = [f"{name}: {about_column(finding, node)}" for node, name in names.items()]
    if design.sites != 1:
        columns.insert(
            0, f"{column}: the site of each person; every site needs persons in control and in each arm"
        )
    return CodeContext(
        header=header(finding, strategy),
        given=given(finding),
        columns=lines(columns),
        data=data,
        site=site,
        column=column,
        single=design.sites == 1,
        fits=fits,
        terms=_terms(strategy, number, names),
        combining=about_sum(finding, strategy),
        bootstrap=CodeBootstrap(_sites_needed(fits), about_bootstrap(finding))
        if isinstance(strategy, Composed)
        else None,
    )


def _demand_apart(finding: Finding, used: Iterable[str], column: str) -> None:
    """Refuse a column of sites that is the column of a variable; the usual name gives way to none.

    Raises:
        InvalidQuestionError: it is one.
    """
    design = finding.design
    if column in used and column != "site" and design.sites != 1:
        raise InvalidQuestionError(
            [
                f"the column of sites is {column!r}, and so is the {design.role(column)}; say which other column holds "
                "the site of each person"
            ]
        )


def _sites_needed(fits: Sequence[CodeFit]) -> int:
    """How many different sites all regressions take: each gives as many equations as it has arms."""
    return max(-(-len(fit.coefficients) // len(fit.arms)) for fit in fits)


def _fit(finding: Finding, strategies: Sequence[Strategy], number: int, names: Mapping[str, str]) -> CodeFit:
    """One regression; ``strategies`` are those that take one of its coefficients each."""
    design, reg = finding.design, strategies[0].regression
    contrast = not reg.regressors
    one = design.sites == 1
    wanted = design.average if contrast else design.weights
    exogenous = reg.arms if contrast else reg.intercepts
    conditions = list(dict.fromkeys(c for strategy in strategies for c in strategy.conditions))
    around = [c for c in conditions if is_kind(c, Cut, Bypass)]
    rank = [c for c in conditions if is_kind(c, Rank)]
    rest = [c for c in conditions if c not in around and c not in rank]
    return CodeFit(
        number=number,
        about=lines([f"Regression {number}: {strategies[0].name}."]),
        outcome=names[reg.outcome],
        regressors=tuple(names[u] for u in reg.regressors),
        exogenous=tuple(names[arm] for arm in exogenous),
        arms=tuple(names[arm] for arm in reg.arms),
        others=tuple(names[arm] for arm in design.treatments if arm not in reg.arms),
        instruments="" if contrast else "arms" if reg.pooled or one else "sites",
        weights="" if one or wanted == "precision" else wanted,
        fixed=about_fixed(finding),
        bypass=about_bypass(finding, strategies[0], around),
        rank=about_rank(finding, strategies[0], rank),
        meaning=about_meaning(finding, strategies[0], rest),
        weighting=() if one else about_weights(finding, contrast),
    )


def _terms(
    strategy: Strategy | Composed, number: Mapping[Regression, int], names: Mapping[str, str]
) -> tuple[CodeTerm, ...]:
    """The estimate as a sum of products of coefficients."""

    def coefficient(part: Strategy) -> CodeFactor:
        return CodeFactor(number[part.regression], names[part.column], part.column in part.regressors)

    if isinstance(strategy, Strategy):
        return (CodeTerm("+", (coefficient(strategy),)),)
    return tuple(
        CodeTerm(
            "+" if term.sign > 0 else "-", tuple(coefficient(factor.strategy) for factor in term.factors)
        )
        for term in strategy.terms
    )
