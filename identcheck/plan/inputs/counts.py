"""Persons, clusters, shares treated and drop-out: numbers for all sites, by site or by arm, and which are impossible."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any, cast

from identcheck.describe.design import Design
from identcheck.plan.inputs.problems import MOST_UNLIKELY, Problems
from identcheck.plan.inputs.stated import MOST_LOST, MOST_PERSONS, Sizes

__all__ = ["ATTRITION", "COUNTED", "FEWEST", "checked_attrition", "checked_counts", "checked_shares"]

FEWEST = 4
"""Persons in a site: two in each of two arms."""


COUNTED = {
    "persons": (
        "persons per site",
        "persons in site {}",
        "somebody in every arm and for variation within arms",
    ),
    "clusters": (
        "clusters per site",
        "clusters in site {}",
        "two of them in every arm, which variation within arms takes",
    ),
    "persons_per_cluster": ("persons per cluster", "persons per cluster in site {}", "anybody in a cluster"),
}
"""Fields that are a number for all sites, one for each, or a mean with its spread; in words, and what the least number is for."""


def checked_counts(to: Problems, key: str, said: object, least: int) -> tuple[int, ...] | Sizes | int | None:
    """The numbers of a field of ``COUNTED`` as stated, the least number where one is impossible; None where nothing is said.

    Args:
        to: where problems are written down.
        key: the field.
        said: what the plan has there.
        least: the smallest possible number.
    """
    whole, each, _ = COUNTED[key]
    if isinstance(said, Sizes):
        mean = to.number((key,), said.mean, f"mean {whole}", least, MOST_PERSONS)
        cv = to.number((key,), said.cv, f"coefficient of variation of {whole}", 0.0)
        return said if mean is not None and cv is not None else Sizes(least)
    if isinstance(said, Mapping):
        to.report(
            (key,),
            f"{key} is {dict(said)!r}; sizes that differ are Sizes(mean=..., cv=...), or a list",
        )
        return least
    if isinstance(said, tuple) and not said:
        to.report((key,), f"{key} lists no site; give one number for each")
        return least
    if isinstance(said, tuple):
        return tuple(_count(to, key, n, each.format(place), least) for place, n in enumerate(said, 1))
    return None if said is None else _count(to, key, said, whole, least)


def _count(to: Problems, key: str, said: object, what: str, least: int) -> int:
    """A number of persons or clusters; the problem says why there must be so many."""
    few = isinstance(said, Real) and said < cast(Any, least)  # which is told apart below
    number = to.number((key,), said, what, -MOST_UNLIKELY if few else least, MOST_PERSONS)
    if number is None:
        return least
    if number >= least:
        return to.whole((key,), number, what)
    to.report(
        (key,),
        f"{what} is {number:g}, too few for {COUNTED[key][2]}; the nearest possible value is {least}",
    )
    return least


def checked_shares(to: Problems, said: object, design: Design | None) -> Any:
    """Shares by arm that leave a control group, or one for each site; None where none is stated for an arm alone."""
    arms = None if design is None else design.treatments
    if isinstance(said, tuple) and (arms is None or len(arms) == 1):
        return _by_site(to, "treated", said, "share treated in site {}", 0.0, 1.0, strict=True)
    if said is None or (arms is not None and len(arms) > 1 and not isinstance(said, Mapping)):
        return None
    named = isinstance(said, Mapping) if arms is None else len(arms) > 1
    stated = said if isinstance(said, Mapping) else {"" if arms is None else arms[0]: said}
    found = {
        arm: _share(to, ("treated", str(arm)), share, f"share treated{f' ({arm})' * named}", strict=True)
        for arm, share in stated.items()
        if arms is None or arm in arms
    }
    if None in found.values():
        return found
    listed = [share for share in found.values() if isinstance(share, tuple)]
    if len({len(share) for share in listed}) > 1:
        to.report(("treated",), "the arms list shares for different numbers of sites; give one for each site")
        return {}
    sites = len(listed[0]) if listed else 1
    each = [share if isinstance(share, tuple) else (share or 0.0,) * sites for share in found.values()]
    total = max((math.fsum(shares) for shares in zip(*each, strict=True)), default=0.0)
    if total < 1:
        return found
    factor = (math.ceil(1000 / total) - 1) / 1000
    to.report(
        ("treated",),
        f"the shares of the arms add up to {total:g}{' in a site' if listed else ''} and leave no control group; the nearest "
        f"possible ones in the same proportions are {factor:g} times as large",
    )
    return {}


def _share(
    to: Problems, path: tuple[str, str], said: object, what: str, high: float = 1.0, strict: bool = False
) -> float | tuple[float, ...] | None:
    """A share, or one for each site; None where a single one is impossible."""
    if isinstance(said, tuple):
        return _by_site(to, path[0], said, f"{what} in site {{}}", 0.0, high, strict)
    return to.number(path, said, what, 0.0, high, strict)


def _by_site(
    to: Problems, key: str, said: tuple[object, ...], what: str, low: float, high: float, strict: bool = False
) -> tuple[float, ...]:
    """A number for each site; the middle of its bounds where one is impossible."""
    if not said:
        to.report((key,), f"{key} lists no site; give one number for each")
    found = (to.number((key,), n, what.format(place), low, high, strict) for place, n in enumerate(said, 1))
    return tuple((low + high) / 2 if number is None else number for number in found)


ATTRITION = {"attrition": "attrition", "cluster_attrition": "attrition of clusters"}
"""Shares that drop out, of persons and of whole clusters, in words."""


def checked_attrition(to: Problems, key: str, said: object) -> Any:
    """The share of persons, or clusters, that drop out: one number, one for each site, or by arm and control."""
    what = ATTRITION[key]
    if said is None:
        return None
    if isinstance(said, Mapping):
        return {
            arm: _share(to, (key, str(arm)), share, f"{what} ({arm})", MOST_LOST) or 0.0
            for arm, share in said.items()
        }
    return _share(to, (key, ""), said, what, MOST_LOST) or 0.0
