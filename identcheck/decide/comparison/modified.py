"""What differs between the modifiers of two designs, and what such a difference is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from identcheck.derive.words import listed
from identcheck.describe.declarations import written
from identcheck.describe.design import Design

MODIFIED: Mapping[str, str] = MappingProxyType(
    {
        "of": "changes {}",
        "level": "is a characteristic of {}",
        "measured": "is {}measured",
        "scale": "is {}",
        "levels": "has {} categories",
        "balanced": "is {}balanced",
        "causes": "is caused by {}",
    }
)
"""What is said of a modifier, by field; in the second part of a sentence as in the first."""


@dataclass(frozen=True)
class DesignChange:
    """One difference between two designs.

    Attributes:
        kind: "outcome", "arm added", "arm removed", "node added", "node removed", "role", "arrow added",
            "arrow removed", "arrow reversed", "varies", "noncompliance", "measured", "not measured", "scale",
            "sites", "average", "weights", "modifier added", "modifier removed", "modifier",
            "declaration added", "declaration removed", "granted", "no longer granted" or "numerals".
        nodes: the node, the arrow or the modifier it is about; empty where it is about the whole design.
        sentence: the difference in words.
    """

    kind: str
    nodes: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def modifier_changes(old: Design, new: Design) -> Iterator[DesignChange]:
    """Modifiers that one of the designs lacks, and what is said otherwise of those in both; words are no difference."""
    were, are = ({modifier.name: modifier for modifier in design.modifiers} for design in (old, new))
    for word, of, other in (("removed", were, are), ("added", are, were)):
        for name in (name for name in of if name not in other):
            unseen = "" if of[name].measured else ", not measured"
            yield DesignChange(f"modifier {word}", (name,), f"modifier {word}: {of[name]}{unseen}")
    for name, modifier in are.items():
        before = were.get(name, modifier)
        for key, phrase in MODIFIED.items():
            said = [phrase.format(_value(getattr(each, key))) for each in (modifier, before)]
            if said[0] != said[1]:
                yield DesignChange(
                    "modifier", (name,), f"the modifier {name} {said[0]}; before, it {said[1]}"
                )


def _value(said: object) -> str:
    """A field of a modifier in words."""
    if isinstance(said, tuple):
        return listed([each if isinstance(each, str) else written(each) for each in said]) or "nothing"
    return (
        {True: "", False: "not ", None: "no"}[said] if isinstance(said, bool) or said is None else str(said)
    )
