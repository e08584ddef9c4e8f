"""Which assumptions the effects of interest rest on, and for which of them no justification is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from identcheck.decide.conditions import UNNUMBERED, Condition
from identcheck.decide.estimands import Estimand
from identcheck.decide.identification import Finding, Identification, distinct
from identcheck.describe.design import Design

__all__ = [
    "argument", "called", "effects_of", "missing_justifications", "nicknames", "required_numerals", "unnamed",
]  # fmt: skip


def effects_of(result: Identification, effects: Sequence[Estimand | str] = ()) -> tuple[Finding, ...]:
    """The findings for the effects of interest; those of ``check``, each once, where none is named."""
    if not effects:
        return distinct(result.findings)
    return tuple({found.estimand: found for found in (result[effect] for effect in effects)}.values())


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
            used |= {c.numeral for c in finding.best.conditions if c.numeral and c.declared}
            used |= {"v", "x"} if finding.best.regressors else set()
    return tuple(a.numeral for a in result.assumptions if a.open and a.numeral in used)


def unnamed(findings: Iterable[Finding]) -> tuple[Condition, ...]:
    """The open conditions that no numeral grants, such as that on the bypass, each once."""
    return tuple(dict.fromkeys(c for finding in findings for c in finding.missing if not c.numeral))


def nicknames(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The short names of the open conditions that no numeral grants, each once."""
    return tuple(dict.fromkeys(c.nickname for c in unnamed(findings)))


def missing_justifications(result: Identification, effects: Sequence[Estimand | str] = ()) -> tuple[str, ...]:
    """What the effects rest on and no justification is written for: numerals, and keys such as "bypass"."""
    findings = effects_of(result, effects)
    required = (*required_numerals(result, findings), *dict.fromkeys(c.key for c in unnamed(findings)))
    return tuple(name for name in required if not argument(result.design, name))


def argument(design: Design, name: str) -> str:
    """The user's argument for a numeral, or for a kind of condition without one, with its source; "" for none."""
    said, cited = design.justifications.get(name, "").strip(), design.citations.get(name, "").strip()
    return " ".join(filter(None, (said, cited and f"Source: {cited}"))) if said else ""


def called(names: Iterable[str]) -> list[str]:
    """Numerals in brackets; conditions without one by their names."""
    return [UNNUMBERED.get(name, f"({name})") for name in names]
