"""What is left of each mediator and of the outcome within arms, made definite: SDs and correlations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from identcheck.plan.inputs.allocation import Level
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.common import common_causes, filled
from identcheck.plan.inputs.correlations import Pair, possible, stated_correlations
from identcheck.plan.inputs.defaults import (
    CONFOUNDING,
    ICC_CLUSTERS,
    RESIDUAL,
    RESIDUAL_BINARY,
    RESIDUAL_IN_UNIT,
    UNSTATED,
    Default,
)
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.possible import completed
from identcheck.plan.inputs.problems import Path
from identcheck.plan.inputs.stated import BY_NODE
from identcheck.plan.inputs.takeup import demand_prevalence, sd_of_prevalence, sd_of_takeup

__all__ = ["Disturbances"]

MOST_TOLD = 10
"""Of more pairs of mediators with a common cause in the graph it is told how many there are."""


class Disturbances:
    """What is left of each mediator and of the outcome within arms: SDs and correlations.

    Args:
        to: where inputs and problems are written down.
        nodes: mediators and outcome.

    Attributes:
        covariance: (V, V) of all levels together, before covariates; there once the levels are.
    """

    def __init__(self, to: Notes, nodes: tuple[str, ...]) -> None:
        self.to = to
        self.nodes = nodes
        self.sd = self._sds()
        self.at = ""

    def _sds(self) -> Array:
        sds = []
        for table in ("residuals", *BY_NODE):
            for key in getattr(self.to.plan, table):
                if key not in self.nodes:
                    self.to.no_node(self.nodes, (table, key), key)
        for node in self.nodes:
            if node in self.to.plan.prevalence:
                sds.append(self._of_prevalence(node))
                continue
            given, known = self.to.plan.residuals.get(node), sd_of_takeup(self.to, node)
            binary = self.to.design.scales.get(node) == "binary"
            plain = RESIDUAL_IN_UNIT if node in self.to.plan.units else RESIDUAL
            default = known or (RESIDUAL_BINARY if binary else plain)
            sds.append(default.value if given is None or math.isnan(given) else given)
            self.to.note(
                f"residual SD of {node}",
                f"{sds[-1]:.6g}",
                self.to.unit(node),
                "residuals",
                default if given is None else None,
                self.to.derived.get(node, ""),
            )
        return np.array(sds, dtype=np.float64)

    def _of_prevalence(self, node: str) -> float:
        """The SD of a variable that is 1 for a share p of persons."""
        share, path = self.to.plan.prevalence[node], ("prevalence", node)
        if self.to.design.scales.get(node) != "binary":
            self.to.report(
                path,
                f"{node} has a prevalence, but the design does not say that it is binary; say so in its scales, or state its SD "
                "under residuals",
            )
        if node in self.to.plan.residuals:
            self.to.report(path, f"{node} has a prevalence and a residual SD; state one of the two")
        demand_prevalence(self.to, node, share)
        source = sd_of_prevalence(self.to, node, share)
        self.to.note(f"prevalence of {node}", f"{share:g}", "", "prevalence", None)
        self.to.note(f"residual SD of {node}", f"{source.value:.4g}", self.to.unit(node), "residuals", source)
        return source.value

    def levels(self, clustered: bool, carried: Array) -> tuple[Level, Level | None]:
        """What differs between persons, within clusters where these are assigned, and what differs between clusters.

        Args:
            clustered: whether clusters are assigned.
            carried: (V, V) how much a node changes per unit of a disturbance.

        Source: theory, equations (18.1) and (18.2).
        """
        icc = self._icc() if clustered else np.zeros(len(self.nodes))
        sds = {"persons": self.sd * np.sqrt(1 - icc), "clusters": self.sd * np.sqrt(icc)}
        confounding: Mapping[Any, Any] = self.to.plan.confounding
        by_level = any(value.said for value in confounding.values())
        found, whole, correlation = {}, np.zeros((len(self.nodes), len(self.nodes))), None
        for level, sd in sds.items():
            if correlation is None or by_level:
                correlation = self._correlation(level, by_level)
            if level == "persons" or clustered:
                total = correlation * np.outer(sd, sd)
                left = np.sqrt(1 - self._explained(level, clustered))
                found[level] = total * np.outer(left, left), sd**2 * (1 - left**2)
                whole = whole + total
        self.covariance: Array = np.asarray(whole)
        error = self._error(np.diag(carried @ whole @ carried.T))
        persons = Level(*found["persons"], np.where(sds["persons"] > 0, error, 0.0) if clustered else error)
        if not clustered:
            return persons, None
        return persons, Level(*found["clusters"], np.where(sds["persons"] > 0, 0.0, error))

    def _icc(self) -> Array:
        """(V,) the share of the variance of each disturbance that lies between the clusters of a site."""
        said, shares = self.to.plan.icc, []
        for node in self.nodes:
            default = None if node in said else ICC_CLUSTERS
            shares.append(said.get(node, ICC_CLUSTERS.value))
            self.to.note(f"intraclass correlation of {node}", f"{shares[-1]:g}", "", "icc", default)
        return np.array(shares)

    def _explained(self, level: str, clustered: bool) -> Array:
        """(V,) the share of each disturbance that covariates explain at a level."""
        said = self.to.plan.r2
        shares = np.array([getattr(said[node], level) if node in said else 0.0 for node in self.nodes])
        what = {
            "persons": "between persons of a cluster" if clustered else "",
            "clusters": "between clusters",
        }
        for node, share in zip(self.nodes, shares.tolist(), strict=True):
            if node in said:
                name = f"share of {node} explained by covariates"
                self.to.note(f"{name}, {what[level]}" if clustered else name, f"{share:g}", "", "r2", None)
        return shares

    def _error(self, variance: Array) -> Array:
        """(V,) the variance of the error of measurement of each node, whose variance within arms is given."""
        said = self.to.plan.reliability
        for node, share in said.items():
            if node in self.nodes:
                self.to.note(f"reliability of {node}", f"{share:g}", "", "reliability", None)
        shares = np.array([said.get(node, 1.0) for node in self.nodes])
        return np.asarray(variance * (1 - shares) / shares)

    def _correlation(self, level: str, by_level: bool) -> Array:
        """Their (V, V) correlations at a level, the usual confounding with the outcome filled in."""
        self.at = f" between {level}" if by_level else ""
        values = {pair: getattr(value, level) for pair, value in self.to.plan.confounding.items()}
        said, matrix = stated_correlations(
            self.to, "confounding", self.sd, self._places, self._words, self._name, _alone, values
        )
        count = len(self.nodes)
        outcome = count - 1
        linked = [i for i in range(outcome) if (i, outcome) in said]
        free = [i for i in range(outcome) if i not in linked]
        sound = self._possible(matrix, said, range(outcome)) and self._possible(
            matrix, said, [*linked, outcome]
        )
        shared = self._common(matrix, said, linked) if sound else []
        usual = completed(matrix, linked, self._usual(free)) if sound else matrix
        for i in free:
            matrix[i, outcome] = matrix[outcome, i] = value = float(usual[i, outcome])
            source = CONFOUNDING.source
            if sound and abs(value - self._usual([i])[i]) > 1e-12:
                source += "; changed to be possible beside those that are stated"
            default = Default(value, source)
            self.to.note(self._name((i, outcome)), f"{value:g}", "", "confounding", default)
        rest = [pair for pair in combinations(range(outcome), 2) if pair not in said and pair not in shared]
        if rest:
            what = f"correlations of the disturbances of mediators{self.at}"
            self.to.note(f"{'all other ' if said or shared else ''}{what}", "0", "", "confounding", UNSTATED)
        return np.asarray(matrix)

    def _common(self, matrix: Array, said: Mapping[Pair, Path], linked: Sequence[int]) -> list[Pair]:
        """Fill in the usual correlation of mediators with a common cause in the graph, where nothing is said; which pairs."""
        outcome = len(self.nodes) - 1
        causes = common_causes(self.to.design, self.nodes[:-1])
        pairs = [pair for pair in combinations(range(outcome), 2) if self.sd[list(pair)].all()]
        found = [pair for pair in pairs if pair not in said and self._names(pair) in causes]
        value = filled(matrix, found, [[*range(outcome)], [*linked, outcome]])
        lowered = "; lowered to be possible beside the others" if value < CONFOUNDING.value else ""
        size = f"size: {CONFOUNDING.source}{lowered}"
        if len(found) > MOST_TOLD:
            what = f"correlations of the disturbances of {len(found)} pairs of mediators with a common cause in the graph"
            self.to.note(what, f"{value:g}", "", "confounding", Default(value, size))
        for pair in found if len(found) <= MOST_TOLD else ():
            source = f"{causes[self._names(pair)]}; {size}"
            self.to.note(self._name(pair), f"{value:g}", "", "confounding", Default(value, source))
        return found

    def _names(self, pair: Pair) -> frozenset[str]:
        return frozenset(self.nodes[i] for i in pair)

    def _possible(self, matrix: Array, said: Mapping[Pair, Path], places: Iterable[int]) -> bool:
        """Whether the stated correlations among some nodes are possible; the others' may be anything."""
        at = {place: i for i, place in enumerate(places)}
        among = {(at[i], at[j]): path for (i, j), path in said.items() if i in at and j in at}
        block = matrix[np.ix_([*at], [*at])]
        return possible(self.to, "confounding", block, among, "correlations of disturbances")

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
        return f"correlation {self._words([self.nodes[i] for i in places])}{self.at}"


def _alone(node: str) -> str:
    return f"the residual SD of {node} is 0, so its disturbance correlates with nothing; give it an SD under 'residuals'"
