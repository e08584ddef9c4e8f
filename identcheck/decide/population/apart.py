"""Whether a finite population meets (vi) and (vii) as they are granted: along every upstream path, term by term."""

from __future__ import annotations

from collections.abc import Iterable

from identcheck.basics.once import once
from identcheck.decide.population import Population
from identcheck.decide.population.declared import distribution, independent_in
from identcheck.derive.apart import Apart
from identcheck.derive.paths import edges_in, numbered


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
    return numbered(core.design, (e for e in edges if len({distribution(s, [e]) for s in core.sites}) > 1))


def _differ(persons: Iterable[object], edge: tuple[str, str]) -> bool:
    return len({person[edge] for person in persons}) > 1  # type: ignore[index]  # of a table of coefficients
