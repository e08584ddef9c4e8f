"""The cheapest trial: against trying every number, its demands against the diagnosis, and why there may be none."""

from __future__ import annotations

import itertools

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.plan.closed.prospect import Prospect
from tests.drawn import drawn

ARROWS = {
    "T -> A": ic.Arrow(mean=0.5, between=0.3),
    "T -> B": ic.Arrow(mean=0.3, between=0.3),
    "A -> Y": ic.Arrow(mean=0.2, between=0.1),
    "B -> Y": ic.Arrow(mean=0.3, between=0.1),
}
COSTS = {"site": 20_000.0, "cluster": 3_000.0, "person": 100.0}


def design(**options: object) -> ic.Design:
    return drawn("T -> {A B} -> Y", primary=["direct(A, Y)"], **options)


def plan(**fields: object) -> ic.Plan:
    return ic.Plan(**{"sites": 20, "persons": 100, "arrows": ARROWS, "costs": COSTS} | fields)


def met(numbers: ic.Diagnosis, least: float = 0.8) -> bool:
    return all(
        e.power is not None and e.power >= least and abs(e.bias) < 0.25 * e.se for e in numbers.effects
    )


def test_no_number_of_persons_is_cheaper():
    found = ic.cheapest(design(), plan())
    start = ic.diagnose(design(), plan(), ["direct(A, Y)"])
    question = start.effects[0].question

    def meets(sites: int, persons: int) -> bool:
        now = Prospect.of(start.estimators, question, sites=sites, persons=persons)
        power = ic.diagnose(design(), plan(sites=sites, persons=persons), ["direct(A, Y)"]).effects[0].power
        return power is not None and power >= 0.8 and now.harmless

    best = found.offer
    assert best is not None
    assert best.cost == best.sites * (20_000 + best.units * 100)
    for persons in range(20, 600, 3):  # the sites that a cheaper trial could have
        sites = int((best.cost - 1) // (20_000 + persons * 100))
        assert not meets(sites, persons), (sites, persons)


@pytest.mark.parametrize("fields", [{}, {"detect": 0.15}, {"bias": 0.1}])
def test_what_is_found_meets_the_demands(fields: dict[str, float]):
    found = ic.cheapest(design(), plan(), **fields)
    assert found.offer is not None
    for offer in (found.offer, *found.others):
        numbers = ic.diagnose(design(), plan(sites=offer.sites, persons=offer.units), ["direct(A, Y)"])
        (effect,) = numbers.effects
        assert abs(effect.bias) < fields.get("bias", 0.25) * effect.se
        if "detect" in fields:
            assert effect.detectable <= 0.15
        else:
            assert effect.power >= 0.8
    assert [o.cost for o in found.others] == sorted(o.cost for o in found.others)
    assert found.others[0].cost >= found.offer.cost


def test_of_clusters():
    said = {"clusters": 8, "persons_per_cluster": 50, "persons": None, "icc": {"A": 0.15, "B": 0.1, "Y": 0.2}}
    found = ic.cheapest(design(words={"assigned": "school"}), plan(**said))
    best = found.offer
    assert best is not None
    assert best.cost == best.sites * (20_000 + best.units * (3_000 + best.in_cluster * 100))
    for size in (4, 7, 12, 25, 50):
        for units in range(12, 60, 4):
            sites = int(0.99 * best.cost // (20_000 + units * (3_000 + size * 100)))
            if sites >= 4:
                fields = said | {"sites": sites, "clusters": units, "persons_per_cluster": size}
                assert not met(ic.diagnose(design(), plan(**fields), ["direct(A, Y)"])), (sites, units, size)
    fields = said | {"sites": best.sites, "clusters": best.units, "persons_per_cluster": best.in_cluster}
    assert met(ic.diagnose(design(), plan(**fields), ["direct(A, Y)"]))
    assert found.planned == 20 * (20_000 + 8 * (3_000 + 50 * 100))


def test_sizes_of_clusters_are_followed_as_long_as_they_get_cheaper():
    """A size far from the first that does: 20 districts of 17 schools of 40 do, and many smaller sizes are cheaper."""
    arrows = ARROWS | {"A -> Y": ic.Arrow(0.25, 0.1)}
    rates = {"A": 0.15, "B": 0.1, "Y": 0.2}
    made = drawn("T -> {A B} -> Y", primary=["direct(A, Y)", "direct(B, Y)"], words={"assigned": "school"})
    said = plan(
        arrows=arrows, persons=None, clusters=10, persons_per_cluster=40, icc=rates,
        r2={"A": 0.3, "B": 0.3, "Y": {"persons": 0.5, "clusters": 0.7}},
        confounding={f"{m} ~ Y": {"persons": 0.2, "clusters": 0.4} for m in "AB"},
        attrition={"T": 0.1, "control": 0.15}, costs={"site": 15_000, "cluster": 6_000, "person": 80},
    )  # fmt: skip
    found = ic.cheapest(made, said)
    assert found.offer is not None
    for size, units in itertools.product(range(15, 60, 6), range(15, 21)):
        if found.offer.cost > 1.01 * 20 * (15_000 + units * (6_000 + size * 80)):
            numbers = ic.diagnose(made, said.but(clusters=units, persons_per_cluster=size), made.primary)
            assert not met(numbers), (size, units)
    assert str(found).startswith("The cheapest trial")
    assert found.sentence.split(",")[0] in " ".join(str(found).split())


def test_a_bias_that_no_number_of_sites_takes_away():
    going_together = {"T -> A ~ A -> Y": 0.9}
    found = ic.cheapest(design(), plan(between=going_together))
    assert found.offer is None
    assert "direct(A, Y)" in found.reason
    assert "more sites make the share larger" in found.reason
    assert "vary with how much T changes them, from site to site. Measure what moves" in found.reason
    assert found.tables[0].key == "effects"


def test_an_effect_out_of_reach():
    tiny = ARROWS | {"A -> Y": ic.Arrow(mean=1e-6, between=0.1)}
    assert "more than 10,000 sites" in ic.cheapest(design(), plan(arrows=tiny)).reason


def test_what_is_lacking_is_said_at_once():
    with pytest.raises(ic.InvalidPlanError) as caught:
        ic.cheapest(design(), plan(costs={}), detect=-1.0, bias=0.0)
    assert len(caught.value.problems) == 3
    with pytest.raises(ic.InvalidPlanError) as caught:
        plan(costs={"sites": 3, "person": -1})
    assert len(caught.value.problems) == 2


def test_on_the_command_line(tmp_path):
    file = tmp_path / "trial.toml"
    file.write_text(ic.dumps(design(), "toml") + "\n[plan]\nsites = 20\npersons = 100\n")
    runner = CliRunner()
    refused = runner.invoke(main, ["plan", str(file), "--budget"])
    assert refused.exit_code == 2
    assert "[plan.costs]" in refused.output
    file.write_text(file.read_text() + "[plan.costs]\nsite = 20000\nperson = 100\n")
    shown = runner.invoke(
        main, ["plan", str(file), "--budget", "--detect", "0.2", "-o", str(tmp_path / "t.json")]
    )
    assert shown.exit_code == 0, shown.output
    assert "at a cost of" in shown.output
    assert (tmp_path / "t.json").exists()


def test_options_about_the_planned_trial_are_refused_beside_a_budget(tmp_path):
    file = tmp_path / "trial.toml"
    file.write_text(
        ic.dumps(design(), "toml") + "\n[plan]\nsites = 20\n[plan.costs]\nsite = 20000\nperson = 100\n"
    )
    beside = ["--full", "--alternatives", "--formulas", "--threshold", "0.1"]
    for search in (["--budget"], ["--budget", "--detect", "0.2"]):
        refused = CliRunner().invoke(main, ["plan", str(file), *search, *beside])
        assert refused.exit_code == 2
        for option in ("--full", "--alternatives", "--formulas", "--threshold"):
            assert f"leave out {option}" in " ".join(refused.output.split())
    assert CliRunner().invoke(main, ["plan", str(file), *beside]).exit_code == 0
    alone = CliRunner().invoke(main, ["plan", str(file), "--detect", "0.2"])
    assert alone.exit_code == 2
    assert "--detect goes with --budget" in alone.output
    for option, value in (("--bias", "0.1"), ("--at-most", "sites=3"), ("--at-least", "sites=3")):
        assert (
            f"{option} goes with --budget"
            in CliRunner().invoke(main, ["plan", str(file), option, value]).output
        )
