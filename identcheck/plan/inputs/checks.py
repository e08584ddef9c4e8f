"""What is wrong with the fields of a plan one by one: tables that are none, keys, and numbers that are impossible.

The same checks are made when a plan is made and when it meets a design, which then decides what is possible: persons
in a site, the spread of a binary variable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from identcheck.basics.arguments import is_word
from identcheck.basics.options import Among, ThirdLaw
from identcheck.describe.design import Design
from identcheck.errors import suggestion
from identcheck.errors.limits import TEXT_LETTERS
from identcheck.formats.plan_keys import arrow_name, joined_name
from identcheck.plan.inputs.defaults import VARIATION
from identcheck.plan.inputs.stated import (
    ARROW_TABLES,
    BY_NODE,
    COSTS,
    ICC_KEY,
    LEAST_RELIABLE,
    LEVELS,
    MOST_EXPLAINED,
    MOST_LOST,
    MOST_PERSONS,
    MOST_SITES,
    MOST_UNLIKELY,
    NODE_PAIRS,
    SIZES,
    TAKEN_UP,
    WORDS,
    Arrow,
    ByLevel,
    Problems,
    Sizes,
    is_arrow,
    is_name,
    normal_keys,
)  # fmt: skip

__all__ = ["COUNTED", "FEWEST", "checked", "checked_counts"]

FEWEST = 4
"""Persons in a site: two in each of two arms."""


def _are_arrows(size: int) -> Callable[[object], bool]:
    return lambda key: isinstance(key, tuple) and len(key) == size and all(map(is_arrow, key))


def _is_moved(key: object) -> bool:
    """Whether a key is a modifier with what it moves, or with its share between sites."""
    return (
        isinstance(key, tuple) and len(key) == 2 and is_name(key[0]) and (is_arrow(key[1]) or is_name(key[1]))
    )


KEYS: dict[str, tuple[Callable[[object], bool], str, str]] = {
    **dict.fromkeys(ARROW_TABLES, (is_arrow, "no arrow; write ('A', 'B') or 'A -> B'", "by arrow")),
    **{
        name: (
            _are_arrows(size),
            f"no {'pair' if size == 2 else 'triple'} of arrows; write '{' ~ '.join(('A -> B', 'B -> C', 'C -> D')[:size])}'",
            f"by {'pair' if size == 2 else 'triple'} of arrows",
        )
        for name, size in SIZES.items()
    },
    "modifiers": (_is_moved, "not what a modifier moves; write {'wages': {'A -> B': 0.3}}", "by modifier"),
    **dict.fromkeys(NODE_PAIRS, (is_arrow, "no pair of nodes; write 'A ~ B'", "by pair of nodes")),
    **dict.fromkeys(("residuals", "units", *BY_NODE), (is_name, "no node; write its name", "by node")),
    "costs": (
        lambda key: isinstance(key, str) and key in COSTS,
        f"not what a cost is of: {', '.join(COSTS)}",
        "by what it is of",
    ),
    "sources": (is_name, "no field; write its name", "by field"),
}
"""For each table what a key of it is, what is wrong with one that is not, and what the table is by."""


def checked(plan: Any, to: Problems, design: Design | None = None) -> dict[str, Any]:
    """The fields of a plan without what is impossible, each of which is reported.

    An entry that cannot be told what it is of is left out; a number that is wrong becomes None or 0, that of an arrow or a
    residual NaN.

    Args:
        plan: the plan, or what is to be one; its persons and clusters are for :func:`checked_counts`.
        to: where problems are written down.
        design: the design that the plan is for; None for any.
    """
    found: dict[str, Any] = {name: _sound_entries(name, getattr(plan, name), to) for name in KEYS}
    if plan.sites is not None:
        sites = to.number(("sites",), plan.sites, "sites", 1, MOST_SITES)
        found["sites"] = None if sites is None else to.whole(("sites",), sites, "sites")
    found["treated"] = _treated(to, plan.treated, design)
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
    if not is_word(plan.third_law, (laws := get_args(ThirdLaw))):
        to.report(
            ("third_law",),
            f"third_law is {plan.third_law!r}{suggestion(str(plan.third_law), laws)}; it is 'signs' or 'quadratic'",
        )
    if type(plan.sides) is not int or plan.sides not in (1, 2):
        to.report(("sides",), f"sides is {plan.sides!r}; it is 1 or 2")
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
    found["attrition"] = _attrition(to, plan.attrition)
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
    found["variation"] = _variation(to, plan.variation)
    tested = {
        key: to.number((key,), getattr(plan, key), "", 0.0, 1.0, strict=True) for key in ("alpha", "power")
    }
    return found | {key: value for key, value in tested.items() if value is not None}


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


def _sound_entries(name: str, table: object, to: Problems) -> dict[Any, Any]:
    """The entries of a table with sound keys, and values of the right kind."""
    if not isinstance(table, Mapping):
        to.report((name,), f"{name} is {table!r}, expected a table {KEYS[name][2]}, such as {{...}}")
        return {}
    return {k: v for k, v in table.items() if _sound_key(to, name, k) and _sound_value(to, name, k, v)}


def _sound_key(to: Problems, name: str, key: object) -> bool:
    is_key, wrong, _ = KEYS[name]
    if is_key(key):
        return True
    again = all(map(is_key, normal_keys(name, {key: None})))
    to.report(
        (name, str(key)),
        f"{key!r} states again what another key states; drop one of them" if again else f"{key!r} is {wrong}",
    )
    return False


def _sound_value(to: Problems, name: str, key: object, value: object) -> bool:
    """Whether a value is an arrow with a source, or a text where one is meant; numbers are looked at later."""
    path: tuple[str, ...] = (name, " ~ ".join(map(str, key)) if isinstance(key, tuple) else str(key))
    what = f"{name} of {key}"
    if name in ARROW_TABLES:
        words = " -> ".join(key) if isinstance(key, tuple) else str(key)
        if not isinstance(value, Arrow):
            to.report(
                (name, words),
                f"{words} is {value!r}, expected numbers as Arrow(mean=..., between=..., within=...)",
            )
            return False
        path, what, value = (name, words, "source"), f"the source of {words}", value.source
    if name in (*ARROW_TABLES, "units", "sources") and not isinstance(value, str):
        to.report(path, f"{what} is {value!r}, expected text")
        return False
    if isinstance(value, str) and len(value) > TEXT_LETTERS.most:
        to.report(path, f"{what} has {TEXT_LETTERS.refusal(len(value))}")
        return False
    return True


def _count(to: Problems, key: str, said: object, what: str, least: int) -> int:
    """A number of persons or clusters; the problem says why there must be so many."""
    number = to.number((key,), said, what, -MOST_UNLIKELY, MOST_PERSONS)
    if number is None:
        return least
    if number >= least:
        return to.whole((key,), number, what)
    to.report(
        (key,),
        f"{what} is {number:g}, too few for {COUNTED[key][2]}; the nearest possible value is {least}",
    )
    return least


def _treated(to: Problems, said: object, design: Design | None) -> Any:
    """Shares by arm that leave a control group, or one for each site; None where none is stated for an arm alone."""
    arms = None if design is None else design.treatments
    if isinstance(said, tuple) and (arms is None or len(arms) == 1):
        return _by_site(to, "treated", said, "share treated in site {}", 0.0, 1.0, strict=True)
    if said is None or (arms is not None and len(arms) > 1 and not isinstance(said, Mapping)):
        return None
    named = isinstance(said, Mapping) if arms is None else len(arms) > 1
    stated = said if isinstance(said, Mapping) else {"" if arms is None else arms[0]: said}
    found = {
        arm: to.number(
            ("treated", str(arm)), share, f"share treated{f' ({arm})' * named}", 0.0, 1.0, strict=True
        )
        for arm, share in stated.items()
        if arms is None or arm in arms
    }
    total = sum(share for share in found.values() if share is not None)
    if total < 1 or None in found.values():
        return found
    factor = (math.ceil(1000 / total) - 1) / 1000
    to.report(
        ("treated",),
        f"the shares of the arms add up to {total:g} and leave no control group; the nearest possible ones in "
        f"the same proportions are {factor:g} times as large",
    )
    return {}


def _by_site(
    to: Problems, key: str, said: tuple[object, ...], what: str, low: float, high: float, strict: bool = False
) -> tuple[float, ...]:
    """A number for each site; the middle of its bounds where one is impossible."""
    if not said:
        to.report((key,), f"{key} lists no site; give one number for each")
    found = (to.number((key,), n, what.format(place), low, high, strict) for place, n in enumerate(said, 1))
    return tuple((low + high) / 2 if number is None else number for number in found)


def _attrition(to: Problems, said: object) -> Any:
    """The share of persons who drop out: one number, one for each site, or by arm and control."""
    if said is None:
        return None
    if isinstance(said, tuple):
        return _by_site(to, "attrition", said, "attrition in site {}", 0.0, MOST_LOST)
    if isinstance(said, Mapping):
        return {
            arm: to.number(("attrition", str(arm)), share, f"attrition ({arm})", 0.0, MOST_LOST) or 0.0
            for arm, share in said.items()
        }
    return to.number(("attrition",), said, "attrition", 0.0, MOST_LOST) or 0.0


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
            numbers[key] = to.number(path, given, what, 0.0, 1.0)
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
