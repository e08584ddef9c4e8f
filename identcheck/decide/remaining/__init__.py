"""What remains of chosen effects if one assumption fails while everything else that can be argued holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from identcheck.decide.comparison import redrawn
from identcheck.decide.conditions import UNNUMBERED, Cut, of_kind
from identcheck.decide.findings import Finding, Verdict
from identcheck.decide.granting import standing_numerals
from identcheck.decide.identification import Identification
from identcheck.decide.lacking import granted_by_choice, meets_all
from identcheck.decide.remaining.outcome import Instead, Remaining
from identcheck.decide.robustness import absent_arrows
from identcheck.decide.strategies import Composed, Strategy
from identcheck.describe.design import Design
from identcheck.errors.limits import ABSENT_ARROWS

__all__ = ["Instead", "Remaining", "remaining"]

Edge = tuple[str, str]
STRONGER = {"v.a": "vi", "v.b": "vii"}
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
        name: a numeral of the design, "bypass", "shared" or "product".
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
        (r.outcome, frozenset(r.regressors), r.arms, r.intercepts, r.pooled) for r in regressions
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
    """The design without the declarations that meet this assumption of the finding's own strategy."""
    conditions = finding.best.conditions if finding.best is not None else ()
    used = {d for c in conditions if c.assumption == name for d in c.declared}
    design = finding.design
    if not used:
        return design
    left = [d for d in design.declarations if d not in used]
    return Design(design.graph, **design._said() | {"declarations": left})


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
    return Remaining("v", kept, tuple(first[f] for f in findings if f in first), lost, arrows=taking)


def _pairs(design: Design, findings: Sequence[Finding], edge: Edge) -> Iterator[tuple[Finding, Finding]]:
    added = redrawn(design, [edge])
    again = _answers(added, _everything(added))
    return ((f, again[f.estimand]) for f in findings)
