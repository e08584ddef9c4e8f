"""Modifiers in a design file: drawn in the graph, said in tables, or both.

::

    graph = "... ; size -> wages => (T -> hours), (income -> Y)"

    [modifiers.wages]
    of = ["T -> hours", "income -> Y"]        # if it is not drawn in the graph
    level = "sites"                           # or persons
    measured = false
    scale = "continuous"                      # or binary; or categorical, with levels = 3
    causes = "size"
    label = "entry wages"
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from identcheck.describe.modifiers import MODIFIER_KEYS, Modifier, modifier_said
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.errors import InvalidDesignError, clipped
from identcheck.formats.chains import Chains, Edge, write_edge
from identcheck.formats.fields import Fields, KeyPath

__all__ = ["Sketched", "modifier_tables", "read_modifiers", "sketched"]

Reader = Callable[[KeyPath, str], Sequence[Edge]]
"""Arrows that a text under a key draws; those that the graph lacks are reported and left out."""


@dataclass(frozen=True)
class Sketched:
    """What a drawing shows of modifiers.

    Attributes:
        graph: the drawing without them.
        moved: by modifier, the arrows that it moves.
        causes: by modifier, what causes it.
        joined: pairs with a modifier among them that share a cause which is not drawn.
    """

    graph: Chains
    moved: Mapping[str, tuple[Edge, ...]]
    causes: Mapping[str, tuple[str, ...]]
    joined: tuple[Edge, ...]


def sketched(chains: Chains, named: Collection[str], ends: Collection[str]) -> Sketched:
    """Take the modifiers out of a drawing.

    A modifier stands before "=>", or is named so in a table, or leads to modifiers only. What leads to a variable of the
    graph as well stays in it, and so does what is randomized, and the outcome. Where modifiers alone lead to ``weights``, and it
    leads nowhere, that is the modifier of this name: the weights of the sites.

    Args:
        chains: the drawing.
        named: the modifiers that tables name.
        ends: treatment and outcome.
    """
    out: dict[str, set[str]] = {node: set() for node in chains.nodes}
    for cause, effect in chains.edges:
        out[cause].add(effect)
    before = {name for name, _ in chains.moved}
    found = {*named, *before} - set(ends)
    while more := {n for n, to in out.items() if to and to <= found and n not in found} - set(ends):
        found |= more
    into = {cause for cause, effect in chains.edges if effect == SITE_WEIGHTS}
    if into and into <= found and not out[SITE_WEIGHTS] and SITE_WEIGHTS not in ends:
        found.add(SITE_WEIGHTS)
    while staying := {node for node in found if out.get(node, set()) - found}:
        found -= staying
    graph = replace(
        chains,
        nodes=tuple(node for node in chains.nodes if node not in found),
        edges=tuple(edge for edge in chains.edges if edge[1] not in found),
        confounded=tuple(pair for pair in chains.confounded if found.isdisjoint(pair)),
        moved=(),
    )
    shown = dict.fromkeys([*(node for node in chains.nodes if node in found), *(n for n, _ in chains.moved)])
    return Sketched(
        graph,
        {name: tuple(edge for one, edge in chains.moved if one == name) for name in shown},
        {name: tuple(c for c, e in chains.edges if e == name and name in found) for name in shown},
        tuple(pair for pair in chains.confounded if not found.isdisjoint(pair)),
    )


def read_modifiers(fields: Fields, shown: Sketched, edges: Reader) -> list[Modifier]:
    """The modifiers of the drawing and of the tables; what is wrong with one is reported at its table.

    Args:
        fields: the document.
        shown: what the drawing shows of them.
        edges: reads the arrows of a text.
    """
    for one, other in shown.joined:
        fields.report(
            ("graph",),
            f"{write_edge(one, other, '<->')} has a modifier; draw the cause that they share as a modifier that is not measured",
        )
    found = []
    tables = fields.tables("modifiers")
    for name in dict.fromkeys([*shown.moved, *tables]):
        path = ("modifiers", name)
        table = dict(tables.get(name, {}))
        of, before = _arrows(fields, path, table.get("of", []), edges), len(fields.problems)
        table["of"] = [*shown.moved.get(name, ()), *of]
        if more := shown.causes.get(name):
            causes = table.get("causes", [])
            table["causes"] = [*more, *(causes if isinstance(causes, list) else [causes])]
        try:
            found.append(modifier_said(name, table))
        except InvalidDesignError as error:
            for problem in error.problems if len(fields.problems) == before else ():
                fields.report(next(iter(getattr(problem, "about", ())), path), problem)
    return found


def _arrows(fields: Fields, path: KeyPath, value: object, edges: Reader) -> list[Edge]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        fields.report(
            (*path, "of"),
            f'of is {clipped(repr(value))}; it is an arrow or a list of arrows, such as ["A -> B"]',
        )
        return []
    return [edge for text in texts for edge in edges((*path, "of"), text)]


def modifier_tables(modifiers: Collection[Modifier]) -> dict[str, dict[str, Any]]:
    """The tables [modifiers.NAME], without what is usual."""
    found = {}
    for modifier in modifiers:
        said = modifier.said()
        of = [write_edge(*edge) for edge in modifier.of]
        causes = list(modifier.causes)
        plain = {"of": of[0] if len(of) == 1 else of, "causes": causes[0] if len(causes) == 1 else causes}
        found[modifier.name] = {
            key: plain.get(key, said[key]) for key in MODIFIER_KEYS if key in said and said[key] != ()
        }
    return found
