"""What ``identcheck check`` takes on large designs: seconds and peak memory, each in a fresh process.

    python benchmarks/large.py [part of a name ...]

Every design below is checked, or those whose name has one of the given parts in it; once with nothing granted and once
with everything. A check is stopped after two minutes. Seconds are wall time and, on a machine that does other work too, those
of the processor, the start of Python included; memory is the largest resident set (``RUSAGE_CHILDREN``). The aims are at
most 10 seconds and 500 MB.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

PATIENCE = 120
ONE = "--one"


def complete(p: int, sites: int) -> str:
    """Treatment moves every mediator, each moves all later ones and the outcome."""
    names = ["T", *_mediators(p), "Y"]
    arrows = [f"{a} -> {{{' '.join(names[i + 1 :])}}}" for i, a in enumerate(names[1:-1], start=1)]
    return _design([f"T -> {{{' '.join(names[1:-1])}}}", *arrows], sites)


def parallel(p: int, sites: int) -> str:
    """Mediators side by side."""
    return _design([f"T -> {{{' '.join(_mediators(p))}}} -> Y"], sites)


def chain(p: int, sites: int) -> str:
    """One mediator behind the other."""
    return _design([" -> ".join(["T", *_mediators(p), "Y"])], sites)


def earlier(count: int, sites: int) -> str:
    """Two mediators, and causes from before treatment of the second and of the outcome; one pair confounded."""
    arrows = [f"X{k} -> {{M2 Y}}" for k in range(1, count + 1)]
    return _design(["T -> {M1 M2} -> Y", "M1 -> M2", "M1 <-> Y", *arrows], sites)


def unmeasured(sites: int) -> str:
    """The paper's Figure 1, the first mediator not measured, so that two worlds are looked for."""
    return _design(["T -> {M1 M2} -> Y", "M1 -> M2"], sites) + 'unobserved = ["M1"]\n'


def _mediators(p: int) -> list[str]:
    return [f"M{k}" for k in range(1, p + 1)]


def _design(arrows: list[str], sites: int) -> str:
    graph = "\n".join(arrows)
    return f'graph = """\n{graph}\n"""\ntreatment = "T"\noutcome = "Y"\nsites = {sites}\n'


DESIGNS: dict[str, Callable[[], str]] = {
    "complete 10, 15 sites": lambda: complete(10, 15),
    "complete 20, 25 sites": lambda: complete(20, 25),
    "complete 25, 30 sites": lambda: complete(25, 30),
    "complete 50, 60 sites": lambda: complete(50, 60),
    "parallel 30, 29 sites": lambda: parallel(30, 29),
    "parallel 70, 30 sites": lambda: parallel(70, 30),
    "parallel 100, 30 sites": lambda: parallel(100, 30),
    "complete 20, 12 sites": lambda: complete(20, 12),
    "chain 100, 20 sites": lambda: chain(100, 20),
    "chain 300, 20 sites": lambda: chain(300, 20),
    "5,000 earlier causes, 20 sites": lambda: earlier(5000, 20),
    "one mediator, 10^20 sites": lambda: chain(1, 10**20),
    "unmeasured, 16,000 sites": lambda: unmeasured(16_000),
    "unmeasured, 10^20 sites": lambda: unmeasured(10**20),
}


def one(file: str, assume: str) -> None:
    """Check one design and print what it took; this process has no other child."""
    command = [sys.executable, "-m", "identcheck", "check", file, *(["--assume", assume] if assume else [])]
    start = perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        ended = f"exit {done.returncode}, {len(done.stdout.splitlines())} lines"
    except subprocess.TimeoutExpired:
        ended = "stopped"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = used.ru_utime + used.ru_stime
    print(f"{perf_counter() - start:7.1f} s {busy:7.1f} s busy {used.ru_maxrss / 1024:6.0f} MB  {ended}")


def main(parts: list[str]) -> None:
    """Print a line for each design and grant."""
    with TemporaryDirectory() as folder:
        for name, make in DESIGNS.items():
            if parts and not any(part in name for part in parts):
                continue
            file = Path(folder, "trial.toml")
            file.write_text(make())
            for assume in ("", "all"):
                print(f"{name:34} granting {assume or 'nothing':8}", end=" ", flush=True)
                subprocess.run([sys.executable, __file__, ONE, str(file), assume], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == [ONE]:
        one(*sys.argv[2:])
    else:
        main(sys.argv[1:])
