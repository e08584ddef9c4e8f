"""Covariances and third moments, made definite: of disturbances, and of effects across and within sites."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from identcheck.describe.declarations import Edge
from identcheck.errors import suggestion
from identcheck.formats.plan_keys import arrow_name, joined_name
from identcheck.plan.inputs.anticipated import Array, Thirds
from identcheck.plan.inputs.checks import LEVELS
from identcheck.plan.inputs.defaults import (
    CONFOUNDING,
    RESIDUAL,
    RESIDUAL_BINARY,
    RESIDUAL_IN_UNIT,
    UNSTATED,
    Default,
)
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.possible import completed, impossible_correlations, impossible_thirds
from identcheck.plan.inputs.problems import Path

__all__ = ["Correlated", "Disturbances", "no_node"]


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
                no_node(self.to, self.nodes, ("residuals", key), key)
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
        said, matrix = self._stated()
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
            self._note(i, outcome, value, Default(value, source))
        rest = [pair for pair in combinations(range(outcome), 2) if pair not in said]
        if rest:
            what = "correlations of the disturbances of mediators"
            self.to.note(f"{'all other ' if said else ''}{what}", "0", "", "confounding", UNSTATED)
        return np.asarray(matrix * np.outer(self.sd, self.sd))

    def _stated(self) -> tuple[dict[tuple[int, int], Path], Array]:
        """The pairs whose correlation is stated, and the matrix with 0 for all others."""
        matrix = np.eye(len(self.nodes))
        said: dict[tuple[int, int], Path] = {}
        for pair, value in self.to.plan.confounding.items():
            path = ("confounding", " ~ ".join(pair))
            strange = [node for node in pair if node not in self.nodes]
            for node in strange:
                no_node(self.to, self.nodes, path, node)
            if strange:
                continue
            i, j = sorted(self.nodes.index(node) for node in pair)
            words = f"of the disturbances of {pair[0]} and {pair[1]}"
            correlation = _correlation(self.to, path, value, words, i == j, (i, j) in said)
            for node in pair:
                if correlation and self.sd[self.nodes.index(node)] == 0:
                    self.to.report(
                        path,
                        f"{path[1]}: the residual SD of {node} is 0, so its disturbance correlates with nothing; give it "
                        "an SD under 'residuals', or leave the correlation out",
                    )
            if i != j:
                said[i, j] = path
                matrix[i, j] = matrix[j, i] = correlation
                self._note(i, j, correlation, None)
        return said, matrix

    def _possible(self, matrix: Array, said: dict[tuple[int, int], Path], places: Iterable[int]) -> bool:
        """Whether the stated correlations among some nodes are possible; the others' may be anything."""
        chosen = list(places)
        names = {
            (chosen.index(i), chosen.index(j)): name
            for (i, j), name in said.items()
            if i in chosen and j in chosen
        }
        block = matrix[np.ix_(chosen, chosen)]
        problems = list(impossible_correlations(block, names, "correlations of disturbances"))
        for name, problem in problems:
            self.to.report(name or ("confounding",), f"{name[1]}: {problem}" if name else problem)
        return not problems

    def _usual(self, free: Iterable[int]) -> dict[int, float]:
        """The correlation with the outcome that is taken for a mediator of which nothing is said."""
        usual = min(CONFOUNDING.value, math.floor(90 / math.sqrt(max(len(self.nodes) - 1, 1))) / 100)
        return {i: usual if self.sd[i] and self.sd[-1] else 0.0 for i in free}

    def _note(self, i: int, j: int, value: float, default: Default | None) -> None:
        name = f"correlation of the disturbances of {self.nodes[i]} and {self.nodes[j]}"
        self.to.note(name, f"{value:g}", "", "confounding", default)


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
        table, level, sd = self.table, self.level, self.sd
        count = len(self.edges)
        matrix = np.eye(count)
        said: dict[tuple[int, int], Path] = {}
        for pair, value in getattr(self.to.plan, table).items():
            path = (table, joined_name(pair))
            places = self._places(path, pair)
            if places is None:
                continue
            i, j = sorted(places)
            correlation = _correlation(self.to, path, value, f"of {path[1]} {level}", i == j, (i, j) in said)
            if i == j:
                continue
            said[i, j] = path
            matrix[i, j] = matrix[j, i] = correlation
            for edge, place in zip(pair, places, strict=True):
                if correlation and sd[place] == 0 and not self.unknown[place]:
                    self.to.report(
                        path,
                        f"{path[1]}: the effect along {arrow_name(edge)} has SD 0 {level}, so it correlates with nothing; "
                        "give it an SD under 'arrows', or leave the correlation out",
                    )
            self.to.note(f"correlation {level} of {path[1]}", f"{correlation:g}", "", table, None)
        for name, problem in impossible_correlations(matrix, said, f"correlations {level}"):
            self.to.report(name or (table,), f"{name[1]}: {problem}" if name else problem)
        if np.count_nonzero(sd) > 1 and 2 * len(said) < count * (count - 1):
            self.to.note(f"{'all other ' if said else ''}correlations {level}", "0", "", table, UNSTATED)
        return np.asarray(matrix * np.outer(sd, sd))

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
        known = {arrow_name(edge): edge for edge in self.edges}
        sound = True
        for edge in edges:
            if edge not in self.place:
                hint = suggestion(arrow_name(edge), known) or f"; there are {', '.join(known)}"
                self.to.report(
                    path, f"{arrow_name(edge)} is no arrow that carries an effect of treatment{hint}"
                )
                sound = False
        return [self.place[edge] for edge in edges] if sound else None


def _correlation(to: Notes, path: Path, value: float, what: str, same: bool, twice: bool) -> float:
    """A correlation that was stated, or 0 where something is wrong with it."""
    if same:
        to.report(
            path, f"the correlation {what}: this is one and the same, and its correlation is 1; leave it out"
        )
    elif twice:
        to.report(path, f"the correlation {what} is stated twice; drop one of them")
    return 0.0 if same else value


def no_node(to: Notes, nodes: Sequence[str], path: Path, node: str) -> None:
    """Report a name that is no mediator and not the outcome."""
    hint = suggestion(node, nodes) or f"; they are {', '.join(map(repr, nodes))}"
    to.report(path, f"{node!r} is no mediator and not the outcome{hint}")
