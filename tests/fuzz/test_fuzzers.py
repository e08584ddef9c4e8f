"""Each fuzzer, for a short while; and that each of them finds a fault that is put into what it tests."""

from __future__ import annotations

import itertools
import pkgutil
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from identcheck import IdentcheckError
from tests.fuzz import run as command
from tests.fuzz.engine import Fuzzer, TooLongError, limited, run, source
from tests.fuzz.run import FUZZERS, main, shares

SHORT = {fuzzer.name: max(30, 160 // fuzzer.cost) for fuzzer in FUZZERS}
EVERY = pytest.mark.parametrize("fuzzer", FUZZERS, ids=lambda fuzzer: fuzzer.name)


@EVERY
def test_a_short_run_finds_nothing_and_enough_is_accepted(fuzzer: Fuzzer, tmp_path: Path) -> None:
    found = run(fuzzer, 11, SHORT[fuzzer.name], tmp_path)
    assert found.passed, str(found)


PLANTS = {
    "plan": "identcheck.plan.closed.diagnosis:anticipate",
    "contour": "identcheck.plan.sensitivity.contour:anticipate",
    "effect": "identcheck.decide.identification:Identification.__getitem__",
    "declaration": "identcheck.decide.identification:Identification.render",
    "document": "identcheck.report:written",
    "template": "identcheck.report.writers.render:tidy",
    "sweep-file": "identcheck.plan.simulation.sweeps:cells_of",
}
"""Where a fault is put for each fuzzer; for the others where a design is made."""


@EVERY
@pytest.mark.parametrize("fault", [KeyError, UserWarning, IdentcheckError], ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(
    fuzzer: Fuzzer, fault: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is accepted raises every third time: an error of Python's, a warning, an error without words."""
    fuzzer.make(source(fuzzer.name, 11, 0))  # what inputs are made of is made before
    place = PLANTS.get(fuzzer.name, "identcheck.describe.design:Design.__init__")
    part = pkgutil.resolve_name(place)
    calls = itertools.count(1)

    def faulty(*arguments: object, **options: object) -> object:
        result = part(*arguments, **options)
        if next(calls) % 3 == 0:
            if fault is UserWarning:
                warnings.warn("planted", stacklevel=1)
            else:
                raise fault()
        return result

    module, _, path = place.partition(":")
    owner, _, name = path.rpartition(".")
    monkeypatch.setattr(
        pkgutil.resolve_name(f"{module}:{owner}") if owner else sys.modules[module], name, faulty
    )
    found = run(fuzzer, 11, SHORT[fuzzer.name], tmp_path)
    assert any(kind.startswith(fault.__name__) for kind in found.findings), str(found)
    number = int(found.files[0].stem.rpartition("-")[2])
    written = found.files[0].read_text(encoding="utf-8")
    assert f"again: python -m tests.fuzz.run {fuzzer.name} --seed 11 --only {number}" in written
    assert repr(fuzzer.make(source(fuzzer.name, 11, number)))[:40] in written


@EVERY
def test_a_part_that_refuses_everything_is_found(fuzzer: Fuzzer, tmp_path: Path) -> None:
    def refuse(_: object) -> None:
        raise IdentcheckError("no")

    found = run(replace(fuzzer, run=refuse), 11, 30, tmp_path)
    assert not found.passed
    assert "inputs were accepted" in str(found)


def test_what_takes_too_long_is_ended() -> None:
    with limited(1), pytest.raises(TooLongError):
        time.sleep(30)


def test_inputs_are_shared_out_by_cost() -> None:
    found = shares(FUZZERS, 100_000)
    assert set(found) == {fuzzer.name for fuzzer in FUZZERS}
    assert sum(found.values()) == pytest.approx(100_000, rel=0.02)
    assert found["read-lavaan"] > found["read-dot"] > found["command"] >= 30


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lavaan = next(fuzzer for fuzzer in FUZZERS if fuzzer.name == "read-lavaan")
    assert main(["read-lavaan", "--inputs", "50", "--folder", str(tmp_path)]) == 0
    assert "read-lavaan" in capsys.readouterr().out

    def fail(made: object) -> None:
        lavaan.run(made)
        raise KeyError("planted")

    monkeypatch.setattr(command, "FUZZERS", (replace(lavaan, run=fail),))
    assert main(["--inputs", "50", "--folder", str(tmp_path)]) == 1
    failing = next(tmp_path.glob("read-lavaan-1-*.txt"))
    assert main(["read-lavaan", "--only", failing.stem.rpartition("-")[2], "--folder", str(tmp_path)]) == 1
    assert "KeyError" in capsys.readouterr().out
