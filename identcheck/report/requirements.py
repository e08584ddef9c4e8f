"""Which assumptions the effects of interest rest on, and for which of them no justification is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from identcheck.conditions import Condition
from identcheck.estimands import Estimand
from identcheck.identification import Finding, Identification, distinct

__all__ = ["effects_of", "missing_justifications", "nicknames", "required_numerals", "unnamed"]


def effects_of(result: Identification, effects: Sequence[Estimand] = ()) -> tuple[Finding, ...]:
    """The findings for the effects of interest; those of ``check``, each once, where none is named."""
    if not effects:
        return distinct(result.findings)
    return tuple(result[effect] for effect in dict.fromkeys(effects))


def required_numerals(result: Identification, findings: Iterable[Finding]) -> tuple[str, ...]:
    """The numerals of the open assumptions that the effects rest on, in order.

    Those of the strategy that each verdict rests on, declared ones included. Where an effect is estimated by a regression
    of site effects, also (v), the arrows between mediators that the graph leaves out, and (x), if the list has it: the
    weights of the regression are then others than those of the average wanted.
    """
    used: set[str] = set()
    for finding in findings:
        used |= set(finding.rests_on)
        if finding.best is not None:
            used |= {c.assumption for c in finding.best.conditions if c.assumption and c.declared}
            used |= {"v", "x"} if finding.best.regressors else set()
    return tuple(a.numeral for a in result.assumptions if a.open and a.numeral in used)


def unnamed(findings: Iterable[Finding]) -> tuple[Condition, ...]:
    """The open conditions that no numeral grants, such as that on the bypass, each once."""
    return tuple(dict.fromkeys(c for finding in findings for c in finding.missing if not c.assumption))


def nicknames(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The short names of the open conditions that no numeral grants, each once."""
    return tuple(dict.fromkeys(c.nickname for c in unnamed(findings)))


def missing_justifications(result: Identification, effects: Sequence[Estimand] = ()) -> tuple[str, ...]:
    """The numerals of the assumptions that the effects rest on and for which no justification is written."""
    said = result.design.justifications
    required = required_numerals(result, effects_of(result, effects))
    return tuple(n for n in required if not said.get(n, "").strip())
