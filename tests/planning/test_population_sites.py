"""Sites as the population: the standard error is that of trials in the same sites, and their own spread is a bias."""

from __future__ import annotations

import math

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, InvalidPlanError, Plan
from tests.drawn import drawn
from tests.planning.same_sites import World, in_the_same_sites
from tests.tools import often

ONE = drawn("T -> M -> Y")
TWO = drawn("T -> {A B} -> Y")


def world_of(sizes, compliance, effect, correlation):
    """A world with residual SDs of 1 and the same correlation of each mediator's disturbance with the outcome's."""
    count = len(compliance)
    noise = np.eye(count + 1)
    noise[-1, :-1] = noise[:-1, -1] = correlation
    (gamma, gamma_sd), (delta, delta_sd) = np.array(compliance).T, np.array(effect).T
    return World(gamma, gamma_sd, delta, delta_sd, noise, np.array(sizes))


def plan_of(world, names, **more):
    """The same world as a plan."""
    arrows = {}
    for k, name in enumerate(names):
        arrows["T", name] = Arrow(world.compliance[k], world.compliance_sd[k], 0.0)
        arrows[name, "Y"] = Arrow(world.effect[k], world.effect_sd[k], 0.0)
    correlation = float(world.noise[0, -1])
    return Plan(
        sites=len(world.sizes),
        persons=world.sizes.tolist(),
        treated=0.5,
        arrows=arrows,
        residuals=dict.fromkeys((*names, "Y"), 1.0),
        confounding={(name, "Y"): correlation for name in names},
        **more,
    )


WORLDS = {
    "one mediator": (ONE, ["M"], world_of([80] * 24, [(0.5, 0.3)], [(0.2, 0.25)], 0.3)),
    "sites of two sizes": (ONE, ["M"], world_of([60, 120] * 12, [(0.6, 0.2)], [(0.3, 0.2)], 0.2)),
    "two mediators": (
        TWO,
        ["A", "B"],
        world_of([120] * 30, [(0.6, 0.4), (0.4, 0.5)], [(0.2, 0.2), (0.3, 0.15)], 0.2),
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_standard_error_and_bias_are_those_of_trials_in_the_same_sites(name):
    """Averages over 150 populations, 120 trials in each: SE within 6%, spread of the bias within 4 Monte Carlo errors."""
    design, names, world = WORLDS[name]
    found = ic.diagnose(design, plan_of(world, names, sites_are="population"))
    populations = 150
    se, bias, spread = in_the_same_sites(world, populations, 120, 7)
    for k, mediator in enumerate(names):
        effect = found[ic.direct(mediator, "Y")]
        assert effect.se == pytest.approx(se[k], rel=0.06)
        error = spread[k] / math.sqrt(2 * populations)
        assert abs(effect.prospect.from_sites - spread[k]) < 4 * error
        off = math.hypot(spread[k], se[k] / math.sqrt(120)) / math.sqrt(populations)
        assert abs(effect.bias - bias[k]) < 4 * off


def test_spread_of_the_bias_in_a_closed_case():
    """With many persons: SD of the effect times the SD of the squared compliance by its mean, by the root of the sites."""
    world = world_of([1_000_000] * 16, [(0.5, 0.3)], [(0.2, 0.25)], 0.3)
    effect = ic.diagnose(ONE, plan_of(world, ["M"], sites_are="population"))[ic.direct("M", "Y")]
    square = 0.5**2 + 0.3**2
    ratio = (4 * 0.5**2 * 0.3**2 + 2 * 0.3**4) / square**2  # of the square of a normal variable
    assert effect.prospect.from_sites == pytest.approx(
        0.25 * math.sqrt(ratio / 16), rel=0.05
    )  # of 4,096 drawn sites


def test_contrasts_have_no_bias_and_the_variance_of_persons_alone():
    """An intent-to-treat effect in 20 sites of 100 persons: 4 Var / n a site, whatever differs between sites."""
    plan = Plan(
        sites=20,
        sites_are="population",
        persons=100,
        treated=0.5,
        arrows={("T", "M"): Arrow(0.5, 0.4, 0.0), ("M", "Y"): Arrow(0.0, 0.0, 0.0)},
        confounding={("M", "Y"): 0.0},
    )
    for estimand in (ic.itt(), ic.compliance("M")):
        effect = ic.diagnose(ONE, plan)[estimand]
        assert effect.se == pytest.approx(math.sqrt(4 / 100 / 20), rel=1e-9)
        assert effect.prospect.from_sites == 0
        assert effect.prospect.degrees == 20 * 98 - 1


def test_effects_alike_leave_no_bias_of_sites():
    """Where the mediator's effect is the same everywhere, sites cannot be weighed wrongly; so with compliances alike."""
    for compliance, effect in (((0.5, 0.3), (0.2, 0.0)), ((0.5, 0.0), (0.2, 0.3))):
        world = world_of([1_000_000] * 16, [compliance], [effect], 0.3)
        found = ic.diagnose(ONE, plan_of(world, ["M"], sites_are="population"))[ic.direct("M", "Y")]
        assert found.prospect.from_sites == pytest.approx(0, abs=1e-4)


def test_a_sample_has_the_larger_standard_error_unless_effects_are_alike():
    """The plan's own word changes the standard error, and only where sites differ."""
    world = world_of([80] * 24, [(0.5, 0.3)], [(0.2, 0.25)], 0.3)
    sample, population = (
        ic.diagnose(ONE, plan_of(world, ["M"], sites_are=word))[ic.direct("M", "Y")]
        for word in ("sample", "population")
    )
    assert sample.se > 1.2 * population.se
    assert sample.prospect.from_sites == 0


def test_another_word_is_refused():
    with pytest.raises(InvalidPlanError, match=r"sites_are is .populaton..*'population'"):
        Plan(sites_are="populaton")


@pytest.mark.parametrize("level", ["sites", "persons"])
def test_simulation_keeps_the_same_sites_in_all_trials(level):
    """Within a seed estimates scatter as the standard error says; between seeds their averages scatter by the sites' bias.

    The closed forms are averages over populations of sites: 12 of them here.
    """
    world = world_of([60] * 20, [(0.6, 0.3)], [(0.2, 0.3)], 0.2)
    plan = plan_of(world, ["M"], sites_are="population")
    effect = ic.diagnose(ONE, plan)[ic.direct("M", "Y")]
    seeds, reps = (40, 150) if level == "sites" else (12, 60)
    rows = [
        next(
            row
            for row in ic.simulate(ONE, plan, reps, seed, level=level, estimators=["2SLS"]).rows
            if row.estimand == ic.direct("M", "Y")
        )
        for seed in range(seeds)
    ]
    sd, bias, error = (
        np.array([row.measures[key].value for row in rows]) for key in ("sd", "bias", "standard_error")
    )
    assert [row.target for row in rows] == pytest.approx(
        [0.2] * seeds
    )  # the plan's mean, over each population's own sites
    assert np.sqrt(np.mean(sd**2)) == pytest.approx(effect.se, rel=0.06)
    assert np.mean(error) == pytest.approx(effect.se, rel=0.08)
    own = bias.var(ddof=1) - np.mean(sd**2) / reps
    assert own == pytest.approx(effect.prospect.from_sites**2, rel=4 * math.sqrt(2 / seeds))


def test_coverage_counts_the_bias_of_sites():
    """Over many populations the interval covers the average effect of its own sites as often as the closed form says."""
    world = world_of([60] * 20, [(0.6, 0.3)], [(0.2, 0.4)], 0.2)
    plan = plan_of(world, ["M"], sites_are="population")
    effect = ic.diagnose(ONE, plan)[ic.direct("M", "Y")]
    found = [
        row.measures["coverage"].value
        for seed in range(80)
        for row in ic.simulate(ONE, plan, 100, seed, estimators=["2SLS"]).rows
        if row.estimand == ic.direct("M", "Y")
    ]
    assert effect.prospect.coverage < 0.92
    assert np.mean(found) == pytest.approx(
        effect.prospect.coverage, abs=4 * np.std(found) / math.sqrt(80) + 0.01
    )


def test_true_values_of_paths_are_averages_over_the_sites():
    """The intent-to-treat effect in a population is the average of the products of its own sites' effects."""
    plan = Plan(
        sites=8,
        sites_are="population",
        persons=100,
        arrows={"T -> M": Arrow(0.5, 0.4), "M -> Y": Arrow(0.3, 0.3)},
    )
    targets = [
        {str(row.estimand): row.target for row in ic.simulate(ONE, plan, 2, seed).rows} for seed in range(3)
    ]
    assert len({found["itt()"] for found in targets}) == 3
    assert all(found["compliance(M)"] == pytest.approx(0.5) for found in targets)


def test_number_of_sites_is_no_choice():
    """A population has the sites that it has: no sites are needed, and none are searched for."""
    plan = Plan(sites=20, sites_are="population", persons=60, costs={"person": 1.0})
    found = ic.diagnose(ONE, plan)
    assert all(effect.sites_needed is None for effect in found.effects)
    with pytest.raises(InvalidPlanError, match="sites are the population"):
        ic.cheapest(ONE, plan)


IN_POPULATIONS = {
    "two arms": (
        drawn("T1 -> M; T2 -> M; M -> Y"),
        {
            "sites": 20,
            "persons": 90,
            "arrows": {"{T1 T2} -> M": Arrow(0.5, 0.3, 0.0), "M -> Y": Arrow(0.2, 0.2, 0.0)},
        },
        "direct M Y",
    ),
    "persons differ": (
        ONE,
        {
            "sites": 20,
            "persons": 80,
            "arrows": {"T -> M": Arrow(0.5, 0.3, 0.4), "M -> Y": Arrow(0.2, 0.2, 0.3)},
        },
        "direct M Y",
    ),
    "schools": (
        ONE,
        {
            "sites": 20,
            "clusters": 8,
            "persons_per_cluster": 20,
            "arrows": {"T -> M": Arrow(0.6, 0.35, 0.0), "M -> Y": Arrow(0.2, 0.15, 0.0)},
        },
        "direct M Y",
    ),
    "unequal sites and drop-out": (
        ONE,
        {
            "persons": [60, 140] * 10,
            "treated": 0.3,
            "attrition": {"control": 0.1, "T": 0.3},
            "arrows": {"T -> M": Arrow(0.6, 0.3, 0.0), "M -> Y": Arrow(0.2, 0.15, 0.0)},
        },
        "direct M Y",
    ),
    "a path": (
        drawn("T -> {M1 M2} -> Y; M1 -> M2"),
        {
            "sites": 30,
            "persons": 150,
            "arrows": {
                "T -> {M1 M2}": Arrow(0.5, 0.4, 0.0),
                "M1 -> M2": Arrow(0.4, 0.2, 0.0),
                "{M1 M2} -> Y": Arrow(0.3, 0.15, 0.0),
            },
        },
        "path M1 M2 Y",
    ),
    "a difference": (
        TWO,
        {
            "sites": 30,
            "persons": 150,
            "arrows": {"T -> {A B}": Arrow(0.5, 0.4, 0.0), "{A B} -> Y": Arrow(0.3, 0.15, 0.0)},
        },
        "difference(direct A Y, direct B Y)",
    ),
    "an intercept": (
        drawn("T -> M -> Y; T -> Y"),
        {
            "sites": 30,
            "persons": 150,
            "arrows": {
                "T -> M": Arrow(0.5, 0.4, 0.0),
                "T -> Y": Arrow(0.1, 0.1, 0.0),
                "M -> Y": Arrow(0.3, 0.15, 0.0),
            },
        },
        "direct M Y",
    ),
    "a cause held fixed": (
        drawn("T -> M -> Y", modifiers=(ic.Modifier("wages", of=[("T", "M"), ("M", "Y")]),)),
        {
            "sites": 30,
            "persons": 150,
            "arrows": {"T -> M": Arrow(0.5, 0.4, 0.0), "M -> Y": Arrow(0.3, 0.2, 0.0)},
            "modifiers": {"wages": {"T -> M": 0.5, "M -> Y": 0.6}},
        },
        "direct M Y",
    ),
}


@pytest.mark.parametrize("name", IN_POPULATIONS)
def test_every_kind_of_estimate_in_80_populations(name):
    """50 trials in each: SE and its estimate within 7%, bias, its spread and coverage, within 4 Monte Carlo errors."""
    design, numbers, asked = IN_POPULATIONS[name]
    plan = Plan(sites_are="population", **numbers)
    (closed,) = ic.diagnose(design, plan, [asked], assume=("all", "bypass")).effects
    found = [
        row
        for seed in range(80)
        for row in ic.simulate(design, plan, 50, seed, estimands=[asked], assume=("all", "bypass")).rows
        if row.own
    ]
    sd, bias, error, covers = (
        np.array([row.measures[key].value for row in found])
        for key in ("sd", "bias", "standard_error", "coverage")
    )
    own = max(bias.var(ddof=1) - np.mean(sd**2) / 50, 0.0)
    assert closed.se == pytest.approx(math.sqrt(np.mean(sd**2)), rel=0.07)
    assert math.sqrt(np.mean(error**2)) == pytest.approx(math.sqrt(np.mean(sd**2)), rel=0.07)
    assert closed.bias == pytest.approx(bias.mean(), abs=4 * bias.std() / math.sqrt(80))
    assert closed.prospect.from_sites == pytest.approx(math.sqrt(own), rel=4 / math.sqrt(160), abs=0.005)
    off = 4 * covers.std() / math.sqrt(80) + 0.01
    assert closed.prospect.coverage == pytest.approx(covers.mean(), abs=off)


def test_it_is_read_from_files(tmp_path):
    """With a source, and a wrong word is told with its line."""
    file = tmp_path / "trial.toml"
    plan = '\n[plan]\nsites_are = "population"\n[plan.sources]\nsites_are = "all districts of the state"\n'
    file.write_text(ic.dumps(ONE, "toml") + plan)
    read = Plan.from_toml(file)
    assert read.sites_are == "population"
    (told,) = [item for item in ic.anticipate(ONE, read).inputs if item.name == "sites are"]
    assert (told.value, told.source, told.default) == ("the population", "all districts of the state", False)
    file.write_text(ic.dumps(ONE, "toml") + '\n[plan]\nsites_are = "populations"\n')
    with pytest.raises(InvalidPlanError, match=r"line .*sites_are is 'populations'"):
        Plan.from_toml(file)


def test_how_effects_are_spread_over_the_sites_is_told_beside_the_monte_carlo_error():
    """Over many seeds, and sites of unequal sizes, biases scatter as the note says, and not as their Monte Carlo errors."""
    design = ic.Design.from_text('graph = "T -> {A B} -> Y"\ntreatment = "T"\noutcome = "Y"')
    arrows = {"T -> {A B}": ic.Arrow(0.4, 0.3), "{A B} -> Y": ic.Arrow(0.3, 0.3)}
    sizes = [40 + 15 * place for place in range(24)]
    plan = ic.Plan(sites=24, persons=sizes, sites_are="population", arrows=arrows)
    effect, biases, errors = ic.direct("A", "Y"), [], []
    seeds = often(60, 400)
    for seed in range(seeds):
        found = ic.simulate(design, plan, 100, seed, estimands=[effect], estimators=["2SLS"])
        row = found.row(effect)
        biases.append(row["bias"].value)
        errors.append(row["bias"].error)
    numbers = ic.diagnose(design, plan)[effect]
    spread = numbers.prospect.from_sites
    assert f"with SD up to {spread:.2g} (direct(A, Y))" in found.table.note
    assert np.std(biases) > 3 * np.mean(errors)
    whole = math.hypot(spread, np.mean(errors))
    assert np.std(biases, ddof=1) == pytest.approx(whole, rel=4 / math.sqrt(2 * seeds))
    assert np.mean(biases) == pytest.approx(numbers.bias, abs=4 * whole / math.sqrt(seeds))
    assert (
        "drawn once"
        not in ic.simulate(design, plan.but(sites_are="sample"), 5, estimands=[effect]).table.note
    )
