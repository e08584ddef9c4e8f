"""A table of effects and standard errors as it was given, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.errors import suggestion
from identcheck.evidence.columns import LARGEST, Columns, Floats

__all__ = ["WEIGHTS", "Contrasts", "Named", "stated"]

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


@dataclass(frozen=True)
class Contrasts:
    """Checked contrasts; see the attributes of ``SiteEffects``."""

    sites: tuple[str, ...]
    arms: tuple[str, ...]
    site: NDArray[np.intp]
    arm: NDArray[np.intp]
    effects: Floats
    sampling: Floats
    shared: Floats
    weight: Floats | None
    persons: Floats | None
    modifiers: Mapping[str, Floats]
    notes: tuple[str, ...]


def stated(columns: Columns, named: Named) -> Contrasts:
    """The rows of a table of effects.

    Raises:
        InvalidDataError: listing every problem.
    """
    _shape(columns, named)
    columns.demand(name for name in named.columns if isinstance(name, str))
    columns.refuse()
    site, sites = columns.labels(named.site)
    arm, arms = columns.labels(named.arm) if named.arm else (np.zeros(columns.rows, dtype=np.intp), ("",))
    effects = np.stack([columns.numbers(e, "the effect") for e, _ in named.effects.values()], axis=1)
    errors = np.stack([columns.numbers(e, "the standard error") for _, e in named.effects.values()], axis=1)
    problems, notes = columns.problems, []
    _rows(problems, site, sites, arm, arms, named)
    _signs(problems, errors, named)
    usable = np.where(np.abs(errors) <= LARGEST, errors, 0.0)  # what is too large is refused below
    sampling = _sampling(columns, named, usable)
    persons = None
    if named.persons:
        persons = np.stack([columns.numbers(c, "the number of persons") for c in named.persons], axis=1)
        if (persons <= 0).any():
            problems.append(f"a number of persons is 0 or less in {_where(persons.min(1) <= 0, site, sites)}")
    weight = _weight(columns, named, persons)
    modifiers = {name: columns.numbers(column) for name, column in named.modifiers.items()}
    columns.refuse()
    kept = np.logical_and(np.isfinite(effects).all(1), np.isfinite(errors).all(1))
    for values in (weight, None if persons is None else persons.sum(1), *modifiers.values()):
        if values is not None:
            kept = np.logical_and(kept, np.isfinite(values))
    if not kept.all():
        notes.append(f"left out, as a number is missing: {_where(~kept, site, sites)}")
    if not kept.any():
        columns.problems.append("no row has all its numbers; the table is empty")
    columns.refuse()
    _scale(problems, effects[kept], errors[kept], named)
    columns.refuse()
    notes += _unknown(named, len(arms), persons)
    site, arm, effects, sampling = site[kept], arm[kept], effects[kept], sampling[kept]
    old = np.unique(site)
    site = np.searchsorted(old, site)
    persons = None if persons is None else persons[kept]
    notes += _without_error(effects, sampling, site, tuple(sites[i] for i in old), tuple(named.effects))
    return Contrasts(
        tuple(sites[i] for i in old), arms, site, arm, effects, sampling, _shared(sampling, site, persons, len(arms)),
        None if weight is None else weight[kept], persons,
        {name: values[kept] for name, values in modifiers.items()}, tuple(notes),
    )  # fmt: skip


def _shape(columns: Columns, named: Named) -> None:
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


def _rows(
    problems: list[str],
    site: NDArray[np.intp],
    sites: tuple[str, ...],
    arm: NDArray[np.intp],
    arms: tuple[str, ...],
    named: Named,
) -> None:
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


def _signs(problems: list[str], errors: Floats, named: Named) -> None:
    for place, (_, column) in enumerate(named.effects.values()):
        if (errors[:, place] < 0).any():
            row = int(np.flatnonzero(errors[:, place] < 0)[0]) + 1
            problems.append(f"column {column!r}: a standard error is negative in row {row}")


def _scale(problems: list[str], effects: Floats, errors: Floats, named: Named) -> None:
    for place, (node, (effect, error)) in enumerate(named.effects.items()):
        sizes, ses = np.median(np.abs(effects[:, place])), np.median(errors[:, place])
        if sizes == 0 or ses <= NO_ERROR * sizes:
            continue
        if not 1 / SCALE_RATIO < sizes / ses < SCALE_RATIO:
            problems.append(
                f"{node!r}: effects ({effect!r}) are about {sizes:.3g} and standard errors ({error!r}) about {ses:.3g}; are they "
                "on the same scale?"
            )


def _sampling(columns: Columns, named: Named, errors: Floats) -> Floats:
    """R by V by V: variances, and the covariances that are known."""
    found = np.zeros((*errors.shape, errors.shape[1]))
    place = {node: i for i, node in enumerate(named.effects)}
    for i in range(errors.shape[1]):
        found[:, i, i] = errors[:, i] ** 2
    for (one, other), column in named.covariances.items():
        i, j = place[one], place[other]
        value = columns.numbers(column, "the covariance")
        bound = errors[:, i] * errors[:, j]
        if (np.abs(value) > bound * (1 + 1e-6) + 1e-300).any():
            row = int(np.flatnonzero(np.abs(value) > bound * (1 + 1e-6) + 1e-300)[0]) + 1
            columns.problems.append(
                f"column {column!r}: the covariance of {one!r} and {other!r} in row {row} is larger than their standard errors "
                "allow; is it a correlation?"
            )
        found[:, i, j] = found[:, j, i] = np.nan_to_num(value)
    return found


def _weight(columns: Columns, named: Named, persons: Floats | None) -> Floats | None:
    if named.weights == "precision":
        return None
    if named.weights == "sites":
        return np.ones(columns.rows)
    if named.weights == "persons":
        assert persons is not None
        found: Floats = persons[:, 0] * persons[:, 1] / persons.sum(1)
        return found
    weight = columns.numbers(named.weights, "the weight")
    if (weight <= 0).any():
        row = int(np.flatnonzero(weight <= 0)[0]) + 1
        columns.problems.append(f"column {named.weights!r}: a weight is 0 or less in row {row}")
    return weight


def _shared(sampling: Floats, site: NDArray[np.intp], persons: Floats | None, arms: int) -> Floats:
    """J by V by V: what the arms of a site share, 1 / n_control of the residual covariance."""
    found = np.zeros((int(site.max()) + 1, *sampling.shape[1:]))
    if persons is None or arms == 1:
        return found
    part = sampling * (persons[:, 0] / persons.sum(1))[:, None, None]
    np.add.at(found, site, part)
    return found / np.bincount(site)[:, None, None]


def _unknown(named: Named, arms: int, persons: Floats | None) -> list[str]:
    found = []
    pairs = len(named.effects) * (len(named.effects) - 1) // 2
    known = len({frozenset(pair) for pair in named.covariances})
    if known < pairs:
        which = "all" if known == 0 else f"{pairs - known} of {pairs}"
        found.append(
            f"sampling covariances between the effects of a row are not known and taken as 0 ({which})"
        )
    if arms > 1 and persons is None:
        found.append(
            "the numbers of persons are not known, so the sampling covariance between the arms of a site is taken as 0, though "
            "they may share a control"
        )
    return found


def _without_error(
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
                f"the standard error of {node} is 0 in {_where(exact, site, sites)}: no strength is read from these rows; the "
                "estimates keep them"
            )
    return found


def _where(mask: NDArray[np.bool_], site: NDArray[np.intp], sites: tuple[str, ...]) -> str:
    names = [sites[i] for i in dict.fromkeys(site[mask].tolist())]
    more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
    return ", ".join(map(repr, names[:10])) + more
