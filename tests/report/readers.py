"""Reading what was rendered: HTML, LaTeX logs and PDFs."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

from tests.tools import require_program

VOID = {"meta"}


class Page(HTMLParser):
    """An HTML page read: its words, its elements and their attributes; every element must be closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return plain(" ".join(self.words))


def plain(text: str) -> str:
    """On one line and without regard to capitals, as two headings are capitalised."""
    return " ".join(text.split()).casefold()


def lint(source: str, where: Path, most: int = 5) -> str:
    """Compile LaTeX until the first page has its size, at most so many times, and return its log."""
    require_program("pdflatex")
    (where / "report.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"]
    for _ in range(most):
        done = subprocess.run(command, cwd=where, capture_output=True, check=False)
        log = (where / "report.log").read_text(encoding="utf-8", errors="replace")
        assert done.returncode == 0, re.findall(r"^! .*(?:\n.*){3}", log, flags=re.MULTILINE)
        if "Rerun" not in log:
            break
    return log


def printed(where: Path) -> str:
    require_program("pdftotext")
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "report.pdf", "-"]  # cell by cell
    return subprocess.run(command, cwd=where, capture_output=True, check=True).stdout.decode()


def overfull(log: str, points: float = 5.0) -> list[str]:
    found = re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\).*", log)
    return [width for width in found if float(width) > points]


def assert_harmless(page: Page) -> None:
    """Nothing runs, nothing is loaded, and links stay within the page."""
    names = {name for name, _ in page.elements}
    assert not names & {"script", "iframe", "object", "embed", "img", "link", "base", "form", "foreignobject"}
    for name, attributes in page.elements:
        assert not any(key.startswith("on") for key in attributes)
        assert not {"src", "srcset", "style", "xlink:href", "action"} & set(attributes)
        assert name == "a" or "href" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
