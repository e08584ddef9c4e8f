"""Coverage of the stated interval, and sizes of the tests, in trials that ``simulate`` draws person by person; run by hand.

    python -m tests.evidence.person_trials [seconds of each row] [persons of a site]

Effects differ between sites (SD .2 around .5), independently of compliances; nothing is wrong.
"""

from __future__ import annotations

import sys
import time

import numpy as np

import identcheck as ic
from identcheck.decide.conditions import Regression
from identcheck.evidence.bootstrap import FEW, wild_interval
from identcheck.evidence.regressors import rows_of
from identcheck.evidence.scatter import scatter_tests
from identcheck.evidence.weighted import Fit
from identcheck.plan.simulation.persons import PersonLevel
from tests.drawn import drawn

TRUE = 0.5


def plan(skewed: bool, persons: int, arms: tuple[str, ...]) -> ic.Plan:
    """One mediator, or with two arms two; a skewed compliance has a third moment of twice its SD cubed."""
    nodes = ("M",) if len(arms) == 1 else ("M", "N")
    arrows = {(m, "Y"): ic.Arrow(mean=TRUE if m == "M" else 0.2, between=0.2) for m in nodes}
    for place, arm in enumerate(arms):
        for at, m in enumerate(nodes):
            level = 1.0 if place == at else 0.3
            arrows[arm, m] = ic.Arrow(mean=level, between=0.5 * level)
    third = {((a, m),) * 3: 2 * arrows[a, m].between ** 3 for a in arms for m in nodes} if skewed else {}
    return ic.Plan(persons=persons, arrows=arrows, third_between=third)


def trials(
    arms: tuple[str, ...], sites: int, skewed: bool, persons: int, seconds: float, seed: int = 1
) -> dict[str, list[bool]]:
    """For each trial whether the interval covers, and which tests reject at .05."""
    nodes = ("M",) if len(arms) == 1 else ("M", "N")
    graph = f"{{{' '.join(arms)}}} -> {{{' '.join(nodes)}}} -> Y"
    design = drawn(graph, sites=sites) if len(arms) == 1 else drawn(graph, treatment=[*arms], sites=sites)
    level = PersonLevel(ic.anticipate(design, plan(skewed, persons, arms)))
    reg = Regression(design, "Y", nodes, arms)
    rng, start = np.random.default_rng(seed), time.monotonic()
    found: dict[str, list[bool]] = {}
    while time.monotonic() - start < seconds:
        data = level.persons(rng, 1)
        frame = {node: data.values[v, 0] for v, node in enumerate(data.nodes)}
        frame |= {"site": data.site, "arm": data.arm, "t": (data.arm > 0).astype(float)}
        told = (
            {"treatment": "t"}
            if len(arms) == 1
            else {"treatment": {a: i + 1 for i, a in enumerate(arms)}, "arm": "arm"}
        )
        effects = ic.SiteEffects.from_persons(frame, site="site", nodes={n: n for n in (*nodes, "Y")}, **told)
        rows = rows_of(effects, reg)
        fit = Fit(rows)
        low, high = fit.linear(0).interval
        found.setdefault("covers", []).append(low <= TRUE <= high)
        if rows.count < FEW and len(found["covers"]) % 5 == 0:
            ends = wild_interval(fit, 0)
            found.setdefault("bootstrap covers", []).append(ends is not None and ends[0] <= TRUE <= ends[1])
        free = list(range(len(arms)))
        for name, test in scatter_tests(rows, nodes, None, effects.arm, free).items():
            if test.p is not None and not name.startswith("heterogeneity"):
                found.setdefault(name, []).append(test.p < 0.05)
    return found


if __name__ == "__main__":
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    for arms in (("T",), ("A", "B")):
        for skewed in (False, True):
            for sites in (8, 20, 60, 200):
                shares = trials(arms, sites, skewed, size, limit)
                words = (
                    f"{name} {np.mean(v):.3f} ({np.sqrt(np.mean(v) * (1 - np.mean(v)) / len(v)):.3f}, {len(v)})"
                    for name, v in shares.items()
                )
                print(
                    f"{len(arms)} arms{', skewed' if skewed else ''}, {sites} sites of {size}: {'; '.join(words)}",
                    flush=True,
                )
