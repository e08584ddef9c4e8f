"""What the plan anticipated, beside what was found: a row for each quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.site_effects import SiteEffects
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.questions import short_name
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
    for place, node in enumerate(effects.nodes):
        if node in at.position:
            k = at.position[node]
            residual = effects.sampling[:, place, place] / inverse
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
        matrix, one_arm = planned.matrix, len(planned.matrix.arms) == 1
        for place, (node, here) in enumerate(zip(matrix.regressors, found.strengths, strict=True)):
            if one_arm and ("mean", node) not in seen:
                yield _row("mean compliance", node, matrix.means[0][place], here.mean)
                yield _row("SD of compliance", node, matrix.sds[0][place], here.sd)
                seen.add(("mean", node))
        for i, j in _pairs(len(matrix.regressors)) if one_arm else ():
            pair = f"{matrix.regressors[i]}, {matrix.regressors[j]}"
            if ("pair", pair) not in seen:
                yield _row(
                    "correlation of compliances", pair, matrix.correlation[i][j], _correlation(found, i, j)
                )
                seen.add(("pair", pair))
        name = short_name(planned.regression)
        for stated, here in zip(planned.strengths, found.strengths, strict=False):
            yield _row("F", f"{stated.regressor}: {name}", stated.f, here.f)
            yield _row("conditional F", f"{stated.regressor}: {name}", stated.conditional, here.conditional)


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(count) for j in range(i + 1, count))


def _correlation(found: RegressionEvidence, i: int, j: int) -> float | None:
    """Of true compliances; None where sampling error explains all that they differ by."""
    rows, sds = found.rows, (found.strengths[i].sd, found.strengths[j].sd)
    share = rows.w / rows.w.sum()
    if 0 in sds or len(rows.y) < 2:
        return None
    one, other = rows.g[:, i] - share @ rows.g[:, i], rows.g[:, j] - share @ rows.g[:, j]
    both = share @ (one * other) / (1 - (share**2).sum()) - share @ rows.own[:, i + 1, j + 1]
    return float(np.clip(both / (sds[0] * sds[1]), -1, 1))
