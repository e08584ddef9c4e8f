"""The share of persons for whom a binary variable is 1 gives its SD."""

import math

import pytest

import identcheck as ic
from identcheck.plan.inputs.anticipate import anticipate
from tests.drawn import drawn


def trial(**scales: str) -> ic.Design:
    return drawn("T -> M -> Y", sites=40, scales=scales)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.83])
def test_the_sd_is_that_of_zeros_and_ones(share: float) -> None:
    at = anticipate(trial(M="binary"), ic.Plan(prevalence={"M": share}))
    hundred = [1.0] * round(100 * share) + [0.0] * round(100 * (1 - share))
    middle = sum(hundred) / 100
    assert at.residual[0, 0] == pytest.approx(sum((x - middle) ** 2 for x in hundred) / 100)
    told = {item.name: item for item in at.inputs}
    assert not told["residual SD of M"].default
    assert f"p = {share:g}" in told["residual SD of M"].source


def test_effects_of_arms_take_what_shares_differ_by_off_it() -> None:
    """Control .3 and an arm with .7 on average, in half of the sites .1 more and in half less."""
    arrows = {"T -> M": ic.Arrow(0.4, 0.1)}
    at = anticipate(trial(M="binary"), ic.Plan(prevalence={"M": 0.5}, arrows=arrows))
    shares = [0.3, 0.3, 0.6, 0.8]
    assert at.residual[0, 0] == pytest.approx(sum(p * (1 - p) for p in shares) / 4)
    arrows = {"T -> M": ic.Arrow(0.6, 0.6)}
    at = anticipate(trial(M="binary"), ic.Plan(prevalence={"M": 0.5}, arrows=arrows))
    assert any("nothing is left within arms" in text for text in at.questioned)
    assert at.residual[0, 0] == pytest.approx(0.25)


def test_it_is_the_same_plan_as_one_with_that_residual() -> None:
    effect, sd = ic.direct("M", "Y"), math.sqrt(0.2 * 0.8)
    by_share = ic.diagnose(trial(M="binary"), ic.Plan(prevalence={"M": 0.2}))[effect]
    by_sd = ic.diagnose(trial(M="binary"), ic.Plan(residuals={"M": sd}))[effect]
    assert by_share.se == pytest.approx(by_sd.se)


def test_a_default_effect_that_it_rescales_is_told() -> None:
    at = anticipate(trial(M="binary"), ic.Plan(prevalence={"M": 0.2}))
    (mean,) = [item for item in at.inputs if item.name == "mean of T -> M"]
    assert "residual SD of M" in mean.source


def test_every_problem_is_listed() -> None:
    with pytest.raises(ic.InvalidPlanError) as caught:
        anticipate(
            trial(M="binary"), ic.Plan(prevalence={"M": 0.2, "Y": 0.3, "Z": 0.1}, residuals={"M": 0.4})
        )
    assert len(caught.value.problems) == 3
    with pytest.raises(ic.InvalidPlanError):
        ic.Plan(prevalence={"M": 1.0})


def test_it_travels_in_files(tmp_path) -> None:
    file = tmp_path / "trial.toml"
    file.write_text(ic.dumps(trial(M="binary"), "toml") + "\n[plan]\n[plan.prevalence]\nM = 0.2\n")
    assert dict(ic.Plan.from_toml(file).prevalence) == {"M": 0.2}


def test_take_up_and_effects_that_contradict_it_are_told() -> None:
    taken = ic.Arrow(takeup=0.6, crossover=0.1)
    with pytest.raises(
        ic.InvalidPlanError, match=r"prevalence of 0\.9, but take-up and crossover are 0\.1 to 0\.6"
    ):
        anticipate(trial(M="binary"), ic.Plan(prevalence={"M": 0.9}, arrows={"T -> M": taken}))
    assert not anticipate(
        trial(M="binary"), ic.Plan(prevalence={"M": 0.3}, arrows={"T -> M": taken})
    ).questioned

    said = anticipate(
        trial(M="binary"), ic.Plan(prevalence={"M": 0.05}, arrows={"T -> M": ic.Arrow(0.6)})
    ).questioned
    assert any("average 0.3 to 0.7" in text for text in said)
    assert not anticipate(
        trial(M="binary"), ic.Plan(prevalence={"M": 0.4}, arrows={"T -> M": ic.Arrow(0.6)})
    ).questioned
