"""Findings: the answer for one estimand, and when a condition counts as met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from identcheck.basics.display import Displayed
from identcheck.basics.once import once
from identcheck.basics.options import DataColumns, Language, SitesAre, TestName
from identcheck.decide.absent import absent_numerals, absent_reason
from identcheck.decide.conditions import UNNUMBERED, Condition, Everywhere, Rank, is_kind, of_kind
from identcheck.decide.estimands import Estimand, Target, target_words
from identcheck.decide.granting import apart_levels, standing_numerals
from identcheck.decide.interacting import many_numbers, one_with_its_factor
from identcheck.decide.lacking import granted_by_choice, lacking
from identcheck.decide.obstacles import obstacle, way
from identcheck.decide.shares import Share
from identcheck.decide.stated_levels import level_words
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.demand import ruled_out
from identcheck.decide.strategies.other_weights import served_as_wanted, wanted_weights
from identcheck.decide.strategies.parts import PartSearch
from identcheck.decide.strategies.search import Search
from identcheck.decide.strategies.strategy import Strategy
from identcheck.derive.heterogeneity import weights_drawn
from identcheck.derive.words import capital
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError
from identcheck.homes import lead

if TYPE_CHECKING:
    from identcheck.decide.witness import Witness
    from identcheck.decide.witness.weighted import WeightedSites

__all__ = ["PENDING", "Finding", "Verdict"]


ZERO = "zero by the graph"
"""What is shown in place of "identified" where the graph has no such path."""
PENDING = "pending"
"""What is shown in place of "undecided" where no proof was looked for yet."""


class Verdict(StrEnum):
    """What can be said of an estimand under the granted assumptions; each is its text, such as "identified"."""

    IDENTIFIED = "identified"
    CONDITIONAL = "conditional"
    NOT_IDENTIFIED = "not identified"
    UNDECIDED = "undecided"
    NO_SINGLE_NUMBER = "no single number"


@dataclass(frozen=True)
class Finding(Displayed):
    """The answer for one estimand.

    Attributes:
        design: the design.
        estimand: what was asked.
        target: the paths it averages over.
        verdict: IDENTIFIED where every condition of a strategy is granted or implied; CONDITIONAL where strategies exist but
            conditions are missing; NOT_IDENTIFIED where a witness shows it; UNDECIDED where no witness was found, or looked
            for (:attr:`pending`); NO_SINGLE_NUMBER where the effect depends on the level of an interacting mediator.
        granted: the numerals that were granted.
        best: the strategy the verdict rests on: the first that lacks least; None where none is left.
        search: where the strategies come from, looked for when asked for.
        pending: whether there is no strategy and no proof was looked for: see :meth:`prove`.
    """

    design: Design
    estimand: Estimand
    target: Target
    verdict: Verdict
    granted: frozenset[str]
    best: Strategy | Composed | None
    search: Search | PartSearch = field(compare=False, repr=False)
    pending: bool = False
    _witness: Witness | None = field(default=None, repr=False)
    _ended: int = field(default=0, repr=False)

    @cached_property
    def strategies(self) -> tuple[Strategy | Composed, ...]:
        """The strategies that could identify the effect, the least demanding first.

        Those that leave a measured mediator to an intercept (:attr:`by_choice`) come last. They are not among them
        where nothing else is left and they are not met either. One with rows of fewer arms than ask for no more is among
        them only where the verdict rests on it.
        """
        live = tuple(s for s in self.search.strategies if not ruled_out(s))
        if not live and self.best is None:
            return ()
        found = (*live, *self.by_choice)
        return found if self.best is None or self.best in found else (*live, self.best, *self.by_choice)

    @cached_property
    def by_choice(self) -> tuple[Strategy | Composed, ...]:
        """The strategies that leave a measured mediator to an intercept: a bypass by choice."""
        return tuple(s for s in self.search.by_choice if not ruled_out(s))

    @cached_property
    def ruled_out(self) -> tuple[Strategy | Composed, ...]:
        """Strategies that would identify it, were a condition not excluded by the design."""
        return tuple(s for s in self.search.strategies if ruled_out(s))

    @cached_property
    def contradictions(self) -> tuple[str, ...]:
        """Which rank (ix) cannot hold beside what else is granted or needed, though it could by itself; a sentence each.

        Of single regressions that are not pooled; where no strategy is left, of all. The strategies are among
        :attr:`ruled_out`.
        """
        left = self.best is not None
        strategies = [s for s in self.search.regressions if not s.pooled] if left else self.search.strategies
        ranks = (rank for s in strategies for rank in of_kind(s.conditions, Rank) if rank.contradicts)
        return tuple(dict.fromkeys(capital(f"{rank.violated}.", self.design) for rank in ranks))

    @cached_property
    def missing(self) -> tuple[Condition, ...]:
        """The conditions that the strategy which lacks least still lacks; empty if identified."""
        return () if self.best is None else self.missing_for(self.best)

    @cached_property
    def rests_on(self) -> tuple[str, ...]:
        """What is behind the verdict, as ``Condition.assumption`` names it.

        First the numerals, the standing ones (i), (iii), (iv), (viii) included, in their order; then "bypass", "everywhere",
        "shared" and "product", where the strategy has such conditions that the design does not meet; "everywhere" also where
        ``works_everywhere`` declares it. An effect that is
        zero by the graph rests on the assumption that lists the absent arrows: (ii) or (v).
        """
        if self.best is None:
            return absent_numerals(self.design, self.target)
        asked = (c for c in self.best.conditions if c.drawn or not c.implied or is_kind(c, Everywhere))
        used = {name for c in asked for name in c.rests_on(self.granted)}
        used |= set(standing_numerals(self.design, bool(self.best.regressors)))
        return tuple(name for name in (*self.design.numerals, *UNNUMBERED) if name in used)

    @property
    def zero(self) -> bool:
        """Whether the graph has no such path, so that the effect is 0 by the graph; the verdict is then IDENTIFIED."""
        return self.target.empty

    @property
    def share(self) -> Share | None:
        """Of a mediated part what it is as a share of the intent-to-treat effect, with its warning; None of other effects.

        It has the verdict of the part, as long as the whole is not 0.
        """
        mediated = self.estimand.kind == "mediated"
        return Share(self.design, self.estimand, self.target) if mediated else None

    @property
    def refused(self) -> bool:
        """Whether there is nothing to estimate, whatever is granted: not identified, undecided, or no single number."""
        return self.verdict not in (Verdict.IDENTIFIED, Verdict.CONDITIONAL)

    @property
    def answer(self) -> str:
        """The verdict as it is shown: "identified", or "zero by the graph" where that is why; "pending" before the proof."""
        return ZERO if self.zero else self.verdict_text

    @property
    def verdict_text(self) -> str:
        """The verdict as text; "pending" in place of "undecided" where no proof was looked for yet."""
        return PENDING if self.pending else self.verdict.value

    @property
    def note(self) -> str:
        """Limits of the search, or ""."""
        return "" if self.target.settled else self.search.note

    def prove(self) -> Finding:
        """The finding with its proof: NOT_IDENTIFIED with a witness, or UNDECIDED where none was found; itself unless pending.

        Looked for once: the same finding answers every time. Interrupted, by Ctrl-C or another exception, the search leaves
        nothing behind that is not whole, and asking again begins anew.
        """
        return self._proved() if self.pending else self

    @once
    def _proved(self) -> Finding:
        from identcheck.decide.witness import ended_after, find_witness, in_turns
        from identcheck.decide.worlds import conditions_for_worlds

        unseen = self.design.modifiers and self.search.unexplored
        if unseen or served_as_wanted(self.design, self.estimand):
            return replace(self, verdict=Verdict.UNDECIDED, pending=False)
        asked = {c for s in self.search.strategies for c in s.conditions}
        grantable = [
            c
            for c in conditions_for_worlds((*self.search.strategies, *self.search.by_choice))
            if (c.granted_by and c.ways) or c.asserted or (c.key in self.granted and c in asked)
        ]
        levels = apart_levels(self.design)
        for design in in_turns(self.design):
            found = find_witness(
                design, self.estimand, self.target, grantable, all_granted=True, apart=levels
            )
            if found is not None:
                return replace(self, verdict=Verdict.NOT_IDENTIFIED, pending=False, _witness=found)
        ended = ended_after(self.design, self.target, grantable, all_granted=True)
        return replace(self, verdict=Verdict.UNDECIDED, pending=False, _ended=ended)

    @once
    def witness(self) -> Witness | None:
        """Two worlds with the same data and different answers.

        NOT_IDENTIFIED: both meet every numbered assumption that can be granted; and the bypass, the shared arrows and the
        products that can be, wherever such worlds were found (``worlds.all_met``). The effect has opposite signs in the two
        wherever such worlds were found. CONDITIONAL: both meet what was granted, for every strategy, so that this alone does
        not suffice. None if identified, or if none was found.
        """
        if self.verdict is not Verdict.CONDITIONAL and self._witness is None:
            return None
        from identcheck.decide.witness import find_witness
        from identcheck.decide.worlds import conditions_for_worlds, shown

        if self._witness is not None:
            return shown(self._witness)
        said = self.design.declarations or self.design.works_everywhere
        if not self.granted and not said:
            return find_witness(self.design, self.estimand, self.target, ())  # nothing has to be met
        every = conditions_for_worlds((*self.strategies, *self.ruled_out))
        by_choice = {c for s in self.by_choice for c in s.conditions if c.key}
        by_choice -= {c for s in self.search.strategies for c in s.conditions}
        granted = [c for c in every if c.met(self.granted) and not c.implied and c not in by_choice]
        met = [c for c in every if c.asserted or c in granted]
        levels = apart_levels(self.design, self.granted)
        return find_witness(self.design, self.estimand, self.target, met, apart=levels)

    @once
    def weighted_sites(self) -> WeightedSites | None:
        """Sites that obey the drawn graph, in which a regression with nothing held fixed is misled by the drawn weights.

        They are counted in two ways, as the estimator and as the average wanted counts them. None where the weights are not
        drawn, or stand in the way of none of the effect's regressions over sites.
        """
        from identcheck.decide.witness.weighted import misled_by_weights

        if self.target.settled or not weights_drawn(self.design):
            return None
        alone = (s for s in self.ruled_out if isinstance(s, Strategy))
        return next(filter(None, map(misled_by_weights, alone)), None)

    @cached_property
    def leaves_open(self) -> str:
        """What the two worlds of :meth:`witness` leave open, as a phrase; "" without them.

        "its size"; or "its direction and its size", where two worlds with the same data have effects of opposite sign; or
        "whether there is any such effect, its direction and its size", where it is zero in one of them as well.
        """
        from identcheck.decide.witness.extent import left_open

        found = (self.witness(), self._witness)
        return left_open(*dict.fromkeys(w for w in found if w is not None))

    @once
    def witness_without(self, name: str) -> Witness | None:
        """Two worlds that show what one condition is for: they meet every other one of the strategy, and differ in the effect.

        All others are those of :attr:`best`, granted or missing. None where no two were found, or what is declared meets the
        condition.

        Args:
            name: what both worlds may break: a numeral such as "vi", or "bypass", "everywhere", "shared" or
                "product".

        Raises:
            InvalidQuestionError: the strategy asks for nothing of that name, or the graph settles it.
        """
        from identcheck.decide.witness import find_without

        return find_without(self.design, self.estimand, self.target, self.best, name)

    def code(
        self,
        language: Language,
        strategy: Strategy | Composed | None = None,
        *,
        data: str = "trial.csv",
        site: str = "site",
        threshold: float | None = None,
        covariates: Iterable[str] = (),
        cluster: str = "",
        tests: bool = False,
        test: TestName = "CR1",
        sites_are: SitesAre = "sample",
        columns: DataColumns | None = None,
    ) -> str:
        """The code that fits a strategy to persons' data, each part with the assumption that it rests on.

        Two-stage least squares with site effects and site-by-treatment instruments, which is the regression of site
        effects that the strategy names (theory section 10); and the conditional F of each mediator (equation (11.13)).

        Args:
            language: "python" (linearmodels), "r" (base R) or "stata" (ivregress).
            strategy: one of :attr:`strategies`; by default the one that the verdict rests on.
            data: the data file that the code reads, comma-separated with one row per person.
            site: the column of the sites.
            threshold: the conditional F below which the effect is reported as not determined by the trial; None for that
                of the design's rules.
            covariates: columns of baseline covariates, centered by site, with slopes common to all sites.
            cluster: the column of the clusters that are assigned: their means are analyzed, each cluster once, or as many
                times as it has persons where these are weighted alike.
            tests: with a last part that tests the scatter of site effects, as ``examine`` does.
            test: of effects of mediators, as ``Plan(test=...)`` has it: "CR1", "CR2", "CR3" or "bootstrap"; Stata has "CR1"
                only.
            sites_are: as a plan has it: "population" where the average effect of these very sites is asked for.
            columns: of nodes that the data call otherwise their columns, {"M": "attendance"}; of an arm also the column of arms
                with its value there, {"A": ("group", 1)}.

        Raises:
            InvalidQuestionError: no such language, no strategy, or one of another effect.
        """
        given = {
            "data": data, "site": site, "threshold": threshold, "covariates": covariates, "cluster": cluster,
            "tests": tests, "test": test, "sites_are": sites_are, "columns": columns,
        }  # fmt: skip
        return lead("Finding.code")(self, language, strategy, **given)

    def _brief(self) -> str:
        return f"Finding {self.estimand}: {self.answer}"

    def __str__(self) -> str:
        return lead("Finding.text")(self)

    def missing_for(self, strategy: Strategy | Composed) -> tuple[Condition, ...]:
        """The conditions of a strategy that are neither implied by the design nor granted."""
        if not isinstance(strategy, (Strategy, Composed)):
            raise InvalidQuestionError([f"{strategy!r:.60} is no strategy; take one of finding.strategies"])
        chosen = strategy not in self.search.regressions and strategy in self.by_choice
        return lacking(strategy, granted_by_choice(self.granted) if chosen else self.granted)

    @property
    def declared(self) -> tuple[Declaration, ...]:
        """The declarations that meet a condition of the strategy the verdict rests on, each once."""
        conditions = self.best.conditions if self.best is not None else ()
        return tuple(dict.fromkeys(d for condition in conditions for d in condition.declared))

    @property
    def words(self) -> str:
        """What was asked, in the design's labels."""
        return target_words(self.design, self.target)

    @property
    def reason(self) -> str:
        """Why the verdict is what it is, in a sentence."""
        if self.zero:
            return absent_reason(self.design, self.target)
        if self.target.depends_on:
            return many_numbers(self.design, self.target.source, self.target.target, self.target.depends_on)
        if self.best is None:
            settled = self.verdict is Verdict.NOT_IDENTIFIED
            if one := one_with_its_factor(self.design, self.target.source, self.target.target):
                return one
            other = served_as_wanted(self.design, self.estimand)
            return obstacle(
                self.design, self.target, self.ruled_out, settled, self.pending or other, self._ended
            ) + (f"; it can be had otherwise: {wanted_weights(self.design)}" if other else "")
        said = way(self.best, self.missing if self.verdict is Verdict.CONDITIONAL else ())
        read = level_words(self.design, self.search.target.levels)
        return f"{said}, read{read}" if read else said
