"""(R) Rank: the compliances must tell the regressors apart (theory sections 4 and 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from identcheck.conditions.base import Condition
from identcheck.moments import mean as mean_over_sites
from identcheck.rank import StructuralRank, structural_rank
from identcheck.words import capital, compliances, listed, site_count

__all__ = ["Rank"]


@dataclass(frozen=True)
class Rank(Condition):
    """The site-by-compliance matrix determines the coefficient of one column: (ix), (R_u).

    Attributes:
        column: the regressor (or the arm, for an intercept) whose coefficient is wanted.
    """

    column: str = ""

    kind: ClassVar[str] = "rank"
    letter: ClassVar[str] = "R"
    level: ClassVar[str] = "between sites"

    @property
    def granted_by(self) -> tuple[str, ...]:
        return (self.numeral_for("vi", "ix"),)

    @property
    def structure(self) -> StructuralRank:
        """The rank the matrix has in general position."""
        reg = self.regression
        return structural_rank(self.design, reg.regressors, reg.arms, reg.intercepts, reg.pooled)

    @property
    def statement(self) -> str:
        reg, design = self.regression, self.design
        subject = compliances(design, reg.regressors, reg.arms)
        if len(reg.columns) == 1:
            verb = "are" if len(reg.arms) > 1 else "is"
            where = "on average over sites" if reg.pooled and design.sites != 1 else "in at least one site"
            return capital(
                f"{subject} {verb} not zero{'' if design.sites == 1 else ' ' + where}.", self.design
            )
        if reg.pooled:
            return capital(
                f"averaged over sites, {subject} tell the mediators apart from arm to arm.", self.design
            )
        beside = ", beside an intercept," if reg.intercepts else ""
        if self.structure.full:
            return capital(
                f"across {site_count(design)}, {subject}{beside} are linearly independent: no one of them is a "
                f"fixed combination of the others. It takes at least {self.structure.sites_for_all} "
                f"site{'s' if self.structure.sites_for_all != 1 else ''}.",
                self.design,
            )
        return capital(
            f"across {site_count(design)}, {subject}{beside} leave the coefficient of "
            f"{design.label(self.column)} determined.",
            self.design,
        )

    @property
    def reason(self) -> str:
        return "the linear equations of the sites then have one solution"

    @property
    def latex(self) -> str:
        reg = self.regression
        if reg.columns == reg.regressors and len(reg.columns) == 1 and len(reg.arms) == 1:
            mean = self.tex(reg.compliance(reg.arms[0], reg.regressors[0]))
            if reg.pooled:
                mean = self.tex(mean_over_sites(reg.compliance(reg.arms[0], reg.regressors[0])))
            some = "" if self.design.sites == 1 or reg.pooled else r" \quad \text{for some } s"
            return rf"{mean} \neq 0{some}"
        ones = "1, " if reg.intercepts else ""
        row = ", ".join(self.tex(reg.compliance(arm, u)) for arm in reg.arms for u in reg.regressors)
        return rf"\operatorname{{rank}}\,({ones}{row})_{{s=1,\ldots,{self.design.sites or 'K'}}} = {len(reg.columns)}"

    @property
    def violated(self) -> str:
        structure, design, reg = self.structure, self.design, self.regression
        if self.column in structure.identified:
            return ""
        needed = structure.sites_needed(self.column)
        what = listed([*(f"an intercept for {design.label(a)}" for a in reg.intercepts), *self.labels])
        if needed is not None and not reg.pooled:
            return (
                f"the matrix for {what} has rank {structure.rank} with {design.sites} "
                f"site{'s' if design.sites != 1 else ''}; it takes at least {needed} sites"
            )
        return (
            f"the matrix for {what} has rank {structure.limit} of {len(structure.columns)} at any number of "
            "sites: the effects of treatment on them are proportional, because too few of the arrows vary "
            "between sites"
        )
