"""One more arrow: each absent one by itself, against designs drawn with it."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest

from identcheck import Design, InvalidQuestionError, Verdict, check, direct, mediated, total
from identcheck.decide.identification import Identification
from identcheck.decide.robustness import absent_arrows, robustness
from tests.drawn import FIGURE_1, FIGURE_2, drawn
from tests.exact.worlds import random_design
from tests.terminal import flat

FIGURE_2_ALL = check(drawn(FIGURE_2, sites=5), "all")


class TestFigure2:
    found = robustness(FIGURE_2_ALL)

    def test_the_absent_arrows(self):
        assert absent_arrows(FIGURE_2_ALL.design) == (("T", "NP"), ("T", "Y"))
        assert self.found.untried == ()

    def test_what_each_would_do(self):
        poverty, outcome = self.found.arrows
        assert [shift.before.estimand for shift in poverty.worse] == [total("V", "Y"), direct("V", "NP")]
        assert [shift.before.estimand for shift in outcome.worse] == [
            direct("V", "Y"),
            total("V", "Y"),
            direct("NP", "Y"),
            mediated("V"),
            mediated("NP"),
        ]
        assert self.found.harmful == (poverty, outcome)
        assert not self.found.helpful
        assert not self.found.harmless

    def test_a_sentence_for_each_effect(self):
        sentences = {str(f.estimand): self.found.sentence(f) for f in self.found.findings}
        assert sentences["total(V, Y)"] == (
            "the total effect of V on Y is identified; an arrow T -> NP or T -> Y would make it conditional on "
            "the bypass"
        )
        assert sentences["itt()"] == (
            "the total effect of T on Y is identified; no arrow tried would change that"
        )


def test_an_arrow_may_help():
    """Where poverty moves in fixed proportion to use, an arrow of its own tells their effects apart."""
    robustness = check(drawn(FIGURE_2, {"V -> NP": "none"}, sites=5), "all").robustness()
    (arrow,) = robustness.helpful
    assert str(arrow) == "T -> NP"
    effects = [direct("V", "Y"), direct("NP", "Y"), mediated("V"), mediated("NP")]
    assert [s.before.estimand for s in arrow.better] == effects
    assert f"better: {', '.join(map(str, effects))}" in flat(str(robustness))
    shift = robustness.shifts(direct("V", "Y"))["T", "NP"]
    assert (shift.before.verdict, shift.after.verdict) == (Verdict.NOT_IDENTIFIED, Verdict.IDENTIFIED)


def test_not_tried_is_said_and_named():
    result = check(drawn("T -> {M1 M2 M3} -> Y", sites=5), "all")
    robustness = result.robustness(most=3)
    every = absent_arrows(result.design)
    assert len(every) == 7
    assert [(a.source, a.target) for a in robustness.arrows] == list(every[:3])
    assert robustness.untried == every[3:]
    assert "Not tried: 4 more absent arrows, because at most 3 are tried" in " ".join(str(robustness).split())
    assert "Not tried" not in str(result.robustness())
    with pytest.raises(InvalidQuestionError, match="at least 1 arrow"):
        result.robustness(most=0)


def test_progress_counts_up():
    seen: list[tuple[int, int]] = []
    robustness(FIGURE_2_ALL, progress=lambda done, number: seen.append((done, number)))
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_can_be_stopped():
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        robustness(FIGURE_2_ALL, progress=stop)


def test_baseline_nodes_are_skipped_and_it_is_said():
    result = check(drawn(FIGURE_1 + "; U -> M1", sites=5), "all")
    assert not any("U" in arrow for arrow in absent_arrows(result.design))
    assert "fixed before treatment are harmless" in str(result.robustness())
    assert "fixed before treatment" not in str(FIGURE_2_ALL.robustness())


def test_own_symbols_are_in_nobodys_way():
    """Symbols may be needed to tell nodes apart, or be the ones that an added arrow would get."""
    graph = nx.DiGraph([("T", "M 1"), ("T", "M-1"), ("M 1", "Y"), ("M-1", "Y")])
    graph.nodes["M 1"].update(symbol="A", label="the first")
    graph.nodes["M-1"]["symbol"] = "B"
    graph.edges["M 1", "Y"]["symbol"] = "Lambda_AB"
    result = check(Design(graph, treatment="T", outcome="Y", sites=5), "all")
    robustness = result.robustness()
    assert [str(arrow) for arrow in robustness.harmful] == ["T -> Y", "M 1 -> M-1", "M-1 -> M 1"]
    assert result.compare(result).empty


def same_by_hand(result: Identification, arrow: tuple[str, str]) -> dict[str, str]:
    """The verdicts on the effects of the design as drawn, with the arrow drawn in."""
    graph = nx.DiGraph(result.design.graph)
    graph.add_edge(*arrow)
    again = check(Design(graph, **result.design._said()), result.granted)
    return {str(f.estimand): again[f.estimand].verdict.value for f in result.findings}


@pytest.mark.parametrize("number", range(8))
def test_random_designs(number):
    random = Random(f"one more arrow {number}")
    result = check(random_design(random, sites=random.choice([None, 2, 5])), random.choice(["all", ["vi"]]))
    robustness = result.robustness(most=4)
    graph = result.design.causal
    for u, v in absent_arrows(result.design):
        assert v not in result.design.treatments
        assert not graph.has_edge(u, v)
        assert nx.is_directed_acyclic_graph(nx.DiGraph([*graph.edges, (u, v)]))
    assert len(absent_arrows(result.design)) == sum(
        not graph.has_edge(u, v) and nx.is_directed_acyclic_graph(nx.DiGraph([*graph.edges, (u, v)]))
        for u in graph
        for v in graph
        if u != v and v not in result.design.treatments
    )
    for arrow in robustness.arrows:
        verdicts = same_by_hand(result, (arrow.source, arrow.target))
        shifted = {str(shift.before.estimand): shift.after.verdict.value for shift in arrow.shifts}
        for finding in robustness.findings:
            name = str(finding.estimand)
            assert verdicts[name] == shifted.get(name, finding.verdict.value)
    assert "None" not in str(robustness)


@pytest.mark.parametrize("number", range(6))
def test_an_arrow_that_sets_direct_and_total_effect_apart(number):
    """Each arrow from a mediator to one beside it: of both effects the verdict is that of the design with the arrow."""
    random = Random(f"apart {number}")
    kinds = [random.choice(["persons", "none"]) for _ in range(3)]
    arrows = dict(zip(["M1 -> Y", "M2 -> Y", "T -> M1"], kinds, strict=True))
    more = random.choice(["", "; T -> Y", "; T -> M3 -> Y"])
    result = check(drawn(f"T -> {{M1 M2}} -> Y{more}", arrows, sites=random.choice([2, 4])), "all")
    robustness = result.robustness()
    for arrow in robustness.arrows:
        by_hand = same_by_hand(result, (arrow.source, arrow.target))
        shifts = {str(shift.before.estimand): shift.after.verdict.value for shift in arrow.shifts}
        for m in ("M1", "M2"):
            one, whole = str(direct(m, "Y")), str(total(m, "Y"))
            assert by_hand[one] == shifts.get(one, result[direct(m, "Y")].verdict.value)
            if arrow.source == m:  # now a way of two arrows: the total effect is a question of its own
                assert by_hand[whole] == shifts.get(whole, result[total(m, "Y")].verdict.value)
    apart = robustness.shifts(total("M1", "Y")).get(("M1", "M2"))
    if apart is not None:
        assert "total effect of M1" in robustness.sentence(result[total("M1", "Y")])


@pytest.mark.parametrize("seed", range(60))
def test_an_effect_that_is_seen_to_stay_conditional_is_conditional_by_its_strategies(seed):
    random = Random(f"stays {seed}")
    design = random_design(random, sites=random.choice([None, 1, 2, 4, 5]))
    for granted in ((), ("vi", "vii"), ("ix",), ("bypass",), "all"):
        try:
            result = check(design, granted, prove=False)
        except InvalidQuestionError:
            continue
        for finding in result.findings:
            if finding.search.waits_for_rank(result.granted):
                assert finding.verdict is Verdict.CONDITIONAL
            elif not granted and finding.target.source not in design.treatments and finding.best is not None:
                assert finding.zero or finding.best not in finding.search.regressions
