"""What the tests can be expected to show, and what they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from identcheck.decide.conditions import Regression
from identcheck.derive.words import listed
from identcheck.plan.closed.questions import effect_column, short_name
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.simulation.measures import Measure
from identcheck.symbols.written import Formula, Text
from identcheck.tables.table import Cell, Column, ResultTables, Table

__all__ = [
    "BLIND_SPOTS",
    "BYPASSED",
    "FAMILY_RULES",
    "WORLDS",
    "Falsification",
    "Joint",
    "Rejections",
    "Signal",
]

WORLDS = {
    "planned": "the anticipated world",
    "independent": "the same, but effects of treatment, between mediators and on the outcome are unrelated to one another and "
    "nothing bypasses the mediators that the graph does not draw: (ii), (vi) and (vii) hold",
    "uniform": "the same, and effects do not differ between sites or persons either",
}
"""The worlds in which the tests are tried."""

FAMILY_RULES = {
    "holm": "p values adjusted by the method of Holm",
    "bonferroni": "p values multiplied by the number of tests (Bonferroni)",
    "none": "p values not adjusted",
}
"""The rules for several tests."""

BYPASSED = (
    "Of {} the graph does not claim exclusion (ii): its intercept is estimated, and no test is about it."
)
"""What is said of arms that have an intercept."""

TELLING = 0.05
"""A test whose power is above its size by no more than this tells nothing."""

_WORLD_TITLES = {"planned": "Power", "independent": "Size", "uniform": "Size, alike"}

LINE = Column("regression", "Regression", "the regression whose line is tested")
TEST = Column("test", "Test", "the test")
REJECTIONS = (
    LINE,
    TEST,
    *(
        column
        for world, meaning in WORLDS.items()
        for column in (
            Column(world, _WORLD_TITLES[world], f"share of trials in which it rejects, in {meaning}", 3),
            Column(f"{world}_error", "MC error", "Monte Carlo standard error of that share", 3),
        )
    ),
    Column("remark", "", "why a number is missing"),
)
SIGNALS = (
    LINE,
    Column("arm", "Arm", "the arm"),
    Column("intercept", "Intercept", "intercept of the line fitted to the true effects of the sites", 4),
    Column("curvature", "Curvature", "coefficient of the square of compliance, with one mediator", 4),
    effect_column("bias", "Bias", "largest bias of a coefficient, without sampling error", 4),
)
BLIND = (TEST, Column("blind_spot", "Blind spots", "what the test cannot see, from theory"))

_INTERCEPT = Formula(r"\operatorname{Cov}(\gamma, \delta) \, (1 - 1/\mathrm{CV}^{2})")
_LARGEST = Formula(r"2 \, \rho \, \sigma_{\delta} \, \mathrm{CV}/(1 + \mathrm{CV}^{2})")
_CURVATURE = Formula(r"\operatorname{Cov}(\gamma, \delta)/\operatorname{Var}(\gamma)")
BLIND_SPOTS: dict[str, Text] = {
    "intercept": (
        "With one mediator and symmetric distributions the intercept is ",
        _INTERCEPT,
        ", with ",
        Formula(r"\gamma"),
        " and ",
        Formula(r"\delta"),
        " the site averages of compliance and effect, and CV the SD of compliance divided by its mean. It is 0 where CV is "
        "1, just where the bias ",
        _LARGEST,
        " is largest, ",
        Formula(r"\rho"),
        " being the correlation of compliance and effect and ",
        Formula(r"\sigma_{\delta}"),
        " the SD of the effect. A direct effect "
        "of treatment (exclusion) also shows in the intercept. Sampling error of the compliances is taken off; where they "
        "vary by no more than that, there is no test.",
    ),
    "curvature": (
        "With one mediator and symmetric distributions the curvature is ",
        _CURVATURE,
        ". The curve, too, "
        "passes through the origin, so a direct effect of treatment, even one that is the same everywhere, can show in it as "
        "well. With P mediators the test is of ",
        Formula("P(P + 1)/2"),
        " coefficients at once and needs many sites: "
        "with fewer than about 20 it hardly ever rejects. Where compliances hardly vary it detects nothing.",
    ),
    "pooled": (
        "With more arms than mediators. It compares the coefficients with those of contrasts averaged over sites, arm by arm: "
        "a combination of the arms' intercepts, blind to what these are blind to. With as many arms as mediators it is the "
        "intercept test.",
    ),
    "heterogeneity Q": (
        "Q measures scatter of the sites around the regression beyond sampling error. It rejects whenever effects differ "
        "between sites, which (vii) allows, so it does not test (vii). If it does not reject, sites differ no more than "
        "sampling error explains; where many persons make that error small, effects cannot covary much with compliance."
    ),
}


@dataclass(frozen=True)
class Rejections:
    """How often a test rejects at the plan's level.

    Attributes:
        regression: whose line through the origin is tested.
        test: "intercept", "curvature", "pooled" or "heterogeneity Q".
        world: see ``WORLDS``.
        share: share of simulated trials in which it rejects; None where there are too few sites.
        undefined: share of trials in which the test could not be worked out.
        sites_needed: the least number of sites for which there is a test.
    """

    regression: Regression
    test: str
    world: str
    share: Measure | None
    undefined: float
    sites_needed: int


@dataclass(frozen=True)
class Joint:
    """How often at least one test of the family rejects, by the rule for several tests.

    The family are the intercept, curvature and pooled tests of every regression on the outcome for which there are sites
    enough; heterogeneity is none of it, since effects may differ between sites.

    Attributes:
        world: see ``WORLDS``.
        rule: "holm", "bonferroni" or "none".
        number: how many tests the family has.
        share: the share of simulated trials.
    """

    world: str
    rule: str
    number: int
    share: Measure


@dataclass(frozen=True)
class Signal:
    """What a regression's tests look for, in the anticipated world without sampling error.

    Attributes:
        regression: the regression.
        arm: the arm.
        intercept: the intercept of the line fitted to the sites' true effects; None where compliances do not vary, or the arm
            has an intercept in the regression.
        curvature: the coefficient of the square of compliance, with one regressor and one arm; otherwise None.
        bias: the largest bias of the regression's coefficients without sampling error, the one with its sign.
    """

    regression: Regression
    arm: str
    intercept: float | None
    curvature: float | None
    bias: float


@dataclass(frozen=True)
class Falsification(ResultTables):
    """What tests of the scatter of site effects can be expected to show.

    Attributes:
        anticipated: the definite plan.
        reps: simulated trials in each world.
        seed: of the random streams.
        rejections: by regression, test and world.
        signals: what the tests look for.
        joint: how often at least one test rejects, in each world; empty where there is none.
        untested: the regressions that are lines and hold characteristics of persons fixed: ``examine`` has
            tests of them, whose power is not simulated.
    """

    anticipated: Anticipated
    reps: int
    seed: int
    rejections: tuple[Rejections, ...]
    signals: tuple[Signal, ...]
    joint: tuple[Joint, ...] = ()
    untested: tuple[Regression, ...] = ()

    MAIN = "falsification"

    def _brief(self) -> str:
        return f"Falsification: {self.reps:,} trials in each of {len(WORLDS)} worlds"

    @property
    def informative(self) -> tuple[Rejections, ...]:
        """The tests that can tell something: those whose power is above their size, in either world, by more than ``TELLING``.

        Returns:
            For each its shares in the anticipated world, the power; a test with power equal to its size rejects as often
            where the assumptions hold as where they fail.
        """
        sizes: dict[tuple[Regression, str], float] = {}
        for item in self.rejections:
            if item.world != "planned" and item.share is not None:
                key = item.regression, item.test
                sizes[key] = max(sizes.get(key, 0.0), item.share.value)
        return tuple(
            item
            for item in self.rejections
            if item.world == "planned"
            and item.share is not None
            and item.share.value
            > sizes.get((item.regression, item.test), self.anticipated.plan.alpha) + TELLING
        )

    @cached_property
    def all_tables(self) -> tuple[Table, ...]:
        """Rejection shares with their Monte Carlo errors; the signals; the blind spots."""
        level = self.anticipated.plan.alpha
        note = (
            f"Tests at level {level:g} in {self.reps:,} simulated trials (seed {self.seed}). A size far above {level:g} "
            f"means that the test misleads: it rejects where (ii) and (vii) hold.{self._family}"
            if self.rejections
            else "Nothing was tested."
            if self.untested
            else "Nothing was tested. No regression of site effects on the outcome has every coefficient determined."
        )
        note += "".join(self._not_covered())
        signals = ({**vars(signal), "regression": short_name(signal.regression)} for signal in self.signals)
        blind = BLIND_SPOTS if self.rejections else {}
        return (
            Table.of(
                "falsification",
                "What the scatter of site effects could show",
                REJECTIONS,
                self._tested(),
                note,
            ),
            Table.of(
                "signals",
                "What the tests look for",
                SIGNALS,
                signals,
                "In the anticipated world, with unlimited persons per site: an intercept near 0 beside a large bias is a blind "
                "spot.",
            ),
            Table("blind_spots", "What the tests cannot see", BLIND, tuple(blind.items())),
        )

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that have rows; the first one also where nothing is tested, with a note that says so."""
        first, *rest = self.all_tables
        return (first, *(table for table in rest if table.rows))

    def _not_covered(self) -> Iterator[str]:
        """Which tests are not among those simulated, as sentences."""
        regressions = dict.fromkeys(item.regression for item in self.rejections)
        if bypassed := dict.fromkeys(arm for reg in regressions for arm in reg.intercepts):
            yield f" {BYPASSED.format(listed(list(bypassed)))}"
        given = dict.fromkeys(item.regression for item in self.rejections if item.regression.moderators)
        if given:
            yield (
                f" Of {listed([short_name(reg) for reg in given])} intercept and curvature are tested beside what the modifiers "
                "move; there is no power of heterogeneity there."
            )
        if self.untested:
            names = listed([short_name(reg) for reg in self.untested])
            yield (
                f" Not simulated: the tests of {names}, whose rows are groups of persons within sites. With the data examine has "
                "them; their power is not known."
            )

    @property
    def _family(self) -> str:
        """What the last row is about, as a sentence."""
        if not self.joint:
            return ""
        number, rule = self.joint[0].number, FAMILY_RULES[self.joint[0].rule]
        if number == 1:
            return ""
        return (
            f" The last row is the share of trials in which at least one of the {number} tests of the line rejects, {rule} "
            "(tests, in [rules]); heterogeneity is not counted, since effects may differ between sites."
        )

    def _tested(self) -> Iterator[dict[str, Cell]]:
        """For each regression and test its shares in every world, under ``REJECTIONS``; last those of the family."""
        found: dict[tuple[Regression, str], dict[str, Rejections]] = {}
        for item in self.rejections:
            found.setdefault((item.regression, item.test), {})[item.world] = item
        for (regression, test), worlds in found.items():
            planned = worlds["planned"]
            few = planned.share is None and self.anticipated.sites < planned.sites_needed
            left = max(item.undefined for item in worlds.values())
            undefined = f"undefined in {left:.0%} of trials" if left and not few else ""
            shares = {world: item.share for world, item in worlds.items() if item.share is not None}
            yield {
                "regression": short_name(regression),
                "test": test,
                **{world: share.value for world, share in shares.items()},
                **{f"{world}_error": share.error for world, share in shares.items()},
                "remark": f"needs {planned.sites_needed} sites" if few else undefined,
            }
        if self.joint and self.joint[0].number > 1:
            yield {
                "regression": "",
                "test": f"at least one of {self.joint[0].number}",
                **{one.world: one.share.value for one in self.joint},
                **{f"{one.world}_error": one.share.error for one in self.joint},
            }
