"""Every mistake has one message that names the object and the mend, and all are told at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import networkx as nx
import pytest

from identcheck import (
    Design,
    IdentcheckError,
    InvalidDesignError,
    InvalidPopulationError,
    InvalidQuestionError,
    Population,
    Site,
    UnknownVariableError,
    check,
    compliance,
    direct,
    effect,
    itt,
    path,
    total,
)
from tests.drawn import FIGURE_1, FIGURE_2, drawn, drawn_graph


def problems_of(make: Callable[[], Design]) -> tuple[str, ...]:
    with pytest.raises(InvalidDesignError) as caught:
        make()
    return caught.value.problems


def graph_with(node: str | tuple[str, str], arrows: str = FIGURE_2, **attributes) -> nx.DiGraph:
    """A graph with attributes at one node, or at one edge."""
    graph = drawn_graph(arrows)
    (graph.edges[node] if isinstance(node, tuple) else graph.nodes[node]).update(attributes)
    return graph


def built(graph: object, **options) -> Design:
    return Design(graph, **({"treatment": "T", "outcome": "Y"} | options))


ALONE = {
    "cycle": (
        lambda: drawn("T -> A -> B -> C -> Y; C -> A"),
        "the arrows form a cycle, A -> B -> C -> A; remove one of them",
    ),
    "self-loop": (lambda: built(nx.DiGraph([("T", "V"), ("V", "V"), ("V", "Y")])), "node 'V' has an arrow to itself; remove it"),
    "unknown treatment": (
        lambda: drawn(FIGURE_2, treatment="V1"),
        "treatment: there is no node 'V1' in the graph (did you mean 'V'?); it has 'T', 'V', 'NP', 'Y'",
    ),
    "unknown outcome": (
        lambda: drawn(FIGURE_2, outcome="Z"),
        "outcome: there is no node 'Z' in the graph; it has 'T', 'V', 'NP', 'Y'",
    ),
    "missing treatment": (
        lambda: Design(drawn_graph(FIGURE_2), outcome="Y"),
        "no treatment is named; say which node it is, treatment = \"...\", or give one node the role 'treatment'",
    ),
    "missing outcome": (
        lambda: Design(drawn_graph(FIGURE_2), treatment="T"),
        "no outcome is named; say which node it is, outcome = \"...\", or give one node the role 'outcome'",
    ),
    "duplicate treatment": (
        lambda: drawn(FIGURE_2, treatment=["T", "T"]),
        "the treatment 'T' is named twice; name it once",
    ),
    "treatment said differently": (
        lambda: built(graph_with("T2", "{T T2} -> V -> Y", role="treatment")),
        "the treatment is 'T' by argument but 'T2' by the node attribute 'role'; say it once",
    ),
    "label said differently": (
        lambda: built(graph_with("V", label="take-up"), labels={"V": "use"}),
        "node 'V' has the label 'use' by argument but 'take-up' by node attribute; say it once",
    ),
    "a shared cause with a node that is not drawn": (
        lambda: drawn(FIGURE_2, confounded=[("V", "Q")]),
        "confounded, V <-> Q: there is no node 'Q' in the graph; it has 'T', 'V', 'NP', 'Y'",
    ),
    "a cause shared with itself": (
        lambda: drawn(FIGURE_2, confounded=[("V", "V")]),
        "V <-> V: a node shares no cause with itself; name two nodes",
    ),
    "a shared cause drawn twice": (
        lambda: drawn(FIGURE_2, confounded=[("V", "Y"), ("Y", "V")]),
        "Y <-> V is drawn twice; draw it once",
    ),
    "a shared cause that is no pair": (
        lambda: drawn(FIGURE_2, confounded=["VY"]),
        "confounded: 'VY' is no pair of nodes; give pairs of nodes that share an unmeasured cause, such as [('M', 'Y')]",
    ),
    "shared causes that are no list": (
        lambda: drawn(FIGURE_2, confounded="V"),
        "confounded is 'V'; give pairs of nodes that share an unmeasured cause, such as [('M', 'Y')]",
    ),
    "a shared cause of two arms": (
        lambda: drawn("{T1 T2} -> M -> Y", treatment=["T1", "T2"], confounded=[("T1", "T2")]),
        "T1 <-> T2: the arms are assigned together, so nothing else joins them; remove it",
    ),
    "a citation of an assumption that is not there": (
        lambda: drawn(FIGURE_2, citations={"xi": "Author (2020)"}),
        "citations: this design has no assumption 'xi' (did you mean 'x'?); its assumptions are numbered i, ii, iii, "
        "iv, v, vi, vii, viii, ix, x; conditions without a numeral are "
        "bypass, everywhere, shared, product",
    ),
    "a consequence that leads to the outcome": (
        lambda: built(graph_with("V", role="consequence")),
        "'V' is declared a consequence but leads to the outcome; drop that role",
    ),
    "a consequence that treatment does not reach": (
        lambda: built(graph_with("U", FIGURE_2 + "; U -> W", role="consequence")),
        "'U' is declared a consequence but does not follow from the treatment; drop that role",
    ),
    "an arm that causes an arm": (
        lambda: drawn("T1 -> T2 -> M -> Y; T1 -> M"),
        "the treatment 'T2' has arrows into it from 'T1', which is not fixed before treatment; it is randomized, so "
        "nothing that follows from it causes it: remove them",
    ),
    "a node that does not reach the outcome": (
        lambda: drawn(FIGURE_2 + "; V -> M2"),
        "mediator 'M2' has no directed path to outcome 'Y'; add an arrow or drop it, or give it the role 'consequence'",
    ),
    "a treatment that does not reach the outcome": (
        lambda: drawn("T1 -> M -> Y; T2"),
        "the treatment 'T2' has no directed path to the outcome 'Y'; add the arrows it works through",
    ),
    "a declared mediator out of reach": (
        lambda: built(graph_with("U", FIGURE_2 + "; U -> Y", role="mediator")),
        "'U' is declared a mediator but no directed path leads to it from treatment; add an arrow into it, or give it "
        "the role 'baseline'",
    ),
    "a declared baseline node in reach": (
        lambda: built(graph_with("V", role="baseline")),
        "'V' is declared baseline but treatment reaches it; remove that path, or give it the role 'mediator'",
    ),
    "two roles for a node": (
        lambda: built(graph_with("T", role="mediator")),
        "'T' has the role 'mediator' but is also named treatment; say one of the two",
    ),
    "no mediator": (
        lambda: drawn("T -> Y"),
        "the design has no mediator: no node lies on a path from treatment to outcome; add one",
    ),
    "undirected graph": (
        lambda: built(nx.Graph([("T", "M"), ("M", "Y")])),
        "the graph is undirected; give a networkx.DiGraph, with arrows from cause to effect",
    ),
    "multigraph": (
        lambda: built(nx.MultiDiGraph([("T", "M"), ("M", "Y")])),
        "the graph is a multigraph; give a networkx.DiGraph (one arrow between two nodes stands for the whole "
        "direct effect)",
    ),
    "no graph": (
        lambda: built([("T", "Y")]),
        "the graph is [('T', 'Y')]; give a networkx.DiGraph, such as networkx.DiGraph([('T', 'M'), ('M', 'Y')])",
    ),
    "a name that is no text": (
        lambda: built(nx.DiGraph([("T", 3), (3, "Y")])),
        "the node 3 is not text; name it by text in quotes, such as '3'",
    ),
    "an empty name": (
        lambda: built(nx.DiGraph([("T", " "), (" ", "Y")])),
        "a node has the empty name ' '; give it a name",
    ),
    "no sites": (lambda: drawn(FIGURE_2, sites=0), "sites is 0; a trial has at least 1"),
    "sites below zero": (lambda: drawn(FIGURE_2, sites=-3), "sites is -3; a trial has at least 1"),
    "half a site": (
        lambda: drawn(FIGURE_2, sites=2.5),
        "sites is 2.5; write a whole number, or leave it out where it is not known yet",
    ),
    "sites as a truth value": (
        lambda: drawn(FIGURE_2, sites=True),
        "sites is True; write a whole number, or leave it out where it is not known yet",
    ),
    "unknown varies": (
        lambda: drawn(FIGURE_2, {"V -> NP": "site"}),
        "edge 'V' -> 'NP': varies is 'site' (did you mean 'sites'?); it is one of 'persons', 'sites', 'none'",
    ),
    "unknown scale": (
        lambda: drawn(FIGURE_2, scales={"V": "binry"}),
        "scales: 'V' is 'binry' (did you mean 'binary'?); it is one of 'binary', 'continuous'",
    ),
    "scale of an unknown node": (
        lambda: drawn(FIGURE_2, scales={"np": "binary"}),
        "scales: there is no node 'np' in the graph (did you mean 'NP'?); it has 'T', 'V', 'NP', 'Y'",
    ),
    "label of an unknown node": (
        lambda: drawn(FIGURE_2, labels={"W": "work"}),
        "labels: there is no node 'W' in the graph; it has 'T', 'V', 'NP', 'Y'",
    ),
    "label that is no text": (
        lambda: drawn(FIGURE_2, labels={"V": 7}),
        "labels: the label of 'V' is 7; write words that people read, in quotes",
    ),
    "empty label": (
        lambda: drawn(FIGURE_2, labels={"V": " "}),
        "labels: the label of 'V' is ' '; write words that people read, in quotes",
    ),
    "unknown numeral": (
        lambda: drawn(FIGURE_2, justifications={"xi": "because"}),
        "justifications: this design has no assumption 'xi' (did you mean 'x'?); its assumptions are numbered i, ii, iii, "
        "iv, v, vi, vii, viii, ix, x; conditions without a numeral are "
        "bypass, everywhere, shared, product",
    ),
    "a numeral of the nine where there are seven": (
        lambda: drawn("T -> M -> Y", sites=1, justifications={"ix": "because"}),
        "justifications: this design has no assumption 'ix' (did you mean 'i'?); its assumptions are numbered i, ii, iii, "
        "iv, v, vi, vii; conditions without a numeral are "
        "bypass, everywhere, shared, product",
    ),
    "unknown unobserved node": (
        lambda: drawn(FIGURE_2, unobserved=["N"]),
        "unobserved: there is no node 'N' in the graph (did you mean 'NP'?); it has 'T', 'V', 'NP', 'Y'",
    ),
    "unobserved outcome": (
        lambda: drawn(FIGURE_2, unobserved=["Y"]),
        "'Y' is unobserved; treatment and outcome must be measured: take it off the unobserved nodes",
    ),
    "unknown role": (
        lambda: built(graph_with("V", role="mediatr")),
        "node 'V': role is 'mediatr' (did you mean 'mediator'?); it is one of 'treatment', 'outcome', 'mediator', "
        "'baseline', 'consequence'",
    ),
    "misspelled node attribute": (
        lambda: built(graph_with("V", lable="use")),
        "node 'V': unknown attribute 'lable' (did you mean 'label'?)",
    ),
    "misspelled edge attribute": (
        lambda: built(graph_with(("T", "V"), vary="none")),
        "edge 'T' -> 'V': unknown attribute 'vary' (did you mean 'varies'?)",
    ),
    "a symbol that is none": (
        lambda: built(graph_with("V", symbol=r"\input{x}")),
        r"node 'V': the symbol '\\input{x}' is not letters and digits such as 'V'",
    ),
    "an edge symbol that is none": (
        lambda: built(graph_with(("T", "V"), symbol="K 1")),
        "edge 'T' -> 'V': the symbol 'K 1' is not letters and digits such as 'Kappa_1'",
    ),
    "noncompliance between mediators": (
        lambda: built(graph_with(("V", "NP"), noncompliance="one-sided"), scales={"V": "binary", "NP": "binary"}),
        "edge 'V' -> 'NP': noncompliance is said of an arrow from a treatment into a mediator; remove it here",
    ),
    "noncompliance without binary scales": (
        lambda: built(graph_with(("T", "V"), noncompliance="one-sided")),
        "edge 'T' -> 'V': one-sided noncompliance is about a binary treatment and a binary mediator; declare both scales "
        "'binary'",
    ),
    "unknown average": (
        lambda: drawn(FIGURE_2, average="person"),
        "average is 'person' (did you mean 'persons'?); it is one of 'sites', 'persons'",
    ),
    "unknown weights": (
        lambda: drawn(FIGURE_2, weights="precison"),
        "weights is 'precison' (did you mean 'precision'?); it is one of 'precision', 'sites', 'persons'",
    ),
    "a title that is no text": (lambda: drawn(FIGURE_2, title=None), "the title is None; write text in quotes, or leave it out"),
}  # fmt: skip


class TestAlone:
    @pytest.mark.parametrize("name", ALONE)
    def test_one_mistake_gives_one_message(self, name):
        make, message = ALONE[name]
        assert problems_of(make) == (message,)

    def test_outcome_with_children(self):
        """What hangs below the outcome has no path to it either, so both are said."""
        problems = problems_of(lambda: drawn(FIGURE_2 + "; Y -> Z"))
        assert problems[0] == (
            "the outcome 'Y' has arrows out of it into 'Z'; remove them, or name the last node of the chain the outcome, or give "
            "what only follows from it the role 'consequence'"
        )

    def test_treatment_that_is_the_outcome(self):
        problems = problems_of(lambda: drawn(FIGURE_2, outcome="T"))
        assert problems[0] == "'T' is named both treatment and outcome; they are different nodes"

    def test_two_outcomes(self):
        graph = graph_with("Y", FIGURE_2 + "; V -> Z", role="outcome")
        graph.nodes["Z"]["role"] = "outcome"
        problems = problems_of(lambda: Design(graph, treatment="T"))
        assert (
            problems[0] == "there are several outcomes, 'Y', 'Z'; a design has one: make one design for each"
        )

    @pytest.mark.parametrize(
        "pair", [("M1", "M_1"), ("a b", "a_b"), ("a-b", "a b"), ("M2", "2"), ("a'", "a ")], ids=str
    )
    def test_names_that_collide_as_symbols(self, pair):
        graph = nx.DiGraph([("T", pair[0]), ("T", pair[1]), (pair[0], "Y"), (pair[1], "Y")])
        problems = problems_of(lambda: built(graph))
        assert problems
        for problem in problems:
            assert repr(pair[0]) in problem
            assert repr(pair[1]) in problem
            assert "would both be written" in problem
            assert "rename" in problem
            assert "a symbol of its own" in problem

    def test_a_symbol_of_its_own_mends_a_collision(self):
        graph = drawn_graph("T -> {M1 M_1} -> Y")
        graph.nodes["M_1"]["symbol"] = "w"
        assert built(graph).mediators == ("M1", "M_1")

    @pytest.mark.parametrize(
        "arrows", ["1 -> {M1 M2} -> Y", "T -> {M1 M2} -> Y; M_1 -> Y", "T -> {M1 M2} -> 1"]
    )
    def test_names_that_never_meet_in_a_symbol_do_not_collide(self, arrows):
        """One arm, the outcome and what is fixed before treatment give no subscript."""
        graph = drawn_graph(re.sub(r"\b1\b", '"1"', arrows))
        ends = {"treatment": next(iter(graph)), "outcome": arrows.rpartition(" ")[2]}
        assert built(graph, **ends).mediators == ("M1", "M2")

    def test_an_edge_symbol_can_collide_too(self):
        problems = problems_of(lambda: built(graph_with(("T", "V"), symbol="Delta_NP")))
        assert problems == (
            "the edges 'T' -> 'V' and 'NP' -> 'Y' would both be written Delta_NP; rename a node, or give one of them a "
            "symbol of its own (node or edge attribute 'symbol')",
        )

    def test_a_node_that_is_no_text_is_not_called_unknown(self):
        """Its role was given by attribute: there is such a node."""
        graph = nx.DiGraph([(1, 2), (2, 3)])
        graph.nodes[1]["role"] = "treatment"
        graph.nodes[3]["role"] = "outcome"
        problems = problems_of(lambda: Design(graph))
        assert not [problem for problem in problems if "there is no node" in problem]


class TestSeveral:
    def test_all_are_listed_in_one_error(self):
        def make() -> Design:
            graph = drawn_graph("T -> A -> B -> Y; B -> A; U -> T; V -> V; A -> Q")
            graph.edges["T", "A"]["varies"] = "site"
            graph.nodes["A"]["role"] = "mediatr"
            return Design(
                graph,
                treatment="T",
                outcome="Z",
                sites=0,
                scales={"A": "bin", "N": "binary"},
                labels={"A": ""},
                justifications={"xx": "so"},
                unobserved=["M"],
                title=3,
            )

        expected = [
            "form a cycle",
            "arrow to itself",
            "there is no node 'Z'",
            "sites is 0",
            "varies is 'site'",
            "role is 'mediatr'",
            "'A' is 'bin'",
            "scales: there is no node 'N'",
            "the label of 'A' is ''",
            "no assumption 'xx'",
            "unobserved: there is no node 'M'",
            "the title is 3",
        ]
        problems = problems_of(make)
        for fragment in expected:
            assert sum(fragment in problem for problem in problems) == 1, fragment

    def test_the_message_lists_them_one_a_line(self):
        with pytest.raises(InvalidDesignError) as caught:
            drawn(FIGURE_2, sites=0, title=None)
        assert str(caught.value) == (
            "invalid design, 2 problems:\n  - sites is 0; a trial has at least 1\n  - "
            "the title is None; write text in quotes, or leave it out"
        )

    def test_a_collision_is_listed_with_the_others(self):
        problems = problems_of(lambda: drawn("T -> {M1 M_1} -> Y", sites=0))
        assert any("sites is 0" in problem for problem in problems)
        assert any("would both be written" in problem for problem in problems)

    def test_every_cycle_is_named(self):
        problems = problems_of(lambda: drawn("T -> A -> B -> Y; B -> A; T -> C -> D -> Y; D -> C"))
        text = "\n".join(problems)
        assert "A -> B" in text
        assert "C -> D" in text

    def test_a_multigraph_does_not_hide_an_unknown_node(self):
        problems = problems_of(lambda: built(nx.MultiDiGraph([("T", "M"), ("M", "Y")]), outcome="Z"))
        assert any("multigraph" in problem for problem in problems)
        assert any("there is no node 'Z'" in problem for problem in problems)

    def test_wrong_arms_are_each_named(self):
        problems = problems_of(lambda: drawn(FIGURE_2, treatment=["T", "A", "B"]))
        assert [p for p in problems if "'A'" in p]
        assert [p for p in problems if "'B'" in p]


WRONG_KINDS = {
    "labels a list": {"labels": ["a"]},
    "labels a text": {"labels": "ab"},
    "labels a number": {"labels": 3},
    "scales a number": {"scales": 3},
    "justifications a number": {"justifications": 3},
    "treatment a number": {"treatment": 3},
    "treatment a list of lists": {"treatment": [["T"]]},
    "treatment bytes": {"treatment": b"T"},
    "outcome a number": {"outcome": 7},
    "outcome a list of lists": {"outcome": [["Y"]]},
    "unobserved a number": {"unobserved": 5},
    "unobserved a list of lists": {"unobserved": [["V"]]},
    "sites a text": {"sites": "5"},
    "sites not a number": {"sites": float("nan")},
    "average a list": {"average": ["sites"]},
    "weights nothing": {"weights": None},
    "scale a list": {"scales": {"V": ["binary"]}},
    "label a list": {"labels": {"V": ["use"]}},
}


class TestWrongKinds:
    """A value of the wrong kind is a mistake like any other, not a TypeError from inside."""

    @pytest.mark.parametrize("name", WRONG_KINDS)
    def test_of_an_argument(self, name):
        (argument,) = WRONG_KINDS[name]
        problems = problems_of(lambda: drawn(FIGURE_2, **WRONG_KINDS[name]))
        assert any(argument.rstrip("s") in problem for problem in problems), problems

    @pytest.mark.parametrize("value", [["mediator"], {}, 5, None, ("a",)], ids=repr)
    @pytest.mark.parametrize("key", ["role", "label", "scale", "unobserved", "symbol"])
    def test_of_a_node_attribute(self, key, value):
        assert problems_of(lambda: built(graph_with("V", **{key: value})))

    @pytest.mark.parametrize("value", [["sites"], {}, 5, None], ids=repr)
    @pytest.mark.parametrize("key", ["varies", "symbol", "noncompliance"])
    def test_of_an_edge_attribute(self, key, value):
        assert problems_of(lambda: built(graph_with(("T", "V"), **{key: value})))


class TestGranting:
    def test_an_unknown_numeral_names_those_there_are(self):
        with pytest.raises(InvalidQuestionError) as caught:
            check(drawn(FIGURE_2), "xii")
        (problem,) = caught.value.problems
        assert problem.startswith("there is no assumption 'xii' to grant (did you mean '")
        assert "this design's are i, ii, iii, iv, v, vi, vii, viii, ix, x, or 'all' of these" in problem
        assert problem.endswith(
            "bypass, everywhere, shared, product; and 'justified' for those that the design justifies"
        )

    def test_every_unknown_numeral_is_told(self):
        with pytest.raises(InvalidQuestionError) as caught:
            check(drawn(FIGURE_2), ["vi", "vj", "12"])
        assert len(caught.value.problems) == 2

    @pytest.mark.parametrize("numeral", ["v.a", "v.b"])
    def test_the_pooled_numerals_need_one_mediator(self, numeral):
        with pytest.raises(InvalidQuestionError, match="there is no assumption"):
            check(drawn(FIGURE_2), numeral)
        assert check(drawn("T -> M -> Y"), numeral).granted == {numeral}

    @pytest.mark.parametrize("numeral", ["viii", "ix", "x"])
    def test_one_site_and_one_mediator_have_seven(self, numeral):
        with pytest.raises(
            InvalidQuestionError, match="this design's are i, ii, iii, iv, v, vi, vii, or 'all'"
        ):
            check(drawn("T -> M -> Y", sites=1), numeral)

    @pytest.mark.parametrize("asked", ["VI", "(vi)", " vi ", ["vi"], {"vi"}, ("vi", "vi")], ids=repr)
    def test_a_numeral_may_be_written_in_several_ways(self, asked):
        assert check(drawn(FIGURE_2), asked).granted == {"vi"}

    @pytest.mark.parametrize("asked", [None, 5, b"vi", [None], ["vi", 3], [["vi"]]], ids=repr)
    def test_what_is_no_numeral_is_a_bad_question(self, asked):
        with pytest.raises(IdentcheckError, match="assum"):
            check(drawn(FIGURE_2), asked)


class TestQuestions:
    @pytest.mark.parametrize(
        "asked",
        [
            total("Q", "Y"),
            direct("V", "Q"),
            path("T", "Q"),
            compliance("Q"),
            itt("Q"),
            compliance("V", arm="Q"),
        ],
        ids=str,
    )
    def test_an_unknown_node_is_named(self, asked):
        with pytest.raises(UnknownVariableError, match="no variable 'Q' in this design") as caught:
            check(drawn(FIGURE_2))[asked]
        assert caught.value.name == "Q"

    def test_a_suggestion_is_made(self):
        with pytest.raises(UnknownVariableError, match="did you mean 'NP'"):
            check(drawn(FIGURE_2))[total("NPP", "Y")]

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            (total("V", "V"), "the effect of 'V' on itself is not a question"),
            (total("V", "T"), "'T' is randomized: nothing has an effect on it"),
            (direct("U", "Y"), "'U' is fixed before treatment"),
            (total("V", "U"), "'U' is fixed before treatment"),
            (path("T", "Y"), "there is no arrow 'T' -> 'Y' in the graph"),
            (path("T"), "a path has at least two nodes"),
            (path(), "a path has at least two nodes"),
            (
                "totall V Y",
                "'totall V Y' is no estimand; write 'direct V Y', 'total V Y', 'path T V Y'",
            ),
            (None, "None is no estimand"),
        ],
        ids=str,
    )
    def test_a_bad_question_says_why(self, asked, message):
        with pytest.raises(InvalidQuestionError, match=message.replace("(", r"\(")):
            check(drawn(FIGURE_2 + "; U -> Y"))[asked]

    @pytest.mark.parametrize("asked", [compliance("T"), compliance("Y"), compliance("U"), itt("V")], ids=str)
    def test_a_node_of_the_wrong_role_is_not_called_unknown(self, asked):
        with pytest.raises(IdentcheckError) as caught:
            check(drawn(FIGURE_2 + "; U -> Y"))[asked]
        assert "no variable" not in str(caught.value)

    def test_several_arms_must_be_told_apart(self):
        result = check(drawn("{T1 T2} -> M -> Y"))
        for asked in (itt(), compliance("M")):
            with pytest.raises(InvalidQuestionError, match=r"several arms, 'T1', 'T2'; name one with arm="):
                result[asked]

    def test_nodes_that_are_no_text(self):
        result = check(drawn(FIGURE_2))
        for ask in (
            lambda: result[direct("V", ["Y"])],
            lambda: result[direct(1, 2)],
            lambda: result[total(("V",), "Y")],
            lambda: result[path("T", None)],
        ):
            with pytest.raises(IdentcheckError):
                ask()

    def test_effects_of_unknown_nodes(self):
        for u, v, avoiding in (("T", "Q", ()), ("Q", "Y", ()), ("T", "Y", ("Q",))):
            with pytest.raises(UnknownVariableError, match="'Q'"):
                effect(drawn(FIGURE_2), u, v, avoiding)


class TestPopulations:
    design = drawn(FIGURE_1, {"M1 -> M2": "sites", "M1 -> Y": "none"}, sites=2)
    person = dict.fromkeys(design.causal.edges, 1)

    def problems(self, sites: list[Site]) -> tuple[str, ...]:
        with pytest.raises(InvalidPopulationError) as caught:
            Population(self.design, sites)
        return caught.value.problems

    def changed(self, edge: tuple[str, str], value: object) -> dict:
        return {**self.person, edge: value}

    def test_a_good_one(self):
        made = Population(self.design, [Site([self.person]), Site([self.person], weight=Fraction(1, 2))])
        assert made.effect("T", "Y") == 3

    def test_missing_edge(self):
        short = {edge: 1 for edge in self.person if edge != ("M2", "Y")}
        assert self.problems([Site([self.person, short]), Site([self.person])]) == (
            "site 0, person 1: no value for the edge ('M2', 'Y')",
        )

    def test_unknown_edge(self):
        assert self.problems([Site([self.person]), Site([self.changed(("T", "Y"), 1)])]) == (
            "site 1, person 0: there is no edge ('T', 'Y') in the design",
        )

    @pytest.mark.parametrize("value", [0.5, "1", None, True], ids=repr)
    def test_inexact_value(self, value):
        (problem,) = self.problems([Site([self.person]), Site([self.changed(("T", "M1"), value)])])
        assert problem == (
            f"site 1, person 0: the value {value!r} of ('T', 'M1') is not exact; give a Fraction or an int"
        )

    def test_number_of_sites(self):
        """Expectations over sites are over the population that the sites represent, of any number."""
        design = drawn(FIGURE_1, sites=1)
        person = dict.fromkeys(design.graph.edges, 1)
        with pytest.raises(InvalidPopulationError) as caught:
            Population(design, [Site([person])] * 3)
        assert caught.value.problems == ("the population has 3 sites, the design 1",)
        for count in (1, 3):
            assert Population(drawn(FIGURE_1, sites=2), [Site([person])] * count).sites

    def test_empty_site_and_bad_weight(self):
        assert self.problems([Site([]), Site([self.person], weight=0)]) == (
            "site 0 has no persons",
            "site 1: the weight 0 is not a positive whole number or Fraction",
        )

    def test_variation_that_the_design_excludes(self):
        other = self.changed(("M1", "M2"), 2)
        assert self.problems([Site([self.person, other]), Site([self.person])]) == (
            "the edge ('M1', 'M2') varies within a site, but the design says it varies only between sites",
        )
        other = self.changed(("M1", "Y"), 2)
        assert self.problems([Site([self.person]), Site([other])]) == (
            "the edge ('M1', 'Y') varies between sites, but the design says it is the same for everyone",
        )

    @pytest.mark.parametrize(
        "sites", [[], [None, None], [3, 4], [Site(None), Site(None)], [Site([5]), Site([5])],
                  [Site([{3: 1}]), Site([{"T": 1}])], [Site(["ab"]), Site(["ab"])]], ids=str,
    )  # fmt: skip
    def test_weird_sites_are_wrong_populations(self, sites):
        assert self.problems(sites)
