"""The identified strategies and the tests of what they rest on, run on real site effects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from identcheck.decide.identification import check
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidDataError, InvalidPlanError, suggestion
from identcheck.evidence.result import Evidence
from identcheck.evidence.site_effects import SiteEffects, demand_table, uncounted_in
from identcheck.plan.inputs.plan import Plan

if TYPE_CHECKING:
    from identcheck.describe.declarations import Declaration

__all__ = ["examine"]


def examine(
    design: Design,
    effects: SiteEffects,
    *,
    assume: str | Declaration | Iterable[str | Declaration] = (),
    plan: Plan | None = None,
) -> Evidence:
    """What a table of site effects says about the effects of a design.

    Every effect that the design identifies is estimated by its own strategy. A conditional one carries what it supposes. One that
    is not identified gets no number, and the reason.

    Args:
        design: the design.
        effects: the table, see ``SiteEffects``.
        assume: what is granted, as for ``check``.
        plan: what was anticipated, to compare with what was found.

    Raises:
        InvalidDesignError: no design.
        InvalidDataError: no table of site effects, or one of other variables or arms than the design has.

    Source: theory section 17.
    """
    demand_design(design)
    table = demand_table(effects)
    if plan is not None and not isinstance(plan, Plan):
        raise InvalidPlanError([f"the plan is {plan!r:.60}; make one by ic.Plan(...) or Plan.from_toml(...)"])
    problems = _problems(design, table)
    if problems:
        raise InvalidDataError(problems)
    if uncounted := uncounted_in(design, table):
        persons = design.word("persons")
        said = f"as if {persons} had been assigned one by one: F is too large, and LIML and Anderson-Rubin sets are off"
        column = "name it (cluster=, --cluster, or cluster under [data])"
        note = f"{uncounted} are assigned, and no column says whose {persons} these are; sampling errors are {said}; {column}"
        table = replace(table, notes=(note, *table.notes))
    return Evidence(check(design, assume), table.counting(alike=design.weights == "persons"), plan)


def _problems(design: Design, table: SiteEffects) -> list[str]:
    known = (*design.mediators, design.outcome, *design.baseline)
    found = [
        f"the table has effects on {node!r}, which is no mediator, not the outcome and not baseline"
        f"{suggestion(node, known)}; these are "
        f"{', '.join(map(repr, known))}"
        for node in table.nodes
        if node not in known
    ]
    names = {m.name for m in design.modifiers}
    found += [
        f"the table has a column for {name!r}, which is no modifier of the design{suggestion(name, names)}"
        for name in (*table.modifiers, *table.of_persons)
        if name not in names
    ]
    found += _levels(design, table)
    if table.arms != ("",):
        found += [
            f"the table has an arm {arm!r}, which is no treatment of the design{suggestion(arm, design.treatments)}; these are "
            f"{', '.join(map(repr, design.treatments))}"
            for arm in table.arms
            if arm not in design.treatments
        ]
    elif len(design.treatments) > 1:
        found.append(
            "the design has several arms, and the table does not name those of its rows; name the column of the arms"
        )
    return found


def _levels(design: Design, table: SiteEffects) -> list[str]:
    """Values that a modifier of the design cannot have."""
    found = []
    every = dict(table.modifiers)
    if table.people is not None:
        every |= {name: table.people.modifiers[name] for name in table.of_persons}
    for m in design.modifiers:
        if m.name not in every:
            continue
        values = every[m.name]
        if m.level == "sites" and m.name in table.of_persons:
            found.append(
                f"{m.name!r} is a characteristic of sites in the design, but persons of a site differ in it; aggregate it, "
                "or declare it with level 'persons'"
            )
        elif m.level == "sites" and np.isnan(values).any():
            where = sorted({table.sites[s] for s in table.site[np.isnan(values)]})
            found.append(f"{m.name!r} has no value in {', '.join(map(repr, where[:10]))}")
        if m.scale == "continuous":
            continue
        count = m.levels or 2
        other = sorted({*np.unique(values[~np.isnan(values)]).tolist()} - {*map(float, range(count))})
        if other:
            found.append(
                f"{m.name!r} has the value {other[0]:g}, and the design numbers its {count} categories from 0; give those numbers"
            )
    return found
