"""Two worlds with the same data and different answers, and the check that they are such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from identcheck.basics.display import Displayed
from identcheck.basics.options import LevelName
from identcheck.decide.conditions import Condition
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.population import Population
from identcheck.decide.population.declared import holds, keeps_apart
from identcheck.decide.population.meeting import fits
from identcheck.decide.witness.drawn import NormalSites
from identcheck.decide.witness.levels import Before, apart_with_levels, come_out
from identcheck.decide.witness.world import Edge
from identcheck.derive.apart import Apart, apart_beside
from identcheck.derive.heterogeneity import moved_by
from identcheck.describe.modifiers import Modifier

__all__ = ["Witness"]


@dataclass(frozen=True)
class Witness(Displayed):
    """Two worlds with the same data and different answers.

    Attributes:
        first: one population.
        second: the other.
        estimand: what differs.
        target: the paths the estimand averages over.
        granted: the conditions that both meet; of (vii) a regressor is exempt in a world where an arrow that its own
            effect shares with what is upstream differs between sites (S).
        apart: at which levels what is upstream of a regressor is independent of its effect in both, path by path: "persons" where
            (vi) is granted, "sites" where (vii) is.
        drawn: None if the two populations obey what is declared; otherwise the infinite populations that obey it, from which
            their sites are drawn (``exact`` is False).
        causes: the unmeasured modifiers that move something in them (:attr:`modifiers`); what one moves need not be
            independent. The others move nothing, and each combination of their values occurs alike beside each person.
        told: by name, the values of a cause for the persons of each kind of site, where they are said; else arrows tell them.
        before: where mediators interact, the persons' levels without treatment, which give the contrasts of the products
            (theory section 15); else None.
    """

    first: Population
    second: Population
    estimand: Estimand
    target: Target
    granted: tuple[Condition, ...] = ()
    apart: frozenset[str] = frozenset()
    drawn: NormalSites | None = None
    causes: tuple[str, ...] = ()
    told: Mapping[str, Sequence[Sequence[int]]] = field(default_factory=dict, compare=False, repr=False)
    before: tuple[Before, Before] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def modifiers(self) -> dict[str, list[list[int]]]:
        """The value of each of :attr:`causes` for each person of each site, the same in both worlds: a number for each.

        The values are told by the arrows that a cause moves; by its effects alone where arms' own arrows differ between sites
        for other reasons as well.
        """
        found = {}
        for modifier in self.first.design.modifiers:
            if said := self.told.get(modifier.name):
                found[modifier.name] = [list(said[s % len(said)]) for s in range(len(self.first.sites))]
            elif modifier.name in self.causes:
                level: LevelName = modifier.level
                moved = sorted(moved_by(self.first.design, level, modifier.name))
                beyond = [edge for edge in moved if edge[0] not in self.first.design.treatments]
                every = self._values_of(moved, level)
                told = every if self._fits(modifier, every) else self._values_of(beyond, level)
                found[modifier.name] = told
        return found

    def _values_of(self, arrows: Sequence[Edge], level: LevelName) -> list[list[int]]:
        numbers: dict[object, int] = {}
        found = []
        for one, other in zip(self.first.persons, self.second.persons, strict=True):
            values = [tuple(p[e] for p in pair for e in arrows) for pair in zip(one, other, strict=True)]
            keys = values if level == "persons" else [tuple(values)] * len(values)
            found.append([numbers.setdefault(key, len(numbers)) for key in keys])
        return found

    @staticmethod
    def _fits(modifier: Modifier, sites: Sequence[Sequence[int]]) -> bool:
        """Whether a cause has no more values than categories, and the same mix in all sites where it is balanced."""
        if modifier.scale != "continuous" and len({v for site in sites for v in site}) > 1 + modifier.terms:
            return False
        mixes = {frozenset((v, Fraction(site.count(v), len(site))) for v in site) for site in sites}
        return not modifier.balanced or len(mixes) == 1

    def _possible(self) -> bool:
        """Whether no drawn cause has more values than it has categories, or another mix in some site though it is balanced."""
        known = {m.name: m for m in self.first.design.modifiers}
        return all(self._fits(known[name], sites) for name, sites in self.modifiers.items())

    @property
    def exact(self) -> bool:
        """Whether everything holds in the two finite populations themselves."""
        return self.drawn is None

    @cached_property
    def values(self) -> tuple[Fraction, Fraction]:
        """The estimand in the first and in the second world."""
        return _value(self.first, self.target), _value(self.second, self.target)

    def verify(self) -> bool:
        """Recompute everything from the persons: equal data, different estimand, conditions met, declarations obeyed.

        A declaration is recomputed by its definition from the persons of both populations, exactly; where the sites
        are :attr:`drawn`, from the two infinite populations, and that they give the same data is recomputed too.
        """
        return (
            self._alike()
            and self._come_out()
            and (self._obey() if self.drawn is None else not self.drawn.fault(self.first, self.second))
        )

    def _alike(self) -> bool:
        """Whether data are equal, the estimand is not, and the conditions are met."""
        return (
            self._differs()
            and self.first.shows_as(self.second)
            and all(fits(world, c) for world in (self.first, self.second) for c in self.granted)
            and all(keeps_apart(world, self._kept_apart) for world in (self.first, self.second))
        )

    @property
    def _kept_apart(self) -> Apart:
        return apart_beside(self.first.design, self.apart, self.causes)

    def _come_out(self) -> bool:
        """Whether the contrasts of products are those of persons with the levels said, which are unrelated to effects."""
        if not self.first.design.interactions:
            return True
        worlds = (self.first, self.second)
        return self.before is not None and all(
            come_out(world, before) and apart_with_levels(world, before, self._kept_apart)
            for world, before in zip(worlds, self.before, strict=True)
        )

    def _differs(self) -> bool:
        first, second = self.values
        return first != second

    def _obey(self) -> bool:
        """Whether both finite populations obey every declaration, and what is drawn of the causes that move something."""
        declared, worlds = self.first.design.declarations, (self.first, self.second)
        return self._possible() and all(holds(world, d) for world in worlds for d in declared)

    @property
    def uniform(self) -> bool:
        """Whether in both worlds everyone in a site has the same coefficients.

        Then both can be given the same full distribution of mediators and outcome given treatment and site
        (theory section 6): nothing in such data could tell them apart.
        """
        return self.first.uniform and self.second.uniform

    def _brief(self) -> str:
        return "Witness {}: {} in one world, {} in the other".format(self.estimand, *self.values)

    def __str__(self) -> str:
        first, second = self.values
        drawn = "" if self.exact else ", their sites drawn from two normal populations of sites"
        return (
            f"two worlds with the same site effects: in the first {self.estimand} is {first}, "
            f"in the second {second}{drawn}"
        )


def _value(population: Population, target: Target) -> Fraction:
    if target.route is not None:
        return population.path(target.route)
    if target.last is not None:
        return population.product(target.stretches)
    alone = population.effect(target.source, target.target, avoiding=target.avoiding)
    return alone + sum(weight * population.path((q, target.target)) for weight, q in target.weighted)
