"""Answers worked out in processes of their own, which are killed when a newer edit comes or an answer takes too long.

Idle processes wait with the engine loaded, so that none has to be started between an edit and its answer.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from types import ModuleType
from typing import Any

from identcheck.drawing.answers import respond

__all__ = ["Engine"]

PROCESSES = 4
"""So many there are: for the verdicts, the places and the plan of one drawing, and one for what comes next."""
GATHERED = 0.01
"""Seconds for which answers are gathered before they are sent."""
GATHERED_LATER = 0.08
"""Likewise once all verdicts are sent: the cards that follow are out of sight, and each sending costs the page a picture."""
GATHERS = ("start", "finding")
"""The kinds of answers after which another comes soon; the others are sent at once, and "start" never alone."""
PATIENCE = 120.0
"""Seconds after which a request is given up."""
_STARTING = Lock()
"""Held while a process starts, in whichever engine of this program."""


def work(pipe: Connection) -> None:
    """Answer requests until nobody listens any more, a list of answers at a time; memory is tidied between requests."""
    gc.disable()
    gc.freeze()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            request = pipe.recv()
            answers, since, room = [], time.monotonic(), GATHERED
            for answer in respond(request):
                answers.append(answer)
                waits = answer["kind"] == "start" or time.monotonic() - since <= room
                if answer["kind"] not in GATHERS or not waits:
                    pipe.send(answers)
                    answers, since = [], time.monotonic()
                    room = GATHERED_LATER if answer["kind"] == "verdicts" else room
            gc.collect()


@contextmanager
def _without_main() -> Iterator[None]:
    """Inside, a new process does not run the user's script once more, as it would to find what is defined there."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


class _Worker:
    """A process, and the pipe to it."""

    def __init__(self, context: Any) -> None:
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=work, args=(theirs,), daemon=True)
        self.revision = 0
        with _STARTING, _without_main():
            self.process.start()
        theirs.close()

    def kill(self) -> None:
        """End it, whatever it does."""
        self.process.kill()


class Engine:
    """The processes that answer. Of one page's requests of one kind only the newest is worked on."""

    def __init__(self) -> None:
        fork = "forkserver" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if fork else "spawn")
        if fork:
            context.set_forkserver_preload(["identcheck.drawing.loaded"])
        self._context = context
        self._lock = Lock()
        self._idle: list[_Worker] = []
        self._running: dict[str, _Worker] = {}
        self._closed = False
        self._refill()

    def answers(self, request: dict[str, Any]) -> Generator[list[dict[str, Any]]]:
        """The answers to a request, as many at a time as came together.

        The last is "done", or "superseded", "slow" or "failed" where it was not finished.
        """
        kind, revision = f"{request.get('page')} {request.get('ask')}", request.get("revision", 0)
        worker = self._taken(kind, revision if isinstance(revision, int) else 0)
        if worker is None:
            yield [{"revision": revision, "kind": "superseded"}]
            return
        until, ended = time.monotonic() + PATIENCE, "failed"
        try:
            worker.pipe.send(request)
            while worker.pipe.poll(max(0.0, until - time.monotonic())):
                answers = worker.pipe.recv()
                yield answers
                if answers[-1]["kind"] == "done":
                    ended = "done"
                    return
            ended = "slow"
        except (EOFError, OSError):
            ended = "superseded" if self._running.get(kind) is not worker else "failed"
        finally:
            self._given_back(kind, worker, whole=ended == "done")
        yield [{"revision": revision, "kind": ended}]

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._closed = True
            for worker in (*self._idle, *self._running.values()):
                worker.kill()

    def _taken(self, kind: str, revision: int) -> _Worker | None:
        """An idle process; the one that works on an older request of the kind is killed.

        None where a newer request is worked on already: requests may arrive in another order than they were made.
        """
        with self._lock:
            other = self._running.get(kind)
            if other is not None and other.revision > revision:
                return None
            if other is not None:
                del self._running[kind]
                other.kill()
            while self._idle and not self._idle[-1].process.is_alive():
                self._idle.pop()
            worker = self._idle.pop() if self._idle else _Worker(self._context)
            worker.revision = revision
            self._running[kind] = worker
        if other is not None or not self._idle:
            Thread(target=self._refill, daemon=True).start()
        return worker

    def _given_back(self, kind: str, worker: _Worker, whole: bool) -> None:
        with self._lock:
            mine = self._running.get(kind) is worker
            if mine:
                del self._running[kind]
            if mine and whole and not self._closed and self._count() < PROCESSES:
                self._idle.append(worker)
                return
        worker.kill()

    def _refill(self) -> None:
        while True:
            with self._lock:
                if self._closed or self._count() >= PROCESSES:
                    return
            worker = _Worker(self._context)  # meanwhile those that are there answer
            with self._lock:
                self._idle.insert(0, worker)
                if self._closed:
                    worker.kill()

    def _count(self) -> int:
        return len(self._idle) + len(self._running)
