"""What the engine takes: a table of cases, each with its aim, and how the time grows with the number of mediators.

    python benchmarks/engine.py [part of a name ...] [--against CHECKOUT] [--cap SECONDS] [--no-memory]

A line is a case of ``cases.py``, in a process of its own that is stopped after so many CPU seconds: the CPU seconds of the job
(identcheck imported and a tiny job of the kind done before; of what takes less than a second the best of three, each with a
design that knows nothing yet; of a whole process all that it takes), the peak of what Python allocates, in a run of its own (of
a whole process its largest resident set), the ratio to another case of the same run, the aim, and whether it is met.
``--against`` runs the same on another checkout, whose ``identcheck`` is put first on the path, in turn: before, after, ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tracemalloc
from functools import cache, partial
from math import log
from pathlib import Path

from cases import CASES, GROWTH, Case, process, verdicts

HERE = Path(__file__).resolve()
SIZES = {
    f"{name}, size {p}": Case(verdicts, p, said) for name, (said, sizes) in GROWTH.items() for p in sizes
}
TINY = 3
Figure = float | str
"""A number, or why there is none."""


def cpu() -> float:
    """CPU seconds of this process and of those that it has started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def seconds(case: Case) -> float:
    """CPU seconds of a job; what it says itself, if that is a number."""
    job = case.kind(case.size, **case.options)
    start = cpu()
    said = job()
    return said if isinstance(said, float) else cpu() - start


def one(case: Case, memory: bool) -> float:
    """The CPU seconds of a case, or its peak in MB; this process measures nothing else."""
    whole = case.kind is process
    seconds(case if whole else case._replace(size=min(case.size, TINY)))
    if not memory:
        times = [seconds(case)]
        while times[0] < 1 and len(times) < 3:
            times.append(seconds(case))
        return min(times)
    job = case.kind(case.size, **case.options)
    tracemalloc.start()
    job()
    resident = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
    return resident if whole else tracemalloc.get_traced_memory()[1] / 2**20


@cache
def figure(tree: Path, cap: int, name: str, memory: bool = False) -> Figure:
    """What ``one`` finds with the identcheck of a checkout, in a process that is stopped after so many CPU seconds."""
    path = os.pathsep.join(filter(None, (str(tree), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        [sys.executable, str(HERE), f"--one={name}", *(["--memory"] if memory else [])],
        env={**os.environ, "PYTHONPATH": path},
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_CPU, (cap, cap + 1)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode < 0 or "SIGXCPU" in done.stderr:
        return f"> {cap}"
    last = (done.stderr.strip() or "?").splitlines()[-1].partition(":")[0]
    return last if done.returncode else float(json.loads(done.stdout))


def ratio(one: Figure, other: Figure) -> Figure:
    """How many times the other; "" where one of them has no number."""
    return one / other if isinstance(one, float) and isinstance(other, float) and other else ""


def columns(*figures: tuple[Figure, int]) -> str:
    """Figures with so many decimals, side by side."""
    texts = (found if isinstance(found, str) else f"{found:.{digits}f}" for found, digits in figures)
    return "".join(text.rjust(11) for text in texts)


def line(ask: partial[Figure], name: str, memory: bool) -> str:
    """A case with its aim, and whether it is met."""
    case, found = CASES[name], ask(name)
    peak = ask(name, True) if memory else ""
    times = ratio(found, ask(case.base)) if case.base else ""
    limits = (
        (found, case.aim, "s"),
        (times, case.most, "times"),
        (peak, case.memory if memory else None, "MB"),
    )
    aims = [(value, most, f"{most:g} {unit}") for value, most, unit in limits if most is not None]
    met = all(isinstance(value, float) and value <= most for value, most, _ in aims)
    said = f"{', '.join(text for *_, text in aims)}: {'met' if met else 'NOT met'}" if aims else ""
    return (
        columns((found, 3), (peak, 1), (times, 2))
        + f"  {f'times {case.base}' if case.base else '':43} {said}"
    )


def exponent(ask: partial[Figure], name: str) -> str:
    """The slope of log time on log size, by least squares; of the sizes that were not stopped, how many they are."""
    sizes = GROWTH[name][1]
    found = [(p, ask(f"{name}, size {p}")) for p in sizes]
    points = [(log(p), log(time)) for p, time in found if isinstance(time, float)]
    if len(points) < len(sizes):
        return f"none ({len(sizes) - len(points)} of {len(sizes)} sizes were stopped)"
    x_mean, y_mean = (sum(values) / len(points) for values in zip(*points, strict=True))
    slope = sum((x - x_mean) * (y - y_mean) for x, y in points) / sum((x - x_mean) ** 2 for x, _ in points)
    return f"{slope:.1f}"


def table(parts: list[str], trees: list[Path], cap: int, memory: bool) -> None:
    """Print the cases, then the growth; of two trees side by side."""
    asks = [partial(figure, tree, cap) for tree in trees]
    heads = ("before", "after", "ratio") if len(asks) > 1 else ("CPU s", "peak MB", "ratio")
    print(" " * 36 + columns(*((head, 0) for head in heads)))
    for name in (name for name in CASES if wanted(name, parts)):
        if len(asks) > 1:
            old, new = (ask(name) for ask in asks)
            told = columns((old, 3), (new, 3), (ratio(old, new), 1))
        else:
            told = line(asks[0], name, memory)
        print(f"{name:36}{told}".rstrip(), flush=True)
    for name in (name for name in GROWTH if wanted(name, parts)):
        sizes, said = GROWTH[name][1], "; after: ".join(exponent(ask, name) for ask in asks)
        print(f"time by size, {name}, {min(sizes)} to {max(sizes)}: exponent {said}", flush=True)


def wanted(name: str, parts: list[str]) -> bool:
    """Whether a name has one of the parts, if any are given."""
    return not parts or any(part in name for part in parts)


def main() -> None:
    """Read the arguments, and print the table or, as the process of one case, a number."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help="only cases and kinds whose names have one of these in them")
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="another checkout, the one before")
    parser.add_argument(
        "--cap", type=int, default=60, help="CPU seconds after which a process is stopped (60)"
    )
    parser.add_argument("--no-memory", action="store_true", help="measure no peaks")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one((CASES | SIZES)[asked.one], asked.memory)))
    else:
        trees = [*([asked.against.resolve()] if asked.against else []), HERE.parents[1]]
        table(asked.parts, trees, asked.cap, not asked.no_memory)


if __name__ == "__main__":
    main()
