"""The paper's equations (1) to (11), specialized to a design.

One site and one mediator: (1) to (6). Many sites and one mediator: (7), (8), (3) and (11). Otherwise (9), (10),
(11), with the compliances and total effects of mediators that are not parallel spelled out.

Source: theory, equations (1) to (11).
"""

from __future__ import annotations

from dataclasses import replace

import sympy

from identcheck.basics.once import once
from identcheck.decide.assumptions.base import Setting
from identcheck.decide.interacting import levels_open
from identcheck.decide.strategies.derivation import derive
from identcheck.decide.strategies.step import Step
from identcheck.derive.moments import covariance, mean, mean_effect, within_covariance
from identcheck.derive.paths import count_paths, edges_of, effect, effect_symbol, inner_nodes, paths, reaches
from identcheck.describe.design import Design
from identcheck.symbols.notation import E_s, E_s_among
from identcheck.symbols.typeset import joined, latex

__all__ = ["MOST_COEFFICIENTS", "MOST_PATHS", "equations", "sums_left_out"]

MOST_PATHS = 16
"""Effects with more path products than this are left in factored form."""

MOST_COEFFICIENTS = 1_000
"""Of sums over paths with more coefficients in all, those that go beyond it are left out; reports say how many."""


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
    return (*steps, *(s for s in derived if s.level != "sites" and (s.left, s.right) not in known))


def _path_sums(design: Design) -> list[Step]:
    """B, every compliance that runs through other mediators, every total effect, as sums over paths.

    Source: theory, equations (5.1) and (6.1).
    """
    return [
        Step(
            "9",
            effect_symbol(design, u, v),
            effect(design, u, v),
            "person",
            "the effect of a person is the sum over directed paths of the products along them",
            ("i", "iii", "iv"),
        )
        for u, v in _written(design)[0]
    ]


def sums_left_out(design: Design) -> int:
    """How many sums over few paths are left out because all of them together would be too long."""
    return _written(design)[1]


@once
def _written(design: Design) -> tuple[tuple[tuple[str, str], ...], int]:
    """The ends of the effects that are written out as sums over paths, and how many more would be, were they shorter."""
    pairs = [(arm, design.outcome) for arm in design.treatments]
    for m in design.mediators:
        pairs += [(arm, m) for arm in design.treatments if reaches(design, arm, m)]
        if not levels_open(design, m, design.outcome, ()):
            pairs.append((m, design.outcome))
    spelt = [
        (u, v) for u, v in pairs if inner_nodes(design, u, v) and count_paths(design, u, v) <= MOST_PATHS
    ]
    kept, coefficients = [], 0
    for u, v in spelt:
        length = sum(len(edges_of(path)) for path in paths(design, u, v))
        if coefficients + length > MOST_COEFFICIENTS:
            break
        coefficients += length
        kept.append((u, v))
    return tuple(kept), len(spelt) - len(kept)


def _single_site(design: Design) -> list[Step]:
    """(4), (5) and, where treatment and mediator are binary, (6), for each arm that moves the mediator."""
    (m,) = design.mediators
    if m in design.unobserved:
        return []
    arms = [arm for arm in design.treatments if reaches(design, arm, m)]
    return [
        step
        for arm in arms
        if not reaches(design, arm, design.outcome, [m])
        for step in _ratio(design, arm, m)
    ]


def _ratio(design: Design, arm: str, m: str) -> list[Step]:
    """What the ratio of the two contrasts of one arm is."""
    gamma, delta = effect_symbol(design, arm, m), effect_symbol(design, m, design.outcome)
    ratio = E_s(effect_symbol(design, arm, design.outcome)) / E_s(gamma)
    covariance_ = within_covariance(design, arm, m, design.outcome, ())
    given = ("i", "ii", "iii", "iv", "vi")
    rows = [
        ("4", ratio, "the contrasts of arms estimate both averages", ("vii",)),
        (
            "5",
            E_s(delta) + covariance_ / E_s(gamma),
            "without (v) the ratio is off by the covariance over the compliance",
            given,
        ),
        (
            "5",
            E_s(gamma * delta) / E_s(gamma),
            "that is the compliance-weighted average treatment effect (CWATE)",
            given,
        ),
    ]
    if _binary(design, arm, m):
        among = E_s_among(delta, gamma)
        rows.append(("6", among, "with no defiers it is the average effect among compliers (LATE)", ()))
    steps = [
        Step(number, ratio, right, "site", reason, used, one_site=True)
        for number, right, reason, used in rows
    ]
    return [replace(steps[0], lines=(_contrasts(design, arm, ratio),)), *steps[1:]]


def _binary(design: Design, arm: str, m: str) -> bool:
    one = len(design.treatments) > 1 or design.scales.get(arm) == "binary"
    return one and design.scales.get(m) == "binary"


def _contrasts(design: Design, arm: str, ratio: sympy.Expr) -> str:
    """(4): the ratio as contrasts of observed means."""
    token_ = joined((design.notation.tokens[arm],)) if len(design.treatments) > 1 else "T"
    base = "0" if len(design.treatments) > 1 else "t"
    above = "1" if len(design.treatments) > 1 else "t+1"
    top, bottom = (
        rf"\mathbb{{E}}[{v} \mid {token_} = {above}] - \mathbb{{E}}[{v} \mid {token_} = {base}]"
        for v in ("Y", "M")
    )
    return rf"\frac{{{top}}}{{{bottom}}} = {latex(ratio, one_site=True)}"


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
