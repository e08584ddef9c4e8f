"""Two worlds for one condition that is missing: they meet all the others of a strategy and differ in the effect."""

from __future__ import annotations

from collections.abc import Sequence

from identcheck.decide.conditions import Bypass, Condition, is_kind, shared_edges
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.witness import Witness, find_witness
from identcheck.derive.paths import edges_between
from identcheck.describe.design import Design

__all__ = ["find_without"]


def find_without(
    design: Design, estimand: Estimand, target: Target, conditions: Sequence[Condition], name: str
) -> Witness | None:
    """Look for two worlds that meet every condition but those of one name, and differ in the estimand.

    A bypass that a shared arrow is part of is left out with it: where the arrow differs between sites, the bypass moves with the
    compliances.

    Args:
        design: the design.
        estimand: what is asked.
        target: its paths.
        conditions: those of the strategy.
        name: a numeral, "bypass", "shared" or "product".
    """
    asked = (c for c in conditions if c.assumption != name and (c.declared or not (c.implied or c.drawn)))
    others = [c for c in asked if not (name == "shared" and _shares(c))]
    return find_witness(design, estimand, target, others)


def _shares(condition: Condition) -> bool:
    """Whether it is about a bypass that one of the shared arrows is part of."""
    if not is_kind(condition, Bypass):
        return False
    inside = edges_between(condition.design, *condition.effect)
    return not set(shared_edges(condition.regression)).isdisjoint(inside)
