"""What sampling errors of the compliances do to an estimate and its interval, and that it is said."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

import identcheck as ic
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.weighted import Fit
from identcheck.plan.closed.biased import coverage_of
from identcheck.plan.simulation.persons import PersonLevel, contrasts_of
from tests.drawn import drawn
from tests.evidence.person_trials import (
    TRUE,
    Tables,
    corrected,
    design_of,
    least_q,
    least_squares,
    plan,
    rejected,
    tables,
    together,
    trials,
)
from tests.evidence.shared import effects
from tests.evidence.test_persons import districts

ARMS = {1: ("T",), 2: ("A", "B")}


def level_of(arms: tuple[str, ...], sites: int, persons: int = 200) -> PersonLevel:
    return PersonLevel(ic.anticipate(design_of(arms, sites), plan(True, persons, arms)))


def table_of(data: Tables, arms: tuple[str, ...], trial: int) -> ic.SiteEffects:
    """One trial as a table of site effects."""
    sites, width = data.effects.shape[1], data.effects.shape[-1]
    nodes, count = ("Y", *("M", "N")[: width - 1]), sites * len(arms)
    return ic.SiteEffects(
        tuple(map(str, range(sites))), arms if len(arms) > 1 else ("",), nodes, np.repeat(np.arange(sites), len(arms)),
        np.tile(np.arange(len(arms)), sites), data.effects[trial].reshape(count, -1),
        data.sampling[trial].reshape(count, width, width), data.control[trial], "persons",
        np.tile(data.weights, sites), np.column_stack([np.tile(data.counts[1:], sites), np.full(count, data.counts[0])]),
    )  # fmt: skip


@pytest.mark.parametrize("arms", ARMS.values())
def test_trials_drawn_without_persons_are_those_with_persons(arms):
    """Means and covariances of contrasts, by site and arm, within five Monte Carlo errors."""
    level, reps = level_of(arms, 30, 40), 60
    drawn_first = tables(level, np.random.default_rng(1), reps).effects
    found = contrasts_of(level.persons(np.random.default_rng(2), reps))
    order = [found.nodes.index(v) for v in ("Y", *found.nodes[:-1])]
    other = np.asarray(found.effects)[:, order].transpose(2, 3, 0, 1)
    assert other.shape == drawn_first.shape
    for arm in range(len(arms)):
        one, two = drawn_first[:, :, arm].reshape(-1, len(order)), other[:, :, arm].reshape(-1, len(order))
        for moment in (lambda x: x, lambda x: (x[:, :, None] * x[:, None]).reshape(len(x), -1)):
            a, b = moment(one), moment(two)
            error = np.sqrt(a.var(0) / len(a) + b.var(0) / len(b))
            assert (np.abs(a.mean(0) - b.mean(0)) < 5 * error).all()


@pytest.mark.parametrize("arms", ARMS.values())
@pytest.mark.parametrize("sites", [8, 70])
def test_the_trials_have_the_intervals_and_tests_that_examine_gives(arms, sites):
    data = tables(level_of(arms, sites), np.random.default_rng(3), 2)
    for trial in range(2):
        evidence = ic.examine(design_of(arms, sites), table_of(data, arms, trial), assume="all")
        found = evidence["direct M Y"].estimates
        own = least_squares(data)
        for name, made in (("wls", own), ("corrected", corrected(data, own.df))):
            ends = made.value[trial] + np.array([-1, 1]) * made.half[trial]
            assert found[name].interval == pytest.approx(tuple(ends), rel=1e-9)
        for name, rejects in rejected(data).items():
            assert np.isnan(rejects[trial]) == (evidence.tests[name].p is None)
            if evidence.tests[name].p is not None:
                assert rejects[trial] == (evidence.tests[name].p < 0.05)


@pytest.mark.parametrize("arms", ARMS.values())
def test_the_pull_is_what_errors_add_to_the_moments(arms):
    """(G'WG)^-1 sum W_ij (S_Gy - S_GG b)_ij at the corrected b, by hand."""
    data = tables(level_of(arms, 20, 40), np.random.default_rng(4), 1)
    table = table_of(data, arms, 0)
    found = ic.examine(design_of(arms, 20), table, assume="all")["direct M Y"]
    moments, added = np.zeros((2, *table.shared.shape[1:]))
    for i, one in enumerate(table.effects):
        for j in np.flatnonzero(table.site == table.site[i]):
            w = data.joint[table.arm[i], table.arm[j]]
            moments += w * np.outer(one, table.effects[j])
            added += w * (table.sampling[i] if i == j else table.shared[table.site[i]])
    gram, noise, mixed = moments[1:, 1:], added[1:, 1:], added[1:, 0]
    b = np.linalg.solve(gram - noise, (moments - added)[1:, 0])
    assert found.estimates["wls"].pull == pytest.approx(np.linalg.solve(gram, mixed - noise @ b)[0], rel=1e-9)
    assert found.estimates["corrected"].pull == 0.0


def test_a_pull_is_said_with_the_coverage_that_is_left():
    data = tables(level_of(("A", "B"), 200, 100), np.random.default_rng(5), 1)
    evidence = ic.examine(design_of(("A", "B"), 200), table_of(data, ("A", "B"), 0), assume="all")
    one = evidence["direct M Y"].estimates["wls"]
    said = re.search(
        r"pull it by about (\S+) \(95% interval (\S+) to (\S+)\), (\S+) of its SE, so that its 95% interval covers about (\d+)% "
        r"\((\d+)% to (\d+)%\)",
        one.note,
    )
    assert said is not None
    assert float(said[1]) == pytest.approx(one.pull, rel=0.05)
    assert float(said[4]) == pytest.approx(abs(one.pull) / one.se, abs=0.006)
    for place, pull in ((5, one.pull), (6, float(said[3])), (7, float(said[2]))):
        assert float(said[place]) == pytest.approx(100 * coverage_of(pull, one.se, one.df, 0.05), abs=3)
    assert "pull it" not in evidence["direct M Y"].estimates["corrected"].note
    html = " ".join(evidence.render("html").split())
    assert "sampling errors of the compliances pull it by" in html
    assert "sampling errors pull it, as its remark says" in html


def test_the_interval_of_the_pull_is_that_of_its_spread_over_trials():
    """The jackknife's standard error against the SD over trials, within a third; 80 of one mediator and of two arms."""
    for arms, sites in ((("T",), 60), (("A", "B"), 200)):
        data = tables(level_of(arms, sites, 60), np.random.default_rng(11), 80)
        design = design_of(arms, sites)
        own = [
            EffectEvidence(ic.check(design, "all")["direct M Y"], table_of(data, arms, i)).own
            for i in range(80)
        ]
        found = np.array([(one.pull, one.pull_se) for one in own])
        assert np.median(found[:, 1]) == pytest.approx(found[:, 0].std(ddof=1), rel=1 / 3)


def test_the_pull_without_a_site_is_that_of_the_rows_without_it():
    for arms in ARMS.values():
        table = table_of(tables(level_of(arms, 20, 60), np.random.default_rng(12), 1), arms, 0)
        rows = ic.examine(design_of(arms, 20), table, assume="all")["direct M Y"].regression.rows
        fit = Fit(rows)
        for s in (0, 7):
            assert fit.pulls[s] == pytest.approx(fit.pull - Fit(rows.without(s)).pull, rel=1e-6)


def test_of_few_clusters_it_is_not_said_how_often_the_interval_covers():
    """The pull of 12 sites of six schools is not known well enough; what the rules say has "may"."""
    table = districts(np.random.default_rng(1), 12, 6, 10, 1.0, 0.7, 0.2)
    nodes = {"M": "m", "N": "n", "Y": "y"}
    made = ic.SiteEffects.from_persons(table, site="site", treatment="t", nodes=nodes, cluster="c")
    design = drawn("T -> {M N} -> Y", sites=12, rules=ic.Rules(conditional_f=2.0))
    evidence = ic.examine(design, made, assume="all")
    note = evidence["direct N Y"].estimates["wls"].note
    assert "how often its own 95% interval covers cannot be told from these sites" in note
    assert "covers about" not in note
    said = next(row["decision"] for row in evidence.records("decided") if row["effect"] == "direct(N, Y)")
    assert "sampling errors may pull it, as its remark says" in said


def test_nothing_is_said_where_the_pull_is_small():
    table = effects(20, "M", "Y")
    table = replace(table, sampling=table.sampling / 100)
    found = ic.examine(drawn("T -> M -> Y", sites=20), table, assume="all")["direct M Y"]
    assert found.estimates["wls"].pull != 0
    assert abs(found.estimates["wls"].pull) < 0.25 * found.estimates["wls"].se
    assert "pull" not in found.estimates["wls"].note


def test_covariances_that_are_not_known_are_said():
    table = effects(40, "M", "Y")
    table = replace(table, sampling=100 * table.sampling)
    note = ic.examine(drawn("T -> M -> Y", sites=40), table, assume="all")["direct M Y"].estimates["wls"].note
    assert "covariances with errors of the outcome taken as 0" in note or "nobody can tell" in note


def test_compliances_that_are_all_noise():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(
        {"s": np.arange(20), "m": 0.01 * rng.normal(size=20), "y": rng.normal(size=20), "e": 0.1}
    )
    table = ic.SiteEffects.from_frame(
        frame.assign(f=0.1), site="s", effects={"M": ("m", "e"), "Y": ("y", "f")}, weights="sites"
    )
    one = ic.examine(drawn("T -> M -> Y", sites=20), table, assume="all")["direct M Y"].estimates["wls"]
    assert one.pull is None
    assert "nobody can tell how far these pull it" in one.note


@pytest.mark.parametrize(
    ("arms", "sites", "persons"), [(1, 200, 200), (1, 200, 40), (2, 8, 200), (2, 60, 40)]
)
def test_coverage(arms, sites, persons):
    """Of the corrected interval .95; of the stated one what the pull leaves of it. Within 4 Monte Carlo errors and .01."""
    count = 800
    found = together(trials(ARMS[arms], sites, True, persons, count))
    assert abs(found["corrected covers"].mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / count) + 0.01
    left = float(np.mean([coverage_of(pull, 1.0, sites, 0.05) for pull in found["pull"]]))
    assert abs(found["covers"].mean() - left) < 4 * np.sqrt(left * (1 - left) / count) + 0.01
    assert TRUE == 0.5


@pytest.mark.parametrize(("persons", "sites", "share"), [(40, 200, 14), (40, 60, 9), (400, 60, 0)])
def test_q_of_few_persons_says_how_often_it_rejects(persons, sites, share):
    """Against Q at the true effect, drawn here, of sites with one effect: chi squared on K but for estimated variances."""
    rng, reps = np.random.default_rng(8), 4000
    df = persons - 2
    q = (rng.standard_normal((reps, sites)) ** 2 / (rng.chisquare(df, (reps, sites)) / df)).sum(1)
    rejects = (q > chi2.ppf(0.95, sites)).mean()
    data = tables(level_of(("T",), sites, persons), rng, 1)
    note = (
        ic.examine(design_of(("T",), sites), table_of(data, ("T",), 0), assume="all")
        .tests["heterogeneity at minimum"]
        .note
    )
    said = re.search(r"rejects in about (\d+)% of trials with one effect", note)
    assert (said is None) == (share == 0)
    if said is not None:
        assert int(said[1]) == share
        assert abs(share / 100 - rejects) < 0.03
    else:
        assert rejects < 0.07


def test_the_least_q_of_the_trials_is_that_of_examine():
    data = tables(level_of(("T",), 12, 60), np.random.default_rng(9), 3)
    for trial, q in enumerate(least_q(data)):
        evidence = ic.examine(design_of(("T",), 12), table_of(data, ("T",), trial), assume="all")
        assert evidence.tests["heterogeneity at minimum"].statistic == pytest.approx(q, rel=1e-6)
