"""Where the data and their analysis depart from what the design and the plan registered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from identcheck.derive.words import counted, listed
from identcheck.describe.design import Design
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.regressors import by_number
from identcheck.evidence.site_effects import SiteEffects
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.tables.table import Cell, Column, Table

__all__ = ["deviations"]

COLUMNS = (
    Column("about", "About", "what departs"),
    Column("registered", "Registered", "what the design or the plan says"),
    Column("done", "In the data", "what the data have, or how they are analysed"),
)
FEWER = 0.9
"""Fewer persons per site than this share of the plan are a departure."""

WEIGHTS = {
    "precision": ("n p (1 - p), or precision", ("precision", "persons")),
    "sites": ("equal for all sites", ("sites",)),
    "persons": ("the number of persons", ()),
}
"""By the weights of a design: in words, and the weights of a table that are these; a column may hold any."""


def deviations(
    design: Design, effects: SiteEffects, primary: Sequence[EffectEvidence], diagnosis: Diagnosis | None
) -> Table:
    """Sites, persons, arms, variables, modifiers, weights and primary effects that are not as registered.

    Args:
        design: the design, with its primary effects.
        effects: the table of site effects.
        primary: the evidence on the effects that the design states to be primary.
        diagnosis: the plan in numbers; None without a plan.
    """
    rows = [
        *_sizes(design, effects, diagnosis),
        *_variables(design, effects),
        *_weights(design, effects),
        *(
            _row("a primary effect", str(one.finding.estimand), f"no number: {one.reason}")
            for one in primary
            if one.own is None
        ),
    ]
    note = "What was left out is listed under what was taken as given." if effects.notes else ""
    return Table.of("deviations", "Departures from what was registered", COLUMNS, rows, note)


def _row(about: str, registered: str, done: str) -> dict[str, Cell]:
    return {"about": about, "registered": registered, "done": done}


def _sizes(design: Design, effects: SiteEffects, diagnosis: Diagnosis | None) -> Iterator[dict[str, Cell]]:
    count = len(effects.sites)
    planned = design.sites if diagnosis is None else diagnosis.anticipated.sites
    if planned is not None and planned != count:
        yield _row(design.word("sites"), f"{planned:,}", f"{count:,}")
    if diagnosis is None or effects.persons is None:
        return
    control = np.zeros(count)
    control[effects.site] = effects.persons[:, 1]
    found = float((np.bincount(effects.site, effects.persons[:, 0], count) + control).mean())
    sizes = float(diagnosis.anticipated.sizes.mean())
    if found < FEWER * sizes:
        yield _row(
            f"{design.word('persons')} per {design.word('site')}",
            f"{sizes:,.0f}",
            f"{found:,.0f}, those with all values",
        )


def _variables(design: Design, effects: SiteEffects) -> Iterator[dict[str, Cell]]:
    wanted = [m for m in design.observed_mediators if m not in design.products]
    missing = [node for node in (*wanted, design.outcome) if node not in effects.nodes]
    if missing:
        yield _row("variables", listed(missing), "no effects on them in the data")
    measured = [
        m.name
        for m in design.modifiers
        if m.measured and m.level == "sites" and m.name not in effects.modifiers
    ]
    if measured:
        yield _row("modifiers", listed(measured), "no column in the data")
    if effects.arms != ("",):
        used = {effects.arms[i] for i in np.unique(effects.arm)}
        arms = [arm for arm in design.treatments if arm not in used]
        if arms:
            yield _row("arms", listed(list(design.treatments)), f"no rows of {listed(arms)}")
        rows = np.bincount(effects.site, minlength=len(effects.sites))
        short = int((rows < len(used)).sum())
        if short:
            yield _row(
                "arms by site",
                f"every arm in every {design.word('site')}",
                f"not in {counted(short, 'site', 'sites')}",
            )


def _weights(design: Design, effects: SiteEffects) -> Iterator[dict[str, Cell]]:
    words, alike = WEIGHTS[design.weights]
    if by_number(effects, design):
        return
    if effects.weights in ("precision", "persons", "sites") and effects.weights not in alike:
        said = {
            "precision": "1 / Var of the outcome's effect",
            "persons": "n p (1 - p)",
            "sites": "equal for all sites",
        }
        yield _row("site weights", words, said[effects.weights])
