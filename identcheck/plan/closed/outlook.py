"""What the plan means for each effect, in a few numbers and a sentence: strength, bias, coverage, power, and what would help."""

from __future__ import annotations

from dataclasses import dataclass, replace

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.decide.estimands import Estimand
from identcheck.plan.closed.biased import tolerable
from identcheck.plan.closed.causes import cause_of
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.helps import Help, helps_of
from identcheck.plan.closed.prospect import least_strong
from identcheck.plan.closed.results import EffectNumbers

__all__ = ["Help", "Outlook", "outlooks"]


@dataclass(frozen=True)
class Outlook(Brief):
    """What one effect can be expected to come to at the planned numbers.

    Attributes:
        estimand: the effect.
        reason: why there are no numbers; "" where there are.
        target: its true value in the anticipated world.
        se: the standard error; None where there are no numbers.
        detectable: the smallest effect that the test finds with the power that the plan aims at, were there no bias.
        power: of the two-sided test of no effect, were there no bias.
        degrees: degrees of freedom of the test, between sites.
        conditional_f: the anticipated first-stage F of the effect's own regressor beside the others; None without regressors.
        weakest: the regressor with the least conditional F; "" without regressors.
        bias: expected estimate less true value.
        cause: the largest cause of the bias in words; "" where there is none.
        coverage: of the confidence interval of level 1 - alpha, with the bias.
        power_with_bias: the chance that the same test rejects, given the bias; not evidence of the effect alone.
        wrong_sign: the chance of a significant estimate with the wrong sign.
        rule: what the rule on conditional F (``design.rules.conditional_f``) makes of the anticipated F: "passes",
            "not determined", or "" where it does not apply.
        helps: what would help, what achieves most first.
        sites: sites needed for the power that the plan aims at; None where the bias there is ``TOLERABLE`` of the standard
            error or more, or where it is out of reach.
        alpha: the level of the test.
    """

    estimand: Estimand
    reason: str
    target: float
    se: float | None = None
    detectable: float | None = None
    power: float | None = None
    degrees: int = 0
    conditional_f: float | None = None
    weakest: str = ""
    bias: float | None = None
    cause: str = ""
    coverage: float | None = None
    power_with_bias: float | None = None
    wrong_sign: float | None = None
    rule: str = ""
    helps: tuple[Help, ...] = ()
    sites: int | None = None
    alpha: float = 0.05

    def _brief(self) -> str:
        return f"Outlook {self.estimand}: {self.sentence}"

    @property
    def weak(self) -> bool:
        """Whether the rule on conditional F would report the effect as not determined."""
        return self.rule == "not determined"

    @property
    def harmless(self) -> bool:
        """Whether the bias is below ``TOLERABLE`` of the standard error."""
        return self.bias is None or self.se is None or tolerable(self.bias, self.se)

    @property
    def sentence(self) -> str:
        """One or two short sentences for a cell of a table."""
        if self.reason:
            return self.reason
        return " ".join(filter(None, (self._strength, self._bias or self._precision)))

    @property
    def _strength(self) -> str:
        if self.conditional_f is None or not self.rule:
            return ""
        f = f"{self.conditional_f:.1f}" if self.conditional_f < 99.95 else f"{self.conditional_f:,.0f}"
        return f"{'Weak: conditional' if self.weak else 'Conditional'} F {f}."

    @property
    def _bias(self) -> str:
        if self.harmless or self.bias is None or self.coverage is None:
            return ""
        from_what = f", from {self.cause}" if self.cause else ""
        covered = f"a {100 * (1 - self.alpha):g}% interval covers {100 * self.coverage:.0f}%"
        return f"Bias {self.bias:+.2g} on {self.target:.2g}{from_what}; {covered}."

    @property
    def _precision(self) -> str:
        if self.se is None:
            return ""
        detects = "" if self.detectable is None else f", detects {self.detectable:.2g}"
        return f"SE {self.se:.2g}{detects}."


@once
def outlooks(diagnosis: Diagnosis) -> tuple[Outlook, ...]:
    """What each effect of a diagnosis can be expected to come to, in the diagnosis's order.

    Source: theory, equation (11.11) with the bias added, and section 11 on sites needed.
    """
    return tuple(_outlook(diagnosis, effect) for effect in diagnosis.effects)


def _outlook(diagnosis: Diagnosis, effect: EffectNumbers) -> Outlook:
    question, at = effect.question, diagnosis.anticipated
    strong = least_strong(diagnosis.estimators, question)
    found = Outlook(
        estimand=question.estimand,
        reason=question.reason,
        target=question.target,
        conditional_f=None if strong is None else strong.f,
        weakest="" if strong is None else strong.weakest,
        bias=effect.bias,
        cause=cause_of(at.design, effect),
        rule=""
        if strong is None
        else "passes"
        if strong.f >= at.design.rules.conditional_f
        else "not determined",
        helps=helps_of(diagnosis, effect),
        alpha=at.plan.alpha,
    )
    if question.strategy is None:
        return found
    now = effect.prospect
    if now is None:
        return replace(
            found, reason="Estimated from several regressions together: simulate for its precision."
        )
    return replace(
        found,
        se=effect.se,
        detectable=effect.detectable,
        power=effect.power,
        degrees=max(now.degrees, 0),
        coverage=now.coverage,
        power_with_bias=now.power_with_bias,
        wrong_sign=now.wrong_sign,
        sites=effect.sites_needed,
    )
