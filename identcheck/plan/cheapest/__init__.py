"""The cheapest trial that finds what it is for: sites, clusters and persons under a cost of each.

Each effect sets two demands: power (or a smallest detectable effect), and a bias below a stated share of the standard error.
More sites make the standard error smaller and leave the bias, so that the least number of sites with enough power is tried for
each number of persons; the cost is ``sites * (site + clusters * cluster + persons * person)``. Source: theory section 18.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from identcheck.decide.estimands import Estimand
from identcheck.derive.words import assigned_unit, capital, singular
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError
from identcheck.plan.cheapest.search import Expected, Offer, Search
from identcheck.plan.closed.biased import TOLERABLE
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question
from identcheck.plan.closed.unidentified import unidentified
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import Cell, Column, ResultTables, Table

__all__ = ["Cheapest", "Offer", "cheapest"]

SHOWN = 8
"""Rows of the table of other trials that do."""


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
            return f"No trial has {self.aim} for every effect: {self.reason}"
        word, one = self.design.word, self.offer
        within = f"{one.units:,} {word('persons')}"
        if self.clustered:
            within = f"{one.units:,} {assigned_unit(self.design) or 'clusters'} of {one.in_cluster:,} {word('persons')}"
        planned = f"the plan as it stands costs {self.planned:,.0f}"
        return f"{one.sites:,} {word('sites')} with {within} each, at a cost of {one.cost:,.0f}; {planned}."

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
        rows = tuple(self._row(each) for each in ((self.offer, *self.others) if self.offer else ()))
        note = f"Each has {self.aim} for every effect."
        return Table("cheapest", "The cheapest trials that do", tuple(columns), rows, note)

    def _row(self, offer: Offer) -> tuple[Cell, ...]:
        size = (offer.in_cluster,) if self.clustered else ()
        return (round(offer.cost), offer.sites, offer.units, *size, offer.persons)

    @cached_property
    def _effects(self) -> Table:
        columns = (
            Column("effect", "Effect", "the effect"),
            Column("target", "True", "its anticipated value", digits=3),
            Column("se", "SE", "standard error", digits=3),
            Column("power", "Power", "of the test of no effect, were there no bias", digits=2),
            Column("detectable", "MDE", "smallest effect detected with the planned power", digits=3),
            Column("bias", "Bias / SE", "expected bias as a share of the standard error", digits=2),
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
        )


def cheapest(
    design: Design,
    plan: Plan,
    estimands: Iterable[Estimand | str] | None = None,
    *,
    detect: float | None = None,
    bias: float = TOLERABLE,
    assume: str | Iterable[str] = (),
) -> Cheapest:
    """Search over sites, clusters and persons for the cheapest trial that meets the demands on every effect.

    Args:
        design: the design.
        plan: the anticipated numbers, with ``costs``; its own numbers of sites, clusters and persons are where the search starts,
            their spread is kept.
        estimands: the effects; None for the primary ones, or else all that have numbers.
        detect: the smallest detectable effect that each must have, in the effect's unit; None to ask for the plan's power at the
            anticipated effects.
        bias: the largest share of the standard error that a bias may have.
        assume: what is granted, as for ``check``.

    Raises:
        InvalidPlanError: the plan states no cost, or impossible numbers.
        InvalidQuestionError: an effect that the design does not have.
    """
    _demand_costs(plan, detect, bias)
    asked = tuple(estimands) if estimands is not None else design.primary or None
    granted = frozenset([assume] if isinstance(assume, str) else assume)
    search = Search(design, plan, asked, detect, bias, granted)
    found = sorted(search.offers())
    offer = found[0] if found else None
    return Cheapest(
        design=design,
        plan=plan,
        offer=offer,
        others=_others(found),
        planned=search.planned,
        reason="" if offer else search.reason(),
        detect=detect,
        bias=bias,
        effects=search.prospects(offer),
        clustered=search.clustered,
        left_aside=tuple((e.question.estimand, e.question.reason) for e in search.start.effects if not e.se),
        cautions=unidentified(search.start.anticipated, (e.question for e in search.start.effects if e.se)),
    )


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


def _others(found: Sequence[Offer]) -> tuple[Offer, ...]:
    """The cheapest for each other size of clusters, or for persons at least a fifth apart."""
    kept: list[Offer] = []
    for offer in found:
        if all(_apart(offer, other) for other in kept):
            kept.append(offer)
    return tuple(kept[1:SHOWN])


def _apart(one: Offer, other: Offer) -> bool:
    ratios = (one.units / other.units, one.in_cluster / other.in_cluster)
    return any(not 5 / 6 <= ratio <= 6 / 5 for ratio in ratios)
