"""Clusters with persons in several arms or cells of a site: their covariance is in no sampling error, and it is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from tests.drawn import drawn

SAID = "that comes of it is not in"


def pupils(seed: int = 1, sites: int = 10, schools: int = 6, each: int = 12) -> pd.DataFrame:
    """Whole schools are treated; girls and boys are in every school."""
    rng = np.random.default_rng(seed)
    rows = []
    for site in range(sites):
        for school in range(schools):
            t, girl = school % 2, np.arange(each) % 2
            m = rng.normal(0.5 + 0.1 * site, 0.1) * t + rng.normal(size=each)
            y = 0.4 * m + rng.normal() * 0.3 + rng.normal(size=each)
            frame = {"site": site, "school": 10 * site + school, "T": t, "V": girl, "M": m, "Y": y}
            rows.append(pd.DataFrame(frame))
    return pd.concat(rows, ignore_index=True)


def notes(frame, design, **options):
    table = ic.SiteEffects.from_persons(
        frame, site="site", treatment="T", nodes={"M": "M", "Y": "Y"}, **options
    )
    found = ic.examine(design, table, assume="all")["total M Y"]
    tests = [test.note for test in found.regression.tests.values() if test.p is not None]
    assert len(tests) >= 2
    return tests, [found.estimates[name].note for name in ("liml", "corrected") if name in found.estimates]


PLAIN = drawn("T -> M -> Y", sites=10)


@pytest.mark.parametrize("cluster", [None, "school"])
def test_nothing_is_said_where_whole_clusters_are_in_one_arm(cluster):
    tests, estimates = notes(pupils(), PLAIN, cluster=cluster)
    assert not any(SAID in note for note in (*tests, *estimates))


def test_clusters_that_hold_both_arms_are_counted_by_site():
    frame = pupils()
    frame.loc[[0, 13], "T"] = 1 - frame.loc[[0, 13], "T"]  # a pupil of the first and of the second school
    tests, estimates = notes(frame, PLAIN, cluster="school")
    said = "2 clusters have persons in several arms of a site"
    assert all(said in note for note in tests if "intercept test" not in note)
    assert estimates
    assert all(said in note for note in estimates)


def test_a_cluster_in_two_sites_is_none_that_crosses_arms():
    frame = pupils()
    frame["school"] %= 10  # the same numbers in every site
    tests, _ = notes(frame, PLAIN, cluster="school")
    assert not any(SAID in note for note in tests)


def test_cells_of_persons_alike_cross_every_school():
    held = ic.Modifier("V", [("T", "M"), ("M", "Y")], level="persons", scale="binary")
    design = drawn("T -> M -> Y", sites=10, modifiers=[held])
    tests, estimates = notes(pupils(), design, cluster="school", modifiers={"V": "V"})
    said = "60 clusters have persons in several cells of a site"
    assert sum(said in note for note in tests) == 2  # those of Q; what sums over sites is not concerned
    assert [said in note for note in estimates] == [True, False][: len(estimates)]
    assert not any("several arms" in note for note in tests)
    tests, _ = notes(pupils(), design, modifiers={"V": "V"})
    assert not any(SAID in note for note in tests)


def test_the_report_says_it_under_the_tests_and_under_what_was_taken_as_given():
    frame = pupils()
    frame.loc[0, "T"] = 1 - frame.loc[0, "T"]
    table = ic.SiteEffects.from_persons(
        frame, site="site", treatment="T", nodes={"M": "M", "Y": "Y"}, cluster="school"
    )
    assert any("take the arms as independent; least squares" in note for note in table.notes)
    evidence = ic.examine(PLAIN, table, assume="all")
    printed = {one.key: one for one in evidence.printed}
    tests = ("intercept", "curvature", "heterogeneity", "heterogeneity at minimum", "pooled")
    named = [name for name in tests if evidence.tests[name].p is not None and name != "pooled"]
    assert f"{', '.join(named).capitalize()}: a cluster has persons in several arms" in printed["tests"].note
    assert "a cluster has persons in several arms" in printed["other_estimates"].note
    assert "A cluster has persons in several arms of a site" in str(printed["taken"])
    html = evidence.render("html")
    assert html.count("has persons in several arms of a site") >= 3
