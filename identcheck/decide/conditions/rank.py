"""(R) Rank: the compliances must tell the regressors apart (theory sections 4 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from identcheck.decide.conditions.base import WithoutMoments
from identcheck.decide.conditions.regression import Regression
from identcheck.decide.conditions.shared import shared_edges
from identcheck.derive.jointly.beside import NOTHING, Beside, Equation
from identcheck.derive.moderated import moderated_rank
from identcheck.derive.moments import mean
from identcheck.derive.paths import effect_meant, reaches
from identcheck.derive.rank import StructuralRank, structural_rank
from identcheck.derive.variation import Matrix, essential_arrows, essential_words
from identcheck.derive.words import FEW, brief, briefs, capital, compliances, counted, listed, site_count
from identcheck.symbols.names import Effect
from identcheck.symbols.typeset.names import joined, named

__all__ = ["Rank", "compliance_column", "products_said"]

MOST_TOLD = 5
"""Of more equations that a rank cannot hold beside, it is not worked out which are enough."""


@dataclass(frozen=True)
class Rank(WithoutMoments):
    """The site-by-compliance matrix determines the coefficient of one column: (ix), (R_u).

    Attributes:
        column: the regressor (or the arm, for an intercept) whose coefficient is wanted.
        beside: what it is to hold beside, where it cannot: other conditions of the strategy, or what is granted for
            other regressions. The conditions of its own regression always count.
    """

    column: str = ""
    beside: Beside = NOTHING

    kind = "rank"
    letter = "R"
    level = "between sites"
    reason = "the linear equations of the sites then have one solution"
    implied = ""

    @property
    def granted_by(self) -> tuple[str, ...]:
        return (self.numeral_for("vi", "ix"),)

    @cached_property
    def structure(self) -> StructuralRank:
        """The rank the matrix has in general position, all that it is to hold beside being met.

        Shared arrows (S) are the same in all sites.
        """
        return self._structure(self.beside)

    def _structure(self, beside: Beside) -> StructuralRank:
        reg = self.regression
        own = Equation(reg.outcome, reg.regressors, reg.arms, reg.pooled)
        held = tuple(sorted({*shared_edges(reg), *beside.held}))
        if reg.moderators:
            return moderated_rank(
                self.design, reg.regressors, reg.arms, reg.intercepts, reg.moderators, reg.every_term, held
            )
        shape = (self.design, reg.regressors, reg.arms, reg.intercepts, reg.pooled, held)
        if len(reg.arms) == 1:
            return structural_rank(
                *shape
            )  # its rank rests on no covariance, so that there is nothing else to hold beside
        if own not in beside.equations:
            beside = replace(beside, equations=(own, *beside.equations))
        return structural_rank(*shape, beside=replace(beside, held=()))

    @property
    def _matrix(self) -> Matrix:
        """The matrix by itself, arrows held the same by (S)."""
        reg = self.regression
        return Matrix(reg.regressors, reg.arms, reg.intercepts, reg.pooled, shared_edges(reg))

    def holds_beside(self, beside: Beside) -> bool:
        """Whether some population meets it together with this; what the design excludes by itself is not."""
        return self.column in self._structure(beside).identified

    @property
    def statement(self) -> str:
        return f"{self.need} {self.must_vary}".strip()

    @property
    def need(self) -> str:
        reg, design = self.regression, self.design
        subject = compliances(design, reg.regressors, reg.arms)
        if reg.moderators:
            return self._moderated_need(subject)
        site, sites = design.word("site"), design.word("sites")
        if len(reg.columns) == 1:
            where = f"on average over {sites}" if reg.pooled else f"in at least one {site}"
            some = "at least one of " if len(reg.arms) > 1 else ""
            return capital(f"{some}{subject} is not zero{'' if design.sites == 1 else ' ' + where}.", design)
        if reg.pooled:
            return capital(
                f"averaged over {sites}, {subject} are linearly independent from arm to arm.", design
            )
        if not self.structure.full:
            return capital(
                f"across {site_count(design)}, {subject} determine the coefficient of {brief(design, self.column)}.",
                design,
            )
        needed = self.structure.sites_for_all
        least = f"It takes at least {counted(needed or 1, site, sites)}.{self.warning}"
        if len(reg.regressors) == 1:
            return capital(f"{self._moves_enough}. {least}", design)
        beside = ", together with an intercept," if reg.intercepts else ""
        return capital(
            f"across {site_count(design)}, {subject}{beside} are linearly independent: none is a fixed combination of "
            f"the others. {least}",
            design,
        )

    @property
    def _moves_enough(self) -> str:
        """Of one regressor: an arm without an intercept moves it in some site, or one with an intercept differently in some."""
        reg, word = self.regression, self.design.word
        free = [arm for arm in reg.arms if arm not in reg.intercepts]
        moves, differs = (
            f"{'at least one of ' if len(arms) > 1 else ''}{compliances(self.design, reg.regressors, arms)}"
            for arms in (free, reg.intercepts)
        )
        apart = f"{differs} differs between {word('sites')}"
        return f"{moves} is not zero in at least one {word('site')}, or {apart}" if free else apart

    def _moderated_need(self, subject: str) -> str:
        design, reg = self.design, self.regression
        rows = f"groups of {design.word('persons')}" if reg.cells else design.word("sites")
        columns = f"{reg.width} columns"
        needed = self.structure.sites_for_all if self.structure.full else None
        least = "" if not needed or needed == 1 else f" It takes at least {needed} {design.word('sites')}."
        products = products_said(reg)
        if len(reg.arms) == len(reg.regressors) == 1:
            one = len(reg.terms(reg.regressors[0])) == 1
            products = products.replace("their products", "its product" if one else "its products")
        beside = f" and an intercept that changes with {reg.given}," if reg.intercepts else ","
        joined = (", " if reg.intercepts else ", and ") + products if products else ""
        commas = f"{joined}{beside}" if products or reg.intercepts else ""
        return capital(
            f"across {rows}, {subject}{commas} are linearly independent ({columns}).{least}", design
        )

    @property
    def must_vary(self) -> str:
        """The arrows that must differ between sites, where single ones must, as a sentence; or ""."""
        reg = self.regression
        if reg.pooled or reg.moderators or len(reg.regressors) < 2 or not self.structure.full:
            return ""
        return essential_words(self.design, self._matrix, essential_arrows(self.design, self._matrix))

    @property
    def warning(self) -> str:
        """Where the rank can only come from covariances within sites: that it does, as a sentence; or ""."""
        if self.regression.moderators:
            return ""
        if self.column in structural_rank(self.design, *self._matrix, persons=False).identified:
            return ""
        return (
            " With so few sites this can hold only if effects along one path covary within a site, and differently from "
            "arm to arm; (vi) for the effects of mediators on one another would exclude that."
        )

    @property
    def latex(self) -> str:
        reg = self.regression
        if reg.columns == reg.regressors and len(reg.columns) == 1 and len(reg.arms) == 1:
            compliance = reg.compliance(reg.arms[0], reg.regressors[0])
            if reg.pooled:
                return rf"{self.tex(mean(compliance))} \neq 0"
            some = "" if self.design.sites == 1 else r" \quad \text{for some } s"
            return rf"{self.tex(compliance)} \neq 0{some}"
        if reg.moderators:
            return rf"\operatorname{{rank}}\,({', '.join(self._moderated_columns())})_{{{self._rows()}}} = {reg.width}"
        columns = ", ".join(
            [*map(self._indicator, reg.intercepts), *(compliance_column(reg, u) for u in reg.regressors)]
        )
        matrix = f"({columns})_{{{self._rows()}}}"
        if self.structure.full:
            return rf"\operatorname{{rank}}\,{matrix} = {len(reg.columns)}"
        own = (
            self._indicator(self.column)
            if self.column in reg.intercepts
            else compliance_column(reg, self.column)
        )
        return rf"\text{{the unit vector of }} {own} \text{{ lies in the row space of }} {matrix}"

    def _moderated_columns(self) -> Iterator[str]:
        reg = self.regression
        for column in reg.columns:
            head = self._indicator(column) if column in reg.intercepts else compliance_column(reg, column)
            yield head
            before = "" if head == "1" else rf"{head} \, "
            yield from (f"{before}{self.tex(level)}" for level in reg.levels(column))

    def _indicator(self, arm: str) -> str:
        """The column of an intercept: 1 in the rows of its arm."""
        return (
            "1" if len(self.regression.arms) == 1 else f"1_{{{joined((self.design.notation.tokens[arm],))}}}"
        )

    def _rows(self) -> str:
        reg = self.regression
        sites = "" if reg.pooled or self.design.sites == 1 else rf"s=1,\ldots,{self.design.sites or 'K'}"
        if len(reg.arms) == 1:
            return sites
        arms = rf"l={','.join(joined((self.design.notation.tokens[a],)) for a in reg.arms)}"
        return f"{sites};\\,{arms}" if sites else arms

    @cached_property
    def violated(self) -> str:
        if self.column in self.structure.identified:
            return ""
        alone = self._structure(NOTHING)
        return self._not_beside(self.structure) if self.column in alone.identified else self._never(alone)

    def _never(self, structure: StructuralRank) -> str:
        """Why the design excludes it."""
        design, reg = self.design, self.regression
        needed = structure.sites_needed(self.column)
        if reg.moderators:
            return self._never_moderated(needed)
        site, sites = design.word("site"), design.word("sites")
        intercepts = [f"an intercept for {brief(design, a)}" for a in reg.intercepts]
        many = len(reg.regressors) > FEW
        what = listed([*intercepts, *([briefs(design, reg.regressors)] if many else self.labels)])
        if needed is not None and not reg.pooled:
            return (
                f"the matrix for {what} has rank {structure.rank} with {counted(design.sites or 0, site, sites)}; "
                f"it takes at least {needed} {sites}"
            )
        how = "proportional" if structure.limit == 1 else "linearly dependent"
        if self.column in structural_rank(design, *self._matrix).identified:
            numerals = "(vi) and (vii)" if reg.pooled else f"({self.numeral_for('v', 'vi')})"
            why = f"under {numerals} for this equation itself"
        else:
            why = f"because too few of the arrows vary between {sites}"
        return (
            f"the matrix for {what} has rank {structure.limit} of {len(structure.columns)} at any number of "
            f"{sites}: the effects of treatment on them are {how}, {why}"
        )

    def _never_moderated(self, needed: int | None) -> str:
        """The same of a regression with moderators."""
        design, reg = self.design, self.regression
        what = (
            f"the matrix for {listed(self.labels)} and the products with {reg.given} has {reg.width} columns"
        )
        site, sites = design.word("site"), design.word("sites")
        if needed is not None:
            return f"{what}; with {counted(design.sites or 0, site, sites)} these are dependent, it takes at least {needed}"
        return f"{what}, which are linearly dependent at any number of {sites}"

    @property
    def contradicts(self) -> bool:
        """Whether it could hold by itself, but not beside what is granted or needed as well."""
        return self.beside != NOTHING and bool(self.violated) and self.holds_beside(NOTHING)

    def _not_beside(self, structure: StructuralRank) -> str:
        """What it cannot hold beside: the fewest of the equations, by leaving out one after another.

        Only those on the way to the regressors, unless it takes more; of many, all of these.
        """
        design, left = self.design, self.beside
        before = (n for n in left.granted if any(reaches(design, n, u) for u in self.regression.regressors))
        near = replace(left, granted=frozenset(before))
        left = left if self.holds_beside(near) else near
        if len(left.granted) <= MOST_TOLD:
            for node in sorted(left.granted, key=design.order.__getitem__, reverse=True):
                fewer = replace(left, granted=left.granted - {node})
                left = left if self.holds_beside(fewer) else fewer
        count = len((*left.products, *left.held, *left.equations))
        for reduced in left.reduced() if count <= MOST_TOLD else ():
            fewer = reduced(left)
            left = left if self.holds_beside(fewer) else fewer
        return self._contradiction(structure, left)

    def _equation(self, outcome: str, regressors: Sequence[str]) -> str:
        labels = listed([brief(self.design, u) for u in regressors])
        return f"the equation of {brief(self.design, outcome)} on {labels}"

    def _contradiction(self, structure: StructuralRank, left: Beside) -> str:
        design = self.design
        numerals = {"persons": self.numeral_for("v", "vi"), "sites": "vii"}
        both = listed([f"({numerals[level]})" for level in ("persons", "sites") if level in left.levels])
        nodes = [brief(design, node) for node in sorted(left.granted, key=design.order.__getitem__)]
        against = (
            [f"{both} for the equation{'s' if len(nodes) > 1 else ''} of {listed(nodes)}"] if nodes else []
        )
        own = [self._equation(equation.outcome, equation.regressors) for equation in left.equations]
        if own:
            what = "(vi) and (vii)" if self.regression.pooled else f"({self.numeral_for('v', 'vi')})"
            against += [f"{what} for {listed(own)}"]
        if left.products:
            against.append("the product of averages")
        if left.held:
            names = listed([" -> ".join(edge) for edge in left.held])
            against.append(f"{names} being the same in all {design.word('sites')}")
        unclear = " (there are too many paths to work out more)" if structure.cut_short else ""
        where = (
            f"between {design.word('persons')}"
            if self.regression.pooled
            else f"within a {design.word('site')}"
        )
        equation = self._equation(self.regression.outcome, self.regression.regressors)
        if self.regression.pooled:
            equation += f", pooled over {design.word('sites')},"
        start = f"({self.assumption}) for {equation} cannot hold beside {listed(against)}"
        if left.held and len(against) == 1:
            return f"{start}: the matrix then has rank {structure.rank} of {len(structure.columns)}{unclear}"
        return (
            f"{start}: covariances {where} along the paths would have to tell {listed(list(self.labels))} apart, "
            f"and these are then zero{unclear}; the matrix has rank {structure.rank} of {len(structure.columns)} without "
            "them"
        )


def compliance_column(reg: Regression, u: str) -> str:
    """The compliances with a regressor, of every site and arm, as LaTeX; the arm is written l where there are several."""
    design = reg.design
    first = next((a for a in reg.arms if reaches(design, a, u)), reg.arms[0])
    effect = effect_meant(design, first, u) or Effect(first, u, frozenset())
    label = design.notation.name(effect)
    if len(reg.arms) > 1:
        label = replace(label, marks=(*(m for m in label.marks if m[0] != "arm"), ("arm", ("l",))))
    return named(label, "mean" if reg.pooled or design.sites == 1 else "s")


def products_said(reg: Regression) -> str:
    """Which compliances have products with the moderators as columns beside them, in words; "" where none has."""
    moderated = [u for u in reg.regressors if reg.terms(u)]
    if len(moderated) in (0, len(reg.regressors)):
        return f"their products with {reg.given}" if moderated else ""
    one, on = len(moderated) == 1, listed([f"on {brief(reg.design, u)}" for u in moderated])
    return f"the product{'' if one else 's'} of {'that' if one else 'those'} {on} with {reg.given}"
