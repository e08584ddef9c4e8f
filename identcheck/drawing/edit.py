"""A drawing, as the editor holds it, and the design that it describes; what is wrong with it, each at its place.

A drawing is plain JSON::

    {"nodes": [{"name": "V", "label": "use of the voucher", "short": "use", "symbol": "1", "hidden": false, "scale": "binary"}],
     "arrows": [{"from": "T", "to": "V", "varies": "sites", "noncompliance": "one-sided", "symbol": "K_1"}],
     "shared": [["V", "Y"]], "interactions": [["V", "NP"]],
     "modifiers": [{"name": "wages", "of": [["V", "Y"]], "measured": false}],
     "treatment": ["T"], "outcome": "Y", "sites": 5, "beside": {...}, "positions": {"V": [120, 80]}}

``beside`` holds the other keys of the design file as they are there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from identcheck.describe.design import Design
from identcheck.describe.interactions import product_name, written_product
from identcheck.errors import FormatError, IdentcheckError, InvalidDesignError, Problem
from identcheck.errors.limits import FILE_BYTES
from identcheck.formats.chains import write_edge
from identcheck.formats.chains_write import write_chains
from identcheck.formats.design_file import design_of
from identcheck.formats.design_tables import document_of
from identcheck.formats.fields import KeyPath, Places
from identcheck.formats.json_design import JSON

__all__ = [
    "DRAWN",
    "ROLES",
    "Drawing",
    "arrows_of",
    "demand_drawing",
    "design_drawn",
    "document_drawn",
    "drawing_of",
    "empty_drawing",
    "names_of",
    "placed",
]

Drawing = dict[str, Any]

DRAWN = (
    *("graph", "treatment", "outcome", "sites", "unobserved"),
    *("labels", "short", "symbols", "scales", "varies", "noncompliance", "interactions", "modifiers"),
)
"""The keys of a design file that a drawing shows; the others stay as they are."""

_OF_NODES = {"labels": "label", "short": "short", "symbols": "symbol", "scales": "scale"}
"""Tables of a design file by node, and what a node of the drawing calls its entry; the entries of products, and of
modifiers, stand beside the drawing."""

ROLES = ("mediators", "baseline", "consequences")
"""Keys beside the drawing that list its nodes."""


class _Unplaced(Places):
    """The places of a drawing: a problem keeps what it is about, and has no line."""

    def __init__(self) -> None:
        super().__init__("", "the drawing", {}, lambda *_: None, JSON)

    def worded(self, problems: list[tuple[KeyPath, str]]) -> list[str]:
        """Problems with their places."""
        return [Problem.at(text, path) for path, text in problems]

    def located(self, problem: str) -> str:
        """A problem as it is."""
        return problem


def empty_drawing() -> Drawing:
    """A drawing with nothing in it."""
    return {
        "nodes": [], "arrows": [], "shared": [], "interactions": [], "modifiers": [],
        "treatment": [], "outcome": "", "sites": None, "beside": {}, "positions": {},
    }  # fmt: skip


def names_of(drawing: Mapping[str, Any]) -> list[str]:
    """The variables of a drawing."""
    return [node["name"] for node in drawing["nodes"]]


def arrows_of(drawing: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The arrows of a drawing."""
    return [(arrow["from"], arrow["to"]) for arrow in drawing["arrows"]]


def demand_drawing(drawing: object) -> Drawing:
    """The drawing, if it has the shape of one.

    Raises:
        IdentcheckError: it has not.
    """
    try:
        if isinstance(drawing, dict) and _has_its_shape(drawing):
            return drawing
    except (KeyError, TypeError, ValueError):
        pass
    raise IdentcheckError("this is no drawing of the editor")


def _has_its_shape(drawing: Drawing) -> bool:
    """Whether names are text and pairs are pairs; an error of its own kind where a key is missing or of another kind."""
    pairs = [*arrows_of(drawing), *map(tuple, drawing["shared"]), *map(tuple, drawing["interactions"])]
    pairs += [tuple(edge) for modifier in drawing["modifiers"] for edge in modifier["of"]]
    ends = [end for pair in pairs for end in pair]
    texts = [*names_of(drawing), *ends, *drawing["treatment"], drawing["outcome"]]
    texts += [modifier["name"] for modifier in drawing["modifiers"]]
    return (
        isinstance(drawing["beside"], dict)
        and isinstance(drawing["treatment"], list)
        and all(len(pair) == 2 for pair in pairs)
        and all(isinstance(text, str) for text in texts)
        and sum(map(len, texts)) < FILE_BYTES.most
    )


def document_drawn(drawing: Drawing) -> dict[str, Any]:
    """The keys of a design file that say what a drawing shows; keys that say nothing are left out.

    Raises:
        IdentcheckError: it has not the shape of a drawing.
    """
    demand_drawing(drawing)
    nodes, names, arrows = drawing["nodes"], names_of(drawing), drawing["arrows"]
    pairs = [tuple(pair) for pair in drawing["interactions"]]
    beside = dict(_kept(drawing, {*names, *(product_name(*pair) for pair in pairs)}))
    ends = [*arrows_of(drawing), *map(tuple, drawing["shared"])]
    every = list(dict.fromkeys([*names, *(name for edge in ends for name in edge)]))
    lines = write_chains(every, arrows_of(drawing), map(tuple, drawing["shared"])) if every else []
    treatment = drawing["treatment"]
    by_arrow = {
        key: {write_edge(a["from"], a["to"]): a[key] for a in arrows if a.get(key) and a[key] != "persons"}
        for key in ("varies", "noncompliance")
    }
    found = {
        "graph": "".join(f"{line}\n" for line in lines) if len(lines) > 1 else "".join(lines),
        "treatment": treatment[0] if len(treatment) == 1 else treatment,
        "outcome": drawing["outcome"],
        "sites": drawing.get("sites"),
        "unobserved": [node["name"] for node in nodes if node.get("hidden")],
        "interactions": [written_product(*pair) for pair in pairs],
        "modifiers": {m["name"]: _modifier(m) for m in drawing["modifiers"]},
    }
    for table, key in _OF_NODES.items():
        said = {n["name"]: n[key] for n in nodes if n.get(key)}
        found[table] = said | beside.pop(table, {}) | said
    for arrow in arrows:
        if arrow.get("symbol"):
            found["symbols"] |= {_symbol_key(arrow["from"], arrow["to"], names): arrow["symbol"]}
    return {
        key: value for key, value in (found | by_arrow | beside).items() if value not in (None, "", [], {})
    }


def _symbol_key(source: str, target: str, names: Collection[str]) -> str:
    """The arrow as a key of the table of symbols; one that is also the name of a node begins with a space."""
    key = write_edge(source, target)
    while key in names:
        key = f" {key}"
    return key


def _modifier(modifier: Mapping[str, Any]) -> dict[str, Any]:
    of = [write_edge(*edge) for edge in modifier["of"]]
    return {key: value for key, value in modifier.items() if key not in ("name", "of")} | {"of": of}


def _kept(drawing: Drawing, known: Collection[str]) -> Iterator[tuple[str, Any]]:
    """What stands beside a drawing, without what names variables that are not drawn any more."""
    modifiers = {modifier["name"] for modifier in drawing["modifiers"]}
    edges = {write_edge(*edge) for edge in arrows_of(drawing)}
    edges |= {write_edge(product_name(*pair), drawing["outcome"]) for pair in drawing["interactions"]}
    for key, value in drawing["beside"].items():
        if key in _OF_NODES and isinstance(value, dict):
            there = {*known, *(modifiers if key == "short" else ()), *(edges if key == "symbols" else ())}
            yield key, {name: text for name, text in value.items() if name.strip() in there}
        elif key in ROLES and isinstance(value, list):
            yield key, [name for name in value if name in known]
        elif key not in (*DRAWN, *ROLES):
            yield key, value


def design_drawn(drawing: Drawing) -> Design:
    """The design that a drawing describes.

    Raises:
        InvalidDesignError: every problem, each with its place in the drawing where it has one.
        IdentcheckError: it has not the shape of a drawing, or names that cannot be written.
    """
    document = document_drawn(drawing)
    double = [name for name in set(names_of(drawing)) if names_of(drawing).count(name) > 1]
    if double:
        raise InvalidDesignError(
            [Problem.at(f"two variables are called {name!r}; rename one", ("graph", name)) for name in double]
        )
    if not document.get("graph"):
        raise InvalidDesignError(["nothing is drawn yet; add a variable"])
    try:
        return design_of(document, _Unplaced())
    except FormatError as error:
        raise InvalidDesignError([error.message]) from None


def drawing_of(design: Design, positions: Mapping[str, Any] | None = None) -> Drawing:
    """A design as a drawing.

    Args:
        design: the design.
        positions: where boxes stand, from the upper left; the others are placed.
    """
    document, drawn = document_of(design), design.drawn
    arrows = [
        {"from": u, "to": v}
        | {key: data[key] for key in ("varies", "noncompliance", "symbol") if key in data}
        for u, v, data in drawn.edges(data=True)
    ]
    modifiers = [
        document["modifiers"][m.name] | {"name": m.name, "of": [list(edge) for edge in m.of]}
        for m in design.modifiers
    ]
    beside = {key: value for key, value in document.items() if key not in DRAWN}
    shown = {*drawn, *(_symbol_key(u, v, drawn) for u, v in drawn.edges)}
    for key in _OF_NODES:  # of products and modifiers, which are not drawn as variables
        more = {name: text for name, text in document.get(key, {}).items() if name not in shown}
        beside |= {key: more} if more else {}
    return {
        "nodes": [_node(design, document, name) for name in drawn],
        "arrows": arrows,
        "shared": [list(pair) for pair in design.confounded],
        "interactions": [list(pair) for pair in design.interactions],
        "modifiers": modifiers,
        "treatment": list(design.treatments),
        "outcome": design.outcome,
        "sites": design.sites,
        "beside": beside,
        "positions": {name: list(at) for name, at in (positions or {}).items()},
    }


def _node(design: Design, document: Mapping[str, Any], name: str) -> dict[str, Any]:
    said = {key: document.get(table, {}).get(name) for table, key in _OF_NODES.items()}
    said["hidden"] = name in design.unobserved
    return {"name": name} | {key: value for key, value in said.items() if value}


def placed(problem: str, drawing: Drawing) -> dict[str, Any]:
    """A problem with what it is about, a variable, an arrow or a kind of declaration.

    Returns:
        ``{"text", "at": {"node": ...}}``, or at ``"arrow"``, ``"declared"``, or ``{}``.
    """
    names, arrows = {*names_of(drawing)}, {*arrows_of(drawing)}
    at: dict[str, Any] = {}
    for path in getattr(problem, "about", ()):
        if path[0] == "declarations" and not at:
            at = {"declared": path[-1]}
        edge = tuple(path[-2:])
        if edge in arrows and len(path) > 2:
            at = {"arrow": list(edge)}
            break
        if "node" not in at and len(path) > 1 and path[-1] in names:
            at = {"node": path[-1]}
    return {"text": str(problem), "at": at}
