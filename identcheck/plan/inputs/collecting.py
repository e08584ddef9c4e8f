"""What goes into a plan's numbers and what is wrong with them, written down while they are made definite."""

from __future__ import annotations

from identcheck.describe.design import Design
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.anticipated import Input
from identcheck.plan.inputs.defaults import Default
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.problems import MOST_UNLIKELY, Path, Problems
from identcheck.plan.inputs.well_formed import well_shaped

__all__ = ["MOST_UNLIKELY", "Ledger", "Path", "arrow_name"]


class Ledger(Problems):
    """The inputs of one plan for one design, each with its source, and every problem found with them.

    Args:
        design: the design.
        plan: what the user said.

    Attributes:
        design: the design.
        plan: what the user said, without the entries of tables that cannot be told what they are of.
        found: where each problem is, and what it is.
        inputs: each number in words, with its source.
    """

    def __init__(self, design: Design, plan: Plan) -> None:
        self.design = design
        super().__init__()
        self.inputs: list[Input] = []
        self.plan = Plan.unchecked(well_shaped(plan, self.report), plan)

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
