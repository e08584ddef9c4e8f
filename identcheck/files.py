"""Files that appear whole or not at all: written beside their place, and then moved there."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from identcheck.errors import ReportError

__all__ = ["demand_place", "make_folder", "write_whole"]


def demand_place(path: Path) -> None:
    """Refuse what cannot be written before any work is done.

    Raises:
        ReportError: why nothing can be written there.
    """
    with _spoken(path):
        if path.is_dir():
            raise ReportError(f"cannot write {str(path)!r}: it is a directory")
        if not path.parent.is_dir():
            raise ReportError(f"cannot write {str(path)!r}: there is no directory {str(path.parent)!r}")
        if path.exists() and not path.is_file():
            raise ReportError(f"cannot write {str(path)!r}: it is not a regular file")
        if path.exists() and not os.access(path, os.W_OK):
            raise ReportError(f"cannot write {str(path)!r}: it is read-only")


def write_whole(path: Path, data: bytes) -> None:
    """Put a whole file in place; what a symbolic link points to is replaced, not the link.

    Raises:
        ReportError: the file system refuses; what was there before is kept.
    """
    with _spoken(path):
        place = Path(os.path.realpath(path))
        draft = place.with_name(f".identcheck-{secrets.token_hex(6)}")
        try:
            # Opened anew, so that the umask decides who may read it; an old file's mode is kept.
            with open(draft, "xb") as file:
                file.write(data)
            if place.exists():
                draft.chmod(place.stat().st_mode & 0o777)
            os.replace(draft, place)
        finally:
            draft.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder if there is none; the one around it must exist.

    Raises:
        ReportError: something else has that name, or the file system refuses.
    """
    with _spoken(path):
        path.mkdir(exist_ok=True)


@contextlib.contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """Errors of the file system as errors that say what could not be written."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ReportError(f"cannot write {str(path)!r}: {reason}") from error
