"""Files that appear whole or not at all: written beside their place, and then moved there.

What a process that was killed left half written goes when the next file is written beside it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import socket
import stat
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from identcheck.errors import ReportError

__all__ = ["demand_place", "make_folder", "scratch_folder", "synced_folder", "write_errors", "write_whole"]

_HOST = f"{zlib.crc32(socket.gethostname().encode()):08x}"
"""Tells this machine from others that write to the same disk, whose processes are not known here."""
_DRAFT = re.compile(rf"\.?identcheck-{_HOST}-(\d+)-[0-9a-f]{{12}}")
_HOUR = 3600

_in_use: set[str] = set()
"""The drafts of this process that are being written."""


def demand_place(path: Path) -> None:
    """Refuse what cannot be written before any work is done.

    Raises:
        ReportError: why nothing can be written there.
    """
    with write_errors(path):
        if not os.path.isdir(path.parent):
            raise ReportError(f"cannot write {str(path)!r}: there is no directory {str(path.parent)!r}")
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:
            return
        if stat.S_ISDIR(mode):
            raise ReportError(f"cannot write {str(path)!r}: it is a directory")
        if not stat.S_ISREG(mode):
            raise ReportError(f"cannot write {str(path)!r}: it is not a regular file")
        if not os.access(path, os.W_OK):
            raise ReportError(f"cannot write {str(path)!r}: it is read-only")


def write_whole(path: Path, data: bytes) -> None:
    """Put a whole file in place; what a symbolic link points to is replaced, not the link.

    Raises:
        ReportError: the file system refuses; what was there before is kept.
    """
    with write_errors(path):
        place = Path(os.path.realpath(path))
        _remove_left(place.parent)
        with _drafted("." + _draft_name()) as name:
            draft = place.with_name(name)
            try:
                # Opened anew, so that the umask decides who may read it; an old file's mode is kept.
                with open(draft, "xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                if place.exists():
                    draft.chmod(place.stat().st_mode & 0o777)
                os.replace(draft, place)
                synced_folder(place.parent)
            finally:
                draft.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder if there is none; the one around it must exist.

    Raises:
        ReportError: something else has that name, or the file system refuses.
    """
    with write_errors(path):
        path.mkdir(exist_ok=True)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder of its own for the time of the ``with``, for programs that want files."""
    _remove_left(Path(tempfile.gettempdir()))
    with _drafted(_draft_name()) as name:
        folder = Path(tempfile.gettempdir(), name)
        try:
            folder.mkdir(mode=0o700)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def synced_folder(folder: Path) -> None:
    """Let the disk know what a folder holds; some file systems, and Windows, do so by themselves."""
    with contextlib.suppress(OSError):
        known = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(known)
        finally:
            os.close(known)


@contextlib.contextmanager
def write_errors(path: Path, kept: str = "") -> Iterator[None]:
    """Errors of the file system as errors that say what could not be written, and what was kept."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ReportError(f"cannot write {str(path)!r}: {reason}{kept}") from error


def _draft_name() -> str:
    return f"identcheck-{_HOST}-{os.getpid()}-{secrets.token_hex(6)}"


@contextlib.contextmanager
def _drafted(name: str) -> Iterator[str]:
    """A draft's name, known as in use meanwhile."""
    _in_use.add(name)
    try:
        yield name
    finally:
        _in_use.discard(name)


def _remove_left(folder: Path) -> None:
    """Remove the drafts in a folder whose processes on this machine are gone."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _DRAFT.fullmatch(entry.name)
            if found and entry.name not in _in_use and not _at_work(int(found[1]), entry):
                _remove(entry)


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.unlink(entry.path)


def _at_work(process: int, entry: os.DirEntry[str]) -> bool:
    """Whether the process that made a draft may still write to it."""
    if process == os.getpid():
        return False  # one of the same number before this: what this one writes is known
    if os.name == "nt":  # there a process cannot be asked without harm
        return time.time() - entry.stat(follow_symlinks=False).st_mtime < _HOUR
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # another user's
    return True
