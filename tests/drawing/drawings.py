"""Drawings for the tests of the editor: random ones, and random edits of them."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from typing import Any

Drawing = dict[str, Any]


def empty() -> Drawing:
    return {
        "nodes": [], "arrows": [], "shared": [], "interactions": [], "modifiers": [],
        "treatment": [], "outcome": "", "sites": None, "beside": {}, "positions": {},
    }  # fmt: skip


def trial(mediators: int, sites: int | None = None) -> Drawing:
    """T -> each M -> Y, and two thirds of the chain between the mediators."""
    names = [f"M{k}" for k in range(1, mediators + 1)]
    pairs = [("T", name) for name in names] + [(name, "Y") for name in names]
    pairs += [(one, two) for k, (one, two) in enumerate(pairwise(names)) if k % 3 != 2]
    return empty() | {
        "nodes": [{"name": name} for name in ("T", *names, "Y")],
        "arrows": [{"from": u, "to": v} for u, v in pairs],
        "treatment": ["T"],
        "outcome": "Y",
        "sites": sites,
    }


def reason(card: dict[str, Any]) -> str:
    """The reason of a card, with all regressors where it names two of many."""
    first = card["regressors"].partition(", ")[0]
    short = rf"{re.escape(first)}, \.\.\., .*? \(\d+\)"
    return re.sub(short, lambda _: card["regressors"], card["reason"]) if first else card["reason"]


def edited(drawing: Drawing, rng: random.Random) -> Drawing:
    """One random edit; the drawing need not be a design afterwards."""
    names = [node["name"] for node in drawing["nodes"]]
    kind = rng.randrange(9)
    if kind == 0 or len(names) < 3:
        name = f"N{rng.randrange(100)}"
        return drawing if name in names else drawing | {"nodes": [*drawing["nodes"], {"name": name}]}
    one, two = rng.sample(names, 2)
    arrows = drawing["arrows"]
    if kind in (1, 2):
        there = any((a["from"], a["to"]) == (one, two) for a in arrows)
        return drawing if there else drawing | {"arrows": [*arrows, {"from": one, "to": two}]}
    if kind == 3 and arrows:
        gone = rng.choice(arrows)
        return drawing | {"arrows": [a for a in arrows if a is not gone]}
    if kind == 4 and arrows:
        chosen, varies = rng.choice(arrows), rng.choice(["persons", "sites", "none"])
        return drawing | {"arrows": [a | {"varies": varies} if a is chosen else a for a in arrows]}
    if kind == 5:
        nodes = [n | {"hidden": not n.get("hidden")} if n["name"] == one else n for n in drawing["nodes"]]
        return drawing | {"nodes": nodes}
    if kind == 6:
        return drawing | {"shared": [*drawing["shared"], [one, two]]}
    if kind == 7:
        return drawing | {"sites": rng.choice([None, 1, 3, 30])}
    nodes = [n | {"label": f"words of {one}"} if n["name"] == one else n for n in drawing["nodes"]]
    return drawing | {"nodes": nodes}
