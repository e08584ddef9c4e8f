"""Which two worlds are shown for an effect that is not identified, and what they are known to meet.

Any witness settles the verdict. What a reader is shown should also meet the conditions that no numeral grants, and have the
effect point in opposite directions, wherever such worlds are found. For an effect of or on an unmeasured node there is always
such a second world: that node in another unit and the other way round (theory section 12: what enters it is multiplied, what
leaves it divided, so that every contrast and every effect between other nodes stays what it is). All effects of that node
share one pair of worlds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, islice
from math import ceil, floor

import networkx as nx

from identcheck.basics.once import once
from identcheck.decide.conditions import (
    UNNUMBERED,
    Between,
    Bypass,
    Condition,
    Product,
    Rank,
    Shared,
    is_kind,
    of_kind,
)
from identcheck.decide.conditions.shared import shared_edges
from identcheck.decide.estimands import Target, resolve
from identcheck.decide.granting import apart_levels
from identcheck.decide.population import Population
from identcheck.decide.population.declared import holds_in, keeps_apart
from identcheck.decide.population.meeting import fits
from identcheck.decide.primary import default_estimands
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.parts import find_strategies
from identcheck.decide.witness import Witness, ways_to_count
from identcheck.decide.witness.bases import bases
from identcheck.decide.witness.crossing import plan_of
from identcheck.decide.witness.extent import between, turned
from identcheck.decide.witness.world import World
from identcheck.derive.apart import apart_beside
from identcheck.derive.paths import edges_between
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors import InvalidDesignError
from identcheck.errors.limits import FIRST_WORLDS, WORLD_PERSONS

__all__ = ["all_met", "conditions_for_worlds", "grantable", "met_by", "shown"]

NUMBERED = "every numbered assumption that can be granted"
OWN = "every numbered assumption that a regression for what is asked could rest on"

MOST_MEDIATORS = 6
"""With more mediators the conditions of all regressions are not gone through, nor other first worlds tried."""

OTHER_WAY = (Fraction(-2), Fraction(-3), Fraction(-1, 2), Fraction(-1, 3))
"""Units in which an unmeasured node is the other way round; the first that leaves whole numbers, else the first."""


def shown(witness: Witness) -> Witness:
    """The two worlds to show in place of those that settled the verdict; these, where no better ones are found.

    Args:
        witness: of an effect that is not identified.
    """
    design, target = witness.first.design, witness.target
    if witness.drawn is not None or design.interactions:
        return witness
    few = len(design.mediators) <= MOST_MEDIATORS  # where there are more, one pair is to serve many effects
    unseen = [node for node in (target.source, target.target) if node in design.unobserved]
    best = _best_first(design, unseen[0]) if unseen and few else None
    apart = apart_levels(design)
    firsts = (
        [replace(witness, first=best, granted=grantable(design), apart=apart)] if best is not None else []
    )
    candidates = chain(
        (pair for first in (*firsts, witness) for pair in _turned_round(first)),
        _beyond(witness) if few and not _opposite(witness) else (),
    )
    return next((pair for pair in candidates if _opposite(pair) and pair.verify()), witness)


def all_met(witness: Witness) -> bool:
    """Whether both worlds meet everything that can be granted in the design, for every regression, numbered or not."""
    return _gone_through(witness) and not _broken(witness)


def met_by(witness: Witness) -> str:
    """What both worlds meet of all that can be granted, as a phrase.

    Everything; or what has a numeral, of every regression in the design; or of those for the effect in question alone, which
    every witness meets.
    """
    if not _gone_through(witness):
        return OWN
    broken = _broken(witness)
    if any(c.granted_by for c in broken):
        return OWN
    keys = {c.key for c in grantable(witness.first.design)}
    names = listed([name for key, name in UNNUMBERED.items() if key in keys])
    if broken:
        return NUMBERED
    return f"{NUMBERED}, and {names} as well" if names else "everything that can be granted here"


def _gone_through(witness: Witness) -> bool:
    """Whether the conditions of all regressions are few enough to be gone through, in worlds that are exact."""
    return len(witness.first.design.mediators) <= MOST_MEDIATORS and witness.drawn is None


def _broken(witness: Witness) -> list[Condition]:
    """What can be granted in the design and one of the worlds does not meet."""
    worlds = (witness.first, witness.second)
    return [c for c in grantable(witness.first.design) if not all(fits(world, c) for world in worlds)]


@once
def grantable(design: Design) -> tuple[Condition, ...]:
    """The conditions that can be granted: of every regression for one of the default effects, with a numeral or without.

    No bypass by choice, and nothing that the design excludes when all else is granted.
    """
    found: dict[Condition, None] = {}
    for estimand in default_estimands(design):
        if estimand.kind == "mediated":  # a part asks what the effect of its mediator asks
            continue
        search = find_strategies(design, resolve(design, estimand), (*design.numerals, *UNNUMBERED))
        own = conditions_for_worlds(search.strategies)
        found |= dict.fromkeys(c for c in own if c.ways)
        found |= dict.fromkeys(c for c in conditions_for_worlds(search.by_choice) if c.granted_by and c.ways)
    return tuple(found)


def _opposite(witness: Witness) -> bool:
    first, second = witness.values
    return first * second < 0


def _turned_round(witness: Witness) -> Iterator[Witness]:
    """The first world with one in which an unmeasured end of the effect is the other way round and in another unit."""
    pairs = [pair for by in OTHER_WAY if (pair := turned(witness, by)) is not None]
    yield from sorted(pairs, key=lambda pair: not _whole(pair.second))


def _whole(world: Population) -> bool:
    return all(
        value.denominator == 1 for site in world.persons for person in site for value in person.values()
    )


def _beyond(witness: Witness) -> Iterator[Witness]:
    """The first world with one on the line through both, so many whole steps away that the effect has the other sign."""
    first, second = witness.values
    step = second - first
    steps = floor(-first / step) + 1 if first * step < 0 else ceil(-first / step) - 1
    further = steps + (1 if steps > 0 else -1)
    size = further if first + steps * step == -first else steps
    pair = between(witness, Fraction(size))
    yield from [pair] if pair is not None else []


# -- first worlds that meet everything --------------------------------------------------


@once
def _best_first(design: Design, node: str) -> Population | None:
    """A world that meets everything that can be granted, whatever is asked of an unmeasured node; None if none was found."""
    every = grantable(design)
    target = Target(node, design.outcome, frozenset(), frozenset())
    return next(
        (found for world in _firsts(design, target, every) for found in _populations(world, every)), None
    )


def _populations(world: World, conditions: Iterable[Condition]) -> Iterator[Population]:
    """The world as a population that meets the conditions, each site counted once if they hold then."""
    for each_once in ways_to_count(world):
        found = world.population(each_once)
        if all(fits(found, c) for c in conditions):
            yield found


def _firsts(design: Design, target: Target, conditions: tuple[Condition, ...]) -> Iterator[World]:
    """Plain worlds whose kinds of sites meet the conditions: first with arrows that stay the same in all sites."""
    between_sites = of_kind(conditions, Between)
    effects = {edge for c in between_sites for edge in edges_between(design, *c.effect)}
    columns = max([len(c.regression.columns) for c in conditions] or [len(design.mediators)])
    apart = apart_beside(design, apart_levels(design))

    def good(world: World) -> bool:
        few = sum(map(len, world.sites)) <= WORLD_PERSONS.most
        kinds = World(design, world.sites).kinds
        return (
            few
            and all(holds_in(kinds.sites, d) for d in design.declarations)
            and keeps_apart(kinds, apart)
            and all(fits(kinds, c) for c in conditions)
        )

    plan = plan_of(design, apart, any_number=False)
    for held in _holding(design, conditions):
        worlds = bases(held, target, columns, effects, good, (), any_number=False, plan=plan)
        yield from (World(design, world.sites) for world in islice(worlds, FIRST_WORLDS.most))


def _holding(design: Design, conditions: Iterable[Condition]) -> Iterator[Design]:
    """The design with some arrows the same in all sites: shared ones and those of a bypass; shared ones; none."""
    every = tuple(conditions)
    shared = {edge for c in every if is_kind(c, Shared) for edge in shared_edges(c.regression)}
    around = {edge for c in every if is_kind(c, Bypass) for edge in edges_between(design, *c.effect)}
    for edges in dict.fromkeys(map(frozenset, (shared | around, shared, ()))):
        graph: nx.DiGraph[str] = nx.DiGraph(design.graph)
        for edge in edges:
            graph.edges[edge]["varies"] = "none"
        try:
            yield Design(graph, **design._said())
        except InvalidDesignError:
            continue


# -- conditions that worlds are asked to meet --------------------------------------------


def conditions_for_worlds(strategies: Iterable[Strategy | Composed]) -> tuple[Condition, ...]:
    """The conditions of strategies that two worlds may be asked to meet: all but a rank, or another, that the design excludes.

    Where a strategy needs arrows to be the same in all sites (S), a world in which one of them differs is exempt from the
    between-site condition of a regressor whose own effect holds it, and from no other.
    """
    asked = (c for strategy in strategies for c in strategy.conditions if not is_kind(c, Product))
    return tuple(dict.fromkeys(c for c in asked if not c.violated or _unsettled(c)))


def _unsettled(condition: Condition) -> bool:
    """Whether it is a rank that is not counted on only since there are too many paths to work out more."""
    return is_kind(condition, Rank) and condition.structure.cut_short
