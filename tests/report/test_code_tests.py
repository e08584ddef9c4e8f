"""The tests of the scatter of site effects in estimation code: Python and R give the p values of ``examine``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from tests.drawn import drawn
from tests.report.test_code import run
from tests.report.test_code_r import output_of
from tests.tools import require_program

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
}
NAMES = {"heterogeneity at minimum": "heterogeneity"}


def trial(arms: tuple[str, ...], seed: int = 3, sites: int = 24) -> pd.DataFrame:
    """Persons in clusters of sites of unequal sizes and shares; effects differ between sites, and there is a bypass."""
    rng = np.random.default_rng(seed)
    frames = []
    for site in range(sites):
        moved = rng.normal(0.6, 0.6, (len(arms) + 1, 2))
        own = rng.normal(0.4, 0.15, 2)
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


def examined(design, frame, effect, asked):
    """The tests of ``examine`` on the same persons."""
    arms = design.treatments
    label = sum(frame[name] * number for number, name in enumerate(arms, 1))
    treatment = {"treatment": {name: k for k, name in enumerate(arms, 1)}, "arm": "label"}
    table = ic.SiteEffects.from_persons(
        frame.assign(label=label), site="site", nodes={n: n for n in (*design.mediators, "Y")},
        covariates=asked.get("covariates", ()), cluster=asked.get("cluster"),
        weights="sites" if design.weights == "sites" else "persons",
        **(treatment if len(arms) > 1 else {"treatment": arms[0]}),
    )  # fmt: skip
    found = ic.examine(design, table, assume=("all", "bypass"))[effect]
    tests = found.regression.tests
    return {NAMES.get(n, n): test for n, test in tests.items() if n != "heterogeneity"}


@pytest.mark.parametrize("case", CASES)
def test_python_and_r_give_the_p_values_of_examine(case, tmp_path, monkeypatch, capsys):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    arrows, options, effect, asked = CASES[case]
    design = drawn(arrows, **{"sites": 24} | options)
    frame = trial(design.treatments)
    frame.to_csv("trial.csv", index=False)
    finding = ic.check(design, ("all", "bypass"))[effect]
    expected = examined(design, frame, effect, asked)
    left = run(finding.code("python", tests=True, **asked))["tests_1"]
    assert set(left.index) == set(expected)
    for name, test in expected.items():
        assert left.loc[name, "statistic"] == pytest.approx(test.statistic, rel=1e-6), name
        assert left.loc[name, "p value"] == pytest.approx(test.p, abs=1e-6), name
        assert left.loc[name, "df"] == test.df
    shown = 'cat(paste("@", rownames(tests_1), format(tests_1$p, digits = 15), tests_1$df, sep = ";"), sep = "\\n")'
    output = output_of(finding.code("r", tests=True, **asked) + shown)
    found = [line.split(";")[1:] for line in output.splitlines() if line.startswith("@")]
    assert {name for name, _, _ in found} == set(expected)
    for name, p, df in found:
        assert float(p) == pytest.approx(expected[name].p, abs=1e-6), name
        assert df == expected[name].df
    capsys.readouterr()
