"""Plain words for effects, in the user's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from identcheck.derive.paths import inner_nodes, reaches
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design

__all__ = [
    "MOST_NAMED", "by_declaration", "capital", "compliances", "counted", "effect_words", "in_brackets", "listed", "site_count",
    "some",
]  # fmt: skip

FEW = 3
MOST_NAMED = 12
"""Of more names in one list the first FEW are given and the rest counted, where nothing hangs on each of them."""


def effect_words(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> str:
    """The effect of u on v avoiding nodes, as a noun phrase: "the direct effect of A on B"."""
    surviving = inner_nodes(design, u, v, avoiding)
    dropped = inner_nodes(design, u, v) - surviving
    ends = f"effect of {design.label(u)} on {design.label(v)}"
    if not surviving and dropped:
        return f"the direct {ends}"
    if not dropped:
        return f"the total {ends}" if surviving else f"the {ends}"
    around = sorted(
        (node for node in dropped if reaches(design, u, node, dropped - {node})), key=design.order.__getitem__
    )
    return f"the {ends} that does not run through {listed([design.label(n) for n in around], 'or')}"


def compliances(design: Design, nodes: Sequence[str], arms: Sequence[str]) -> str:
    """The effects of treatment on mediators: "the effects of T on A and on B"."""
    source = listed([design.label(arm) for arm in arms], "and")
    targets = listed([f"on {design.label(node)}" for node in nodes])
    many = len(nodes) > 1 or len(arms) > 1
    return f"the {'effects' if many else 'effect'} of {source} {targets}"


def listed(items: Sequence[str], word: str = "and") -> str:
    """Join items into "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def some(items: Sequence[str], comma: str = ", ") -> str:
    """Join items as :func:`listed` does; of many only the first few, and the number of the others.

    With another comma than ", " there is no "and" before the last where all are named.
    """
    if len(items) <= MOST_NAMED:
        return listed(items) if comma == ", " else comma.join(items)
    return f"{comma.join(items[:FEW])} and {len(items) - FEW:,} more"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 arrow", "12 arrows"."""
    return f"{number:,} {one if number == 1 else many}"


def in_brackets(numerals: Iterable[str]) -> list[str]:
    """Numerals of assumptions as they are printed: "(vi)", "(vii)"."""
    return [f"({numeral})" for numeral in numerals]


def capital(sentence: str, design: Design | None = None) -> str:
    """The sentence with a capital first letter; a node without a label keeps the case of its name."""
    if design is not None:
        first = re.match(r"[\w.]+", sentence)
        if first and first.group() in design.order and first.group() not in design.labels:
            return sentence
    return sentence[:1].upper() + sentence[1:]


def site_count(design: Design) -> str:
    """Name the sites: "the 5 sites", "the one site" or "the sites"."""
    if design.sites is None:
        return "the sites"
    return "the one site" if design.sites == 1 else f"the {design.sites} sites"


def by_declaration(declarations: Sequence[Declaration]) -> str:
    """Why a condition holds, in words; "" without declarations."""
    return f"declared: {listed([str(d) for d in declarations])}" if declarations else ""
