"""Tests for few sites in estimation code: CR2, CR3 and the wild bootstrap, worked out here with whole matrices of persons."""

from __future__ import annotations

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
from tests.report.test_code_tests import table_of, trial
from tests.tools import require_program

ORIGIN = "T -> {A B} -> Y"
CASES = {
    "one mediator": ("T -> A -> Y", {}, {}),
    "two mediators": (ORIGIN, {}, {}),
    "an intercept": (f"{ORIGIN}; T -> Y", {}, {}),
    "two arms": ("{T1 T2} -> {A B} -> Y", {}, {}),
    "sites weighted alike": (ORIGIN, {"weights": "sites"}, {}),
    "clusters": (ORIGIN, {}, {"cluster": "school"}),
    "covariates": (ORIGIN, {}, {"covariates": ("age",)}),
}


def power_of(matrix, power):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**power) @ vectors.T


def by_hand(fit, names, kind):
    """Errors, degrees and p values from hat matrices over all persons of a site, site effects and all.

    ``fit`` is what linearmodels gives: only its columns, weights and coefficients are taken.
    """
    root = np.sqrt(fit.model.weights.ndarray)
    z = np.hstack([fit.model.exog.ndarray, fit.model.instruments.ndarray]) * root
    columns = np.hstack([fit.model.exog.ndarray, fit.model.endog.ndarray]) * root
    x = z @ np.linalg.pinv(z) @ columns
    left = fit.wresids.to_numpy()
    site = fit.cov_config["clusters"]
    whole = np.linalg.pinv(x)  # (columns, persons)
    annihilator = np.eye(len(x)) - x @ whole
    sites = np.unique(site)
    # the block of a site is singular along the site's own effect, of which the part of a coefficient has nothing
    damped = {}
    for s in sites:
        block = annihilator[np.ix_(site == s, site == s)]
        values, vectors = np.linalg.eigh(block)
        some = values > 1e-9
        damped[s] = (
            vectors[:, some] @ np.diag(values[some] ** (-0.5 if kind == "CR2" else -1.0)) @ vectors[:, some].T
        )
        half = vectors[:, some] @ np.diag(values[some] ** -0.5) @ vectors[:, some].T
        damped[s] = damped[s], half
    named = [*fit.model.exog.cols, *fit.model.endog.cols]
    found = {}
    for name in names:
        row = whole[named.index(name)]
        adds = [row[site == s] @ damped[s][0] @ left[site == s] for s in sites]
        a = np.zeros((len(sites), len(x)))
        for i, s in enumerate(sites):
            a[i, site == s] = row[site == s] @ damped[s][1]
        g = a @ annihilator @ a.T
        df = np.trace(g) ** 2 / np.trace(g @ g)
        se = np.sqrt(np.sum(np.square(adds)) * (1 if kind == "CR2" else (len(sites) - 1) / len(sites)))
        found[name] = se, df, 2 * stats.t.sf(abs(fit.params[name] / se), df)
    return found


def made(case, sites=7):
    arrows, options, asked = CASES[case]
    design = drawn(arrows, **{"sites": sites} | options)
    frame = trial(design.treatments, sites=sites)
    frame.to_csv("trial.csv", index=False)
    return ic.check(design, ("all", "bypass"))["direct A Y"], frame, asked


@pytest.mark.parametrize(
    ("case", "kind"), [*((case, "CR2") for case in CASES), ("two mediators", "CR3"), ("two arms", "CR3")]
)
def test_python_and_r_have_the_errors_of_whole_matrices_and_of_examine(
    case, kind, tmp_path, monkeypatch, capsys
):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    finding, frame, asked = made(case)
    code = finding.code("python", test=kind, **asked)
    assert "Satterthwaite" in code
    left = run(code)
    few, fit = left["few_1"], left["fit_1"]
    expected = by_hand(fit, few.index, kind)
    for name, (se, df, p) in expected.items():
        assert few.loc[name, "standard error"] == pytest.approx(se, rel=1e-8)
        assert few.loc[name, "df"] == pytest.approx(df, rel=1e-6)
        assert few.loc[name, "p"] == pytest.approx(p, rel=1e-6)
    assert f"p value: {few.loc['A', 'p']}" in capsys.readouterr().out
    if case not in ("covariates", "clusters"):
        own = ic.examine(finding.design, table_of(finding.design, frame, asked), assume=("all", "bypass"))[
            "direct A Y"
        ].own
        assert fit.params["A"] == pytest.approx(own.value, rel=1e-7)
        assert few.loc["A", "df"] == pytest.approx(own.df, rel=1e-5)
        half = (own.interval[1] - own.interval[0]) / 2  # below 60 sites that of CR2
        error = half / stats.t.ppf(0.975, own.df) if kind == "CR2" else own.se
        assert few.loc["A", "standard error"] == pytest.approx(error, rel=1e-5)
    shown = "cat('@', format(few_1['A', ], digits = 15), sep = ';')"
    found = output_of(finding.code("r", test=kind, **asked) + shown).split("@")[1].split(";")[1:]
    assert [float(value) for value in found] == pytest.approx(list(few.loc["A"]), rel=1e-6)


def bootstrapped(fit, name, draws=4000, seed=8):
    """The restricted wild bootstrap by running two-stage least squares again on made-up outcomes of persons."""
    root = np.sqrt(fit.model.weights.ndarray)
    z = np.hstack([fit.model.exog.ndarray, fit.model.instruments.ndarray]) * root
    x = z @ np.linalg.pinv(z) @ (np.hstack([fit.model.exog.ndarray, fit.model.endog.ndarray]) * root)
    named = [*fit.model.exog.cols, *fit.model.endog.cols]
    k = named.index(name)
    others = np.delete(x, k, axis=1)
    y = (
        x @ fit.params.to_numpy() + fit.wresids.to_numpy()
    )  # what is left after the fitted values of the second stage
    null = others @ (np.linalg.pinv(others) @ y)
    site = np.unique(fit.cov_config["clusters"], return_inverse=True)[1]
    whole = np.linalg.pinv(x)

    def t(outcomes):
        b = outcomes @ whole.T
        errors = outcomes - b @ x.T
        adds = np.stack(
            [(errors * whole[k])[:, site == s].sum(axis=1) for s in range(site.max() + 1)], axis=1
        )
        return abs(b[:, k]) / np.sqrt((adds**2).sum(axis=1))

    webb = np.array([-np.sqrt(1.5), -1, -np.sqrt(0.5), np.sqrt(0.5), 1, np.sqrt(1.5)])
    signs = np.random.default_rng(seed).choice(webb, (draws, site.max() + 1))
    return (t(null + signs[:, site] * (y - null)) >= t(y[None])).mean()


@pytest.mark.parametrize("case", ["one mediator", "two arms"])
def test_the_bootstrap_is_that_of_regressions_run_again(case, tmp_path, monkeypatch, capsys):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    finding, frame, asked = made(case, sites=8)
    frame["Y"] += 0.6 * trial(finding.design.treatments, seed=5, sites=8)["Y"]  # so that p is no zero
    frame.to_csv("trial.csv", index=False)
    left = run(finding.code("python", test="bootstrap", **asked))
    few = left["few_1"]
    shown = "cat('@', few_1[, 'p'], sep = ';')"
    in_r = output_of(finding.code("r", test="bootstrap", **asked) + shown).split("@")[1].split(";")[1:]
    for at, name in enumerate(few.index):
        p = bootstrapped(left["fit_1"], name)
        near = 4 * np.sqrt(max(p * (1 - p), 0.001) * (1 / 999 + 1 / 4000))
        assert few.loc[name, "p"] == pytest.approx(p, abs=near)
        assert float(in_r[at]) == pytest.approx(p, abs=near)
    capsys.readouterr()


def test_several_effects_with_a_contrast_and_a_sum_of_products(tmp_path, monkeypatch, capsys):
    """Contrasts keep plain tests, sums of products their bootstrap."""
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    design = drawn("T -> A -> B -> Y; A -> Y; T -> B", sites=9)
    trial(design.treatments, sites=9).to_csv("trial.csv", index=False)
    result = ic.check(design, "all")
    effects = ["itt", "direct B Y", "total A Y"]
    left = run(result.code("python", effects, test="CR2"))
    shown = left["results"].set_index("effect")["p value"]
    assert "few_1" not in left  # of the contrast
    assert shown["direct(B, Y)"] == pytest.approx(left["few_2"].loc["B", "p"])
    degrees = stats.t.sf(abs(left["fit_1"].tstats["T"]), 8)
    assert shown["itt()"] == pytest.approx(2 * degrees)
    capsys.readouterr()
    lines = output_of(result.code("r", effects, test="CR2")).splitlines()
    own = [line.split() for line in lines if line.strip().startswith("direct(B,")]
    assert float(own[-1][3]) == pytest.approx(shown["direct(B, Y)"], rel=1e-3)


def test_stata_says_what_it_does_not_do():
    finding = ic.check(drawn(ORIGIN, sites=9), "all")["direct A Y"]
    assert "NOT DONE HERE" in finding.code("stata", test="CR2")
    assert "NOT DONE HERE" not in finding.code("stata")
    with pytest.raises(InvalidQuestionError, match="CR2"):
        finding.code("r", test="CR4")


def test_the_command_takes_the_test_of_the_plan(tmp_path):
    file = tmp_path / "trial.toml"
    file.write_text(
        'graph = """T -> A -> Y"""\ntreatment = "T"\noutcome = "Y"\nsites = 9\n\n[plan]\ntest = "CR3"\n',
        encoding="utf-8",
    )
    asked = ["code", str(file), "-l", "r", "-t", "direct A Y", "-a", "all"]
    assert "The test of the plan, CR3" in CliRunner().invoke(main, asked).output
    assert "The test of the plan, CR2" in CliRunner().invoke(main, [*asked, "--test", "CR2"]).output
    assert "few_sites" not in CliRunner().invoke(main, [*asked, "--test", "CR1"]).output
