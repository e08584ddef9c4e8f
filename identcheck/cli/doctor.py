"""``identcheck doctor``: what is installed, and how to get what is not."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click

from identcheck import __version__
from identcheck.cli.group import main, plain_errors
from identcheck.cli.printing import print_heading
from identcheck.errors import IdentcheckError

__all__ = ["EXTRAS", "PDF", "STYLES", "Line", "doctor_command"]

EXTRAS = {
    "plots": "pictures of the design in numbers",
    "parquet": "tables as Parquet files",
    "data": "data of a trial, from files",
    "word": "reports as Word documents",
    "notebook": "drawing in notebooks",
}
"""What each optional part of the package is for; its packages are read from the package itself."""

INSTEAD = {"pypandoc-binary": "pandoc"}
"""The packages that a program on PATH stands in for."""

STYLES = (
    "amsmath",
    "booktabs",
    "enumitem",
    "hyperref",
    "lmodern",
    "longtable",
    "microtype",
    "tikz",
    "xcolor",
)
"""The LaTeX packages that a report uses and a small installation may lack."""


_DEBIAN_LATEX = (
    "sudo apt-get install latexmk lmodern texlive-latex-recommended texlive-latex-extra texlive-pictures "
    "texlive-fonts-recommended"
)
PDF = "reports as PDF"
BESIDE = "manual page, tab completion"
PROGRAMS = ("latexmk", "pdflatex", "tectonic")
"""The programs that can make them; the first found is used."""

GET_PDF = {
    "Linux": f"{_DEBIAN_LATEX}    (Debian, Ubuntu)",
    "Darwin": "brew install tectonic",
    "Windows": "winget install MiKTeX.MiKTeX",
    "": "conda install -c conda-forge tectonic",
}
"""The command that installs one, by the name of the system; "" where it is another."""


@dataclass(frozen=True)
class Line:
    """What was found of one part.

    Attributes:
        state: "ok", "missing" or "broken".
        what: the part.
        found: its version or place, or what is wrong.
        get: the command that fixes it; "" where nothing is to be fixed.
    """

    state: str
    what: str
    found: str
    get: str = ""


@main.command("doctor")
@plain_errors
def doctor_command() -> None:
    """Say what is installed: Python, the packages needed, the optional parts, and how to get those that are missing.

    Exit code 1: something that every command needs is missing or broken.
    """
    click.echo(f"identcheck {__version__}, Python {platform.python_version()} ({sys.executable})")
    needed = [*_needed(), _templates()]
    _print("Needed", needed)
    _print("Optional", [*_extras(), _pdf(), *_styles(), _beside()])
    if any(line.state != "ok" for line in needed):
        sys.exit(1)


def _print(heading: str, lines: Iterable[Line]) -> None:
    print_heading(heading)
    colours = {"ok": "green", "missing": "yellow", "broken": "red"}
    for line in lines:
        state = click.style(line.state.ljust(8), fg=colours[line.state])
        click.echo(f"  {state} {line.what.ljust(34)} {line.found}")
        if line.get:
            click.echo(f"           get it by: {line.get}")


def _requirements(extra: str = "") -> list[tuple[str, str]]:
    """The packages that identcheck, or one of its extras, asks for: each with its least version, or ""."""
    from importlib import metadata

    try:
        asked = metadata.requires("identcheck") or []
    except metadata.PackageNotFoundError:
        return []  # run from its source, without being installed
    found = []
    for line in asked:
        package, _, marker = line.partition(";")
        marked = re.search(r"""extra\s*==\s*["']([\w-]+)["']""", marker)
        name = re.match(r"[\w.-]+", package)
        if name and not package.startswith("identcheck") and (marked[1] if marked else "") == extra:
            least = re.search(r">=\s*([\d.]+)", package)
            found.append((name[0], least[1] if least else ""))
    return found


def _needed() -> Iterator[Line]:
    for name, least in _requirements():
        line = _package(name, least)
        try:
            import_module(name.lower().replace("-", "_"))
        except Exception as error:  # whatever a broken installation does
            yield Line(
                "broken", name, f"cannot be imported: {error}", f"pip install --force-reinstall {name}"
            )
        else:
            yield line


def _package(name: str, least: str) -> Line:
    from importlib import metadata

    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Line("missing", name, "", f"pip install {name}")
    if _numbers(found) < _numbers(least):
        return Line("broken", name, f"{found} is too old; {least} is needed", f"pip install --upgrade {name}")
    return Line("ok", name, found)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:3]))


def _templates() -> Line:
    from identcheck.report.writers.environment import template_folder

    try:
        return Line("ok", "templates of the reports", str(template_folder()))
    except IdentcheckError as error:
        return Line(
            "broken", "templates of the reports", str(error), "pip install --force-reinstall identcheck"
        )


def _extras() -> Iterator[Line]:
    for extra, purpose in EXTRAS.items():
        packages = [_either(_package(*asked)) for asked in _requirements(extra)]
        lacking = ", ".join(line.what for line in packages if line.state != "ok")
        if packages and not lacking:
            yield Line("ok", purpose, ", ".join(f"{line.what} {line.found}" for line in packages))
        else:
            why = f"without {lacking}" if lacking else "this installation is older than the part"
            yield Line("missing", purpose, why, f"pip install 'identcheck[{extra}]'")


def _either(line: Line) -> Line:
    """The line of a package; where a program on PATH does the same, that of the program."""
    program = INSTEAD.get(line.what.replace("_", "-"), "")
    place = shutil.which(program) if program and line.state == "missing" else None
    return Line("ok", program, place) if place else line


def _pdf() -> Line:
    for name in PROGRAMS:
        if place := shutil.which(name):
            return Line("ok", PDF, f"{name} ({place})")
    get = GET_PDF.get(platform.system(), GET_PDF[""])
    return Line("missing", PDF, f"none of {', '.join(PROGRAMS)}", get)


def _beside() -> Line:
    """Whether the manual page and the completions stand where the wheel puts them."""
    page = Path(sys.prefix) / "share" / "man" / "man1" / "identcheck.1"
    if page.is_file():
        return Line("ok", BESIDE, f"man identcheck; {page.parents[2]}")
    return Line("missing", BESIDE, "not beside this installation", "identcheck completion --help")


def _styles() -> Iterator[Line]:
    """Whether LaTeX has the packages that a report uses, where that can be asked."""
    import subprocess

    if (asker := shutil.which("kpsewhich")) is None:
        return
    wanted = [f"{name}.sty" for name in STYLES]
    done = subprocess.run([asker, *wanted], capture_output=True, text=True, check=False, timeout=60)
    found = {re.split(r"[/\\]", line)[-1] for line in done.stdout.split()}
    lacking = [name.removesuffix(".sty") for name in wanted if name not in found]
    if lacking:
        get = _DEBIAN_LATEX if platform.system() == "Linux" else f"tlmgr install {' '.join(lacking)}"
        yield Line("missing", "LaTeX packages of the reports", f"without {', '.join(lacking)}", get)
    else:
        yield Line("ok", "LaTeX packages of the reports", "all there")
