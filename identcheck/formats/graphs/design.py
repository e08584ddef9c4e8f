"""A design from a drawing, and a drawing of a design."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import networkx as nx

from identcheck.describe.design import Design
from identcheck.describe.validation.values import ROLES
from identcheck.describe.wording import choice
from identcheck.errors import InvalidDesignError
from identcheck.formats.graphs.drawing import EDGE_KEYS, NODE_KEYS, Drawing
from identcheck.formats.graphs.options import Fits, aside, options_of, renamed, restored, stated

__all__ = ["drawing_within", "from_design", "to_design"]

_SCALARS = (str, bool, int, float)


def from_design(design: Design) -> Drawing:
    """All that a design says, as a drawing."""
    nodes: dict[str, dict[str, Any]] = {}
    for node in design.drawn:
        data = design.graph.nodes[node]
        said = {key: _plain(data.get(key)) for key in NODE_KEYS} | {
            "role": design.role(node),
            "label": design.labels.get(node),
            "scale": design.scales.get(node),
            "unobserved": node in design.unobserved,
            "symbol": data.get("symbol"),
        }
        nodes[node] = {key: value for key, value in said.items() if value not in (None, False)}
    edges = {
        edge: {
            key: plain
            for key in EDGE_KEYS
            if key in data
            and (plain := _plain(data[key])) is not None
            and (key, plain) != ("varies", "persons")
        }
        for edge, data in design.drawn.edges.items()
    }
    return Drawing(nodes, edges, dict.fromkeys(design.confounded), options_of(design))


def drawing_within(
    design: Design,
    fits: Fits,
    name_fits: Callable[[str], bool],
    slug: Callable[[str], str],
    node_fits: Fits | None = None,
) -> Drawing:
    """The drawing of a design with only what a format can hold; its options say the rest.

    Args:
        design: the design.
        fits: whether the format can hold what is said at an arrow, or at a node.
        name_fits: whether it can hold the name of a node.
        slug: a name like that of a node which it can hold.
        node_fits: what can be held at a node, where that is something else.
    """
    return renamed(aside(from_design(design), node_fits or fits, fits), name_fits, slug)


def _plain(value: Any) -> Any:
    """An attribute as text, a number, or a list of those; None for what no file can hold.

    The places that networkx's layouts give to nodes are arrays.
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, tuple)):
        return list(value) if all(isinstance(entry, _SCALARS) for entry in value) else None
    return value if isinstance(value, _SCALARS) else None


def to_design(
    drawing: Drawing,
    source: str,
    treatment: str | Sequence[str] | None = None,
    outcome: str | None = None,
    mark: str = "give it the role",
) -> Design:
    """The design that a drawing describes.

    Nodes that follow from treatment and do not lead to the outcome become consequences: such graphs are drawn
    for other questions too.

    Args:
        drawing: what was read.
        source: the file's name for error messages.
        treatment: the randomized node, or the arms, instead of those that the drawing names.
        outcome: the outcome, instead of the one that the drawing names.
        mark: how the text of that format says a role, for the error where it does not.

    Raises:
        InvalidDesignError: with every problem.
    """
    drawing, problems = restored(drawing)
    drawing = _asked(drawing, treatment, outcome)
    said, more = stated(drawing.options)
    problems += more
    given = [treatment] if isinstance(treatment, str) else list(treatment or ())
    arms = given or _arms(drawing)
    outcomes = [outcome] if outcome is not None else list(drawing.named("outcome"))
    problems += _role_problems(drawing, arms, outcomes, mark)
    graph = _graph(drawing, arms, outcomes)
    problems += _conditioned(drawing, graph, arms, outcomes)
    if arms and outcomes:
        try:
            made = Design(graph, treatment=arms, outcome=outcome, confounded=drawing.confounded, **said)
        except InvalidDesignError as error:
            problems += error.problems
        else:
            if not problems:
                return made
    raise InvalidDesignError([f"{source}: {problem}" for problem in dict.fromkeys(problems)])


def _asked(drawing: Drawing, treatment: object, outcome: object) -> Drawing:
    """The drawing without the roles that the arguments replace."""
    dropped = [
        *(("treatment", "mediator", "baseline", "consequence") if treatment else ()),
        *(("outcome", "mediator", "baseline", "consequence") if outcome else ()),
    ]
    nodes = {
        node: {k: v for k, v in said.items() if k != "role" or v not in dropped}
        for node, said in drawing.nodes.items()
    }
    return replace(drawing, nodes=nodes)


def _arms(drawing: Drawing) -> list[str]:
    """The treatments, in the order that the options say if they say one of just these."""
    marked = drawing.named("treatment")
    order = drawing.options.get("arms")
    if isinstance(order, list) and sorted(map(str, order)) == sorted(marked):
        return [str(arm) for arm in order]
    return list(marked)


def _role_problems(drawing: Drawing, arms: list[str], outcomes: list[str], mark: str) -> Iterator[str]:
    """Missing roles are errors that list the nodes which could have them; nothing is guessed."""
    for node, said in drawing.nodes.items():
        yield from choice(f"node {node!r}: role", said.get("role", "mediator"), ROLES)
    into, out_of = {v for _, v in drawing.edges}, {u for u, _ in drawing.edges}
    for role, named, ends, where in (
        ("treatment", arms, [n for n in drawing.nodes if n not in into], "without arrows into them"),
        ("outcome", outcomes, [n for n in drawing.nodes if n not in out_of], "without arrows out of them"),
    ):
        if not drawing.nodes:
            yield "nothing is drawn: the graph has no nodes"
        elif not named:
            could = f"nodes {where}: {', '.join(map(repr, ends))}" if ends else "every node has one"
            yield (
                f"no {role} is marked; {mark.format(role=role)}, or say {role}=... in load() or --{role} to "
                f"'identcheck convert' ({could})"
            )
            if role in drawing.doubts:
                yield drawing.doubts[role]
    if "unobserved" in drawing.doubts:
        yield drawing.doubts["unobserved"]


def _graph(drawing: Drawing, arms: list[str], outcomes: list[str]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(drawing.nodes.items())
    graph.add_edges_from((u, v, said) for (u, v), said in drawing.edges.items())
    if arms and len(outcomes) == 1 and outcomes[0] in graph:
        leads = nx.ancestors(graph, outcomes[0])
        for node in _reached(graph, arms) - leads - {*arms, *outcomes}:
            graph.nodes[node].setdefault("role", "consequence")
    return graph


def _conditioned(
    drawing: Drawing, graph: nx.DiGraph[str], arms: list[str], outcomes: list[str]
) -> Iterator[str]:
    """Marks of conditioning at nodes that treatment may change, which biases a comparison of arms."""
    after = {*_reached(graph, arms), *arms, *outcomes}
    for flag, does in (("adjusted", "adjusts for it"), ("selected", "selects persons by it")):
        for node in (n for n in drawing.marked(flag) if n in after):
            line = f"line {drawing.lines[node]}: " if node in drawing.lines else ""
            yield (
                f"{line}the node {node!r} is marked {flag!r}, and it is not fixed before treatment; an analysis that "
                f"{does} compares unlike persons between the arms, and identcheck has no verdict on it: remove the mark"
            )


def _reached(graph: nx.DiGraph[str], arms: list[str]) -> set[str]:
    return set().union(*(nx.descendants(graph, arm) for arm in arms if arm in graph))
