"""What is printed arrives, or the exit code says that it did not."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO

import click

__all__ = ["told_if_lost"]

NOBODY_READS = 141
"""The exit code where the reader of a pipe has gone, as of a program that SIGPIPE ends: 128 and its number."""
LOST = 2


class _LostError(Exception):
    """A stream that cannot be written to."""

    def __init__(self, stream: TextIO, error: OSError) -> None:
        self.stream = stream
        self.error = error
        super().__init__(error)


class _Printed:
    """A stream of text whose errors are told from those of files."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write to the stream."""
        with _lost(self._stream):
            return self._stream.write(text)

    def flush(self) -> None:
        """Have the stream pass on what it holds."""
        with _lost(self._stream):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def told_if_lost() -> Iterator[None]:
    """Inside, a stream that cannot be written to ends the command with one sentence, or with none where nobody reads."""
    before = sys.stdout, sys.stderr
    out, err = (_ready(stream) for stream in before)
    try:
        sys.stdout, sys.stderr = _Printed(out), _Printed(err)
        try:
            yield
        finally:
            sys.stdout.flush()
    except _LostError as lost:
        _silence(lost.stream)
        if lost.stream is out and lost.error.errno == errno.EPIPE:
            raise SystemExit(NOBODY_READS) from None
        if lost.stream is out:
            with suppress(_LostError):
                click.echo(f"error: cannot write what is printed: {lost.error.strerror}", err=True)
        raise SystemExit(LOST) from None
    finally:
        sys.stdout, sys.stderr = before


def _ready(stream: TextIO | None) -> TextIO:
    """The stream, which prints a replacement where its encoding lacks a letter; nowhere, where it is closed."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


@contextmanager
def _lost(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _LostError(stream, error) from error


def _silence(stream: TextIO) -> None:
    """Let what the stream still holds go nowhere, so that nothing is said of it when the process ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
