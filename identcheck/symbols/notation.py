"""The only maker of sympy objects that carry meaning: coefficients and moments.

A :class:`Coefficient` is a person-specific effect. It is a sympy symbol with an ASCII name (safe to
print, substitute and lambdify) that also carries what it stands for (:class:`Effect`) and how the paper
writes it (:class:`Name`). Moments are sympy functions of such symbols, so an expression explains itself:

====================  ==========================================  =============================
sympy                 meaning                                     the paper
====================  ==========================================  =============================
``Gamma_1``           person-specific compliance of M1            Gamma_1
``E_s(Gamma_1)``      its mean in site s                          gamma_1s
``E(E_s(Gamma_1))``   the average of that over sites              gamma_1
``Cov_s(a, b)``       covariance over persons within site s       Cov_s(a, b)
``mu_s(a, b, c)``     joint central moment within site s          mu_s(a, b, c)
``Cov(x, y)``         covariance over sites of site quantities    Cov(x, y)
``mu(x, y, z)``       joint central moment over sites             mu(x, y, z)
====================  ==========================================  =============================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

import sympy

__all__ = [
    "Coefficient",
    "Cov",
    "Cov_s",
    "E",
    "E_s",
    "E_s_among",
    "Effect",
    "Name",
    "Notation",
    "moment",
    "mu",
    "mu_s",
]


class E_s(sympy.Function):  # noqa: N801 - the paper's symbol
    """Mean over the persons of site s of a person-specific expression."""

    nargs: ClassVar[int] = 1
    is_real = True


class Cov_s(sympy.Function):  # noqa: N801 - the paper's symbol
    """Covariance over the persons of site s."""

    nargs: ClassVar[int] = 2
    is_real = True


class mu_s(sympy.Function):  # noqa: N801 - the paper's symbol
    """Joint central moment, of three or more arguments, over the persons of site s."""

    is_real = True


class E_s_among(sympy.Function):  # noqa: N801 - reads as the formula
    """Mean of the first argument over the persons of site s for whom the second equals 1."""

    nargs: ClassVar[int] = 2
    is_real = True


class E(sympy.Function):
    """Average over sites of a site quantity."""

    nargs: ClassVar[int] = 1
    is_real = True


class Cov(sympy.Function):
    """Covariance over sites of two site quantities."""

    nargs: ClassVar[int] = 2
    is_real = True


class mu(sympy.Function):  # noqa: N801 - the paper's symbol
    """Joint central moment, of three or more arguments, over sites."""

    is_real = True


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


class Coefficient(sympy.Symbol):
    """A person-specific effect as a sympy symbol that knows its meaning.

    Attributes:
        meaning: the :class:`Effect` it stands for.
        label: its :class:`Name`.
        position: places of source and target in the topological order; factors print in this order.
    """

    __slots__ = ("_content", "label", "meaning", "position")
    _content: tuple[Any, ...]
    meaning: Effect
    label: Name
    position: tuple[int, int]

    def __new__(cls, meaning: Effect, label: Name, position: tuple[int, int]) -> Coefficient:
        """Make the symbol; equal arguments give equal symbols."""
        made: Coefficient = sympy.Symbol.__xnew__(cls, label.ascii, real=True)
        made.meaning = meaning
        made.label = label
        made.position = position
        avoiding = ("edge",) if meaning.avoiding is None else tuple(sorted(meaning.avoiding))
        made._content = (label.ascii, repr(label), *position, meaning.source, meaning.target, *avoiding)
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.meaning, self.label, self.position), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return self._content


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
        return self._coefficient(Effect(source, target))

    def effect(self, source: str, target: str, avoiding: Iterable[str]) -> Coefficient:
        """The effect of source on target over the directed paths that avoid the given nodes."""
        return self._coefficient(Effect(source, target, frozenset(avoiding)))

    def _coefficient(self, meaning: Effect) -> Coefficient:
        made = self._made.get(meaning)
        if made is None:
            place = (self.order[meaning.source], self.order[meaning.target])
            made = self._made[meaning] = Coefficient(meaning, self.name(meaning), place)
        return made

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


def moment(level: str, items: Iterable[sympy.Expr]) -> sympy.Expr:
    """The joint central moment mu(items): 1 of no item, 0 of one, a covariance, or mu.

    Args:
        level: "persons" (within site s) or "sites" (between sites).
        items: person-specific expressions, or site quantities.

    Source: theory, equation (1.1).
    """
    ordered = sorted(items, key=_sort_key)
    if len(ordered) < 2:
        return sympy.Integer(1 - len(ordered))
    pair, many = (Cov_s, mu_s) if level == "persons" else (Cov, mu)
    kind = pair if len(ordered) == 2 else many
    return kind(*ordered)


@lru_cache(maxsize=100_000)
def _sort_key(item: sympy.Expr) -> tuple[list[tuple[int, int]], str]:
    places = sorted(atom.position for atom in item.atoms(Coefficient))
    return places, str(item)


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text)
