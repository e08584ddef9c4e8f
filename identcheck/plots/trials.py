"""Trials of other sizes than planned: what is to be expected of one effect, for pictures by size."""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.basics.once import once
from identcheck.decide.estimands import Estimand
from identcheck.derive.words import singular
from identcheck.plan.closed.diagnosis import Diagnosis, of_others
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.resized import of_cluster_size, takes_clusters
from identcheck.plan.inputs.persons import least_persons

__all__ = ["Trials", "trials_of"]


@dataclass(frozen=True)
class Trials:
    """Trials of other sizes than planned, of one effect.

    Attributes:
        start: the diagnosis of this effect alone.
        clustered: whether clusters are assigned.
    """

    start: Diagnosis
    clustered: bool

    @property
    def sites(self) -> int:
        """Sites planned."""
        return self.start.anticipated.sites

    @property
    def size(self) -> int:
        """Persons planned in a cluster; in a site where persons are assigned."""
        at = self.start.anticipated
        return round(at.unit_size if self.clustered else float(at.sizes.mean()))

    @property
    def clusters(self) -> int:
        """Clusters planned in a site; 1 where persons are assigned."""
        at = self.start.anticipated
        return round(float(at.sizes.mean()) / at.unit_size) if self.clustered else 1

    @property
    def least_size(self) -> int:
        """The fewest persons in a cluster, or in a site."""
        return 2 if self.clustered else least_persons(self.start.anticipated.shares)

    def words(self) -> tuple[str, str, str]:
        """Sites, clusters in a site, and persons in a cluster or site, in the words of the trial."""
        design = self.start.anticipated.design
        sites, site, persons = (design.word(word) for word in ("sites", "site", "persons"))
        clusters = self.start.anticipated.unit_words
        within = singular(clusters) if self.clustered else site
        return sites, f"{clusters} per {site}", f"{persons} per {within}"

    @once
    def of_size(self, size: int) -> Diagnosis:
        """The numbers with clusters of a size."""
        return of_cluster_size(self.start, size)

    def at(self, sites: float, clusters: float, size: float) -> Prospect:
        """What is to be expected of the estimate in a trial of this size."""
        of = self.of_size(round(size)) if self.clustered else self.start
        return Prospect.of(
            of.estimators, of.effects[0].question, sites=round(sites), persons=float(clusters * size)
        )


@once
def trials_of(diagnosis: Diagnosis, asked: Estimand) -> Trials:
    """Trials of other sizes than a plan's, of one effect; the numbers of each size are worked out once."""
    return Trials(of_others(diagnosis, [asked]), takes_clusters(diagnosis))
