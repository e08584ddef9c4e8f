"""Told to stop, a process ends without a traceback, at any time, and takes along what it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from identcheck.basics.stopping import Stopped, exit_code, held, stoppable
from tests.terminal import FIGURE_2, file
from tests.tools import REPOSITORY

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without asking them")

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
WAIT = "import sys\nprint('here', flush=True)\nsys.stdin.read()\n"
"""Code that tells that it is reached, and goes no further."""


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own; signals that the tests themselves were told to ignore, as under nohup, are heard again."""
    monkeypatch.chdir(tmp_path)
    ignored = [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
    yield tmp_path
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def begun(*command: str, **environment: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([*filter(None, [environment.pop("PYTHONPATH", "")]), str(REPOSITORY)])
    return subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | environment | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


SAID = "interrupted; nothing was written\n"


def reached(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    return process


def ended(process: int) -> bool:
    """Whether a process is gone, after a moment's wait if it is not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    time.sleep(0 if state == "Z" else 0.05)
    return state == "Z"


def in_session(leader: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and not ended(int(entry.name)):
            try:
                if os.getsid(int(entry.name)) == leader:
                    yield int(entry.name)
            except ProcessLookupError:
                continue


@pytest.mark.parametrize(
    ("module", "command", "said"),
    [("click", "check", ""), ("networkx", "check", SAID), ("sympy", "show", SAID)],
)
@pytest.mark.parametrize("number", SIGNALS)
def test_while_it_is_imported(
    room: Path, module: str, command: str, said: str, number: signal.Signals
) -> None:
    stub = room / "stubs"
    stub.mkdir()
    (stub / f"{module}.py").write_text(WAIT)
    process = reached(begun("-m", "identcheck", command, file(FIGURE_2), PYTHONPATH=str(stub)))
    process.send_signal(number)
    assert process.communicate() == ("", said)
    assert process.returncode == 128 + number


@pytest.mark.parametrize("number", SIGNALS)
def test_while_it_works(number: signal.Signals) -> None:
    work = (
        "import sys, identcheck as command\n"
        f"def load(file):\n    {WAIT.replace(chr(10), chr(10) + '    ')}\n"
        "command.load = load\n"
        "sys.argv = ['identcheck', 'check', 'trial.toml']\n"
        "from identcheck.__main__ import main\nmain()\n"
    )
    process = reached(begun("-c", work))
    process.send_signal(number)
    assert process.communicate() == ("", SAID)
    assert process.returncode == 128 + number


def test_a_signal_that_is_ignored_stays_so() -> None:
    work = "import signal\nfrom identcheck.basics.stopping import leave_at_once\nleave_at_once()\n" + WAIT
    process = reached(begun("-c", f"import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{work}"))
    process.send_signal(signal.SIGHUP)
    assert process.communicate() == ("", "")
    assert process.returncode == 0


def test_the_first_signal_raises_and_the_second_waits_for_the_cleaning_up() -> None:
    done = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            done.append("cleaned up")

    with stoppable(), pytest.raises(Stopped) as caught:
        work()
    assert done == ["cleaned up"]
    assert exit_code(caught.value) == 143
    assert exit_code(KeyboardInterrupt()) == 130


def test_handlers_are_as_before_afterwards() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stoppable():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


@pytest.mark.parametrize("fails", [False, True])
def test_what_is_started_is_started_whole(fails: bool) -> None:
    done = []

    def start() -> None:
        with held():
            signal.raise_signal(signal.SIGINT)
            done.append("started")
            if fails:
                raise ValueError

    with stoppable(), pytest.raises(Stopped):
        start()
    assert done == ["started"]


def test_where_no_exception_can_be_raised_it_comes_a_moment_later() -> None:
    class Dying:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def work() -> None:
        Dying()
        while True:
            time.sleep(1)

    with stoppable(), pytest.raises(Stopped):
        work()


@pytest.mark.parametrize("number", SIGNALS)
def test_latex_ends_with_all_it_has_started(room: Path, number: signal.Signals) -> None:
    (room / "bin").mkdir()
    script = room / "bin" / "tectonic"
    script.write_text(f"#!/bin/sh\n/bin/sleep 1000 &\necho $! $$ $PWD > {room}/pids.new\n"
                      f"/bin/mv {room}/pids.new {room}/pids\nwait\n")  # fmt: skip
    script.chmod(0o755)
    words = ("-m", "identcheck", "report", file(FIGURE_2), "-o", "trial.pdf")
    process = begun(*words, PATH=str(script.parent))
    while not (room / "pids").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    child, program, folder = (room / "pids").read_text().split()
    process.send_signal(number)
    assert process.communicate() == ("", SAID)
    assert process.returncode == 128 + number
    for each in (child, program):
        assert any(ended(int(each)) for _ in range(200)), f"process {each} still runs"
    assert not Path(folder).exists()
    assert sorted(path.name for path in room.iterdir()) == ["bin", "pids", "trial.toml"]


@pytest.mark.parametrize("lines", [1, 3])
def test_the_processes_of_a_sweep_end_with_it(room: Path, lines: int) -> None:
    """At one line the header is written and processes are being started; at three they work."""
    cells = room / "cells.jsonl"
    words = ("--vary", "sites=20:400:1", "--reps", "4000", "--file", str(cells), "--workers", "2")
    process = begun("-m", "identcheck", "sweep", file(FIGURE_2), *words)
    while not cells.exists() or cells.read_bytes().count(b"\n") < lines:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate()
    assert (out, process.returncode) == ("", 143)
    assert err == (
        f"interrupted; the finished cells are kept in {cells}: the same command goes on with the others\n"
    )
    assert any(not list(in_session(process.pid)) for _ in range(50))
    assert cells.read_bytes()[-1:] in (b"", b"\n")
