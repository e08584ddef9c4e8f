"""Run the fuzzers: ``python -m tests.fuzz.run --inputs 500000``, or ``make fuzz INPUTS=500000``.

Inputs are shared out by what they cost, so that a cheap part gets more of them. The same seed gives the same inputs. Each
failing input is written to build/fuzz, with the line that makes it again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.engine import Fuzzer, Outcome, one, run
from tests.fuzz.places import PLACES
from tests.fuzz.readers import READING
from tests.fuzz.values import VALUES

FUZZERS = (*READING, *VALUES, *PLACES)
FOLDER = Path(__file__).parents[2] / "build" / "fuzz"


def shares(fuzzers: Sequence[Fuzzer], inputs: int) -> dict[str, int]:
    """How many inputs each fuzzer gets, at least thirty."""
    whole = sum(1 / fuzzer.cost for fuzzer in fuzzers)
    return {fuzzer.name: max(30, round(inputs / fuzzer.cost / whole)) for fuzzer in fuzzers}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run them, print what was found, and give the exit code: 1 if anything was."""
    parser = argparse.ArgumentParser(description="Fuzz identcheck.")
    parser.add_argument(
        "names", nargs="*", help=f"which fuzzers; all without: {', '.join(f.name for f in FUZZERS)}"
    )
    parser.add_argument("--inputs", type=int, default=20_000, help="inputs in all (default 20,000)")
    parser.add_argument("--seconds", type=float, help="stop after so many seconds in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", type=int, metavar="NUMBER", help="only the input of this number, with its traceback"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where failing inputs go")
    given = parser.parse_args(arguments)
    chosen = [fuzzer for fuzzer in FUZZERS if not given.names or fuzzer.name in given.names]
    if not chosen or len(chosen) < len(set(given.names)):
        parser.error(f"there are {', '.join(f.name for f in FUZZERS)}")
    if given.only is not None:
        return _again(chosen, given)
    counts, outcomes = shares(chosen, given.inputs), []
    for place, fuzzer in enumerate(chosen):
        until = None
        if given.seconds is not None:
            spent = given.seconds * (place + 1) / len(chosen)
            until = _STARTED + spent
        outcomes.append(run(fuzzer, given.seed, counts[fuzzer.name], given.folder, until))
        print(outcomes[-1], flush=True)
    found = sum(sum(outcome.findings.values()) for outcome in outcomes)
    print(f"{sum(o.inputs for o in outcomes):,} inputs, {found:,} findings, seed {given.seed}")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _again(chosen: Sequence[Fuzzer], given: argparse.Namespace) -> int:
    found = Outcome(chosen[0].name)
    one(chosen[0], given.seed, given.only, given.folder, found)
    print(found)
    for path in found.files:
        print(path.read_text(encoding="utf-8"))
    return 0 if not found.findings else 1


_STARTED = time.monotonic()

if __name__ == "__main__":
    sys.exit(main())
