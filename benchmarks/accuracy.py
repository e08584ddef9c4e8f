"""How far the closed forms are from trials drawn person by person with numpy alone, over random plans of every kind.

    python benchmarks/accuracy.py [designs] [trials] [first]

Each line is an effect that misses an aim by more than 3 Monte Carlo errors: bias .01, F 1%, conditional F 3%, SE 6% from 20 sites
and 10% below, coverage its Monte Carlo error. At the end how many were compared and how many missed each aim.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.planning.accuracy import misses
from tests.planning.any_trials import any_trial

CERTAIN = 3.0
"""So many Monte Carlo errors are allowed beside each aim."""


def main() -> None:
    """Print the misses, then how many there are."""
    designs, reps, first = ((*map(int, sys.argv[1:]), *(60, 1000, 0)[len(sys.argv) - 1 :]))[:3]
    compared: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for seed in range(first, first + designs):
        trial = any_trial(Random(seed))
        for m, name, closed, drawn, miss in misses(trial, reps, seed, CERTAIN):
            size = "from 20 sites" if trial.sites >= 20 else "below 20 sites"
            compared[f"{name}, {size}"] += 1
            if miss:
                missed[f"{name}, {size}"] += 1
                print(
                    f"{seed:4} {trial.kind:60} {m} {name:12} closed {closed:8.4f} simulated {drawn:8.4f}",
                    flush=True,
                )
    for key, count in sorted(compared.items()):
        print(f"{key:30} {missed[key]} of {count} missed")


if __name__ == "__main__":
    main()
