"""Word documents: what is in the file, and that a word processor opens it."""

import re
import subprocess
import zipfile
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

import identcheck as ic
from identcheck.errors import ReportError
from identcheck.report.writers import word
from identcheck.report.writers.render import render
from tests.report.contexts import NASTY, with_texts
from tests.report.readers import plain
from tests.report.sample import report
from tests.report.test_documents import example, made
from tests.tools import require_program

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


@cache
def document(purpose: str) -> bytes:
    return word.word(render(made(purpose), "word"))


def body(data: bytes, where: Path) -> ElementTree.Element:
    (where / "a.docx").write_bytes(data)
    with zipfile.ZipFile(where / "a.docx") as file:
        assert file.testzip() is None
        return ElementTree.fromstring(file.read("word/document.xml"))


def text(element: ElementTree.Element) -> str:
    return "".join(item.text or "" for item in element.iter() if item.tag in (f"{W}t", f"{M}t"))


def styled(root: ElementTree.Element, style: str) -> list[str]:
    found = (
        p
        for p in root.iter(f"{W}p")
        if (s := p.find(f"{W}pPr/{W}pStyle")) is not None and s.get(f"{W}val") == style
    )
    return [text(paragraph) for paragraph in found]


@pytest.mark.parametrize("purpose", ["preregistration", "grant", "paper-appendix"])
def test_headings_tables_equations_and_pictures_are_those_of_word(purpose: str, tmp_path: Path) -> None:
    root = body(document(purpose), tmp_path)
    asked = made(purpose)
    headed = [f"Appendix: {s.heading}" if s.appendix else s.heading for s in asked.sections if s.heading]
    assert styled(root, "Heading1") == headed
    assert styled(root, "Title") == [asked.title]
    assert styled(root, "Subtitle") == [asked.subtitle]
    tables = list(root.iter(f"{W}tbl"))
    with_head = [table for table in tables if table.find(f".//{W}tblHeader") is not None]
    assert len(with_head) >= len(asked.blocks("table"))
    described = [item.get("descr", "") for item in root.iter(DRAWN)]
    assert any("offer" in words and "Arrows" in words for words in described)
    html = render(asked, "word")
    assert len(list(root.iter(f"{M}oMath"))) == html.count('<script type="math/tex')
    assert len(list(root.iter(f"{M}oMath"))) > (2 if purpose == "grant" else 5)


@pytest.mark.parametrize("purpose", ["preregistration", "grant", "paper-appendix"])
def test_no_two_tables_run_into_one(purpose: str, tmp_path: Path) -> None:
    root = body(document(purpose), tmp_path)
    inside = next(iter(root))
    kinds = [child.tag for child in inside]
    assert kinds.count(f"{W}tbl") > 2
    assert not any(one == two == f"{W}tbl" for one, two in pairwise(kinds))


def test_blanks_are_red(tmp_path: Path) -> None:
    root = body(document("preregistration"), tmp_path)
    runs = [
        run for run in root.iter(f"{W}r") if run.find(f"{W}rPr/{W}rStyle[@{W}val='ToBeWritten']") is not None
    ]
    written = "".join(text(run) for run in runs)
    assert all(f"why ({n}) holds" in written for n in ("iv", "v", "vi", "vii", "ix", "x"))
    with zipfile.ZipFile(tmp_path / "a.docx") as file:
        styles = file.read("word/styles.xml").decode()
    assert re.search(r'w:styleId="ToBeWritten".{0,300}w:color w:val="9B1C1C"', styles, re.DOTALL)


def test_what_the_user_writes_is_literal(tmp_path: Path) -> None:
    nasty = NASTY.replace("\n", " ") + r" \(x\) </script> <img src=x>"
    texts = ("text", "wanted", "justification")
    spoiled = with_texts(lambda name, t: f"{t} {nasty}" if name in texts and t else t, report())
    root = body(word.word(render(spoiled, "word")), tmp_path)
    shown = plain(" ".join(text(p) for p in root.iter(f"{W}p")))
    assert shown.count(plain(nasty)) >= 10


def test_the_same_document_gives_the_same_bytes() -> None:
    assert document("grant") == word.word(render(made("grant"), "word"))


def test_the_report_itself_can_be_a_word_document(tmp_path: Path) -> None:
    result, _ = example()
    result.save(tmp_path / "report.docx")
    root = body((tmp_path / "report.docx").read_bytes(), tmp_path)
    assert "Assumptions, and why they should hold" in styled(root, "Heading1")
    assert (
        "(vi) No within-site compliance-effect covariance, along every upstream path · to be justified"
        in styled(root, "Heading2")
    )


def test_a_word_processor_opens_it(tmp_path: Path) -> None:
    require_program("soffice", "pdftotext")
    (tmp_path / "a.docx").write_bytes(document("preregistration"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.docx"),
    ]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", str(tmp_path / "a.pdf"), "-"], capture_output=True, check=True
    )
    shown = plain(done.stdout.decode())
    assert all(plain(str(section.heading)) in shown for section in made("preregistration").sections)
    assert all(plain(f"({a.numeral}) {a.title}")[:30] in shown for a in example()[0].assumptions)
    assert "\u03b4" in shown  # a symbol of an equation
    assert "why (vi) holds in this trial" in shown


@pytest.mark.parametrize("missing", ["pypandoc", "resvg_py"])
def test_what_is_missing_is_named(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(word.shutil, "which", lambda _: None)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ReportError, match=r"pip install 'identcheck\[word\]'"):
        ic.check(example()[0].design).save(tmp_path / "a.docx", document="grant")
    assert list(tmp_path.iterdir()) == []


def test_a_pandoc_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pandoc").write_text("#!/bin/sh\necho 'out of memory' >&2; exit 3\n")
    (tmp_path / "pandoc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReportError, match="pandoc failed: out of memory"):
        example()[0].save(tmp_path / "a.docx")
