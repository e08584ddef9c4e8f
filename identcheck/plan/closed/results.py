"""What a diagnosis says of each regression and of each effect."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from identcheck.basics.display import Brief
from identcheck.decide.conditions import Regression
from identcheck.plan.closed.estimators import Budget
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import SIMULATED, Question, short_name
from identcheck.plan.closed.strength import Matrix, Strength
from identcheck.tables.table import Cell

if TYPE_CHECKING:
    from identcheck.plan.closed.further import Further

__all__ = ["EffectNumbers", "Instruments", "PooledInstrument", "Share"]


@dataclass(frozen=True)
class Instruments:
    """The site-by-compliance matrix that a regression relies on, and its strength for each regressor."""

    regression: Regression
    matrix: Matrix
    strengths: tuple[Strength, ...]

    def records(self) -> Iterator[dict[str, Cell]]:
        """For each mediator its F and, arm by arm, its compliance, for the table of instruments; F is of all arms together."""
        for strength in self.strengths:
            place = self.matrix.regressors.index(strength.regressor)
            found: dict[str, Cell] = {
                "f": strength.f,
                "conditional_f": strength.conditional,
                "verdict": strength.verdict,
            }
            for number, arm in enumerate(self.matrix.arms):
                yield {
                    "regression": short_name(self.regression, arms=False),
                    "mediator": strength.regressor,
                    "arm": arm,
                    "mean": self.matrix.means[number][place],
                    "sd": self.matrix.sds[number][place],
                    **(found if number == 0 else {}),
                }

    def pairs(self) -> Iterator[dict[str, Cell]]:
        """For each pair of compliances their correlation, for the table of compliances."""
        matrix = self.matrix
        for i, other in enumerate(matrix.regressors):
            for one, value in zip(matrix.regressors[:i], matrix.correlation[i], strict=False):
                yield {
                    "regression": short_name(self.regression),
                    "one": one,
                    "other": other,
                    "correlation": None if math.isnan(value) else value,
                    "condition": None if math.isinf(matrix.condition) else matrix.condition,
                }


@dataclass(frozen=True)
class PooledInstrument:
    """The same effect by one pooled instrument: average effect on the outcome by average compliance.

    Attributes:
        f: first-stage F of the one instrument.
        bias: bias of the ratio.
        se: its standard error.
        ratio: standard error of the site-by-treatment regression by that of the ratio: below 1 it gains. None where
            that of the ratio is 0.
    """

    f: float
    bias: float
    se: float
    ratio: float | None


class Share(NamedTuple):
    """A part's share of the whole, with the interval expected for it by Fieller's method."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class EffectNumbers(Brief):
    """What the plan means for the estimate of one effect.

    Attributes:
        question: the effect, its strategy and its true value in the anticipated world.
        bias: the whole bias; None where there is no strategy.
        se: the standard error; of a composed strategy by the delta method (theory, equation (16.2)). None where there is none.
        power: power of the t test of no effect between sites, at the effect's true value and without bias.
        detectable: the smallest effect that the test finds with the power that the plan aims at.
        prospect: strength, coverage and the chance of rejecting with the bias; None where there is no standard error.
        further: what is worked out when it is asked for; None where there is no strategy.
    """

    question: Question
    bias: float | None = None
    se: float | None = None
    power: float | None = None
    detectable: float | None = None
    prospect: Prospect | None = field(default=None, repr=False, compare=False)
    further: Further | None = field(default=None, repr=False, compare=False)

    @property
    def budget(self) -> Budget | None:
        """The bias by its causes; None for a composed strategy that has no breakdown, or none."""
        return None if self.further is None else self.further.budget

    @property
    def sites(self) -> int | None:
        """Sites needed for that power were there no bias, persons per site as planned; None if out of reach."""
        return None if self.further is None else self.further.sites

    @property
    def persons(self) -> int | None:
        """Persons per site needed for it, sites as planned; None if out of reach."""
        return None if self.further is None else self.further.persons

    @property
    def sites_biased(self) -> bool:
        """Whether the bias at the sites needed is ``TOLERABLE`` of the standard error or more.

        Then the number of sites means nothing: more sites do not take a bias away.
        """
        return self.further is not None and self.further.sites_biased

    @property
    def persons_biased(self) -> bool:
        """The same at the persons needed."""
        return self.further is not None and self.further.persons_biased

    @property
    def pooled(self) -> PooledInstrument | None:
        """The same effect by one pooled instrument, where that is possible."""
        return None if self.further is None else self.further.pooled

    @property
    def share(self) -> float | None:
        """Of a mediated part its share of the intent-to-treat effect, the expected estimates divided.

        None of other effects, and where the whole is less than three of its standard errors away from 0.
        """
        return None if self._share is None else self._share.value

    @property
    def share_low(self) -> float | None:
        """The lower end of the interval expected for it, by Fieller's method."""
        return None if self._share is None else self._share.low

    @property
    def share_high(self) -> float | None:
        """The upper end."""
        return None if self._share is None else self._share.high

    @property
    def _share(self) -> Share | None:
        return None if self.further is None else self.further.share

    def _brief(self) -> str:
        bias, se = ("none" if number is None else f"{number:.3g}" for number in (self.bias, self.se))
        return f"EffectNumbers {self.question.estimand}: bias {bias}, SE {se}"

    def record(self, **more: Cell) -> Mapping[str, Cell]:
        """The effect, its strategy and its numbers by name, for any of the columns here; each is worked out when it is read."""
        return _Record(self, more)

    @property
    def conditional_f(self) -> float | None:
        """The strength of the instruments, where there are any."""
        return None if self.prospect is None or self.prospect.strong is None else self.prospect.strong.f

    @property
    def sites_needed(self) -> int | None:
        """Sites needed for the power aimed at; None also where the bias there is not harmless."""
        return None if self.sites_biased else self.sites

    @property
    def persons_needed(self) -> int | None:
        """Persons per site needed for the power aimed at; None also where the bias there is not harmless."""
        return None if self.persons_biased else self.persons

    def bias_record(self) -> dict[str, Cell]:
        """The effect and its bias by causes, for the table of biases; a composed one has no causes."""
        causes = vars(self.budget) if self.budget else {}
        return {**self.question.record(), "strategy": self._strategy, **causes, "bias": self.bias}

    @property
    def _strategy(self) -> str:
        strategy = self.question.strategy
        lines = dict.fromkeys(short_name(part.regression) for part in strategy.parts) if strategy else {}
        return ("composed of " if len(lines) > 1 else "") + "; ".join(lines)

    @property
    def _in_the_way(self) -> str:
        """Why a number is missing."""
        if self.question.strategy is None:
            return f"not estimated: {self.question.reason}"
        if self.question.instead:
            return (
                "numbers of the regression over sites; site by site, on which the verdict rests, has no standard error before "
                f"data{SIMULATED if self.question.by_site is not None else ''}"
            )
        if not self.question.target:
            return "its true value is 0"
        if self.power is None:
            return "too few sites for a test between sites"
        if self.sites is None and self.prospect is not None and self.prospect.fixed:
            return "" if self.persons else "no feasible number of persons gives this power"
        if self.sites is None:
            return "no feasible number of sites gives this power"
        if self.sites_biased:
            return "more sites do not take the bias away"
        if self.persons is None:
            return "more persons per site do not give this power: sites differ too much"
        return ""


def _known(name: str) -> Callable[[EffectNumbers], Cell]:
    """Reads what bias does to the test and the interval."""

    def read(effect: EffectNumbers) -> Cell:
        known = effect.prospect
        found: float | None = None if known is None else getattr(known, name)
        return found

    return read


READ: Mapping[str, Callable[[EffectNumbers], Cell]] = {
    "effect": lambda effect: str(effect.question.estimand),
    "target": lambda effect: effect.question.target,
    "strategy": lambda effect: effect._strategy,
    "note": lambda effect: effect._in_the_way,
    "sites": lambda effect: effect.sites_needed,
    "persons": lambda effect: effect.persons_needed,
    "from_sites": lambda effect: (
        effect.prospect.from_sites if effect.prospect and effect.prospect.fixed else None
    ),
    **{name: _known(name) for name in ("coverage", "power_with_bias", "wrong_sign")},
    **{
        name: attrgetter(name)
        for name in ("conditional_f", "bias", "se", "power", "detectable", "share", "share_low", "share_high")
    },
}
"""How each number of a table is read off an effect."""


class _Record(Mapping[str, Cell]):
    """Numbers of an effect by the names of columns, each worked out when it is read."""

    def __init__(self, effect: EffectNumbers, more: Mapping[str, Cell]) -> None:
        self._effect = effect
        self._more = more

    def __getitem__(self, name: str) -> Cell:
        return self._more[name] if name in self._more else READ[name](self._effect)

    def __iter__(self) -> Iterator[str]:
        return iter({**READ, **self._more})

    def __len__(self) -> int:
        return len({**READ, **self._more})
