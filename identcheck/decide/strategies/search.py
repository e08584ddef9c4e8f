"""Which strategies identify an effect: single regressions first, compositions of several where none will do.

Arms that the regressors cut from the node go through the origin; arms with a bypass get an intercept. A bypass
that no measured mediator could carry is unavoidable; one that leaves a measured mediator to the intercept asks
for a bypass assumption by choice, and is listed after all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import chain, islice
from operator import and_

from identcheck.basics.once import once
from identcheck.decide.conditions import Everywhere, Product, Rank, Regression
from identcheck.decide.conditions.base import grants
from identcheck.decide.estimands import Target
from identcheck.decide.strategies.by_site import needed_beside, site_by_site
from identcheck.decide.strategies.candidates import Serving, serving_of
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.composition import compositions
from identcheck.decide.strategies.demand import (
    beyond_numerals,
    in_order,
    meets_all,
    minimal,
    minimal_compositions,
    ruled_out,
)
from identcheck.decide.strategies.jointly import jointly
from identcheck.decide.strategies.moderated_by import (
    at_levels,
    contrast_at_levels,
    left_out,
    left_out_of,
    moderated_compositions,
)
from identcheck.decide.strategies.rows import (
    ANYTHING,
    NOTHING_OPEN,
    Together,
    fewer_together,
    rows_of,
    taken_together,
)
from identcheck.decide.strategies.strategy import Levels, Strategy
from identcheck.decide.strategies.unaided import unaided
from identcheck.derive.jointly.beside import NOTHING
from identcheck.derive.routes import bits, routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import JOINTS

__all__ = ["Search", "beyond_numerals", "easiest", "easiest_by_site", "minimal_compositions"]

UNEXPLORED = (
    "pooled regressions, and compositions within groups of persons, were not tried with modifiers held fixed"
)


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
        """The single regressions that bypass no more than must be, and those site by site; the least demanding first."""
        return _regressions(self.design, self.target, self.granted)

    @cached_property
    def alone(self) -> Strategy | None:
        """The only single regression that is not ruled out, which is compared with no other; None without, or with several."""
        found = chain.from_iterable(_tried(self.design, self.target, self.granted))
        live = [*islice((s for s in found if not ruled_out(s)), 2)]
        return live[0] if len(live) == 1 else None

    @property
    def sole(self) -> Strategy | None:
        """The only strategy that is not ruled out, where no other is looked for beside it; by choice aside."""
        return None if self.beside or self.alone is None or beyond_numerals(self.alone) else self.alone

    @property
    def beside(self) -> bool:
        """Whether compositions are looked for also where a single regression asks only for what numbered assumptions grant.

        What is declared, or granted of every site, may meet one of them while that regression's numerals are not granted.
        """
        return (
            bool(self.design.declarations or self.design.works_everywhere) or Everywhere.key in self.granted
        )

    def waits_for_rank(self, granted: frozenset[str], arm: str = "") -> bool:
        """Whether the effect is conditional however its strategies compare: some is left, and their rank is not granted.

        Every strategy for the effect of a mediator has a rank, which nothing implies but where it is that of every site; and
        leaving out what asks for more than another never leaves out the last that is not ruled out.

        Args:
            granted: what is granted.
            arm: of strategies with moderators only those with rows of this arm count; all where none is named.
        """
        if self.design.works_everywhere or Everywhere.key in granted:
            return False
        target = self.target
        if target.settled or target.levels or target.weighted or target.source in self.design.treatments:
            return False
        serving = serving_of(self.design, self.target)
        each = _each(serving, self.granted) if serving.possible else ()
        left = next(
            (s for s in each if not ruled_out(s) and not (arm and s.moderators and arm not in s.arms)), None
        )
        return left is not None and not grants(granted, Rank(left.regression, left.column).ways)

    @cached_property
    def by_choice(self) -> tuple[Strategy, ...]:
        """Regressions that leave a measured mediator to an intercept; a bypass by choice."""
        return _by_choice(self.design, self.target, self.granted)

    def met_by_choice(self, granted: frozenset[str]) -> Strategy | None:
        """The first of those by choice whose every condition is met; they are compared only where there is one.

        Neither a bypass nor (S) is granted to them, so they ask for none; and a rank is never implied.
        """
        found = _sparing(self.design, self.target, self.granted, NOTHING_OPEN) if granted else ()
        if not any(meets_all(some.strategy, granted) for some in found):
            return None
        return next((s for s in self.by_choice if meets_all(s, granted)), None)

    def met_by_fewer(self, granted: frozenset[str]) -> Strategy | None:
        """The first regression with rows of fewer arms than ask for no more, whose every condition is met.

        The arrows of some arms may be constant, or have what is declared, where those of others need what is not granted.
        """
        target = self.target
        if len(self.design.treatments) == 1 or target.settled or target.levels or target.weighted:
            return None
        serving = serving_of(self.design, target)
        if serving.contrast or not serving.possible:
            return None
        found = chain.from_iterable(some.strategies for some in _fewer(serving, self.granted))
        met = [s for s in dict.fromkeys(found) if meets_all(s, granted)]
        most = max((len(s.arms) for s in met), default=0)
        return next(in_order([s for s in met if len(s.arms) == most]), None)

    @cached_property
    def strategies(self) -> tuple[Strategy | Composed, ...]:
        """All of them but those by choice, the least demanding first.

        Compositions are looked for where no single regression asks only for what numbered assumptions grant, and :attr:`beside`.
        """
        composed, _ = self._composed
        return tuple(in_order((*self.regressions, *composed))) if composed else self.regressions

    @cached_property
    def _composed(self) -> tuple[tuple[Composed, ...], str]:
        target = self.target
        if target.settled or target.levels:
            return (), ""
        if not self.beside and any(not beyond_numerals(s) for s in self.regressions):
            return (), ""
        if len(self.target.inner) > JOINTS.most and any(not ruled_out(s) for s in self.regressions):
            return (
                (),
                f"with {len(self.target.inner)} nodes on the way no composition of regressions was tried",
            )
        choices = [lambda part: easiest(self.design, part, self.granted)]
        if self.design.sites != 1:
            choices.append(lambda part: easiest_by_site(self.design, part))
        found, note = compositions(self.design, self.target, choices)
        several = [c for c in found if len(c.terms) + len(c.terms[0].factors) > 2]
        if self.design.sites != 1 and any(m.measured and m.level == "sites" for m in self.design.modifiers):
            several += self._given()
        checked = [jointly(self.design, c, self.granted) for c in several]
        usable = [c for c in checked if not ruled_out(c)]
        kept = minimal_compositions(usable, self.regressions)
        if kept or any(not ruled_out(s) for s in self.regressions):
            return tuple(kept), note
        return tuple(c for c in checked if ruled_out(c))[:1], note  # for the reason why there is none

    def _given(self) -> Iterator[Composed]:
        """Compositions whose regressions and products hold measured modifiers of the sites fixed (theory section 14)."""
        choices = [lambda part: _plainest(self.design, part, self.granted)]
        found, _ = compositions(self.design, self.target, choices)
        for composed in found:
            yield from moderated_compositions(composed)

    @cached_property
    def unexplored(self) -> bool:
        """Whether measured modifiers might be held fixed in a way that is not tried, so that no proof can be counted on."""
        if not any(modifier.measured for modifier in self.design.modifiers):
            return False
        plain = (s for s in self.regressions if s.regressors and not s.moderators and ruled_out(s))
        if any(left_out(s.regression) for s in plain):
            return True
        choices = [lambda part: _any_plain(self.design, part, self.granted)]
        found, _ = compositions(self.design, self.target, choices)
        return any(map(left_out_of, found))

    @property
    def note(self) -> str:
        """What was not looked at, or "" where the search was exhaustive."""
        notes = (
            _not_tried(self.design, self.target),
            self._composed[1],
            _sparing_sets(self.design, self.target)[1],
            UNEXPLORED if self.design.modifiers and self._unsettled else "",
        )
        return "; ".join(n for n in notes if n)

    @property
    def _unsettled(self) -> bool:
        return all(map(ruled_out, self.strategies)) and self.unexplored

    def settled(self, granted: frozenset[str]) -> bool:
        """Whether no other strategy can have its conditions met where no single regression has.

        So it is for the effect of a measured mediator where everything is measured and neither design nor
        declarations imply a condition: every regression then asks for (W), (B) and (R), a bypass by choice is
        open, and a composition multiplies effects of mediators, which asks for a product condition that is not granted.
        Declarations that imply a condition of single regressions alone change nothing of that; one of the rank in every
        site may.
        """
        if not granted.isdisjoint((Everywhere.key, Product.key)) or {"vi", "vii"} <= granted:
            return False
        design = self.design
        declared = bool(design.declarations)
        found = chain.from_iterable(_tried(design, self.target, self.granted))
        return (
            any(not ruled_out(s) for s in found if not (declared and (s.pooled or s.site_by_site)))
            and not design.works_everywhere
            and self._everything_varies
            and (not declared or unaided(design, self.target))
        )

    @property
    def _everything_varies(self) -> bool:
        """Whether it is the effect of a mediator, not along one path; everything is measured, and every arrow varies."""
        design, routes = self.design, routes_of(self.design)
        return (
            design.sites != 1
            and not design.unobserved
            and self.target.route is None
            and self.target.source not in design.treatments
            and routes.varying["persons"].bit_count() == len(routes.edges)
        )

    @property
    def bypassed_twice(self) -> bool:
        """Whether it is plain that every composition asks for the bypasses of two nodes, so that none lacks but one condition.

        A node that every arm moves by an arrow of its own is bypassed whatever is held fixed, and so is every node after it to
        which a factor leads that runs through it. Taking away what runs through such a node, both it and the end of the paths
        are bypassed; and so are two joints, or the end and a joint beside which such a node is the last on another way.
        """
        if not self._everything_varies or self.design.declarations or self.target.weighted:
            return False
        target, routes = self.target, routes_of(self.design)
        source, end = routes.number[target.source], routes.number[target.target]
        moved = reduce(and_, (routes.after[arm] for arm in bits(routes.arms)))
        inner = routes.mask(target.inner)
        passed = inner | routes.down[source] & routes.up[end] & routes.mask(target.avoiding) & ~(
            1 << source | 1 << end
        )
        return not passed & ~moved and bool(
            not inner or moved >> end & 1 or (inner & routes.before[end]).bit_count() > 1
        )


@once
def _regressions(design: Design, target: Target, granted: Levels) -> tuple[Strategy, ...]:
    """The single regressions that bypass no more than must be, and those site by site; none that asks for all another does."""
    found, by_site = _tried(design, target, granted)
    kept = minimal(found)
    told = design.works_everywhere or Everywhere.key in granted
    return tuple(in_order([*kept, *(s for s in by_site if told or needed_beside(s, kept))]))


@once
def _tried(
    design: Design, target: Target, granted: Levels
) -> tuple[tuple[Strategy, ...], tuple[Strategy, ...]]:
    """The single regressions, or the contrast, whether or not another asks for less; and those site by site."""
    if target.settled or target.weighted:
        return (), ()
    serving = serving_of(design, target)
    if serving.contrast and target.levels:
        return contrast_at_levels(design, target), ()
    if serving.contrast:
        regression = Regression(design, target.target, (), (target.source,), (target.source,))
        return (Strategy(regression, target.source),), ()
    if not serving.possible:
        return (), ()
    if target.levels:
        return tuple(dict.fromkeys(_each_at_levels(serving, granted))), ()
    return tuple(dict.fromkeys(_each(serving, granted))), site_by_site(design, target)


def _not_tried(design: Design, target: Target) -> str:
    """Which sets of regressors were not tried."""
    serving = serving_of(design, target)
    simple = target.settled or target.weighted or serving.contrast or not serving.possible
    return "" if simple else serving.sets()[1]


def _each(serving: Serving, granted: Levels) -> Iterator[Strategy]:
    """The single regressions, whether or not another asks for less."""
    return chain.from_iterable(some.strategies for some in _plain(serving, granted))


def _each_at_levels(serving: Serving, granted: Levels) -> Iterator[Strategy]:
    """Those with moderators that include the modifiers whose levels are stated."""
    for some in _plain(serving, granted):
        yield from at_levels(serving.target, some.strategy, granted)


def _plain(serving: Serving, granted: Levels) -> Iterator[Together]:
    """The choices of regressors and arms, none of which leaves a measured mediator to a bypass."""
    for fixed in serving.sets()[0]:
        spared, most = serving.spared_by(fixed), 0
        for row in rows_of(serving.design, serving.end, fixed):
            most |= 0 if spared >> row.arm & 1 else row.asked
        for some in taken_together(serving.design, serving.source, serving.end, fixed, granted, most):
            if not some.arms & spared:
                yield some


def _fewer(serving: Serving, granted: Levels) -> Iterator[Together]:
    """The choices of regressors with fewer arms than ask for no more, none of which leaves a measured mediator to a bypass."""
    for fixed in serving.sets()[0]:
        shape = (serving.design, serving.source, serving.end, fixed, granted)
        yield from fewer_together(*shape, serving.spared_by(fixed))


@once
def _by_choice(design: Design, target: Target, granted: Levels) -> tuple[Strategy, ...]:
    """The regressions that leave a measured mediator to an intercept."""
    found = (some.strategies for some in _sparing(design, target, granted, ANYTHING))
    each = list(dict.fromkeys(chain.from_iterable(found)))
    return tuple(in_order(minimal(each, _regressions(design, target, granted))))


def _sparing(design: Design, target: Target, granted: Levels, most: int) -> Iterator[Together]:
    """The regressors and arms that leave a measured mediator to an intercept; only those that ask for no more than is said."""
    serving = serving_of(design, target)
    for fixed in _sparing_sets(design, target)[0]:
        spared = serving.spared_by(fixed)
        for some in taken_together(design, serving.source, serving.end, fixed, granted, most):
            if some.arms & spared:
                yield some


@once
def _sparing_sets(design: Design, target: Target) -> tuple[list[int], str]:
    """The sets of regressors that may leave a measured mediator to an intercept, and what was not tried."""
    serving = serving_of(design, target)
    if target.settled or target.weighted or serving.contrast or not serving.possible:
        return [], ""
    return serving.sparing_sets()


def _any_plain(design: Design, target: Target, granted: Levels) -> Strategy | None:
    """A regression without moderators, or a contrast, whether or not drawn causes exclude it."""
    found = _regressions(design, target, granted)
    return next((s for s in found if not (s.moderators or s.site_by_site)), None)


def _plainest(design: Design, target: Target, granted: Levels) -> Strategy | None:
    """The least demanding regression over sites without moderators, whether or not drawn causes exclude it."""
    found = _regressions(design, target, granted)
    return next((s for s in found if s.regressors and not (s.moderators or s.pooled or s.site_by_site)), None)


def easiest(design: Design, target: Target, granted: Levels) -> Strategy | None:
    """The least demanding regression over sites for an effect that the design does not rule out.

    Where what is granted excludes them all, the first of these, for its reason.
    """
    plain = _regressions(design, target, granted)
    found = [s for s in plain if not (s.site_by_site or s.moderators)]
    live = (s for s in found if not ruled_out(s))
    return next(live, None) or next((s for s in found if not ruled_out(replace(s, beside=NOTHING))), None)


def easiest_by_site(design: Design, target: Target) -> Strategy | None:
    """The contrast of an arm, or the least demanding strategy for an effect that solves each site by itself."""
    if serving_of(design, target).contrast:
        return _regressions(design, target, frozenset())[0]
    return next(iter(site_by_site(design, target)), None)
