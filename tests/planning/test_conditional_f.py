"""Conditional F where its second-order formula is off: few sites, skewed compliances, products with a modifier."""

from __future__ import annotations

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, Modifier, Plan
from tests.drawn import drawn

TRIALS = 20_000
PERSONS = 2_000
MEANS, SDS = (0.5, 0.3), (0.3, 0.3)


def mean_f(x: np.ndarray, within: np.ndarray) -> float:
    """The mean conditional F of the first column of rows (trials, sites, 2), given the covariance of persons within arms."""
    inner = PERSONS / 4 * np.einsum("tka,tkb->tab", x, x)
    c = np.ones((len(x), 2))
    c[:, 1] = -inner[:, 0, 1] / inner[:, 1, 1]
    above, below = (np.einsum("ta,tab,tb->t", c, each, c) for each in (inner, within))
    return float((above / below / (x.shape[1] - 1)).mean())


def planned(design: ic.Design, plan: Plan) -> float:
    (instruments, *_) = ic.diagnose(design, plan, ["direct M1 Y"]).instruments
    return instruments.strengths[0].conditional


@pytest.mark.parametrize(("sites", "skewness"), [(5, 0.0), (8, 0.0), (14, 1.9)])
def test_of_two_mediators(sites: int, skewness: float) -> None:
    """Within 3%, with a Monte Carlo error of at most 0.6%: contrasts with sampling error are drawn by numpy alone."""
    rng = np.random.default_rng(1)
    shape = (TRIALS, sites, 2)
    own = (skewness / 2) ** (1 / 3)
    apart = np.sqrt(1 - own**2) * rng.standard_normal(shape) + own * (rng.standard_exponential(shape) - 1)
    x = np.array(MEANS) + np.array(SDS) * apart + np.sqrt(4 / PERSONS) * rng.standard_normal(shape)
    arrows = {f"T -> M{k + 1}": Arrow(MEANS[k], SDS[k]) for k in (0, 1)}
    third = {" ~ ".join([edge] * 3): skewness for edge in arrows} if skewness else {}
    plan = Plan(sites=sites, persons=PERSONS, arrows=arrows, third_between=third)
    found = mean_f(x, np.broadcast_to(np.eye(2), (TRIALS, 2, 2)))
    assert planned(drawn("T -> {M1 M2} -> Y"), plan) == pytest.approx(found, rel=0.03)


@pytest.mark.parametrize("sites", [15, 26, 60])
def test_beside_a_product_with_a_modifier(sites: int) -> None:
    """The same of a mediator and its product with a normal characteristic of sites, whose covariance is that of the trial."""
    rng = np.random.default_rng(2)
    z, rest, error = rng.standard_normal((3, TRIALS, sites))
    compliance = 0.5 + 0.4 * (0.6 * z + 0.8 * rest) + np.sqrt(4 / PERSONS) * error
    term = np.stack([np.ones_like(z), z], axis=2)
    design = drawn("T -> M1 -> Y", modifiers=[Modifier("z", ["T -> M1", "M1 -> Y"])])
    plan = Plan(
        sites=sites,
        persons=PERSONS,
        arrows={"T -> M1": Arrow(0.5, 0.4), "M1 -> Y": Arrow(0.3, 0.15)},
        modifiers={"z": {"T -> M1": 0.6, "M1 -> Y": -0.6}},
    )
    found = mean_f(compliance[..., None] * term, np.einsum("tka,tkb->tab", term, term) / sites)
    assert planned(design, plan) == pytest.approx(found, rel=0.03)
