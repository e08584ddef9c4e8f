"""Each condition in one short sentence that a trial designer understands, in short labels and the trial's own words.

The exact condition may ask for more (a mean independence, a rank): its ``statement`` and ``latex`` say what.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Everywhere,
    Linear,
    Product,
    Rank,
    Regression,
    Shared,
    Within,
    is_kind,
    shared_edges,
    unknown_kind,
)
from identcheck.derive.paths import inner_nodes, reaches
from identcheck.derive.words import (
    agree,
    assigned_unit,
    assignment,
    brief,
    briefs,
    capital,
    listed,
    one_site_words,
)
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.symbols.names import Effect

__all__ = ["matters", "plain", "plainly", "who_is_assigned"]

HELD = (", the other held fixed", ", the others held fixed")

MOST_EDGES = 3
"""More arrows, or effects, than that are counted in a sentence."""

MANY = 4
"""So many regressors are not listed beside the outcome."""


@singledispatch
def plain(condition: Condition) -> str:
    """The condition as a short sentence, such as "Districts where coaching changes practice more are not districts where ..."."""
    unknown_kind(condition, "plain")


def plainly(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """The conditions of one regression and one assumption as short sentences; those on several regressors as one.

    Args:
        conditions: conditions of one kind and one regression.
    """
    if len(conditions) > 1 and conditions[0].design.sites != 1 and not conditions[0].regression.moderators:
        reg = conditions[0].regression
        within = [c.regressor for c in conditions if is_kind(c, Within)]
        between = [c.regressor for c in conditions if is_kind(c, Between)]
        for among, said in ((within, _within_for_each), (between, _between_for_each)):
            if len(among) == len(conditions):
                return (said(reg, tuple(dict.fromkeys(among))),)
    return tuple(dict.fromkeys(map(plain, conditions)))


def _within_for_each(reg: Regression, regressors: Sequence[str]) -> str:
    design, persons = reg.design, reg.design.word("persons")
    where = (
        f"within {design.word('sites')}, averaged over them, "
        if reg.pooled
        else f"within a {design.word('site')}, "
    )
    verb = agree(design, reg.arms, "changes", "change", "or")
    arms, outcome = briefs(design, reg.arms, "or"), brief(design, reg.outcome)
    held = HELD[len(regressors) > 2]
    return capital(
        f"{where}{persons} for whom {arms} {verb} one of {briefs(design, regressors)} more are not those for whom that one "
        f"matters more (or less) for {outcome}{held}.",
        design,
    )


def _between_for_each(reg: Regression, regressors: Sequence[str]) -> str:
    design = reg.design
    changes = _changes(design, reg.arms, reg.regressors)
    one = "either of these" if len(regressors) == 2 else "any of these"
    held = HELD[len(regressors) > 2]
    return capital(
        f"{design.word('sites')} where {changes} more are not those where {one} matters more (or less) for "
        f"{brief(design, reg.outcome)}{held}{_starting(reg, reg.arms, reg.regressors)}.",
        design,
    )


def _starting(reg: Regression, arms: Sequence[str], regressors: Sequence[str]) -> str:
    """What a product among the regressors adds, levels without treatment, and drawn weights, as the rest of a sentence."""
    design = reg.design
    weights = f"; nor are {design.word('sites')} that weigh more in the estimate" if reg.weighted else ""
    factors = dict.fromkeys(node for u in regressors for node in design.products.get(u, ()))
    if not factors:
        return weights
    named = briefs(design, sorted(factors, key=design.order.__getitem__))
    return f"; nor are {design.word('sites')} where {named} would be higher without {briefs(design, arms, 'or')}{weights}"


def _across(design: Design) -> str:
    """Such as "from district to district"."""
    site = design.word("site")
    return f"from {site} to {site}"


def _among(reg: Regression) -> str:
    """Such as "from district to district", or "among districts with the same entry wages"."""
    return f"among {reg.rows}" if reg.moderators else _across(reg.design)


@plain.register
def _linear(condition: Linear) -> str:
    return condition.statement


@plain.register
def _assigned(condition: Assigned) -> str:
    design = condition.design
    reg = condition.regression
    regressors = (
        [brief(design, u) for u in reg.regressors] if len(reg.regressors) < MANY else ["the mediators"]
    )
    nodes = listed([*regressors, brief(design, reg.outcome)])
    within = "" if design.sites == 1 else f"within a {design.word('site')}, "
    who = who_is_assigned(design)
    return capital(f"{within}{who} has nothing to do with the other causes of {nodes}.", design)


def who_is_assigned(design: Design) -> str:
    """Such as "which clinics are assigned to training", "who is assigned to the voucher or the navigator"."""
    units = assigned_unit(design)
    who = f"which {units} are" if units else "who is"
    to = assignment(design, design.treatments).removeprefix("assignment").strip()
    return f"{who} assigned {to or 'to treatment'}"


@plain.register
def _cut(condition: Cut) -> str:
    reg, design = condition.regression, condition.design
    verb = agree(design, reg.arms, "affects", "affect")
    through = briefs(design, reg.regressors)
    return capital(
        f"{briefs(design, reg.arms)} {verb} {brief(design, reg.outcome)} only through {through}.", design
    )


@plain.register
def _within(condition: Within) -> str:
    reg, design, u = condition.regression, condition.design, condition.regressor
    persons = design.word("persons")
    where = "" if design.sites == 1 else f"within a {design.word('site')}, "
    if reg.cells:
        where += f"among {persons} with the same {reg.given_persons}, "
    if reg.pooled and where:
        where = f"within {design.word('sites')}, averaged over them, "
    changes = _changes(design, reg.arms, (u,))
    said = matters(design, u, reg.outcome, reg.others(u))
    return capital(f"{where}{persons} for whom {changes} more are not those for whom {said}.", design)


@plain.register
def _between(condition: Between) -> str:
    design, reg, sites = condition.design, condition.regression, condition.design.word("sites")
    if design.sites == 1 and not reg.cells:
        return capital(f"{one_site_words(design)}.")
    arms, regressors = condition.against
    changes = _changes(design, arms, regressors)
    if reg.moderators:
        sites = f"among {reg.rows}, those"
    said = matters(design, condition.regressor, reg.outcome, reg.others(condition.regressor))
    starting = _starting(reg, arms, regressors)
    return capital(f"{sites} where {changes} more are not those where {said}{starting}.", design)


@plain.register
def _bypass(condition: Bypass) -> str:
    design, reg = condition.design, condition.regression
    if design.sites == 1 and not reg.cells:
        return capital(f"{one_site_words(design)}.")
    arms, moved = condition.against
    does, it = agree(design, arms, "does", "do"), agree(design, arms, "it does", "they do")
    weights = f", and to how {design.word('sites')} are weighted" if reg.weighted else ""
    own = "these" if len(moved) > 1 and moved == reg.regressors else briefs(design, moved)
    if condition.alike:
        return (
            f"What {briefs(design, arms)} {does} to {brief(design, reg.outcome)} other than through "
            f"{briefs(design, reg.regressors)} is the same, on average, in every {design.word('site')}."
        )
    tied, alike = condition.tied, ""
    if tied:
        alike = (
            f", for which {_effects(design, tied)} would have to be the same in all {design.word('sites')}"
        )
    return (
        f"What {briefs(design, arms)} {does} to {brief(design, reg.outcome)} other than through "
        f"{briefs(design, reg.regressors)} is unrelated, {_among(reg)}, to what {it} to {own}{weights}{alike}."
    )


@plain.register
def _shared(condition: Shared) -> str:
    design = condition.design
    edges = shared_edges(condition.regression)
    every = f"on average, in every {design.word('site')}"
    verb = "is" if len(edges) == 1 else "are each"
    return capital(f"{_effects(design, edges)} {verb} the same, {every}.", design)


@plain.register
def _product(condition: Product) -> str:
    design = condition.design
    persons = design.word("persons")
    found = dict.fromkeys(effect for _, factors in condition.products for f in factors for effect in f)
    edges = list(dict.fromkeys((effect.source, effect.target) for effect in found))
    where = f"across all {persons}" + ("" if design.sites == 1 else f" of all {design.word('sites')}")
    if condition.regression.site_by_site:
        where = f"within a {design.word('site')}"
    elif condition.regression.moderators:
        where = f"across all {persons} of {condition.regression.rows}"
    if len(condition.products) == 1 and len(edges) == len(found) <= MOST_EDGES:
        return capital(f"{where}, {_of(design, found)} are unrelated to one another.", design)
    start, end = _ends(design, edges)
    return capital(
        f"{where}, effects that follow one another on the way from {start} to {end} are unrelated to one another.",
        design,
    )


@plain.register
def _everywhere(condition: Everywhere) -> str:
    design, reg = condition.design, condition.regression
    every = f"in every {design.word('site')}"
    if len(reg.regressors) == 1:
        return capital(f"{_changes(design, reg.arms, reg.regressors)} {every}.", design)
    among = briefs(design, reg.regressors)
    verb = agree(design, reg.arms, "changes", "change")
    return capital(
        f"{every}, {briefs(design, reg.arms, 'and')} {verb} {among} in different proportions from arm to arm.",
        design,
    )


@plain.register
def _rank(condition: Rank) -> str:
    design, reg = condition.design, condition.regression
    if reg.moderators:
        return condition.need
    if len(reg.regressors) == 1:
        return _one_regressor(condition)
    among = briefs(design, reg.regressors)
    arms = briefs(design, reg.arms, "and")
    verb = agree(design, reg.arms, "changes", "change")
    if not condition.structure.full:
        does = agree(design, reg.arms, "does", "do")
        of = (
            "its bypass"
            if condition.column in reg.intercepts
            else f"the effect of {brief(design, condition.column)}"
        )
        return capital(
            f"what {arms} {does} to {among} differs enough {_rows(condition)} to single out {of}.", design
        )
    if reg.intercepts:
        return capital(
            f"{arms} {verb} {among} by amounts that differ {_rows(condition)} and do not move in step.",
            design,
        )
    if len(reg.regressors) == 2:
        return capital(f"{arms} {verb} {among} in different proportions {_rows(condition)}.", design)
    return capital(
        f"{arms} {verb} {among} in proportions that differ enough {_rows(condition)} to tell them apart.",
        design,
    )


def _one_regressor(condition: Rank) -> str:
    """One mediator: it must respond, or, with an intercept, respond differently from site to site."""
    design, reg = condition.design, condition.regression
    (u,) = reg.regressors
    clean = tuple(arm for arm in reg.arms if arm not in reg.intercepts)
    where = f"in at least one {design.word('site')}"
    if reg.pooled:
        where = f"on average over {design.word('sites')}"
    parts = []
    if clean:
        parts.append(_changes(design, clean, (u,)) + (", on average" if design.sites == 1 else f" {where}"))
    if reg.intercepts:
        parts.append(f"{_changes(design, reg.intercepts, (u,))} by different amounts {_across(design)}")
    return capital(f"{', or '.join(parts)}.", design)


def _rows(condition: Rank) -> str:
    """What the rows of the matrix differ by: sites, arms or both."""
    design, reg = condition.design, condition.regression
    by_arm = "from arm to arm"
    if reg.pooled and design.sites != 1:
        return f"{by_arm}, averaged over {design.word('sites')}"
    if design.sites == 1:
        return by_arm
    return f"{_across(design)}" + (" or from arm to arm" if len(reg.arms) > 1 else "")


def _changes(design: Design, arms: Sequence[str], nodes: Sequence[str]) -> str:
    """Such as "coaching changes practice or attendance"."""
    verb = agree(design, arms, "changes", "change", "or")
    return f"{briefs(design, arms, 'or')} {verb} {briefs(design, nodes, 'or')}"


def matters(design: Design, u: str, v: str, avoiding: frozenset[str], how: str = "more (or less)") -> str:
    """Such as "practice matters more (or less) for literacy, other than through attendance"."""
    dropped = inner_nodes(design, u, v) - inner_nodes(design, u, v, avoiding)
    around = [node for node in sorted(dropped, key=design.order.__getitem__) if node in avoiding]
    first = [node for node in around if reaches(design, u, node, dropped - {node})]
    other = f", other than through {briefs(design, first, 'or')}" if first else ""
    verb = agree(design, (u,), "matters", "matter")
    return f"{brief(design, u)} {verb} {how} for {brief(design, v)}{other}"


def _effects(design: Design, edges: Sequence[Edge]) -> str:
    """Such as "the direct effects of coaching on reading at home and of practice on attendance"."""
    if len(edges) > MOST_EDGES:
        return f"the {len(edges)} effects that carry both a change in a mediator and its consequences"
    said: dict[str, list[str]] = {}
    for a, b in edges:
        said.setdefault(a, []).append(f"on {brief(design, b)}")
    effects = listed([f"of {brief(design, a)} {listed(ends)}" for a, ends in said.items()])
    direct = "direct " if any(inner_nodes(design, a, b) for a, b in edges) else ""
    return f"the {direct}effect{'s' if len(edges) > 1 else ''} {effects}"


def _of(design: Design, effects: Sequence[Effect] | dict[Effect, None]) -> str:
    return f"the effects {listed([f'of {brief(design, e.source)} on {brief(design, e.target)}' for e in effects])}"


def _ends(design: Design, edges: Sequence[Edge]) -> tuple[str, str]:
    """Where effects that follow one another start and end."""
    place = design.order.__getitem__
    return brief(design, min((a for a, _ in edges), key=place)), brief(
        design, max((b for _, b in edges), key=place)
    )
