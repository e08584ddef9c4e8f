"""One more arrow, or one more cause: which verdicts would change if the drawing had left out something that is there.

The absence of an arrow is a claim that no data here can check. This goes through the absent arrows one at a
time: those from an arm or a mediator to a mediator or the outcome that leave the graph without a cycle, the
ones past all mediators to the outcome included. Arrows from and between baseline nodes are not tried: what
was fixed before treatment does no harm here, whatever it acts on. A cause of two effects that is not drawn is tried likewise,
for each pair of arrows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from identcheck.basics.display import Brief
from identcheck.decide.common_causes import CommonCause, common_causes_tried
from identcheck.decide.comparison.designs import redrawn
from identcheck.decide.comparison.effects import RANK, unknown_step
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.estimands import Estimand, estimand_of, resolve
from identcheck.decide.granting import granted_words
from identcheck.decide.identification import Finding, Identification, Verdict, demand_result, distinct, meant
from identcheck.decide.strategies.parts import find_strategies
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import Edge, reaches
from identcheck.derive.words import capital, in_brackets, listed
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import ABSENT_ARROWS
from identcheck.symbols.written import wrapped
from identcheck.tables.table import Column, Table, Tabled

__all__ = ["MOST", "AddedArrow", "Robustness", "Shift", "absent_arrows", "robustness"]

MOST = ABSENT_ARROWS.most
"""How many absent arrows are tried where nothing else is said."""

COLUMNS = (
    Column("arrow", "Arrow", "an arrow that the graph leaves out"),
    Column(
        "effect", "Effect", "an effect whose verdict it would change; none where it would change no verdict"
    ),
    Column("before", "Verdict before", "the verdict without the arrow"),
    Column("after", "Verdict after", "the verdict with the arrow"),
    Column("missing", "Missing", "what the effect would wait for"),
)


@dataclass(frozen=True)
class Shift(Brief):
    """An effect whose verdict an added arrow changes.

    Attributes:
        before: its finding in the design as drawn.
        after: its finding with the arrow.
    """

    before: Finding
    after: Finding

    @property
    def worse(self) -> bool:
        """Whether the verdict is worse with the arrow: identified, conditional, undecided, not identified."""
        return RANK[self.after.verdict] > RANK[self.before.verdict]

    def _brief(self) -> str:
        return f"Shift {self.before.estimand}: {self.before.answer} -> {self.after.answer}"

    @property
    def would(self) -> str:
        """What the arrow would do to the effect: "make it conditional on the bypass"."""
        if self.after.verdict is Verdict.CONDITIONAL:
            return f"make it conditional on {condition_names(self.after.missing)}"
        verdict = self.after.answer
        return f"make it {verdict}" if self.after.verdict is Verdict.IDENTIFIED else f"leave it {verdict}"


@dataclass(frozen=True)
class AddedArrow(Brief):
    """An arrow that the graph leaves out, and the verdicts that would change with it.

    Attributes:
        source: where it starts, an arm or a mediator.
        target: where it ends, a mediator or the outcome.
        shifts: the effects of the design as drawn whose verdicts change.
    """

    source: str
    target: str
    shifts: tuple[Shift, ...]

    @property
    def worse(self) -> tuple[Shift, ...]:
        """The effects with a worse verdict."""
        return tuple(shift for shift in self.shifts if shift.worse)

    @property
    def better(self) -> tuple[Shift, ...]:
        """The effects with a better verdict."""
        return tuple(shift for shift in self.shifts if not shift.worse)

    def _brief(self) -> str:
        return f"AddedArrow {self}: {len(self.worse)} worse, {len(self.better)} better"

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


@dataclass(frozen=True)
class Robustness(Brief, Tabled):
    """Which verdicts one more arrow would change.

    An added arrow's effect may differ between persons. Only verdicts are compared, under the same grants: an
    arrow may leave a verdict as it is and still change the conditions it rests on.

    Attributes:
        result: the identification of the design as drawn.
        arrows: the absent arrows that were tried, from the arms first, then in the order of the mediators.
        untried: absent arrows that were not tried because they are too many.
        causes: pairs of arrows of which one more cause, not measured, would make a verdict worse; those that break most first.
        causes_untried: how many pairs that may do so were not tried, because they are too many.
    """

    result: Identification
    arrows: tuple[AddedArrow, ...]
    untried: tuple[Edge, ...]
    causes: tuple[CommonCause, ...] = ()
    causes_untried: int = 0

    @property
    def harmful(self) -> tuple[AddedArrow, ...]:
        """The arrows that would make some verdict worse."""
        return tuple(arrow for arrow in self.arrows if arrow.worse)

    @property
    def helpful(self) -> tuple[AddedArrow, ...]:
        """The arrows that would make some verdict better; one may be harmful, too."""
        return tuple(arrow for arrow in self.arrows if arrow.better)

    @property
    def harmless(self) -> tuple[AddedArrow, ...]:
        """The arrows that would change no verdict."""
        return tuple(arrow for arrow in self.arrows if not arrow.shifts)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The design's default effects, a total that is the direct effect only if an arrow sets it apart."""
        apart = {f.estimand for f in distinct(self.result.findings)}
        apart |= {shift.before.estimand for arrow in self.arrows for shift in arrow.shifts}
        return tuple(f for f in self.result.findings if f.estimand in apart)

    @property
    def table(self) -> Table:
        """A row for each arrow and each verdict that it would change."""
        rows = (row for arrow in self.arrows for row in _rows(arrow))
        return Table("one_more_arrow", "One more arrow", COLUMNS, tuple(rows))

    def _brief(self) -> str:
        return f"Robustness: {len(self.arrows)} absent arrows tried, {len(self.harmful)} would make a verdict worse"

    def shifts(self, estimand: Estimand | str) -> dict[Edge, Shift]:
        """The arrows that would change the verdict on an effect, each with what it would do."""
        asked = estimand_of(self.result.design, estimand)
        return {
            (arrow.source, arrow.target): shift
            for arrow in self.arrows
            for shift in arrow.shifts
            if shift.before.estimand == asked
        }

    def dangerous(self, estimand: Estimand | str) -> CommonCause | None:
        """The pair of arrows whose common cause, were it there, would break an effect and most others; None where none would."""
        asked = estimand_of(self.result.design, estimand)
        return next((c for c in self.causes if any(each.before.estimand == asked for each in c.broken)), None)

    def sentence(self, finding: Finding) -> str:
        """The answer for one effect in a sentence, its arrows in node names."""
        shifts = self.shifts(finding.estimand)
        words = max([finding.words, *(shift.after.words for shift in shifts.values())], key=len)
        start = f"{words} is {finding.answer}"
        causes: dict[str, list[str]] = {}
        for (u, v), shift in shifts.items():
            causes.setdefault(shift.would, []).append(f"{u} -> {v}")
        parts = [f"an arrow {listed(which, 'or')} would {would}" for would, which in causes.items()]
        return "; ".join([start, *(parts or ["no arrow tried would change that"])])

    def __str__(self) -> str:
        return "\n".join(_lines(self)) + "\n"


def robustness(
    result: Identification, *, most: int = MOST, progress: Callable[[int, int], None] | None = None
) -> Robustness:
    """Add each absent arrow by itself and check the design again under the same grants.

    Args:
        result: the identification of the design as drawn.
        most: how many arrows to try; the others are named in the result. Of pairs of arrows with a common cause as many, and
            never fewer than 60.
        progress: called before each arrow and at the end with the number tried so far and the number to try.

    Raises:
        InvalidQuestionError: where ``most`` is below 1.
    """
    demand_result(result)
    if isinstance(most, bool) or not isinstance(most, int):
        raise InvalidQuestionError([f"most is {most!r:.60}; give a whole number of arrows to try"])
    if most < 1:
        raise InvalidQuestionError([f"most is {most}; at least 1 arrow is to be tried"])
    absent = absent_arrows(result.design)
    tried = absent[:most]
    found = []
    for number, arrow in enumerate(tried):
        if progress is not None:
            progress(number, len(tried))
        found.append(AddedArrow(*arrow, _shifts(result, arrow)))
    if progress is not None:
        progress(len(tried), len(tried))
    return Robustness(result, tuple(found), absent[most:], *common_causes_tried(result, max(most, MOST)))


def absent_arrows(design: Design) -> tuple[Edge, ...]:
    """The arrows that can be added: from arm or mediator to mediator or outcome, without a cycle."""
    return tuple(
        (u, v)
        for u in (*design.treatments, *design.own_mediators)
        for v in (*design.own_mediators, design.outcome)
        if u != v and not design.causal.has_edge(u, v) and not reaches(design, v, u)
    )


def _shifts(result: Identification, arrow: Edge) -> tuple[Shift, ...]:
    """The changed verdicts; of a total effect that is the direct effect with and without the arrow, one."""
    added = replace(result, design=redrawn(result.design, [arrow]))
    pairs = (Shift(old, added[old.estimand]) for old in result.findings if not _stays(old, added))
    changed = [
        pair
        for pair in pairs
        if pair.before.verdict is not pair.after.verdict and not unknown_step(pair.before, pair.after)
    ]
    apart = (
        {*_apart(result.design, result.findings), *_apart(added.design, result.findings)} if changed else ()
    )
    return tuple(pair for pair in changed if pair.before.estimand in apart)


def _stays(before: Finding, added: Identification) -> bool:
    """Whether it is seen at once, without comparing strategies, that an effect stays conditional."""
    if before.verdict is not Verdict.CONDITIONAL:
        return False
    target = resolve(added.design, before.estimand)
    return find_strategies(added.design, target, added.granted).waits_for_rank(added.granted)


def _apart(design: Design, findings: Iterable[Finding]) -> Iterator[Estimand]:
    """The effects but a total that is the direct effect asked for before it, in a design."""
    known: set[object] = set()
    for finding in findings:
        meaning = meant(design, resolve(design, finding.estimand))
        if meaning not in known:
            yield finding.estimand
        known.add(meaning)


def _rows(arrow: AddedArrow) -> Iterator[tuple[str | None, ...]]:
    if not arrow.shifts:
        yield str(arrow), None, None, None, None
    for shift in arrow.shifts:
        old, new = shift.before, shift.after
        yield (
            str(arrow),
            str(old.estimand),
            old.verdict_text,
            new.verdict_text,
            condition_names(new.missing),
        )


# -- in words ----------------------------------------------------------------------


def _lines(robustness: Robustness) -> Iterator[str]:
    design = robustness.result.design
    yield "One more arrow"
    for remark in _remarks(robustness):
        yield wrapped(remark, 2)
    changed = [f for f in robustness.findings if robustness.shifts(f.estimand)]
    if changed:
        yield from ("", "Effects whose verdict an arrow would change")
    for finding in changed:
        sentence = capital(robustness.sentence(finding), design)
        yield wrapped(f"{str(finding.estimand).ljust(20)} {sentence}.", 23, 2)
    firm = [f for f in robustness.findings if f not in changed]
    if firm and robustness.arrows:
        yield from ("", "Effects whose verdict none of these arrows would change")
        for finding in firm:
            yield wrapped(f"{str(finding.estimand).ljust(20)} {finding.words}: {finding.answer}", 23, 2)
    if robustness.arrows:
        yield from ("", "The arrows")
        for arrow in robustness.arrows:
            yield wrapped(f"{str(arrow).ljust(20)} {_outcome(arrow)}", 23, 2)
    yield from _cause_lines(robustness)


def _cause_lines(robustness: Robustness) -> Iterator[str]:
    """For each effect that one more cause of two effects would break, how many pairs would, and the most dangerous one."""
    if not robustness.causes:
        return
    design = robustness.result.design
    of = "persons" if design.sites == 1 else "sites"
    yield from ("", "Effects that one more common cause would break")
    yield wrapped(
        f"A characteristic of {design.word(of)} that is not measured and changes the effects along two arrows; that there is "
        "none is what the assumptions on compliance and effect grant.",
        2,
    )
    for finding in robustness.findings:
        pairs = [c for c in robustness.causes if any(b.before == finding for b in c.broken)]
        if pairs:
            said = next(b.would for b in pairs[0].broken if b.before == finding)
            count = (
                f"{len(pairs)} pairs of arrows; the most dangerous"
                if len(pairs) > 1
                else "one pair of arrows"
            )
            others = len(pairs[0].broken) - 1
            also = f", and break {others} more {'effect' if others == 1 else 'effects'}" if others else ""
            yield wrapped(
                f"{str(finding.estimand).ljust(20)} {count}: {pairs[0]}. It would {said}{also}.", 23, 2
            )
    if robustness.causes_untried:
        yield wrapped(
            f"Not tried: {robustness.causes_untried:,} more pairs; nothing is claimed about these.", 2
        )


def _remarks(robustness: Robustness) -> Iterator[str]:
    result, number = robustness.result, len(robustness.arrows)
    if not number + len(robustness.untried):
        yield "The graph already has every arrow that could be added."
        return
    yield (
        f"Absent arrows tried, one at a time: {number}, granting {granted_words(result.design, result.granted)}. The effect "
        "of an added arrow may differ between persons."
    )
    yield from result.remarks
    if robustness.untried:
        yield (
            f"Not tried: {len(robustness.untried)} more absent {'arrow' if len(robustness.untried) == 1 else 'arrows'}, "
            f"because at most {number} are tried; nothing is claimed about these."
        )
    if any(finding.pending for finding in result.findings):
        yield "Effects that are pending are not proved yet: whether an arrow makes one undecided or not identified is not told."
    if result.design.baseline and not back_doors(result.design):
        yield "Arrows from what is fixed before treatment are harmless for identification here: not tried."
    waits = {c.numeral for f in robustness.findings if f.verdict is Verdict.CONDITIONAL for c in f.missing}
    numerals = in_brackets(n for n in result.design.numerals if n in waits)
    if numerals:
        yield (
            f"Verdicts are already conditional on {listed(numerals)}; grant "
            "these to see what an arrow would cost in addition."
        )


def _outcome(arrow: AddedArrow) -> str:
    """What an arrow would do, effect by effect."""
    parts = []
    for word, shifts in (("worse", arrow.worse), ("better", arrow.better)):
        if shifts:
            parts.append(f"{word}: {', '.join(str(shift.before.estimand) for shift in shifts)}")
    return "; ".join(parts) or "changes no verdict"
