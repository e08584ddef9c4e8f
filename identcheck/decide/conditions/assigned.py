"""(A) Ignorable assignment, where the graph contradicts it for a node whose contrasts a regression uses."""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.decide.conditions.base import WithoutMoments
from identcheck.derive.assignment import back_doors
from identcheck.derive.words import brief, capital, listed

__all__ = ["Assigned"]


@dataclass(frozen=True)
class Assigned(WithoutMoments):
    """The contrasts of arms in outcome and regressors are effects of treatment, assumption (viii).

    A design has it by randomization; it is a condition of a regression only where the graph draws a cause that
    treatment shares with one of these nodes, and then it is violated.
    """

    kind = "assigned"
    letter = "A"
    level = "design"
    reason = "contrasts of arms within a site are then effects of treatment"
    implied = ""

    @property
    def granted_by(self) -> tuple[str, ...]:
        return (self.numeral_for("vii", "viii"),)

    @property
    def statement(self) -> str:
        nodes = listed(
            [brief(self.design, n) for n in (*self.regression.regressors, self.regression.outcome)]
        )
        where = "" if self.design.sites == 1 else f", within each {self.design.word('site')}"
        return capital(
            f"assignment to {self._treatment} is independent of the values that {nodes} would take{where}.",
            self.design,
        )

    @property
    def latex(self) -> str:
        given = "" if self.design.sites == 1 else r" \mid s"
        return rf"T \perp \lbrace Y(t, m), M(t) \rbrace{given}"

    @property
    def violated(self) -> str:
        doors = back_doors(self.design)
        for node in (self.regression.outcome, *self.regression.regressors):
            if node in doors:
                door = doors[node]
                return (
                    f"the graph has {door.text}, so contrasts of arms in {brief(self.design, node)} mix the effect of "
                    f"{self._treatment} with that of a common cause"
                )
        return ""

    @property
    def _treatment(self) -> str:
        return listed([brief(self.design, arm) for arm in self.design.treatments], "or")
