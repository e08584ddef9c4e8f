"""The effect along each arrow, made definite: mean, SD across sites, SD within sites."""

from __future__ import annotations

import math

import numpy as np

from identcheck.derive.words import listed
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.errors import suggestion
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.defaults import BY_ANALOGY, DEFAULT_MEANS, VARIATION, WITHIN, Default
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.problems import Path
from identcheck.plan.inputs.stated import WORDS, Arrow
from identcheck.plan.inputs.takeup import compliance, demand_takeup, sd_of_takeup, spread_of_takeup
from identcheck.plan.inputs.units import per

__all__ = ["LIKELY", "Arrows"]

LIKELY = 3.0
"""SDs of a variable beyond which an effect on it, or the spread of one, is taken for a mistake in its unit."""


class Arrows:
    """The numbers of the arrows of a world.

    Args:
        to: where inputs and problems are written down.
        world: the design with the suspected arrows.
        sds: the residual SD of each mediator and the outcome.
        sites: number of sites.
    """

    def __init__(self, to: Notes, world: Design, sds: dict[str, float], sites: int) -> None:
        self.sites = sites
        self.to = to
        self.world = world
        self.sds = sds
        self.variation = self._variation()

    def numbers(self, edges: tuple[Edge, ...]) -> tuple[Array, Array, Array]:
        """Means, SDs across sites and SDs within sites, (E,) each."""
        for edge in self.to.plan.arrows:
            if not self.to.design.causal.has_edge(*edge):
                known = {arrow_name(e): None for e in self.to.design.causal.edges}
                turned = arrow_name((edge[1], edge[0]))
                hint = f"; it has {turned}" if turned in known else suggestion(arrow_name(edge), known)
                hint = hint or f"; its arrows are {', '.join(known)}"
                self.to.report(
                    ("arrows", arrow_name(edge)),
                    f"{arrow_name(edge)} is no arrow of the design that carries an effect of treatment{hint}; an arrow "
                    "that may exist beside it goes under 'suspected'",
                )
        demand_takeup(self.to, self.world, self.sites)
        rows = [self._arrow(edge) for edge in edges]
        mean, between, within = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
        return mean, between, within

    def _arrow(self, edge: Edge) -> tuple[float, float, float]:
        suspected = edge in self.to.plan.suspected and not self.to.design.causal.has_edge(*edge)
        table = "suspected" if suspected else "arrows"
        said = (self.to.plan.suspected if suspected else self.to.plan.arrows).get(edge, Arrow())
        defaults = self._defaults(edge, suspected)
        values, spread = [], spread_of_takeup(self.to, said)
        for key, words in WORDS.items():
            given, what = getattr(said, key), f"{words} of {arrow_name(edge)}"
            if key == "mean":
                given = said.average
            elif key == "between" and spread is not None:
                given = spread.value
            value, default = self._number((table, arrow_name(edge), key), given, what, defaults[key], edge)
            if key == "mean" and said.takeup is not None:
                default = compliance(self.to, edge, said)
            if key == "between" and spread is not None:
                default = spread
            name = f"{what} (suspected)" if suspected else what
            self.to.note(name, f"{value:g}", self._edge_unit(edge), table, default, said.source)
            values.append(value)
        numbers = values[0], values[1], values[2]
        stated = any(getattr(said, key) is not None for key in WORDS)
        path = (table, arrow_name(edge), "between") if stated else ("variation",)
        _check_binary(self.to, self.world, edge, numbers, path)
        for key, value in zip(WORDS, values, strict=True):
            if getattr(said, key) is not None:
                self._question((table, arrow_name(edge), key), edge, value)
        return numbers

    def _question(self, path: Path, edge: Edge, value: float) -> None:
        """Note an effect, or a spread of effects, of more SDs than is likely."""
        tail, head = edge
        sd = self.sds[head]
        whole = tail in self.to.design.treatments or self.to.design.scales.get(tail) == "binary"
        moved = 1.0 if whole else self.sds[tail]
        if not sd > 0 or not abs(value) * moved > LIKELY * sd:
            return
        by = "" if whole else f" per SD of {tail}"
        self.to.questioned.append(
            (
                path,
                f"{WORDS[path[-1]]} of {path[1]} is {value:g}, which is {value * moved / sd:.3g} SDs of {head}{by}; effects "
                f"of more than {LIKELY:g} SDs are hardly ever found. If it is in units of {head}, state under residuals the "
                f"SD that {head} has within arms in these units (now {sd:g}); if it is a percentage, write {value / 100:g}",
            )
        )

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
            return default.value * self._scale(edge), self._in_units(default, edge)
        if constant and given and not math.isnan(given):
            self.to.report(
                path,
                f"{what} is {given:g}, but the design says that this effect is the same for {everyone} "
                f"(varies = {rule!r}); the nearest possible value is 0",
            )
            return math.nan, None
        return given, None

    def _defaults(self, edge: Edge, suspected: bool) -> dict[str, Default]:
        tail = "arm" if edge[0] in self.to.design.treatments else "mediator"
        head = "outcome" if edge[1] == self.to.design.outcome else "mediator"
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
            return VARIATION[said]
        return Default(said, self.to.plan.sources.get("variation", "the plan's own default (variation)"))

    def _scale(self, edge: Edge) -> float:
        """What a default in SDs is multiplied by to be in the units of an arrow."""
        head = self.sds[edge[1]]
        if edge[0] in self.to.design.treatments:
            return head
        return head / (self.sds[edge[0]] or 1.0)

    def _in_units(self, default: Default, edge: Edge) -> Default:
        """A default in SDs, with what its source says of the stated residual SDs that bring it into the units of an arrow."""
        known = {*self.to.plan.residuals, *self.to.plan.prevalence}
        stated = [node for node in reversed(edge) if node in known or sd_of_takeup(self.to, node)]
        if not default.value or not stated or self._scale(edge) == 1:
            return default
        return default._replace(
            source=f"{default.source}; in units of the stated residual SD of {listed(stated)}"
        )

    def _edge_unit(self, edge: Edge) -> str:
        head = self.to.unit(edge[1])
        return head if edge[0] in self.to.design.treatments else per(head, self.to.unit(edge[0]))


def _is_contrast(design: Design, edge: Edge) -> bool:
    """Whether a person's effect along an arrow is the difference of two values of a variable that is 0 or 1.

    So it is for an arrow from an arm where no mediator acts on the head, and for one from a binary mediator that
    alone acts on it: the effect is then -1, 0 or 1, and 0 or 1 if noncompliance is one-sided.
    """
    tail, head = edge
    if design.scales.get(head) != "binary":
        return False
    causes = set(design.causal.predecessors(head))
    if tail in design.treatments:
        return causes <= set(design.treatments)
    return causes == {tail} and design.scales.get(tail) == "binary"


def _check_binary(
    to: Notes, world: Design, edge: Edge, numbers: tuple[float, float, float], path: Path
) -> None:
    """Report a mean and SDs that no such effect has.

    The average of its square, mean^2 + SD across^2 + SD within^2, is at most 1, and at most the mean where
    noncompliance is one-sided.

    Args:
        to: where problems are written down.
        world: the design with the suspected arrows.
        edge: the arrow.
        numbers: its mean, SD across sites and SD within sites; NaN where something is wrong already.
        path: where a problem with the SDs is to be fixed.
    """
    mean, *spreads = numbers
    if not _is_contrast(world, edge) or math.isnan(mean):
        return
    one_sided = world.graph.edges[edge].get("noncompliance") == "one-sided"
    least, name, kind = (0 if one_sided else -1), arrow_name(edge), "0 or 1" if one_sided else "-1, 0 or 1"
    reason = f"{edge[1]} is binary{' and noncompliance one-sided' if one_sided else ''}, so that the effect is {kind}"
    if not least <= mean <= 1:
        to.report(
            (*path[:2], "mean"),
            f"mean of {name} is {mean:g}, but {reason}; the nearest possible value is {1 if mean > 1 else least}",
        )
        return
    if math.isnan(sum(spreads)):
        return
    room = (mean if one_sided else 1.0) - mean**2
    square = sum(spread**2 for spread in spreads)
    if square > room + 1e-9:
        factor = math.floor(1000 * math.sqrt(room / square)) / 1000
        to.report(
            path,
            f"SDs of {name} are {spreads[0]:g} across and {spreads[1]:g} within sites, but {reason}, and with a mean of "
            f"{mean:g} its variance is at most {room:g}; the nearest possible SDs in the same proportions are {factor:g} "
            "times as large",
        )
