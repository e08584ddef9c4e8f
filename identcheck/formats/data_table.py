"""The table [data] of a design file: which columns of the data hold what.

::

    [data]
    site = "school"
    effects = { M = ["m", "m_se"], Y = ["y", "y_se"] }   # a table of site effects
    covariances = { "M, Y" = "cov" }
    weights = "precision"

or, of persons,

::

    [data]
    site = "school"
    treatment = "assigned"                                # or { A = 1, B = 2 } with arm = "group"
    nodes = { M = "attendance", Y = "score" }
    covariates = ["pretest"]
    cluster = "classroom"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from identcheck.errors import InvalidDataError, suggestion

__all__ = ["data_columns", "is_of_data", "pair_of"]


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and _texts(value)


def _table(inside: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, Mapping) and all(inside(one) for one in value.values())


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "site": (_text, '"school"'),
    "arm": (_text, '"group"'),
    "effects": (_table(_pair), '{ M = ["m", "m_se"] }'),
    "covariances": (_table(_text), '{ "M, Y" = "cov" }'),
    "weights": (_text, '"precision"'),
    "persons": (_pair, '["n_treated", "n_control"]'),
    "modifiers": (_table(_text), '{ Z = "z" }'),
    "nodes": (_table(_text), '{ M = "m", Y = "y" }'),
    "treatment": (lambda v: _text(v) or isinstance(v, Mapping), '"assigned"'),
    "covariates": (_texts, '["pretest"]'),
    "cluster": (_text, '"classroom"'),
}
DATA_KEYS = tuple(_KINDS)
"""The keys of [data]."""


def is_of_data(key: object, value: object) -> bool:
    """Whether [data] has such a key, and may have such a value under it."""
    return key in _KINDS and _KINDS[str(key)][0](value)


def data_columns(found: object) -> dict[str, Any]:
    """What [data] says, as the arguments of ``SiteEffects.from_frame`` or ``from_persons``; empty without it.

    Args:
        found: what stands under the key "data".

    Raises:
        InvalidDataError: listing every wrong key.
    """
    if not isinstance(found, Mapping):
        raise InvalidDataError([f"data is {found!r:.60}; write a table: [data]"])
    problems = [
        f"[data] has no key {key!r}{suggestion(key, DATA_KEYS)}; its keys are {', '.join(DATA_KEYS)}"
        for key in found
        if key not in DATA_KEYS
    ]
    problems += [
        f"[data]: {key} is {value!r:.60}; write it like {_KINDS[key][1]}"
        for key, value in found.items()
        if key in DATA_KEYS and not is_of_data(key, value)
    ]
    if problems:
        raise InvalidDataError(problems)
    made = dict(found)
    if "effects" in made:
        made["effects"] = {node: tuple(pair) for node, pair in made["effects"].items()}
    if "covariances" in made:
        made["covariances"] = {pair_of(pair): column for pair, column in made["covariances"].items()}
    if "persons" in made:
        made["persons"] = tuple(made["persons"])
    return made


def pair_of(text: str) -> tuple[str, str]:
    """Two nodes that are joined by a comma.

    Raises:
        InvalidDataError: they are not two.
    """
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names):
        raise InvalidDataError(
            [f"{text!r} is no pair of nodes; write two, joined by a comma, such as 'M, Y'"]
        )
    return names[0], names[1]
