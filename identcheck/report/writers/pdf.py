"""LaTeX to PDF with what is installed: latexmk, pdflatex or tectonic, the first that is on PATH."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from identcheck.basics.files import scratch_folder
from identcheck.basics.stopping import held
from identcheck.report.writers.log import faults_in, lacking_in, tell_faults

__all__ = ["PdfError", "compile_pdf"]

_SECONDS = 180
_QUIET = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "-recorder")
_RUNS: dict[str, list[list[str]]] = {
    "latexmk": [
        [
            "latexmk",
            "-norc",
            "-e",
            "$max_repeat=9",
            "-pdf",
            *_QUIET[:2],
            *(f"-latexoption={o}" for o in _QUIET[2:]),
            "report.tex",
        ]
    ],
    "pdflatex": [["pdflatex", *_QUIET, "report.tex"]] * 5,  # the first page takes a run for each smaller size
    "tectonic": [["tectonic", "--untrusted", "--keep-logs", "report.tex"]],
}
# No run asks, reads or writes outside its folder and what LaTeX has installed, or depends on the day.
_SETTINGS = {
    "SOURCE_DATE_EPOCH": "0",
    "FORCE_SOURCE_DATE": "1",
    "openin_any": "p",
    "openout_any": "p",
    "max_print_line": "1000",
}


class PdfError(Exception):
    """No PDF; says which program failed, and how."""


def compile_pdf(source: str, files: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The PDF of a LaTeX document; the same document gives the same bytes with the same program.

    Args:
        source: the document.
        files: what it includes, by the place beside it, in one folder at most.

    Warns:
        TypesettingWarning: something is taller than the page or stands out of it, or a character is left out.

    Raises:
        PdfError: no program is installed, it does not end in three minutes, LaTeX finds an error, or the document reads a
            file that is neither given nor part of LaTeX.
    """
    program = _program()
    with scratch_folder() as folder:
        (folder / "report.tex").write_text(source, encoding="utf-8")
        for place, data in files.items():
            (folder / place).parent.mkdir(exist_ok=True)
            (folder / place).write_bytes(data)
        try:
            for command in _RUNS[program]:
                _run(command, folder)
        except OSError as error:
            raise PdfError(f"{program} could not be run: {error.strerror}") from error
        made = folder / "report.pdf"
        if not made.is_file():
            raise PdfError(f"{program} wrote no file")
        _demand_own_files(folder)
        log = folder / "report.log"
        said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        tell_faults((*lacking_in(source), *faults_in(said)), "PDF")
        return made.read_bytes()


def _program() -> str:
    for name in _RUNS:
        needed = (name, "pdflatex") if name == "latexmk" else (name,)
        if all(map(shutil.which, needed)):
            return name
    raise PdfError(f"none of {', '.join(_RUNS)} is installed")


def _run(command: list[str], folder: Path) -> None:
    printed = folder / "printed.txt"
    with printed.open("wb") as screen:
        process = None
        try:
            with held():
                # In a session of its own, so that all it starts can be ended with it.
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=os.environ | _SETTINGS,
                    stdin=subprocess.DEVNULL,
                    stdout=screen,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            failed = process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            raise PdfError(f"{command[0]} did not end within {_SECONDS} seconds") from None
        finally:
            if process is not None:
                _end(process)
    if failed:
        raise PdfError(f"{command[0]} failed{_first_error(folder / 'report.log', printed)}")


def _demand_own_files(folder: Path) -> None:
    r"""Refuse a document that took in a file of the machine, which ``openin_any`` leaves to ``\pdfobj file``.

    LaTeX records what it reads, in ``report.fls``; tectonic does not.
    """
    record = folder / "report.fls"
    if not record.is_file():
        return
    lines = record.read_text(encoding="utf-8", errors="replace").splitlines()
    read = {(folder / line[6:]).resolve() for line in lines if line.startswith("INPUT ")}
    foreign = sorted(path for path in read if not path.is_relative_to(folder.resolve()))
    roots = _installed() if foreign else []
    for path in foreign:
        if not any(map(path.is_relative_to, roots)):
            raise PdfError(f"the document reads {str(path)!r}, which is no part of it or of LaTeX")


def _installed() -> list[Path]:
    """The folders of the LaTeX installation, and those the user added to it."""
    command = ["kpsewhich", "-expand-path=$TEXMF:$TEXMFSYSVAR:$TEXMFSYSCONFIG:$TEXINPUTS"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    folders = map(Path, done.stdout.strip().split(os.pathsep))
    return [folder.resolve() for folder in folders if folder.is_absolute()]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _first_error(*logs: Path) -> str:
    """The first error in what LaTeX wrote, with its line: ": Undefined control sequence (line 12)"."""
    for log in logs:
        text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        if found := re.search(r"^(?:!|error:) *(.+)", text, flags=re.MULTILINE):
            line = re.compile(r"^l\.(\d+)", flags=re.MULTILINE).search(text, found.end())
            return f": {found[1].strip().rstrip('.')}" + (f" (line {line[1]})" if line else "")
    return ""
