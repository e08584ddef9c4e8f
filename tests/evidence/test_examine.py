"""Evidence on every effect: what is not identified gets no number, conditions are said; parts, moderators, formats."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.errors import InvalidDataError, InvalidQuestionError
from tests.drawn import FIGURE_1, FIGURE_2, drawn
from tests.evidence.shared import effects, frame, pairs, parallel


def test_what_is_not_identified_gets_no_number_and_why():
    design = drawn("T -> {M U} -> Y", sites=9, unobserved=["U"])
    found = ic.examine(design, effects(9, "M", "Y"))
    one = found["direct U Y"]
    assert one.estimates == {}
    assert one.reason == f"{one.finding.answer}: {one.finding.reason}"
    assert one.leave_one_out.rows == ()
    with pytest.raises(InvalidQuestionError, match="there is no Anderson-Rubin set"):
        one.anderson_rubin()


def test_what_is_conditional_says_on_what_and_what_is_granted_is_not_said():
    table = effects(12, "M", "Y")
    assert ic.examine(parallel("M", sites=12), table)["direct M Y"].condition.startswith("if (")
    granted = ic.examine(parallel("M", sites=12), table, assume="all")["direct M Y"]
    assert granted.condition == ""


def test_an_effect_that_the_table_lacks():
    found = ic.examine(parallel("M", "N", sites=12), effects(12, "M", "Y"), assume="all")
    assert found["direct M Y"].reason == "the table has no effects on N"
    assert found["itt"].estimates["wls"].value


def test_a_total_effect_is_composed_with_the_delta_method():
    """Figure 1: total = direct + (M1 -> M2) x (M2 -> Y); value and error against a jackknife of the whole."""
    rng = np.random.default_rng(3)
    sites = 80
    a, b = 1 + rng.normal(size=sites), rng.normal(size=sites)
    m2 = b + 0.6 * a
    y = 0.4 * a + 0.9 * m2 + 0.05 * rng.normal(size=sites)
    table = pd.DataFrame(
        {"site": range(sites), "m1": a, "m2": m2, "y": y, "m1_se": 0.1, "m2_se": 0.1, "y_se": 0.1}
    )
    made = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M1", "M2", "Y"))
    found = ic.examine(drawn(FIGURE_1, sites=sites), made, assume="all")
    one = found[ic.mediated("M1")]
    g = np.column_stack([a, m2])

    def part(k):
        return a[k].mean() * np.linalg.lstsq(g[k], y[k], rcond=None)[0][0]

    every = np.arange(sites)
    without = np.array([part(every != s) for s in every])
    se = np.sqrt((sites - 1) / sites * ((without - part(every)) ** 2).sum())
    estimate = one.estimates["wls"]
    assert estimate.value == pytest.approx(part(every))
    assert estimate.se == pytest.approx(se, rel=0.02)
    left = [row["value"] for row in one.leave_one_out.records()]
    assert np.allclose(left, without)


def test_site_by_site_is_the_average_of_ratios():
    table = effects(9, "M", "Y")
    design = parallel("M", sites=9, works_everywhere=True)
    found = ic.examine(design, table, assume=["vi", "everywhere"])["direct M Y"]
    ratios = table.effects[:, 1] / table.effects[:, 0]
    estimate = found.estimates["site by site"]
    w = 1 / table.sampling[:, 1, 1]
    assert estimate.value == pytest.approx(np.average(ratios, weights=w))
    assert estimate.se == pytest.approx(ratios.std(ddof=1) / 3)
    assert "no moments" in estimate.note


def test_a_moderator_is_a_column_beside_its_compliance():
    rng = np.random.default_rng(5)
    sites = 40
    z = rng.normal(size=sites)
    g = 1 + 0.5 * z + 0.5 * rng.normal(size=sites)
    d = 0.5 + 0.3 * z
    table = pd.DataFrame({"site": range(sites), "m": g, "y": d * g, "z": z, "m_se": 0.05, "y_se": 0.05})
    made = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"), modifiers={"Z": "z"})
    design = drawn("T -> M -> Y", sites=sites, modifiers=[ic.Modifier("Z", [("T", "M"), ("M", "Y")])])
    one = ic.examine(design, made, assume="all")["direct M Y"]
    assert one.finding.best.moderators == ("Z",)
    assert one.estimates["wls"].value == pytest.approx(0.5 + 0.3 * z.mean(), abs=1e-9)
    lacking = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    assert ic.examine(design, lacking, assume="all")["direct M Y"].reason == "the table has no column for Z"


def test_drawn_weights_are_held_fixed_and_averaged_as_the_average_wanted_has_them():
    """Large sites have larger effects: the average over sites is not the estimator's, which counts them by their persons."""
    rng = np.random.default_rng(6)
    size = rng.uniform(50, 400, size=40)
    g, d = 1 + rng.uniform(size=40), 0.2 + 0.001 * size
    table = pd.DataFrame({"site": range(40), "m": g, "y": d * g, "n": size, "m_se": 0.05, "y_se": 0.05})
    read = {"site": "site", "effects": pairs("M", "Y"), "weights": "n", "modifiers": {"weights": "n"}}
    made = ic.SiteEffects.from_frame(table, **read)
    size_matters = [ic.Modifier("weights", [("M", "Y")])]
    for average, wanted in (("sites", d.mean()), ("persons", np.average(d, weights=size))):
        design = drawn("T -> M -> Y", sites=40, modifiers=size_matters, weights="persons", average=average)
        one = ic.examine(design, made, assume=["vi", "vii", "ix", "xi"])["direct M Y"]
        plain = average == "persons"
        assert one.finding.best.moderators == (() if plain else ("weights",))
        near = 0.01 if plain else 1e-9  # of a sample compliances and effects are not quite unrelated
        assert one.estimates["wls"].value == pytest.approx(wanted, abs=near)
    assert abs(d.mean() - np.average(d, weights=size)) > 0.02


def test_one_site_alone_that_determines_an_effect_leaves_no_interval():
    table = frame(6, "M", "N", "Y")
    table["n"] = [2.0, 0, 0, 0, 0, 0]
    made = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "N", "Y"))
    estimate = ic.examine(parallel("M", "N", sites=6), made, assume="all")["direct N Y"].estimates["wls"]
    assert (estimate.se, estimate.interval, estimate.bootstrap) == (None, None, None)
    assert "one site alone" in estimate.note


def test_a_marginal_f_hides_a_conditional_one():
    table = frame(20, "M", "N", "Y", se=0.02)
    table["n"] = 2 * table["m"] + np.random.default_rng(0).normal(scale=0.04, size=20)
    made = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "N", "Y"))
    strength = ic.examine(parallel("M", "N", sites=20), made, assume="all").strength
    assert strength["M"].f > 800
    assert strength["M"].conditional < 5


def test_moments_that_sampling_error_explains_are_refused():
    table = frame(10, "M", "Y")
    table["m_se"] = 5.0
    made = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    one = ic.examine(parallel("M", sites=10), made, assume="all")["direct M Y"]
    assert "corrected" not in one.estimates
    assert "sampling error" in one.refused


@pytest.mark.parametrize(("compliance", "shape"), [(3.0, "interval"), (0.05, "line")])
def test_shapes_of_anderson_rubin_sets(compliance, shape):
    rng = np.random.default_rng(1)
    m = compliance + 0.1 * rng.normal(size=12)
    table = pd.DataFrame(
        {"site": range(12), "m": m, "y": 0.5 * m + 0.1 * rng.normal(size=12), "m_se": 0.1, "y_se": 0.1}
    )
    made = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    one = ic.examine(parallel("M", sites=12), made, assume="all")["direct M Y"]
    found = one.anderson_rubin_set()
    assert found.shape == shape
    if shape == "interval":
        (low, high), q = found.intervals[0], one.regression
        assert low < one.estimates["liml"].value < high
        from scipy import stats

        from identcheck.evidence.minimum import Objective

        for end in (low, high):
            assert Objective(q.rows).at(np.array([end])) == pytest.approx(stats.chi2.ppf(0.95, 12), rel=1e-6)


def test_the_bootstrap_gives_the_same_interval_every_time():
    def once():
        return ic.examine(parallel("M", sites=9), effects(9, "M", "Y"), assume="all")["direct M Y"].estimates[
            "wls"
        ]

    assert once().bootstrap == once().bootstrap
    low, high = once().bootstrap
    assert low < once().value < high


def test_sites_that_are_the_population_are_taken_as_a_sample_and_it_is_said():
    notes = {}
    for sites_are in ("sample", "population"):
        plan = ic.Plan(persons=100, sites_are=sites_are)
        found = ic.examine(drawn(FIGURE_2, sites=20), effects(20, "V", "NP", "Y"), assume="all", plan=plan)
        notes[sites_are] = {table.key: table.note for table in found.all_tables}
        own = found["direct NP Y"]
        assert own.prediction is not None
    assert "Here they are taken as a sample of others" in notes["population"]["estimates"]
    assert "of which the plan says that there is none" in notes["population"]["differing"]
    assert not any("sites_are" in note for note in notes["sample"].values())


def test_planned_and_found():
    plan = ic.Plan(persons=100)
    found = ic.examine(drawn(FIGURE_2, sites=20), effects(20, "V", "NP", "Y"), assume="all", plan=plan)
    rows = found.records("compared")
    assert {row["quantity"] for row in rows} >= {
        "sites",
        "F",
        "conditional F",
        "mean compliance",
        "SD of compliance",
    }
    assert rows[0]["planned"] == rows[0]["found"] == 20


@pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "json"])
def test_every_format_has_the_numbers(format):
    found = ic.examine(parallel("M", sites=12), effects(12, "M", "Y"), assume="all")
    assert f"{found['direct M Y'].estimates['wls'].value:.4f}" in found.render(format) or format == "json"
    assert "What the sites say" in found.render(format)


def test_files(tmp_path):
    found = ic.examine(parallel("M", sites=12), effects(12, "M", "Y"), assume="all")
    for name in ("e.html", "e.md", "e.tex", "e.json", "e.csv"):
        found.save(tmp_path / name)
    assert (tmp_path / "e.html").read_text().startswith("<!")
    assert "direct(M, Y)" in (tmp_path / "e-estimates.csv").read_text()
    assert list(found.to_frame().columns)[:3] == ["effect", "estimator", "value"]
    assert "What the sites say" in found._repr_html_()


def test_several_arms_must_be_named():
    design = drawn("T1 -> M; T2 -> M; M -> Y", sites=9)
    with pytest.raises(InvalidDataError, match="several arms"):
        ic.examine(design, effects(9, "M", "Y"))
