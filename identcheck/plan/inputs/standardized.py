"""Standard deviations as they are observed, and effects in units of them, brought into residual SDs and natural units.

With S_v the SD of a node among control persons of a site, q_v the variance of what its causes in the graph bring, at average
effects, and a_v the covariance of that with its disturbance per SD of the disturbance, the residual SD sigma_v solves

    S_v^2 = q_v + 2 a_v sigma_v + sigma_v^2.

An SD among all persons of a site has the variance between the arms' averages in addition, sum_l p_l m_l^2 - (sum_l p_l m_l)^2
with p_l the share of an arm and m_l its effect on the node. Source: theory, equation (11.2) at average effects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from identcheck.describe.design import Design
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.stated import ARROW_TABLES, WORDS, Arrow

__all__ = ["in_natural_units"]

Resolved = tuple[Anticipated, Notes]
ROUNDS = 200
"""How often residual SDs are worked out anew, because default effects are in units of them."""
EXACT = 1e-12
GROUPS = {"control": "control persons", "total": "all persons of a site"}


def in_natural_units(
    design: Design, plan: Plan, resolved: Callable[[Design, Plan], Resolved]
) -> tuple[Plan, list[str], dict[str, str]]:
    """The same plan with effects in natural units and with residual SDs in place of observed ones.

    Args:
        design: the design.
        plan: a plan without a number that is impossible by itself.
        resolved: makes a plan definite.

    Returns:
        The plan; what is wrong with it; the source of each residual SD that was worked out, by node.
    """
    own = {node for node, scale in design.scales.items() if scale == "binary"}  # in steps from 0 to 1
    nodes = tuple(
        node
        for node in (*design.mediators, design.outcome)
        if node in plan.sds or (plan.standardized and node not in own)
    )
    observed = {node: float(plan.sds.get(node, 1.0)) for node in nodes}
    taken = [node for node in observed if node in plan.residuals or node in plan.prevalence]
    problems = [
        f"{node} has an SD as it is observed, and a residual SD or a prevalence; state one of the two"
        if node in plan.sds
        else f"effects are standardized, in SDs of {node} as it is observed, and a residual SD or a prevalence is stated of it; "
        "state that SD under sds in its place"
        for node in taken
    ]
    strange = [node for node in plan.sds if node not in observed]
    if problems or strange:
        return Plan.unchecked({"sds": {node: plan.sds[node] for node in strange}}, plan), problems, {}
    tables = (
        {name: _unscaled(design, getattr(plan, name), observed) for name in ARROW_TABLES}
        if plan.standardized
        else {}
    )
    kept = Plan.unchecked(
        {**tables, "sds": {}, "standardized": False, "residuals": {**plan.residuals, **observed}}, plan
    )
    found, notes = resolved(design, kept)
    if notes.problems:
        return kept, [], {}
    for _ in range(ROUNDS):
        sds, impossible = _residuals(found, observed, plan.sds_of)
        if impossible:
            return kept, impossible, {}
        change = max(abs(sds[node] / kept.residuals[node] - 1) for node in observed)
        kept = Plan.unchecked({"residuals": {**plan.residuals, **sds}}, kept)
        if change < EXACT:
            break
        found, _ = resolved(design, kept)
    source = "what the average effects of its causes leave of the SD of {}, {:g} among " + GROUPS[plan.sds_of]
    return kept, [], {node: source.format(node, sd) for node, sd in observed.items()}


def _unscaled(
    design: Design, table: Mapping[tuple[str, str], Arrow], sds: Mapping[str, float]
) -> dict[tuple[str, str], Arrow]:
    """Numbers of arrows in units of the head per unit of the tail, from such in SDs."""

    def unscaled(edge: tuple[str, str], arrow: Arrow) -> Arrow:
        tail, head = edge
        whole = tail in design.treatments or design.scales.get(tail) == "binary"
        factor = sds.get(head, 1.0) / (1.0 if whole else sds.get(tail, 1.0))
        said = {key: getattr(arrow, key) for key in WORDS}
        return replace(arrow, **{key: value * factor for key, value in said.items() if value is not None})

    return {edge: unscaled(edge, arrow) for edge, arrow in table.items()}


def _residuals(
    found: Anticipated, observed: Mapping[str, float], group: str
) -> tuple[dict[str, float], list[str]]:
    """The residual SDs with which nodes have the observed SDs at these average effects; and which have none, in words."""
    nodes, arms = found.nodes, found.design.treatments
    place = {node: i for i, node in enumerate(nodes)}
    direct, given = np.zeros((len(nodes), len(nodes))), np.zeros((len(nodes), len(arms)))
    for (tail, head), effect in zip(found.edges, found.mean.tolist(), strict=True):
        if tail in place:
            direct[place[head], place[tail]] = effect
        else:
            given[place[head], arms.index(tail)] = effect
    carried = np.linalg.inv(np.eye(len(nodes)) - direct)
    sd = np.sqrt(np.diag(found.residual))
    correlation = found.residual / np.outer(np.where(sd > 0, sd, 1.0), np.where(sd > 0, sd, 1.0))
    between = _between_arms(carried @ given, found.shares) if group == "total" else np.zeros(len(nodes))
    sds, wrong = sd.copy(), []
    for node in (node for node in nodes if node in observed):  # causes first
        i, stated = place[node], observed[node]
        into = direct[i] @ carried  # of the disturbances of causes
        brought = float(into @ (correlation * np.outer(sds, sds)) @ into)
        leaning = float(into @ (correlation[:, i] * sds))
        room = stated**2 - float(between[i]) - brought + leaning**2
        left = math.sqrt(room) - leaning if room > 0 else 0.0
        if left <= 0:
            alone = math.sqrt(brought + float(between[i]))
            wrong.append(
                f"the SD of {node} among {GROUPS[group]} is {stated:g}, but the effects of its causes alone give it one of "
                f"{alone:.3g}; state a larger SD or smaller effects"
            )
        sds[i] = left
    return {node: float(sds[place[node]]) for node in observed}, wrong


def _between_arms(effects: Array, shares: Array) -> Array:
    """(V,) the variance between the arms' averages of each node; effects (V, L), shares (L,)."""
    average = effects @ shares
    return np.asarray(effects**2 @ shares - average**2)
