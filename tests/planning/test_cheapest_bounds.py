"""The cheapest trial within bounds: against every trial of a small grid, each by its own diagnosis; what is said of odd ones."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from tests.drawn import drawn
from tests.tools import often

ARROWS = {
    "T -> A": ic.Arrow(mean=0.5, between=0.3),
    "T -> B": ic.Arrow(mean=0.3, between=0.3),
    "A -> Y": ic.Arrow(mean=0.2, between=0.1),
    "B -> Y": ic.Arrow(mean=0.3, between=0.1),
}
Ends = dict[str, dict[str, int]]


def design(**options: object) -> ic.Design:
    return drawn("T -> {A B} -> Y", primary=["direct(A, Y)"], **options)


def plan(**fields: object) -> ic.Plan:
    costs = {"site": 20_000.0, "person": 150.0}
    return ic.Plan(**{"sites": 20, "persons": 100, "arrows": ARROWS, "costs": costs} | fields)


def bounded(**ends: tuple[int, int]) -> Ends:
    return {name: {"least": least, "most": most} for name, (least, most) in ends.items()}


def random_plan(random: Random, clustered: bool) -> tuple[ic.Design, ic.Plan]:
    """One or two arms and mediators, drop-out by arm, covariates, skewed compliances, assigned by person or by cluster."""
    arms, mediators = random.choice([["T"], ["T"], ["T1", "T2"]]), ["A", "B"][: random.choice([1, 2, 2])]
    made = drawn(
        f"{{{' '.join(arms)}}} -> {{{' '.join(mediators)}}} -> Y",
        treatment=arms if len(arms) > 1 else arms[0],
        words={"assigned": "school"} if clustered else {},
    )
    arrows = {f"{a} -> {m}": ic.Arrow(random.choice([0.4, 0.6]), 0.3) for a in arms for m in mediators}
    arrows |= {f"{m} -> Y": ic.Arrow(random.choice([0.3, 0.5]), 0.1) for m in mediators}
    inside = {"persons": 100}
    costs = {"site": random.choice([0.0, 3e3, 2e4]), "person": random.choice([50.0, 200.0])}
    if clustered:
        inside = {
            "clusters": 10,
            "persons_per_cluster": 20,
            "icc": {"Y": 0.1, **dict.fromkeys(mediators, 0.1)},
        }
        costs["cluster"] = 2e3
    return made, ic.Plan(
        sites=random.choice([12, 25]),
        arrows=arrows,
        confounding={f"{m} ~ Y": random.choice([0.1, 0.3]) for m in mediators},
        attrition={arm: random.choice([0.05, 0.15]) for arm in (*arms, "control")},
        r2={"Y": 0.4},
        third_between={f"{arms[0]} -> A ~ {arms[0]} -> A ~ {arms[0]} -> A": 1.0}
        if random.random() < 0.3
        else {},
        costs=costs,
        **inside,
    )


@pytest.mark.parametrize("seed", range(often(6, 60)))
def test_of_all_trials_of_a_grid_none_that_does_is_cheaper(seed: int):
    """The grid lies about the cheapest without bounds; where that is in it, and where it is not."""
    random, clustered = Random(seed), bool(seed % 2)
    made, said = random_plan(random, clustered)
    free = ic.cheapest(made, said, ["direct A Y"], bias=0.3).offer
    assert free is not None
    arms = len(made.treatments)
    sites = range(low := max(3, free.sites - random.randint(-2, 4)), low + 6)
    units = range(low := max(2 * arms + 2, free.units - random.randint(-2, 4)), low + 6)
    sizes = (
        range(low := max(2, free.in_cluster - random.randint(-1, 2)), low + 3) if clustered else range(1, 2)
    )
    ends = {"sites": (sites[0], sites[-1]), "clusters" if clustered else "persons": (units[0], units[-1])}
    if clustered:
        ends["persons_per_cluster"] = (sizes[0], sizes[-1])
    found = ic.cheapest(made, said.but(bounds=bounded(**ends)), ["direct A Y"], bias=0.3).offer

    def cost(trial: tuple[int, int, int]) -> float:
        k, many, size = trial
        return k * (
            said.costs["site"] + many * (said.costs.get("cluster", 0.0) + size * said.costs["person"])
        )

    def does(trial: tuple[int, int, int]) -> bool:
        k, many, size = trial
        inside = {"clusters": many, "persons_per_cluster": size} if clustered else {"persons": many}
        (effect,) = ic.diagnose(made, said.but(sites=k, **inside), ["direct A Y"]).effects
        return effect.power is not None and effect.power >= 0.8 and abs(effect.bias) < 0.3 * effect.se

    every = sorted(itertools.product(sites, units, sizes), key=cost)
    cheapest = next((trial for trial in every if does(trial)), None)
    if cheapest is None:
        assert found is None
    else:
        assert found is not None
        assert does((found.sites, found.units, found.in_cluster))
        assert found.cost <= cost(cheapest) * 1.0005


def test_few_sites_and_skewed_effects_count_by_the_numbers_of_the_trial_itself():
    """With 8 sites those of a plan with 20 promised enough with 202 persons; a plan that states 8 and 202 says too much bias."""
    made = drawn("T -> A -> Y")
    said = plan(
        arrows={"T -> A": ic.Arrow(0.5, 0.2), "A -> Y": ic.Arrow(0.4, 0.1)},
        confounding={"A ~ Y": 0.5},
        bounds=bounded(sites=(5, 8)),
    )
    found = ic.cheapest(made, said, ["direct A Y"])
    assert found.offer is not None
    for offer in (found.offer, *found.others):
        own = ic.diagnose(made, said.but(sites=offer.sites, persons=offer.units), ["direct A Y"]).effects[0]
        assert own.power >= 0.8
        assert abs(own.bias) < 0.25 * own.se
    assert found.effects[0][1].se == pytest.approx(
        ic.diagnose(made, said.but(sites=found.offer.sites, persons=found.offer.units), ["direct A Y"])
        .effects[0]
        .se
    )


def test_an_unusual_trial_is_called_so_with_the_cheapest_usual_one():
    """Where persons cost nothing, thousands in each site."""
    found = ic.cheapest(design(), plan(costs={"site": 10_000.0}))
    assert found.offer.units > 1_000
    assert "unusual" in found.remarks[0]
    assert f"{found.offer.units:,} persons in a site (more than 1,000)" in found.remarks[0]
    assert found.usual.units <= 1_000
    assert found.usual.cost > found.offer.cost
    assert f"{found.usual.sites} sites with {found.usual.units:,} persons each" in found.remarks[1]
    assert (found.usual.sites, found.usual.units) in [(row[1], row[2]) for row in found.tables[0].rows]
    assert "(more than 1,000)" in " ".join(str(found).split())
    assert not ic.cheapest(design(), plan()).remarks


def test_where_no_usual_trial_does_it_is_said_why():
    tiny = ARROWS | {"A -> Y": ic.Arrow(mean=0.02, between=0.1)}
    found = ic.cheapest(design(), plan(arrows=tiny))
    assert found.offer.sites > 1_000
    assert found.usual is None
    assert found.remarks[1].startswith(
        "With 8 to 100 sites of 20 to 1,000 persons none does: even in the largest"
    )


def test_an_end_that_is_stated_is_not_called_unusual():
    many = plan(costs={"site": 10_000.0}, bounds={"persons": {"most": 10_000}})
    assert ic.cheapest(design(), many).offer.units > 1_000
    assert not ic.cheapest(design(), many).remarks


def test_where_bounds_allow_none_it_is_said_what_lifting_each_would_give():
    ends = {"sites": {"most": 15}, "persons": {"most": 200}}
    found = ic.cheapest(design(), plan(bounds=ends))
    assert found.offer is None
    assert found.sentence.startswith("No trial within the stated bounds has power 0.8")
    largest = ic.diagnose(design(), plan(sites=15, persons=200), ["direct(A, Y)"]).effects[0]
    assert (
        f"15 sites with 200 persons each, the power is too small for direct(A, Y) ({largest.power:.2f})"
        in found.reason
    )
    for name, said in zip(ends, found.remarks, strict=True):
        one = ic.cheapest(design(), plan(bounds={key: end for key, end in ends.items() if key != name})).offer
        assert said == (
            f"Without the bound on {name}: {one.sites} sites with {one.units:,} persons each, at a cost of {one.cost:,.0f}."
        )


def test_few_persons_are_told_from_a_cause_that_lasts():
    few = ic.cheapest(
        design(), plan(confounding={"A ~ Y": 0.55, "B ~ Y": 0.55}, bounds={"persons": {"most": 60}})
    )
    assert few.offer is None
    assert (
        "comes from too few persons in a site, and more sites make the share larger: allow more than 60"
        in few.reason
    )


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"sites": 40}, "the bound on sites is 40; give a table with its least, its most or both"),
        ({"sites": {"most": 2.5}}, "the most of sites is 2.5; it is a whole number from 1"),
        ({"sites": {"mst": 3}}, "'mst' is no end of it (did you mean 'most'?)"),
        ({"sites": {"least": 9, "most": 3}}, "the least, 9, is more than the most, 3"),
        ({"site": {"most": 3}}, "'site' is not what a bound is of"),
        (
            {"clusters": {"most": 3}},
            "the plan assigns persons, so that bounds are on sites and persons, not on clusters",
        ),
        ({"persons": {"most": 3}}, "at most 3 persons are too few; there must be 4"),
        ({"sites": {"least": 20_000}}, "at least 20,000 sites are more than the 10,000 that are tried"),
    ],
)
def test_impossible_bounds_are_refused(bounds: object, said: str):
    with pytest.raises(ic.InvalidPlanError) as caught:
        ic.cheapest(design(), plan(bounds=bounds))
    assert said in str(caught.value)


def test_bounds_of_a_file_and_of_the_command_line(tmp_path):
    file = tmp_path / "trial.toml"
    file.write_text(
        f"{ic.dumps(drawn('T -> A -> Y', primary=['direct A Y']), 'toml')}\n[plan]\nsites = 20\npersons = 100\n"
        "[plan.arrows]\n'T -> A' = { mean = 0.5, between = 0.3 }\n'A -> Y' = { mean = 0.2, between = 0.1 }\n"
        "[plan.costs]\nsite = 20000\nperson = 150\n[plan.bounds]\nsites = { most = 12 }\n"
    )
    assert ic.Plan.from_toml(file).bounds == {"sites": {"most": 12}}

    def shown(*options: str) -> str:
        result = CliRunner().invoke(main, ["plan", str(file), "--budget", *options])
        assert result.exit_code in (0, 2), result.output
        return " ".join(result.output.split())

    first, wider = shown(), shown("--at-most", "sites=40", "--at-least", "sites=13")
    assert int(first.split(" sites with")[0]) <= 12
    assert 13 <= int(wider.split(" sites with")[0]) <= 40
    assert "0.1 of the standard error" in shown("--bias", "0.1")
    assert "--at-most is 'sites'; write what is bounded and a whole number" in shown("--at-most", "sites")
    assert " 1,000" in shown("--at-least", "persons=1000")


def test_its_progress_is_told_and_it_can_be_interrupted():
    told: list[tuple[int, int]] = []
    ic.cheapest(design(), plan(), progress=lambda done, total: told.append((done, total)))
    assert all(done < total for done, total in told)
    assert len(told) > 20

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ic.cheapest(design(), plan(), progress=stop)
