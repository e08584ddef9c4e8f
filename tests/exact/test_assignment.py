"""Ignorable assignment in the graph: which contrasts a common cause spoils, against independent computations."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings, strategies as st

import identcheck as ic
from identcheck.derive.assignment import back_doors, only_assign
from identcheck.errors import InvalidPopulationError

CAUSAL = ("T", "M1", "M2", "M3", "Y")
EARLY = ("A", "B", "C")


@st.composite
def designs(draw):
    """Up to three mediators in a random order-respecting graph, causes from before treatment, shared causes."""
    inner = CAUSAL[1 : draw(st.integers(2, 4))]
    causal = ["T", *inner, "Y"]
    edges = [
        (u, v)
        for i, u in enumerate(causal)
        for v in causal[i + 1 :]
        if (u, v) != ("T", "Y") and draw(st.booleans())
    ]
    edges += [("T", m) for m in inner if not any(v == m for _, v in edges)]
    edges += [(m, "Y") for m in inner if not any(u == m for u, _ in edges)]
    early = EARLY[: draw(st.integers(0, 3))]
    order = [*early, *causal]
    edges += [(u, v) for i, u in enumerate(early) for v in order[i + 1 :] if draw(st.integers(0, 3)) == 0]
    pairs = [(u, v) for i, u in enumerate(order) for v in order[i + 1 :] if draw(st.integers(0, 9)) == 0]
    graph = nx.DiGraph(list(dict.fromkeys(edges)))
    graph.add_nodes_from(order)
    hidden = [node for node in early if draw(st.booleans())]
    return ic.Design(graph, treatment="T", outcome="Y", sites=6, confounded=pairs, unobserved=hidden)


def separated(design, node, without=()):
    """Whether the arm and a node are d-separated once treatment has no effects, by networkx."""
    graph = nx.DiGraph(design.graph)
    graph.remove_edges_from(list(graph.out_edges("T")))
    for place, pair in enumerate(design.confounded):
        graph.add_edges_from((f"hidden {place}", end) for end in pair)
    graph.remove_nodes_from(without)
    return nx.is_d_separator(graph, {"T"}, {node}, set())


class TestWhichContrasts:
    @settings(max_examples=300)
    @given(designs())
    def test_confounded_means_not_d_separated(self, design):
        after = (*design.mediators, "Y")
        assert set(back_doors(design)) == {node for node in after if not separated(design, node)}

    @settings(max_examples=300)
    @given(designs())
    def test_own_means_so_without_the_other_nodes_that_follow_treatment(self, design):
        after = (*design.mediators, "Y")
        for node, door in back_doors(design).items():
            others = [other for other in after if other != node]
            assert door.own == (not separated(design, node, others))

    def test_the_path_is_told(self):
        graph = nx.DiGraph([("T", "M"), ("M", "Y"), ("U", "T"), ("U", "W"), ("W", "Y"), ("Z", "T")])
        design = ic.Design(graph, treatment="T", outcome="Y", confounded=[("T", "M")])
        doors = back_doors(design)
        assert doors["Y"].text == "T <- U -> W -> Y"
        assert doors["Y"].causes == ("U", "W")
        assert doors["M"].text == "T <-> M"
        assert only_assign(design) == ("Z",)

    def test_a_cause_that_is_not_drawn_of_a_cause_of_treatment(self):
        graph = nx.DiGraph([("T", "M"), ("M", "Y"), ("Z", "T")])
        design = ic.Design(graph, treatment="T", outcome="Y", confounded=[("Z", "Y")])
        assert back_doors(design)["Y"].text == "T <- Z <-> Y"


class TestVerdicts:
    @settings(max_examples=60, deadline=None)
    @given(designs())
    def test_no_strategy_uses_a_confounded_contrast_and_every_witness_holds(self, design):
        doors = back_doors(design)
        for finding in ic.check(design, "all").findings:
            if finding.best is not None:
                for part in finding.best.parts:
                    assert not {part.outcome, *part.regressors} & set(doors)
            if finding.verdict is ic.Verdict.NOT_IDENTIFIED:
                assert finding.witness().verify()
            if finding.target.target in doors and not finding.target.empty:
                assert finding.verdict in (ic.Verdict.NOT_IDENTIFIED, ic.Verdict.UNDECIDED)

    @settings(max_examples=60, deadline=None)
    @given(designs())
    def test_what_does_not_reach_treatment_does_no_harm(self, design):
        graph = nx.DiGraph(design.graph)
        graph.remove_edges_from(list(graph.in_edges("T")))
        pairs = [pair for pair in design.confounded if "T" not in pair]
        said = {"treatment": "T", "outcome": "Y", "sites": 6}
        with_causes = ic.Design(graph, **said, confounded=pairs)
        bare = ic.Design(graph.subgraph([n for n in graph if n not in EARLY]), **said)
        for granted in ((), "all"):
            one, two = (ic.check(d, granted) for d in (with_causes, bare))
            assert [f.verdict for f in one.findings] == [f.verdict for f in two.findings]

    def test_an_effect_into_a_confounded_node_is_not_identified(self):
        graph = nx.DiGraph([("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y")])
        design = ic.Design(graph, treatment="T", outcome="Y", sites=10, confounded=[("T", "Y")])
        result = ic.check(design, "all")
        verdicts = {str(f.estimand): f.verdict.value for f in result.findings}
        assert verdicts == {
            "direct(M1, Y)": "not identified",
            "total(M1, Y)": "not identified",
            "direct(M2, Y)": "not identified",
            "total(M2, Y)": "not identified",
            "compliance(M1)": "identified",
            "compliance(M2)": "identified",
            "itt()": "not identified",
            "mediated(M1)": "not identified",
            "mediated(M2)": "not identified",
        }

    @pytest.mark.parametrize("sites", [1, 5, None])
    def test_confounding_that_comes_through_a_mediator_spoils_what_is_below_it(self, sites):
        """T <-> M1 -> M2 -> Y: the cause may move those more who gain more from it, and then no ratio is an effect."""
        graph = nx.DiGraph([("T", "M1"), ("M1", "M2"), ("M2", "Y")])
        design = ic.Design(graph, treatment="T", outcome="Y", sites=sites, confounded=[("T", "M1")])
        result = ic.check(design, "all")
        assert {f.verdict for f in result.findings} == {ic.Verdict.NOT_IDENTIFIED}
        finding = result[ic.direct("M2", "Y")]
        assert not finding.strategies
        assert (
            "only if what that cause does to a person is unrelated to the person's effects" in finding.reason
        )
        assert raw_worlds_agree_and_differ(finding)

    def test_nothing_is_claimed_where_effects_below_are_the_same_for_everyone_in_a_site(self):
        """Then the ratio of contrasts in Y and in M is the effect in every site where the latter is not 0."""
        graph = nx.DiGraph([("T", "M"), ("M", "Y")])
        graph.edges["M", "Y"]["varies"] = "sites"
        design = ic.Design(graph, treatment="T", outcome="Y", sites=5, confounded=[("T", "M")])
        finding = ic.check(design, "all")[ic.direct("M", "Y")]
        assert finding.verdict is ic.Verdict.UNDECIDED
        assert (
            "may still be the effect where the effects on the way are the same for everyone" in finding.reason
        )

    def test_everything_below_a_shared_cause_is_not_identified(self):
        """Where persons' effects may differ no effect on a confounded node is left open, and raw persons show it."""
        seen = Counter()
        for number in range(25):
            random = Random(f"below a shared cause {number}")
            inner = CAUSAL[1 : random.randint(2, 4)]
            order = ["T", *inner, "Y"]
            pairs = [(u, v) for i, u in enumerate(order) for v in order[i + 1 :] if (u, v) != ("T", "Y")]
            edges = [pair for pair in pairs if random.random() < 0.5]
            edges += [("T", m) for m in inner if not any(v == m for _, v in edges)]
            edges += [(m, "Y") for m in inner if not any(u == m for u, _ in edges)]
            said = {"treatment": "T", "outcome": "Y", "confounded": [("T", random.choice(inner))]}
            design = ic.Design(nx.DiGraph(edges), sites=random.choice([1, 4, 6, None]), **said)
            for finding in ic.check(design, "all").findings:
                if finding.target.target in back_doors(design) and not finding.target.empty:
                    seen[finding.verdict] += 1
                    if finding.verdict is ic.Verdict.NOT_IDENTIFIED:
                        assert raw_worlds_agree_and_differ(finding), (design, finding.estimand)
        assert set(seen) <= {ic.Verdict.NOT_IDENTIFIED, ic.Verdict.UNDECIDED}
        assert seen[ic.Verdict.UNDECIDED] < 0.1 * seen[ic.Verdict.NOT_IDENTIFIED] > 10, (
            seen
        )  # no first world found

    def test_one_site_calls_it_seven(self):
        graph = nx.DiGraph([("T", "M"), ("M", "Y"), ("U", "T"), ("U", "Y")])
        result = ic.check(ic.Design(graph, treatment="T", outcome="Y", sites=1), "all")
        by_numeral = {a.numeral: a for a in result.assumptions}
        assert by_numeral["vii"].status == "violated"
        assert "levels of U" in by_numeral["vii"].status_text
        assert result[ic.itt()].verdict is ic.Verdict.NOT_IDENTIFIED

    def test_the_mend_is_assignment_by_chance(self):
        graph = nx.DiGraph([("T", "M"), ("M", "Y"), ("U", "T"), ("U", "Y")])
        result = ic.check(ic.Design(graph, treatment="T", outcome="Y", sites=5), "all")
        mends = result.mends(ic.direct("M", "Y"))
        assert any("by chance alone" in mend.change for mend in mends)


def contrasts(persons, share_treated):
    """Contrasts of arms in M and Y from a list of (probability of U=1, coefficients): brute force over U and T.

    U moves who is treated, M by its own coefficient and Y by its own; everything is computed from the joint law.
    """
    law = []
    for p_u, gamma, delta, u_m, u_y in persons:
        for u, t in product((0, 1), (0, 1)):
            p = Fraction(1, len(persons)) * (p_u if u else 1 - p_u)
            p *= share_treated[u] if t else 1 - share_treated[u]
            m = gamma * t + u_m * u
            law.append((p, u, t, m, delta * m + u_y * u))

    def mean(place, t):
        weight = sum(row[0] for row in law if row[2] == t)
        return sum(row[0] * row[place] for row in law if row[2] == t) / weight

    return [mean(place, 1) - mean(place, 0) for place in (1, 3, 4)]


def raw_contrasts(design, site):
    """Contrasts of arms in every node that follows treatment, from the joint law of persons, cause and treatment.

    A cause U, a fair coin for each person, moves who is treated, and each person's nodes by what the person's own
    coefficients say. Nothing is known here of effects or path products.
    """
    share = {0: Fraction(1, 4), 1: Fraction(3, 4)}
    total = {0: Fraction(0), 1: Fraction(0)}
    sums = {t: dict.fromkeys((*design.mediators, "Y"), Fraction(0)) for t in (0, 1)}
    for (i, person), u, t in product(enumerate(site.persons), (0, 1), (0, 1)):
        weight = share[u] if t else 1 - share[u]
        total[t] += weight
        level = {"T": Fraction(t)}
        for node in (*design.mediators, "Y"):
            by = site.unequal.get(("T", node), 0)
            own = Fraction(by[i] if isinstance(by, tuple) else by) * 2 * u  # the arms differ by 1/2 in U
            level[node] = own + sum(person[p, node] * level[p] for p in design.causal.predecessors(node))
            sums[t][node] += weight * level[node]
    return {node: sums[1][node] / total[1] - sums[0][node] / total[0] for node in sums[0]}


def raw_average(design, site, target):
    """The average over the persons of a site of the sum over paths; of a part, those that avoid nothing before its mediator."""

    def ways(u, v, avoiding):
        kept = design.causal.subgraph([n for n in design.causal if n not in avoiding or n in (u, v)])
        return [list(pairwise(r)) for r in nx.all_simple_paths(kept, u, v)]

    if target.route is not None:
        routes = [list(pairwise(target.route))]
    elif target.last is not None:
        after = ways(target.last, target.target, target.avoiding)
        routes = [a + b for a in ways(target.source, target.last, ()) for b in after]
    else:
        routes = ways(target.source, target.target, target.avoiding)
    each = [sum(prod(person[e] for e in route) for route in routes) for person in site.persons]
    return Fraction(sum(each), len(each))


def raw_worlds_agree_and_differ(finding):
    """Whether the two worlds of a finding have the same contrasts in every site, and another estimand."""
    witness, design = finding.witness(), finding.design
    shown = [m for m in (*design.mediators, "Y") if m not in design.unobserved]
    for one, other in zip(witness.first.sites, witness.second.sites, strict=True):
        first, second = raw_contrasts(design, one), raw_contrasts(design, other)
        assert [first[n] for n in shown] == [second[n] for n in shown], (design, finding.estimand)
    averages = [
        sum(Fraction(s.weight) * raw_average(design, s, finding.target) for s in world.sites)
        for world in (witness.first, witness.second)
    ]
    return averages[0] != averages[1]


class TestContrasts:
    def test_contrasts_are_effects_plus_what_the_common_cause_adds(self):
        """A cause that is unrelated to persons' effects adds its own difference, carried on by the effects."""
        half = Fraction(1, 2)
        u_m, u_y = Fraction(3), Fraction(-4)
        coefficients = [(Fraction(2), Fraction(1)), (Fraction(4), Fraction(7, 3))]
        persons = [(half, gamma, delta, u_m, u_y) for gamma, delta in coefficients]
        in_u, in_m, in_y = contrasts(persons, {0: Fraction(1, 4), 1: Fraction(3, 4)})
        graph = nx.DiGraph([("T", "M"), ("M", "Y"), ("U", "T"), ("U", "M"), ("U", "Y")])
        design = ic.Design(graph, treatment="T", outcome="Y")
        site = ic.Site(
            [{("T", "M"): gamma, ("M", "Y"): delta} for gamma, delta in coefficients],
            unequal={("T", "M"): u_m * in_u, ("T", "Y"): u_y * in_u},
        )
        observed = ic.Population(design, [site]).observed()[0]
        assert observed == {("T", "M"): in_m, ("T", "Y"): in_y}
        assert in_y != ic.Population(design, [site]).effect("T", "Y")

    def test_arms_differ_for_no_other_reason_than_the_graph_draws(self):
        design = ic.Design(nx.DiGraph([("T", "M"), ("M", "Y")]), treatment="T", outcome="Y")
        site = ic.Site([{("T", "M"): 1, ("M", "Y"): 1}], unequal={("T", "Y"): 1})
        with pytest.raises(InvalidPopulationError, match="no common cause"):
            ic.Population(design, [site])


class TestWhatIsSaid:
    GRAPH = nx.DiGraph([("T", "M"), ("M", "Y"), ("U", "T"), ("U", "Y"), ("Z", "T"), ("C", "M"), ("Y", "S")])

    def design(self, *away):
        graph = nx.DiGraph(self.GRAPH)
        graph.remove_edges_from(away)
        graph.nodes["S"]["role"] = "consequence"
        return ic.Design(graph, treatment="T", outcome="Y", sites=8, confounded=[("M", "Y")])

    def report(self, *away, assume="all", full=True):
        return " ".join(ic.check(self.design(*away), assume).render("text", full=full).split())

    @pytest.mark.parametrize("full", [False, True])
    def test_the_report_says_what_contradicts_random_assignment(self, full):
        report = self.report(full=full)
        assert "T is meant to be randomized within each site, but the graph has T <- U -> Y;" in report
        assert "Y by its cause shared with T, second world" in report
        assert "M <-> Y" in report

    def test_the_full_report_says_violated(self):
        report = self.report()
        assert "(viii) Ignorable treatment assignment within sites [violated for other effects]" in report
        assert "Z: drawn as a cause of assignment to T and of nothing else, which does no harm." in report
        nothing = self.report(assume=())
        assert "and random assignment (where the graph does not contradict it); each lists" in nothing

    def test_without_that_arrow_it_is_said_to_be_harmless(self):
        report = self.report(("U", "T"))
        assert "M and Y share a cause that is not drawn and not measured. It does no harm" in report
        assert "C and U are in the graph and harmless" in report
        assert "S: in the graph as a consequence of treatment" in report
        for full in (False, True):
            assert "violated" not in self.report(("U", "T"), full=full)

    @pytest.mark.parametrize("format", ["html", "latex", "markdown", "json"])
    def test_every_format_draws_the_shared_cause(self, format):
        report = ic.check(self.design(("U", "T")), "all").render(format)
        said = {
            "html": "M and Y share a cause that is not drawn",
            "latex": "ic confounded",
            "markdown": "M ↔ Y",
            "json": '"confounded": [',
        }
        assert said[format] in report

    def test_a_comparison_names_it(self):
        before, after = (ic.check(d, "all") for d in (self.design(("U", "T")), self.design()))
        assert "arrow added: U -> T" in str(before.compare(after))
        bare = ic.Design(nx.DiGraph(before.design.graph), treatment="T", outcome="Y", sites=8)
        assert "M and Y now share a cause that is not drawn" in str(ic.check(bare).compare(before))
