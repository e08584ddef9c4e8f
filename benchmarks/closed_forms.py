"""How far the closed forms of ``diagnose`` are from simulation, over a grid of designs and plans.

    python benchmarks/closed_forms.py [replications]

One line a design, number of sites, and effect: bias, standard error, F and conditional F, closed form against
simulated two-stage least squares, with the Monte Carlo error of the simulated bias; then the largest differences.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import networkx as nx

import identcheck as ic
from identcheck.decide.strategies import Strategy

T1, T2, T3 = ("T", "M1"), ("T", "M2"), ("T", "M3")
Y1, Y2, Y3 = ("M1", "Y"), ("M2", "Y"), ("M3", "Y")
M12, M23, M13 = ("M1", "M2"), ("M2", "M3"), ("M1", "M3")
GRAPHS = {
    "one": [T1, Y1],
    "two parallel": [T1, T2, Y1, Y2],
    "figure 1": [T1, T2, M12, Y1, Y2],
    "figure 2": [T1, M12, Y1, Y2],
    "three parallel": [T1, T2, T3, Y1, Y2, Y3],
    "three complete": [T1, T2, T3, M12, M13, M23, Y1, Y2, Y3],
}
SITES = (10, 20, 50, 100, 200)


def plans(edges: list[tuple[str, str]], sites: int) -> Iterator[tuple[str, ic.Plan]]:
    """The plans tried for a graph: (vii) holds, it fails, and many persons with effects that vary within sites."""
    arrows = {
        edge: ic.Arrow(0.5, 0.4)
        if edge[0] == "T"
        else ic.Arrow(0.2, 0.2)
        if edge[1] == "Y"
        else ic.Arrow(0.4, 0.25)
        for edge in edges
    }
    base = ic.Plan(sites=sites, persons=100, arrows=arrows)
    yield "(vii) holds", base
    yield "correlated", base.but(between={(T1, Y1): 0.4, (edges[-2], edges[-1]): 0.3})
    varying = {edge: ic.Arrow(a.mean, a.between, 0.2) for edge, a in arrows.items()}
    yield "within", base.but(arrows=varying, within={(T1, Y1): 0.4}, persons=ic.Sizes(200, 0.3))


def lines(reps: int) -> Iterator[tuple[str, str, int, str, tuple[float, ...]]]:
    """Graph, plan, sites, effect and its numbers."""
    for name, edges in GRAPHS.items():
        for sites in SITES:
            design = ic.Design(nx.DiGraph(edges), treatment="T", outcome="Y", sites=sites)
            for kind, plan in plans(edges, sites):
                yield from ((name, kind, sites, *line) for line in compared(design, plan, reps))


def compared(design: ic.Design, plan: ic.Plan, reps: int) -> Iterator[tuple[str, tuple[float, ...]]]:
    """For each effect by regression: bias, its Monte Carlo error, SE, F and conditional F, closed and simulated."""
    numbers = ic.diagnose(design, plan)
    simulated = ic.simulate(design, plan, reps=reps, seed=1)
    strengths = {(i.regression, s.regressor): s for i in numbers.instruments for s in i.strengths}
    for effect in numbers.effects:
        question = effect.question
        strategy = question.strategy
        if not isinstance(strategy, Strategy) or not strategy.regressors or effect.se is None:
            continue
        row = simulated.row(question.estimand)
        closed = strengths[strategy.regression, question.column]
        found = next(
            s for s in simulated.strengths if (s.regression, s.regressor) == (strategy.name, question.column)
        )
        assert found.plain is not None
        assert found.conditional is not None
        yield (
            str(question.estimand),
            (
                effect.bias or 0.0,
                row["bias"].value,
                row["bias"].error,
                effect.se,
                row["sd"].value,
                closed.f,
                found.plain.value,
                closed.conditional,
                found.conditional.value,
            ),
        )


def main() -> None:
    """Print the comparison."""
    reps = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    worst: dict[str, tuple[float, str]] = {}
    for name, kind, sites, effect, n in lines(reps):
        where = f"{name:15} {kind:12} K={sites:<4} {effect:15}"
        print(
            f"{where} bias {n[0]:7.4f} {n[1]:7.4f} ({n[2]:.4f})  SE {n[3]:.4f} {n[4]:.4f}  F {n[5]:7.2f} {n[6]:7.2f}  "
            f"cond. F {n[7]:7.2f} {n[8]:7.2f}"
        )
        size = "K >= 50" if sites >= 50 else "K < 50"
        differences = {
            f"bias, {size}": abs(n[0] - n[1]),
            f"SE (relative), {size}": abs(n[3] / n[4] - 1),
            f"F (relative), {size}": abs(n[5] / n[6] - 1),
            f"conditional F (relative), {size}": abs(n[7] / n[8] - 1),
        }
        for key, value in differences.items():
            worst[key] = max(worst.get(key, (0.0, "")), (value, where))
    print()
    for key, (value, where) in sorted(worst.items()):
        print(f"largest difference in {key}: {value:.4f} at {where}")


if __name__ == "__main__":
    main()
