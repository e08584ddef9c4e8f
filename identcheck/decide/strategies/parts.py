"""Strategies for the parts of an intent-to-treat effect, each through the mediator that its paths pass last (theory section 16).

A part is the average of a compliance times the effect of its mediator on the outcome: the contrast times a regression's slope.
The regression's own (W) and (B) of that mediator license the product, so that a part asks for what the slope asks for. A part
is also the whole effect less the others; and where its paths are all that avoid some nodes, whatever identifies those.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Target, last_mediators, that_matter
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.demand import (
    beyond_numerals,
    in_order,
    meets_all,
    minimal_compositions,
    ruled_out,
)
from identcheck.decide.strategies.factors import Factor, Term
from identcheck.decide.strategies.jointly import jointly
from identcheck.decide.strategies.search import Search, easiest, easiest_by_site
from identcheck.decide.strategies.strategy import Levels, Strategy, levels_granted
from identcheck.derive.paths import inner_nodes, reaches
from identcheck.describe.design import Design

__all__ = ["PartSearch", "find_strategies"]


def find_strategies(design: Design, target: Target, granted: Collection[str] = ()) -> Search | PartSearch:
    """Every strategy for a target, none of which asks for all that another asks for.

    Args:
        design: the design.
        target: the effect.
        granted: the numerals that are granted for every regression. What they exclude is ruled out.
    """
    if target.levels:
        target = that_matter(design, target)
    levels = levels_granted(design, granted)
    if target.last is not None:
        return PartSearch(design, target, levels)
    return (_BypassSearch if _is_bypass(design, target) else Search)(design, target, levels)


def _is_bypass(design: Design, target: Target) -> bool:
    """Whether it is what an arm does to the outcome past every measured mediator."""
    u, v = target.source, target.target
    if u not in design.treatments or v != design.outcome or target.levels or target.route is not None:
        return False
    measured = frozenset(design.observed_mediators)
    # no more is avoided that lies on a path
    return target.avoiding >= measured and target.inner == inner_nodes(design, u, v, measured)


class _BypassSearch(Search):
    """The strategies for a bypass: with several arms it is also the arm's whole effect less the parts of all mediators."""

    @cached_property
    def unexplored(self) -> bool:
        return super().unexplored or _given_modifiers(self.design, self.target, self.granted)

    @cached_property
    def strategies(self) -> tuple[Strategy | Composed, ...]:
        found = Search(self.design, self.target, self.granted).strategies
        if (
            self.target.empty
            or len(self.design.treatments) == 1
            or (not self.beside and any(not beyond_numerals(s) for s in found))
        ):
            return found
        rest = _rest(self.design, self.target, lambda target: easiest(self.design, target, self.granted))
        made = [] if rest is None else [jointly(self.design, Composed(self.target, rest), self.granted)]
        usable = [s for s in made if not ruled_out(s) and s not in found]
        return tuple(in_order((*found, *minimal_compositions(usable, found))))


@dataclass(frozen=True)
class PartSearch:
    """The strategies for a part, looked for as far as they are asked for; the same questions as of a :class:`Search`.

    Attributes:
        design: the design.
        target: the part.
        granted: as in ``Search``.
    """

    design: Design
    target: Target
    granted: Levels = frozenset()

    regressions: tuple[Strategy, ...] = ()
    """No single regression has a part as its coefficient, unless its mediator is left to the intercept."""

    def settled(self, granted: frozenset[str]) -> bool:  # noqa: ARG002
        """Other strategies are always looked for."""
        return False

    alone = None
    bypassed_twice = False

    @property
    def sole(self) -> Composed | None:
        """The only strategy that is not ruled out, where no other is looked for beside it; by choice aside."""
        if self.target.empty or (slope := self.slope.sole) is None:
            return None
        found = self._times((slope,))
        alone = next((s for s in found if not ruled_out(s) and not beyond_numerals(s)), None)
        return None if alone is None or self._less_demanding(found) else alone

    @cached_property
    def slope(self) -> Search:
        """The strategies for the effect of the mediator on the outcome past all others."""
        return Search(self.design, _effect(self.design, self.target), self.granted)

    @cached_property
    def _same(self) -> Search | None:
        """The strategies for the same paths as those that avoid some nodes, if they are all of such."""
        plain = self.target.plain(self.design)
        return None if plain is None or self.target.empty else Search(self.design, plain, self.granted)

    def waits_for_rank(self, granted: frozenset[str]) -> bool:
        """Whether the part is conditional however its strategies compare; see ``Search``."""
        return not self.target.empty and self.slope.waits_for_rank(granted, self.target.source)

    @cached_property
    def strategies(self) -> tuple[Strategy | Composed, ...]:
        """All of them but those by choice, the least demanding first.

        The whole less the other parts, and what leaves the mediator to an intercept, are looked for where no slope asks only
        for what numbered assumptions grant; with several arms the former also where other rows may ask for less.
        """
        if self.target.empty:
            return ()
        found = self._times(self.slope.strategies)
        if not self.slope.beside and any(not beyond_numerals(s) for s in found):
            less = self._less_demanding(found)
            return tuple(in_order((*found, *less))) if less else found
        others = [s for s in dict.fromkeys(self._others()) if not ruled_out(s) and s not in found]
        return tuple(in_order((*found, *minimal_compositions(others, found))))

    @cached_property
    def by_choice(self) -> tuple[Strategy | Composed, ...]:
        """Those whose regression leaves a measured mediator to an intercept."""
        return () if self.target.empty else self._times(self.slope.by_choice)

    def met_by_choice(self, granted: frozenset[str]) -> Strategy | Composed | None:
        """The first of those by choice whose every condition is met."""
        if self.target.empty or self.slope.met_by_choice(granted) is None:
            return None
        return next((s for s in self.by_choice if meets_all(s, granted)), None)

    def met_by_fewer(self, _granted: frozenset[str]) -> Strategy | None:
        """None: rows of fewer arms are tried for the effects of mediators."""
        return None

    @property
    def note(self) -> str:
        """What was not looked at, or "" where the search was exhaustive."""
        asked = (self.slope, self._same) if "strategies" in vars(self) else (self.slope,)
        return "; ".join(dict.fromkeys(search.note for search in asked if search is not None and search.note))

    @cached_property
    def unexplored(self) -> bool:
        """Whether measured modifiers might be held fixed in a way that is not tried: see ``Search``."""
        searches = [self.slope] if self._same is None else [self.slope, self._same]
        return any(search.unexplored for search in searches) or _given_modifiers(
            self.design, self.target, self.granted
        )

    def _times(self, slopes: Iterable[Strategy | Composed]) -> tuple[Composed, ...]:
        """The compliance times each of some strategies for the mediator's effect."""
        target = _compliance(self.design, self.target)
        (contrast,) = Search(self.design, target, self.granted).regressions
        first = Factor(target, contrast)
        useful = (slope for slope in slopes if _serves(contrast, slope))
        return tuple(self._made(_product(first, self.slope.target, slope)) for slope in useful)

    def _made(self, terms: tuple[Term, ...]) -> Composed:
        """What is composed; one regression whose own conditions license the product stands beside no other."""
        made = Composed(self.target, terms)
        alone = len(terms) == 1 and terms[0].by_slope
        return made if alone else jointly(self.design, made, self.granted)

    def _less_demanding(self, found: Iterable[Composed]) -> tuple[Composed, ...]:
        """The whole less the other parts, with several arms, where some grants meet it and none of the strategies found.

        The effect of each other mediator may come from rows of arms that do not move this one.
        """
        if len(self.design.treatments) == 1:
            return ()
        kept = [s for s in found if not ruled_out(s)]
        for some in self._whole_less_others:
            if not any(s.open.keys() <= some.open.keys() for s in kept):
                kept.append(some)
        return tuple(s for s in kept if s in self._whole_less_others)

    @cached_property
    def _whole_less_others(self) -> tuple[Composed, ...]:
        """The whole less the other parts, each by the least demanding regression, or in each site; not what is ruled out."""
        choices = [lambda target: easiest(self.design, target, self.granted)]
        if self.design.sites != 1 and len(self.design.treatments) > 1:
            choices.append(lambda target: easiest_by_site(self.design, target))
        rests = (_rest(self.design, self.target, choose) for choose in choices)
        made = (self._made(rest) for rest in rests if rest is not None)
        return tuple(s for s in dict.fromkeys(made) if not ruled_out(s))

    def _others(self) -> Iterator[Strategy | Composed]:
        yield from self._whole_less_others
        for strategy in self._same.strategies if self._same is not None else ():
            yield replace(strategy, target=self.target) if isinstance(strategy, Composed) else strategy


def _given_modifiers(design: Design, part: Target, granted: Levels) -> bool:
    """Whether some mediator's effect has a moderated regression: its part is not tried among those that are taken away."""
    others = (
        (_other(design, part, m) for m in last_mediators(design, part.source)) if design.modifiers else ()
    )
    searches = (Search(design, _effect(design, other), granted) for other in others)
    return any(s.moderators and not ruled_out(s) for search in searches for s in search.regressions)


def _other(design: Design, part: Target, m: str) -> Target:
    """The part through another mediator."""
    return replace(part, avoiding=frozenset(design.observed_mediators) - {m}, last=m)


def _compliance(design: Design, part: Target) -> Target:
    """The effect of the arm on the part's mediator."""
    u, v, avoiding = part.stretches[0]
    return Target(u, v, avoiding, inner_nodes(design, u, v, avoiding))


def _effect(design: Design, part: Target) -> Target:
    """The effect of the part's mediator on the outcome past all other measured ones."""
    u, v, avoiding = part.stretches[1]
    inner = inner_nodes(design, u, v, avoiding)
    if not inner:  # as ``direct`` has it, so that its strategies are looked for once
        return Target(u, v, frozenset(design.mediators) - {u, v}, inner, empty=part.empty)
    return Target(u, v, avoiding, inner, empty=part.empty)


def _serves(contrast: Strategy, slope: Strategy | Composed) -> bool:
    """Whether a compliance may be multiplied with an effect: with moderators, only where it is among the regression's.

    Given Z the part is E[gamma_ms m_m(Z)], with m_m(Z) the effect's average given Z and the compliances of its own rows.
    """
    if not slope.moderators:
        return True
    return len(slope.parts) == 1 and contrast.column in slope.arms


def _product(first: Factor, effect: Target, slope: Strategy | Composed) -> tuple[Term, ...]:
    if isinstance(slope, Strategy):
        return (_term(1, first, Factor(effect, slope)),)
    return tuple(Term(term.sign, (first, *term.factors)) for term in slope.terms)


def _term(sign: int, first: Factor, second: Factor) -> Term:
    """A compliance times an effect of its mediator; where the slope's regression has not the arm's rows, their own conditions.

    Of the pair it takes the two covariances only, as of averages over sites: E[Cov_s(Gamma_m, Delta_m)] and
    Cov(gamma_ms, delta_ms) (theory, equation (16.1)).
    """
    term = Term(sign, (first, second))
    if term.by_slope:
        return term
    reg, arms = second.strategy.regression, first.strategy.arms
    return replace(term, pair=Regression(reg.design, reg.outcome, reg.regressors, arms, pooled=True))


def _rest(
    design: Design, part: Target, choose: Callable[[Target], Strategy | None]
) -> tuple[Term, ...] | None:
    """The whole effect less every other part, or less all where it is the bypass; None where one of them has no regression."""
    known: list[tuple[Factor, ...]] = []
    for targets in _whole_and_others(design, part):
        found = ((target, choose(target)) for target in targets)
        some = tuple(Factor(target, strategy) for target, strategy in found if strategy is not None)
        if len(some) < len(targets):
            return None
        known.append(some)
    whole, *rest = known
    return (Term(1, whole), *(_term(-1, *some) if len(some) == 2 else Term(-1, some) for some in rest))


def _whole_and_others(design: Design, part: Target) -> Iterator[tuple[Target, ...]]:
    """The whole effect; then of every other part the compliance and the mediator's effect; of the bypass itself alone."""
    arm, outcome = part.source, part.target
    measured = frozenset(design.observed_mediators)
    yield (Target(arm, outcome, frozenset(), inner_nodes(design, arm, outcome)),)
    for m in last_mediators(design, arm):
        if m != part.last:
            other = _other(design, part, m)
            yield _compliance(design, other), _effect(design, other)
    if part.last is not None and reaches(design, arm, outcome, measured):
        yield (Target(arm, outcome, measured, inner_nodes(design, arm, outcome, measured)),)
