"""Covariances and third moments, made definite: of disturbances, and of effects across and within sites."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from identcheck.describe.declarations import Edge
from identcheck.errors import suggestion
from identcheck.formats.plan_keys import arrow_name, joined_name
from identcheck.plan.inputs.anticipated import Array, Notes, Thirds
from identcheck.plan.inputs.defaults import (
    CONFOUNDING,
    RESIDUAL,
    RESIDUAL_BINARY,
    RESIDUAL_IN_UNIT,
    UNSTATED,
    Default,
)
from identcheck.plan.inputs.possible import completed, impossible_correlations, impossible_thirds
from identcheck.plan.inputs.stated import LEVELS, Path

__all__ = ["Correlated", "Disturbances"]

Pair = tuple[int, int]


class Disturbances:
    """What is left of each mediator and of the outcome within arms: SDs and correlations.

    Args:
        to: where inputs and problems are written down.
        nodes: mediators and outcome.
    """

    def __init__(self, to: Notes, nodes: tuple[str, ...]) -> None:
        self.to = to
        self.nodes = nodes
        self.sd = self._sds()

    def _sds(self) -> Array:
        sds = []
        for key in self.to.plan.residuals:
            if key not in self.nodes:
                self.to.no_node(self.nodes, ("residuals", key), key)
        for node in self.nodes:
            given = self.to.plan.residuals.get(node)
            binary = self.to.design.scales.get(node) == "binary"
            plain = RESIDUAL_IN_UNIT if node in self.to.plan.units else RESIDUAL
            default = RESIDUAL_BINARY if binary else plain
            sds.append(default.value if given is None or math.isnan(given) else given)
            self.to.note(
                f"residual SD of {node}",
                f"{sds[-1]:g}",
                self.to.unit(node),
                "residuals",
                default if given is None else None,
            )
        return np.array(sds, dtype=np.float64)

    def covariance(self) -> Array:
        """Their (V, V) covariance, the usual confounding with the outcome filled in."""
        said, matrix = _stated(self.to, "confounding", self.sd, self._places, self._words, self._name, _alone)
        count = len(self.nodes)
        outcome = count - 1
        linked = [i for i in range(outcome) if (i, outcome) in said]
        free = [i for i in range(outcome) if i not in linked]
        sound = self._possible(matrix, said, range(outcome)) and self._possible(
            matrix, said, [*linked, outcome]
        )
        usual = completed(matrix, linked, self._usual(free)) if sound else matrix
        for i in free:
            matrix[i, outcome] = matrix[outcome, i] = value = float(usual[i, outcome])
            source = CONFOUNDING.source
            if sound and abs(value - self._usual([i])[i]) > 1e-12:
                source += "; changed to be possible beside those that are stated"
            default = Default(value, source)
            self.to.note(self._name((i, outcome)), f"{value:g}", "", "confounding", default)
        rest = [pair for pair in combinations(range(outcome), 2) if pair not in said]
        if rest:
            what = "correlations of the disturbances of mediators"
            self.to.note(f"{'all other ' if said else ''}{what}", "0", "", "confounding", UNSTATED)
        return np.asarray(matrix * np.outer(self.sd, self.sd))

    def _possible(self, matrix: Array, said: Mapping[Pair, Path], places: Iterable[int]) -> bool:
        """Whether the stated correlations among some nodes are possible; the others' may be anything."""
        at = {place: i for i, place in enumerate(places)}
        among = {(at[i], at[j]): path for (i, j), path in said.items() if i in at and j in at}
        block = matrix[np.ix_([*at], [*at])]
        return _possible(self.to, "confounding", block, among, "correlations of disturbances")

    def _usual(self, free: Iterable[int]) -> dict[int, float]:
        """The correlation with the outcome that is taken for a mediator of which nothing is said."""
        usual = min(CONFOUNDING.value, math.floor(90 / math.sqrt(max(len(self.nodes) - 1, 1))) / 100)
        return {i: usual if self.sd[i] and self.sd[-1] else 0.0 for i in free}

    def _places(self, path: Path, nodes: Sequence[str]) -> list[int] | None:
        strange = [node for node in nodes if node not in self.nodes]
        for node in strange:
            self.to.no_node(self.nodes, path, node)
        return None if strange else [self.nodes.index(node) for node in nodes]

    def _words(self, pair: Sequence[str]) -> str:
        return f"of the disturbances of {pair[0]} and {pair[1]}"

    def _name(self, places: Pair, _path: Path = ()) -> str:
        return f"correlation {self._words([self.nodes[i] for i in places])}"


def _alone(node: str) -> str:
    return f"the residual SD of {node} is 0, so its disturbance correlates with nothing; give it an SD under 'residuals'"


class Correlated:
    """Covariances and third moments of effects at one level.

    Args:
        to: where inputs and problems are written down.
        edges: the arrows.
        table: "between" (across sites) or "within" (within sites), as the plan's fields are called.
        sd: the SD of each arrow's effect at that level.
    """

    def __init__(self, to: Notes, edges: tuple[Edge, ...], table: str, sd: Array) -> None:
        self.to = to
        self.edges = edges
        self.place = {edge: i for i, edge in enumerate(edges)}
        self.table = table
        self.level = LEVELS[table]
        self.unknown = np.isnan(sd)
        self.sd = np.nan_to_num(sd)

    def covariance(self) -> Array:
        """Their (E, E) covariance."""
        said, matrix = _stated(
            self.to,
            self.table,
            np.where(self.unknown, np.nan, self.sd),
            self._places,
            words=lambda pair: f"of {joined_name(pair)} {self.level}",
            name=lambda _places, path: f"correlation {self.level} of {path[1]}",
            alone=lambda edge: (
                f"the effect along {arrow_name(edge)} has SD 0 {self.level}, so it correlates with nothing; give it an SD "
                "under 'arrows'"
            ),
        )
        _possible(self.to, self.table, matrix, said, f"correlations {self.level}")
        pairs = math.comb(len(self.edges), 2)
        if np.count_nonzero(self.sd) > 1 and len(said) < pairs:
            what = f"{'all other ' if said else ''}correlations {self.level}"
            self.to.note(what, "0", "", self.table, UNSTATED)
        return np.asarray(matrix * np.outer(self.sd, self.sd))

    def thirds(self, covariance: Array) -> Thirds:
        """Their third central moments, those that are not 0."""
        table, level, sd = f"third_{self.table}", self.level, self.sd
        found: Thirds = {}
        if np.any(sd):
            other = "all other " if getattr(self.to.plan, table) else ""
            self.to.note(f"{other}third moments {level}", "0", "", table, UNSTATED)
        for triple, value in getattr(self.to.plan, table).items():
            path = (table, joined_name(triple))
            places = self._places(path, triple)
            if places is None:
                continue
            i, j, k = sorted(places)
            if self.unknown[[i, j, k]].any():
                continue
            if (i, j, k) in found:
                self.to.report(path, f"{path[1]}: this third moment is stated twice; drop one of them")
            if value and 0 in (sd[i], sd[j], sd[k]):
                self.to.report(
                    path,
                    f"{path[1]}: one of these effects has SD 0 {level}, so this third moment is 0; "
                    "leave it out, or give the effect an SD",
                )
                continue
            found[i, j, k] = value * float(sd[i] * sd[j] * sd[k])
            self.to.note(
                f"third moment {level} of {path[1]}", f"{value:g}", "product of the SDs", table, None
            )
        found = {key: value for key, value in found.items() if value}
        if not any(path[0] in (table, self.table) for path, _ in self.to.found) and not self.unknown.any():
            for problem in impossible_thirds(covariance, found):
                self.to.report((table,), problem)
        return found

    def _places(self, path: Path, edges: Sequence[Edge]) -> list[int] | None:
        strange = [arrow_name(edge) for edge in edges if edge not in self.place]
        known = [arrow_name(edge) for edge in self.edges]
        for name in strange:
            hint = suggestion(name, known) or f"; there are {', '.join(known)}"
            self.to.report(path, f"{name} is no arrow that carries an effect of treatment{hint}")
        return None if strange else [self.place[edge] for edge in edges]


def _stated(
    to: Notes,
    table: str,
    sd: Array,
    places: Callable[[Path, Sequence[Any]], list[int] | None],
    words: Callable[[Any], str],
    name: Callable[[Pair, Path], str],
    alone: Callable[[Any], str],
) -> tuple[dict[Pair, Path], Array]:
    """Where the correlation of each pair of n variables is stated, and the (n, n) matrix with 0 for all others.

    Args:
        to: where inputs and problems are written down.
        table: the plan's table of correlations.
        sd: (n,) SDs of the variables; NaN where something is wrong with one already.
        places: the positions of variables; None where one is reported as unknown.
        words: of what the correlation of a pair is.
        name: what that of two positions is called among the inputs.
        alone: why a variable without an SD correlates with nothing, and how to fix it.
    """
    matrix = np.eye(len(sd))
    said: dict[Pair, Path] = {}
    for pair, value in getattr(to.plan, table).items():
        path = (table, " ~ ".join(v if isinstance(v, str) else arrow_name(v) for v in pair))
        found = places(path, pair)
        if found is None:
            continue
        i, j = sorted(found)
        what = f"the correlation {words(pair)}"
        if i == j:
            to.report(path, f"{what}: this is one and the same, and its correlation is 1; leave it out")
            continue
        if (i, j) in said:
            to.report(path, f"{what} is stated twice; drop one of them")
        for variable, place in zip(pair, found, strict=True):
            if value and sd[place] == 0:
                to.report(path, f"{path[1]}: {alone(variable)}, or leave the correlation out")
        said[i, j] = path
        matrix[i, j] = matrix[j, i] = value
        to.note(name((i, j), path), f"{value:g}", "", table, None)
    return said, matrix


def _possible(to: Notes, table: str, matrix: Array, said: Mapping[Pair, Path], what: str) -> bool:
    """Whether stated correlations can hold together; if not, that is reported."""
    problems = list(impossible_correlations(matrix, said, what))
    for path, problem in problems:
        to.report(path or (table,), f"{path[1]}: {problem}" if path else problem)
    return not problems
