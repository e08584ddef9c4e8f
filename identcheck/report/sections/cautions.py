"""What limits an answer: what contradicts itself, what the numbers leave out, what the rules would discard."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.derive.words import capital, counted, listed
from identcheck.report.matter import Matter
from identcheck.report.sections.modifiers import broken_of_interest
from identcheck.report.sections.questions import question

__all__ = ["cautions"]

MOST_NAMED = 3
"""Of more effects only the number is given."""

MOST_CONFLICTS = 3
"""Of more contradictions the rest are counted."""

DISCARDS = (
    "Under the rule that an effect is not interpreted where the conditional F is below {f:g}, this trial would not report "
    "{effects}. Change the plan, drop these questions, or register another rule."
)


def cautions(matter: Matter) -> Iterator[str]:
    """Sentences that a reader should know before relying on the page; none where nothing limits it."""
    yield from matter.result.contradictions
    yield from broken_of_interest(matter)
    if not matter.had:
        yield "None of the effects of interest can be answered by this trial as it is described."
    if matter.diagnosis is None or not matter.had:
        return
    from identcheck.plan.closed.warnings import clustered, off_size, untested

    at, names = matter.diagnosis.anticipated, {f.estimand: question(f) for f in matter.findings}
    yield from filter(None, [clustered(at), off_size(at, matter.told, names), untested(at, matter.told)])
    yield from (f"{capital(text)}." for text in matter.diagnosis.anticipated.questioned)
    yield from _biased(matter)
    yield from _discarded(matter)
    found = matter.conflicts
    yield from (conflict.sentence for conflict in found[:MOST_CONFLICTS])
    if left := found[MOST_CONFLICTS:]:
        yield f"And {counted(len(left), 'more contradiction', 'more contradictions')} of this kind."


def _biased(matter: Matter) -> Iterator[str]:
    """Where the bias comes from, where several effects have it from one cause, and whether more sites take it away."""
    found = [o for o in matter.told if not o.harmless and o.cause]
    word = matter.design.word
    for cause in dict.fromkeys(outlook.cause for outlook in found):
        those = [outlook for outlook in found if outlook.cause == cause]
        vain = all(any(h.what == "sites" and h.after is None for h in o.helps) for o in those)
        more = f"; more {word('sites')} do not take it away" if vain else ""
        yield f"The bias comes from {cause}{more}."


def _discarded(matter: Matter) -> Iterator[str]:
    """What the rule on the conditional F makes of the effects at the planned numbers."""
    weak = [f for f in matter.regressed if (o := matter.outlooks.get(f.estimand)) is not None and o.weak]
    if not weak:
        return
    named = listed([question(f) for f in weak], "or")
    if len(weak) > MOST_NAMED:
        every = len(weak) == len(matter.regressed)
        named = (
            "any effect of a mediator"
            if every
            else f"{len(weak)} of the {len(matter.regressed)} effects of mediators"
        )
    yield DISCARDS.format(f=matter.design.rules.conditional_f, effects=named)
