"""The joint covariance of estimates and the parts of an intent-to-treat effect, against trials drawn by other code."""

from __future__ import annotations

import math

import numpy as np
import pytest

import identcheck as ic
from tests.planning.held_trials import Setting, run

REPS = 2000
PARALLEL = {
    ("T", "M1"): (0.5, 0.4, ()),
    ("T", "M2"): (0.4, 0.4, ()),
    ("M1", "Y"): (0.3, 0.1, ()),
    ("M2", "Y"): (0.2, 0.2, ()),
}
SERIAL = PARALLEL | {("M1", "M2"): (0.4, 0.2, ())}
SETTINGS = {
    "parallel": Setting(PARALLEL, sites=50, persons=200),
    "not parallel": Setting(SERIAL, sites=50, persons=200),
    "few persons": Setting(SERIAL, sites=80, persons=60),
}
ASKED = ("mediated M1", "mediated M2", "itt", "direct M1 Y", "direct M2 Y")


def drawn_estimates(setting: Setting) -> np.ndarray:
    """(5, R) parts, whole and effects of each trial."""
    found = run(setting, REPS, held=False)
    effects = [found.estimates[m] for m in ("M1", "M2")]
    parts = [found.contrasts[m] * effect for m, effect in zip(("M1", "M2"), effects, strict=True)]
    return np.stack([*parts, found.contrasts["Y"], *effects])


@pytest.mark.parametrize("name", SETTINGS)
def test_covariances_are_those_of_trials(name: str) -> None:
    """Standard errors within 6%, correlations within 0.05, shares within 0.03, beside 4 Monte Carlo errors."""
    setting = SETTINGS[name]
    design, plan = setting.described()
    numbers = ic.diagnose(design, plan, ASKED)
    joint, trials = numbers.joint(), drawn_estimates(setting)
    spread, correlation = trials.std(axis=1, ddof=1), np.corrcoef(trials)
    assert np.sqrt(np.diag(joint.covariance)) == pytest.approx(spread, rel=0.06 + 4 / math.sqrt(2 * REPS))
    assert joint.correlation == pytest.approx(correlation, abs=0.05 + 4 / math.sqrt(REPS))
    difference = (trials[0] - trials[1]).std(ddof=1)
    assert joint.se([1, -1, 0, 0, 0]) == pytest.approx(difference, rel=0.08 + 4 / math.sqrt(2 * REPS))
    for place, part in enumerate(ASKED[:2]):
        effect = numbers[part]
        bias = trials[place].mean() - effect.question.target
        assert effect.bias == pytest.approx(bias, abs=0.01 + 4 * spread[place] / math.sqrt(REPS))
        low, middle, high = np.quantile(trials[place] / trials[2], [0.025, 0.5, 0.975])
        assert effect.share == pytest.approx(middle, abs=0.03)
        assert effect.share_high - effect.share_low == pytest.approx(high - low, rel=0.15)


def test_the_table_has_parts_with_the_whole() -> None:
    design, plan = SETTINGS["parallel"].described()
    rows = ic.diagnose(design, plan).records("joint")
    pairs = {frozenset((row["effect"], row["other"])) for row in rows}
    parts = ("mediated(M1)", "mediated(M2)")
    assert pairs == {frozenset(parts), *(frozenset((part, "itt()")) for part in parts)}
    numbers = ic.diagnose(
        design, plan, ["direct M1 Y", "direct M2 Y", ic.difference("direct M1 Y", "direct M2 Y")]
    )
    joint = numbers.joint(["direct M1 Y", "direct M2 Y"])
    assert joint.se([1, -1]) == pytest.approx(numbers.effects[2].se)
