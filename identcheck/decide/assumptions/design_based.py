"""Ignorable assignment, rank and weights: what the trial's design must provide."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from identcheck.decide.assumptions.base import (
    BY_DESIGN,
    FALSIFIABLE,
    OPEN,
    VERIFIABLE,
    VIOLATED,
    Assumption,
    Lines,
    Setting,
)
from identcheck.decide.assumptions.stories import LABELS, formulas_of
from identcheck.decide.conditions import Rank, of_kind
from identcheck.derive.assignment import BackDoor, back_doors
from identcheck.derive.words import brief, capital, compliances, listed, some

__all__ = ["effective", "ignorable", "rank", "weights"]

UNDER_WEIGHTS = (
    "Here w is the estimator's weight of a site and v its weight in the average wanted; the covariance is under "
    "the weights v. All other expectations over sites in this report are under the weights w."
)


def ignorable(setting: Setting) -> Assumption:
    """(viii), or (vii) of one site: treatment is independent of all potential values within sites."""
    s, design = setting, setting.design
    doors = back_doors(design)
    given = "" if design.sites == 1 else r" \mid s"
    everything = listed([brief(design, node) for node in (*design.mediators, design.outcome)])
    values = r"Y(t, m_{1},\ldots,m_{P}), M_{1}(t),\ldots,M_{P}(t)" if s.several else r"Y(t, m), M(t)"
    return Assumption(
        numeral="vii" if design.single else "viii",
        title="Ignorable treatment assignment" + ("" if design.sites == 1 else " within sites"),
        statement=capital(
            f"{s.place}, who is assigned {s.treatment} is unrelated to the values that {everything} would take under any "
            "assignment.",
            setting.design,
        ),
        written=(rf"T \perp \lbrace {values} \rbrace{given}",),
        reason="Contrasts of arms within a site then equal the site-average effects of treatment: compliances and "
        "intent-to-treat effects are known from the data.",
        status=VIOLATED if doors else BY_DESIGN,
        status_text=_opened(setting, doors)
        if doors
        else "Treatment is randomised" + ("." if design.sites == 1 else " within each site."),
        check=FALSIFIABLE,
        check_text="Baseline variables should be balanced between the arms"
        + ("." if design.sites == 1 else " within sites."),
        breaks="The assignment was not kept to by those who made it, or persons left the study because of it.",
    )


def _opened(setting: Setting, doors: Mapping[str, BackDoor]) -> str:
    """Which contrasts are confounded in the graph, by what, and what to do."""
    design = setting.design
    paths = listed(list(dict.fromkeys(door.text for door in doors.values())))
    nodes = listed([brief(design, node) for node in doors])
    text = (
        f"The graph has {paths}: contrasts of arms in {nodes} mix the effect of {setting.treatment} with that of a common "
        "cause, and nothing that needs them is identified. "
    )
    spared = [brief(design, n) for n in (*design.mediators, design.outcome) if n not in doors]
    if spared:
        text += f"Contrasts of arms in {listed(spared)} are not touched, and effects that need no others keep their verdicts. "
    measured = {c for door in doors.values() for c in door.causes if c not in design.unobserved}
    if measured:
        names = some([brief(design, node) for node in design.baseline if node in measured])
        text += (
            f"If assignment was random within levels of {names}, let these levels within sites take the place of sites, and "
            "leave the arrow into treatment out."
        )
    else:
        text += "If assignment was by chance alone, leave that out of the graph."
    return text


def effective(setting: Setting) -> Assumption:
    """(vi) of one site and one mediator: the average compliance is not zero."""
    s = setting
    return Assumption(
        numeral="vi",
        title="Effectiveness of the instrument",
        statement=capital(f"on average, {s.treatment} changes {s.mediator()}.", setting.design),
        written=partial(_nonzero, setting),
        reason="Equation (3) divides by it.",
        status=OPEN,
        status_text="It is a matter of fact that the data will show; plan for a compliance well away from zero.",
        check=VERIFIABLE,
        check_text=f"The contrast of the arms in {s.mediator()} estimates it (first stage).",
        breaks=capital(
            f"{s.treatment} moves {s.mediator()} up for some and down for as many others, or for no one.",
            setting.design,
        ),
        remarks=(LABELS,),
    )


def _nonzero(setting: Setting) -> Lines:
    """That no average compliance is zero."""
    reg = setting.regression
    compliances_ = (reg.compliance(arm, u) for arm in reg.arms for u in reg.regressors)
    return tuple(rf"{setting.tex(item)} \neq 0" for item in compliances_) or (r"\gamma \neq 0",)


def rank(setting: Setting) -> Assumption:
    """(ix) The site-by-mediator compliance matrix has sufficient rank."""
    found = of_kind(setting.conditions, Rank)
    if not found:
        return _no_regressors(setting)
    condition = found[0]
    structure = condition.structure
    reg = setting.regression
    if structure.full:
        status, why = OPEN, _rank_room(setting, condition)
    else:
        status = VIOLATED
        why = capital(
            next(text for column in structure.columns if (text := Rank(reg, column).violated)) + ".",
            setting.design,
        )
    return Assumption(
        numeral="ix",
        title="Sufficient rank of the site-by-mediator compliance matrix",
        statement=condition.statement,
        written=partial(formulas_of, [condition]),
        spelt_out=(_rank_details(setting), ()),
        reason="The linear equations of the sites then have one solution, the effects of the mediators.",
        status=status,
        status_text=why,
        check=VERIFIABLE,
        check_text="The compliances are estimated from the data: look at their rank, their spread and "
        "their correlation, and at the conditional first-stage F of each mediator.",
        breaks=_rank_breaks(setting),
    )


def weights(setting: Setting) -> Assumption:
    """(x) The estimator's site weights against the average that is wanted."""
    s, design = setting, setting.design
    names = {
        "precision": "by the number of persons and the balance of the arms, n p (1 - p), as two-stage least squares does",
        "sites": "all sites equally",
        "persons": "sites by their number of persons",
    }
    same = design.weights == design.average
    wanted = "over sites, each counting once" if design.average == "sites" else "over persons"
    return Assumption(
        numeral="x",
        title="Weights unrelated to effects",
        statement=capital(
            f"the average wanted is {wanted}, while the estimator weights {names[design.weights]}; the site averages of "
            f"the mediators' effects on {s.outcome} are unrelated to the difference.",
            setting.design,
        ),
        written=partial(_unrelated_weights, setting),
        spelt_out=((UNDER_WEIGHTS,), ()),
        reason="The regression averages effects with its own weights; this makes that average the one wanted.",
        status=BY_DESIGN if same else OPEN,
        status_text="The weights are the same."
        if same
        else "The two differ unless all sites have the same number of persons and the same share treated.",
        check=FALSIFIABLE,
        check_text="Re-estimating with the other weights should give the same answer up to sampling error.",
        breaks=f"Large sites, or sites with balanced arms, are those where the mediators matter more for {s.outcome}.",
    )


def _unrelated_weights(setting: Setting) -> Lines:
    measured = setting.regression.regressors or setting.design.mediators[:1]
    effects = (setting.tex(setting.regression.site_downstream(u)) for u in measured)
    return tuple(rf"\operatorname{{Cov}}(w_{{s}} / v_{{s}}, {effect}) = 0" for effect in effects)


def _no_regressors(setting: Setting) -> Assumption:
    return Assumption(
        numeral="ix",
        title="Sufficient rank of the site-by-mediator compliance matrix",
        statement=f"No mediator with an arrow into {setting.outcome} is measured, so there is no matrix.",
        written=(r"P = 0",),
        reason="There would be no equation to solve.",
        status=VIOLATED,
        status_text="Measure at least one mediator.",
        check=VERIFIABLE,
        check_text="It is a matter of what is measured.",
        breaks="It is broken here.",
    )


def _rank_breaks(setting: Setting) -> str:
    """What would make the compliances dependent, for the regressors there are."""
    reg, design = setting.regression, setting.design
    first, *others = [brief(design, u) for u in reg.regressors]
    where = "" if design.sites == 1 else " in every site"
    if others:
        text = f"{setting.treatment} moves {first} and {others[0]} in the same proportion{where}."
    elif reg.intercepts:
        text = f"{setting.treatment} moves {first} by the same amount{where}."
    else:
        text = f"{setting.treatment} does not change {first}{' in any site' if where else ''}."
    return capital(text, design)


def _rank_room(setting: Setting, condition: Rank) -> str:
    needed = condition.structure.sites_for_all or 1
    have = setting.design.sites
    columns = len(setting.regression.columns)
    rows = f"{needed} site{'s' if needed != 1 else ''}"
    if have is None:
        return (
            f"The graph allows it with {rows} or more; the number of sites is not stated. Whether the compliances "
            "really tell the mediators apart is a matter of fact that the data will show."
        )
    return (
        f"The graph allows it: {columns} coefficient{'s' if columns != 1 else ''}, at least {rows} needed, {have} in "
        "the design. Whether the compliances really differ enough is a matter of fact that the data will show."
    )


def _rank_details(setting: Setting) -> tuple[str, ...]:
    design, reg = setting.design, setting.regression
    count = len(reg.regressors)
    if len(reg.columns) == 1:
        return (
            "One site in which treatment moves the mediator is enough; the average over sites may be zero for the "
            "regression, though not for the pooled ratio.",
        )
    if len(design.treatments) > 1 or reg.intercepts:
        rows = len(design.treatments)
        return (
            (
                "Every site gives one equation"
                if rows == 1
                else f"Every site gives {rows} equations, one for each arm"
            )
            + f", for {len(reg.columns)} coefficients"
            + (", the intercept among them." if reg.intercepts else "."),
        )
    names = listed([brief(design, u) for u in reg.regressors])
    return (
        f"(ix.a) The average effect of treatment may be the same in all sites for at most one of {names}.",
        f"(ix.b) There are at least as many sites as mediators: {design.sites or 'K'} against {count}.",
        f"(ix.c) In some {count} sites, {compliances(design, reg.regressors, reg.arms)} are linearly independent.",
    )
