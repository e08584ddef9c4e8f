"""An effect that was asked about, as the report names it."""

from __future__ import annotations

import sympy

from identcheck.decide.findings import Finding, kind_of
from identcheck.decide.strategies.composed import symbol_of
from identcheck.derive.moments import mean, site_mean
from identcheck.report.context import Asked, Formula
from identcheck.report.proportion import counted, is_large
from identcheck.report.requirements import called
from identcheck.symbols.typeset import latex

__all__ = ["asked", "average_of", "grounds", "kind_of"]


def asked(finding: Finding, elsewhere: bool = False) -> Asked:
    """The effect; ``elsewhere`` says how many other strategies the appendix has for it."""
    return Asked(
        key=str(finding.estimand),
        text=finding.words
        + {"itt": " (intent to treat)", "compliance": " (compliance)"}.get(finding.estimand.kind, ""),
        formula=Formula(latex(average_of(finding))),
        others=_others(finding) if elsewhere else "",
    )


def grounds(finding: Finding) -> list[str]:
    """What a finding rests on: numerals, conditions without one, then what was declared."""
    return [*called(finding.rests_on), *map(str, finding.declared)]


def average_of(finding: Finding) -> sympy.Expr:
    """The average effect as an expression."""
    return mean(site_mean(symbol_of(finding.design, finding.target)))


def _others(finding: Finding) -> str:
    if is_large(finding.design):  # they are not looked for
        return ""
    more = len(finding.strategies) - 1
    return f"{counted(more, 'other way', 'other ways')} in the appendix" if more > 0 else ""
