"""What estimation code says, for a finding and one of its strategies.

Two-stage least squares with site effects among the regressors and site-by-arm interactions as instruments is the
weighted regression of site effects, with weights n p (1 - p); an arm among the regressors is its intercept, and
the arm as the only instrument its pooled variant. Source: theory sections 7 and 10.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

from identcheck.assumptions import assumption_list
from identcheck.conditions import Bypass, Condition, Cut, Rank
from identcheck.findings import Finding, is_met
from identcheck.report.code_names import column_names, comment, demand_file_name, demand_site_name
from identcheck.report.context_code import CodeContext, CodeFactor, CodeFit, CodeTerm, Lines
from identcheck.strategies import Composed, Strategy
from identcheck.words import listed

__all__ = ["build_code"]

WIDTH = 90
"""Letters of a comment on one line."""

LIMITS = (
    "What this code does not do: it uses no covariates and no multiple imputation (persons with a missing value are left "
    "out); it does not test whether the instruments are weak, and two-stage least squares with many weak instruments is "
    "biased towards ordinary regression; its standard errors take the graph and every condition named here as true."
)
GRANTED = "Granted."
OPEN = "NOT GRANTED: argue for it."
CLUSTERS = (
    "They are robust to clustering by site, and too small if there are few sites: with fewer than about 40, use a "
    "small-sample correction or a bootstrap over sites."
)


def build_code(finding: Finding, strategy: Strategy | Composed, data: str, site: str) -> CodeContext:
    """Everything that the code for a strategy says.

    Args:
        finding: the answer to which the strategy belongs.
        strategy: one of its strategies.
        data: the data file that the code reads.
        site: the column of the sites.

    Raises:
        InvalidQuestionError: a name of a file or a column that a language could not use.
    """
    design = finding.design
    data, site = demand_file_name(data), demand_site_name(site)
    parts = strategy.parts
    used = dict.fromkeys(
        node for part in parts for node in (*design.treatments, *part.regressors, part.outcome)
    )
    names = column_names([node for node in design.order if node in used], site)
    fits = tuple(_fit(finding, part, number, names) for number, part in enumerate(parts, 1))
    columns = [f"{name}: {_about(finding, node)}" for node, name in names.items()]
    if design.sites != 1:
        columns.insert(0, f"{site}: the site of each person")
    return CodeContext(
        header=_header(finding, strategy),
        given=_given(finding),
        columns=_lines(columns),
        data=data,
        site=site,
        single=design.sites == 1,
        fits=fits,
        terms=_terms(strategy, names),
        combining=_combining(finding, strategy),
    )


def _lines(texts: Iterable[str]) -> Lines:
    """Texts as lines of a comment, one after another, further lines of each indented."""
    found: list[str] = []
    for text in texts:
        found += textwrap.wrap(comment(text), WIDTH, subsequent_indent="  ", break_on_hyphens=False) or [""]
    return tuple(found)


def _about(finding: Finding, node: str) -> str:
    design = finding.design
    words = [repr(node)] if design.label(node) == node else [repr(node), design.label(node)]
    if node in design.treatments:
        words.append("1 for the persons assigned to it, 0 for all others")
    return ", ".join(words)


def _header(finding: Finding, strategy: Strategy | Composed) -> Lines:
    design = finding.design
    granted = [f"({n})" for n in design.numerals if n in finding.granted]
    missing = [_name(c) for c in finding.missing_for(strategy)]
    lacks = f"; this strategy lacks {listed(list(dict.fromkeys(missing)))}" if missing else ""
    return _lines(
        [
            f"Estimation code by identcheck {version('identcheck')}"
            + (f": {design.title}" if design.title else ""),
            f"Effect: {finding.estimand}, {finding.words}.",
            f"Verdict: {finding.verdict.value}, granting {listed(granted) or 'nothing'}{lacks}.",
            f"Strategy: {strategy}.",
        ]
    )


def _given(finding: Finding) -> Lines:
    design = finding.design
    statements = _statements(finding)
    found = ["Taken as given, and checked by nothing here:"]
    found += [
        f"({n}) {statements[n]}" for n in ("i", "iii", "iv") if n in finding.rests_on or not finding.best
    ]
    unseen = [design.label(m) for m in design.mediators if m in design.unobserved]
    if unseen:
        found.append(
            f"Not measured, and so in no regression: {listed(unseen)}. What runs through it stays part of the effects "
            "and of the bypass."
        )
    return _lines([*found, LIMITS if design.sites == 1 else f"{LIMITS} {CLUSTERS}"])


def _statements(finding: Finding) -> Mapping[str, str]:
    return {item.numeral: item.statement for item in assumption_list(finding.design)}


def _fit(finding: Finding, strategy: Strategy, number: int, names: Mapping[str, str]) -> CodeFit:
    design, reg = finding.design, strategy.regression
    contrast = not reg.regressors
    one = design.sites == 1
    wanted = design.average if contrast else design.weights
    exogenous = reg.arms if contrast else reg.intercepts
    instruments = "" if contrast else "arms" if reg.pooled or one else "sites"
    around = [c for c in strategy.conditions if isinstance(c, (Cut, Bypass))]
    rank = [c for c in strategy.conditions if isinstance(c, Rank)]
    rest = [c for c in strategy.conditions if c not in around and c not in rank]
    return CodeFit(
        number=number,
        about=_lines([f"Regression {number}: {strategy.name}."]),
        outcome=names[reg.outcome],
        regressors=tuple(names[u] for u in reg.regressors),
        exogenous=tuple(names[arm] for arm in exogenous),
        arms=tuple(names[arm] for arm in reg.arms),
        others=tuple(names[arm] for arm in design.treatments if arm not in reg.arms),
        instruments=instruments,
        weights="" if one or wanted == "precision" else wanted,
        fixed=_fixed(finding),
        bypass=_bypass(finding, strategy, around),
        rank=_rank(finding, strategy, rank),
        meaning=_meaning(finding, strategy, rest),
        weighting=() if one else _weighting(finding, contrast),
    )


def _fixed(finding: Finding) -> Lines:
    """What site effects rest on: assignment at random within sites."""
    design = finding.design
    numeral = "vii" if design.single else "viii"
    what = "the constant" if design.sites == 1 else "site effects"
    return _lines([f"({numeral}), for {what}: {_statements(finding)[numeral]}"])


def _bypass(finding: Finding, strategy: Strategy, conditions: Sequence[Condition]) -> Lines:
    reg, design = strategy.regression, finding.design
    if not reg.regressors:
        return ()
    arms = listed([design.label(arm) for arm in reg.arms if arm not in reg.intercepts])
    found = [f"{arms[:1].upper()}{arms[1:]}: not among the regressors."] if arms else []
    if reg.intercepts:
        named = listed([design.label(arm) for arm in reg.intercepts])
        found.append(
            f"{named[:1].upper()}{named[1:]}: among the regressors; its coefficient is the intercept."
        )
    return _lines(found + [_said(finding, c) for c in conditions])


def _rank(finding: Finding, strategy: Strategy, conditions: Sequence[Condition]) -> Lines:
    reg = strategy.regression
    if not reg.regressors:
        return ()
    found = [_said(finding, c) for c in conditions]
    unsure = [u for u in reg.regressors if u not in strategy.bias()]
    if unsure:
        names = listed([finding.design.label(u) for u in unsure])
        found.append(f"The rank does not determine the coefficient of {names}: do not interpret it.")
    return _lines(found)


def _meaning(finding: Finding, strategy: Strategy, conditions: Sequence[Condition]) -> Lines:
    if not strategy.regressors:
        return _lines(
            ["The coefficient is the average of the site contrasts; it takes no further condition."]
        )
    found = [_said(finding, c) for c in conditions]
    names = listed(list(dict.fromkeys(str(estimand) for estimand in strategy.estimands)))
    return _lines([*found, f"Under all of these the coefficients estimate {names}."])


def _weighting(finding: Finding, contrast: bool) -> Lines:
    design = finding.design
    if contrast:
        over = (
            "each site counts once"
            if design.average == "sites"
            else "each site counts by its number of persons"
        )
        return _lines([f"Weights: {over}, as in the average that is wanted."])
    if "x" in design.numerals:
        state = GRANTED if "x" in finding.granted else OPEN
        return _lines([f"(x): {_statements(finding)['x']} {state}"])
    return _lines(["Weights: those of the average that is wanted."])


def _name(condition: Condition) -> str:
    return f"({condition.assumption})" if condition.assumption else condition.nickname or condition.kind


def _said(finding: Finding, condition: Condition) -> str:
    """A condition with its numeral, and how it stands."""
    if condition.violated:
        state = f"Excluded: {condition.violated}."
    elif condition.implied:
        state = f"It holds: {condition.implied}."
    elif is_met(condition, finding.granted):
        state = GRANTED
    else:
        state = OPEN
    return f"{_name(condition)}: {condition.need} {state}"


def _terms(strategy: Strategy | Composed, names: Mapping[str, str]) -> tuple[CodeTerm, ...]:
    """The estimate as a sum of products of coefficients."""
    number = {part: at for at, part in enumerate(strategy.parts, 1)}

    def coefficient(part: Strategy) -> CodeFactor:
        return CodeFactor(number[part], names[part.column], part.column in part.regressors)

    if isinstance(strategy, Strategy):
        return (CodeTerm("+", (coefficient(strategy),)),)
    return tuple(
        CodeTerm(
            "+" if term.sign > 0 else "-", tuple(coefficient(factor.strategy) for factor in term.factors)
        )
        for term in strategy.terms
    )


def _combining(finding: Finding, strategy: Strategy | Composed) -> Lines:
    """What the sum of products rests on."""
    if not isinstance(strategy, Composed):
        return ()
    own = [_said(finding, c) for c in strategy.conditions if c.kind == "product"]
    spread = "A standard error of the result takes a bootstrap over sites: draw sites with replacement, and run all of this."
    return _lines([f"The effect is {strategy.name.removeprefix('composed: ')}.", *own, spread])
