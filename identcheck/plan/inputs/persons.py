"""Sites, persons per site and shares treated, made definite."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from identcheck.basics.arguments import is_word
from identcheck.errors import suggestion
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.collecting import Ledger
from identcheck.plan.inputs.defaults import PERSONS, SITES, TREATED, Default
from identcheck.plan.inputs.plan import Sizes
from identcheck.plan.inputs.problems import MOST_PERSONS, MOST_SITES
from identcheck.plan.inputs.site_sizes import most_spread, spread_sizes

__all__ = ["allotted", "least_persons", "share_of_each"]


def allotted(to: Ledger, shares: Array) -> NDArray[np.int64]:
    """Persons in each site, (K,)."""
    count = _site_count(to)
    said = to.plan.persons
    least = least_persons(shares)
    if isinstance(said, tuple) and not said:
        to.report(("persons",), "persons lists no site; give one number for each")
        return np.full(count, least, dtype=np.int64)
    if isinstance(said, tuple):
        if len(said) != count:
            to.report(
                ("persons",),
                f"persons lists {len(said)} site{'' if len(said) == 1 else 's'}, but there are {count}; give one number "
                "for each",
            )
        given = [_whole(to, n, f"persons in site {i}", least) or least for i, n in enumerate(said, 1)]
        to.note("persons per site", _summed_up(given), "persons", "persons", None)
        return np.array(given, dtype=np.int64)
    if isinstance(said, Sizes):
        return _spread(to, said, count, least)
    if isinstance(said, Mapping):
        to.report(
            ("persons",),
            f"persons is {dict(said)!r}; sizes that differ are Sizes(mean=..., cv=...), or a list",
        )
        return np.full(count, least, dtype=np.int64)
    each = _whole(to, PERSONS.value if said is None else said, "persons per site", least)
    to.note("persons per site", f"{each or 0}", "persons", "persons", PERSONS if said is None else None)
    return np.full(count, each or least, dtype=np.int64)


def least_persons(shares: Array) -> int:
    """The fewest persons with somebody in every arm, and with variation within arms."""
    smallest = min(float(shares.min()), 1 - float(shares.sum()))
    everywhere = math.ceil(1 / smallest - 1e-9) if smallest > 0 else 0
    return max(2 * (len(shares) + 1), min(everywhere, MOST_PERSONS))


def _whole(to: Ledger, said: object, what: str, least: int) -> int | None:
    """A number of persons; the problem says why there must be so many."""
    number = to.number(("persons",), said, what, low=0, high=MOST_PERSONS)
    if number is None:
        return None
    if number < least:
        to.report(
            ("persons",),
            f"{what} is {number:g}, too few for somebody in every arm and for variation within arms; the nearest "
            f"possible value is {least}",
        )
    elif number != round(number):
        to.report(("persons",), f"{what} is {number:g}; the nearest possible value is {round(number)}")
    else:
        return round(number)
    return None


def _summed_up(given: list[int]) -> str:
    """Several numbers of persons in a few words."""
    if len(given) <= 10:
        return ", ".join(map(str, given))
    return f"{len(given)} stated numbers from {min(given)} to {max(given)}, {sum(given) / len(given):.4g} on average"


def _site_count(to: Ledger) -> int:
    said = to.plan.sites
    default: Default | None = None
    if said is None and to.design.sites is None and isinstance(to.plan.persons, tuple) and to.plan.persons:
        said, default = (
            len(to.plan.persons),
            Default(0, "the sites for which persons are stated", guess=False),
        )
    elif said is None:
        default = SITES if to.design.sites is None else Default(to.design.sites, "the design", guess=False)
        said = int(default.value)
    number = to.number(("sites",), said, "sites", low=1, high=MOST_SITES)
    if number is not None and number != round(number):
        to.report(("sites",), f"sites is {number:g}; the nearest possible value is {round(number)}")
    to.note("sites", f"{number or 0:g}", "sites", "sites", default)
    return round(number or 1)


def _spread(to: Ledger, said: Sizes, count: int, least: int) -> NDArray[np.int64]:
    """Sizes at the evenly spaced quantiles of a lognormal distribution, with the mean and spread asked for."""
    mean = to.number(("persons",), said.mean, "mean persons per site", low=least, high=MOST_PERSONS)
    cv = to.number(("persons",), said.cv, "coefficient of variation of persons per site", low=0.0)
    to.note(
        "persons per site",
        f"mean {said.mean}, CV {said.cv}",
        "persons",
        "persons",
        None,
    )
    if mean is None or cv is None:
        return np.full(count, least, dtype=np.int64)
    most = most_spread(count, mean, least)
    if cv > most:
        to.report(
            ("persons",),
            f"coefficient of variation of persons per site is {cv:g}; with {count} sites, {mean:g} persons in each on "
            f"average and {least} at the least, the nearest possible value is {math.floor(1000 * most) / 1000:g}",
        )
    return spread_sizes(count, mean, min(cv, most), least)


def share_of_each(to: Ledger) -> Array:
    """Share of a site's persons in each arm, (L,)."""
    arms = to.design.treatments
    said = to.plan.treated
    equal = (
        TREATED if len(arms) == 1 else Default(1 / (len(arms) + 1), "equal shares of all arms and control")
    )
    shares = [
        to.number(("treated", arm), share, f"share treated{_of(arm, arms)}", low=0.0, high=1.0, strict=True)
        for share, arm in zip(_stated_shares(to, equal.value), arms, strict=True)
    ]
    found = np.array([equal.value if share is None else share for share in shares])
    if found.sum() >= 1 and None not in shares:
        factor = (math.ceil(1000 / found.sum()) - 1) / 1000
        to.report(
            ("treated",),
            f"the shares of the arms add up to {found.sum():g} and leave no control group; the nearest possible ones in "
            f"the same proportions are {factor:g} times as large",
        )
        found = np.full(len(arms), equal.value)
    for share, arm in zip(found, arms, strict=True):
        source = equal if said is None else None
        to.note(f"share treated{_of(arm, arms)}", f"{share:g}", "of a site's persons", "treated", source)
    return found


def _stated_shares(to: Ledger, equal: float) -> list[float]:
    """The share of each arm as stated; equal ones where nothing is stated, or not for this arm."""
    arms, said = to.design.treatments, to.plan.treated
    if isinstance(said, Mapping):
        for key in said:
            if not is_word(key, arms):
                hint = suggestion(str(key), arms) or f"; its arms are {', '.join(map(repr, arms))}"
                to.report(("treated", str(key)), f"{key!r} is no arm of the design{hint}")
        for arm in (arm for arm in arms if arm not in said):
            problem = f"there is no share for the arm {arm!r}; give every arm its share"
            to.report(("treated",), problem)
        return [said.get(arm, equal) for arm in arms]
    if said is not None and len(arms) > 1:
        to.report(
            ("treated",),
            f"treated is {said!r}, but there are {len(arms)} arms; give each its share, in a table by arm",
        )
        return [equal] * len(arms)
    return [equal if said is None else said] * len(arms)


def _of(arm: str, arms: tuple[str, ...]) -> str:
    return f" ({arm})" if len(arms) > 1 else ""
