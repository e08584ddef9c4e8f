"""Mends: each does what it says, on the designs where one knows what is wrong."""

from __future__ import annotations

import networkx as nx
import pytest

from identcheck import Design, InvalidQuestionError, Verdict, check, compliance, direct, itt, total
from identcheck.decide.mends import Mends, limits, mends
from tests.drawn import FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.worlds import cases

THREE = "T -> {M1 M2 M3} -> Y"
IDENTIFIED, CONDITIONAL = Verdict.IDENTIFIED, Verdict.CONDITIONAL


def changes(design: Design, estimand) -> dict[str, Verdict]:
    """What is offered, and the verdict after it."""
    return {mend.change: mend.verdict for mend in mends(check(design), estimand)}


def test_a_constant_arrow():
    """Figure 2 with V -> NP the same everywhere: let it differ, or add an arm that moves NP by itself."""
    labels = {"V": "voucher use", "NP": "neighborhood poverty"}
    design = drawn(FIGURE_2, {"V -> NP": "none"}, sites=5, labels=labels)

    assert changes(design, direct("V", "Y")) == {
        "another arm in addition to T, which changes the same variables in other proportions, and neighborhood poverty "
        "directly": IDENTIFIED,
        "the effect of voucher use on neighborhood poverty differs between sites": IDENTIFIED,
        "leave neighborhood poverty out of the graph": IDENTIFIED,
    }
    let_vary, drop = mends(check(design), direct("V", "Y"))[1:]
    assert let_vary.design.varies("V", "NP") == "sites"
    assert let_vary.claim.startswith("it claims that it is not the same in all sites")
    assert drop.claim == "it claims that neighborhood poverty lies on no path from treatment to Y"
    assert "NP" not in drop.design.graph


def test_too_few_sites():
    """Three parallel mediators in two sites: a third site, or a second arm, or fewer mediators."""
    found = mends(check(drawn(THREE, sites=2)), direct("M1", "Y"))

    assert [mend.change for mend in found] == [
        "3 sites instead of 2",
        "another arm in addition to T, which changes the same variables in other proportions",
        "leave M2 out of the graph",
        "leave M3 out of the graph",
    ]
    assert found[0].design.sites == 3
    assert found[1].design.treatments == ("T", "T_2")
    assert {mend.verdict for mend in found} == {IDENTIFIED}


def test_an_unmeasured_mediator():
    """Its effects have no scale until it is measured."""
    design = drawn(FIGURE_1, sites=5, unobserved=["M2"])

    assert changes(design, direct("M2", "Y")) == {"measure M2": IDENTIFIED}
    assert changes(design, compliance("M2")) == {"measure M2": IDENTIFIED}


def test_pairs_where_no_single_change_is_enough():
    """Both ends unmeasured: measure both. Three mediators moved alike and in chains: two arrows must vary."""
    hidden = drawn("T -> A -> B -> Y; A -> Y", sites=5, unobserved=["A", "B"])
    chain = drawn("T -> A -> B -> C -> Y; A -> Y; B -> Y", {"A -> B": "none", "B -> C": "none"}, sites=5)

    assert changes(hidden, direct("A", "B")) == {"measure A and B": IDENTIFIED}
    assert (
        changes(chain, direct("B", "Y"))["the effect of A on B and the effect of B on C differ between sites"]
        is IDENTIFIED
    )


def test_conditional_while_the_rank_rules_a_regression_out():
    """One site too few for the intercept: what is left then is the bypass, which no numeral grants."""
    found = changes(drawn(FIGURE_1 + "; T -> Y", sites=2), direct("M1", "Y"))

    assert found["3 sites instead of 2"] is CONDITIONAL


@pytest.mark.parametrize("asked", [direct("M1", "Y"), itt(), compliance("M1"), direct("M2", "M1")])
def test_nothing_to_mend(asked):
    """Where granting is all it takes, or the effect is zero by the graph."""
    assert mends(check(drawn(PARALLEL, sites=5)), asked) == ()


def test_a_conditional_effect_without_a_rank_problem_has_no_mend():
    """The total effect of M1 in Figure 1 wants a bypass condition, not another design."""
    assert mends(check(drawn(FIGURE_1, sites=5)), total("M1", "Y")) == ()


def test_a_bad_question_raises():
    with pytest.raises(InvalidQuestionError):
        mends(check(drawn(PARALLEL)), direct("Y", "T"))


def test_what_the_design_says_is_kept():
    """Labels, roles, scales; arguments for assumptions too, unless their numerals are gone."""
    graph = nx.DiGraph([("T", "M"), ("M", "Y"), ("T", "N"), ("N", "Y")])
    nx.set_node_attributes(graph, {"T": "treatment", "Y": "outcome", "M": "mediator"}, "role")
    graph.nodes["M"].update(label="the mediator", scale="binary")
    design = Design(graph, sites=1, title="A trial", justifications={"viii": "A lottery."})
    more, arm, *_, drop = mends(check(design), direct("M", "Y"))

    assert (more.change, more.design.sites) == ("2 sites instead of 1", 2)
    for mend in (more, arm):
        assert mend.design.label("M") == "the mediator"
        assert mend.design.justifications["viii"] == "A lottery."
        assert mend.design.title == "A trial"
    assert drop.design.single
    assert not drop.design.justifications


def test_random_designs():
    """Every mend is verified by its own check; the site number is the least; nothing else changes."""
    seen = {IDENTIFIED: 0, CONDITIONAL: 0, "sites": 0}
    for case in cases(40):
        design = case.design
        for m in design.mediators:
            asked = direct(m, design.outcome)
            for mend in mends(check(design), asked):
                assert check(mend.design, "all")[mend.estimand].verdict is mend.verdict
                assert mend.design != design
                seen[mend.verdict] += 1
                if mend.change.endswith(f"instead of {design.sites}"):
                    said = mend.design._said() | {"sites": mend.design.sites - 1}
                    fewer = check(Design(nx.DiGraph(design.graph), **said), "all")[asked]
                    assert fewer.verdict is not IDENTIFIED
                    seen["sites"] += 1
    assert min(seen.values()) > 0, seen


def test_limits_are_said():
    assert limits(drawn(THREE, sites=2)).startswith("Tried, one at a time: up to 5 sites, another arm")


class TestAfter:
    """What is left to argue once a change is made, and what other effects would no longer rest on."""

    result = check(drawn("T -> {P H} -> A; {P H A} -> Y", unobserved=["H"], sites=30))

    def test_what_each_effect_would_take(self):
        (direct_effect,) = self.result.mends(direct("H", "Y"))
        (contrast,) = self.result.mends(compliance("H"))
        assert direct_effect.missing == ("(vi)", "(vii)", "(ix)")
        assert str(direct_effect) == "measure H: identified if (vi), (vii) and (ix) can be argued"
        assert contrast.missing == ()
        assert str(contrast) == "measure H: identified by random assignment alone"
        assert Mends([contrast]).records()[0]["after"] == "by random assignment alone"

    def test_what_others_would_no_longer_rest_on(self):
        """Measured, H takes its part of the bypass and of the shared arrow into the regression."""
        (mend,) = self.result.mends(direct("H", "Y"))
        found = {
            str(f.estimand): relief.names
            for relief in mend.relieves(self.result.findings)
            for f in relief.findings
        }
        assert found == {
            "direct(P, Y)": ("the bypass",),
            "direct(A, Y)": ("the bypass",),
            "total(A, Y)": ("the bypass",),
            "total(P, Y)": ("the bypass",),
            "direct(P, A)": ("the bypass",),
        }
        for effect, names in found.items():
            before, after = self.result[effect], check(mend.design)[effect]
            assert set(names) == {c.nickname for c in before.missing} - {c.nickname for c in after.missing}

    def test_it_relieves_nothing_where_the_effect_is_lost(self):
        """Leaving a mediator out takes the effects of it away; they are not said to rest on less."""
        few = check(drawn(PARALLEL, sites=1))
        for mend in few.mends(direct("M1", "Y")):
            for relief in mend.relieves(few.findings):
                for finding in relief.findings:
                    assert check(mend.design, "all")[finding.estimand].best is not None
