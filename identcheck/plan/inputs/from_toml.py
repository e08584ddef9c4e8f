"""A plan from the table [plan] of a design file, or the key "plan" of one in JSON."""

from __future__ import annotations

import os

from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError
from identcheck.formats import PARSERS, format_of
from identcheck.formats.design_file import design_of
from identcheck.formats.plan_table import PlanTable, plan_table
from identcheck.formats.source import text_of
from identcheck.plan.inputs.anticipate import resolved
from identcheck.plan.inputs.plan import Arrow, Plan, Sizes

__all__ = ["plan_from_file", "plan_from_text"]


def plan_from_file(path: str | os.PathLike[str]) -> Plan:
    """Read the plan of a design file; see :meth:`Plan.from_toml`. A graph from another program has none: defaults."""
    text, source = text_of(path)
    return plan_from_text(text, source, format_of(path, text))


def plan_from_text(text: str, source: str = "<text>", format: str = "toml") -> Plan:
    """Read the plan of a design; in a format that has none, a plan of defaults.

    Args:
        text: what a design file holds.
        source: the file's name for error messages.
        format: the format's name, such as "toml" or "json".

    Raises:
        FormatError: malformed text, with its place.
        InvalidDesignError: the text describes no design, with every problem.
        InvalidPlanError: every wrong key, and every number that is impossible or fits nothing in the design,
            each with its line.
    """
    if format not in PARSERS:
        return Plan()
    document, places = PARSERS[format](text, source)
    design = design_of(document, places)
    table = plan_table(document, places)
    plan = _plan_of(table)
    problems = table.problems + _problems(design, plan, table)
    if problems:
        raise InvalidPlanError(table.places.worded(problems))
    return plan


def _plan_of(table: PlanTable) -> Plan:
    said = dict(table.said)
    for name in ("arrows", "suspected"):
        said[name] = {edge: Arrow(**numbers) for edge, numbers in said.get(name, {}).items()}
    if isinstance(said.get("persons"), dict):
        said["persons"] = Sizes(**said["persons"])
    return Plan.unchecked(said)


def _problems(design: Design, plan: Plan, table: PlanTable) -> list[tuple[tuple[str, ...], str]]:
    """What is wrong with the numbers, each with the key that says it."""
    _, ledger = resolved(design, plan)
    return [(table.key_of(path), problem) for path, problem in ledger.found]
