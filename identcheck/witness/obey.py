"""Whether two worlds obey what is declared of the coefficients."""

from __future__ import annotations

from collections.abc import Iterable

from identcheck.declarations import Declaration
from identcheck.population import Population
from identcheck.population.declared import holds

__all__ = ["obey"]

Edge = tuple[str, str]


def obey(first: Population, second: Population, declaration: Declaration) -> bool:
    """Whether both worlds obey a declaration, or are sites drawn from two populations that do.

    Where nothing but the arms' own arrows varies, the sites may be those of a population over which these
    arrows are independent and normal; in the second world some of them are linear functions of those of the
    first, which keeps them normal, and independent of all that they are no functions of.
    """
    if all(holds(world, declaration) for world in (first, second)):
        return True
    if declaration.level != "sites" or declaration.kind == "correlated" or not _only_arms_vary(first, second):
        return False
    if declaration.kind == "normal":
        return True
    left, right = (_sources(first, second, side) for side in (declaration.left, declaration.right))
    return not left & right


def _only_arms_vary(first: Population, second: Population) -> bool:
    arms = first.design.treatments
    return (
        first.uniform
        and second.uniform
        and all(
            len({person[edge] for site in world.sites for person in site.persons}) == 1
            for world in (first, second)
            for edge in world.design.causal.edges
            if edge[0] not in arms
        )
    )


def _sources(first: Population, second: Population, edges: Iterable[Edge]) -> set[Edge]:
    """The arms' arrows of the first world that those of the second are functions of."""
    design = first.design
    found: set[Edge] = set()
    for arm, node in edges:
        if arm in design.treatments and design.varies(arm, node) != "none":
            found.add((arm, node))
            if not _proportional(first, second, (arm, node)):
                found |= {
                    (a, b)
                    for a, b in design.causal.edges
                    if a == arm and design.order[b] < design.order[node]
                }
    return found


def _proportional(first: Population, second: Population, edge: Edge) -> bool:
    pairs = [(a.persons[0][edge], b.persons[0][edge]) for a, b in zip(first.sites, second.sites, strict=True)]
    x, y = pairs[0]
    return all(a * y == b * x for a, b in pairs)
