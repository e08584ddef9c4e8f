"""Take-up and crossover: what noncompliance says of an arm's effect on a binary mediator.

With t_s the share of an arm's persons in site s who take it up, and c_s that of control persons who do so all the same, the arm's
effect in the site is gamma_s = t_s - c_s. Its mean and its SD across sites are those of t_s - c_s; of two arms their covariance
across sites is Cov(t_s - c_s, t'_s - c_s). The mediator's variance within arms is the average over sites, and over control and
arms, of p_s (1 - p_s). Where an SD is stated in place of shares by site,

    Var(gamma) = takeup_sd^2 + crossover_sd^2,     E[p_s (1 - p_s)] = p (1 - p) - sd^2,     Cov(gamma, gamma') = crossover_sd^2.

Where the SD of gamma across sites is stated, or taken, it is that of the take-up. A prevalence is the average of the shares of
control and arms: what stated effects of arms say of how shares differ between these and between sites comes off p (1 - p) too.

Not said by any of this, and 0 unless it is stated as of any arrow: how the effect differs between the persons of a site, and how
it goes together with effects on the outcome.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from identcheck.derive.words import listed
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.defaults import VARIATION, Default
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.stated import TAKEN_UP, TAKEUP_SPREAD, Arrow, mean_share

__all__ = [
    "compliance",
    "demand_prevalence",
    "demand_takeup",
    "related_takeup",
    "sd_of_prevalence",
    "sd_of_takeup",
    "spread_of_takeup",
]


def compliance(to: Notes, edge: Edge, said: Arrow) -> Default:
    """The mean that take-up and crossover give, which are noted as inputs."""
    for key, words in (TAKEN_UP | TAKEUP_SPREAD).items():
        share = getattr(said, key)
        if share is None and key in TAKEUP_SPREAD:
            continue
        unsaid = Default(0.0, "not stated, and taken to be 0", guess=False) if share is None else None
        text = f"{mean_share(share):g}"
        if isinstance(share, tuple):
            text += f" on average, {min(share):g} to {max(share):g}"
        to.note(f"{words} of {arrow_name(edge)}", text, "", "arrows", unsaid, said.source)
    return Default(said.average or 0.0, "take-up less crossover", guess=False)


def spread_of_takeup(to: Notes, said: Arrow) -> Default | None:
    """The SD across sites of an arm's effect where it follows from its take-up; None where it does not."""
    if said.takeup is None or not said.by_site or said.between is not None:
        return None
    source = "the SD across sites of take-up less crossover"
    return Default(math.sqrt(_covariance(to, said, said)), source, guess=False)


def related_takeup(to: Notes, one: Edge, other: Edge) -> float | None:
    """The correlation across sites of two arms' effects on a mediator, where it follows from their take-up; else None."""
    arrows = [to.plan.arrows.get(edge, Arrow()) for edge in (one, other)]
    spreads = [spread_of_takeup(to, said) for said in arrows]
    if one[1] != other[1] or any(each is None or not each.value for each in spreads):
        return None
    scale = math.prod(each.value for each in spreads if each is not None)
    return _covariance(to, *arrows) / scale or None


def _covariance(to: Notes, one: Arrow, other: Arrow) -> float:
    """The covariance across sites of two arms' take-up less their crossover; of one arm with itself its variance."""
    listed_ = [_by_site(arrow) for arrow in (one, other)]
    if all(each is not None for each in listed_):
        return _moment(to, *(each for each in listed_ if each is not None))
    shared = (one.crossover_sd or 0.0) ** 2
    if isinstance(one.crossover, tuple):
        shared = _moment(to, one.crossover, one.crossover)
    if one is not other:
        return shared
    own = (one.takeup_sd or 0.0) ** 2
    return shared + (_moment(to, one.takeup, one.takeup) if isinstance(one.takeup, tuple) else own)


def _by_site(said: Arrow) -> tuple[float, ...] | None:
    """Take-up less crossover in each site; None where an SD is stated of either."""
    if said.takeup_sd is not None or said.crossover_sd is not None:
        return None
    shares = [
        share if isinstance(share, tuple) else (mean_share(share),) for share in (said.takeup, said.crossover)
    ]
    count = max(map(len, shares))
    taken, crossed = (np.resize(np.array(each), count) for each in shares)
    return tuple((taken - crossed).tolist())


def _moment(to: Notes, one: Sequence[float], other: Sequence[float]) -> float:
    """The covariance of numbers by site: of all there are where these are the population, else as it is estimated."""
    count = min(len(one), len(other))
    freedom = count if to.plan.sites_are == "population" else count - 1
    if freedom < 1:
        return 0.0
    left, right = np.array(one[:count]), np.array(other[:count])
    return float((left - left.mean()) @ (right - right.mean())) / freedom


def sd_of_takeup(to: Notes, node: str) -> Default | None:
    """The SD of a node within arms where its take-up is stated; None where it is not.

    It is the root of the mean of p (1 - p) over sites, and over control, where p is the crossover, and the arms, where it is the
    take-up.
    """
    said = _taken_up(to, node)
    if not said:
        return None
    control = max(said.values(), key=lambda arrow: mean_share(arrow.crossover))
    within = [
        _within(control.crossover, control.crossover_sd),
        *(_within(arrow.takeup, arrow.takeup_sd) for arrow in said.values()),
    ]
    return Default(
        _less_between(to, sum(within), said),
        "the root of p (1 - p), averaged over sites, control and arms, with the stated take-up and crossover",
        guess=False,
    )


def sd_of_prevalence(to: Notes, node: str, share: float) -> Default:
    """The SD of a node within arms that is 1 for a share p of persons, on average over control and arms."""
    whole, arms = share * (1 - share), _arms_alone(to, node)
    effects = np.array([0.0, *(arrow.average or 0.0 for arrow in arms.values())])
    sd = _less_between(to, len(effects) * (whole - float(effects.var())), arms) if arms else 0.0
    text = f"with the stated prevalence p = {share:g}"
    if sd:
        text = f"the root of p (1 - p), averaged over sites, control and arms, {text} and effects"
        return Default(sd, text, guess=False)
    if arms:
        too_large = "effects of treatment make shares differ so much that nothing is left within arms"
        to.questioned.append(
            (
                ("prevalence", node),
                f"with a prevalence of {node} of {share:g} the stated {too_large}; its SD is sqrt(p (1 - p))",
            )
        )
    return Default(math.sqrt(whole), f"sqrt(p (1 - p)) {text}", guess=False)


def _within(share: float | Sequence[float] | None, sd: float | None) -> float:
    """The mean of p (1 - p) over sites."""
    if isinstance(share, Sequence):
        return math.fsum(p * (1 - p) for p in share) / max(len(share), 1)
    mean = share or 0.0
    return mean * (1 - mean) - (sd or 0.0) ** 2


def _less_between(to: Notes, within: float, arms: Mapping[Edge, Arrow]) -> float:
    """The root of the average over control and arms of p (1 - p), less what effects of arms differ by across sites.

    Args:
        to: where inputs are written down.
        within: the sum of p (1 - p) over control and arms; how shares listed by site differ is taken off it already.
        arms: the effects of the arms.
    """
    usual, cells = 0.0, len(arms) + 1.0
    for (tail, head), arrow in arms.items():
        same = to.design.graph.has_edge(tail, head) and to.design.varies(tail, head) == "none"
        if same or arrow.by_site:
            continue
        if arrow.between is None:  # a default is so many of the SDs that are asked for
            said = to.plan.variation
            usual += (VARIATION[said].value if isinstance(said, str) else said) ** 2
        else:
            within -= arrow.between**2
    return math.sqrt(max(within, 0.0) / (cells + usual))


def demand_takeup(to: Notes, world: Design, sites: int) -> None:
    """Report take-up that is stated of what is none, twice, or against the design."""
    for table in ("arrows", "suspected"):
        for edge, said in getattr(to.plan, table).items():
            for key, problem in _problems(world, edge, said, sites):
                to.report((table, arrow_name(edge), key), f"{arrow_name(edge)}: {problem}")
    for node in world.mediators:
        said = _taken_up(to, node)
        for edge, problem in _too_spread(said):
            to.report(("arrows", arrow_name(edge), "between"), problem)
        control = {(arrow.crossover or 0.0, arrow.crossover_sd or 0.0) for arrow in said.values()}
        if len(control) > 1:
            names = [arrow_name(edge) for edge in said]
            to.report(
                ("arrows", names[-1], "crossover"),
                f"{listed(names)}: their crossover differs, but it is a share of the same control persons; state it alike",
            )


def demand_prevalence(to: Notes, node: str, share: float) -> None:
    """Report a share of persons for whom a node is 1 that no shares of control and arms average to; question an unlikely one."""
    said, path = _taken_up(to, node), ("prevalence", node)
    if said:
        shares = [mean_share(each) for arrow in said.values() for each in (arrow.takeup, arrow.crossover)]
        if not min(shares) - 1e-9 <= share <= max(shares) + 1e-9:
            to.report(
                path,
                f"{node} has a prevalence of {share:g}, but take-up and crossover are {min(shares):g} to {max(shares):g}; leave "
                "the prevalence out, which follows from these",
            )
        return
    effects = [arrow.average or 0.0 for arrow in _arms_alone(to, node).values()]
    if not effects:
        return
    middle = math.fsum(effects) / (len(effects) + 1)  # over control and arms alike
    least, most = max(0.0, -min(effects)) + middle, 1 - max(0.0, *effects) + middle
    if not least - 1e-9 <= share <= most + 1e-9:
        to.questioned.append(
            (
                path,
                f"the prevalence of {node} is {share:g}, but with these effects of treatment shares of control and arms average "
                f"{least:.2g} to {most:.2g}",
            )
        )


def _taken_up(to: Notes, node: str) -> dict[Edge, Arrow]:
    return {
        edge: said for edge, said in to.plan.arrows.items() if edge[1] == node and said.takeup is not None
    }


def _too_spread(said: Mapping[Edge, Arrow]) -> Iterator[tuple[Edge, str]]:
    """Effects of arms on one node whose SD across sites leaves nothing of p (1 - p) within them."""
    for edge, arrow in said.items():
        shares = mean_share(arrow.takeup), mean_share(arrow.crossover)
        room = shares[0] * (1 - shares[0]) + shares[1] * (1 - shares[1]) / len(said)
        if arrow.between and not arrow.by_site and room > 0 and arrow.between**2 >= room:
            most = math.floor(999 * math.sqrt(room)) / 1000
            text = f"its SD across sites is {arrow.between:g}; with these shares it is at most {most:g}"
            yield edge, f"{arrow_name(edge)}: {text}"


def _arms_alone(to: Notes, node: str) -> dict[Edge, Arrow]:
    """The effects of the arms on a node, if all are stated, in the node's units, and nothing else acts on it."""
    edges = [(tail, node) for tail in to.design.causal.pred[node]]
    arms = {edge: to.plan.arrows[edge] for edge in edges if edge in to.plan.arrows}
    stated = all(arrow.average is not None for arrow in arms.values())
    alone = len(arms) == len(edges) and all(tail in to.design.treatments for tail, _ in edges)
    return arms if stated and alone and not to.plan.standardized else {}


def _problems(world: Design, edge: Edge, said: Arrow, sites: int) -> Iterator[tuple[str, str]]:
    """What is wrong with the take-up and the crossover of an arrow, with the number that it is about."""
    tail, head = edge
    if said.takeup is None:
        for key in ("crossover", *TAKEUP_SPREAD):
            if getattr(said, key) is not None:
                yield key, f"it has a {key} and no takeup; state its takeup too"
        return
    if said.mean is not None:
        yield "takeup", "it has a mean and a takeup, which gives the mean; state one of the two"
    if said.between is not None and said.by_site:
        yield "between", "it has an SD across sites, which its take-up by site gives; state one of the two"
    yield from _unlike(said, sites)
    others = [node for node in world.causal.predecessors(head) if node not in world.treatments]
    if tail not in world.treatments:
        yield "takeup", f"it has a takeup, but {tail} is no arm; state its mean"
    elif world.scales.get(head) != "binary":
        yield (
            "takeup",
            f"it has a takeup, but {head} is not said to be binary; say so in the design's scales, or state its mean",
        )
    elif others:
        yield (
            "takeup",
            f"it has a takeup, but {listed(others)} also act{'s' * (len(others) == 1)} on {head}, so that who takes it up tells "
            "more than the effect of this arrow; state its mean",
        )
    one_sided = world.graph.has_edge(*edge) and world.graph.edges[edge].get("noncompliance") == "one-sided"
    if mean_share(said.crossover) and one_sided:
        yield (
            "crossover",
            f"its crossover is {mean_share(said.crossover):g}, but the design says that noncompliance is one-sided; state 0, or "
            "change the design",
        )


def _unlike(said: Arrow, sites: int) -> Iterator[tuple[str, str]]:
    """Lists that are not of the sites, and SDs that no shares with this mean have."""
    for key, spread in zip(TAKEN_UP, TAKEUP_SPREAD, strict=True):
        share, sd = getattr(said, key), getattr(said, spread)
        if isinstance(share, tuple) and len(share) != sites:
            yield key, f"its {key} lists {len(share)} sites, but there are {sites}; give one share for each"
        if isinstance(share, tuple) and sd is not None:
            yield spread, f"its {key} is listed by site, which gives its SD; leave {spread} out"
        mean = mean_share(share)
        if sd and sd**2 > mean * (1 - mean) + 1e-12:
            most = math.floor(1000 * math.sqrt(mean * (1 - mean))) / 1000
            yield (
                spread,
                f"its {spread} is {sd:g}; shares with a mean of {mean:g} have an SD of at most {most:g}",
            )
