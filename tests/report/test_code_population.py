"""Estimation code where the sites are the population: standard errors of trials repeated in them, element by element here."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

import identcheck as ic
from identcheck.cli import main
from identcheck.errors import InvalidQuestionError
from tests.drawn import drawn
from tests.report.test_code import run
from tests.report.test_code_r import output_of
from tests.report.test_code_tests import trial
from tests.tools import require_program

ORIGIN = "T -> {A B} -> Y"
CASES = {
    "one mediator": ("T -> A -> Y", {}, {}, "direct A Y"),
    "two mediators": (ORIGIN, {}, {}, "direct A Y"),
    "an intercept": (f"{ORIGIN}; T -> Y", {}, {}, "direct A Y"),
    "sites weighted alike": (ORIGIN, {"weights": "sites"}, {}, "direct A Y"),
    "clusters": (ORIGIN, {}, {"cluster": "school"}, "direct A Y"),
    "covariates": (ORIGIN, {}, {"covariates": ("age",)}, "direct A Y"),
    "a contrast": (ORIGIN, {}, {}, "itt"),
    "a contrast with covariates": (ORIGIN, {}, {"covariates": ("age",)}, "itt"),
}


def site_by_site(rows, weight, mediators, covariates, intercept):
    """Of each site the contrasts of the columns, the covariance of their sampling error, and the weight."""
    names = [*mediators, "Y"]
    cells = [rows["site"], rows["T"]]
    values = rows[names].copy()
    if covariates:
        inside = rows[[*covariates, *names]] - rows[[*covariates, *names]].groupby(cells).transform("mean")
        slopes = np.linalg.lstsq(inside[list(covariates)], inside[names], rcond=None)[0]
        values -= rows[list(covariates)].to_numpy() @ slopes
    q, v, w = [], [], []
    for _, own in values.groupby(rows["site"]):
        treated = rows.loc[own.index, "T"] == 1
        both = own[treated], own[~treated]
        total = [weight[each.index].sum() for each in both]
        found = both[0].mean().to_numpy() - both[1].mean().to_numpy()
        error = sum(np.atleast_2d(np.cov(each.T)) / len(each) for each in both)
        if intercept:
            found, error = np.append(1.0, found), np.pad(error, ((1, 0), (1, 0)))
        q.append(found), v.append(error), w.append(total[0] * total[1] / sum(total))
    return np.array(q), np.array(v), np.array(w)


def by_elements(q, v, w):
    """Coefficients and errors: each covariance of two elements of A by (11.22), and the slopes of b in A as differences."""
    size = q.shape[1]

    def solved(a):
        return np.linalg.solve(a[:-1, :-1], a[:-1, -1])

    a = np.einsum("k,ki,kj->ij", w, q, q)
    slopes = np.zeros((size - 1, size, size))
    for i, j in product(range(size), repeat=2):
        step = np.zeros_like(a)
        step[i, j] = 1e-6 * abs(a).max()
        slopes[:, i, j] = (solved(a + step) - solved(a - step)) / (2 * step[i, j])
    variance = np.zeros(size - 1)
    for (i, j), (c, d) in product(product(range(size), repeat=2), repeat=2):
        covariance = np.sum(
            w**2 * (
                q[:, i] * q[:, c] * v[:, j, d] + q[:, j] * q[:, d] * v[:, i, c] + q[:, i] * q[:, d] * v[:, j, c]
                + q[:, j] * q[:, c] * v[:, i, d] - v[:, i, c] * v[:, j, d] - v[:, i, d] * v[:, j, c]
            )
        )  # fmt: skip
        variance += slopes[:, i, j] * slopes[:, c, d] * covariance
    return solved(a), np.sqrt(variance)


@pytest.mark.parametrize("case", CASES)
def test_python_and_r_have_the_errors_of_trials_repeated_in_these_sites(case, tmp_path, monkeypatch, capsys):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    arrows, options, asked, effect = CASES[case]
    design = drawn(arrows, **{"sites": 9} | options)
    trial(("T",), sites=9).to_csv("trial.csv", index=False)
    finding = ic.check(design, ("all", "bypass"))[effect]
    code = finding.code("python", sites_are="population", **asked)
    assert "these very sites" in code
    assert "tend to be too small" not in code
    left = run(code)
    few, rows = left["few_1"], left["rows"]

    columns = list(few.index)
    intercept = columns[0] == "T"
    mediators = columns[1:] if intercept else columns
    weight = rows.get("weight", rows["Y"] * 0 + 1)
    q, v, w = site_by_site(rows, weight, mediators, asked.get("covariates", ()), intercept)
    values, errors = by_elements(q, v, w)
    assert list(few["estimate"]) == pytest.approx(list(values), rel=0.02 if asked.get("covariates") else 1e-7)
    assert list(few["standard error"]) == pytest.approx(
        list(errors), rel=0.02 if asked.get("covariates") else 1e-5
    )
    df = len(rows) - 2 * 9 - len(asked.get("covariates", ()))
    assert list(few["df"]) == [df] * len(few)
    last = few.iloc[-1]
    assert last["p"] == pytest.approx(
        2 * stats.t.sf(abs(last["estimate"] / last["standard error"]), df), rel=1e-9
    )
    assert f"p value: {few.loc['A' if effect != 'itt' else 'T', 'p']}" in capsys.readouterr().out

    shown = "cat('@', format(t(few_1), digits = 15), sep = ';')"
    found = output_of(finding.code("r", sites_are="population", **asked) + shown).split("@")[1].split(";")[1:]
    assert [float(value) for value in found] == pytest.approx(list(few.to_numpy().ravel()), rel=1e-7)


@pytest.mark.parametrize(
    ("arrows", "arms", "effect", "language"),
    [
        (ORIGIN, "T", "direct A Y", "stata"),
        ("{T1 T2} -> {A B} -> Y", ["T1", "T2"], "direct A Y", "python"),
        ("T -> A -> B -> Y; A -> Y", "T", "path A B Y", "r"),
    ],
)
def test_what_is_not_done_is_said(arrows, arms, effect, language):
    finding = ic.check(drawn(arrows, sites=9, treatment=arms), "all")[effect]
    code = finding.code(language, sites_are="population")
    assert "NOT DONE HERE" in code
    assert "NOT DONE HERE" not in finding.code(language)


def test_a_word_that_it_is_not():
    finding = ic.check(drawn(ORIGIN, sites=9), "all")["direct A Y"]
    with pytest.raises(InvalidQuestionError, match="sites_are is 'all'"):
        finding.code("r", sites_are="all")


DATA = """
graph = "T -> {A B} -> Y"
treatment = "T"
outcome = "Y"
sites = 9

[data]
site = "clinic"
treatment = { T = "offered" }
arm = "group"
nodes = { A = "visits made", Y = "bp" }
covariates = ["age"]
cluster = "school"
weights = "sites"

[plan]
sites = 9
sites_are = "population"
"""


def test_the_command_takes_columns_and_the_sites_from_the_file(tmp_path, monkeypatch):
    """The numbers are those of the same data under the names of the design; options go before the file."""
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trial.toml").write_text(DATA, encoding="utf-8")
    frame = trial(("T",), sites=9)
    frame["Z"] = frame["B"]  # what a column is called that no node has
    named = {"site": "clinic", "A": "visits made", "Y": "bp"}
    group = frame["T"].map({0: "control", 1: "offered"})
    frame.rename(columns=named).drop(columns="T").assign(group=group).to_csv("named.csv", index=False)
    frame.to_csv("trial.csv", index=False)

    asked = ["code", "trial.toml", "-a", "all", "-t", "direct A Y", "--data", "named.csv"]
    python, r = (CliRunner().invoke(main, [*asked, "-l", language]) for language in ("python", "r"))
    assert python.exit_code == r.exit_code == 0
    assert "[data] has weights 'sites'" in python.stderr
    assert "in the data where 'group' is 'offered'" in " ".join(python.stdout.replace("#", "").split())
    finding = ic.check(ic.load("trial.toml"), "all")["direct A Y"]
    own = {"covariates": ["age"], "cluster": "school", "sites_are": "population"}
    expected = run(finding.code("python", **own))["few_1"]
    found = run(python.stdout)["few_1"]
    assert found.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-12)
    shown = output_of(r.stdout + "cat('@', format(few_1['A', ], digits = 15), sep = ';')").split("@")[1]
    assert [float(x) for x in shown.split(";")[1:]] == pytest.approx(list(expected.loc["A"]), rel=1e-8)

    other = CliRunner().invoke(main, [*asked, "-l", "python", "--cluster", "town", "--covariate", "Z"])
    assert '"town"' in other.stdout
    assert '"school"' not in other.stdout
    assert '"age"' not in other.stdout


@pytest.mark.parametrize("language", ["python", "r", "stata"])
def test_columns_that_are_not_to_be_had(language):
    finding = ic.check(drawn(ORIGIN, sites=9), "all")["direct A Y"]
    wrong = {"M": "m", "A": 'a"; drop', "B": ("b", 1), "T": ("arm", '"')}
    with pytest.raises(InvalidQuestionError) as told:
        finding.code(language, columns=wrong)
    said = str(told.value)
    assert "'M' is nothing in the design" in said
    assert "the column of 'A'" in said
    assert "'B' is no arm" in said
    assert "the value of 'T'" in said


def test_stata_renames_and_a_table_of_sites_is_no_table_of_persons(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = ic.check(drawn(ORIGIN, sites=9), "all")["direct A Y"].code(
        "stata", columns={"A": "visits", "Y": "A", "T": ("group", 2)}
    )
    assert "generate byte T = group == 2 if !missing(group)\nrename (visits A) (A Y)" in code

    table = '[data]\nsite = "clinic"\neffects = { A = ["a", "a_se"] }\n'
    (tmp_path / "trial.toml").write_text(DATA[: DATA.index("[data]")] + table, encoding="utf-8")
    done = CliRunner().invoke(main, ["code", "trial.toml", "-l", "stata", "-t", "itt"])
    assert "code reads persons' data" in " ".join(done.stderr.split())
    assert "clinic" not in done.stdout


@pytest.mark.parametrize(
    ("design", "data", "told"),
    [("precision", "persons", False), ("persons", "persons", False), ("sites", "persons", True), ("sites", "sites", False)],
)  # fmt: skip
def test_weights_of_the_data_are_told_where_examine_would_weigh_otherwise(
    design, data, told, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    text = DATA.replace('weights = "sites"', f'weights = "{data}"')
    (tmp_path / "trial.toml").write_text(f'weights = "{design}"\n{text}', encoding="utf-8")
    code = CliRunner().invoke(main, ["code", "trial.toml", "-l", "r", "-a", "all", "-t", "direct A Y"])
    assert code.exit_code == 0, code.output
    assert ("which is for examine" in code.stderr) == told
