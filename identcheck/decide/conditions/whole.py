"""What is the same of a regression whichever coefficient is wanted: its conditions but the rank, and what they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from identcheck.basics.once import once
from identcheck.decide.conditions.assigned import Assigned
from identcheck.decide.conditions.base import Asks, Condition, Ways
from identcheck.decide.conditions.between import Between
from identcheck.decide.conditions.cut import Cut
from identcheck.decide.conditions.everywhere import Everywhere
from identcheck.decide.conditions.linear import Linear
from identcheck.decide.conditions.rank import Rank
from identcheck.decide.conditions.regression import Regression
from identcheck.decide.conditions.shared import Shared, shared_edges
from identcheck.decide.conditions.uncorrelated import Bypass
from identcheck.decide.conditions.within import Within
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import reaches
from identcheck.derive.rank import StructuralRank
from identcheck.describe.design import Design

__all__ = ["Whole", "asked_by", "open_names", "whole_of"]


def open_names(conditions: Iterable[Condition]) -> Mapping[Ways, int]:
    """How many of some conditions are open, by the ways to grant them."""
    return Counter(c.ways for c in conditions if not c.implied)


def asked_by(conditions: Iterable[Condition]) -> Asks:
    """How much the open ones of some conditions ask for in all; the highest of their orders."""
    asks = [c.asks for c in conditions if not c.implied]
    sums = Asks(*map(sum, zip(*asks, strict=True))) if asks else Asks()
    return sums._replace(order=max((ask.order for ask in asks), default=0))


@dataclass(frozen=True)
class Whole:
    """The conditions of a regression that are the same for every coefficient.

    Attributes:
        regression: the regression.
    """

    regression: Regression

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """(A) where the graph contradicts it, (C), (W), (B), the bypasses and (S): see ``conditions_of``.

        (W) site by site is that of the regression over all sites, so it is one condition.
        """
        reg, doors = self.regression, back_doors(self.regression.design)
        assigned = (Assigned(reg),) if any(node in doors for node in (reg.outcome, *reg.regressors)) else ()
        if not reg.regressors:
            return (*assigned, Linear(reg)) if reg.moderators else assigned
        clean = tuple(arm for arm in reg.arms if arm not in reg.intercepts)
        moving = [u for u in reg.regressors if reaches(reg.design, u, reg.outcome, reg.fixed)]
        found: list[Condition] = [*assigned]
        found += [Cut(Regression(reg.design, reg.outcome, reg.regressors, clean))] if clean else []
        if reg.site_by_site:
            return (*found, *(Within(replace(reg, site_by_site=False), u) for u in moving))
        found += [Within(reg, u) for u in moving]
        found += [Between(reg, u) for u in moving]
        found += [Linear(reg)] if reg.moderators and Linear(reg).moderators else []
        found += [Bypass(reg, arm) for arm in reg.intercepts]
        return (*found, Shared(reg)) if shared_edges(reg) else tuple(found)

    @cached_property
    def excluded(self) -> bool:
        """Whether one of them cannot hold in this design."""
        return any(condition.violated for condition in self.conditions)

    @cached_property
    def asks(self) -> Asks:
        """How much they ask for in all."""
        return asked_by(self.conditions)

    @cached_property
    def open(self) -> Mapping[Ways, int]:
        """How many of them are open, by the ways to grant them."""
        return open_names(self.conditions)

    @cached_property
    def structure(self) -> StructuralRank:
        """The rank that the matrix can have, nothing else being asked for."""
        kind = Everywhere if self.regression.site_by_site else Rank
        return kind(self.regression, self.regression.columns[0]).structure

    @property
    def determined(self) -> frozenset[str]:
        """The columns that the matrix can determine."""
        return self.structure.identified


def whole_of(regression: Regression) -> Whole:
    """What is the same for every coefficient of a regression, worked out once."""
    reg = regression
    return _whole(reg.design, *reg.shape, reg.moderators, reg.site_by_site)


@once
def _whole(design: Design, *shape: object) -> Whole:
    return Whole(Regression(design, *shape))  # type: ignore[arg-type]  # as whole_of takes them from a regression
