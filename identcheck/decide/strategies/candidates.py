"""Which sets of regressors serve an effect: the graphical criterion of theory section 7.

A set W serves the effect of u on v along given paths if u is in W, no inner node of those paths is, and
the paths from u to v that avoid the rest of W are exactly those paths. Adding a mediator that is no inner
node never spoils that, so it is decided on the largest such set, and what that set cannot do without is in
every other.

Sets of nodes are numbers, as in ``routes``. Whether W serves, and which arms bypass it, depends on one set alone: the
nodes outside W from which a way leads to v that passes none of W.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

from identcheck.basics.once import once
from identcheck.decide.estimands import Target
from identcheck.derive.routes import Routes, bits, routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import OPTIONAL_REGRESSORS, SPARED_REGRESSORS

__all__ = ["Serving", "own_regressors", "serving_of"]


def own_regressors(design: Design, node: str) -> tuple[str, ...]:
    """The regressors of a node's own equation: its measured parents.

    Where a parent is not measured, the measured mediators that lead to the node through such nodes only.
    """
    routes = routes_of(design)
    return routes.named(_own(routes, routes.number[node]))


def _own(routes: Routes, node: int) -> int:
    return routes.back(node, routes.measured) & routes.measured


@lru_cache(maxsize=OPTIONAL_REGRESSORS.most + 1)
def _by_size(count: int) -> tuple[int, ...]:
    """Every subset of so many places, the smallest first."""
    chosen = (some for size in range(count + 1) for some in combinations(range(count), size))
    return tuple(sum(1 << place for place in some) for some in chosen)


@dataclass(frozen=True)
class Serving:
    """The sets of regressors that serve a target."""

    design: Design
    target: Target

    @cached_property
    def routes(self) -> Routes:
        """The graph by numbers."""
        return routes_of(self.design)

    @cached_property
    def source(self) -> int:
        """U."""
        return self.routes.number[self.target.source]

    @cached_property
    def end(self) -> int:
        """V."""
        return self.routes.number[self.target.target]

    @cached_property
    def goal(self) -> int:
        """The nodes on the paths asked about."""
        target, routes = self.target, self.routes
        if target.route is None and not target.avoiding:
            return routes.inside(self.source, self.end, 0)
        return routes.mask(target.inner) | 1 << self.source | 1 << self.end

    @cached_property
    def contrast(self) -> bool:
        """Whether it is the effect of an arm on a measured node over all paths: identified by (viii) alone."""
        whole = self.routes.down[self.source] & self.routes.up[self.end]
        by_arms = self.routes.arms >> self.source & 1 and self.target.target not in self.design.unobserved
        return bool(by_arms and self.goal == whole and self._sole)

    @property
    def _sole(self) -> bool:
        """Whether a path asked about by its nodes is the only one through them."""
        return self.target.route is None or self.routes.count(self.source, self.end, self.goal) == 1

    @cached_property
    def required(self) -> int:
        """The source, unless it is an arm."""
        return 1 << self.source & self.routes.measured

    @cached_property
    def useful(self) -> int:
        """Every measured mediator that leads to the target node beside the paths asked about."""
        out = self.goal | self.required | 1 << self.end
        return self.routes.measured & self.routes.up[self.end] & ~out

    @cached_property
    def fixed(self) -> int:
        """The largest set of regressors."""
        return self.useful | self.required

    @cached_property
    def possible(self) -> bool:
        """Whether any set serves."""
        hidden = {self.target.source, self.target.target} & self.design.unobserved
        return not hidden and self._sole and self.leaves(self._leading)

    @cached_property
    def _leading(self) -> int:
        """The nodes outside the largest set that lead to v around it."""
        return self.routes.leading(self.end, self.fixed)

    @property
    def always_bypassed(self) -> bool:
        """Whether every arm reaches v around the largest set, and so around every set."""
        after = self.routes.after
        return all(after[arm] & self._leading for arm in bits(self.routes.arms))

    @cached_property
    def _strays(self) -> int:
        """Where a step off the paths asked about leads."""
        return self._off(self.goal & ~(1 << self.end), self.goal)

    @cached_property
    def around(self) -> dict[int, int]:
        """For each arm, where a step leads off the paths that no measured mediator could carry."""
        routes = self.routes
        least = ((arm, routes.inside(arm, self.end, self.fixed)) for arm in bits(routes.arms))
        return {arm: self._off((paths | 1 << arm) & ~(1 << self.end), paths) for arm, paths in least}

    def _off(self, starts: int, paths: int) -> int:
        found = 0
        for node in bits(starts):
            found |= self.routes.after[node]
        return found & ~paths

    def leaves(self, leading: int) -> bool:
        """Whether the paths that avoid a set are exactly the target's, of the nodes that lead to v around the set."""
        return not self._strays & leading

    def spared(self, leading: int) -> int:
        """The arms whose bypass holds what a measured mediator could carry, of the nodes that lead to v around the set."""
        found = 0
        for arm, off in self.around.items():
            if off & leading:
                found |= 1 << arm
        return found

    def spared_by(self, fixed: int) -> int:
        """The arms whose bypass of a set holds what a measured mediator could carry."""
        return self.spared(self.routes.leading(self.end, fixed))

    @property
    def _one_arm(self) -> bool:
        """With several arms a set that one of them bypasses may serve with the rows of the others."""
        return len(self.design.treatments) == 1

    @cached_property
    def movers(self) -> int:
        """The arms that move the source, or the source itself where it is an arm."""
        return self.routes.up[self.source] & self.routes.arms

    @once
    def sets(self) -> tuple[list[int], str]:
        """The sets around which some arm bypasses no more than must be, the smallest first, and what was not tried.

        Only arms that move the source count: without one of these there is no such regression.
        """
        spare = self.spare(self._one_arm)
        if spare.bit_count() > OPTIONAL_REGRESSORS.most:
            return list(dict.fromkeys(self._few())), self._not_tried(spare)
        ahead = ((m, self._opened(m, self._leading)) for m in bits(spare))
        free = sum(1 << m for m, leading in ahead if self.movers & ~self.spared(leading))
        return [some for some, leading in self._subsets(free) if self.movers & ~self.spared(leading)], ""

    def sparing_sets(self) -> tuple[list[int], str]:
        """The sets that may leave to a bypass what a measured mediator could carry, and what was not tried.

        They ask for a bypass where none is needed, so none is tried where many mediators could be left out. With several
        arms it depends on the rows, so they are all that serve.
        """
        spare = self.spare(bypass=False)
        note = ""
        if spare.bit_count() > SPARED_REGRESSORS.most:
            note = f"regressions that leave some of {spare.bit_count()} measured mediators to an intercept were not tried"
            if self._one_arm:
                return [], note
        if spare.bit_count() > OPTIONAL_REGRESSORS.most:
            return list(dict.fromkeys(self._few())), note
        found = self._subsets(spare)
        return [some for some, leading in found if not self._one_arm or self.spared(leading)], note

    def spare(self, bypass: bool) -> int:
        """The useful mediators that some set which serves leaves out."""
        starts = self._reached(bypass) & self.useful
        return self.useful & ~(starts & self.routes.back(self.end, self.fixed)) if starts else self.useful

    def _reached(self, bypass: bool) -> int:
        """What the source, and the arms if their bypasses matter, lead to around the largest set."""
        found = self.routes.onward(self.source, self.fixed)
        for arm in bits(self.routes.arms) if bypass else ():
            found |= self.routes.onward(arm, self.fixed)
        return found

    def _opened(self, node: int, leading: int) -> int:
        """The nodes that lead to v if one more is not held fixed, none before it being free that are in the largest set."""
        more = self.routes.after[node] & leading
        return leading | self.routes.leading(node, self.fixed) if more else leading

    def _subsets(self, free: int) -> Iterator[tuple[int, int]]:
        """Every set that serves and lacks only some that are free, and what leads to v around it; the smallest first."""
        places = tuple(bits(free))
        out, leading = [0], [self._leading]
        for some in range(1, 1 << len(places)):  # the first of those left out, after all others
            low = some & -some
            first, before = places[low.bit_length() - 1], some ^ low
            out.append(out[before] | 1 << first)
            leading.append(self._opened(first, leading[before]))
        for kept in _by_size(len(places)):
            left = len(out) - 1 ^ kept
            some = self.fixed & ~out[left]
            if some and self.leaves(leading[left]):
                yield some, leading[left]

    def _not_tried(self, spare: int) -> str:
        return (
            f"{self.useful.bit_count()} mediators could enter a regression for {self.target.source} and "
            f"{self.target.target}, {spare.bit_count()} of them dispensable; the node's own equation and one least set were "
            f"tried, not all {2 ** spare.bit_count()} sets"
        )

    def _few(self) -> Iterator[int]:
        """A least set and the node's own equation, neither with more bypasses than must be.

        Mediators are let go one after another, the last ones first, unless that opens a way. What the starts lead to
        then stays the same, so those stay that they lead to and that lead to v around such.
        """
        met = self._reached(bypass=True) & self.useful
        yield met & self.routes.back(self.end, met | self.required) | self.required
        own = _own(self.routes, self.end)
        leading = self.routes.leading(self.end, own)
        inner = self.goal & ~(1 << self.source | 1 << self.end)
        if self.required & ~own or own & inner:
            return
        if self.leaves(leading) and not self.spared(leading):
            yield own


@once
def serving_of(design: Design, target: Target) -> Serving:
    """The same for all that is asked of a target."""
    return Serving(design, target)
