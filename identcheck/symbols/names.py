"""What the effects of a design are, and how each is written: Gamma, Lambda, Delta, B with subscripts and marks.

Names alone; the sympy symbol of an effect is made when it is asked for (:meth:`Notation.edge`, :meth:`Notation.effect`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from identcheck.symbols.notation import Coefficient

__all__ = ["Effect", "Name", "Notation"]


@dataclass(frozen=True)
class Effect:
    """What a coefficient stands for.

    Attributes:
        source: where the effect starts.
        target: where it ends.
        avoiding: the nodes its directed paths may not pass through, or None for the single edge.
    """

    source: str
    target: str
    avoiding: frozenset[str] | None = None


@dataclass(frozen=True)
class Name:
    """How a coefficient is written: a letter, subscripts, and marks above (star, tot, arm).

    Attributes:
        letter: ``"Gamma"``, ``"Lambda"``, ``"Delta"``, ``"B"``, or a letter of the user's own.
        subscripts: node tokens, such as ``("1", "2")``.
        marks: pairs (kind, tokens); kind is "star", "tot", "avoiding" or "arm".
    """

    letter: str
    subscripts: tuple[str, ...] = ()
    marks: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def ascii(self) -> str:
        """The sympy name, an identifier wherever the node names allow one."""
        parts = list(self.subscripts)
        for kind, tokens in self.marks:
            parts += [kind, *tokens]
        slugs = [_slug(part) for part in parts if part]
        joint = "__" if any("_" in slug for slug in slugs) else "_"
        return joint.join([self.letter, *slugs])


@dataclass(frozen=True)
class Notation:
    """The symbols of one design.

    Attributes:
        treatments: the arms.
        outcome: the outcome node.
        order: every node's place in the topological order.
        starred: edges arm -> node beside which the arm has other paths to the node (Gamma*, not Gamma).
        tokens: the subscript of each node.
        overrides: edges whose symbol the user chose, as (letter, subscripts).
    """

    treatments: tuple[str, ...]
    outcome: str
    order: Mapping[str, int]
    starred: frozenset[tuple[str, str]]
    tokens: Mapping[str, str]
    overrides: Mapping[tuple[str, str], Name] = field(default_factory=dict)
    _made: dict[Effect, Coefficient] = field(default_factory=dict, compare=False, repr=False)

    def edge(self, source: str, target: str) -> Coefficient:
        """The coefficient A_e of the edge source -> target."""
        return self.coefficient(Effect(source, target))

    def effect(self, source: str, target: str, avoiding: Iterable[str]) -> Coefficient:
        """The effect of source on target over the directed paths that avoid the given nodes."""
        return self.coefficient(Effect(source, target, frozenset(avoiding)))

    def coefficient(self, meaning: Effect) -> Coefficient:
        """The coefficient of an effect, made once."""
        if meaning not in self._made:
            from identcheck.symbols.notation import Coefficient  # sympy, where there is an expression

            place = (self.order[meaning.source], self.order[meaning.target])
            self._made[meaning] = Coefficient(meaning, self.name(meaning), place)
        return self._made[meaning]

    def name(self, meaning: Effect) -> Name:
        """How an effect is written: Gamma, Lambda, Delta, B with their subscripts and marks."""
        source, target, avoiding = meaning.source, meaning.target, meaning.avoiding
        if avoiding is None and (source, target) in self.overrides:
            return self.overrides[source, target]
        from_arm = source in self.treatments
        marks: list[tuple[str, tuple[str, ...]]] = []
        if avoiding:
            inner = sorted(avoiding, key=lambda node: self.order[node])
            marks.append(("avoiding", tuple(self.tokens[node] or node for node in inner)))
        elif avoiding is None and (source, target) in self.starred:
            marks.append(("star", ()))
        elif avoiding is not None and not from_arm:
            marks.append(("tot", ()))
        if from_arm and len(self.treatments) > 1:
            marks.append(("arm", (self.tokens[source],)))
        letter, nodes = self._letter(source, target)
        return Name(letter, tuple(self.tokens[node] for node in nodes), tuple(marks))

    def _letter(self, source: str, target: str) -> tuple[str, tuple[str, ...]]:
        if source in self.treatments:
            return ("B", ()) if target == self.outcome else ("Gamma", (target,))
        return ("Delta", (source,)) if target == self.outcome else ("Lambda", (source, target))


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text)
