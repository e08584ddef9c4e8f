"""Saving: the suffix decides, a file appears whole or not at all, and a failed run destroys nothing."""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from identcheck.errors import ReportError
from identcheck.report.writers import pdf
from identcheck.report.writers.pdf import PdfError, compile_pdf
from identcheck.report.writers.render import render
from identcheck.report.writers.save import SUFFIXES, save
from tests.report import sample
from tests.tools import require_program


def echo(format: str) -> str:
    return f"report in {format}: é\n"


def report(format: str) -> str:
    return render(sample.report(), format)


def refuse(_: str) -> str:
    raise ValueError("no report")


@pytest.mark.parametrize(
    ("suffix", "format"), [item for item in SUFFIXES.items() if item[0] not in (".pdf", ".docx")]
)
def test_the_suffix_decides_the_format(suffix: str, format: str, tmp_path: Path) -> None:
    for name in (f"a{suffix}", f"b.c{suffix.upper()}"):
        assert save(echo, tmp_path / name) == tmp_path / name
        assert (tmp_path / name).read_bytes() == echo(format).encode()
    assert save(echo, str(tmp_path / f"d{suffix}")).exists()


@pytest.mark.parametrize("name", ["report", "report.odt", "report.htm", ".html"])
def test_an_unknown_suffix_is_refused_with_those_known(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        ReportError, match=r"one of \.txt, \.md, \.tex, \.html, \.json, \.pdf, \.docx"
    ) as caught:
        save(echo, tmp_path / name)
    assert ("did you mean '.html'" in str(caught.value)) == (name == "report.htm")
    assert list(tmp_path.iterdir()) == []


# -- atomic --------------------------------------------------------------------------


def test_a_report_replaces_an_older_one_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    save(echo, path)
    assert path.read_text(encoding="utf-8") == echo("text")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    save(echo, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    save(echo, tmp_path / "link.txt")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == echo("text")


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def stop(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("fault", "error"), [(full, ReportError), (stop, KeyboardInterrupt)])
def test_an_old_report_survives_any_failure(
    fault: Callable[..., None], error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.html"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", fault)
    with pytest.raises(error):
        save(echo, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_old_report_survives_a_report_that_cannot_be_rendered(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("old")
    with pytest.raises(ValueError, match="no report"):
        save(refuse, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written_are_named_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "dir.html").mkdir()
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "file").write_text("")
    for place, reason in {
        "dir.html": "it is a directory",
        "none/a.html": "there is no directory",
        "file/a.html": "there is no directory",
        "pipe.html": "not a regular file",
        "x" * 300 + ".html": "File name too long",
    }.items():
        with pytest.raises(ReportError, match=reason):
            save(refuse, tmp_path / place)
    with pytest.raises(ReportError, match="null"):
        save(echo, tmp_path / "a\0b.html")


def test_a_read_only_report_or_directory_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ReportError, match="read-only"):
        save(echo, path)
    monkeypatch.undo()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(ReportError, match=r"cannot write '.*a\.txt': Permission denied"):
        save(echo, path)
    monkeypatch.undo()
    assert path.read_text() == "old"


# -- PDF -----------------------------------------------------------------------------


def test_a_pdf_is_the_same_every_time(tmp_path: Path) -> None:
    require_program("latexmk", "pdflatex")
    first, second = (save(report, tmp_path / name).read_bytes() for name in ("a.pdf", "b.PDF"))
    assert first.startswith(b"%PDF")
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.PDF"]


def programs(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Put these programs alone on PATH."""
    folder.mkdir(exist_ok=True)
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_the_first_program_installed_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bin = tmp_path / "bin"
    programs(bin, monkeypatch, tectonic='echo "tectonic $*" > report.pdf')
    assert compile_pdf("x").startswith(b"tectonic --untrusted")
    programs(bin, monkeypatch, pdflatex='echo "run $*" >> report.pdf')
    assert compile_pdf("x").count(b"-no-shell-escape") == 5
    programs(bin, monkeypatch, latexmk='echo "$SOURCE_DATE_EPOCH $*" > report.pdf')
    assert compile_pdf("x").startswith(
        b"0 -norc -e $max_repeat=9 -pdf -interaction=nonstopmode -halt-on-error"
    )


def test_without_any_program_the_latex_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(tmp_path / "bin", monkeypatch)
    with pytest.raises(ReportError, match=r"none of latexmk, pdflatex, tectonic is installed.*a\.tex'"):
        save(echo, tmp_path / "a.pdf")
    assert (tmp_path / "a.tex").read_text(encoding="utf-8") == echo("latex")
    assert not (tmp_path / "a.pdf").exists()


def test_what_was_there_is_kept_when_no_pdf_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(tmp_path / "bin", monkeypatch)
    (tmp_path / "a.pdf").write_text("old")
    (tmp_path / "a.tex").write_text("mine")
    for changed, kept in (("1", "a.identcheck.tex"), ("1", "a.identcheck.tex"), ("2", "a.identcheck-2.tex")):
        with pytest.raises(ReportError, match=kept):
            save(lambda format, text=changed: f"{format} {text}", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_text() == "old"
    assert (tmp_path / "a.tex").read_text() == "mine"
    assert (tmp_path / "a.identcheck.tex").read_text() == "latex 1"


def test_the_first_error_of_latex_is_told(tmp_path: Path) -> None:
    require_program("latexmk", "pdflatex")
    faulty = "\\documentclass{article}\n\\begin{document}\n\\nonsense\n\\end{document}\n"
    with pytest.raises(ReportError) as caught:
        save(lambda _: faulty, tmp_path / "a.pdf")
    assert str(caught.value) == (
        "no PDF was made: latexmk failed: Undefined control sequence (line 3)."
        f" The LaTeX is in {str(tmp_path / 'a.tex')!r}"
    )


def test_latex_may_not_write_outside_its_folder_or_run_programs(tmp_path: Path) -> None:
    require_program("latexmk", "pdflatex")
    target = tmp_path / "written.txt"
    for attack in (
        rf"\newwrite\f\immediate\openout\f={target}\immediate\write\f{{x}}",
        rf"\immediate\write18{{touch {target}}}",
    ):
        source = f"\\documentclass{{article}}\\begin{{document}}{attack} x\\end{{document}}"
        with contextlib.suppress(PdfError):
            compile_pdf(source)
        assert not target.exists()


def test_a_program_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = tmp_path / "pid"
    programs(tmp_path / "bin", monkeypatch, tectonic=f"/bin/sleep 60 & echo $! > {sign}; wait")
    monkeypatch.setattr(pdf, "_SECONDS", 1)
    with pytest.raises(PdfError, match="tectonic did not end within 1 seconds"):
        compile_pdf("x")
    child = int(sign.read_text())
    assert any(ended(child) for _ in range(100)), f"process {child} still runs"


def ended(process: int) -> bool:
    """Whether a process is gone, after a moment's wait if it is not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().split()[2]
    except OSError:
        return True
    time.sleep(0 if state == "Z" else 0.05)
    return state == "Z"


def test_a_program_that_writes_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(tmp_path / "bin", monkeypatch, tectonic="exit 0")
    with pytest.raises(PdfError, match="tectonic wrote no file"):
        compile_pdf("x")
    programs(tmp_path / "bin", monkeypatch, tectonic="echo 'error: no network' >&2; exit 1")
    with pytest.raises(PdfError, match="tectonic failed: no network"):
        compile_pdf("x")
