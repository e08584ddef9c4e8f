"""How a process ends when it is told to: by Ctrl-C, or by the system (SIGTERM), or as its terminal closes (SIGHUP).

While it starts and ends, at once; while it works, by an exception, so that drafts and the programs it has started go with
it. The exit code is the shell's: 128 and the number of the signal, 130 for Ctrl-C.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Stopped", "end_with", "exit_code", "held", "leave_at_once", "stoppable"]

_PATIENCE = 3
"""So many signals end a process whose cleaning up hangs."""

_WATCH = 0.5
"""Seconds between two looks at whether the process that started this one is still there."""

_watched: set[int] = set()

_holding: list[bool] = []
_noted: list[int] = []
"""Whether signals wait, one entry for each ``held``, and those that do."""


class Stopped(KeyboardInterrupt):
    """The process was told to stop.

    Args:
        number: the number of the signal.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


def exit_code(error: KeyboardInterrupt) -> int:
    """The code that the process exits with; of an interrupt without a number, that of Ctrl-C."""
    return 128 + (error.number if isinstance(error, Stopped) else int(signal.SIGINT))


def leave_at_once() -> None:
    """From now on end without a message when told to stop; for when nothing has begun, or all is done."""
    for number in _heeded():
        signal.signal(number, _leave)


def end_with(parent: int) -> None:
    """From now on end this process soon after the one that started it, even where that one was killed (SIGKILL).

    On Windows the number of the parent does not change when it ends, so nothing is seen there.

    Args:
        parent: the number of the process that started this one, or of this one itself, where nothing is to do.
    """
    if os.getpid() == parent or parent in _watched:
        return
    _watched.add(parent)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH)
        os._exit(128 + int(signal.SIGTERM))

    threading.Thread(target=watch, name="end with the parent", daemon=True).start()


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, the first signal raises ``Stopped``; the next ones wait for what that sets off."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals go to the main thread, whose business they are
        return
    told = 0

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal told
        told += 1
        if _holding:
            _noted.append(number)
        elif told == 1:
            raise Stopped(number)
        if told >= _PATIENCE:
            os._exit(128 + number)

    def lost(unraisable: Any) -> None:
        """Where an exception cannot be raised, as at the end of an object's life, it comes again a moment later."""
        nonlocal told
        if not isinstance(unraisable.exc_value, Stopped):
            hook(unraisable)
            return
        told = 0
        again = threading.Timer(0.01, signal.raise_signal, [unraisable.exc_value.number])
        again.daemon = True
        again.start()

    hook = sys.unraisablehook
    before = {number: signal.getsignal(number) for number in _heeded()}
    try:
        sys.unraisablehook = lost
        for number in before:
            signal.signal(number, stop)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook


@contextmanager
def held() -> Iterator[None]:
    """Inside, ``stoppable`` raises nothing until the end; for the short time in which processes are started.

    These hear nothing of Ctrl-C, which a terminal sends to them as well, and of which they would each print where it met them:
    who started them ends them.
    """
    masked = getattr(signal, "pthread_sigmask", None)  # not on Windows
    before = masked(signal.SIG_BLOCK, [signal.SIGINT]) if masked is not None else None
    _holding.append(True)
    try:
        yield
    finally:
        if masked is not None:
            masked(signal.SIG_SETMASK, before)
        _holding.pop()
        if _noted and not _holding:
            number = _noted[0]
            _noted.clear()
            raise Stopped(number)


def _heeded() -> list[signal.Signals]:
    """The signals that mean stop, without those that the process was started to ignore (as by nohup)."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [number for number in known if signal.getsignal(number) not in (signal.SIG_IGN, None)]


def _leave(number: int, _: FrameType | None) -> None:
    os._exit(128 + number)
