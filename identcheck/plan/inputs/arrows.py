"""The effect along each arrow, made definite: mean, SD across sites, SD within sites."""

from __future__ import annotations

import math

import numpy as np

from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.errors import suggestion
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.binary import check_binary
from identcheck.plan.inputs.collecting import MOST_UNLIKELY, Ledger, Path, arrow_name
from identcheck.plan.inputs.defaults import BY_ANALOGY, DEFAULT_MEANS, VARIATION, WITHIN, Default
from identcheck.plan.inputs.parts import WORDS, Arrow

__all__ = ["Arrows"]


class Arrows:
    """The numbers of the arrows of a world.

    Args:
        to: where inputs and problems are written down.
        world: the design with the suspected arrows.
        sds: the residual SD of each mediator and the outcome.
    """

    def __init__(self, to: Ledger, world: Design, sds: dict[str, float]) -> None:
        self.to = to
        self.design = to.design
        self.world = world
        self.sds = sds
        self.variation = self._variation()

    def numbers(self, edges: tuple[Edge, ...]) -> tuple[Array, Array, Array]:
        """Means, SDs across sites and SDs within sites, (E,) each."""
        for edge in self.to.plan.arrows:
            if not self.design.causal.has_edge(*edge):
                known = {arrow_name(e): None for e in self.design.causal.edges}
                hint = suggestion(arrow_name(edge), known) or f"; its arrows are {', '.join(known)}"
                self.to.report(
                    ("arrows", arrow_name(edge)),
                    f"{arrow_name(edge)} is no arrow of the design that carries an effect of treatment{hint}; an arrow "
                    "that may exist beside it goes under 'suspected'",
                )
        rows = [self._arrow(edge) for edge in edges]
        mean, between, within = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
        return mean, between, within

    def _arrow(self, edge: Edge) -> tuple[float, float, float]:
        suspected = edge in self.to.plan.suspected and not self.design.causal.has_edge(*edge)
        table = "suspected" if suspected else "arrows"
        said = (self.to.plan.suspected if suspected else self.to.plan.arrows).get(edge, Arrow())
        defaults = self._defaults(edge, suspected)
        values = []
        for key, words in WORDS.items():
            given, what = getattr(said, key), f"{words} of {arrow_name(edge)}"
            value, default = self._number((table, arrow_name(edge), key), given, what, defaults[key], edge)
            name = f"{what} (suspected)" if suspected else what
            self.to.note(name, f"{value:g}", self._edge_unit(edge), table, default, said.source)
            values.append(value)
        numbers = values[0], values[1], values[2]
        stated = any(getattr(said, key) is not None for key in WORDS)
        path = (table, arrow_name(edge), "between") if stated else ("variation",)
        check_binary(self.to, self.world, edge, numbers, path)
        return numbers

    def _number(
        self, path: Path, given: float | None, what: str, default: Default, edge: Edge
    ) -> tuple[float, Default | None]:
        """One number of an arrow, NaN where something is wrong with it, and the default if it is one."""
        key, rule = path[-1], self.world.varies(*edge)
        constant = rule in {"between": ("none",), "within": ("none", "sites")}.get(key, ())
        everyone = "everyone" if rule == "none" else "everyone within a site"
        if given is None:
            if constant and default.value:
                return 0.0, Default(0.0, f"the design: the same for {everyone}", guess=False)
            return default.value * self._scale(edge), default
        value = self.to.number(path, given, what, low=-MOST_UNLIKELY if key == "mean" else 0.0)
        if constant and value:
            self.to.report(
                path,
                f"{what} is {value:g}, but the design says that this effect is the same for {everyone} "
                f"(varies = {rule!r}); the nearest possible value is 0",
            )
            value = None
        return math.nan if value is None else value, None

    def _defaults(self, edge: Edge, suspected: bool) -> dict[str, Default]:
        tail = "arm" if edge[0] in self.design.treatments else "mediator"
        head = "outcome" if edge[1] == self.design.outcome else "mediator"
        mean = DEFAULT_MEANS[f"{tail} to {head}"]
        return {
            "mean": mean,
            "between": Default(0.0, WITHIN.source) if suspected else self._spread(tail),
            "within": WITHIN,
        }

    def _spread(self, tail: str) -> Default:
        """The default for the cross-site SD; the trials behind it looked at effects of treatment only."""
        stated = self.variation not in VARIATION.values()
        if tail == "arm" or stated:
            return self.variation
        return self.variation._replace(source=BY_ANALOGY + self.variation.source)

    def _variation(self) -> Default:
        """The default for the cross-site SD of effects, in standard deviations."""
        said = self.to.plan.variation
        if isinstance(said, str):
            if said in VARIATION:
                return VARIATION[said]
            self.to.report(
                ("variation",),
                f"variation is {said!r}{suggestion(said, VARIATION)}; it is one of {', '.join(VARIATION)}, or a number of SDs",
            )
            return VARIATION["modest"]
        value = self.to.number(("variation",), said, low=0.0)
        return Default(
            value or 0.0, self.to.plan.sources.get("variation", "the plan's own default (variation)")
        )

    def _scale(self, edge: Edge) -> float:
        """What a default in SDs is multiplied by to be in the units of an arrow."""
        head = self.sds[edge[1]]
        if edge[0] in self.design.treatments:
            return head
        return head / (self.sds[edge[0]] or 1.0)

    def _edge_unit(self, edge: Edge) -> str:
        head = self.to.unit(edge[1])
        return head if edge[0] in self.design.treatments else f"{head} per {self.to.unit(edge[0])}"
