"""A design is an immutable value: what it says, and when two of them are the same."""

from __future__ import annotations

import contextlib
import copy
import pickle
from random import Random

import networkx as nx
import pytest
import sympy

from identcheck import Design, E, E_s, InvalidDesignError, UnknownVariableError, check, direct, total
from identcheck.symbols.notation import Coefficient
from identcheck.symbols.typeset import latex, text_of
from tests.drawn import FIGURE_1, FIGURE_2, drawn, drawn_graph


def figure_2(**options) -> Design:
    given = {
        "sites": 5,
        "labels": {"V": "use of the voucher"},
        "scales": {"T": "binary"},
        "justifications": {"viii": "A lottery."},
        "title": "Vouchers",
    }
    return drawn(FIGURE_2, {"V -> NP": "sites"}, **(given | options))


def shuffled(graph: nx.DiGraph, seed: int) -> nx.DiGraph:
    """The same graph, its nodes and edges inserted in another order."""
    random = Random(seed)
    nodes, edges = list(graph.nodes.items()), list(graph.edges.items())
    random.shuffle(nodes)
    random.shuffle(edges)
    made = nx.DiGraph()
    made.add_nodes_from(nodes)
    made.add_edges_from((u, v, data) for (u, v), data in edges)
    return made


class TestEquality:
    def test_equal_descriptions_are_equal_and_hash_equal(self):
        assert figure_2() == figure_2()
        assert hash(figure_2()) == hash(figure_2())
        assert {figure_2(): "found"}[figure_2()] == "found"

    @pytest.mark.parametrize(
        "change",
        [
            {"sites": 6},
            {"sites": None},
            {"title": "Other"},
            {"labels": {}},
            {"labels": {"V": "voucher"}},
            {"scales": {"T": "continuous"}},
            {"justifications": {}},
            {"unobserved": ["NP"]},
            {"average": "persons"},
            {"weights": "sites"},
        ],
        ids=str,
    )
    def test_every_part_counts(self, change):
        assert figure_2() != figure_2(**change)

    def test_edges_and_what_they_carry_count(self):
        plain = drawn(FIGURE_2)
        assert plain != drawn(FIGURE_2, {"V -> NP": "none"})
        assert plain != drawn(FIGURE_2 + "; T -> NP")
        graph = drawn_graph(FIGURE_2)
        graph.edges["T", "V"]["symbol"] = "Kappa"
        assert plain != Design(graph, treatment="T", outcome="Y")

    def test_the_default_of_varies_may_be_spelt_out(self):
        assert drawn(FIGURE_2) == drawn(FIGURE_2, {"T -> V": "persons"})

    def test_other_things_are_not_equal(self):
        assert drawn(FIGURE_2) != "T -> V -> NP -> Y"
        assert drawn(FIGURE_2) is not None

    @pytest.mark.parametrize("seed", range(5))
    def test_insertion_order_does_not_matter(self, seed):
        graph = drawn_graph("T -> {M10 M2 M1 x} -> Y; M1 -> x; U -> {M2 Y}", {"T -> M2": "sites"})
        one = Design(graph, treatment="T", outcome="Y", unobserved=["x"], sites=7)
        other = Design(shuffled(graph, seed), treatment="T", outcome="Y", unobserved=["x"], sites=7)
        assert one == other
        assert hash(one) == hash(other)
        assert one.mediators == other.mediators
        assert list(one.order) == list(other.order)
        assert one.numerals == other.numerals

    @pytest.mark.parametrize("seed", range(3))
    def test_insertion_order_changes_no_word_of_the_report(self, seed):
        graph = drawn_graph(FIGURE_1)
        reports = [
            check(Design(g, treatment="T", outcome="Y", sites=4), "all").render("text")
            for g in (graph, shuffled(graph, seed))
        ]
        assert reports[0] == reports[1]

    def test_arms_named_by_attribute_do_not_depend_on_insertion_order(self):
        made = []
        for first, second in (("T1", "T2"), ("T2", "T1")):
            graph = nx.DiGraph()
            graph.add_node(first, role="treatment")
            graph.add_node(second, role="treatment")
            graph.add_edges_from([("T1", "M"), ("T2", "M"), ("M", "Y")])
            made.append(Design(graph, outcome="Y"))
        assert made[0] == made[1]

    def test_a_role_by_attribute_is_a_role_by_argument(self):
        graph = drawn_graph(FIGURE_2)
        by_argument = Design(graph, treatment="T", outcome="Y")
        graph.nodes["T"]["role"] = "treatment"
        graph.nodes["Y"]["role"] = "outcome"
        by_attribute = Design(graph)
        assert by_attribute.treatments == by_argument.treatments
        assert by_attribute == by_argument
        assert hash(by_attribute) == hash(by_argument)


class TestImmutability:
    def test_attributes_cannot_be_set_or_deleted(self):
        design = figure_2()
        with pytest.raises(AttributeError, match="immutable"):
            design.sites = 3
        with pytest.raises(AttributeError, match="immutable"):
            design.anything = 3
        with pytest.raises(AttributeError, match="immutable"):
            del design.sites
        assert design.sites == 5

    def test_graph_and_tables_are_frozen(self):
        design = figure_2()
        with pytest.raises(nx.NetworkXError, match=r"[Ff]rozen"):
            design.graph.add_edge("T", "Y")
        with pytest.raises(nx.NetworkXError, match=r"[Ff]rozen"):
            design.graph.remove_node("V")
        for table in (design.labels, design.scales, design.justifications):
            with pytest.raises(TypeError):
                table["V"] = "changed"

    def test_what_an_edge_says_cannot_be_changed_behind_the_designs_back(self):
        """``graph.edges[e]["varies"] = ...`` either fails or changes a copy, never the design."""
        design = figure_2()
        with contextlib.suppress(TypeError):
            design.graph.edges["V", "NP"]["varies"] = "none"
        assert design.varies("V", "NP") == "sites"
        assert design == figure_2()

    def test_the_callers_graph_is_copied(self):
        graph = drawn_graph(FIGURE_2, {"V -> NP": "sites"})
        design = Design(graph, treatment="T", outcome="Y")
        graph.add_edge("T", "Y")
        graph.edges["V", "NP"]["varies"] = "none"
        graph.nodes["V"]["label"] = "changed"
        assert not design.graph.has_edge("T", "Y")
        assert design.varies("V", "NP") == "sites"
        assert design.label("V") == "V"

    def test_the_callers_tables_are_copied(self):
        labels, hidden = {"V": "voucher"}, ["NP"]
        design = drawn(FIGURE_2, labels=labels, unobserved=hidden)
        labels["V"] = "changed"
        hidden.append("V")
        assert design.label("V") == "voucher"
        assert design.unobserved == {"NP"}

    @pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
    def test_copies_are_equal_and_answer_alike(self, again):
        design = figure_2()
        design.notation.edge("T", "V")  # caches do not get in the way
        other = again(design)
        assert other == design
        assert hash(other) == hash(design)
        assert other.mediators == design.mediators
        assert check(other)[total("V", "Y")].verdict is check(design)[total("V", "Y")].verdict

    def test_roles_by_attribute_survive_pickling(self):
        graph = drawn_graph("{T1 T2} -> M -> Y")
        for arm in ("T1", "T2"):
            graph.nodes[arm]["role"] = "treatment"
        graph.nodes["Y"].update(role="outcome", label="the outcome")
        design = Design(graph)
        assert pickle.loads(pickle.dumps(design)) == design

    def test_results_can_be_pickled(self):
        result = check(drawn("T -> {M1 M2 M3} -> Y", sites=2), "all")
        finding = result[total("M1", "Y")]
        again = pickle.loads(pickle.dumps(finding))
        assert again.verdict is finding.verdict
        assert again.witness().verify()


class TestRoles:
    def test_by_argument(self):
        design = drawn(FIGURE_2, sites=5)
        assert (design.treatments, design.outcome) == (("T",), "Y")
        assert [design.role(node) for node in ("T", "V", "NP", "Y")] == [
            "treatment", "mediator", "mediator", "outcome",
        ]  # fmt: skip

    def test_by_attribute(self):
        graph = drawn_graph(FIGURE_2)
        graph.nodes["T"]["role"] = "treatment"
        graph.nodes["V"]["role"] = "mediator"
        graph.nodes["Y"]["role"] = "outcome"
        assert Design(graph).mediators == ("V", "NP")

    def test_the_same_by_both(self):
        graph = drawn_graph(FIGURE_2)
        graph.nodes["T"]["role"] = "treatment"
        assert Design(graph, treatment="T", outcome="Y").treatments == ("T",)

    def test_arms_keep_the_order_given(self):
        graph = drawn_graph("{T1 T2} -> M -> Y")
        assert Design(graph, treatment=["T2", "T1"], outcome="Y").treatments == ("T2", "T1")

    def test_an_arm_may_lack_an_edge_another_has(self):
        design = drawn("T1 -> {M1 M2} -> Y; T2 -> M2")
        assert design.mediators == ("M1", "M2")
        assert design.treatments == ("T1", "T2")

    def test_mediators_stand_in_topological_then_natural_order(self):
        assert drawn("T -> {M10 M2 M1} -> Y").mediators == ("M1", "M2", "M10")
        assert drawn("T -> {M10 M2 M1} -> Y; M10 -> M1").mediators == ("M2", "M10", "M1")
        assert drawn("T -> z -> a -> Y").mediators == ("z", "a")

    @pytest.mark.parametrize("name", ["²", "M1²", "x2", "Ⅷ", "٣", "naïve", "child health", "a-b", "_", "1"])
    def test_any_text_is_a_name(self, name):
        graph = nx.DiGraph([("T", name), (name, "Y")])
        assert Design(graph, treatment="T", outcome="Y").mediators == (name,)

    def test_baseline_nodes_are_kept_and_are_no_mediators(self):
        design = drawn("T -> M -> Y; U -> {M Y}; Z -> U; W", unobserved=["U"])
        assert design.baseline == ("W", "Z", "U")
        assert design.mediators == ("M",)
        assert set(design.graph) == {"T", "M", "Y", "U", "Z", "W"}
        assert set(design.causal) == {"T", "M", "Y"}
        assert design.role("U") == "baseline"

    def test_unobserved_by_argument_and_by_attribute(self):
        graph = drawn_graph("T -> {M1 M2 M3} -> Y")
        graph.nodes["M3"]["unobserved"] = True
        graph.nodes["M2"]["unobserved"] = False
        design = Design(graph, treatment="T", outcome="Y", unobserved=["M1"])
        assert design.unobserved == {"M1", "M3"}
        assert design.observed_mediators == ("M2",)
        assert design.mediators == ("M1", "M2", "M3")

    def test_a_single_unobserved_name_may_stand_alone(self):
        assert drawn("T -> child -> Y", unobserved="child").unobserved == {"child"}

    def test_sites_may_be_unknown(self):
        assert drawn(FIGURE_2).sites is None
        assert drawn(FIGURE_2, sites=1).sites == 1


class TestWords:
    def test_labels_fall_back_to_names(self):
        design = figure_2()
        assert design.label("V") == "use of the voucher"
        assert design.label("NP") == "NP"
        with pytest.raises(UnknownVariableError, match="did you mean 'NP'"):
            design.label("NPP")

    def test_labels_and_scales_by_attribute(self):
        graph = drawn_graph(FIGURE_2)
        graph.nodes["V"].update(label="voucher", scale="binary")
        design = Design(graph, treatment="T", outcome="Y", labels={"NP": "poverty"})
        assert dict(design.labels) == {"V": "voucher", "NP": "poverty"}
        assert dict(design.scales) == {"V": "binary"}
        assert design == drawn(FIGURE_2, labels={"V": "voucher", "NP": "poverty"}, scales={"V": "binary"})

    def test_foreign_attributes_are_let_be(self):
        graph = drawn_graph(FIGURE_2)
        graph.nodes["V"]["pos"] = (0, 1)
        graph.edges["T", "V"]["weight"] = 2
        assert Design(graph, treatment="T", outcome="Y") == drawn(FIGURE_2)

    def test_repr_names_the_arrows(self):
        assert (
            repr(drawn("T -> M -> Y", title="Trial", sites=3)) == "<Design Trial: T -> M; M -> Y (3 sites)>"
        )
        assert "sites unknown" in repr(drawn("T -> M -> Y"))
        assert "(1 site)" in repr(drawn("T -> M -> Y", sites=1))

    def test_from_text(self):
        text = 'graph = "T -> V -> NP -> Y; V -> Y"\ntreatment = "T"\noutcome = "Y"\n'
        assert Design.from_text(text) == drawn(FIGURE_2)
        assert Design.from_text(text, format="toml") == drawn(FIGURE_2)


class TestSymbols:
    def test_the_papers_letters(self):
        design = drawn(FIGURE_1)
        edges = [("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")]
        assert [text_of(design.notation.edge(*e)) for e in edges] == ["Γ_1", "Γ*_2", "Λ_12", "Δ_1", "Δ_2"]

    def test_an_only_mediator_needs_no_subscript(self):
        design = drawn("T -> M -> Y")
        assert text_of(design.notation.edge("T", "M")) == "Γ"
        assert text_of(design.notation.edge("M", "Y")) == "Δ"

    def test_names_are_subscripts_where_they_are_no_numbers(self):
        design = drawn(FIGURE_2)
        assert text_of(design.notation.edge("V", "NP")) == "Λ_{V,NP}"
        assert latex(design.notation.edge("V", "NP")) == r"\Lambda_{V,\mathrm{NP}}"

    def test_arms_are_marked(self):
        design = drawn("{T1 T2} -> M -> Y; T2 -> Y")
        assert text_of(design.notation.edge("T1", "M")) == "Γ^(T1)"
        assert latex(design.notation.edge("T2", "Y")) == r"B^{*(\mathrm{T2})}"

    def test_a_node_symbol_is_its_subscript_everywhere(self):
        graph = drawn_graph(FIGURE_2)
        graph.nodes["NP"]["symbol"] = "p"
        design = Design(graph, treatment="T", outcome="Y")
        assert text_of(design.notation.edge("V", "NP")) == "Λ_Vp"
        assert text_of(design.notation.edge("NP", "Y")) == "Δ_p"

    def test_an_edge_symbol_replaces_letter_and_subscript(self):
        graph = drawn_graph(FIGURE_2)
        graph.edges["T", "V"]["symbol"] = "Kappa_1"
        design = Design(graph, treatment="T", outcome="Y")
        symbol = design.notation.edge("T", "V")
        assert (symbol.name, text_of(symbol)) == ("Kappa_1", "K_1")
        assert latex(E_s(symbol)) == r"\kappa_{1s}"

    @pytest.mark.parametrize("symbol", ["a_1", "kappa_1", "Foo_1", "K_1", "Kappa_1"])
    def test_person_site_and_average_are_written_apart_whatever_the_symbol(self, symbol):
        """Gamma, gamma_s and gamma are three things; an own letter must keep them three."""
        graph = drawn_graph("T -> {M1 M2} -> Y")
        graph.edges["T", "M1"]["symbol"] = symbol
        try:
            design = Design(graph, treatment="T", outcome="Y")
        except InvalidDesignError:  # refusing the symbol is as good
            return
        person = design.notation.edge("T", "M1")
        assert len({latex(person), latex(E_s(person)), latex(E(E_s(person)))}) == 3

    def test_a_symbol_is_not_confused_with_that_of_a_total_effect(self):
        """T -> M2 has no arrow here, but its total effect is written Gamma_2."""
        graph = drawn_graph("T -> M1 -> M2 -> Y")
        graph.edges["T", "M1"]["symbol"] = "Gamma_2"
        with pytest.raises(InvalidDesignError, match="Gamma_2"):
            Design(graph, treatment="T", outcome="Y")

    def test_formulas_do_not_depend_on_designs_seen_before(self):
        """Two designs may share node names and differ in their order."""
        one, other = drawn(FIGURE_1), drawn("T -> {M2 M1} -> Y; M2 -> M1")
        for design in (one, other):
            for condition in check(design)[direct("M1", "Y")].strategies[0].conditions:
                for atom in sympy.Add(*condition.moments()).atoms(Coefficient):
                    place = (design.order[atom.meaning.source], design.order[atom.meaning.target])
                    assert atom.position == place, (design, atom)
