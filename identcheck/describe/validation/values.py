"""What may be said at a node, at an edge and of a design beside its graph: which words, and how long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from identcheck.basics.arguments import is_word
from identcheck.describe.interactions import products_of
from identcheck.describe.validation.parts import mediators_of, reached_from
from identcheck.describe.wording import choice, name_problems, names, near_misses, unknown_node
from identcheck.errors import Problem, clipped, suggestion
from identcheck.errors.limits import NAME_LETTERS, TEXT_LETTERS, Limit
from identcheck.symbols.typeset.letters import GREEK

if TYPE_CHECKING:
    from identcheck.describe.validation.description import Description

__all__ = [
    "EVERY_NUMERAL",
    "UNNUMBERED",
    "attribute_problems",
    "numerals_of",
    "option_problems",
    "size_problems",
]


SEVEN = ("i", "ii", "iii", "iv", "v", "vi", "vii")
NINE = (*SEVEN, "viii", "ix")
EVERY_NUMERAL = (*NINE[:5], "v.a", "v.b", *NINE[5:], "x", "xi")


UNNUMBERED = ("bypass", "everywhere", "shared", "product")
"""What a justification may be about beside the numerals: the kinds of condition that none of them grants."""


def numerals_of(
    sites: int | None, mediators: int, weighted: bool, moderated: bool = False
) -> tuple[str, ...]:
    """The numerals: seven, nine, or nine with (v.a), (v.b); (x) where weights differ, (xi) where a modifier is measured."""
    linear = ("xi",) if moderated else ()
    if mediators == sites == 1:
        return (*SEVEN, *linear)
    pooled = ("v.a", "v.b") if mediators == 1 else ()
    weights = ("x",) if weighted and sites != 1 else ()
    return (*NINE[:5], *pooled, *NINE[5:], *weights, *linear)


ROLES = ("treatment", "outcome", "mediator", "baseline", "consequence")
VARIES = ("persons", "sites", "none")
NODE_ATTRIBUTES = ("role", "label", "scale", "unobserved", "symbol")
EDGE_ATTRIBUTES = ("varies", "symbol", "noncompliance")


def attribute_problems(said: Description) -> Iterator[str]:
    """Names that are no text, unknown attributes, and values that they do not have."""
    for node, data in said.graph.nodes.items():
        yield from Problem.each(_node_problems(node, data), ("graph", node))
    for (u, v), data in said.graph.edges.items():
        where = f"edge {u!r} -> {v!r}"
        yield from near_misses(where, data, EDGE_ATTRIBUTES)
        varies = choice(f"{where}: varies", data.get("varies", "persons"), VARIES)
        yield from Problem.each(varies, ("varies", u, v))
        if "symbol" in data:
            yield from Problem.each(_edge_symbol_problems(where, data["symbol"]), ("symbols", u, v))
        if "noncompliance" in data:
            compliers = [*choice(f"{where}: noncompliance", data["noncompliance"], ("one-sided",))]
            compliers += _noncompliance_problems(said, u, v, where) if said.directed else ()
            yield from Problem.each(compliers, ("noncompliance", u, v))


def _node_problems(node: Any, data: Mapping[Any, Any]) -> Iterator[str]:
    yield from name_problems("node", node)
    where = f"node {node!r}"
    yield from near_misses(where, data, NODE_ATTRIBUTES)
    yield from choice(f"{where}: role", data.get("role", "mediator"), ROLES)
    if not isinstance(data.get("unobserved", False), bool):
        yield f"{where}: unobserved is {data['unobserved']!r}; it is True or False"
    symbol = data.get("symbol", "x")
    if not isinstance(symbol, str) or not re.fullmatch(r"[A-Za-z0-9]+", symbol):
        no_symbol = f"{where}: the symbol {symbol!r} is not letters and digits such as 'V'"
        yield Problem.at(no_symbol, ("symbols", node))


def _edge_symbol_problems(where: str, symbol: object) -> Iterator[str]:
    """An upper-case letter, so that the lower-case one can stand for averages, and a subscript."""
    found = re.fullmatch("([A-Za-z]+)(_[A-Za-z0-9]+)?", symbol) if isinstance(symbol, str) else None
    if not found:
        yield f"{where}: the symbol {symbol!r} is not letters and digits such as 'Kappa_1'"
    elif found[1] not in GREEK and not re.fullmatch("[A-Z]", found[1]):
        yield (
            f"{where}: the symbol {symbol!r} does not begin with one upper-case letter such as 'K_1', or the "
            "name of a Greek one such as 'Kappa_1'; the lower-case letter stands for the average"
        )


def _noncompliance_problems(said: Description, u: Any, v: Any, where: str) -> Iterator[str]:
    arms = dict.fromkeys(said.treatments)
    if {u, v} in map(set, products_of(said.graph).values()) and u not in arms:
        yield from _without(said, u, v, where)
    elif u not in arms or v in said.outcomes:
        yield f"{where}: noncompliance is said of an arrow from a treatment into a mediator; remove it here"
    elif said.scales.get(v) != "binary" or (len(arms) == 1 and said.scales.get(u) != "binary"):
        yield (
            f"{where}: one-sided noncompliance is about a binary treatment and a binary mediator; "
            f"declare both scales 'binary'"
        )


def _without(said: Description, u: Any, v: Any, where: str) -> Iterator[str]:
    """Of two that interact: that nobody has the one without the other."""
    if said.scales.get(u) != "binary":
        yield (
            f"{where}: that nobody has {v!r} without {u!r} is said where {u!r} is binary; declare its scale 'binary', or take "
            "noncompliance out"
        )
    others = [
        p
        for p in said.graph.pred[v]
        if p != u and p in reached_from(said.graph, said.treatments) | {*said.treatments}
    ]
    if others:
        yield (
            f"{where}: nobody has {v!r} without {u!r}, but it has arrows from {names(others)} too, which would move it all the "
            "same; take one of the two out"
        )


SCALES = ("binary", "continuous")
AVERAGES = ("sites", "persons")
WEIGHTS = ("precision", "sites", "persons")


def option_problems(said: Description) -> Iterator[str]:
    """Sites, title, average, weights, tables by node, unobserved nodes, justifications and citations."""
    if said.sites is not None and (isinstance(said.sites, bool) or not isinstance(said.sites, int)):
        no_number = (
            f"sites is {said.sites!r}; write a whole number, or leave it out where it is not known yet"
        )
        yield Problem.at(no_number, ("sites",))
    elif said.sites is not None and said.sites < 1:
        yield Problem.at(f"sites is {said.sites}; a trial has at least 1", ("sites",))
    if not isinstance(said.title, str):
        yield Problem.at(f"the title is {said.title!r}; write text in quotes, or leave it out", ("title",))
    yield from Problem.each(choice("average", said.average, AVERAGES), ("average",))
    yield from Problem.each(choice("weights", said.weights, WEIGHTS), ("weights",))
    if said.drawn:
        for name, table in (("labels", said.labels), ("scales", said.scales)):
            for node in table:
                yield from Problem.each(unknown_node(said.graph, name, node), (name, node))
    for node, label in said.labels.items():
        if not (isinstance(label, str) and label.strip()):
            no_words = f"labels: the label of {node!r} is {label!r}; write words that people read, in quotes"
            yield Problem.at(no_words, ("labels", node))
    for node, scale in said.scales.items():
        yield from Problem.each(choice(f"scales: {node!r}", scale, SCALES), ("scales", node))
    yield from Problem.each(_unobserved_problems(said), ("unobserved",))
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
            number = int(numeral) if str(numeral).isdecimal() and len(str(numeral)) < 3 else 0
            roman = [each for each in known if "." not in each][number - 1 : number] if number else []
            hint = suggestion("".join(roman) or str(numeral), (*known, *UNNUMBERED))
            yield Problem.at(
                f"{name}: this design has no assumption {numeral!r}{hint}; "
                f"its assumptions are numbered {', '.join(known)}; conditions without a numeral are {', '.join(UNNUMBERED)}",
                (name, numeral),
            )
        if not isinstance(text, str):
            no_text = f"{name}: the text for {numeral!r} is {text!r}; write text in quotes"
            yield Problem.at(no_text, (name, numeral))


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
    moderated = any(modifier.measured for modifier in said.modifiers)
    return numerals_of(sites, len(mediators), weighted, moderated)


def size_problems(said: Description) -> Iterator[str]:
    """Names and texts beyond the limits; where there is one, nothing else is told, which would repeat it."""
    for node, data in said.graph.nodes.items():
        if isinstance(node, str):
            long = _too_long(f"the node {clipped(node)}", node, NAME_LETTERS)
            yield from Problem.each(long, ("graph", node))
        yield from _too_long(f"node {str(node)[:80]!r}: the symbol", data.get("symbol"), NAME_LETTERS)
    for (u, v), data in said.graph.edges.items():
        edge = f"edge {str(u)[:80]!r} -> {str(v)[:80]!r}"
        yield from _too_long(f"{edge}: the symbol", data.get("symbol"), NAME_LETTERS)
    yield from Problem.each(_too_long("the title", said.title, TEXT_LETTERS), ("title",))
    for effect in said.primary:
        yield from Problem.each(_too_long(f"primary: {clipped(effect)}", effect, TEXT_LETTERS), ("primary",))
    for name in ("labels", "justifications", "citations", "words", "short"):
        for key, text in getattr(said, name).items():
            long = _too_long(f"{name}: the text for {str(key)[:80]!r}", text, TEXT_LETTERS)
            yield from Problem.each(long, (name, key))


def _too_long(where: str, text: object, limit: Limit) -> Iterator[str]:
    if isinstance(text, str) and len(text) > limit.most:
        yield f"{where} has {limit.refusal(len(text))}"
