"""Declared knowledge: what the user knows of the coefficients beside the graph.

Public: :func:`independent`, :func:`uncorrelated`, :func:`correlated`, :func:`normal`, each making a
:class:`Declaration`. What follows from declarations, and nothing else, is worked out in ``knowledge``;
whether a finite population obeys one, in ``population.declared``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from identcheck.basics.arguments import entries_of
from identcheck.basics.options import LevelName
from identcheck.describe.wording import choice
from identcheck.errors import InvalidQuestionError

__all__ = [
    "KINDS",
    "LEVELS",
    "Arrow",
    "Declaration",
    "Edge",
    "arrows_said",
    "correlated",
    "independent",
    "normal",
    "uncorrelated",
    "written",
]

Edge: TypeAlias = tuple[str, str]
"""Cause and effect."""

Arrow: TypeAlias = str | tuple[str, str]
"""An arrow as its two nodes, or as text; a chain of text such as "T -> V -> Y" stands for all its arrows."""

KINDS = ("independent", "uncorrelated", "correlated", "normal")
LEVELS = ("persons", "sites")


@dataclass(frozen=True, repr=False)
class Declaration:
    """One thing that is known of the coefficients; made by the functions of this module.

    Two declarations that say the same, whichever side is named first, are equal.

    Attributes:
        kind: "independent", "uncorrelated", "correlated" or "normal".
        left: the arrows on one side; none for "normal".
        right: the arrows on the other side.
        level: "persons" (from person to person within every site) or "sites" (between sites).

    Raises:
        InvalidQuestionError: with every problem, and the remedy for each.
    """

    kind: str
    left: frozenset[Edge]
    right: frozenset[Edge]
    level: LevelName

    def __post_init__(self) -> None:
        """Check every part and put the sides into a fixed order."""
        problems = [
            *choice("the kind of declaration", self.kind, KINDS),
            *choice(f"{self.kind}: the level", self.level, LEVELS),
        ]
        sides = []
        for side in (self.left, self.right):
            edges, wrong = arrows_said(side)
            sides.append(edges)
            problems += [f"{self.kind}: {text}" for text in wrong]
        if not problems:
            problems = list(_size_problems(self.kind, *sides))
        if problems:
            raise InvalidQuestionError(list(dict.fromkeys(problems)))
        for name, side in zip(("left", "right"), sorted(sides, key=sorted), strict=True):
            object.__setattr__(self, name, side)

    @property
    def edges(self) -> frozenset[Edge]:
        """Every arrow that the declaration names."""
        return self.left | self.right

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        if self.kind == "normal":
            return f"normal({self.level})"
        left, right = (", ".join(written(edge) for edge in sorted(side)) for side in (self.left, self.right))
        return f"{self.kind}({left}; {right} | {self.level})"

    def __repr__(self) -> str:
        if self.kind == "normal":
            return f"normal({self.level!r})"
        left, right = (
            repr(sorted(side) if self.kind == "independent" else min(side))
            for side in (self.left, self.right)
        )
        return f"{self.kind}({left}, {right}, {self.level!r})"


def independent(
    edges_a: Arrow | Iterable[Arrow], edges_b: Arrow | Iterable[Arrow], level: LevelName
) -> Declaration:
    """The coefficients of some arrows are, jointly, independent of those of others.

    "persons": within every site, the vector of the first coefficients is statistically independent of the
    vector of the second, from person to person. "sites": over sites, all that a site's distribution of the
    first coefficients says (their site means, and their moments among themselves within the site) is
    independent of all that it says of the second.

    Args:
        edges_a: an arrow ``("T", "V")`` or ``"T -> V"``, or several.
        edges_b: the same for the other side.
        level: "persons" (within sites) or "sites" (between sites).

    Raises:
        InvalidQuestionError: what is no arrow or no level.
    """
    return _declared("independent", edges_a, edges_b, level)


def uncorrelated(edge_a: Arrow, edge_b: Arrow, level: LevelName) -> Declaration:
    """One covariance is zero, and nothing more is known.

    "persons": Cov_s(a, b) = 0 in every site. "sites": the covariance over sites of the two site means is zero.

    Raises:
        InvalidQuestionError: what is no arrow or no level.
    """
    return _declared("uncorrelated", edge_a, edge_b, level)


def correlated(edge_a: Arrow, edge_b: Arrow, level: LevelName) -> Declaration:
    """One covariance is known not to be zero: the denial of :func:`uncorrelated`.

    "persons": Cov_s(a, b) is not zero in at least one site. "sites": the covariance over sites of the two site
    means is not zero.

    Raises:
        InvalidQuestionError: what is no arrow or no level.
    """
    return _declared("correlated", edge_a, edge_b, level)


def normal(level: LevelName) -> Declaration:
    """The coefficients are jointly normal; one that is constant counts as normal without variance.

    "persons": within every site, all coefficients are jointly normal from person to person. "sites": the
    site means of all coefficients are jointly normal over sites (their moments within sites may be anything).

    Raises:
        InvalidQuestionError: what is no level.
    """
    return Declaration("normal", frozenset(), frozenset(), level)


def _declared(kind: str, one: object, other: object, level: LevelName) -> Declaration:
    return Declaration(kind, one, other, level)  # type: ignore[arg-type]  # checked and put in order there


def arrows_said(said: object) -> tuple[frozenset[Edge], list[str]]:
    """The arrows that an argument names, and what in it names none."""
    items = [said] if isinstance(said, str) or _is_pair(said) else entries_of(said)
    if items is None:
        return frozenset(), [f"{said!r} is no arrow; write it as ('T', 'V') or 'T -> V'"]
    found: set[Edge] = set()
    wrong = []
    for item in items:
        edges = _arrow(item)
        found |= set(edges)
        if not edges:
            wrong.append(f"{item!r} is no arrow; write it as ('T', 'V') or 'T -> V'")
    return frozenset(found), wrong


def _is_pair(said: object) -> bool:
    """Two names; two texts that both draw arrows are two arrows."""
    if not isinstance(said, (tuple, list)) or len(said) != 2:
        return False
    return all(isinstance(name, str) and name.strip() for name in said) and not all("->" in n for n in said)


def _arrow(item: object) -> list[Edge]:
    if isinstance(item, str):
        names = [name.strip().strip('"') for name in item.split("->")]
        return list(itertools.pairwise(names)) if all(name.strip() for name in names) else []
    return [(item[0], item[1])] if isinstance(item, (tuple, list)) and _is_pair(item) else []


def _size_problems(kind: str, left: frozenset[Edge], right: frozenset[Edge]) -> Iterable[str]:
    """Whether each side has as many arrows as the kind asks for."""
    for side in (left, right):
        if kind == "normal" and side:
            yield "normal: it is said of all coefficients; name no arrows"
        elif kind == "independent" and not side:
            yield "independent: one side names no arrow; name at least one on each side"
        elif kind in ("uncorrelated", "correlated") and len(side) != 1:
            listed = ", ".join(written(edge) for edge in sorted(side)) or "none"
            yield f"{kind}: it is said of one arrow and one other, not of {listed}; make one for each pair"


def written(edge: Edge) -> str:
    """An arrow as it is drawn in text, with quotes where a name needs them."""
    return " -> ".join(name if re.fullmatch(r"[^\W\d][\w.]*", name) else f'"{name}"' for name in edge)
