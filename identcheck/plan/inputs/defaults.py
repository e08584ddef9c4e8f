"""What is taken for a number that the plan leaves out, and where it is from.

Effects and disturbances are in standard deviations: a default for an arrow A -> B is multiplied by the SD of B's
disturbance and divided by that of A's, so that it means the same in every unit.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "BALANCED",
    "BY_ANALOGY",
    "CONFOUNDING",
    "DEFAULT_MEANS",
    "EQUAL",
    "ICC",
    "ICC_CLUSTERS",
    "PERSONS",
    "PER_CLUSTER",
    "RESIDUAL",
    "RESIDUAL_BINARY",
    "RESIDUAL_IN_UNIT",
    "SITES",
    "TREATED",
    "UNSTATED",
    "VARIATION",
    "WITHIN",
    "Default",
]

WEISS = (
    "Weiss et al. (2017), Journal of Research on Educational Effectiveness 10(4): SDs of effects across sites of "
    "past multi-site trials, in outcome SDs"
)
ILLUSTRATIVE = "no source: an illustration to be replaced"


class Default(NamedTuple):
    """A default and its source; no guess if the design says so."""

    value: float
    source: str
    guess: bool = True


VARIATION = {
    "small": Default(0.05, f"{WEISS}; small"),
    "modest": Default(0.20, f"{WEISS}; modest"),
    "substantial": Default(0.30, f"{WEISS}; substantial"),
}
BY_ANALOGY = "no source: as for effects of treatment, "
"""Before the source of a default for the spread of effects of mediators, which those trials did not look at."""

"""Cross-site SD of effects, in outcome SDs."""

DEFAULT_MEANS = {
    "arm to mediator": Default(0.5, ILLUSTRATIVE),
    "mediator to mediator": Default(0.3, ILLUSTRATIVE),
    "mediator to outcome": Default(0.2, ILLUSTRATIVE),
    "arm to outcome": Default(0.1, ILLUSTRATIVE),
}
WITHIN = Default(0.0, "persons of a site are taken to respond alike; no data can show whether they do")
SITES = Default(50, ILLUSTRATIVE)
PERSONS = Default(100, ILLUSTRATIVE)
TREATED = Default(0.5, "equal shares of treatment and control")
RESIDUAL = Default(1.0, "the unit: one SD within arms of what its causes in the graph leave of it")
RESIDUAL_IN_UNIT = Default(1.0, "no source: 1 in the stated unit, to be replaced")
RESIDUAL_BINARY = Default(0.5, "the largest possible SD of a variable with the values 0 and 1")
CONFOUNDING = Default(0.3, ILLUSTRATIVE)
"""Correlation of a mediator's disturbance with the outcome's; less where there are many mediators."""
ICC = Default(0.1, ILLUSTRATIVE)
"""Of the variance of a characteristic of persons the share that lies between sites."""
ICC_CLUSTERS = Default(
    0.22,
    "Hedges and Hedberg (2007), Educational Evaluation and Policy Analysis 29(1): average over grades of the achievement of "
    "U.S. schools without covariates, districts not separated; within a district, and of other clusters, it is mostly smaller",
)
"""Of the variance of a disturbance within arms the share that lies between the clusters of a site."""
PER_CLUSTER = Default(50, ILLUSTRATIVE)
EQUAL = Default(0.5, "equally many sites in each, equal steps apart")
BALANCED = Default(0.0, "drawn as distributed alike in all sites", guess=False)
UNSTATED = Default(0.0, "not stated, and taken to be 0")
"""Correlations and third moments that the plan leaves out."""
