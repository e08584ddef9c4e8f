"""Whether the modifiers of a design fit its graph, one another, and what is declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx

from identcheck.describe.declarations import Declaration, Edge, written
from identcheck.describe.modifiers import Modifier, among, used
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.describe.validation.description import Description
from identcheck.describe.validation.parts import mediators_of, reached_from, role_of
from identcheck.describe.validation.structure import cycles_of
from identcheck.describe.wording import names
from identcheck.errors import Problem, suggestion

__all__ = ["modifier_problems"]


def modifier_problems(said: Description) -> Iterator[str]:
    """Every reason why these modifiers cannot stand beside this graph, with the modifier each is about."""
    many = Counter(modifier.name for modifier in said.modifiers)
    graph = among(said.modifiers)
    for name in graph:
        about = ("modifiers", name)
        if many[name] > 1:
            yield Problem.at(
                f"modifier {name!r} is drawn {many[name]} times; draw it once, with all its arrows", about
            )
    for modifier in said.modifiers:
        problems = [*_clash(said, modifier), *_arrows(said, modifier), *_causes(said, modifier, graph)]
        yield from Problem.each(problems, ("modifiers", modifier.name))
    for cycle in cycles_of(graph)[0]:
        closed = " -> ".join([*cycle, cycle[0]])
        paths = (("modifiers", name) for name in cycle)
        yield Problem.at(f"the modifiers form a cycle, {closed}; take out one of these causes", *paths)
    yield from _unused(said.modifiers, graph)
    for declaration in said.declarations:
        if declaration.kind == "independent":
            yield from _contradicted(said, declaration, graph)


def _clash(said: Description, modifier: Modifier) -> Iterator[str]:
    """A modifier with the name of a node: of one that treatment reaches, or of another."""
    name = modifier.name
    if name not in said.graph:
        return
    if name in reached_from(said.graph, said.treatments) | {*said.treatments, *said.outcomes}:
        yield f"modifier {name!r} {_reached(said, name)}"
    else:
        yield (
            f"modifier {name!r} has the name of a node of the graph that is fixed before treatment; if it only changes "
            "effects, take the node out of the graph; if it is a cause of variables there as well, keep the node and give the "
            f"modifier a name of its own, such as {f'{name} (modifier)'!r}"
        )


def _reached(said: Description, name: str) -> str:
    """Why a node that treatment reaches, or a treatment, is no modifier."""
    if name in said.treatments:
        return "is a treatment; a modifier is a characteristic from before treatment: give it another name, or take it out"
    if name in said.outcomes:
        return "is the outcome, which treatment reaches; a modifier is a characteristic from before treatment: take it out"
    if role_of(said.graph, name) == "consequence":
        return (
            "is a consequence of treatment; a modifier is a characteristic from before treatment: draw what is known of "
            "it before treatment, under a name of its own"
        )
    return (
        "is a mediator: treatment reaches it, and a mediator that changes another's effect is an interaction, no modifier; "
        "if its level before treatment is meant, draw that under a name of its own"
    )


def _arrows(said: Description, modifier: Modifier) -> Iterator[str]:
    """Arrows that the graph lacks, or that carry no effect of treatment."""
    causal = reached_from(said.graph, said.treatments) | set(said.treatments)
    for edge in modifier.of if said.directed else ():
        where = f"modifier {modifier.name!r}: "
        if not said.graph.has_edge(*edge):
            if said.graph.has_edge(*edge[::-1]):
                known = f"it has {_quoted(edge[::-1])}"
            else:
                known = f"its arrows are {', '.join(map(_quoted, said.graph.edges)) or 'none'}"
            yield f"{where}there is no arrow {_quoted(edge)} in the graph; {known}"
        elif said.treatments and not causal >= set(edge):
            yield (
                f"{where}the arrow {_quoted(edge)} starts where no treatment reaches, so it carries no effect of treatment "
                "that could be changed; leave it out"
            )


def _causes(said: Description, modifier: Modifier, graph: nx.DiGraph[str]) -> Iterator[str]:
    """Causes that are no modifiers, or of a kind that cannot cause this one."""
    named = {other.name: other for other in said.modifiers}
    where = f"modifier {modifier.name!r}"
    for name in modifier.causes:
        cause = named.get(name)
        if cause is None:
            yield f"{where}: its cause {name!r} {_no_modifier(said, name, graph)}"
        elif cause.level == "persons" and modifier.level == "sites":
            yield (
                f"{where} is of the sites and {name!r}, its cause, of the persons; what a site's persons have in common is "
                "a characteristic of the site: draw that as the cause, or say level 'persons' here"
            )
        elif modifier.balanced and (cause.level == "sites" or not cause.balanced):
            differs = "is of the sites" if cause.level == "sites" else "is not balanced"
            yield (
                f"{where} is balanced, but its cause {name!r} {differs}, so that its persons' mix differs between sites; leave "
                "balanced out, or take the cause out"
            )


def _no_modifier(said: Description, name: str, graph: nx.DiGraph[str]) -> str:
    if name in mediators_of(said.graph, said.treatments, []) | set(said.treatments):
        return "is a node that treatment reaches, and no modifier follows from treatment; take the cause out"
    if name in said.graph:
        return "is a node of the causal graph; a cause of modifiers is a modifier: draw it as one, under a name of its own"
    return f"is no modifier{suggestion(name, list(graph))}; there are {names(graph) or 'none'}"


def _unused(modifiers: Iterable[Modifier], graph: nx.DiGraph[str]) -> Iterator[str]:
    """Modifiers that move no arrow and cause none that does."""
    moving = {modifier.name for modifier in modifiers if used(modifier)}
    for name in graph:
        if name in moving or moving & nx.descendants(graph, name):
            continue
        if name == SITE_WEIGHTS:
            yield Problem.at(
                "modifier 'weights' moves no arrow, and nothing is drawn that causes it; say what it moves (of), name its "
                "causes, or take it out",
                ("modifiers", name),
            )
        else:
            yield Problem.at(
                f"modifier {name!r} moves no arrow, and is no cause of a modifier that does; say what it moves "
                "(of), or take it out",
                ("modifiers", name),
            )


def _contradicted(said: Description, declaration: Declaration, graph: nx.DiGraph[str]) -> Iterator[str]:
    """A declared independence of two arrows that a modifier moves both, at the level where it acts."""
    if declaration.level == "sites" and said.sites == 1:
        return
    movers = {edge: _movers(said, declaration.level, edge, graph) for edge in declaration.edges}
    for one in sorted(declaration.left):
        for other in sorted(declaration.right):
            shared = movers[one] & movers[other]
            if one != other and shared:
                nearest = next(name for name in reversed(_sorted(graph)) if name in shared)
                over = "from person to person" if declaration.level == "persons" else "between sites"
                yield Problem.at(
                    f"{declaration} contradicts the modifier {nearest!r}, which moves both {written(one)} and "
                    f"{written(other)} {over}; drop the declaration, or one of the modifier's arrows",
                    ("declarations", declaration.kind),
                    ("modifiers", nearest),
                )


def _sorted(graph: nx.DiGraph[str]) -> list[str]:
    return list(nx.topological_sort(graph) if nx.is_directed_acyclic_graph(graph) else graph)


def _movers(said: Description, level: str, edge: Edge, graph: nx.DiGraph[str]) -> set[str]:
    """The modifiers that move an arrow at a level, itself or by others: in one site, or between them."""
    varies = said.graph.edges[edge].get("varies", "persons") if said.graph.has_edge(*edge) else "none"
    acting = {
        modifier.name
        for modifier in said.modifiers
        if (modifier.level == "persons" and (level == "persons" or not modifier.balanced))
        or (modifier.level == "sites" and level == "sites")
    }
    direct = {
        modifier.name
        for modifier in said.modifiers
        if modifier.name in acting
        and edge in modifier.of
        and varies in (("persons",) if modifier.level == "persons" else ("persons", "sites"))
    }
    inside: nx.DiGraph[Any] = graph.subgraph(acting)
    return direct.union(*(nx.ancestors(inside, name) for name in direct))


def _quoted(edge: Iterable[object]) -> str:
    return " -> ".join(map(repr, edge))
