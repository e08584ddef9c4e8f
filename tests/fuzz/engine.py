"""The engine of the fuzzers: many inputs, each made from a seed, and everything that an input must not do.

A fuzzer makes an input from a source of random numbers and hands it to a part of identcheck. The part accepts it, or refuses
it by an ``IdentcheckError`` that says something; anything else is a finding: another exception, a warning, an error without
words or with characters that a terminal obeys, an input that takes too long. A fuzzer whose inputs are nearly all refused
tests nothing: each states the share that must be accepted, and falls short of it as of anything else.
"""

from __future__ import annotations

import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from identcheck import IdentcheckError
from identcheck.errors.visible import visible

try:
    import resource
except ImportError:  # Windows
    resource = None

SECONDS = 20
"""An input that takes longer is a finding."""
LONGEST_MESSAGE = 100_000
KEPT = 3
"""So many inputs of a kind of finding are written; the others are counted."""


class TooLongError(BaseException):
    """Raised inside an input that takes too long; no ``except Exception`` stops it."""


class BrokenError(Exception):
    """What a fuzzer raises itself, when a result contradicts what it must be."""


@dataclass(frozen=True)
class Fuzzer:
    """One part of identcheck and how inputs for it are made.

    Attributes:
        name: in reports and on the command line.
        make: an input, from a source of random numbers.
        run: hands an input to the part; an IdentcheckError means that it was refused.
        floor: the least share of inputs that must be accepted.
        cost: about how many inputs of the cheapest fuzzer one of these is worth.
    """

    name: str
    make: Callable[[Random], Any]
    run: Callable[[Any], object]
    floor: float
    cost: int = 1


@dataclass
class Outcome:
    """What a run of one fuzzer found."""

    fuzzer: str
    inputs: int = 0
    accepted: int = 0
    short: str = ""
    slowest: tuple[float, int] = (0.0, 0)
    memory: int = 0
    findings: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def __str__(self) -> str:
        share = self.accepted / max(self.inputs, 1)
        lines = [
            f"{self.fuzzer:<12} {self.inputs:>8,} inputs, {share:>4.0%} accepted, slowest {self.slowest[0]:.2f} s "
            f"(input {self.slowest[1]}), peak memory {self.memory / 1000:,.0f} MB"
        ]
        lines += [f"  {count} x {kind}" for kind, count in self.findings.items()]
        lines += [f"  written: {path}" for path in self.files]
        return "\n".join([*lines, *([f"  {self.short}"] if self.short else [])])

    @property
    def passed(self) -> bool:
        return not self.findings and not self.short


def source(fuzzer: str, seed: int, number: int) -> Random:
    """The random numbers of one input: the same for the same fuzzer, seed and number, whatever was run before."""
    return Random(f"{fuzzer} {seed} {number}")


def run(fuzzer: Fuzzer, seed: int, inputs: int, folder: Path, until: float | None = None) -> Outcome:
    """Run so many inputs, or as many as there is time for, and write those that fail into the folder."""
    found = Outcome(fuzzer.name)
    for number in range(inputs):
        if until is not None and time.monotonic() > until:
            break
        one(fuzzer, seed, number, folder, found)
    if found.inputs and found.accepted < fuzzer.floor * found.inputs:
        found.short = (
            f"only {found.accepted} of {found.inputs} inputs were accepted; at least {fuzzer.floor:.0%} must be, or "
            "nothing is tested"
        )
    return found


def one(fuzzer: Fuzzer, seed: int, number: int, folder: Path, found: Outcome) -> None:
    """Run one input and note what came of it."""
    made = fuzzer.make(source(fuzzer.name, seed, number))
    before = time.process_time()
    try:
        with limited(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("error")
            fuzzer.run(made)
        found.accepted += 1
    except IdentcheckError as error:
        if fault := _fault(str(error)):
            _note(found, f"{type(error).__name__} {fault}", fuzzer, seed, number, made, folder)
    except (Exception, TooLongError) as error:  # whatever it is, it is a finding
        _note(found, _kind(error), fuzzer, seed, number, made, folder)
    found.inputs += 1
    found.slowest = max(found.slowest, (time.process_time() - before, number))
    if resource is not None:
        found.memory = max(found.memory, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _fault(message: str) -> str:
    """What is wrong with the words of a refusal."""
    if not message.strip():
        return "without words"
    if len(message) > LONGEST_MESSAGE:
        return f"of {len(message)} letters"
    return "with characters that a terminal obeys" if visible(message) != message else ""


def _kind(error: BaseException) -> str:
    """A name for a finding: the exception, and the last line of identcheck in its traceback."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "identcheck" in Path(f.filename).parts]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside"
    return f"{type(error).__name__} at {place}: {str(error)[:120]!r}"


def _note(found: Outcome, kind: str, fuzzer: Fuzzer, seed: int, number: int, made: Any, folder: Path) -> None:
    key = kind.partition(": ")[0]
    known = next((k for k in found.findings if k.partition(": ")[0] == key), kind)
    found.findings[known] = found.findings.get(known, 0) + 1
    if found.findings[known] <= KEPT:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{fuzzer.name}-{seed}-{number}.txt"
        again = f"python -m tests.fuzz.run {fuzzer.name} --seed {seed} --only {number}"
        text = f"{kind}\nagain: {again}\n\n{made!r}\n\n{traceback.format_exc()}"
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
        found.files.append(path)


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise ``TooLongError`` in what takes longer, where the system has alarms."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TooLongError(f"more than {seconds} seconds")

    earlier = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
