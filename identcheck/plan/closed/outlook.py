"""What the plan means for each effect, in a few numbers and a sentence: strength, bias, coverage, power, and what would help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.decide.estimands import Estimand, resolve
from identcheck.derive.words import capital
from identcheck.plan.closed.biased import tolerable
from identcheck.plan.closed.causes import cause_of
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.helps import Help, helps_of
from identcheck.plan.closed.prospect import least_strong
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.closed.warnings import clustered, one_by_one
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.units import short_unit

__all__ = ["Help", "Outlook", "outlooks"]

NOTABLE = 0.1
"""A bias of more than this share of the effect is told."""


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
        size: how often that test rejects a hypothesis that is true, were there no bias.
        conditional_f: the anticipated first-stage F of the effect's own regressor beside the others; None without regressors.
        weakest: the regressor with the least conditional F; "" without regressors.
        bias: expected estimate less true value.
        coverage: of the confidence interval of level 1 - alpha, with the bias.
        power_with_bias: the chance that the same test rejects, given the bias; not evidence of the effect alone.
        wrong_sign: the chance of a significant estimate with the wrong sign.
        rule: what the rule on conditional F (``design.rules.conditional_f``) makes of the anticipated F: "passes",
            "not determined", or "" where it does not apply.
        alpha: the level of the test.
        power_aim: the power that the plan aims at.
        unit: of the effect, in short: "SD per SD".
        digits: behind the point, of what is in that unit.
        provided: what F and precision suppose: "if pupils were assigned one by one"; "" where persons are assigned.
        note: why the rule is not applied; "" where it is.
    """

    estimand: Estimand
    reason: str
    target: float
    se: float | None = None
    detectable: float | None = None
    power: float | None = None
    degrees: float = 0.0
    size: float | None = None
    conditional_f: float | None = None
    weakest: str = ""
    bias: float | None = None
    coverage: float | None = None
    power_with_bias: float | None = None
    wrong_sign: float | None = None
    rule: str = ""
    alpha: float = 0.05
    power_aim: float = 0.8
    unit: str = ""
    digits: int = 3
    provided: str = ""
    note: str = ""
    _helps: Callable[[], tuple[Help, ...]] = field(default=tuple, repr=False, compare=False)
    _cause: Callable[[], str] = field(default=str, repr=False, compare=False)

    def _brief(self) -> str:
        return f"Outlook {self.estimand}: {self.sentence}"

    @cached_property
    def helps(self) -> tuple[Help, ...]:
        """What would help, what achieves most first; worked out when it is asked for."""
        return self._helps()

    @cached_property
    def cause(self) -> str:
        """The largest cause of the bias in words; "" where there is none."""
        return self._cause()

    @property
    def weak(self) -> bool:
        """Whether the rule on conditional F would report the effect as not determined."""
        return self.rule == "not determined"

    @property
    def harmless(self) -> bool:
        """Whether the bias is below ``TOLERABLE`` of the standard error."""
        return self.bias is None or self.se is None or tolerable(self.bias, self.se)

    @property
    def biased(self) -> bool:
        """Whether the bias is told: it is more than ``NOTABLE`` of the effect, coverage falls short, or instruments are weak."""
        if self.bias is None or self.coverage is None or self.conditional_f is None:
            return False
        large = abs(self.bias) > NOTABLE * abs(self.target) and abs(self.bias) > 1e-12
        return self.weak or large or self.coverage < self.least_coverage

    @property
    def least_coverage(self) -> float:
        """The coverage below which it is told: 0.93 for intervals of 95%."""
        return 1 - 1.4 * self.alpha

    @property
    def sentence(self) -> str:
        """One or two short sentences for a cell of a table."""
        if self.reason:
            return self.reason
        return " ".join(filter(None, (self._strength, self._bias if self.biased else self._precision)))

    @property
    def shown_power(self) -> str:
        """The power as it is printed, "0.28"; "" without a test."""
        if self.power is None or self.power_with_bias is None:
            return ""
        return "over 0.99" if self.power > 0.995 else f"{self.power:.2f}"

    @property
    def rejects(self) -> float | None:
        """The chance that the test rejects, where the bias makes that another number than the power; else None."""
        if self.power is None or self.power_with_bias is None or not self.biased:
            return None
        return self.power_with_bias if abs(self.power_with_bias - self.power) >= 0.02 else None

    @property
    def power_sentence(self) -> str:
        """The power of the test of no effect; where the bias adds to it, that a rejection is no evidence; "" without a test."""
        if self.rejects is None or self.power is None:
            return f"Power {self.shown_power}." if self.shown_power else ""
        said = f"Power {self.shown_power}; the test rejects in {100 * self.rejects:.0f}% of trials"
        if self.harmless:  # what differs is due to estimated standard errors as well
            return f"{said}."
        if self.rejects < self.power:
            return f"{said}, fewer because of the bias."
        short = self.size is not None and 1 - self.size < self.least_coverage
        return (
            f"{said}, the excess being bias{' and standard errors that come out too small' if short else ''}."
        )

    @property
    def advice(self) -> str:
        """What would help most, at most two kinds of change, and that more sites do not where that is so; "" for nothing."""
        kinds: dict[str, Help] = {}
        for help in self.helps:
            kinds.setdefault(help.what, help)
        start = f"{capital(self.provided)}, " if self.provided else ""
        working = [help for help in kinds.values() if help.after is not None]
        idle = [help for help in kinds.values() if help.after is None]
        vain = [help for help in idle if help.what == "sites"]
        told = " ".join(help.sentence for help in (*(working or idle[:1])[:2], *vain[: bool(working)]))
        return f"{start}{told[:1].lower()}{told[1:]}" if start and working else told

    def figure(self, value: float, sign: bool = False) -> str:
        """A number in the unit of the effect, with as many digits as its standard error calls for."""
        text = f"{value:{'+' if sign else ''}.{self.digits}f}"
        return text.lstrip("+-") if not float(text) else text

    @property
    def _strength(self) -> str:
        if self.conditional_f is None:
            return ""
        f = f"{self.conditional_f:.1f}" if self.conditional_f < 99.95 else f"{self.conditional_f:,.0f}"
        if self.weak:
            even = f" even {self.provided}" if self.provided else ""
            return f"Weak{even}: conditional F {f}."
        return f"Conditional F {f}{f' {self.provided}' if self.provided else ''}."

    @property
    def _bias(self) -> str:
        assert self.bias is not None
        assert self.coverage is not None
        assert self.se is not None
        unit = f" {self.unit}" if self.unit else ""
        figures = f"true effect {self.figure(self.target)}{unit}, SE {self.figure(self.se)}"
        from_what = f", from {self.cause}" if self.cause and not self.hardly else ""
        covered = f"a {100 * (1 - self.alpha):g}% interval covers {100 * self.coverage:.0f}%"
        return f"Expected bias {self.figure(self.bias, sign=True)} ({figures}){from_what}; {covered}."

    @property
    def hardly(self) -> bool:
        """Whether the bias is too small to be worth a cause."""
        return self.bias is None or self.se is None or not float(self.figure(self.bias))

    @property
    def _precision(self) -> str:
        if self.se is None:
            return ""
        unit = f" {self.unit}" if self.unit else ""
        alone = f", {self.provided}" if self.provided and self.conditional_f is None else ""
        if self.detectable is None:
            return f"SE {self.figure(self.se)}{unit}{alone}."
        smallest = f"smallest detectable effect {self.figure(self.detectable)} (power {self.power_aim:g})"
        return f"SE {self.figure(self.se)}{unit}, {smallest}{alone}."


@once
def outlooks(diagnosis: Diagnosis) -> tuple[Outlook, ...]:
    """What each effect of a diagnosis can be expected to come to, in the diagnosis's order.

    Source: theory, equation (11.11) with the bias added, and section 11 on sites needed.
    """
    return tuple(_outlook(diagnosis, effect) for effect in diagnosis.effects)


def _outlook(diagnosis: Diagnosis, effect: EffectNumbers) -> Outlook:
    question, at = effect.question, diagnosis.anticipated
    strong = least_strong(diagnosis.estimators, question)
    provided = one_by_one(at)
    passed = strong is not None and strong.f >= at.design.rules.conditional_f
    found = Outlook(
        estimand=question.estimand,
        reason=question.reason,
        target=question.target,
        conditional_f=None if strong is None else strong.f,
        weakest="" if strong is None else strong.weakest,
        bias=effect.bias,
        rule="" if strong is None or (passed and provided) else "passes" if passed else "not determined",
        _helps=partial(helps_of, diagnosis, effect),
        _cause=partial(cause_of, at, effect),
        alpha=at.plan.alpha,
        power_aim=at.plan.power,
        unit=_unit(at, question.estimand),
        digits=diagnosis.digits_for(effect.se),
        provided=provided,
        note=clustered(at) if passed else "",
    )
    return _with_numbers(found, effect)


def _unit(at: Anticipated, estimand: Estimand) -> str:
    """The unit of an effect in short; of a sum that of its effects, "" where they have several."""
    ends = [resolve(at.design, part) for _, part in estimand.signed]
    units = dict.fromkeys(short_unit(at.plan, at.design, end.source, end.target) for end in ends)
    return next(iter(units)) if len(units) == 1 else ""


def _with_numbers(found: Outlook, effect: EffectNumbers) -> Outlook:
    """With standard error and chances, where there are any."""
    now = effect.prospect
    if now is None:
        return found
    return replace(
        found,
        se=effect.se,
        detectable=effect.detectable,
        power=effect.power,
        degrees=max(now.degrees, 0.0),
        size=now.size,
        coverage=now.coverage,
        power_with_bias=now.power_with_bias,
        wrong_sign=now.wrong_sign,
    )
