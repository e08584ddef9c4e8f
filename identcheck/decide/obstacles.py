"""Why a verdict is what it is: by which regressions an effect is had, or why there is no strategy for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from identcheck.decide.conditions import Condition, by_numerals
from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.derive.assignment import back_doors
from identcheck.derive.words import agree, brief
from identcheck.describe.design import Design
from identcheck.errors.limits import FIRST_WORLDS

__all__ = ["beyond_numerals", "obstacle", "way"]

COMPOSED = "composed: "

TRIED = (
    f"nor were two worlds found that differ in it: in up to {FIRST_WORLDS.most} small exact worlds the coefficients into each "
    "node on the way were shifted, and unmeasured nodes given other units"
)
"""What an UNDECIDED verdict has behind it, after the reason why there is no strategy."""


def obstacle(
    design: Design,
    target: Target,
    ruled_out: Sequence[Strategy | Composed],
    settled: bool,
    pending: bool,
    ended: int,
) -> str:
    """Why there is no strategy, as a clause.

    Args:
        design: the design.
        target: the effect.
        ruled_out: the strategies that the design excludes.
        settled: whether two worlds show that the effect is not identified.
        pending: whether they were not looked for yet.
        ended: after how many first worlds the search was ended for their size; 0 where it was not.
    """
    if target.levels and not ruled_out:
        return "no regression that holds fixed the modifiers whose levels are stated gives it; two worlds were not looked for"
    said = _cause(design, target, ruled_out, settled)
    if settled or pending:
        return said
    early = f"; the search was ended after {ended} first worlds, which are large" if ended else ""
    return f"{said}; {TRIED}{early}"


def way(best: Strategy | Composed, missing: Sequence[Condition]) -> str:
    """By which regression, or from which effects, an effect is had, as a clause; and on what it depends.

    Args:
        best: the strategy.
        missing: what of its conditions is not granted.
    """
    composed = best.name.startswith(COMPOSED)
    how = f"as {best.name.removeprefix(COMPOSED)}" if composed else f"from {best.name}"
    if best.site_by_site and not composed:
        how = best.name
    if not missing:
        return f"{how}{_unharmed(best)}"
    alone = beyond_numerals(best, missing)
    barred = {f"({c.numeral}) is not granted path by path: {c.barred}": None for c in missing if c.barred}
    unharmed = _unharmed(best)
    return f"{how}, if what is missing holds{alone}{''.join(f'; {text}' for text in barred)}{unharmed}"


def beyond_numerals(best: Strategy | Composed | None, missing: Iterable[Condition]) -> str:
    """That the paper's assumptions do not give the effect, as a clause to add; "" where numerals grant what is missing."""
    if best is None or all(by_numerals(c.ways) for c in missing):
        return ""
    count = "seven" if best.parts[0].regression.design.single else "nine"
    return f"; the {count} assumptions do not identify it"


def _unharmed(best: Strategy | Composed) -> str:
    """That causes which are drawn between sites do no harm where each site is solved by itself, as a clause; "" elsewhere."""
    for part in best.parts if best.site_by_site else ():
        over_sites = replace(part.regression, site_by_site=False)
        ways = (over_sites.joined("between", u) for u in part.regressors)
        if route := next(filter(None, ways), ""):
            site, sites = (part.regression.design.word(word) for word in ("site", "sites"))
            return f"; between {sites} {route}, which does no harm: each {site} is solved by itself, no two are compared"
    return ""


def _cause(design: Design, target: Target, ruled_out: Iterable[Strategy | Composed], settled: bool) -> str:
    causes = [c.violated for s in ruled_out for c in s.conditions if c.violated]
    if causes:
        return causes[0] + _below(design, target, settled)
    unseen = [n for n in (target.source, target.target) if n in design.unobserved]
    if unseen:
        verb = agree(design, unseen[:1], "is", "are")
        return (
            f"{brief(design, unseen[0])} {verb} not measured, so the data tell neither the direction nor the size of effects of "
            "it or on it"
        )
    return (
        "no regression of site effects isolates it: a node on the way that is not measured, or that the "
        "paths themselves pass through, cannot be held fixed"
    )


def _below(design: Design, target: Target, settled: bool) -> str:
    """What becomes of ratios of contrasts in nodes below one that shares a cause with treatment."""
    door = back_doors(design).get(target.target)
    if door is None or door.own:
        return ""
    if not settled:
        return (
            "; a ratio of such contrasts may still be the effect where the effects on the way are the same for everyone "
            "in a site, which is not worked out here"
        )
    return (
        "; a ratio of such contrasts is the effect only if what that cause does to a person is unrelated to the person's "
        "effects, which no numeral grants"
    )
