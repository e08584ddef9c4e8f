"""What differs between two designs, each difference a sentence in the user's labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

import networkx as nx

from identcheck.decide.conditions import UNNUMBERED
from identcheck.decide.granting import granted_names
from identcheck.derive.words import listed
from identcheck.describe.declarations import written
from identcheck.describe.design import Design
from identcheck.describe.interactions import product_label

if TYPE_CHECKING:
    from identcheck.decide.identification import Identification

__all__ = ["DesignChange", "design_changes", "redrawn"]


MODIFIED: Mapping[str, str] = MappingProxyType(
    {
        "of": "changes {}",
        "level": "is a characteristic of {}",
        "measured": "is {}measured",
        "scale": "is {}",
        "levels": "has {} categories",
        "balanced": "is {}balanced",
        "causes": "is caused by {}",
    }
)
"""What is said of a modifier, by field; in the second part of a sentence as in the first."""


@dataclass(frozen=True)
class DesignChange:
    """One difference between two designs.

    Attributes:
        kind: "outcome", "arm added", "arm removed", "node added", "node removed", "role", "arrow added",
            "arrow removed", "arrow reversed", "varies", "noncompliance", "measured", "not measured", "scale",
            "sites", "average", "weights", "modifier added", "modifier removed", "modifier",
            "declaration added", "declaration removed", "granted", "no longer granted" or "numerals".
        nodes: the node, the arrow or the modifier it is about; empty where it is about the whole design.
        sentence: the difference in words.
    """

    kind: str
    nodes: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def modifier_changes(old: Design, new: Design) -> Iterator[DesignChange]:
    """Modifiers that one of the designs lacks, and what is said otherwise of those in both; words are no difference."""
    were, are = ({modifier.name: modifier for modifier in design.modifiers} for design in (old, new))
    for word, of, other in (("removed", were, are), ("added", are, were)):
        for name in (name for name in of if name not in other):
            unseen = "" if of[name].measured else ", not measured"
            yield DesignChange(f"modifier {word}", (name,), f"modifier {word}: {of[name]}{unseen}")
    for name, modifier in are.items():
        before = were.get(name, modifier)
        for key, phrase in MODIFIED.items():
            said = [phrase.format(_value(getattr(each, key))) for each in (modifier, before)]
            if said[0] != said[1]:
                yield DesignChange(
                    "modifier", (name,), f"the modifier {name} {said[0]}; before, it {said[1]}"
                )


def _value(said: object) -> str:
    """A field of a modifier in words."""
    if isinstance(said, tuple):
        return listed([each if isinstance(each, str) else written(each) for each in said]) or "nothing"
    return (
        {True: "", False: "not ", None: "no"}[said] if isinstance(said, bool) or said is None else str(said)
    )


Edge = tuple[str, str]

VARIES: Mapping[str, str] = MappingProxyType(
    {
        "persons": "may differ between persons",
        "sites": "is the same for everyone within a site",
        "none": "is the same for everyone",
    }
)
VARIED: Mapping[str, str] = MappingProxyType(
    {
        "persons": "could differ between persons",
        "sites": "was the same for everyone within a site",
        "none": "was the same for everyone",
    }
)
NUMBERS = "the assumptions are numbered anew: with one site and one mediator they are seven, otherwise nine"


def redrawn(design: Design, arrows: Iterable[Edge] = (), labels: Mapping[str, str] | None = None) -> Design:
    """The design with some more arrows, or with other labels: then without short ones and words of its own.

    An added arrow's effect may differ between persons: nothing is supposed of it. The symbols are N1, N2, ...
    by node, since those that the user chose could be the ones that an added arrow gets.
    """
    graph: nx.DiGraph[str] = nx.DiGraph(design.graph)
    graph.add_edges_from(arrows)
    for number, data in enumerate(graph.nodes.values(), 1):
        data.pop("label", None)
        data["symbol"] = f"N{number}"
    for data in graph.edges.values():
        data.pop("symbol", None)
    said = design._said()
    if labels is not None:
        said |= {"labels": dict(labels), "short": {}, "words": {}}
    return Design(graph, **said)


def design_changes(before: Identification, after: Identification) -> tuple[DesignChange, ...]:
    """Every difference that can matter for identification: the graph, what is measured, sites, grants.

    Nodes are the same where their names are. Title, labels, symbols and justifications are wording, and no
    difference.
    """
    finders = (
        _outcome,
        _nodes,
        _arrows,
        _same_arrows,
        _same_nodes,
        _whole,
        _confounded,
        modifier_changes,
        _interactions,
        _declarations,
    )
    found = (finder(before.design, after.design) for finder in finders)
    return (*chain.from_iterable(found), *_granted(before, after))


def _outcome(old: Design, new: Design) -> Iterator[DesignChange]:
    if old.outcome != new.outcome:
        yield DesignChange(
            "outcome",
            (new.outcome,),
            f"the outcome is {_named(new, new.outcome)}; before, it was {_named(old, old.outcome)}",
        )


def _nodes(old: Design, new: Design) -> Iterator[DesignChange]:
    for word, of, other in (("removed", old, new), ("added", new, old)):
        for node in of.drawn:
            arm = node in of.treatments
            if (arm and node not in other.treatments) or node not in other.graph:
                unseen = ", not measured" if node in of.unobserved else ""
                kind = f"{'arm' if arm else 'node'} {word}"
                yield DesignChange(kind, (node,), f"{kind}: {_named(of, node)}{unseen}")


def _interactions(old: Design, new: Design) -> Iterator[DesignChange]:
    for word, of, other in (("removed", old, new), ("added", new, old)):
        for pair in of.interactions:
            if {*pair} not in map(set, other.interactions):
                said = product_label(*(_named(of, node) for node in pair))
                yield DesignChange(f"interaction {word}", pair, f"interaction {word}: {said}")


def _arrows(old: Design, new: Design) -> Iterator[DesignChange]:
    for u, v in old.drawn.edges:
        if not new.graph.has_edge(u, v) and not new.graph.has_edge(v, u):
            yield DesignChange("arrow removed", (u, v), f"arrow removed: {_arrow(old, (u, v))}")
    for u, v in new.drawn.edges:
        if old.graph.has_edge(u, v):
            continue
        kind = "arrow reversed" if old.graph.has_edge(v, u) else "arrow added"
        rule = new.varies(u, v)
        said = "" if rule == "persons" else f"; its effect {VARIES[rule]}"
        yield DesignChange(kind, (u, v), f"{kind}: {_arrow(new, (u, v))}{said}")


def _same_arrows(old: Design, new: Design) -> Iterator[DesignChange]:
    for u, v in new.drawn.edges:
        if not old.graph.has_edge(u, v):
            continue
        rules = old.varies(u, v), new.varies(u, v)
        if rules[0] != rules[1]:
            what = f"the effect along {_arrow(new, (u, v))} {VARIES[rules[1]]}"
            yield DesignChange("varies", (u, v), f"{what}; before, it {VARIED[rules[0]]}")
        was, now = (bool(d.graph.edges[u, v].get("noncompliance")) for d in (old, new))
        if was != now:
            what = f"noncompliance along {_arrow(new, (u, v))} is {'' if now else 'no longer '}one-sided"
            yield DesignChange("noncompliance", (u, v), what)


def _same_nodes(old: Design, new: Design) -> Iterator[DesignChange]:
    for node in new.drawn:
        if node not in old.graph:
            continue
        name = _named(new, node)
        roles = old.role(node), new.role(node)
        if set(roles) == {"mediator", "baseline"}:
            said = "reached by treatment" if roles[1] == "mediator" else "not reached by treatment"
            yield DesignChange("role", (node,), f"{name} is now {said}: {roles[1]} instead of {roles[0]}")
        if (node in old.unobserved) != (node in new.unobserved):
            kind = "not measured" if node in new.unobserved else "measured"
            yield DesignChange(
                kind, (node,), f"{name} is {'no longer' if kind[0] == 'n' else 'now'} measured"
            )
        scales = [design.scales.get(node, "not stated") for design in (old, new)]
        if scales[0] != scales[1]:
            what = f"the scale of {name} is {scales[1]}; before, it was {scales[0]}"
            yield DesignChange("scale", (node,), what)


def _whole(old: Design, new: Design) -> Iterator[DesignChange]:
    if old.works_everywhere != new.works_everywhere:
        now = "declared" if new.works_everywhere else "no longer declared"
        yield DesignChange("everywhere", (), f"that treatment moves the mediators in every site is {now}")
    if old.sites != new.sites:
        said = [_sites(design.sites) for design in (old, new)]
        yield DesignChange("sites", (), f"{said[1]}; before, {said[0]}")
    words: tuple[tuple[str, str, Callable[[Design], str]], ...] = (
        ("average", "the average wanted is over {}", lambda design: design.average),
        ("weights", "the estimator's site weights are by {}", lambda design: design.weights),
    )
    for kind, phrase, value in words:
        if value(old) != value(new):
            yield DesignChange(kind, (), f"{phrase.format(value(new))}; before, {value(old)}")
    if old.single != new.single:
        yield DesignChange("numerals", (), NUMBERS)


def _confounded(old: Design, new: Design) -> Iterator[DesignChange]:
    were, are = ({frozenset(pair) for pair in design.confounded} for design in (old, new))
    for word, of, other in (("no longer", old, are), ("now", new, were)):
        for pair in of.confounded:
            if frozenset(pair) not in other:
                both = " and ".join(_named(of, node) for node in pair)
                yield DesignChange("confounded", pair, f"{both} {word} share a cause that is not drawn")


def _declarations(old: Design, new: Design) -> Iterator[DesignChange]:
    for word, of, other in (("removed", old, new), ("added", new, old)):
        for item in of.declarations:
            if item not in other.declarations:
                yield DesignChange(f"declaration {word}", (), f"declaration {word}: {item}")


def _granted(before: Identification, after: Identification) -> Iterator[DesignChange]:
    """What is granted on one side only, of what both designs have."""
    for kind, of, other in (("no longer granted", before, after), ("granted", after, before)):
        known = (*other.design.numerals, *UNNUMBERED)
        names = [n for n in granted_names(of.design, of.granted) if n in known and n not in other.granted]
        only = [UNNUMBERED.get(n, f"({n})") for n in names]
        if only:
            yield DesignChange(kind, (), f"{'now ' if kind == 'granted' else ''}{kind}: {listed(only)}")


def _sites(sites: int | None) -> str:
    return "sites not stated" if sites is None else f"{sites} site{'s' if sites > 1 else ''}"


def _named(design: Design, node: str) -> str:
    label = design.label(node)
    return node if label == node else f"{node} ({label})"


def _arrow(design: Design, edge: Edge) -> str:
    return " -> ".join(_named(design, node) for node in edge)
