"""(S) Shared arrows: an edge inside a downstream effect that also carries treatment to a regressor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from identcheck.basics.once import once
from identcheck.decide.conditions.base import Asks, Condition
from identcheck.decide.conditions.regression import Regression
from identcheck.derive.declared import said_of
from identcheck.derive.moments import covariance
from identcheck.derive.paths import edges_between, edges_in, numbered
from identcheck.derive.routes import routes_of
from identcheck.derive.words import by_declaration, listed
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr, average

__all__ = ["Shared", "own_shared_edges", "shared_edges"]


def shared_edges(regression: Regression) -> tuple[tuple[str, str], ...]:
    """Edges that may differ between sites and lie upstream of a regressor and also inside some D_u.

    Those of a bypass are none of them: all that is asked of it is that its covariances are zero (theory section 7, THE BYPASS).
    """
    reg = regression
    # pooled only own compliances matter, and those share no edge; site by site none of other sites
    if reg.design.sites == 1 or reg.pooled or reg.site_by_site:
        return ()
    return _shared_edges(reg.design, reg.outcome, reg.regressors, reg.arms)


def own_shared_edges(regression: Regression, regressor: str) -> tuple[tuple[str, str], ...]:
    """Those of them that lie inside the effect of one regressor: they alone keep its (vii) from being had."""
    reg = regression
    inside = edges_between(reg.design, regressor, reg.outcome, reg.regressors)
    return tuple(edge for edge in shared_edges(reg) if edge in inside)


@once
def _shared_edges(
    design: Design,
    outcome: str,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
) -> tuple[tuple[str, str], ...]:
    routes = routes_of(design)
    fixed, upstream, downstream = routes.mask(regressors), 0, 0
    for u in regressors:
        number = routes.number[u]
        upstream |= routes.up[number] | routes.fed.get(number, 0)
    for arm in arms:
        downstream |= routes.down[routes.number[arm]]
    leading = routes.leading(routes.number[outcome], fixed)
    return edges_in(design, routes.shared(fixed, leading, upstream, downstream))


@dataclass(frozen=True)
class Shared(Condition):
    """Each shared arrow is the same in all sites. No numeral grants it; an arrow declared correlated between sites is not.

    Otherwise d_us and r_ws move together and (B) fails generically, even where all edges are
    independent of one another.
    """

    nickname: ClassVar[str] = "a shared arrow"
    key: ClassVar[str] = "shared"
    kind = "shared"
    letter = "S"
    level = "between sites"
    reason = "without it compliances and effects share a part that moves them together between sites"
    granted_by = ()
    implied = ""
    declared = ()
    asks = Asks(shared=1)

    @property
    def statement(self) -> str:
        design = self.design
        arrows = [
            f"{design.short_label(a)} -> {design.short_label(b)}" for a, b in shared_edges(self.regression)
        ]
        one = len(arrows) == 1
        return (
            f"The average effect along the {'arrow' if one else 'arrows'} {listed(arrows)} is the same in all "
            f"{design.word('sites')}; {'it carries' if one else 'they carry'} treatment to a regressor and "
            f"{'is' if one else 'are'} also part of a regressor's effect."
        )

    @property
    def violated(self) -> str:
        correlated = said_of(self.design, "sites").correlated
        edges = numbered(self.design, shared_edges(self.regression)) if correlated else 0
        return by_declaration([d for pair, d in correlated if pair & edges])

    @property
    def latex(self) -> str:
        return r" ,\quad ".join(f"{self.tex(item)} = 0" for item in self.moments())

    def moments(self, order: int | None = 3) -> tuple[Expr, ...]:
        """The variances over sites of the shared arrows' means."""
        del order
        means = (
            average("persons", self.design.notation.edge(*edge)) for edge in shared_edges(self.regression)
        )
        return tuple(covariance(self.design, item, item) for item in means)
