"""Estimation code: the Python runs and gives the engine's regression; Stata and R are checked by their form."""

from __future__ import annotations

import ast
import math
import re
import warnings
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.strategies import Composed
from identcheck.errors import InvalidQuestionError
from identcheck.report.code.names import column_names, comment
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.report.code_data import engine_by_site, engine_regression, persons
from tests.tools import REPOSITORY, often

TWO_ARMS = "T1 -> {M1 M2}; T2 -> {M1 M2}; {M1 M2} -> Y"
BOTH_WAYS = "{T1 T2} -> M1 -> M2 -> Y; M1 -> Y; T2 -> M2"
BYPASS = "T -> {M1 M2} -> Y; M1 -> M2; T -> Y"
CASES = {
    "through the origin": (PARALLEL, {}, ic.direct("M1", "Y")),
    "weights of sites": (PARALLEL, {"weights": "sites"}, ic.direct("M2", "Y")),
    "weights of persons": (PARALLEL, {"weights": "persons", "average": "persons"}, ic.direct("M1", "Y")),
    "with an intercept": (FIGURE_1, {}, ic.direct("M1", "M2")),
    "intercept and weights": (FIGURE_1, {"weights": "sites"}, ic.total("M1", "Y")),
    "exclusion doubtful": (BYPASS, {}, ic.direct("M2", "Y")),
    "one mediator, pooled too": ("T -> M -> Y", {}, ic.direct("M", "Y")),
    "pooled with weights": ("T -> M -> Y", {"weights": "sites"}, ic.direct("M", "Y")),
    "one mediator with a bypass": ("T -> M -> Y; T -> Y", {}, ic.direct("M", "Y")),
    "one site": ("T -> M -> Y", {"sites": 1}, ic.direct("M", "Y")),
    "one site, two arms": (TWO_ARMS, {"sites": 1}, ic.direct("M1", "Y")),
    "two arms": (TWO_ARMS, {}, ic.direct("M1", "Y")),
    "two arms, weights": (TWO_ARMS, {"weights": "sites"}, ic.direct("M1", "Y")),
    "two arms, persons": (TWO_ARMS, {"weights": "persons"}, ic.direct("M1", "Y")),
    "arms with their own bypass": (f"{TWO_ARMS}; T1 -> Y", {}, ic.direct("M1", "Y")),
    "a mediator as the outcome": (FIGURE_2, {}, ic.direct("V", "NP")),
    "unmeasured left out": (CHAIN, {"unobserved": ["M2"]}, ic.total("M1", "Y")),
    "a path": (FIGURE_1, {}, ic.path("M1", "M2", "Y")),
    "site by site, more arms": ("{T1 T2 T3} -> {M1 M2} -> Y", {"weights": "persons"}, ic.direct("M1", "Y")),
    "site by site, persons": ("T -> M -> Y", {"average": "persons"}, ic.total("M", "Y")),
    "composed site by site": (BOTH_WAYS, {}, ic.path("M1", "M2", "Y")),
    "compliance": (PARALLEL, {}, ic.compliance("M1")),
    "ITT over persons": (PARALLEL, {"average": "persons"}, ic.itt()),
    "ITT of one arm": (TWO_ARMS, {}, ic.itt("T2")),
    "ITT in one site": ("T -> M -> Y", {"sites": 1}, ic.itt()),
}
every_case = pytest.mark.parametrize("case", CASES)
LANGUAGES = ("python", "r", "stata")
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))


def found(case):
    arrows, options, estimand = CASES[case]
    design = drawn(arrows, **{"sites": 9} | options)
    return ic.check(design, assume="all")[estimand]


def run(code, draws=3):
    """What the code leaves behind; a bootstrap is run with few draws."""
    namespace = {}
    exec(compile(code.replace("range(999)", f"range({draws})"), "estimation code", "exec"), namespace)
    return namespace


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@every_case
@pytest.mark.usefixtures("desk")
def test_the_python_reproduces_the_regression_of_site_effects(case, capsys):
    finding = found(case)
    design = finding.design
    names = {node: node for node in design.graph}
    frame = persons(design, names)
    frame.drop(columns=[*design.unobserved]).to_csv("trial.csv", index=False)

    for strategy in finding.strategies:
        namespace = run(finding.code("python", strategy))
        if strategy.site_by_site:
            value = by_site(frame, strategy, names)
            assert math.isclose(namespace["estimate"], value, rel_tol=1e-8)
            assert f"estimate: {namespace['estimate']}" in capsys.readouterr().out
            continue
        coefficients = {}
        regressions = list(dict.fromkeys(part.regression for part in strategy.parts))
        for part in strategy.parts:
            number = regressions.index(part.regression) + 1
            others = [arm for arm in design.treatments if arm not in part.arms]
            expected = engine_regression(frame, part.regression, names, others)
            for column, value in expected.items():
                fit = namespace[f"fit_{number}"].params[column]
                assert math.isclose(fit, value, rel_tol=1e-8, abs_tol=1e-8), (strategy.name, column)
            coefficients[part] = expected[part.column]
        if isinstance(strategy, Composed):
            value = sum(
                term.sign * math.prod(coefficients[factor.strategy] for factor in term.factors)
                for term in strategy.terms
            )
        else:
            value = coefficients[strategy]
        assert math.isclose(namespace["estimate"], value, rel_tol=1e-8)
        assert f"estimate: {namespace['estimate']}" in capsys.readouterr().out


def by_site(frame, strategy, names):
    """The average over sites of what each gives by itself; of products in each where it is composed."""
    design = strategy.parts[0].regression.design
    sizes = frame.groupby("site").size().to_numpy() if design.average == "persons" else np.ones(9)
    each = {}
    for part in strategy.parts:
        others = [arm for arm in design.treatments if arm not in part.arms]
        each[part] = engine_by_site(frame, part.regression, names, others)[part.column]
    if not isinstance(strategy, Composed):
        return np.average(each[strategy], weights=sizes)
    terms = (t.sign * np.prod([each[f.strategy] for f in t.factors], axis=0) for t in strategy.terms)
    return np.average(sum(terms), weights=sizes)


@pytest.mark.usefixtures("desk")
class TestSiteBySite:
    """Each site by itself: its standard error from the spread, its strength site by site."""

    def fitted(self, **options):
        design = drawn("T -> M -> Y", sites=9, **options)
        persons(design, {node: node for node in design.graph}).to_csv("trial.csv", index=False)
        finding = ic.check(design, ["vi", "everywhere"])[ic.total("M", "Y")]
        assert finding.best.site_by_site
        return run(finding.code("python"))

    def test_its_standard_error_is_from_the_spread_of_the_sites(self):
        fit = self.fitted()["fit_1"]
        expected = fit.sites["M"].std(ddof=1) / math.sqrt(9)
        assert math.isclose(fit.std_errors["M"], expected, rel_tol=1e-10)

    def test_the_least_strength_of_a_site_decides(self):
        found = self.fitted()
        assert len(found["fit_1"].strength) == 9
        assert found["strength"] == found["fit_1"].strength["M"].min()

    def test_no_weights_are_argued_for(self):
        design = drawn("T -> M -> Y", sites=9, weights="sites", average="persons")
        code = ic.check(design, ["vi", "everywhere"])[ic.total("M", "Y")].code("python")
        assert "(x):" not in code
        assert "by its number of persons" in code

    @pytest.mark.parametrize("language", ["r", "stata"])
    def test_the_other_languages_go_site_by_site(self, language):
        design = drawn("T -> M -> Y", sites=9)
        code = ic.check(design, ["vi", "everywhere"])[ic.total("M", "Y")].code(language)
        assert {"r": "fit_1 <- each_site(", "stata": "foreach s of local ic_sites"}[language] in code


@every_case
@pytest.mark.usefixtures("desk")
def test_pyfixest_agrees_where_it_is_offered(case):
    finding = found(case)
    design = finding.design
    persons(design, {node: node for node in design.graph}).to_csv("trial.csv", index=False)

    for strategy in finding.strategies:
        code = finding.code("python", strategy)
        offered = re.findall(r"^# (pf\.feols\(.*\))$", code, re.MULTILINE)
        part = strategy.parts[0]
        plain = (
            len(part.regressors) < 2 and not part.intercept and design.sites != 1 and not part.site_by_site
        )
        assert len(strategy.parts) > 1 or len(offered) == plain
        if len(strategy.parts) > 1 or not offered:
            continue
        namespace = run(code)
        with warnings.catch_warnings():  # it calls pandas in ways that pandas will drop
            warnings.simplefilter("ignore")
            import pyfixest

            fit = eval(offered[0], namespace | {"pf": pyfixest})
        estimate = fit.coef()[part.column]
        assert math.isclose(estimate, namespace["estimate"], rel_tol=1e-8), offered


def test_every_kind_of_strategy_is_among_the_cases():
    strategies = [strategy for case in CASES for strategy in found(case).strategies]

    assert any(isinstance(s, Composed) for s in strategies)
    assert any(s.pooled for s in strategies)
    assert any(s.site_by_site and len(s.regressors) > 1 for s in strategies)
    assert any(s.site_by_site and isinstance(s, Composed) for s in strategies)
    assert any(s.intercept for s in strategies)
    assert any(not s.regressors for s in strategies)
    assert any(len(s.arms) == 1 and len(s.parts[0].regression.design.treatments) == 2 for s in strategies)


@every_case
@pytest.mark.parametrize("language", LANGUAGES)
def test_brackets_close_and_every_condition_is_named(case, language):
    finding = found(case)
    for strategy in finding.strategies:
        code = finding.code(language, strategy)
        sign = "*" if language == "stata" else "#"
        lines = [line.strip() for line in code.splitlines()]
        statements = [line for line in lines if not line.startswith(sign)]
        comments = " ".join(line[1:] for line in lines if line.startswith(sign))

        for opening, closing in ("()", "[]", "{}"):
            assert "\n".join(statements).count(opening) == "\n".join(statements).count(closing)
        for condition in strategy.conditions:
            assert " ".join(condition.need.split()) in " ".join(comments.split())
        assert not re.search(r"\{\{|\{%", code)
        assert "\n\n\n\n" not in code
        if language == "python":
            ast.parse(code)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_effect_of_the_examples_has_code(path, language):
    for finding in ic.check(ic.load(path), assume="all").findings:
        if finding.best is not None:
            code = finding.code(language)
            assert finding.words in " ".join(code.replace("\n#", " ").replace("\n*", " ").split())
            assert max(map(len, code.splitlines())) < 250
            if language == "python":
                ast.parse(code)


def lines_of(language, case, number=0):
    finding = found(case)
    code = finding.code(language, finding.strategies[number])
    return code, [line.strip() for line in code.splitlines()]


def test_stata_through_the_origin():
    code, lines = lines_of("stata", "through the origin")

    at = lines.index("ivregress 2sls Y i.site_id ///")
    assert lines[at + 1 : at + 3] == ["(M1 M2 = ibn.site_id#c.T), ///", "vce(cluster site_id) small"]
    assert "quietly ivregress 2sls M1 i.site_id (M2 = ibn.site_id#c.T)" in lines
    assert "scalar p1_M1 = 2 * ttail(e(N_clust) - 2, abs(_b[M1] / _se[M1]))" in lines
    assert "egen long site_id = group(site)" in lines
    assert "scalar estimate = scalar(b1_M1)" in lines
    assert "pweight" not in code


def test_stata_with_an_intercept_and_weights():
    finding = found("intercept and weights")
    (strategy,) = [s for s in finding.strategies if s.regressors == ("M1",)]
    lines = finding.code("stata", strategy).splitlines()

    at = lines.index("ivregress 2sls Y i.site_id T ///")
    assert lines[at + 1] == "    (M1 = ibn.site_id#c.T) [pweight = weight], ///"
    assert "bysort site_id arm: replace weight = weight / _N" in lines


def test_stata_pooled_contrast_and_arms():
    assert "    (M = T), ///" in "\n".join(
        found("one mediator, pooled too").code("stata", s)
        for s in found("one mediator, pooled too").strategies
    )
    _, lines = lines_of("stata", "ITT of one arm")
    assert "regress Y T2 i.site_id [pweight = weight], vce(cluster site_id)" in lines
    assert "keep if T1 == 0" in lines
    _, lines = lines_of("stata", "two arms")
    assert "(M1 M2 = ibn.site_id#c.T1 ibn.site_id#c.T2), ///" in lines
    assert "(M = T), ///" in lines_of("stata", "one site")[1]


def test_r_through_the_origin_and_in_one_site():
    code, lines = lines_of("r", "through the origin")
    at = lines.index("fit_1 <- two_stage(")
    assert lines[at + 1 : at + 3] == ["rows$Y,", 'as.matrix(rows[, c("M1", "M2"), drop = FALSE]),']
    instruments = 'as.matrix(rows[, c("T"), drop = FALSE]),'
    assert lines[at + 3 : at + 7] == ["NULL,", instruments, "rows$site,", "cluster = rows$site"]
    assert "library" not in code
    assert "# ivreg::ivreg(Y ~ M1 + M2 + site | site + site:T, data = rows)" in lines
    assert 'estimate <- fit_1$coefficients[["M1"]]' in lines

    code, lines = lines_of("r", "one site")
    assert {"rep(1, nrow(rows)),", "by_group = FALSE,", "cluster = NULL"} <= set(lines)
    assert not re.search(r"\bsite\b", re.sub("#.*", "", code))


def test_r_with_an_intercept_contrast_and_weights():
    finding = found("intercept and weights")
    (strategy,) = [s for s in finding.strategies if s.regressors == ("M1",)]
    lines = [line.strip() for line in finding.code("r", strategy).splitlines()]

    at = lines.index("fit_1 <- two_stage(")
    arm = 'as.matrix(rows[, c("T"), drop = FALSE]),'
    assert lines[at + 3 : at + 7] == [arm, arm, "rows$site,", "weight = rows$weight,"]
    contrast = lines_of("r", "ITT of one arm")[1]
    at = contrast.index("fit_1 <- two_stage(")
    assert contrast[at + 2 : at + 5] == ["NULL,", arm.replace("T", "T2", 1), "NULL,"]
    assert (
        "rows <- rows[rows$T1 == 0, ]  # control and the arms of this regression"
        in lines_of("r", "ITT of one arm")[1]
    )


def test_the_comments_say_what_is_granted_and_what_is_not():
    design = drawn(FIGURE_1, sites=9, unobserved=[], title="A trial")
    code = ic.check(design, assume=["vi"])[ic.direct("M1", "Y")].code("python")
    text = re.sub(r"\s+", " ", code.replace("\n#", " "))

    assert re.match(r"# Estimation code by identcheck [\d.]+: A trial Effect: direct\(M1, Y\)", text)
    assert "Verdict: conditional, granting (vi); this strategy lacks (vii) and (ix)." in text
    assert (
        "(vi): Within each site, the effect of T on M1 is uncorrelated, from person to person, with" in text
    )
    assert "effect of M1 on Y. Granted." in text
    assert "whatever the average effects of T on M1 and on M2 may be. NOT GRANTED: argue for it." in text
    assert "(viii), for site effects: Within each site, assignment to T" in text
    assert (
        "(ii): Every directed path from T to Y passes through M1 or M2. It holds: the graph has no path"
        in text
    )


def test_an_assumption_that_the_design_violates_is_said_to_be(monkeypatch):
    from identcheck.decide.assumptions import assumption_list
    from identcheck.report.code import comments

    def violated(design):
        for item in assumption_list(design):
            yield (
                replace(item, status="violated", status_text="Z assigns it.")
                if item.numeral == "viii"
                else item
            )

    monkeypatch.setattr(comments, "assumption_list", violated)

    code = found("compliance").code("r").replace("\n#", " ")

    assert "VIOLATED in this design: Z assigns it." in " ".join(code.split())


def test_unmeasured_mediators_are_named_as_left_out():
    code = found("unmeasured left out").code("stata")

    assert "* Not measured, and so in no regression: M2." in code


def test_a_coefficient_that_the_sites_leave_open_is_not_to_be_interpreted():
    design = drawn("T -> M1 -> Y; T -> M2 -> M3 -> Y; M2 -> Y", {"M2 -> M3": "none"}, sites=9)
    finding = ic.check(design, assume="all")[ic.direct("M1", "Y")]
    (strategy,) = [s for s in finding.strategies if s.regressors == ("M1", "M2", "M3")]
    text = re.sub(r"\s+", " ", finding.code("r", strategy).replace("\n#", " "))

    assert "the sites do not determine the coefficient of M2 or M3: do not interpret it." in text
    assert "Under all of these the coefficients estimate direct(M1, Y) and total(M1, Y)." in text


HOSTILE = "x\"); import os; os.remove('trial.csv') #shell rm */ `=1' $S_ADO /// {{ 7 * 7 }}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_and_labels_stay_in_comments(language):
    graph = nx.DiGraph([("if", HOSTILE), (HOSTILE, "_cons"), ("if", "M M"), ("M M", "_cons")])
    nx.set_node_attributes(graph, {HOSTILE: "a", "M M": "b"}, "symbol")
    design = ic.Design(
        graph,
        treatment="if",
        outcome="_cons",
        sites=9,
        title=f"t\n\r\x0b{HOSTILE}",
        labels={"if": f"a\n\r\x0b\u2028{HOSTILE}"},
    )
    code = ic.check(design, assume="all")[ic.direct(HOSTILE, "_cons")].code(language)
    sign = "*" if language == "stata" else "#"
    statements = "\n".join(line for line in code.split("\n") if not line.startswith(sign))

    assert len(code.splitlines()) == code.count("\n")
    own = r"[!(]|lacking|data\[|r\(N\)|ic_"  # of the code's own conditions
    assert not re.search(rf"import os|remove|shell|S_ADO|\bif\b(?! ?({own}))|7 \* 7|_cons\b", statements)
    if language == "stata":
        assert not re.search(r"/\*|\*/|`|\$\S", code)
        assert "//" not in code.replace(" ///\n", "\n")


def test_hostile_names_run_in_python(desk):
    graph = nx.DiGraph([("class", HOSTILE), (HOSTILE, "42"), ("class", "site"), ("site", "42")])
    nx.set_node_attributes(graph, {HOSTILE: "a", "site": "b"}, "symbol")
    design = ic.Design(graph, treatment="class", outcome="42", sites=9)
    finding = ic.check(design, assume="all")[ic.direct(HOSTILE, "42")]
    names = dict(column_names(list(design.order), "site"))
    frame = persons(design, names)
    frame.to_csv("trial.csv", index=False)

    namespace = run(finding.code("python"))

    expected = engine_regression(frame, finding.best.regression, names, [])
    assert math.isclose(namespace["estimate"], expected[names[HOSTILE]], rel_tol=1e-8)
    assert (desk / "trial.csv").exists()


@pytest.mark.parametrize(
    ("nodes", "names"),
    [
        (["T", "M1", "Y"], ["T", "M1", "Y"]),
        (
            ["child health", "child-health", "child_health"],
            ["child_health_2", "child_health_3", "child_health"],
        ),
        (["M", "m"], ["M", "m_2"]),
        (["site", "weight", "if", "TRUE", "lambda"], ["site_2", "weight_2", "if_2", "TRUE_2", "lambda_2"]),
        (["1st", "_x", "住居", ""], ["x_1st", "x", "node", "node_2"]),
        (["a" * 40, "a" * 41], ["a" * 16, "a" * 16 + "_2"]),
        (["strL", "str5", "c", "i"], ["strL_2", "x_str5", "c", "i_2"]),
        (["z_T_1", "fit_M", "b1_M", "bzz"], ["x_z_T_1", "x_fit_M", "x_b1_M", "bzz"]),
    ],
)
def test_names_of_columns(nodes, names):
    assert list(column_names(nodes, "site").values()) == names


def test_a_comment_is_one_line_without_signs_that_a_language_obeys():
    assert comment("a\nb\r\u2028c\x00") == "a b c[U+0000]"
    assert comment("// /* */ /// `x' $y") == "/ / / * * / / / / 'x' $ y"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"language": "sas"}, "there is no estimation code in 'sas'; there is python, r, stata"),
        ({"language": "pyhton"}, r"'pyhton' \(did you mean 'python'\?\)"),
        ({"language": "r", "data": 'a"b.csv'}, "the data file is"),
        ({"language": "r", "data": "a\nb.csv"}, "the data file is"),
        (
            {"language": "r", "site": 'a"b'},
            "the column of sites is 'a\"b'; give its name as the data have it",
        ),
        ({"language": "python", "site": ""}, "the column of sites is ''; give its name"),
        (
            {"language": "python", "site": "s" * 201},
            "the column of sites has 201 letters in a variable's name",
        ),
        ({"language": "stata", "site": "school.id"}, "'school.id'; no variable in Stata has that name"),
        ({"language": "stata", "site": "if"}, "the column of sites is 'if'; no variable in Stata"),
        ({"language": "stata", "site": "_n"}, "the column of sites is '_n'; no variable in Stata"),
        (
            {"language": "r", "site": "T"},
            "the column of sites is 'T', and so is the treatment; say which other column",
        ),
        ({"language": "stata", "site": "M1"}, "the column of sites is 'M1', and so is the mediator"),
    ],
)
def test_a_wrong_question_is_answered(question, message):
    with pytest.raises(InvalidQuestionError, match=message):
        found("through the origin").code(**question)


SITES = (
    "site_id",
    "arm",
    "weight",
    "class",
    "school",
    "t",
    "y",
    "cell",
    "number",
    "x" * 32,
    "_site",
    "fit_1",
    "estimate",
)
"""What a column of sites may be called: words of a language or of the code among them."""


@pytest.mark.parametrize("site", [*SITES[:6], "school.id", "école 1", "if", "r{0}#b"])
def test_any_column_of_sites_is_read_in_python(site, desk):
    finding = found("weights of persons")
    frame = persons(finding.design, {node: node for node in finding.design.graph})
    frame.to_csv(desk / "trial.csv", index=False)
    expected = run(finding.code("python"))["estimate"]
    frame.rename(columns={"site": site}).assign(site="another").to_csv(desk / "trial.csv", index=False)

    assert run(finding.code("python", site=site))["estimate"] == expected


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_of_sites_with_a_meaning_of_its_own_is_used_under_another_name(site, language):
    code = found("weights of persons").code(language, site=site)
    kept = site == "school"
    renamed = {
        "python": f'data["site"] = data["{site}"]',
        "r": f'data$site <- data[["{site}"]]',
        "stata": f"capture drop site\nrename {site} site\n",
    }[language]

    assert f"{site}: the site of each person" in code
    assert (renamed in code) != (kept or site == "number"), code
    if language == "stata":
        assert ("group(site)" in code) != (kept or site == "number")


def test_a_name_with_dots_is_a_name_in_r():
    lines = found("weights of persons").code("r", site="school.id").splitlines()

    at = lines.index('data <- read.csv("trial.csv", na.strings = c("NA", ""), check.names = FALSE)')
    assert lines[at + 1] == 'data$site <- data[["school.id"]]'


COMPOSED = {
    "a path": CASES["a path"],
    "a path, weights of sites": (FIGURE_1, {"weights": "sites"}, ic.path("M1", "M2", "Y")),
    "a path, weights of persons": (FIGURE_1, {"weights": "persons"}, ic.path("M1", "M2", "Y")),
    "a path around": ("T -> V -> NP -> Y; V -> Y", {}, ic.path("V", "NP", "Y")),
    "a part": (FIGURE_1, {}, ic.mediated("M2")),
    "a part of one arm": ("{T1 T2} -> {M1 M2} -> Y; T2 -> Y", {}, ic.mediated("M1", "T2")),
    "the bypass of one arm": ("{T1 T2} -> {M1 M2} -> Y; T2 -> Y", {}, ic.mediated("T2")),
}


def composed(case):
    arrows, options, estimand = COMPOSED[case]
    finding = ic.check(drawn(arrows, **{"sites": 9} | options), assume="all")[estimand]
    return finding, [s for s in finding.strategies if isinstance(s, Composed)]


@pytest.mark.parametrize("case", COMPOSED)
def test_the_bootstrap_draws_sites_and_estimates_everything_again(case, desk, capsys):
    finding, strategies = composed(case)
    names, arms = {node: node for node in finding.design.graph}, {*finding.design.treatments}
    frame = persons(finding.design, names)
    frame.to_csv(desk / "trial.csv", index=False)
    of_site = [group for _, group in frame.groupby("site")]
    assert strategies
    count = often(3, 12)
    for strategy in strategies:
        left = run(finding.code("python", strategy), draws=count)
        rng, expected = np.random.default_rng(1), []
        for chosen in (rng.integers(9, size=9) for _ in range(count)):
            again = pd.concat([of_site[at].assign(site=f"copy {n}") for n, at in enumerate(chosen)])
            expected.append(
                sum(
                    term.sign
                    * math.prod(
                        engine_regression(
                            again, factor.strategy.regression, names, [*arms - {*factor.strategy.arms}]
                        )[factor.strategy.column]
                        for factor in term.factors
                    )
                    for term in strategy.terms
                )
            )
        assert np.allclose(left["draws"], expected, rtol=1e-6)
        printed = capsys.readouterr().out
        assert f"standard error: {left['draws'].std()} from {count} draws" in printed
        assert f"95% interval: {left['draws'].quantile(0.025)} {left['draws'].quantile(0.975)}" in printed


@pytest.mark.usefixtures("desk")
def test_draws_with_too_few_different_sites_are_left_out_and_counted(desk, capsys):
    finding, strategies = composed("a path")
    names = {node: node for node in finding.design.graph}
    frame = persons(finding.design, names)
    frame[frame["site"].isin(["school 0", "school 1"])].to_csv(desk / "trial.csv", index=False)

    left = run(finding.code("python", strategies[0]), draws=40)

    rng = np.random.default_rng(1)
    sound = sum(len(set(rng.integers(2, size=2))) == 2 for _ in range(40))
    assert 0 < sound < 40
    assert len(left["draws"]) == sound
    assert f"from {sound} draws" in capsys.readouterr().out


@pytest.mark.parametrize("case", COMPOSED)
def test_the_bootstrap_in_stata_and_r(case):
    finding, strategies = composed(case)
    for strategy in strategies:
        stata = [line.strip() for line in finding.code("stata", strategy).splitlines()]
        r = finding.code("r", strategy)

        assert (
            stata.count("program define ic_estimate, rclass")
            == stata.count("program define ic_draw, rclass")
            == 1
        )
        assert stata.count("end") == 2
        assert (
            stata.count("preserve") == stata.count("restore") + 1
        )  # Stata restores where the program of a draw ends
        at = stata.index("bsample, cluster(site_id) idcluster(drawn_site)")
        end = stata.index("exit")  # a draw with too few different sites is missing
        assert stata[at + 1] == "quietly levelsof site_id, local(ic_drawn)"
        assert stata[end - 1 : end + 5] == [
            *("return scalar estimate = .", "exit", "}"),
            *("drop site_id", "rename drawn_site site_id", "ic_estimate"),
        ]
        assert "simulate estimate = r(estimate), reps(999) seed(1): ic_draw" in stata
        assert "set.seed(1)" in r
        assert "draws[draw] <- tryCatch(do.call(combined, fitted_all(drawn)), error = function(e) NA)" in r
        assert r.index("fits <- fitted_all(data, strength = TRUE)") < r.index("set.seed(1)")
        assert not re.search(r"takes a bootstrap", r)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_coefficient_has_no_bootstrap(language):
    code = found("through the origin").code(language)

    assert not re.search("bsample|set.seed|default_rng", code)


def test_no_code_where_nothing_is_identified():
    design = drawn(FIGURE_2, {"V -> NP": "none"}, sites=9)
    result = ic.check(design, assume="all")

    with pytest.raises(InvalidQuestionError, match="is not identified, so there is no regression to write"):
        result[ic.direct("NP", "Y")].code("r")
    with pytest.raises(InvalidQuestionError, match="needs no regression: it is zero"):
        ic.check(drawn(CHAIN, sites=9))[ic.direct("M1", "Y")].code("r")
    with pytest.raises(InvalidQuestionError, match="is no strategy for"):
        result[ic.total("V", "Y")].code("r", found("compliance").best)


def test_windows_folders_are_written_with_slashes():
    assert 'read_csv("C:/data/trial.csv")' in found("compliance").code("python", data="C:\\data\\trial.csv")


class TestCommand:
    def invoke(self, *arguments):
        return CliRunner().invoke(main, ["code", *arguments])

    @pytest.fixture(autouse=True)
    def trial(self, desk):
        (desk / "trial.toml").write_text('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 9')
        (desk / "flat.toml").write_text(
            'graph = "T -> V -> NP -> Y; V -> Y"\ntreatment = "T"\noutcome = "Y"\n[varies]\n"V -> NP" = "none"'
        )

    def test_it_prints_and_writes(self, desk):
        printed = self.invoke(
            "trial.toml", "-l", "Python", "-t", "direct M Y", "-a", "all", "--data", "d.csv"
        )
        written = self.invoke(
            "trial.toml", "-l", "python", "-t", "direct M Y", "-a", "all", "--data", "d.csv", "-o", "fit.py"
        )

        assert 'pd.read_csv("d.csv")' in printed.output
        assert written.output == "wrote fit.py\n"
        assert (desk / "fit.py").read_text("utf-8") == printed.output

    def test_another_strategy(self):
        assert "pooled" in self.invoke("trial.toml", "-l", "r", "-t", "direct M Y", "-s", "2").output
        wrong = self.invoke("trial.toml", "-l", "r", "-t", "direct M Y", "-s", "9")
        assert wrong.exit_code == 2
        assert "direct(M, Y) has no strategy 9; its strategies are\n  1: " in wrong.output

    def test_what_is_not_identified_is_an_error(self):
        wrong = self.invoke("flat.toml", "-l", "r", "-t", "direct NP Y", "-a", "all")

        assert wrong.exit_code == 2
        assert "direct(NP, Y) is not identified, so there is no regression to write" in wrong.output
