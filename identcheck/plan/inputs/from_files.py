"""Plans read from design files: the table [plan] of TOML, or the key "plan" of JSON."""

from __future__ import annotations

import os
from collections.abc import Collection

from identcheck.errors import InvalidPlanError
from identcheck.formats import DESIGN_FILES, format_of, read_document
from identcheck.formats.design_file import design_of
from identcheck.formats.plan_table import PlanTable, plan_table
from identcheck.formats.source import text_of
from identcheck.plan.inputs.anticipate import resolved
from identcheck.plan.inputs.counts import COUNTED
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.plan import Arrow, Plan, Sizes

__all__ = ["plan_from_file", "plan_from_text", "questions_in"]


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
    if format not in DESIGN_FILES:
        return Plan()
    plan, table, notes = _read(text, source, format)
    problems = table.problems + [(table.key_of(path), problem) for path, problem in notes.found]
    if problems:
        raise InvalidPlanError(table.places.worded(problems))
    return plan


def questions_in(path: str | os.PathLike[str], varied: Collection[str] = ()) -> list[str]:
    """What the plan of a design file anticipates that is possible and hardly likely, each with its line.

    Args:
        path: the file.
        varied: fields that take other values, such as "sites" and "arrows.T -> M.mean"; nothing is asked of them.
    """
    text, source = text_of(path)
    format = format_of(path, text)
    if format not in DESIGN_FILES:
        return []
    _, table, notes = _read(text, source, format)
    there = f" (the design's stands in line {line})" if (line := table.places.line(("sites",))) else ""
    return table.places.worded(
        [
            (table.key_of(path), question + there * (path == ("sites",)))
            for path, question in notes.questioned
            if ".".join(path) not in varied
        ]
    )


def _read(text: str, source: str, format: str) -> tuple[Plan, PlanTable, Notes]:
    document, places = read_document(text, format, source)
    design = design_of(document, places)
    table = plan_table(document, places)
    plan = _plan_of(table)
    return plan, table, resolved(design, plan)[1]


def _plan_of(table: PlanTable) -> Plan:
    said = dict(table.said)
    for name in ("arrows", "suspected"):
        said[name] = {edge: Arrow(**numbers) for edge, numbers in said.get(name, {}).items()}
    for name in COUNTED:
        if isinstance(said.get(name), dict):
            said[name] = Sizes(**said[name])
    return Plan.unchecked(said)
