"""One regression of estimation code: its columns, instruments and weights, and what each part of it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from identcheck.decide.conditions import Bypass, Cut, Everywhere, Rank, Regression, is_kind
from identcheck.decide.findings import Finding
from identcheck.decide.level_text import Levels
from identcheck.decide.strategies import Strategy
from identcheck.derive.heterogeneity import Term
from identcheck.errors import InvalidQuestionError
from identcheck.report.code import comments
from identcheck.report.code.comments import Lines
from identcheck.report.code.effects import Wanted, levels_of

__all__ = ["Centred", "Fit", "fit_of"]


@dataclass(frozen=True)
class Centred:
    """A term of h, less its average, so that the coefficients of mediators are average effects; or less a stated value.

    Attributes:
        name: its column.
        at: its value at the stated levels, if the effect is asked for there; "" for the average.
        factors: for each modifier the column, and the category that it is the indicator of; 0 for the value itself.
    """

    name: str
    factors: tuple[tuple[str, int], ...]
    at: str = ""


@dataclass(frozen=True)
class Multiplied:
    """The product of a mediator or an arm with a term of h.

    Attributes:
        name: its column.
        column: that of the mediator or arm.
        term: that of the term.
        endogenous: whether it is instrumented, as a mediator is.
    """

    name: str
    column: str
    term: str
    endogenous: bool


@dataclass(frozen=True)
class Fit:
    """One regression among persons.

    Attributes:
        number: from 1.
        about: what is regressed on what.
        outcome: the column on the left.
        regressors: the columns that are instrumented; none for a contrast.
        exogenous: the columns of arms that are regressors themselves.
        arms: the columns of the arms whose persons are used.
        others: the columns of the arms whose persons are left out.
        instruments: "sites" (site by arm), "arms", "each" (the arms, in each site by itself), or "" for a contrast.
        weights: "" (none), "sites" or "persons".
        fixed: what the site effects, or the constant, rest on.
        bypass: what leaving the arms out of the equation, or putting them in, rests on.
        rank: what the instruments rest on.
        meaning: what the coefficients rest on, and mean.
        weighting: what the weights, or their absence, rest on.
        terms: the terms of h of a regression with moderators.
        products: the columns that are products with these.
        levels: the columns of characteristics of persons with categories, which cells are made of.
        slopes: those of the others, of which sites have slopes of their own.
        modifiers: the columns of all moderators.
        average: over what the terms are centred, "sites" or "persons".
        moderation: what the products are for.
        kept: whether its rows are kept, for effects given the moderators that are averaged afterwards.
        covariates: columns that are centred by site and are regressors beside the others.
        cluster: the column of the clusters whose means are its rows; "" where persons are.
        adjusting: what covariates are for.
        clustering: what means of clusters are for.
        few_sites: whether its tests are to be such as few sites take: CR2, CR3 or the bootstrap; the code for Stata has none.
        in_sites: whether its standard errors are those of trials repeated in these sites, which are the population.
    """

    number: int
    about: Lines
    outcome: str
    regressors: tuple[str, ...]
    exogenous: tuple[str, ...]
    arms: tuple[str, ...]
    others: tuple[str, ...]
    instruments: str
    weights: str
    fixed: Lines = ()
    bypass: Lines = ()
    rank: Lines = ()
    meaning: Lines = ()
    weighting: Lines = ()
    terms: tuple[Centred, ...] = ()
    products: tuple[Multiplied, ...] = ()
    levels: tuple[str, ...] = ()
    slopes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    average: str = "sites"
    moderation: Lines = ()
    kept: bool = False
    covariates: tuple[str, ...] = ()
    cluster: str = ""
    adjusting: Lines = ()
    clustering: Lines = ()
    few_sites: bool = False
    in_sites: bool = False

    @property
    def own_errors(self) -> bool:
        """Whether standard errors and p values are worked out beside the regression, in a table of their own."""
        return self.few_sites or self.in_sites

    @property
    def estimated(self) -> tuple[str, ...]:
        """All coefficients that are printed: of the effects, then of covariates."""
        return (*self.coefficients, *self.covariates)

    @property
    def weighed_together(self) -> bool:
        """Whether the arms of a site have the weights of theory (10.2), by sites divided by its units, as in examine."""
        return self.instruments == "sites" and len(self.arms) > 1

    @property
    def weighted(self) -> bool:
        """Whether its rows have weights; two-stage least squares has those by persons of several arms by itself."""
        by_itself = self.weighed_together and self.weights == "persons" and not self.cluster
        return bool(self.weights) and self.instruments != "each" and not by_itself

    def terms_of(self, column: str) -> tuple[str, ...]:
        """The terms of h whose products with a column are regressors."""
        return tuple(product.term for product in self.products if product.column == column)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the regression uses, but that of the sites."""
        made = {product.name for product in self.products}
        own = (n for n in self.regressors if n not in made)
        every = (self.outcome, *own, *self.arms, *self.others, *self.modifiers, *self.covariates)
        return tuple(dict.fromkeys(every))

    @property
    def measured(self) -> tuple[str, ...]:
        """The same without the arms: what the persons of a cluster differ in."""
        return tuple(name for name in self.columns if name not in (*self.arms, *self.others))

    @property
    def own_instruments(self) -> tuple[str, ...]:
        """The columns of the second stage that instrument themselves, but for those of sites: covariates, arms and products."""
        return (*self.covariates, *self.exogenous)

    @property
    def coefficients(self) -> tuple[str, ...]:
        """The columns whose coefficients are of interest."""
        return (*self.exogenous, *self.regressors)

    @property
    def beside(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each column that is instrumented, with the others."""
        return tuple((name, tuple(o for o in self.regressors if o != name)) for name in self.regressors)


def fit_of(
    wanted: Wanted, reg: Regression, taken: Mapping[Strategy, Finding], number: int, names: Mapping[str, str]
) -> Fit:
    """One regression; ``taken`` are the strategies that take its coefficients, with an effect that each is for."""
    strategies = list(taken)
    first, finding = strategies[0], taken[strategies[0]]
    design = finding.design
    contrast, one = not reg.regressors, design.sites == 1
    if wanted.cluster and reg.cells:
        said = (
            f"a script with means of clusters holds no persons, and this regression takes groups by {reg.given_persons}; "
            "leave the clusters out: standard errors are robust to clustering by site, and clusters are within sites"
        )
        raise InvalidQuestionError([said])
    weights = design.average if contrast or reg.site_by_site else design.weights
    of_sites = not (one or reg.pooled or reg.site_by_site)
    alone = len(reg.arms) == 1 and not reg.moderators
    usual = "" if contrast else "arms" if reg.pooled or one else "sites"

    def columns(nodes: Iterable[str]) -> tuple[str, ...]:
        return tuple(names[node] for node in nodes)

    made = Fit(
        number=number,
        about=comments.lines(f"Regression {number}: {first.name}."),
        outcome=names[reg.outcome],
        regressors=columns(reg.regressors),
        exogenous=columns(reg.arms if contrast else reg.intercepts),
        arms=columns(reg.arms),
        others=columns(arm for arm in design.treatments if arm not in reg.arms),
        instruments="each" if reg.site_by_site else usual,
        weights="" if one or weights == "precision" else weights,
        covariates=columns(wanted.covariates),
        cluster=names[wanted.cluster] if wanted.cluster else "",
        adjusting=comments.about_covariates(wanted, reg.site_by_site),
        clustering=comments.about_clusters(
            wanted, "" if one or reg.site_by_site else weights, bool(reg.cells)
        ),
        few_sites=of_sites and not (contrast or wanted.population) and wanted.test != "CR1",
        in_sites=of_sites and wanted.population and wanted.language != "stata" and alone,
        **({} if wanted.brief else _grounds(finding, strategies, reg.site_by_site)),
    )
    if not reg.moderators:
        return made
    return _moderated(made, reg, names, levels_of(finding), {strategy.column for strategy in strategies})


def _moderated(
    fit: Fit, reg: Regression, names: Mapping[str, str], levels: Levels, wanted: Iterable[str]
) -> Fit:
    """A regression with the products that its moderators ask for, and the cells, or slopes, of persons' characteristics."""
    terms = {term: f"h_{place}" for place, term in enumerate(reg.terms(""), 1)}
    used = {term for column in reg.columns for term in reg.terms(column)}
    stated = {term for column in wanted for term in reg.terms(column)} if levels else set()
    products = tuple(
        Multiplied(f"{names[column]}_{terms[term]}", names[column], terms[term], column in reg.regressors)
        for column in reg.columns
        for term in reg.terms(column)
    )
    scales = {m.name: m.scale for m in reg.design.modifiers}
    binary = {name for name, scale in scales.items() if scale == "binary"}
    return replace(
        fit,
        regressors=(*fit.regressors, *(p.name for p in products if p.endogenous)),
        exogenous=(*fit.exogenous, *(p.name for p in products if not p.endogenous)),
        terms=tuple(
            Centred(
                name,
                tuple((names[n], 0 if n in binary else k) for n, k in term),
                _at(term, {n: 0 if n in binary else k for n, k in term}, dict(levels))
                if term in stated
                else "",
            )
            for term, name in terms.items()
            if term in used
        ),
        products=products,
        levels=tuple(names[n] for n in reg.cells if scales[n] != "continuous"),
        slopes=tuple(names[n] for n in reg.cells if scales[n] == "continuous"),
        modifiers=tuple(names[n] for n in reg.moderators),
        average=reg.design.average,
        instruments="sites" if reg.cells and reg.regressors else fit.instruments,
        moderation=comments.about_moderation(reg, levels),
    )


def _at(term: Term, kinds: Mapping[str, int], levels: Mapping[str, float]) -> str:
    """The value of a term at stated levels: of an indicator 1 or 0.

    Raises:
        InvalidQuestionError: it has a modifier whose level is not stated.
    """
    if others := [name for name, _ in term if name not in levels]:
        said = f"where {others[0]!r} moderates an effect at stated levels too, no script is written; state its level as well"
        raise InvalidQuestionError([said])
    return repr(prod(float(levels[n] == kinds[n]) if kinds[n] else float(levels[n]) for n, _ in term))


def _grounds(finding: Finding, strategies: Sequence[Strategy], by_site: bool) -> dict[str, Any]:
    """What each part of a regression rests on."""
    first = strategies[0]
    contrast = not first.regressors
    conditions = list(dict.fromkeys(c for strategy in strategies for c in strategy.conditions))
    around = [c for c in conditions if is_kind(c, Cut, Bypass)]
    rank = [c for c in conditions if is_kind(c, Rank) or is_kind(c, Everywhere)]
    rest = [c for c in conditions if c not in around and c not in rank]
    return {
        "fixed": comments.about_fixed(finding, by_site),
        "bypass": comments.about_bypass(finding, first, around),
        "rank": comments.about_rank(finding, first, rank),
        "meaning": comments.about_meaning(finding, first, rest),
        "weighting": ()
        if finding.design.sites == 1
        else comments.about_weights(finding, first, contrast or by_site),
    }
