"""Sites, persons per site and shares treated, made definite."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from identcheck.errors import suggestion
from identcheck.planning.defaults import PERSONS, SITES, TREATED, Default
from identcheck.planning.ledger import Ledger
from identcheck.planning.plan import Sizes

__all__ = ["allotted", "share_of_each"]

MOST_SITES = 100_000
MOST_PERSONS = 10_000_000


def allotted(to: Ledger) -> NDArray[np.int64]:
    """Persons in each site, (K,)."""
    count = _site_count(to)
    said = to.plan.persons
    arms = len(to.design.treatments) + 1
    least = 2 * arms  # fewer leave no variation within arms to learn the sampling error from
    if isinstance(said, tuple):
        if len(said) != count:
            to.report(
                ("persons",),
                f"persons lists {len(said)} sites, but there are {count}; give one number for each",
            )
        given = [to.number(("persons",), n, "persons in a site", low=least, high=MOST_PERSONS) for n in said]
        to.note("persons per site", f"{len(said)} stated numbers", "persons", "persons", None)
        return np.array([round(n or least) for n in given], dtype=np.int64)
    if isinstance(said, Sizes):
        return _spread(to, said, count, least)
    each = to.number(
        ("persons",),
        PERSONS.value if said is None else said,
        "persons per site",
        low=least,
        high=MOST_PERSONS,
    )
    if each is not None and each != round(each):
        to.report(("persons",), f"persons per site is {each:g}; the nearest possible value is {round(each)}")
    to.note("persons per site", f"{each or 0:g}", "persons", "persons", PERSONS if said is None else None)
    return np.full(count, round(each or least), dtype=np.int64)


def _site_count(to: Ledger) -> int:
    said = to.plan.sites
    default: Default | None = None
    if said is None and to.design.sites is None and isinstance(to.plan.persons, tuple):
        said = len(to.plan.persons)
    elif said is None:
        default = SITES if to.design.sites is None else Default(to.design.sites, "the design")
        said = int(default.value)
    number = to.number(("sites",), said, "sites", low=1, high=MOST_SITES)
    if number is not None and number != round(number):
        to.report(("sites",), f"sites is {number:g}; the nearest possible value is {round(number)}")
    to.note("sites", f"{number or 0:g}", "sites", "sites", default)
    return round(number or 1)


def _spread(to: Ledger, said: Sizes, count: int, least: int) -> NDArray[np.int64]:
    """Sizes at the evenly spaced quantiles of a lognormal distribution, with the mean asked for."""
    mean = to.number(("persons",), said.mean, "mean persons per site", low=least, high=MOST_PERSONS) or least
    cv = (
        to.number(("persons",), said.cv, "coefficient of variation of persons per site", low=0.0, high=5.0)
        or 0.0
    )
    to.note("persons per site", f"mean {mean:g}, coefficient of variation {cv:g}", "persons", "persons", None)
    spread = np.sqrt(np.log1p(cv**2))
    sizes = np.exp(spread * ndtri((np.arange(count) + 0.5) / count))
    sizes = np.maximum(np.rint(sizes * mean / sizes.mean()), least)
    return np.asarray(sizes, dtype=np.int64)


def share_of_each(to: Ledger) -> NDArray[np.float64]:
    """Share of a site's persons in each arm, (L,)."""
    arms = to.design.treatments
    said = to.plan.treated
    equal = (
        TREATED if len(arms) == 1 else Default(1 / (len(arms) + 1), "equal shares of all arms and control")
    )
    if isinstance(said, Mapping):
        for key in said:
            if key not in arms:
                hint = suggestion(key, arms) or f"; its arms are {', '.join(map(repr, arms))}"
                to.report(("treated",), f"treated: {key!r} is no arm of the design{hint}")
        for arm in (a for a in arms if a not in said):
            to.report(
                ("treated",), f"treated: there is no share for the arm {arm!r}; give every arm its share"
            )
        given = [said.get(arm, equal.value) for arm in arms]
    elif said is not None and len(arms) > 1:
        to.report(
            ("treated",),
            f"treated is {said!r}, but there are {len(arms)} arms; give each its share, in a table by arm",
        )
        given = [equal.value] * len(arms)
    else:
        given = [equal.value if said is None else said] * len(arms)
    shares = [
        to.number(("treated",), share, f"share treated{_of(arm, arms)}", low=0.0, high=1.0, strict=True)
        for share, arm in zip(given, arms, strict=True)
    ]
    found = np.array([equal.value if share is None else share for share in shares])
    if found.sum() >= 1:
        to.report(
            ("treated",),
            f"the shares of the arms add up to {found.sum():g} and leave no control group; the nearest possible ones in "
            f"the same proportions are below {1 / found.sum():.3g} times as large",
        )
    for share, arm in zip(found, arms, strict=True):
        to.note(
            f"share treated{_of(arm, arms)}",
            f"{share:g}",
            "of a site's persons",
            "treated",
            None if said else equal,
        )
    return found


def _of(arm: str, arms: tuple[str, ...]) -> str:
    return f" ({arm})" if len(arms) > 1 else ""
