"""(B) Between sites: a regressor's site-average effect is mean-independent of site-average compliances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, combinations_with_replacement, product

from identcheck.decide.conditions.declared import Ends, crossing, mean_independent
from identcheck.decide.conditions.shared import own_shared_edges, shared_edges
from identcheck.decide.conditions.uncorrelated import Uncorrelated
from identcheck.derive.heterogeneity import separated
from identcheck.derive.moments import covariance
from identcheck.derive.paths import edges_between, edges_of, paths
from identcheck.derive.words import averaged, by_declaration, capital, compliances, effect_words
from identcheck.describe.declarations import Declaration
from identcheck.symbols.algebra import Expr, average, coefficients, moment

__all__ = ["Between"]

MOST_UPSTREAM = 200


@dataclass(frozen=True)
class Between(Uncorrelated):
    """E[d_us | r_W] = E[d_us] for one regressor u: assumption (vii). Where pooled, uncorrelated with them.

    Attributes:
        regressor: u.
    """

    regressor: str = ""

    reason = (
        "the error of equation (11), which holds the deviations of site effects from their average, then "
        "has mean zero at every value of the compliances"
    )

    @property
    def granted_by(self) -> tuple[str, ...]:
        if self.design.single:
            return ("v",)
        if self.regression.pooled and len(self.design.mediators) == 1:
            return ("v.b", "vii")
        return ("vii",)

    @property
    def against(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Every compliance of every arm; where pooled, those with u alone."""
        reg = self.regression
        return reg.arms, ((self.regressor,) if reg.pooled else reg.regressors)

    @property
    def joined(self) -> str:
        return self.regression.joined("between", self.regressor)

    @property
    def moderated(self) -> tuple[str, ...]:
        return self.regression.moderated_by(self.regressor)

    @property
    def subject(self) -> Expr:
        return self.regression.site_downstream(self.regressor)

    @cached_property
    def shared(self) -> tuple[tuple[str, str], ...]:
        """The arrows of the regressor's own effect that also carry treatment to a regressor: (S) is about them.

        Where one of them differs between sites the condition is not to be had; an arrow in both is exempt from the
        grant (theory section 12). Where a drawn cause moves the effect and one of the regression's other shared arrows, these
        are among them: no numeral grants it beside such an arrow either (theory section 14).
        """
        own = own_shared_edges(self.regression, self.regressor)
        if not self.design.modifiers or not (every := shared_edges(self.regression)):
            return own
        inside = edges_between(self.design, *self.effect)
        return own if separated(self.design, "sites", set(inside) - {*every}, every) else every

    @cached_property
    def barred(self) -> str:
        """A declared correlation, between sites, of an arrow upstream with one of the effect; shared arrows are exempt."""
        if not self.design.declarations:
            return ""
        each = ((arm, u, frozenset[str]()) for arm, u in self.pairs)
        return by_declaration(crossing(self.design, "sites", each, self.effect))

    @property
    def effect(self) -> Ends:
        return self.regressor, self.regression.outcome, self.regression.others(self.regressor)

    @property
    def phrase(self) -> str:
        reg = self.regression
        return effect_words(self.design, self.regressor, reg.outcome, reg.others(self.regressor))

    @property
    def statement(self) -> str:
        if self.regression.pooled:
            return super().statement
        arms, regressors = self.against
        beside = f" and {self.weights_words}" if self.weighted else ""
        return capital(
            f"across {self.regression.rows}, {averaged(self.phrase)} has the same expected value whatever "
            f"{averaged(compliances(self.design, regressors, arms))}{beside} may be.",
            self.design,
        )

    @property
    def latex(self) -> str:
        if self.regression.pooled:
            return super().latex
        subject = self.tex(self.subject)
        weights = (r"w_{s}",) if self.weighted else ()
        given = ", ".join((*(self.tex(item) for item in self.compliances), *weights))
        if self.regression.moderators:
            levels = ", ".join(self.tex(level) for level in self.regression.levels(""))
            return rf"\mathbb{{E}}[{subject} \mid {given}, {levels}] = \mathbb{{E}}[{subject} \mid {levels}]"
        return rf"\mathbb{{E}}[{subject} \mid {given}] = \mathbb{{E}}[{subject}]"

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        if (
            self.regression.pooled
            or self.regression.moderators
            or self.weighted
            or not self.design.declarations
            or self.design.sites == 1
        ):
            return super().declared
        compliances = tuple((arm, u, frozenset[str]()) for arm, u in self.pairs)
        return mean_independent(self.design, self.effect, compliances) or ()

    def moments(self, order: int | None = 3) -> tuple[Expr, ...]:
        """Covariances with each compliance, then third moments with pairs of them, and so on.

        Orders 2 and 3 are all that the regression needs (theory, equation (9.2)); ``order=None`` lists those.
        Mean independence implies every order. Pooled, covariances are all.
        """
        if self.regression.pooled or self.regression.moderators:
            return super().moments(order)
        arms, regressors = self.against
        ladder: dict[Expr, None] = {}
        for size in range(2, (3 if order is None else order) + 1):
            for arm in arms:
                for chosen in combinations_with_replacement(regressors, size - 1):
                    items = [self.regression.compliance(arm, u) for u in chosen]
                    ladder[covariance(self.design, *items, self.subject)] = None
        return tuple(item for item in ladder if item != 0)

    @property
    def primitive(self) -> str:
        """A simpler form that suffices, as LaTeX: mean independence of all that is upstream.

        "" where it says no more than the weakest form, or where there is too much upstream to list.
        """
        if self.regression.moderators or self.weighted:
            return ""
        items, complete = self._upstream()
        if not complete or self.implied or set(items) <= set(self.compliances):
            return ""
        subject = self.tex(self.subject)
        given = ", ".join(self.tex(item) for item in items)
        (symbol,) = coefficients(self.subject)
        if symbol.meaning.avoiding is None:
            return rf"\mathbb{{E}}[{subject} \mid {given}] = \mathbb{{E}}[{subject}]"
        return rf"{subject} \perp ({given})"

    def upstream(self) -> tuple[Expr, ...]:
        """The primitive form's list: site means of upstream edges and within-site moments along paths (theory, equation (8.5)).

        The site quantity is to be mean-independent of all of them. At most 200 are listed; beyond that
        only means and covariances are kept, and :attr:`upstream_complete` is False.
        """
        return self._upstream()[0]

    @property
    def upstream_complete(self) -> bool:
        """Whether :meth:`upstream` lists everything."""
        return self._upstream()[1]

    def _upstream(self) -> tuple[tuple[Expr, ...], bool]:
        higher: dict[Expr, None] = {}
        for item in self._upstream_moments():
            higher[item] = None
            if len(higher) > MOST_UPSTREAM:
                break
        return tuple(dict.fromkeys((*self._upstream_means(), *higher))), len(higher) <= MOST_UPSTREAM

    def _upstream_means(self) -> Iterator[Expr]:
        reg, design = self.regression, self.design
        for arm, u in product(reg.arms, reg.regressors):
            for edge in edges_between(design, arm, u):
                if design.varies(*edge) != "none":
                    yield average("persons", design.notation.edge(*edge))

    def _upstream_moments(self) -> Iterator[Expr]:
        reg, design = self.regression, self.design
        ends = product(reg.arms, reg.regressors)
        for route in chain.from_iterable(paths(design, arm, u) for arm, u in ends):
            edges = edges_of(route)
            moving = [design.notation.edge(*edge) for edge in edges if design.varies(*edge) == "persons"]
            for size in range(2, len(moving) + 1):
                yield from (moment("persons", chosen) for chosen in combinations(moving, size))
