"""What is wrong with the fields of a plan one by one: numbers that are impossible.

The same checks are made when a plan is made and when it meets a design, which then decides what is possible: persons
in a site, the spread of a binary variable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from identcheck.basics.arguments import is_word
from identcheck.basics.options import Among, SitesAre, TestName, ThirdLaw
from identcheck.describe.design import Design
from identcheck.errors import suggestion
from identcheck.formats.plan_keys import arrow_name, joined_name
from identcheck.plan.inputs.counts import ATTRITION, checked_attrition, checked_shares
from identcheck.plan.inputs.defaults import VARIATION
from identcheck.plan.inputs.entries import KEYS, sound_entries
from identcheck.plan.inputs.problems import MOST_UNLIKELY, Problems
from identcheck.plan.inputs.stated import (
    ARROW_TABLES,
    ENDS,
    ICC_KEY,
    LEAST_RELIABLE,
    LEVELS,
    MOST_EXPLAINED,
    MOST_SITES,
    TAKEN_UP,
    TAKEUP_SPREAD,
    UNIT_KEYS,
    WORDS,
    Arrow,
    ByLevel,
)

__all__ = ["checked"]


def checked(plan: Any, to: Problems, design: Design | None = None) -> dict[str, Any]:
    """The fields of a plan without what is impossible, each of which is reported.

    An entry that cannot be told what it is of is left out; a number that is wrong becomes None or 0, that of an arrow or a
    residual NaN.

    Args:
        plan: the plan, or what is to be one; its persons and clusters are for :func:`checked_counts`.
        to: where problems are written down.
        design: the design that the plan is for; None for any.
    """
    found: dict[str, Any] = {name: sound_entries(name, getattr(plan, name), to) for name in KEYS}
    if plan.sites is not None:
        sites = to.number(("sites",), plan.sites, "sites", 1, MOST_SITES)
        found["sites"] = None if sites is None else to.whole(("sites",), sites, "sites")
    found["treated"] = checked_shares(to, plan.treated, design)
    for name in ARROW_TABLES:
        found[name] = {edge: _arrow(to, name, edge, arrow) for edge, arrow in found[name].items()}
    for name, level in LEVELS.items():
        found[name] = _moments(to, name, found[name], f"the correlation of {{}} {level}", 1.0)
        third = f"third_{name}"
        found[third] = _moments(to, third, found[third], f"third moment {level} of {{}}", 2.0)
    found["modifiers"] = {
        key: _moving(to, key[0], key[1], value) for key, value in found["modifiers"].items()
    }
    found["residuals"] = {node: _residual(to, node, sd, design) for node, sd in found["residuals"].items()}
    found["sds"] = {
        node: to.number(("sds", node), value, f"the SD of {node}", 0.0, MOST_UNLIKELY, strict=True) or 1.0
        for node, value in found["sds"].items()
    }
    if not is_word(plan.sds_of, (words := get_args(Among))):
        to.report(
            ("sds_of",),
            f"sds_of is {plan.sds_of!r}{suggestion(str(plan.sds_of), words)}; it is 'control' or 'total'",
        )
    if not is_word(plan.sites_are, (words := get_args(SitesAre))):
        to.report(
            ("sites_are",),
            f"sites_are is {plan.sites_are!r}{suggestion(str(plan.sites_are), words)}; it is 'sample' or 'population'",
        )
    if not is_word(plan.third_law, (laws := get_args(ThirdLaw))):
        to.report(
            ("third_law",),
            f"third_law is {plan.third_law!r}{suggestion(str(plan.third_law), laws)}; it is 'signs' or 'quadratic'",
        )
    if type(plan.sides) is not int or plan.sides not in (1, 2):
        to.report(("sides",), f"sides is {plan.sides!r}; it is 1 or 2")
    if not is_word(plan.test, (tests := get_args(TestName))):
        known = ", ".join(map(repr, tests))
        to.report(
            ("test",), f"test is {plan.test!r}{suggestion(str(plan.test), tests)}; it is one of {known}"
        )
    if not isinstance(plan.standardized, bool):
        to.report(("standardized",), f"standardized is {plan.standardized!r}; it is true or false")
    found["prevalence"] = {
        node: to.number(("prevalence", node), value, f"the prevalence of {node}", 0.0, 1.0, strict=True)
        or 0.5
        for node, value in found["prevalence"].items()
    }
    found["confounding"] = {
        pair: _leveled(
            to,
            ("confounding", " ~ ".join(pair)),
            value,
            f"the correlation of the disturbances of {pair[0]} and {pair[1]}",
            -1.0,
            1.0,
        )
        for pair, value in found["confounding"].items()
    }
    for key in ATTRITION:
        found[key] = checked_attrition(to, key, getattr(plan, key))
    found["icc"] = {
        node: to.number(("icc", node), value, f"the intraclass correlation of {node}", 0.0, 1.0) or 0.0
        for node, value in found["icc"].items()
    }
    found["r2"] = {
        node: _leveled(
            to, ("r2", node), value, f"the share of {node} that covariates explain", 0.0, MOST_EXPLAINED
        )
        for node, value in found["r2"].items()
    }
    found["reliability"] = {
        node: to.number(("reliability", node), value, f"the reliability of {node}", LEAST_RELIABLE, 1.0)
        or 1.0
        for node, value in found["reliability"].items()
    }
    found["costs"] = {
        name: to.number(("costs", name), value, f"the cost of a {name}", 0.0) or 0.0
        for name, value in found["costs"].items()
    }
    found["bounds"] = {name: _ends(to, name, said) for name, said in found["bounds"].items()}
    found["variation"] = _variation(to, plan.variation)
    tested = {
        key: to.number((key,), getattr(plan, key), "", 0.0, 1.0, strict=True) for key in ("alpha", "power")
    }
    return found | {key: value for key, value in tested.items() if value is not None}


def _ends(to: Problems, name: str, said: object) -> dict[str, int]:
    """The least and the most of what a search is bounded in, as far as they are stated and possible."""
    if not isinstance(said, Mapping):
        to.report(
            ("bounds", name),
            f"the bound on {name} is {said!r}; give a table with its least, its most or both",
        )
        return {}
    ends: dict[str, int] = {}
    for key, value in said.items():
        if key not in ENDS:
            hint = suggestion(str(key), ENDS) or "; it has least and most"
            to.report(("bounds", name), f"the bound on {name}: {key!r} is no end of it{hint}")
        elif type(value) is not int or value < 1:
            to.report(("bounds", name), f"the {key} of {name} is {value!r}; it is a whole number from 1")
        else:
            ends[key] = value
    if len(ends) == 2 and ends["least"] > ends["most"]:
        to.report(
            ("bounds", name),
            f"the bound on {name}: the least, {ends['least']:,}, is more than the most, {ends['most']:,}",
        )
    return ends


def _leveled(
    to: Problems, path: tuple[str, ...], said: object, what: str, low: float, high: float
) -> ByLevel:
    """A number for both levels, or one for persons and one for clusters; 0 where one is impossible."""
    if not isinstance(said, Mapping):
        number = to.number(path, said, what, low, high) or 0.0
        return ByLevel(number, number)
    for key in said:
        if not isinstance(key, str) or key not in ByLevel._fields:
            hint = suggestion(str(key), ByLevel._fields) or "; the levels are persons and clusters"
            to.report(path, f"{what}: {key!r} is no level{hint}")
    words = {"persons": "persons within clusters", "clusters": "clusters"}
    numbers = {
        key: to.number((*path, key), said[key], f"{what}, {words[key]},", low, high) or 0.0
        for key in ByLevel._fields
        if key in said
    }
    return ByLevel(numbers.get("persons", 0.0), numbers.get("clusters", 0.0), said="clusters" in said)


def _arrow(to: Problems, table: str, edge: tuple[str, str], arrow: Arrow) -> Arrow:
    numbers: dict[str, Any] = {}
    for key, words in WORDS.items():
        given = getattr(arrow, key)
        if given is not None:
            low = -MOST_UNLIKELY if key == "mean" else 0.0
            path, what = (table, arrow_name(edge), key), f"{words} of {arrow_name(edge)}"
            number = to.number(path, given, what, low)
            numbers[key] = math.nan if number is None else number
    for key, words in TAKEN_UP.items():
        if (given := getattr(arrow, key)) is not None:
            path, what = (table, arrow_name(edge), key), f"{words} of {arrow_name(edge)}"
            if isinstance(given, tuple):
                each = (f"{what} in site {place}" for place in range(1, len(given) + 1))
                found = [to.number(path, n, words, 0.0, 1.0) for n, words in zip(given, each, strict=True)]
                numbers[key] = tuple(0.5 if number is None else number for number in found) or None
                if not given:
                    to.report(path, f"{what} lists no site; give one share for each")
            else:
                numbers[key] = to.number(path, given, what, 0.0, 1.0)
    for key, words in TAKEUP_SPREAD.items():
        if (given := getattr(arrow, key)) is not None:
            path, what = (table, arrow_name(edge), key), f"{words} of {arrow_name(edge)}"
            numbers[key] = to.number(path, given, what, 0.0, 0.5)
    return replace(arrow, **numbers)


def _moments(to: Problems, name: str, table: Mapping[Any, Any], what: str, most: float) -> dict[Any, float]:
    """Correlations or third moments of effects, between minus the most and the most; 0 for what is impossible."""
    return {
        edges: to.number((name, joined_name(edges)), value, what.format(joined_name(edges)), -most, most)
        or 0.0
        for edges, value in table.items()
    }


def _moving(to: Problems, name: str, what: Any, said: object) -> float:
    """What a modifier does to something, in SDs per SD; or the share of its variance between sites."""
    moved = what if isinstance(what, str) else arrow_name(what)
    path = ("modifiers", name, moved)
    if what == ICC_KEY:
        words = f"the share of the variance of {name} between sites"
        return to.number(path, said, words, 0.0, 0.99) or 0.0
    if what in UNIT_KEYS:
        least = -math.inf if what == "mean" else 0.0
        number = to.number(path, said, f"the {what} of {name}", least, math.inf)
        if what == "sd" and number == 0:
            to.report(path, f"the sd of {name} is 0, so that it has one level; leave it out")
        return number or 0.0
    return to.number(path, said, f"what {name} does to {moved}, in SDs", -2.0, 2.0) or 0.0


def _residual(to: Problems, node: str, said: object, design: Design | None) -> float:
    binary = design is not None and design.scales.get(node) == "binary"
    what = f"residual SD of {node}{', which is binary,' if binary else ''}"
    number = to.number(("residuals", node), said, what, 0.0, 0.5 if binary else MOST_UNLIKELY)
    return math.nan if number is None else number


def _variation(to: Problems, said: object) -> str | float:
    if not isinstance(said, str):
        return to.number(("variation",), said, "", 0.0) or 0.0
    if said in VARIATION:
        return said
    to.report(
        ("variation",),
        f"variation is {said!r}{suggestion(said, VARIATION)}; it is one of {', '.join(VARIATION)}, or a number of SDs",
    )
    return "modest"
