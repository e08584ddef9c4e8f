"""(x) The weights of the sites against the effects, read off the graph where they are drawn (theory sections 10 and 14)."""

from __future__ import annotations

from functools import partial

from identcheck.decide.assumptions.base import (
    BY_DESIGN,
    ENCODED,
    FALSIFIABLE,
    OPEN,
    VIOLATED,
    Assumption,
    Lines,
    Setting,
)
from identcheck.decide.conditions.drawn_causes import joined
from identcheck.derive.heterogeneity import Demand, asked_of_weights
from identcheck.derive.paths import any_varies
from identcheck.derive.words import capital, listed
from identcheck.describe.site_weights import SITE_WEIGHTS

__all__ = ["weights"]

UNDER_WEIGHTS = (
    "Here w is the weight that the estimator gives a site and v its weight in the target average; the covariance is under "
    "the weights v. All other expectations over sites are under the weights w."
)


def weights(setting: Setting) -> Assumption:
    """(x) The estimator's site weights against the average that is wanted."""
    s, design = setting, setting.design
    persons, sites = design.word("persons"), design.word("sites")
    names = {
        "precision": f"{sites} by their number of {persons} and the balance of the arms, n p (1 - p), as two-stage least squares "
        "does",
        "sites": f"all {sites} equally",
        "persons": f"{sites} by their number of {persons}",
    }
    wanted = f"over {sites}, each counting once" if design.average == "sites" else f"over {persons}"
    status, status_text = _read(setting)
    given = setting.regression.given
    among = f"{sites} with the same {given}" if given and asked_of_weights(design) else sites
    return Assumption(
        numeral="x",
        title="Weights unrelated to effects",
        statement=capital(
            f"the target average is {wanted}, while the estimator weights {names[design.weights]}; the average effects of "
            f"{'the mediators' if s.among_several else s.regressors} on {s.outcome} are unrelated, across {among}, to the "
            "difference in weights.",
            setting.design,
        ),
        written=partial(_unrelated_weights, setting),
        spelt_out=((UNDER_WEIGHTS,), ()),
        reason="The regression averages effects with its own weights; this makes that average the target.",
        status=status,
        status_text=status_text,
        check=FALSIFIABLE,
        check_text="Estimates with the other weights should agree up to sampling error.",
        breaks=_where_weights_are_large(setting),
    )


def _read(setting: Setting) -> tuple[str, str]:
    """The status and why: read off the graph where the weights are drawn."""
    design, reg = setting.design, setting.regression
    sites = design.word("sites")
    if design.weights == design.average:
        return BY_DESIGN, "The weights are the same."
    if not asked_of_weights(design):
        differ = f"They differ unless all {sites} have the same number of {design.word('persons')} and the same share treated."
        return OPEN, differ
    if reg.site_by_site:
        return (
            BY_DESIGN,
            f"Each {design.word('site')} is solved by itself, so that any average of these effects can be taken.",
        )
    inside = ((u, reg.outcome, reg.others(u)) for u in reg.regressors)
    if not any(any_varies(design, "sites", *ends) for ends in inside):
        return BY_DESIGN, f"The average effects are the same in all {sites}."
    if ways := _open_ways(setting):
        return VIOLATED, f"{capital(ways[0], design)}."
    held = _held(setting)
    if SITE_WEIGHTS in reg.moderators:
        return BY_DESIGN, f"Effects may change with the weights, which are held fixed. {held}"
    drawn = [m.words for m in design.modifiers if m.name != SITE_WEIGHTS]
    fixed = f"with {reg.given} held fixed, no" if reg.given else "no"
    return ENCODED, (
        f"Drawn are {listed([*drawn, 'the weights'])}: {fixed} way leads from the weights to an effect. What is granted is that "
        f"there is no common cause of the weights and an effect other than those drawn.{f' {held}' if held else ''}"
    )


def _held(setting: Setting) -> str:
    """Over what the average is taken where something is held fixed, as a sentence; "" where nothing is."""
    design, given = setting.design, setting.regression.given
    wanted = (
        f"each {design.word('site')} counting once"
        if design.average == "sites"
        else f"over {design.word('persons')}"
    )
    return (
        f"The average effect is that given {given}, averaged over their distribution in the target: {wanted}."
        if given
        else ""
    )


def _open_ways(setting: Setting) -> list[str]:
    """The drawn ways from the weights to the effect of each regressor, given what is held fixed, as clauses."""
    reg, weighted = setting.regression, asked_of_weights(setting.design)
    found = []
    for u in reg.regressors:
        demand = reg.demands.get(("between", u))
        if demand is not None and demand.one:
            found.append(joined(setting.design, Demand("sites", demand.one, weighted), reg.moderators))
    return [way for way in found if way]


def _where_weights_are_large(setting: Setting) -> str:
    """Large sites, or balanced ones, are those with larger effects."""
    s, sites = setting, setting.design.word("sites")
    more = f"The mediators matter more, or less, for {s.outcome}"
    if not s.among_several:
        more = f"The effects of {s.regressors} on {s.outcome} are larger, or smaller,"
    return f"{more} in large {sites}, or in {sites} with balanced arms."


def _unrelated_weights(setting: Setting) -> Lines:
    reg = setting.regression
    measured = reg.regressors or setting.design.mediators[:1]
    effects = (setting.tex(reg.site_downstream(u)) for u in measured)
    levels = (
        ", ".join(setting.tex(level) for level in reg.levels("")) if asked_of_weights(setting.design) else ""
    )
    given = rf" \mid {levels}" if levels else ""
    return tuple(rf"\operatorname{{Cov}}(w_{{s}} / v_{{s}}, {effect}{given}) = 0" for effect in effects)
