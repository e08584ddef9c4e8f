"""Worlds that obey the drawn graph of heterogeneity (theory section 14).

A drawn cause may move a compliance and an effect together; granting (vi) and (vii) says that nothing else does. So in two
worlds for a design with modifiers, what the graph holds apart is independent, exactly. They differ by arrows that share a
drawn cause which is not measured: its value names the site, or the person. Every other modifier moves nothing there, and has
the same distribution beside each value of that cause, so what is measured of modifiers tells the two worlds apart in nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import networkx as nx

from identcheck.basics.once import once
from identcheck.basics.options import LevelName
from identcheck.decide.witness.bases import free_arrows, own_arrows
from identcheck.decide.witness.by_cause import Moved
from identcheck.decide.witness.proportional import Multiplied
from identcheck.decide.witness.turns import as_in
from identcheck.decide.witness.world import World
from identcheck.derive.heterogeneity import moved_by
from identcheck.describe.declarations import Edge, independent
from identcheck.describe.design import Design
from identcheck.errors import InvalidDesignError

__all__ = ["Substitute", "beside", "never_exact", "substitutes"]

UNARGUED: dict[str, Any] = {"justifications": {}, "citations": {}}
"""A design that stands for another argues for nothing."""


@dataclass(frozen=True)
class Substitute:
    """A design without modifiers, all of whose worlds obey the drawn graph of another.

    Attributes:
        design: the design; only arrows that a cause moves differ between sites or persons, and some arrows of arms.
        persons: the arrows that may differ between the persons of a site.
        causes: the unmeasured modifiers that move something in its worlds.
        moved: what the cause moves, where worlds are made for it.
        times: what the cause multiplies, where it multiplies what arms do; beside interactions.
    """

    design: Design
    persons: tuple[Edge, ...] = ()
    causes: tuple[str, ...] = ()
    moved: Moved | None = None
    times: Multiplied | None = None


@once
def substitutes(design: Design) -> tuple[Substitute, ...]:
    """Designs in whose worlds to look for two that obey the drawn graph, the plainest first."""
    if all(modifier.measured for modifier in design.modifiers) or any(
        d.kind == "correlated" and never_exact(design, d.level) for d in design.declarations
    ):
        return ()
    own = [] if never_exact(design, "sites") else own_arrows(design)
    levels: tuple[LevelName, ...] = ("sites", "persons")
    groups = {level: () if never_exact(design, level) else _groups(design, level) for level in levels}
    made = [
        _made(design, level, (group,), more)
        for level in levels
        for group in groups[level]
        for more in ((), own)
    ]
    for level, each in groups.items():
        apart = all(not one & other for (_, one), (_, other) in combinations(each, 2))
        made += [_made(design, level, each, own)] if len(each) > 1 and apart else []
    if design.interactions:
        made += [_multiplied(design, level, group, own) for level in levels for group in groups[level]]
    made += [_moved(design, level, group) for level in levels for group in groups[level]]
    even = [
        group for group in groups["persons"] if group[0] in {m.name for m in design.modifiers if m.balanced}
    ]
    differing = any(d.kind == "correlated" and d.level == "sites" for d in design.declarations)
    if (
        even and design.sites != 1 and not differing
    ):  # what is balanced acts within sites alone: sites all alike
        alike = _alike(design)
        made += [_made(alike, "persons", (group,), ()) for group in even]
    return tuple(dict.fromkeys(one for one in made if one is not None))


def _alike(design: Design) -> Design:
    """The design with one site, which stands for sites that are all alike."""
    within = [d for d in design.declarations if d.level == "persons"]
    return Design(design.graph, **design._said() | UNARGUED | {"sites": 1, "declarations": within})


def beside(design: Design, world: World) -> World:
    """A world of a substitute as one of the design itself."""
    found = World(design, world.sites)
    found.unequal, found.before, found.by = world.unequal, world.before, world.by
    return found


def never_exact(design: Design, level: LevelName) -> bool:
    """Whether what is declared of a level holds in no finite population in which something varies there."""
    return any(d.kind == "normal" and d.level == level for d in design.declarations)


Group = tuple[str, frozenset[Edge]]


def _groups(design: Design, level: str) -> tuple[Group, ...]:
    """Unmeasured modifiers, and the arrows that each moves at a level; the most arrows first, of equals one."""
    found: dict[frozenset[Edge], str] = {}
    for modifier in design.modifiers:
        if not modifier.measured and len(group := moved_by(design, level, modifier.name)) > 1:
            found.setdefault(group, modifier.name)
    ordered = sorted(found, key=lambda group: (-len(group), sorted(group)))
    return tuple((found[group], group) for group in ordered)


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
    found = _varying(design, varies, said)
    if found is None:
        return None
    spread = tuple(sorted(together)) if level == "persons" else ()
    return Substitute(found, spread, tuple(name for name, _ in named))


def _multiplied(design: Design, level: LevelName, named: Group, own: Sequence[Edge]) -> Substitute | None:
    """The design in which a cause moves a group of arrows, and arms' own arrows differ between sites as they may."""
    name, group = named
    if design.sites == 1 or not any(edge in group for edge in own):
        return None
    varies: dict[Edge, str] = dict.fromkeys(design.causal.edges, "none")
    inner = [e for e in free_arrows(design) if e[1] != design.outcome]
    varies |= dict.fromkeys((*own, *inner), "sites") | dict.fromkeys(group, level)
    found = _varying(design, varies, ())
    arrows = tuple(sorted(group))
    spread = arrows if level == "persons" else ()
    return None if found is None else Substitute(found, spread, (name,), times=Multiplied(arrows, level))


def _moved(design: Design, level: LevelName, named: Group) -> Substitute | None:
    """The design in which a cause moves a group of arrows; arms' own arrows and those between mediators differ as they may."""
    name, group = named
    if (design.sites == 1 and level == "sites") or not _go_together(design, level, group):
        return None
    varies: dict[Edge, str] = dict.fromkeys(design.causal.edges, "none")
    if design.sites != 1 and not never_exact(design, "sites"):
        varies |= dict.fromkeys(
            (e for e in free_arrows(design) if e in own_arrows(design) or e[1] != design.outcome), "sites"
        )
    varies |= dict.fromkeys(group, level)
    found = _varying(design, varies, ())
    arrows = tuple(sorted(group))
    (cause,) = (m for m in design.modifiers if m.name == name)
    moved = Moved(arrows, level, 3 if cause.scale == "continuous" or cause.terms > 1 else 2, cause.balanced)
    return None if found is None else Substitute(found, (), (name,), moved=moved)


def _go_together(design: Design, level: LevelName, group: Collection[Edge]) -> bool:
    """Whether what is declared correlated can be so where a cause moves a group of arrows and each other has a part of its own.

    Both arrows of a pair are to be in the group; between sites they may also both be arrows of arms, which have a part in common.
    """
    pairs = ((d.level, d.edges) for d in design.declarations if d.kind == "correlated")
    return all(
        (at == "sites" and all(u in design.treatments for u, _ in pair))
        or (pair <= set(group) and (at == level or level == "persons"))
        for at, pair in pairs
    )


def _varying(design: Design, varies: Mapping[Edge, str], said: Iterable[Any]) -> Design | None:
    """The design without modifiers, some arrows varying otherwise; None where none of its worlds obeys what is declared.

    So it is where arrows that are declared correlated are now the same for all, or independent of one another.
    """
    graph: nx.DiGraph[str] = nx.DiGraph(design.graph)
    for edge, how in varies.items():
        graph.edges[edge]["varies"] = how
    found = {"modifiers": [], "declarations": [*design.declarations, *said]}
    try:
        return as_in(Design(graph, **design._said() | UNARGUED | found), design)
    except InvalidDesignError:
        return None
