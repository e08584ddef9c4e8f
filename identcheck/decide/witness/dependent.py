"""A world for regressions with more columns than there are equations: compliances made dependent in a plain way."""

from __future__ import annotations

from identcheck.basics.once import once
from identcheck.decide.population.linear import Number
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.bases import drawn_alike, own_arrows
from identcheck.decide.witness.world import Values, World
from identcheck.describe.design import Design

MANY_COLUMNS = 8
"""With no more regressors than this, coefficients that are drawn serve as well and are plainer than dependent ones."""

LARGEST = 9
"""Dependent coefficients are drawn up to this."""


@once
def dependent(design: Design, node: str, count: int) -> World | None:
    """A world of so many sites for the equation of a node; None where it does not have too many regressors for them.

    None too where the number of sites is not stated (``count`` is 0): no regression has too many regressors then.

    Drawn at random, compliances with many regressors in fewer sites are dependent too, but only with coefficients of dozens
    of digits. Here the arms' own arrows into the last regressors are set so that each compliance with one of them is the sum
    of those with a few of the others, site by site. Adding 1 to the effects of these few, and taking 1 from that of the last,
    then changes nothing that can be observed, and every effect can be moved that way.
    """
    regressors = own_regressors(design, node)
    free = len(regressors) - count * len(design.treatments)
    if count < 1 or len(regressors) <= MANY_COLUMNS or free < 1:
        return None
    own = own_arrows(design)
    adjusted = [u for u in regressors if all((arm, u) in own for arm in design.treatments)][-free:]
    if len(adjusted) < free:
        return None
    parts = _parts(regressors, adjusted)
    shared, random = drawn_alike(design)
    drawn = [shared | {edge: random.randint(1, LARGEST) for edge in own} for _ in range(count)]
    return World.of_means(design, (_with_sums(design, site, parts) for site in drawn))


def _parts(regressors: tuple[str, ...], adjusted: list[str]) -> dict[str, list[str]]:
    """For each regressor that is adjusted, the earlier ones whose compliances its own is the sum of."""
    others = [u for u in regressors if u not in adjusted]
    parts: dict[str, list[str]] = {u: [] for u in adjusted}
    for place in range(max(len(others), len(adjusted))):
        last = adjusted[place % len(adjusted)]
        one = others[place % len(others)]
        if regressors.index(one) < regressors.index(last):
            parts[last].append(one)
    return parts


def _with_sums(design: Design, values: Values, parts: dict[str, list[str]]) -> Values:
    """The coefficients of a site with the arms' own arrows into the last regressors set."""
    site = dict(values)
    for arm in design.treatments:
        reach: dict[str, Number] = {arm: 1}
        for node in design.mediators:
            before = [p for p in design.causal.predecessors(node) if p in reach and p != arm]
            through = sum(reach[p] * site[p, node] for p in before)
            if node in parts:
                site[arm, node] = sum(reach.get(u, 0) for u in parts[node]) - through
            reach[node] = through + site.get((arm, node), 0)
    return site
