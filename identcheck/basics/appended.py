"""A file to which whole lines are added by one process at a time, each on the disk before the next."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from identcheck.basics.files import synced_folder, write_errors
from identcheck.errors import ReportError

__all__ = ["Appended"]

if sys.platform == "win32":
    import msvcrt

    _FAR = 0x7FFF0000
    """The byte that stands for the file when it is locked: past all lines, so that others can read them."""

    def _lock(file: int) -> None:
        os.lseek(file, _FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, _FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

    _TAKEN: tuple[type[OSError], ...] = (PermissionError,)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

    _TAKEN = (BlockingIOError,)


class Appended:
    """A file open for whole lines, locked against others that open it in this way.

    Args:
        path: the file; it is made if there is none.

    Raises:
        ReportError: the file system refuses, or the file is locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._whole = 0
        new = not path.exists()
        with write_errors(path):
            how = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._file = os.open(path, how, 0o666)
        try:
            _lock(self._file)
        except _TAKEN:
            os.close(self._file)
            raise ReportError(
                f"cannot write {str(path)!r}: another process is writing to it; wait until it has ended, or name another file"
            ) from None
        except OSError:
            pass  # a disk without locks: what is written at once stays in one piece there too
        if new:
            synced_folder(path.parent)

    def lines(self, most: int) -> Iterator[bytes]:
        """The lines from the first on; of one that is longer, its first ``most`` bytes."""
        with write_errors(self.path), os.fdopen(os.dup(self._file), "rb") as reader:
            reader.seek(0)
            while line := reader.readline(most):
                yield line

    def cut(self, length: int) -> None:
        """Leave the first bytes alone, and take off what follows."""
        with write_errors(self.path):
            os.ftruncate(self._file, length)
            self._whole = length

    def add(self, line: bytes) -> None:
        """Add a line; it is on the disk when this returns. Of one that does not fit on the disk nothing stays."""
        with write_errors(self.path, "; what was written to it before is kept"):
            try:
                rest = memoryview(line)
                while rest:
                    rest = rest[os.write(self._file, rest) :]
                os.fsync(self._file)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._file, self._whole)
                raise
            self._whole += len(line)

    def close(self) -> None:
        """Unlock the file."""
        with contextlib.suppress(OSError):
            _unlock(self._file)
        os.close(self._file)
