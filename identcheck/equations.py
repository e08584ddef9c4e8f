"""The paper's equations (1) to (11), specialised to a design.

One site and one mediator: (1) to (6). Many sites and one mediator: (7), (8), (3) and (11). Otherwise (9), (10),
(11), with the compliances and total effects of mediators that are not parallel spelt out.
"""

from __future__ import annotations

import sympy

from identcheck.assumptions import Setting
from identcheck.design import Design
from identcheck.moments import covariance, mean, mean_effect, within_covariance
from identcheck.notation import E_s, E_s_among
from identcheck.paths import count_paths, effect, effect_symbol, inner_nodes, reaches
from identcheck.strategies import Step
from identcheck.strategies.derivation import derive
from identcheck.typeset import latex

__all__ = ["MOST_PATHS", "equations"]

MOST_PATHS = 16
"""Effects with more path products than this are left in factored form."""


def equations(design: Design) -> tuple[Step, ...]:
    """The decomposition of the intent-to-treat effect, step by step, for every arm.

    Returns:
        Steps whose two sides are equal in every population that meets the assumptions they name.
    """
    setting = Setting(design)
    steps = [*_path_sums(design)]
    derived = derive(setting.regression)
    if design.single:
        return (*derived, *_single_site(design))
    if len(design.mediators) == 1 and setting.regression.regressors:
        return (*derived, *_pooled(design))
    known = {(step.left, step.right) for step in steps}
    kept = [s for s in derived if s.level != "sites" and (s.left, s.right) not in known]
    return (*steps, *kept)


def _path_sums(design: Design) -> list[Step]:
    """B, every compliance that runs through other mediators, every total effect, as sums over paths."""
    pairs = [(arm, design.outcome) for arm in design.treatments]
    for m in design.mediators:
        pairs += [(arm, m) for arm in design.treatments if reaches(design, arm, m)]
        pairs.append((m, design.outcome))
    steps = []
    for u, v in pairs:
        if inner_nodes(design, u, v) and count_paths(design, u, v) <= MOST_PATHS:
            steps.append(
                Step(
                    "9",
                    effect_symbol(design, u, v),
                    effect(design, u, v),
                    "person",
                    "the effect of a person is the sum over directed paths of the products along them",
                    ("i", "iii", "iv"),
                )
            )
    return steps


def _single_site(design: Design) -> list[Step]:
    """(5) and, where treatment and mediator are binary, (6)."""
    (m,), (arm,) = design.mediators, design.treatments
    if m in design.unobserved:
        return []
    gamma, delta = effect_symbol(design, arm, m), effect_symbol(design, m, design.outcome)
    ratio = E_s(effect_symbol(design, arm, design.outcome)) / E_s(gamma)
    covariance_ = within_covariance(design, arm, m, design.outcome, ())
    contrast = r"\mathbb{E}[%s \mid T = t+1] - \mathbb{E}[%s \mid T = t]"
    steps = [
        Step(
            "4",
            ratio,
            ratio,
            "site",
            "the contrasts of arms estimate both averages",
            ("vii",),
            one_site=True,
            lines=(
                rf"\frac{{{contrast % ('Y', 'Y')}}}{{{contrast % ('M', 'M')}}} = {latex(ratio, one_site=True)}",
            ),
        ),
        Step(
            "5",
            ratio,
            E_s(delta) + covariance_ / E_s(gamma),
            "site",
            "without (v) the ratio is off by the covariance over the compliance",
            ("i", "ii", "iii", "iv", "vi"),
            one_site=True,
        ),
        Step(
            "5",
            ratio,
            E_s(gamma * delta) / E_s(gamma),
            "site",
            "that is the compliance-weighted average treatment effect (CWATE)",
            ("i", "ii", "iii", "iv", "vi"),
            one_site=True,
        ),
    ]
    if design.scales.get(m) == "binary" and design.scales.get(arm) == "binary":
        steps.append(
            Step(
                "6",
                E_s(gamma * delta) / E_s(gamma),
                E_s_among(delta, gamma),
                "site",
                "with no defiers it is the average effect among compliers (LATE)",
                (),
                one_site=True,
            )
        )
    return steps


def _pooled(design: Design) -> list[Step]:
    """(8) and the pooled ratio (3)."""
    (m,) = design.mediators
    steps = []
    for arm in design.treatments:
        if reaches(design, arm, design.outcome, [m]):
            continue
        gamma, delta = mean_effect(design, arm, m), mean_effect(design, m, design.outcome)
        beta = mean(mean_effect(design, arm, design.outcome))
        between = covariance(design, gamma, delta)
        within = mean(within_covariance(design, arm, m, design.outcome, ()))
        steps.append(
            Step(
                "8",
                beta,
                sympy.Add(mean(gamma) * mean(delta), between, within),
                "sites",
                "the average over sites of equation (7)",
                (),
            )
        )
        steps.append(
            Step(
                "3",
                mean(delta),
                beta / mean(gamma),
                "sites",
                "the pooled ratio, under (v.a), (v.b) and an average compliance that is not zero",
                ("v.a", "v.b", "viii"),
            )
        )
    return steps
