"""Which drawn causes of heterogeneity endanger which effects, and whether measuring them would mend it (theory section 14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice

from identcheck.basics.once import once
from identcheck.decide.conditions import shared_edges
from identcheck.decide.estimands import target_edges
from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.factors import Term
from identcheck.derive.heterogeneity import (
    Demand,
    common_causes,
    heterogeneity,
    measured_modifiers,
    open_route,
    readings,
    separated,
    separators,
)
from identcheck.derive.words import counted, listed
from identcheck.describe.declarations import Edge, written
from identcheck.describe.design import Design
from identcheck.describe.modifiers import Modifier
from identcheck.describe.site_weights import SITE_WEIGHTS

__all__ = ["Danger", "Endangered", "asked_together", "danger_lines", "dangers", "endangered", "held_alike"]

MOST_WAYS = 40
"""So many of an effect's strategies are looked at for one that no drawn cause endangers."""

MOST_NAMED = 3
"""Of more effects that a cause endangers only the number is given."""


@dataclass(frozen=True)
class Endangered:
    """An effect, and the drawn causes that move a compliance and an effect of its regression together.

    Attributes:
        finding: the effect.
        demands: what its regression asks to be independent and drawn causes join: of the strategy that the fewest endanger.
        causes: the modifiers that move both sides of one of these, themselves or by others.
        strategy: that strategy; its regression may hold some of them fixed already.
    """

    finding: Finding
    demands: tuple[Demand, ...]
    causes: tuple[str, ...]
    strategy: Strategy | Composed

    @property
    def way(self) -> str:
        """The first way by which they do: "wages => T -> hours and wages => income -> Y"."""
        route = open_route(self.finding.design, *self.demands[0])
        return str(route or "")

    def mended_by(self, among: Iterable[str]) -> frozenset[str] | None:
        """The least set among some modifiers given which nothing joins the two sides; None where there is none."""
        found = separators(self.finding.design, self.demands, tuple(among)).sets
        return next(iter(found), None)

    @cached_property
    def settled(self) -> bool:
        """Whether those that are measured suffice."""
        return self.mended_by(measured_modifiers(self.finding.design)) is not None

    @property
    def held(self) -> tuple[str, ...]:
        """What would be held fixed, in the design's order: of what is measured, else with what would have to be; or nothing."""
        known = measured_modifiers(self.finding.design)
        found = self.mended_by(known) or self.mended_by((*known, *self.to_measure)) or ()
        return tuple(m.name for m in self.finding.design.modifiers if m.name in found)

    @cached_property
    def to_measure(self) -> tuple[str, ...]:
        """The fewest modifiers that are not measured and would have to be, beside those that are; empty where none helps."""
        if self.settled:
            return ()
        design = self.finding.design
        known = measured_modifiers(design)
        unseen = [m.name for m in design.modifiers if m.name not in known]
        for size in range(1, len(unseen) + 1) if self.mended_by((*known, *unseen)) is not None else ():
            for chosen in combinations(unseen, size):
                if self.mended_by((*known, *chosen)) is not None:
                    return chosen
        return ()


@dataclass(frozen=True)
class Danger:
    """A modifier, and the effects that it endangers.

    Attributes:
        modifier: the modifier.
        effects: the effects; empty where there is none.
    """

    modifier: Modifier
    effects: tuple[Endangered, ...]

    def measuring(self, design: Design) -> str:
        """Whether measuring it suffices, as a phrase; of several effects with different answers, each."""
        if not self.effects:
            return "not needed"
        said: dict[str, list[str]] = {}
        for each in self.effects:
            said.setdefault(self._answer(design, each), []).append(str(each.finding.estimand))
        if len(said) == 1:
            return next(iter(said))
        return "; ".join(f"for {_few(effects)}: {answer}" for answer, effects in said.items())

    def _answer(self, design: Design, each: Endangered) -> str:
        """For one effect: by what, beside this modifier, the two sides would be separated."""
        name, known = self.modifier.name, measured_modifiers(design)
        held = each.mended_by(known)
        if held is not None:
            also = _words(design, held - {name})
            if name in held:
                return f"yes{f', with {also}' if also else ''}"
            return f"not needed: {also} {'are' if len(held) > 1 else 'is'} held fixed"
        if not each.to_measure:
            return "no"
        if self.modifier.measured:
            return f"not alone: {_words(design, each.to_measure)} would have to be measured too"
        mended = each.mended_by((*known, name))
        if mended is not None:
            also = _words(design, mended - {name})
            return f"it would{f', with {also}' if also else ''}"
        others = frozenset(each.to_measure) - {name}
        return f"only with {_words(design, others)}, not measured either" if others else "no"


def endangered(finding: Finding) -> Endangered | None:
    """What drawn causes do to an effect; None where some strategy of it is free of them, or it has none.

    Of several strategies that are not, the one whose causes are fewest; of these one that measured modifiers mend.
    """
    design = finding.design
    if not design.modifiers or finding.zero:
        return None
    found: list[Endangered] = []
    for strategy in islice(finding.search.strategies, MOST_WAYS):
        if _moves_what_is_shared(design, strategy):
            continue
        demands = _joined(design, strategy)
        if not demands:
            return None
        causes = {name for demand in demands for name in common_causes(design, *demand)}
        ordered = tuple(m.name for m in design.modifiers if m.name in causes)
        found.append(Endangered(finding, demands, ordered, strategy))
    return min(found, key=lambda each: (not each.settled, len(each.causes)), default=None)


def dangers(design: Design, findings: Sequence[Finding]) -> tuple[Danger, ...]:
    """For each drawn modifier the effects that it endangers, in the order of the findings."""
    found = [each for finding in findings if (each := endangered(finding)) is not None]
    return tuple(
        Danger(modifier, tuple(each for each in found if modifier.name in each.causes))
        for modifier in design.modifiers
    )


def danger_lines(design: Design, findings: Sequence[Finding]) -> Iterator[str]:
    """A sentence for each modifier: what it moves, which effects it endangers, whether measuring it suffices."""
    for danger in dangers(design, findings):
        modifier = danger.modifier
        known = "known" if modifier.name == SITE_WEIGHTS else "measured"
        measured = known if modifier.measured else "not measured"
        of = sorted(modifier.of, key=lambda edge: [design.order[node] for node in edge])
        moves = [f"({written(edge)})" for edge in of]
        moves += [other.name for other in design.modifiers if modifier.name in other.causes]
        effects = [str(each.finding.estimand) for each in danger.effects]
        if effects:
            said = f"endangers {_few(effects)}. Does measuring it suffice? {danger.measuring(design).capitalize()}"
        else:
            said = "endangers none of these effects"
        yield f"{modifier.name} ({measured}){' => ' if moves else ''}{', '.join(moves)}: {said}."


@once
def _joined(design: Design, strategy: Strategy | Composed) -> tuple[Demand, ...]:
    """What a strategy asks to be independent and drawn causes join, with nothing held fixed."""
    every = dict.fromkeys(asked_together(design, strategy))
    return tuple(demand for demand in every if not separated(design, *demand))


def _moves_what_is_shared(design: Design, strategy: Strategy | Composed) -> bool:
    """Whether a cause moves, between sites, an arrow that the strategy asks to be the same in all: no Z helps there."""
    graph = heterogeneity(design, "sites")
    return any(graph.pred[edge] for edge in held_alike(strategy) if edge in graph)


def held_alike(strategy: Strategy | Composed) -> tuple[Edge, ...]:
    """The arrows that a strategy asks to have the same average effect in all sites: condition (S)."""
    return tuple(dict.fromkeys(edge for part in strategy.parts for edge in shared_edges(part.regression)))


def asked_together(design: Design, strategy: Strategy | Composed) -> Iterator[Demand]:
    """The bundles of arrows that a strategy asks to be independent of one another (theory section 14)."""
    for part in strategy.parts:
        r = part.regression
        asked = readings(design, r.outcome, r.regressors, r.arms, r.intercepts, r.pooled)
        yield from (reading.demand for reading in asked)
    if isinstance(strategy, Composed):
        for term in strategy.terms:
            yield from _products(design, term)


def _products(design: Design, term: Term) -> Iterator[Demand]:
    """The factors of a product, each against each, within sites and between them."""
    if term.licensed and term.pair is None:
        return
    bundles = [frozenset(target_edges(design, factor.target)) for factor in term.factors]
    for one, other in combinations(bundles, 2):
        yield from (Demand(level, one, other) for level in ("persons", "sites"))


def _words(design: Design, names: Iterable[str]) -> str:
    chosen = set(names)
    return listed([design.modifier_words(m.name) for m in design.modifiers if m.name in chosen])


def _few(effects: Sequence[str]) -> str:
    if len(effects) > MOST_NAMED:
        return counted(len(effects), "effect", "effects")
    return listed(list(effects))
