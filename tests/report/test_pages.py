"""Nothing leaves the page and nothing is longer than it may be: the report of every example and case, and the other documents.

The other documents are those of the designs that differ most; `make long` goes through every document of every design.
"""

import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.identification import primary_findings
from identcheck.errors import TypesettingWarning
from identcheck.report.writers.log import faults_in
from identcheck.report.writers.pdf import compile_pdf
from tests.drawn import drawn
from tests.report.readers import plain
from tests.tools import REPOSITORY, often, require_program

DESIGNS = [*sorted(REPOSITORY.glob("examples/*.toml")), *sorted(REPOSITORY.glob("tests/cases/*.toml"))]
DOCUMENTS = {
    "report": (), "full": ("--full",), "grant": ("--for", "grant"), "preregistration": ("--for", "preregistration"),
    "paper-appendix": ("--for", "paper-appendix"),
}  # fmt: skip
DIFFERENT = {"six_mediators": ("full",)} | dict.fromkeys(
    ("literacy", "moving_to_opportunity", "one_site"), tuple(DOCUMENTS)
)
MADE = [
    pytest.param(design, document, id=f"{design.stem}-{document}")
    for design in DESIGNS
    for document in DOCUMENTS
    if document == "report" or often(document in DIFFERENT.get(design.stem, ()), True)
]
"""Each design with the documents that are looked at."""
SIGNS = "−≤≥×→∖≠±α, Ångström, naïve, łódź, őű, žižek, Ελλάδα, δ_s ≈ ½ €, “quoted” – dash, x² and H₂O"
LONG = "the offer of a place in a programme of supplementary instruction in small groups during the second half of grade one"


CASES = [REPOSITORY / "tests" / "cases" / f"{name}.toml" for name in ("literacy", "voucher")]

MOST = {2: 6, 3: 8, 6: 12}
"""So many pages a report has at most, by the number of mediators up to which that holds."""

FIRST = ("report", "grant", "preregistration", "paper-appendix")
"""The documents that begin with one page of their own."""


def log_of(design: Path, folder: Path, *options: str, runs: int = 1) -> str:
    """The log of LaTeX over a document."""
    require_program("pdflatex")
    command = ["report", str(design), "-o", str(folder / "made.tex"), *options]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    run = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "made.tex"]
    before = b""
    for _ in range(runs):
        assert subprocess.run(run, cwd=folder, capture_output=True, check=False).returncode == 0
        now = (folder / "made.aux").read_bytes()
        if now == before:
            break
        before = now
    return (folder / "made.log").read_text(encoding="utf-8", errors="replace")


@cache
def typeset(design: Path, document: str) -> tuple[str, tuple[str, ...]]:
    """The log of a document, and its pages as text on one line each."""
    require_program("pdflatex", "pdftotext")
    with tempfile.TemporaryDirectory() as folder:
        log = log_of(design, Path(folder), *DOCUMENTS[document], runs=6)
        command = ["pdftotext", "-enc", "UTF-8", "made.pdf", "-"]
        shown = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.decode()
    return log, tuple(map(plain, shown.split("\f")[:-1]))


def most_pages(design: Path) -> int:
    """Of a report, by the number of mediators."""
    mediators = len(ic.load(design).mediators)
    return next(pages for number, pages in MOST.items() if mediators <= number)


@pytest.mark.parametrize(("design", "document"), MADE)
def test_nothing_leaves_the_page(design: Path, document: str) -> None:
    log, pages = typeset(design, document)
    assert f"identcheck: page {len(pages)}" in log
    assert len(pages) > 1
    assert faults_in(log) == ()
    assert "LaTeX Warning" not in log


@pytest.mark.parametrize("design", DESIGNS, ids=lambda path: path.stem)
def test_a_report_is_as_short_as_its_design_allows(design: Path) -> None:
    assert len(typeset(design, "report")[1]) <= most_pages(design)


@pytest.mark.parametrize(
    "design", [made.values[0] for made in MADE if made.values[1] == "grant"], ids=lambda path: path.stem
)
def test_a_grant_application_gets_three_to_five_pages(design: Path) -> None:
    made = ic.load(design)
    result = ic.check(made, prove=False)  # where nothing of interest can be had, there is little to argue
    had = any(f.best is not None for f in primary_findings(result))
    fewest = 3 if had and len(made.mediators) > 1 else 2
    assert fewest <= len(typeset(design, "grant")[1]) <= 5


@pytest.mark.parametrize(("document", "most"), [("preregistration", 10), ("paper-appendix", 8)])
@pytest.mark.parametrize("design", CASES[: often(1, 2)], ids=lambda path: path.stem)
def test_what_is_registered_or_appended_is_read_to_the_end(design: Path, document: str, most: int) -> None:
    assert len(typeset(design, document)[1]) <= most


@pytest.mark.parametrize(("design", "document"), [made for made in MADE if made.values[1] in FIRST])
def test_the_first_page_is_one_page_and_nothing_else_is_on_it(design: Path, document: str) -> None:
    """The section after it begins on top of page 2."""
    pages = typeset(design, document)[1]
    heading = second_heading(design, document)
    assert heading not in pages[0]
    assert heading in pages[1][: 200 + len(heading)]


@cache
def second_heading(design: Path, document: str) -> str:
    """The heading that comes after the first page, as the text of a PDF has it."""
    done = CliRunner().invoke(main, ["report", str(design), "-o", "-", "-f", "text", *DOCUMENTS[document]])
    found = re.findall(r"^(\S.*)\n-+$", done.output, flags=re.MULTILINE)
    return plain(found[0])


def chain(mediators: int, label: str = "", signs: str = "") -> str:
    names = ["T", *(f"mediator{k}" for k in range(mediators)), "Y"]
    labels = "".join(f'{name} = "{label} {signs} {name}"\n' for name in names)
    arrows = "; ".join([" -> ".join(names), *(f"{name} -> Y" for name in names[1:-2])])
    return f'graph = "{arrows}"\ntreatment = "T"\noutcome = "Y"\nsites = 20\n\n[labels]\n{labels}'


@pytest.mark.parametrize(
    "text", [chain(3), chain(5), chain(2, LONG), chain(2, "a", SIGNS)], ids=["3", "5", "long", "signs"]
)
def test_chains_long_labels_and_signs_stay_on_the_page(text: str, tmp_path: Path) -> None:
    (tmp_path / "chain.toml").write_text(text, encoding="utf-8")
    assert faults_in(log_of(tmp_path / "chain.toml", tmp_path, "--full")) == ()


def test_what_leaves_the_page_is_told_with_its_page() -> None:
    log = (
        "identcheck: page 1\n"
        "Overfull \\hbox (23.4pt too wide) in paragraph at lines 8--9\n"
        "[]\\T1/qpl/m/n/10 the ef-fect of $\\OML/zplm/m/it/10 x$\n"
        "Overfull \\hbox (9.9pt too wide) in paragraph at lines 8--9\n"
        "identcheck: shrunk from 100.0pt to 40.0pt\n"
        "identcheck: shrunk from 100.0pt to 60.0pt\n"
        "identcheck: page 2\n"
        "Overfull \\vbox (3223.6pt too high) has occurred while \\output is active []\n"
        "Missing character: There is no ẞ in font x!\n"
        "identcheck: page 3\n"
    )
    assert faults_in(log) == (
        "page 2: a line stands out by 23 pt, at 'the ef-fect of x'",
        "page 2: a formula is shrunk to 40 % of its size to fit",
        "page 3: something is taller than the page, by 3224 pt",
        "page 3: the character ẞ is left out, as the fonts lack it",
    )
    assert faults_in("") == ()


def test_a_document_that_leaves_the_page_gives_a_warning() -> None:
    require_program("latexmk", "pdflatex")
    wide = r"\documentclass{article}\begin{document}\noindent\rule{50cm}{1pt}\end{document}"
    with pytest.warns(
        TypesettingWarning, match=r"look at the PDF before you send it: a line stands out by 10\d\d pt"
    ):
        compile_pdf(wide)


def test_letters_that_stand_as_code_points_give_one_where_the_latex_is_saved(tmp_path: Path) -> None:
    """The document as the PDF; what has all its letters gives none, since warnings are errors here."""
    found = ic.check(drawn("T -> M -> Y", labels={"M": "健康 and 健康", "Y": "Стресс"}))
    told = r"look at the LaTeX before you send it: letters .* code points \(健 康\); HTML and Word"
    with pytest.warns(TypesettingWarning, match=told):
        found.save(tmp_path / "x.tex")
    with pytest.warns(TypesettingWarning, match=told):
        found.save(tmp_path / "grant.tex", document="grant")
    with pytest.warns(TypesettingWarning, match=told):
        found.save_fragments(tmp_path / "pieces")
    for file in ("x.html", "x.txt", "x.md"):
        found.save(tmp_path / file)
    ic.check(drawn("T -> M -> Y", labels={"Y": "Стресс"})).save(tmp_path / "y.tex")


def test_letters_that_stand_as_code_points_give_one() -> None:
    require_program("latexmk", "pdflatex")
    found = ic.check(drawn("T -> M -> Y", labels={"M": "健康 and 健康", "Y": "Стресс"}))
    with pytest.warns(TypesettingWarning, match=r"stand as their code points \(健 康\); HTML and Word"):
        compile_pdf(found.render("latex"))


def test_the_terminal_prints_the_warning_as_a_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import warnings

    def warn(*_: object, **__: object) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("page 3: a line stands out", TypesettingWarning, stacklevel=1)

    monkeypatch.setattr(ic.Identification, "save", warn)
    done = CliRunner().invoke(main, ["report", str(DESIGNS[0]), "-o", str(tmp_path / "x.pdf")])
    assert done.exit_code == 0
    assert "warning: page 3: a line stands out\n" in done.output
