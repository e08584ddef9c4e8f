"""Pieces of LaTeX: they compile in papers that know nothing of identcheck, with the packages that they name."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from identcheck.cli import main
from identcheck.report.sections import report_of
from identcheck.report.writers.fragments import FRAGMENTS, PACKAGES, fragment, write_fragments
from tests.report.contexts import NASTY, with_texts
from tests.report.readers import lint, overfull, printed
from tests.report.sample import report
from tests.report.test_documents import EXAMPLE, example
from tests.tools import REPOSITORY

BLANK = "\\begin{document}\n"
FONTS = "\\usepackage[T1]{fontenc}\\usepackage{lmodern}\n"


def packages(*names: str) -> str:
    wanted = dict.fromkeys(package for name in names for package in PACKAGES[name])
    tikz = "\\usetikzlibrary{arrows.meta}" if "tikz" in wanted else ""
    return "".join(f"\\usepackage{{{package}}}" for package in wanted) + tikz + "\n"


def paper(preamble: str, *names: str) -> str:
    return (
        preamble
        + packages(*names)
        + BLANK
        + "\n".join(f"\\input{{{n}}}\n" for n in names)
        + "\\end{document}\n"
    )


def faults(log: str) -> list[str]:
    return [
        *overfull(log, 0.5),
        *re.findall(r"Undefined.*|Missing character.*|LaTeX Warning: (?!Label).*", log),
    ]


@pytest.mark.parametrize("name", FRAGMENTS)
def test_each_piece_compiles_with_the_packages_it_names(name: str, tmp_path: Path) -> None:
    write_fragments(report_of(example()[0], full=True), tmp_path)
    source = (tmp_path / f"{name}.tex").read_text(encoding="utf-8")
    stated = " ".join(source.split("% Packages:")[1].split("\n")[0].split())
    assert all(package in stated for package in PACKAGES[name])
    log = lint(paper(f"\\documentclass{{article}}\n{FONTS}", name), tmp_path)
    assert faults(log) == []


@pytest.mark.parametrize(
    "preamble",
    [
        f"\\documentclass[12pt]{{article}}\n{FONTS}\\usepackage[margin=1in]{{geometry}}\\usepackage[round]{{natbib}}"
        "\\usepackage{setspace}\\doublespacing\\usepackage{hyperref}\n",
        f"\\documentclass{{report}}\n{FONTS}\\usepackage{{enumitem}}\\usepackage[table]{{xcolor}}\\newsavebox{{\\icbox}}\n",
    ],
    ids=["article with natbib and hyperref", "report with enumitem"],
)
def test_all_pieces_stand_in_a_foreign_paper(preamble: str, tmp_path: Path) -> None:
    write_fragments(report_of(example()[0], full=True), tmp_path)
    log = lint(paper(preamble, *FRAGMENTS), tmp_path)
    assert faults(log) == []
    shown = printed(tmp_path)
    assert "Sufficient rank" in shown
    assert "To be written" not in shown  # the writing is that of the paper
    assert "to be filled in" not in shown


def test_the_graph_and_the_assumptions_stand_on_slides(tmp_path: Path) -> None:
    write_fragments(report_of(example()[0], full=True), tmp_path)
    source = (
        "\\documentclass{beamer}\n" + packages("graph", "assumptions") + BLANK
        + "\\begin{frame}\\input{graph}\\end{frame}\n"
        + "\\begin{frame}[allowframebreaks]\\input{assumptions}\\end{frame}\n\\end{document}\n"
    )  # fmt: skip
    assert overfull(lint(source, tmp_path)) == []


@pytest.mark.parametrize("stem", ["one_site", "welfare_to_work"])
def test_other_designs_compile_too(stem: str, tmp_path: Path) -> None:
    import identcheck as ic

    write_fragments(
        report_of(ic.check(ic.load(REPOSITORY / "examples" / f"{stem}.toml")), full=True), tmp_path
    )
    log = lint(paper(f"\\documentclass{{article}}\n{FONTS}", *FRAGMENTS), tmp_path)
    assert faults(log) == []


def test_user_text_is_literal(tmp_path: Path) -> None:
    spoiled = with_texts(
        lambda name, text: f"{text} {NASTY}" if name in ("justification", "citation") else text, report()
    )
    spoiled = replace(spoiled, version="0.1.0")
    (tmp_path / "assumptions.tex").write_text(fragment(spoiled, "assumptions"), encoding="utf-8")
    log = lint(paper(f"\\documentclass{{article}}\n{FONTS}", "assumptions"), tmp_path)
    assert "Undefined" not in log
    assert r"\input{/etc/passwd}" in re.sub(r"\s", "", printed(tmp_path))


def test_the_command_writes_them_and_names_them(tmp_path: Path) -> None:
    folder = tmp_path / "paper"
    done = CliRunner().invoke(main, ["report", str(EXAMPLE), "--fragments", str(folder)])
    assert done.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.tex" for name in FRAGMENTS)
    assert done.output.count("wrote ") == len(FRAGMENTS)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(main, ["report", str(EXAMPLE), "--fragments", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert "cannot write" in done.output
