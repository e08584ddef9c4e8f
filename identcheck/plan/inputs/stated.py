"""What a plan is stated in: the numbers of an arrow, sizes that differ, the keys of its tables; and what is wrong with them.

Keys are tuples of names, or texts in arrow notation that are brought into that form. What cannot be brought into it stays
as it is, to be reported by ``checks``. Problems are written down one by one.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, NamedTuple, cast

import numpy as np

from identcheck.errors import FormatError
from identcheck.errors.limits import PLANNED_PERSONS, PLANNED_SITES
from identcheck.formats.number_mistakes import read_anew
from identcheck.formats.plan_keys import arrows_in, moved_in, nodes_in, tuples_in

__all__ = [
    "ARROW_TABLES",
    "BY_NODE",
    "COSTS",
    "ICC_KEY",
    "LEAST_LIKELY",
    "LEAST_RELIABLE",
    "LEVELS",
    "MOST_EXPLAINED",
    "MOST_LOST",
    "MOST_PERSONS",
    "MOST_SITES",
    "MOST_UNLIKELY",
    "NODE_PAIRS",
    "SIZES",
    "TAKEN_UP",
    "UNIT_KEYS",
    "WORDS",
    "Arrow",
    "ByLevel",
    "Path",
    "Problems",
    "Sizes",
    "is_arrow",
    "is_name",
    "normal_keys",
]

WORDS = {"mean": "mean", "between": "SD across sites", "within": "SD within sites"}
"""The numbers of an arrow in words."""

TAKEN_UP = {"takeup": "take-up", "crossover": "crossover"}
"""The shares that may stand in place of the mean of an arm's effect on a binary mediator, in words."""

ARROW_TABLES = ("arrows", "suspected")
"""Tables by arrow, of several numbers."""

SIZES = {"between": 2, "within": 2, "third_between": 3, "third_within": 3}
"""Tables by several arrows, and how many go together in a key."""

LEVELS = {"between": "across sites", "within": "within sites"}
"""The levels in words, by the names of their tables."""

NODE_PAIRS = ("confounding",)
"""Tables by pair of nodes."""

BY_NODE = ("sds", "prevalence", "icc", "r2", "reliability")
"""Tables by node, of a share: of persons, or of its variance within arms."""

COSTS = ("site", "cluster", "person")
"""What a cost may be of."""

MOST_EXPLAINED = 0.99
"""The largest share of a disturbance that covariates explain; what is left must vary."""
MOST_LOST = 0.95
"""The largest share of persons who drop out."""
LEAST_RELIABLE = 0.1
"""The smallest reliability."""

ICC_KEY = "icc"
"""In the numbers of a modifier the share of its variance that lies between sites; all else is what it moves."""
UNIT_KEYS = ("mean", "sd")
"""In the numbers of a continuous modifier its average and SD over all, in its own units: by these a level is known in SDs."""


@dataclass(frozen=True)
class Arrow:
    """What is anticipated of the effect along one arrow; None stands for the default.

    Attributes:
        mean: its average over sites, in units of the head per unit of the tail (an arm's unit is its offer).
        between: its standard deviation across sites.
        within: its standard deviation across the persons of a site.
        takeup: of an arrow from an arm to a binary mediator, in place of a mean: the share of the persons of that arm who take
            it up; the mean is ``takeup - crossover``, and the mediator's SD within arms follows.
        crossover: the share of control persons who take it up all the same; 0 where nothing is said.
        source: where the numbers are from, for the reports.
    """

    mean: float | None = None
    between: float | None = None
    within: float | None = None
    source: str = ""
    takeup: float | None = None
    crossover: float | None = None

    @property
    def average(self) -> float | None:
        """The mean that is stated, or that follows from who takes it up; None where neither is."""
        return self.mean if self.takeup is None else self.takeup - (self.crossover or 0.0)

    def moved_to(self, mean: float, **numbers: Any) -> Arrow:
        """The same with another mean, whatever it was stated by."""
        return replace(self, mean=mean, takeup=None, crossover=None, **numbers)


@dataclass(frozen=True)
class Sizes:
    """Persons per site that differ: their mean and coefficient of variation (SD divided by mean)."""

    mean: float
    cv: float = 0.0


class ByLevel(NamedTuple):
    """A number of what differs between persons, within their clusters, and of what differs between clusters.

    Attributes:
        persons: the number for persons.
        clusters: the number for clusters.
        said: whether a number for clusters is stated by itself.
    """

    persons: float
    clusters: float
    said: bool = False


def is_name(key: object) -> bool:
    """Whether a key is a name."""
    return isinstance(key, str) and bool(key)


def is_arrow(key: object) -> bool:
    """Whether a key is an arrow: two names."""
    return isinstance(key, tuple) and len(key) == 2 and all(map(is_name, key))


def normal_keys(name: str, table: Mapping[Any, Any]) -> dict[Any, Any]:
    """A field's table with tuples of names as keys; a key that names again what is there stays as it is."""
    found: dict[Any, Any] = {}
    for key, value in _each(name, table):
        for normal in _normal(name, key, found):
            found[normal] = value
    return found


def _each(name: str, table: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """The entries of a table; those of the tables inside a table of modifiers by pair of names."""
    for key, value in table.items():
        if name == "modifiers" and isinstance(value, Mapping):
            yield from (((key, what), number) for what, number in value.items())
        else:
            yield key, value


def _normal(name: str, key: Hashable, taken: Mapping[Any, Any]) -> tuple[Hashable, ...]:
    """The keys that a key stands for; the key itself where it cannot be read or one of them is taken."""
    keys: tuple[Hashable, ...] = (key,)
    try:
        if name in ARROW_TABLES and isinstance(key, str):
            keys = arrows_in(key)
        elif name in SIZES:
            keys = _tuples(key, SIZES[name])
        elif name in NODE_PAIRS and isinstance(key, str):
            keys = (nodes_in(key),)
        elif name == "modifiers" and isinstance(key, tuple) and len(key) == 2 and isinstance(key[1], str):
            keys = tuple((key[0], what) for what in moved_in(key[1]))
    except FormatError:
        return (key,)
    return (key,) if any(each in taken for each in keys) else keys


def _tuples(key: Hashable, size: int) -> tuple[Hashable, ...]:
    """A text such as ``"T -> M ~ M -> Y"``, or a tuple whose parts may be texts that draw one arrow each."""
    if isinstance(key, str):
        return tuples_in(key, size)
    if not isinstance(key, tuple):
        return (key,)
    parts = [arrows_in(part) if isinstance(part, str) else (part,) for part in key]
    return (tuple(part[0] if len(part) == 1 else part for part in parts),)


Path = tuple[str, ...]
"""Where a number stands in the plan: the keys of its table."""

MOST_UNLIKELY = 1e6
"""Numbers beyond this are taken for mistakes in writing."""

LEAST_LIKELY = 1e-9
"""So are numbers nearer to 0 than this that are not 0: their squares and ratios leave what a computer can hold."""

MOST_SITES = PLANNED_SITES.most
MOST_PERSONS = PLANNED_PERSONS.most


class Problems:
    """Every problem found with the numbers of a plan.

    Attributes:
        found: where each problem is, and what it is.
    """

    def __init__(self) -> None:
        self.found: list[tuple[Path, str]] = []

    @property
    def problems(self) -> list[str]:
        """Every problem in words, each after the name of the field it is in."""
        return [f"{path[0]}: {text}" for path, text in self.found]

    def report(self, path: Path, problem: str) -> None:
        """Add a problem with the number at a path."""
        self.found.append((path, problem))

    def number(
        self,
        path: Path,
        value: object,
        what: str = "",
        low: float = -MOST_UNLIKELY,
        high: float = MOST_UNLIKELY,
        strict: bool = False,
    ) -> float | None:
        """A finite number between bounds; anything else is a problem and gives None."""
        subject = what or " ".join(path)
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
            self.report(path, f"{subject} is {value!r}, expected a number{_unquoted(value)}")
            return None
        try:
            given = float(value)
        except OverflowError:
            given = math.inf if value > cast(Any, 0) else -math.inf  # a whole number of hundreds of digits
        inside = low < given < high if strict else low <= given <= high
        if math.isnan(given) or not inside:
            bounds = f"{'strictly ' if strict else ''}between {_plain(low)} and {_plain(high)}"
            if math.isnan(given):
                nearest = ""
            elif (low, high) == (0, 1) and 2 <= given <= 100:
                nearest = f"; if percent is meant, write {given / 100:g}"
            elif strict:
                nearest = f"; the nearest round value is {low + 0.01 if given <= low else high - 0.01:g}"
            else:
                nearest = f"; the nearest possible value is {_plain(low if given < low else high)}"
            self.report(path, f"{subject} is {given:g}; it lies {bounds}{nearest}")
            return None
        if 0 < abs(given) < LEAST_LIKELY or (strict and 0 < high - given < LEAST_LIKELY):
            self.report(path, f"{subject} is {_exact(given)}, {_too_near(given, high, strict)}")
            return None
        return given

    def whole(self, path: Path, number: float, what: str) -> int:
        """A number rounded; a problem where it was no whole one."""
        if number != round(number):
            self.report(path, f"{what} is {number:g}; the nearest possible value is {round(number)}")
        return round(number)


def _unquoted(value: object) -> str:
    """How a number in quotes is written."""
    if not isinstance(value, str):
        return ""
    number = read_anew(value) if {*value} & {*",%"} else None
    return " without quotes" + ("" if number is None else f": {number:g}")


def _too_near(given: float, high: float, strict: bool) -> str:
    """Why a number that is almost 0, or almost at a bound it may not reach, is refused, and what to write."""
    if strict and abs(given) >= LEAST_LIKELY:
        return f"nearer to {_plain(high)} than {LEAST_LIKELY:g}; write {high - 0.01:g}, or another number below that"
    instead = "0.01" if strict else f"0, or a number of at least {LEAST_LIKELY:g} in size"
    return f"nearer to 0 than {LEAST_LIKELY:g}; write {instead}"


def _exact(number: float) -> str:
    """A number so that it does not look like the bound beside it."""
    return repr(number) if f"{number:g}" in ("0", "1") else f"{number:g}"


def _plain(number: float) -> str:
    """A number without a power of ten."""
    return f"{number:,g}" if abs(number) < 1e5 else f"{number:,.0f}"
