"""Which sets of regressors serve an effect: the graphical criterion of theory section 7.

A set W serves the effect of u on v along given paths if u is in W, no inner node of those paths is, and
the paths from u to v that avoid the rest of W are exactly those paths. Adding a mediator that is no inner
node never spoils that, so it is decided on the largest such set, and what that set cannot do without is in
every other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from identcheck.decide.estimands import Target
from identcheck.derive.paths import count_paths
from identcheck.derive.routes import Reach, Routes, routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import OPTIONAL_REGRESSORS, SPARED_REGRESSORS

__all__ = ["Serving", "own_regressors"]


def own_regressors(design: Design, node: str) -> tuple[str, ...]:
    """The regressors of a node's own equation: its measured parents.

    Where a parent is not measured, the measured mediators that lead to the node through such nodes only.
    """
    measured = design.observed_mediators
    return _among(design, routes_of(design).back(node, measured).found, (m for m in measured if m != node))


def _among(design: Design, found: int, nodes: Iterable[str]) -> tuple[str, ...]:
    """Those of the nodes that are in a set."""
    number = routes_of(design).number
    return tuple(m for m in nodes if found >> number[m] & 1)


@dataclass(frozen=True)
class _Opened:
    """Which mediators must be held fixed so that no way from the starts to the end is left beside those there are."""

    routes: Routes
    starts: tuple[Reach, ...]
    end: Reach

    def needs(self, node: str) -> bool:
        """Whether opening the node opens a way: a start leads to it, and it leads to the end."""
        place = self.routes.number[node]
        return bool(self.end.found >> place & 1) and any(s.found >> place & 1 for s in self.starts)

    def open(self, node: str) -> None:
        """Hold the node fixed no longer."""
        for reach in (*self.starts, self.end):
            reach.open(self.routes.number[node])


@dataclass(frozen=True)
class Serving:
    """The sets of regressors that serve a target."""

    design: Design
    target: Target

    @cached_property
    def required(self) -> frozenset[str]:
        """The source, unless it is an arm."""
        return frozenset({self.target.source} & set(self.design.observed_mediators))

    @cached_property
    def useful(self) -> tuple[str, ...]:
        """Every measured mediator that leads to the target node beside the paths asked about."""
        out = {*self.required, *self.target.inner, self.target.target}
        others = (m for m in self.design.observed_mediators if m not in out)
        return _among(self.design, routes_of(self.design).back(self.target.target).found, others)

    @property
    def possible(self) -> bool:
        """Whether any set serves."""
        source, hidden = self.target.source, self.design.unobserved
        measured = self.target.target not in hidden and (
            source in self.design.treatments or source not in hidden
        )
        return measured and self.leaves(self.useful)

    def leaves(self, chosen: Iterable[str]) -> bool:
        """Whether the paths that avoid the set are exactly the target's."""
        target = self.target
        banned = set(chosen) - {target.source}
        return count_paths(self.design, target.source, target.target, banned) == self.paths

    @cached_property
    def paths(self) -> int:
        """How many paths the target averages over."""
        target = self.target
        if target.route is not None:
            return 1
        return count_paths(self.design, target.source, target.target, target.avoiding)

    def bypasses(self, chosen: Iterable[str]) -> tuple[int, ...]:
        """For each arm, how many paths to the target node avoid the regressors."""
        banned = {*chosen, *self.required}
        return tuple(
            count_paths(self.design, arm, self.target.target, banned) for arm in self.design.treatments
        )

    @cached_property
    def unavoidable(self) -> tuple[int, ...]:
        """The bypasses that no measured mediator could carry."""
        return self.bypasses(self.useful)

    def regressors(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """The chosen ones and the source, in topological order."""
        return tuple(sorted({*chosen, *self.required}, key=self.design.order.__getitem__))

    def serves(self, chosen: Iterable[str], bypass: bool = True) -> bool:
        """Whether it leaves the target and, if that matters, bypasses no more than must be."""
        return self.leaves(chosen) and (not bypass or self.bypasses(chosen) == self.unavoidable)

    @property
    def _one_arm(self) -> bool:
        """With several arms a set that one of them bypasses may serve with the rows of the others."""
        return len(self.design.treatments) == 1

    def _opened(self, bypass: bool) -> _Opened:
        """All useful mediators held fixed, some of them about to be opened; no way passes through the source."""
        routes, fixed = routes_of(self.design), (*self.useful, *self.required)
        starts = [routes.onward(self.target.source, fixed)]
        if bypass:
            starts += [routes.onward(arm, fixed) for arm in self.design.treatments]
        return _Opened(routes, tuple(starts), routes.back(self.target.target, fixed))

    def sets(self) -> tuple[list[tuple[str, ...]], str]:
        """The sets that bypass no more than must be, the smallest first, and what was not tried."""
        return self._subsets(self._one_arm)

    def sparing_sets(self) -> tuple[list[tuple[str, ...]], str]:
        """The sets that leave to a bypass what a measured mediator could carry, and what was not tried.

        They ask for a bypass where none is needed, so none is tried where many mediators could be left out.
        """
        spare = self._spare(bypass=False)
        if len(spare) > SPARED_REGRESSORS.most:
            return (
                [],
                f"regressions that leave some of {len(spare)} measured mediators to an intercept were not tried",
            )
        sets, _ = self._subsets(bypass=False)
        return [found for found in sets if not self.serves(set(found) - self.required, self._one_arm)], ""

    def _spare(self, bypass: bool) -> tuple[str, ...]:
        """The useful mediators that some set which serves leaves out."""
        needs = self._opened(bypass).needs
        return tuple(m for m in self.useful if not needs(m))

    def _subsets(self, bypass: bool) -> tuple[list[tuple[str, ...]], str]:
        """Every set that serves; a larger one always does."""
        every = set(self.useful)
        spare = self._spare(bypass)
        if len(spare) > OPTIONAL_REGRESSORS.most:
            note = (
                f"{len(self.useful)} mediators could enter a regression for {self.target.source} and "
                f"{self.target.target}, {len(spare)} of them dispensable; the node's own equation and one least set were "
                f"tried, not all {2 ** len(spare)} sets"
            )
            return list(dict.fromkeys(self._few())), note
        core = every - set(spare)
        chosen = (core | set(extra) for size in range(len(spare) + 1) for extra in combinations(spare, size))
        return [
            self.regressors(some) for some in chosen if (some or self.required) and self.serves(some, bypass)
        ], ""

    def _few(self) -> Iterator[tuple[str, ...]]:
        """The node's own equation and a least set, neither with more bypasses than must be."""
        opened = self._opened(bypass=True)
        chosen = set(self.useful)
        for node in reversed(self.useful):
            if not opened.needs(node):
                opened.open(node)
                chosen -= {node}
        yield self.regressors(chosen)
        own = set(own_regressors(self.design, self.target.target))
        if self.required <= own and not own & self.target.inner and self.serves(own - self.required):
            yield self.regressors(own)
