"""The first worlds of a search: those that meet what is asked, stage by stage, the plainest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, islice
from operator import or_

from identcheck.basics.once import kept_with, once
from identcheck.decide.conditions import Assigned, Between, Condition, Cut, Product, Shared, is_kind, of_kind
from identcheck.decide.estimands import Target
from identcheck.decide.population.declared import holds_in, keeps_apart, varying
from identcheck.decide.population.linear import rank
from identcheck.decide.population.matrices import matrix
from identcheck.decide.population.meeting import fits
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.bases import bases, stalled, uncrossed
from identcheck.decide.witness.bases.persons import mixed
from identcheck.decide.witness.by_cause import Moved
from identcheck.decide.witness.compensated import MANY_COLUMNS, compensated, dependent
from identcheck.decide.witness.covarying import covarying
from identcheck.decide.witness.crossing import Plan, plan_of
from identcheck.decide.witness.levels import levelled
from identcheck.decide.witness.proportional import Multiplied, proportional
from identcheck.decide.witness.turns import arrows
from identcheck.decide.witness.unnoticed import unnoticed
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.apart import Apart
from identcheck.derive.paths import edges_between, edges_in
from identcheck.derive.rank import structural_rank
from identcheck.derive.routes import routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import FIRST_WORLDS, WORLD_COEFFICIENTS, WORLD_PERSONS

__all__ = ["WAYS", "Firsts", "ended_after", "keeps_rank"]

MOST_PEOPLED = 12
"""Of the worlds tried before so many are tried with other persons."""


@dataclass(frozen=True)
class Firsts:
    """What first worlds are to be like, and those that are.

    Attributes:
        design: the design.
        target: the estimand.
        conditions: what they are to meet.
        all_granted: whether they are to meet all that can be granted; see ``find_witness``.
        apart: which bundles of arrows are to be independent.
        spread: the arrows that may differ between persons where all is granted.
        shares: into how many searches what is allowed is divided.
        moved: what a drawn cause moves, where only worlds made for it are wanted.
        times: what it multiplies, where only such worlds are wanted.
    """

    design: Design
    target: Target
    conditions: tuple[Condition, ...]
    all_granted: bool
    apart: Apart
    spread: Sequence[Edge] = ()
    shares: int = 1
    moved: Moved | None = None
    times: Multiplied | None = None

    def worlds(self, seen: Sequence[World]) -> Iterator[World]:
        """Every stage, each as far as the limits allow.

        Args:
            seen: those of them that were tried so far.
        """
        if self.moved:
            stages = [
                self._compensated(node, self.moved)
                for node in (self.target.target, *sorted(self.target.inner))
            ]
        else:
            stages = [self._proportional(self.times) if self.times else self._plain()]
        if len(self.design.mediators) <= MANY_COLUMNS and not self.all_granted:
            if self.design.sites != 1:
                stages += [
                    self._stalled(),
                    *map(self._unnoticed, (self.target.target, *sorted(self.target.inner))),
                ]
            stages.append(self._with_persons(seen))
            if self.design.sites != 1:
                nodes = (self.target.target, *sorted(self.target.inner))
                stages += [self._unnoticed(node, some_first=True) for node in nodes]
        free = not self.all_granted and "persons" not in self.apart.levels
        if len(self.design.mediators) <= MANY_COLUMNS and (free or self._plan.persons):
            stages += map(self._covarying, (self.target.target, *sorted(self.target.inner)))
        if self.design.interactions and self.apart.moved and not self.moved and not self.times:
            stages.append(self._levelled())
        for stage in stages:
            yield from within_limits(
                stage, self.design, self.target, self.conditions, self.all_granted, self.shares
            )

    @cached_property
    def _columns(self) -> int:
        """How many columns the widest regression in question has."""
        widths = [len(c.regression.columns) for c in self.conditions]
        return max(widths or [len(self.design.mediators)])

    @cached_property
    def _plan(self) -> Plan:
        return plan_of(self.design, self.apart, conditions=self.conditions)

    def _few(self, world: World) -> bool:
        return not self.design.declarations or sum(map(len, world.sites)) <= WORLD_PERSONS.most

    def _meant(self, world: World) -> bool:
        """Whether it meets what can be asked of it; see ``Witness.verify``."""
        asked = (c for c in self.conditions if not is_kind(c, Assigned, Cut, Shared, Product))
        met = keeps_apart(world.kinds, self.apart) and all(fits(world.kinds, c) for c in asked)
        return met and (not self.all_granted or keeps_rank(world, self.target))

    def _good(self, world: World) -> bool:
        """Whether it is small, obeys what is declared and meets what can be asked of it."""
        return (
            self._few(world)
            and _obeys(world)
            and self._enough(_moving(world), len(world.sites))
            and self._meant(world)
        )

    def _enough(self, moving: Collection[Edge], sites: int | None = None) -> bool:
        """Whether a world can fit in which only these arrows differ, between sites or within them."""
        return not self.all_granted or _may_keep_rank(self.design, self.target, moving, sites)

    def _plain(self) -> Iterator[World]:
        """Worlds that meet all this; then those whose sites may be drawn from such worlds."""
        design, target = self.design, self.target
        upstream = {e for arm in design.treatments for e in edges_between(design, arm, target.source)}
        moving = [e for e in arrows(design) if design.varies(*e) == "persons"]
        # who complies otherwise may be who gains otherwise
        edges = sorted(moving, key=lambda e: e not in upstream)
        between = of_kind(self.conditions, Between)
        effects = {edge for c in between for edge in edges_between(design, *c.effect)}
        if self.all_granted and (first := dependent(design, target.target, design.sites or 0)) is not None:
            yield from filter(self._good, [first])
        persons = self.spread if self.all_granted else edges
        plans = [
            plan_of(design, self.apart, any_number, self.conditions)
            for any_number in (not self.all_granted, True)
        ]
        for plan in dict.fromkeys(plans if len(design.mediators) <= MANY_COLUMNS else plans[:1]):
            some = (design, target, self._columns, effects, self._good, persons)
            yield from bases(*some, any_number=not self.all_granted, plan=plan, enough=self._enough)
        alike = not any(d.kind == "correlated" and d.level == "persons" for d in design.declarations)
        if alike and design.sites != 1 and any(d.level == "sites" for d in design.declarations):
            yield from uncrossed(design, self._columns, lambda world: self._few(world) and self._meant(world))

    def _stalled(self) -> Iterator[World]:
        """Worlds with a site where an arm does not move a mediator."""
        found = filter(self._good, stalled(self.design, self.target, self._columns, self._plan))
        yield from islice(found, FIRST_WORLDS.most // 3)

    def _unnoticed(self, node: str, some_first: bool = False) -> Iterator[World]:
        """Worlds made for a change of what enters a node."""
        found = unnoticed(self.design, node, self._columns, self._plan, some_first)
        yield from filter(self._good, found)

    def _covarying(self, node: str) -> Iterator[World]:
        """Worlds in which covariances within sites make up for a change of what enters a node."""
        declared = "persons" in self.apart.levels
        yield from filter(self._good, covarying(self.design, node, self._columns, self._plan, declared))

    def _proportional(self, times: Multiplied) -> Iterator[World]:
        """Worlds in which a drawn cause multiplies what arms do."""
        made = proportional(self.design, times, self._columns)
        each = (two for one in made for two in levelled(one, [True])) if self.design.interactions else made
        yield from filter(self._good, each)

    def _compensated(self, node: str, moved: Moved) -> Iterator[World]:
        """Worlds in which a drawn cause moves effects, made for a change of what enters a node."""
        yield from filter(self._good, compensated(self.design, node, moved, self._columns))

    def _levelled(self) -> Iterator[World]:
        """Worlds in which levels without treatment are drawn, so that a drawn cause may move the factor of a product."""
        some = (self.design, self.target, self._columns, (), lambda _: True, self.spread)
        drawn = bases(*some, any_number=True, plan=self._plan)
        yield from filter(self._good, chain.from_iterable(map(levelled, drawn)))

    def _with_persons(self, seen: Sequence[World]) -> Iterator[World]:
        """The worlds tried first, with persons who differ in several arrows at once; others where none was tried."""
        design, target = self.design, self.target
        if "persons" in self.apart.levels:
            return
        edges = {e for e in design.causal.edges if design.varies(*e) == "persons" and e[1] != target.target}
        drawn = bases(design, target, self._columns, (), lambda _: True, (), any_number=True, plan=self._plan)
        some = seen[:MOST_PEOPLED] or list(islice(drawn, MOST_PEOPLED))
        yield from filter(self._good, mixed(some, edges))


def keeps_rank(world: World, target: Target) -> bool:
    """Whether the equations on the way have the rank that they have in general position."""
    return all(_keeps_rank_of(world, node) for node in (*target.inner, target.target))


@once
def _keeps_rank_of(world: World, node: str) -> bool:
    own = own_regressors(world.design, node)
    return not own or rank(matrix(world.kinds, own, world.design.treatments)) >= _least_rank(
        world.design, node
    )


def _least_rank(design: Design, node: str) -> int:
    """The rank of a node's own equation in general position, without covariances within sites."""
    own = own_regressors(design, node)
    return structural_rank(design, own, design.treatments, persons=False).rank if own else 0


def _may_keep_rank(
    design: Design, target: Target, moving: Collection[Edge], sites: int | None = None
) -> bool:
    """Whether the equations on the way can have that rank in worlds where only some arrows differ, of so many sites.

    Compliances with a node that none of these enters are in fixed proportion to those with the nodes before it, and to what the
    arms' own arrows do, which is the same in all sites. So there are no more of them to tell apart than nodes that are entered,
    and arms; nor more than rows.
    """
    routes, arms = routes_of(design), len(design.treatments)
    entered = routes.mask({node for _, node in moving})
    for node in (*target.inner, target.target):
        above = reduce(or_, (routes.up[routes.number[u]] for u in own_regressors(design, node)), 0)
        most = (entered & above).bit_count() + arms
        if min(most, most if sites is None else arms * sites) < _least_rank(design, node):
            return False
    return True


@once
def _obeys(world: World) -> bool:
    """Whether all that is declared holds in it: first looked at is what is soonest told."""
    declared = sorted(world.design.declarations, key=lambda d: (d.kind == "independent", d.kind != "normal"))
    return all(holds_in(world.kinds.sites, d) for d in declared)


@once
def _moving(world: World) -> tuple[Edge, ...]:
    """The arrows that differ between sites or within them."""
    return edges_in(world.design, varying(world.kinds, "sites") | varying(world.kinds, "persons"))


# -- how long the search goes on ------------------------------------------------------------


WAYS = 4
"""Shifting coefficients costs about as much as making this many other worlds of the same size."""


def within_limits(
    worlds: Iterable[World],
    design: Design,
    target: Target,
    conditions: Iterable[Condition],
    all_granted: bool,
    shares: int = 1,
) -> Iterator[World]:
    """The first worlds that are tried, so many and so much to look at in them, never by a clock; that there were more is kept.

    ``shares`` says into how many searches, for one answer, what is allowed is divided.
    """
    ways = WAYS + len(design.unobserved) * len(design.mediators)
    each, work = ways * design.causal.number_of_edges(), 0
    for number, world in enumerate(islice(worlds, -(-FIRST_WORLDS.most // shares))):
        if work > WORLD_COEFFICIENTS.most // shares:
            kept_with(design, "searches ended")[target, tuple(conditions), all_granted] = number
            return
        work += each * sum(map(len, world.sites))
        yield world


def ended_after(design: Design, target: Target, conditions: Iterable[Condition], all_granted: bool) -> int:
    """After how many first worlds a search that found nothing was ended, since they are large; 0 where it was not."""
    asked = target, tuple(dict.fromkeys(conditions)), all_granted
    found: int = kept_with(design, "searches ended").get(asked, 0)
    return found
