"""Which planned numbers a condition excludes: a function with a version for each kind of condition."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial, singledispatch
from itertools import product

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Linear,
    Product,
    Rank,
    Regression,
    Shared,
    Within,
    shared_edges,
    unknown_kind,
)
from identcheck.derive.paths import inner_nodes
from identcheck.derive.words import agree, brief, briefs, listed
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.closed.polynomials import Products
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.planned import CHANGE, UNRELATED, Planned, claim_of

__all__ = ["violations"]

NONE = 1e-9
"""A moment in SDs below this is 0 but for rounding."""

Ends = tuple[str, str, frozenset[str]]


@singledispatch
def violations(condition: Condition, at: Anticipated) -> Iterable[Planned]:
    """The planned numbers that a condition excludes."""
    del at
    unknown_kind(condition, "violations")


@violations.register(Assigned)
@violations.register(Product)
@violations.register(Rank)
@violations.register(Linear)
def _none(condition: Condition, at: Anticipated) -> Iterable[Planned]:
    del condition, at
    return ()


@violations.register
def _shared(condition: Shared, at: Anticipated) -> Iterator[Planned]:
    """The SDs across sites of the arrows that are to be the same everywhere."""
    design = at.design
    for a, b in shared_edges(condition.regression):
        place = at.place[a, b]
        sd = math.sqrt(float(at.between[place, place]))
        if sd:
            one, other = brief(design, a), brief(design, b)
            name = f"SD across sites of {arrow_name((a, b))}"
            default = any(item.name == name and item.default for item in at.inputs)
            how = f"(SD {_number(sd)}{', a default' if default else ''})"
            planned = (
                f"{other} is planned to respond to {one} differently between {design.word('sites')} {how}"
            )
            needs = f"require the same response in every {design.word('site')}"
            yield Planned("shared", arrow_name((a, b)), planned, needs, CHANGE, default, (a, b))


@violations.register
def _between(condition: Between, at: Anticipated) -> Iterator[Planned]:
    """Correlations across sites of a regressor's effect with compliances, and third moments with two of them."""
    reg, u = condition.regression, condition.regressor
    pooled, products = reg.pooled, _apart(at, reg)
    effect = (u, reg.outcome, reg.others(u))
    arms, nodes = condition.against
    compliances = [(arm, j, frozenset[str]()) for arm in arms for j in nodes]
    groups: list[tuple[Ends, ...]] = [(one,) for one in compliances]
    if not pooled:
        own = [ends for ends in compliances if ends[1] == u]
        groups += [(one, other) for one, other in product(own, compliances)]
    about = _mattering(at.design, reg, u)
    yield from _related(condition, at, products, groups, effect, about)


@violations.register
def _bypass(condition: Bypass, at: Anticipated) -> Iterator[Planned]:
    """Correlations across sites of what bypasses the regressors with compliances."""
    reg = condition.regression
    arms, nodes = condition.against
    groups = [((arm, j, frozenset[str]()),) for arm, j in product(arms, nodes)]
    through = briefs(at.design, reg.regressors)
    about = f"what {_short(at, condition.arm)} does to {_short(at, reg.outcome)} other than through {through}"
    yield from _related(condition, at, _apart(at, reg), groups, condition.effect, about)


def _related(
    condition: Condition,
    at: Anticipated,
    products: Products,
    groups: Iterable[tuple[Ends, ...]],
    effect: Ends,
    about: str,
) -> Iterator[Planned]:
    """The moments of an effect with compliances that are planned not to be 0; of third ones those without a correlation."""
    name = condition.assumption
    said: set[str] = set()
    for group in groups:
        value = _in_sds(products, (*group, effect))
        nodes = [ends[1] for ends in group]
        if abs(value) <= NONE or (len(group) > 1 and said & {*nodes}):
            continue
        said.update(nodes)
        moved = listed(
            list(dict.fromkeys(f"how much {_short(at, arm)} changes {_short(at, j)}" for arm, j, _ in group))
        )
        kind = "correlation" if len(group) == 1 else "third moment in SDs"
        site = at.design.word("site")
        planned = (
            f"{moved} and {about} are planned to be related from {site} to {site} ({kind} {_number(value)})"
        )
        yield Planned(name, f"{moved} and {about}", planned, UNRELATED, claim_of(condition))


@violations.register
def _within(condition: Within, at: Anticipated) -> Iterator[Planned]:
    """Moments within sites of arrows above and below the mediator."""
    for arrows in condition.arrows() if condition.varying_arms else ():
        edges = sorted({*arrows})
        places = tuple(sorted(at.place[edge] for edge in arrows))
        value = _within_sds(at, places)
        if abs(value) > NONE and len(edges) > 1:
            effects = listed([f"how much {_short(at, a)} changes {_short(at, b)}" for a, b in edges])
            person, site = at.design.word("person"), at.design.word("site")
            kind = "correlation" if len(places) == 2 else "third moment in SDs"
            planned = f"{effects} are planned to be related from {person} to {person} within a {site} ({kind} {_number(value)})"
            yield Planned(condition.assumption, effects, planned, UNRELATED, claim_of(condition))


@violations.register
def _cut(condition: Cut, at: Anticipated) -> Iterator[Planned]:
    """Effects of arms past the regressors along suspected arrows."""
    reg = condition.regression
    for arm in reg.arms:
        theta = Products(at).site_effect(arm, reg.outcome, reg.regressors)
        if theta:
            through = briefs(at.design, reg.regressors)
            about = f"{_short(at, arm)} is planned to act on {_short(at, reg.outcome)} other than through {through}"
            needs = f"require it to act through {'it' if len(reg.regressors) == 1 else 'them'} alone"
            planned = f"{about}, along a suspected arrow"
            yield Planned(condition.assumption, f"{arm} past {through}", planned, needs, claim_of(condition))


def _mattering(design: Design, reg: Regression, u: str) -> str:
    """How much a regressor matters for the outcome, along the paths that avoid the others."""
    one, other = brief(design, u), brief(design, reg.outcome)
    through = inner_nodes(design, u, reg.outcome)
    left_out = through - inner_nodes(design, u, reg.outcome, reg.others(u))
    how = "" if not through else " in all" if not left_out else " directly" if left_out == through else None
    if how is None:
        past = briefs(design, sorted(left_out, key=design.order.__getitem__))
        return (
            f"how much {one} {agree(design, (u,), 'matters', 'matter')} for {other} other than through {past}"
        )
    return f"how much {one} {agree(design, (u,), 'matters', 'matter')}{how} for {other}"


def _short(at: Anticipated, node: str) -> str:
    return brief(at.design, node)


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) >= 0.095 else f"{value:.2g}"


def _within_sds(at: Anticipated, places: tuple[int, ...]) -> float:
    """A moment within sites in SDs; 0 where one of the effects does not vary."""
    scale = math.prod(math.sqrt(float(at.within[i, i])) for i in places)
    if not scale:
        return 0.0
    i, j, *_ = places
    moment = float(at.within[i, j]) if len(places) == 2 else at.third_within.get((i, j, places[-1]), 0.0)
    return moment / scale


def _in_sds(products: Products, effects: tuple[Ends, ...]) -> float:
    """The joint central moment across sites of effects, in their SDs; 0 where one of them does not vary."""
    polys = [products.site_effect(*ends) for ends in effects]
    *upstream, downstream = ({place for key in poly for place in key} for poly in polys)
    if products.unrelated(set().union(*upstream), downstream):
        return 0.0
    scale = math.prod(map(partial(_sd, products), effects))
    return products.central_moment(polys) / scale if scale > NONE else 0.0


@once
def _sd(products: Products, ends: Ends) -> float:
    """The SD across sites of an effect."""
    poly = products.site_effect(*ends)
    return math.sqrt(max(products.central_moment([poly, poly]), 0.0))


def _apart(at: Anticipated, reg: Regression) -> Products:
    """Averages in the anticipated world, shared arrows the same everywhere: what follows from theirs is said of them alone."""
    return _held(at, tuple(edge for edge in shared_edges(reg) if edge in at.place))


@once
def _held(at: Anticipated, edges: tuple[Edge, ...]) -> Products:
    changed = np.array(at.between)
    places = [at.place[edge] for edge in edges]
    changed[places, :] = changed[:, places] = 0.0
    thirds = {key: value for key, value in at.third_between.items() if not {*key} & {*places}}
    return Products(replace(at, between=changed, third_between=thirds))
