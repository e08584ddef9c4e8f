"""What simulating costs: site effects against numpy's normals, persons against linearmodels, a sweep on two workers, diagnose.

Run by hand: ``OPENBLAS_NUM_THREADS=1 python benchmarks/simulation.py``. CPU time, but for site effects and the sweep, where two
batches or cells are at work at once: those want two free cores. The ratios should hold on any machine. Each figure is the best of
several runs, as what else the machine does only ever adds to it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from time import perf_counter, process_time

import networkx as nx
import numpy as np
import pandas as pd
from linearmodels.iv import IV2SLS

from identcheck import Arrow, Design, Plan, diagnose, simulate, sweep
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.simulation.memory import BATCH
from identcheck.plan.simulation.persons import PersonLevel, contrasts_of
from identcheck.plan.simulation.sites import SiteLevel

REPS = 10_000
SITES = 50
PARALLEL = [("T", "A"), ("T", "B"), ("A", "Y"), ("B", "Y")]
EFFECTS = {("T", "A"): Arrow(0.5, 0.5), ("T", "B"): Arrow(0.4, 0.5)}


def parallel_mediators(sites: int = SITES) -> Design:
    """T to each of two mediators, each of them to Y."""
    return Design(nx.DiGraph(PARALLEL), treatment="T", outcome="Y", sites=sites)


def best(job: Callable[[], object], runs: int = 7, clock: Callable[[], float] = process_time) -> float:
    """Seconds of the fastest of several runs: of this process, or of a clock."""
    times = []
    for _ in range(runs):
        start = clock()
        job()
        times.append(clock() - start)
    return min(times)


def mediated(mediators: int, complete: bool) -> Design:
    """T to each mediator, each of them to Y; with all arrows between mediators too where it is complete."""
    names = [f"M{i}" for i in range(1, mediators + 1)]
    arrows = [("T", m) for m in names] + [(m, "Y") for m in names]
    arrows += itertools.combinations(names, 2) if complete else []
    return Design(nx.DiGraph(arrows), treatment="T", outcome="Y", sites=SITES)


def site_level() -> None:
    """Everything simulate() does, against drawing the same normals, block by block as it does."""
    for complete, mediators in itertools.product((False, True), (2, 4, 6)):
        design = mediated(mediators, complete)
        level = SiteLevel(anticipate(design, Plan()))
        blocks = [min(level.block, REPS - start) for start in range(0, REPS, level.block)]

        def normals(level: SiteLevel = level, blocks: list[int] = blocks) -> None:
            rng = np.random.default_rng(0)
            for block in blocks:
                rng.standard_normal((level.normals, block, SITES))

        simulate(design, Plan(), BATCH)  # what is worked out once for a design
        ours = best(lambda design=design: simulate(design, Plan(), REPS), 3, perf_counter)
        theirs = best(normals, 3, perf_counter)
        title = f"{'complete' if complete else 'parallel'}, {mediators} mediators"
        print(
            f"site effects, {REPS} trials of {SITES} sites, {title}, all estimators of all effects: {ours:.2f} s,"
        )
        print(
            f"  {ours / theirs:.2f} times drawing the {level.normals * REPS * SITES} normals (aim: at most 3)"
        )


def person_level(reps: int = 200, fits: int = 20) -> None:
    """2SLS of drawn persons, all estimators, against linearmodels on the same persons, one trial after the other."""
    design, plan = parallel_mediators(), Plan(persons=100, arrows=EFFECTS)
    level = PersonLevel(anticipate(design, plan))
    data = level.persons(np.random.default_rng(0), fits)
    sites = pd.get_dummies(pd.Series(data.site), prefix="site", dtype=float)
    instruments = sites.mul(data.arm, axis=0).add_prefix("T")
    names = list(data.nodes)

    def theirs() -> None:
        for r in range(fits):
            table = pd.DataFrame(data.values[:, r].T, columns=names)
            IV2SLS(table["Y"], sites, table[["A", "B"]], instruments).fit()

    slow = best(theirs, 2) / fits
    same = best(lambda: contrasts_of(data)) / fits
    whole = best(lambda: simulate(design, plan, reps, level="persons"), 3) / reps
    print(
        f"persons, {SITES} sites of 100: drawing them and all estimators {1e3 * whole:.2f} ms a trial, of which"
    )
    print(
        f"  {1e3 * same:.2f} ms are for contrasts and scatter; linearmodels' IV2SLS on the same persons, one fit,"
    )
    print(f"  {1e3 * slow:.1f} ms: {slow / whole:.0f} times as long (aim: at least 50)")


def two_workers(reps: int = 40_000) -> None:
    """The same grid with one worker and with two, after both have started."""
    design, plan = parallel_mediators(), Plan()
    grid = {"persons": [50, 100, 150, 200], "arrows.T -> A.between": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}
    sweep(design, plan, grid, 10, workers=2)
    one = best(lambda: sweep(design, plan, grid, reps, workers=1), 2, perf_counter)
    two = best(lambda: sweep(design, plan, grid, reps, workers=2), 2, perf_counter)
    print(f"sweep of 24 plans, {reps} trials each: {one:.2f} s with one worker, {two:.2f} s with two,")
    print(f"  {one / two:.2f} times as fast (aim: at least 1.7)")


def closed_forms() -> None:
    """diagnose() of five mediators and all their arrows, once the design is known, against multiplying matrices."""
    for complete in (False, True):
        title, design = "complete" if complete else "parallel", mediated(5, complete)
        diagnose(design, Plan(persons=99))
        whole = best(lambda design=design: diagnose(design, Plan(persons=100)))
        matrix = np.ones((300, 300))
        base = best(lambda matrix=matrix: matrix @ matrix)
        print(
            f"diagnose, five mediators, {title}: {1e3 * whole:.1f} ms (aim: under 50), {whole / base:.0f} times a"
        )
        print("  product of two matrices of 300 by 300")


if __name__ == "__main__":
    closed_forms()
    site_level()
    person_level()
    two_workers()
