"""The text of a file, whatever its format, without what editors put into it, and its name for error messages."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from identcheck.basics.arguments import path_of
from identcheck.errors import FormatError, IdentcheckError
from identcheck.errors.limits import FILE_BYTES

__all__ = ["content_of", "plain", "shown", "text_of"]


def text_of(path: str | os.PathLike[str]) -> tuple[str, str]:
    """The text of a file, and the file's name for error messages.

    Raises:
        IdentcheckError: the file cannot be read.
        FormatError: it is not UTF-8 text.
    """
    content, source = content_of(path)
    return plain(_decoded(content, source)), source


def plain(text: str) -> str:
    """A text without a byte order mark, each line ended by one character, whatever program wrote it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def content_of(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    """What a file holds, and its name for error messages.

    Raises:
        IdentcheckError: the file cannot be read, is no regular file, or is too large.
    """
    place = path_of(path)
    source = shown(path)
    try:
        found = place.stat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise IdentcheckError(
                f"cannot read {source!r}: it is no regular file but a device, a pipe or a socket; save the text in a file"
            )
        with place.open("rb") as file:
            content = file.read(FILE_BYTES.most + 1)
        if len(content) > FILE_BYTES.most:
            size = max(found.st_size, len(content))
            raise IdentcheckError(f"cannot read {source!r}: it has {FILE_BYTES.refusal(size)}")
        return content, source
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "embedded null byte"
        raise IdentcheckError(f"cannot read {source!r}: {reason.lower()}") from error


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")) + 1
        found = f"the byte 0x{error.object[error.start]:02x} is not UTF-8 text"
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            found = "this is UTF-16 text"
        if content.startswith(b"PK"):
            raise FormatError(
                1, 1, "this is no text but a document or an archive; save it as plain text", source
            ) from error
        raise FormatError(line, column, f"{found}; save the file as UTF-8", source) from error


def shown(path: str | os.PathLike[str]) -> str:
    """The path as given, but relative where it lies below the working directory."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
