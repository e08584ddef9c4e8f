"""The changes of a design that may make an effect identified, each as a design of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import networkx as nx

from identcheck.decide.strategies.other_weights import as_wanted, wanted_weights
from identcheck.derive.assignment import back_doors
from identcheck.derive.words import brief, effect_words, listed
from identcheck.describe.design import Design
from identcheck.describe.modifiers import fitted
from identcheck.errors import InvalidDesignError

__all__ = ["KINDS", "Change", "measuring", "most_sites"]

Edge = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """A changed design, before it is known whether it serves.

    Attributes:
        words: what is changed.
        design: the changed design.
        claim: what the change claims about the world, or "".
        arm: the arm meant by a question that names none, where there are now several.
        about: what the change is about; of several changes about the same, the first that serves is enough.
    """

    words: str
    design: Design
    claim: str = ""
    arm: str | None = None
    about: object = None


def _more_sites(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    """One site more, two more, and so on; the first that serves is enough."""
    if design.sites is None or size > 1:
        return
    for count in range(design.sites + 1, most_sites(design) + 1):
        yield from _change(design, f"{count} sites instead of {design.sites}", about="sites", sites=count)


def most_sites(design: Design) -> int:
    """As many as a regression on every mediator, with intercepts, could need."""
    return len(design.mediators) + len(design.treatments) + 1


def _everywhere(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    """That treatment moves the mediators in every site, so that each site's own contrasts can be solved."""
    if size > 1 or design.works_everywhere or design.sites == 1:
        return
    site, sites = design.word("site"), design.word("sites")
    arms = listed([brief(design, arm) for arm in design.treatments])
    many = len(design.treatments) > 1
    moves = "change the mediators in different proportions" if many else "changes the mediators"
    yield from _change(
        design,
        f"choose {sites} so that {arms} {moves} in each of them, and solve {site} by {site}",
        claim=f"it claims that no {site} is without such compliance (works_everywhere), which its own contrasts show",
        works_everywhere=True,
    )


def _as_wanted(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    """The weights of the average wanted in the estimator, where drawn weights are others."""
    other = as_wanted(design)
    if other is not None and size == 1:
        yield Change(wanted_weights(design), other)


def _measured(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    hidden = sorted(design.unobserved - {*design.products}, key=design.order.__getitem__)
    for nodes in combinations(hidden, size):
        words = f"measure {listed([brief(design, n) for n in nodes])}"
        yield from _change(design, words, unobserved=[n for n in hidden if n not in nodes])


def _modifiers_measured(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    """Drawn causes of heterogeneity that will be measured as well; what they move stays as it is."""
    for chosen in combinations([m for m in design.modifiers if not m.measured], size):
        of_sites = all(modifier.level == "sites" for modifier in chosen)
        where = (
            f"in each {design.word('site')}"
            if of_sites
            else f"for each {design.word('person')}, before treatment"
        )
        words = f"measure {listed([design.modifier_words(m.name) for m in chosen])} {where}"
        changed = [replace(m, measured=True) if m in chosen else m for m in design.modifiers]
        yield from _change(design, words, modifiers=changed, about=frozenset(m.name for m in chosen))


def measuring(design: Design, node: str) -> Design | None:
    """The design with one more node measured; None where that is no design."""
    hidden = sorted(design.unobserved - {node}, key=design.order.__getitem__)
    return next((change.design for change in _change(design, "", unobserved=hidden)), None)


def _another_arm(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    """An arm like an existing one, moved by what moves that; where that is not enough, one with an arrow of its own more."""
    for arm in design.treatments:
        copied = list(design.causal.successors(arm))
        beside = [m for m in design.own_mediators if m not in copied] if size > 1 else [None]
        for extra in beside:
            names = (f"{arm}_{k}" for k in range(2, len(design.graph) + 3))
            graph, fresh = _graph(design), next(name for name in names if name not in design.graph)
            for node in copied:
                kept = {k: x for k, x in graph.edges[arm, node].items() if k != "symbol"}
                graph.add_edge(fresh, node, **kept)
            change = f"another arm in addition to {brief(design, arm)}, which changes the same variables in other proportions"
            if extra is not None:
                graph.add_edge(fresh, extra)
                change += f", and {brief(design, extra)} directly"
            alike = [
                replace(m, of=(*m.of, *((fresh, v) for u, v in m.of if u == arm))) for m in design.modifiers
            ]
            yield from _change(
                design, change, graph, arm=arm, treatment=[*design.treatments, fresh], modifiers=alike
            )


def _varying(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    """Arrows that vary more widely than they are said to: over sites, where that does not do, over persons."""
    levels = {"none": ("sites", "persons"), "sites": ("persons",), "persons": ()}
    for level in ("sites", "persons"):
        edges = [edge for edge in design.causal.edges if level in levels[design.varies(*edge)]]
        for chosen in combinations(edges, size):
            graph = _graph(design)
            for edge in chosen:
                graph.edges[edge]["varies"] = level
            change, claim = _varying_words(design, chosen, level)
            yield from _change(design, change, graph, claim, about=chosen)


def _varying_words(design: Design, edges: tuple[Edge, ...], level: str) -> tuple[str, str]:
    effects = listed([effect_words(design, a, b, design.mediators) for a, b in edges])
    verb, they = ("differs", "it is") if len(edges) == 1 else ("differ", "they are")
    if level == "sites":
        return (
            f"{effects} {verb} between sites",
            f"it claims that {they} not the same in all sites, and sites would have to be chosen accordingly",
        )
    return (
        f"{effects} {verb} between persons",
        f"it claims that {they} not the same for all persons of a site",
    )


def _dropped(design: Design, size: int, named: frozenset[str]) -> Iterator[Change]:
    """A graph without one of the mediators that the question does not name; the others remain mediators."""
    for node in design.mediators if size == 1 else ():
        if node not in named:
            graph = _graph(design)
            graph.remove_node(node)
            label = brief(design, node)
            claim = (
                f"it claims that {label} lies on no path from treatment to {brief(design, design.outcome)}"
            )
            unseen = sorted(design.unobserved - {node})
            if node in design.products:
                claim = f"it claims that {effect_words(design, node, design.outcome)} is zero for everyone"
            for change in _change(design, f"leave {label} out of the graph", graph, claim, unobserved=unseen):
                if len(change.design.own_mediators) == len(design.own_mediators) - (
                    node not in design.products
                ):
                    yield change


def _assigned(design: Design, size: int, _named: frozenset[str]) -> Iterator[Change]:
    """Assignment that nothing else decides, where the graph draws causes of it that matter."""
    if size > 1 or not back_doors(design):
        return
    graph, arms = _graph(design), {*design.treatments}
    graph.remove_edges_from([(cause, arm) for arm in arms for cause in design.graph.pred[arm]])
    pairs = [pair for pair in design.confounded if not arms & {*pair}]
    treatment = listed([brief(design, arm) for arm in design.treatments])
    where = "" if design.sites == 1 else " within sites"
    yield from _change(
        design,
        f"assign {treatment} by chance alone{where}, or use the cells within which it is so in place of sites",
        graph,
        "it claims that nothing that affects mediators or outcome decides who is assigned",
        confounded=pairs,
    )


def _graph(design: Design) -> nx.DiGraph[str]:
    """A copy of the graph that can be changed; roles and what is unmeasured are said beside it."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for node, said in design.graph.nodes.items():
        role = {"role": "consequence"} if node in design.consequences else {}
        graph.add_node(node, **{k: x for k, x in said.items() if k not in ("role", "unobserved")}, **role)
    graph.add_edges_from((a, b, dict(said)) for (a, b), said in design.graph.edges.items())
    return graph


def _change(
    design: Design,
    words: str,
    graph: nx.DiGraph[str] | None = None,
    claim: str = "",
    arm: str | None = None,
    about: object = None,
    **said: Any,
) -> Iterator[Change]:
    """The design with another graph or other arguments; nothing where that is no design."""
    graph = _graph(design) if graph is None else graph
    everything = design._said() | said
    everything |= {"primary": (), "rules": None}  # their effects may be others
    left = fitted(everything["modifiers"], graph.edges)
    for table in ("labels", "scales", "short"):
        kept = {*graph, *(modifier.name for modifier in left if table == "short")}
        everything[table] = {node: x for node, x in everything[table].items() if node in kept}
    everything["interactions"] = [pair for q, pair in design.products.items() if {q, *pair} <= {*graph}]
    everything["modifiers"] = left
    everything["confounded"] = [pair for pair in everything["confounded"] if {*pair} <= {*graph}]
    unsaid: dict[str, dict[str, str]] = {"justifications": {}, "citations": {}}  # the numerals may be others
    for attempt in (everything, everything | unsaid):
        try:
            changed = Design(graph, **attempt)
        except InvalidDesignError:
            continue
        yield Change(words, changed, claim, arm, about)
        return


KINDS: tuple[Callable[[Design, int, frozenset[str]], Iterator[Change]], ...] = (
    _more_sites,
    _everywhere,
    _modifiers_measured,
    _as_wanted,
    _measured,
    _another_arm,
    _varying,
    _dropped,
    _assigned,
)
"""The kinds of change, each given the design, how many things to change at once, and the nodes asked about."""
