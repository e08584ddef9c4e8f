"""Sites that lack an arm or control, and missing values: estimation code leaves out what ``examine`` leaves out, and says so."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck import Modifier
from identcheck.evidence.composing import estimated
from tests.drawn import drawn
from tests.report.test_code import run
from tests.report.test_code_r import in_r, output_of
from tests.report.test_code_tests import examined, few_starts, table_of, trial
from tests.tools import require_program

ORIGIN = "T -> {A B} -> Y"
TWO = "{T1 T2} -> {A B} -> Y"
BOTH = ["T -> A", "A -> Y"]
SEX = {"modifiers": [Modifier("sex", BOTH, level="persons", scale="binary")]}
PERSONS, SITES = ({"weights": w, "average": w} for w in ("persons", "sites"))
CASES = {
    "origin": (ORIGIN, {}, "direct A Y", {}),
    "persons": (ORIGIN, PERSONS, "direct A Y", {}),
    "clusters": (ORIGIN, PERSONS, "direct A Y", {"cluster": "school"}),
    "intercept, pooled, site by site": ("T -> A -> Y; T -> Y", SITES, "direct A Y", {}),
    "a ratio": ("T -> A -> Y", PERSONS, "direct A Y", {}),
    "a contrast": (ORIGIN, SITES, "itt", {}),
    "composed": ("T -> A -> B -> Y; A -> Y; T -> B", {}, "path T A Y", {}),
    "interaction": (ORIGIN, {"interactions": [("A", "B")]}, "direct A Y", {}),
    "moderated": (ORIGIN, PERSONS | {"modifiers": [Modifier("wages", BOTH)]}, "direct A Y", {}),
    "cells": (ORIGIN, PERSONS | SEX, "direct A Y", {}),
    "a part in cells": (ORIGIN, SEX, "mediated A", {}),
    "two arms": (TWO, {}, "direct A Y", {}),
    "two arms, persons": (TWO, PERSONS, "direct A Y", {"cluster": "school"}),
    "two arms, sites": (TWO, SITES, "direct A Y", {}),
    "two arms, one intercept": (f"{TWO}; T1 -> Y", SITES, "direct A Y", {}),
    "more arms than mediators": ("{T1 T2} -> A -> Y", {}, "direct A Y", {}),
    "more arms, one intercept": ("{T1 T2} -> A -> Y; T1 -> Y", {}, "direct A Y", {}),
}


def complete(design):
    frame = trial(design.treatments)
    number = frame["site"].str[1:].astype(int)
    rng = np.random.default_rng(1)
    return frame.assign(wages=number % 3, sex=rng.integers(0, 2, len(frame)))


def lacking(frame, arms):
    """Without control in s1, any arm in s4, the last of two arms in s6, and values of the treated in s8 and of some others."""
    treated = frame[list(arms)].sum(axis="columns") > 0
    gone = (frame["site"] == "s1") & ~treated | (frame["site"] == "s4") & treated
    gone |= (frame["site"] == "s6") & (frame[arms[-1]] == 1) & ((len(arms) > 1) | (frame["sex"] == 1))
    frame = frame[~gone].reset_index(drop=True)
    some = np.random.default_rng(2).choice(len(frame), 30, replace=False)
    frame.loc[some[:20], "Y"] = np.nan
    if len(arms) == 1:
        frame.loc[some[20:], "T"] = np.nan
    frame.loc[(frame["site"] == "s8") & (frame[list(arms)].sum(axis="columns") > 0), "Y"] = np.nan
    return frame


def written(frame):
    frame.to_csv("trial.csv", index=False)
    return frame


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def effects_of(design, frame, asked):
    modifiers = {m.name: m.name for m in design.modifiers}
    frame = frame.assign(**dict.fromkeys(design.products, frame["A"] * frame["B"]))
    return table_of(design, frame, asked, modifiers)


@pytest.mark.parametrize("case", CASES)
def test_python_and_r_give_what_examine_gives(case):
    require_program("Rscript")
    arrows, options, effect, asked = CASES[case]
    design = drawn(arrows, **{"sites": 14} | options)
    frame = written(lacking(complete(design), design.treatments))
    finding = ic.check(design, ("all", "bypass", "product"))[effect]
    effects = effects_of(design, frame, asked)
    compared = 0
    for strategy in finding.strategies:
        expected = estimated(effects, strategy)
        code = finding.code("python", strategy, test="CR2", **asked)
        if isinstance(expected, str):  # site by site a site that lacks one of two arms has no solution
            with pytest.raises(ValueError, match="number of instruments"):
                run(code)
            continue
        left = run(code)
        found = in_r(finding.code("r", strategy, **asked), ["fit_1"])
        if strategy.pooled and len(design.treatments) > 1:
            assert found["estimate"] == pytest.approx([left["estimate"]], rel=1e-8)
            continue
        compared += 1
        assert left["estimate"] == pytest.approx(expected.value, rel=1e-9), strategy
        assert found["estimate"] == pytest.approx([expected.value], rel=1e-8), strategy
        if "few_1" in left and hasattr(strategy, "column"):
            error = left["few_1"].loc[strategy.column, "standard error"]
            assert error == pytest.approx(expected.error("CR2")[0], rel=1e-8), strategy
        if "f_1" in left:
            assert found["fit_1 strength"] == pytest.approx([*left["f_1"]], rel=1e-8), strategy
    assert compared


@pytest.mark.parametrize("language", ["python", "r"])
@pytest.mark.parametrize("options", [{}, {"sites_are": "population"}, {"covariates": ["age"]}])
@pytest.mark.parametrize("effect", ["direct A Y", "itt"])
def test_everything_that_is_printed_is_as_without_these_sites(language, options, effect, capsys):
    """Errors, p values, conditional F and degrees too; one line more names the sites."""
    require_program("Rscript")
    design = drawn(ORIGIN, sites=14)
    code = ic.check(design, "all")[effect].code(language, **options)
    frame = complete(design)
    treated = frame["T"] == 1
    gone = (frame["site"] == "s1") & ~treated | (frame["site"] == "s4") & treated
    rows = frame["site"].isin(["s1", "s4"]) & ~gone
    told = []
    for each in (frame[~gone], frame[~frame["site"].isin(["s1", "s4"])]):
        written(each)
        if language == "r":
            told.append(output_of(code))
        else:
            run(code)
            told.append(capsys.readouterr().out)
    assert told[0] == f"sites that lack an arm or control: s1, s4; {rows.sum()} rows left out\n{told[1]}"


@pytest.mark.parametrize("language", ["python", "r"])
def test_a_site_that_lacks_one_of_two_arms_is_named_and_keeps_the_other(language, capsys):
    require_program("Rscript")
    design = drawn(TWO, sites=14)
    frame = complete(design)
    written(frame[(frame["site"] != "s6") | (frame["T2"] == 0)])
    code = ic.check(design, "all")["direct A Y"].code(language)
    if language == "r":
        told = output_of(code)
    else:
        run(code)
        told = capsys.readouterr().out
    assert told.startswith("sites that lack an arm or control: s6; 0 rows left out\n")


def test_with_equal_clusters_the_conditional_f_is_that_of_examine():
    """Sampling errors are pooled, so that both take one variance; s1 and s4 count for nothing."""
    design = drawn(ORIGIN, sites=14)
    frame = complete(design)
    treated = frame["T"] == 1
    frame = written(frame[~((frame["site"] == "s1") & ~treated | (frame["site"] == "s4") & treated)])
    finding = ic.check(design, "all")["direct A Y"]
    left = run(finding.code("python", cluster="school"))
    evidence = ic.examine(design, table_of(design, frame, {"cluster": "school"}), assume="all")
    expected = [one.conditional for one in evidence["direct A Y"].regression.strengths]
    assert [*left["f_1"][["A", "B"]]] == pytest.approx(
        expected, rel=0.02
    )  # arms differ in variance in examine


@pytest.mark.parametrize(
    ("arrows", "asked", "few"),
    [(ORIGIN, {"covariates": ("age",)}, False), (TWO, {}, True), (ORIGIN, {"cluster": "school"}, False)],
)
def test_the_tests_of_the_scatter_are_those_of_examine(arrows, asked, few):
    require_program("Rscript")
    design = drawn(arrows, sites=14)
    frame = complete(design)
    if few:
        frame = frame.groupby("school").head(2)  # so that sampling errors are pooled
    frame = written(lacking(frame, design.treatments))
    finding = ic.check(design, ("all", "bypass"))["direct A Y"]
    expected = examined(design, frame, "direct A Y", asked)
    left = run(finding.code("python", tests=True, **asked))["tests_1"]
    shown = "for (name in rownames(tests_1)) cat('@', name, tests_1[name, 'df'], format(tests_1[name, 'p'], digits = 9), "
    shown += "'\\n', sep = ';')"
    output = output_of(few_starts(finding.code("r", tests=True, **asked)) + shown)
    in_r = {line.split(";")[1]: line.split(";")[2:4] for line in output.splitlines() if line.startswith("@")}
    for name, test in expected.items():
        assert left.loc[name, "df"] == in_r[name][0] == test.df
        if test.p is None:
            assert np.isnan(left.loc[name, "p value"])
            assert in_r[name][1].strip() == "NA"
            continue
        assert left.loc[name, "p value"] == pytest.approx(test.p, abs=1e-6), name
        assert float(in_r[name][1]) == pytest.approx(test.p, abs=1e-6), name


@pytest.mark.parametrize("empty", ["site", "school"])
def test_a_row_without_a_site_or_cluster_is_an_error_as_for_examine(empty, tmp_path):
    require_program("Rscript")
    design = drawn(ORIGIN, sites=14)
    frame = complete(design)
    frame[empty] = frame[empty].astype(object)
    frame.loc[7, empty] = None
    written(frame)
    finding = ic.check(design, "all")["direct A Y"]
    with pytest.raises(ValueError, match="a row has no site or no school"):
        run(finding.code("python", cluster="school"))
    script = 'source("fit.R", echo = FALSE)'
    (tmp_path / "fit_.R").write_text(finding.code("r", cluster="school"))
    with pytest.raises(AssertionError, match="a row has no site or no school"):
        output_of(finding.code("r", cluster="school") + script)
    with pytest.raises(ic.InvalidDataError, match=f"column '{empty}' is empty in row 8"):
        table_of(design, pd.read_csv("trial.csv"), {"cluster": "school"})
    assert "assert !missing(site_id, school)" in finding.code("stata", cluster="school")


def test_stata_leaves_out_what_python_leaves_out():
    stata = ic.check(drawn(f"{TWO}; T1 -> Y", sites=14), "all")["direct A Y"].code("stata")
    first = stata.index("keep if !missing(Y, A, B, T2, T1)\n")
    share = stata.index("bysort site_id: egen double ic_share = mean(T2 + T1)\n")
    kept = stata.index("keep if ic_share > 0 & ic_share < 1\n")
    assert first < share < kept < stata.index("\npreserve")
    assert 'levelsof site if ic_lacking, clean separate(", ")' in stata
    regressions = re.findall(
        r"keep if T1 == 0\nbysort site_id: egen double ic_share = mean\(T2\)\nkeep if ic_share > 0 & ic_share < 1\n",
        stata,
    )
    assert len(regressions) == 2  # of the strength, and of the regression, which has the rows of T2 alone
    assert "keep if T1" not in ic.check(drawn(TWO, sites=14), "all")["direct A Y"].code("stata")
