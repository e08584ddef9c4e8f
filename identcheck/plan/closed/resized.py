"""The numbers of a plan with clusters of another size."""

from __future__ import annotations

from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.inputs.stated import Sizes

__all__ = ["of_cluster_size", "takes_clusters"]


def takes_clusters(diagnosis: Diagnosis) -> bool:
    """Whether clusters, not persons, are assigned in the plan."""
    return diagnosis.anticipated.allocation.clusters is not None


def of_cluster_size(diagnosis: Diagnosis, size: int) -> Diagnosis:
    """The diagnosis of the same effects with ``size`` persons in a cluster on average; their spread (CV) is kept.

    The same diagnosis where persons are assigned, or where clusters have that size already.
    """
    at = diagnosis.anticipated
    if not takes_clusters(diagnosis) or size == round(at.unit_size):
        return diagnosis
    said = at.plan.persons_per_cluster
    sized = Sizes(mean=size, cv=said.cv) if isinstance(said, Sizes) else size
    asked = dict.fromkeys(effect.question.estimand for effect in diagnosis.effects)
    return diagnose(at.design, at.plan.but(persons_per_cluster=sized), asked, assume=diagnosis.granted)
