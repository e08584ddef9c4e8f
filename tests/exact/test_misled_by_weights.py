"""Sites in which drawn weights mislead a regression, worked out again by code that shares nothing with the engine's."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import networkx as nx

import identcheck as ic
from identcheck import Design
from identcheck.decide.strategies import Strategy
from identcheck.decide.witness.weighted import WeightedSites, misled_by_weights
from tests.exact.moderated import effect, solved
from tests.exact.weighted import WEIGHTS, weighted_design


def plain_strategies(design: Design) -> list[Strategy]:
    """Every plain regression of the default findings."""
    found = [s for f in ic.check(design, "all", prove=False) for s in f.search.strategies]
    plain = [s for s in found if isinstance(s, Strategy) and s.regressors and not (s.pooled or s.intercept)]
    return [s for s in dict.fromkeys(plain) if not s.moderators and not s.site_by_site]


def rows_of(found: WeightedSites) -> list[tuple[int, dict[Any, Any]]]:
    """The weight of each site, and the value of every modifier and coefficient."""
    return [(s.modifiers[WEIGHTS], {**s.modifiers, **s.persons[0]}) for s in found.sites]


def slope(found: WeightedSites) -> Fraction:
    """Weighted least squares by its definition."""
    design, reg = found.strategy.design, found.strategy.regression
    rows = [
        (
            Fraction(1 if design.weights == "sites" else weight),
            [effect(design, values, "T", u) for u in reg.regressors],
            effect(design, values, "T", reg.outcome),
        )
        for weight, values in rows_of(found)
    ]
    size = range(len(reg.regressors))
    gram = [[sum(w * x[i] * x[j] for w, x, _ in rows) for j in size] for i in size]
    coefficients = solved(gram, [sum(w * x[i] * y for w, x, y in rows) for i in size])
    assert coefficients is not None
    return coefficients[reg.regressors.index(found.strategy.column)]


def wanted(found: WeightedSites) -> Fraction:
    """The average effect under the weights of the average wanted."""
    design, reg, u = found.strategy.design, found.strategy.regression, found.strategy.column
    rows = [(weight if design.average == "persons" else 1, values) for weight, values in rows_of(found)]
    avoiding = set(reg.regressors) - {u}
    whole = sum(w * effect(design, values, u, reg.outcome, avoiding) for w, values in rows)
    return Fraction(whole, sum(w for w, _ in rows))


def obeys(found: WeightedSites) -> bool:
    """Whether what has no cause in common, drawn anew from the design, is independent over the sites."""
    design = found.strategy.design
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for modifier in design.modifiers:
        graph.add_edges_from((cause, modifier.name) for cause in modifier.causes)
        graph.add_edges_from((modifier.name, edge) for edge in modifier.of if design.varies(*edge) != "none")
    values = [values for _, values in rows_of(found)]
    for one, other in combinations(values[0], 2):
        above = [{n} | (nx.ancestors(graph, n) if n in graph else set()) for n in (one, other)]
        joint = Counter((v[one], v[other]) for v in values)
        left, right = Counter(v[one] for v in values), Counter(v[other] for v in values)
        apart = all(joint[a, b] * len(values) == left[a] * right[b] for a in left for b in right)
        if not above[0] & above[1] and not apart:
            return False
    return True


def test_sites_are_found_obey_the_graph_and_break_the_regression() -> None:
    random, found, tried = Random(21), 0, 0
    while found < 60:
        design = weighted_design(random)
        for strategy in plain_strategies(design):
            shown = misled_by_weights(strategy)
            tried += any("weights" in c.violated for c in strategy.conditions)
            if shown is None:
                continue
            found += 1
            assert shown.verify()
            assert obeys(shown)
            assert shown.estimate == slope(shown)
            assert shown.average == wanted(shown)
            assert shown.estimate != shown.average
    assert found > tried / 3


def test_they_agree_with_the_formula_of_the_bias() -> None:
    design = ic.Design.from_text(
        'graph = "T -> {A, B} -> Y; wages -> weights; wages => (A -> Y)"\ntreatment = "T"\noutcome = "Y"\nsites = 40'
    )
    found = ic.check(design, "all")[ic.direct("A", "Y")].weighted_sites()
    assert found is not None
    bias = found.strategy.bias()["A"]
    assert found.estimated.effect("A", "Y") + found.estimated.evaluate(bias) == found.estimate
    assert found.wanted.effect("A", "Y") == found.average


def test_none_where_weights_are_not_drawn_or_do_no_harm() -> None:
    for arrows in ("", "; wages => (A -> Y)", "; wages -> weights; wages => (T -> A)"):
        design = ic.Design.from_text(
            f'graph = "T -> {{A, B}} -> Y{arrows}"\ntreatment = "T"\noutcome = "Y"\nsites = 40'
        )
        assert ic.check(design, "all")[ic.direct("A", "Y")].weighted_sites() is None


def test_the_report_shows_them_where_nothing_is_proved() -> None:
    design = ic.Design.from_text(
        'graph = "T -> {A, B} -> Y; a -> weights <- b; a => (T -> B); b => (A -> Y)"\ntreatment = "T"\noutcome = "Y"\n'
        "sites = 40\n[modifiers.weights]\n[modifiers.a]\nmeasured = false\n[modifiers.b]\nmeasured = false"
    )
    result = ic.check(design, "all")
    assert result[ic.direct("A", "Y")].verdict is ic.Verdict.UNDECIDED
    assert "How the weights mislead (b => A -> Y and b -> weights)" in " ".join(result.render("text").split())
