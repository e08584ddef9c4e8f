"""The estimate of an effect without each site, and without each arm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.evidence.composing import estimated
from identcheck.evidence.site_effects import SiteEffects
from identcheck.evidence.weighted import LinearFit
from identcheck.tables.table import Column, Table

__all__ = ["left_out"]

COLUMNS = (
    Column("without", "Without", "the site, or arm, that is left out"),
    Column("value", "Estimate", "the estimate by the same strategy", 4),
    Column("change", "Change", "that less the estimate from all", 4),
)
TITLE = "Leaving out one site"


def left_out(effects: SiteEffects, finding: Finding, own: LinearFit | None, reason: str) -> Table:
    """The estimate without each site in turn, and with several arms without each arm.

    Args:
        effects: the table of site effects.
        finding: how the effect is identified.
        own: its estimate from all; None where there is none.
        reason: why there is none.
    """
    best = finding.best
    if own is None or best is None:
        return Table("leave_one_out", TITLE, COLUMNS, (), reason)
    rows: list[tuple[str, float | None, float | None]] = []
    for name, value in own.without.items():
        known = np.isfinite(value)
        rows.append((name, value if known else None, value - own.value if known else None))
    for arm in best.arms if len(best.arms) > 1 else ():
        other = _without_arm(effects, finding, best, arm)
        rows.append((f"arm {arm}", other, None if other is None else other - own.value))
    return Table("leave_one_out", TITLE, COLUMNS, tuple(rows))


def _without_arm(effects: SiteEffects, finding: Finding, best: Strategy | Composed, arm: str) -> float | None:
    if not isinstance(best, Strategy) or arm == best.column:
        return None
    reg = best.regression
    arms, around = (tuple(a for a in names if a != arm) for names in (reg.arms, reg.intercepts))
    other = Strategy(replace(reg, arms=arms, intercepts=around), best.column)
    made = estimated(effects, other, finding.target.levels)
    return None if isinstance(made, str) else made.value
