"""Which sets of regressors serve an effect: the graphical criterion of theory section 7.

A set W serves the effect of u on v along given paths if u is in W, no inner node of those paths is, and
the paths from u to v that avoid the rest of W are exactly those paths. Adding a mediator that is no inner
node never spoils that, so it is decided on the largest such set, and what that set cannot do without is in
every other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from identcheck.design import Design
from identcheck.estimands import Target
from identcheck.paths import count_paths, reaches

__all__ = ["MOST_OPTIONAL", "MOST_SPARED", "Serving", "own_regressors"]

MOST_OPTIONAL = 7
"""Up to this many dispensable regressors every subset is tried; beyond it, the sets named in the note."""

MOST_SPARED = 4
"""Up to this many mediators that could be left to a bypass, every way to leave some is tried; beyond it, none."""


def own_regressors(design: Design, node: str) -> tuple[str, ...]:
    """The regressors of a node's own equation: its measured parents.

    Where a parent is not measured, the measured mediators that lead to the node through such nodes only.
    """
    measured = frozenset(design.observed_mediators)
    return tuple(m for m in design.observed_mediators if m != node and reaches(design, m, node, measured))


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
        target = self.target
        return tuple(
            m
            for m in self.design.observed_mediators
            if m not in self.required
            and m not in target.inner
            and m != target.target
            and reaches(self.design, m, target.target)
        )

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

    def serves(self, chosen: Iterable[str]) -> bool:
        """It leaves the target, and bypasses no more than must be."""
        return self.leaves(chosen) and self.bypasses(chosen) == self.unavoidable

    @property
    def _wanted(self) -> Callable[[Iterable[str]], bool]:
        """With several arms a set that one of them bypasses may serve with the rows of the others."""
        return self.serves if len(self.design.treatments) == 1 else self.leaves

    def sets(self) -> tuple[list[tuple[str, ...]], str]:
        """The sets that bypass no more than must be, the smallest first, and what was not tried."""
        return self._subsets(self._wanted)

    def sparing_sets(self) -> tuple[list[tuple[str, ...]], str]:
        """The sets that leave to a bypass what a measured mediator could carry, and what was not tried.

        They ask for a bypass where none is needed, so none is tried where many mediators could be left out.
        """
        spare = self._spare(self.leaves)
        if len(spare) > MOST_SPARED:
            return (
                [],
                f"regressions that leave some of {len(spare)} measured mediators to an intercept were not tried",
            )
        sets, _ = self._subsets(self.leaves)
        return [found for found in sets if not self._wanted(set(found) - self.required)], ""

    def _spare(self, test: Callable[[Iterable[str]], bool]) -> tuple[str, ...]:
        """The useful mediators that some set which passes the test leaves out."""
        every = set(self.useful)
        return tuple(m for m in self.useful if test(every - {m}))

    def _subsets(self, test: Callable[[Iterable[str]], bool]) -> tuple[list[tuple[str, ...]], str]:
        """Every set that passes the test; a larger one always does."""
        every = set(self.useful)
        spare = self._spare(test)
        if len(spare) > MOST_OPTIONAL:
            return list(dict.fromkeys(self._few())), self._note(len(spare))
        core = every - set(spare)
        chosen = (core | set(extra) for size in range(len(spare) + 1) for extra in combinations(spare, size))
        return [self.regressors(some) for some in chosen if (some or self.required) and test(some)], ""

    def _few(self) -> Iterator[tuple[str, ...]]:
        """The node's own equation and a least set, neither with more bypasses than must be."""
        chosen = set(self.useful)
        for node in reversed(self.useful):
            if self.serves(chosen - {node}):
                chosen -= {node}
        yield self.regressors(chosen)
        own = set(own_regressors(self.design, self.target.target))
        if self.required <= own and not own & self.target.inner and self.serves(own - self.required):
            yield self.regressors(own)

    def _note(self, spare: int) -> str:
        return (
            f"{len(self.useful)} mediators could enter a regression for {self.target.source} and {self.target.target}, "
            f"{spare} of them dispensable; the node's own equation and one least set were tried, not all {2**spare} sets"
        )
