"""(E) Everywhere: in each site by itself the compliances must tell the regressors apart (theory section 7, site by site)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from identcheck.decide.conditions.base import Asks, WithoutMoments
from identcheck.decide.conditions.rank import compliance_column
from identcheck.derive.rank import StructuralRank, structural_rank
from identcheck.derive.routes import routes_of
from identcheck.derive.words import brief, capital, compliances, listed
from identcheck.symbols.typeset.names import joined

__all__ = ["Everywhere"]


@dataclass(frozen=True)
class Everywhere(WithoutMoments):
    """In every site the arms-by-compliance matrix determines the coefficient of one column; (ix) asks it of all sites together.

    With one mediator: treatment moves it in every site. No numeral grants it, unless compliances are the same in all sites;
    ``works_everywhere`` of a design declares it.

    Attributes:
        column: the regressor whose coefficient is wanted.

    Source: theory, equation (7.7).
    """

    column: str = ""

    nickname: ClassVar[str] = "compliance in every site"
    key: ClassVar[str] = "everywhere"
    kind = "everywhere"
    letter = "E"
    level = "within sites"
    reason = "the equations of each site then have one solution of their own"
    asks = Asks(everywhere=1)

    @property
    def granted_by(self) -> tuple[str, ...]:
        """(ix) where compliances are the same in all sites, so that a rank in one of them is one in each; else none."""
        reg, routes = self.regression, routes_of(self.design)
        above = (routes.between(arm, u, ()) for arm in reg.arms for u in reg.regressors)
        return () if any(routes.varies("sites", nodes) for nodes in above) else ("ix", self.key)

    @cached_property
    def structure(self) -> StructuralRank:
        """The rank that the matrix of one site has in general position, everybody in the site being alike.

        A rank that rests on covariances within sites is left out of account: (vi) for the equations of the mediators
        themselves would exclude it.
        """
        reg = self.regression
        return structural_rank(self.design, reg.regressors, reg.arms, alone=True)

    @property
    def statement(self) -> str:
        reg, design = self.regression, self.design
        subject = compliances(design, reg.regressors, reg.arms)
        where = f"in every {design.word('site')}"
        if len(reg.regressors) == 1:
            some = "at least one of " if len(reg.arms) > 1 else ""
            return capital(f"{where}, {some}{subject} is not zero.", design)
        if not self.structure.full:
            return capital(
                f"{where}, {subject} determine the coefficient of {brief(design, self.column)}.", design
            )
        return capital(f"{where}, {subject} are linearly independent from arm to arm.", design)

    @property
    def latex(self) -> str:
        reg = self.regression
        every = r" \quad \text{for every } s"
        if len(reg.regressors) == len(reg.arms) == 1:
            return rf"{self.tex(reg.compliance(reg.arms[0], reg.regressors[0]))} \neq 0{every}"
        columns = ", ".join(compliance_column(reg, u) for u in reg.regressors)
        rows = ",".join(joined((self.design.notation.tokens[a],)) for a in reg.arms)
        matrix = f"({columns})_{{l={rows}}}"
        if self.structure.full:
            return rf"\operatorname{{rank}}\,{matrix} = {len(reg.columns)}{every}"
        own = compliance_column(reg, self.column)
        return rf"\text{{the unit vector of }} {own} \text{{ lies in the row space of }} {matrix}{every}"

    @property
    def implied(self) -> str:
        if not self.design.works_everywhere or self.violated:
            return ""
        return f"the design declares that treatment moves the mediators in every {self.design.word('site')}"

    @property
    def asserted(self) -> bool:
        return bool(self.implied)

    @cached_property
    def violated(self) -> str:
        if self.column in self.structure.identified:
            return ""
        site = self.design.word("site")
        return (
            f"in a {site} by itself the matrix for {listed(list(self.labels))} has rank {self.structure.rank} of "
            f"{len(self.structure.columns)}, whatever the effects are"
        )
