"""What must vary, against populations in which single arrows are the same in all sites (theory section 12)."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import networkx as nx
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from identcheck.decide.conditions import Rank, Regression
from identcheck.derive.variation import MOST_REGRESSORS, Matrix, essential_arrows, essential_words
from identcheck.describe.design import Design
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact import oracle
from tests.exact.worlds import cases, random_world


def determined(random, design: Design, matrix: Matrix, moving: Collection[tuple[str, str]]) -> set[str]:
    """The columns determined in a population with many sites, where only some arrows differ between sites."""
    graph = nx.DiGraph(design.graph)
    for edge in graph.edges:
        graph.edges[edge]["varies"] = "sites" if edge in moving else "none"
    columns = (*matrix.intercepts, *matrix.regressors)
    fixed = Design(graph, treatment=list(design.treatments), outcome="Y")
    world = random_world(random, fixed, len(columns) + 1, persons=[1], values=range(1, 2000))
    regression = oracle.Regression("Y", matrix.regressors, matrix.arms, matrix.intercepts)
    rows = [[QQ(x.numerator, x.denominator) for x in row] for _, row, _ in regression.rows(world)]
    null = DomainMatrix(rows, (len(rows), len(columns)), QQ).nullspace().to_Matrix().tolist()
    return {column for j, column in enumerate(columns) if not any(vector[j] for vector in null)}


def test_random_designs():
    """An arrow is essential where without its differences between sites the column is never determined."""
    seen = {"essential": 0, "never": 0}
    for case in cases(60):
        random, design = case.random, case.design
        arms = tuple(random.sample(design.treatments, random.randint(1, len(design.treatments))))
        regressors = tuple(random.sample(design.mediators, random.randint(1, min(3, len(design.mediators)))))
        matrix = Matrix(regressors, arms, tuple(random.sample(arms, random.choice([0, 0, 1]))))
        varying = {edge for edge in design.causal.edges if design.varies(*edge) != "none"}
        known = partial(determined, random, design, matrix)
        for column in (*matrix.intercepts, *regressors):
            essential = essential_arrows(design, matrix, column)
            if column not in known(varying):
                assert not essential
                seen["never"] += 1
                continue
            assert {e for e in varying if column not in known(varying - {e})} == set(essential)
            seen["essential"] += bool(essential)
    assert min(seen.values()) > 3, seen


def said(design: Design, matrix: Matrix, column: str | None = None) -> str:
    """The sentence on the arrows that must vary."""
    return essential_words(design, matrix, essential_arrows(design, matrix, column), column)


LABELS = {"T": "treatment", "V": "voucher use", "NP": "neighborhood poverty"}


def test_figure_2_in_words():
    """Moving to Opportunity: the effect of the voucher on the neighborhood must differ between sites."""
    design = drawn(FIGURE_2, labels=LABELS, sites=5)
    matrix = Matrix(("V", "NP"), ("T",))

    assert essential_arrows(design, matrix) == (("V", "NP"),)
    assert said(design, matrix) == (
        "The effect of voucher use on neighborhood poverty must differ between sites; otherwise the effects of "
        "treatment on the regressors are proportional and cannot be told apart."
    )
    rank = Rank(Regression(design, "Y", ("V", "NP"), ("T",)), "V")
    assert rank.statement.endswith(said(design, matrix))


def test_one_of_several():
    """Two parallel mediators: one of the two compliances must vary, whichever; of no single one is it said."""
    assert said(drawn(PARALLEL), Matrix(("M1", "M2"), ("T",))) == ""
    assert essential_arrows(drawn(FIGURE_1), Matrix(("M1", "M2"), ("T",))) == ()


def test_arms_count():
    """A second arm that reaches the mediators by other arrows does what variation would have to do."""
    design = drawn("T1 -> M1 -> M2 -> Y; M1 -> Y; T2 -> M2")

    assert essential_arrows(design, Matrix(("M1", "M2"), ("T1",))) == (("M1", "M2"),)
    assert essential_arrows(design, Matrix(("M1", "M2"), ("T1", "T2"))) == ()


def test_several_arms_in_words():
    """With several arms, what covariances within sites could do is set aside, in as many words."""
    design, matrix = drawn("T1 -> M1 -> M2 -> Y; T2 -> M1 -> Y"), Matrix(("M1", "M2"), ("T1", "T2"))

    assert essential_arrows(design, matrix) == (("M1", "M2"),)
    assert said(design, matrix).startswith(
        "Apart from covariances within sites, the effect of M1 on M2 must differ"
    )


def test_an_intercept():
    """Beside an intercept the one compliance must vary."""
    matrix = Matrix(("M1",), ("T",), ("T",))

    assert essential_arrows(drawn(CHAIN), matrix, "M1") == (("T", "M1"),)
    assert "cannot be told from the intercept" in said(drawn(CHAIN), matrix, "M1")


def test_where_there_is_no_answer():
    """Nothing varies enough, or too many regressors: nothing is said."""
    fixed = drawn(FIGURE_2, {"V -> NP": "none"})
    many = drawn("T -> {" + " ".join(f"M{k}" for k in range(MOST_REGRESSORS + 1)) + "} -> Y")

    assert essential_arrows(many, Matrix(many.mediators, ("T",))) == ()
    assert essential_arrows(fixed, Matrix(("V", "NP"), ("T",))) == ()
