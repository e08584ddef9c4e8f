"""Covariances and third moments, made definite: of disturbances, and of effects across and within sites."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from identcheck.declarations import Edge
from identcheck.errors import suggestion
from identcheck.planning.anticipated import Array, Thirds
from identcheck.planning.defaults import CONFOUNDING, RESIDUAL, RESIDUAL_BINARY, Default
from identcheck.planning.feasible import impossible_correlations
from identcheck.planning.ledger import Ledger, Path, arrow_name
from identcheck.planning.thirds import impossible_thirds

__all__ = ["Correlated", "Disturbances", "no_node"]


class Disturbances:
    """What is left of each mediator and of the outcome within arms: SDs and correlations.

    Args:
        to: where inputs and problems are written down.
        nodes: mediators and outcome.
    """

    def __init__(self, to: Ledger, nodes: tuple[str, ...]) -> None:
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
            default = RESIDUAL_BINARY if self.to.design.scales.get(node) == "binary" else RESIDUAL
            if given is None:
                sds.append(default.value)
            else:
                sds.append(
                    self.to.number(("residuals", node), given, f"residual SD of {node}", low=0.0) or 0.0
                )
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
        sd = self.sd
        count = len(self.nodes)
        matrix = np.eye(count)
        said: dict[tuple[int, int], Path] = {}
        for pair, value in self.to.plan.confounding.items():
            path = ("confounding", " ~ ".join(pair))
            strange = [node for node in pair if node not in self.nodes]
            for node in strange:
                no_node(self.to, self.nodes, path, node)
            if strange:
                continue
            i, j = sorted(self.nodes.index(node) for node in pair)
            correlation = _correlation(
                self.to, path, value, f"of {pair[0]} and {pair[1]}", i == j, (i, j) in said
            )
            said[i, j] = path
            matrix[i, j] = matrix[j, i] = correlation
            self.to.note(
                f"correlation of the disturbances of {pair[0]} and {pair[1]}",
                f"{correlation:g}",
                "",
                "confounding",
                None,
            )
        outcome = count - 1
        usual = min(CONFOUNDING.value, math.floor(90 / math.sqrt(max(outcome, 1))) / 100)
        for i in range(outcome):
            if (i, outcome) not in said:
                value = usual if sd[i] and sd[outcome] else 0.0
                matrix[i, outcome] = matrix[outcome, i] = value
                self.to.note(
                    f"correlation of the disturbances of {self.nodes[i]} and {self.nodes[outcome]}",
                    f"{value:g}",
                    "",
                    "confounding",
                    Default(value, CONFOUNDING.source),
                )
        for name, problem in impossible_correlations(matrix, said, "correlations of disturbances"):
            self.to.report(name or ("confounding",), f"{name[1]}: {problem}" if name else problem)
        return np.asarray(matrix * np.outer(sd, sd))


class Correlated:
    """Covariances and third moments of effects at one level.

    Args:
        to: where inputs and problems are written down.
        edges: the arrows.
        table: "between" (across sites) or "within" (within sites), as the plan's fields are called.
        sd: the SD of each arrow's effect at that level.
    """

    def __init__(self, to: Ledger, edges: tuple[Edge, ...], table: str, sd: Array) -> None:
        self.to = to
        self.edges = edges
        self.place = {edge: i for i, edge in enumerate(edges)}
        self.table = table
        self.level = "across sites" if table == "between" else "within sites"
        self.sd = np.nan_to_num(sd)

    def covariance(self) -> Array:
        """Their (E, E) covariance."""
        table, level, sd = self.table, self.level, self.sd
        count = len(self.edges)
        matrix = np.eye(count)
        said: dict[tuple[int, int], Path] = {}
        for pair, value in getattr(self.to.plan, table).items():
            path = (table, " ~ ".join(arrow_name(edge) for edge in pair))
            places = self._places(path, pair)
            if places is None:
                continue
            i, j = sorted(places)
            correlation = _correlation(self.to, path, value, f"of {path[1]} {level}", i == j, (i, j) in said)
            said[i, j] = path
            matrix[i, j] = matrix[j, i] = correlation
            for edge, place in zip(pair, places, strict=True):
                if correlation and sd[place] == 0:
                    self.to.report(
                        path,
                        f"{path[1]}: the effect along {arrow_name(edge)} has SD 0 {level}, so it correlates with nothing; "
                        "give it an SD under 'arrows', or leave the correlation out",
                    )
            self.to.note(f"correlation {level} of {path[1]}", f"{correlation:g}", "", table, None)
        for name, problem in impossible_correlations(matrix, said, f"correlations {level}"):
            self.to.report(name or (table,), f"{name[1]}: {problem}" if name else problem)
        return np.asarray(matrix * np.outer(sd, sd))

    def thirds(self, covariance: Array) -> Thirds:
        """Their third central moments, those that are not 0."""
        table, level, sd = f"third_{self.table}", self.level, self.sd
        found: Thirds = {}
        names: dict[tuple[int, int, int], Path] = {}
        for triple, value in getattr(self.to.plan, table).items():
            path = (table, " ~ ".join(arrow_name(edge) for edge in triple))
            places = self._places(path, triple)
            given = self.to.number(path, value, f"third moment {level} of {path[1]}", low=-2.0, high=2.0)
            if places is None or given is None:
                continue
            i, j, k = sorted(places)
            if (i, j, k) in found:
                self.to.report(path, f"{path[1]}: this third moment is stated twice")
            if given and 0 in (sd[i], sd[j], sd[k]):
                self.to.report(
                    path, f"{path[1]}: one of these effects has SD 0 {level}, so this third moment is 0"
                )
                continue
            found[i, j, k] = given * float(sd[i] * sd[j] * sd[k])
            names[i, j, k] = path
            self.to.note(
                f"third moment {level} of {path[1]}", f"{given:g}", "product of the SDs", table, None
            )
        found = {key: value for key, value in found.items() if value}
        if not any(path[0] in (table, self.table) for path, _ in self.to.found):
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


def _correlation(to: Ledger, path: Path, value: object, what: str, same: bool, twice: bool) -> float:
    """A correlation that was stated, or 0 where something is wrong with it."""
    given = to.number(path, value, f"the correlation {what}", low=-1.0, high=1.0)
    if same:
        to.report(path, f"the correlation {what}: this is one and the same, and its correlation is 1")
    elif twice:
        to.report(path, f"the correlation {what} is stated twice")
    return 0.0 if given is None or same else given


def no_node(to: Ledger, nodes: Sequence[str], path: Path, node: str) -> None:
    """Report a name that is no mediator and not the outcome."""
    hint = suggestion(node, nodes) or f"; they are {', '.join(map(repr, nodes))}"
    to.report(path, f"{node!r} is no mediator and not the outcome{hint}")
