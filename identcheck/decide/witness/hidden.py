"""What no measurement of its children can tell of an unmeasured node: its scale, and what it shares with parents.

The coefficients into an unmeasured node are changed, and then, node by node, those into the measured ones
behind it, so that every contrast is as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import solve
from identcheck.decide.witness.world import Values, World
from identcheck.derive.paths import reaches

__all__ = ["reparametrised"]


def reparametrised(world: World, target: Target) -> Iterator[World]:
    """Worlds with another unmeasured node behind the same contrasts."""
    design = world.design
    near = [
        h
        for h in design.mediators
        if h in design.unobserved
        and (h in (target.source, target.target) or reaches(design, h, target.target))
    ]
    for h in near:
        yield from _settled(world, h, [[_scaled(p, h, Fraction(2)) for p in site] for site in world.sites])
        for m in sorted(design.observed_mediators, key=lambda m: reaches(design, h, m)):
            yield from _settled(world, h, [_mixed(world, s, h, m) for s in range(len(world.sites))])
        for parent in world.parents[h]:
            moved = [[p | {(parent, h): p[parent, h] + 1} for p in site] for site in world.sites]
            yield from _settled(world, h, moved)


def _scaled(values: Values, node: str, factor: Fraction) -> Values:
    """Another unit for a node: what comes in is multiplied, what goes out divided."""
    up, down = {node: factor}, {node: 1 / factor}
    return {(a, b): x * up.get(b, 1) * down.get(a, 1) for (a, b), x in values.items()}


def _mixed(world: World, site: int, node: str, other: str) -> list[Values]:
    """The effect of treatment on another node added to that on this one, by the arms' own arrows that may vary."""
    design = world.design
    more = {
        (arm, node): world.mean_effect(site, arm, other)
        for arm in world.parents[node]
        if arm in design.treatments and design.varies(arm, node) != "none"
    }
    return [person | {edge: person[edge] + by for edge, by in more.items()} for person in world.sites[site]]


def _settled(world: World, changed: str, sites: list[list[Values]]) -> Iterator[World]:
    """Mend the measured nodes behind the changed one, in order; nothing where one cannot be mended."""
    design = world.design
    moved = World(design, sites)
    for node in (*design.mediators, design.outcome):
        if node in design.unobserved or design.order[node] <= design.order[changed]:
            continue
        mended = _mended(world, moved, node)
        if mended is None:
            return
        moved = mended
    yield moved


def _mended(before: World, moved: World, node: str) -> World | None:
    """Change the coefficients into the node so that its contrasts are what they were (theory section 12)."""
    design = before.design
    mediators = [p for p in moved.parents[node] if p not in design.treatments]
    slack = [p for p in moved.parents[node] if p in design.treatments]
    columns: list[tuple[str, int | None]] = [(p, None) for p in mediators]
    for arm in slack:
        columns += (
            [(arm, None)]
            if design.varies(arm, node) == "none"
            else [(arm, s) for s in range(len(moved.sites))]
        )
    rows, right = [], []
    for s in range(len(moved.sites)):
        for arm in design.treatments:
            gap = before.mean_effect(s, arm, node) - moved.mean_effect(s, arm, node)
            row = [
                moved.mean_effect(s, arm, p) if p in mediators else Fraction(p == arm and at in (None, s))
                for p, at in columns
            ]
            rows.append(row)
            right.append(gap)
    change = solve(rows, right, len(columns))
    if change is None:
        return None
    return moved.moved(
        {
            (s, i, (p, node)): x
            for (p, at), x in zip(columns, change, strict=True)
            for s, site in enumerate(moved.sites)
            for i in range(len(site))
            if x and at in (None, s)
        }
    )
