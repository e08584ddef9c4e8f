"""The tests of the scatter of site effects in estimation code: Python and R give the p values of ``examine``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from tests.drawn import drawn
from tests.report.code_data import persons
from tests.report.test_code import run
from tests.report.test_code_r import output_of
from tests.report.test_code_strength import FAMILY, result_of
from tests.tools import REPOSITORY, often, require_program

ORIGIN = "T -> {A B} -> Y"
TWO = "{T1 T2} -> {A B} -> Y"
CASES = {
    "one arm, two mediators": (ORIGIN, {}, "direct A Y", {}),
    "one arm, one mediator": ("T -> A -> Y", {}, "direct A Y", {}),
    "sites weighted alike": (ORIGIN, {"weights": "sites"}, "direct A Y", {}),
    "an intercept": (f"{ORIGIN}; T -> Y", {}, "direct A Y", {}),
    "two arms": (TWO, {}, "direct A Y", {}),
    "more arms than mediators": ("{T1 T2} -> A -> Y", {}, "direct A Y", {}),
    "one of two arms has an intercept": (f"{TWO}; T1 -> Y", {}, "direct A Y", {}),
    "covariates": (ORIGIN, {}, "direct A Y", {"covariates": ("age", "town")}),
    "clusters": (ORIGIN, {}, "direct A Y", {"cluster": "school"}),
    "clusters and covariates": (TWO, {}, "direct A Y", {"cluster": "school", "covariates": ("age",)}),
    "clusters, persons alike": (
        ORIGIN,
        {"weights": "persons"},
        "direct A Y",
        {"cluster": "school", "covariates": ("age",)},
    ),
    "persons weighted alike": (ORIGIN, {"weights": "persons"}, "direct A Y", {}),
    "few persons": (TWO, {}, "direct A Y", {}),
}
NAMES = {"heterogeneity at minimum": "heterogeneity"}


def trial(arms: tuple[str, ...], seed: int = 3, sites: int = 14) -> pd.DataFrame:
    """Persons in clusters of sites of unequal sizes and shares; effects differ between sites, and there is a bypass."""
    rng = np.random.default_rng(seed)
    frames = []
    for site in range(sites):
        moved = rng.normal(0.6, 0.6, (len(arms) + 1, 2))
        own = rng.normal(0.4, 0.03, 2)
        moved[0] = 0
        for school in range(3 * (len(arms) + 1)):
            size, arm = int(rng.integers(8, 20)), school % (len(arms) + 1)
            noise, age = rng.normal(0, 1, (size, 3)), rng.normal(0, 1, size)
            level = rng.normal(0, 0.3, 3)
            a, b = (moved[arm][k] + noise[:, k] + 0.3 * age + level[k] for k in (0, 1))
            y = own[0] * a + own[1] * b + 0.1 * (arm > 0) + noise[:, 2] + 0.5 * age + level[2]
            frame = pd.DataFrame({"site": f"s{site}", "A": a, "B": b, "Y": y, "age": age})
            frame["school"], frame["town"] = 100 * site + school, rng.normal(0, 1, size)
            for number, name in enumerate(arms, 1):
                frame[name] = int(arm == number)
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def table_of(design, frame, asked, modifiers=None):
    """The site effects of the same persons."""
    arms = design.treatments
    label = sum(frame[name] * number for number, name in enumerate(arms, 1))
    treatment = {"treatment": {name: k for k, name in enumerate(arms, 1)}, "arm": "label"}
    return ic.SiteEffects.from_persons(
        frame.assign(label=label), site="site", nodes={n: n for n in (*design.mediators, "Y")}, modifiers=modifiers,
        covariates=asked.get("covariates", ()), cluster=asked.get("cluster"),
        weights="sites" if design.weights == "sites" else "persons",
        **(treatment if len(arms) > 1 else {"treatment": arms[0]}),
    )  # fmt: skip


def examined(design, frame, effect, asked):
    """The tests of ``examine``."""
    found = ic.examine(design, table_of(design, frame, asked), assume=("all", "bypass"))[effect]
    tests = found.regression.tests
    return {NAMES.get(n, n): test for n, test in tests.items() if n != "heterogeneity"}


def few_starts(code: str) -> str:
    """The code with fewer random starts of its search for the least heterogeneity."""
    assert "lapply(1:12," in code
    return code.replace("lapply(1:12,", f"lapply(1:{often(3, 12)},")


@pytest.mark.parametrize("case", CASES)
def test_python_and_r_give_the_p_values_of_examine(case, tmp_path, monkeypatch, capsys):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    arrows, options, effect, asked = CASES[case]
    design = drawn(arrows, **{"sites": 14} | options)
    frame = trial(design.treatments)
    if case == "few persons":
        frame = frame.groupby("school").head(2)  # so that sampling errors are pooled
    frame.to_csv("trial.csv", index=False)
    finding = ic.check(design, ("all", "bypass"))[effect]
    expected = examined(design, frame, effect, asked)
    left = run(finding.code("python", tests=True, **asked))["tests_1"]
    assert set(left.index) == set(expected)
    for name, test in expected.items():
        assert left.loc[name, "statistic"] == pytest.approx(test.statistic, rel=1e-6), name
        assert left.loc[name, "p value"] == pytest.approx(test.p, abs=1e-6), name
        assert left.loc[name, "df"] == test.df
    shown = "for (name in rownames(tests_1)) cat('@', name, format(unlist(tests_1[name, c('statistic', 'p')]), digits = 15), "
    shown += "tests_1[name, 'df'], '\\n', sep = ';')"
    output = output_of(few_starts(finding.code("r", tests=True, **asked)) + shown)
    found = [line.split(";")[1:6] for line in output.splitlines() if line.startswith("@")]
    assert {name for name, *_ in found} == set(expected)
    for name, statistic, p, df, _ in found:
        assert float(statistic) == pytest.approx(expected[name].statistic, rel=1e-6), name
        assert float(p) == pytest.approx(expected[name].p, abs=1e-6), name
        assert df == expected[name].df
    capsys.readouterr()


@pytest.mark.parametrize("sites", [4, 6])
@pytest.mark.parametrize("moved", [True, False])
def test_what_the_data_do_not_determine_has_no_p_value(moved, sites, tmp_path, monkeypatch, capsys):
    """Four sites leave the curvature of two mediators no degrees of freedom; compliances that are noise allow no test."""
    monkeypatch.chdir(tmp_path)
    design = drawn(ORIGIN, sites=sites)
    frame = trial(design.treatments, sites=sites)
    if not moved:
        frame[["A", "B"]] = np.random.default_rng(5).normal(0, 1, (len(frame), 2))
    frame.to_csv("trial.csv", index=False)
    code = ic.check(design, "all")["direct A Y"].code("python", tests=True)
    left = run(code)["tests_1"]["p value"]
    expected = examined(design, frame, "direct A Y", {})
    for name, test in expected.items():
        assert np.isnan(left[name]) if test.p is None else left[name] == pytest.approx(test.p, abs=1e-6)
    assert (expected["curvature"].p is None) is (sites == 4 or not moved)
    capsys.readouterr()


@pytest.mark.parametrize("language", ["python", "r", "stata"])
def test_each_test_says_what_it_speaks_against(language):
    design = drawn("T -> A -> Y", sites=14)
    finding = ic.check(design, ("vi", "vii", "ix", "everywhere"))["direct A Y"]
    code = finding.code(language, tests=True)
    for words in (
        "Intercept: speaks against exclusion (ii), or a bypass",
        "Curvature: speaks against (vii), effects unrelated to compliances",
        "Heterogeneity: speaks against one effect for all sites, whatever it is; not (vii).",
        "Pooled: speaks against (vii)",
    ):
        assert words in code
    assert finding.code(language) == code[: len(finding.code(language))]
    itt = ic.check(design, "all")["itt"].code(language, tests=True)
    assert "No tests of the scatter of site effects" in itt
    assert "scatter_tests" not in itt


def test_the_command_has_them():
    path = REPOSITORY / "examples" / "moving_to_opportunity.toml"
    for more in ((), ("--strategy", "1")):
        asked = ["code", str(path), "-l", "r", "-t", "direct NP Y", "-a", "all", "--tests", *more]
        made = CliRunner().invoke(main, asked)
        assert made.exit_code == 0, made.output
        assert "scatter_tests <- function" in made.output


def test_scripts_for_several_effects_with_draws_have_them(tmp_path, monkeypatch, capsys):
    """Tests of every regression over sites, after the table; Python and R agree, and Stata reads the data anew."""
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    result = result_of()
    persons(result.design, {node: node for node in result.design.graph}).to_csv("trial.csv", index=False)
    left = run(result.code("python", FAMILY, tests=True))
    capsys.readouterr()
    names = sorted(name for name in left if name.startswith("tests_"))
    assert names
    code = few_starts(result.code("r", FAMILY, tests=True)).replace("999", "3")
    shown = "".join(f"cat('@', format({name}$p, digits = 15), '\\n', sep = ';')\n" for name in names)
    lines = [line.split(";")[1:-1] for line in output_of(code + shown).splitlines() if line.startswith("@")]
    for name, found in zip(names, lines, strict=True):
        wanted = left[name]["p value"].to_numpy(dtype=float)
        assert [float(p) for p in found] == pytest.approx(wanted, abs=1e-6, nan_ok=True)
    stata = result.code("stata", FAMILY, tests=True)
    after = stata[stata.index("Tests of what the regressions rest on") :]
    assert "import delimited" in after
    assert after.count("mata: ic_tests(") == len(names)
