"""What bias does to tests and intervals, what would help, and where a plan contradicts what effects rest on."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import stdtrit

from identcheck import Arrow, Design, Plan, Rules, Sizes, check, diagnose, simulate
from identcheck.plan.closed.biased import TOLERABLE, coverage_of, rejects_of, wrong_sign_of
from identcheck.plan.closed.helps import REACH
from identcheck.plan.closed.outlook import outlooks
from identcheck.plan.closed.t_tests import power_of
from identcheck.plan.closed.warnings import clustered
from identcheck.plan.conflicts import conflicts
from identcheck.plan.inputs.anticipate import anticipate
from tests.drawn import FIGURE_1, PARALLEL, drawn
from tests.planning.test_agreement import CASES

TRIALS = 4000
COVERAGE, REJECTION = 0.03, 0.06
"""How far the closed forms may be off besides 4 Monte Carlo errors, from 30 sites on."""

LITERACY = drawn(
    "T -> {P H}; P -> A; H -> A; {P H A} -> Y; pov -> {H A Y}; base -> {H Y}",
    unobserved=["H", "pov"],
    words={"person": "pupil", "site": "district"},
    labels={"T": "coaching", "P": "practice", "H": "home reading", "A": "attendance", "Y": "literacy"},
)
ARROWS = {
    "T -> P": Arrow(0.47, 0.20),
    "T -> H": Arrow(0.10, 0.10),
    "P -> Y": Arrow(0.18, 0.08),
    "H -> Y": Arrow(0.10),
    "A -> Y": Arrow(0.05),
    "P -> A": Arrow(0.10, 0.05),
}
PRACTICE = "direct P Y"


def literacy(sites: int = 30) -> Plan:
    """The plan of a trial of coaching whose instruments are weak."""
    return planned(220, sites)


def planned(persons: int, sites: int = 30) -> Plan:
    """The same with another mean number of pupils in a district."""
    return Plan(
        sites=sites,
        persons=Sizes(persons, 0.5),
        arrows=ARROWS,
        residuals={"P": 0.9},
        confounding={"H ~ A": 0.0},
    )


def outlook(design: Design, plan: Plan, effect: str):
    (found,) = outlooks(diagnose(design, plan, [effect]))
    return found


def close(share: float, simulated: float, accuracy: float, trials: int = TRIALS) -> bool:
    """Whether a chance is within an accuracy and 4 Monte Carlo errors of that in simulated trials."""
    return abs(share - simulated) <= accuracy + 4 * math.sqrt(
        max(simulated * (1 - simulated), 1 / trials) / trials
    )


@pytest.mark.parametrize(("sites", "about"), [(30, 0.90), (107, 0.85), (300, 0.68)])
def test_coverage_falls_with_sites_as_in_simulated_trials(sites, about):
    """More sites do not cure a bias from few persons: of 95% intervals fewer and fewer have the true value in them."""
    found = outlook(LITERACY, literacy(sites), PRACTICE)
    simulated = simulate(LITERACY, literacy(sites), 8000, 3, estimands=[PRACTICE]).row(PRACTICE)
    assert close(found.coverage, simulated["coverage"].value, 0.01, 8000)
    assert abs(found.coverage - about) < 0.015
    assert diagnose(LITERACY, literacy(sites), [PRACTICE])[PRACTICE].sites_needed is None


@pytest.mark.parametrize("name", sorted(CASES))
def test_chances_agree_with_simulated_trials(name):
    design, plan = CASES[name]
    diagnosis = diagnose(design, plan)
    drawn_trials = simulate(design, plan, TRIALS, 5)
    for found in outlooks(diagnosis):
        if found.coverage is None:
            continue
        row = drawn_trials.row(found.estimand)
        key = found.estimand, row.estimator
        if found.estimand.kind == "mediated":  # a product, whose estimates are skewed
            if row.measures["coverage"] is not None:
                assert close(found.coverage, row["coverage"].value, 2 * COVERAGE), found.estimand
                assert close(found.power_with_bias, row["power"].value, 1.5 * REJECTION), found.estimand
            continue
        t = drawn_trials.draws[key] / drawn_trials.errors[key]
        wrong = np.mean(-np.sign(found.target) * t > stdtrit(found.degrees, 0.975)) if found.target else None
        assert close(found.coverage, row["coverage"].value, COVERAGE), found.estimand
        assert close(found.power_with_bias, row["power"].value, REJECTION), found.estimand
        assert wrong is None or close(found.wrong_sign, wrong, 0.005), found.estimand


def test_without_bias_the_chances_are_those_of_the_t_test():
    for degrees in (1, 5, 40):
        assert coverage_of(0.0, 0.3, degrees, 0.05) == pytest.approx(0.95, abs=2e-3)
        assert rejects_of(0.5, 0.0, 0.3, degrees, 0.05) == pytest.approx(power_of(0.5, 0.3, degrees, 0.05))
        assert rejects_of(0.5, 0.2, 0.3, degrees, 0.05) == pytest.approx(power_of(0.7, 0.3, degrees, 0.05))


def test_wrong_signs_are_significant_estimates_on_the_other_side():
    assert wrong_sign_of(0.2, -0.9, 0.1, 30, 0.05) > 0.99
    assert wrong_sign_of(0.2, 0.9, 0.1, 30, 0.05) < 1e-6
    assert wrong_sign_of(-0.2, 0.9, 0.1, 30, 0.05) > 0.99
    both = wrong_sign_of(0.2, -0.1, 0.3, 30, 0.05) + wrong_sign_of(-0.2, 0.3, 0.3, 30, 0.05)
    assert both == pytest.approx(rejects_of(0.2, -0.1, 0.3, 30, 0.05))


def test_without_a_standard_error_the_sign_of_the_estimate_is_certain():
    assert coverage_of(0.1, 0.0, 5, 0.05) == 0.0
    assert coverage_of(0.0, 0.0, 5, 0.05) == 1.0
    assert wrong_sign_of(0.2, -0.3, 0.0, 5, 0.05) == 1.0


def test_persons_that_help_are_the_fewest_that_pass_the_rule():
    first = outlook(LITERACY, literacy(), PRACTICE).helps[0]
    assert (first.what, first.number) == ("persons", 1120)
    for persons, passes in ((first.number, True), (first.number - 12, False)):
        then = outlook(LITERACY, planned(persons), PRACTICE)
        assert (then.rule == "passes") is passes
    assert first.sentence.startswith(
        "1,120 pupils in each district on average (33,600 in all) would bring the conditional F to 10.1, the bias to "
    )


def test_where_no_number_of_persons_helps_it_is_said():
    found = outlook(LITERACY, literacy(), "direct A Y")
    last = next(help for help in found.helps if help.what == "persons")
    assert last.number is None
    then = outlook(LITERACY, planned(REACH * 220), "direct A Y")
    assert then.rule == "not determined"
    assert f"would leave the conditional F at {then.conditional_f:.1f}" in last.sentence


def test_sites_needed_are_given_where_the_bias_there_is_harmless():
    trial = drawn("T -> M -> Y"), Plan(sites=20, persons=400, arrows={"T -> M": Arrow(0.5, 0.4)})
    sites = next(help for help in outlook(*trial, "itt").helps if help.what == "sites")
    assert sites.number == diagnose(*trial)["itt"].sites_needed
    assert sites.after.degrees == sites.number - 1
    biased = outlook(LITERACY, literacy(), PRACTICE)
    assert diagnose(LITERACY, literacy(107), [PRACTICE])[PRACTICE].bias > TOLERABLE * biased.se / 2
    assert diagnose(LITERACY, literacy(), [PRACTICE])[PRACTICE].sites_needed is None
    (sites,) = [help for help in biased.helps if help.what == "sites"]
    assert sites.number is None
    covered = outlook(LITERACY, literacy(107), PRACTICE).coverage
    assert sites.sentence == (
        f"More districts do not help: with 107 the interval covers {100 * covered:.0f}%."
    )


def test_measuring_is_offered_with_the_numbers_of_the_design_that_measures():
    found = outlook(LITERACY, literacy(), "direct H Y")
    (help,) = found.helps
    assert help.what == "measure"
    measured = drawn(
        "T -> {P H}; P -> A; H -> A; {P H A} -> Y; pov -> {H A Y}; base -> {H Y}",
        unobserved=["pov"],
    )
    then = diagnose(measured, literacy(), ["direct H Y"])["direct H Y"]
    assert help.after.se == pytest.approx(then.se)
    assert help.after.bias == pytest.approx(then.bias)


def test_the_rule_is_that_of_the_design():
    strict = outlook(LITERACY, literacy(), PRACTICE)
    assert (strict.rule, strict.weakest) == ("not determined", "A")
    assert "too few pupils in a district" in strict.sentence


def test_a_sentence_gives_bias_unit_and_coverage_at_a_fixed_number_of_digits():
    found = outlook(LITERACY, literacy(), PRACTICE)
    assert found.sentence == (
        f"Weak: conditional F {found.conditional_f:.1f}. Expected bias {found.bias:+.2f} (true effect 0.18 SD per SD, SE "
        f"{found.se:.2f}), from too few pupils in a district; a 95% interval covers {100 * found.coverage:.0f}%."
    )
    contrast = outlook(LITERACY, literacy(), "compliance P")
    assert contrast.sentence == (
        f"SE {contrast.se:.3f} SD, smallest detectable effect {contrast.detectable:.3f} (power 0.8)."
    )


def test_power_beside_a_bias_is_no_evidence():
    found = replace(outlook(LITERACY, literacy(), PRACTICE), size=0.05)
    rejects = f"{100 * found.power_with_bias:.0f}%"
    said = f"Power {found.power:.2f}; the test rejects in {rejects} of trials, the excess being bias"
    assert found.power_sentence == f"{said}."
    few = replace(found, size=0.08)
    assert few.power_sentence == f"{said} and standard errors that come out too small."
    unbiased = outlook(LITERACY, literacy(), "direct P A")
    assert unbiased.harmless
    assert "bias" not in unbiased.power_sentence


def test_advice_names_two_kinds_of_change_and_what_no_longer_has_to_be_argued():
    advice = outlook(LITERACY, literacy(), PRACTICE).advice
    assert "pupils in each district" in advice
    assert "Measuring home reading would give it a conditional F of" in advice
    assert "The bypass would then not have to be argued." in advice
    assert advice.endswith("More districts do not help: with 107 the interval covers 85%.")


CLUSTERS = drawn(
    "T -> M -> Y",
    words={"person": "pupil", "site": "district", "assigned": "classrooms"},
    labels={"T": "coaching"},
)
STRONG = Plan(sites=30, persons=400, arrows={"T -> M": Arrow(0.5, 0.4)})


def test_where_classrooms_are_assigned_no_effect_passes_the_rule():
    found, alone = (
        outlook(CLUSTERS, STRONG, "direct M Y"),
        outlook(drawn("T -> M -> Y"), STRONG, "direct M Y"),
    )
    assert found.conditional_f == alone.conditional_f > 10
    assert (alone.rule, alone.note) == ("passes", "")
    assert (found.rule, found.note) == ("", clustered(anticipate(CLUSTERS, STRONG)))
    assert f"F {found.conditional_f:.1f} if pupils were assigned one by one." in found.sentence
    assert "if pupils were assigned one by one" in outlook(CLUSTERS, STRONG, "itt").sentence
    (item,) = diagnose(CLUSTERS, STRONG, ["direct M Y"]).instruments
    assert item.strengths[0].verdict == "strong only if pupils were assigned one by one"
    assert clustered(anticipate(drawn("T -> M -> Y"), STRONG)) == ""
    assert clustered(anticipate(CLUSTERS, STRONG)) == (
        "Classrooms are assigned, but the plan counts pupils as if they were assigned one by one. The true standard errors are "
        "larger, and F, power and coverage lower than printed. State clusters and persons_per_cluster in the plan."
    )


def test_with_clusters_weak_instruments_are_weak_all_the_same():
    weak = outlook(CLUSTERS, STRONG.but(persons=12), "direct M Y")
    assert weak.rule == "not determined"
    assert weak.sentence.startswith("Weak even if pupils were assigned one by one: conditional F ")
    assert weak.advice.startswith("If pupils were assigned one by one, ")


def test_the_level_is_called_unadjusted_where_the_rules_adjust_for_several_primary_effects():
    def meaning(**more) -> str:
        table = next(t for t in diagnose(drawn("T -> M -> Y", **more), STRONG).tables if t.key == "precision")
        return next(column.meaning for column in table.columns if column.key == "power")

    primary = ["direct M Y", "itt"]
    assert "at the unadjusted level 0.05" in meaning(primary=primary)
    assert "at level 0.05" in meaning(primary=primary, rules=Rules(multiplicity="none"))
    assert "at level 0.05" in meaning(primary=primary[:1])


SHARING = drawn("T -> {P A}; P -> H; H -> {A Y}; A -> Y", unobserved=["H"], sites=30)
SHARED = {"T -> P": Arrow(0.5, 0.2), "T -> A": Arrow(0.5, 0.2), "P -> H": Arrow(0.3, 0.1)}


def test_conflicts_name_sds_of_arrows_that_must_be_the_same():
    def found(arrows):
        each = conflicts(diagnose(SHARING, Plan(sites=30, arrows=arrows)), check(SHARING, "all").findings)
        return [conflict for conflict in each if conflict.name == "shared"]

    (only,) = found(SHARED)
    assert (only.what, only.default) == ("P -> H", False)
    assert only.sentence.startswith(
        "H is planned to respond to P differently between sites (SD 0.10); the effect of A on Y requires the same response in "
        "every site. At these numbers it changes the bias "
    )
    (default,) = found({edge: arrow for edge, arrow in SHARED.items() if edge != "P -> H"})
    assert default.default
    assert ", a default)" in default.sentence
    assert not found({**SHARED, "P -> H": Arrow(0.3, 0.0)})


def test_a_conflict_says_how_much_it_changes_the_bias():
    """The change from the world where the arrow is the same everywhere."""
    effect = "direct A Y"
    plans = [Plan(sites=30, arrows=SHARED), Plan(sites=30, arrows={**SHARED, "P -> H": Arrow(0.3, 0.0)})]
    varying, alike = (diagnose(SHARING, plan) for plan in plans)
    change = abs(varying[effect].bias - alike[effect].bias)
    (only,) = (c for c in conflicts(varying, check(SHARING, "all").findings) if c.name == "shared")
    assert change > 0.0005
    assert f"changes the bias by up to {change:.3f}." in only.sentence


def test_what_one_stated_correlation_implies_is_one_conflict():
    stated = literacy().but(arrows={**ARROWS, "T -> H": Arrow(0.1, 0.0)}, between={"T -> P ~ P -> Y": 0.2})
    diagnosis = diagnose(LITERACY, stated)
    (only,) = conflicts(diagnosis, check(LITERACY).findings)
    assert only.name == "vii"
    assert only.sentence.startswith(
        "The plan states a correlation of 0.20 from district to district between how much coaching changes practice and how much "
        "practice matters for literacy; it implies 3 relations that (vii) excludes, and the effects of practice on literacy and "
        "attendance on literacy require these to be 0. At these numbers it changes the bias by up to "
    )
    without = diagnose(LITERACY, stated.but(between={}))
    change = max(abs(diagnosis[e].bias - without[e].bias) for e in ("direct P Y", "total P Y", "direct A Y"))
    assert f"by up to {change:.3f}." in only.sentence


def names(graph: str, plan: Plan) -> dict[str, str]:
    design = drawn(graph)
    return {c.name: c.sentence for c in conflicts(diagnose(design, plan), check(design, "all").findings)}


def test_conflicts_name_correlations_that_conditions_exclude():
    assert not names(PARALLEL, Plan())
    assert "(correlation 0.40)" in names(PARALLEL, Plan(between={"T -> M1 ~ M1 -> Y": 0.4}))["vii"]
    inside = Plan(
        arrows={"T -> M1": Arrow(0.5, 0.2, 0.3), "M1 -> Y": Arrow(0.2, 0.2, 0.3)},
        within={"T -> M1 ~ M1 -> Y": 0.5},
    )
    assert "(correlation 0.50)" in names(FIGURE_1, inside)["vi"]
    third = Plan(third_between={"T -> M1 ~ T -> M1 ~ M1 -> Y": 0.4})
    assert "(third moment in SDs 0.40)" in names(PARALLEL, third)["vii"]
    assert (
        "(correlation 0.30)"
        in names("T -> {M1 Y}; M1 -> Y", Plan(between={"T -> M1 ~ T -> Y": 0.3}))["bypass"]
    )
    assert "suspected" in names(PARALLEL, Plan(suspected={"T -> Y": Arrow(0.05)}))["ii"]
