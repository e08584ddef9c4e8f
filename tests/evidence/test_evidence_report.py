"""The evidence as a report: its title, one table of own estimates, remarks once, pictures where the format has any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import identcheck as ic
from identcheck.errors import ReportError
from tests.evidence.shared import effects, parallel
from tests.tools import require_program


def evidence(sites: int = 12, *mediators: str, plan: ic.Plan | None = None) -> ic.Evidence:
    nodes = mediators or ("M",)
    return ic.examine(
        parallel(*nodes, sites=sites), effects(sites, *nodes, "Y", seed=3), assume="all", plan=plan
    )


def test_the_title_says_what_it_is():
    text = evidence().render()
    assert text.startswith("Effects of T on Y: what the data say\n")
    assert "what identifies them" not in text


def test_own_estimates_stand_alone_and_every_other_estimate_below():
    found = evidence()
    own, rules, others = found.printed[:3]
    assert [t.key for t in (own, rules, others)] == ["estimates", "decided", "other_estimates"]
    assert [row["effect"] for row in own.records()] == [str(e.finding.estimand) for e in found.every if e.own]
    assert "estimator" not in own.keys  # a table's keys, not those of a dict
    values = {row["value"] for t in (own, others) for row in t.records()}
    assert {e.value for one in found.every for e in one.estimates.values()} <= values
    low = {row["low"] for row in others.records() if row["estimator"] == "wild bootstrap"}
    assert found["direct M Y"].estimates["wls"].bootstrap[0] in low


def test_a_remark_is_said_once():
    text = " ".join(evidence(12, "A", "B").render().split())
    assert text.count("supposes one effect for all sites") == 1
    assert text.count("the design says that its intercept is 0") == 1


def test_a_missing_test_says_why_in_its_row():
    text = " ".join(evidence(3, "A", "B").render().split())
    assert "no test: needs more than" in text


@pytest.mark.parametrize("format", ["text", "markdown", "html", "latex", "json"])
def test_every_format(format):
    made = evidence(plan=ic.Plan(persons=50)).render(format)
    for words in (
        "Planned and found",
        "Tests of what the numbers rest on",
        "What the proposed rules would say",
    ):
        assert words in made
    if format == "html":
        assert made.count("<figure") == 6
    if format == "latex":
        assert "saved as a .tex or .pdf file it has them" in " ".join(made.split())
    if format == "json":
        assert json.loads(made)


def test_saved_latex_has_its_pictures_beside_it(tmp_path: Path):
    evidence(plan=ic.Plan(persons=50)).save(tmp_path / "out.tex")
    names = {path.stem for path in (tmp_path / "out_figures").iterdir()}
    assert names == {
        "site-scatter-1",
        "site-forest",
        "site-funnel",
        "weak-instruments",
        "sites-left-out",
        "planned-and-found",
    }


def test_a_pdf(tmp_path: Path):
    require_program("pdflatex")
    assert evidence(4, "A", "B").save(tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_a_suffix_that_is_none_names_those_of_reports_and_of_tables():
    evidence = ic.examine(parallel("M", sites=8), effects(8, "M", "Y"), assume="all")
    with pytest.raises(
        ReportError,
        match=r"cannot tell the format of 'x.pfd' \(did you mean '.pdf'\?\).*\.docx, \.csv, \.parquet",
    ):
        evidence.save("x.pfd")


def test_an_infinite_q_is_no_unbounded_set():
    """Where a compliance has no sampling error an effect at infinity is impossible."""
    import pandas as pd

    from tests.evidence.shared import frame, pairs

    table: pd.DataFrame = frame(12, "M", "Y", seed=3)
    table.loc[0, "m_se"] = 0.0
    made = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    one = ic.examine(parallel("M", sites=12), made, assume="all")["direct M Y"]
    assert one.estimates["liml"].interval is not None
    assert all(abs(end) < 100 for pair in one.anderson_rubin() for end in pair)
