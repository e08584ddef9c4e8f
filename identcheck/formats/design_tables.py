"""A design, and a plan, as the nested tables of a design file: what is written as TOML or as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from numbers import Integral, Real
from typing import Any

from identcheck.describe.declarations import Declaration, Edge
from identcheck.describe.design import Design
from identcheck.describe.interactions import written_product
from identcheck.describe.protocol import ALL, AS_PROPOSED, WORDS, Rules
from identcheck.describe.validation.values import UNNUMBERED
from identcheck.errors import IdentcheckError
from identcheck.formats.chains import write_edge
from identcheck.formats.chains_write import write_chains
from identcheck.formats.declarations_table import SIDES
from identcheck.formats.design_file import KEYS, ROLE_KEYS
from identcheck.formats.modifiers_table import modifier_tables
from identcheck.formats.plan_keys import joined_name
from identcheck.formats.plan_table import ARROW_KEYS, LEVELS, PLAN_KEYS, SIZE_KEYS, SOURCED

__all__ = ["beside_graph", "document_of", "encodable"]

ARROW_TABLES = ("arrows", "suspected")


def document_of(
    design: Design, plan: Any | None = None, data: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The keys of a design file with their values; keys without one are left out.

    Args:
        design: the design.
        plan: a ``Plan``, for the key ``plan``.
        data: what stands under the key ``data``.

    Raises:
        IdentcheckError: a name or a number that no design file can hold.
    """
    drawn, graph = design.drawn, design.graph
    written = write_chains(list(drawn), drawn.edges, design.confounded)
    arms = list(design.treatments)
    roles = {
        key: [node for node, data in drawn.nodes.items() if data.get("role") == role]
        for key, role in ROLE_KEYS.items()
    }
    found = roles | beside_graph(design)
    found |= {
        "graph": "".join(f"{line}\n" for line in written) if len(written) > 1 else written[0],
        "treatment": arms[0] if len(arms) == 1 else arms,
        "outcome": design.outcome,
        "unobserved": [node for node in drawn if node in design.unobserved],
        "labels": {node: design.labels[node] for node in graph if node in design.labels},
        "short": {
            name: design.short[name]
            for name in (*graph, *(modifier.name for modifier in design.modifiers))
            if name in design.short
        },
        "scales": {node: design.scales[node] for node in graph if node in design.scales},
        "varies": _by_edge(design, "varies", but="persons"),
        "noncompliance": _by_edge(design, "noncompliance"),
        "symbols": _symbols(design),
        "modifiers": modifier_tables(design.modifiers),
        "declarations": _declarations(design.declarations),
        "plan": {} if plan is None else _plan(plan),
        "data": dict(data or {}),
    }
    return {key: found[key] for key in KEYS if found.get(key) or (key == "plan" and plan is not None)}


def beside_graph(design: Design) -> dict[str, Any]:
    """What a design says beside its graph, by argument of ``Design``; defaults are left out."""
    numerals = (*design.numerals, *UNNUMBERED)
    said: dict[str, Any] = {
        "title": design.title,
        "sites": design.sites,
        "average": design.average if design.average != "sites" else "",
        "weights": design.weights if design.weights != "precision" else "",
        "works_everywhere": design.works_everywhere,
        "justifications": {
            key: design.justifications[key] for key in numerals if key in design.justifications
        },
        "citations": {key: design.citations[key] for key in numerals if key in design.citations},
        "primary": list(design.primary),
        "words": {name: design.words[name] for name in WORDS if name in design.words},
        "short": dict(design.short),
        "rules": _rules(design.rules),
        "interactions": [written_product(*pair) for pair in design.interactions],
    }
    return {key: value for key, value in said.items() if value}


def _rules(rules: Rules) -> dict[str, Any]:
    """The table [rules]: every field that differs from its default, what speaks of all effects as one word."""
    usual = Rules()
    direction = dict(rules.direction)
    said: dict[str, Any] = {
        "direction": direction[ALL] if list(direction) == [ALL] else direction,
        "multiplicity": rules.multiplicity,
        "tests": rules.tests,
        "conditional_f": int(rules.conditional_f)
        if rules.conditional_f.is_integer()
        else rules.conditional_f,
        "decisions": AS_PROPOSED if rules.decisions == (AS_PROPOSED,) else list(rules.decisions),
        "missing_data": rules.missing_data,
        "protocol": dict(rules.protocol),
    }
    return {key: value for key, value in said.items() if value and getattr(rules, key) != getattr(usual, key)}


def encodable(text: str) -> str:
    """The text, if a file can hold it.

    Raises:
        IdentcheckError: half of a surrogate pair, which is no character.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        found = f"\\u{ord(error.object[error.start]):04x}"
        raise IdentcheckError(
            f"the design cannot be written: its text has {found}, which is no character; remove it"
        ) from error
    return text


def _by_edge(design: Design, attribute: str, but: str = "") -> dict[str, str]:
    """An attribute of the arrows, by arrow, but for one value of it."""
    said = ((edge, data.get(attribute, but)) for edge, data in design.drawn.edges.items())
    return {write_edge(*edge): value for edge, value in said if value != but}


def _symbols(design: Design) -> dict[str, str]:
    """Symbols of nodes, then of arrows; one that is also the name of a node begins with a space."""
    found = {node: data["symbol"] for node, data in design.graph.nodes.items() if "symbol" in data}
    for edge, data in design.graph.edges.items():
        if "symbol" in data:
            key = write_edge(*edge)
            while key in design.graph:
                key = f" {key}"
            found[key] = data["symbol"]
    return found


def _declarations(declarations: Iterable[Declaration]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in declarations:
        entry: Any = item.level
        if item.kind in SIDES:
            sides = (sorted(write_edge(*edge) for edge in side) for side in (item.left, item.right))
            written = (side[0] if len(side) == 1 else side for side in sides)
            entry = dict(zip(SIDES[item.kind], written, strict=True)) | {"level": item.level}
        found.setdefault(item.kind, []).append(entry)
    return found


def _plan(plan: Any) -> dict[str, Any]:
    """The table [plan]: every field that differs from its default."""
    said = {item.name: getattr(plan, item.name) for item in fields(plan)}
    said = {item.name: said[item.name] for item in fields(plan) if said[item.name] != item.default}
    found: dict[str, Any] = {}
    for key in PLAN_KEYS:
        if key in LEVELS:
            levels = {level: _joined(name, said.get(name, {})) for level, name in LEVELS[key].items()}
            found[key] = {level: table for level, table in levels.items() if table}
        elif key == "sources":
            found[key] = _sources(said.get(key, {}))
        elif key in ARROW_TABLES:
            found[key] = {
                _joined_key(key, edge, 1): _arrow(arrow) for edge, arrow in said.get(key, {}).items()
            }
        elif key == "modifiers":
            found[key] = _moved(said.get(key, {}))
        elif key == "confounding":
            found[key] = {
                _pair(pair): _value(f"confounding {pair}", value) for pair, value in said.get(key, {}).items()
            }
        else:
            found[key] = _value(key, said.get(key))
    return {key: value for key, value in found.items() if value is not None and value != {}}


def _moved(table: Mapping[Any, Any]) -> dict[str, dict[str, Any]]:
    """What each modifier moves, an arrow or another modifier, and its share between sites."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in table.items():
        name, what = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        moves = isinstance(what, str) or (isinstance(what, tuple) and len(what) == 2 and _names(what))
        if not isinstance(name, str) or not moves:
            raise IdentcheckError(
                f"the plan cannot be written: modifiers: {key!r} is not what a modifier moves"
            )
        moved = what if isinstance(what, str) else _joined_key("modifiers", what, 1)
        found.setdefault(name, {})[moved] = _value(f"modifiers {key}", value)
    return found


def _arrow(arrow: Any) -> dict[str, Any]:
    numbers = {key: getattr(arrow, key) for key in ARROW_KEYS}
    return {key: _value(key, value) for key, value in numbers.items() if value is not None and value != ""}


def _joined(name: str, table: Mapping[Any, Any]) -> dict[str, Any]:
    return {_joined_key(name, key): _value(f"{name} {key}", value) for key, value in table.items()}


def _joined_key(name: str, key: Any, size: int = 0) -> str:
    edges: tuple[Edge, ...] = (key,) if size == 1 else key if isinstance(key, tuple) else ()
    if not edges or not all(isinstance(edge, tuple) and len(edge) == 2 and _names(edge) for edge in edges):
        raise IdentcheckError(
            f"the plan cannot be written: {name}: {key!r} is no arrow, pair or triple of arrows"
        )
    return joined_name(edges)


def _pair(pair: Any) -> str:
    if not isinstance(pair, tuple) or len(pair) != 2 or not _names(pair):
        raise IdentcheckError(f"the plan cannot be written: confounding: {pair!r} is no pair of nodes")
    return write_edge(*pair, arrow="~")


def _names(nodes: Iterable[Any]) -> bool:
    named = [node for node in nodes if isinstance(node, str)]
    for node in named:
        if "\n" in node:
            raise IdentcheckError(
                f"the plan cannot be written: the name {node!r} has a line break; write the name of a variable of the design"
            )
    return len(named) == 2


def _sources(said: Mapping[str, str]) -> dict[str, Any]:
    """Sources by key of [plan]; of a table with levels one text where it is that of both."""
    found: dict[str, Any] = {}
    for key in SOURCED:
        levels = LEVELS.get(key, {key: key})
        by_level = {level: said[name] for level, name in levels.items() if name in said}
        if by_level:
            whole = len(by_level) == len(levels) and len(set(by_level.values())) == 1
            found[key] = next(iter(by_level.values())) if whole else by_level
    unknown = set(said) - {name for key in SOURCED for name in LEVELS.get(key, {key: key}).values()}
    if unknown:
        raise IdentcheckError(f"the plan cannot be written: sources has no field {sorted(unknown)[0]!r}")
    return found


def _value(name: str, value: Any) -> Any:
    """Numbers, text, and tables and lists of them, as plain Python."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): _value(name, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_value(name, item) for item in value]
    if all(hasattr(value, key) for key in SIZE_KEYS):
        return {key: _value(name, getattr(value, key)) for key in SIZE_KEYS}
    raise IdentcheckError(f"the plan cannot be written: {name} is {value!r}; it is a finite number or text")
