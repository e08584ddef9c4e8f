"""What an estimand means in one design: the paths that it averages over."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from fractions import Fraction

from identcheck.basics.once import once
from identcheck.decide.interacting import held_words
from identcheck.decide.level_text import Levels
from identcheck.decide.stated_levels import level_words
from identcheck.derive.heterogeneity import terms_for
from identcheck.derive.paths import count_paths, edges_between, edges_in, feeding_set
from identcheck.derive.words import effect_words, part_words
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design

Stretch = tuple[str, str, frozenset[str]]
"""Where an effect starts and ends, and what its paths avoid."""


@dataclass(frozen=True)
class Target:
    """What an estimand means in one design: the paths from source to target it averages over.

    Attributes:
        source: where the paths start.
        target: where they end.
        avoiding: the nodes the paths avoid; of a part, after its mediator.
        inner: the nodes between source and target on those paths.
        route: the one path, where a single one was asked for and others share its nodes; else None.
        empty: whether there is no such path, so that the effect is zero by the graph.
        last: of a part of an intent-to-treat effect, the mediator that its paths pass last; else None.
        levels: the levels of modifiers at which it is averaged; empty for the average over all.
        depends_on: the products on whose factors' levels the effect depends, so that it is no single number; see
            :func:`~identcheck.decide.interacting.levels_open`.
        held: the levels of mediators at which it is asked for.
        weighted: the products whose coefficients are added to that of the arrow, each with its weight.
    """

    source: str
    target: str
    avoiding: frozenset[str]
    inner: frozenset[str]
    route: tuple[str, ...] | None = None
    empty: bool = False
    last: str | None = None
    levels: Levels = ()
    depends_on: tuple[str, ...] = ()
    held: Levels = ()
    weighted: tuple[tuple[Fraction, str], ...] = ()

    @property
    def settled(self) -> bool:
        """Whether no strategy is to be looked for: it is zero by the graph, or no single number."""
        return self.empty or bool(self.depends_on)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The effects whose product it averages: one between its ends, whatever the route; of a part, to its mediator and on."""
        if self.last is None:
            return ((self.source, self.target, self.avoiding),)
        return (self.source, self.last, frozenset()), (self.last, self.target, self.avoiding)

    def edges(self, design: Design) -> tuple[tuple[str, str], ...]:
        """The arrows on its stretches, and those of the products that are added."""
        alone = tuple(edge for stretch in self.stretches for edge in edges_between(design, *stretch))
        return (*alone, *((product, self.target) for _, product in self.weighted))

    def plain(self, design: Design) -> Target | None:
        """The same paths as all those that avoid some nodes; None of a part that is empty, or whose paths are not all of such."""
        if self.last is None:
            return self
        if self.empty:
            return None
        avoiding = mediator_set(design) - self.inner
        same = self.count(design) == count_paths(design, self.source, self.target, avoiding)
        return Target(self.source, self.target, avoiding, self.inner) if same else None

    def count(self, design: Design) -> int:
        """How many paths its stretches make."""
        return math.prod(count_paths(design, *stretch) for stretch in self.stretches)


@once
def mediator_set(design: Design) -> frozenset[str]:
    """The mediators as a set, made once: a direct effect avoids all of them."""
    return frozenset(design.mediators)


def target_edges(design: Design, target: Target) -> tuple[Edge, ...]:
    """The arrows on the paths that a target averages over."""
    if target.route is not None:
        return tuple(itertools.pairwise(target.route))
    return target.edges(design)


def _made_of(design: Design, target: Target) -> set[Edge]:
    """The arrows of a target, and those that the contrast of a product on its paths is made of (theory section 15)."""
    edges = set(target_edges(design, target))
    for arm, product in [
        edge for edge in edges if edge[0] in design.treatments and edge[1] in design.products
    ]:
        edges |= {*edges_in(design, feeding_set(design, arm, product))}
    return edges


def that_matter(design: Design, target: Target) -> Target:
    """The target with the stated levels that it depends on, given these, by the graph of heterogeneity; the average with none.

    The arrows of the effect are d-separated by these from the other modifiers whose levels are stated, over sites, or over cells
    of persons where a modifier is of persons: what a row says of the effect is then independent of the others.

    Source: theory section 14.
    """
    drawn = {modifier.name for modifier in design.modifiers}
    stated = [name for name, _ in target.levels if name in drawn]
    kept = terms_for(design, _made_of(design, target), (), stated)
    return replace(
        target, levels=tuple(each for each in target.levels if each[0] in kept or each[0] not in drawn)
    )


def target_words(design: Design, target: Target) -> str:
    """What an estimand averages, as a noun phrase."""
    where = level_words(design, target.levels)
    if target.route is not None:
        return f"the effect along {' -> '.join(target.route)}{where}"
    if target.last is not None:
        return part_words(design, target.source, target.last) + where
    if target.held:
        around = (
            target.avoiding | target.inner
        )  # what is left of the paths is the arrow, or a product that is its tail
        words = effect_words(design, target.source, target.target, around, at_zero=False)
        return f"{words}{held_words(design, target.source, target.held)}{where}"
    zero = not target.depends_on
    return effect_words(design, target.source, target.target, target.avoiding, at_zero=zero) + where
