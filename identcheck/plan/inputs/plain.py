"""What is wrong with a plan whatever its design: found when the plan is made, every problem at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from identcheck.errors import suggestion
from identcheck.formats.plan_keys import arrow_name, joined_name
from identcheck.plan.inputs.defaults import VARIATION
from identcheck.plan.inputs.parts import WORDS, Sizes
from identcheck.plan.inputs.problems import MOST_PERSONS, MOST_SITES, MOST_UNLIKELY, Problems
from identcheck.plan.inputs.well_formed import well_shaped

__all__ = ["plain_problems"]

FEWEST = 4
"""Persons in a site: two in each of two arms."""

LEVELS = {"between": "across sites", "within": "within sites"}


def plain_problems(plan: Any) -> list[str]:
    """Every problem of a plan that needs no design to be seen, worded as when the plan meets its design."""
    to = Problems()
    tables = well_shaped(plan, to.report)
    if plan.sites is not None:
        _whole(to, "sites", plan.sites, "sites", 1, MOST_SITES)
    _persons(to, plan.persons)
    _treated(to, plan.treated)
    for name in ("arrows", "suspected"):
        for edge, arrow in tables[name].items():
            _arrow(to, name, edge, arrow)
    for name, level in LEVELS.items():
        for pair, value in tables[name].items():
            words = joined_name(pair)
            to.number((name, words), value, f"the correlation of {words} {level}", low=-1.0, high=1.0)
        for triple, value in tables[f"third_{name}"].items():
            words = joined_name(triple)
            to.number((f"third_{name}", words), value, f"third moment {level} of {words}", low=-2.0, high=2.0)
    for node, value in tables["residuals"].items():
        to.number(("residuals", node), value, f"residual SD of {node}", low=0.0)
    for pair, value in tables["confounding"].items():
        words = f"the correlation of the disturbances of {pair[0]} and {pair[1]}"
        to.number(("confounding", " ~ ".join(pair)), value, words, low=-1.0, high=1.0)
    _variation(to, plan.variation)
    for key in ("alpha", "power"):
        to.number((key,), getattr(plan, key), low=0.0, high=1.0, strict=True)
    return to.problems


def _whole(to: Problems, field: str, said: object, what: str, low: int, high: int) -> None:
    number = to.number((field,), said, what, low=low, high=high)
    if number is not None and number != round(number):
        to.report((field,), f"{what} is {number:g}; the nearest possible value is {round(number)}")


def _count(to: Problems, said: object, what: str) -> None:
    """A number of persons: enough for two in each of two arms."""
    number = to.number(("persons",), said, what, low=-MOST_UNLIKELY, high=MOST_PERSONS)
    if number is not None and number < FEWEST:
        to.report(
            ("persons",),
            f"{what} is {number:g}, too few for somebody in every arm and for variation within arms; the nearest "
            f"possible value is {FEWEST}",
        )
    elif number is not None and number != round(number):
        to.report(("persons",), f"{what} is {number:g}; the nearest possible value is {round(number)}")


def _persons(to: Problems, said: object) -> None:
    if isinstance(said, Sizes):
        to.number(("persons",), said.mean, "mean persons per site", low=FEWEST, high=MOST_PERSONS)
        to.number(("persons",), said.cv, "coefficient of variation of persons per site", low=0.0)
    elif isinstance(said, Mapping):
        to.report(
            ("persons",),
            f"persons is {dict(said)!r}; sizes that differ are Sizes(mean=..., cv=...), or a list",
        )
    elif isinstance(said, tuple) and not said:
        to.report(("persons",), "persons lists no site; give one number for each")
    elif isinstance(said, tuple):
        for place, number in enumerate(said, 1):
            _count(to, number, f"persons in site {place}")
    elif said is not None:
        _count(to, said, "persons per site")


def _treated(to: Problems, said: object) -> None:
    """Shares between 0 and 1 that leave a control group."""
    shares: Iterable[tuple[str, object]] = said.items() if isinstance(said, Mapping) else [("", said)]
    if said is None:
        return
    found = [
        to.number(
            ("treated", str(arm)),
            share,
            f"share treated ({arm})" if isinstance(said, Mapping) else "share treated",
            low=0.0,
            high=1.0,
            strict=True,
        )
        for arm, share in shares
    ]
    total = sum(share for share in found if share is not None)
    if total >= 1 and None not in found:
        factor = (math.ceil(1000 / total) - 1) / 1000
        to.report(
            ("treated",),
            f"the shares of the arms add up to {total:g} and leave no control group; the nearest possible ones in "
            f"the same proportions are {factor:g} times as large",
        )


def _arrow(to: Problems, table: str, edge: tuple[str, str], arrow: Any) -> None:
    for key, words in WORDS.items():
        given = getattr(arrow, key)
        if given is not None:
            low = -MOST_UNLIKELY if key == "mean" else 0.0
            to.number((table, arrow_name(edge), key), given, f"{words} of {arrow_name(edge)}", low=low)


def _variation(to: Problems, said: object) -> None:
    if not isinstance(said, str):
        to.number(("variation",), said, low=0.0)
    elif said not in VARIATION:
        to.report(
            ("variation",),
            f"variation is {said!r}{suggestion(said, VARIATION)}; it is one of {', '.join(VARIATION)}, or a number of SDs",
        )
