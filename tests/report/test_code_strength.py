"""The conditional F in estimation code: that of the simulation exactly, that of the plan on average; and Holm's adjustment."""

from __future__ import annotations

import re
import subprocess

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.identification import primary_findings
from identcheck.errors import InvalidQuestionError
from identcheck.plan.simulation.estimators import Equation
from identcheck.plan.simulation.first_stage import strength_of
from identcheck.plan.simulation.moments import moments_of
from identcheck.plan.simulation.persons import PersonLevel, contrasts_of
from identcheck.plan.simulation.rows import rows_of
from tests.drawn import FIGURE_1, PARALLEL, drawn
from tests.report.code_data import persons
from tests.report.test_code import found, run
from tests.tools import require_program

TWO_ARMS = "T1 -> {M1 M2}; T2 -> {M1 M2}; {M1 M2} -> Y; T1 -> Y"
STRONG = {"T -> {M1 M2}": ic.Arrow(0.4, 0.4), "{M1 M2} -> Y": ic.Arrow(0.2, 0.1)}
ARMS = {"T1 -> {M1 M2}": ic.Arrow(0.3, 0.3), "T2 -> {M1 M2}": ic.Arrow(0.5, 0.3)}
TRIALS = {
    "two mediators": (PARALLEL, {"arrows": STRONG, "treated": 0.4}),
    "with an intercept": (f"{PARALLEL}; T -> Y", {"arrows": STRONG}),
    "weights of sites": (PARALLEL, {"arrows": STRONG, "persons": ic.Sizes(60, 0.4)}),
    "one arm left out": (TWO_ARMS, {"arrows": ARMS, "treated": {"T1": 0.3, "T2": 0.3}}),
}


def planned(case):
    arrows, numbers = TRIALS[case]
    weights = "sites" if case == "weights of sites" else "precision"
    design = drawn(arrows, sites=40, weights=weights)
    return design, ic.Plan(**{"persons": 60} | numbers)


def finding_of(design):
    return ic.check(design, assume="all")[ic.direct("M1", "Y")]


def frames(design, plan, reps, seed=3):
    """Persons' data of simulated trials, each with the F that the engine's own simulation gives."""
    level = PersonLevel(ic.anticipate(design, plan))
    rng = np.random.default_rng(seed)
    regression = finding_of(design).best.regression
    rows = rows_of(level.at, regression.arms, level.nodes)
    equation = Equation(regression.outcome, regression.regressors, regression.arms, regression.intercepts)
    for _ in range(reps):
        data = level.persons(rng, 1)
        frame = pd.DataFrame({node: data.values[v, 0] for v, node in enumerate(data.nodes)})
        frame["site"] = data.site
        for place, arm in enumerate(design.treatments, start=1):
            frame[arm] = (data.arm == place).astype(int)
        yield frame, strength_of(moments_of(contrasts_of(data), rows), equation).conditional[:, 0]


def by_the_steps_of_stata(frame, finding):
    """What other mediators leave of one, by two-stage least squares; then two regressions and their sums of squares."""
    reg = finding.best.regression
    others = [arm for arm in finding.design.treatments if arm not in reg.arms]
    frame = frame[(frame[others] == 0).all(axis=1)]
    sites = pd.get_dummies(frame["site"]).to_numpy(float)
    exogenous = np.hstack([sites, frame[list(reg.intercepts)].to_numpy(float)])
    instruments = np.hstack([sites * frame[[arm]].to_numpy(float) for arm in reg.arms])
    everything = np.hstack([exogenous, instruments])

    def residuals(y, x):
        return y - x @ np.linalg.lstsq(x, y, rcond=None)[0]

    found = []
    for name in reg.regressors:
        y = frame[name].to_numpy(float)
        x = np.hstack([frame[[o for o in reg.regressors if o != name]].to_numpy(float), exogenous])
        stage = everything @ np.linalg.lstsq(everything, x, rcond=None)[0]
        left = y - x @ np.linalg.lstsq(stage, y, rcond=None)[0]
        free = [len(y) - np.linalg.matrix_rank(columns) for columns in (exogenous, everything)]
        rss = [np.sum(residuals(left, columns) ** 2) for columns in (exogenous, everything)]
        above = (rss[0] - rss[1]) / (free[0] - free[1] - len(reg.regressors) + 1)
        found.append(above / (rss[1] / free[1]))
    return found


@pytest.fixture
def trial(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "trial.csv"


@pytest.mark.parametrize("case", TRIALS)
def test_the_f_is_that_of_the_simulation_and_of_the_steps_of_stata(case, trial, capsys):
    design, plan = planned(case)
    finding = finding_of(design)
    assert len(finding.best.regression.arms) == 1
    assert bool(finding.best.intercept) == (case == "with an intercept")
    for frame, expected in frames(design, plan, 2):
        frame.to_csv(trial, index=False)
        left = run(finding.code("python"))
        assert list(left["f_1"].index) == list(finding.best.regressors)
        assert np.allclose(left["f_1"], expected, rtol=1e-8)
        assert np.allclose(left["f_1"], by_the_steps_of_stata(frame, finding), rtol=1e-8)
        said = f"conditional F: {left['strength']} so determined by this trial: {left['strength'] >= 10}"
        assert said in capsys.readouterr().out


@pytest.mark.parametrize("case", TRIALS)
def test_on_average_the_f_is_the_one_that_the_plan_anticipates(case):
    """Over 300 trials of persons, within 3 Monte Carlo errors and the 3% that the expansion in 1/sites is good for.

    The F is that of the simulation, which the test above holds equal to that of the code, trial by trial.
    """
    design, plan = planned(case)
    finding = finding_of(design)
    numbers = ic.diagnose(design, plan, [finding.estimand])
    (item,) = numbers.instruments
    assert item.regression.arms == finding.best.regression.arms
    assert item.regression.columns == finding.best.regression.columns
    anticipated = np.array([strength.conditional for strength in item.strengths])
    found_ = [expected for _, expected in frames(design, plan, 300)]
    error = np.std(found_, axis=0, ddof=1) / np.sqrt(len(found_))
    assert np.all(error < 0.03 * anticipated)
    assert np.all(np.abs(np.mean(found_, axis=0) - anticipated) < 3 * error + 0.03 * anticipated)


def result_of(arrows=FIGURE_1):
    return ic.check(drawn(arrows, sites=9), assume="all")


FAMILY = ["direct M1 Y", "direct M2 Y", "itt", "path M1 M2 Y"]


def holm(p):
    """Step by step, as Holm (1979) rejects: the level at which each hypothesis is just rejected."""
    order = np.argsort(p)
    return np.array(
        [
            max(min(1.0, (len(p) - j) * p[order[j]]) for j in range(len(p)) if p[order[j]] <= value)
            for value in p
        ]
    )


def test_a_family_is_one_script_with_every_regression_once_and_holm(trial):
    result = result_of()
    names = {node: node for node in result.design.graph}
    persons(result.design, names).to_csv(trial, index=False)
    left = run(result.code("python", FAMILY), draws=30)
    table = left["results"].set_index("effect")

    assert sorted(table.index) == sorted(str(result[effect].estimand) for effect in FAMILY)
    for effect in FAMILY[:3]:
        alone = run(result[effect].code("python"))
        assert table.loc[str(result[effect].estimand), "estimate"] == pytest.approx(alone["estimate"])
    alone = run(result["path M1 M2 Y"].code("python"), draws=30)
    assert table.loc["path(M1, M2, Y)", "estimate"] == pytest.approx(alone["estimate"])
    assert np.allclose(table["Holm"], holm(table["p value"].to_numpy()))
    assert np.isnan(table.loc["itt()", "conditional F"])
    assert table.loc["itt()", "determined"]
    f = table.loc["direct(M1, Y)", "conditional F"]
    assert table.loc["direct(M1, Y)", "determined"] == (f >= 10)


def test_the_p_values_are_of_a_t_with_sites_less_coefficients(trial):
    result = result_of(PARALLEL)
    frame = persons(result.design, {node: node for node in result.design.graph})
    frame.to_csv(trial, index=False)
    left = run(result.code("python", ["direct M1 Y", "itt"]))
    from scipy.stats import t

    table = left["results"].set_index("effect")
    tstat = left["fit_1"].tstats["M1"]
    assert table.loc["direct(M1, Y)", "p value"] == pytest.approx(2 * t.sf(abs(tstat), 9 - 2))
    assert table.loc["itt()", "p value"] == pytest.approx(2 * t.sf(abs(left["fit_2"].tstats["T"]), 9 - 1))


def test_the_family_in_r_and_stata():
    result = result_of()
    r, stata = result.code("r", FAMILY), result.code("stata", FAMILY)

    assert 'results$holm <- p.adjust(results$p, "holm")' in r
    assert "draws[draw, ] <- tryCatch(do.call(combined, fitted_all(drawn)), error = function(e) NA)" in r
    assert r.count("<- two_stage(") == r.count("# Regression ") == stata.count("vce(cluster site_id)")
    assert (
        "generate double holm = min(1, p_value * (_N - _n + 1))\nreplace holm = max(holm, holm[_n - 1]) in 2/l"
        in stata
    )
    assert "simulate estimate_1 = r(estimate_1), reps(999) seed(1): ic_draw" in stata
    assert "replace p_value = scalar(ic_q1) in 4" in stata
    for code in (r, stata):
        for effect in FAMILY:
            assert f'"{result[effect].estimand}"' in code
        for opening, closing in ("()", "[]", "{}"):
            assert code.count(opening) == code.count(closing)


def test_r_can_parse_the_code_and_finds_the_same_f(trial):
    """Every trial in one process of R, each fit in an environment of its own."""
    require_program("Rscript")
    folder, known = trial.parent, []
    for number, case in enumerate(TRIALS):
        design, plan = planned(case)
        ((frame, expected),) = frames(design, plan, 1)
        frame.to_csv(folder / f"{number}.csv", index=False)
        script = finding_of(design).code("r").replace("trial.csv", f"{number}.csv")
        (folder / f"{number}.R").write_text(script)
        known.append(expected)
    each = (
        f"for (k in 0:{len(TRIALS) - 1}) {{ at <- new.env(); source(paste0(k, '.R'), at)\n"
        'cat("\\n@", format(at$fit_1$conditional_f, digits = 12), "\\n") }'
    )
    told = subprocess.run(["Rscript", "-e", each], cwd=folder, capture_output=True, text=True, check=True)
    shown = [line.split()[1:] for line in told.stdout.splitlines() if line.startswith("@")]
    for found_, expected in zip(shown, known, strict=True):
        assert np.allclose([float(f) for f in found_], expected, rtol=1e-8)


@pytest.mark.parametrize(
    ("language", "threshold"),
    [("python", "threshold = 12.5"), ("r", "threshold <- 12.5"), ("stata", "scalar ic_threshold = 12.5")],
)
def test_the_threshold_is_that_of_the_rule(language, threshold):
    code = found("through the origin").code(language, threshold=12.5)

    assert threshold in code
    assert "whose conditional F is below 12.5 is reported" in re.sub(r"\s+[#*]?\s*", " ", code)


@pytest.mark.parametrize("language", ["python", "r", "stata"])
def test_a_contrast_has_no_conditional_f_and_no_rule(language):
    assert not re.search("conditional|threshold|Holm", found("compliance").code(language))


@pytest.mark.parametrize("language", ["python", "r", "stata"])
def test_brief_code_is_the_same_code_without_comments_on_assumptions(language):
    result = result_of()
    sign = "*" if language == "stata" else "#"

    def statements(brief):
        lines = result.code(language, FAMILY, brief=brief).splitlines()
        return [line for line in lines if line.strip() and not line.strip().startswith(sign)]

    assert statements(brief=True) == statements(brief=False)
    assert "Within each site" not in result.code(language, FAMILY, brief=True)
    assert len(result.code(language, FAMILY, brief=True)) < 0.75 * len(result.code(language, FAMILY))


def test_without_effects_the_code_is_for_all_that_can_be_had():
    result = result_of()
    wanted = {str(finding.estimand) for finding in primary_findings(result)}

    assert set(re.findall(r'^ +"(.+)",$', result.code("python"), re.MULTILINE)) == wanted


def test_wrong_questions_about_several_effects():
    result = result_of()
    with pytest.raises(InvalidQuestionError, match="there is no estimation code in 'sas'"):
        result.code("sas", FAMILY)
    open_ = ic.check(drawn("T -> M1 -> M2 -> Y; M1 -> Y", {"M1 -> M2": "none"}, sites=9), assume="all")
    with pytest.raises(InvalidQuestionError, match="so there is no regression to write"):
        open_.code("r", ["direct M2 Y", "itt"])


def test_several_targets_on_the_command_line(trial):
    design = trial.with_name("trial.toml")
    design.write_text('graph = "T -> {M1 M2} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 9')
    several = ["code", str(design), "-l", "r", "-t", "direct M1 Y", "-t", "itt", "-a", "all"]

    expected = ic.check(ic.load(design), "all").code("r", ["direct M1 Y", "itt"], brief=True)
    assert CliRunner().invoke(main, [*several, "--brief"]).output == expected
    wrong = CliRunner().invoke(main, [*several, "-s", "1"])
    assert wrong.exit_code == 2
    assert "--strategy goes with one effect" in wrong.output


def test_what_code_grants_is_worded_as_check_words_it():
    result = result_of()
    (said,) = re.findall(r"granting ([^:]*):", str(result))
    code = re.sub(r"\n#\s*", " ", result["direct M1 Y"].code("python"))

    assert f"granting {said}." in code
    assert "Every numbered assumption that can be granted was granted" in " ".join(
        result.render("text").split()
    )
