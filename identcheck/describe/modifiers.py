"""Modifiers: drawn causes of heterogeneity, such as entry wages that raise one effect and lower another.

Public: :class:`Modifier`. Which modifiers a graph may have is written down in ``validation.modifiers``; what follows from
them, and nothing else, is worked out in ``derive.heterogeneity``.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from numbers import Integral
from typing import Any

import networkx as nx

from identcheck.basics.arguments import entries_of
from identcheck.basics.options import LevelName, ModifierScale
from identcheck.describe.declarations import LEVELS, Arrow, Edge, arrows_said, written
from identcheck.describe.site_weights import SITE_WEIGHTS, weights_problems
from identcheck.describe.wording import choice, name_problems, one_line
from identcheck.errors import InvalidDesignError, Problem
from identcheck.errors.limits import CATEGORIES, TEXT_LETTERS
from identcheck.errors.visible import visible

__all__ = [
    "MODIFIER_KEYS",
    "MODIFIER_SCALES",
    "Modifier",
    "among",
    "fitted",
    "in_order",
    "modifier_said",
    "used",
]

MODIFIER_SCALES = ("binary", "categorical", "continuous")


@dataclass(frozen=True, init=False, repr=False)
class Modifier:
    """A cause of heterogeneity: a characteristic of sites or persons, from before treatment, that changes effects.

    Each coefficient is a function of the modifiers drawn to move it and of a part of its own; own parts are independent of
    one another. The one named ``weights`` stands for the weights of the sites; it is known, continuous, and of the sites.
    Modifiers that say the same are equal, in whatever order.

    Attributes:
        name: its name, which no node of the graph has.
        of: the arrows whose effects it changes, each ``(cause, effect)``; empty where it only causes other modifiers.
        level: "sites" (a characteristic of the site) or "persons" (of the person, from before treatment).
        measured: whether it will be measured.
        scale: "binary", "categorical" or "continuous".
        levels: how many categories a categorical one has, numbered from 0; None for the others.
        balanced: of a characteristic of persons: that it is distributed alike in all sites, jointly with all balanced ones.
        causes: the modifiers that cause it.
        label: words for people; None where there are none.
        citation: the literature behind it; None where there is none.

    Raises:
        InvalidDesignError: with every problem, and the remedy for each.

    Source: theory section 14.
    """

    name: str
    of: tuple[Edge, ...]
    level: LevelName
    measured: bool
    scale: ModifierScale
    levels: int | None
    balanced: bool
    causes: tuple[str, ...]
    label: str | None
    citation: str | None

    def __init__(
        self,
        name: str,
        of: Arrow | Iterable[Arrow],
        *,
        level: LevelName = "sites",
        measured: bool = True,
        scale: ModifierScale = "continuous",
        levels: int | None = None,
        balanced: bool = False,
        causes: str | Iterable[str] = (),
        label: str | None = None,
        citation: str | None = None,
    ) -> None:
        arrows, no_arrows = arrows_said(of)
        parents = [causes] if isinstance(causes, str) else entries_of(causes)
        said: dict[str, Any] = {
            "name": name,
            "of": tuple(sorted(arrows)),
            "level": level,
            "measured": measured,
            "scale": scale,
            "levels": int(levels) if isinstance(levels, Integral) and not _is_bool(levels) else levels,
            "balanced": balanced,
            "causes": parents,
            "label": one_line(label) if isinstance(label, str) else label,
            "citation": citation,
        }
        if problems := [*name_problems("modifier", name), *_problems(said, no_arrows)]:
            raise InvalidDesignError(problems)
        self.__dict__.update(said, causes=tuple(sorted(set(parents or ()))))

    @property
    def words(self) -> str:
        """Its label on one line, as it can be shown; its name where it has none."""
        return " ".join(visible(self.label or self.name).split())

    @property
    def terms(self) -> int:
        """Columns of a saturated h of this modifier alone: 1 for binary and continuous, one less than the categories else."""
        return self.levels - 1 if self.levels else 1

    def said(self) -> dict[str, Any]:
        """What is said of it beside its name, but for defaults: the arguments that make it again."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        return {key: value for key, value in found.items() if key != "name" and value != _USUAL.get(key)}

    def __str__(self) -> str:
        of = ", ".join(f"({written(edge)})" for edge in self.of)
        return f"{visible(self.name)} => {of}" if of else visible(self.name)

    def __repr__(self) -> str:
        rest = "".join(f", {key}={value!r}" for key, value in self.said().items() if key != "of")
        return f"Modifier({self.name!r}, {list(self.of)!r}{rest})"


MODIFIER_KEYS = tuple(item.name for item in fields(Modifier))[1:]
"""What may be said of a modifier beside its name."""

_USUAL = {"level": "sites", "measured": True, "scale": "continuous", "levels": None, "balanced": False} | {
    "causes": (),
    "label": None,
    "citation": None,
}


def modifier_said(name: object, said: object) -> Modifier:
    """The modifier that a table describes, or that a list of arrows does.

    Raises:
        InvalidDesignError: with every problem of it.
    """
    if isinstance(said, Modifier):
        return said
    table = dict(said) if isinstance(said, Mapping) else {"of": said}
    unknown = [key for key in table if key not in MODIFIER_KEYS]
    known = {key: value for key, value in table.items() if key in MODIFIER_KEYS}
    problems = [
        f"modifier {name!r:.80}: unknown key {key!r:.60}; it has {', '.join(MODIFIER_KEYS)}"
        for key in unknown
    ]
    try:
        made = Modifier(name, **{"of": ()} | known)  # type: ignore[arg-type]  # checked there
    except InvalidDesignError as error:
        problems += error.problems
    if problems:
        raise InvalidDesignError(problems)
    return made


def among(modifiers: Iterable[Modifier]) -> nx.DiGraph[str]:
    """The arrows among modifiers; causes that are no modifiers are left out."""
    named = {modifier.name: modifier for modifier in modifiers}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(named)
    graph.add_edges_from(
        (cause, name) for name, one in named.items() for cause in one.causes if cause in named
    )
    return graph


def fitted(modifiers: Iterable[Modifier], edges: Container[Edge]) -> list[Modifier]:
    """What is left of modifiers where only some arrows are: without those that then move nothing and cause none that does."""
    left = [replace(m, of=tuple(edge for edge in m.of if edge in edges)) for m in modifiers]
    graph = among(left)
    moving = {modifier.name for modifier in left if used(modifier)}
    kept = {name for name in graph if name in moving or moving & nx.descendants(graph, name)}
    return [
        replace(m, causes=tuple(cause for cause in m.causes if cause in kept)) for m in left if m.name in kept
    ]


def used(modifier: Modifier) -> bool:
    """Whether a modifier says something by itself: it moves an arrow, or is the weights of the sites and has a cause."""
    return bool(modifier.of or (modifier.name == SITE_WEIGHTS and modifier.causes))


def in_order(modifiers: Iterable[Modifier], key: Any) -> tuple[Modifier, ...]:
    """Modifiers without cycles, each after its causes, else by the key of their names."""
    named = {modifier.name: modifier for modifier in modifiers}
    ordered = nx.lexicographical_topological_sort(among(named.values()), key=key)
    return tuple(named[name] for name in ordered)


def _problems(said: Mapping[str, Any], no_arrows: Iterable[str]) -> Iterator[str]:
    """What is wrong with a modifier by itself, each with the key that says it."""
    where = f"modifier {said['name']!r:.80}"
    found = {
        "of": no_arrows,
        "level": choice("level", said["level"], LEVELS),
        "scale": choice("scale", said["scale"], MODIFIER_SCALES),
        "measured": _flag("measured", said["measured"]),
        "balanced": _balanced(said["balanced"], said["level"]),
        "levels": _levels(said["levels"], said["scale"]),
        "causes": _causes(said["name"], said["causes"]),
        "label": _text("label", said["label"], "write words that people read, in quotes"),
        "citation": _text("citation", said["citation"], "write text in quotes"),
    }
    for key, problems in found.items():
        for problem in (*problems, *weights_problems(key, said)):
            yield Problem.at(f"{where}: {problem}", ("modifiers", str(said["name"]), key))


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _flag(key: str, value: object) -> Iterator[str]:
    if not _is_bool(value):
        yield f"{key} is {value!r:.60}; it is True or False"


def _balanced(value: object, level: object) -> Iterator[str]:
    yield from _flag("balanced", value)
    if value is True and level == "sites":
        yield (
            "balanced is said of characteristics of persons that are distributed alike in all sites; this one is of "
            "the sites: leave balanced out, or say level 'persons'"
        )


def _levels(value: object, scale: object) -> Iterator[str]:
    number = isinstance(value, int) and not _is_bool(value)
    if scale == "categorical" and not (number and isinstance(value, int) and value >= 2):
        yield f"levels is {value!r:.60}; say how many categories it has, a whole number of at least 2"
    elif scale == "categorical" and isinstance(value, int) and value > CATEGORIES.most:
        yield CATEGORIES.refusal(value)
    elif scale != "categorical" and value is not None:
        yield f"levels is {value!r:.60}, which is for categories; leave it out, or say scale 'categorical'"


def _causes(name: object, value: list[Any] | None) -> Iterator[str]:
    if value is None:
        yield "causes is no list; it is the name of a modifier that causes it, or a list of names"
    for cause in value or ():
        if not isinstance(cause, str):
            yield f"causes: {cause!r:.60} is not text; modifiers are named by text"
        elif cause == name:
            yield "it is named among its own causes; take it out"


def _text(key: str, value: object, mend: str) -> Iterator[str]:
    if value is None:
        return
    if not isinstance(value, str) or (key == "label" and not value.strip()):
        yield f"the {key} is {value!r:.60}; {mend}, or leave it out"
    elif len(value) > TEXT_LETTERS.most:
        yield f"the {key} has {TEXT_LETTERS.refusal(len(value))}"
