"""What a report or a document is about: the chosen effects, what they rest on and their numbers, each worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.division import apart, divisions
from identcheck.decide.estimands import Estimand, listed_estimands
from identcheck.decide.grounds import Ground, grounds
from identcheck.decide.identification import Finding, Identification, distinct, primary_findings
from identcheck.decide.primary import primary_estimands
from identcheck.decide.remaining import Remaining, remaining
from identcheck.decide.sums import SumFinding
from identcheck.describe.design import Design

if TYPE_CHECKING:
    from identcheck.plan.closed.diagnosis import Diagnosis
    from identcheck.plan.closed.outlook import Outlook
    from identcheck.plan.conflicts import Conflict
    from identcheck.plan.falsification import Falsification
    from identcheck.plan.inputs.plan import Plan
    from identcheck.plan.sensitivity.result import Sensitivity

__all__ = ["SEED", "TRIALS", "Matter", "missing_justifications"]

SEED = 0
"""Of every simulation in a document."""

TRIALS = 1000
"""So many trials the tests are simulated in, unless another number is asked for."""


@dataclass(frozen=True)
class Matter:
    """What a report or a document is about.

    Attributes:
        result: the identification.
        plan: the anticipated numbers; None for none.
        simulations: the simulated tests by their number of trials, as they are asked for.
        effects: the effects of interest, also as text, the most important first; empty for the primary ones of the design.
    """

    result: Identification
    plan: Plan | None = None
    effects: tuple[Estimand | str, ...] = ()
    simulations: dict[int, Falsification | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def design(self) -> Design:
        """The design."""
        return self.result.design

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The effects of interest."""
        if self.effects:
            asked = dict.fromkeys(part for effect in self._asked for _, part in effect.signed)
            return tuple(self.result[effect] for effect in asked)
        found = primary_findings(self.result)
        if self.design.primary:
            return found
        return tuple(sorted(found, key=lambda f: bool(f.best is not None and f.best.regressors)))

    @property
    def _asked(self) -> Sequence[Estimand]:
        """What is named, as estimands."""
        return listed_estimands(self.design, self.effects)

    @cached_property
    def sums(self) -> tuple[SumFinding, ...]:
        """The sums and differences of effects of interest."""
        asked = self._asked if self.effects else primary_estimands(self.design)
        return tuple(self.result.combined(effect) for effect in asked if effect.of)

    @cached_property
    def tested(self) -> tuple[Finding | SumFinding, ...]:
        """What hypotheses are about, as far as it can be had: sums and differences that are named, not what they are made of."""
        if not self.sums:
            return self.had
        asked = self._asked if self.effects else primary_estimands(self.design)
        known: dict[Estimand, Finding | SumFinding] = {f.estimand: f for f in self.had}
        known |= {s.estimand: s for s in self.sums if all(f.estimand in known for f in s.findings)}
        return tuple(known[effect] for effect in asked if effect in known)

    @cached_property
    def had(self) -> tuple[Finding, ...]:
        """Those of them that a regression or a contrast gives, at least if what is missing holds."""
        return tuple(finding for finding in self.findings if finding.best is not None)

    @cached_property
    def regressed(self) -> tuple[Finding, ...]:
        """Those that take a regression of site effects: effects of mediators."""
        return tuple(f for f in self.had if f.best is not None and f.best.regressors)

    @cached_property
    def contrasts(self) -> tuple[Finding, ...]:
        """Those that a contrast of arms gives: effects of arms."""
        return tuple(f for f in self.had if f.best is not None and not f.best.regressors)

    @cached_property
    def lines(self) -> tuple[Regression, ...]:
        """The regressions of the effects of interest whose line the scatter of site effects can test."""
        parts = (part.regression for f in self.regressed if f.best is not None for part in f.best.parts)
        outcome = self.design.outcome
        return tuple(
            r for r in dict.fromkeys(parts) if not (r.pooled or r.site_by_site) and r.outcome == outcome
        )

    @cached_property
    def others(self) -> tuple[Finding, ...]:
        """The default effects that are not among them, parts of intent-to-treat effects aside."""
        chosen = {finding.estimand for finding in self.findings}
        every = apart(distinct((*self.findings, *self.result.findings)))
        return tuple(f for f in every if f.estimand not in chosen)

    @cached_property
    def grounds(self) -> tuple[Ground, ...]:
        """What the effects of interest rest on."""
        return grounds(self.result, self.findings)

    @cached_property
    def argued(self) -> tuple[Ground, ...]:
        """What of it has to be argued."""
        return tuple(ground for ground in self.grounds if ground.open)

    @cached_property
    def missing(self) -> tuple[Ground, ...]:
        """What has to be argued and is not yet."""
        return tuple(ground for ground in self.argued if not ground.justification)

    @once
    def remaining(self, name: str) -> Remaining | None:
        """What becomes of the effects if this ground fails and the others hold; None for (x), and for what always stands."""
        asked = {ground.name for ground in self.grounds if not ground.standing} - {"x"}
        return remaining(self.result, self.regressed, name) if name in asked else None

    # -- with a plan ----------------------------------------------------------------

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The numbers of the effects of interest."""
        if self.plan is None:
            return None
        from identcheck.plan.closed.diagnosis import diagnose

        asked = [*(f.estimand for f in self.findings), *(s.estimand for s in self.sums)]
        return diagnose(self.design, self.plan, asked, assume=self.result.granted)

    @cached_property
    def divided(self) -> Diagnosis | None:
        """The numbers of the parts of the intent-to-treat effects; None without a plan."""
        if self.diagnosis is None:
            return None
        from identcheck.plan.closed.diagnosis import of_others

        return of_others(self.diagnosis, [p.estimand for each in divisions(self.result) for p in each.parts])

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the numbers that the plan states are from."""
        inputs = () if self.diagnosis is None else self.diagnosis.anticipated.inputs
        return tuple(dict.fromkeys(each.source for each in inputs if not each.default))

    @cached_property
    def outlooks(self) -> dict[Estimand, Outlook]:
        """What the plan lets the trial say, by effect."""
        if self.diagnosis is None:
            return {}
        from identcheck.plan.closed.outlook import outlooks

        return {outlook.estimand: outlook for outlook in outlooks(self.diagnosis)}

    @property
    def told(self) -> tuple[Outlook, ...]:
        """The same of what can be had, whose numbers are told."""
        had = {finding.estimand for finding in self.had}
        return tuple(o for estimand, o in self.outlooks.items() if estimand in had or estimand.of)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Anticipated numbers that violate what an effect rests on."""
        if self.diagnosis is None:
            return ()
        from identcheck.plan.conflicts import conflicts

        return conflicts(self.diagnosis, self.findings)

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        """How far each estimate moves if an assumption fails."""
        if self.diagnosis is None:
            return None
        from identcheck.plan.sensitivity.result import sensitivity_at

        asked = [finding.estimand for finding in self.had]
        return sensitivity_at(self.diagnosis.estimators, asked, assume=self.result.granted)

    def falsification(self, trials: int) -> Falsification | None:
        """The simulated tests of the scatter; None without a plan."""
        number = trials or TRIALS
        if self.plan is not None and number not in self.simulations:
            from identcheck.plan.falsification import falsification

            found = falsification(self.design, self.plan, number, SEED, assume=self.result.granted)
            lines = set(map(_line, self.lines))
            own = tuple(each for each in found.rejections if _line(each.regression) in lines)
            untested = tuple(each for each in found.untested if _line(each) in lines)
            self.simulations[number] = replace(found, rejections=own, untested=untested)
        return self.simulations.get(number)

    @property
    def simulated(self) -> str:
        """What was simulated, in a phrase; "" for nothing."""
        done = [found for found in self.simulations.values() if found is not None and found.rejections]
        return f"tests of the scatter of site effects, {done[0].reps:,} trials in each world" if done else ""


def _line(regression: Regression) -> tuple[object, ...]:
    """What tells regressions apart, whatever the design they are of: a plan may have made another of it."""
    return (
        regression.outcome,
        regression.regressors,
        regression.moderators,
        regression.arms,
        regression.intercepts,
        regression.pooled,
        regression.site_by_site,
    )


def missing_justifications(result: Identification, effects: Sequence[Estimand | str] = ()) -> tuple[str, ...]:
    """What the effects rest on and no justification is written for: numerals, and keys such as "bypass".

    Args:
        result: the identification.
        effects: the effects, also as text; none for the primary ones of the design.
    """
    return tuple(ground.name for ground in Matter(result, None, tuple(effects)).missing)
