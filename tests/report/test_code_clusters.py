"""Estimation code for clusters and covariates: it runs, and gives what the trial's own sums and the closed forms give."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.errors import InvalidQuestionError
from tests.drawn import drawn
from tests.report.test_code import run
from tests.report.test_code_r import by_fit, in_r
from tests.tools import often, require_program

SCHOOLS = drawn("T -> {A B} -> Y", sites=12, words={"site": "district", "assigned": "school"})
ASKED = {"covariates": ["pretest", "town"], "cluster": "school"}


def districts(seed: int = 1, sites: int = 12, schools: int = 8, pupils: int = 15) -> pd.DataFrame:
    """Pupils of schools, half of which are treated; a pretest of pupils and a characteristic of schools explain the outcome."""
    rng = np.random.default_rng(seed)
    rows = []
    for district in range(sites):
        moved, level = rng.normal(0.5, 0.4, 2), rng.normal(0, 1)
        for school in range(schools):
            treated = school % 2
            own, town = rng.normal(0, 0.4, 3), rng.normal() + level
            pretest = rng.normal(0, 1, pupils) + 0.5 * rng.normal() + level
            noise = rng.normal(0, 1, (3, pupils))
            a = moved[0] * treated + own[0] + noise[0] + 0.3 * pretest
            b = moved[1] * treated + own[1] + noise[1]
            y = 0.3 * a + 0.2 * b + own[2] + 0.6 * town + 0.8 * pretest + noise[2]
            rows.append(
                pd.DataFrame(
                    {
                        "site": district,
                        "school": school,
                        "T": treated,
                        "A": a,
                        "B": b,
                        "Y": y,
                        "pretest": pretest,
                    }
                ).assign(town=town)
            )
    return pd.concat(rows, ignore_index=True)


def by_hand(frame: pd.DataFrame, covariates: list[str], nodes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of two-stage least squares among means of schools, and errors robust to clustering by district."""
    means = frame.groupby(["site", "school"]).mean().reset_index()
    sites = pd.get_dummies(means["site"]).to_numpy(float)
    beside = np.column_stack([sites, means[covariates]]) if covariates else sites
    z = np.column_stack([beside, sites * means[["T"]].to_numpy()])
    x = np.column_stack([beside, means[nodes[:-1]]])
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    bread = np.linalg.inv(fitted.T @ fitted)
    found = bread @ fitted.T @ means[nodes[-1]].to_numpy()
    left = means[nodes[-1]].to_numpy() - x @ found
    scores = np.array(
        [(fitted * left[:, None])[means["site"] == s].sum(axis=0) for s in means["site"].unique()]
    )
    count, columns, groups = len(x), x.shape[1], len(scores)
    scale = (count - 1) / (count - columns) * groups / (groups - 1)
    errors = np.sqrt(scale * np.diag(bread @ (scores.T @ scores) @ bread))
    kept = len(nodes) - 1
    return found[-kept:], errors[-kept:]


@pytest.mark.parametrize("covariates", [[], ["pretest"], ["pretest", "town"]])
def test_python_gives_the_regression_of_means_of_clusters(covariates, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    frame = districts()
    frame.to_csv("trial.csv", index=False)
    finding = ic.check(SCHOOLS, "all")[ic.direct("A", "Y")]
    left = run(finding.code("python", covariates=covariates, cluster="school"))
    found, errors = by_hand(frame, covariates, ["A", "B", "Y"])
    assert left["fit_1"].params[["A", "B"]].to_numpy() == pytest.approx(found)
    assert left["fit_1"].std_errors[["A", "B"]].to_numpy() == pytest.approx(errors)
    capsys.readouterr()


CASES = {
    "origin": ("T -> {A B} -> Y", {}, ic.direct("A", "Y")),
    "weights": ("T -> {A B} -> Y", {"weights": "sites"}, ic.direct("A", "Y")),
    "persons": ("T -> {A B} -> Y", {"weights": "persons"}, ic.direct("A", "Y")),
    "contrast": ("T -> {A B} -> Y", {"average": "persons"}, ic.itt()),
    "intercept": ("T -> {A B} -> Y; T -> Y", {}, ic.direct("B", "Y")),
    "site by site": ("T -> A -> Y", {"average": "persons"}, ic.total("A", "Y")),
    "one site": ("T -> A -> Y", {"sites": 1}, ic.total("A", "Y")),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("asked", [ASKED, {"covariates": ["pretest"]}, {"cluster": "school"}])
def test_r_gives_what_python_gives(case, asked, tmp_path, monkeypatch, capsys):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    arrows, options, estimand = CASES[case]
    design = drawn(arrows, **{"sites": 12} | options)
    frame = districts().query("school != 5 or site % 3")  # districts of different sizes and shares treated
    frame = frame[(frame["school"] != 2) | (np.arange(len(frame)) % 4 > 0)]  # and schools of different sizes
    frame.assign(school=frame["school"] + 100 * frame["site"]).to_csv("trial.csv", index=False)
    finding = ic.check(design, ("all", "bypass"))[estimand]
    for strategy in finding.strategies[:3]:
        left = run(finding.code("python", strategy, **asked))
        found = in_r(finding.code("r", strategy, **asked), sorted(n for n in left if n in ("fit_1", "fit_2")))
        assert np.isclose(found["estimate"][0], left["estimate"], rtol=1e-6), strategy
        for name, columns, errors, strengths in by_fit(left):
            own = [column for column in columns if column not in ("pretest", "town")]
            taken = slice(len(columns) - len(own), None)
            assert np.allclose(found[name][-len(own) :], left[name].params[own], rtol=1e-6)
            assert np.allclose(found[f"{name} errors"][-len(own) :], np.asarray(errors)[taken], rtol=1e-6)
            assert np.allclose(found[f"{name} strength"], strengths, rtol=1e-5)
    capsys.readouterr()


def unlike(frame: pd.DataFrame) -> pd.DataFrame:
    """Districts with four to eight schools, as many treated as not, of 4 to 15 pupils."""
    gone = (frame["site"] % 3 == 1) & frame["school"].isin([4, 5]) | (frame["site"] == 2) & (
        frame["school"] > 3
    )
    frame = frame[~gone]
    return frame[
        frame.groupby(["site", "school"]).cumcount() < 4 + (5 * frame["school"] + frame["site"]) % 12
    ]


@pytest.mark.parametrize("case", ["origin", "weights", "persons", "contrast", "intercept", "site by site"])
def test_it_is_what_examine_finds(case, tmp_path, monkeypatch, capsys):
    """Of schools of unlike sizes: the estimate, its CR2 error, and where schools count alike the conditional F."""
    monkeypatch.chdir(tmp_path)
    arrows, options, estimand = CASES[case]
    design = drawn(arrows, **{"sites": 12} | options)
    frame = unlike(districts())
    frame.to_csv("trial.csv", index=False)
    finding = ic.check(design, ("all", "bypass"))[estimand]
    left = run(finding.code("python", cluster="school", test="CR2"))
    effects = ic.SiteEffects.from_persons(
        frame, site="site", treatment="T", nodes={n: n for n in (*design.mediators, "Y")}, cluster="school",
        weights="sites" if design.weights == "sites" else "persons",
    )  # fmt: skip
    found = ic.examine(design, effects, assume=("all", "bypass"))[estimand]
    assert left["estimate"] == pytest.approx(next(iter(found.estimates.values())).value, rel=1e-9)
    if "few_1" in left:
        error = left["few_1"].loc[estimand.nodes[0], "standard error"]
        assert found.own.error("CR2")[0] == pytest.approx(error, rel=1e-9)
    if case == "origin":
        by_examine = {one.node: one.conditional for one in found.regression.strengths}
        # arms have a variance each there, and one in two-stage least squares
        assert [by_examine[node] for node in "AB"] == pytest.approx(
            left["f_1"][["A", "B"]].to_list(), rel=0.02
        )
    capsys.readouterr()


def test_many_trials_are_as_the_plan_says(tmp_path, monkeypatch, capsys):
    """Many trials of 12 districts: the SD of what the code gives, and its conditional F, beside the closed forms."""
    monkeypatch.chdir(tmp_path)
    between, within = 0.4**2 + 0.6**2, 1.0  # of the outcome's own disturbance, without the pretest
    variance = between + within
    plan = ic.Plan(
        sites=12,
        clusters=8,
        persons_per_cluster=15,
        arrows={
            "T -> {A B}": ic.Arrow(0.5, 0.4, 0.0),
            "A -> Y": ic.Arrow(0.3, 0.0, 0.0),
            "B -> Y": ic.Arrow(0.2, 0.0, 0.0),
        },
        residuals={"A": 1.16**0.5, "B": 1.16**0.5, "Y": variance**0.5},
        icc={"A": 0.16 / 1.16, "B": 0.16 / 1.16, "Y": between / variance},
        r2={"Y": {"persons": 0.0, "clusters": 0.36 / between}},
        confounding={"A ~ Y": 0.0, "B ~ Y": 0.0, "A ~ B": 0.0},
    )
    closed = ic.diagnose(SCHOOLS, plan)
    code = ic.check(SCHOOLS, "all")[ic.direct("A", "Y")].code("python", **ASKED)
    estimates, strengths = [], []
    count = often(40, 100)
    for seed in range(count):
        districts(seed + 10).to_csv("trial.csv", index=False)
        left = run(code)
        estimates.append(left["estimate"])
        strengths.append(left["f_1"]["A"])
    capsys.readouterr()
    assert np.mean(estimates) == pytest.approx(0.3, abs=4 * np.std(estimates) / count**0.5)
    assert np.std(estimates) == pytest.approx(
        closed[ic.direct("A", "Y")].se, rel=0.25
    )  # 7% of Monte Carlo error, 11% in 40 trials
    expected = next(s.conditional for s in closed.instruments[0].strengths if s.regressor == "A")
    assert np.mean(strengths) == pytest.approx(expected, rel=0.15)


def test_stata_has_means_and_centred_covariates():
    code = ic.check(SCHOOLS, "all")[ic.direct("A", "Y")].code("stata", **ASKED)
    assert "collapse (mean) Y A B T pretest town (sum) ic_size, by(site_id school)" in code
    assert "bysort site_id: egen double ic_mean = mean(`name')" in code
    assert "ivregress 2sls Y pretest town i.site_id" in code
    assert "vce(cluster site_id) small" in code


@pytest.mark.parametrize("language", ["python", "r", "stata"])
def test_comments_say_what_covariates_and_clusters_are_for(language):
    code = " ".join(ic.check(SCHOOLS)[ic.direct("A", "Y")].code(language, **ASKED).split())
    for sign in "#*":
        code = code.replace(f" {sign} ", " ")
    assert "with slopes common to all sites" in code
    assert "each cluster counts once" in code
    assert "it uses no multiple imputation" in code


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"covariates": ["B"]}, "'B' is a mediator of the design, and no covariate"),
        ({"covariates": ["x", "x"]}, "name a column twice"),
        ({"covariates": [3]}, "3 is no name of a column"),
        ({"cluster": "site"}, "'site' is a column that the code uses for something else"),
    ],
)
def test_columns_that_cannot_be_covariates_are_refused(asked, problem):
    with pytest.raises(InvalidQuestionError, match=problem):
        ic.check(SCHOOLS)[ic.direct("A", "Y")].code("python", **asked)


def test_clusters_of_persons_assigned_differently_are_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    frame = districts()
    frame.loc[0, "T"] = 1 - frame.loc[0, "T"]
    frame.to_csv("trial.csv", index=False)
    with pytest.raises(ValueError, match="assigned differently"):
        run(ic.check(SCHOOLS)[ic.direct("A", "Y")].code("python", cluster="school"))
    capsys.readouterr()


@pytest.mark.parametrize("language", ["python", "r", "stata"])
def test_without_a_column_of_what_is_assigned_the_code_says_what_that_does(language: str) -> None:
    """The F of persons assigned one by one is several times too large, and a rule would pass by it."""
    words = {"person": "pupil", "site": "district", "assigned": "school"}
    design = drawn("T -> {M1 M2} -> Y", words=words)
    found = ic.check(design, "all")["direct M1 Y"]
    text = " ".join(re.sub(r"\n(#|\*)", " ", found.code(language)).split())
    assert (
        "NOT DONE HERE: schools are assigned, and this code names no column of the schools of pupils" in text
    )
    assert "no effect passes a rule by it" in text
    assert "NOT DONE" not in found.code(language, cluster="school")
    plain = ic.check(drawn("T -> {M1 M2} -> Y"), "all")["direct M1 Y"].code(language)
    assert "NOT DONE" not in plain
