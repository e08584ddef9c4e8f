"""Every number of a plan that cannot be has one message with the mend, and all are told at once."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from identcheck import Arrow, Design, InvalidPlanError, Plan, Sizes
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.from_files import plan_from_text
from tests.drawn import drawn

CHAIN = "T -> M -> N -> Y; M -> Y"


def design(arrows: str = CHAIN, **options) -> Design:
    return drawn(arrows, **options)


def problems_of(said: dict, of: Design | None = None) -> tuple[str, ...]:
    """What is refused of a plan: when it is made, else when it meets its design."""
    with pytest.raises(InvalidPlanError) as caught:
        anticipate(of or design(), Plan(**said))
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
        {"sites": 0},
        "sites: sites is 0; it lies between 1 and 100,000; the nearest possible value is 1",
    ),
    "sites not whole": ({"sites": 2.5}, "sites: sites is 2.5; the nearest possible value is 2"),
    "sites as text": ({"sites": "50"}, "sites: sites is '50', expected a number without quotes"),
    "sites true": ({"sites": True}, "sites: sites is True, expected a number"),
    "sites without end": (
        {"sites": 10**400},
        "sites: sites is inf; it lies between 1 and 100,000; the nearest possible value is 100,000",
    ),
    "sites no number": ({"sites": math.nan}, "sites: sites is nan; it lies between 1 and 100,000"),
    "too few persons": (
        {"persons": 3},
        "persons: persons per site is 3, too few for somebody in every arm and for variation within arms; the nearest "
        "possible value is 4",
    ),
    "too few persons for a small share": (
        {"persons": 30, "treated": 0.02},
        "persons: persons per site is 30, too few for somebody in every arm and for variation within arms; the nearest "
        "possible value is 50",
    ),
    "persons without end": (
        {"persons": math.inf},
        "persons: persons per site is inf; it lies between 4 and 10,000,000; the nearest possible value is 10,000,000",
    ),
    "persons not whole": (
        {"persons": 10.4},
        "persons: persons per site is 10.4; the nearest possible value is 10",
    ),
    "persons as text": (
        {"persons": "100"},
        "persons: persons per site is '100', expected a number without quotes",
    ),
    "persons as a dict": (
        {"persons": {"mean": 100}},
        "persons: persons is {'mean': 100}; sizes that differ are Sizes(mean=..., cv=...), or a list",
    ),
    "persons of no site": ({"persons": []}, "persons: persons lists no site; give one number for each"),
    "persons for other sites": (
        {"sites": 3, "persons": [50, 60]},
        "persons: persons lists 2 sites, but there are 3; give one number for each",
    ),
    "persons of one site": (
        {"sites": 2, "persons": [50, 1]},
        "persons: persons in site 2 is 1, too few for somebody in every arm and for variation within arms; the nearest "
        "possible value is 4",
    ),
    "spread of persons below 0": (
        {"persons": Sizes(50, -1)},
        "persons: coefficient of variation of persons per site is -1; it lies between 0 and 1,000,000; the nearest possible "
        "value is 0",
    ),
    "spread of persons too large": (
        {"sites": 4, "persons": Sizes(40, 2)},
        "persons: coefficient of variation of persons per site is 2; with 4 sites, 40 persons in each on average and 4 at "
        "the least, the nearest possible value is 1.558",
    ),
    "share of 0": (
        {"treated": 0},
        "treated: share treated is 0; it lies strictly between 0 and 1; the nearest round value is 0.01",
    ),
    "share of 1": (
        {"treated": 1},
        "treated: share treated is 1; it lies strictly between 0 and 1; the nearest round value is 0.99",
    ),
    "share of an unknown arm": (
        {"treated": {"T": 0.5, "S": 0.2}},
        "treated: 'S' is no arm of the design; its arms are 'T'",
    ),
    "unknown word for variation": (
        {"variation": "modets"},
        "variation: variation is 'modets' (did you mean 'modest'?); it is one of small, modest, substantial, or a number "
        "of SDs",
    ),
    "variation below 0": (
        {"variation": -0.1},
        "variation: variation is -0.1; it lies between 0 and 1,000,000; the nearest possible value is 0",
    ),
    "alpha": (
        {"alpha": 5},
        "alpha: alpha is 5; it lies strictly between 0 and 1; if percent is meant, write 0.05",
    ),
    "power": (
        {"power": -1},
        "power: power is -1; it lies strictly between 0 and 1; the nearest round value is 0.01",
    ),
    "arrows no table": ({"arrows": [1]}, "arrows: arrows is [1], expected a table by arrow, such as {...}"),
    "unknown arrow": (
        {"arrows": {("T", "N"): Arrow()}},
        "arrows: T -> N is no arrow of the design that carries an effect of treatment (did you mean 'T -> M'?); an arrow "
        "that may exist beside it goes under 'suspected'",
    ),
    "no arrow": ({"arrows": {5: Arrow()}}, "arrows: 5 is no arrow; write ('A', 'B') or 'A -> B'"),
    "mistyped arrow": (
        {"arrows": {"T > M": Arrow()}},
        "arrows: 'T > M' is no arrow; write ('A', 'B') or 'A -> B'",
    ),
    "arrow given twice": (
        {"arrows": {("T", "M"): Arrow(mean=1), "T -> M": Arrow(mean=2)}},
        "arrows: 'T -> M' states again what another key states; drop one of them",
    ),
    "number for an arrow": (
        {"arrows": {"T -> M": 0.5}},
        "arrows: T -> M is 0.5, expected numbers as Arrow(mean=..., between=..., within=...)",
    ),
    "dict for an arrow": (
        {"arrows": {"T -> M": {"mean": 0.5}}},
        "arrows: T -> M is {'mean': 0.5}, expected numbers as Arrow(mean=..., between=..., within=...)",
    ),
    "source no text": (
        {"arrows": {"T -> M": Arrow(source=2007)}},
        "arrows: the source of T -> M is 2007, expected text",
    ),
    "mean as text": (
        {"arrows": {"T -> M": Arrow(mean="0.5")}},
        "arrows: mean of T -> M is '0.5', expected a number without quotes",
    ),
    "mean no number": (
        {"arrows": {"T -> M": Arrow(mean=math.nan)}},
        "arrows: mean of T -> M is nan; it lies between -1,000,000 and 1,000,000",
    ),
    "mean without end": (
        {"arrows": {"T -> M": Arrow(mean=-math.inf)}},
        "arrows: mean of T -> M is -inf; it lies between -1,000,000 and 1,000,000; the nearest possible value is -1,000,000",
    ),
    "SD below 0": (
        {"arrows": {"T -> M": Arrow(within=-0.1)}},
        "arrows: SD within sites of T -> M is -0.1; it lies between 0 and 1,000,000; the nearest possible value is 0",
    ),
    "suspected arrow of the design": (
        {"suspected": {"T -> M": Arrow()}},
        "suspected: T -> M is in the design; state its numbers under 'arrows'",
    ),
    "suspected arrow that closes a cycle": (
        {"suspected": {"N -> M": Arrow()}},
        "suspected: N -> M would close a cycle, as 'N' is an effect of 'M'; leave it out",
    ),
    "suspected arrow to itself": (
        {"suspected": {"M -> M": Arrow()}},
        "suspected: M -> M would close a cycle, as 'M' is an effect of 'M'; leave it out",
    ),
    "suspected arrow into the arm": (
        {"suspected": {"M -> T": Arrow()}},
        "suspected: M -> T: an arrow into 'T' cannot carry an effect of treatment; leave it out",
    ),
    "suspected arrow of an unknown node": (
        {"suspected": {"T -> Z": Arrow()}},
        "suspected: T -> Z: 'Z' is no node of the design; the design has 'T', 'M', 'N', 'Y'",
    ),
    "no pair of arrows": (
        {"between": {"T -> M": 0.5}},
        "between: 'T -> M' is no pair of arrows; write 'A -> B ~ B -> C'",
    ),
    "correlation of an unknown arrow": (
        {"within": {"T -> M ~ T -> Y": 0.5}},
        "within: T -> Y is no arrow that carries an effect of treatment (did you mean 'T -> M'?)",
    ),
    "correlation beyond 1": (
        {"between": {"T -> M ~ M -> Y": 1.5}},
        "between: the correlation of T -> M ~ M -> Y across sites is 1.5; it lies between -1 and 1; the nearest possible "
        "value is 1",
    ),
    "correlation with itself": (
        {"between": {"T -> M ~ T -> M": 0.5}},
        "between: the correlation of T -> M ~ T -> M across sites: this is one and the same, and its "
        "correlation is 1; leave it out",
    ),
    "correlation stated twice": (
        {"between": {"T -> M ~ M -> Y": 0.5, "M -> Y ~ T -> M": 0.5}},
        "between: the correlation of M -> Y ~ T -> M across sites is stated twice; drop one of them",
    ),
    "correlation without an SD": (
        {"within": {"T -> M ~ M -> Y": 0.5}, "arrows": {"M -> Y": Arrow(within=1)}},
        "within: T -> M ~ M -> Y: the effect along T -> M has SD 0 within sites, so it correlates with nothing; give it "
        "an SD under 'arrows', or leave the correlation out",
    ),
    "third moment too large": (
        {"third_between": {"T -> M ~ T -> M ~ T -> M": 2.5}},
        "third_between: third moment across sites of T -> M ~ T -> M ~ T -> M is 2.5; it lies between -2 and 2; the "
        "nearest possible value is 2",
    ),
    "third moments too large together": (
        {"third_between": {"T -> M ~ T -> M ~ T -> M": 1, "T -> M ~ M -> Y ~ N -> Y": 0.5}},
        "third_between: these third moments are too large beside the SDs and correlations for the distributions used "
        "here; the nearest possible ones in the same proportions are 0.707 times as large",
    ),
    "third moments beside a perfect correlation": (
        {"third_between": {"T -> M ~ T -> M ~ T -> M": 0.1}, "between": {"T -> M ~ M -> Y": 1}},
        "third_between: these third moments are too large beside the SDs and correlations for the distributions used "
        "here; beside these correlations only 0 is possible, as some of the effects are exact sums of others",
    ),
    "third moment without an SD": (
        {"third_within": {"T -> M ~ T -> M ~ T -> M": 0.1}},
        "third_within: T -> M ~ T -> M ~ T -> M: one of these effects has SD 0 within sites, so this third "
        "moment is 0; leave it out, or give the effect an SD",
    ),
    "third moment stated twice": (
        {"third_between": {"T -> M ~ T -> M ~ M -> Y": 0.1, "T -> M ~ M -> Y ~ T -> M": 0.1}},
        "third_between: T -> M ~ M -> Y ~ T -> M: this third moment is stated twice; drop one of them",
    ),
    "residual of an arm": (
        {"residuals": {"T": 1}},
        "residuals: 'T' is no mediator and not the outcome; they are 'M', 'N', 'Y'",
    ),
    "residual below 0": (
        {"residuals": {"M": -1}},
        "residuals: residual SD of M is -1; it lies between 0 and 1,000,000; the nearest possible value is 0",
    ),
    "no pair of nodes": (
        {"confounding": {"M": 0.5}},
        "confounding: 'M' is no pair of nodes; write 'A ~ B'",
    ),
    "confounding of an unknown node": (
        {"confounding": {"M ~ Z": 0.5}},
        "confounding: 'Z' is no mediator and not the outcome; they are 'M', 'N', 'Y'",
    ),
    "confounding without an SD": (
        {"confounding": {"M ~ Y": 0.5}, "residuals": {"M": 0}},
        "confounding: M ~ Y: the residual SD of M is 0, so its disturbance correlates with nothing; give it an SD under "
        "'residuals', or leave the correlation out",
    ),
    "unit of an unknown node": (
        {"units": {"Z": "cm"}},
        "units: 'Z' is no mediator and not the outcome; they are 'M', 'N', 'Y'",
    ),
    "unit no text": ({"units": {"M": 5}}, "units: units of M is 5, expected text"),
    "unknown field with a source": (
        {"sources": {"person": "x"}},
        "sources: 'person' is no field that has a source (did you mean 'persons'?)",
    ),
    "source of a field no text": (
        {"sources": {"persons": None}},
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
        {"treated": 0.3},
        "treated: treated is 0.3, but there are 2 arms; give each its share, in a table by arm",
    ),
    "an arm without a share": (
        TWO_ARMS,
        {"treated": {"A": 0.3}},
        "treated: there is no share for the arm 'B'; give every arm its share",
    ),
    "shares that leave no control group": (
        TWO_ARMS,
        {"treated": {"A": 0.6, "B": 0.6}},
        "treated: the shares of the arms add up to 1.2 and leave no control group; the nearest possible ones in the same "
        "proportions are 0.833 times as large",
    ),
    "an effect that does not vary": (
        design("T -> M -> Y", varies={"T -> M": "none"}),
        {"arrows": {"T -> M": Arrow(between=0.2)}},
        "arrows: SD across sites of T -> M is 0.2, but the design says that this effect is the same for everyone (varies "
        "= 'none'); the nearest possible value is 0",
    ),
    "an effect that does not vary within sites": (
        design("T -> M -> Y", varies={"T -> M": "sites"}),
        {"arrows": {"T -> M": Arrow(within=0.2)}},
        "arrows: SD within sites of T -> M is 0.2, but the design says that this effect is the same for everyone within a "
        "site (varies = 'sites'); the nearest possible value is 0",
    ),
    "a correlation of an effect that does not vary": (
        design("T -> M -> Y", varies={"T -> M": "none"}),
        {"between": {"T -> M ~ M -> Y": 0.2}},
        "between: T -> M ~ M -> Y: the effect along T -> M has SD 0 across sites, so it correlates with nothing; give it "
        "an SD under 'arrows', or leave the correlation out",
    ),
    "a suspected arrow from before treatment": (
        design("T -> M -> Y; U -> Y"),
        {"suspected": {"U -> M": Arrow()}},
        "suspected: U -> M: 'U' is fixed before treatment, and its effects do no harm; state how it correlates "
        "disturbances under 'confounding'",
    ),
    "a suspected arrow to before treatment": (
        design("T -> M -> Y; U -> Y"),
        {"suspected": {"T -> U": Arrow()}},
        "suspected: T -> U: an arrow into 'U' cannot carry an effect of treatment; leave it out",
    ),
    "an arrow from before treatment": (
        design("T -> M -> Y; U -> Y"),
        {"arrows": {"U -> Y": Arrow()}},
        "arrows: U -> Y is no arrow of the design that carries an effect of treatment (did you mean 'M -> Y'?); an arrow "
        "that may exist beside it goes under 'suspected'",
    ),
    "a residual beyond that of a binary variable": (
        BINARY,
        {"residuals": {"M": 0.6}},
        "residuals: residual SD of M, which is binary, is 0.6; it lies between 0 and 0.5; the nearest possible value is 0.5",
    ),
    "percents where a share is meant": (
        BINARY,
        {"arrows": {"T -> M": Arrow(mean=47)}},
        "arrows: mean of T -> M is 47, but M is binary, so that the effect is -1, 0 or 1; the nearest possible value is 1",
    ),
    "spread beyond that of an effect on a binary variable": (
        BINARY,
        {"arrows": {"T -> M": Arrow(mean=0.6, between=0.6, within=0.8)}},
        "arrows: SDs of T -> M are 0.6 across and 0.8 within sites, but M is binary, so that the effect is -1, 0 or 1, and "
        "with a mean of 0.6 its variance is at most 0.64; the nearest possible SDs in the same proportions are 0.8 times "
        "as large",
    ),
    "a negative effect where noncompliance is one-sided": (
        ONE_SIDED,
        {"arrows": {"T -> M": Arrow(mean=-0.1)}},
        "arrows: mean of T -> M is -0.1, but M is binary and noncompliance one-sided, so that the effect is 0 or 1; the "
        "nearest possible value is 0",
    ),
}


@pytest.mark.parametrize("case", OTHER_DESIGNS)
def test_a_mistake_for_a_design_has_one_message(case: str) -> None:
    of, plan, message = OTHER_DESIGNS[case]

    assert problems_of(plan, of) == (message,)


def test_all_mistakes_are_told_at_once() -> None:
    wrong_anywhere = {
        "sites": -1,
        "persons": -1,
        "treated": 47,
        "alpha": 3,
        "arrows": {"T -> M": Arrow(mean="x", between=-1), "T - M": Arrow()},
        "between": {"T -> M ~ M -> Y": 2},
    }
    with pytest.raises(InvalidPlanError) as caught:  # no design is needed to see it
        Plan(**wrong_anywhere)
    fields = [problem.split(":")[0] for problem in caught.value.problems]
    assert sorted(fields) == ["alpha", "arrows", "arrows", "arrows", "between", "persons", "sites", "treated"]
    assert problems_of(wrong_anywhere | {"residuals": {"Z": 1}}) == caught.value.problems
    with pytest.raises(InvalidPlanError, match=r"share treated is 1\.5"):
        Plan().but(treated=1.5)


def test_all_that_fits_no_design_is_told_at_once() -> None:
    said = {"residuals": {"Z": 1}, "arrows": {"T -> Z": Arrow()}, "persons": [9, 9], "sites": 3}

    assert len(problems_of(said)) == 3


def test_a_plan_of_a_file_is_told_with_its_lines() -> None:
    text = 'graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\n[plan]\npersons = -1\nalpha = 3\nunits = {Z = "cm"}\n'
    with pytest.raises(InvalidPlanError) as caught:
        plan_from_text(text)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        f"<text>, line {n}" for n in (5, 6, 7)
    ]


def test_what_is_no_plan_is_told() -> None:
    with pytest.raises(InvalidPlanError) as caught:
        anticipate(design(), {"sites": 5})  # type: ignore[arg-type]
    assert caught.value.problems == (
        "the plan is {'sites': 5}; make one with ic.Plan(...) or ic.Plan.from_toml('file.toml')",
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
