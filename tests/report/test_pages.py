"""Nothing leaves the page: every document of every example and case, long chains, long labels and signs of every kind."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.errors import TypesettingWarning
from identcheck.report.writers.log import faults_in
from identcheck.report.writers.pdf import compile_pdf
from tests.tools import REPOSITORY, require_program

DESIGNS = [*sorted(REPOSITORY.glob("examples/*.toml")), *sorted(REPOSITORY.glob("tests/cases/*.toml"))]
DOCUMENTS = {
    "report": (), "full": ("--full",), "grant": ("--for", "grant"), "preregistration": ("--for", "preregistration"),
    "paper-appendix": ("--for", "paper-appendix"),
}  # fmt: skip
SIGNS = "−≤≥×→∖≠±α, Ångström, naïve, łódź, őű, žižek, Ελλάδα, δ_s ≈ ½ €, “quoted” – dash, x² and H₂O"
LONG = "the offer of a place in a programme of supplementary instruction in small groups during the second half of grade one"


def log_of(design: Path, folder: Path, *options: str) -> str:
    """The log of one run of LaTeX over a document."""
    require_program("pdflatex")
    command = ["report", str(design), "-o", str(folder / "made.tex"), *options]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    run = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-draftmode", "made.tex"]
    assert subprocess.run(run, cwd=folder, capture_output=True, check=False).returncode == 0
    return (folder / "made.log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("design", DESIGNS, ids=lambda path: path.stem)
def test_nothing_leaves_the_page(design: Path, document: str, tmp_path: Path) -> None:
    log = log_of(design, tmp_path, *DOCUMENTS[document])
    assert "identcheck: page 2" in log
    assert faults_in(log) == ()


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
