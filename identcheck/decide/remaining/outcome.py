"""What becomes of chosen effects, sorted, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from identcheck.basics.display import Brief
from identcheck.decide.conditions import UNNUMBERED
from identcheck.decide.findings import Finding
from identcheck.decide.granting import standing_numerals
from identcheck.decide.strategies import Composed, Strategy
from identcheck.derive.words import listed

Edge = tuple[str, str]
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Instead(Brief):
    """An effect that would be identified in another way.

    Attributes:
        finding: the effect as it is planned.
        found: the finding that remains.
    """

    finding: Finding
    found: Finding

    @property
    def how(self) -> str:
        """The other way, and what it rests on that the planned one does not: "by ..., which rests on the bypass as well".

        Of a composed effect how many effects it is put together from.
        """
        planned, best = self.finding.best, self.found.best
        if best is None or planned is None:
            return f"as {self.found.answer}" if best is None else f"by {best.name}"
        way = (
            "by the same regression with an intercept"
            if _adds_intercept(planned, best)
            else _put_together(best)
        )
        known = {*self.finding.rests_on, *standing_numerals(self.finding.design, True)}
        more = [UNNUMBERED.get(n, f"({n})") for n in self.found.rests_on if n not in known]
        return way + (f", which rests on {listed(more)} as well" if more else "")

    def _brief(self) -> str:
        return f"Instead {self.finding.estimand}: {self.how}"


@dataclass(frozen=True)
class Remaining(Brief):
    """What becomes of chosen effects if one assumption fails and all others are granted, with a numeral or without.

    Only of those that were chosen: where all of them are lost, others of the design may still be had.

    Attributes:
        name: what fails: a numeral, or "bypass", "everywhere", "shared" or "product".
        kept: the effects that are still identified as planned.
        changed: those that are identified in another way.
        lost: those that are identified no more.
        never: those that are not identified even with everything granted.
        arrows: for (ii) and (v), whose failing is an arrow: those that take effects away, each with the effects it takes.
        unworked: why it was not worked out, or "".
    """

    name: str
    kept: tuple[Finding, ...] = ()
    changed: tuple[Instead, ...] = ()
    lost: tuple[Finding, ...] = ()
    never: tuple[Finding, ...] = ()
    arrows: tuple[tuple[Edge, tuple[Finding, ...]], ...] = ()
    unworked: str = ""

    @property
    def sentence(self) -> str:
        """All of it in a few sentences, for a cell of a table; chosen effects that were not to be had are left out."""
        if self.unworked:
            return self.unworked
        if self.name == "x":
            return "The same effects are identified, as averages under the weights of the estimator."
        if not self.lost and not self.changed:
            who = "the effect" if len(self.kept) == 1 else "each effect"
            return f"Nothing is lost: {who} is still identified as planned."
        if not self.kept and not self.changed and not self.arrows:
            one = len(self.lost) == 1
            return (
                "The effect is no longer identified."
                if one
                else "None of these effects is identified any more."
            )
        kept = [f"Still identified as planned: {_names(self.kept)}."] if self.kept else []
        return " ".join((*self._taken(), *self._otherwise(), *kept))

    def _taken(self) -> Iterator[str]:
        """What is lost, by which arrow where single arrows take it."""
        if not self.arrows:
            yield from [f"No longer identified: {_names(self.lost)}."] if self.lost else []
            return
        by_effects: dict[tuple[Finding, ...], list[str]] = {}
        for edge, taken in self.arrows:
            by_effects.setdefault(taken, []).append(" -> ".join(edge))
        for taken, edges in by_effects.items():
            yield f"With an arrow {listed(edges, 'or')} no longer identified: {_names(taken)}."

    def _otherwise(self) -> Iterator[str]:
        """What is identified in another way; effects with one way together."""
        if self.name == "v" and self.changed:
            effects = _names(c.finding for c in self.changed)
            yield f"Where one of these arrows makes it necessary, still identified by another regression: {effects}."
            return
        by_way: dict[str, list[Finding]] = {}
        for instead in self.changed:
            by_way.setdefault(instead.how, []).append(instead.finding)
        for how, findings in by_way.items():
            yield f"Still identified, {how}: {_names(findings)}."

    def _brief(self) -> str:
        return f"Remaining without {self.name}: {len(self.kept)} as planned, {len(self.changed)} otherwise, {len(self.lost)} lost"


def _put_together(best: Strategy | Composed) -> str:
    """By which regression, or from how many effects; or in each site by itself."""
    if best.site_by_site:
        return f"{best.design.word('site')} by {best.design.word('site')}, each solved by itself and then averaged"
    if not isinstance(best, Composed):
        return f"by {best.name}"
    effects, regressions = len({*best.parts}), {part.regression for part in best.parts}
    kind = "regression" if all(r.regressors for r in regressions) else "estimate"
    several = kind if len(regressions) == 1 else f"{kind}s"
    return f"by putting together {_number(effects)} effects from {_number(len(regressions))} {several}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _adds_intercept(planned: Strategy | Composed, other: Strategy | Composed) -> bool:
    """Whether another strategy is the planned regression with intercepts that it did not have."""
    if len(planned.parts) > 1 or len(other.parts) > 1:
        return False
    one, two = planned.parts[0].regression, other.parts[0].regression
    same = (one.outcome, {*one.regressors}, one.arms) == (two.outcome, {*two.regressors}, two.arms)
    return same and not one.intercepts and bool(two.intercepts)


def _names(findings: Iterable[Finding]) -> str:
    return listed([str(f.estimand) for f in findings])
