"""The equation of an outcome with many mediators, in factored form: sums with an index over the mediators."""

from __future__ import annotations

from identcheck.decide.conditions import Regression
from identcheck.describe.design import Design
from identcheck.report.context import DerivationStep, Formula, NumberedEquation
from identcheck.report.proportion import is_large

__all__ = ["equations_in_sums", "in_sums", "in_sums_fits"]


def equations_in_sums(design: Design) -> tuple[NumberedEquation, ...]:
    """The decomposition of the intent-to-treat effect in a large design; empty where it has no such form."""
    arm, outcome = design.treatments[0], design.outcome
    around = (arm,) if design.causal.has_edge(arm, outcome) else ()
    parents = tuple(m for m in design.mediators if design.causal.has_edge(m, outcome))
    regression = Regression(design, outcome, parents, (arm,), around)
    if not is_large(design) or design.unobserved or not in_sums_fits(regression):
        return ()
    inside = NumberedEquation(
        "9",
        Formula(r"\Gamma_{k} = \Gamma^{*}_{k} + \sum_{j \to k} \Gamma_{j} \, \Lambda_{jk}"),
        "What treatment does to a mediator is what it does directly and by the arrows from other mediators, those that are "
        "in the graph: (i), (iii) and (iv).",
        (
            Formula(
                r"\Delta^{\mathrm{tot}}_{k} = \Delta_{k} + \sum_{k \to j} \Lambda_{kj} \, \Delta^{\mathrm{tot}}_{j}"
            ),
        ),
    )
    steps = in_sums(regression)[:-1]
    return (
        inside,
        *(
            NumberedEquation(
                step.like,
                step.equation,
                step.reason + (f": {step.numerals}." if step.numerals else "."),
                step.tail,
            )
            for step in steps
        ),
    )


def in_sums_fits(regression: Regression) -> bool:
    """Whether sums over all mediators can stand for it: one arm, and every mediator a regressor."""
    design = regression.design
    return (
        len(design.treatments) == 1
        and regression.outcome == design.outcome
        and regression.regressors == design.mediators
        and design.sites != 1
        and not regression.pooled
    )


def in_sums(regression: Regression) -> tuple[DerivationStep, ...]:
    """The steps for the outcome on all mediators, with an index over the mediators."""
    person, site, mean = (
        ("B^{*} + ", r"\beta^{*}_{s} + ", r"\beta^{*} + ") if regression.intercepts else ("", "", "")
    )
    total = r"\sum_{k=1}^{P}"
    error = (r"\left(\beta^{*}_{s} - \beta^{*}\right) + " if regression.intercepts else "") + (
        rf"{total} \gamma_{{ks}} \, \left(\delta_{{ks}} - \delta_{{k}}\right)"
    )
    first = r"\gamma_{js}"
    constant = r"\mathbb{E}[\gamma_{js}] \, \beta^{*} + " if regression.intercepts else ""
    known = "averages zero at every value of the compliances"
    lines = [r"\mathbb{E}[\omega_{s} \mid \gamma_{1s}, \ldots, \gamma_{Ps}] = 0"]
    if regression.intercepts:
        known = "averages zero and is uncorrelated with the compliances, given that the bypass is"
        lines = [
            r"\mathbb{E}[\omega_{s}] = 0",
            r"\mathbb{E}[\omega_{s} \, \gamma_{ks}] = 0 \quad (k = 1,\ldots,P)",
        ]
    shapes = [
        ("9", [f"B = {person}{total} \\Gamma_{{k}} \\, \\Delta_{{k}}"],
         "Every path from treatment is split at the last regressor on it", "(i), (ii), (iii) and (iv)"),
        ("10", [rf"\beta_{{s}} = {site}{total} \left(\gamma_{{ks}} \, \delta_{{ks}} + "
                r"\operatorname{Cov}_s(\Gamma_{k}, \Delta_{k})\right)"],
         "The mean of a product is the product of means plus the covariance", ""),
        ("10", [rf"\beta_{{s}} = {site}{total} \gamma_{{ks}} \, \delta_{{ks}}"],
         "No compliance-effect covariance within sites", "(vi)"),
        ("11", [rf"\beta_{{s}} = {mean}{total} \gamma_{{ks}} \, \delta_{{k}} + \omega_{{s}}", rf"\omega_{{s}} = {error}",
                *lines],
         f"The average effects become the slopes; the deviations of the sites from them are the error, which {known}",
         "(vii)"),
        ("11", [rf"\mathbb{{E}}[{first} \, \beta_{{s}}] = {constant}{total} "
                rf"\mathbb{{E}}[{first} \, \gamma_{{ks}}] \, \delta_{{k}} "
                r"\quad (j = 1,\ldots,P)"],
         f"The error {known}, so the normal equations hold for the averages; the rank makes their solution unique",
         "(vii), (viii) and (ix)"),
    ]  # fmt: skip
    return tuple(
        DerivationStep(
            str(place), Formula(lines[0]), tuple(map(Formula, lines[1:])), number, reason, numerals
        )
        for place, (number, lines, reason, numerals) in enumerate(shapes, start=1)
    )
