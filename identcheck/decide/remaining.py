"""What remains of chosen effects if one assumption fails while everything else that can be argued holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import networkx as nx

from identcheck.basics.display import Brief
from identcheck.decide.comparison import redrawn
from identcheck.decide.conditions import UNNUMBERED, Bypass, Cut, Everywhere, of_kind
from identcheck.decide.findings import Finding, Verdict
from identcheck.decide.granting import standing_numerals
from identcheck.decide.identification import Identification
from identcheck.decide.lacking import granted_by_choice, meets_all
from identcheck.decide.robustness import absent_arrows
from identcheck.decide.strategies import Composed, Strategy
from identcheck.derive.paths import edges_between
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors.limits import ABSENT_ARROWS

__all__ = ["Instead", "Remaining", "remaining"]


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
        more = [UNNUMBERED.get(name, f"({name})") for name in self.more]
        return way + (f", which rests on {listed(more)} as well" if more else "")

    @property
    def more(self) -> tuple[str, ...]:
        """What the other way rests on that the planned one does not: numerals, "bypass" and the like."""
        known = {*self.finding.rests_on, *standing_numerals(self.finding.design, True)}
        return tuple(name for name in self.found.rests_on if name not in known)

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
        worst: for (v) the arrow that does most harm, which takes most effects away, or makes most rest on more; None without one.
        unworked: why it was not worked out, or "".
    """

    name: str
    kept: tuple[Finding, ...] = ()
    changed: tuple[Instead, ...] = ()
    lost: tuple[Finding, ...] = ()
    never: tuple[Finding, ...] = ()
    arrows: tuple[tuple[Edge, tuple[Finding, ...]], ...] = ()
    worst: Edge | None = None
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


STRONGER = {"v.a": "vi", "v.b": "vii", "ix": "everywhere"}
"""What fails too where one of these does: the stronger assumption implies it."""


def remaining(result: Identification, findings: Iterable[Finding], name: str) -> Remaining:
    """What becomes of the findings if one assumption fails and everything else that can be argued is granted.

    Everything else is every numeral, the bypass, the shared arrow and the product. Where (ii) fails, each arm whose paths an
    effect's own regression claims to be cut has an arrow to that regression's outcome; where (v) fails, one arrow that the
    graph leaves out between mediators, or into or out of one, is added, each by itself. A declaration that meets the
    assumption is given up with it.

    Args:
        result: the identification.
        findings: the chosen effects.
        name: a numeral of the design, "bypass", "everywhere", "shared" or "product".
    """
    chosen = tuple(dict.fromkeys(findings))
    full = _answers(result.design, _everything(result.design))
    never = tuple(f for f in chosen if full[f.estimand].verdict is not Verdict.IDENTIFIED)
    had = tuple(f for f in chosen if f not in never)
    if name in standing_numerals(result.design, True):
        found = _without_standing(name, had)
    elif name == "ii":
        found = _sorted(name, ((f, _with_arrows(f)) for f in had))
    elif name == "v" and not result.design.single:
        found = _with_one_arrow(result.design, had)
    elif name == "x":
        found = Remaining(name, kept=had)
    else:
        found = _sorted(name, ((f, _ungranted(f, name)) for f in had))
    return replace(found, never=never)


def _answers(design: Design, granted: frozenset[str]) -> Identification:
    """The answers without proofs: here an effect is identified, or it is lost."""
    return Identification(design, granted, proved=False)


def _everything(design: Design, but: Iterable[str] = ()) -> frozenset[str]:
    return frozenset((*design.numerals, *UNNUMBERED)) - frozenset(but)


def _sorted(name: str, pairs: Iterable[tuple[Finding, Finding]]) -> Remaining:
    """Kept, changed or lost, by what is found of each."""
    kept, changed, lost = [], [], []
    for finding, found in pairs:
        if found.verdict is not Verdict.IDENTIFIED:
            lost.append(finding)
        elif _as_planned(finding, found):
            kept.append(finding)
        else:
            changed.append(Instead(finding, found))
    return Remaining(name, tuple(kept), tuple(changed), tuple(lost))


def _as_planned(finding: Finding, found: Finding) -> bool:
    if finding.best is None or found.best is None:
        return finding.best is None and found.best is None
    return _shape(finding.best) == _shape(found.best)


def _shape(strategy: Strategy | Composed) -> frozenset[object]:
    """Its regressions, whatever the order of their regressors."""
    regressions = (part.regression for part in strategy.parts)
    return frozenset(
        (r.outcome, frozenset(r.regressors), r.arms, r.intercepts, r.pooled, r.site_by_site)
        for r in regressions
    )


def _ungranted(finding: Finding, name: str) -> Finding:
    """The finding with all granted but one; by its own strategy wherever that will still do."""
    design = _undeclared(finding, name)
    granted = _everything(design, (name, STRONGER.get(name, name)))
    found = _answers(design, granted)[finding.estimand]
    if found.verdict is not Verdict.IDENTIFIED or finding.best is None or design != finding.design:
        return found
    own = granted_by_choice(granted) if finding.best in finding.by_choice else granted
    return replace(found, best=finding.best) if meets_all(finding.best, own) else found


def _undeclared(finding: Finding, name: str) -> Design:
    """The design without the declarations that meet this assumption of the finding's own strategy, or say more.

    And without the rules by which a bypass is the same in all sites.
    """
    conditions = finding.best.conditions if finding.best is not None else ()
    own = [c for c in conditions if c.assumption == name]
    used = {d for c in own for d in c.declared}
    design = finding.design
    alike = {e for c in of_kind(own, Bypass) if c.alike for e in edges_between(design, *c.effect)}
    works = design.works_everywhere and name not in ("ix", Everywhere.key)
    if not used and not alike and works == design.works_everywhere:
        return design
    graph: nx.DiGraph[str] = nx.DiGraph(design.graph)
    for edge in alike:
        graph.edges[edge].pop("varies", None)
    left = [d for d in design.declarations if d not in used]
    return Design(graph, **design._said() | {"declarations": left, "works_everywhere": works})


def _with_arrows(finding: Finding) -> Finding:
    """The finding with an arrow from each arm around the regressors of its own strategy."""
    design = finding.design
    cuts = of_kind(finding.best.conditions, Cut) if finding.best is not None else ()
    arrows = {(arm, c.regression.outcome) for c in cuts for arm in c.regression.arms}
    if finding.zero and "ii" in finding.rests_on:
        arrows = {(finding.target.source, finding.target.target)}
    absent = sorted(edge for edge in arrows if not design.causal.has_edge(*edge))
    if not absent:
        return _answers(design, _everything(design))[finding.estimand] if not cuts else finding
    added = redrawn(design, absent)
    return _answers(added, _everything(added))[finding.estimand]


def _without_standing(name: str, findings: Sequence[Finding]) -> Remaining:
    """Contrasts of arms need (i) and ignorable assignment alone; an effect that is zero by the graph, neither."""
    kept = [
        f
        for f in findings
        if f.zero or (f.best is not None and not f.best.regressors and name in ("iii", "iv"))
    ]
    return Remaining(name, tuple(kept), lost=tuple(f for f in findings if f not in kept))


def _with_one_arrow(design: Design, findings: Sequence[Finding]) -> Remaining:
    """What single arrows would do that the graph leaves out and (v) lists: all but those from an arm to the outcome."""
    arrows = [e for e in absent_arrows(design) if e[0] in design.mediators or e[1] in design.mediators]
    if len(arrows) > ABSENT_ARROWS.most:
        return Remaining("v", unworked=f"Not worked out: the graph leaves out {len(arrows):,} such arrows.")
    outcomes = {edge: _sorted("v", _pairs(design, findings, edge)) for edge in arrows}
    lost = tuple(f for f in findings if any(f in o.lost for o in outcomes.values()))
    changed = dict.fromkeys(
        chain.from_iterable(o.changed for o in outcomes.values()),
    )
    first = {c.finding: c for c in reversed(changed) if c.finding not in lost}
    kept = tuple(f for f in findings if f not in lost and f not in first)
    taking = tuple((edge, o.lost) for edge, o in outcomes.items() if o.lost)
    otherwise = tuple(first[f] for f in findings if f in first)
    return Remaining("v", kept, otherwise, lost, arrows=taking, worst=_worst(design, outcomes))


def _worst(design: Design, outcomes: Mapping[Edge, Remaining]) -> Edge | None:
    """The arrow that costs most: effects, then what else they rest on, then other regressions; between mediators if one costs."""

    def cost(edge: Edge) -> tuple[bool, bool, int, int, int]:
        lost, changed = outcomes[edge].lost, outcomes[edge].changed
        more = sum(bool(instead.more) for instead in changed)
        between = {*edge} <= {*design.own_mediators}
        return bool(lost or more), between, len(lost), more, len(changed)

    worst = max(outcomes, key=cost, default=None)
    return worst if worst is not None and any(cost(worst)[2:]) else None


def _pairs(design: Design, findings: Sequence[Finding], edge: Edge) -> Iterator[tuple[Finding, Finding]]:
    added = redrawn(design, [edge])
    again = _answers(added, _everything(added))
    return ((f, again[f.estimand]) for f in findings)
