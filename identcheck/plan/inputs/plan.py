"""The plan: anticipated numbers for a design, as the user states them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal

from identcheck.basics.arguments import entries_of
from identcheck.basics.display import Brief
from identcheck.basics.options import Among, SitesAre, Spread, TestName, ThirdLaw
from identcheck.describe.declarations import Edge
from identcheck.errors import InvalidPlanError
from identcheck.homes import lead
from identcheck.plan.inputs.checks import checked
from identcheck.plan.inputs.counts import COUNTED, FEWEST, checked_counts
from identcheck.plan.inputs.problems import Problems
from identcheck.plan.inputs.stated import Arrow, Sizes, normal_keys

__all__ = ["Arrow", "Plan", "Sizes", "demand_plan"]

LISTS = ("persons", "treated", "clusters", "persons_per_cluster", "attrition", "cluster_attrition")
"""Fields that may list a number for each site."""


@dataclass(frozen=True)
class Plan(Brief):
    """Anticipated numbers for a design: what is left out takes a default, and is marked as one.

    An arrow is ``("T", "M")`` or ``"T -> M"``, a pair of arrows also ``"T -> M ~ M -> Y"``, a pair of nodes also
    ``"M ~ Y"``; a chain or braces, as in ``"T -> {M1 M2}"``, stand for several arrows with the same numbers.
    Numbers impossible in any design, such as a share of 47, are refused at once; what does not fit a design, when the plan
    meets it.

    Attributes:
        sites: number of sites; None for that of the design.
        sites_are: "sample" where the sites stand for others, whose average effect is asked for: standard errors count that
            sites differ. "population" for the average effect of these very sites: standard errors are of persons alone, and
            how effects happen to be spread over the sites is a bias.
        persons: persons per site: one number, one for each site, or :class:`Sizes`.
        treated: share of a site's persons, or clusters, who are treated; a list by site, or, with several arms, a table of
            these by arm.
        clusters: clusters per site, as ``persons``, where whole clusters are assigned: 8 schools in each district.
        persons_per_cluster: persons per cluster, as ``persons``; with :class:`Sizes` clusters differ within sites.
        attrition: share of persons who drop out, whatever their values: one number, a list by site, or a table by arm and
            "control", of numbers or such lists.
        cluster_attrition: share of whole clusters that drop out, as ``attrition``, which is then of the persons of clusters
            that stay.
        arrows: the effect along each arrow of the design.
        suspected: arrows that the design leaves out but that may exist, such as one from treatment to outcome: they are in
            the anticipated world but not in the strategies.
        between: correlations of two arrows' effects across sites; those left out are 0, or follow from ``modifiers`` and take-up.
        within: correlations of two arrows' effects across the persons of a site.
        third_between: third moments across sites of three (not necessarily different) arrows' effects, each in
            standard deviations: ``mu(a, b, c) / (sd_a sd_b sd_c)``; 0 where nothing is said.
        third_within: the same across the persons of a site.
        third_law: the law that effects with third moments are drawn from: "signs", a shifted exponential variable for one
            effect, signs for two and three; or "quadratic", squares and products of normal variables.
        modifiers: for each drawn modifier, by how many of its own SDs an effect changes per SD of the modifier:
            ``{"wages": {"T -> hours": 0.5, "income -> Y": -0.4}}``; another modifier that it causes is named alike. Of one of
            persons, "icc" is the share of its variance between sites. Kept by pair, ``("wages", ("T", "hours"))``.
        residuals: standard deviation within arms of each mediator's and the outcome's disturbance: what the effects of
            treatment and of its causes in the graph leave.
        sds: the SD of a mediator or the outcome as observed, its causes in the graph included, in place of a residual.
        sds_of: among whom it is observed: "control" persons, or "total", all persons of a site.
        standardized: whether the numbers of arrows are in these SDs (1 where none is stated), not in units; a binary mediator
            counts per step from 0 to 1, and a binary node without an SD in its own units.
        prevalence: of a binary mediator or outcome the share p of persons for whom it is 1, on average over control and arms, in
            place of a residual: its SD within arms is then the root of p (1 - p), less what stated effects of arms alone make of
            how shares differ between arms and sites.
        icc: of the variance of a mediator's or the outcome's disturbance within arms the share that lies between the clusters
            of a site; 1 for a characteristic of clusters.
        r2: share of that variance that baseline covariates explain, or ``{"persons": ..., "clusters": ...}``: persons within
            their clusters, and clusters. Effects and residual SDs are as they are without covariates.
        reliability: share of the variance of a mediator or the outcome within arms that is no error of measurement.
        confounding: correlations of two disturbances within arms, of what covariates leave: what biases ordinary regression;
            or by level, ``{"persons": ..., "clusters": ...}``.
        costs: what one more site, cluster and person cost, under "site", "cluster" and "person", in any one currency; for
            ``cheapest``.
        bounds: what is possible at all, for ``cheapest``: ``{"sites": {"least": 10, "most": 40}}``, and likewise "persons" of a
            site, or "clusters" of a site and "persons_per_cluster"; either end may be left out.
        units: the unit of each mediator and the outcome, in words.
        variation: the default for the cross-site standard deviation of effects: "small", "modest",
            "substantial", or a number in standard deviations.
        alpha: level of tests.
        sides: 2 for two-sided tests, 1 for tests that reject in the direction of the anticipated effect only; intervals are
            two-sided.
        test: of effects of mediators: "CR1", t with K - P degrees; "CR2" or "CR3" with Satterthwaite's; or the restricted wild
            "bootstrap", whose power is stated as that of CR2.
        power: power that is aimed at.
        sources: where further inputs are from, by field ("persons", "residuals", ...), for the reports.

    Raises:
        InvalidPlanError: with every number that is impossible in any design, and the nearest possible value.

    Source: theory sections 9 to 11; of modifiers section 14, of clusters, covariates and drop-out section 18.
    """

    sites: int | None = None
    sites_are: SitesAre = "sample"
    persons: int | Sequence[int] | Sizes | None = None
    treated: float | Sequence[float] | Mapping[str, float | Sequence[float]] | None = None
    clusters: int | Sequence[int] | Sizes | None = None
    persons_per_cluster: float | Sequence[int] | Sizes | None = None
    attrition: float | Sequence[float] | Mapping[str, float | Sequence[float]] | None = None
    cluster_attrition: float | Sequence[float] | Mapping[str, float | Sequence[float]] | None = None
    arrows: Mapping[Edge, Arrow] = field(default_factory=dict)
    suspected: Mapping[Edge, Arrow] = field(default_factory=dict)
    between: Mapping[tuple[Edge, Edge], float] = field(default_factory=dict)
    within: Mapping[tuple[Edge, Edge], float] = field(default_factory=dict)
    third_between: Mapping[tuple[Edge, Edge, Edge], float] = field(default_factory=dict)
    third_within: Mapping[tuple[Edge, Edge, Edge], float] = field(default_factory=dict)
    third_law: ThirdLaw = "signs"
    modifiers: Mapping[Any, Any] = field(default_factory=dict)
    residuals: Mapping[str, float] = field(default_factory=dict)
    sds: Mapping[str, float] = field(default_factory=dict)
    sds_of: Among = "control"
    standardized: bool = False
    prevalence: Mapping[str, float] = field(default_factory=dict)
    icc: Mapping[str, float] = field(default_factory=dict)
    r2: Mapping[str, float | Mapping[str, float]] = field(default_factory=dict)
    reliability: Mapping[str, float] = field(default_factory=dict)
    confounding: Mapping[tuple[str, str], float | Mapping[str, float]] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    variation: Spread | float = "modest"
    alpha: float = 0.05
    sides: Literal[1, 2] = 2
    test: TestName = "CR1"
    power: float = 0.8
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._normalise()
        to = Problems()
        checked(self, to)
        for key in COUNTED:
            checked_counts(to, key, getattr(self, key), 1 if key == "persons_per_cluster" else FEWEST)
        if to.found:
            raise InvalidPlanError(to.problems)

    def _normalise(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Mapping):
                table = normal_keys(item.name, value)
                if item.name in LISTS:  # by arm, and there perhaps by site
                    table = {k: v if (own := entries_of(v)) is None else tuple(own) for k, v in table.items()}
                object.__setattr__(self, item.name, MappingProxyType(table))
            elif item.name in LISTS and (entries := entries_of(value)) is not None:
                object.__setattr__(self, item.name, tuple(entries))

    def _brief(self) -> str:
        sites = "the design's" if self.sites is None else self.sites
        persons = (
            "default" if self.persons is None else self.persons if isinstance(self.persons, int) else "listed"
        )
        inside = f"persons {persons}"
        if self.clusters is not None:
            clusters = self.clusters if isinstance(self.clusters, int) else "listed"
            size = self.persons_per_cluster
            of = "" if size is None else f" of {size if isinstance(size, int) else 'listed'}"
            inside = f"clusters {clusters}{of}" + (f", {inside}" if self.persons is not None else "")
        return f"Plan: sites {sites}, {inside}, numbers for {len(self.arrows)} arrows"

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Plan:
        """Read the plan of a design file, its table ``[plan]``; without one, a plan of defaults.

        Args:
            path: a file such as ``trial.toml``, or ``trial.json``, which holds the design too.

        Raises:
            IdentcheckError: the file cannot be read.
            FormatError: malformed text, with its place.
            InvalidDesignError: the file describes no design, with every problem.
            InvalidPlanError: every wrong key, and every number that is impossible or fits nothing in the design,
                each with its line and the nearest possible value.
        """
        return lead("Plan.from_toml")(path)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, ({k: dict(v) if isinstance(v, Mapping) else v for k, v in vars(self).items()},)

    @property
    def sided(self) -> str:
        """The tests in a word: "two-sided" or "one-sided"."""
        return "one-sided" if self.sides == 1 else "two-sided"

    def but(self, **changes: Any) -> Plan:
        """The same plan with some of its fields changed; tables are taken over as they are given."""
        return Plan(**vars(self) | changes)

    @classmethod
    def unchecked(cls, said: Mapping[str, Any], other: Plan | None = None) -> Plan:
        """A plan of which nothing is refused yet: one that is read from a file, or changed number by number.

        It is checked, with the places of its numbers, when it meets a design.
        """
        plan = object.__new__(cls)
        for item in fields(cls):
            default = item.default if item.default_factory is MISSING else item.default_factory()
            before = default if other is None else getattr(other, item.name)
            object.__setattr__(plan, item.name, said.get(item.name, before))
        plan._normalise()
        return plan


def demand_plan(value: object) -> Plan:
    """The plan that was handed over; one of defaults for None.

    Raises:
        InvalidPlanError: it is something else.
    """
    if value is None:
        return Plan()
    if isinstance(value, Plan):
        return value
    if isinstance(value, (str, os.PathLike)):
        hint = "read a file by ic.Plan.from_toml('file.toml')"
    else:
        hint = "make one with ic.Plan(...) or ic.Plan.from_toml('file.toml')"
    raise InvalidPlanError([f"the plan is {value!r:.60}; {hint}"])


def _rebuild(said: dict[str, Any]) -> Plan:
    return Plan(**said)
