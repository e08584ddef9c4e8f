"""(vii) Site-average effects against site-average compliances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import product
from string import ascii_lowercase

from identcheck.decide.assumptions.base import (
    BY_DESIGN,
    FALSIFIABLE,
    NEITHER,
    Assumption,
    Details,
    Lines,
    Setting,
    met,
    no_room,
)
from identcheck.decide.assumptions.moderation import still_granted
from identcheck.decide.assumptions.products import products_between
from identcheck.decide.assumptions.stories import (
    MOST_SENTENCES,
    NOTHING_MEASURED,
    formulas_of,
    joint_statement,
    site_story,
)
from identcheck.decide.conditions import Between, of_kind
from identcheck.decide.conditions.breaking import breaks
from identcheck.derive.moments import covariance, expand_between, mean_effect
from identcheck.derive.paths import edges_between, inner_nodes
from identcheck.derive.words import (
    averaged,
    brief,
    capital,
    compliances,
    counted,
    effect_words,
    listed,
    one_site_words,
)
from identcheck.describe.design import Design

__all__ = ["between"]

MOST_PRODUCTS = 2_000
"""A covariance whose expansion has about more products of coefficients and moments is not written out."""

MOST_PAIRS = 6
"""So many pairs of an effect and an arrow upstream are listed one by one."""

MOST_EXPANSIONS = 12
"""So many expansions are written out; of more the rest are counted."""

FEW_SITES = 20
"""Below this many sites the list says that a test for curvature has little power."""


def between(setting: Setting) -> Assumption:
    """(vii) Between-site cross-mediator compliance-effect independence."""
    s, design = setting, setting.design
    conditions = of_kind(setting.conditions, Between)
    open_ones = [c for c in conditions if not c.implied]
    one_site = design.sites == 1 and not setting.regression.cells
    broken = [c.violated for c in conditions if c.violated]
    enough = not no_room(setting)
    moved = "the mediators" if s.several else s.mediators
    if one_site:
        status_text = capital(f"{one_site_words(design)}.")
    elif broken:
        status_text = f"{capital(broken[0], design)}."
    elif open_ones:
        status_text = (
            f"How much treatment changes {moved} in a {design.word('site')} is not assigned at random, so this needs "
            "the strongest argument." + still_granted(setting, open_ones[0])
        )
    else:
        status_text = (
            " ".join(dict.fromkeys(f"{capital(c.implied, design)}." for c in conditions)) or NOTHING_MEASURED
        )
    return Assumption(
        numeral="vii",
        title="Between-site "
        + ("cross-mediator " if s.among_several else "")
        + "compliance-effect independence",
        statement=_between_statement(setting, open_ones or conditions),
        written=partial(_mean_independence, setting, open_ones or conditions),
        spelt_out=partial(_between_details, setting, open_ones),
        reason="The error of equation (11) then has mean zero at every value of the compliances, so the regression "
        "is consistent.",
        status=BY_DESIGN if one_site else met(conditions),
        status_text=status_text,
        check=NEITHER if one_site or not enough else FALSIFIABLE,
        check_text=_between_check(setting, one_site, enough),
        breaks=breaks(open_ones[0]) if open_ones else site_story(setting, design.mediators[0]),
        remarks=() if one_site else products_between(setting),
    )


def _mean_independence(setting: Setting, conditions: Sequence[Between]) -> Lines:
    """The conditions as formulas; without any, that of the first mediator, which no regression can use."""
    design = setting.design
    if conditions:
        return formulas_of(conditions)
    gamma = setting.tex(mean_effect(design, design.treatments[0], design.mediators[0]))
    delta = setting.tex(mean_effect(design, design.mediators[0], design.outcome))
    return (rf"\mathbb{{E}}[{delta} \mid {gamma}] = \mathbb{{E}}[{delta}]",)


def _between_statement(setting: Setting, conditions: Sequence[Between]) -> str:
    """One sentence for the effects of all regressors, since all are held against the same compliances."""
    if not 1 < len(conditions) <= MOST_SENTENCES:
        return joint_statement(setting, conditions, f"across {setting.design.word('sites')}")
    reg = conditions[0].regression
    weights = f" and {conditions[0].weights_words}" if conditions[0].weighted else ""
    return (
        f"Across {setting.design.word('sites')}, {_effects(conditions)} have the same expected "
        f"values whatever {averaged(compliances(setting.design, reg.regressors, reg.arms))}{weights} may be."
    )


def _effects(conditions: Sequence[Between]) -> str:
    """The average effects on one outcome, which is named last: "the average effect of A and the average effect of B on Y"."""
    end = f" on {brief(conditions[0].design, conditions[0].regression.outcome)}"
    *first, last = [averaged(c.phrase) for c in conditions]
    return listed([*(phrase.removesuffix(end) for phrase in first), last])


def _between_details(setting: Setting, conditions: Sequence[Between]) -> Details:
    """Cov(r_js, d_us) along upstream paths, where the mediators are not parallel."""
    design = setting.design
    if setting.parallel or not conditions:
        return (), ()
    formulas, count, long = [], 0, 0
    for c in conditions:
        for arm, j in product(c.regression.arms, c.regression.regressors):
            whole = covariance(design, c.regression.compliance(arm, j), c.subject)
            if whole == 0 or (_is_arrow(design, arm, j) and _is_arrow(design, *c.effect)):
                continue
            if _size(design, arm, j) * _size(design, *c.effect) > MOST_PRODUCTS:
                long += 1
                continue
            count += 1
            if count <= MOST_EXPANSIONS:
                terms = expand_between(design, (arm, j, ()), c.effect)
                formulas.append(f"{setting.tex(whole)} = {setting.tex(terms)} = 0")
    lines = []
    if formulas or long:
        lines.append(
            "It is necessary, though not sufficient, that every covariance between a compliance and an effect vanishes. "
            "A compliance that runs through other mediators expands along its paths, including the covariances within "
            "sites of the coefficients on one path. A simpler form suffices: the site average of each effect is "
            "mean-independent of the site averages of all upstream arrows and of their covariances and higher moments "
            "within sites."
        )
    lines += _arrow_by_arrow(conditions)
    if long:
        lines.append(
            f"{counted(long, 'expansion', 'expansions')} with more than about {MOST_PRODUCTS:,} products "
            f"{'are' if long > 1 else 'is'} not written out."
        )
    if count > MOST_EXPANSIONS:
        lines.append(f"The first {MOST_EXPANSIONS} of {count} expansions are printed.")
    return tuple(lines), tuple(formulas)


def _arrow_by_arrow(conditions: Sequence[Between]) -> list[str]:
    """Each effect against each arrow upstream, lettered, where these pairs are few."""
    design, reg = conditions[0].design, conditions[0].regression
    upstream = {e: None for arm in reg.arms for u in reg.regressors for e in edges_between(design, arm, u)}
    arrows = sorted(
        (e for e in upstream if design.varies(*e) != "none"),
        key=lambda e: (design.order[e[0]], design.order[e[1]]),
    )
    pairs = [
        (c.phrase, effect_words(design, *edge, inner_nodes(design, *edge)))
        for c in reversed(conditions)
        for edge in arrows
    ]
    if not pairs or len(pairs) > MOST_PAIRS:
        return []
    told = [
        f"{letter}) {effect} and {arrow}"
        for letter, (effect, arrow) in zip(ascii_lowercase, pairs, strict=False)
    ]
    return [
        "Arrow by arrow, as Reardon and Raudenbush put it for Moving to Opportunity, site averages are to be uncorrelated "
        f"between sites in {len(pairs)} {'pairs' if len(pairs) > 1 else 'pair'}: {'; '.join(told)}."
    ]


def _is_arrow(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> bool:
    """Whether an effect is that of one arrow, so that there is nothing to expand."""
    return design.causal.has_edge(u, v) and not inner_nodes(design, u, v, avoiding)


def _size(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> int:
    """About how many products the expansion of an effect has: each coefficient of a path as a mean, or in a moment.

    It is the sum over paths of 3 to the power of their length, arrow by arrow in topological order.
    """
    sizes = {u: 1}
    for a, b in edges_between(design, u, v, avoiding):
        sizes[b] = sizes.get(b, 0) + 3 * sizes[a]
    return sizes.get(v, 0)


def _between_check(setting: Setting, one_site: bool, enough: bool) -> str:
    sites = setting.design.sites
    if one_site:
        return f"There is one {setting.design.word('site')}."
    if not enough:
        return no_room(setting)
    reg = setting.regression
    shape = {0: "line", 1: "line", 2: "plane"}.get(len(reg.regressors), "hyperplane")
    origin = "" if reg.intercepts else " through the origin"
    signs = "Curvature speaks" if reg.intercepts else "Curvature, or an intercept, speaks"
    few = (
        f" With {sites} {setting.design.word('sites')} such a test has little power."
        if sites is not None and sites < FEW_SITES
        else ""
    )
    return (
        f"With enough {setting.design.word('sites')}: if all conditions hold, "
        f"the site effects on {setting.outcome} scatter around a {shape}{origin}, more widely where compliance is larger. "
        f"{signs} against one of the conditions; scatter alone does not.{few}"
    )
