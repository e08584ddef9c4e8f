"""The verdict table of theory section 12, row by row, with all numerals granted."""

from __future__ import annotations

import networkx as nx
import pytest

from identcheck import Verdict, check, compliance, direct, itt, total
from identcheck.decide.estimands import Estimand
from identcheck.describe.design import Design
from identcheck.symbols.notation import Cov, E_s
from tests.paper.designs import figure_1, figure_2, one_mediator, one_site, parallel, symbols

DESIGN_1 = figure_1()
IDENTIFIED, CONDITIONAL, NOT = Verdict.IDENTIFIED, Verdict.CONDITIONAL, Verdict.NOT_IDENTIFIED


def three_parallel(arms: int, sites: int) -> Design:
    """Three parallel mediators and several arms."""
    treatments = [f"T{k}" for k in range(1, arms + 1)]
    names = ("M1", "M2", "M3")
    graph = nx.DiGraph([(arm, m) for arm in treatments for m in names] + [(m, "Y") for m in names])
    return Design(graph, treatment=treatments, outcome="Y", sites=sites)


ROWS = [
    ("two parallel", parallel(2), [direct("M1", "Y"), direct("M2", "Y")], IDENTIFIED),
    ("two parallel", parallel(2), [total("M1", "Y"), total("M2", "Y")], IDENTIFIED),
    ("Figure 1", figure_1(), [direct("M1", "Y"), direct("M2", "Y"), total("M2", "Y")], IDENTIFIED),
    ("Figure 1", figure_1(), [direct("M1", "M2"), total("M1", "Y")], CONDITIONAL),
    ("Figure 2", figure_2(), [direct("V", "Y"), direct("NP", "Y"), direct("V", "NP")], IDENTIFIED),
    ("Figure 2", figure_2(), [total("V", "Y")], IDENTIFIED),
    ("Figure 2, constant", figure_2("none"), [direct("V", "Y"), direct("NP", "Y")], NOT),
    ("Figure 2, constant", figure_2("none"), [direct("V", "NP"), total("V", "Y")], IDENTIFIED),
    ("with T -> Y", figure_1(("T", "Y")), [direct("M1", "Y"), direct("M2", "Y")], CONDITIONAL),
    ("with T -> Y, K = 3", figure_1(("T", "Y"), sites=3), [direct("M1", "Y")], CONDITIONAL),
    ("with T -> Y, K = 2", figure_1(("T", "Y"), sites=2), [direct("M1", "Y"), direct("M2", "Y")], NOT),
    ("three parallel, K = 2", parallel(3, sites=2), [direct(f"M{k}", "Y") for k in (1, 2, 3)], NOT),
    ("three parallel, K = 2", parallel(3, sites=2), [total(f"M{k}", "Y") for k in (1, 2, 3)], NOT),
    ("three parallel, K = 3", parallel(3, sites=3), [direct("M1", "Y")], IDENTIFIED),
    ("enough arms", three_parallel(2, sites=2), [direct("M1", "Y"), total("M3", "Y")], IDENTIFIED),
    ("enough arms, K = 1", three_parallel(3, sites=1), [direct("M2", "Y")], IDENTIFIED),
    ("too few arms, K = 1", three_parallel(2, sites=1), [direct("M2", "Y")], NOT),
    ("section 2", one_site(), [direct("M", "Y"), total("M", "Y")], IDENTIFIED),
    ("section 3", one_mediator(), [direct("M", "Y"), total("M", "Y")], IDENTIFIED),
]


@pytest.mark.parametrize(("name", "design", "estimands", "verdict"), ROWS)
def test_table(name: str, design: Design, estimands: list[Estimand], verdict: Verdict):
    """Each estimand of the row has the verdict of the table."""
    result = check(design, assume="all")

    assert [result[estimand].verdict for estimand in estimands] == [verdict] * len(estimands), name


@pytest.mark.parametrize("row", ROWS)
def test_compliances_and_itt(row: tuple):
    """Any graph: compliances and the ITT are identified by (i) and (viii) alone."""
    design = row[1]
    arms = design.treatments if len(design.treatments) > 1 else [None]
    asked = [itt(arm) for arm in arms] + [compliance(m, arm) for m in design.mediators for arm in arms]

    result = check(design, assume=["i", "viii"] if "viii" in design.numerals else ["i", "vii"])

    assert {result[estimand].verdict for estimand in asked} == {IDENTIFIED}


@pytest.mark.parametrize("row", [row for row in ROWS if row[3] is NOT])
def test_witness(row: tuple):
    """Where nothing identifies it, two worlds show why: same data, different answers."""
    for estimand in row[2]:
        witness = check(row[1], assume="all")[estimand].witness()

        assert witness.verify()
        assert witness.first.observed() == witness.second.observed()
        assert witness.values[0] != witness.values[1]


@pytest.mark.parametrize("estimand", [direct("M1", "M2"), total("M1", "Y")])
def test_what_is_missing_in_figure_1(estimand: Estimand):
    """Only Cov(gamma_1s, gamma*_2s) = 0, the bypass of an intercept strategy, which no numeral grants."""
    finding = check(figure_1(), assume="all")[estimand]

    (missing,) = finding.missing
    assert missing.assumption == "bypass"
    assert missing.moments() == (Cov(E_s(*symbols(DESIGN_1, "T M1")), E_s(*symbols(DESIGN_1, "T M2"))),)
    assert finding.best.intercept


def test_what_is_missing_with_an_arrow_to_the_outcome():
    """Figure 1 with T -> Y: the bypass condition is missing, and it takes three sites."""
    finding = check(figure_1(("T", "Y")), assume="all")[direct("M1", "Y")]

    assert [(c.kind, c.assumption) for c in finding.missing] == [("between", "bypass")]
    (rank,) = (c for c in finding.best.conditions if c.kind == "rank")
    assert rank.structure.sites_for_all == 3


def test_nothing_granted():
    """Without assumptions nothing but contrasts is identified, and what is missing is listed."""
    finding = check(figure_2())[direct("NP", "Y")]

    assert finding.verdict is CONDITIONAL
    assert {c.assumption for c in finding.missing} == {"vi", "vii", "ix"}


@pytest.mark.parametrize("dropped", ["vi", "vii", "ix"])
def test_each_numeral_is_needed(dropped: str):
    """Figure 2 with all numerals but one: the direct effect is conditional on that one."""
    granted = [numeral for numeral in figure_2().numerals if numeral != dropped]
    finding = check(figure_2(), assume=granted)[direct("NP", "Y")]

    assert finding.verdict is CONDITIONAL
    assert {c.assumption for c in finding.missing} == {dropped}
