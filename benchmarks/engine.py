"""What the engine takes: checking complete graphs, counting, expanding, listing paths.

    python benchmarks/engine.py [most]

``most`` is the largest number of mediators (50). Times are wall time on this machine, the best of three for
what takes less than a second. "Warm" means: identcheck and sympy are imported, and an equal design has been
checked before in this process, so that sympy's own tables are filled; the design checked is built anew and
knows nothing yet. Memory is the peak of what Python allocates during the check (tracemalloc, in a run of
its own), and at the end the peak of the whole process.
"""

from __future__ import annotations

import resource
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from itertools import combinations
from math import log
from time import perf_counter

import networkx as nx
import sympy

from identcheck import Design, check, direct, effect, total
from identcheck.derive.counting import ladder_counts
from identcheck.derive.paths import count_paths, paths
from identcheck.derive.rank import structural_rank

FIGURES = {"Figure 1": "T -> {M1 M2} -> Y; M1 -> M2", "Figure 2": "T -> V -> NP -> Y; V -> Y"}
SIZES = (5, 10, 12, 15, 20, 30, 50)
AIMS = {"Figure 1": 0.005, "Figure 2": 0.005, 12: 0.1, 20: 1.0, 50: 10.0}


def complete(p: int) -> Design:
    """Treatment moves every mediator, each moves all later ones and the outcome; enough sites for every rank."""
    mediators = [f"M{k}" for k in range(1, p + 1)]
    graph = nx.DiGraph(combinations(["T", *mediators], 2))
    graph.add_edges_from((m, "Y") for m in mediators)
    return Design(graph, treatment="T", outcome="Y", sites=p + 1)


def figure(graph: str) -> Design:
    """One of the paper's figures, with five sites."""
    return Design.from_text(f'graph = "{graph}"\ntreatment = "T"\noutcome = "Y"\nsites = 5')


def answer(design: Design) -> None:
    """Every direct and total effect on the outcome, everything granted."""
    result = check(design, "all")
    for m in design.mediators:
        assert result[direct(m, design.outcome)].verdict
        assert result[total(m, design.outcome)].verdict


def seconds(job: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = perf_counter()
    job()
    return perf_counter() - start


def best(make: Callable[[], Callable[[], object]]) -> float:
    """The least wall time of three jobs made one after another; of one, where it takes a second."""
    times = [seconds(make())]
    while times[0] < 1 and len(times) < 3:
        times.append(seconds(make()))
    return min(times)


def checking(name: str | int, make: Callable[[], Design]) -> float:
    """Print one line: the job on a design, warm; how long, and how much memory."""
    answer(make())

    def job() -> Callable[[], object]:
        design = make()
        return lambda: answer(design)

    time = best(job)
    design = make()
    tracemalloc.start()
    answer(design)
    peak = tracemalloc.get_traced_memory()[1] / 2**10
    tracemalloc.stop()
    aim = f"  (aim: at most {AIMS[name]:g} s)" if name in AIMS else ""
    print(f"  {name if isinstance(name, str) else f'p = {name}':10} {time:9.4f} s {peak:7.0f} KB{aim}")
    return time


def exponent(times: dict[int, float]) -> float:
    """The slope of log time on log p, by least squares."""
    points = [(log(p), log(time)) for p, time in times.items()]
    x_mean, y_mean = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / sum((x - x_mean) ** 2 for x, _ in points)


def counted(p: int) -> None:
    """Paths, and the conditions of the outcome's own equation by order, exactly."""
    design = complete(p)
    counts: dict[int, int] = {}

    def job() -> None:
        for u in design.mediators:
            others = frozenset(design.mediators) - {u}
            for order, count in ladder_counts(design, ["T"], u, "Y", others).items():
                counts[order] = counts.get(order, 0) + count

    time = seconds(job)
    print(f"p = {p}: {count_paths(design, 'T', 'Y')} paths from T to Y; within-site conditions of the direct")
    print(f"  effects, {sum(counts.values())} in all, counted in {time:.2f} s; by order:")
    print("  " + ", ".join(f"{order}: {count}" for order, count in sorted(counts.items())))


def ranked(p: int) -> None:
    """Rank of p regressions on one to p mediators, with an intercept."""
    design = complete(p)

    def job() -> None:
        for k in range(1, p + 1):
            structural_rank(design, design.mediators[:k], ("T",), ("T",))

    print(f"p = {p}: structural rank of {p} regressions, on 1 to {p} mediators: {seconds(job):.4f} s")


def expanded(p: int) -> None:
    """The sum of path products as a polynomial, against sympy's inverse of I - A, expanded."""
    nodes = list(complete(p).causal)
    symbol = [
        [sympy.Symbol(f"a_{a}_{b}") if complete(p).causal.has_edge(a, b) else 0 for b in nodes] for a in nodes
    ]
    matrix = sympy.eye(len(nodes)) - sympy.Matrix(symbol)
    found: list[sympy.Expr] = []
    theirs = seconds(lambda: found.append(sympy.expand(matrix.inv()[0, len(nodes) - 1])))
    right = sympy.zeros(len(nodes), 1)
    right[len(nodes) - 1] = 1
    solved = seconds(lambda: sympy.expand(matrix.upper_triangular_solve(right)[0]))
    ours = best(lambda: partial(_keep_effect, found, complete(p)))
    assert all(len(expr.args) == len(found[0].args) for expr in found)
    print(
        f"p = {p}: effect(T, Y), {len(found[0].args)} terms: {ours:.4f} s; sympy's expand((I - A).inv()[0, -1])"
    )
    print(
        f"  takes {theirs:.2f} s, {theirs / ours:.0f} times as long (aim: at least 100); only the last column"
    )
    print(f"  by back substitution, also in sympy, {solved:.4f} s, {solved / ours:.1f} times")


def _keep_effect(found: list[sympy.Expr], design: Design) -> None:
    found.append(effect(design, "T", "Y"))


def listed(p: int) -> None:
    """Every path from T to Y, against networkx on the same graph."""
    design = complete(p)
    ratios = []
    for _ in range(3):
        ours = seconds(lambda: sum(1 for _ in paths(design, "T", "Y")))
        theirs = seconds(lambda: sum(1 for _ in nx.all_simple_paths(design.causal, "T", "Y")))
        ratios.append(ours / theirs)
    print(
        f"p = {p}: listing {2**p - 1} paths takes {sorted(ratios)[1]:.2f} times networkx.all_simple_paths "
        f"({theirs:.2f} s; aim: at most 1.5)"
    )


def main(most: int) -> None:
    """Print everything."""
    print("check(design, 'all'), every direct and total effect on Y, warm: time, peak allocated")
    for name, graph in FIGURES.items():
        checking(name, lambda graph=graph: figure(graph))
    times = {p: checking(p, lambda p=p: complete(p)) for p in SIZES if p <= most}
    large = {p: time for p, time in times.items() if p >= 12}
    if len(large) > 1:
        print(f"  time grows as p to the power {exponent(large):.1f} (p = {min(large)} to {max(large)})")
    ranked(most)
    counted(most)
    expanded(min(10, most))
    listed(min(16, most))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MB (aim: below 500)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
