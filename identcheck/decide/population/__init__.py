"""Exact finite populations: a few sites, a few persons, rational coefficients.

A :class:`Population` gives the exact value of every expression the engine emits: expectations,
covariances and moments are sums over persons and sites, so an identity can be tested by equality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import prod
from operator import mul

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.decide.population.flows import Flows, Values
from identcheck.decide.population.linear import Number, average, plain
from identcheck.decide.population.sites import Person, Site, site_problems
from identcheck.derive.paths import Edge, check_nodes, edges_of
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidPopulationError, InvalidQuestionError
from identcheck.symbols.algebra import Expr
from identcheck.symbols.names import Effect

__all__ = ["Person", "Population", "Site"]


class Population(Brief):
    """A finite population of persons in sites, exact.

    Args:
        design: whose edges the coefficients are for.
        sites: the sites. Their number need not be the design's: they stand for the population of sites that
            expectations are over. Only a design with one site takes a population of one.

    Raises:
        InvalidPopulationError: naming every missing or unknown edge, value that is not exact, empty
            site, weight that is not positive, and coefficient that varies where the design says it does
            not.

    Source: theory section 13.
    """

    def __init__(self, design: Design, sites: Iterable[Site]) -> None:
        self.design = demand_design(design)
        if not isinstance(sites, Iterable):
            raise InvalidPopulationError([f"the sites are {sites!r}; give a list of Site"])
        self.sites: tuple[Site, ...] = tuple(sites)
        problems = site_problems(design, self.sites)
        if problems:
            raise InvalidPopulationError(problems)
        persons = [[{e: plain(x) for e, x in one.items()} for one in site.persons] for site in self.sites]
        self._hold(Flows(design, persons), None, None)

    @classmethod
    def known(
        cls,
        design: Design,
        sites: Iterable[Site],
        flows: Flows,
        core: Population | None = None,
        like: Population | None = None,
    ) -> Population:
        """A population that is known to fit the design, and of which something is worked out already.

        Args:
            design: the design.
            sites: the sites; of more than the core has, each is alike to the one that is as many places before it.
            flows: the path sums of its persons, site by site; of the core's, where there is one.
            core: the same distribution in fewer sites.
            like: another, with the same weights, from which it differs in the arrows that ``flows`` says.
        """
        made = cls.__new__(cls)
        made.design, made.sites = design, tuple(sites)
        made._hold(flows, core, like)
        return made

    def _hold(self, flows: Flows, core: Population | None, like: Population | None) -> None:
        self.flows, self.like = flows, like
        self.core = core or self
        weights = [plain(site.weight) for site in self.sites]
        self.weights = weights if len({*weights}) > 1 else None

    def _kind(self, site: int) -> int:
        """The place of a site in the path sums."""
        return site % len(self.flows.persons)

    @cached_property
    def persons(self) -> Sequence[Sequence[Values]]:
        """The coefficients of the persons of each site."""
        return [self.flows.persons[self._kind(s)] for s in range(len(self.sites))]

    @property
    def shares(self) -> list[Fraction]:
        """The share of each site in an average over sites."""
        total = sum(Fraction(site.weight) for site in self.sites)
        return [Fraction(site.weight) / total for site in self.sites]

    def _brief(self) -> str:
        return f"Population: sites {len(self.sites)}, persons {sum(map(len, self.persons))}"

    @cached_property
    def uniform(self) -> bool:
        """Whether everyone in a site has the same coefficients."""
        return all(person == persons[0] for persons in self.flows.persons for person in persons)

    def effect(self, u: str, v: str, site: int | None = None, avoiding: Iterable[str] = ()) -> Fraction:
        """The average effect of u on v avoiding nodes, in one site (by number, from 0) or over all sites."""
        banned = frozenset(avoiding)
        check_nodes(self.design, u, v, *banned)
        self._check_site(site)
        return self._average(Effect(u, v, banned - {u, v}), site)

    def _check_site(self, site: int | None) -> None:
        if site is not None and site not in range(len(self.sites)):
            raise InvalidQuestionError(
                [f"there is no site {site}; this population's sites are numbered 0 to {len(self.sites) - 1}"]
            )

    def path(self, nodes: Sequence[str], site: int | None = None) -> Fraction:
        """The average of the product of the coefficients along one path."""
        edges = edges_of(tuple(nodes))
        means = [average([prod(p[e] for e in edges) for p in persons]) for persons in self.persons]
        return Fraction(average(means, self.weights) if site is None else means[site])

    def observed(self) -> list[dict[tuple[str, str], Fraction]]:
        """Over sites, the contrast of each arm in each measured node: the total effect r_vs.

        Where the arms differ for the sake of a cause that they share with a node, what that adds to it and, carried on
        person by person by that node's effects, to the nodes below.
        """
        return [
            {pair: Fraction(x) for pair, x in self.core.data(self._kind(s)).items()}
            for s in range(len(self.sites))
        ]

    def shows_as(self, other: Population) -> bool:
        """Whether another population shows the same contrasts, site by site."""
        places = {(self._kind(s), other._kind(s)) for s in range(len(self.sites))}
        return len(self.sites) == len(other.sites) and all(
            self.core.data(s) == other.core.data(o) for s, o in places
        )

    @once
    def data(self, site: int) -> dict[tuple[str, str], Number]:
        """The contrasts of one site."""
        ends = [*self.design.observed_mediators, self.design.outcome]
        return {(arm, v): self._contrast(arm, v, site) for arm in self.design.treatments for v in ends}

    def _contrast(self, arm: str, node: str, site: int) -> Number:
        """r_vs, and what a cause shared with treatment adds: theory, equations (6.3) and (12.4)."""
        found = self.flows.mean(site, arm, node)
        for other, moved in self.sites[site].unequal:
            if other == arm:
                carried = self.flows.effects(Effect(moved, node, frozenset()), site)
                found += average([*map(mul, self.sites[site].added(arm, moved), carried)])
        return found

    def evaluate(self, expr: Expr | int, site: int | None = None) -> Fraction:
        """The exact value of an expression the engine emits.

        Args:
            expr: the expression. One about a person (a polynomial in coefficients) is averaged over the
                persons of the site, or over all sites.
            site: number of the site, from 0, for an expression that is about a site.

        Raises:
            InvalidQuestionError: an expression about a site without ``site``, a division by zero, or a
                symbol that is none of this design's.
        """
        from identcheck.decide.population.evaluation import evaluated  # sympy, where there is an expression

        self._check_site(site)
        return evaluated(self, expr, site)

    @once
    def alike(self, pairs: tuple[Edge, ...]) -> list[list[int]]:
        """The sites whose compliances, of some arms with some regressors, all agree, together."""
        groups: dict[tuple[Number, ...], list[int]] = defaultdict(list)
        for s in range(len(self.sites)):
            kind = self._kind(s)
            groups[tuple([self.flows.mean(kind, arm, u) for arm, u in pairs])].append(s)
        return list(groups.values())

    def differs(self, edges: Iterable[Edge]) -> bool:
        """Whether the mean of one of some arrows is not the same in all sites."""
        each = self.core.flows.persons
        return any(len({average([p[e] for p in persons]) for persons in each}) > 1 for e in edges)

    def _average(self, meaning: Effect, site: int | None) -> Fraction:
        if site is not None:
            return Fraction(average(self.effects(meaning, site)))
        return Fraction(average(self.core.means(meaning), self.core.weights))

    @once
    def means(self, meaning: Effect) -> list[Number]:
        """The average effect in each site."""
        return [average(self.effects(meaning, s)) for s in range(len(self.sites))]

    def effects(self, meaning: Effect, site: int) -> list[Number]:
        """An effect for each person of a site, by recursion over the topological order."""
        return self.flows.effects(meaning, self._kind(site))
