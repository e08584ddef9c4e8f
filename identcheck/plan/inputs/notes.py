"""What is noted down while a plan is made definite for a design: every number with its source, and every problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from identcheck.describe.design import Design
from identcheck.errors import suggestion
from identcheck.plan.inputs.checks import checked
from identcheck.plan.inputs.defaults import Default
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.problems import Path, Problems
from identcheck.plan.inputs.units import node_unit
from identcheck.tables.table import Column

__all__ = ["INPUTS", "Input", "Notes"]

INPUTS = (
    Column("name", "input", "what is anticipated"),
    Column("value", "value", "the number, or several, as text"),
    Column("unit", "unit", "the unit of the number"),
    Column("default", "default", "'default' where the plan left the number out"),
    Column("source", "source", "where the number is from"),
)


@dataclass(frozen=True)
class Input:
    """One input of a plan, as the outputs list it.

    Attributes:
        name: what it is, such as "mean of T -> M".
        value: the number (or several), as text.
        unit: its unit in words.
        source: where it is from.
        default: whether the plan left it out.
    """

    name: str
    value: str
    unit: str
    source: str
    default: bool


class Notes(Problems):
    """The inputs of one plan for one design, each with its source, and every problem found with them.

    Args:
        design: the design.
        stated: what the user said.
        derived: the source of each residual SD that was worked out from others, by node.

    Attributes:
        design: the design.
        stated: what the user said.
        derived: the source of each residual SD that was worked out from others, by node.
        plan: the same without what is impossible by itself.
        found: where each problem is, and what it is.
        inputs: each number in words, with its source.
        questioned: where each number is that is possible and hardly likely, and what is said of it.
    """

    def __init__(self, design: Design, stated: Plan, derived: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.questioned: list[tuple[Path, str]] = []
        self.design = design
        self.stated = stated
        self.derived = derived or {}
        self.inputs: list[Input] = []
        self.plan = Plan.unchecked(checked(stated, self, design), stated)

    def note(
        self, name: str, value: str, unit: str, key: str, default: Default | None, source: str = ""
    ) -> None:
        """Record an input with its source."""
        given = source or self.plan.sources.get(key) or "stated, without a source"
        self.inputs.append(
            Input(
                name, value, unit, default.source if default else given, default is not None and default.guess
            )
        )

    def unit(self, node: str) -> str:
        """The unit of a node in words."""
        return node_unit(self.plan, self.design, node)

    def no_node(self, nodes: Sequence[str], path: Path, node: str) -> None:
        """Report a name that is no mediator and not the outcome."""
        hint = suggestion(node, nodes) or f"; they are {', '.join(map(repr, nodes))}"
        self.report(path, f"{node!r} is no mediator and not the outcome{hint}")
