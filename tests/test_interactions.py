"""Interactions of mediators in a design, and in what is said of it."""

from __future__ import annotations

import json
import pickle

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.conditions.plain import plain
from identcheck.derive.heterogeneity.bundles import readings
from identcheck.formats import FORMATS
from identcheck.report.sections.pictured import drawing

GRAPH = nx.DiGraph([("T", "V"), ("V", "NP"), ("V", "Y"), ("NP", "Y")])
LABELS = {"V": "use of the voucher", "NP": "neighborhood poverty"}


def voucher(*interactions, graph=GRAPH, **said) -> ic.Design:
    pairs = interactions or (("V", "NP"),)
    return ic.Design(graph, **{"treatment": "T", "outcome": "Y", "sites": 9, "interactions": pairs} | said)


class TestDesign:
    def test_the_product_is_one_more_mediator_with_arrows_of_its_own(self):
        design = voucher()
        assert design.interactions == (("V", "NP"),)
        assert design.mediators == ("V", "NP", "V*NP")
        assert design.own_mediators == ("V", "NP")
        assert set(design.causal.pred["V*NP"]) == {"T"}
        assert set(design.causal.adj["V*NP"]) == {"Y"}
        assert set(design.drawn.edges) == set(GRAPH.edges)

    def test_only_arms_that_reach_a_factor_move_it(self):
        graph = nx.DiGraph([("T1", "A"), ("T2", "B"), ("T3", "C"), ("A", "Y"), ("B", "Y"), ("C", "Y")])
        design = voucher(("A", "B"), graph=graph, treatment=["T1", "T2", "T3"])
        assert set(design.causal.pred["A*B"]) == {"T1", "T2"}

    @pytest.mark.parametrize("said", [("V", "NP"), ["V", "NP"], "V * NP", "V*NP", "V × NP"])
    def test_it_is_written_in_several_ways(self, said):
        assert voucher(said) == voucher()

    @pytest.mark.parametrize("said", ["NP^2", "NP²", "NP * NP", ("NP", "NP")])
    def test_squares(self, said):
        assert voucher(said).interactions == (("NP", "NP"),)

    def test_it_travels(self):
        design = voucher(("V", "NP"), ("V", "V"), labels=LABELS | {"V*NP": "the two together"})
        assert pickle.loads(pickle.dumps(design)) == design
        assert ic.Design(design.graph, treatment="T", outcome="Y", sites=9, labels=design.labels) == design
        assert design.with_sites(4).interactions == design.interactions
        assert design.label("V*NP") == "the two together"
        assert design.label("V*V") == "the square of use of the voucher"
        for format in FORMATS:
            assert ic.Design.from_text(ic.dumps(design, format), format) == design

    def test_it_is_measured_where_both_are(self):
        assert "V*NP" in voucher(unobserved=["NP"]).unobserved
        assert "V*NP" not in voucher().unobserved

    @pytest.mark.parametrize(
        ("pair", "problem"),
        [
            (("V", "X"), "there is no node 'X'"),
            (("V", "T"), "'T' is a treatment"),
            (("V", "Y"), "'Y' is the outcome"),
            (("V", "age"), r"Modifier\('age', of=\[...\]\)"),
            (("V", "W"), "no arrow from 'W' to the outcome"),
            (("V", "V", "NP"), "is no product"),
            ("V NP", "is no product"),
        ],
    )
    def test_what_is_no_product_is_said(self, pair, problem):
        graph = nx.DiGraph([*GRAPH.edges, ("age", "Y"), ("T", "W"), ("W", "V")])
        with pytest.raises(ic.InvalidDesignError, match=problem):
            voucher(pair, graph=graph)

    def test_every_problem_is_told_at_once(self):
        with pytest.raises(ic.InvalidDesignError) as caught:
            voucher(("V", "NP"), ("NP", "V"), ("V", "X"), scales={"T": "continuous"})
        text = " ".join(caught.value.problems)
        for part in ("named 2 times", "no node 'X'", "'T' is continuous"):
            assert part in text

    def test_what_cannot_be(self):
        with pytest.raises(ic.InvalidDesignError, match="its square is itself"):
            voucher(("V", "V"), scales={"V": "binary"})
        with pytest.raises(ic.InvalidDesignError, match="no sum of normal ones"):
            voucher(declarations=[ic.normal("persons")])
        graph = nx.DiGraph([*GRAPH.edges, ("T", "V*NP"), ("V*NP", "Y")])
        with pytest.raises(ic.InvalidDesignError, match="a name that the graph has already"):
            voucher(graph=graph)

    def test_a_file_says_where(self):
        text = (
            'graph = "T -> V -> NP -> Y; V -> Y"\ntreatment = "T"\noutcome = "Y"\ninteractions = ["V * Z"]\n'
        )
        with pytest.raises(
            ic.InvalidDesignError, match=r"line 4: the interaction V . Z: there is no node 'Z'"
        ):
            ic.Design.from_text(text)


class TestQuestions:
    def test_text_and_function_ask_the_same(self):
        result = ic.check(voucher(), "all")
        assert result["interaction V NP"] == result[ic.interaction("V", "NP")]
        assert result["interaction(NP, V)"].target == result[ic.interaction("V", "NP")].target
        assert result["direct V Y at NP=2"].estimand == ic.at(ic.direct("V", "Y"), NP=2)

    def test_words_say_where_the_other_stands(self):
        result = ic.check(voucher(labels=LABELS), "all")
        assert result["direct NP Y"].words.endswith("where use of the voucher is 0")
        assert result["direct NP Y at V=1"].words.endswith("where use of the voucher is 1")
        assert (
            result["interaction V NP"].words
            == "the interaction of use of the voucher and neighborhood poverty in Y"
        )

    def test_at_zero_is_the_direct_effect(self):
        result = ic.check(voucher(), "all")
        assert result["direct V Y at NP=0"].best == result["direct V Y"].best

    def test_levels_of_mediators_and_of_modifiers_are_told_apart(self):
        wages = ic.Modifier("wages", [("T", "V")], scale="binary")
        result = ic.check(voucher(modifiers=[wages]), "all")
        target = result[ic.at(ic.direct("V", "Y"), NP=2, wages=1)].target
        assert target.held == (("NP", 2),)
        assert target.levels == (("wages", 1),)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("direct V Y at V=1", "'V' interacts with 'NP'"),
            ("direct V NP at NP=1", "is a mediator: its level is stated for"),
            ("total V Y at NP=1", "runs through other mediators as well"),
            ("interaction V V", "the design has no interaction V . V; it has V . NP"),
            ("compliance V at NP=1", "is a mediator: its level is stated for"),
        ],
    )
    def test_a_wrong_question_is_answered(self, text, problem):
        with pytest.raises(ic.UnknownEstimandError, match=problem):
            ic.check(voucher(), "all")[text]

    def test_defaults(self):
        asked = [str(finding.estimand) for finding in ic.check(voucher(), "all").findings]
        assert "interaction(V, NP)" in asked
        assert "total(V*NP, Y)" not in asked
        assert asked.count("compliance(V*NP)") == 1


class TestWhatIsSaid:
    def test_the_fourth_assumption_lists_what_is_left(self):
        fourth = ic.check(voucher(), "all").assumptions[3]
        assert fourth.title.endswith("no interactions but for V × NP")
        assert r"m_{V} \, m_{\mathrm{NP}} \, \Delta" in fourth.written[0]
        without = ic.check(ic.Design(GRAPH, treatment="T", outcome="Y", sites=9), "all").assumptions[3]
        assert "but for" not in without.title

    def test_costs_are_said_where_they_arise(self):
        listed = {a.numeral: a for a in ic.check(voucher(), "all").assumptions}
        within, between = (" ".join(str(r.text) for r in listed[n].remarks) for n in ("vi", "vii"))
        assert "that is lost" in within
        assert "asks no more than without the product" in within
        assert "against every effect, the main ones too" in between
        assert "one column more" in " ".join(map(str, listed["ix"].spelt_out[0]))
        condition = next(c for c in ic.check(voucher())["direct V Y"].missing if c.kind == "between")
        assert plain(condition).endswith("; nor are sites where V and NP would be higher without T.")

    def test_without_interactions_the_remark_stays(self):
        without = ic.check(ic.Design(GRAPH, treatment="T", outcome="Y", sites=9), "all").assumptions[5]
        assert "does no harm here" in without.remarks[0].text

    def test_the_picture_has_a_small_node_for_each(self):
        drawn = drawing(voucher(("V", "NP"), ("NP", "NP")))
        assert {n.name for n in drawn.nodes if n.role == "interaction"} == {"V × NP", "NP²"}
        assert {(i.source, i.on) for i in drawn.influences} == {
            ("V × NP", ("V", "Y")),
            ("V × NP", ("NP", "Y")),
            ("NP²", ("NP", "Y")),
        }
        assert "V*NP" not in {n.name for n in drawn.nodes}

    def test_json_tells_interactions_from_modifiers(self):
        report = json.loads(ic.check(voucher(), "all").render("json"))
        assert '{"interaction": "V × NP", "of": ["V", "Y"]}' in json.dumps(report, ensure_ascii=False)

    def test_compare_mends_and_robustness_know_it(self):
        few, plain = voucher(sites=2), ic.Design(GRAPH, treatment="T", outcome="Y", sites=2)
        told = str(ic.compare(ic.check(plain, "all"), ic.check(few, "all")))
        assert "interaction added: V × NP" in told
        assert "arrow added" not in told
        mended = str(ic.mends(ic.check(few, "all"), "direct V Y"))
        assert "leave V × NP out of the graph" in mended
        kept = str(ic.mends(ic.check(few, "all"), "interaction V NP"))
        assert "leave V × NP out" not in kept
        arrows = ic.robustness(ic.check(voucher(), "all")).arrows
        assert not [arrow for arrow in arrows if "V*NP" in (arrow.source, arrow.target)]


class TestPlans:
    def test_what_follows_from_nothing_else_is_asked_for(self):
        with pytest.raises(ic.InvalidPlanError) as caught:
            ic.diagnose(voucher(), ic.Plan(persons=100))
        text = " ".join(caught.value.problems)
        for part in (
            "state its mean, between, within",
            "residuals has no 'V*NP'",
            '"V*NP" ~ V',
            '"V*NP" ~ NP',
        ):
            assert part in text

    def test_the_product_is_one_more_compliance(self):
        plan = ic.Plan(
            persons=2000,
            arrows={("T", "V*NP"): ic.Arrow(0.8, 0.4, 0.3)},
            residuals={"V*NP": 1.5},
            confounding={("V*NP", "V"): 0.6, ("V*NP", "NP"): 0.6},
        )
        found = ic.diagnose(voucher(sites=40), plan)
        assert any(
            "V × NP is anticipated as a mediator of its own" in text for text in found.anticipated.questioned
        )


def test_what_moves_an_arrow_above_a_factor_moves_the_product():
    """A cause of T -> V and of V*NP -> Y leaves (W) and (B) of the product open in the graph of heterogeneity."""
    moving = ic.Modifier("wages", [("T", "V"), ("V*NP", "Y")])
    for reading in readings(voucher(modifiers=[moving]), "Y", ("V", "NP", "V*NP"), ("T",)):
        if reading.about == "V*NP":
            assert ("T", "V") in reading.demand.other
            assert ("V*NP", "Y") in reading.demand.one
