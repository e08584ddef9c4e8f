"""Which effects each site's own contrasts identify: as many arms as regressors, solved within the site (theory section 7).

Nothing is asked of how compliances and effects go together between sites. There is no strategy where a site's matrix is
singular whatever the effects are, nor with one site, where the regression is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Target
from identcheck.decide.strategies.candidates import Serving, serving_of
from identcheck.decide.strategies.demand import in_order, minimal, ruled_out
from identcheck.decide.strategies.rows import Row, rows_of
from identcheck.decide.strategies.strategy import Strategy
from identcheck.derive.routes import routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import TRIED_ARMS

__all__ = ["needed_beside", "site_by_site"]


@once
def site_by_site(design: Design, target: Target) -> tuple[Strategy, ...]:
    """The strategies that solve each site by itself, the least demanding first; none that the design excludes."""
    if design.sites == 1 or target.empty:
        return ()
    serving = serving_of(design, target)
    if serving.contrast or not serving.possible or serving.always_bypassed:
        return ()
    found = (strategy for strategy in dict.fromkeys(_each(serving)) if not ruled_out(strategy))
    return tuple(in_order(minimal(list(found))))


def _each(serving: Serving) -> Iterator[Strategy]:
    design, routes = serving.design, routes_of(serving.design)
    column, outcome = serving.target.source, serving.target.target
    for fixed in serving.sets()[0]:
        clean = [row for row in rows_of(design, serving.end, fixed) if row.moved and not row.bypasses]
        for moved in _sides(clean):
            arms = tuple(routes.nodes[row.arm] for row in clean if not row.moved & ~moved)
            if moved >> serving.source & 1 and moved.bit_count() <= len(arms):
                regression = Regression(design, outcome, routes.named(moved), arms, site_by_site=True)
                yield Strategy(regression, column)


def _sides(clean: Sequence[Row]) -> list[int]:
    """Every set of regressors that some arms move between them; of many arms what each moves, and all of them."""
    found: dict[int, None] = {}
    whole = 0
    for row in clean:
        more = [row.moved, *(row.moved | other for other in found if len(clean) <= TRIED_ARMS.most)]
        found |= dict.fromkeys(more)
        whole |= row.moved
    return list(dict.fromkeys([*found, *([whole] if whole else [])]))


def needed_beside(strategy: Strategy, others: Sequence[Strategy]) -> bool:
    """Whether a strategy site by site asks for less between sites than each of some others, for the same effect.

    It is needless where another that asks for nothing between sites but a rank asks for no more within them.
    """
    own = {c for c in strategy.whole.conditions if not c.implied}
    return not any(
        own >= {c for c in other.whole.conditions if not c.implied}
        for other in others
        if not other.pooled and not ruled_out(other)
    )
