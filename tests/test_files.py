"""Files appear whole or not at all, are on the disk before they have their name, and leave nothing behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from identcheck import ReportError
from identcheck.basics import files
from identcheck.basics.appended import Appended
from identcheck.basics.files import scratch_folder, write_whole

POSIX = pytest.mark.skipif(os.name == "nt", reason="processes are asked for as on Unix")


@pytest.fixture
def gone() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def draft(process: int, host: str = files._HOST) -> str:
    return f".identcheck-{host}-{process}-0123456789ab"


@POSIX
def test_what_a_process_that_is_gone_left_is_removed(tmp_path: Path, gone: int) -> None:
    left = [draft(gone), draft(os.getpid())]  # the second of an earlier process with the same number
    kept = [draft(os.getppid()), draft(gone, "another0"), ".identcheck-note", f"{draft(gone)}.toml"]
    for name in (*left, *kept):
        (tmp_path / name).write_text("half")
    write_whole(tmp_path / "report.md", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*kept, "report.md"])


@POSIX
def test_a_draft_that_is_being_written_is_let_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put, seen = os.replace, []

    def replace(one: Path, other: Path) -> None:
        if other.name == "a":
            write_whole(tmp_path / "b", b"meanwhile")
        seen.append(one.exists())
        put(one, other)

    monkeypatch.setattr(os, "replace", replace)
    write_whole(tmp_path / "a", b"whole")
    assert seen == [True, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@POSIX
def test_so_are_folders_for_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: int) -> None:
    monkeypatch.setattr(files.tempfile, "gettempdir", lambda: str(tmp_path))
    left = tmp_path / draft(gone).removeprefix(".")
    left.mkdir()
    (left / "report.tex").write_text("half")
    with scratch_folder() as one, scratch_folder() as other:
        assert {one, other} == set(tmp_path.iterdir())
        (one / "report.tex").write_text("x")
    assert not list(tmp_path.iterdir())


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    put, sync = os.replace, os.fsync

    def replaced(*places: Path) -> None:
        done.append("named")
        put(*places)

    def synced(file: int) -> None:
        folder = stat.S_ISDIR(os.fstat(file).st_mode)
        done.append("folder" if folder else f"{os.fstat(file).st_size} bytes")
        sync(file)

    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(os, "fsync", synced)
    write_whole(tmp_path / "a", b"whole")
    assert done == ["5 bytes", "named", *(["folder"] if os.name == "posix" else [])]


def test_a_second_process_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    first = Appended(tmp_path / "lines")
    first.add(b"one\n")
    with pytest.raises(ReportError, match="another process is writing to it"):
        Appended(tmp_path / "lines")
    first.close()
    second = Appended(tmp_path / "lines")
    second.cut(4)
    second.add(b"two\n")
    second.close()
    assert (tmp_path / "lines").read_bytes() == b"one\ntwo\n"


def test_of_a_line_that_does_not_fit_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    file = Appended(tmp_path / "lines")
    file.add(b"one\n")

    def full(place: int, data: memoryview) -> int:
        if len(data) < 6:
            raise OSError(28, "No space left on device")
        return write(place, data[:3])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(ReportError, match="No space left on device; what was written to it before is kept"):
        file.add(b"a line too long\n")
    assert (tmp_path / "lines").read_bytes() == b"one\n"
    monkeypatch.undo()
    file.add(b"two\n")
    file.close()
    assert (tmp_path / "lines").read_bytes() == b"one\ntwo\n"
