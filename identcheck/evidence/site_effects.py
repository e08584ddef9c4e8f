"""A table of site effects: what an arm does to each variable in each site, with its sampling error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.derive.words import assigned_unit
from identcheck.describe.design import Design
from identcheck.errors import InvalidDataError, suggestion
from identcheck.evidence.cells import Cells, divided, of_persons
from identcheck.evidence.columns import Columns, Floats
from identcheck.evidence.contrasts import Differences, Measured, compared, contrasts, differences
from identcheck.evidence.crossing import crossing, crossing_note
from identcheck.evidence.given import Contrasts, stated
from identcheck.evidence.given_checks import WEIGHTS, Named
from identcheck.evidence.persons import measured
from identcheck.evidence.reading import frame_of

__all__ = ["SiteEffects", "demand_table", "read_persons", "read_site_effects", "uncounted_in"]


@dataclass(frozen=True, eq=False)
class SiteEffects(Brief):
    """The contrast of each arm with control in each site, for each variable (theory section 17).

    Attributes:
        sites: the names of the J sites.
        arms: the names of the arms; ``("",)`` where the table has one arm and does not name it.
        nodes: the V variables.
        site: for each of the R rows, the place of its site.
        arm: for each row, the place of its arm.
        effects: R by V, in the units of the variables.
        sampling: R by V by V, the sampling covariance of the effects of a row.
        shared: J by V by V, the sampling covariance between the rows of a site, from the control group they share; 0 where
            not known.
        weights: "precision", "persons", "sites", or the name of a column.
        weight: for each row its weight; None for precision, which depends on the outcome.
        persons: for each row the numbers of persons in the arm and in control; None where they are not known.
        units: of persons' data, the numbers of those that count in weights n p (1 - p): persons, or clusters that count once.
        pooled: of persons' data, the degrees of freedom of sampling errors that are pooled over sites; 0 where sites have their
            own.
        modifiers: characteristics of sites, a value for each row.
        notes: what was taken as given, or left out.
        balance: of persons' data with covariates, how these differ between arms before treatment; else None.
        absent: of persons' data, how the shares without a value differ between arms; None where nobody lacks one.
        people: of persons' data, the persons, where there are clusters, or modifiers differ among those of a site; else None.
        divided: in a table of cells, in which sites they are; else None.
        crossing: of persons' data with clusters, how many have persons in several arms of a site, or in several cells: the
            covariance between these is not known.
    """

    sites: tuple[str, ...]
    arms: tuple[str, ...]
    nodes: tuple[str, ...]
    site: NDArray[np.intp]
    arm: NDArray[np.intp]
    effects: Floats
    sampling: Floats
    shared: Floats
    weights: str = "precision"
    weight: Floats | None = None
    persons: Floats | None = None
    modifiers: Mapping[str, Floats] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    balance: Differences | None = field(default=None, repr=False)
    absent: Differences | None = field(default=None, repr=False)
    people: Measured | None = field(default=None, repr=False)
    divided: Cells | None = field(default=None, repr=False)
    crossing: int = 0
    units: Floats | None = None
    pooled: int = 0

    def _brief(self) -> str:
        return f"SiteEffects: {len(self.sites)} sites, {len(self.arms)} arms, {', '.join(self.nodes)}"

    @cached_property
    def errors(self) -> Floats:
        """R by V, the standard errors."""
        found: Floats = np.sqrt(np.maximum(np.einsum("rvv->rv", self.sampling), 0.0))
        return found

    @property
    def number(self) -> Floats | None:
        """For each row how many count, in the arm and in control: units where known, else persons; None without either."""
        return self.persons if self.units is None else self.units

    @property
    def together(self) -> bool:
        """Whether a sampling covariance between effects of a row is known."""
        return bool(np.triu(self.sampling, 1).any())

    @property
    def one_by_one(self) -> bool:
        """Whether these are persons' data in which each person counts as assigned by itself: no column of clusters was named."""
        return self.units is not None and (self.people is None or self.people.cluster is None)

    @cached_property
    def of_persons(self) -> tuple[str, ...]:
        """The modifiers in which the persons of a site differ."""
        return () if self.people is None else of_persons(self.people)

    @once
    def cells(self, names: tuple[str, ...]) -> SiteEffects:
        """The same with a row for each cell: the persons of a site who are alike in these modifiers.

        With weights "sites" a cell counts with its share of the persons of its site.
        """
        assert self.people is not None
        read, cells = divided(self.people, names)
        found = contrasts(read, "cell")
        share = cells.share[cells.place(found.sites)][found.site]
        weight = _weight(self.weights, found, share)
        crossed = crossing(cells.site[read.site], read.site, read.cluster)
        notes = (*found.notes, *crossing_note(self.crossing, "arms"), *crossing_note(crossed, "cells"))
        return replace(
            self, sites=found.sites, site=found.site, arm=found.arm, effects=found.effects, sampling=found.sampling,
            shared=found.shared, weight=weight, persons=found.persons, modifiers=found.modifiers, notes=notes,
            people=None, divided=cells, crossing=crossed, units=found.units, pooled=found.pooled,
        )  # fmt: skip

    def counting(self, alike: bool) -> SiteEffects:
        """The same with persons counting alike, or clusters; itself where there are no clusters, or they count so already."""
        people = self.people
        same = people is None or people.cluster is None or people.alike == alike
        return self if same else self._counting(alike)

    @once
    def _counting(self, alike: bool) -> SiteEffects:
        assert self.people is not None
        read = replace(self.people, alike=alike)
        found = contrasts(read)
        return replace(
            self, sites=found.sites, site=found.site, arm=found.arm, effects=found.effects, sampling=found.sampling,
            shared=found.shared, weight=_weight(self.weights, found, np.ones(len(found.site))), persons=found.persons,
            modifiers={name: values for name, values in found.modifiers.items() if name in self.modifiers},
            notes=(*found.notes, *crossing_note(self.crossing, "arms")), people=read, units=found.units, pooled=found.pooled,
        )  # fmt: skip

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        site: str,
        effects: Mapping[str, tuple[str, str]],
        arm: str | None = None,
        covariances: Mapping[tuple[str, str], str] | None = None,
        weights: str = "precision",
        persons: tuple[str, str] | None = None,
        modifiers: Mapping[str, str] | None = None,
    ) -> SiteEffects:
        """A table of effects with their standard errors, a row for each site (and arm).

        Args:
            frame: a pandas or polars data frame, or a dict of columns.
            site: the column of the sites.
            effects: for each variable of the design, the columns of its effect and of its standard error.
            arm: the column of the arms, where there are several.
            covariances: for pairs of variables, the column of the sampling covariance of their effects; others are taken as 0.
            weights: "precision" (1 / Var of the effect on the outcome), "persons" (n p (1 - p)), "sites" (all alike), or a
                column.
            persons: the columns of the numbers of persons in the arm and in control; with several arms they give the covariance
                between the arms of a site, which share a control.
            modifiers: for each modifier of the design that is a characteristic of sites, its column.

        Raises:
            InvalidDataError: listing every problem.
        """
        columns = Columns(frame)
        found = stated(
            columns, Named(site, effects, arm, covariances or {}, weights, persons, modifiers or {})
        )
        return cls(
            found.sites, found.arms, tuple(effects), found.site, found.arm, found.effects, found.sampling, found.shared,
            weights, found.weight, found.persons, found.modifiers, found.notes,
        )  # fmt: skip

    @classmethod
    def from_persons(
        cls,
        frame: Any,
        *,
        site: str,
        treatment: str | Mapping[str, Any],
        nodes: Mapping[str, str],
        covariates: Sequence[str] = (),
        cluster: str | None = None,
        weights: str = "persons",
        arm: str | None = None,
        modifiers: Mapping[str, str] | None = None,
    ) -> SiteEffects:
        """Contrasts of arms made of persons' data, a row for each person.

        In each site the difference in means between an arm and control; its sampling covariance is that of the residuals within
        arms, pooled over sites where these have few persons. With weights "persons" and no covariates the regression through the
        origin equals two-stage least squares with site effects and site-by-treatment instruments.

        Where there are clusters, the means are of means of clusters, and n counts clusters, as in plans and estimation code. A
        design that weighs persons alike makes each cluster count as many times as it has persons.

        Args:
            frame: a pandas or polars data frame, or a dict of columns.
            site: the column of the sites.
            treatment: a column that is 0 or 1; or for each arm of the design its value in the column ``arm``, all other values
                being control.
            nodes: for each variable of the design its column.
            covariates: columns of baseline variables; slopes common to all sites.
            cluster: the column of the clusters that were assigned together.
            weights: "persons", "precision", "sites".
            arm: the column of the arms, where ``treatment`` names their values.
            modifiers: for each modifier its column. One that differs among the persons of a site is a characteristic of persons:
                where a strategy holds it fixed, the persons of a site who are alike in it take the place of sites.

        Raises:
            InvalidDataError: listing every problem.
        """
        columns = Columns(frame)
        read = compared(measured(columns, site, treatment, nodes, covariates, cluster, arm, modifiers or {}))
        if weights not in WEIGHTS:
            hint = suggestion(weights, WEIGHTS)
            columns.problems.append(
                f"weights are {weights!r}{hint}; of persons' data they are {', '.join(WEIGHTS)}"
            )
        columns.refuse()
        found, held = contrasts(read), of_persons(read)
        weight = _weight(weights, found, np.ones(len(found.site)))
        balance = differences(read, read.baseline, read.covariates) if read.covariates else None
        crossed = crossing(read.site, read.group, read.cluster)
        constant = {name: values for name, values in found.modifiers.items() if name not in held}
        return cls(
            found.sites, found.arms, tuple(nodes), found.site, found.arm, found.effects, found.sampling, found.shared,
            weights, weight, found.persons, constant, (*found.notes, *crossing_note(crossed, "arms")), balance, read.absent,
            read if held or cluster else None, crossing=crossed, units=found.units, pooled=found.pooled,
        )  # fmt: skip


def _weight(weights: str, found: Contrasts, by_sites: Floats) -> Floats | None:
    """For each row its weight; None for precision."""
    return {"precision": None, "persons": found.weight, "sites": by_sites}[weights]


def uncounted_in(design: Design, effects: SiteEffects) -> str:
    """What the design assigns, "schools", where persons' data have no column of it; else ""."""
    return assigned_unit(design) if effects.one_by_one else ""


def read_site_effects(path: str | os.PathLike[str], **columns: Any) -> SiteEffects:
    """The same as :meth:`SiteEffects.from_frame`, of a file: .csv, .parquet, .dta (Stata) or .sav (SPSS).

    Args:
        path: the file. Codes are read in place of labels, and user-missing values of SPSS are missing.
        columns: the arguments of ``from_frame``.

    Raises:
        InvalidDataError: listing every problem.
    """
    return _read(SiteEffects.from_frame, path, columns)


def read_persons(path: str | os.PathLike[str], **columns: Any) -> SiteEffects:
    """The same as :meth:`SiteEffects.from_persons`, of a file: .csv, .parquet, .dta (Stata) or .sav (SPSS).

    Args:
        path: the file. Codes are read in place of labels, and user-missing values of SPSS are missing.
        columns: the arguments of ``from_persons``.

    Raises:
        InvalidDataError: listing every problem.
    """
    return _read(SiteEffects.from_persons, path, columns)


def _read(
    make: Callable[..., SiteEffects], path: str | os.PathLike[str], columns: Mapping[str, Any]
) -> SiteEffects:
    """The table, of the columns that are named; where something is wrong, of all columns, which the error names."""
    try:
        return make(frame_of(path, {*_texts(columns)}), **columns)
    except InvalidDataError:
        pass
    return make(frame_of(path), **columns)


def _texts(value: object) -> Iterator[str]:
    """Every text in an argument, the names of columns among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _texts(one)


def demand_table(effects: object) -> SiteEffects:
    """Site effects, or an error that says what was given."""
    if isinstance(effects, SiteEffects):
        return effects
    raise InvalidDataError(
        [
            f"the site effects are of the kind {type(effects).__name__}; make them by SiteEffects.from_frame, from_persons, "
            "read_site_effects or read_persons"
        ]
    )
