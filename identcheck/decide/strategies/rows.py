"""Which arms a regression takes together: the rows of as many as ask for nothing more.

What an arm asks of a regression on W is its bypass, if that is open, and the arrows that its compliances share with
effects. It is the same whichever other arms there are, so a set of arms asks for what its arms ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import chain, combinations
from operator import or_
from typing import NamedTuple

from identcheck.basics.once import once
from identcheck.decide.conditions import Between, Bypass, Regression, Within, whole_of
from identcheck.decide.strategies.demand import ruled_out
from identcheck.decide.strategies.moderated_by import moderators_of
from identcheck.decide.strategies.strategy import Levels, Strategy, beside_granted
from identcheck.derive.routes import bits, routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import TRIED_ARMS

__all__ = ["ANYTHING", "NOTHING_OPEN", "Together", "fewer_together", "rows_of", "taken_together"]

ANYTHING, NOTHING_OPEN = -1, 0
"""What arms may ask for, as a set: whatever there is, and nothing."""


class Row(NamedTuple):
    """The rows of one arm in a regression of v on W.

    Attributes:
        arm: the arm, by its number.
        moved: the regressors that it moves, as a set.
        bypasses: whether it reaches v around them.
        idle: whether it does, and its compliances are the same in all sites, so that its intercept takes up all its rows say.
        asked: the arrows that it shares, and after these the arms whose bypass is open: this one, or none; as a set.
        barred: whether an arrow on its ways is declared correlated with one of an effect, so that no numeral grants a condition.
    """

    arm: int
    moved: int
    bypasses: bool
    idle: bool
    asked: int
    barred: bool = False


@once
def rows_of(design: Design, end: int, fixed: int) -> tuple[Row, ...]:
    """The rows of every arm in the regression of a node on a set of mediators."""
    routes = routes_of(design)
    leading = routes.leading(end, fixed)
    above = 0
    for u in bits(fixed):
        above |= routes.up[u]
    return tuple(_row(design, arm, end, fixed, leading, above) for arm in bits(routes.arms))


def _row(design: Design, arm: int, end: int, fixed: int, leading: int, above: int) -> Row:
    routes = routes_of(design)
    moved = fixed & routes.down[arm]
    bypasses = bool(routes.after[arm] & leading)
    alike = bypasses and not routes.varies("sites", routes.down[arm] & above)
    asked = 0
    if design.sites != 1:
        asked = routes.shared(moved, leading, above, routes.down[arm])
    if bypasses and not _implied(design, arm, end, moved):
        asked |= 1 << len(routes.edges) + arm
    return Row(arm, moved, bypasses, alike, asked, _barred(design, arm, end, moved))


def _barred(design: Design, arm: int, end: int, moved: int) -> bool:
    """Whether (vi) or (vii) is not granted of an arm's own compliances for want of what is declared."""
    if not moved or all(d.kind != "correlated" for d in design.declarations):
        return False
    routes = routes_of(design)
    reg = Regression(design, routes.nodes[end], routes.named(moved), (routes.nodes[arm],))
    return any(c.barred and not c.implied for u in reg.regressors for c in (Within(reg, u), Between(reg, u)))


def _implied(design: Design, arm: int, end: int, moved: int) -> bool:
    """Whether the bypass of an arm is known to be unrelated to its compliances."""
    names = routes_of(design).nodes
    own = (names[arm],)
    regression = Regression(design, names[end], routes_of(design).named(moved), own, own)
    return bool(Bypass(regression, names[arm]).implied)


@dataclass(frozen=True)
class Together:
    """Some arms whose rows one regression may take together.

    Attributes:
        design: the design.
        outcome: v.
        column: the regressor or the arm whose coefficient is wanted.
        granted: what is granted of every regression.
        rows: the rows of each arm.
    """

    design: Design
    outcome: str
    column: str
    granted: Levels
    rows: tuple[Row, ...]

    @cached_property
    def arms(self) -> int:
        """The arms, as a set."""
        return sum(1 << row.arm for row in self.rows)

    @cached_property
    def asked(self) -> int:
        """What their rows ask for."""
        return reduce(or_, (row.asked for row in self.rows), 0)

    @cached_property
    def moved(self) -> int:
        """The regressors that any of them moves."""
        return reduce(or_, (row.moved for row in self.rows), 0)

    @cached_property
    def strategy(self) -> Strategy:
        """Their regression."""
        return self._strategy(pooled=False)

    @property
    def strategies(self) -> Iterator[Strategy]:
        """Their regression, and the pooled one where that asks for less."""
        yield self.strategy
        reg = self.strategy.regression
        poolable = not reg.intercepts and self.design.sites != 1 and len(reg.arms) >= len(reg.regressors)
        if poolable and self.strategy.whole.asks.covariances:
            yield self._strategy(pooled=True)
        if self.design.modifiers and ruled_out(self.strategy):
            each = map(self._moderated, moderators_of(self.strategy.regression))
            yield from (s for s in each if s.whole.structure.full or ruled_out(s))

    def _moderated(self, moderators: tuple[str, ...]) -> Strategy:
        regression = replace(self.strategy.regression, moderators=moderators)
        return beside_granted(whole_of(regression).regression, self.column, self.granted)

    def _strategy(self, pooled: bool) -> Strategy:
        routes = routes_of(self.design)
        arms = tuple(routes.nodes[row.arm] for row in self.rows)
        around = tuple(routes.nodes[row.arm] for row in self.rows if row.bypasses)
        regression = Regression(self.design, self.outcome, routes.named(self.moved), arms, around, pooled)
        return beside_granted(whole_of(regression).regression, self.column, self.granted)

    def spoils(self, other: Together) -> bool:
        """Whether another choice is needless beside this one: it asks for more, or for the same with fewer arms.

        With fewer arms it may have a condition granted that is barred where another arm is among them.
        """
        if self.asked == other.asked:
            fewer = self.arms != other.arms and not other.arms & ~self.arms
            granted = {row.arm for row in self.rows if row.barred} > {
                row.arm for row in other.rows if row.barred
            }
            return fewer and not granted and not (self.design.modifiers and ruled_out(self.strategy))
        return not self.asked & ~other.asked and not ruled_out(self.strategy)


@once
def taken_together(
    design: Design, column: int, end: int, fixed: int, granted: Levels, most: int = ANYTHING
) -> tuple[Together, ...]:
    """The choices of arms for one set of regressors: as many arms together as ask for nothing more.

    Each must move a regressor, beside an intercept not alike everywhere, or be the column.

    Args:
        design: the design.
        column: the regressor or the arm whose coefficient is wanted, by its number.
        end: v.
        fixed: W.
        granted: what is granted of every regression.
        most: what they may ask for, as a set. Others make none of these needless, so they are not looked at.
    """
    found = [one for one in _every(design, column, end, fixed, granted) if not one.asked & ~most]
    kept: list[Together] = []
    for one in sorted(found, key=lambda some: (some.asked.bit_count(), -len(some.rows))):
        if not any(other.spoils(one) for other in kept):
            kept.append(one)
    return tuple(kept)


def fewer_together(
    design: Design, column: int, end: int, fixed: int, granted: Levels, spared: int
) -> Iterator[Together]:
    """The choices of arms, but for some, that ask for nothing less than one with more arms; but less may be open of them."""
    kept = taken_together(design, column, end, fixed, granted)
    for one in _every(design, column, end, fixed, granted):
        if not one.arms & spared and one not in kept:
            yield one


def _every(design: Design, column: int, end: int, fixed: int, granted: Levels) -> Iterator[Together]:
    routes = routes_of(design)
    shape = (design, routes.nodes[end], routes.nodes[column], granted)
    useful = [row for row in rows_of(design, end, fixed) if row.moved or row.arm == column]
    return (Together(*shape, rows) for rows in _choices(useful) if _has(rows, column))


def _choices(useful: Sequence[Row]) -> Iterator[tuple[Row, ...]]:
    """Every set of arms; of many arms each alone and all together."""
    sizes = range(1, len(useful) + 1) if len(useful) <= TRIED_ARMS.most else (1, len(useful))
    return chain.from_iterable(combinations(useful, size) for size in sizes)


def _has(rows: Sequence[Row], column: int) -> bool:
    """Whether the coefficient of the column is one of the regression's, no arm being idle beside it."""
    if any(row.idle and row.arm != column for row in rows):
        return False
    return any(row.moved >> column & 1 or (row.arm == column and row.bypasses) for row in rows)
