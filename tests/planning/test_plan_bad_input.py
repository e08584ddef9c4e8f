"""Every number of a plan that cannot be has one message with the mend, and all are told at once."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from identcheck import Arrow, Design, InvalidPlanError, Plan, Sizes
from identcheck.planning import anticipate
from tests.drawn import drawn

CHAIN = "T -> M -> N -> Y; M -> Y"


def design(arrows: str = CHAIN, **options) -> Design:
    return drawn(arrows, **options)


def problems_of(plan: object, of: Design | None = None) -> tuple[str, ...]:
    with pytest.raises(InvalidPlanError) as caught:
        anticipate(of or design(), plan)  # type: ignore[arg-type]
    return caught.value.problems


TWO_ARMS = design("{A B} -> M -> Y; A -> N -> Y", treatment=["A", "B"])
BINARY = design("T -> M -> Y", scales={"M": "binary"})
ONE_SIDED = Design.from_text(
    """
    graph = "T -> M -> Y"
    treatment = "T"
    outcome = "Y"
    scales = { T = "binary", M = "binary" }
    noncompliance = { "T -> M" = "one-sided" }
    """
)

ALONE = {
    "sites below 1": (
        Plan(sites=0),
        "sites: sites is 0; it lies between 1 and 100,000; the nearest possible value is 1",
    ),
    "sites not whole": (Plan(sites=2.5), "sites: sites is 2.5; the nearest possible value is 2"),
    "sites as text": (Plan(sites="50"), "sites: sites is '50', expected a number without quotes"),
    "sites true": (Plan(sites=True), "sites: sites is True, expected a number"),
    "sites without end": (
        Plan(sites=10**400),
        "sites: sites is inf; it lies between 1 and 100,000; the nearest possible value is 100,000",
    ),
    "sites no number": (Plan(sites=math.nan), "sites: sites is nan; it lies between 1 and 100,000"),
    "too few persons": (
        Plan(persons=3),
        "persons: persons per site is 3, too few for somebody in every arm and for variation within arms; the nearest "
        "possible value is 4",
    ),
    "too few persons for a small share": (
        Plan(persons=30, treated=0.02),
        "persons: persons per site is 30, too few for somebody in every arm and for variation within arms; the nearest "
        "possible value is 50",
    ),
    "persons not whole": (
        Plan(persons=10.4),
        "persons: persons per site is 10.4; the nearest possible value is 10",
    ),
    "persons as text": (
        Plan(persons="100"),
        "persons: persons per site is '100', expected a number without quotes",
    ),
    "persons as a dict": (
        Plan(persons={"mean": 100}),
        "persons: persons is {'mean': 100}; sizes that differ are Sizes(mean=..., cv=...), or a list",
    ),
    "persons of no site": (Plan(persons=[]), "persons: persons lists no site; give one number for each"),
    "persons for other sites": (
        Plan(sites=3, persons=[50, 60]),
        "persons: persons lists 2 sites, but there are 3; give one number for each",
    ),
    "persons of one site": (
        Plan(sites=2, persons=[50, 1]),
        "persons: persons in site 2 is 1, too few for somebody in every arm and for variation within arms; the nearest "
        "possible value is 4",
    ),
    "spread of persons below 0": (
        Plan(persons=Sizes(50, -1)),
        "persons: coefficient of variation of persons per site is -1; it lies between 0 and 1,000,000; the nearest possible "
        "value is 0",
    ),
    "spread of persons too large": (
        Plan(sites=4, persons=Sizes(40, 2)),
        "persons: coefficient of variation of persons per site is 2; with 4 sites, 40 persons in each on average and 4 at "
        "the least, the nearest possible value is 1.558",
    ),
    "share of 0": (
        Plan(treated=0),
        "treated: share treated is 0; it lies strictly between 0 and 1; the nearest round value is 0.01",
    ),
    "share of 1": (
        Plan(treated=1),
        "treated: share treated is 1; it lies strictly between 0 and 1; the nearest round value is 0.99",
    ),
    "share of an unknown arm": (
        Plan(treated={"T": 0.5, "S": 0.2}),
        "treated: 'S' is no arm of the design; its arms are 'T'",
    ),
    "unknown word for variation": (
        Plan(variation="modets"),
        "variation: variation is 'modets' (did you mean 'modest'?); it is one of small, modest, substantial, or a number "
        "of SDs",
    ),
    "variation below 0": (
        Plan(variation=-0.1),
        "variation: variation is -0.1; it lies between 0 and 1,000,000; the nearest possible value is 0",
    ),
    "alpha": (
        Plan(alpha=5),
        "alpha: alpha is 5; it lies strictly between 0 and 1; if percent is meant, write 0.05",
    ),
    "power": (
        Plan(power=-1),
        "power: power is -1; it lies strictly between 0 and 1; the nearest round value is 0.01",
    ),
    "arrows no table": (Plan(arrows=[1]), "arrows: arrows is [1], expected a table by arrow, such as {...}"),
    "unknown arrow": (
        Plan(arrows={("T", "N"): Arrow()}),
        "arrows: T -> N is no arrow of the design that carries an effect of treatment (did you mean 'T -> M'?); an arrow "
        "that may exist beside it goes under 'suspected'",
    ),
    "no arrow": (Plan(arrows={5: Arrow()}), "arrows: 5 is no arrow; write ('A', 'B') or 'A -> B'"),
    "mistyped arrow": (
        Plan(arrows={"T > M": Arrow()}),
        "arrows: 'T > M' is no arrow; write ('A', 'B') or 'A -> B'",
    ),
    "arrow given twice": (
        Plan(arrows={("T", "M"): Arrow(mean=1), "T -> M": Arrow(mean=2)}),
        "arrows: 'T -> M' states again what another key states; drop one of them",
    ),
    "number for an arrow": (
        Plan(arrows={"T -> M": 0.5}),
        "arrows: T -> M is 0.5, expected numbers as Arrow(mean=..., between=..., within=...)",
    ),
    "dict for an arrow": (
        Plan(arrows={"T -> M": {"mean": 0.5}}),
        "arrows: T -> M is {'mean': 0.5}, expected numbers as Arrow(mean=..., between=..., within=...)",
    ),
    "source no text": (
        Plan(arrows={"T -> M": Arrow(source=2007)}),
        "arrows: the source of T -> M is 2007, expected text",
    ),
    "mean as text": (
        Plan(arrows={"T -> M": Arrow(mean="0.5")}),
        "arrows: mean of T -> M is '0.5', expected a number without quotes",
    ),
    "mean no number": (
        Plan(arrows={"T -> M": Arrow(mean=math.nan)}),
        "arrows: mean of T -> M is nan; it lies between -1,000,000 and 1,000,000",
    ),
    "mean without end": (
        Plan(arrows={"T -> M": Arrow(mean=-math.inf)}),
        "arrows: mean of T -> M is -inf; it lies between -1,000,000 and 1,000,000; the nearest possible value is -1,000,000",
    ),
    "SD below 0": (
        Plan(arrows={"T -> M": Arrow(within=-0.1)}),
        "arrows: SD within sites of T -> M is -0.1; it lies between 0 and 1,000,000; the nearest possible value is 0",
    ),
    "suspected arrow of the design": (
        Plan(suspected={"T -> M": Arrow()}),
        "suspected: T -> M is in the design; state its numbers under 'arrows'",
    ),
    "suspected arrow that closes a cycle": (
        Plan(suspected={"N -> M": Arrow()}),
        "suspected: N -> M would close a cycle, as 'N' is an effect of 'M'; leave it out",
    ),
    "suspected arrow to itself": (
        Plan(suspected={"M -> M": Arrow()}),
        "suspected: M -> M would close a cycle, as 'M' is an effect of 'M'; leave it out",
    ),
    "suspected arrow into the arm": (
        Plan(suspected={"M -> T": Arrow()}),
        "suspected: M -> T: an arrow into 'T' cannot carry an effect of treatment; leave it out",
    ),
    "suspected arrow of an unknown node": (
        Plan(suspected={"T -> Z": Arrow()}),
        "suspected: T -> Z: 'Z' is no node of the design; the design has 'T', 'M', 'N', 'Y'",
    ),
    "no pair of arrows": (
        Plan(between={"T -> M": 0.5}),
        "between: 'T -> M' is no pair of arrows; write 'A -> B ~ B -> C'",
    ),
    "correlation of an unknown arrow": (
        Plan(within={"T -> M ~ T -> Y": 0.5}),
        "within: T -> Y is no arrow that carries an effect of treatment (did you mean 'T -> M'?)",
    ),
    "correlation beyond 1": (
        Plan(between={"T -> M ~ M -> Y": 1.5}),
        "between: the correlation of T -> M ~ M -> Y across sites is 1.5; it lies between -1 and 1; the nearest possible "
        "value is 1",
    ),
    "correlation with itself": (
        Plan(between={"T -> M ~ T -> M": 0.5}),
        "between: the correlation of T -> M ~ T -> M across sites: this is one and the same, and its "
        "correlation is 1; leave it out",
    ),
    "correlation stated twice": (
        Plan(between={"T -> M ~ M -> Y": 0.5, "M -> Y ~ T -> M": 0.5}),
        "between: the correlation of M -> Y ~ T -> M across sites is stated twice; drop one of them",
    ),
    "correlation without an SD": (
        Plan(within={"T -> M ~ M -> Y": 0.5}, arrows={"M -> Y": Arrow(within=1)}),
        "within: T -> M ~ M -> Y: the effect along T -> M has SD 0 within sites, so it correlates with nothing; give it "
        "an SD under 'arrows', or leave the correlation out",
    ),
    "third moment too large": (
        Plan(third_between={"T -> M ~ T -> M ~ T -> M": 2.5}),
        "third_between: third moment across sites of T -> M ~ T -> M ~ T -> M is 2.5; it lies between -2 and 2; the "
        "nearest possible value is 2",
    ),
    "third moments too large together": (
        Plan(third_between={"T -> M ~ T -> M ~ T -> M": 1, "T -> M ~ M -> Y ~ N -> Y": 0.5}),
        "third_between: these third moments are too large beside the SDs and correlations for the distributions used "
        "here; the nearest possible ones in the same proportions are 0.707 times as large",
    ),
    "third moments beside a perfect correlation": (
        Plan(third_between={"T -> M ~ T -> M ~ T -> M": 0.1}, between={"T -> M ~ M -> Y": 1}),
        "third_between: these third moments are too large beside the SDs and correlations for the distributions used "
        "here; beside these correlations only 0 is possible, as some of the effects are exact sums of others",
    ),
    "third moment without an SD": (
        Plan(third_within={"T -> M ~ T -> M ~ T -> M": 0.1}),
        "third_within: T -> M ~ T -> M ~ T -> M: one of these effects has SD 0 within sites, so this third "
        "moment is 0; leave it out, or give the effect an SD",
    ),
    "third moment stated twice": (
        Plan(third_between={"T -> M ~ T -> M ~ M -> Y": 0.1, "T -> M ~ M -> Y ~ T -> M": 0.1}),
        "third_between: T -> M ~ M -> Y ~ T -> M: this third moment is stated twice; drop one of them",
    ),
    "residual of an arm": (
        Plan(residuals={"T": 1}),
        "residuals: 'T' is no mediator and not the outcome; they are 'M', 'N', 'Y'",
    ),
    "residual below 0": (
        Plan(residuals={"M": -1}),
        "residuals: residual SD of M is -1; it lies between 0 and 1,000,000; the nearest possible value is 0",
    ),
    "no pair of nodes": (
        Plan(confounding={"M": 0.5}),
        "confounding: 'M' is no pair of nodes; write 'A ~ B'",
    ),
    "confounding of an unknown node": (
        Plan(confounding={"M ~ Z": 0.5}),
        "confounding: 'Z' is no mediator and not the outcome; they are 'M', 'N', 'Y'",
    ),
    "confounding without an SD": (
        Plan(confounding={"M ~ Y": 0.5}, residuals={"M": 0}),
        "confounding: M ~ Y: the residual SD of M is 0, so its disturbance correlates with nothing; give it an SD under "
        "'residuals', or leave the correlation out",
    ),
    "unit of an unknown node": (
        Plan(units={"Z": "cm"}),
        "units: 'Z' is no mediator and not the outcome; they are 'M', 'N', 'Y'",
    ),
    "unit no text": (Plan(units={"M": 5}), "units: units of M is 5, expected text"),
    "unknown field with a source": (
        Plan(sources={"person": "x"}),
        "sources: 'person' is no field that has a source (did you mean 'persons'?)",
    ),
    "source of a field no text": (
        Plan(sources={"persons": None}),
        "sources: sources of persons is None, expected text",
    ),
}


@pytest.mark.parametrize("case", ALONE)
def test_a_mistake_has_one_message(case: str) -> None:
    plan, message = ALONE[case]

    assert problems_of(plan) == (message,)


OTHER_DESIGNS = {
    "one share for two arms": (
        TWO_ARMS,
        Plan(treated=0.3),
        "treated: treated is 0.3, but there are 2 arms; give each its share, in a table by arm",
    ),
    "an arm without a share": (
        TWO_ARMS,
        Plan(treated={"A": 0.3}),
        "treated: there is no share for the arm 'B'; give every arm its share",
    ),
    "shares that leave no control group": (
        TWO_ARMS,
        Plan(treated={"A": 0.6, "B": 0.6}),
        "treated: the shares of the arms add up to 1.2 and leave no control group; the nearest possible ones in the same "
        "proportions are 0.833 times as large",
    ),
    "an effect that does not vary": (
        design("T -> M -> Y", varies={"T -> M": "none"}),
        Plan(arrows={"T -> M": Arrow(between=0.2)}),
        "arrows: SD across sites of T -> M is 0.2, but the design says that this effect is the same for everyone (varies "
        "= 'none'); the nearest possible value is 0",
    ),
    "an effect that does not vary within sites": (
        design("T -> M -> Y", varies={"T -> M": "sites"}),
        Plan(arrows={"T -> M": Arrow(within=0.2)}),
        "arrows: SD within sites of T -> M is 0.2, but the design says that this effect is the same for everyone within a "
        "site (varies = 'sites'); the nearest possible value is 0",
    ),
    "a correlation of an effect that does not vary": (
        design("T -> M -> Y", varies={"T -> M": "none"}),
        Plan(between={"T -> M ~ M -> Y": 0.2}),
        "between: T -> M ~ M -> Y: the effect along T -> M has SD 0 across sites, so it correlates with nothing; give it "
        "an SD under 'arrows', or leave the correlation out",
    ),
    "a suspected arrow from before treatment": (
        design("T -> M -> Y; U -> Y"),
        Plan(suspected={"U -> M": Arrow()}),
        "suspected: U -> M: 'U' is fixed before treatment, and its effects do no harm; state how it correlates "
        "disturbances under 'confounding'",
    ),
    "a suspected arrow to before treatment": (
        design("T -> M -> Y; U -> Y"),
        Plan(suspected={"T -> U": Arrow()}),
        "suspected: T -> U: an arrow into 'U' cannot carry an effect of treatment; leave it out",
    ),
    "an arrow from before treatment": (
        design("T -> M -> Y; U -> Y"),
        Plan(arrows={"U -> Y": Arrow()}),
        "arrows: U -> Y is no arrow of the design that carries an effect of treatment (did you mean 'M -> Y'?); an arrow "
        "that may exist beside it goes under 'suspected'",
    ),
    "a residual beyond that of a binary variable": (
        BINARY,
        Plan(residuals={"M": 0.6}),
        "residuals: residual SD of M, which is binary, is 0.6; it lies between 0 and 0.5; the nearest possible value is 0.5",
    ),
    "percents where a share is meant": (
        BINARY,
        Plan(arrows={"T -> M": Arrow(mean=47)}),
        "arrows: mean of T -> M is 47, but M is binary, so that the effect is -1, 0 or 1; the nearest possible value is 1",
    ),
    "spread beyond that of an effect on a binary variable": (
        BINARY,
        Plan(arrows={"T -> M": Arrow(mean=0.6, between=0.6, within=0.8)}),
        "arrows: SDs of T -> M are 0.6 across and 0.8 within sites, but M is binary, so that the effect is -1, 0 or 1, and "
        "with a mean of 0.6 its variance is at most 0.64; the nearest possible SDs in the same proportions are 0.8 times "
        "as large",
    ),
    "a negative effect where noncompliance is one-sided": (
        ONE_SIDED,
        Plan(arrows={"T -> M": Arrow(mean=-0.1)}),
        "arrows: mean of T -> M is -0.1, but M is binary and noncompliance one-sided, so that the effect is 0 or 1; the "
        "nearest possible value is 0",
    ),
}


@pytest.mark.parametrize("case", OTHER_DESIGNS)
def test_a_mistake_for_a_design_has_one_message(case: str) -> None:
    of, plan, message = OTHER_DESIGNS[case]

    assert problems_of(plan, of) == (message,)


def test_all_mistakes_are_told_at_once() -> None:
    plan = Plan(
        sites=-1,
        treated=2,
        alpha=0,
        arrows={"T -> M": Arrow(mean="x", between=-1), "T - M": Arrow()},
        between={"T -> M ~ M -> Y": 2},
        residuals={"Z": 1},
    )

    fields = [problem.split(":")[0] for problem in problems_of(plan)]
    assert sorted(fields) == [
        "alpha",
        "arrows",
        "arrows",
        "arrows",
        "between",
        "residuals",
        "sites",
        "treated",
    ]


def test_what_is_no_plan_is_told() -> None:
    assert problems_of({"sites": 5}) == (
        "the plan is {'sites': 5}; make one with Plan(...) or Plan.from_toml(file)",
    )


def test_a_number_may_be_of_any_kind() -> None:
    found = anticipate(
        design(),
        Plan(
            sites=np.int64(7), treated=Fraction(1, 4), persons=np.array([40] * 7), variation=np.float32(0.5)
        ),
    )

    assert found.sizes.tolist() == [40] * 7
    assert found.shares.tolist() == [0.25]
    assert found.between[0, 0] == pytest.approx(0.25)
