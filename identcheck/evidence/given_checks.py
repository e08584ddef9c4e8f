"""What is wrong with a table of effects and standard errors as it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.errors import suggestion
from identcheck.evidence.columns import Columns, Floats

__all__ = [
    "WEIGHTS",
    "Named",
    "check_rows",
    "check_scale",
    "check_signs",
    "demand_names",
    "where",
    "without_error",
]

WEIGHTS = ("precision", "persons", "sites")
"""How sites are weighted, beside the name of a column."""

SCALE_RATIO = 300.0
"""Where a typical effect is so many standard errors, or so small a share of one, they may be on different scales."""

NO_ERROR = 1e-9
"""A standard error below this share of a typical effect is one of 0."""


@dataclass(frozen=True)
class Named:
    """The columns that were named; see ``SiteEffects.from_frame``."""

    site: str
    effects: Mapping[str, tuple[str, str]]
    arm: str | None
    covariances: Mapping[tuple[str, str], str]
    weights: str
    persons: tuple[str, str] | None
    modifiers: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        own = (self.weights,) if self.weights not in WEIGHTS else ()
        arm = () if self.arm is None else (self.arm,)
        pairs = (column for pair in self.effects.values() for column in pair)
        said = (*self.covariances.values(), *(self.persons or ()), *self.modifiers.values())
        return (self.site, *arm, *pairs, *said, *own)


def demand_names(columns: Columns, named: Named) -> None:
    """What is no name, or no pair of names."""
    if not isinstance(named.effects, Mapping) or not named.effects:
        columns.problems.append(
            "no effects are named; give {'M': ('column of the effect', 'column of its SE')}"
        )
        columns.refuse()
    for node, pair in named.effects.items():
        if not (isinstance(pair, (tuple, list)) and len(pair) == 2 and all(isinstance(c, str) for c in pair)):
            columns.problems.append(
                f"the columns of {node!r} are {pair!r:.60}; give the effect's and its SE's"
            )
        elif pair[0] == pair[1]:
            columns.problems.append(f"{node!r}: effect and SE are the same column {pair[0]!r}")
    columns.refuse()
    used = [c for pair in named.effects.values() for c in pair]
    for column in sorted({c for c in used if used.count(c) > 1}):
        columns.problems.append(f"column {column!r} is named for more than one effect or SE")
    for pair in named.covariances:
        if not (
            isinstance(pair, tuple)
            and len(pair) == 2
            and set(pair) <= {*named.effects}
            and pair[0] != pair[1]
        ):
            columns.problems.append(
                f"the covariance of {pair!r}: give two of the variables {', '.join(named.effects)}"
            )
    if not isinstance(named.weights, str):
        columns.problems.append(f"weights are {named.weights!r:.40}; say {', '.join(WEIGHTS)} or a column")
        columns.refuse()
    if named.weights not in WEIGHTS and named.weights not in columns.names:
        hint = suggestion(named.weights, (*WEIGHTS, *columns.names))
        columns.problems.append(f"weights are {named.weights!r}{hint}; say {', '.join(WEIGHTS)} or a column")
    if named.weights == "persons" and named.persons is None:
        columns.problems.append(
            "weights 'persons' need the columns of the numbers of persons (persons=(arm, control))"
        )
    columns.refuse()


def check_rows(
    problems: list[str],
    site: NDArray[np.intp],
    sites: tuple[str, ...],
    arm: NDArray[np.intp],
    arms: tuple[str, ...],
    named: Named,
) -> None:
    """No rows, or several of one site and arm."""
    if len(site) == 0:
        problems.append("the table has no rows")
        return
    keys, counts = np.unique(site * len(arms) + arm, return_counts=True)
    twice = [sites[k // len(arms)] for k in keys[counts > 1]]
    if twice:
        more = (
            " in one arm; name each once" if named.arm else "; name each once, or name the column of the arms"
        )
        problems.append(f"more than one row of {', '.join(map(repr, twice[:10]))}{more}")


def check_signs(problems: list[str], errors: Floats, named: Named) -> None:
    """Standard errors below 0."""
    for place, (_, column) in enumerate(named.effects.values()):
        if (errors[:, place] < 0).any():
            row = int(np.flatnonzero(errors[:, place] < 0)[0]) + 1
            problems.append(f"column {column!r}: a standard error is negative in row {row}")


def check_scale(problems: list[str], effects: Floats, errors: Floats, named: Named) -> None:
    """Standard errors that may be on another scale than the effects."""
    for place, (node, (effect, error)) in enumerate(named.effects.items()):
        sizes, ses = np.median(np.abs(effects[:, place])), np.median(errors[:, place])
        if sizes == 0 or ses <= NO_ERROR * sizes:
            continue
        if not 1 / SCALE_RATIO < sizes / ses < SCALE_RATIO:
            problems.append(
                f"{node!r}: effects ({effect!r}) are about {sizes:.3g} and standard errors ({error!r}) about {ses:.3g}; are they "
                "on the same scale?"
            )


def without_error(
    effects: Floats, sampling: Floats, site: NDArray[np.intp], sites: tuple[str, ...], nodes: tuple[str, ...]
) -> list[str]:
    """Which rows have a standard error of 0; it is set to 0 exactly."""
    found = []
    for i, node in enumerate(nodes):
        typical = float(np.median(np.abs(effects[:, i])))
        exact = np.sqrt(sampling[:, i, i]) <= NO_ERROR * typical
        if exact.any():
            sampling[exact, i, :] = sampling[exact, :, i] = 0.0
            found.append(
                f"the standard error of {node} is 0 in {where(exact, site, sites)}: no strength is read from these rows; the "
                "estimates keep them"
            )
    return found


def where(mask: NDArray[np.bool_], site: NDArray[np.intp], sites: tuple[str, ...]) -> str:
    """The sites of the rows that are marked, at most ten of them."""
    names = [sites[i] for i in dict.fromkeys(site[mask].tolist())]
    more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
    return ", ".join(map(repr, names[:10])) + more
