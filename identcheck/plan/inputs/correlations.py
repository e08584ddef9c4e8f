"""Covariances and third moments of effects across and within sites, made definite; and stated correlations of anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from identcheck.basics.arguments import is_word
from identcheck.derive.words import listed
from identcheck.describe.declarations import Edge
from identcheck.errors import suggestion
from identcheck.formats.plan_keys import arrow_name, joined_name
from identcheck.plan.inputs.anticipated import Array, Moved, Thirds
from identcheck.plan.inputs.defaults import UNSTATED
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.possible import UNIT, impossible_correlations, impossible_thirds
from identcheck.plan.inputs.problems import Path
from identcheck.plan.inputs.stated import LEVELS
from identcheck.plan.inputs.takeup import related_takeup

__all__ = ["Correlated", "Pair", "possible", "stated_correlations"]

Pair = tuple[int, int]


class Correlated:
    """Covariances and third moments of effects at one level.

    Args:
        to: where inputs and problems are written down.
        edges: the arrows.
        table: "between" (across sites) or "within" (within sites), as the plan's fields are called.
        sd: the SD of each arrow's effect at that level.
        moved: what drawn modifiers do to effects; None where none is drawn.
    """

    def __init__(
        self, to: Notes, edges: tuple[Edge, ...], table: str, sd: Array, moved: Moved | None = None
    ) -> None:
        self.moved = moved
        self.to = to
        self.edges = edges
        self.place = {edge: i for i, edge in enumerate(edges)}
        self.table = table
        self.level = LEVELS[table]
        self.unknown = np.isnan(sd)
        self.sd = np.nan_to_num(sd)

    def covariance(self) -> Array:
        """Their (E, E) covariance."""
        said, matrix = stated_correlations(
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
        implied = self._implied(said)
        matrix = matrix + implied
        possible(self.to, self.table, matrix, said, f"correlations {self.level}")
        pairs = math.comb(len(self.edges), 2)
        if np.count_nonzero(self.sd) > 1 and len(said) < pairs:
            what = f"{'all other ' if said or np.any(implied) else ''}correlations {self.level}"
            self.to.note(what, "0", "", self.table, UNSTATED)
        return np.asarray(matrix * np.outer(self.sd, self.sd))

    def _implied(self, said: Mapping[Pair, Path]) -> Array:
        """(E, E) correlations that follow from drawn modifiers; a stated one is the whole correlation of its pair."""
        found = np.zeros((len(self.edges), len(self.edges)))
        taken = self._taken_up(said, found) if self.table == "between" else set()
        if self.moved is None:
            return found
        covariance = self.moved.covariance(self.table)
        for i, j in combinations(range(len(self.edges)), 2):
            scale = float(self.sd[i] * self.sd[j])
            if (i, j) in said or not scale or (i, j) in taken or not covariance[i, j]:
                continue
            found[i, j] = found[j, i] = covariance[i, j] / scale
            name = f"correlation {self.level} of {joined_name((self.edges[i], self.edges[j]))}"
            movers = [
                n for n, a, b in zip(self.moved.names, *self.moved.loadings[[i, j]], strict=True) if a or b
            ]
            self.to.note(name, f"{found[i, j]:.3g}", "", "modifiers", None, f"follows from {listed(movers)}")
        return found

    def _taken_up(self, said: Mapping[Pair, Path], found: Array) -> set[Pair]:
        """Fill in the correlations of two arms' effects that follow from their take-up by site; which pairs."""
        pairs = set()
        for i, j in combinations(range(len(self.edges)), 2):
            value = None if (i, j) in said else related_takeup(self.to, self.edges[i], self.edges[j])
            if value is not None:
                found[i, j] = found[j, i] = value
                pairs.add((i, j))
                name = f"correlation {self.level} of {joined_name((self.edges[i], self.edges[j]))}"
                self.to.note(
                    name, f"{value:.3g}", "", "arrows", None, "follows from take-up and crossover by site"
                )
        return pairs

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
            law = self.to.plan.third_law
            for problem in impossible_thirds(
                covariance, found, law if is_word(law, tuple(UNIT)) else "signs"
            ):
                self.to.report((table,), problem)
        return found

    def _places(self, path: Path, edges: Sequence[Edge]) -> list[int] | None:
        strange = [arrow_name(edge) for edge in edges if edge not in self.place]
        known = [arrow_name(edge) for edge in self.edges]
        for name in strange:
            hint = suggestion(name, known) or f"; there are {', '.join(known)}"
            self.to.report(path, f"{name} is no arrow that carries an effect of treatment{hint}")
        return None if strange else [self.place[edge] for edge in edges]


def stated_correlations(
    to: Notes,
    table: str,
    sd: Array,
    places: Callable[[Path, Sequence[Any]], list[int] | None],
    words: Callable[[Any], str],
    name: Callable[[Pair, Path], str],
    alone: Callable[[Any], str],
    values: Mapping[Any, float] | None = None,
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
        values: the correlations, where they are not those of the table.
    """
    matrix = np.eye(len(sd))
    said: dict[Pair, Path] = {}
    for pair, value in (getattr(to.plan, table) if values is None else values).items():
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


def possible(to: Notes, table: str, matrix: Array, said: Mapping[Pair, Path], what: str) -> bool:
    """Whether stated correlations can hold together; if not, that is reported."""
    problems = list(impossible_correlations(matrix, said, what))
    for path, problem in problems:
        to.report(path or (table,), f"{path[1]}: {problem}" if path else problem)
    return not problems
