"""Exact finite populations: a few sites, a few persons, rational coefficients.

A :class:`Population` gives the exact value of every expression the engine emits: expectations,
covariances and moments are sums over persons and sites, so an identity can be tested by equality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.decide.population.linear import average
from identcheck.decide.population.sites import Person, Site, site_problems
from identcheck.derive.paths import Edge, check_nodes, edges_between, edges_of
from identcheck.derive.routes import routes_of
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
        total = sum((Fraction(site.weight) for site in self.sites), Fraction(0))
        self.shares = [Fraction(site.weight) / total for site in self.sites]
        self.persons = [
            [{edge: Fraction(value) for edge, value in person.items()} for person in site.persons]
            for site in self.sites
        ]

    def _brief(self) -> str:
        return f"Population: sites {len(self.sites)}, persons {sum(map(len, self.persons))}"

    @property
    def uniform(self) -> bool:
        """Whether everyone in a site has the same coefficients."""
        return all(person == persons[0] for persons in self.persons for person in persons)

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
        means = [
            average([prod((p[e] for e in edges), start=Fraction(1)) for p in persons])
            for persons in self.persons
        ]
        return average(means, self.shares) if site is None else means[site]

    def observed(self) -> list[dict[tuple[str, str], Fraction]]:
        """Over sites, the contrast of each arm in each measured node: the total effect r_vs.

        Where the arms differ for the sake of a cause that they share with a node, what that adds to it and, carried on
        person by person by that node's effects, to the nodes below.
        """
        ends = [*self.design.observed_mediators, self.design.outcome]
        pairs = [(arm, node) for arm in self.design.treatments for node in ends]
        return [{pair: self._contrast(*pair, s) for pair in pairs} for s in range(len(self.sites))]

    @once
    def _contrast(self, arm: str, node: str, site: int) -> Fraction:
        """r_vs, and what a cause shared with treatment adds: theory, equations (6.3) and (12.4)."""
        found = self.effect(arm, node, site=site)
        for other, moved in self.sites[site].unequal:
            if other == arm:
                carried = self.effects(Effect(moved, node, frozenset()), site)
                each = zip(self.sites[site].added(arm, moved), carried, strict=True)
                found += average([by * on for by, on in each])
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
        groups: dict[tuple[Fraction, ...], list[int]] = defaultdict(list)
        for s in range(len(self.sites)):
            groups[tuple(self.effect(arm, u, site=s) for arm, u in pairs)].append(s)
        return list(groups.values())

    def differs(self, edges: Iterable[Edge]) -> bool:
        """Whether the mean of one of some arrows is not the same in all sites."""
        return any(len({average([p[e] for p in persons]) for persons in self.persons}) > 1 for e in edges)

    def _average(self, meaning: Effect, site: int | None) -> Fraction:
        if site is not None:
            return average(self.effects(meaning, site))
        return average([average(self.effects(meaning, s)) for s in range(len(self.sites))], self.shares)

    @once
    def effects(self, meaning: Effect, site: int) -> list[Fraction]:
        """An effect for each person of a site, by recursion over the topological order."""
        source, target, avoiding = meaning.source, meaning.target, meaning.avoiding
        if avoiding is None:
            return [person[source, target] for person in self.persons[site]]
        if avoiding:
            edges = edges_between(self.design, source, target, avoiding)
            flows = [_path_sums(person, edges, source) for person in self.persons[site]]
        else:
            flows = self._total_effects(source, site)
        return [reach.get(target, Fraction(0)) for reach in flows]

    @once
    def _total_effects(self, source: str, site: int) -> list[dict[str, Fraction]]:
        """For each person of a site, the total effects of a node on all that it reaches."""
        edges = routes_of(self.design).edges
        return [_path_sums(person, edges, source) for person in self.persons[site]]


def _path_sums(person: Person, edges: Sequence[tuple[str, str]], u: str) -> dict[str, Fraction]:
    """A person's effects of a node along the given edges, in topological order: theory, equation (6.1)."""
    reach = {u: Fraction(1)}
    for source, target in edges:
        if source in reach:
            reach[target] = reach.get(target, Fraction(0)) + reach[source] * person[source, target]
    return reach
