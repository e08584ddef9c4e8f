"""The numbers of a plan with clusters of another size."""

from __future__ import annotations

from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.stated import Sizes

__all__ = ["averaging", "of_cluster_size", "resized", "takes_clusters"]


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
    asked = dict.fromkeys(effect.question.estimand for effect in diagnosis.effects)
    return diagnose(at.design, _sized(at.plan, size), asked, assume=diagnosis.granted)


def resized(estimators: Estimators, size: int) -> Estimators:
    """The estimators of the plan with ``size`` persons in a cluster on average, as for ``of_cluster_size``."""
    at = estimators.anticipated
    if at.allocation.clusters is None or size == round(at.unit_size):
        return estimators
    return Estimators(anticipate(at.design, _sized(at.plan, size)))


def _sized(plan: Plan, size: int) -> Plan:
    return plan.but(persons_per_cluster=averaging(plan.persons_per_cluster, size))


def averaging(said: object, mean: int) -> Sizes | int:
    """Another average of what a plan states as one number, or by its average and spread; of a list just the average."""
    return Sizes(mean=mean, cv=said.cv) if isinstance(said, Sizes) else mean
