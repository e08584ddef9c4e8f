"""Remedies: the smallest changes to a design under which an effect would be identified.

An effect that the design does not identify, whatever is granted, may be so with more sites, another arm, a
mediator measured, an arrow whose effect differs between sites, or a variable left out of the graph. Each is
tried by itself, and what is offered has been checked: ``check(changed, "all")[estimand]``. Some are things
to do, others claims about the world; a claim is named as one, since changing the graph does not make it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from identcheck.basics.display import Brief
from identcheck.basics.once import once
from identcheck.decide.conditions import Rank, of_kind
from identcheck.decide.conditions.base import names_in_order
from identcheck.decide.estimands import OF_ONE_ARM, Estimand, estimand_of, resolve
from identcheck.decide.identification import Finding, Identification, Verdict, check, demand_result
from identcheck.decide.mends.changes import KINDS, Change, most_sites
from identcheck.decide.strategies.demand import ruled_out
from identcheck.decide.strategies.parts import find_strategies
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors import UnknownEstimandError
from identcheck.errors.limits import PAIRED_REMEDIES
from identcheck.tables.table import Column, Table, Tabled

__all__ = ["Mend", "Mends", "Relief", "limits", "mends"]


@dataclass(frozen=True)
class Relief(Brief):
    """Effects that would no longer rest on some conditions.

    Attributes:
        findings: the effects.
        names: the conditions, as "(vii)" or "the bypass".
    """

    findings: tuple[Finding, ...]
    names: tuple[str, ...]

    def _brief(self) -> str:
        return f"Relief of {listed(self.names)}: {listed([str(f.estimand) for f in self.findings])}"


@once
def ungranted(design: Design, estimand: Estimand) -> Finding:
    """The answer for an effect when nothing is granted: what it lacks is all that would have to be argued."""
    return Identification(design, frozenset(), proved=False)[estimand]


def names_of(finding: Finding) -> tuple[str, ...]:
    """What is to be argued for a finding to which nothing is granted: numerals in their order, then the rest."""
    return names_in_order(finding.missing)


def relieved(design: Design, findings: Iterable[Finding]) -> tuple[Relief, ...]:
    """Which effects that can be had now would rest on less in a changed design, and still be had; those alike together.

    Args:
        design: the changed design.
        findings: effects of the design that was changed.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        if gone := _gone(design, finding):
            groups.setdefault(gone, []).append(finding)
    return tuple(Relief(tuple(same), names) for names, same in groups.items())


def _gone(design: Design, finding: Finding) -> tuple[str, ...]:
    """What an effect rests on now and would not; nothing where it would rest on something else instead."""
    if finding.best is None or finding.zero:
        return ()
    try:
        after = ungranted(design, finding.estimand)
    except UnknownEstimandError:
        return ()
    now, then = names_of(ungranted(finding.design, finding.estimand)), names_of(after)
    if after.best is None or after.zero or not set(then) <= set(now):
        return ()
    return tuple(name for name in now if name not in then)


def conditions_left(names: Sequence[str], by_chance: bool) -> str:
    """What an effect of the changed design takes, as a clause: "by random assignment alone", "if (vi) can be argued"."""
    if by_chance:
        return "by random assignment alone"
    return f"if {listed(names)} can be argued" if names else "by the graph and the design"


@dataclass(frozen=True)
class Mend(Brief):
    """One change of a design, and what it does.

    Attributes:
        change: what is to be done or found to hold, in words.
        claim: what it claims about the world, which the change of the graph does not make true, and what the
            rank then depends on beyond the number of sites; or "".
        finding: the answer to the question in the changed design, everything granted that can be.
    """

    change: str
    claim: str
    finding: Finding

    @property
    def design(self) -> Design:
        """The changed design."""
        return self.finding.design

    @property
    def estimand(self) -> Estimand:
        """The question; with another arm it names the one that was meant."""
        return self.finding.estimand

    @property
    def verdict(self) -> Verdict:
        """IDENTIFIED, or CONDITIONAL where a condition is left that no numeral grants."""
        return self.finding.verdict

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What would be left to argue in the changed design: "(vi)", "(vii)", "the bypass"; empty for a contrast of arms."""
        return names_of(ungranted(self.design, self.estimand))

    @property
    def after(self) -> str:
        """What the effect would take then: "by random assignment alone", or "if (vi), (vii) and (ix) can be argued"."""
        best = self.finding.best
        return conditions_left(self.missing, best is not None and not best.regressors)

    def relieves(self, findings: Iterable[Finding]) -> tuple[Relief, ...]:
        """Which other effects would rest on less in the changed design: those alike together, with what falls away.

        Args:
            findings: effects of the design as it is; those that cannot be had are passed over.
        """
        return relieved(self.design, (f for f in findings if f.estimand != self.estimand))

    def _brief(self) -> str:
        return f"Mend {self.change}: {self.verdict}"

    def __str__(self) -> str:
        claim = f" ({self.claim})" if self.claim else ""
        return f"{self.change}: identified {self.after}{claim}"


COLUMNS = (
    Column("effect", "Effect", "what was asked of the changed design"),
    Column("change", "Change", "what is to be done or found to hold"),
    Column("claim", "Claim", "what it claims about the world"),
    Column("verdict", "Verdict", "in the changed design, everything granted that can be"),
    Column("after", "What it takes then", "what would have to be argued in the changed design"),
)


class Mends(tuple[Mend, ...], Tabled):
    """Mends in a row: a tuple with :attr:`table`, ``records()`` and ``to_frame()``."""

    @property
    def table(self) -> Table:
        """A row for each mend: effect, change, claim, verdict, after."""
        rows = ((str(m.estimand), m.change, m.claim, m.verdict.value, m.after) for m in self)
        return Table("mends", "What would make it identified", COLUMNS, tuple(rows))

    def __str__(self) -> str:
        return (
            "\n".join(map(str, self))
            or "no change: granting assumptions is enough, or nothing that was tried helps"
        )


def mends(result: Identification, estimand: Estimand | str) -> Mends:
    """The smallest changes that would make an effect identified, everything granted that can be.

    Args:
        result: the answers for the design; what was granted in them does not matter.
        estimand: an effect, also as text, that is not identified or undecided there, or only conditional while the design's
            rank rules a regression out.

    Returns:
        Those that identify it first, then those that leave a condition; empty where granting is all it
        takes, or where nothing tried helps (see :func:`limits`).

    Raises:
        UnknownEstimandError: where the design has no such effect.
    """
    design = demand_result(result).design
    estimand = estimand_of(design, estimand)
    wanted: tuple[Verdict, ...] = (Verdict.IDENTIFIED, Verdict.CONDITIONAL)
    if _is_live(design, estimand):
        now = check(design, "all", prove=False)[estimand]
        if now.verdict is Verdict.IDENTIFIED or not now.ruled_out:
            return Mends()
        wanted = (Verdict.IDENTIFIED,)
    found: list[Mend] = []
    named = frozenset({*estimand.nodes, *estimand.avoiding, *(name for name, _ in estimand.levels)})
    if estimand.kind == "interaction" or estimand.levels:
        named |= {product for product, pair in design.products.items() if named.issuperset(pair)}
    for kind in KINDS:
        for size in (1, 2):
            changes = islice(kind(design, size, named), None if size == 1 else PAIRED_REMEDIES.most)
            better = list(_better(changes, estimand, wanted))
            found += better
            if better:
                break
    return Mends(sorted(found, key=lambda mend: wanted.index(mend.verdict)))


def limits(design: Design) -> str:
    """What was tried, as a sentence."""
    most = most_sites(design)
    sites = f"up to {most} sites, " if design.sites is not None and most > design.sites else ""
    modifier = " or a drawn modifier" if any(not m.measured for m in design.modifiers) else ""
    return (
        f"Tried, one at a time: {sites}another arm, a mediator{modifier} measured, an arrow whose effect differs, a "
        f"mediator left out; and up to {PAIRED_REMEDIES.most} pairs of mediators or arrows where no single one is enough. "
        "Other changes may help as well."
    )


def _better(changes: Iterable[Change], estimand: Estimand, wanted: tuple[Verdict, ...]) -> Iterator[Mend]:
    """The changes after which the verdict is one of those wanted; of several about the same, the first.

    An effect that the change makes zero is not what was asked.
    """
    done: set[object] = set()
    for change in changes:
        asked = _asked_again(estimand, change)
        if change.about in done or not _is_live(change.design, asked):
            continue
        finding = check(change.design, "all", prove=False)[asked]
        if finding.verdict in wanted and not finding.target.empty:
            ranks = of_kind(finding.best.conditions, Rank) if finding.best is not None else ()
            claims = (change.claim, "".join(rank.warning.strip() for rank in ranks))
            yield Mend(change.words, " ".join(filter(None, claims)), finding)
            done |= {change.about} - {None}


def _asked_again(estimand: Estimand, change: Change) -> Estimand:
    if change.arm is not None and estimand.arm is None and estimand.kind in OF_ONE_ARM:
        return replace(estimand, arm=change.arm)
    return estimand


def _is_live(design: Design, estimand: Estimand) -> bool:
    """Whether some regression serves that nothing rules out; quicker than a verdict, which may need a witness."""
    target = resolve(design, estimand)
    return target.empty or any(
        not ruled_out(strategy) for strategy in find_strategies(design, target, design.numerals).strategies
    )
