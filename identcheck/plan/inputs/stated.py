"""What a plan is stated in: the numbers of an arrow, sizes that differ, the keys of its tables.

Keys are tuples of names, or texts in arrow notation that are brought into that form. What cannot be brought into it stays
as it is, to be reported by ``checks``.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from identcheck.basics.arguments import entries_of
from identcheck.errors import FormatError
from identcheck.errors.limits import PLANNED_PERSONS, PLANNED_SITES
from identcheck.formats.plan_keys import arrows_in, moved_in, nodes_in, tuples_in

__all__ = [
    "ARROW_TABLES",
    "BOUNDED",
    "BY_NODE",
    "COSTS",
    "ENDS",
    "ICC_KEY",
    "LEAST_RELIABLE",
    "LEVELS",
    "MOST_EXPLAINED",
    "MOST_LOST",
    "MOST_PERSONS",
    "MOST_SITES",
    "NODE_PAIRS",
    "SIZES",
    "TAKEN_UP",
    "TAKEUP_SPREAD",
    "UNIT_KEYS",
    "WORDS",
    "Arrow",
    "ByLevel",
    "Sizes",
    "is_arrow",
    "is_name",
    "mean_share",
    "normal_keys",
]

WORDS = {"mean": "mean", "between": "SD across sites", "within": "SD within sites"}
"""The numbers of an arrow in words."""

TAKEN_UP = {"takeup": "take-up", "crossover": "crossover"}
"""The shares that may stand in place of the mean of an arm's effect on a binary mediator, in words."""

TAKEUP_SPREAD = {
    "takeup_sd": "SD across sites of the take-up",
    "crossover_sd": "SD across sites of the crossover",
}
"""What may stand in place of that effect's SD across sites."""

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

BOUNDED = ("sites", "clusters", "persons", "persons_per_cluster")
"""What a search for the cheapest trial may be bounded in."""
ENDS = ("least", "most")
"""What a bound says."""

MOST_EXPLAINED = 0.99
"""The largest share of a disturbance that covariates explain; what is left must vary."""
MOST_LOST = 0.95
"""The largest share of persons who drop out."""
LEAST_RELIABLE = 0.1
"""The smallest reliability."""
MOST_SITES = PLANNED_SITES.most
MOST_PERSONS = PLANNED_PERSONS.most
"""The largest numbers of sites, and of persons in a site, that plans are for."""

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
        takeup: of an arrow from an arm to a binary mediator, in place of a mean: the share of the arm who take it up; the
            mean is ``takeup - crossover``, and the mediator's SD within arms follows.
        crossover: the share of control persons who take it up; 0 where nothing is said. Both may be lists by site: the
            effect's SD across sites then follows.
        takeup_sd: the SD across sites of the take-up, in place of a list, and of the effect's own SD.
        crossover_sd: that of the crossover, which is taken to be unrelated to the take-up; 0 where nothing is said.
        source: where the numbers are from, for the reports.
    """

    mean: float | None = None
    between: float | None = None
    within: float | None = None
    source: str = ""
    takeup: float | Sequence[float] | None = None
    crossover: float | Sequence[float] | None = None
    takeup_sd: float | None = None
    crossover_sd: float | None = None

    def __post_init__(self) -> None:
        for key in TAKEN_UP:
            if (entries := entries_of(getattr(self, key))) is not None:
                object.__setattr__(self, key, tuple(entries))

    @property
    def average(self) -> float | None:
        """The mean that is stated, or that follows from who takes it up; None where neither is."""
        return self.mean if self.takeup is None else mean_share(self.takeup) - mean_share(self.crossover)

    @property
    def by_site(self) -> bool:
        """Whether who takes it up is stated with how that differs between sites."""
        listed = any(isinstance(getattr(self, key), tuple) for key in TAKEN_UP)
        return listed or any(getattr(self, key) is not None for key in TAKEUP_SPREAD)

    def moved_to(self, mean: float, **numbers: Any) -> Arrow:
        """The same with another mean, whatever it was stated by."""
        return replace(
            self, mean=mean, takeup=None, crossover=None, takeup_sd=None, crossover_sd=None, **numbers
        )

    def spread_to(self, between: float) -> Arrow:
        """The same with another SD across sites, whatever it was stated by."""
        takeup, crossover = (
            None if said is None else mean_share(said) for said in (self.takeup, self.crossover)
        )
        return replace(
            self, between=between, takeup=takeup, crossover=crossover, takeup_sd=None, crossover_sd=None
        )


def mean_share(said: float | Sequence[float] | None) -> float:
    """A share, or the mean of those of the sites; 0 for None."""
    if isinstance(said, Sequence):
        return math.fsum(said) / len(said) if said else 0.0
    return said or 0.0


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
