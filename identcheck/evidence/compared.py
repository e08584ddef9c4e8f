"""What the plan anticipated, beside what was found: a row for each quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from identcheck.decide.conditions import Regression
from identcheck.evidence.composing import arms_of
from identcheck.evidence.contrasts import within_arms
from identcheck.evidence.found import compliance
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.rows import Rows
from identcheck.evidence.site_effects import SiteEffects
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.questions import short_name
from identcheck.plan.closed.strength import Matrix
from identcheck.tables.table import Cell, Column, Table

__all__ = ["compared"]

COLUMNS = (
    Column("quantity", "Quantity", "what is compared"),
    Column("about", "Of", "the mediator, pair of mediators or regression"),
    Column("planned", "Planned", "what the plan anticipated", 3),
    Column("found", "Found", "what the data say", 3),
)


def compared(
    diagnosis: Diagnosis, effects: SiteEffects, made: Mapping[Regression, RegressionEvidence]
) -> Table:
    """Sites, persons, residual SDs, compliances and their strength.

    Args:
        diagnosis: the plan in numbers.
        effects: the table.
        made: what was found, for each regression.
    """
    rows = [*_sizes(diagnosis, effects), *_compliances(diagnosis, made)]
    note = "Found: SDs and correlations of true compliances, the spread of the estimates less their sampling error."
    return Table.of("compared", "Planned and found", COLUMNS, rows, note)


def _row(quantity: str, about: str, planned: float | None, found: float | None) -> dict[str, Cell]:
    return {"quantity": quantity, "about": about, "planned": planned, "found": found}


def _sizes(diagnosis: Diagnosis, effects: SiteEffects) -> Iterator[dict[str, Cell]]:
    at = diagnosis.anticipated
    yield _row("sites", "", float(at.sites), float(len(effects.sites)))
    if effects.persons is None:
        return
    control = np.zeros(len(effects.sites))
    control[effects.site] = effects.persons[:, 1]
    count = np.bincount(effects.site, effects.persons[:, 0], len(control)) + control
    yield _row("persons per site", "", float(at.sizes.mean()), float(count.mean()))
    inverse = 1 / effects.persons[:, 0] + 1 / effects.persons[:, 1]
    between = None if effects.people is None else within_arms(effects.people)
    for place, node in enumerate(effects.nodes):
        if node in at.position:
            k = at.position[node]
            residual = (
                effects.sampling[:, place, place] / inverse if between is None else between[place : place + 1]
            )
            yield _row(
                "residual SD within arms",
                node,
                float(np.sqrt(at.residual[k, k])),
                float(np.sqrt(residual.mean())),
            )


def _compliances(
    diagnosis: Diagnosis, made: Mapping[Regression, RegressionEvidence]
) -> Iterator[dict[str, Cell]]:
    by_shape = {(reg.shape, reg.moderators): one for reg, one in made.items()}
    seen: set[tuple[str, str]] = set()
    for planned in diagnosis.instruments:
        found = by_shape.get((planned.regression.shape, planned.regression.moderators))
        if found is None or found.unusable:
            continue
        for row in _by_arm(planned.matrix, found, planned.regression):
            key = (str(row["quantity"]), str(row["about"]))
            if key not in seen:
                seen.add(key)
                yield row
        name = short_name(planned.regression)
        for stated, here in zip(planned.strengths, found.strengths, strict=False):
            yield _row("F", f"{stated.regressor}: {name}", stated.f, here.f)
            yield _row("conditional F", f"{stated.regressor}: {name}", stated.conditional, here.conditional)


def _by_arm(matrix: Matrix, found: RegressionEvidence, reg: Regression) -> Iterator[dict[str, Cell]]:
    """Mean and SD of the compliances with each arm, and how those with the first go together."""
    rows = found.rows
    arm = arms_of(found.effects, found.strategy.regression, rows)
    for number, name in enumerate(matrix.arms):
        kept = np.ones(len(rows.y), dtype=bool)
        if len(matrix.arms) > 1:
            kept = arm == found.effects.arms.index(name)
        of = f"{name} on " if len(reg.design.treatments) > 1 else ""
        for place, node in enumerate(matrix.regressors):
            mean, sd = compliance(rows, place, kept)
            yield _row("mean compliance", of + node, matrix.means[number][place], mean)
            yield _row("SD of compliance", of + node, matrix.sds[number][place], sd)
        if number == 0:
            for j in range(len(matrix.regressors)):
                for i in range(j):
                    pair = f"{of}{matrix.regressors[i]}, {matrix.regressors[j]}"
                    yield _row(
                        "correlation of compliances",
                        pair,
                        matrix.correlation[i][j],
                        _correlation(rows, i, j, kept),
                    )


def _correlation(rows: Rows, i: int, j: int, kept: NDArray[np.bool_]) -> float | None:
    """Of true compliances; None where sampling error explains all that they differ by."""
    (mean, sd), (other_mean, other_sd) = compliance(rows, i, kept), compliance(rows, j, kept)
    if 0 in (sd, other_sd):
        return None
    share, g = rows.w[kept] / rows.w[kept].sum(), rows.g[kept]
    both = share @ ((g[:, i] - mean) * (g[:, j] - other_mean)) / (1 - (share**2).sum())
    both -= share @ rows.own[kept, i + 1, j + 1]
    return float(np.clip(both / (sd * other_sd), -1, 1))
