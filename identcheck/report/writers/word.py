"""Word documents: the HTML of a report, made by pandoc into .docx with headings, tables, equations and pictures of Word."""

from __future__ import annotations

import html
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

from identcheck.basics.files import scratch_folder
from identcheck.errors import ReportError
from identcheck.report.writers.environment import template_folder
from identcheck.report.writers.word_body import FOOTER, body
from identcheck.report.writers.word_page import MISSING, page_for_pandoc

__all__ = ["word"]

_SECONDS = 120
_LANGUAGE = "en-US"
_LONGEST_TITLE = 80
"""Letters of the title at the foot of each page, which has one line."""


def word(page: str) -> bytes:
    """The .docx of a page of ours, the same bytes for the same page.

    Args:
        page: the HTML, with formulas as TeX (see the format "word" of ``filters``).

    Raises:
        ReportError: pandoc or the library that draws the pictures is not installed, or pandoc fails.
    """
    pandoc = _pandoc()
    with scratch_folder() as folder:
        (folder / "report.html").write_text(page_for_pandoc(page), encoding="utf-8")
        command = [pandoc, "--from=html", "--to=docx", "--shift-heading-level-by=-1", "--sandbox"]
        _run([*command, "--output=report.docx", "report.html"], folder)
        return _finished((folder / "report.docx").read_bytes(), page)


def _pandoc() -> str:
    """The pandoc on PATH, or the one that the package pypandoc_binary brings."""
    if found := shutil.which("pandoc"):
        return found
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        raise ReportError(MISSING.format(what="pandoc")) from None


def _run(command: list[str], folder: Path) -> None:
    settings = os.environ | {"SOURCE_DATE_EPOCH": "0"}
    try:
        subprocess.run(command, cwd=folder, env=settings, capture_output=True, timeout=_SECONDS, check=True)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise ReportError(f"no Word document was made: pandoc failed: {' '.join(said[:2])}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReportError(f"no Word document was made: pandoc could not be run: {error}") from error


def _finished(made: bytes, page: str) -> bytes:
    """What pandoc made, with styles, settings and a footer of ours (``templates/word``) and its body laid out."""
    ours = template_folder() / "word"
    title = _found(r"<title>(.*?)</title>", page)
    finished = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(finished, "w") as new:
        for item in old.infolist():
            name, data = item.filename, old.read(item)
            own = ours / name.removeprefix("word/")
            if name in ("word/styles.xml", "word/settings.xml"):
                new.writestr(item, own.read_bytes())
            elif change := _CHANGES.get(name):
                new.writestr(item, change(data.decode("utf-8")).encode("utf-8"))
            elif name == "docProps/core.xml":
                new.writestr(item, _properties(title, page).encode("utf-8"))
            elif name != "docProps/custom.xml":
                new.writestr(item, data)
        text = (ours / "footer.xml").read_text(encoding="utf-8").replace("TITLE", _shortened(title))
        new.writestr(_entry("word/footer.xml"), text)
    return finished.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def _found(pattern: str, page: str) -> str:
    """What an element of the page holds, as text that XML can hold too; "" if there is none."""
    found = re.search(pattern, page, re.DOTALL)
    return html.escape(" ".join(html.unescape(found[1]).split()), quote=False) if found else ""


def _shortened(title: str) -> str:
    words = html.unescape(title)
    short = words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rstrip() + "\u2026"
    return html.escape(short, quote=False)


def _properties(title: str, page: str) -> str:
    """Title, author and language of the document; no dates, so that the same page gives the same bytes."""
    program = _found(r'<meta name="generator" content="(.*?)">', page)
    author = _found(r'<meta name="author" content="(.*?)">', page) or program
    subject = _found(r'</h1>\s*<p class="soft">(.*?)</p>', page)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties'
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:creator>{author}</dc:creator>"
        f"<dc:description>{program}</dc:description><dc:language>{_LANGUAGE}</dc:language></cp:coreProperties>"
    )


def _with_footer(relations: str) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
    ours = f'<Relationship Type="{kind}" Id="{FOOTER}" Target="footer.xml"/>'
    return relations.replace("</Relationships>", f"{ours}</Relationships>")


def _with_types(types: str) -> str:
    """The list of parts with the footer and without the properties that pandoc makes of the head of a page."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
    types = re.sub(r'<Override PartName="/docProps/custom.xml"[^>]*>', "", types)
    return types.replace("</Types>", f'<Override PartName="/word/footer.xml" ContentType="{kind}"/></Types>')


def _without_custom(relations: str) -> str:
    return re.sub(r'<Relationship [^>]*"docProps/custom.xml"[^>]*>', "", relations)


def _with_small_margins(lists: str) -> str:
    """Lists half as far from the margin as pandoc puts them."""
    old = r'w:left="(\d+)" w:hanging="360"'
    return re.sub(old, lambda found: f'w:left="{int(found[1]) // 2}" w:hanging="280"', lists)


_CHANGES: dict[str, Callable[[str], str]] = {
    "word/document.xml": body,
    "word/_rels/document.xml.rels": _with_footer,
    "[Content_Types].xml": _with_types,
    "_rels/.rels": _without_custom,
    "word/numbering.xml": _with_small_margins,
}
"""Parts of the file that are changed, and how."""
