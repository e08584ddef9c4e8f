"""The folders of a user's templates: what is read from them, and what in them nothing would use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from os import PathLike, fspath
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound
from jinja2.loaders import split_template_path

from identcheck.errors import ReportError, suggestion
from identcheck.errors.limits import TEMPLATE_BYTES
from identcheck.report.blocks import KINDS, SECTION_IDS, Report, sections_in
from identcheck.report.writers.tree import frame_name, place_of, slug

__all__ = ["Folder", "demand_folder", "demand_some", "names_in", "overrides_in"]


class Folder(BaseLoader):
    """Templates in a user's folder and nowhere else: a link that leads out of it is not followed."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        """The text of a template and its file.

        Raises:
            TemplateNotFound: there is no such file.
            ReportError: it is somewhere else, is no file, or is too large.
        """
        path = Path(self.folder, *split_template_path(template))
        if not path.exists() or path.is_dir():
            raise TemplateNotFound(template)
        if not path.resolve().is_relative_to(Path(self.folder).resolve()):
            raise ReportError(
                f"template {path}: it is a link to a file outside the folder {self.folder!r}, and such links are not "
                "followed; put the file itself into the folder"
            )
        if not path.is_file():
            raise ReportError(f"template {path}: it is no regular file; put a file there")
        if (size := path.stat().st_size) > TEMPLATE_BYTES.most:
            raise ReportError(f"template {path}: {TEMPLATE_BYTES.refusal(size)}")
        # "utf-8-sig" also reads what Windows editors save: with a mark before the first letter.
        return path.read_text(encoding="utf-8-sig"), str(path), lambda: True


def demand_folder(folder: str | PathLike[str]) -> str:
    """The path of a folder, which must be there."""
    if not os.path.isdir(folder):
        raise ReportError(f"there is no folder {fspath(folder)!r} to take templates from")
    return os.path.normpath(folder)


def names_in(folders: Iterable[str]) -> list[str]:
    """The files in folders, not in those below."""
    there = (Path(folder) for folder in folders if os.path.isdir(folder))
    return [path.name for folder in there for path in folder.iterdir() if path.is_file()]


def demand_some(folder: str, format: str) -> None:
    """Refuse a folder with nothing that is used in this format, and one made for the former templates."""
    place, suffix = place_of(format)
    old = ("report", "document", f"{place}/report", f"{place}/parts", f"{place}/numbers", f"{place}/document")
    ways = (
        f"{frame_name(format)!r} for what stands around, '{place}/blocks/assumption.{suffix}.jinja' for a kind of block, "
        f"'{place}/sections/assumptions.{suffix}.jinja' for a section"
    )
    for path in (Path(folder, f"{name}.{suffix}.jinja") for name in old):
        if path.is_file():
            raise ReportError(
                f"template {path}: templates of this name are no longer used; write {ways} "
                "(see docs/report-context.md)"
            )
    wanted = (f"{place}/[!.]*.*", f"{place}/blocks/[!.]*", f"{place}/sections/[!.]*")
    if not any(path.is_file() for pattern in wanted for path in Path(folder).glob(pattern)):
        near = suggestion(frame_name(format), [f"{place}/{name}" for name in names_in([folder])])
        raise ReportError(f"the folder {folder!r} has no template for {format}{near}; it may have {ways}")


def overrides_in(folder: str, format: str, report: Report) -> Iterator[str]:
    """The names of a folder's templates for kinds of block and for sections; refuses one that nothing would use."""
    place, suffix = place_of(format)
    ending = f".{suffix}.jinja"
    ids = dict.fromkeys((*(slug(section.id) for section in sections_in(report.sections)), *SECTION_IDS))
    for room, known, what in (("blocks", KINDS, "kind of block"), ("sections", ids, "section")):
        for path in sorted(Path(folder, place, room).glob("[!.]*")):
            name = path.name.removesuffix(ending)
            if name == path.name:
                raise ReportError(f"template {path}: nothing uses it; a template here ends in {ending!r}")
            numbered = room == "sections" and name.startswith(("assumption-", "numbered-", "derivation-"))
            if name not in known and not numbered:
                raise ReportError(
                    f"template {path}: there is no {what} {name!r}{suggestion(name, known)}, so it would "
                    f"not be used; there are {', '.join(known)}"
                )
            yield f"{place}/{room}/{path.name}"
    for path in sorted(Path(folder, place).glob(f"*{ending}")):
        name = path.name.removesuffix(ending)
        if name in KINDS or name in ids:
            rooms = " or ".join(repr(f"{place}/{room}") for room in ("blocks", "sections"))
            raise ReportError(f"template {path}: nothing uses it here; put it into the folder {rooms}")
    if (path := Path(folder, place, f"blocks{ending}")).is_file():
        raise ReportError(
            f"template {path}: nothing uses it; a kind of block is replaced by a file of its own, such as "
            f"'{place}/blocks/paragraph{ending}'"
        )
