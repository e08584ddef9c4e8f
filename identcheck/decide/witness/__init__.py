"""Witnesses: two exact populations that no site-by-treatment contrast can tell apart (theory section 12).

Both share the graph, give the same r_vs for every arm and measured node in every site, meet the granted
conditions, and differ in the estimand. The first is drawn (``bases``), the second found by exact linear algebra:
the coefficients into one node are shifted along what contrasts and conditions leave free (``shifts``), or an
unmeasured node is given another scale (``unseen``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from identcheck.basics.display import Displayed
from identcheck.basics.once import kept_with, once
from identcheck.basics.options import LevelName
from identcheck.decide.conditions import Assigned, Between, Condition, Cut, Product, Shared, is_kind, of_kind
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.population import Population
from identcheck.decide.population.declared import holds, holds_in
from identcheck.decide.population.linear import rank
from identcheck.decide.population.matrices import matrix
from identcheck.decide.population.meeting import fits
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.bases import bases, uncrossed
from identcheck.decide.witness.common_cause import beside, keeps_drawing, moved_by, substitutes
from identcheck.decide.witness.crossing import plan_of
from identcheck.decide.witness.dependent import MANY_COLUMNS, dependent
from identcheck.decide.witness.drawing import normal_sites
from identcheck.decide.witness.drawn import NormalSites
from identcheck.decide.witness.effort import ended_after, within_limits
from identcheck.decide.witness.levels import Before, both_with_levels, come_out
from identcheck.decide.witness.shifts import shifts
from identcheck.decide.witness.unseen import related, reparametrized, unseen
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.paths import edges_between
from identcheck.derive.rank import structural_rank
from identcheck.describe.design import Design
from identcheck.errors.limits import WORLD_PERSONS

__all__ = ["NormalSites", "Witness", "ended_after", "find_witness", "ways_to_count"]


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
        before: where mediators interact, the levels without treatment of the persons of both populations, from which the
            contrasts of the products come out (theory section 15); else None.
    """

    first: Population
    second: Population
    estimand: Estimand
    target: Target
    granted: tuple[Condition, ...] = ()
    drawn: NormalSites | None = None
    drawing: bool = False
    causes: tuple[str, ...] = ()
    before: tuple[Before, Before] | None = field(default=None, compare=False, repr=False)

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
        )

    def _come_out(self) -> bool:
        """Whether the contrasts of products are those of persons with the levels that are said."""
        if not self.first.design.interactions:
            return True
        worlds = (self.first, self.second)
        return self.before is not None and all(map(come_out, worlds, self.before))

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


def find_witness(
    design: Design,
    estimand: Estimand,
    target: Target,
    conditions: Iterable[Condition] = (),
    all_granted: bool = False,
    drawing: bool = False,
) -> Witness | None:
    """Look for two worlds that differ in the estimand; None where no construction finds them.

    Args:
        design: the design.
        estimand: what is asked.
        target: its paths.
        conditions: those that both worlds must meet; what the design implies by itself need not be among them.
        all_granted: whether the worlds are to meet all that can be granted, of any regression: compliances are then
            as independent as they can be with the design's number of sites, and effects the same in all sites where
            that is possible.
        drawing: whether the worlds are to obey the drawn graph of heterogeneity as well (theory section 14).
    """
    wanted = tuple(dict.fromkeys(conditions))
    if target.weighted:
        return _at_levels(design, estimand, target, wanted, all_granted, drawing)
    known: dict[tuple[World, World], Witness]
    known = kept_with(design, "pairs of worlds").setdefault((wanted, all_granted, drawing), {})
    for (first, _), shown in known.items():
        witness = replace(shown, estimand=estimand, target=target)
        if witness._differs() and (not all_granted or _keeps_rank(first, target)):
            return witness  # which the two worlds meet does not depend on what is asked
    pairs = _obeying if drawing else _unmodified
    for drawn_first, drawn_second, causes in pairs(design, target, wanted, all_granted):
        persons = both_with_levels(drawn_first, drawn_second) if design.interactions else None
        if persons is None and design.interactions:
            continue
        (first, one), (second, other) = persons or ((drawn_first, ()), (drawn_second, ()))
        for each_once in ways_to_count(first):
            populations = first.population(each_once), second.population(each_once)
            found = _witness(Witness(*populations, estimand, target, wanted, None, drawing, causes))
            if found is not None and design.interactions:
                found = replace(found, before=(one, other)) if found.exact else None
            if found is not None:
                if len(design.mediators) > MANY_COLUMNS:
                    known.setdefault((first, second), found)
                return found
    return None


def _at_levels(
    design: Design,
    estimand: Estimand,
    target: Target,
    wanted: tuple[Condition, ...],
    all_granted: bool,
    drawing: bool,
) -> Witness | None:
    """Two worlds that differ in an effect with other mediators held: in the coefficient of the arrow, or of a product."""
    every = frozenset(design.mediators)
    plain = replace(target, weighted=(), held=())
    parts = [replace(plain, source=q, avoiding=every - {q}) for _, q in target.weighted]
    for part in (plain, *parts):
        found = find_witness(design, estimand, part, wanted, all_granted, drawing)
        if found is not None and (shown := replace(found, target=target)).verify():
            return shown
    return None


def ways_to_count(world: World) -> tuple[bool, ...]:
    """Whether every site of a population made of a world is to count once: first so, where the average is over sites."""
    return (False,) if world.divides or world.design.average != "sites" else (True, False)


def _witness(plain: Witness) -> Witness | None:
    """Two worlds as they stand, or as sites drawn from normal populations where only these obey what is declared.

    None where they do not show anything, in exact numbers.
    """
    if not plain._alike():
        return None
    if plain._obey():
        return plain
    between = any(d.level == "sites" for d in plain.first.design.declarations)
    drawn = normal_sites(plain.first, plain.second) if between and not plain.drawing else None
    return None if drawn is None else replace(plain, drawn=drawn)


Pair = tuple[World, World, tuple[str, ...]]


def _unmodified(
    design: Design, target: Target, conditions: tuple[Condition, ...], all_granted: bool
) -> Iterator[Pair]:
    """Pairs of worlds in which no modifier moves anything."""
    return ((*pair, ()) for pair in _pairs(design, target, conditions, all_granted))


def _obeying(
    design: Design, target: Target, conditions: tuple[Condition, ...], all_granted: bool
) -> Iterator[Pair]:
    """Pairs of worlds that may obey the drawn graph of heterogeneity, and the causes that move something in them."""
    tried = substitutes(design)
    for substitute in tried:
        found = _pairs(substitute.design, target, conditions, all_granted, substitute.persons, len(tried))
        for pair in found:
            first, second = (beside(design, world) for world in pair)
            if not all_granted or _keeps_rank(first, target):
                yield first, second, substitute.causes


def _pairs(
    design: Design,
    target: Target,
    conditions: tuple[Condition, ...],
    all_granted: bool,
    spread: Sequence[Edge] = (),
    shares: int = 1,
) -> Iterator[tuple[World, World]]:
    """Pairs of worlds that may be a witness, the plainest first."""
    seen: list[World] = []
    worlds = _first_worlds(design, target, conditions, all_granted, spread)
    for world in within_limits(worlds, design, target, conditions, all_granted, shares):
        seen.append(world)
        yield from ((world, second) for second in unseen(world, target))
        yield from ((world, second) for second in shifts(world, target, conditions, steady=all_granted))
        if design.unobserved and (design.declarations or len(world.sites[0]) == 1):
            yield from ((world, second) for second in reparametrized(world, target))
        yield from related(world, target)
    for world in seen if all_granted and conditions else ():
        yield from ((world, second) for second in shifts(world, target, conditions, steady=False))


def _first_worlds(
    design: Design,
    target: Target,
    conditions: tuple[Condition, ...],
    all_granted: bool,
    spread: Sequence[Edge] = (),
) -> Iterator[World]:
    """Worlds that meet the conditions and obey what is declared; then those whose sites may be drawn from such worlds."""
    columns = max([len(c.regression.columns) for c in conditions] or [len(design.mediators)])
    upstream = {e for arm in design.treatments for e in edges_between(design, arm, target.source)}
    moving = [e for e in sorted(design.causal.edges) if design.varies(*e) == "persons"]
    edges = sorted(
        moving, key=lambda e: e not in upstream
    )  # who complies otherwise may be who gains otherwise
    between = of_kind(conditions, Between)
    effects = {edge for c in between for edge in edges_between(design, *c.effect)}
    asked = [c for c in conditions if not is_kind(c, Assigned, Cut, Shared, Product)]

    def meant(world: World) -> bool:
        met = all(fits(world.kinds, c) for c in asked)  # of the others ``Witness.verify`` decides
        return met and (not all_granted or _keeps_rank(world, target))

    def obeys(world: World) -> bool:
        return all(holds_in(world.kinds.sites, d) for d in design.declarations)

    def few(world: World) -> bool:
        return not design.declarations or sum(map(len, world.sites)) <= WORLD_PERSONS.most

    def good(world: World) -> bool:
        return few(world) and obeys(world) and meant(world)

    if all_granted and (plain := dependent(design, target.target, design.sites or 0)) is not None:
        yield from [plain] if meant(plain) and obeys(plain) else []
    varying, plan = spread if all_granted else edges, plan_of(design, between)
    yield from bases(design, target, columns, effects, good, varying, any_number=not all_granted, plan=plan)
    if design.sites != 1 and any(d.level == "sites" for d in design.declarations):
        yield from uncrossed(design, columns, lambda world: few(world) and meant(world))


def _keeps_rank(world: World, target: Target) -> bool:
    """Whether the equations on the way have the rank that they have in general position."""
    return all(_keeps_rank_of(world, node) for node in (*target.inner, target.target))


@once
def _keeps_rank_of(world: World, node: str) -> bool:
    own, arms = own_regressors(world.design, node), world.design.treatments
    least = structural_rank(world.design, own, arms, persons=False).rank if own else 0
    return not own or rank(matrix(world.kinds, own, arms)) >= least


def _value(population: Population, target: Target) -> Fraction:
    if target.route is not None:
        return population.path(target.route)
    alone = population.effect(target.source, target.target, avoiding=target.avoiding)
    return alone + sum(weight * population.path((q, target.target)) for weight, q in target.weighted)
