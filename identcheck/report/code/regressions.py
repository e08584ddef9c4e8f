"""What estimation code says, for a finding and one of its strategies: the values that the templates of ``code/`` are filled with.

Two-stage least squares with site effects among the regressors and site-by-arm interactions as instruments is the
weighted regression of site effects, with weights n p (1 - p); an arm among the regressors is its intercept, and
the arm as the only instrument its pooled variant. Source: theory sections 7 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from identcheck.decide.conditions import Bypass, Cut, Rank, Regression, is_kind
from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.report.code import comments
from identcheck.report.code.comments import Lines
from identcheck.report.code.names import column_names, demand_file_name, site_name

__all__ = ["Code", "Fit", "code_of"]


@dataclass(frozen=True)
class Fit:
    """One regression among persons.

    Attributes:
        number: from 1.
        about: what is regressed on what.
        outcome: the column on the left.
        regressors: the columns that are instrumented; none for a contrast.
        exogenous: the columns of arms that are regressors themselves.
        arms: the columns of the arms whose persons are used.
        others: the columns of the arms whose persons are left out.
        instruments: "sites" (site by arm), "arms", or "" for a contrast.
        weights: "" (none), "sites" or "persons".
        fixed: what the site effects, or the constant, rest on.
        bypass: what leaving the arms out of the equation, or putting them in, rests on.
        rank: what the instruments rest on.
        meaning: what the coefficients rest on, and mean.
        weighting: what the weights, or their absence, rest on.
    """

    number: int
    about: Lines
    outcome: str
    regressors: tuple[str, ...]
    exogenous: tuple[str, ...]
    arms: tuple[str, ...]
    others: tuple[str, ...]
    instruments: str
    weights: str
    fixed: Lines
    bypass: Lines
    rank: Lines
    meaning: Lines
    weighting: Lines

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the regression uses, but that of the sites."""
        return tuple(dict.fromkeys((self.outcome, *self.regressors, *self.arms, *self.others)))

    @property
    def coefficients(self) -> tuple[str, ...]:
        """The columns whose coefficients are of interest."""
        return (*self.exogenous, *self.regressors)


COEFFICIENTS = {
    "python": 'fit_{fit}.params["{column}"]',
    "r": 'coef(fit_{fit})[["{mark}{column}"]]',
    "stata": "scalar(b{fit}_{column})",
}
"""A coefficient of a regression in each language; fixest marks columns that are instrumented."""


@dataclass(frozen=True)
class Code:
    """Everything that the code for one strategy says: names that are valid, comments that are cleaned.

    Attributes:
        preamble: what is estimated and how, what is taken as given, what the code needs and what it does not do.
        data: the data file.
        site: what the column of the sites is called in the code.
        column: what it is called in the data.
        single: whether there is one site, so that no column of sites is needed.
        fits: the regressions.
        estimate: the estimate as a sum of products of coefficients, in the language.
        combining: what that rests on; empty for a single coefficient.
        bootstrap: of a sum of products, how its standard error comes about: units are drawn with replacement, and everything
            is estimated again; empty for a single coefficient, whose regression has one.
        needed: how many different sites a draw must have, so that the regressions can be run.
    """

    preamble: Lines
    data: str
    site: str
    column: str
    single: bool
    fits: tuple[Fit, ...]
    estimate: str
    combining: Lines
    bootstrap: Lines
    needed: int

    draws: ClassVar = 999
    seed: ClassVar = 1  # the same data give the same result


def code_of(finding: Finding, strategy: Strategy | Composed, language: str, data: str, site: str) -> Code:
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
    parts, composed = strategy.parts, isinstance(strategy, Composed)
    used = {node for part in parts for node in (*design.treatments, *part.regressors, part.outcome)}
    site = site_name(column, language, used)
    _demand_apart(finding, used, column)
    names = column_names([node for node in design.order if node in used], site)
    taken: dict[Regression, list[Strategy]] = {}
    for part in parts:
        taken.setdefault(part.regression, []).append(part)
    fits = tuple(_fit(finding, alike, at, names) for at, alike in enumerate(taken.values(), 1))
    return Code(
        preamble=comments.preamble(finding, strategy, language, column, names),
        data=data,
        site=site,
        column=column,
        single=design.sites == 1,
        fits=fits,
        estimate=_estimate(strategy, list(taken), names, COEFFICIENTS[language]),
        combining=comments.about_sum(finding, strategy),
        bootstrap=comments.about_bootstrap(finding) if composed else (),
        # each regression gives as many equations a site as it has arms
        needed=max(-(-len(fit.coefficients) // len(fit.arms)) for fit in fits),
    )


def _demand_apart(finding: Finding, used: Iterable[str], column: str) -> None:
    """Refuse a column of sites that is the column of a variable; the usual name gives way to none.

    Raises:
        InvalidQuestionError: it is one.
    """
    design = finding.design
    if column in used and column != "site" and design.sites != 1:
        both = f"the column of sites is {column!r}, and so is the {design.role(column)}"
        raise InvalidQuestionError([f"{both}; say which other column holds the site of each person"])


def _fit(finding: Finding, strategies: Sequence[Strategy], number: int, names: Mapping[str, str]) -> Fit:
    """One regression; ``strategies`` are those that take one of its coefficients each."""
    design, first = finding.design, strategies[0]
    reg = first.regression
    contrast, one = not reg.regressors, design.sites == 1
    wanted = design.average if contrast else design.weights
    conditions = list(dict.fromkeys(c for strategy in strategies for c in strategy.conditions))
    around = [c for c in conditions if is_kind(c, Cut, Bypass)]
    rank = [c for c in conditions if is_kind(c, Rank)]
    rest = [c for c in conditions if c not in around and c not in rank]

    def columns(nodes: Iterable[str]) -> tuple[str, ...]:
        return tuple(names[node] for node in nodes)

    return Fit(
        number=number,
        about=comments.lines(f"Regression {number}: {first.name}."),
        outcome=names[reg.outcome],
        regressors=columns(reg.regressors),
        exogenous=columns(reg.arms if contrast else reg.intercepts),
        arms=columns(reg.arms),
        others=columns(arm for arm in design.treatments if arm not in reg.arms),
        instruments="" if contrast else "arms" if reg.pooled or one else "sites",
        weights="" if one or wanted == "precision" else wanted,
        fixed=comments.about_fixed(finding),
        bypass=comments.about_bypass(finding, first, around),
        rank=comments.about_rank(finding, first, rank),
        meaning=comments.about_meaning(finding, first, rest),
        weighting=() if one else comments.about_weights(finding, contrast),
    )


def _estimate(
    strategy: Strategy | Composed, regressions: Sequence[Regression], names: Mapping[str, str], written: str
) -> str:
    """The estimate as a sum of products of coefficients."""

    def coefficient(part: Strategy) -> str:
        mark = "fit_" if part.column in part.regressors else ""
        number = regressions.index(part.regression) + 1
        return written.format(fit=number, column=names[part.column], mark=mark)

    if isinstance(strategy, Strategy):
        return coefficient(strategy)
    text = ""
    for term in strategy.terms:
        text += (" + " if term.sign > 0 else " - ") if text else ("" if term.sign > 0 else "-")
        text += " * ".join(coefficient(factor.strategy) for factor in term.factors)
    return text
