"""Worlds that obey the drawn graph of heterogeneity (theory section 14).

A drawn cause may move a compliance and an effect together; granting (vi) and (vii) says that nothing else does. So in two
worlds for a design with modifiers, what the graph holds apart is independent, exactly. They differ by arrows that share a
drawn cause which is not measured: its value names the site, or the person. Every other modifier moves nothing there, and has
the same distribution beside each value of that cause, so what is measured of modifiers tells the two worlds apart in nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import networkx as nx

from identcheck.basics.once import once
from identcheck.basics.options import LevelName
from identcheck.decide.population import Population, Site
from identcheck.decide.population.declared import distribution, independent_in
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.bases import own_arrows
from identcheck.decide.witness.world import World
from identcheck.derive.heterogeneity import heterogeneity, readings, separated
from identcheck.derive.paths import reaches
from identcheck.describe.declarations import Edge, independent
from identcheck.describe.design import Design
from identcheck.errors import InvalidDesignError

__all__ = ["Substitute", "beside", "keeps_drawing", "moved_by", "substitutes"]


UNARGUED: dict[str, Any] = {"justifications": {}, "citations": {}}
"""A design that stands for another argues for nothing."""


@dataclass(frozen=True)
class Substitute:
    """A design without modifiers, all of whose worlds obey the drawn graph of another.

    Attributes:
        design: the design; only arrows that a cause moves differ between sites or persons, and some arrows of arms.
        persons: the arrows that may differ between the persons of a site.
        causes: the unmeasured modifiers that move something in its worlds.
    """

    design: Design
    persons: tuple[Edge, ...] = ()
    causes: tuple[str, ...] = ()


@once
def substitutes(design: Design) -> tuple[Substitute, ...]:
    """Designs in whose worlds to look for two that obey the drawn graph, the plainest first."""
    own = own_arrows(design)
    levels: tuple[LevelName, ...] = ("sites", "persons")
    groups = {level: _groups(design, level) for level in levels}
    made = [
        _made(design, level, (group,), more)
        for level in levels
        for group in groups[level]
        for more in ((), own)
    ]
    for level, each in groups.items():
        apart = all(not one & other for (_, one), (_, other) in combinations(each, 2))
        made += [_made(design, level, each, own)] if len(each) > 1 and apart else []
    if design.sites != 1:  # what is balanced acts within sites alone: sites that are all alike
        balanced = {m.name for m in design.modifiers if m.balanced}
        within = [d for d in design.declarations if d.level == "persons"]
        one_site = {"sites": 1, "declarations": within}
        alike = Design(design.graph, **design._said() | UNARGUED | one_site)
        made += [_made(alike, "persons", (group,), ()) for group in groups["persons"] if group[0] in balanced]
    made.append(_made(design, "persons" if design.sites == 1 else "sites", (), design.causal.edges))
    return tuple(dict.fromkeys(one for one in made if one is not None))


def beside(design: Design, world: World) -> World:
    """A world of a substitute as one of the design itself."""
    found = World(design, world.sites)
    found.unequal = world.unequal
    return found


Group = tuple[str, frozenset[Edge]]


def _groups(design: Design, level: str) -> tuple[Group, ...]:
    """Unmeasured modifiers, and the arrows that each moves at a level; the most arrows first, of equals one."""
    found: dict[frozenset[Edge], str] = {}
    for modifier in design.modifiers:
        if not modifier.measured and len(group := moved_by(design, level, modifier.name)) > 1:
            found.setdefault(group, modifier.name)
    ordered = sorted(found, key=lambda group: (-len(group), sorted(group)))
    return tuple((found[group], group) for group in ordered)


@once
def moved_by(design: Design, level: str, name: str) -> frozenset[Edge]:
    """The arrows that a modifier moves at a level, itself or by other unmeasured ones."""
    graph = heterogeneity(design, level)
    hidden = graph.subgraph(
        {name, *graph} - {m.name for m in design.modifiers if m.measured and m.name != name}
    )
    if name not in hidden:
        return frozenset()
    return frozenset(edge for edge in nx.descendants(hidden, name) if isinstance(edge, tuple))


def _made(
    design: Design, level: LevelName, named: Sequence[Group], more: Iterable[Edge]
) -> Substitute | None:
    """The design with only some arrows varying; None where there is nothing of the kind.

    Args:
        design: the design.
        level: where the arrows of the groups vary.
        named: causes with the arrows that each moves; these are independent of all else.
        more: arrows that may differ between sites as well.
    """
    if level == "sites" and design.sites == 1:
        return None
    groups = [group for _, group in named]
    together = frozenset[Edge]().union(*groups)
    varies: dict[Edge, str] = dict.fromkeys(design.causal.edges, "none")
    if design.sites != 1:
        varies |= {edge: "sites" for edge in more if design.varies(*edge) != "none"}
    varies |= dict.fromkeys(together, level)
    apart = [*groups, frozenset(e for e, how in varies.items() if how != "none") - together]
    sides = [(one, frozenset().union(*apart[at + 1 :])) for at, one in enumerate(apart[:-1])]
    levels: tuple[LevelName, ...] = ("sites",) if level == "sites" else ("sites", "persons")
    said = [
        independent(sorted(one), sorted(other), level=where)
        for one, other in sides
        if one and other
        for where in levels
        if where == "persons" or design.sites != 1
    ]
    found = _varying(design, varies, said) if groups or not design.declarations else None
    if found is None and not groups:
        found = _varying(design, {}, [])
    if found is None:
        return None
    spread = tuple(sorted(together)) if level == "persons" else ()
    return Substitute(found, spread, tuple(name for name, _ in named))


def _varying(design: Design, varies: Mapping[Edge, str], said: Iterable[Any]) -> Design | None:
    """The design without modifiers, some arrows varying otherwise; without what it declares where that cannot be kept."""
    graph: nx.DiGraph[str] = nx.DiGraph(design.graph)
    for edge, how in varies.items():
        graph.edges[edge]["varies"] = how
    for kept in (list(design.declarations), []):
        try:
            found = {"modifiers": [], "declarations": [*kept, *said]}
            return Design(graph, **design._said() | UNARGUED | found)
        except InvalidDesignError:
            continue
    return None


def keeps_drawing(population: Population) -> bool:
    """Whether, in a population, what the drawn graph holds apart is independent, exactly.

    Of every node's own equation: the effects on it, at both levels, of all that is upstream of its regressors and that the
    graph, nothing held fixed, separates from them.
    """
    design, sites = population.design, population.core.sites
    levels: tuple[LevelName, ...] = ("persons", "sites")
    for level in levels:
        moving = _moving(sites, level)
        for one, other in _sides(design):
            effects, above = one & moving, other & moving
            for some in (*(frozenset({edge}) for edge in effects), effects):
                apart = {edge for edge in above - some if separated(design, level, some, {edge})}
                if some and apart and not independent_in(sites, some, apart, level):
                    return False
    return True


@once
def _sides(design: Design) -> tuple[tuple[frozenset[Edge], frozenset[Edge]], ...]:
    """For each node with an equation of its own and each regressor there: the arrows of its effect, those upstream of all."""
    found = []
    for node in (*design.observed_mediators, design.outcome):
        own = own_regressors(design, node)
        around = tuple(arm for arm in design.treatments if reaches(design, arm, node, own))
        for reading in readings(design, node, own, design.treatments, around) if own else ():
            if reading.kind != "bypass":
                found.append((frozenset(reading.demand.one), frozenset(reading.demand.other)))
    return tuple(dict.fromkeys(found))  # type: ignore[arg-type]  # readings are of arrows


def _moving(sites: Sequence[Site], level: str) -> frozenset[Edge]:
    """The arrows whose coefficients differ between sites, in means or otherwise, or between the persons of one."""
    if level == "sites":
        return frozenset(
            edge for edge in sites[0].persons[0] if len({distribution(site, [edge]) for site in sites}) > 1
        )
    return frozenset(
        edge
        for edge in sites[0].persons[0]
        if any(len({person[edge] for person in site.persons}) > 1 for site in sites)
    )
