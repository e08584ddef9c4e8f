"""The comments of estimation code: what each part rests on, in the design's words."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from identcheck import __version__
from identcheck.decide.assumptions import assumption_list
from identcheck.decide.assumptions.base import VIOLATED
from identcheck.decide.conditions import (
    Condition,
    Everywhere,
    Product,
    Rank,
    Regression,
    condition_name,
    is_kind,
)
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.findings import Finding
from identcheck.decide.granting import granted_words, remarks
from identcheck.decide.level_text import Levels
from identcheck.decide.stated_levels import level_words
from identcheck.decide.strategies import Composed, Strategy
from identcheck.derive.words import assigned_unit, capital, listed
from identcheck.describe.design import Design
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.report.code.effects import Chosen, Wanted
from identcheck.report.code.names import comment

__all__ = [
    "Lines", "about_bootstrap", "about_bypass", "about_clusters", "about_covariates",
    "about_family", "about_few_sites", "about_fixed", "about_meaning", "about_population", "about_products",
    "about_rank", "about_reading", "about_rule", "about_sums", "about_weights", "lines", "preamble",
]  # fmt: skip

Lines = tuple[str, ...]
"""Lines of a comment, without the sign that makes them one."""

WIDTH = 90
"""Letters of a comment on one line."""

LIMITS = (
    "What this code does not do: it uses no {covariates}multiple imputation (persons with a missing value are left "
    "out); it does not correct the bias toward ordinary regression that two-stage least squares has with many weak "
    "instruments; its standard errors take the graph and every condition named here as true."
)
RULE = (
    "The registered rule: an effect of a mediator whose conditional F is below {threshold:g} is reported as not determined by "
    "this trial, whatever its p value. The conditional F is that of the instruments for what the other mediators leave of it "
    "(Sanderson and Windmeijer 2016), as identcheck plan anticipates it: for two-stage least squares without weights, not robust "
    "to clustering, with one residual variance; that of identcheck examine lets arms and sites differ in it. A contrast of arms, "
    "and an arm's own coefficient, have none."
)
FAMILY = {
    "holm": "Holm's method over the {number} effects (Holm 1979): the smallest p value is multiplied by {number}, the next by "
    "{less}, and so on, and none is adjusted to less than the one before. An effect that the rule leaves undetermined counts as "
    "one of them.",
    "bonferroni": "Each p value is multiplied by {number}, the number of effects (Bonferroni). An effect that the rule leaves "
    "undetermined counts as one of them.",
    "none": "The p values of the {number} effects are not adjusted for their number.",
}
LEAST = "Site by site every site has an F of its own, and the least of them counts."
PRICE = (
    "Site by site: the equations of each site are solved by themselves, and the solutions averaged. Nothing is asked of how "
    "compliances and effects go together between sites. In exchange one site with a weak compliance can decide the average, "
    "which then has no moments: look at the F of each site. Standard errors are from the spread of the sites."
)
GRANTED = "Granted."
OPEN = "NOT GRANTED: argue for it."
ACROSS = (
    "Arms that share a control are weighed together by two-stage least squares: it asks of each bypass that it be uncorrelated "
    "with the compliances of the other arms too."
)
NEEDS = {
    "python": "Needs pandas and linearmodels (7.1 or later): pip install pandas linearmodels",
    "r": "Needs R 4.0 or later, and no packages.",
    "stata": "Needs Stata 15 or later.",
}
GIVEN = ("i", "iii", "iv")
TOGETHER = (
    "The arms of a site are weighed together by the shares that they have there, as by two-stage least squares and identcheck "
    "examine."
)
CLUSTERS = "They are robust to clustering by site, and tend to be too small where sites are few."
FEW_SITES = {
    "CR2": "The test of the plan, CR2: standard errors clustered by site, each site's part divided by the root of 1 less its "
    "leverage (Bell and McCaffrey 2002), and t with Satterthwaite's degrees of freedom.",
    "CR3": "The test of the plan, CR3: standard errors clustered by site, each site's part divided by 1 less its leverage, and t "
    "with Satterthwaite's degrees of freedom (Bell and McCaffrey 2002).",
    "bootstrap": "The test of the plan, the wild bootstrap over sites, restricted to no effect, with Webb's six values (Cameron, "
    "Gelbach and Miller 2008; Webb 2014). Standard errors are plain ones, clustered by site, and no part of it.",
}
NOT_THESE = (
    "Tests of contrasts of arms and of ratios of pooled contrasts are plain: t with as many degrees of freedom as there are "
    "sites less coefficients."
)
IN_SITES = (
    "The average effect is that of these very sites, which the plan takes as all there are. Standard errors are those of trials "
    "repeated in them, from the covariances of {units} within arms of each site and not from how sites scatter; tests have the "
    "degrees of freedom of {units} within arms."
)
NOT_IN_SITES = (
    "NOT DONE HERE: the plan takes these sites as all whose average effect is asked for. {which} standard errors of sites "
    "that stand for others, clustered by site or from their spread, which are too large for that."
)
NOT_IN_STATA = (
    "NOT DONE HERE: the plan's tests of effects of mediators are {test}. This code has plain standard errors, clustered by site, "
    "and t with as many degrees of freedom as there are sites less coefficients, which reject true hypotheses more often where "
    "sites are few. The code for R and for Python has the tests of the plan."
)


def lines(*texts: str) -> Lines:
    """Texts as lines of a comment, one after another, further lines of each indented."""
    found: list[str] = []
    for text in texts:
        found += textwrap.wrap(comment(text), WIDTH, subsequent_indent="  ", break_on_hyphens=False) or [""]
    return tuple(found)


def preamble(wanted: Wanted, site: str, names: Mapping[str, str]) -> Lines:
    """What stands above the code.

    Args:
        wanted: the effects with their strategies, and the language.
        site: the column of the sites.
        names: the column of each node.
    """
    finding = wanted.chosen[0][0]
    beside = {name: f"{name!r}, a covariate from before assignment" for name in wanted.covariates}
    if wanted.cluster:
        beside[wanted.cluster] = (
            f"{wanted.cluster!r}, the cluster of each person: whole clusters are assigned"
        )
    where = f"{site}: the site of each person"
    columns = [where] * (finding.design.sites != 1)
    called = dict(wanted.columns)
    columns += [
        f"{name}: {_column(finding, node)}{_called(node, called)}"
        for node, name in names.items()
        if node not in beside
    ]
    columns += [f"{names[node]}: {what}" for node, what in beside.items()]
    kind = "variables" if wanted.language == "stata" else "columns"
    data = f"The data: one row per person, with these {kind}; rename yours, or change the names below."
    given = () if wanted.brief else (*_given(wanted.chosen, wanted.covariates, wanted.population), "")
    return (
        *_header(wanted.chosen, wanted.brief),
        "",
        *given,
        data,
        *lines(*columns),
        "",
        NEEDS[wanted.language],
    )


def _called(node: str, called: Mapping[str, str | tuple[str, object]]) -> str:
    """What the data call a column, where that is not its own name."""
    said = called.get(node, node)
    if said == node:
        return ""
    return (
        f"; in the data {said!r}"
        if isinstance(said, str)
        else f"; in the data where {said[0]!r} is {said[1]!r}"
    )


def about_products(design: Design, products: Sequence[str]) -> Lines:
    """How products come about."""
    if not products:
        return ()
    named = listed([design.label(product) for product in products])
    return lines(
        f"{capital(named, design)}: made of the two values of each person, before any contrast. What treatment does to it is no "
        "product of contrasts: it holds levels without treatment."
    )


def about_reading(design: Design) -> Lines:
    """Which persons and sites are left out."""
    persons, sites = design.word("persons"), design.word("sites")
    left = f"{capital(persons, design)} with a missing value are left out"
    several = len(design.treatments) > 1
    some = f"; a {design.word('site')} that lacks one of several arms keeps the others" if several else ""
    return lines(
        f"{left}."
        if design.sites == 1
        else f"{left}, then {sites} that lack {'every' if several else 'the'} arm or control{some}, as by identcheck examine."
    )


def _column(finding: Finding, node: str) -> str:
    """What a column of the data holds."""
    design = finding.design
    if modifier := next((m for m in design.modifiers if m.name == node), None):
        kind = f"categories 0 to {modifier.terms}" if modifier.scale != "continuous" else "a number"
        if node == SITE_WEIGHTS:
            persons = design.word("persons")
            kind = (
                f"n p (1 - p) of its n {persons}, of whom a share p is treated"
                if design.weights == "precision"
                else f"its number of {persons}"
            )
        return f"{modifier.words!r}, of the {design.word(modifier.level)}, {kind}"
    words = [repr(node)] if design.label(node) == node else [repr(node), design.label(node)]
    if node in design.treatments:
        words.append("1 for the persons assigned to it, 0 for all others")
    return ", ".join(words)


def _header(chosen: Chosen, brief: bool) -> Lines:
    """What is estimated, how, and what the verdict is."""
    design, granted = chosen[0][0].design, chosen[0][0].granted
    titled = f": {design.title}" if design.title else ""
    said = [f"Estimation code by identcheck {__version__}{titled}"]
    for finding, strategy in chosen:
        missing = condition_names(finding.missing_for(strategy))
        lacks = f"; this strategy lacks {missing}" if missing else ""
        said.append(f"Effect: {finding.estimand}, {finding.words}.")
        said.append(f"Verdict: {finding.answer}, granting {granted_words(design, granted)}{lacks}.")
        if not brief:
            said.append(f"Strategy: {strategy}.")
    return lines(*dict.fromkeys(said), *remarks(design, granted))


def _given(chosen: Chosen, covariates: Sequence[str], population: bool) -> Lines:
    """What is taken as given, and what the code does not do."""
    design = chosen[0][0].design
    statements = _statements(chosen[0][0])
    behind = {n for finding, _ in chosen for n in (finding.rests_on if finding.best else GIVEN)}
    found = [
        "Taken as given, and checked by nothing here:",
        *(f"({n}) {statements[n]}" for n in GIVEN if n in behind),
    ]
    if unseen := [design.label(m) for m in design.mediators if m in design.unobserved]:
        found.append(
            f"Not measured, and so in no regression: {listed(unseen)}. What runs through it stays part of the effects "
            "and of the bypass."
        )
    limits = LIMITS.format(covariates="" if covariates else "covariates and no ")
    return lines(*found, limits if design.sites == 1 or population else f"{limits} {CLUSTERS}")


def _statements(finding: Finding) -> Mapping[str, str]:
    """Each numbered assumption as a sentence; one that the design violates says so."""
    said = {}
    for a in assumption_list(finding.design):
        broken = f" VIOLATED in this design: {a.status_text}" if a.status == VIOLATED else ""
        said[a.numeral] = a.statement + broken
    return said


def about_fixed(finding: Finding, by_site: bool = False) -> Lines:
    """What site effects rest on: assignment at random within sites."""
    design = finding.design
    numeral = "vii" if design.single else "viii"
    what = "the constant" if design.sites == 1 else "each site by itself" if by_site else "site effects"
    price = [PRICE] if by_site else []
    return lines(f"({numeral}), for {what}: {_statements(finding)[numeral]}", *price)


def about_bypass(finding: Finding, strategy: Strategy, conditions: Sequence[Condition]) -> Lines:
    """What leaving the arms out of the equation, or taking them in, rests on."""
    reg, design = strategy.regression, finding.design
    if not reg.regressors:
        return ()
    arms = listed([design.label(arm) for arm in reg.arms if arm not in reg.intercepts])
    found = [f"{capital(arms)}: not among the regressors."] if arms else []
    if reg.intercepts:
        named = listed([design.label(arm) for arm in reg.intercepts])
        found.append(f"{capital(named)}: among the regressors; its coefficient is the intercept.")
    across = [ACROSS] if reg.intercepts and len(reg.arms) > 1 and design.sites != 1 else []
    return lines(*found, *(_said(finding, c) for c in conditions), *across)


def about_rank(finding: Finding, strategy: Strategy, conditions: Sequence[Condition]) -> Lines:
    """What the instruments rest on."""
    reg = strategy.regression
    if not reg.regressors:
        return ()
    found = list(dict.fromkeys(_said(finding, c) for c in conditions))
    if unsure := _undetermined(strategy):
        names = listed([finding.design.label(u) for u in unsure], "or")
        found.append(
            f"Whatever holds, the sites do not determine the coefficient of {names}: do not interpret it."
        )
    return lines(*found)


def _undetermined(strategy: Strategy) -> list[str]:
    """The columns whose coefficients the rank leaves open, whatever is granted."""
    ranks = [c for c in strategy.conditions if is_kind(c, Rank) or is_kind(c, Everywhere)]
    known = {column for c in ranks for column in c.structure.identified}
    return [column for column in strategy.regression.columns if column not in known]


def about_meaning(finding: Finding, strategy: Strategy, conditions: Sequence[Condition]) -> Lines:
    """What the coefficients rest on, and mean."""
    if not strategy.regressors:
        return lines("The coefficient is the average of the site contrasts; it takes no further condition.")
    found = [_said(finding, c) for c in conditions]
    unsure = _undetermined(strategy)
    sure = [e for e in strategy.estimands if not {*e.nodes[:1], e.arm} & {*unsure}]
    names = listed(list(dict.fromkeys(map(str, sure))))
    return lines(*found, f"Under all of these the coefficients estimate {names}.")


def about_moderation(reg: Regression, levels: Levels = ()) -> Lines:
    """What the products with moderators are for."""
    cells = (
        f" Site effects and instruments are those of {reg.given_persons} within each site."
        if reg.cells
        else ""
    )
    if not any(reg.terms(column) for column in reg.columns):
        return lines(f"Moderators: {reg.given}.{cells}")
    if levels:
        where = level_words(reg.design, levels).removeprefix(" where ")
        return lines(
            f"Moderators: effects may change with {reg.given}. Each term is taken less its value at {where}, so that the "
            f"coefficient of a mediator, or of an arm, is its effect there. Number categories 0, 1, 2 and so on.{cells}"
        )
    return lines(
        f"Moderators: effects may change with {reg.given}. Each term is taken less its average, so that the coefficient "
        "of a mediator is its average effect; its standard error takes that average as given. Number categories 0, 1, 2 and "
        f"so on.{cells}"
    )


def about_covariates(wanted: Wanted, by_site: bool = False) -> Lines:
    """What covariates are for, and how they enter."""
    if not wanted.covariates:
        return ()
    one = wanted.chosen[0][0].design.sites == 1
    slopes = (
        "" if one else ", with slopes of each site's own" if by_site else ", with slopes common to all sites"
    )
    return lines(
        f"Covariates: less their average{'' if one else ' in the site'}{slopes}. They make estimates more precise, and no "
        "condition rests on them; none may be anything that treatment changes."
    )


def about_clusters(wanted: Wanted, weights: str, cells: bool) -> Lines:
    """How clusters that are assigned enter; where the design assigns some and no column has them, what is wrong then.

    Args:
        wanted: what is asked for.
        weights: what the rows count by.
        cells: whether the regression takes groups of persons, for which a script cannot take clusters.
    """
    design = wanted.chosen[0][0].design
    if not wanted.cluster and (units := assigned_unit(design)):
        how = (
            ""
            if cells
            else " (--cluster COLUMN; in Python cluster=; in the design file cluster under [data])"
        )
        missing = (
            f"takes no means of {units}, as it is about groups of"
            if cells
            else f"names no column of the {units} of"
        )
        by_site = (
            "one site" if design.sites == 1 else "the sites as the population" if wanted.population else ""
        )
        errors = (
            f"Standard errors, those of {by_site}, are too small."
            if by_site
            else f"Standard errors, clustered by {design.word('site')}, allow for it."
        )
        return lines(
            f"NOT DONE HERE: {units} are assigned, and this code {missing} {design.word('persons')}{how}. The conditional F "
            f"is as if {design.word('persons')} had been assigned one by one, and too large: no effect passes a rule by it. "
            + errors
        )
    if not wanted.cluster:
        return ()
    each = "as many times as it has persons" if weights == "persons" else "once"
    return lines(
        f"Whole clusters are assigned: the rows of the regression are their means, and each cluster counts {each}. Errors are "
        "then those of clusters, and so is the conditional F."
    )


def about_few_sites(wanted: Wanted, fits: bool) -> Lines:
    """Which tests few sites take, and which of them are not of that kind; nothing where no regression here takes them.

    Args:
        wanted: the effects and the test.
        fits: whether a regression has such tests, or would have but in Stata.
    """
    if not fits or wanted.test == "CR1":
        return ()
    if wanted.language == "stata":
        return lines(
            NOT_IN_STATA.format(test=wanted.test if wanted.test != "bootstrap" else "a wild bootstrap")
        )
    return lines(FEW_SITES[wanted.test], NOT_THESE)


def about_population(wanted: Wanted, done: Sequence[bool]) -> Lines:
    """What standard errors are where the sites are the population; nothing where they are a sample, or one.

    Args:
        wanted: the effects.
        done: of each regression, whether its standard errors are those of trials repeated in these sites.
    """
    if not wanted.population or wanted.chosen[0][0].design.sites == 1:
        return ()
    found = [IN_SITES.format(units="clusters" if wanted.cluster else "persons")] if any(done) else []
    composed = any(isinstance(strategy, Composed) for _, strategy in wanted.chosen)
    if not all(done) or composed:
        which = "All else here has the" if any(done) else "This code has the"
        found.append(NOT_IN_SITES.format(which=which))
    if wanted.language == "stata":
        found.append(
            "The code for R and for Python has those of trials repeated in these sites, for effects of one arm."
        )
    return lines(*found)


def about_weights(finding: Finding, strategy: Strategy, averaged: bool) -> Lines:
    """How sites are weighted, and what that rests on.

    Args:
        finding: the effect.
        strategy: the regression.
        averaged: whether it weighs as the average.
    """
    design = finding.design
    several = len(strategy.arms) > 1 and design.weights != "precision" and not (averaged or strategy.pooled)
    together = f" {TOGETHER}" if several else ""
    if not averaged and "x" in design.numerals:
        state = GRANTED if "x" in finding.granted else OPEN
        return lines(f"(x): {_statements(finding)['x']} {state}{together}")
    over = "the same" if design.average == "sites" else "by its number of persons"
    return lines(f"Weights: each site counts {over}, as in the average that is wanted.{together}")


def _said(finding: Finding, condition: Condition) -> str:
    """A condition with its numeral, and how it stands."""
    if condition.violated:
        state = f"Excluded: {condition.violated}."
    elif condition.implied:
        state = f"It holds: {condition.implied}."
    elif condition.met(finding.granted):
        state = GRANTED
    else:
        state = OPEN
    return f"{condition_name(condition)}: {condition.need} {state}"


def about_sums(chosen: Chosen) -> Lines:
    """What the sums of products rest on."""
    found: list[str] = []
    for finding, strategy in chosen:
        if isinstance(strategy, Composed):
            what = "The effect" if len(chosen) == 1 else str(finding.estimand)
            found.append(f"{what} is {strategy.name.removeprefix('composed: ')}.")
            found += [_said(finding, c) for c in strategy.conditions if is_kind(c, Product)]
    return lines(*found)


def about_rule(threshold: float, by_site: bool = False) -> Lines:
    """The rule that discards an effect whose instruments are weak."""
    least = [LEAST] if by_site else []
    return lines(RULE.format(threshold=threshold), *least)


def about_family(number: int, multiplicity: str) -> Lines:
    """How the p values of several effects are adjusted; nothing for one."""
    return lines(FAMILY[multiplicity].format(number=number, less=number - 1)) if number > 1 else ()


def about_bootstrap(finding: Finding, several: bool) -> Lines:
    """How the standard error of a sum of products comes about."""
    one = finding.design.sites == 1
    drawn = "persons are" if one else "sites are"
    twice = "" if one else " a site that is drawn twice counts as two,"
    whose = "Standard errors of sums of products" if several else "Its standard error"
    few = "With few sites neither is to be relied on. Draws with too few different sites for the regressions are left out."
    return lines(
        f"{whose}: {drawn} drawn with replacement,{twice} and everything is estimated again. The 95% interval lies "
        "between percentiles of the draws.",
        *([] if one else [few]),
    )
