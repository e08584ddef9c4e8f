"""The numbers of a plan by name, so that a grid or a contour can vary them.

========================================  ==================================================================
name                                      the number
========================================  ==================================================================
``sites``, ``persons``, ``treated``,      the plan's field of that name
``variation``, ``alpha``, ``power``
``arrows.T -> M.mean``                    of one arrow: ``mean``, ``between``, ``within``, or ``cv``: the SD
                                          across sites as a multiple of the mean stated for that arrow
``suspected.T -> Y.mean``                 the same of a suspected arrow
``between.T -> M ~ M -> Y``               a correlation across sites; ``within.`` within sites
``third_between.T -> M ~ T -> M ~ M -> Y``  a third moment in SDs; ``third_within.`` within sites
``residuals.M``                           a disturbance's SD
``confounding.M ~ Y``                     a correlation of disturbances
========================================  ==================================================================
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from identcheck.declarations import Edge
from identcheck.errors import InvalidPlanError, suggestion
from identcheck.planning.defaults import DEFAULT_MEANS
from identcheck.planning.plan import Arrow, Plan

__all__ = ["changed", "known_field"]

SINGLE = ("sites", "persons", "treated", "variation", "alpha", "power")
ARROWS = ("arrows", "suspected")
PARTS = ("mean", "between", "within", "cv")
COUNTS = {"between": 2, "within": 2, "third_between": 3, "third_within": 3}
TABLES = (*SINGLE, *ARROWS, *COUNTS, "residuals", "confounding")


def changed(plan: Plan, name: str, value: Any) -> Plan:
    """The plan with one of its numbers set.

    Raises:
        InvalidPlanError: the name is none of a plan's numbers.
    """
    table, _, rest = (part.strip() for part in name.partition("."))
    if table in SINGLE and not rest:
        return plan.but(**{table: value})
    if table in ARROWS and rest:
        return _with_arrow(plan, table, rest, value, name)
    if table in COUNTS and rest:
        key = tuple(_edge(part, name) for part in rest.split("~"))
        if len(key) != COUNTS[table]:
            raise InvalidPlanError([f"{name!r} names {len(key)} arrows; {table} is of {COUNTS[table]}"])
        return plan.but(**{table: {**_without(getattr(plan, table), key), key: value}})
    if table == "residuals" and rest:
        return plan.but(residuals={**plan.residuals, rest: value})
    if table == "confounding" and rest.count("~") == 1:
        pair = tuple(part.strip() for part in rest.split("~"))
        return plan.but(confounding={**_without(plan.confounding, pair), pair: value})
    hint = suggestion(table, TABLES) if table not in TABLES else ""
    raise InvalidPlanError(
        [
            f"{name!r} is no number of a plan{hint}; write 'sites', 'persons', 'arrows.T -> M.mean' (or .between, .within, "
            ".cv), 'between.T -> M ~ M -> Y', 'confounding.M ~ Y' and the like"
        ]
    )


def known_field(name: str) -> None:
    """Raise for a name that is no number of a plan."""
    changed(Plan(), name, 1.0)


def _with_arrow(plan: Plan, table: str, rest: str, value: Any, name: str) -> Plan:
    arrow, _, part = rest.rpartition(".")
    if part not in PARTS or not arrow:
        raise InvalidPlanError(
            [f"{name!r} ends in {part!r}; after the arrow comes one of {', '.join(PARTS)}"]
        )
    edge = _edge(arrow, name)
    said: Arrow = getattr(plan, table).get(edge, Arrow())
    if part == "cv":
        mean = DEFAULT_MEANS["arm to mediator"].value if said.mean is None else said.mean
        said, part, value = replace(said, mean=mean), "between", abs(mean) * value
    return plan.but(**{table: {**getattr(plan, table), edge: replace(said, **{part: value})}})


def _without(table: Any, key: tuple[Any, ...]) -> dict[Any, Any]:
    """A table less what it says of the same arrows or nodes in any order."""
    return {known: value for known, value in table.items() if sorted(known) != sorted(key)}


def _edge(text: str, name: str) -> Edge:
    ends = [part.strip() for part in text.split("->")]
    if len(ends) != 2 or not all(ends):
        raise InvalidPlanError(
            [f"{name!r}: {text.strip()!r} is no arrow; write it as in the graph: 'A -> B'"]
        )
    return ends[0], ends[1]
