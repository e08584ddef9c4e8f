"""Start-up cost as ratios: whole processes, run in turn with the baseline ``import sympy, networkx``.

    python benchmarks/startup.py [runs] [command ...]

Prints, for each command (or those whose names begin so), the median over runs of its CPU time divided by that of the baseline
just before it. Byte code is kept, in a folder of its own, as it is of every installed package: without it (an environment
with ``PYTHONDONTWRITEBYTECODE``) the files of this checkout would be compiled in each run, and those of the baseline not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).parents[1]
DESIGN = str(REPOSITORY / "examples" / "moving_to_opportunity.toml")
OTHER = str(REPOSITORY / "examples" / "moving_to_opportunity_two_arms.toml")
BASELINE = ["-c", "import sympy, networkx"]
VERDICTS = f"import identcheck as ic; result = ic.check(ic.load({DESIGN!r})); result.findings"
COMMANDS: dict[str, tuple[list[str], float | None]] = {
    "import identcheck": (["-c", "import identcheck"], 0.1),
    "import networkx, which every verdict needs": (["-c", "import networkx"], None),
    "verdicts in Python": (["-c", VERDICTS], 0.6),
    "mends in Python": (["-c", f"{VERDICTS}; [result.mends(f.estimand) for f in result.findings]"], 0.65),
    "--help": (["-m", "identcheck", "--help"], 0.2),
    "check --help": (["-m", "identcheck", "check", "--help"], 0.2),
    "check": (["-m", "identcheck", "check", DESIGN], 0.65),
    "compare": (["-m", "identcheck", "compare", DESIGN, OTHER], 0.65),
    "robust": (["-m", "identcheck", "robust", DESIGN], 0.65),
    "code": (["-m", "identcheck", "code", DESIGN, "-l", "r", "-t", "direct NP Y"], 1.0),
    "plan": (["-m", "identcheck", "plan", DESIGN], 1.75),
    "falsify": (["-m", "identcheck", "falsify", DESIGN], 1.25),
    "report, as text": (["-m", "identcheck", "report", DESIGN, "-o", "-"], None),
}
"""Each command, and how many times the baseline it may take at most."""


def seconds(words: list[str], kept: str) -> float:
    """CPU time of one process of Python, system time included."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(REPOSITORY), "PYTHONPYCACHEPREFIX": kept}
    before = os.times()
    done = subprocess.run([sys.executable, *words], capture_output=True, env=environment, check=False)
    assert done.returncode in (0, 1), done.stderr  # 1: an answer
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(runs: int, begun: tuple[str, ...]) -> None:
    """Run every command in turn with the baseline and print the ratios."""
    with tempfile.TemporaryDirectory() as kept:
        seconds(BASELINE, kept)
        for name, (words, limit) in COMMANDS.items():
            if not name.startswith(begun):
                continue
            seconds(words, kept)
            pairs = [(seconds(BASELINE, kept), seconds(words, kept)) for _ in range(runs)]
            ratios = sorted(b / a for a, b in pairs)
            aim = f"  (aim: at most {limit})" if limit else ""
            print(
                f"{name}: {median(ratios):.2f} times the baseline, {ratios[0]:.2f} to {ratios[-1]:.2f}; "
                f"baseline {median(a for a, _ in pairs):.2f} s{aim}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9, tuple(sys.argv[2:]) or ("",))
