"""The cheapest trial that finds what it is for: sites, clusters and persons under a cost of each.

Each effect sets two demands: power (or a smallest detectable effect), and a bias below a stated share of the standard error.
More sites make the standard error smaller and leave the bias, so that the least number of sites with enough power is tried for
each number of persons; the cost is ``sites * (site + clusters * cluster + persons * person)``. Source: theory section 18.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from identcheck.decide.estimands import Estimand
from identcheck.derive.words import assigned_unit, capital, listed, singular
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError
from identcheck.plan.cheapest.bounds import Range, stated, unfit, usual
from identcheck.plan.cheapest.search import Expected, Offer, Progress, Search
from identcheck.plan.cheapest.settled import settled
from identcheck.plan.cheapest.words import (
    ranges_in_words,
    trial_in_words,
    unusual_numbers,
    ways_out,
    why_none,
)
from identcheck.plan.closed.biased import TOLERABLE
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question
from identcheck.plan.closed.unidentified import unidentified
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import Cell, Column, ResultTables, Table

__all__ = ["Cheapest", "Offer", "cheapest"]


@dataclass(frozen=True)
class Cheapest(ResultTables):
    """What the search found.

    Attributes:
        design: the design.
        plan: the plan with its costs.
        offer: the cheapest trial that meets every demand; None where none does.
        others: the cheapest one for other numbers of units, or sizes of clusters, the cheapest first.
        planned: the cost of the plan as it stands.
        reason: why none does; "" where one does.
        detect: the smallest detectable effect that was asked for; None for the power of the plan.
        bias: the largest share of the standard error that a bias may have.
        effects: each effect with what is to be expected of it in the trial that was found, or in the plan as it stands.
        clustered: whether clusters are assigned.
        left_aside: effects that have no numbers, each with why.
        cautions: which effects drawn causes break, and which causes the plan has no numbers for.
        words: the trial in words; "" where there is none.
        remarks: sentences on it: what is unusual about it, and which trial with usual numbers is cheapest; where there is none,
            what lifting a bound would give.
        usual: the cheapest trial with usual numbers, where the cheapest has unusual ones and there is one; None otherwise.
    """

    design: Design
    plan: Plan
    offer: Offer | None
    others: tuple[Offer, ...]
    planned: float
    reason: str
    detect: float | None
    bias: float
    effects: tuple[Expected, ...] = field(repr=False)
    clustered: bool = False
    left_aside: tuple[tuple[Estimand, str], ...] = ()
    cautions: tuple[str, ...] = ()
    words: str = ""
    remarks: tuple[str, ...] = ()
    usual: Offer | None = None

    MAIN = "cheapest"

    def _brief(self) -> str:
        return f"Cheapest: {self.sentence}"

    @property
    def aim(self) -> str:
        """What is asked of each effect, in words."""
        power = f"power {self.plan.power:g}"
        wanted = (
            power if self.detect is None else f"a smallest detectable effect of {self.detect:g} ({power})"
        )
        return f"{wanted} and a bias below {self.bias:g} of the standard error"

    @property
    def sentence(self) -> str:
        """What was found, in a sentence or two."""
        if self.offer is None:
            bounded = " within the stated bounds" if self.plan.bounds else ""
            return f"No trial{bounded} has {self.aim} for every effect: {self.reason}"
        return f"{self.words}, at a cost of {self.offer.cost:,.0f}; the plan as it stands costs {self.planned:,.0f}."

    @cached_property
    def all_tables(self) -> tuple[Table, ...]:
        """The trials that do, the cheapest first; and each effect in the cheapest."""
        return self._trials, self._effects

    @cached_property
    def _trials(self) -> Table:
        word, clustered = self.design.word, self.clustered
        site, unit = word("site"), assigned_unit(self.design) or "clusters"
        columns = [
            Column("cost", "Cost", "of all sites, clusters and persons, in the unit of the stated costs"),
            Column("sites", word("sites").capitalize(), "number of sites"),
            Column(
                "units",
                f"{capital(unit if clustered else word('persons'))} a {site}",
                "in each site on average",
            ),
        ]
        if clustered:
            of_one = f"{capital(word('persons'))} a {singular(unit)}"
            columns.append(Column("in_cluster", of_one, "on average"))
        columns.append(Column("persons", f"{word('persons').capitalize()} in all", "of all sites"))
        shown = (
            dict.fromkeys((self.offer, *self.others, *([self.usual] if self.usual else [])))
            if self.offer
            else ()
        )
        rows = tuple(self._row(each) for each in sorted(filter(None, shown)))
        note = f"Each has {self.aim} for every effect."
        return Table("cheapest", "The cheapest trials that do", tuple(columns), rows, note)

    def _row(self, offer: Offer) -> tuple[Cell, ...]:
        size = (offer.in_cluster,) if self.clustered else ()
        return (round(offer.cost), offer.sites, offer.units, *size, offer.persons)

    @cached_property
    def _effects(self) -> Table:
        least = self.design.rules.conditional_f
        columns = (
            Column("effect", "Effect", "the effect"),
            Column("target", "True", "its anticipated value", digits=3),
            Column("se", "SE", "standard error", digits=3),
            Column("power", "Power", "of the test of no effect, were there no bias", digits=2),
            Column("detectable", "MDE", "smallest effect detected with the planned power", digits=3),
            Column("bias", "Bias / SE", "expected bias as a share of the standard error", digits=2),
            Column("coverage", "Coverage", "of the interval, given the bias", digits=2),
            Column("conditional_f", "F", f"conditional F of the instruments, weak below {least:g}", digits=1),
        )
        rows = tuple(self._expected(*each) for each in self.effects)
        title = "Each effect in the cheapest trial" if self.offer else "Each effect in the plan as it stands"
        return Table("effects", title, columns, rows, " ".join(self.cautions))

    def _expected(self, question: Question, now: Prospect) -> tuple[Cell, ...]:
        return (
            str(question.estimand),
            now.target,
            now.se,
            now.power or 0.0,
            now.detectable,
            now.bias / now.se if now.se else 0.0,
            now.coverage,
            now.strong.f if now.strong else None,
        )


def cheapest(
    design: Design,
    plan: Plan,
    estimands: Iterable[Estimand | str] | None = None,
    *,
    detect: float | None = None,
    bias: float = TOLERABLE,
    assume: str | Iterable[str] = (),
    progress: Progress | None = None,
) -> Cheapest:
    """Search over sites, clusters and persons for the cheapest trial that meets the demands on every effect.

    Args:
        design: the design.
        plan: the anticipated numbers, with ``costs``, and ``bounds`` where not every number is possible; its own numbers of
            sites, clusters and persons are where the search starts, their spread is kept.
        estimands: the effects; None for the primary ones, or else all that have numbers.
        detect: the smallest detectable effect that each must have, in the effect's unit; None to ask for the plan's power at the
            anticipated effects.
        bias: the largest share of the standard error that a bias may have.
        assume: what is granted, as for ``check``.
        progress: told how many trials have been looked at, and of how many at the least.

    Raises:
        InvalidPlanError: the plan states no cost, bounds on what it does not assign, or impossible numbers.
        InvalidQuestionError: an effect that the design does not have.
    """
    _demand_costs(plan, detect, bias)
    asked = tuple(estimands) if estimands is not None else design.primary or None
    granted = frozenset([assume] if isinstance(assume, str) else assume)
    search = Search(design, plan, asked, detect, bias, granted, progress)
    if problems := list(unfit(search.at)):
        raise InvalidPlanError(problems)
    found = settled(search, bounds := stated(search.at))
    offer = found[0] if found else None
    practical, remarks = _practical(search, offer) if offer else (None, tuple(ways_out(search)))
    return Cheapest(
        design=design,
        plan=plan,
        offer=offer,
        others=tuple(found[1:]),
        planned=search.planned,
        reason="" if offer else why_none(search, bounds),
        detect=detect,
        bias=bias,
        effects=((offer and search.stating(offer)) or search).prospects(offer),
        clustered=search.clustered,
        left_aside=tuple((e.question.estimand, e.question.reason) for e in search.start.effects if not e.se),
        cautions=unidentified(search.at, search.questions),
        words=trial_in_words(search, offer) if offer else "",
        remarks=remarks,
        usual=practical,
    )


def _practical(search: Search, offer: Offer) -> tuple[Offer | None, tuple[str, ...]]:
    """What is unusual about a trial, and the cheapest with usual numbers where anything is."""
    numbers = unusual_numbers(search, offer, within := usual(search.at))
    if not numbers:
        return None, ()
    said = f"That is unusual: {listed(list(numbers))}."
    ranges = ranges_in_words(search, within)
    size = within.size.nearest(offer.in_cluster)  # clusters half as large, or twice as large, are near enough
    near = replace(within, size=within.size.within(Range(size // 2, 2 * size + 1)))
    if not (found := settled(search, near, shown=1)):
        return None, (said, f"With {ranges} none does: {why_none(search, within)}")
    best = found[0]
    more = f", {share} more" if offer.cost and (share := f"{best.cost / offer.cost - 1:.0%}") != "0%" else ""
    words = trial_in_words(search, best)
    return best, (said, f"With {ranges} the cheapest is {words}, at a cost of {best.cost:,.0f}{more}.")


def _demand_costs(plan: Plan, detect: float | None, bias: float) -> None:
    problems = []
    if plan.sites_are == "population":
        problems.append(
            "sites_are: the plan says that its sites are the population, so that their number is no choice; raise clusters or "
            "persons by hand, or state sites_are = 'sample'"
        )
    if not any(plan.costs.values()):
        problems.append(
            "costs: the plan states none, so that no trial is cheaper than another; state what one more site, cluster and "
            "person cost, as in costs={'site': 20000, 'person': 150}, in a file [plan.costs]"
        )
    if detect is not None and not (isinstance(detect, (int, float)) and detect > 0):
        problems.append(f"detect is {detect!r}; give the smallest effect that must be found, above 0")
    if not (isinstance(bias, (int, float)) and bias > 0):
        problems.append(
            f"bias is {bias!r}; give the share of the standard error that a bias may have, above 0"
        )
    if problems:
        raise InvalidPlanError(problems)
