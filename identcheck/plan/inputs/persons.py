"""Sites, units per site, shares treated and drop-out, made definite."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from identcheck.basics.arguments import is_word
from identcheck.errors import suggestion
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.counts import COUNTED, checked_counts
from identcheck.plan.inputs.defaults import SITES, TREATED, Default
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.plan import LISTS
from identcheck.plan.inputs.stated import MOST_PERSONS, MOST_SITES, Sizes

__all__ = [
    "allotted",
    "demand_length",
    "least_persons",
    "most_spread",
    "share_of_each",
    "site_count",
    "spread_sizes",
    "summed_up",
]

WIDEST = 20.0
"""Largest SD of log sizes that is tried; beyond, the largest site has all the persons that are not needed elsewhere."""


def allotted(to: Notes, key: str, count: int, least: int, default: Default) -> NDArray[np.int64]:
    """Persons, or clusters, in each site, (K,).

    Args:
        to: where inputs and problems are written down.
        key: the plan's field: "persons" or "clusters".
        count: K.
        least: the fewest of a site.
        default: what is taken where the plan says nothing.
    """
    said, what = checked_counts(to, key, getattr(to.stated, key), least), COUNTED[key][0]
    if isinstance(said, Sizes):
        to.note(what, f"mean {said.mean}, CV {said.cv}", key, key, None)
        return _spread(to, key, said, count, least)
    if isinstance(said, tuple):
        demand_length(to, key, said, count)
        to.note(what, summed_up(said), key, key, None)
        return np.resize(np.array(said, dtype=np.int64), count)
    each = default.value if said is None else said
    to.note(what, f"{each:.0f}", key, key, default if said is None else None)
    return np.full(count, each, dtype=np.int64)


def demand_length(to: Notes, key: str, said: Sequence[object], count: int) -> None:
    """Report a list that has not one number for each site."""
    if len(said) != count:
        to.report(
            (key,),
            f"{key} lists {len(said)} site{'' if len(said) == 1 else 's'}, but there are {count}; give one number "
            "for each",
        )


def least_persons(shares: Array) -> int:
    """The fewest persons with somebody in every arm, and with variation within arms."""
    smallest = min(float(shares.min()), 1 - float(shares.sum(axis=-1).max()))
    arms: int = shares.shape[-1]
    everywhere = math.ceil(1 / smallest - 1e-9) if smallest > 0 else 0
    return max(2 * (arms + 1), min(everywhere, MOST_PERSONS))


def summed_up(given: Sequence[float]) -> str:
    """Several numbers in a few words."""
    if len(given) <= 10:
        return ", ".join(f"{number:g}" for number in given)
    return f"{len(given)} stated numbers from {min(given)} to {max(given)}, {sum(given) / len(given):.4g} on average"


def site_count(to: Notes) -> int:
    """K: what the plan says, else for how many sites it states persons, else what the design says, or the default."""
    count, default = to.plan.sites, None
    if count is None:
        if to.design.sites is not None:
            default = Default(to.design.sites, "the design", guess=False)
        elif listed := [
            (key, said) for key in LISTS if isinstance(said := getattr(to.plan, key), tuple) and said
        ]:
            key, said = listed[0]
            known = f"the sites for which {key.replace('_', ' ')} {'are' if key in COUNTED else 'is'} stated"
            default = Default(len(said), known, guess=False)
        else:
            default = SITES
        count = round(to.number(("sites",), default.value, "sites", 1, MOST_SITES) or 1)
    elif to.design.sites not in (None, count):
        to.questioned.append(
            (
                ("sites",),
                f"the plan says sites = {count:g}, and the design says sites = {to.design.sites}; the numbers are for "
                f"{count:g}, the verdicts for {to.design.sites}. Keep one of the two",
            )
        )
    to.note("sites", f"{count:g}", "sites", "sites", default)
    if to.plan.sites_are == "population":
        to.note(
            "sites are", "the population", "", "sites_are", None, to.plan.sources.get("sites_are", "the plan")
        )
    return count


def _spread(to: Notes, key: str, said: Sizes, count: int, least: int) -> NDArray[np.int64]:
    """Sizes at the evenly spaced quantiles of a lognormal distribution, with the mean and spread asked for."""
    most = most_spread(count, said.mean, least)
    if said.cv > most:
        to.report(
            (key,),
            f"coefficient of variation of {key} per site is {said.cv:g}; with {count} sites, {said.mean:g} {key} in each "
            f"on average and {least} at the least, the nearest possible value is {math.floor(1000 * most) / 1000:g}",
        )
    return spread_sizes(count, said.mean, min(said.cv, most), least)


def spread_sizes(count: int, mean: float, cv: float, least: int) -> NDArray[np.int64]:
    """Whole sizes (count,) along the quantiles of a lognormal distribution, none below ``least``.

    Their mean and coefficient of variation are those asked for, up to rounding; the SD of log sizes is found by
    bisection.
    """
    low, high = 0.0, WIDEST
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _cv(_sizes(count, mean, middle, least)) < cv else (low, middle)
    sizes = _sizes(count, mean, high if cv else 0.0, least)
    whole = np.floor(sizes).astype(np.int64)
    short = round(count * mean - int(whole.sum()))
    whole[np.argsort(whole - sizes, kind="stable")[:short]] += 1  # the largest remainders are rounded up
    return np.asarray(whole, dtype=np.int64)


def most_spread(count: int, mean: float, least: int) -> float:
    """The largest coefficient of variation that so many sites of this mean and least size can have."""
    return _cv(_sizes(count, mean, WIDEST, least))


def _sizes(count: int, mean: float, spread: float, least: int) -> Array:
    """Sizes with this mean, before rounding: ``least`` and what a lognormal distribution adds to it."""
    from scipy.special import ndtri

    logs = spread * ndtri((np.arange(count) + 0.5) / count)
    extra = np.exp(logs - logs.max())
    return np.asarray(least + (mean - least) * extra / extra.mean(), dtype=np.float64)


def _cv(sizes: Array) -> float:
    return float(sizes.std() / sizes.mean())


def share_of_each(to: Notes) -> Array:
    """Share of a site's units in each arm, (1, L), or (sites, L); equal ones where nothing is stated, or not for this arm."""
    arms, said = to.design.treatments, to.stated.treated
    unit = f"of a site's {'persons' if to.plan.clusters is None else 'clusters'}"
    _demand_arms(to, said)
    guess = Default(1 / (len(arms) + 1), "equal shares of all arms and control")
    equal = TREATED if len(arms) == 1 else guess
    if isinstance(to.plan.treated, tuple) and len(arms) == 1:
        to.note("share treated", summed_up(to.plan.treated), unit, "treated", None)
        return np.array(to.plan.treated or (equal.value,))[:, None]
    stated = to.plan.treated if isinstance(to.plan.treated, Mapping) else {}
    found = [stated.get(arm) or equal.value for arm in arms]
    for share, arm in zip(found, arms, strict=True):
        what = f"share treated{f' ({arm})' * (len(arms) > 1)}"
        text = summed_up(share) if isinstance(share, tuple) else f"{share:g}"
        to.note(what, text, unit, "treated", equal if said is None else None)
    count = max((len(share) for share in found if isinstance(share, tuple)), default=1)
    return np.stack([np.resize(np.array(share), count) for share in found], axis=1)


def _demand_arms(to: Notes, said: object) -> None:
    """Report shares of what is no arm of the design, and arms without a share."""
    arms = to.design.treatments
    if isinstance(said, Mapping):
        for key in said:
            if not is_word(key, arms):
                hint = suggestion(str(key), arms) or f"; its arms are {', '.join(map(repr, arms))}"
                to.report(("treated", str(key)), f"{key!r} is no arm of the design{hint}")
        for arm in (arm for arm in arms if arm not in said):
            to.report(("treated",), f"there is no share for the arm {arm!r}; give every arm its share")
    elif said is not None and len(arms) > 1:
        to.report(
            ("treated",),
            f"treated is {said!r}, but there are {len(arms)} arms; give each its share, in a table by arm",
        )
