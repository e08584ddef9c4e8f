"""What would mend a drawing that is no design: single changes, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import networkx as nx

from identcheck.describe.interactions import product_name
from identcheck.drawing.edit import ROLES, Drawing, arrows_of, design_drawn, names_of
from identcheck.errors import IdentcheckError, InvalidDesignError
from identcheck.formats.chains import Edge, parse_chains, write_edge

__all__ = ["mended", "problems_of"]

TRIED = 40
"""Changes that are tried for one problem."""
OFFERED = 3
"""Changes that are offered for one problem."""

_CALLED = {"mediators": "a mediator", "baseline": "from before treatment", "consequences": "a consequence"}

Mended = tuple[str, Drawing]


def problems_of(drawing: Drawing) -> tuple[str, ...]:
    """What is wrong with a drawing; empty where it is a design."""
    try:
        design_drawn(drawing)
    except InvalidDesignError as error:
        return error.problems
    except IdentcheckError as error:
        return (str(error),)
    return ()


def mended(
    drawing: Drawing, problem: str, at: dict[str, Any], before: tuple[str, ...]
) -> list[dict[str, Any]]:
    """The changes that take a problem away and bring no new one, in words, with the changed drawing.

    Args:
        drawing: the drawing.
        problem: the problem.
        at: its place.
        before: every problem of the drawing.
    """
    found: list[dict[str, Any]] = []
    for words, changed in islice(_changes(drawing, problem, at), TRIED):
        after = problems_of(changed)
        if (
            problem not in after
            and len(after) < len(before)
            and words not in {mend["words"] for mend in found}
        ):
            found.append({"words": words, "drawing": changed})
        if len(found) == OFFERED:
            break
    return found


def _changes(drawing: Drawing, problem: str, at: dict[str, Any]) -> Iterator[Mended]:
    for key, *names in getattr(problem, "about", ()):
        if key in ("justifications", "citations") and names:
            rest = {name: text for name, text in drawing["beside"][key].items() if name != names[0]}
            what = "argument" if key == "justifications" else "citation"
            yield (
                f"leave out the {what} for {names[0]}",
                drawing | {"beside": drawing["beside"] | {key: rest}},
            )
        if key == "declarations":
            yield from _undeclared(drawing)
        if key in ROLES and names:
            yield f"{names[0]} is what its arrows make it", _with_role(drawing, names[0])
            for role, words in _CALLED.items():
                yield f"{names[0]} is {words}", _with_role(drawing, names[0], role)
    if "arrow" in at:
        yield from _of_arrow(drawing, *at["arrow"])
    if "node" in at:
        yield from _of_node(drawing, at["node"])
    yield from _of_cycle(drawing)
    if not at:
        yield from _of_ends(drawing)


def _undeclared(drawing: Drawing) -> Iterator[Mended]:
    """The drawing without one of its declarations."""
    said = drawing["beside"].get("declarations", {})
    for kind, entries in said.items():
        every = _listed(entries)
        for number, entry in enumerate(every):
            left = every[:number] + every[number + 1 :]
            rest = {key: value for key, value in (said | {kind: left}).items() if value}
            words = f"no longer declare: {kind}, {_sides(entry)}".replace("->", "→")
            yield words, drawing | {"beside": drawing["beside"] | {"declarations": rest}}


def _sides(entry: object) -> str:
    """What a declaration is about: "T -> M and M -> Y", or the level of joint normality."""
    if not isinstance(entry, dict):
        return str(entry)
    sides = [map(str, _listed(said)) for key, said in entry.items() if key != "level"]
    return " and ".join(map(", ".join, sides))


def _with_role(drawing: Drawing, node: str, role: str = "") -> Drawing:
    """The drawing with a variable in one of the lists of roles, or in none."""
    beside = dict(drawing["beside"])
    for key in ROLES:
        rest = [name for name in beside.get(key, ()) if name != node]
        beside[key] = [*rest, node] if key == role else rest
    return drawing | {"beside": beside}


def _without(drawing: Drawing, gone: tuple[str, str]) -> Drawing:
    """The drawing without an arrow, and without what is said of its effect."""
    kept = [arrow for arrow in drawing["arrows"] if (arrow["from"], arrow["to"]) != gone]
    modifiers = [m | {"of": [edge for edge in m["of"] if tuple(edge) != gone]} for m in drawing["modifiers"]]
    less = {"arrows": kept, "modifiers": [m for m in modifiers if m["of"] or m.get("causes")]}
    return _less_declared(drawing | less, lambda edge: edge == gone)


def _less_declared(drawing: Drawing, gone: Callable[[Edge], bool]) -> Drawing:
    """Without what is declared of arrows that are gone: of several independent ones the others stay so."""
    said = drawing["beside"].get("declarations", {})
    left = {
        kind: [entry for each in _listed(entries) if (entry := _less(kind, each, gone)) is not None]
        for kind, entries in said.items()
    }
    beside = drawing["beside"] | {
        "declarations": {kind: entries for kind, entries in left.items() if entries}
    }
    return drawing | {"beside": beside} if said else drawing


def _less(kind: str, entry: Any, gone: Callable[[Edge], bool]) -> Any:
    """A declaration without the arrows that are gone, as it was where none is; None where it says nothing any more."""
    if not isinstance(entry, dict):
        return entry
    try:
        sides = {
            key: [edge for text in _listed(said) for edge in parse_chains(text).edges]
            for key, said in entry.items()
            if key != "level"
        }
    except (IdentcheckError, TypeError):
        return entry
    left = {key: [edge for edge in edges if not gone(edge)] for key, edges in sides.items()}
    if left == sides:
        return entry
    if kind != "independent" or not all(left.values()):
        return None
    return entry | {key: [write_edge(*edge) for edge in edges] for key, edges in left.items()}


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _of_arrow(drawing: Drawing, source: str, target: str) -> Iterator[Mended]:
    less = _without(drawing, (source, target))
    plain = [
        {"from": arrow["from"], "to": arrow["to"]}
        if (arrow["from"], arrow["to"]) == (source, target)
        else arrow
        for arrow in drawing["arrows"]
    ]
    ends = [n | {"scale": "binary"} if n["name"] in (source, target) else n for n in drawing["nodes"]]
    yield f"{source} and {target} are binary", drawing | {"nodes": ends}
    yield f"remove the arrow {source} → {target}", less
    yield f"say nothing more of the arrow {source} → {target}", drawing | {"arrows": plain}
    if source != target and (target, source) not in arrows_of(drawing):
        turned = [*less["arrows"], {"from": target, "to": source}]
        yield f"turn the arrow around: {target} → {source}", less | {"arrows": turned}


def _of_node(drawing: Drawing, node: str) -> Iterator[Mended]:
    arrows, outcome = arrows_of(drawing), drawing["outcome"]
    if outcome and node != outcome and (node, outcome) not in arrows:
        added = [*drawing["arrows"], {"from": node, "to": outcome}]
        yield f"draw an arrow {node} → {outcome}", drawing | {"arrows": added}
    for arm in drawing["treatment"]:
        if node != arm and (arm, node) not in arrows:
            yield (
                f"draw an arrow {arm} → {node}",
                drawing | {"arrows": [*drawing["arrows"], {"from": arm, "to": node}]},
            )
    if node != outcome and node not in drawing["treatment"]:
        yield f"{node} is {_CALLED['consequences']}", _with_role(drawing, node, "consequences")
    for edge in arrows:
        if node in edge:
            yield f"remove the arrow {edge[0]} → {edge[1]}", _without(drawing, edge)
    shared = [pair for pair in drawing["shared"] if node not in pair]
    if shared != drawing["shared"]:
        yield f"remove the shared cause of {node}", drawing | {"shared": shared}
    shown = [n | {"hidden": False} if n["name"] == node else n for n in drawing["nodes"]]
    if shown != drawing["nodes"]:
        yield f"{node} is measured", drawing | {"nodes": shown}
    yield f"remove {node}", _without_node(drawing, node)


def _without_node(drawing: Drawing, node: str) -> Drawing:
    """The drawing without a variable and whatever leads to it or from it."""
    modifiers = [m | {"of": [edge for edge in m["of"] if node not in edge]} for m in drawing["modifiers"]]
    products = {product_name(*pair) for pair in drawing["interactions"] if node in pair}
    less = {
        "nodes": [n for n in drawing["nodes"] if n["name"] != node],
        "arrows": [a for a in drawing["arrows"] if node not in (a["from"], a["to"])],
        "shared": [pair for pair in drawing["shared"] if node not in pair],
        "interactions": [pair for pair in drawing["interactions"] if node not in pair],
        "modifiers": [m for m in modifiers if m["of"] or m.get("causes")],
        "treatment": [arm for arm in drawing["treatment"] if arm != node],
        "outcome": "" if drawing["outcome"] == node else drawing["outcome"],
    }
    return _less_declared(drawing | less, lambda edge: not {node, *products}.isdisjoint(edge))


def _of_cycle(drawing: Drawing) -> Iterator[Mended]:
    """Each arrow of a cycle left out, or turned around."""
    graph: nx.DiGraph[str] = nx.DiGraph(arrows_of(drawing))
    try:
        cycle = [(u, v) for u, v, *_ in nx.find_cycle(graph)]
    except nx.NetworkXNoCycle:
        return
    for edge in reversed(cycle):
        yield f"remove the arrow {edge[0]} → {edge[1]}", _without(drawing, edge)


def _of_ends(drawing: Drawing) -> Iterator[Mended]:
    """A treatment or an outcome, where none is named: a variable without causes, one without effects."""
    arrows = arrows_of(drawing)
    for name in names_of(drawing):
        if not drawing["treatment"] and all(v != name for _, v in arrows):
            yield f"{name} is the treatment", drawing | {"treatment": [name]}
        if not drawing["outcome"] and all(u != name for u, _ in arrows):
            yield f"{name} is the outcome", drawing | {"outcome": name}
