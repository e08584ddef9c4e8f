"""What may be said of a trial's words, short labels and primary effects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from identcheck.basics.arguments import is_word
from identcheck.describe.protocol import WORDS
from identcheck.describe.wording import unknown_node
from identcheck.errors import Problem, clipped, suggestion
from identcheck.errors.visible import obeyed_in

if TYPE_CHECKING:
    from identcheck.describe.validation.description import Description


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
