"""From the path products to the regression: each step with its equation, reason and numeral."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from identcheck.decide.conditions.regression import Regression
from identcheck.decide.conditions.shared import shared_edges
from identcheck.decide.strategies.moderation import (
    moderated_equation,
    moderated_solution,
    moderated_steps,
)
from identcheck.decide.strategies.step import Step
from identcheck.derive.bias import solve
from identcheck.derive.moments import mean, mean_effect, within_covariance
from identcheck.derive.paths import effect_symbol
from identcheck.derive.words import listed
from identcheck.symbols.algebra import Expr, add, moment, number
from identcheck.symbols.typeset import joined, latex

if TYPE_CHECKING:
    from identcheck.decide.strategies.strategy import Strategy

__all__ = ["Step", "derive", "own_solution", "site_equation"]

UNCORRELATED = "has mean zero and is uncorrelated with the compliances of its arm"
"""What is known of the error where what bypasses the regressors goes into an intercept."""


def derive(regression: Regression) -> tuple[Step, ...]:
    """The steps for a regression: (9), (10), (11) arm by arm, and the normal equations.

    With one coefficient the last step is solved; with several it is the linear system whose unique solution,
    by the rank, are the average effects.

    Source: theory, equations (6.2), (10') and (7.1), which generalize the paper's equations (9) to (11); for the pooled
    variant theory, equation (7.2), site by site equation (7.7).
    """
    if not regression.regressors:
        return ()
    steps = []
    for arm in regression.arms:
        steps += _arm_steps(regression, arm)
    if regression.moderators:
        steps += moderated_solution(regression)
    else:
        steps += _by_site_steps(regression) if regression.site_by_site else _solution_steps(regression)
    one_site = regression.design.sites == 1 and not regression.cells
    return tuple(replace(step, one_site=one_site) for step in steps)


def _arm_steps(reg: Regression, arm: str) -> list[Step]:
    design = reg.design
    single = design.single
    theta = effect_symbol(design, arm, reg.outcome, reg.regressors)
    people = {u: (effect_symbol(design, arm, u), reg.downstream(u)) for u in reg.regressors}
    sites = {u: (reg.compliance(arm, u), reg.site_downstream(u)) for u in reg.regressors}
    left = effect_symbol(design, arm, reg.outcome)
    site_left = mean_effect(design, arm, reg.outcome)
    theta_s = reg.bypass(arm)
    within = [within_covariance(design, arm, u, reg.outcome, reg.others(u)) for u in reg.regressors]
    products = [gamma * d for gamma, d in sites.values()]
    steps = [
        Step(  # theory, equation (6.2)
            "1" if single else "9",
            left,
            add(theta, *(gamma * d for gamma, d in people.values())),
            "person",
            "every path from treatment is split at the last regressor on it",
            ("i", "iii", "iv") if arm in reg.intercepts else ("i", "ii", "iii", "iv"),
        ),
        Step(  # theory, equation (10')
            "2" if single else "7" if len(design.mediators) == 1 else "10",
            site_left,
            add(theta_s, *products, *within),
            "site",
            "the mean of a product is the product of means plus the covariance",
            (),
        ),
    ]
    if not reg.pooled:
        steps.append(
            Step(
                "2" if single else "7" if len(design.mediators) == 1 else "10",
                site_left,
                add(theta_s, *products),
                "site",
                "no compliance-effect covariance"
                + (" within cells" if reg.cells else "" if design.sites == 1 else " within sites"),
                ("v",) if single else ("vi",),
            )
        )
    if reg.moderators:
        steps += moderated_steps(reg, arm, site_left)
    elif design.sites != 1 and not reg.pooled and not reg.site_by_site:
        steps.append(_error_step(reg, arm, site_left, theta_s, sites))
    return steps


def _error_step(
    reg: Regression,
    arm: str,
    site_left: Expr,
    theta_s: Expr,
    sites: dict[str, tuple[Expr, Expr]],
) -> Step:
    """(11): averages as slopes, deviations in the error omega."""
    constant = mean(theta_s) if arm in reg.intercepts else theta_s
    slopes = [gamma * mean(d) for gamma, d in sites.values()]
    omega = [gamma * (d - mean(d)) for gamma, d in sites.values()]
    return Step(  # theory, equation (7.1)
        "11",
        site_left,
        add(constant, theta_s - constant, *slopes, *omega),
        "site",
        "the average effects become the slopes; the deviations of the sites from them are the error, which "
        + (
            "averages zero and is uncorrelated with the compliances, given that the bypass is"
            if arm in reg.intercepts
            else "averages zero at every value of the compliances"
        )
        + _shared_clause(reg),
        ("vii",),
        lines=(
            site_equation(reg, arm),
            rf"{_error(reg, arm)} = {latex(add(theta_s - constant, *omega))}",
            *_of_error(reg, arm),
        ),
    )


def _shared_clause(reg: Regression) -> str:
    """That a shared arrow is the same in all sites, without which error and compliances have a part in common; "" without one."""
    design, edges = reg.design, shared_edges(reg)
    if not edges:
        return ""
    names = listed([f"{design.short_label(a)} -> {design.short_label(b)}" for a, b in edges])
    arrow = "arrow" if len(edges) == 1 else "arrows"
    return (
        f", the shared {arrow} {names} being the same in all sites: what differed there between sites would be in compliances "
        "and in the error alike"
    )


def site_equation(reg: Regression, arm: str) -> str:
    r"""The regression over sites itself, in LaTeX: beta_s = sum of gamma_ks delta_k + omega_s (theory, equation (7.1))."""
    if reg.moderators:
        return moderated_equation(reg, arm)
    bypass = reg.bypass(arm)
    slopes = (reg.compliance(arm, u) * mean(reg.site_downstream(u)) for u in reg.regressors)
    right = add(mean(bypass) if arm in reg.intercepts else bypass, *slopes)
    return f"{latex(mean_effect(reg.design, arm, reg.outcome))} = {latex(right)} + {_error(reg, arm)}"


def _error(reg: Regression, arm: str) -> str:
    """The symbol of the error, with its arm where there are several."""
    if len(reg.arms) == 1:
        return r"\omega_{s}"
    return rf"\omega^{{({joined((reg.design.notation.tokens[arm],))})}}_{{s}}"


def _of_error(reg: Regression, arm: str) -> tuple[str, ...]:
    """The error's expectation given all compliances; with an intercept its mean, and its products with the arm's own."""
    error = _error(reg, arm)
    arms = (arm,) if arm in reg.intercepts else reg.arms
    found = (reg.compliance(a, u) for a in arms for u in reg.regressors)
    given = tuple(dict.fromkeys(latex(gamma) for gamma in found if not gamma.is_number))
    if arm in reg.intercepts:
        return tuple(rf"\mathbb{{E}}[{product}] = 0" for product in (error, *(f"{error} {g}" for g in given)))
    return (rf"\mathbb{{E}}[{error} \mid {', '.join(given)}] = 0",)


def _solution_steps(reg: Regression) -> list[Step]:
    design = reg.design
    numerals: tuple[str, ...] = ("v", "vi", "vii") if design.single else ("vii", "viii", "ix")
    if reg.pooled:
        numerals = (*(("v.a", "v.b") if len(design.mediators) == 1 else ("vi", "vii")), "viii", "ix")
    reason = (
        "divide by the average compliance, which is not zero; both averages are contrasts of arms"
        if design.single
        else "average over sites, where the covariances of compliance and effect vanish within and between, then solve "
        "the equations of the arms"
        if reg.pooled
        else f"the error {UNCORRELATED if reg.intercepts else 'has mean zero at every value of the compliances'}, so the "
        "normal equations hold for the averages; the rank makes their solution unique"
    )
    targets = [mean(reg.bypass(arm)) for arm in reg.intercepts] + [
        mean(reg.site_downstream(u)) for u in reg.regressors
    ]
    gram, right = _normal_equations(reg)
    number = "3" if design.single else "11"
    if len(targets) == 1:
        return [Step(number, targets[0], right[0] / gram[0][0], "sites", reason, numerals)]
    return [
        Step(
            number,
            left,
            add(*(q * d for q, d in zip(row, targets, strict=True))),
            "sites",
            reason,
            numerals,
        )
        for left, row in zip(right, gram, strict=True)
    ]


def _by_site_steps(reg: Regression) -> list[Step]:
    """Each site's own solution, and its average over sites: theory, equation (7.7)."""
    effects = [reg.site_downstream(u) for u in reg.regressors]
    gram, right = _site_equations(reg)
    every = "treatment moves the mediator in every site"
    if len(effects) == 1:
        solved = [right[0] / gram[0][0]]
        reason = f"divide by the site's own compliance, which is not zero: {every}"
        number, steps = "3", [Step("3", effects[0], solved[0], "site", reason, ("viii",))]
    else:
        solved = solve(gram, right)
        reason = (
            "the arms are as many equations of the site as there are effects; the matrix of its compliances has full rank "
            "in every site, so that they have one solution"
        )
        pairs = zip(effects, solved, strict=True)
        number, steps = "10", [Step("10", left, value, "site", reason, ("viii",)) for left, value in pairs]
    last = "the average over sites of what is known in each of them; nothing is asked between sites"
    steps += [
        Step(number, mean(d), mean(value), "sites", last, ())
        for d, value in zip(effects, solved, strict=True)
    ]
    return steps


def own_solution(strategy: Strategy) -> tuple[Step, ...]:
    """Of a strategy site by site, the steps in which a site's own equations are solved."""
    return tuple(step for step in strategy.derivation if step.level == "site" and "viii" in step.numerals)


def _site_equations(reg: Regression) -> tuple[list[list[Expr]], list[Expr]]:
    """The equations of a site's arms; with more arms than regressors their normal equations."""
    rows = [[reg.compliance(arm, u) for u in reg.regressors] for arm in reg.arms]
    right = [mean_effect(reg.design, arm, reg.outcome) for arm in reg.arms]
    if len(rows) == len(reg.regressors):
        return rows, right
    across = list(zip(*rows, strict=True))
    gram = [[_dot(one, other) for other in across] for one in across]
    return gram, [_dot(one, right) for one in across]


def _dot(one: Iterable[Expr], other: Iterable[Expr]) -> Expr:
    return add(*(a * b for a, b in zip(one, other, strict=True)))


def _normal_equations(reg: Regression) -> tuple[list[list[Expr]], list[Expr]]:
    """E[x x'] and E[x r_v], summed over arms: theory, equation (7.1) multiplied by x; pooled (7.2)."""
    size = len(reg.columns)
    gram = [[number(0)] * size for _ in range(size)]
    right = [number(0)] * size
    for arm in reg.arms:
        row: list[Expr | None] = [number(1) if arm == other else None for other in reg.intercepts]
        row += [reg.compliance(arm, u) for u in reg.regressors]
        outcome = mean_effect(reg.design, arm, reg.outcome)
        for j, a in enumerate(row):
            if a is None:
                continue
            right[j] += _mean_product(reg, a, outcome)
            for k, b in enumerate(row):
                if b is not None:
                    gram[j][k] += _mean_product(reg, a, b)
    if len(reg.arms) == size == 1 and (reg.pooled or reg.design.sites == 1):
        only = reg.compliance(reg.arms[0], reg.regressors[0])
        return [[mean(only)]], [mean(mean_effect(reg.design, reg.arms[0], reg.outcome))]
    return gram, right


def _mean_product(reg: Regression, a: Expr, b: Expr) -> Expr:
    if reg.pooled or reg.design.sites == 1 or a.is_number or b.is_number:
        return mean(a) * mean(b)
    return mean(a) * mean(b) + moment("sites", (a, b))
