"""The lists of moments that conditions show, against plain enumeration of paths and subsets (theory section 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

import networkx as nx
import sympy

from identcheck.decide.conditions import Between, Regression, Within
from identcheck.symbols.algebra import moment
from identcheck.symbols.notation import E_s
from tests.exact.oracle import Number, value_at
from tests.exact.worlds import MANY, Case, Edge, cases


def within_condition(case: Case) -> Within:
    """(W) for a random regressor of a random regression."""
    random, design = case.random, case.design
    v = random.choice([*design.mediators[1:], design.outcome])
    upstream = [m for m in design.mediators if m != v and nx.has_path(design.graph, m, v)] or [
        design.mediators[0]
    ]
    v = design.outcome if v in upstream else v
    chosen = tuple(random.sample(upstream, random.randint(1, len(upstream))))
    arms = tuple(random.sample(design.treatments, random.randint(1, len(design.treatments))))
    return Within(Regression(design, v, chosen, arms), random.choice(chosen))


def edge_paths(case: Case, u: str, v: str, avoiding: Iterable[str] = ()) -> list[list[Edge]]:
    """The paths from u to v outside ``avoiding``, each as its edges."""
    graph = case.design.graph
    kept = graph.subgraph([n for n in graph if n in {u, v} or n not in set(avoiding)])
    return [list(pairwise(path)) for path in nx.all_simple_paths(kept, u, v)]


def moving(case: Case, paths: list[list[Edge]], least: int = 1) -> set[tuple[Edge, ...]]:
    """Every subset, of at least so many edges that vary within sites, of one of the paths."""
    found = set()
    for path in paths:
        edges = [edge for edge in path if case.design.varies(*edge) == "persons"]
        for size in range(least, len(edges) + 1):
            found.update(tuple(sorted(chosen)) for chosen in combinations(edges, size))
    return found


class TestWithin:
    def test_lists_every_pair_of_an_upstream_and_a_downstream_set(self):
        """(W*): mu_s(S + R) - mu_s(S) mu_s(R), all of them and nothing else, order by order."""

        seen = Counter()
        for case in cases():
            condition = within_condition(case)
            reg, u = condition.regression, condition.regressor
            symbol = case.design.notation.edge
            below = moving(case, edge_paths(case, u, reg.outcome, set(reg.regressors) - {u}))
            above = {s for arm in reg.arms for s in moving(case, edge_paths(case, arm, u))}
            for order in (2, 3, None):
                expected = {
                    moment("persons", [symbol(*e) for e in s + r])
                    - moment("persons", [symbol(*e) for e in s]) * moment("persons", [symbol(*e) for e in r])
                    for s in above
                    for r in below
                    if order is None or len(s) + len(r) <= order
                }
                assert expected == set(condition.moments(order)), (case, reg, u, order)
                seen[order] += len(expected) > 0
        assert min(seen.values()) > MANY / 10

    def test_collected_sums_with_their_monomials_are_the_covariance(self):
        """The covariance is a combination of the collected sums: it vanishes where they do."""

        nonzero = 0
        for case in cases():
            condition = within_condition(case)
            sums = condition.collected()
            means = sorted(set().union(*(e.atoms(E_s) for e in condition.expanded())), key=str)
            rest = set()
            for expr in condition.expanded():
                for term in terms_of(expr, means):
                    assert term in sums, (case, condition)
                    rest.add(term)
            assert rest == set(sums), (case, condition)
            nonzero += bool(sums)
        assert nonzero > MANY / 10

    def test_expanded_is_the_covariance(self):
        """One expansion for each arm, equal to the covariance over persons in every site."""

        for case in cases():
            condition = within_condition(case)
            reg, u = condition.regression, condition.regressor
            d = case.world.effect(u, reg.outcome, set(reg.regressors) - {u})
            for arm, expr in zip(reg.arms, condition.expanded(), strict=True):
                expected = case.world.within(case.world.effect(arm, u), d)
                assert expected == list(site_values(case, expr)), (case, condition)


def terms_of(expr: sympy.Expr, means: list[sympy.Expr]) -> list[sympy.Expr]:
    """The coefficients of an expression's monomials in the given means, by sorting its terms."""
    sums: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(sympy.expand(expr)):
        monomial, rest = term.as_independent(*means, as_Add=False)[::-1]
        sums[monomial] = sums.get(monomial, 0) + rest
    return [found for found in sums.values() if found != 0]


def site_values(case: Case, expr: sympy.Expr) -> Iterator[Number]:
    for s in case.sites:
        yield value_at(expr, lambda x, s=s: case.population.evaluate(x, site=s))


class TestBetween:
    def test_primitive_form_lists_means_and_moments_of_upstream_paths(self):
        """E_s of every upstream edge that may differ between sites, mu_s of every set on one path."""

        seen = Counter()
        for case in cases():
            within = within_condition(case)
            reg = within.regression
            condition = Between(reg, within.regressor)
            symbol = case.design.notation.edge
            paths = [p for arm in reg.arms for w in reg.regressors for p in edge_paths(case, arm, w)]
            varying = {edge for path in paths for edge in path if case.design.varies(*edge) != "none"}
            expected = {E_s(symbol(*edge)) for edge in varying}
            expected |= {moment("persons", [symbol(*e) for e in s]) for s in moving(case, paths, least=2)}
            found = set(condition.upstream())
            assert found <= expected, (case, reg)
            assert (found == expected) == condition.upstream_complete, (case, reg)
            seen[condition.upstream_complete] += 1
        assert seen[True] > 0.9 * MANY

    def test_expanded_is_the_covariance_over_sites(self):
        """Cov(r_js, d_us) for every arm and regressor j, by brute force; none that may differ from 0 is left out."""

        for case in cases(MANY):
            within = within_condition(case)
            reg, u = within.regression, within.regressor
            if len(edge_paths(case, case.design.treatments[0], reg.outcome)) > 6:
                continue
            d = case.world.site_effects(u, reg.outcome, set(reg.regressors) - {u})
            expected = [
                case.world.between(case.world.site_effects(arm, j), d)
                for arm in reg.arms
                for j in reg.regressors
            ]
            expanded = Between(reg, u).expanded()
            found = [value_at(expr, case.population.evaluate) for expr in expanded]
            assert [x for x in expected if x] == [x for x in found if x], (case, reg)
