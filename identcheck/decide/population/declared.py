"""Whether a finite population obeys a declaration, by its definition and exactly, or (vi) and (vii) as they are granted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction

from identcheck.basics.once import once
from identcheck.decide.population import Population
from identcheck.decide.population.linear import Number, average, uncorrelated
from identcheck.decide.population.sites import Site
from identcheck.derive.apart import Apart
from identcheck.derive.paths import edges_in, numbered
from identcheck.describe.declarations import Declaration, Edge
from identcheck.errors import InvalidQuestionError

__all__ = ["distribution", "factorises", "holds", "holds_in", "independent_in", "keeps_apart", "varying"]

Weighted = list[tuple[Hashable, Hashable, Number]]


def holds(population: Population, declaration: Declaration) -> bool:
    """Whether a declaration is true of a finite population.

    "persons" is about the persons of each site, alike in weight; "sites" about the sites, under their weights.

    - independent: the joint distribution is the product of its margins. Between sites it is that of each
      site's whole distribution of the coefficients on one side (which values, with which shares of persons)
      and of its whole distribution of those on the other.
    - uncorrelated: the covariance is zero, within every site or over the site means.
    - correlated: it is not.
    - normal: nothing varies at that level. No other finite distribution is normal.

    Raises:
        InvalidQuestionError: for an arrow that the population has no coefficient of.
    """
    unknown = sorted(e for e in declaration.edges if not population.design.causal.has_edge(*e))
    if unknown:
        raise InvalidQuestionError(
            [f"{declaration}: this population has no coefficient of {u} -> {v}" for u, v in unknown]
        )
    return holds_in(population.core.sites, declaration)


def holds_in(sites: Sequence[Site], declaration: Declaration) -> bool:
    """The same of sites that are no population yet; their persons have a value for every arrow."""
    if declaration.kind == "independent":
        return independent_in(sites, declaration.left, declaration.right, declaration.level)
    if declaration.kind == "normal":
        return not any(_varies(sites, declaration.level, edge) for edge in sites[0].persons[0])
    return _unrelated(sites, declaration) == (declaration.kind == "uncorrelated")


def independent_in(sites: Sequence[Site], one: Iterable[Edge], other: Iterable[Edge], level: str) -> bool:
    """Whether some arrows are independent of others, at a level."""
    left, right = sorted(one), sorted(other)
    if level == "persons":
        return all(
            factorises([(_values(p, left), _values(p, right), 1) for p in site.persons])
            for site in sites
            if len(site.persons) > 1
        )
    return factorises([(distribution(s, left), distribution(s, right), s.weight) for s in sites])


def factorises(items: Weighted) -> bool:
    """Whether every pair of values weighs what its margins say."""
    total = sum(weight for *_, weight in items)
    joint: Counter[tuple[Hashable, Hashable]] = Counter()
    left: Counter[Hashable] = Counter()
    right: Counter[Hashable] = Counter()
    for a, b, weight in items:
        for counter, key in ((joint, (a, b)), (left, a), (right, b)):
            counter[key] += weight  # type: ignore[index, assignment]  # counters hold any number
    return all(joint[a, b] * total == left[a] * right[b] for a in left for b in right)


def _values(person: object, edges: Sequence[Edge]) -> tuple[Number, ...]:
    return tuple([person[edge] for edge in edges])  # type: ignore[index]


def distribution(site: Site, edges: Sequence[Edge]) -> Hashable:
    """Each combination of values among the persons of a site, with its share; where all have the same, that one alone."""
    if len(site.persons) == 1:
        return _values(site.persons[0], edges)
    counts = Counter(_values(person, edges) for person in site.persons)
    if len(counts) == 1:
        return next(iter(counts))
    return frozenset((values, Fraction(count, len(site.persons))) for values, count in counts.items())


def _unrelated(sites: Sequence[Site], declaration: Declaration) -> bool:
    """Whether the covariance of two arrows is zero."""
    (one,), (other,) = declaration.left, declaration.right
    if declaration.level == "sites":
        x, y = ([average(_column(site, edge)) for site in sites] for edge in (one, other))
        return uncorrelated(x, y, [site.weight for site in sites])
    return all(uncorrelated(_column(site, one), _column(site, other)) for site in sites)


def _varies(sites: Sequence[Site], level: str, edge: Edge) -> bool:
    columns = [_column(site, edge) for site in sites]
    if level == "sites":
        return len({average(column) for column in columns}) > 1
    return any(len(set(column)) > 1 for column in columns)


def _column(site: Site, edge: Edge) -> list[Number]:
    return [person[edge] for person in site.persons]


# -- (vi) and (vii) as they are granted: along every upstream path, term by term ------------


def keeps_apart(population: Population, apart: Apart) -> bool:
    """Whether all bundles that are granted to be independent of one another are so, exactly."""
    return all(_keeps_apart(population.core, apart, level) for level in apart.levels)


@once
def _keeps_apart(core: Population, apart: Apart, level: str) -> bool:
    design = core.design
    for up, down in apart.bundles(design, level, varying(core, level)):
        if not independent_in(core.sites, edges_in(design, up), edges_in(design, down), level):
            return False
    return True


@once
def varying(core: Population, level: str) -> int:
    """The arrows that vary: from person to person in a site, or from site to site in what a site says of them."""
    edges = core.design.causal.edges
    if level == "persons":
        inside = [site for site in core.sites if len(site.persons) > 1]
        return numbered(core.design, (e for e in edges if any(_differ(site.persons, e) for site in inside)))
    if all(len(site.persons) == 1 for site in core.sites):
        first, *others = (site.persons[0] for site in core.sites)
        return numbered(core.design, (e for e in edges if any(p[e] != first[e] for p in others)))
    one, *rest = core.sites
    return numbered(core.design, (e for e in edges if any(_says_other(one, site, e) for site in rest)))


def _says_other(one: Site, other: Site, edge: Edge) -> bool:
    """Whether the persons of two sites are distributed otherwise in one arrow."""
    x, y = _column(one, edge), _column(other, edge)
    if len(x) == len(y):
        return x != y and sorted(x) != sorted(y)
    return distribution(one, [edge]) != distribution(other, [edge])


def _differ(persons: Iterable[object], edge: tuple[str, str]) -> bool:
    return len({person[edge] for person in persons}) > 1  # type: ignore[index]  # of a table of coefficients
