"""Ignorable assignment and rank: what the trial's design must provide."""

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
from identcheck.decide.assumptions.products import products_rank
from identcheck.decide.assumptions.stories import LABELS, formulas_of
from identcheck.decide.conditions import Rank, of_kind
from identcheck.decide.conditions.breaking import breaks
from identcheck.derive.assignment import BackDoor, back_doors
from identcheck.derive.words import (
    assigned_unit,
    assignment,
    brief,
    capital,
    compliances,
    counted,
    listed,
    some,
)

__all__ = ["effective", "ignorable", "rank"]


def ignorable(setting: Setting) -> Assumption:
    """(viii), or (vii) of one site: treatment is independent of all potential values within sites."""
    s, design = setting, setting.design
    doors = back_doors(design)
    given = "" if design.sites == 1 else r" \mid s"
    units = assigned_unit(design) or design.word("persons")
    everything = listed([brief(design, node) for node in (*design.mediators, design.outcome)])
    values = r"Y(t, m_{1},\ldots,m_{P}), M_{1}(t),\ldots,M_{P}(t)" if s.several else r"Y(t, m), M(t)"
    return Assumption(
        numeral="vii" if design.single else "viii",
        title="Ignorable treatment assignment" + ("" if design.sites == 1 else " within sites"),
        statement=capital(
            f"{s.place}, {assignment(design, s.regression.arms)} is independent of the values that {everything} would take "
            "under any assignment.",
            setting.design,
        ),
        written=(rf"T \perp \lbrace {values} \rbrace{given}",),
        reason="Contrasts of arms within a site then equal the site-average effects of treatment: compliances and "
        "intent-to-treat effects are known from the data.",
        status=VIOLATED if doors else BY_DESIGN,
        status_text=_opened(setting, doors)
        if doors
        else f"{capital(units)} are randomized"
        + ("." if design.sites == 1 else f" within each {design.word('site')}."),
        check=FALSIFIABLE,
        check_text="Baseline variables should be balanced between the arms"
        + ("." if design.sites == 1 else f" within {design.word('sites')}."),
        breaks=f"Some {units} are not placed in the arm that was drawn for them, or {design.word('persons')} leave the study "
        "because of their arm.",
    )


def _opened(setting: Setting, doors: Mapping[str, BackDoor]) -> str:
    """Which contrasts are confounded in the graph, by what, and what to do."""
    design = setting.design
    paths = listed(list(dict.fromkeys(door.text for door in doors.values())))
    nodes = listed([brief(design, node) for node in doors])
    text = (
        f"The graph has {paths}: contrasts of arms in {nodes} mix the effect of {setting.treatment} with that of a common "
        "cause, and no effect that needs them is identified. "
    )
    spared = [brief(design, n) for n in (*design.mediators, design.outcome) if n not in doors]
    if spared:
        text += f"Contrasts of arms in {listed(spared)} are not affected, and effects that need no others keep their verdicts. "
    measured = {c for door in doors.values() for c in door.causes if c not in design.unobserved}
    if measured:
        names = some([brief(design, node) for node in design.baseline if node in measured])
        text += (
            f"If assignment was random within levels of {names}, use these levels within sites in place of sites, and leave "
            "out the arrow into treatment."
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
        statement=capital(
            f"on average, {s.treatment} {s.does('changes', 'change')} {s.mediator()}.", setting.design
        ),
        written=partial(_nonzero, setting),
        reason="Equation (3) divides by it.",
        status=OPEN,
        status_text="The data will show it; plan for a compliance well away from zero.",
        check=VERIFIABLE,
        check_text=f"The contrast of the arms in {s.mediator()} estimates it (first stage).",
        breaks=capital(
            f"{s.treatment} {s.does('raises', 'raise')} {s.mediator()} for some {s.design.word('persons')} and "
            f"{s.does('lowers', 'lower')} it as much for others, or {s.does('changes', 'change')} it for no one.",
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
    if structure.full or (setting.column and not condition.violated):
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
        reason="The linear equations of the sites then have one solution, the "
        + ("effects of the mediators." if setting.among_several else f"effect of {setting.regressors}."),
        status=status,
        status_text=why,
        check=VERIFIABLE,
        check_text="The compliances are estimated from the data: their rank, their spread and their correlation, and the "
        "conditional first-stage F of each mediator.",
        breaks=breaks(condition),
    )


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
        check_text="The list of measured variables shows it.",
        breaks="No mediator is measured, as here.",
    )


def _rank_room(setting: Setting, condition: Rank) -> str:
    needed = condition.structure.sites_for_all or 1
    have = setting.design.sites
    columns = len(setting.regression.columns)
    sites = setting.design.word("sites")
    rows = counted(needed, setting.design.word("site"), sites)
    if have is None:
        return (
            f"The graph allows it with at least {rows}; the number of {sites} is not stated. Whether the compliances do tell "
            "the mediators apart, the data will show."
        )
    return (
        f"The graph allows it: {columns} {'coefficients need' if columns != 1 else 'coefficient needs'} at least {rows}, and "
        f"the design has {have}. Whether the compliances differ enough, the data will show."
    )


def _rank_details(setting: Setting) -> tuple[str, ...]:
    design, reg = setting.design, setting.regression
    site, sites = design.word("site"), design.word("sites")
    count = len(reg.regressors)
    if len(reg.columns) == 1:
        return (
            f"One {site} in which treatment changes the mediator is enough for the regression, even if the average over "
            f"{sites} is zero; the pooled ratio needs an average that is not zero.",
        )
    if len(design.treatments) > 1 or reg.intercepts:
        rows = len(reg.arms)
        return (
            (
                f"Every {site} gives one equation"
                if rows == 1
                else f"Every {site} gives {rows} equations, one for each arm"
            )
            + f", for {len(reg.columns)} coefficients"
            + (", the intercept among them." if reg.intercepts else "."),
        )
    names = listed([brief(design, u) for u in reg.regressors])
    return (
        f"(ix.a) The average effect of treatment may be the same in all {sites} for at most one of {names}.",
        f"(ix.b) There are at least as many {sites} as mediators{', products counted' if design.products else ''}: "
        f"{design.sites or 'K'} for {count}.",
        f"(ix.c) In some {count} {sites}, {compliances(design, reg.regressors, reg.arms)} are linearly independent.",
        *products_rank(setting),
    )
