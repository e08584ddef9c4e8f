"""What is noted down while a plan is made definite for a design: every input with its source, and every problem."""

from __future__ import annotations

from collections.abc import Sequence

from identcheck.describe.design import Design
from identcheck.errors import suggestion
from identcheck.plan.inputs.anticipated import Input
from identcheck.plan.inputs.checks import checked
from identcheck.plan.inputs.defaults import Default
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.problems import Path, Problems

__all__ = ["Notes"]


class Notes(Problems):
    """The inputs of one plan for one design, each with its source, and every problem found with them.

    Args:
        design: the design.
        stated: what the user said.

    Attributes:
        design: the design.
        stated: what the user said.
        plan: the same without what is impossible by itself.
        found: where each problem is, and what it is.
        inputs: each number in words, with its source.
    """

    def __init__(self, design: Design, stated: Plan) -> None:
        super().__init__()
        self.design = design
        self.stated = stated
        self.inputs: list[Input] = []
        self.plan = Plan.unchecked(checked(stated, self, design), stated)

    def note(
        self, name: str, value: str, unit: str, key: str, default: Default | None, source: str = ""
    ) -> None:
        """Record an input with its source."""
        said = source or self.plan.sources.get(key, "")
        given = said or "stated in the plan, without a source"
        self.inputs.append(
            Input(
                name, value, unit, default.source if default else given, default is not None and default.guess
            )
        )

    def unit(self, node: str) -> str:
        """The unit of a node in words."""
        if node in self.plan.units:
            return self.plan.units[node]
        binary = self.design.scales.get(node) == "binary"
        return "probability" if binary else f"SD of {node}"

    def no_node(self, nodes: Sequence[str], path: Path, node: str) -> None:
        """Report a name that is no mediator and not the outcome."""
        hint = suggestion(node, nodes) or f"; they are {', '.join(map(repr, nodes))}"
        self.report(path, f"{node!r} is no mediator and not the outcome{hint}")
