"""The numbers of a plan by name, so that a grid or a contour can vary them.

========================================  ==================================================================
name                                      the number
========================================  ==================================================================
``sites``, ``persons``, ``treated``,      the plan's field of that name; ``treated.T1`` for one arm of several,
``clusters``, ``persons_per_cluster``,    ``attrition.T1`` likewise
``attrition``, ``cluster_attrition``,
``variation``, ``alpha``, ``sides``,
``power``
``arrows.T -> M.mean``                    of one arrow: ``mean``, ``between``, ``within``, ``takeup``, ``crossover``,
                                          ``takeup_sd``, ``crossover_sd``, or ``cv``: the SD across sites as a multiple of
                                          its stated mean
``suspected.T -> Y.mean``                 the same of a suspected arrow
``between.T -> M ~ M -> Y``               a correlation across sites; ``within.`` within sites
``third_between.T -> M ~ T -> M ~ M -> Y``  a third moment in SDs; ``third_within.`` within sites
``modifiers.wages.T -> M``                what a modifier does to an effect, in SDs per SD
``residuals.M``                           a disturbance's SD
``sds.M``                                 its SD as it is observed
``prevalence.M``                          the share of persons for whom it is 1
``icc.M``, ``r2.M``, ``reliability.M``    a share of its variance
``confounding.M ~ Y``                     a correlation of disturbances
========================================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from identcheck.errors import InvalidPlanError, InvalidQuestionError, suggestion
from identcheck.plan.inputs.counts import COUNTED
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.stated import ARROW_TABLES, SIZES, TAKEN_UP, TAKEUP_SPREAD, WORDS, Arrow, Sizes

__all__ = ["all_changed", "changed", "demand_fields", "field_problems"]

PLAIN = (
    "sites", "persons", "treated", "clusters", "persons_per_cluster", "attrition", "cluster_attrition",
    "variation", "alpha", "sides", "power",
)  # fmt: skip
"""Fields that are one value."""
PARTS = (*WORDS, "cv", *TAKEN_UP, *TAKEUP_SPREAD)
"""The numbers of an arrow."""
BY_ARM = ("treated", "attrition", "cluster_attrition")
"""Fields that may be a table by arm."""
NODES = {"residuals": 1, "sds": 1, "prevalence": 1, "icc": 1, "r2": 1, "reliability": 1, "confounding": 2}
"""Tables by so many nodes."""


def field_problems(path: object) -> Iterator[str]:
    """What is wrong with the name of a number of a plan."""
    if not isinstance(path, str):
        yield f"{path!r} is no field of a plan; write it as text, such as 'sites' or 'arrows.T -> M.between'"
        return
    table, _, rest = path.partition(".")
    known = (*PLAIN, *ARROW_TABLES, *SIZES, *NODES, "modifiers")
    if table not in known:
        yield f"{path}: a plan has no field {table!r}{suggestion(table, known)}; there are {', '.join(known)}"
    elif table in PLAIN and rest and table not in BY_ARM:
        yield f"{path}: {table} is one value; write {table!r}"
    elif table in ARROW_TABLES:
        name, _, key = rest.rpartition(".")
        if key not in PARTS or len(_ends(name)) != 2:
            yield f"{path}: write it as '{table}.T -> M.mean', '.between', '.within', '.cv', '.takeup' or '.crossover'"
    elif table == "modifiers" and not all(rest.partition(".")[::2]):
        yield f"{path}: write it as 'modifiers.wages.T -> M'"
    elif table in SIZES:
        parts = rest.split("~")
        if len(parts) != SIZES[table] or any(len(_ends(part)) != 2 for part in parts):
            yield f"{path}: write it as '{table}.{' ~ '.join(['T -> M', 'M -> Y', 'T -> Y'][: SIZES[table]])}'"
    elif table in NODES and len([part for part in rest.split("~") if part.strip()]) != NODES[table]:
        yield f"{path}: write it as '{table}.{' ~ '.join(['M', 'Y'][: NODES[table]])}'"


def demand_fields(*paths: object) -> None:
    """Raise InvalidQuestionError for names that are no numbers of a plan."""
    problems = [problem for path in paths for problem in field_problems(path)]
    if problems:
        raise InvalidQuestionError(problems)


def all_changed(plan: Plan, settings: Iterable[tuple[str, Any]]) -> Plan:
    """The plan with several of its numbers changed; a coefficient of variation is one of the mean that is set beside it."""
    for path, value in sorted(settings, key=lambda setting: setting[0].endswith(".cv")):
        plan = changed(plan, path, value)
    return plan


def changed(plan: Plan, path: str, value: Any) -> Plan:
    """The plan with one of its numbers changed; the path is one that :func:`field_problems` finds nothing wrong with."""
    table, _, rest = path.partition(".")
    said = getattr(plan, table)
    if table in ARROW_TABLES:
        name, _, key = rest.rpartition(".")
        edge = _ends(name)
        arrow = _with_part(said.get(edge, Arrow()), key, value, name)
        return Plan.unchecked({table: {**said, edge: arrow}}, plan)
    if table == "modifiers":
        modifier, _, what = rest.partition(".")
        moved = modifier, _ends(what) if "->" in what else what.strip()
        return Plan.unchecked({table: {**said, moved: value}}, plan)
    if table in SIZES or table in NODES:
        parts = [part.strip() for part in rest.split("~")]
        names: tuple[Any, ...] = tuple(_ends(part) if table in SIZES else part for part in parts)
        wanted = names if len(names) > 1 else names[0]
        kept = {k: v for k, v in said.items() if isinstance(k, str) or sorted(k) != sorted(names)}
        return Plan.unchecked({table: {**kept, wanted: value}}, plan)
    if rest:
        return Plan.unchecked(
            {table: {**(said if isinstance(said, Mapping) else {}), rest.strip(): value}}, plan
        )
    if table in COUNTED and isinstance(said, Sizes) and isinstance(value, (int, float)):
        value = Sizes(value, said.cv)  # another mean, the same spread
    return Plan.unchecked({table: value}, plan)


def _with_part(arrow: Arrow, key: str, value: Any, name: str) -> Arrow:
    if key == "mean":
        return arrow.moved_to(value)
    if key == "between":
        return arrow.spread_to(value)
    if key != "cv":
        return replace(arrow, **{key: value})
    if arrow.average is None:
        raise InvalidPlanError(
            [f"{name}: a coefficient of variation needs a mean; state or vary the mean of this arrow too"]
        )
    return arrow.spread_to(abs(arrow.average) * value)


def _ends(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("->") if part.strip())
