"""``identcheck examine``: columns by options or in the file, a report beside it, one message for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evidence.shared import frame
from tests.terminal import failed, file, flat, run

TRIAL = """\
title = "Coaching"
graph = "T -> M -> Y"
treatment = "T"
outcome = "Y"
sites = 12
"""
DATA = """
[data]
site = "site"
effects = { M = ["m", "m_se"], Y = ["y", "y_se"] }
"""
OPTIONS = ("--site", "site", "--effect", "M=m,m_se", "--effect", "Y=y,y_se")


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    frame(12, "M", "Y").to_csv("sites.csv", index=False)


def test_columns_by_options_and_in_the_file_give_the_same():
    one = run("examine", file(TRIAL), "sites.csv", *OPTIONS, "-a", "all")
    two = run("examine", file(TRIAL + DATA), "sites.csv", "-a", "all")
    assert one.exit_code == two.exit_code == 0
    assert one.stdout == two.stdout
    assert "direct(M, Y)" in one.stdout
    assert "taken as 0" in flat(one.stdout)


def test_columns_that_nothing_names_are_listed_with_the_options_that_would():
    said = failed(run("examine", file(TRIAL), "sites.csv"))
    assert "nothing says what its columns are: site, m, m_se, y, y_se" in said
    assert "persons: --site site --treatment COLUMN --node M=m --node Y=y" in said
    assert "site effects: --site site --effect M=COLUMN,SE --effect Y=COLUMN,SE" in said


def test_persons():
    Path("persons.csv").write_text(
        "site,t,m,y\n" + "\n".join(f"{s},{i % 2},{i % 3 + i % 2},{i % 5}" for s in "abcd" for i in range(12))
    )
    said = run(
        "examine",
        file(TRIAL),
        "persons.csv",
        "--site",
        "site",
        "--treatment",
        "t",
        "--node",
        "M=m",
        "--node",
        "Y=y",
    )
    assert said.exit_code == 0, said.output
    assert "Weights: n p (1 - p); contrasts of arms and single sites as the average wanted; 4 sites" in flat(
        said.stdout
    )


def test_persons_are_weighted_as_the_design_says():
    rows = (f"{s},{i % 2},{i % 3 + i % 2},{i % 5}" for k, s in enumerate("abcd") for i in range(12 + 2 * k))
    Path("persons.csv").write_text("site,t,m,y\n" + "\n".join(rows))
    asked = ("persons.csv", "--site", "site", "--treatment", "t", "--node", "M=m", "--node", "Y=y")
    for weights, words in {
        "precision": "n p (1 - p)",
        "sites": "all sites alike",
        "persons": "the number of persons",
    }.items():
        said = run("examine", file(f'{TRIAL}weights = "{weights}"\n'), *asked)
        assert f"Weights: {words};" in flat(said.output)
    said = run("examine", file(f'{TRIAL}weights = "sites"\n'), *asked, "--weights", "persons")
    assert "Weights: n p (1 - p);" in flat(said.output)


def test_a_plan_stands_beside_what_was_found_and_a_report_is_written():
    said = run("examine", file(TRIAL + DATA + "[plan]\npersons = 50\n"), "sites.csv", "-o", "out.html")
    assert "Planned and found" in said.stdout
    assert "wrote out.html" in said.stdout
    assert "--force" in failed(run("examine", "trial.toml", "sites.csv", "-o", "out.html"))


def test_what_is_wrong():
    assert "--site" in failed(run("examine", file(TRIAL), "sites.csv"))
    assert "there is no file 'no.csv'" in failed(run("examine", file(TRIAL + DATA), "no.csv"))
    assert "write NODE=EFFECT,SE" in failed(
        run("examine", file(TRIAL), "sites.csv", "--site", "site", "--effect", "M=m")
    )
    said = failed(run("examine", file(TRIAL + '[data]\nsit = "site"\neffects = 3\n'), "sites.csv"))
    assert "did you mean 'site'" in said
    assert "effects is 3" in said
