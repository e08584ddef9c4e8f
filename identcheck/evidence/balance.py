"""Whether arms were alike before treatment, and whether values are missing alike in all arms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats

from identcheck.describe.design import Design
from identcheck.evidence.columns import Floats
from identcheck.evidence.contrasts import Differences, pooled_differences
from identcheck.evidence.site_effects import SiteEffects
from identcheck.tables.table import Cell, Column, Table

__all__ = ["balance_table", "missing_table"]

VARIABLE = Column("variable", "Variable", "the variable")
ARM = Column("arm", "Arm", "the arm, less control")
TESTED = (
    Column("difference", "Difference", "arm less control within sites, averaged with n p (1 - p)", 4),
    Column("se", "SE", "its standard error of sampling", 4),
    Column("statistic", "Chi squared", "that the difference is 0; of all variables together that all are", 2),
    Column("df", "df", "degrees of freedom"),
    Column("p", "p", "p value", 3, p_value=True),
)
BALANCE = (VARIABLE, ARM, *TESTED)
MISSING = (
    VARIABLE,
    ARM,
    Column("persons", "Persons", "persons in the arm"),
    Column("share", "Missing", "share of them without a value", 4),
    Column("control", "Control", "the same share in control", 4),
    *(column for column in TESTED if column.key not in ("statistic", "df")),
)
ALL = "all together"


def balance_table(design: Design, effects: SiteEffects) -> Table:
    """Differences between arms in what was fixed before treatment: covariates of persons, and baseline nodes of the design.

    Args:
        design: the design, some of whose nodes may be fixed before treatment.
        effects: the table of site effects, which may hold contrasts of these.
    """
    rows: list[dict[str, Cell]] = []
    for found in (effects.balance, _of_nodes(design, effects)):
        if found is not None:
            rows += _tested(found)
    note = (
        "Speaks against (viii), assignment at random within sites, or against comparing those who are left. The normal "
        "distribution is used, which takes many persons, or clusters."
    )
    return Table.of("balance", "Balance before treatment", BALANCE, rows, note)


def _of_nodes(design: Design, effects: SiteEffects) -> Differences | None:
    """The contrasts of the table that are of baseline nodes."""
    names = tuple(node for node in effects.nodes if node in design.baseline)
    if not names:
        return None
    places = [effects.nodes.index(name) for name in names]
    sampling = effects.sampling[:, places][:, :, places]
    if effects.number is not None:
        weight = effects.number.prod(1) / effects.number.sum(1)
    else:
        variance = np.einsum("rcc->r", sampling)
        weight = np.where(variance > 0, 1 / np.where(variance > 0, variance, 1.0), 0.0)
    return pooled_differences(names, effects.arms, effects.arm, effects.effects[:, places], sampling, weight)


def _tested(found: Differences) -> Iterator[dict[str, Cell]]:
    for a, arm in enumerate(found.arms):
        for c, name in enumerate(found.names):
            yield _row(name, arm, float(found.difference[a, c]), float(found.covariance[a, c, c]))
        if len(found.names) > 1:
            yield _jointly(arm, found.difference[a], found.covariance[a])


def _row(name: str, arm: str, difference: float, variance: float) -> dict[str, Cell]:
    statistic = difference**2 / variance if variance > 0 else None
    return {
        "variable": name, "arm": arm, "difference": difference, "se": variance**0.5, "statistic": statistic, "df": 1,
        "p": None if statistic is None else float(stats.chi2.sf(statistic, 1)),
    }  # fmt: skip


def _jointly(arm: str, difference: Floats, covariance: Floats) -> dict[str, Cell]:
    """All variables at once, as many as their covariance has ranks."""
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    kept = values > 1e-9
    along = vectors.T[kept] @ (difference / scale)
    statistic, df = float((along**2 / values[kept]).sum()), int(kept.sum())
    return {
        "variable": ALL,
        "arm": arm,
        "statistic": statistic,
        "df": df,
        "p": float(stats.chi2.sf(statistic, df)) if df else None,
    }


def missing_table(effects: SiteEffects) -> Table:
    """By variable and arm the share of persons without a value, and whether it differs from control's."""
    found, rows = effects.absent, []
    if found is not None and found.means is not None and found.count is not None:
        for c, name in enumerate(found.names):
            for a, arm in enumerate(found.arms):
                row = _row(name, arm, float(found.difference[a, c]), float(found.covariance[a, c, c]))
                shares: dict[str, Cell] = {
                    "persons": int(found.count[a + 1]),
                    "share": float(found.means[a + 1, c]), "control": float(found.means[0, c]),
                }  # fmt: skip
                rows.append({**row, **shares})
    note = (
        "Persons without a value are left out. Where arms lose different persons, those who are left are no longer assigned at "
        "random (viii), also where the shares are alike."
    )
    return Table.of("missing", "Missing values by arm", MISSING, rows, note)
