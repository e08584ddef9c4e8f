"""Whole clusters that drop out: fewer clusters in an arm of a site, in every number and in drawn trials."""

from __future__ import annotations

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, InvalidPlanError, Plan
from identcheck.plan.inputs.anticipate import anticipate
from tests.drawn import drawn

SCHOOLS = drawn("T -> M -> Y", sites=20, words={"site": "district", "assigned": "school"})
NUMBERS = {
    "sites": 20,
    "clusters": 16,
    "persons_per_cluster": 25,
    "arrows": {"T -> M": Arrow(0.6, 0.35, 0.0), "M -> Y": Arrow(0.2, 0.1, 0.0)},
    "residuals": {"M": 1.0, "Y": 1.0},
    "icc": {"M": 0.15, "Y": 0.2},
    "confounding": {"M ~ Y": {"persons": 0.2, "clusters": 0.4}},
}
LOST = {"control": 0.25, "T": 0.5}


def trials(rng: np.random.Generator, reps: int, left: tuple[int, int], stay: int) -> np.ndarray:
    """Estimates of M -> Y from means of the clusters that stay: `left` in control and treated, `stay` persons in each."""
    sites = 20
    found = np.zeros(reps)
    between = np.linalg.cholesky([[0.15, 0.4 * np.sqrt(0.15 * 0.2)], [0.4 * np.sqrt(0.15 * 0.2), 0.2]])
    within = np.linalg.cholesky([[0.85, 0.2 * np.sqrt(0.85 * 0.8)], [0.2 * np.sqrt(0.85 * 0.8), 0.8]])
    for r in range(reps):
        gamma, delta = rng.normal(0.6, 0.35, sites), rng.normal(0.2, 0.1, sites)
        means = []
        for count, treated in zip(left, (0.0, 1.0), strict=True):
            noise = rng.standard_normal((sites, count, 2)) @ between.T
            noise = noise[:, :, None] + rng.standard_normal((sites, count, stay, 2)) @ within.T
            mediator = noise[..., 0] + treated * gamma[:, None, None]
            outcome = noise[..., 1] + mediator * delta[:, None, None]
            means.append([each.mean(axis=2).mean(axis=1) for each in (mediator, outcome)])
        (m0, y0), (m1, y1) = means
        found[r] = (m1 - m0) @ (y1 - y0) / ((m1 - m0) @ (m1 - m0))
    return found


def test_it_is_the_trial_of_the_clusters_that_stay() -> None:
    """8 schools an arm, of which 6 and 4 stay with 20 of 25 pupils: bias within 0.01, SE within 6%, of 1,500 trials."""
    plan = Plan(**NUMBERS, cluster_attrition=LOST, attrition=0.2)
    effect = ic.diagnose(SCHOOLS, plan)[ic.direct("M", "Y")]
    found = trials(np.random.default_rng(5), 1500, (6, 4), 20)
    assert effect.bias == pytest.approx(found.mean() - 0.2, abs=0.01)
    assert effect.se == pytest.approx(found.std(), rel=0.06)


@pytest.mark.parametrize("level", ["sites", "persons"])
def test_simulated_trials_lose_them_too(level: str) -> None:
    plan = Plan(**NUMBERS, cluster_attrition=LOST, attrition=0.2)
    closed = ic.diagnose(SCHOOLS, plan)[ic.direct("M", "Y")]
    drawn_ = ic.simulate(SCHOOLS, plan, 600, 2, level=level, estimators=["2SLS"])
    (row,) = [row for row in drawn_.rows if row.estimand == ic.direct("M", "Y")]
    assert row.measures["sd"].value == pytest.approx(closed.se, rel=0.1)
    assert row.measures["bias"].value == pytest.approx(
        closed.bias, abs=4 * row.measures["bias"].error + 0.005
    )


def test_overall_it_is_a_plan_with_fewer_clusters() -> None:
    less, few = Plan(**NUMBERS, cluster_attrition=0.25), Plan(**NUMBERS | {"clusters": 12})
    for estimand in (ic.direct("M", "Y"), ic.itt(), ic.compliance("M")):
        assert ic.diagnose(SCHOOLS, less)[estimand].se == pytest.approx(
            ic.diagnose(SCHOOLS, few)[estimand].se
        )


def test_persons_of_clusters_that_drop_out_are_gone_too() -> None:
    at = anticipate(SCHOOLS, Plan(**NUMBERS, cluster_attrition=LOST, attrition=0.2))
    assert at.allocation.counts[0] == pytest.approx([6, 4])
    assert at.allocation.people[0] == pytest.approx([6 * 20, 4 * 20])
    assert at.sizes[0] == 16 * 25
    assert at.unit_size == 25


def test_clusters_needed_are_those_to_be_assigned() -> None:
    """To have as many in the end takes more of them at the start, in the same proportion."""
    plain, lossy = (
        ic.diagnose(SCHOOLS, Plan(**NUMBERS, cluster_attrition=lost))[ic.itt()].persons
        for lost in (None, 0.25)
    )
    assert lossy == pytest.approx(plain / 0.75, rel=0.03)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"cluster_attrition": 0.9}, "attrition of clusters leaves 0.8 of them in an arm of a site"),
        ({"cluster_attrition": {"T": 0.2}}, "no attrition of clusters for 'control'"),
        ({"cluster_attrition": {"T": 0.2, "contrl": 0.1}}, "'contrl' is no arm of the design"),
        ({"cluster_attrition": [0.1, 0.2]}, "lists 2 sites, but there are 20"),
        ({"cluster_attrition": 1.2}, "attrition of clusters is 1.2; it lies between 0 and 0.95"),
    ],
)
def test_a_mistake_says_how_to_mend_it(said: dict, problem: str) -> None:
    with pytest.raises(InvalidPlanError, match=problem):
        anticipate(SCHOOLS, Plan.unchecked(NUMBERS | said))


def test_many_clusters_whose_sizes_differ_are_refused_at_once() -> None:
    """Not where they would be many only because next to nobody is treated, which is a problem of its own."""
    differing = NUMBERS | {"persons_per_cluster": ic.Sizes(20, 0.2)}
    for more, problem in (
        ({"clusters": 100_000}, "2,000,000 clusters"),
        ({"treated": 1e-9}, "too few for two of them"),
    ):
        with pytest.raises(InvalidPlanError, match=problem) as refused:
            anticipate(SCHOOLS, Plan.unchecked(differing | more))
        assert "problems" not in str(refused.value)


def test_without_clusters_there_are_none_to_lose() -> None:
    with pytest.raises(
        InvalidPlanError, match="cluster_attrition is about clusters, but the plan states none"
    ):
        anticipate(drawn("T -> M -> Y"), Plan(cluster_attrition=0.1))


def test_it_is_read_from_files_and_varied_by_name(tmp_path) -> None:
    file = tmp_path / "trial.toml"
    file.write_text(
        ic.dumps(SCHOOLS, "toml")
        + "\n[plan]\nclusters = 8\ncluster_attrition = { control = 0.0, T = 0.25 }\n"
    )
    plan = ic.Plan.from_toml(file)
    assert plan.cluster_attrition == {"control": 0.0, "T": 0.25}
    grid = ic.sweep(SCHOOLS, plan, {"cluster_attrition.T": [0.0, 0.5]}, reps=20, workers=1)
    assert len({row[0] for row in grid.table.rows}) == 2
