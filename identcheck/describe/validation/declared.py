"""Whether what is declared of the coefficients fits the graph, the design and itself; and the words said of a trial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from identcheck.basics.arguments import is_word
from identcheck.describe.declarations import Declaration, Edge
from identcheck.describe.interactions import products_of
from identcheck.describe.protocol import WORDS
from identcheck.describe.validation.description import Description
from identcheck.describe.validation.parts import reached_from
from identcheck.describe.wording import unknown_node
from identcheck.errors import Problem, clipped, suggestion
from identcheck.errors.visible import obeyed_in

if TYPE_CHECKING:
    from identcheck.describe.validation.description import Description

__all__ = ["SHORT_LETTERS", "declaration_problems", "protocol_problems"]


def declaration_problems(said: Description) -> Iterator[str]:
    """Unknown arrows, arrows against themselves, and knowledge that contradicts other knowledge."""
    for declaration in said.declarations:
        yield from Problem.each(_problems(said, declaration), ("declarations", declaration.kind))


def _problems(said: Description, declaration: Declaration) -> Iterator[str]:
    if said.directed:
        yield from _unknown_arrows(said, declaration)
    for edge in sorted(declaration.left & declaration.right):
        yield (
            f"{declaration}: the arrow {_arrow(edge)} stands on both sides; name it on one, or use "
            "[varies] (edge attribute 'varies') if its effect is constant"
        )
    if declaration.kind == "correlated":
        yield from _constant(said, declaration)
        yield from _denied(said, declaration)
    if declaration.kind == "normal" and (products := products_of(said.graph)):
        yield (
            f"{declaration}: the contrast of a product is no sum of normal ones, and the design has {next(iter(products))!r}; "
            "drop it, or declare what is independent of what"
        )
    if declaration.kind == "normal" and declaration.level == "persons":
        yield from _two_valued(said, declaration)


def _unknown_arrows(said: Description, declaration: Declaration) -> Iterator[str]:
    causal = reached_from(said.graph, said.treatments) | set(said.treatments)
    for edge in sorted(declaration.edges):
        if not said.graph.has_edge(*edge):
            if said.graph.has_edge(*edge[::-1]):
                known = f"it has {_arrow(edge[::-1])}"
            else:
                known = f"its arrows are {', '.join(_arrow(e) for e in said.graph.edges) or 'none'}"
            yield f"{declaration}: there is no arrow {_arrow(edge)} in the graph; {known}"
        elif said.treatments and not causal >= set(edge):
            yield (
                f"{declaration}: the arrow {_arrow(edge)} starts where no treatment reaches, so it carries no "
                "effect of treatment and nothing need be known of it; leave it out"
            )


def _constant(said: Description, declaration: Declaration) -> Iterator[str]:
    """A coefficient that is constant at a level is correlated with nothing there."""
    if declaration.level == "sites" and said.sites == 1:
        yield f"{declaration}: with one site nothing varies between sites; declare it for 'persons', or drop it"
        return
    for edge in sorted(declaration.edges):
        varies = _varies(said, edge)
        if varies == "none" or (varies == "sites" and declaration.level == "persons"):
            over = "for no one" if varies == "none" else "only between sites"
            yield (
                f"{declaration}: the arrow {_arrow(edge)} is said to vary {over}, so it is correlated with nothing "
                f"there; change what it varies over (edge attribute 'varies'), or drop the declaration"
            )


def _denied(said: Description, declaration: Declaration) -> Iterator[str]:
    """What is correlated is neither uncorrelated nor on the two sides of an independence.

    An independence of two sets says the same of every pair (decomposition); no other rule yields a pair.
    """
    for other in said.declarations:
        if other.kind in ("independent", "uncorrelated") and other.level == declaration.level:
            for a, b in ((declaration.left, declaration.right), (declaration.right, declaration.left)):
                if a <= other.left and b <= other.right:
                    yield f"{declaration} contradicts {other}; drop one of them"
                    break


def _two_valued(said: Description, declaration: Declaration) -> Iterator[str]:
    """The effect of one binary node on another is -1, 0 or 1, which is not normal."""
    many = len(dict.fromkeys(said.treatments)) > 1

    def binary(node: Any) -> bool:
        return said.scales.get(node) == "binary" or (many and node in said.treatments)

    if not said.directed:
        return
    causal = reached_from(said.graph, said.treatments) | set(said.treatments)
    for u, v in said.graph.edges:
        if {u, v} <= causal and binary(u) and binary(v) and _varies(said, (u, v)) == "persons":
            yield (
                f"{declaration}: the arrow {_arrow((u, v))} leads from one binary node to another, so a person's "
                "effect is -1, 0 or 1 and not normal; drop the declaration, or say that the arrow varies over "
                "'sites' or 'none'"
            )


def _varies(said: Description, edge: Edge) -> object:
    return said.graph.edges[edge].get("varies", "persons") if said.graph.has_edge(*edge) else "persons"


def _arrow(edge: tuple[Any, ...]) -> str:
    return " -> ".join(map(repr, edge))


# -- what may be said of a trial's words, short labels and primary effects ---------------


SHORT_LETTERS = 40
"""Letters of a short label, or of a word of the trial."""


def protocol_problems(said: Description) -> Iterator[str]:
    """Unknown words, words and short labels that cannot be printed in a sentence, unknown nodes, effects without text."""
    for name, word in said.words.items():
        yield from Problem.each(_word_problems(name, word), ("words", name))
    taken: dict[str, object] = {}
    for node, label in said.short.items():
        yield from Problem.each(_short_problems(said, node, label, taken), ("short", node))
    if not all(effect.strip() for effect in said.primary):
        empty = "primary: an effect is empty; write it as on the command line, such as 'direct(M, Y)'"
        yield Problem.at(empty, ("primary",))


def _word_problems(name: object, word: object) -> Iterator[str]:
    if not is_word(name, WORDS):
        yield (
            f"words: {clipped(str(name))} is no word of a trial{suggestion(str(name), WORDS)}; its words are "
            f"{', '.join(WORDS)}"
        )
    yield from _brief_problems(f"words: the word for {clipped(str(name))}", word)


def _short_problems(
    said: Description, node: object, label: object, taken: dict[str, object]
) -> Iterator[str]:
    if said.drawn and node not in {modifier.name for modifier in said.modifiers}:
        yield from unknown_node(said.graph, "short", node)
    yield from _brief_problems(f"short: the short label of {clipped(str(node))}", label)
    if isinstance(label, str) and (first := taken.setdefault(label.strip().lower(), node)) != node:
        yield f"short: {first!r} and {node!r} have the same short label {clipped(label)}; tell them apart"


def _brief_problems(where: str, text: object) -> Iterator[str]:
    if not (isinstance(text, str) and text.strip()):
        yield f"{where} is {text!r:.60}; write a word or two in quotes"
    elif len(text) > SHORT_LETTERS:
        yield f"{where} has {len(text)} letters, at most {SHORT_LETTERS} are for sentences and tables; shorten it"
    elif found := obeyed_in(text):
        yield (
            f"{where} has characters that are obeyed or not seen where they are printed ({', '.join(found)}); take them out"
        )
