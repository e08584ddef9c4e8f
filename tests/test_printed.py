"""What is printed arrives, or the exit code says that it did not: a full disk, a reader that has gone, a closed stream."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import FIGURE_2, file

FULL = Path("/dev/full")
COMMANDS = [
    ["check", "trial.toml"],
    ["check", "nope.toml"],
    ["simulate", "trial.toml", "-n", "5"],
    ["--help"],
]
PRINTING = [command for command in COMMANDS if "nope.toml" not in command]


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file(FIGURE_2)
    return tmp_path


def spawn(words: list[str], **streams: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "identcheck", *words]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run(command, check=False, text=True, **streams)  # type: ignore[call-overload]


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", PRINTING)
def test_a_full_disk_is_one_sentence(command: list[str]) -> None:
    with FULL.open("w") as full:
        done = spawn(command, stdout=full)
    assert done.returncode == 2
    assert done.stderr == "error: cannot write what is printed: No space left on device\n"


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", COMMANDS)
def test_where_errors_cannot_be_told_the_exit_code_does(command: list[str]) -> None:
    expected = spawn(command).returncode
    with FULL.open("w") as full:
        assert spawn(command, stderr=full).returncode == expected


@pytest.mark.parametrize("command", PRINTING)
def test_a_reader_that_has_gone_is_no_verdict(command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = spawn(command, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix closes the streams")
@pytest.mark.parametrize("command", COMMANDS)
def test_closed_streams_are_no_error(command: list[str]) -> None:
    line = 'exec "$0" "$@" >&- 2>&-'
    words = ["sh", "-c", line, sys.executable, "-m", "identcheck", *command]
    assert subprocess.run(words, check=False).returncode == spawn(command).returncode
