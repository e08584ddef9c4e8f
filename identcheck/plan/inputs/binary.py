"""What the effects on a variable with the values 0 and 1 can be."""

from __future__ import annotations

import math

from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.plan.inputs.collecting import Ledger, Path, arrow_name

__all__ = ["check_binary", "is_contrast"]


def is_contrast(design: Design, edge: Edge) -> bool:
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


def check_binary(
    to: Ledger, world: Design, edge: Edge, numbers: tuple[float, float, float], path: Path
) -> None:
    """Report a mean and SDs that no such effect has.

    The average of its square, mean^2 + SD across^2 + SD within^2, is at most 1, and at most the mean where
    noncompliance is one-sided.

    Args:
        to: where problems are written down.
        world: the design with the suspected arrows.
        edge: the arrow.
        numbers: its mean, SD across sites and SD within sites; NaN where something is wrong already.
        path: where a problem with the SDs is to be mended.
    """
    mean, *spreads = numbers
    if not is_contrast(world, edge) or math.isnan(mean):
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
