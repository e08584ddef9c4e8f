"""Columns that the data call otherwise than the design: checked, and as the code takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError, suggestion
from identcheck.report.code.effects import Wanted
from identcheck.report.code.names import column_problem

__all__ = ["columns_of"]


def columns_of(design: Design, wanted: Wanted, nodes: Sequence[str]) -> Mapping[str, str | tuple[str, str]]:
    """Of the nodes and modifiers of a script that the data call otherwise their columns; of arms also with a value, as written.

    Raises:
        InvalidQuestionError: a name of nothing in the design, or one that a language would obey.
    """
    known = (*design.order, *(modifier.name for modifier in design.modifiers))
    found: dict[str, str | tuple[str, str]] = {}
    problems = []
    for node, said in wanted.columns:
        column, *values = said if isinstance(said, tuple) else (said,)
        if node not in known:
            problems.append(f"columns: {node!r} is nothing in the design{suggestion(str(node), known)}")
        elif problem := column_problem(column, wanted.language):
            problems.append(f"the column of {node!r} is {column!r}; {problem}")
        elif values and node not in design.treatments:
            problems.append(f"columns: {node!r} is no arm; name a column of its own, without a value")
        elif values and (problem := _no_value(values[0])):
            problems.append(f"the value of {node!r} in {column!r} is {values[0]!r}; {problem}")
        elif node in nodes and (values or column != node):
            found[node] = (column, _written(values[0])) if values else column
    if problems:
        raise InvalidQuestionError(problems)
    return found


def _no_value(value: object) -> str:
    if isinstance(value, (int, float)):
        return ""
    if isinstance(value, str) and not column_problem(value, "r"):
        return ""
    return "give a number, or a word without quotes, '$' and backslashes"


def _written(value: object) -> str:
    """A value as all three languages have it: true and false as 1 and 0."""
    if isinstance(value, str):
        return f'"{value}"'
    return str(int(value)) if isinstance(value, bool) else str(value)
