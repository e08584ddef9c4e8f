"""Which regressions identify an effect: the graphical criterion, and smaller sets as alternatives.

A set W serves for the effect of u on v along given paths if u is in W, no inner node of those paths is, and
the paths from u to v that avoid the rest of W are exactly those paths (theory section 7). Arms that W
cuts from v go through the origin; arms with a bypass get an intercept. Only what must bypass W is left to
the intercept: a set that leaves out a mediator which could carry part of the bypass is not listed, since it
would ask for a bypass assumption where none is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from identcheck.conditions import Regression
from identcheck.conditions.shared import shared_edges
from identcheck.design import Design
from identcheck.estimands import Target
from identcheck.paths import count_paths, reaches
from identcheck.strategies.strategy import Strategy

__all__ = ["MOST_OPTIONAL", "Search", "find_strategies"]

MOST_OPTIONAL = 7
"""Up to this many optional regressors every subset is tried; beyond it, the sets named in ``Search.note``."""


@dataclass(frozen=True)
class Search:
    """What was found.

    Attributes:
        strategies: the least demanding first.
        note: what was not looked at, or "" where the search was exhaustive.
    """

    strategies: tuple[Strategy, ...]
    note: str = ""


def find_strategies(design: Design, target: Target) -> Search:
    """Every strategy of least size for a target, and the target node's own equation where it serves.

    Strategies that need no bypass condition come first, then those that need no (S), then the node's own
    equation (W = its measured parents), then smaller W; a pooled variant follows its regression.
    """
    if _is_contrast(design, target):
        regression = Regression(design, target.target, (), (target.source,), (target.source,))
        return Search((Strategy(regression, target.source),))
    sets, note = _candidate_sets(design, target)
    found: dict[Strategy, None] = {}
    for regressors in sets:
        for strategy in _strategies_on(design, target, regressors):
            found[strategy] = None
    return Search(tuple(sorted(found, key=_demand)), note)


def own_regressors(design: Design, node: str) -> tuple[str, ...]:
    """The regressors of a node's own equation: its measured parents.

    Where a parent is not measured, the measured mediators that lead to the node through such nodes only.
    """
    measured = frozenset(design.observed_mediators)
    return tuple(m for m in design.observed_mediators if m != node and reaches(design, m, node, measured))


def _is_contrast(design: Design, target: Target) -> bool:
    """The effect of an arm on a measured node over all paths: identified by (viii) alone."""
    return (
        target.source in design.treatments
        and target.target not in design.unobserved
        and _count(design, target) == count_paths(design, target.source, target.target)
    )


def _candidate_sets(design: Design, target: Target) -> tuple[list[tuple[str, ...]], str]:
    """Sets W that serve the target and leave nothing to a bypass that a larger W would carry."""
    u, v = target.source, target.target
    if v in design.unobserved or (u not in design.treatments and u in design.unobserved):
        return [], ""
    required = {u} & set(design.observed_mediators)
    useful = [
        m
        for m in design.observed_mediators
        if m not in required and m not in target.inner and m != v and reaches(design, m, v)
    ]
    test = _Test(design, target, frozenset(required), frozenset(useful))
    if not test.leaves_target(useful):
        return [], ""
    own = set(own_regressors(design, v))
    sets: list[set[str]] = []
    if required <= own and not own & target.inner and test.serves(own):
        sets.append(own)
    if len(useful) <= MOST_OPTIONAL:
        sets += _least_sets(test, useful)
        note = ""
    else:
        sets.append(_shrunk(test, useful))
        note = (
            f"{len(useful)} mediators could enter a regression for {target.source} and {target.target}; the "
            f"node's own equation and one least set were tried, not all {2 ** len(useful)} sets"
        )
    return list(dict.fromkeys(test.regressors(chosen) for chosen in sets if chosen | required)), note


@dataclass(frozen=True)
class _Test:
    """Whether a set of regressors serves a target: graphical, by counting paths."""

    design: Design
    target: Target
    required: frozenset[str]
    useful: frozenset[str]

    def regressors(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """The chosen ones and the source, in topological order."""
        return tuple(sorted({*chosen, *self.required}, key=self.design.order.__getitem__))

    def leaves_target(self, chosen: Iterable[str]) -> bool:
        """The paths that avoid the set are exactly the target's."""
        u, v = self.target.source, self.target.target
        return count_paths(self.design, u, v, set(chosen) - {u}) == _count(self.design, self.target)

    def serves(self, chosen: Iterable[str]) -> bool:
        """It leaves the target, and bypasses no more than the largest useful set must."""
        return self.leaves_target(chosen) and self.bypasses(chosen) == self.bypasses(self.useful)

    def bypasses(self, chosen: Iterable[str]) -> tuple[int, ...]:
        """For each arm, how many paths to the target node avoid the regressors."""
        banned = {*chosen, *self.required}
        return tuple(
            count_paths(self.design, arm, self.target.target, banned) for arm in self.design.treatments
        )

    def shared(self, chosen: Iterable[str]) -> int:
        """How many edges would carry condition (S)."""
        return len(shared_edges(_regression(self.design, self.target.target, self.regressors(chosen))))


def _least_sets(test: _Test, useful: list[str]) -> list[set[str]]:
    """Sets that serve and contain no smaller serving set free of shared edges."""
    kept: list[set[str]] = []
    found: list[set[str]] = []
    for size in range(len(useful) + 1):
        for chosen in map(set, combinations(useful, size)):
            if any(smaller <= chosen for smaller in kept) or not test.serves(chosen):
                continue
            found.append(chosen)
            if not test.shared(chosen):
                kept.append(chosen)
    return found


def _shrunk(test: _Test, useful: list[str]) -> set[str]:
    """Drop regressors, last first, while the rest still serves and shares no more edges."""
    chosen = set(useful)
    for node in reversed(useful):
        fewer = chosen - {node}
        if test.serves(fewer) and test.shared(fewer) <= test.shared(chosen):
            chosen = fewer
    return chosen


def _regression(design: Design, v: str, regressors: tuple[str, ...]) -> Regression:
    """Through the origin with the arms that W cuts, or with intercepts where no arm is cut."""
    clean = _clean_arms(design, v, regressors)
    return Regression(design, v, regressors, clean or _arms(design, v), () if clean else _arms(design, v))


def _count(design: Design, target: Target) -> int:
    if target.route is not None:
        return 1
    return count_paths(design, target.source, target.target, target.avoiding)


def _clean_arms(design: Design, v: str, regressors: Iterable[str]) -> tuple[str, ...]:
    """The arms from which every path to v passes through the regressors."""
    banned = frozenset(regressors)
    return tuple(arm for arm in _arms(design, v) if not reaches(design, arm, v, banned))


def _arms(design: Design, v: str) -> tuple[str, ...]:
    """The arms that affect v; the rows of others would be zero throughout."""
    return tuple(arm for arm in design.treatments if reaches(design, arm, v))


def _strategies_on(design: Design, target: Target, regressors: tuple[str, ...]) -> Iterator[Strategy]:
    v, column = target.target, target.source
    clean = _clean_arms(design, v, regressors)
    arms = _arms(design, v)
    bypassing = tuple(arm for arm in arms if arm not in clean)
    if column in design.treatments:
        if column in bypassing:
            yield Strategy(Regression(design, v, regressors, arms, bypassing), column)
        return
    moved = tuple(u for u in regressors if any(reaches(design, arm, u) for arm in clean))
    if column in moved:
        yield Strategy(Regression(design, v, moved, clean), column)
        if design.sites != 1 and len(clean) >= len(moved):
            yield Strategy(Regression(design, v, moved, clean, pooled=True), column)
    if bypassing:
        yield Strategy(Regression(design, v, regressors, arms, bypassing), column)


def _demand(strategy: Strategy) -> tuple[object, ...]:
    reg = strategy.regression
    own = reg.regressors == own_regressors(reg.design, reg.outcome)
    return (
        bool(reg.intercepts),
        bool(shared_edges(reg)),
        not own,
        len(reg.regressors),
        tuple(reg.design.order[u] for u in reg.regressors),
        reg.pooled,
    )
