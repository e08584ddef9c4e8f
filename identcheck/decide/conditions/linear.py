"""(xi) Moderation is linear: how a regressor's effect changes with the moderators (theory section 14)."""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.decide.conditions.base import WithoutMoments
from identcheck.derive.words import averaged, capital, effect_words, listed
from identcheck.describe.modifiers import Modifier

__all__ = ["Linear"]


@dataclass(frozen=True)
class Linear(WithoutMoments):
    """E[d_us | Z] = a_u + k_u' h(Z) for every regressor u: assumption (xi). It holds by design where h is saturated.

    Source: theory section 14, equation (14.1).
    """

    kind = "linear"
    letter = "L"
    level = "between sites"
    granted_by = ("xi",)
    reason = "the products of the compliances with the terms h(Z) then take up all that the effects change with the moderators"
    violated = ""

    @property
    def moderators(self) -> tuple[Modifier, ...]:
        """The modifiers that an effect, or a bypass, is to change with along these terms."""
        reg = self.regression
        used = {name for u in reg.regressors for name in reg.moderated_by(u)}
        used |= set(reg.moderators) if reg.intercepts else set()
        return tuple(m for m in self.design.modifiers if m.name in used)

    @property
    def continuous(self) -> tuple[Modifier, ...]:
        """Those of them that are neither binary nor categorical."""
        return tuple(m for m in self.moderators if m.scale == "continuous")

    @property
    def statement(self) -> str:
        reg = self.regression
        effects = (
            listed(
                [
                    averaged(effect_words(self.design, u, reg.outcome, reg.others(u)))
                    for u in reg.regressors
                    if reg.moderated_by(u)
                ]
            )
            or self._past_regressors
        )
        moderators = listed([m.words for m in self.continuous or self.moderators])
        if self.continuous:
            return capital(f"{effects} changes along a straight line with {moderators}.", self.design)
        return capital(f"{effects} may be another for every category of {moderators}.", self.design)

    @property
    def _past_regressors(self) -> str:
        """What the intercept of an arm stands for: the bypass, or, of a contrast of arms, the whole effect."""
        reg = self.regression
        if reg.regressors:
            return "the bypass"
        return listed([averaged(effect_words(self.design, arm, reg.outcome)) for arm in reg.arms])

    @property
    def latex(self) -> str:
        reg = self.regression
        given = ", ".join(self.tex(level) for level in dict.fromkeys(reg.levels("")))
        effects = {u: reg.site_downstream(u) for u in reg.regressors}
        effects |= {arm: reg.bypass(arm) for arm in reg.intercepts}
        lines = []
        for column, symbol in effects.items():
            if levels := reg.levels(column):
                effect = self.tex(symbol)
                right = " + ".join(rf"k_{{{place}}} \, {self.tex(h)}" for place, h in enumerate(levels, 1))
                lines.append(rf"\mathbb{{E}}[{effect} \mid {given}] = a + {right}")
        return r" ,\quad ".join(lines)

    @property
    def implied(self) -> str:
        if self.continuous:
            return ""
        return "every combination of categories has a term of its own"
