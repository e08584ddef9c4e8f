"""Which strategies identify an effect: single regressions first, compositions of several where none will do.

Arms that the regressors cut from the node go through the origin; arms with a bypass get an intercept. A bypass
that no measured mediator could carry is unavoidable; one that leaves a measured mediator to the intercept asks
for a bypass assumption by choice, and is listed after all others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations

from identcheck.basics.once import once
from identcheck.decide.conditions import Bypass, Rank, Regression, is_kind, shared_edges
from identcheck.decide.estimands import Target
from identcheck.decide.strategies.candidates import Serving
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.composition import compositions
from identcheck.decide.strategies.demand import asks_all_of, demand, ruled_out
from identcheck.decide.strategies.strategy import Levels, Strategy, beside_granted, jointly, levels_granted
from identcheck.decide.strategies.unaided import unaided
from identcheck.derive.jointly.beside import NOTHING
from identcheck.derive.paths import any_varies, count_paths, reaches
from identcheck.derive.routes import routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import JOINTS, TRIED_ARMS

__all__ = ["Search", "find_strategies"]


@dataclass(frozen=True)
class Search:
    """The strategies for a target, looked for as far as they are asked for.

    Attributes:
        design: the design.
        target: the effect.
        granted: at which levels the conditions of every regression on compliances and effects are granted; a rank
            that cannot hold beside them is excluded.
    """

    design: Design
    target: Target
    granted: Levels = frozenset()

    @cached_property
    def regressions(self) -> tuple[Strategy, ...]:
        """The single regressions that bypass no more than must be, the least demanding first."""
        return _regressions(self.design, self.target, self.granted)[0]

    @cached_property
    def by_choice(self) -> tuple[Strategy, ...]:
        """Regressions that leave a measured mediator to an intercept; a bypass by choice."""
        return _by_choice(self.design, self.target, self.granted)[0]

    @cached_property
    def strategies(self) -> tuple[Strategy | Composed, ...]:
        """All of them but those by choice, the least demanding first.

        Compositions are looked for where no single regression asks only for what numbered assumptions grant.
        """
        composed, _ = self._composed
        return tuple(sorted((*self.regressions, *composed), key=demand)) if composed else self.regressions

    @cached_property
    def _composed(self) -> tuple[tuple[Composed, ...], str]:
        if self.target.empty or any(not _beyond_numerals(s) for s in self.regressions):
            return (), ""
        if len(self.target.inner) > JOINTS.most and any(not ruled_out(s) for s in self.regressions):
            return (
                (),
                f"with {len(self.target.inner)} nodes on the way no composition of regressions was tried",
            )
        found, note = compositions(
            self.design, self.target, lambda part: _easiest(self.design, part, self.granted)
        )
        several = [c for c in found if len(c.terms) + len(c.terms[0].factors) > 2]
        checked = [jointly(self.design, c, self.granted) for c in several]
        usable = [c for c in checked if not ruled_out(c)]
        kept = _minimal_compositions(usable, self.regressions)
        if kept or any(not ruled_out(s) for s in self.regressions):
            return tuple(kept), note
        return tuple(c for c in checked if ruled_out(c))[:1], note  # for the reason why there is none

    @property
    def note(self) -> str:
        """What was not looked at, or "" where the search was exhaustive."""
        notes = (
            _regressions(self.design, self.target, self.granted)[1],
            self._composed[1],
            _by_choice(self.design, self.target, self.granted)[1],
        )
        return "; ".join(n for n in notes if n)

    @property
    def settled(self) -> bool:
        """Whether no other strategy can have its conditions met where no single regression has.

        So it is for the effect of a measured mediator where everything is measured and neither design nor
        declarations imply a condition: every regression then asks for (W), (B) and (R), a bypass by choice is
        open, and a composition multiplies effects of mediators, which asks for a product condition. Declarations
        that imply a condition of single regressions alone change nothing of that.
        """
        design = self.design
        declared = bool(design.declarations)
        live = any(not ruled_out(s) for s in self.regressions if not (declared and s.pooled))
        return (
            live
            and design.sites != 1
            and not design.unobserved
            and self.target.route is None
            and self.target.source not in design.treatments
            and routes_of(design).varying["persons"].bit_count() == len(routes_of(design).edges)
            and (not declared or unaided(design, self.target))
        )


def find_strategies(design: Design, target: Target, granted: Collection[str] = ()) -> Search:
    """Every strategy for a target, none of which asks for all that another asks for.

    Args:
        design: the design.
        target: the effect.
        granted: the numerals that are granted for every regression. What they exclude is ruled out.
    """
    return Search(design, target, levels_granted(design, granted))


@once
def _regressions(design: Design, target: Target, granted: Levels) -> tuple[tuple[Strategy, ...], str]:
    """The single regressions that bypass no more than must be, and what was not tried."""
    if target.empty:
        return (), ""
    if _is_contrast(design, target):
        regression = Regression(design, target.target, (), (target.source,), (target.source,))
        return (Strategy(regression, target.source),), ""
    serving = Serving(design, target)
    if not serving.possible:
        return (), ""
    found, note = _on_least_sets(design, target, granted)
    kept = _minimal([s for s in found if not _spares(serving, s)], [])
    return tuple(sorted(kept, key=demand) if len(kept) > 1 else kept), note


@once
def _by_choice(design: Design, target: Target, granted: Levels) -> tuple[tuple[Strategy, ...], str]:
    serving = Serving(design, target)
    if target.empty or _is_contrast(design, target) or not serving.possible:
        return (), ""
    more, note = serving.sparing_sets()
    found = chain(
        _on_least_sets(design, target, granted)[0],
        (s for regressors in more for s in _strategies_on(design, target, regressors, granted)),
    )
    kept = _minimal(
        [s for s in dict.fromkeys(found) if _spares(serving, s)], _regressions(design, target, granted)[0]
    )
    return tuple(sorted(kept, key=demand)), note


@once
def _on_least_sets(design: Design, target: Target, granted: Levels) -> tuple[tuple[Strategy, ...], str]:
    """The regressions on the sets that bypass no more than must be, each once, and what was not tried."""
    sets, note = Serving(design, target).sets()
    found = (s for regressors in sets for s in _strategies_on(design, target, regressors, granted))
    return tuple(dict.fromkeys(found)), note


def _spares(serving: Serving, strategy: Strategy) -> bool:
    """Whether a bypass of the strategy holds what a measured mediator could carry."""
    left = serving.bypasses(set(strategy.regressors) - serving.required)
    arms = serving.design.treatments
    both = zip(arms, left, serving.unavoidable, strict=True)
    return any(now != least for arm, now, least in both if arm in strategy.regression.intercepts)


def _is_contrast(design: Design, target: Target) -> bool:
    """The effect of an arm on a measured node over all paths: identified by (viii) alone."""
    return (
        target.source in design.treatments
        and target.target not in design.unobserved
        and Serving(design, target).paths == count_paths(design, target.source, target.target)
    )


def _strategies_on(
    design: Design, target: Target, regressors: tuple[str, ...], granted: Levels
) -> Iterator[Strategy]:
    """The regressions on one set of regressors: as many arms together as ask for nothing more."""
    kept: list[tuple[frozenset[object], Strategy]] = []
    found = [(_not_granted(s.regression), s) for s in _by_arms(design, target, regressors, granted)]
    for asked, strategy in sorted(found, key=lambda pair: (len(pair[0]), -len(pair[1].arms))):
        arms = set(strategy.arms)
        if not any(
            (before < asked and not ruled_out(other)) or (before == asked and arms < set(other.arms))
            for before, other in kept
        ):
            kept.append((asked, strategy))
    for _, strategy in kept:
        yield strategy
        reg = strategy.regression
        poolable = not reg.intercepts and design.sites != 1 and len(reg.arms) >= len(reg.regressors)
        if poolable and any(c.asks.covariances and not c.implied for c in strategy.conditions):
            yield beside_granted(replace(reg, pooled=True), strategy.column, granted)


def _by_arms(
    design: Design, target: Target, regressors: tuple[str, ...], granted: Levels
) -> Iterator[Strategy]:
    """For every set of arms: each must move a regressor, beside an intercept not alike everywhere, or be the column."""
    v, column = target.target, target.source
    useful = [a for a in design.treatments if a == column or any(reaches(design, a, u) for u in regressors)]
    sizes = range(1, len(useful) + 1) if len(useful) <= TRIED_ARMS.most else (1, len(useful))
    for arms in chain.from_iterable(combinations(useful, size) for size in sizes):
        moved = tuple(u for u in regressors if any(reaches(design, arm, u) for arm in arms))
        bypassing = tuple(arm for arm in arms if reaches(design, arm, v, moved))
        idle = (  # an intercept takes up all that the arm's rows say: its compliances are the same in all sites
            arm != column and not any(any_varies(design, "sites", arm, u) for u in moved) for arm in bypassing
        )
        if not any(idle) and column in (bypassing if column in design.treatments else moved):
            yield beside_granted(Regression(design, v, moved, arms, bypassing), column, granted)


def _not_granted(regression: Regression) -> frozenset[object]:
    """The open bypasses and shared arrows of a regression."""
    bypasses = (Bypass(regression, arm) for arm in regression.intercepts)
    return frozenset([*(b.arm for b in bypasses if not b.implied), *shared_edges(regression)])


def _minimal(strategies: Sequence[Strategy], others: Iterable[Strategy]) -> list[Strategy]:
    """Leave out what asks for all that another of them asks for; of equals the first stays."""
    alive = [s for s in (*strategies, *others) if not ruled_out(s)]
    kept: list[Strategy] = []
    for place, one in enumerate(strategies):
        rivals = (s for s in alive if s != one and s.column == one.column)
        more = any(
            asks_all_of(one.regression, s.regression)
            and not (s in strategies[place:] and asks_all_of(s.regression, one.regression))
            for s in rivals
        )
        if not more:
            kept.append(one)
    return kept


def _minimal_compositions(composed: list[Composed], plain: Iterable[Strategy | Composed]) -> list[Composed]:
    """Leave out what asks for every open condition of another strategy."""
    asked = {s: _asked(s) for s in (*plain, *composed) if not ruled_out(s)}
    return [
        one
        for place, one in enumerate(composed)
        if not any(
            asked[other] < asked[one] or (asked[other] == asked[one] and other in composed[:place])
            for other in asked
            if other is not one
        )
    ]


def _asked(strategy: Strategy | Composed) -> frozenset[object]:
    """The open conditions; the rank of a regression that can have full rank is one condition for all columns."""
    return frozenset(
        (c.regression, c.structure.columns) if is_kind(c, Rank) and c.structure.full else c
        for c in strategy.conditions
        if not c.implied
    )


def _beyond_numerals(strategy: Strategy | Composed) -> bool:
    """Whether it is ruled out, or asks for something open that none of the numbered assumptions grants."""
    return ruled_out(strategy) or any(not c.granted_by and not c.implied for c in strategy.conditions)


def _easiest(design: Design, target: Target, granted: Levels) -> Strategy | None:
    """The least demanding regression for an effect that the design does not rule out.

    Where what is granted excludes them all, the first of these, for its reason.
    """
    found = _regressions(design, target, granted)[0]
    live = (s for s in found if not ruled_out(s))
    return next(live, None) or next((s for s in found if not ruled_out(replace(s, beside=NOTHING))), None)
