"""A witness: two worlds with the same data and different answers, and what is recomputed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from identcheck.basics.display import Displayed
from identcheck.basics.options import LevelName
from identcheck.decide.conditions import Condition
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.population import Population
from identcheck.decide.population.declared import holds
from identcheck.decide.population.meeting import fits
from identcheck.decide.witness.common_cause import keeps_drawing, moved_by
from identcheck.decide.witness.drawn import NormalSites
from identcheck.describe.declarations import Edge

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
        drawn: None if the two populations obey what is declared as they stand; otherwise the infinite populations that obey
            it, and of which their sites are some (``exact`` is False).
        drawing: whether both obey the drawn graph of heterogeneity.
        causes: the unmeasured modifiers that move something in them (:attr:`modifiers`). Every other one moves nothing, and each
            combination of their values occurs alike beside each person.
    """

    first: Population
    second: Population
    estimand: Estimand
    target: Target
    granted: tuple[Condition, ...] = ()
    drawn: NormalSites | None = None
    drawing: bool = False
    causes: tuple[str, ...] = ()

    @property
    def modifiers(self) -> dict[str, list[list[int]]]:
        """The value of each of :attr:`causes` for each person of each site, the same in both worlds: a number for each."""
        found = {}
        for modifier in self.first.design.modifiers:
            if modifier.name in self.causes:
                level: LevelName = modifier.level
                found[modifier.name] = self._values_of(
                    sorted(moved_by(self.first.design, level, modifier.name)), level
                )
        return found

    def _values_of(self, arrows: Sequence[Edge], level: LevelName) -> list[list[int]]:
        numbers: dict[object, int] = {}
        found = []
        for one, other in zip(self.first.persons, self.second.persons, strict=True):
            values = [tuple(p[e] for p in pair for e in arrows) for pair in zip(one, other, strict=True)]
            keys = values if level == "persons" else [tuple(values)] * len(values)
            found.append([numbers.setdefault(key, len(numbers)) for key in keys])
        return found

    def _possible(self) -> bool:
        """Whether no drawn cause has more values than it has categories, or another mix in some site though it is balanced."""
        known = {m.name: m for m in self.first.design.modifiers}
        for name, sites in self.modifiers.items():
            modifier = known[name]
            if (
                modifier.scale != "continuous"
                and len({v for site in sites for v in site}) > 1 + modifier.terms
            ):
                return False
            mixes = {frozenset((v, Fraction(site.count(v), len(site))) for v in site) for site in sites}
            if modifier.balanced and len(mixes) > 1:
                return False
        return True

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
        return self._alike() and (
            self._obey() if self.drawn is None else not self.drawn.fault(self.first, self.second)
        )

    def _alike(self) -> bool:
        """Whether data are equal, the estimand is not, and the conditions are met."""
        return (
            self._differs()
            and self.first.shows_as(self.second)
            and all(fits(world, c) for world in (self.first, self.second) for c in self.granted)
        )

    def _differs(self) -> bool:
        first, second = self.values
        return first != second

    def _obey(self) -> bool:
        """Whether both finite populations obey every declaration, and the drawn graph of heterogeneity where they are to."""
        declared, worlds = self.first.design.declarations, (self.first, self.second)
        if self.drawing and not (self._possible() and all(map(keeps_drawing, worlds))):
            return False
        return all(holds(world, d) for world in worlds for d in declared)

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
    return population.effect(target.source, target.target, avoiding=target.avoiding)
