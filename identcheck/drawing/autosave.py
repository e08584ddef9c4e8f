"""The design file behind the editor: changed in place, whole or not at all, and never over what someone else wrote."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

from identcheck.basics.files import demand_place, write_whole
from identcheck.drawing.compared import differences
from identcheck.drawing.edit import Drawing, demand_drawing, drawing_of, empty_drawing
from identcheck.drawing.pasted import graph_drawn
from identcheck.drawing.written import changed
from identcheck.errors import IdentcheckError
from identcheck.formats import format_of, from_text, read_document, tell_left_out
from identcheck.formats.source import text_of

__all__ = ["DesignFile"]


class DesignFile:
    """A TOML file, and what of it the editor has seen.

    Args:
        path: the file; it need not exist yet. What is written in another format is saved beside it as TOML.
        read_only: whether nothing is to be written.

    Raises:
        IdentcheckError: the file cannot be read, or does not describe a design, or nothing can be written there.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.read_only = read_only
        self.path = path
        self.drawing = empty_drawing()
        self._lock = Lock()
        if path.suffix.lower() != ".toml":
            text, source = text_of(path)
            self.drawing, remarks = graph_drawn(text, format_of(path, text), source)
            tell_left_out(remarks, source)
            self.path = path.with_suffix(".toml")
            if self.path.exists() and not read_only:
                raise IdentcheckError(
                    f"{str(self.path)!r} exists already, where the drawing would be saved; draw that file, or move it"
                )
            self._seen: str | None = None
        else:
            self._seen = self._read()
        if not read_only:
            demand_place(self.path)
        if self._seen is not None:
            self.drawing = self._drawing(self._seen)

    def opened(self) -> dict[str, Any]:
        """What the page opens with: the file as it is now."""
        with self._lock:
            now = self._read()
            if now is not None:
                try:
                    self.drawing, self._seen = self._drawing(now), now
                except IdentcheckError as error:
                    return {**self._told(), "drawing": self.drawing, "problem": str(error)}
            return {**self._told(), "drawing": self.drawing, "plan": _has_plan(now or "")}

    def planned(self, drawing: object) -> str:
        """The text of the file with a drawing in it, where the file has a plan; "" where it has none, or it is no design."""
        try:
            with self._lock:
                now = self._read() or ""
            return changed(now, demand_drawing(drawing)) if _has_plan(now) else ""
        except IdentcheckError:
            return ""

    def save(self, drawing: object, keep: bool = False) -> dict[str, Any]:
        """Write a drawing, unless the file changed outside; "keep" writes it into what stands there now.

        Raises:
            IdentcheckError: the drawing is no design, or the file system refuses; the file is as before.
        """
        drawn = demand_drawing(drawing)
        if self.read_only:
            return {"kind": "unsaved", "text": "opened for reading only"}
        with self._lock:
            now = self._read()
            if now != self._seen and not keep:
                return {"kind": "conflict", **self._told(), "differences": self._differences(now, drawn)}
            text = changed(now or "", drawn)
            if text != now:
                write_whole(self.path, text.encode())
            self._seen, self.drawing = text, drawn
        return {"kind": "saved", **self._told()}

    def _differences(self, now: str | None, drawn: Drawing) -> list[str]:
        """How what stands in the file now and a drawing differ, in words."""
        if now is None:
            return ["the file is gone"]
        try:
            there = self._drawing(now)
        except IdentcheckError as error:
            return [f"the file is no design now: {str(error)[:300]}"]
        return differences(there, drawn)

    def _told(self) -> dict[str, Any]:
        return {"file": self.path.name, "path": str(self.path), "read_only": self.read_only}

    def _read(self) -> str | None:
        try:
            return self.path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IdentcheckError(f"cannot read {str(self.path)!r}: {error}") from None

    def _drawing(self, text: str) -> Drawing:
        if not text.strip():
            return empty_drawing()
        document, _ = read_document(text, "toml", str(self.path))
        return drawing_of(from_text(text, "toml", str(self.path)), document.get("positions"))


def _has_plan(text: str) -> bool:
    """Whether a TOML file has a table [plan]."""
    return bool(text.strip()) and "plan" in read_document(text, "toml", "the file")[0]
