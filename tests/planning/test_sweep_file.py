"""The file of a sweep: one sweep at a time, every line checked, every disk and folder that refuses told in a sentence."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from identcheck import FormatError, InvalidQuestionError, Plan, ReportError, Sweep, sweep
from identcheck.cli.sweep import read_grid
from identcheck.errors.limits import GRID_CELLS, SWEEP_LINE_BYTES
from tests.planning.trials import ONE, designed
from tests.terminal import FIGURE_2, failed, file as written, run
from tests.tools import REPOSITORY

DESIGN = designed(ONE, 20)
GRID = {"sites": [10, 20]}


def swept(file: Path, grid: dict[str, list[Any]] = GRID) -> Sweep:
    return sweep(DESIGN, Plan(persons=30), grid, 20, 3, file=file, workers=1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Sweep]:
    file = tmp_path_factory.mktemp("sweep") / "cells.jsonl"
    found = swept(file)
    return file.read_bytes(), found


def changed(line: bytes, change: Callable[[dict[str, Any]], object], header: bytes | None = None) -> bytes:
    """A line with one thing changed; with the header given its checksum is made anew."""
    record = json.loads(line)
    change(record)
    if header is not None:
        rest = {key: value for key, value in record.items() if key != "sha256"}
        said = json.dumps([json.loads(header), rest], sort_keys=True)
        record["sha256"] = hashlib.sha256(said.encode()).hexdigest()
    return json.dumps(record).encode()


def put(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda record: record.update({key: value})


def first_row(place: int, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda record: record["rows"][0].__setitem__(place, value)


EDITS = {
    "another estimate": (first_row(5, 0.125), False, "the checksum is another"),
    "another seed": (put("seed", 1), True, "the seed is not that of the cell"),
    "a seed that is no whole number": (lambda r: r.update(seed=float(r["seed"])), True, "the seed is not"),
    "another cell": (lambda r: r["cell"].update(sites=11), True, "the seed is not that of the cell"),
    "nulls": (lambda r: r.update(rows=[[None] * len(row) for row in r["rows"]]), True, "no table of results"),
    "a number without end": (first_row(4, float("inf")), True, "no table of results"),
    "no number": (first_row(5, "0.1"), True, "no table of results"),
    "yes for a number": (first_row(5, True), True, "no table of results"),
    "rows as text": (put("rows", "none"), True, "no table of results"),
    "a row as text": (put("strength", ["none"]), True, "no table of results"),
    "a row that is too short": (lambda r: r["rows"][0].pop(), True, "no table of results"),
    "no rows": (lambda r: r.pop("rows"), True, "does not hold a cell"),
    "no checksum": (lambda r: r.pop("sha256"), False, "does not hold a cell"),
    "more than that": (put("note", "mine"), True, "does not hold a cell"),
    "a cell as a list": (put("cell", [10]), True, "does not hold a cell"),
}


@pytest.mark.parametrize(("change", "signed", "words"), EDITS.values(), ids=EDITS)
def test_a_line_that_was_changed_is_refused(
    whole: tuple[bytes, Sweep], tmp_path: Path, change: Any, signed: bool, words: str
) -> None:
    header, one, two = whole[0].splitlines()
    file = tmp_path / "cells.jsonl"
    edited = b"\n".join([header, one, changed(two, change, header if signed else None), b""])
    file.write_bytes(edited)
    with pytest.raises(FormatError, match=words) as error:
        swept(file)
    assert error.value.line == 3
    assert "delete this line" in str(error.value)
    assert file.read_bytes() == edited
    file.write_bytes(b"\n".join([header, one, b""]))  # what the message says to do
    assert swept(file).table == whole[1].table


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"3",
        b"null",
        b"",
        b"text",
        b"[" * 100_000,
        b'{"cell": ' * 100_000,
        b"\xff",
        b'{"cell": NaN',
    ],
    ids=lambda line: repr(line[:12]),
)
def test_a_line_that_is_none_is_refused(whole: tuple[bytes, Sweep], tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "cells.jsonl"
    for text, place in ((whole[0] + line + b"\n", 4), (line + b"\n" + whole[0], 1)):
        file.write_bytes(text)
        with pytest.raises(FormatError) as error:
            swept(file)
        assert error.value.line == place
        assert file.read_bytes() == text


def test_a_last_line_that_is_none_of_ours_cut_off_is_refused(
    whole: tuple[bytes, Sweep], tmp_path: Path
) -> None:
    file = tmp_path / "cells.jsonl"
    for rest in (b"my notes", b'{"cell": ' + b"x" * SWEEP_LINE_BYTES.most):
        file.write_bytes(whole[0] + rest)
        with pytest.raises(FormatError) as error:
            swept(file)
        assert error.value.line == 4


def test_every_place_at_which_a_file_can_be_cut_off(whole: tuple[bytes, Sweep], tmp_path: Path) -> None:
    file = tmp_path / "cells.jsonl"
    data, found = whole
    for length in {*range(0, len(data), 997), 1, 8, 9, 10, len(data) - 1}:
        file.write_bytes(data[:length])
        assert swept(file).table == found.table
        assert sorted(file.read_bytes().splitlines()) == sorted(data.splitlines())


def test_the_same_line_twice_is_no_harm_but_two_results_are(
    whole: tuple[bytes, Sweep], tmp_path: Path
) -> None:
    header, one, _ = whole[0].splitlines()
    file = tmp_path / "cells.jsonl"
    file.write_bytes(b"\n".join([header, one, one, b""]))
    assert swept(file).table == whole[1].table
    file.write_bytes(b"\n".join([header, one, changed(one, first_row(5, 0.125), header), b""]))
    with pytest.raises(FormatError, match="other results than an earlier line"):
        swept(file)


def test_a_second_sweep_is_refused_and_neither_file_nor_first_sweep_suffers(
    whole: tuple[bytes, Sweep], tmp_path: Path
) -> None:
    file = tmp_path / "cells.jsonl"
    refused = []

    def another(done: int, _: int) -> None:
        with pytest.raises(ReportError, match="another process is writing to it"):
            swept(file)
        refused.append(done)

    found = sweep(DESIGN, Plan(persons=30), GRID, 20, 3, file=file, workers=1, progress=another)
    assert refused == [0, 1, 2]
    assert found.table == whole[1].table
    assert file.read_bytes() == whole[0]
    assert swept(file).table == found.table


def test_two_processes_at_once_leave_a_file_that_can_be_gone_on_with(tmp_path: Path) -> None:
    trial, file = tmp_path / "trial.toml", tmp_path / "cells.jsonl"
    trial.write_text(FIGURE_2)
    words = ["sweep", str(trial), "-v", "sites=20:29:1", "-n", "50", "--file", str(file)]
    command = [sys.executable, "-m", "identcheck", *words]
    both = [
        subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY)
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    for process, text in zip(both, said, strict=True):
        assert process.returncode in (0, 2)
        assert text == "" if process.returncode == 0 else "another process is writing to it" in text
    assert 0 in {process.returncode for process in both}
    lines = file.read_bytes()
    assert lines.count(b"\n") == 11
    assert run(*words).exit_code == 0
    assert file.read_bytes() == lines


def test_places_that_cannot_be_written_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("sweep", written(FIGURE_2), "-v", "sites=9", "-n", "5", "--file")
    assert "it is a directory" in failed(run(*words, "."))
    assert "there is no directory 'nowhere'" in failed(run(*words, "nowhere/cells.jsonl"))
    if Path("/dev/full").exists():
        assert "it is not a regular file" in failed(run(*words, "/dev/full"))


@pytest.mark.skipif(os.name == "nt", reason="no limit of a file's size there")
def test_a_full_disk_keeps_what_was_finished(tmp_path: Path, whole: tuple[bytes, Sweep]) -> None:
    """A limit of the size of files stands for a disk with so much room."""
    import resource

    file = tmp_path / "cells.jsonl"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    room = len(whole[0]) - 10
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        with pytest.raises(ReportError, match="what was written to it before is kept"):
            swept(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert file.read_bytes() == b"".join(whole[0].splitlines(keepends=True)[:2])
    assert swept(file).table == whole[1].table


def test_the_product_of_the_axes_has_a_limit() -> None:
    grid = read_grid(["sites=1:10000:1", "persons=1:10000:1"])
    with pytest.raises(InvalidQuestionError) as error:
        sweep(DESIGN, Plan(), grid)
    said = str(error.value)
    assert GRID_CELLS.refusal(10**8) in said
    assert "10,000 of sites x 10,000 of persons" in said


def test_a_version_before_is_named() -> None:
    """A file of another version is none of this sweep, and the message says that it is the version."""

    from identcheck.plan.simulation.sweep_file import FinishedCells

    made = FinishedCells(None, {"identcheck_sweep": 2}, (), lambda _: 0)
    with pytest.raises(FormatError, match="the version of identcheck that wrote them differ"):
        made._compare({"identcheck_sweep": 1}, Path("cells.jsonl"))
