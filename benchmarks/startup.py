"""Start-up cost as ratios: whole processes, run in turn with the baseline ``import sympy, networkx``.

    python benchmarks/startup.py [runs]

Prints, for each command, the median over runs of its time divided by the baseline's time just before it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

DESIGN = Path(__file__).parents[1] / "examples" / "moving_to_opportunity.toml"
BASELINE = [sys.executable, "-c", "import sympy, networkx"]
COMMANDS = {
    "import identcheck": ([sys.executable, "-c", "import identcheck"], 1.15),
    "import identcheck, use check": ([sys.executable, "-c", "import identcheck; identcheck.check"], None),
    "verdicts (Moving to Opportunity)": (
        [sys.executable, "-c", f"import identcheck as ic; ic.check(ic.load({str(DESIGN)!r})).findings"],
        None,
    ),
    "identcheck check --help": ([sys.executable, "-m", "identcheck", "check", "--help"], None),
    "identcheck check (Moving to Opportunity)": (
        [sys.executable, "-m", "identcheck", "check", str(DESIGN)],
        2.5,
    ),
    "identcheck report -o - (text)": (
        [sys.executable, "-m", "identcheck", "report", str(DESIGN), "-o", "-"],
        None,
    ),
}


def seconds(command: list[str]) -> float:
    """Wall time of one process."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def main(runs: int) -> None:
    """Run every command in turn with the baseline and print the ratios."""
    for command in (BASELINE, *(command for command, _ in COMMANDS.values())):
        seconds(command)
    for name, (command, limit) in COMMANDS.items():
        pairs = [(seconds(BASELINE), seconds(command)) for _ in range(runs)]
        ratios = sorted(b / a for a, b in pairs)
        aim = f"  (aim: at most {limit})" if limit else ""
        print(
            f"{name}: {median(ratios):.2f} times the baseline, {ratios[0]:.2f} to {ratios[-1]:.2f}; "
            f"baseline {median(a for a, _ in pairs):.2f} s{aim}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
