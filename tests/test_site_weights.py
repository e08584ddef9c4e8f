"""The modifier ``weights``: what it may be, what is read off it, and what is said of (x) (theory sections 10 and 14)."""

import pytest

import identcheck as ic
from identcheck.derive.heterogeneity import open_route, separated
from identcheck.formats import dumps

TRIAL = """
graph = "T -> {{hours income}} -> Y{arrows}"
treatment = "T"
outcome = "Y"
sites = 40
{said}
{tables}
"""
UNSEEN = "[modifiers.weights]\n[modifiers.wages]\nmeasured = false"


def trial(arrows: str, tables: str = "[modifiers.weights]", said: str = "") -> ic.Design:
    return ic.Design.from_text(TRIAL.format(arrows=arrows and f"; {arrows}", tables=tables, said=said))


def assumption(design: ic.Design, numeral: str) -> ic.Assumption:
    return next(a for a in ic.check(design, "all").assumptions if a.numeral == numeral)


def plain(design: ic.Design) -> ic.Strategy:
    """The regression of the outcome on both, with nothing held fixed."""
    found = ic.check(design, "all")[ic.direct("income", "Y")].search.strategies
    return next(s for s in found if len(s.regressors) == 2 and not s.moderators and not s.pooled)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"level": "persons"}, "modifier 'weights': level is 'persons', but it stands for the weights of the sites"),
        ({"measured": False}, "modifier 'weights': measured is False, but the weights of the sites are always known"),
        ({"scale": "binary"}, "modifier 'weights': scale is 'binary', but weights are continuous; leave scale out"),
        ({"scale": "categorical", "levels": 3}, "modifier 'weights': scale is 'categorical', but weights are continuous"),
    ],
)  # fmt: skip
def test_weights_are_known_continuous_and_of_the_sites(said: dict[str, object], problem: str) -> None:
    with pytest.raises(ic.InvalidDesignError) as error:
        ic.Modifier("weights", [("M", "Y")], **said)
    (found,) = error.value.problems
    assert found.startswith(problem)
    assert "give another characteristic a name of its own" in found


def test_weights_that_nothing_moves_and_that_move_nothing_are_refused() -> None:
    with pytest.raises(ic.InvalidDesignError, match="nothing is drawn that causes it; say what it moves"):
        trial("")
    assert {m.name for m in trial("wages -> weights").modifiers} == {"wages", "weights"}


def test_a_variable_called_weights_is_no_modifier() -> None:
    design = ic.Design.from_text('graph = "T -> weights -> Y"\ntreatment = "T"\noutcome = "Y"')
    assert design.mediators == ("weights",)
    assert not design.modifiers


@pytest.mark.parametrize("tables", ["", "[modifiers.weights]"])
def test_drawn_below_a_modifier_weights_need_no_table(tables: str) -> None:
    design = trial("wages -> weights; wages => (income -> Y)", tables)
    assert [(m.name, m.causes) for m in design.modifiers] == [("wages", ()), ("weights", ("wages",))]
    for format in ("toml", "json"):
        assert ic.Design.from_text(dumps(design, format), format) == design


def test_nothing_drawn_says_what_it_said() -> None:
    design = trial("", "")
    found = assumption(design, "x")
    assert found.status == "to be justified"
    assert (
        found.status_text
        == "They differ unless all sites have the same number of persons and the same share treated."
    )
    assert "weights" not in assumption(design, "vii").statement


def test_a_common_cause_of_weights_and_effect_violates_x_and_is_named() -> None:
    design = trial("wages -> weights; wages => (income -> Y), (T -> hours)", UNSEEN)
    found = assumption(design, "x")
    assert found.status == "violated"
    assert found.status_text == (
        "A drawn cause moves the effect and the weights: wages => income -> Y and wages -> weights."
    )  # fmt: skip
    assert assumption(design, "vii").status == "violated"


def test_where_no_way_leads_to_an_effect_it_says_what_is_still_granted() -> None:
    found = assumption(trial("wages -> weights; wages => (T -> hours)"), "x")
    assert found.status == "encoded in the graph"
    assert found.status_text == (
        "Drawn are wages and the weights: no way leads from the weights to an effect. What is granted is that there is no common "
        "cause of the weights and an effect other than those drawn."
    )
    between = assumption(trial("wages -> weights; wages => (T -> hours)"), "vii")
    assert between.statement.endswith("and the weights of the sites may be.")
    assert "w_{s}" in between.formulas[0]
    assert "an effect and either a compliance or the weights other than these" in between.status_text


def test_held_fixed_the_average_is_over_the_distribution_in_the_target() -> None:
    design = trial("wages -> weights; wages => (income -> Y)")
    result = ic.check(design, "all")
    finding = result[ic.direct("income", "Y")]
    assert finding.verdict is ic.Verdict.IDENTIFIED
    assert finding.best.moderators == ("wages",)
    found = next(a for a in result.assumptions if a.numeral == "x")
    assert found.status == "encoded in the graph"
    assert "with wages held fixed, no way leads from the weights" in found.status_text
    assert "averaged over their distribution in the target: each site counting once" in found.status_text


def test_size_that_moves_an_effect_is_held_fixed_itself() -> None:
    design = trial("weights => (income -> Y)", "")
    finding = ic.check(design, "all")[ic.direct("income", "Y")]
    assert (finding.verdict, finding.best.moderators) == (ic.Verdict.IDENTIFIED, ("weights",))
    assert "xi" in finding.rests_on
    assert assumption(design, "x").status == "holds by design"
    (broken,) = [c.violated for c in plain(design).conditions if c.kind == "between" and c.violated]
    assert broken == "the weights change the effect: weights => income -> Y"


@pytest.mark.parametrize(("weights", "average"), [("sites", "sites"), ("persons", "persons")])
def test_the_same_weights_in_estimator_and_average_ask_nothing_of_size(weights: str, average: str) -> None:
    design = trial("weights => (income -> Y)", "", f'weights = "{weights}"\naverage = "{average}"')
    finding = ic.check(design, "all")[ic.direct("income", "Y")]
    assert (finding.verdict, finding.best.moderators) == (ic.Verdict.IDENTIFIED, ())


COLLIDER = "a -> weights <- b; a => (T -> hours); b => (income -> Y)"
HIDDEN = "[modifiers.weights]\n[modifiers.a]\nmeasured = false\n[modifiers.b]\nmeasured = false"


def test_weighting_joins_causes_of_the_weights() -> None:
    """Drawing sites by their weights holds a consequence of both causes fixed."""
    up, down = {("T", "hours")}, {("income", "Y")}
    same = 'weights = "{0}"\naverage = "{0}"'
    equal = trial(COLLIDER, HIDDEN, same.format("sites"))
    unequal = trial(COLLIDER, HIDDEN, same.format("persons"))
    assert separated(equal, "sites", up, down)
    assert not separated(unequal, "sites", up, down)
    assert str(open_route(unequal, "sites", up, down)) == (
        "a => T -> hours and a -> weights and b -> weights and b => income -> Y, among sites as they are weighted"
    )
    assert separated(unequal, "sites", up, down, ["a"])
    assert ic.check(equal, "all")[ic.direct("income", "Y")].verdict is ic.Verdict.IDENTIFIED
    assert ic.check(unequal, "all")[ic.direct("income", "Y")].best is None


def test_measuring_the_cause_is_the_mend() -> None:
    mends = [str(m) for m in ic.mends(ic.check(trial(COLLIDER, HIDDEN)), ic.direct("income", "Y"))]
    assert "measure b in each site: identified if (vi), (vii), (ix) and (xi) can be argued" in mends


def test_persons_and_share_treated_are_two_numbers_and_not_held_fixed_as_one() -> None:
    said = 'weights = "precision"\naverage = "persons"'
    drawn = trial("weights => (income -> Y)", "", said)
    assert ic.check(drawn, "all")[ic.direct("income", "Y")].best is None
    named = trial("size -> weights; size => (income -> Y)", "[modifiers.weights]", said)
    assert ic.check(named, "all")[ic.direct("income", "Y")].best.moderators == ("size",)


def test_site_by_site_asks_nothing_of_the_weights() -> None:
    design = ic.Design.from_text(
        'graph = "T -> M -> Y; weights => (M -> Y), (T -> M)"\ntreatment = "T"\noutcome = "Y"\nsites = 40'
    )
    finding = ic.check(design, ["all", "everywhere"])[ic.total("M", "Y")]
    assert any(s.site_by_site and not finding.missing_for(s) for s in finding.strategies)


def test_other_weights_may_do_and_are_no_proof_that_it_cannot_be_had() -> None:
    """Over two sites the products with weights have no room; counted once each, two sites are enough but for the bypass."""
    design = ic.Design.from_text(
        'graph = "T -> {M1 M2} -> Y; M1 -> M2; weights => (M1 -> Y)"\ntreatment = "T"\noutcome = "Y"\nsites = 2'
    )
    finding = ic.check(design, "all")[ic.total("M1", "Y")]
    assert finding.verdict is ic.Verdict.UNDECIDED
    assert finding.reason == (
        "the weights change the effect: weights => M1 -> Y; it can be had otherwise: let all sites count once, as in the average "
        'wanted (weights = "sites")'
    )
    assert any(
        str(m).startswith("let all sites count once") for m in ic.mends(ic.check(design), finding.estimand)
    )
