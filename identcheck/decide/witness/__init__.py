"""Witnesses: two exact populations that no site-by-treatment contrast can tell apart (theory section 12).

Both share the graph, give the same r_vs for every arm and measured node in every site, meet the granted
conditions, and differ in the estimand. The first is drawn (``bases``), the second found by exact linear algebra:
the coefficients into one node are shifted along what contrasts and conditions leave free (``shifts``), or an
unmeasured node is given another scale (``unseen``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import chain, islice
from operator import or_

from identcheck.basics.once import kept_with, once
from identcheck.decide.conditions import Assigned, Between, Condition, Cut, Product, Shared, is_kind, of_kind
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.population.apart import keeps_apart, varying
from identcheck.decide.population.declared import holds_in
from identcheck.decide.population.linear import rank
from identcheck.decide.population.matrices import matrix
from identcheck.decide.population.meeting import fits
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.bases import bases, stalled, uncrossed
from identcheck.decide.witness.common_cause import beside, substitutes
from identcheck.decide.witness.crossing import plan_of
from identcheck.decide.witness.dependent import MANY_COLUMNS, dependent
from identcheck.decide.witness.drawing import normal_sites
from identcheck.decide.witness.drawn import NormalSites
from identcheck.decide.witness.effort import ended_after, within_limits
from identcheck.decide.witness.levels import both_with_levels
from identcheck.decide.witness.pair import Witness
from identcheck.decide.witness.shifts import shifts
from identcheck.decide.witness.unseen import related, reparametrized, unseen
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.apart import Apart, apart_beside
from identcheck.derive.paths import edges_between, edges_in
from identcheck.derive.rank import structural_rank
from identcheck.derive.routes import routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import FIRST_WORLDS, WORLD_PERSONS

__all__ = ["NormalSites", "Witness", "ended_after", "find_witness", "ways_to_count"]


def find_witness(
    design: Design,
    estimand: Estimand,
    target: Target,
    conditions: Iterable[Condition] = (),
    all_granted: bool = False,
    apart: frozenset[str] = frozenset(),
) -> Witness | None:
    """Look for two worlds that differ in the estimand; None where no construction finds them.

    Args:
        design: the design.
        estimand: what is asked.
        target: its paths.
        conditions: those that both worlds must meet; what the design implies by itself need not be among them.
        all_granted: whether the worlds are to meet all that can be granted, of any regression: compliances are then
            as independent as they can be with the design's number of sites, and effects the same in all sites where
            that is possible.
        apart: the levels of :attr:`Witness.apart`.
    """
    wanted = tuple(dict.fromkeys(conditions))
    if target.weighted:
        return _at_levels(design, estimand, target, wanted, all_granted, apart)
    known: dict[tuple[World, World], Witness]
    known = kept_with(design, "pairs of worlds").setdefault((wanted, all_granted, apart), {})
    for (first, _), shown in known.items():
        witness = replace(shown, estimand=estimand, target=target)
        if witness._differs() and (not all_granted or _keeps_rank(first, target)):
            return witness  # which the two worlds meet does not depend on what is asked
    for *pair, causes in _candidates(design, target, wanted, all_granted, apart):
        persons = both_with_levels(*pair) if design.interactions else ((pair[0], ()), (pair[1], ()))
        if persons is None:
            continue
        (first, one), (second, other) = persons
        for each_once in ways_to_count(first):
            populations = first.population(each_once), second.population(each_once)
            found = _witness(Witness(*populations, estimand, target, wanted, apart, causes=causes))
            if found is not None and design.interactions:
                found = replace(found, before=(one, other))
                found = found if found.exact and found._come_out() else None
            if found is not None:
                if len(design.mediators) > MANY_COLUMNS:
                    known.setdefault((first, second), found)
                return found
    return None


def _at_levels(
    design: Design,
    estimand: Estimand,
    target: Target,
    wanted: tuple[Condition, ...],
    all_granted: bool,
    apart: frozenset[str],
) -> Witness | None:
    """Two worlds that differ in an effect with other mediators held: in the coefficient of the arrow, or of a product."""
    every = frozenset(design.mediators)
    plain = replace(target, weighted=(), held=())
    parts = [replace(plain, source=q, avoiding=every - {q}) for _, q in target.weighted]
    for part in (plain, *parts):
        found = find_witness(design, estimand, part, wanted, all_granted, apart)
        if found is not None and (shown := replace(found, target=target)).verify():
            return shown
    return None


def ways_to_count(world: World) -> tuple[bool, ...]:
    """Whether every site of a population made of a world is to count once: first so, where the average is over sites."""
    return (False,) if world.divides or world.design.average != "sites" else (True, False)


def _witness(plain: Witness) -> Witness | None:
    """Two worlds as they stand, or as sites drawn from normal populations where only these obey what is declared.

    None where they do not show anything, in exact numbers.
    """
    if not plain._alike():
        return None
    if plain._obey():
        return plain
    between = any(d.level == "sites" for d in plain.first.design.declarations)
    drawn = normal_sites(plain.first, plain.second) if between and not plain.causes else None
    return None if drawn is None else replace(plain, drawn=drawn)


Pair = tuple[World, World, tuple[str, ...]]


def _candidates(
    design: Design,
    target: Target,
    conditions: tuple[Condition, ...],
    all_granted: bool,
    levels: frozenset[str],
) -> Iterator[Pair]:
    """Pairs of worlds, and the drawn causes that move something in them: first those with some, then those with none."""
    tried = substitutes(design) if levels else ()
    for substitute in tried:
        apart = apart_beside(design, levels, substitute.causes)
        shape = (substitute.design, target, conditions, all_granted, apart, substitute.persons)
        for pair in _pairs(*shape, 1 + len(tried)):
            first, second = (beside(design, world) for world in pair)
            if not all_granted or _keeps_rank(first, target):
                yield first, second, substitute.causes
    for first, second in _pairs(design, target, conditions, all_granted, apart_beside(design, levels)):
        yield first, second, ()


def _pairs(
    design: Design,
    target: Target,
    conditions: tuple[Condition, ...],
    all_granted: bool,
    apart: Apart,
    spread: Sequence[Edge] = (),
    shares: int = 1,
) -> Iterator[tuple[World, World]]:
    """Pairs of worlds that may be a witness, the plainest first."""
    seen: list[World] = []
    worlds = _first_worlds(design, target, conditions, all_granted, apart, spread)
    limited = within_limits(worlds, design, target, conditions, all_granted, shares)
    idle = () if all_granted else _with_an_idle_site(design, target, conditions, apart)
    for world in chain(limited, idle):
        seen.append(world)
        yield from ((world, second) for second in unseen(world, target))
        yield from (
            (world, second) for second in shifts(world, target, conditions, apart, steady=all_granted)
        )
        if design.unobserved and (design.declarations or len(world.sites[0]) == 1):
            yield from ((world, second) for second in reparametrized(world, target))
        yield from related(world, target)
    for world in seen if all_granted and conditions else ():
        yield from ((world, second) for second in shifts(world, target, conditions, apart, steady=False))


def _first_worlds(
    design: Design,
    target: Target,
    conditions: tuple[Condition, ...],
    all_granted: bool,
    apart: Apart,
    spread: Sequence[Edge] = (),
) -> Iterator[World]:
    """Worlds that meet the conditions and obey what is declared; then those whose sites may be drawn from such worlds."""
    columns = max([len(c.regression.columns) for c in conditions] or [len(design.mediators)])
    upstream = {e for arm in design.treatments for e in edges_between(design, arm, target.source)}
    moving = [e for e in sorted(design.causal.edges) if design.varies(*e) == "persons"]
    edges = sorted(
        moving, key=lambda e: e not in upstream
    )  # who complies otherwise may be who gains otherwise
    between = of_kind(conditions, Between)
    effects = {edge for c in between for edge in edges_between(design, *c.effect)}
    asked = [c for c in conditions if not is_kind(c, Assigned, Cut, Shared, Product)]

    def enough(moving: Collection[Edge], sites: int | None = None) -> bool:
        return not all_granted or _may_keep_rank(design, target, moving, sites)

    def meant(world: World) -> bool:
        met = keeps_apart(world.kinds, apart) and all(
            fits(world.kinds, c) for c in asked
        )  # see ``Witness.verify``
        return met and (not all_granted or _keeps_rank(world, target))

    def obeys(world: World) -> bool:
        return all(holds_in(world.kinds.sites, d) for d in design.declarations)

    def few(world: World) -> bool:
        return not design.declarations or sum(map(len, world.sites)) <= WORLD_PERSONS.most

    def good(world: World) -> bool:
        return few(world) and enough(_moving(world), len(world.sites)) and obeys(world) and meant(world)

    if all_granted and (plain := dependent(design, target.target, design.sites or 0)) is not None:
        yield from [plain] if meant(plain) and obeys(plain) else []
    persons = spread if all_granted else edges
    few_nodes = len(design.mediators) <= MANY_COLUMNS
    plans = [plan_of(design, apart, any_number) for any_number in (not all_granted, True)]
    for plan in dict.fromkeys(plans if few_nodes else plans[:1]):
        yield from bases(
            design,
            target,
            columns,
            effects,
            good,
            persons,
            any_number=not all_granted,
            plan=plan,
            enough=enough,
        )
    if design.sites != 1 and any(d.level == "sites" for d in design.declarations):
        yield from uncrossed(design, columns, lambda world: few(world) and meant(world))


def _with_an_idle_site(
    design: Design, target: Target, conditions: tuple[Condition, ...], apart: Apart
) -> Iterator[World]:
    """Worlds that meet the conditions, with a site where an arm does not move a mediator; tried when no others served."""
    if len(design.mediators) > MANY_COLUMNS or design.sites == 1:
        return
    columns = max([len(c.regression.columns) for c in conditions] or [len(design.mediators)])
    plan = plan_of(design, apart)
    fitting = (world for world in stalled(design, target, columns, plan) if _fits(world, conditions, apart))
    yield from islice(fitting, FIRST_WORLDS.most // 3)


def _fits(world: World, conditions: Iterable[Condition], apart: Apart) -> bool:
    """Whether a first world is small, obeys what is declared and meets what can be asked of it."""
    few = not world.design.declarations or sum(map(len, world.sites)) <= WORLD_PERSONS.most
    asked = (c for c in conditions if not is_kind(c, Assigned, Cut, Shared, Product))
    return (
        few
        and all(holds_in(world.kinds.sites, d) for d in world.design.declarations)
        and keeps_apart(world.kinds, apart)
        and all(fits(world.kinds, c) for c in asked)
    )


def _keeps_rank(world: World, target: Target) -> bool:
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
def _moving(world: World) -> tuple[Edge, ...]:
    """The arrows that differ between sites or within them."""
    return edges_in(world.design, varying(world.kinds, "sites") | varying(world.kinds, "persons"))
