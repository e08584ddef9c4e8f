"""What estimation code says, for a finding and one of its strategies: the values that the templates of ``code/`` are filled with.

Two-stage least squares with site effects among the regressors and site-by-arm interactions as instruments is the
weighted regression of site effects, with weights n p (1 - p); an arm among the regressors is its intercept, and
the arm as the only instrument its pooled variant; within each site by itself, the arms are the instruments. Source: theory
sections 7 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from identcheck.basics.options import TestName
from identcheck.decide.conditions import Regression
from identcheck.decide.findings import Finding
from identcheck.decide.level_text import Levels
from identcheck.decide.strategies import Composed, Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.report.code import comments
from identcheck.report.code.averaged import moved_together
from identcheck.report.code.comments import Lines
from identcheck.report.code.effects import Effect, Wanted, effects_of, fitted, levels_of, nodes_of
from identcheck.report.code.fits import Fit, fit_of
from identcheck.report.code.named_columns import columns_of
from identcheck.report.code.names import column_names, demand_file_name, site_name
from identcheck.report.code.tested import Testing, testing_of

__all__ = ["Code", "code_of"]


@dataclass(frozen=True)
class Code:
    """Everything that a script says: names that are valid, comments that are cleaned.

    Attributes:
        preamble: what is estimated and how, what is taken as given, what the code needs and what it does not do.
        data: the data file.
        site: what the column of the sites is called in the code.
        column: what it is called in the data.
        renamed: the columns that the data call otherwise: each with its name in the data.
        coded: the columns of arms that the data have in one column: each with that column and the arm's value there.
        single: whether there is one site, so that no column of sites is needed.
        average: over what effects are averaged, "sites" or "persons".
        products: the columns that are products of two others, person by person: each with the two.
        making: what is to be said of them; empty without any.
        reading: which persons and sites are left out.
        fits: the regressions.
        effects: the effects, the family of tests; adjusted p values where there are several.
        combining: what sums of products rest on; empty where every effect is a single coefficient.
        bootstrap: of sums of products, how their standard errors come about: units are drawn with replacement, and everything
            is estimated again; empty for single coefficients, whose regressions have them.
        needed: how many different sites a draw must have, so that the regressions can be run.
        threshold: the conditional F below which an effect is reported as not determined by the trial.
        rule: that rule, and what the F is; empty where no regression has instruments.
        family: how p values are adjusted; empty for one effect.
        multiplicity: the same in a word: "holm", "bonferroni" or "none".
        brief: without the same by other packages.
        covariates: the columns of covariates.
        cluster: the column of clusters; "" where persons are assigned.
        testing: the tests of the scatter of site effects; None where none are asked for.
        few_sites: what tests for few sites are, or that Stata has none of them; empty where none are asked for.
        population: what standard errors are where the sites are the population; empty where they are a sample.
        test: what tests for few sites are, in a word.
    """

    preamble: Lines
    data: str
    site: str
    column: str
    renamed: tuple[tuple[str, str], ...]
    coded: tuple[tuple[str, str, str], ...]
    single: bool
    average: str
    products: tuple[tuple[str, str, str], ...]
    making: Lines
    reading: Lines
    fits: tuple[Fit, ...]
    effects: tuple[Effect, ...]
    combining: Lines
    bootstrap: Lines
    needed: int
    threshold: str
    rule: Lines
    family: Lines
    multiplicity: str
    brief: bool
    covariates: tuple[str, ...]
    cluster: str
    testing: Testing | None
    few_sites: Lines
    population: Lines
    test: TestName

    draws: ClassVar = 999
    seed: ClassVar = 1  # the same data give the same result

    @property
    def composed(self) -> tuple[Effect, ...]:
        """The effects that are sums of products."""
        return tuple(effect for effect in self.effects if not effect.p)

    @property
    def given(self) -> str:
        """In what contrasts are taken of effects given the moderators; "" where none are averaged."""
        kept = [fit for fit in self.fits if fit.kept]
        groups = "group of persons" if self.single else "site, or group of persons there"
        return "" if not kept else groups if any(fit.levels for fit in kept) else "site"

    @property
    def arms(self) -> tuple[str, ...]:
        """The columns of all arms of the regressions, those whose persons some leave out too."""
        return tuple(dict.fromkeys(arm for fit in self.fits for arm in (*fit.arms, *fit.others)))

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that are never empty: of sites and of clusters."""
        return (*(() if self.single else (self.site,)), *((self.cluster,) if self.cluster else ()))

    @property
    def measured(self) -> tuple[str, ...]:
        """The columns that every person has a value of: those of all regressions, but the moderators of some."""
        return tuple(
            dict.fromkeys(name for fit in self.fits for name in fit.columns if name not in fit.modifiers)
        )

    @property
    def by_site(self) -> bool:
        """Whether a regression is fitted in each site by itself."""
        return any(fit.instruments == "each" for fit in self.fits)

    @property
    def together(self) -> bool:
        """Whether a regression has instruments of several arms, which a site may lack one of."""
        return any(fit.weighed_together and not fit.modifiers for fit in self.fits)

    @property
    def moderated(self) -> bool:
        """Whether a regression with instruments has products with moderators."""
        return any(fit.modifiers and fit.instruments for fit in self.fits)

    @property
    def in_sites(self) -> bool:
        """Whether some regression has the standard errors of trials repeated in these sites."""
        return any(fit.in_sites for fit in self.fits)

    @property
    def tested(self) -> bool:
        """Whether a p value is by Student's t."""
        return (
            self.in_sites
            or bool(self.few_sites and self.test != "bootstrap")
            or any("t.sf" in e.p for e in self.effects)
        )


def code_of(wanted: Wanted) -> Code:
    """Everything that a script says.

    Raises:
        InvalidQuestionError: a name of a file or a column that a language could not use.
    """
    first = wanted.chosen[0][0]
    design, column = first.design, wanted.site
    data = demand_file_name(wanted.data)
    used = {n for part in wanted.parts for n in (*design.treatments, *part.regressors, part.outcome)}
    modifiers = [m.name for m in design.modifiers if any(m.name in part.moderators for part in wanted.parts)]
    site = site_name(column, wanted.language, used)
    _demand_apart(first, used, column)
    made = [node for node in design.products if node in used]
    factors = {node for product in made for node in design.products[product]}
    named = used | factors | {node for finding, _ in wanted.chosen for node in nodes_of(finding.estimand)}
    beside = (*wanted.covariates, *([wanted.cluster] if wanted.cluster else []))
    _demand_beside(first, beside, {*named, *modifiers, column})
    names = column_names([*(node for node in design.order if node in named), *modifiers, *beside], site)
    used |= {*modifiers, *beside}
    called = columns_of(design, wanted, [node for node in names if node in named and node not in made])
    fits = _fits(wanted, names)
    composed = any(isinstance(strategy, Composed) for _, strategy in wanted.chosen)
    return Code(
        preamble=comments.preamble(
            wanted,
            column,
            {node: names[node] for node in names if node in used | factors and node not in made},
        ),
        data=data,
        site=site,
        column=column,
        renamed=tuple((names[node], said) for node, said in called.items() if isinstance(said, str)),
        coded=tuple((names[node], *said) for node, said in called.items() if not isinstance(said, str)),
        single=design.sites == 1,
        average=design.average,
        products=tuple((names[q], names[k], names[other]) for q in made for k, other in [design.products[q]]),
        making=comments.about_products(design, made),
        reading=comments.about_reading(design),
        fits=tuple(fits.values()),
        effects=effects_of(wanted.chosen, fits, names, wanted.language),
        combining=comments.about_sums(wanted.chosen),
        bootstrap=comments.about_bootstrap(first, len(wanted.chosen) > 1) if composed else (),
        # each regression gives as many equations a site as it has arms
        needed=max(-(-len(fit.coefficients) // len(fit.arms)) for fit in fits.values()),
        threshold=f"{wanted.least:g}",
        rule=comments.about_rule(wanted.least, any(fit.instruments == "each" for fit in fits.values()))
        if any(fit.instruments for fit in fits.values())
        else (),
        family=comments.about_family(len(wanted.chosen), wanted.multiplicity),
        multiplicity=wanted.multiplicity,
        brief=wanted.brief,
        covariates=tuple(names[name] for name in wanted.covariates),
        cluster=names[wanted.cluster] if wanted.cluster else "",
        testing=testing_of(fits.values()) if wanted.tests else None,
        few_sites=comments.about_few_sites(wanted, any(fit.few_sites for fit in fits.values())),
        population=comments.about_population(wanted, [fit.in_sites for fit in fits.values()]),
        test=wanted.test,
    )


def _demand_apart(finding: Finding, used: Iterable[str], column: str) -> None:
    """Refuse a column of sites that is the column of a variable; the usual name gives way to none.

    Raises:
        InvalidQuestionError: it is one.
    """
    design = finding.design
    if column in used and column != "site" and design.sites != 1:
        both = f"the column of sites is {column!r}, and so is the {design.role(column)}"
        raise InvalidQuestionError([f"{both}; say which other column holds the site of each person"])


def _demand_beside(finding: Finding, beside: Iterable[str], used: Iterable[str]) -> None:
    """Refuse covariates and clusters that are the column of something else, or change with treatment.

    Raises:
        InvalidQuestionError: with every one.
    """
    design, known = finding.design, {*used}
    after = {*design.treatments, *design.mediators, design.outcome}
    problems = [
        f"{name!r} is a {design.role(name)} of the design, and no covariate; adjusting for what comes after assignment biases "
        "effects"
        if name in after
        else f"{name!r} is a column that the code uses for something else"
        for name in beside
        if name in known or name in after
    ]
    if problems:
        raise InvalidQuestionError(problems)


def _fits(wanted: Wanted, names: Mapping[str, str]) -> dict[tuple[Regression, Levels], Fit]:
    """Each regression once, by the levels at which its moderators are centred."""
    taken: dict[tuple[Regression, Levels], dict[Strategy, Finding]] = {}
    kept = set()
    for finding, strategy in wanted.chosen:
        levels = levels_of(finding)
        for part in strategy.parts:
            taken.setdefault((fitted(strategy, part), levels), {}).setdefault(part, finding)
        for term in strategy.terms if isinstance(strategy, Composed) else ():
            kept |= {(part.regression, levels) for part in moved_together(term, levels)}
    return {
        key: replace(fit_of(wanted, key[0], alike, at, names), kept=key in kept)
        for at, (key, alike) in enumerate(taken.items(), 1)
    }
