"""Reports to files. A run that fails leaves an existing report as it was."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from itertools import chain, count
from os import PathLike
from pathlib import Path

from identcheck.basics.arguments import path_of
from identcheck.basics.files import demand_place, make_folder, write_whole
from identcheck.errors import ReportError, suggestion
from identcheck.report.writers.log import lacking_in, tell_faults
from identcheck.report.writers.tree import WORD

__all__ = ["SUFFIXES", "picture_folder", "save"]

SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".json": "json",
    ".pdf": "latex",
    ".docx": WORD,
}


def picture_folder(path: str | PathLike[str]) -> str:
    """The folder beside a LaTeX document that holds its pictures: ``trial_figures`` for ``trial.tex``.

    It has plain letters only, whatever the document is called, so that LaTeX reads its name as it stands.
    """
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path_of(path, ReportError).stem).strip(".-_")
    return f"{stem or 'report'}_figures"


def save(
    text_in: Callable[[str], str],
    path: str | PathLike[str],
    pictures: Callable[[], Mapping[str, bytes]] = dict,
) -> Path:
    """Write a report; the suffix of the path, in any case, decides the format.

    The file appears whole or not at all: it is written beside its place and then moved there. A PDF is
    made by the first of latexmk, pdflatex and tectonic that is installed, Word documents by pandoc.

    Args:
        text_in: gives the report in a format: "text", "markdown", "latex", "html" or "json".
        path: .txt, .md, .tex, .html, .json, .pdf or .docx.
        pictures: gives the files that the LaTeX last given refers to, by their places beside it.

    Returns:
        The path written.

    Warns:
        TypesettingWarning: of what a reader of the PDF, or of the LaTeX, would see.

    Raises:
        ReportError: an unknown suffix, a place that cannot be written, or a PDF that cannot be made; then
            the LaTeX is kept beside it under the name the message tells; or no pandoc for a Word document.
    """
    wanted = path_of(path, ReportError)
    format = SUFFIXES.get(wanted.suffix.lower())
    if format is None:
        hint = suggestion(wanted.suffix, SUFFIXES)
        known = ", ".join(SUFFIXES)
        raise ReportError(f"cannot tell the format of {str(wanted)!r}{hint}; a report ends in one of {known}")
    demand_place(wanted)
    text = text_in(format)
    if wanted.suffix.lower() == ".pdf":
        write_whole(wanted, _pdf(text, wanted, pictures()))
    elif format == WORD:
        from identcheck.report.writers.word import word

        write_whole(wanted, word(text))
    else:
        if format == "latex":
            _write_pictures(wanted, pictures())
        write_whole(wanted, text.encode())
        tell_faults(lacking_in(text) if format == "latex" else (), "LaTeX")
    return wanted


def _write_pictures(beside: Path, pictures: Mapping[str, bytes]) -> None:
    for name, data in pictures.items():
        make_folder((beside.parent / name).parent)
        write_whole(beside.parent / name, data)


def _pdf(source: str, wanted: Path, pictures: Mapping[str, bytes]) -> bytes:
    from identcheck.report.writers.pdf import PdfError, compile_pdf

    try:
        return compile_pdf(source, pictures)
    except PdfError as error:
        kept = _spare_place(wanted, source)
        _write_pictures(wanted, pictures)
        write_whole(kept, source.encode())
        raise ReportError(f"no PDF was made: {error}. The LaTeX is in {str(kept)!r}") from error


def _spare_place(wanted: Path, source: str) -> Path:
    """Beside the PDF: x.tex, or another name where a different file has that one."""
    names = chain((".tex", ".identcheck.tex"), (f".identcheck-{number}.tex" for number in count(2)))
    places = (wanted.with_name(wanted.stem + name) for name in names)
    return next(place for place in places if not _differs(place, source))


def _differs(place: Path, source: str) -> bool:
    """Whether something else than this source is there."""
    if not os.path.lexists(place):
        return False
    try:
        return place.read_bytes() != source.encode()
    except OSError:
        return True
