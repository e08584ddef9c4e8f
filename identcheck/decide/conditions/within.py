"""(W) Within sites: compliance with a mediator against the effect of that mediator (theory section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from identcheck.decide.conditions.base import Asks, Condition, Ways
from identcheck.decide.conditions.declared import Ends, contradicted, crossing, within_uncorrelated
from identcheck.derive.moments import expand_within, mean, within_covariance
from identcheck.derive.paths import any_varies, edges_between, effect_symbol, most_varying, reaches
from identcheck.derive.words import by_declaration, capital, compliances, effect_words
from identcheck.describe.declarations import Declaration, Edge
from identcheck.symbols.algebra import Expr, moment

__all__ = ["Within"]

Chain = tuple[Edge, ...]


@dataclass(frozen=True)
class Within(Condition):
    """Cov_s(Gamma_u, D_u) = 0 in every site, for one regressor u: assumption (vi).

    With one site and one mediator it is the paper's (v); for the pooled estimator only its average over
    sites must vanish, (v.a); with an intercept the sum over u need only be unrelated to compliance.

    Attributes:
        regressor: u.
    """

    regressor: str = ""

    kind = "within"
    letter = "W"
    level = "within sites"
    reason = (
        "the mean of a product is then the product of the means, which turns equation (10) into a linear "
        "equation in the compliances"
    )

    @property
    def granted_by(self) -> tuple[str, ...]:
        numeral = self.numeral_for("v", "vi")
        if self.regression.pooled and len(self.design.mediators) == 1:
            return ("v.a", numeral)
        return (numeral,)

    @property
    def statement(self) -> str:
        compliance = compliances(self.design, [self.regressor], self.regression.arms)
        effect = effect_words(
            self.design, self.regressor, self.regression.outcome, self.regression.others(self.regressor)
        )
        verb = "are" if len(self.regression.arms) > 1 else "is"
        person, site, sites = map(self.design.word, ("person", "site", "sites"))
        where = f"within the {site}" if self.design.sites == 1 else f"within each {site}"
        if self.regression.cells:
            where += f", among {self.design.word('persons')} who are alike in {self.regression.given_persons}"
        if self.regression.pooled and self.design.sites != 1:
            where = f"within {sites}, averaged over them"
        return capital(
            f"{where}, {compliance} {verb} uncorrelated, from {person} to {person}, with {effect}.",
            self.design,
        )

    @property
    def effect(self) -> Ends:
        """The effect D_u: its ends, and what its paths avoid."""
        return self.regressor, self.regression.outcome, self.regression.others(self.regressor)

    @cached_property
    def varying_arms(self) -> tuple[str, ...]:
        """The arms whose compliance varies within sites, where the effect does; of the others the covariance is zero."""
        reg, u = self.regression, self.regressor
        if not any_varies(self.design, "persons", u, reg.outcome, reg.fixed):
            return ()
        return tuple(arm for arm in reg.arms if any_varies(self.design, "persons", arm, u))

    @property
    def covariances(self) -> tuple[Expr, ...]:
        """Cov_s(Gamma_u, D_u) for each arm, as in theory, equation (10'): the weakest form asks that they vanish."""
        return tuple(within_covariance(self.design, arm, *self.effect) for arm in self.varying_arms)

    @property
    def exact(self) -> tuple[Expr, ...]:
        return self.covariances

    @property
    def latex(self) -> str:
        items = self.covariances or self._written()
        shown = [mean(item) for item in items] if self.regression.pooled else items
        return r" ,\quad ".join(f"{self.tex(item)} = 0" for item in shown)

    def _written(self) -> tuple[Expr, ...]:
        """The covariance of each arm as a formula, also where it is zero by design."""
        reg = self.regression
        ups = [effect_symbol(self.design, arm, self.regressor) for arm in reg.arms]
        return tuple(
            moment("persons", (up, reg.downstream(self.regressor))) for up in ups if not up.is_number
        )

    @cached_property
    def implied(self) -> str:
        if self.varying_arms:
            return by_declaration(self.declared)
        return (
            f"one of the two effects is the same for all {self.design.word('persons')} of a {self.design.word('site')}, "
            "so there is no covariance"
        )

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        """Each arm's upstream arrows independent of the downstream ones, or every moment of the ladder."""
        if not self.design.declarations or not self.varying_arms or self.regression.cells:
            return ()  # what is declared within sites says nothing of cells
        return within_uncorrelated(self.design, self.regression.arms, self.effect, self._sets(None)) or ()

    @cached_property
    def violated(self) -> str:
        design, reg = self.design, self.regression
        drawn = reg.joined("within", self.regressor) if design.modifiers else ""
        drawn = "" if drawn and self.implied else drawn
        if drawn or not design.declarations or (reg.pooled and design.sites != 1):
            return drawn  # pooled, its average over sites may vanish all the same
        each = ((arm, self.regressor, frozenset[str]()) for arm in self.varying_arms)
        pairs = (contradicted(self.design, "persons", ends, self.effect) for ends in each)
        return by_declaration([pair for pair in pairs if pair is not None])

    @property
    def ways(self) -> Ways:
        """Where a correlation is declared (vi) cannot hold, so that it does not grant (v.a) either."""
        if self.numeral == "v.a" and self._crossed:
            return (frozenset({"v.a"}),)
        return super().ways

    @cached_property
    def _crossed(self) -> str:
        each = ((arm, self.regressor, frozenset[str]()) for arm in self.varying_arms)
        return by_declaration(crossing(self.design, "persons", each, self.effect))

    @cached_property
    def barred(self) -> str:
        """A declared correlation of an arrow upstream with one of the effect, from person to person.

        (v.a) is about the average over sites alone, which may vanish all the same.
        """
        if not self.design.declarations or self.numeral == "v.a":
            return ""
        return self._crossed

    def expanded(self) -> tuple[Expr, ...]:
        """The covariance for each arm, expanded over every upstream and downstream path."""
        return tuple(expand_within(self.design, arm, *self.effect) for arm in self.regression.arms)

    def collected(self) -> tuple[Expr, ...]:
        """Necessary and sufficient at all values of the means: the sums that must vanish.

        The expanded covariance, theory, equation (8.3), is a polynomial in the edges' site means; these are its coefficients.
        In Figure 1, for M2: Cov_s(Lambda, Delta_2), Cov_s(Gamma_1, Delta_2), and the one sum
        Cov_s(Gamma*_2, Delta_2) + mu_s(Gamma_1, Lambda, Delta_2).
        """
        import sympy

        from identcheck.symbols.notation import E_s

        sums: dict[Expr, None] = {}
        for expr in self.expanded():
            means = sorted(expr.atoms(E_s), key=str)
            if expr != 0:
                terms = sympy.Poly(expr, *means).coeffs() if means else [expr]
                sums.update(dict.fromkeys(terms))
        return tuple(sums)

    def moments(self, order: int | None = 3) -> tuple[Expr, ...]:
        """(W*): mu_s(S + R) - mu_s(S) mu_s(R) for S inside an upstream and R inside a downstream path.

        Together, up to the longest path (``order=None``), they suffice whatever the means; none of
        orders above 2 is claimed to be necessary by itself (see :meth:`collected`).

        Source: theory, equation (8.4).
        """
        ladder: dict[Expr, int] = {}
        symbol = self.design.notation.edge
        for upper, lower in self._sets(order):
            s, r = tuple(symbol(*e) for e in upper), tuple(symbol(*e) for e in lower)
            expr = moment("persons", s + r)
            if len(s) > 1 and len(r) > 1:
                expr -= moment("persons", s) * moment("persons", r)
            ladder.setdefault(expr, len(s) + len(r))
        return tuple(sorted(ladder, key=lambda item: ladder[item]))

    def arrows(self) -> tuple[Chain, ...]:
        """The arrows of each of the :meth:`moments` of order 2 and 3, each moment once."""
        found = dict.fromkeys(tuple(sorted(upper + lower)) for upper, lower in self._sets(3))
        return tuple(sorted(found, key=len))

    def _sets(self, order: int | None) -> Iterator[tuple[Chain, Chain]]:
        """The arrows S and R of each moment of the ladder."""
        reg, u = self.regression, self.regressor
        below = self._moving(edges_between(self.design, u, reg.outcome, reg.others(u)))
        most = len(self.design.causal) if order is None else order - 1
        bottoms = list(self._chains(below, reg.others(u), most))
        for arm in reg.arms:
            above = self._moving(edges_between(self.design, arm, u))
            for s in self._chains(above, frozenset(), most):
                for r in bottoms:
                    if order is None or len(s) + len(r) <= order:
                        yield s, r

    @property
    def asks(self) -> Asks:
        return Asks(covariances=1, order=self.longest)

    @property
    def longest(self) -> int:
        """The highest order of the ladder: coefficients that vary on the longest way down to u and on from it."""
        reg, u = self.regression, self.regressor
        below = most_varying(self.design, u, reg.outcome, reg.fixed)
        above = max((most_varying(self.design, arm, u) for arm in reg.arms), default=0)
        return above + below if above and below else 0

    def _moving(self, edges: Sequence[Edge]) -> list[Edge]:
        return [edge for edge in edges if self.design.varies(*edge) == "persons"]

    def _chains(self, edges: Sequence[Edge], banned: frozenset[str], most: int) -> Iterator[Chain]:
        """Nonempty sets of edges that lie on one common path, of at most the given size."""

        def grow(chain: Chain) -> Iterator[Chain]:
            yield chain
            if len(chain) < most:
                end = chain[-1][1]
                for edge in edges:
                    if edge[0] == end or (
                        edge[0] not in banned
                        and end not in banned
                        and edge[0] != end
                        and self.design.order[end] < self.design.order[edge[0]]
                        and reaches(self.design, end, edge[0], banned)
                    ):
                        yield from grow((*chain, edge))

        for edge in edges:
            yield from grow((edge,))
