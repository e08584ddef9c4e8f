# ruff: noqa: E501
"""Plans as trials are: clusters, covariates, drop-out, allocation (theory section 18)."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from scipy.stats import t as student

import identcheck as ic
from identcheck import Arrow, Design, Plan, Sizes, diagnose, simulate
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.outlook import outlooks
from identcheck.plan.closed.warnings import clustered, one_by_one
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.from_files import plan_from_text
from tests.drawn import PARALLEL, drawn
from tests.planning.cluster_trials import Trial, estimates, random_trial

SCHOOLS = drawn(
    "T -> {A B} -> Y", words={"person": "pupil", "site": "district", "assigned": "school"}, sites=20
)
ARROWS = {
    "T -> A": Arrow(0.5, 0.3),
    "T -> B": Arrow(0.3, 0.3),
    "A -> Y": Arrow(0.2, 0.1),
    "B -> Y": Arrow(0.3, 0.1),
}
PLAN = Plan(
    clusters=8,
    persons_per_cluster=50,
    icc={"A": 0.15, "B": 0.10, "Y": 0.20},
    arrows=ARROWS,
    confounding={
        "A ~ Y": {"persons": 0.2, "clusters": 0.5},
        "B ~ Y": {"persons": 0.2, "clusters": 0.5},
        "A ~ B": {"persons": 0.1, "clusters": 0.2},
    },
)
A_ON_Y = ic.direct("A", "Y")


def strength(design: Design, plan: Plan, regressor: str):
    (item,) = diagnose(design, plan).instruments
    return next(s for s in item.strengths if s.regressor == regressor)


# -- the example of theory section 18 ---------------------------------------------------


def test_twenty_districts_of_eight_schools_of_fifty_pupils() -> None:
    """SE .141 and conditional F 3.3; without the schools .067 and 16.2 (theory section 18, by simulation)."""
    effect = diagnose(SCHOOLS, PLAN)[A_ON_Y]
    assert effect.se == pytest.approx(0.141, abs=0.0015)
    assert strength(SCHOOLS, PLAN, "A").conditional == pytest.approx(3.3, rel=0.03)
    alone = Plan(persons=400, arrows=ARROWS, confounding={"A ~ Y": 0.26, "B ~ Y": 0.25, "A ~ B": 0.11})
    assert diagnose(SCHOOLS, alone)[A_ON_Y].se == pytest.approx(0.067, abs=0.001)
    assert strength(SCHOOLS, alone, "A").conditional == pytest.approx(16.2, rel=0.03)


def example() -> Trial:
    both = lambda a, b, c: np.array([[1, a, b], [a, 1, c], [b, c, 1]])  # noqa: E731
    return Trial(
        nodes=["A", "B", "Y"],
        effects={("T", "A"): (0.5, 0.3, 0), ("T", "B"): (0.3, 0.3, 0), ("A", "Y"): (0.2, 0.1, 0), ("B", "Y"): (0.3, 0.1, 0)},
        together={},
        units=np.full(20, 8),
        size=np.full(20, 50),
        treated=np.full(20, 4),
        lost=(0.0, 0.0),
        icc=np.array([0.15, 0.10, 0.20]),
        correlation=(both(0.1, 0.2, 0.2), both(0.2, 0.5, 0.5)),
        explained=(np.zeros(3), np.zeros(3)),
    )  # fmt: skip


def test_the_example_person_by_person() -> None:
    trial = example()
    assert trial.plan().confounding[("A", "Y")] == {"persons": 0.2, "clusters": 0.5}
    agrees(trial, reps=1500, seed=11)


# -- closed forms against persons drawn by numpy alone ----------------------------------


def agrees(trial: Trial, reps: int, seed: int) -> None:
    """Bias within 0.01, F within 1%, conditional F 3%, SE 6%, and 3.5 Monte Carlo errors of each."""
    numbers = diagnose(trial.design(), trial.plan())
    batches = [estimates(trial, 250, seed + k) for k in range(0, reps, 250)]
    found = {key: np.concatenate([batch[key] for batch in batches]) for key in batches[0]}
    strengths = {
        s.regressor: s
        for item in numbers.instruments
        if item.regression.outcome == "Y" and set(item.regression.regressors) == set(trial.nodes[:-1])
        for s in item.strengths
    }
    for k, node in enumerate(trial.nodes[:-1]):
        effect, b = numbers[ic.direct(node, "Y")], found["b"][:, k]
        error = b.std() / math.sqrt(reps)
        assert effect.bias == pytest.approx(b.mean() - trial.effects[node, "Y"][0], abs=0.01 + 3.5 * error)
        around = (b - b.mean()) ** 2
        error = around.std() / around.mean() / math.sqrt(reps) / 2
        assert effect.se == pytest.approx(b.std(), rel=0.06 + 3.5 * error)
        pairs = ((strengths[node].f, "f", 0.01), (strengths[node].conditional, "conditional", 0.03))
        for closed, key, within in pairs:
            f = found[key][:, k]
            assert closed == pytest.approx(
                f.mean(), rel=within + 3.5 * f.std() / f.mean() / math.sqrt(reps)
            ), key


@pytest.mark.parametrize("seed", range(12))
def test_closed_forms_agree_with_persons_drawn_by_numpy(seed: int) -> None:
    agrees(random_trial(Random(seed)), reps=500, seed=1000 * seed)


def test_the_comparison_covers_what_plans_can_say() -> None:
    trials = [random_trial(Random(seed)) for seed in range(12)]
    assert 2 <= sum(trial.size is None for trial in trials) <= 9
    assert any(trial.lost[0] != trial.lost[1] for trial in trials)
    assert any(len(set(trial.units.tolist())) > 1 for trial in trials)
    assert any(trial.explained[1].any() for trial in trials)
    assert any(sd for trial in trials for _, _, sd in trial.effects.values())
    assert any(len({*(t.treated / t.units).round(3).tolist()}) > 1 for t in trials)


def test_a_plan_that_leaves_clusters_or_covariates_out_does_not_agree() -> None:
    """The comparison can fail: the same trials with a plan that counts schools' pupils one by one."""
    trial = example()
    pretended = Plan(sites=20, persons=400, arrows=ARROWS)
    trial.plan = lambda: pretended  # type: ignore[method-assign]
    with pytest.raises(AssertionError):
        agrees(trial, reps=500, seed=3)


# -- the engine's own simulation at both levels -----------------------------------------

VARYING = {
    "T -> {M1 M2}": Arrow(0.5, 0.4, 0.3),
    "M1 -> M2": Arrow(0.3, 0.2, 0.3),
    "{M1 M2} -> Y": Arrow(0.2, 0.1, 0.2),
}
FIGURE = "T -> {M1 M2} -> Y; M1 -> M2"
COVARIATES = {"M1": 0.4, "M2": 0.5, "Y": {"persons": 0.3, "clusters": 0.6}}
SIMULATED = {
    "clusters": (SCHOOLS, PLAN),
    "covariates and drop-out by arm": (
        drawn(FIGURE),
        Plan(sites=30, clusters=8, persons_per_cluster=20, arrows={"T -> {M1 M2}": Arrow(0.5, 0.4), "M1 -> M2": Arrow(0.3, 0.3)},
             r2=COVARIATES, attrition={"T": 0.3, "control": 0.1}),
    ),
    "persons differ": (
        drawn(FIGURE),
        Plan(sites=30, clusters=8, persons_per_cluster=10, arrows=VARYING, r2=COVARIATES, icc=dict.fromkeys(("M1", "M2", "Y"), 0.1)),
    ),
    "persons assigned, shares by site": (
        drawn(FIGURE),
        Plan(sites=30, persons=100, treated=[0.3, 0.5, 0.6] * 10, arrows={"T -> {M1 M2}": Arrow(0.5, 0.4)}, r2={"M1": 0.4, "Y": 0.5}),
    ),
    "clusters of different sizes, by persons": (
        drawn(PARALLEL, weights="persons"),
        Plan(sites=30, clusters=10, persons_per_cluster=Sizes(20, 0.8), arrows={"T -> {M1 M2}": Arrow(0.5, 0.4)}),
    ),
    "clusters of different sizes, each counting once": (
        drawn(PARALLEL),
        Plan(sites=30, clusters=10, persons_per_cluster=Sizes(20, 0.8), arrows={"T -> {M1 M2}": Arrow(0.5, 0.4)}),
    ),
    "sites count once": (
        drawn(PARALLEL, weights="sites"),
        Plan(sites=30, clusters=[6, 8, 12] * 10, persons_per_cluster=[20, 30, 40] * 10, arrows={"T -> {M1 M2}": Arrow(0.5, 0.4)}),
    ),
    "a mediator of the cluster, one measured with error": (
        drawn(PARALLEL),
        Plan(sites=30, clusters=10, persons_per_cluster=20, icc={"M1": 1.0, "M2": 0.2}, reliability={"M1": 0.8, "M2": 0.7},
             arrows={"T -> {M1 M2}": Arrow(0.8, 0.6)}),
    ),
    "two arms": (
        drawn("T1 -> {M1 M2}; T2 -> {M1 M2}; {M1 M2} -> Y"),
        Plan(sites=30, clusters=12, persons_per_cluster=20, treated={"T1": 1 / 3, "T2": 1 / 3},
             attrition={"T1": 0.1, "T2": 0.3, "control": 0.0}, arrows={"{T1 T2} -> {M1 M2}": Arrow(0.5, 0.4)}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("level", ["sites", "persons"])
@pytest.mark.parametrize("case", SIMULATED)
def test_closed_forms_agree_with_simulation_at_both_levels(case: str, level: str) -> None:
    design, plan = SIMULATED[case]
    numbers = diagnose(design, plan)
    simulated = simulate(design, plan, reps=800, seed=8, level=level, estimators=["2SLS"])
    for item in numbers.instruments:
        names = {e.question.strategy.name for e in numbers.effects if e.question.strategy and item.regression in (
            p.regression for p in e.question.strategy.parts)}  # fmt: skip
        for strong in item.strengths:
            rows = [
                s for s in simulated.strengths if s.regressor == strong.regressor and s.regression in names
            ]
            for row in rows[:1]:
                for closed, got, within in (
                    (strong.f, row.plain, 0.02),
                    (strong.conditional, row.conditional, 0.04),
                ):
                    assert closed == pytest.approx(got.value, rel=within + 4 * got.error / got.value)
    compared = 0
    for effect in numbers.effects:
        estimand = effect.question.estimand
        if estimand.kind == "direct" and estimand.nodes[-1] == design.outcome:
            row = simulated.row(estimand, "2SLS")
            assert effect.bias == pytest.approx(row["bias"].value, abs=0.01 + 4 * row["bias"].error)
            spread = row["sd"]
            assert effect.se == pytest.approx(spread.value, rel=0.07 + 4 * spread.error / spread.value)
            compared += 1
    assert compared >= 2


# -- published formulas of blocked designs ----------------------------------------------


def mdes(variance: float, freedom: int, alpha: float = 0.05, power: float = 0.8) -> float:
    """Dong and Maynard (2013), Journal of Research on Educational Effectiveness 6(1): multiplier times standard error."""
    return float((student.ppf(1 - alpha / 2, freedom) + student.ppf(power, freedom)) * math.sqrt(variance))


@pytest.mark.parametrize(("n", "sites", "p", "r2", "sd"), [(80, 30, 0.5, 0.0, 0.1), (40, 12, 0.3, 0.5, 0.2)])
def test_persons_assigned_as_in_powerup(n: int, sites: int, p: float, r2: float, sd: float) -> None:
    """BIRA2_1r: omega rho / J + (1 - rho) (1 - R2) / (p (1 - p) J n), J - 1 degrees of freedom; units of the SD within sites."""
    plan = Plan(sites=sites, persons=n, treated=p, r2={"M": r2}, arrows={"T -> M": Arrow(0.5, sd)})
    effect = diagnose(drawn("T -> M -> Y"), plan)[ic.compliance("M")]
    published = mdes(sd**2 / sites + (1 - r2) / (p * (1 - p) * sites * n), sites - 1)
    assert effect.detectable == pytest.approx(published, rel=1e-6)


@pytest.mark.parametrize(("n", "j", "k"), [(20, 8, 20), (50, 6, 35)])
@pytest.mark.parametrize(("icc", "r2"), [(0.2, (0.0, 0.0)), (0.1, (0.4, 0.7))])
def test_clusters_assigned_as_in_powerup(n: int, j: int, k: int, icc: float, r2: tuple[float, float]) -> None:
    """BCRA3_2r: omega rho_3 / K + rho_2 (1 - R2_2) / (p (1 - p) J K) + (1 - rho_2 - rho_3) (1 - R2_1) / (p (1 - p) J K n)."""
    plan = Plan(
        sites=k,
        clusters=j,
        persons_per_cluster=n,
        icc={"M": icc},
        r2={"M": {"persons": r2[0], "clusters": r2[1]}},
        arrows={"T -> M": Arrow(0.5, 0.15)},
    )
    effect = diagnose(drawn("T -> M -> Y"), plan)[ic.compliance("M")]
    variance = 0.15**2 / k + icc * (1 - r2[1]) / (0.25 * j * k) + (1 - icc) * (1 - r2[0]) / (0.25 * j * k * n)
    assert effect.detectable == pytest.approx(mdes(variance, k - 1), rel=1e-6)


# -- what is the same, or follows exactly -----------------------------------------------


def test_clusters_of_one_person_are_persons() -> None:
    same = {"sites": 30, "arrows": ARROWS}
    one = Plan(clusters=80, persons_per_cluster=1, icc=dict.fromkeys(("A", "B", "Y"), 0.3), **same)
    for mine, other in zip(
        diagnose(SCHOOLS, one).effects, diagnose(SCHOOLS, Plan(persons=80, **same)).effects, strict=True
    ):
        if mine.se is not None:
            assert mine.se == pytest.approx(other.se, rel=1e-9)
            assert mine.bias == pytest.approx(other.bias, rel=1e-6, abs=1e-12)


def test_attrition_is_fewer_persons() -> None:
    less, few = Plan(sites=30, persons=100, attrition=0.2), Plan(sites=30, persons=80)
    for mine, other in zip(diagnose(SCHOOLS, less).effects, diagnose(SCHOOLS, few).effects, strict=True):
        if mine.se is not None:
            assert mine.se == pytest.approx(other.se, rel=1e-9)


def test_covariates_do_not_rescale_default_effects() -> None:
    plain, adjusted = (anticipate(SCHOOLS, PLAN.but(arrows={}, r2=r2)) for r2 in ({}, {"A": 0.5, "Y": 0.5}))
    np.testing.assert_array_equal(plain.mean, adjusted.mean)
    np.testing.assert_array_equal(plain.between, adjusted.between)
    np.testing.assert_array_equal(plain.residual, adjusted.residual)


def test_the_covariance_of_units_is_that_of_theory() -> None:
    """(1 - R2_b) Sigma_b + (1 - R2_w) Sigma_w / c with c the harmonic mean of those left, or times 1 + CV^2."""
    at = anticipate(SCHOOLS, PLAN.but(r2={"Y": {"persons": 0.3, "clusters": 0.6}}, attrition=0.2))
    (part,) = at.allocation.parts
    y = at.position["Y"]
    assert part.whole.left[y, y] == pytest.approx(0.4 * 0.2 + 0.7 * 0.8 / 40)
    assert at.allocation.counts.tolist() == [[4.0, 4.0]] * 20
    sized = PLAN.but(persons_per_cluster=Sizes(20, 0.5))
    sizes = anticipate(SCHOOLS, sized).cluster_sizes
    assert sizes is not None
    (part,) = anticipate(SCHOOLS, sized).allocation.parts
    assert part.whole.left[y, y] == pytest.approx(0.2 + 0.8 * (1 / sizes).mean())
    weighted = drawn("T -> {A B} -> Y", sites=20, weights="persons")
    (part,) = anticipate(weighted, sized).allocation.parts
    square = (sizes.std() / sizes.mean()) ** 2  # of sizes in a cell of 4 clusters less than of all
    few = 1 + square / 4
    assert part.whole.left[y, y] == pytest.approx(0.2 * (1 + square) / few + 0.8 / sizes.mean() * few)


# -- words, defaults, files -------------------------------------------------------------


def test_a_plan_with_clusters_and_no_icc_takes_a_default_with_its_source() -> None:
    at = anticipate(SCHOOLS, Plan(clusters=8))
    found = {item.name: item for item in at.inputs if item.default}
    assert found["intraclass correlation of Y"].value == "0.22"
    assert "Hedges and Hedberg (2007)" in found["intraclass correlation of Y"].source
    assert "persons per cluster" in found


def test_counting_pupils_one_by_one_where_schools_are_assigned_is_warned_of() -> None:
    alone, counted = anticipate(SCHOOLS, Plan(persons=400)), anticipate(SCHOOLS, PLAN)
    assert clustered(alone).endswith("State clusters and persons_per_cluster in the plan.")
    assert clustered(counted) == one_by_one(counted) == ""
    helps = {h.sentence for o in outlooks(diagnose(SCHOOLS, PLAN)) for h in o.helps if h.what == "persons"}
    assert any("schools of 50 pupils in each district" in sentence for sentence in helps)
    found = next(o for o in outlooks(diagnose(SCHOOLS, PLAN)) if o.estimand == A_ON_Y)
    assert found.cause == "too few schools in a district"
    assert "one by one" not in found.sentence + found.advice
    assert anticipate(drawn(PARALLEL), Plan(clusters=8)).questioned == (
        "the plan says that clusters are assigned, and the design does not say what they are; write words = { assigned = "
        '"school" }',
    )


TEXT = """
graph = "T -> {A B} -> Y"
treatment = "T"
outcome = "Y"
sites = 20
words = { person = "pupil", site = "district", assigned = "school" }

[plan]
clusters = 8
persons_per_cluster = 50

[plan.icc]
A = 0.15
B = 0.10
Y = 0.20

[plan.arrows]
"T -> A" = { mean = 0.5, between = 0.3 }
"T -> B" = { mean = 0.3, between = 0.3 }
"A -> Y" = { mean = 0.2, between = 0.1 }
"B -> Y" = { mean = 0.3, between = 0.1 }

[plan.confounding]
"{A B} ~ Y" = 0.2
"""


def test_a_file_says_the_same() -> None:
    levels = "{ persons = 0.2, clusters = 0.5 }"
    pairs = f'"A ~ Y" = {levels}\n"B ~ Y" = {levels}\n"A ~ B" = {{ persons = 0.1, clusters = 0.2 }}'
    text = TEXT.replace('"{A B} ~ Y" = 0.2', pairs)
    plan = plan_from_text(text, "schools.toml")
    assert diagnose(SCHOOLS, plan)[A_ON_Y].se == diagnose(SCHOOLS, PLAN)[A_ON_Y].se
    lost = text.replace(
        "clusters = 8\n", "clusters = 8\nattrition = { T = 0.2, control = 0.1 }\ntreated = 0.25\n"
    )
    lost += "\n[plan.r2]\nY = { persons = 0.3, clusters = 0.6 }\nA = 0.2\n[plan.reliability]\nA = 0.8\n"
    same = PLAN.but(
        attrition={"T": 0.2, "control": 0.1},
        treated=0.25,
        r2={"Y": {"persons": 0.3, "clusters": 0.6}, "A": 0.2},
        reliability={"A": 0.8},
    )
    assert diagnose(SCHOOLS, plan_from_text(lost))[A_ON_Y].se == diagnose(SCHOOLS, same)[A_ON_Y].se


WRONG: list[tuple[dict, str]] = [
    ({"clusters": 8, "icc": {"A": 1.2}}, "the intraclass correlation of A is 1.2; it lies between 0 and 1; the nearest possible value is 1"),
    ({"persons_per_cluster": 50}, "persons_per_cluster is about clusters, but the plan states none; state how many there are in a site, clusters = 8"),
    ({"icc": {"A": 0.2}}, "icc is about clusters, but the plan states none; state how many there are in a site, clusters = 8"),
    ({"r2": {"Y": 1.2}}, "the share of Y that covariates explain is 1.2; it lies between 0 and 0.99; the nearest possible value is 0.99"),
    ({"r2": {"Y": 40}}, "the share of Y that covariates explain is 40; it lies between 0 and 0.99; the nearest possible value is 0.99"),
    ({"r2": {"Y": {"clusters": 0.5}}}, "r2 of Y has a number for clusters, but the plan states none; state clusters = 8, or one number"),
    ({"r2": {"Y": {"schools": 0.5}}}, "the share of Y that covariates explain: 'schools' is no level; the levels are persons and clusters"),
    ({"r2": {"Z": 0.5}}, "'Z' is no mediator and not the outcome; they are 'A', 'B', 'Y'"),
    ({"attrition": 1.0}, "attrition is 1; it lies between 0 and 0.95; the nearest possible value is 0.95"),
    ({"attrition": {"T": 0.2}}, "there is no attrition for 'control'; give that of control and of every arm"),
    ({"attrition": {"T": 0.2, "controls": 0.1}}, "'controls' is no arm of the design (did you mean 'control'?)"),
    ({"attrition": [0.1, 0.2]}, "attrition lists 2 sites, but there are 20; give one number for each"),
    ({"treated": [0.5, 0.4]}, "treated lists 2 sites, but there are 20; give one number for each"),
    ({"treated": [0.5, 1.4] * 10}, "share treated in site 2 is 1.4; it lies strictly between 0 and 1; the nearest round value is 0.99"),
    ({"clusters": 2}, "clusters per site is 2, too few for two of them in every arm, which variation within arms takes; the nearest possible value is 4"),
    ({"clusters": 8, "persons": 400}, "the plan states clusters, so persons follow from their sizes; write persons_per_cluster = 50 in its place"),
    ({"clusters": 8, "persons_per_cluster": 0}, "persons per cluster is 0, too few for anybody in a cluster; the nearest possible value is 1"),
    ({"reliability": {"A": 0}}, "the reliability of A is 0; it lies between 0.1 and 1; the nearest possible value is 0.1"),
    ({"confounding": {"A ~ Y": {"clusters": 0.3}}}, "confounding of A ~ Y has a number for clusters, but the plan states none; state clusters = 8, or one number"),
    ({"sources": {"iccs": "x"}}, "'iccs' is no field that has a source"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "problem"), WRONG)
def test_a_mistake_says_how_to_mend_it(said: dict, problem: str) -> None:
    with pytest.raises(InvalidPlanError) as caught:
        anticipate(SCHOOLS, Plan.unchecked(said))
    assert any(problem in each for each in caught.value.problems), caught.value.problems


def test_every_mistake_is_told_at_once() -> None:
    said = {
        "clusters": 8,
        "icc": {"A": 1.2},
        "r2": {"Y": 2.0},
        "attrition": 3.0,
        "reliability": {"B": -1},
        "persons": 400,
    }
    with pytest.raises(InvalidPlanError) as caught:
        anticipate(SCHOOLS, Plan.unchecked(said))
    assert len(caught.value.problems) == 5


def test_shares_treated_and_drop_out_by_site_and_arm() -> None:
    """Persons who stay are counted cell by cell, and the contrasts of each site have the variance that they give."""
    design = drawn("T1 -> M; T2 -> M; M -> Y", sites=4)
    treated = {"T1": [0.2, 0.3, 0.25, 0.4], "T2": 0.3}
    lost = {"control": 0.1, "T1": [0.0, 0.2, 0.1, 0.3], "T2": [0.5, 0.0, 0.1, 0.0]}
    plan = Plan(persons=100, treated=treated, attrition=lost, arrows={"{T1 T2} -> M": Arrow(0.5, 0.0, 0.0)})
    at = anticipate(design, plan)
    one, other = np.array(treated["T1"]), np.full(4, 0.3)
    cells = 100 * np.column_stack(
        [(1 - one - other) * 0.9, one * (1 - np.array(lost["T1"])), other * (1 - np.array(lost["T2"]))]
    )
    assert at.allocation.people == pytest.approx(cells)
    variance = 1 / cells[:, 0] + 1 / cells[:, 1]  # of the first arm's contrast in a site, with an SD of 1
    effect = diagnose(design, plan, [ic.compliance("M", "T1")]).effects[0]
    weights = at.site_weights / at.site_weights.sum()
    assert effect.se == pytest.approx(np.sqrt(weights**2 @ variance), rel=0.02)


BY_SITE_AND_ARM = [
    (
        {"treated": {"T1": [0.5] * 4, "T2": [0.3, 0.6, 0.3, 0.3]}},
        "add up to 1.1 in a site and leave no control group",
    ),
    ({"treated": {"T1": [0.5] * 4, "T2": [0.3] * 3}}, "the arms list shares for different numbers of sites"),
    ({"treated": {"T1": [0.2] * 3, "T2": 0.2}}, "treated lists 3 sites, but there are 4"),
    ({"attrition": {"control": 0.0, "T1": [0.1] * 3, "T2": 0.0}}, "attrition lists 3 sites, but there are 4"),
    ({"attrition": {"control": 0.0, "T1": [0.1, 2, 0, 0], "T2": 0.0}}, "attrition (T1) in site 2 is 2"),
]


@pytest.mark.parametrize(("said", "problem"), BY_SITE_AND_ARM)
def test_lists_by_arm_that_do_not_fit_are_refused(said: dict, problem: str) -> None:
    with pytest.raises(InvalidPlanError) as caught:
        anticipate(drawn("T1 -> M; T2 -> M; M -> Y", sites=4), Plan.unchecked(said))
    assert any(problem in each for each in caught.value.problems), caught.value.problems
