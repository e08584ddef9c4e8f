"""What would break each condition: an example made from the roles and scales of the nodes, in the trial's own words."""

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
    Shared,
    Within,
    shared_edges,
    unknown_kind,
)
from identcheck.decide.conditions.plain import matters, who_is_assigned
from identcheck.derive.assignment import only_assign
from identcheck.derive.paths import paths, reaches
from identcheck.derive.words import (
    FEW,
    agree,
    bare,
    brief,
    briefs,
    capital,
    carried_out,
    listed,
)
from identcheck.describe.design import Design

__all__ = ["breaks", "respond_more", "sites_differ"]

MOST = "most, or least,"


@singledispatch
def breaks(condition: Condition) -> str:
    """What would break the condition, in a sentence such as "Coaching changes reading at home more in some districts ..."."""
    unknown_kind(condition, "breaks")


@breaks.register
def _assigned(condition: Assigned) -> str:
    design = condition.design
    return f"What decides {who_is_assigned(design)} also affects {_outcome(condition)}."


@breaks.register
def _cut(condition: Cut) -> str:
    design, reg = condition.design, condition.regression
    arms = briefs(design, reg.arms, "or")
    changes = agree(design, reg.arms, "changes", "change", "or")
    nodes = reg.regressors or design.mediators
    stay = agree(design, nodes, "stays", "stay")
    with_it = agree(design, reg.arms, "it", "them", "or")
    return capital(
        f"{arms}, or something that comes with {with_it}, {changes} {_outcome(condition)} even where "
        f"{briefs(design, nodes)} {stay} the same.",
        design,
    )


@breaks.register
def _within(condition: Within) -> str:
    reg = condition.regression
    arms = tuple(arm for arm in reg.arms if reaches(condition.design, arm, condition.regressor)) or reg.arms
    return respond_more(
        condition.design, arms, condition.regressor, reg.outcome, reg.others(condition.regressor)
    )


def respond_more(
    design: Design, arms: Sequence[str], u: str, v: str, avoiding: frozenset[str] = frozenset()
) -> str:
    """Those in whom treatment changes a mediator most are those for whom the mediator matters most."""
    persons, said = design.word("persons"), matters(design, u, v, avoiding, MOST)
    if design.scales.get(u) == "binary":
        depends = agree(design, (u,), "depends", "depend")
        return capital(
            f"{persons} whose {bare(design, u)} {depends} on {briefs(design, arms, 'or')} are those for whom {said}.",
            design,
        )
    changes = agree(design, arms, "changes", "change", "or")
    treatment, mediator = briefs(design, arms, "or"), brief(design, u)
    low = f", for instance where {mediator} would be low without {treatment}"
    return capital(
        f"{persons} for whom {treatment} {changes} {mediator} most are those for whom {said}{low}.", design
    )


@breaks.register
def _between(condition: Between) -> str:
    arms, regressors = condition.against
    u, design = condition.regressor, condition.design
    changed = u if any(reaches(design, arm, u) for arm in arms) else regressors[0]
    return sites_differ(design, arms, changed, u, condition.regression.outcome)


def sites_differ(design: Design, arms: Sequence[str], changed: str, u: str, v: str) -> str:
    """A feature of sites, a baseline variable where there is one, bears on both a compliance and an effect."""
    sites, treatment = design.word("sites"), briefs(design, arms, "or")
    changes = (
        f"how much {treatment} {agree(design, arms, 'changes', 'change', 'or')} {brief(design, changed)}"
    )
    effect = f"how much {brief(design, u)} {agree(design, (u,), 'matters', 'matter')} for {brief(design, v)}"
    feature = next((node for node in design.baseline if node not in only_assign(design)), None)
    if feature is not None:
        return capital(
            f"{sites} that differ in {design.label(feature)} differ both in {changes} and in {effect}.",
            design,
        )
    carried = carried_out(design, arms)
    such = f", such as {carried}," if carried else ""
    return capital(
        f"something that differs between {sites}{such} bears both on {changes} and on {effect}.", design
    )


@breaks.register
def _linear(condition: Linear) -> str:
    design = condition.design
    moderators = listed([m.words for m in condition.continuous or condition.moderators])
    return capital(
        f"the effect on {_outcome(condition)} rises with {moderators} up to a point and no further.", design
    )


@breaks.register
def _bypass(condition: Bypass) -> str:
    design, reg = condition.design, condition.regression
    if condition.tied:
        return _differs(design, *condition.tied[0])
    (arm,), regressors = condition.against
    route = next(paths(design, arm, reg.outcome, reg.regressors), (arm, reg.outcome))
    if condition.alike:
        return _differs(design, arm, route[1])
    through = f"through {listed([brief(design, n) for n in route[1:-1]])}" if len(route) > 2 else "directly"
    it = agree(design, (arm,), "it does", "they do")
    changes = agree(design, (arm,), "changes", "change")
    return capital(
        f"{design.word('sites')} where {brief(design, arm)} {changes} {brief(design, regressors[0])} most are also those "
        f"where {it} {MOST} to {_outcome(condition)} {through}.",
        design,
    )


@breaks.register
def _shared(condition: Shared) -> str:
    return _differs(condition.design, *shared_edges(condition.regression)[0])


def _differs(design: Design, a: str, b: str) -> str:
    """An arrow that differs between sites, where it has to be the same in all."""
    changes = agree(design, (a,), "changes", "change")
    return capital(
        f"{brief(design, a)} {changes} {brief(design, b)} more in some {design.word('sites')} than in others.",
        design,
    )


@breaks.register
def _product(condition: Product) -> str:
    design = condition.design
    factors = next(factors for _, factors in condition.products if len(factors) > 1)
    one, other = factors[0][0], factors[1][0]
    changes = agree(design, (one.source,), "changes", "change")
    return capital(
        f"{design.word('persons')} for whom {brief(design, one.source)} {changes} {brief(design, one.target)} most are those "
        f"for whom {matters(design, other.source, other.target, frozenset(), MOST)}.",
        design,
    )


@breaks.register
def _rank(condition: Rank) -> str:
    design, reg = condition.design, condition.regression
    arms, first = briefs(design, reg.arms), reg.regressors[0]
    changes = agree(design, reg.arms, "changes", "change")
    every = "" if design.sites == 1 else f" in every {design.word('site')}"
    if len(reg.regressors) > 1 and every and {*reg.arms} == {*reg.intercepts}:
        either = briefs(design, reg.regressors[:2], "or")
        return capital(
            f"{arms} {changes} {either} by the same amount{every}, or {changes} the two in step.", design
        )
    if len(reg.regressors) > 1:
        return capital(
            f"{arms} {changes} {briefs(design, reg.regressors[:2])} in the same proportion{every}.", design
        )
    if reg.intercepts:
        return capital(f"{arms} {changes} {brief(design, first)} by the same amount{every}.", design)
    some = "" if design.sites == 1 else f" in any {design.word('site')}"
    changes = f"{agree(design, reg.arms, 'does', 'do')} not change"
    if len(reg.arms) > 1:
        arms = "none of the arms" if len(reg.arms) > FEW else f"neither {briefs(design, reg.arms, 'nor')}"
        changes = agree(design, reg.arms, "changes", "change", "nor")
    return capital(f"{arms} {changes} {brief(design, first)}{some}.", design)


@breaks.register
def _everywhere(condition: Everywhere) -> str:
    design, reg = condition.design, condition.regression
    arms, some = briefs(design, reg.arms), f"in some {design.word('sites')}"
    if len(reg.regressors) > 1:
        changes = agree(design, reg.arms, "changes", "change")
        return capital(
            f"{arms} {changes} {briefs(design, reg.regressors[:2])} in the same proportion {some}.", design
        )
    does = f"{agree(design, reg.arms, 'does', 'do')} not change"
    return capital(f"{arms} {does} {brief(design, reg.regressors[0])} {some}.", design)


def _outcome(condition: Condition) -> str:
    return brief(condition.design, condition.regression.outcome)
