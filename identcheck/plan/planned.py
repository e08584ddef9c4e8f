"""A planned number that a condition excludes, and what to make of it, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from identcheck.decide.conditions import Condition, condition_name
from identcheck.derive.words import listed
from identcheck.describe.declarations import Edge

__all__ = ["CHANGE", "UNRELATED", "Planned", "claim_of", "claimed"]

CHANGE = "Change the number, or do not claim that it is the same everywhere."
UNRELATED = "require them to be unrelated"


@dataclass(frozen=True)
class Planned:
    """One planned number that a condition excludes.

    Attributes:
        name: of the condition.
        what: what the number is of, by which numbers are told apart.
        planned: a clause that says what is planned: "reading at home is planned to ... (SD 0.10)".
        needs: a clause that says what the condition needs instead: "require the same response in every site".
        then: a sentence on what to make of it.
        default: whether it is a default.
        edge: the arrow that is to be the same everywhere; None where the number is another.
    """

    name: str
    what: str
    planned: str
    needs: str
    then: str
    default: bool = False
    edge: Edge | None = None


def claimed(names: Sequence[str]) -> str:
    """What a plan with such numbers contradicts: the claim that conditions hold, by their names."""
    hold = "holds" if len(names) == 1 else "hold"
    return f"The bias that follows is among the numbers; a claim that {listed(names)} {hold} contradicts the plan."


def claim_of(condition: Condition) -> str:
    """What a plan with such numbers contradicts: the claim that this condition holds."""
    return claimed([condition_name(condition)])
