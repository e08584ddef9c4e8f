"""The registered rules applied to what was found, departures from what was registered, and planned power."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import stats

import identcheck as ic
from identcheck.evidence.family import adjusted
from tests.evidence.shared import frame, pairs, parallel


def examined(
    sites: int, *mediators: str, seed: int = 3, se: float = 0.1, plan=None, columns=None, **rules
) -> ic.Evidence:
    settings = {key: rules.pop(key) for key in ("primary", "weights") if key in rules}
    design = parallel(*mediators, sites=sites, rules=ic.Rules(**rules), **settings)
    table = frame(sites, *mediators, "Y", seed=seed, se=se)
    effects = ic.SiteEffects.from_frame(table, site="site", effects=columns or pairs(*mediators, "Y"))
    return ic.examine(design, effects, assume="all", plan=plan)


def rows(found: ic.Evidence, key: str) -> list[dict]:
    return next(t for t in found.all_tables if t.key == key).records()


def test_adjusted_p_values_by_hand():
    assert adjusted([0.01, 0.04, 0.03], "holm") == pytest.approx([0.03, 0.06, 0.06])
    assert adjusted([0.01, 0.04, 0.03], "bonferroni") == pytest.approx([0.03, 0.12, 0.09])
    assert adjusted([0.01, 0.04, 0.03], "none") == [0.01, 0.04, 0.03]
    assert adjusted([0.9, None, 0.6], "holm") == [1.0, None, 1.0]


def test_the_p_value_is_that_of_the_interval():
    found = examined(15, "M")
    (row,) = [r for r in rows(found, "decided") if r["effect"] == "direct(M, Y)"]
    estimate = found["direct M Y"].estimates["wls"]
    half = (estimate.interval[1] - estimate.interval[0]) / 2
    t = estimate.value / (half / stats.t.ppf(0.975, estimate.df))
    assert row["p"] == pytest.approx(2 * stats.t.sf(abs(t), estimate.df))


@pytest.mark.parametrize("seed", range(4))
def test_p_values_are_of_the_plans_test(seed):
    def p_of(test: str) -> float:
        found = examined(12, "M", seed=seed, se=1.5, plan=ic.Plan(sites=12, persons=100, test=test))
        (table,) = (t for t in found.all_tables if t.key == "decided")
        assert (f"of the plan's test, {named.get(test, test)};" in table.note) == (test != "CR2")
        return next(r["p"] for r in table.records() if r["effect"] == "direct(M, Y)")

    named = {"bootstrap": "the wild bootstrap"}
    estimate = examined(12, "M", seed=seed, se=1.5)["direct M Y"].estimates["wls"]
    half = (estimate.interval[1] - estimate.interval[0]) / 2
    cr2 = half / stats.t.ppf(0.975, estimate.df)
    for test, se, df in (
        ("CR1", estimate.cr1, 11),
        ("CR2", cr2, estimate.df),
        ("CR3", estimate.se, estimate.df),
    ):
        assert p_of(test) == pytest.approx(2 * stats.t.sf(abs(estimate.value) / se, df))
    low, high = estimate.bootstrap
    assert (p_of("bootstrap") > 0.05) == (low < 0 < high)


def test_a_rejection_beside_an_interval_that_holds_0_is_told():
    """CR1 rejects where CR2, with Satterthwaite's degrees, does not."""
    told = Counter()
    for seed in range(4):
        found = examined(
            7, "M", seed=seed, se=1.2, primary="direct(M, Y)", decisions="as proposed", conditional_f=0.001,
            plan=ic.Plan(sites=7, persons=100),
        )  # fmt: skip
        (row,) = rows(found, "decided")
        low, high = found["direct M Y"].estimates["wls"].interval
        if row["decision"].startswith("causal"):
            told[low < 0 < high] += 1
            assert ("but its 95% interval holds 0" in row["decision"]) == (low < 0 < high)
    assert told[True] > 0, told
    assert told[False] > 0, told


def test_each_rule():
    def said(**options) -> str:
        found = examined(15, "M", primary="direct(M, Y)", **options)
        (row,) = rows(found, "decided")
        return row["decision"]

    assert said(decisions="as proposed") == "causal, with what it rests on"
    assert said(decisions="as proposed", direction="negative").endswith("against the expected direction")
    assert said(conditional_f=1e9) == "not determined: conditional F below 1e+09"
    assert said(decisions="Only if two readers agree.") == "by the author's rules, below"


def test_a_scatter_that_is_no_line_is_not_reported_as_causal():
    rng = np.random.default_rng(1)
    table = frame(30, "M", "Y", seed=3)
    table["y"] = 2 + 0.1 * table["m"] + 0.05 * rng.normal(size=30)
    effects = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    found = ic.examine(parallel("M", sites=30, primary="direct(M, Y)"), effects, assume="all")
    assert "intercept test rejects" in rows(found, "decided")[0]["decision"]


def test_no_effect_found_is_not_reported_as_no_effect():
    table = frame(30, "M", "Y", seed=3)
    table["y"] = 0.1 * np.random.default_rng(8).normal(size=30)
    effects = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    found = ic.examine(parallel("M", sites=30, primary="direct(M, Y)"), effects, assume="all")
    (row,) = rows(found, "decided")
    assert row["p"] > 0.05
    assert row["decision"] == "with its interval; not as no effect"


def test_own_rules_are_quoted_and_missing_ones_said():
    note = next(
        t for t in examined(15, "M", decisions="Only if two readers agree.").all_tables if t.key == "decided"
    ).note
    assert "Only if two readers agree." in note
    table = next(t for t in examined(15, "M").all_tables if t.key == "decided")
    assert table.title == "What the proposed rules would say"
    assert "No decision rules are registered" in table.note
    assert "Holm" in table.note


def test_departures():
    assert rows(examined(15, "M"), "deviations") == []
    design = parallel("M", "N", sites=20, primary="direct(N, Y)", weights="sites")
    effects = ic.SiteEffects.from_frame(frame(15, "M", "Y"), site="site", effects=pairs("M", "Y"))
    found = {row["about"]: row for row in rows(ic.examine(design, effects, assume="all"), "deviations")}
    assert (found["sites"]["registered"], found["sites"]["done"]) == ("20", "15")
    assert found["variables"]["registered"] == "N"
    assert "1 / Var" in found["site weights"]["done"]
    assert "no effects on N" in found["a primary effect"]["done"]


def test_fewer_persons_than_planned_depart():
    table = frame(15, "M", "Y").assign(n=20, n0=20)
    effects = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"), persons=("n", "n0"))
    for planned, departs in ((60, True), (42, False)):
        found = ic.examine(parallel("M", sites=15), effects, assume="all", plan=ic.Plan(persons=planned))
        assert any(r["about"] == "persons per site" for r in rows(found, "deviations")) is departs


def test_planned_power_stands_beside_each_test_that_was_planned():
    plan = ic.Plan(persons=50)
    found = {row["test"]: row["power"] for row in rows(examined(15, "M", plan=plan), "tests")}
    drawn = ic.falsification(parallel("M", sites=15), plan, 500, assume="all")
    shares = {r.test: r.share.value for r in drawn.rejections if r.world == "planned"}
    assert found["intercept"] == shares["intercept"]
    assert found["curvature"] == shares["curvature"]
    assert found["heterogeneity at minimum"] == shares["heterogeneity Q"]
    assert found["heterogeneity"] is None
    assert found["pooled"] == shares["intercept"]  # one arm, one mediator: the same test
    sizes = {row["test"]: row["size"] for row in rows(examined(15, "M", plan=plan), "tests")}
    nothing = {(r.test, r.world): r.share.value for r in drawn.rejections}
    assert sizes["curvature"] == nothing["curvature", "independent"]
    assert (
        sizes["heterogeneity at minimum"] == nothing["heterogeneity Q", "uniform"]
    )  # which rejects where effects differ
    assert all(row["power"] is None for row in rows(examined(15, "M"), "tests"))


def test_tests_of_one_outcome_are_a_family():
    """Two tests of one regression: Holm doubles the smaller p value; pooled, the same as intercept, is not counted."""
    found = examined(15, "M")
    (table,) = (t for t in found.all_tables if t.key == "tests")
    rows_ = {row["test"]: row for row in table.records()}
    p = {name: rows_[name]["p"] for name in ("intercept", "curvature")}
    small = min(p, key=p.get)
    assert rows_[small]["adjusted"] == pytest.approx(min(1.0, 2 * p[small]))
    assert rows_["pooled"]["p"] == pytest.approx(p["intercept"], rel=1e-6)
    assert rows_["pooled"]["adjusted"] is rows_["heterogeneity"]["adjusted"] is None
    assert "Holm" in table.note


def test_the_rule_for_tests_is_registered():
    design = parallel("M", sites=15, rules=ic.Rules(tests="none"))
    effects = ic.SiteEffects.from_frame(frame(15, "M", "Y"), site="site", effects=pairs("M", "Y"))
    (table,) = (t for t in ic.examine(design, effects, assume="all").all_tables if t.key == "tests")
    row = next(r for r in table.records() if r["test"] == "curvature")
    assert row["adjusted"] == row["p"]
    with pytest.raises(ic.InvalidDesignError, match="tests is 'often'"):
        ic.Rules(tests="often")


@pytest.mark.parametrize(
    ("p", "shown"), [(0.0, "<.001"), (0.0009, "<.001"), (0.001, "0.001"), (0.25, "0.250")]
)
def test_small_p_values_are_not_zero(p, shown):
    from identcheck.evidence.evidence_tables import TESTS
    from identcheck.tables.terminal import cell_text

    (column,) = (c for c in TESTS if c.key == "p")
    assert cell_text(p, column) == shown


def test_where_the_plan_has_one_sided_tests_p_values_are_of_one_side():
    """In the expected direction half the two-sided one, against it 1 less that half."""
    both = rows(examined(15, "M", se=3.0), "decided")[0]["p"]
    found = {}
    for way in ("positive", "negative"):
        evidence = examined(
            15, "M", se=3.0, plan=ic.Plan(sides=1, test="CR2"), direction={"direct(M, Y)": way}
        )
        found[way] = rows(evidence, "decided")[0]["p"]
    assert 0.001 < both < 0.999
    assert found["positive"] + found["negative"] == pytest.approx(1)
    assert min(found.values()) == pytest.approx(both / 2)
