"""What may be said of a design beside its graph, and which numerals its list of assumptions has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from identcheck.basics.arguments import is_word
from identcheck.describe.validation.parts import mediators_of
from identcheck.describe.validation.wording import choice, unknown_node
from identcheck.errors import suggestion

if TYPE_CHECKING:
    from identcheck.describe.validation.description import Description

__all__ = ["EVERY_NUMERAL", "UNNUMBERED", "numerals_of", "option_problems"]

SEVEN = ("i", "ii", "iii", "iv", "v", "vi", "vii")
NINE = (*SEVEN, "viii", "ix")
EVERY_NUMERAL = (*NINE[:5], "v.a", "v.b", *NINE[5:], "x")


UNNUMBERED = ("bypass", "shared", "product")
"""What a justification may be about beside the numerals: the kinds of condition that none of them grants."""


def numerals_of(sites: int | None, mediators: int, weighted: bool) -> tuple[str, ...]:
    """The numerals: seven, nine, or nine with (v.a), (v.b); and (x) where weights differ."""
    if mediators == sites == 1:
        return SEVEN
    pooled = ("v.a", "v.b") if mediators == 1 else ()
    weights = ("x",) if weighted and sites != 1 else ()
    return (*NINE[:5], *pooled, *NINE[5:], *weights)


SCALES = ("binary", "continuous")
AVERAGES = ("sites", "persons")
WEIGHTS = ("precision", "sites", "persons")


def option_problems(said: Description) -> Iterator[str]:
    """Sites, title, average, weights, tables by node, unobserved nodes, justifications and citations."""
    if said.sites is not None and (isinstance(said.sites, bool) or not isinstance(said.sites, int)):
        yield f"sites is {said.sites!r}; write a whole number, or leave it out where it is not known yet"
    elif said.sites is not None and said.sites < 1:
        yield f"sites is {said.sites}; a trial has at least 1"
    if not isinstance(said.title, str):
        yield f"the title is {said.title!r}; write text in quotes, or leave it out"
    yield from choice("average", said.average, AVERAGES)
    yield from choice("weights", said.weights, WEIGHTS)
    if said.drawn:
        for name, table in (("labels", said.labels), ("scales", said.scales)):
            for node in table:
                yield from unknown_node(said.graph, name, node)
    for node, label in said.labels.items():
        if not (isinstance(label, str) and label.strip()):
            yield f"labels: the label of {node!r} is {label!r}; write words that people read, in quotes"
    for node, scale in said.scales.items():
        yield from choice(f"scales: {node!r}", scale, SCALES)
    yield from _unobserved_problems(said)
    known = _numerals(said)
    for name, table in (("justifications", said.justifications), ("citations", said.citations)):
        yield from _numeral_problems(name, table, known)


def _unobserved_problems(said: Description) -> Iterator[str]:
    for node in dict.fromkeys(said.unobserved):
        if said.unobserved.count(node) > 1:
            yield f"unobserved: {node!r} is named twice; name it once"
        if said.drawn:
            yield from unknown_node(said.graph, "unobserved", node)
        if node in said.treatments or node in said.outcomes:
            yield f"{node!r} is unobserved; treatment and outcome must be measured: take it off the unobserved nodes"


def _numeral_problems(name: str, table: Mapping[Any, Any], known: tuple[str, ...]) -> Iterator[str]:
    for numeral, text in table.items():
        if not is_word(numeral, (*known, *UNNUMBERED)):
            yield (
                f"{name}: this design has no assumption {numeral!r}{suggestion(str(numeral), (*known, *UNNUMBERED))}; "
                f"its assumptions are numbered {', '.join(known)}; conditions without a numeral are {', '.join(UNNUMBERED)}"
            )
        if not isinstance(text, str):
            yield f"{name}: the text for {numeral!r} is {text!r}; write text in quotes"


def _numerals(said: Description) -> tuple[str, ...]:
    """The design's numerals; every one there is where the graph is too broken to tell."""
    arms = [arm for arm in said.treatments if arm in said.graph]
    if not said.directed or not arms or len(arms) < len(said.treatments):
        return EVERY_NUMERAL
    sites = said.sites if isinstance(said.sites, int) else None
    mediators = mediators_of(said.graph, arms, said.outcomes)
    weighted = (
        isinstance(said.weights, str) and isinstance(said.average, str) and said.weights != said.average
    )
    return numerals_of(sites, len(mediators), weighted)
