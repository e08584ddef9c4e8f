"""Word documents: the HTML of a report, made by pandoc into .docx with headings, tables, equations and pictures of Word."""

from __future__ import annotations

import base64
import html
import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from identcheck.basics.files import scratch_folder
from identcheck.errors import ReportError
from identcheck.report.writers.tables import shares

__all__ = ["word"]

_SECONDS = 120
_MISSING = "{what} is needed for Word documents: pip install 'identcheck[word]'. Word also opens .html files"
_WIDEST = 600
"""Pixels, of 96 to the inch: a picture is no wider on the page."""

_SHARPNESS = 3.0
"""Pixels of a picture for each pixel on the page."""

_BLANK = "To Be Written"
_STYLES = f"""\
<w:style w:type="character" w:customStyle="1" w:styleId="{_BLANK.replace(" ", "")}"><w:name w:val="{_BLANK}"/>\
<w:basedOn w:val="DefaultParagraphFont"/><w:rPr><w:color w:val="9B1C1C"/></w:rPr></w:style>"""
_SMALL = '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'
_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/>'
    for side in ("top", "bottom", "insideH")
)


def word(page: str) -> bytes:
    """The .docx of a page of ours, the same bytes for the same page.

    Args:
        page: the HTML, with formulas as TeX (see the format "word" of ``filters``).

    Raises:
        ReportError: pandoc or the library that draws the pictures is not installed, or pandoc fails.
    """
    pandoc = _pandoc()
    with scratch_folder() as folder:
        (folder / "report.html").write_text(_prepared(page), encoding="utf-8")
        default = _run([pandoc, "--print-default-data-file", "reference.docx"], folder)
        (folder / "reference.docx").write_bytes(_styled(default))
        command = [pandoc, "--from=html", "--to=docx", "--shift-heading-level-by=-1", "--sandbox"]
        _run([*command, "--reference-doc=reference.docx", "--output=report.docx", "report.html"], folder)
        return (folder / "report.docx").read_bytes()


def _pandoc() -> str:
    """The pandoc on PATH, or the one that the package pypandoc_binary brings."""
    if found := shutil.which("pandoc"):
        return found
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        raise ReportError(_MISSING.format(what="pandoc")) from None


def _run(command: list[str], folder: Path) -> bytes:
    settings = os.environ | {"SOURCE_DATE_EPOCH": "0"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=settings, capture_output=True, timeout=_SECONDS, check=True
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise ReportError(f"no Word document was made: pandoc failed: {' '.join(said[:2])}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReportError(f"no Word document was made: pandoc could not be run: {error}") from error
    return done.stdout


def _prepared(page: str) -> str:
    """The page without what only a browser shows, blanks by a style of their own, pictures as PNG."""
    page = re.sub(r"<nav\b.*?</nav>|<style>.*?</style>", "", page, flags=re.DOTALL)
    # Pandoc takes the title from the head of the page, and where there is a main part reads that alone.
    page = re.sub(r"</?main>", "", page)
    page = re.sub(
        r'<header>\s*<h1>.*?</h1>\s*<p class="soft">(.*?)</p>(.*?)</header>',
        r'<div data-custom-style="Subtitle"><p>\1</p></div>\2',
        page,
        flags=re.DOTALL,
    )
    red = f'<span data-custom-style="{_BLANK}">'
    page = re.sub(
        r'<p class="blank">(.*?)</p>',
        lambda found: f"<p>{red}{found[1].replace('<span></span>', '_' * 20)}</span></p>",
        page,
        flags=re.DOTALL,
    )
    page = page.replace('<span class="blank">', red)
    page = re.sub(r'<span class="badge [a-z]+">(.*?)</span>', r"[\1]", page)
    page = re.sub(r"<table>.*?</table>", lambda found: _with_widths(found[0]), page, flags=re.DOTALL)
    # Word takes two tables with nothing between them for one.
    page = re.sub(r"(</table>(?:\s*</div>)*)(?=(?:\s*<div\b[^>]*>)*\s*<table>)", r"\1<p>&#160;</p>", page)
    return re.sub(r"<svg\b.*?</svg>", lambda found: _image(found[0]), page, flags=re.DOTALL)


def _with_widths(table: str) -> str:
    """A table with the widths of its columns, by what stands in them; Word would make them all alike."""
    rows = [
        [_letters(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr\b[^>]*>(.*?)</tr>", table, re.DOTALL)
        if "colspan" not in row
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] if len(set(map(len, rows))) == 1 else []
    if not columns:
        return table
    widths = "".join(f'<col style="width: {100 * share:.1f}%">' for share in shares(columns, room=1.3))
    head = re.match(r"<table>\s*(<caption>.*?</caption>)?", table, re.DOTALL)
    assert head is not None
    return f"{head[0]}<colgroup>{widths}</colgroup>{table[head.end() :]}"


def _letters(cell: str) -> str:
    """About what a cell prints: its text, and for a formula about as many letters as it is wide."""
    text = re.sub(r"<script\b[^>]*>(.*?)</script>", lambda found: "x" * (2 + len(found[1]) // 4), cell)
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


def _image(svg: str) -> str:
    """A picture as PNG with its description in words."""
    described = re.search(r"<desc>(.*?)</desc>", svg, re.DOTALL) or re.search(r'aria-label="(.*?)"', svg)
    words = html.unescape(described[1]) if described else "picture"
    size = re.search(r'viewBox="\S+ \S+ ([\d.]+) [\d.]+"', svg)
    width = min(float(size[1]), _WIDEST) if size else _WIDEST
    data = base64.b64encode(_png(svg)).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(words)}" width="{width:.0f}">'


def _png(svg: str) -> bytes:
    try:
        import resvg_py
    except ImportError:
        raise ReportError(_MISSING.format(what="resvg-py")) from None
    from identcheck.plots.files import font_files  # plots need numpy, documents without pictures none

    if "xmlns=" not in svg[:200]:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    made = resvg_py.svg_to_bytes(
        svg_string=svg.replace(' width="100%"', "", 1),
        zoom=_SHARPNESS,
        background="white",
        font_files=font_files(),
        sans_serif_family="DejaVu Sans",
        serif_family="DejaVu Serif",
    )
    return bytes(made)


def _styled(reference: bytes) -> bytes:
    """Pandoc's own styles, with one for what is still to be written and with lines in tables."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(reference)) as old, zipfile.ZipFile(made, "w") as new:
        lined = rf"\1{_SMALL}<w:tblPr><w:tblBorders>{_LINES}</w:tblBorders>"
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/styles.xml":
                text = data.decode("utf-8").replace("</w:styles>", f"{_STYLES}</w:styles>")
                table = r'(<w:style [^>]*w:styleId="Table"(?:(?!</w:style>).)*?)<w:tblPr>'
                data = re.sub(table, lined, text, count=1, flags=re.DOTALL).encode("utf-8")
            new.writestr(item, data)
    return made.getvalue()
