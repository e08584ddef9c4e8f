"""Closed forms beside trials drawn by numpy alone: bias .01, F 1%, conditional F 3%, SE 6% (below 20 sites 10%), coverage."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.stats import t as student

import identcheck as ic
from identcheck.decide.strategies import Strategy
from tests.planning.any_trials import AnyTrial, found_in


def misses(
    trial: AnyTrial, reps: int, seed: int, certain: float
) -> Iterator[tuple[str, str, float, float, bool]]:
    """For each mediator and measure: its name, the measure, closed form, simulated, and whether they are too far apart.

    Too far is more than the aim and so many Monte Carlo errors beside it.
    """
    design, plan = trial.described()
    asked = [f"direct {m} Y" for m in trial.nodes[:-1]]
    numbers = ic.diagnose(design, plan, asked)
    found = found_in(trial, reps, seed)
    columns = len(trial.nodes) - 1 + bool(trial.moved)
    bound = student.ppf(0.975, trial.sites - columns)
    within = 0.06 if trial.sites >= 20 else 0.10
    strengths = {s.regressor: s for item in numbers.instruments for s in item.strengths}
    for k, m in enumerate(trial.nodes[:-1]):
        effect, b = numbers[asked[k]], found["b"][:, k]
        strategy = effect.question.strategy
        assert isinstance(strategy, Strategy)
        same = strategy.regression.arms == trial.arms and bool(strategy.moderators) == bool(trial.moved)
        assert same, f"the trials are estimated otherwise than by {strategy.name}"
        away = b - trial.effects[m, "Y"][0]
        sd, root = b.std(), math.sqrt(reps)
        kurtosis = ((b - b.mean()) ** 4).mean() / sd**4
        covered = float(np.mean(np.abs(away) <= bound * found["se"][:, k]))
        prospect = effect.prospect
        assert prospect is not None
        sure = math.sqrt(covered * (1 - covered)) / root
        rows = [
            ("bias", effect.bias or 0.0, away.mean(), 0.01, sd / root),
            ("SE", effect.se or 0.0, sd, within * sd, sd * math.sqrt(kurtosis - 1) / 2 / root),
            ("coverage", prospect.coverage or 0.0, covered, 0.0, sure),
        ]
        for name, closed, aim in (
            ("f", strengths[m].f, 0.01),
            ("conditional", strengths[m].conditional, 0.03),
        ):
            f = found[name][:, k]
            rows.append((name, closed, f.mean(), aim * f.mean(), f.std() / root))
        for name, closed, drawn, aim, error in rows:
            yield m, name, closed, float(drawn), bool(abs(closed - drawn) > aim + certain * error)
