"""Closed forms against person-level trials drawn by numpy alone; ``benchmarks/accuracy.py`` compares many more designs."""

from __future__ import annotations

import math
from random import Random

import pytest

from tests.planning.accuracy import misses
from tests.planning.any_trials import any_trial

SEEDS = (1, 4, 5, 7, 12, 13, 18, 27)
"""Of random plans such as are drawn fast; together they have every kind."""


@pytest.mark.parametrize("seed", SEEDS)
def test_closed_forms_agree_with_persons(seed: int) -> None:
    """Each within its aim and 3.5 Monte Carlo errors; coverage within .02 and as many."""
    found = [*misses(any_trial(Random(seed)), 250, seed, 3.5)]
    assert len(found) >= 5
    assert [row[:4] for row in found if row[-1] and row[1] != "coverage"] == []
    for _, name, closed, drawn, _ in found:
        if name == "coverage":
            assert closed == pytest.approx(drawn, abs=0.02 + 3.5 * math.sqrt(drawn * (1 - drawn) / 250))


def test_the_plans_are_of_every_kind() -> None:
    kinds = [any_trial(Random(seed)).kind for seed in SEEDS]
    for word in ("few sites", "2 arms", "clusters", "modifier", "skew", "unequal", "drop-out", "covariates"):
        assert any(word in kind for kind in kinds), word
