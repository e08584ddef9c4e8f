"""Means, covariances and central moments, and their expansions, against sums over persons and sites."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

import pytest
import sympy

from identcheck.derive.moments import (
    central,
    covariance,
    expand_between,
    expand_site_mean,
    expand_within,
    mean,
    mean_effect,
    within_covariance,
)
from identcheck.derive.paths import count_paths, effect_symbol
from identcheck.describe.design import Design
from identcheck.symbols.algebra import moment
from identcheck.symbols.notation import Cov_s, E_s, mu_s
from tests.exact.oracle import ZERO
from tests.exact.worlds import MANY, Case, cases

Triple = tuple[str, str, frozenset[str]]


def targets(case: Case, count: int) -> Iterator[Triple]:
    """Random effects (u, v, avoiding) of one node on a later one."""
    random, design = case.random, case.design
    later = (*design.mediators, design.outcome)
    for _ in range(count):
        v = random.choice(later)
        u = random.choice([*design.treatments, *later[: later.index(v)]])
        yield u, v, frozenset(random.sample(design.mediators, random.randrange(len(design.mediators))))


def chances(case: Case, count: int) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Random (arm, u, v, avoiding) with u a mediator before v, and u outside ``avoiding``."""
    random, design = case.random, case.design
    for _ in range(count):
        u = random.choice(design.mediators)
        after = design.mediators[design.mediators.index(u) + 1 :]
        others = [m for m in design.mediators if m != u]
        avoiding = frozenset(random.sample(others, random.randint(0, len(others))))
        yield random.choice(design.treatments), u, random.choice([*after, design.outcome]), avoiding


def largest_pair(case: Case, most: int) -> tuple[Triple, Triple]:
    """Of ten random pairs of effects, one with many pairs of paths, but not more than ``most``."""

    def count(pair: tuple[Triple, Triple]) -> int:
        return count_paths(case.design, *pair[0]) * count_paths(case.design, *pair[1])

    drawn = list(targets(case, 20))
    pairs = zip(drawn[::2], drawn[1::2], strict=True)
    return max((pair for pair in pairs if count(pair) <= most), key=count)


class TestSiteMean:
    def test_symbol_is_the_average_over_the_persons_of_the_site(self):
        """mean_effect evaluates to the site's average effect: r_us, d_us and theta_s are its cases."""

        for case in cases():
            for u, v, avoiding in targets(case, 3):
                expected = case.world.site_effects(u, v, avoiding)
                expr = mean_effect(case.design, u, v, avoiding)
                found = [case.population.evaluate(expr, site=s) for s in case.sites]
                assert expected == found, (case, u, v, avoiding)

    def test_expansion_in_edge_means_and_moments(self):
        """r_us = sum over paths and sets S of the means of the rest times mu_s(S)."""

        higher = 0
        for case in cases():
            for u, v, avoiding in targets(case, 3):
                expr = expand_site_mean(case.design, u, v, avoiding)
                higher += any(not isinstance(f, E_s) for f in expr.atoms(sympy.Function))
                s = case.random.choice(case.sites)
                expected = case.world.site_effects(u, v, avoiding)[s]
                assert expected == case.population.evaluate(expr, site=s), (case, u, v, avoiding)
        assert higher > MANY / 5  # with moments beyond the means

    def test_over_sites(self):
        """E of a site mean is the weighted average over sites."""

        for case in cases():
            for u, v, avoiding in targets(case, 3):
                expected = case.world.between(case.world.site_effects(u, v, avoiding))
                expr = mean(mean_effect(case.design, u, v, avoiding))
                assert expected == case.population.evaluate(expr), (case, u, v, avoiding)

    def test_numbers_stay_numbers(self):
        """The effect of a node on itself, and of one without a path, need no symbol."""

        design = next(cases()).design

        assert mean(mean_effect(design, "Y", "Y")) == 1
        assert mean(mean_effect(design, "Y", design.treatments[0])) == 0


class TestWithin:
    """Cov_s(Gamma_u, D_u)."""

    def test_symbol_and_expansion_are_the_covariance_over_persons(self):
        """Both the one symbol and its expansion over paths equal the sum over persons, in every site."""

        nonzero = third = 0
        for case in cases():
            for arm, u, v, avoiding in chances(case, 3):
                gamma, d = case.world.effect(arm, u), case.world.effect(u, v, avoiding)
                expected = case.world.within(gamma, d)
                symbol = within_covariance(case.design, arm, u, v, avoiding)
                expanded = expand_within(case.design, arm, u, v, avoiding)
                for s in case.sites:
                    assert expected[s] == case.population.evaluate(symbol, site=s), (
                        case,
                        arm,
                        u,
                        v,
                        avoiding,
                    )
                    assert expected[s] == case.population.evaluate(expanded, site=s), (
                        case,
                        arm,
                        u,
                        v,
                        avoiding,
                    )
                nonzero += any(expected)
                third += "mu_s" in str(expanded)
        assert nonzero > MANY / 2
        assert third > MANY / 4

    def test_is_zero_by_varies_only_where_it_vanishes_in_every_population(self):
        """Where a side cannot vary within sites the symbol is 0, and nowhere else."""

        zero = 0
        for case in cases():
            for arm, u, v, avoiding in chances(case, 3):
                symbol = within_covariance(case.design, arm, u, v, avoiding)
                gamma, d = case.world.effect(arm, u), case.world.effect(u, v, avoiding)
                moves = any(len(set(x)) > 1 for x in gamma) and any(len(set(x)) > 1 for x in d)
                assert not (symbol == 0 and moves), (case, arm, u, v, avoiding)
                zero += symbol == 0
        assert MANY / 2 < zero < 3 * MANY

    def test_central_moments_of_coefficients(self):
        """central evaluates to the joint central moment over persons, 0 where a factor cannot vary."""

        numbers = []
        for case in cases():
            random, design = case.random, case.design
            edges = random.choices(list(design.causal.edges), k=random.randint(1, 4))
            expr = central(design, [design.notation.edge(*edge) for edge in edges])
            items = [[[p[edge] for p in site] for site in case.world.persons] for edge in edges]
            expected = case.world.within(*items) if len(edges) > 1 else [ZERO for _ in case.sites]
            found = [case.population.evaluate(expr, site=s) for s in case.sites]
            assert expected == found, (case, edges)
            numbers.append(expr == 0)
        assert True in numbers
        assert False in numbers


class TestBetween:
    def test_covariances_and_moments_of_site_means(self):
        """covariance of two to four site means equals the weighted central moment over sites."""

        zero = nonzero = 0
        for case in cases():
            triples = list(targets(case, 4))
            for size in (2, 3, 4):
                items = [mean_effect(case.design, *triple) for triple in triples[:size]]
                values = [case.world.site_effects(*triple) for triple in triples[:size]]
                expr = covariance(case.design, *items)
                expected = case.world.between(*values)
                assert expected == case.population.evaluate(expr), (case, triples[:size])
                zero += expr == 0
                nonzero += expected != 0
        assert zero > MANY / 4
        assert nonzero > MANY / 4

    def test_repeated_items(self):
        """Cov(r, r) is the variance and mu(r, r, d) a third moment, whatever the order of the items."""

        for case in cases(100):
            one, two = targets(case, 2)
            for chosen in combinations_with_replacement([one, two], 3):
                values = [case.world.site_effects(*triple) for triple in chosen]
                items = [mean_effect(case.design, *triple) for triple in chosen]
                expr = covariance(case.design, *items)
                assert case.world.between(*values) == case.population.evaluate(expr), (case, chosen)
                assert expr == covariance(case.design, *reversed(items))

    def test_covariances_of_within_site_moments(self):
        """Cov_s(...) is itself a site quantity: its mean and covariances over sites come out exactly."""

        checked = 0
        for case in cases():
            for arm, u, v, avoiding in chances(case, 1):
                symbol = within_covariance(case.design, arm, u, v, avoiding)
                values = case.world.within(case.world.effect(arm, u), case.world.effect(u, v, avoiding))
                other = mean_effect(case.design, arm, u)
                compliance = case.world.site_effects(arm, u)
                expr = covariance(case.design, other, symbol)
                assert case.world.between(values) == case.population.evaluate(mean(symbol))
                assert case.world.between(compliance, values) == case.population.evaluate(expr), case
                checked += expr != 0
        assert checked > MANY / 10

    def test_expansion(self):
        """Cov(r_js, d_us), expanded over paths on both sides, equals the covariance over sites."""

        inner = 0
        for case in cases():
            left, right = largest_pair(case, most=5)
            expr = expand_between(case.design, left, right)
            values = [case.world.site_effects(*triple) for triple in (left, right)]
            assert case.world.between(*values) == case.population.evaluate(expr), (case, left, right)
            inner += bool(expr.atoms(Cov_s, mu_s))
        assert inner > MANY / 10

    def test_expansion_on_larger_graphs(self):
        """The same where both sides have many paths, on fewer graphs."""

        many = 0
        for case in cases(20):
            left, right = largest_pair(case, most=10)
            many += count_paths(case.design, *left) * count_paths(case.design, *right) > 5
            expr = expand_between(case.design, left, right)
            values = [case.world.site_effects(*triple) for triple in (left, right)]
            assert case.world.between(*values) == case.population.evaluate(expr), (case, left, right)
        assert many > 5


class TestMoment:
    def test_of_none_and_of_one(self):
        """mu() = 1 and mu(A) = 0 at either level."""

        design: Design = next(cases()).design
        coefficient = design.notation.edge(*next(iter(design.causal.edges)))

        assert [moment("persons", []), moment("persons", [coefficient])] == [1, 0]
        assert [moment("sites", []), moment("sites", [E_s(coefficient)])] == [1, 0]

    @pytest.mark.parametrize("level", ["persons", "sites"])
    def test_does_not_depend_on_the_order_of_its_items(self, level):
        """The same items give the same symbol, however they are listed."""

        design = next(case.design for case in cases() if len(case.design.causal.edges) >= 4)
        items = [design.notation.edge(*edge) for edge in design.causal.edges][:4]

        assert moment(level, items) == moment(level, items[::-1])

    def test_effect_symbol_has_the_moments_of_its_path_sum(self):
        """E_s of one symbol equals E_s of the polynomial it stands for."""

        for case in cases(100):
            for u, v, avoiding in targets(case, 2):
                symbol = effect_symbol(case.design, u, v, avoiding)
                s = case.random.choice(case.sites)
                expected = case.world.site_effects(u, v, avoiding)[s]
                assert expected == case.population.evaluate(
                    E_s(symbol) if symbol.free_symbols else symbol, site=s
                )
