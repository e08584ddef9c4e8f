"""The cases of the table in ``benchmarks/engine.py`` all run, as small as can be; nothing is timed."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from tests.tools import REPOSITORY, require_program

sys.path.insert(0, str(REPOSITORY / "benchmarks"))
engine, cases, comparison = (import_module(name) for name in ("engine", "cases", "comparison"))
sys.path.pop(0)

NAMES = [
    *engine.CASES,
    *(name for name in engine.SIZES if name.endswith(("size 6", "size 8", "size 10", "size 12", "size 50"))),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_case_runs(name: str) -> None:
    """Every job of the table, and every kind that is grown."""
    if name.startswith("PDF"):
        require_program("pdflatex")
    case = {**engine.CASES, **engine.SIZES}[name]

    assert engine.seconds(case._replace(size=min(case.size, engine.TINY))) >= 0


def test_every_base_is_a_case() -> None:
    """What a case is set beside is measured too."""
    assert {case.base for case in engine.CASES.values()} <= {"", *engine.CASES}


def test_a_table_says_what_is_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Aims in seconds and in ratios; what was stopped is not met; two trees side by side; exponents by least squares."""
    found: dict[str, float | str] = {f"chain, size {p}": p**2 / 1e4 for p in (50, 100, 200, 400)}
    found |= {
        "plain, p = 12": 0.5,
        "plain, p = 20": 0.05,
        "plain, p = 100": "> 60",
        "2 arms, p = 12": 2.0,
        "chain 1,000": 1.0,
    }
    monkeypatch.setattr(
        engine, "figure", lambda tree, _cap, name: found[name] * 2 if tree == "there" else found[name]
    )
    engine.table(["plain, p = 20", "plain, p = 100", "2 arms", "chain"], ["here"], 60, memory=False)
    engine.table(["plain, p = 20"], ["there", "here"], 60, memory=False)
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    assert "plain, p = 20 0.050 0.06 s: met" in said
    assert "plain, p = 100 > 60 3 s: NOT met" in said
    assert "2 arms, p = 12 2.000 4.00 times plain, p = 12 3 times: NOT met" in said
    assert "time by size, chain, 50 to 400: exponent 2.0" in said
    assert "plain, p = 20 0.100 0.050 2.0" in said


def test_a_figure_is_measured_in_a_process() -> None:
    """Seconds, a peak, and the name of the error where a case fails."""
    assert engine.figure(REPOSITORY, 60, "plain, p = 12") > 0
    assert engine.figure(REPOSITORY, 60, "plain, p = 12", True) > 0
    assert engine.figure(REPOSITORY, 60, "no such case") == "KeyError"


def test_the_page_of_comparison_has_the_answers_given_here() -> None:
    """The column of identcheck in the table of questions is what it answers, and each package has its version in the head."""
    text = (REPOSITORY / "docs" / "comparison.md").read_text(encoding="utf-8")
    head, _, *rows = (
        text.partition("## The same questions")[2].partition("\n|")[2].split("\n\n")[0].splitlines()
    )
    said = [row.split("|")[2].strip() for row in rows]
    found = [comparison.here(question).partition(";")[0] for question in comparison.QUESTIONS]

    assert [words.partition(" ")[0] for words in said] == [words.partition(" ")[0] for words in found]
    assert said[-1] == "conditional on those and a bypass"
    assert found[-2:] == ["conditional on ix, vi, vii", "conditional on bypass, ix, vi, vii"]
    for pinned, *_ in comparison.PACKAGES.values():
        name, _, version = pinned.partition("==")
        assert f"{name.removesuffix('-causal')} {version}" in head.lower()
        assert (REPOSITORY / "benchmarks" / "elsewhere" / f"ask_{name.removesuffix('-causal')}.py").is_file()
