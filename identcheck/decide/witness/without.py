"""Two worlds for one condition that is missing: they meet all the others of a strategy and differ in the effect."""

from __future__ import annotations

from identcheck.decide.conditions import UNNUMBERED
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.witness import Witness, find_witness
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError


def find_without(
    design: Design, estimand: Estimand, target: Target, strategy: Strategy | Composed | None, name: str
) -> Witness | None:
    """Look for two worlds that meet every condition but those of one name, and differ in the estimand.

    Args:
        design: the design.
        estimand: what is asked.
        target: its paths.
        strategy: what asks for the conditions.
        name: a numeral, "bypass", "everywhere", "shared" or "product".

    Raises:
        InvalidQuestionError: the strategy asks for nothing of that name, or the graph settles it.
    """
    wanted = str(name).strip().strip("()").lower()
    conditions = strategy.conditions if strategy is not None else ()
    asked = [c for c in conditions if c.asserted or not (c.implied or c.drawn)]
    known = [n for n in (*design.numerals, *UNNUMBERED) if n in {c.assumption for c in asked}]
    if wanted not in known:
        problem = f"{estimand} has no condition {name!r:.60} that a world could break; it has {listed(known) or 'none'}"
        raise InvalidQuestionError([problem])
    others = [c for c in asked if c.assumption != wanted]
    return find_witness(design, estimand, target, others)
