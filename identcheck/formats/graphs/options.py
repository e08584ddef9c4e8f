"""What is said of a design as a whole, as values that JSON can hold.

Formats made for graphs have no place for the number of sites or for a justification. They do have one for
keys of others, or for comments, and there these options stand, one key each. ``names``, ``nodes`` and ``edges``
hold what else the format has no letters for: the true names of nodes, and what is said of a node or an arrow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.describe.protocol import RULES, Rules
from identcheck.errors import IdentcheckError, InvalidDesignError, suggestion
from identcheck.formats.design_tables import beside_graph
from identcheck.formats.graphs.drawing import Drawing

__all__ = [
    "OPTIONS",
    "PREFIX",
    "Fits",
    "as_text",
    "aside",
    "from_text",
    "options_of",
    "renamed",
    "restored",
    "stated",
]

PREFIX = "identcheck_"
"""What the key of an option begins with where a format has keys of others too."""

_TEXTS = ("title", "average", "weights")
_TABLES = ("justifications", "citations", "words", "short", "labels")
"""Tables; of labels those of products, which no other program has nodes for."""
_SAID = (*_TEXTS, "sites", "works_everywhere", *_TABLES, "primary", "interactions")
OPTIONS = (*_SAID, "rules", "declarations", "modifiers", "arms", "names", "nodes", "edges")

Fits = Callable[[str, Any], bool]
"""Whether a format can hold the value of a key at a node or an arrow."""


def options_of(design: Design) -> dict[str, Any]:
    """What a design says beside its graph; nothing where it says the usual."""
    said = beside_graph(design) | {
        "declarations": [_declared(declaration) for declaration in design.declarations],
        "modifiers": [
            {"name": modifier.name} | {key: _plain(said) for key, said in modifier.said().items()}
            for modifier in design.modifiers
        ],
        "arms": list(design.treatments) if len(design.treatments) > 1 else [],
        "labels": {
            product: design.labels[product] for product in design.products if product in design.labels
        },
    }
    return {key: said[key] for key in OPTIONS if said.get(key)}


def stated(options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The options as arguments of ``Design``, and what is wrong with them."""
    problems = list(_unknown([key for key in options if key not in OPTIONS]))
    said = {key: options[key] for key in _SAID if key in options}
    if "rules" in options:
        try:
            said["rules"] = Rules(**options["rules"])
        except InvalidDesignError as error:
            problems += error.problems
        except TypeError:
            problems.append(
                f"the option 'rules' is {options['rules']!r:.80}; it is a table of {', '.join(RULES)}"
            )
    if "declarations" in options:
        said["declarations"] = []
        for entry in options["declarations"] if isinstance(options["declarations"], list) else [None]:
            try:
                said["declarations"].append(_declaration(entry))
            except (IdentcheckError, TypeError, KeyError, ValueError, AttributeError):
                problems.append(f"the option 'declarations' holds {entry!r}, which is no declaration")
    if "modifiers" in options:
        said["modifiers"] = options["modifiers"]  # tables, as ``Design`` takes them too
    return said, problems


def _plain(said: Any) -> Any:
    """Arrows and causes as lists, which JSON has."""
    return [_plain(entry) for entry in said] if isinstance(said, tuple) else said


def _unknown(keys: Sequence[str]) -> Iterator[str]:
    """The options that there are not: each with the nearest there is, from the eleventh on only how many."""
    for key in keys[:10]:
        shown = key if len(key) <= 60 else f"{key[:60]}..."
        yield f"unknown option {shown!r}{suggestion(shown, OPTIONS)}"
    if len(keys) > 10:
        yield f"and {len(keys) - 10:,} unknown options more"


def as_text(value: Any, plain: Callable[[str], bool] = lambda _: True) -> str:
    """The value of an option as text: itself, or JSON in ASCII."""
    if isinstance(value, str) and plain(value) and not value.startswith('"'):
        return value
    return json.dumps(value).replace("\x7f", "\\u007f")


def from_text(key: str, text: str) -> Any:
    """The value that :func:`as_text` wrote.

    Raises:
        ValueError: it is no JSON.
    """
    return text if key in _TEXTS and not text.startswith('"') else json.loads(text)


def renamed(drawing: Drawing, fits: Callable[[str], bool], slug: Callable[[str], str]) -> Drawing:
    """The drawing with names that a format can hold; the option ``names`` says the true ones."""
    names: dict[str, str] = {}
    taken = {node for node in drawing.nodes if fits(node)}
    for node in drawing.nodes:
        if not fits(node):
            name = base = slug(node)
            number = 1
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
            names[node] = name
    if not names:
        return drawing
    true = {name: node for node, name in names.items()}
    return replace(drawing.with_names(names), options={**drawing.options, "names": true})


def aside(drawing: Drawing, node_fits: Fits, edge_fits: Fits) -> Drawing:
    """The drawing with only what a format can hold at nodes and arrows; the options say the rest."""
    nodes = {n: {k: v for k, v in said.items() if not node_fits(k, v)} for n, said in drawing.nodes.items()}
    edges = {e: {k: v for k, v in said.items() if not edge_fits(k, v)} for e, said in drawing.edges.items()}
    rest = {
        "nodes": {node: said for node, said in nodes.items() if said},
        "edges": [[*edge, said] for edge, said in edges.items() if said],
    }
    return replace(
        drawing,
        nodes={n: {k: v for k, v in said.items() if k not in nodes[n]} for n, said in drawing.nodes.items()},
        edges={e: {k: v for k, v in said.items() if k not in edges[e]} for e, said in drawing.edges.items()},
        options={**drawing.options, **{key: value for key, value in rest.items() if value}},
    )


def restored(drawing: Drawing) -> tuple[Drawing, list[str]]:
    """The drawing with its true names and all that is said of its nodes, and what could not be put back."""
    problems: list[str] = []
    names = _table(drawing, "names", problems)
    wrong = [name for name, true in names.items() if not isinstance(true, str) or name not in drawing.nodes]
    problems += [f"the option 'names' has {name!r}, but the graph has no such node" for name in wrong]
    after = [names.get(node, node) for node in drawing.nodes]
    alike = not wrong and len(set(after)) < len(after)
    problems += ["the option 'names' gives two nodes one name"] if alike else []
    drawing = drawing.with_names({} if wrong or alike else names)
    for node, said in _table(drawing, "nodes", problems).items():
        if node in drawing.nodes and isinstance(said, dict):
            drawing.nodes[node].update(said)
        else:
            problems.append(f"the option 'nodes' speaks of {node!r}, but the graph has no such node")
    for u, v, said in _edge_entries(drawing, problems):
        drawing.edges[u, v].update(said)
    return drawing, problems


def _table(drawing: Drawing, key: str, problems: list[str]) -> dict[str, Any]:
    found = drawing.options.get(key, {})
    if isinstance(found, dict):
        return found
    problems.append(f"the option {key!r} is {found!r}; it is a table by node")
    return {}


def _edge_entries(drawing: Drawing, problems: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    found = drawing.options.get("edges", [])
    for entry in found if isinstance(found, list) else [found]:
        sound = isinstance(entry, list) and len(entry) == 3 and isinstance(entry[2], dict)
        if sound and all(isinstance(n, str) for n in entry[:2]) and (entry[0], entry[1]) in drawing.edges:
            yield entry[0], entry[1], entry[2]
        else:
            problems.append(f"the option 'edges' holds {entry!r}, which is no arrow of the graph")


def _declared(declaration: Declaration) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": declaration.kind, "level": declaration.level}
    if declaration.edges:
        said["of"] = [list(edge) for edge in sorted(declaration.left)]
        said["with"] = [list(edge) for edge in sorted(declaration.right)]
    return said


def _declaration(entry: Any) -> Declaration:
    sides = [frozenset((str(u), str(v)) for u, v in entry.get(side, [])) for side in ("of", "with")]
    return Declaration(entry["kind"], sides[0], sides[1], entry["level"])
