"""What goes into a plan's numbers and what is wrong with them, written down while they are made definite."""

from __future__ import annotations

import math

import numpy as np

from identcheck.declarations import Edge
from identcheck.design import Design
from identcheck.planning.anticipated import Input
from identcheck.planning.defaults import Default
from identcheck.planning.plan import Plan

__all__ = ["Ledger", "Path", "arrow_name"]

Path = tuple[str, ...]
"""Where a number stands in the plan: the keys of its table."""

MOST_UNLIKELY = 1e6
"""Numbers beyond this are taken for slips of the pen."""


def arrow_name(edge: Edge) -> str:
    """An arrow as the design file writes it."""
    return f"{edge[0]} -> {edge[1]}"


class Ledger:
    """The inputs of one plan for one design, each with its source, and every problem found with them."""

    def __init__(self, design: Design, plan: Plan) -> None:
        self.design = design
        self.plan = plan
        self.found: list[tuple[Path, str]] = []
        self.inputs: list[Input] = []

    @property
    def problems(self) -> list[str]:
        """Every problem in words, each after the name of the field it is in."""
        return [f"{path[0]}: {text}" for path, text in self.found]

    def report(self, path: Path, problem: str) -> None:
        """Add a problem with the number at a path."""
        self.found.append((path, problem))

    def note(
        self, name: str, value: str, unit: str, key: str, default: Default | None, source: str = ""
    ) -> None:
        """Record an input with its source."""
        said = source or self.plan.sources.get(key, "")
        given = said or "stated in the plan, without a source"
        self.inputs.append(
            Input(name, value, unit, default.source if default else given, default is not None)
        )

    def number(
        self,
        path: Path,
        value: object,
        what: str = "",
        low: float = -MOST_UNLIKELY,
        high: float = MOST_UNLIKELY,
        strict: bool = False,
    ) -> float | None:
        """A finite number between bounds; anything else is a problem and gives None."""
        subject = what or " ".join(path)
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            self.report(path, f"{subject} is {value!r}, expected a number")
            return None
        given = float(value)
        inside = low < given < high if strict else low <= given <= high
        if math.isnan(given) or not inside:
            bounds = f"{'strictly ' if strict else ''}between {low:g} and {high:g}"
            if math.isnan(given):
                nearest = ""
            elif strict:
                nearest = f"; the nearest round value is {low + 0.01 if given <= low else high - 0.01:g}"
            else:
                nearest = f"; the nearest possible value is {low if given < low else high:g}"
            self.report(path, f"{subject} is {given:g}; it lies {bounds}{nearest}")
            return None
        return given

    def unit(self, node: str) -> str:
        """The unit of a node in words."""
        if node in self.plan.units:
            return self.plan.units[node]
        binary = self.design.scales.get(node) == "binary"
        return "probability" if binary else f"SD of {node}"
