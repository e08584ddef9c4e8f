"""Symbols and emitted expressions are plain sympy: equality, pickling, subs, lambdify."""

from __future__ import annotations

import pickle
from copy import deepcopy
from statistics import fmean

import networkx as nx
import pytest
import sympy

from identcheck.derive.bias import regression_bias
from identcheck.derive.moments import mean, mean_effect
from identcheck.derive.paths import effect, effect_symbol
from identcheck.describe.design import Design
from identcheck.symbols.notation import Cov, E, E_s, mu
from tests.exact.oracle import Regression, plain_average, value_at
from tests.exact.worlds import cases


def figure_1() -> Design:
    """T -> M1 -> M2 -> Y with T -> M2 and M1 -> Y."""
    edges = [("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")]
    return Design(nx.DiGraph(edges), treatment="T", outcome="Y")


class TestSymbols:
    """Symbols are values: equal, hashable, picklable, and usable in plain sympy."""

    def test_equal_designs_have_equal_symbols(self):
        """The symbol of one design is that of an equal one, and of none that differs in meaning."""

        first, second = figure_1(), figure_1()

        assert effect_symbol(first, "M1", "Y") == effect_symbol(second, "M1", "Y")
        assert hash(effect_symbol(first, "M1", "Y")) == hash(effect_symbol(second, "M1", "Y"))
        assert effect_symbol(first, "M1", "Y").compare(effect_symbol(second, "M1", "Y")) == 0
        assert effect_symbol(first, "M1", "Y") != first.notation.edge("M1", "Y")
        assert effect_symbol(first, "M1", "Y") != sympy.Symbol("Delta_1_tot", real=True)

    @pytest.mark.parametrize("copied", [lambda x: pickle.loads(pickle.dumps(x)), deepcopy])
    def test_survive_pickling_and_copying(self, copied):
        """Name, meaning, hash and value are the same after a round trip, alone and in an expression."""

        for case in cases(50):
            design, arm = case.design, case.design.treatments[0]
            symbol = effect_symbol(design, arm, design.outcome)
            expr = mean(mean_effect(design, arm, design.outcome)) ** 2 + effect(design, arm, design.outcome)
            back, back_expr = copied(symbol), copied(expr)
            assert (symbol, hash(symbol)) == (back, hash(back))
            assert (symbol.meaning, symbol.label) == (back.meaning, back.label)
            assert expr == back_expr
            assert case.population.evaluate(mean(E_s(symbol))) == case.population.evaluate(mean(E_s(back)))

    def test_order_of_sympy_operations_does_not_lose_the_meaning(self):
        """After expand, xreplace and simplification the atoms are still the engine's symbols."""

        for case in cases(100):
            design, arm = case.design, case.design.treatments[0]
            expr = sympy.expand((effect(design, arm, design.outcome) + 1) ** 2)
            total = case.world.effect(arm, design.outcome)
            for s in case.sites:
                values = [(x + 1) ** 2 for x in total[s]]
                assert plain_average(values) == case.population.evaluate(expr, site=s), case


class TestEmittedExpressions:
    """A bias expression is sympy like any other: subs, lambdify, free of hidden state."""

    @staticmethod
    def biases():
        """Cases with one mediator or more, and the bias of the regression on all of them."""
        for case in cases(60):
            design = case.design
            regression = Regression(design.outcome, design.mediators, design.treatments[:1])
            if len(design.mediators) <= 3 and None not in (limit := regression.limit(case.world)):
                expr = regression_bias(design, design.outcome, design.mediators, design.treatments[:1], ())[0]
                yield case, expr, limit[0] - regression.targets(case.world)[0]

    def test_subs_gives_the_exact_value(self):
        """Substituting a rational for every moment leaves the exact bias, as a sympy number."""

        count = 0
        for case, expr, expected in self.biases():
            moments = expr.atoms(E, Cov, mu)
            numbers = {m: sympy.Rational(*case.population.evaluate(m).as_integer_ratio()) for m in moments}
            assert sympy.Rational(*expected.as_integer_ratio()) == expr.subs(numbers), case
            count += 1
        assert count > 10

    def test_lambdify_gives_floats(self):
        """The expression compiles to a numerical function of its moments."""

        count = 0
        for case, expr, expected in self.biases():
            moments = sorted(expr.atoms(E, Cov, mu), key=str)
            if not moments:
                continue
            compiled = sympy.lambdify(moments, expr, modules="math")
            found = compiled(*(float(case.population.evaluate(m)) for m in moments))
            assert found == pytest.approx(float(expected), rel=1e-6, abs=1e-6), case
            count += 1
        assert count > 10

    def test_lambdify_of_a_person_polynomial(self):
        """A path polynomial compiles to a function of the coefficients and averages to the ITT."""

        for case in cases(50):
            design, arm = case.design, case.design.treatments[0]
            expr = effect(design, arm, design.outcome)
            edges = sorted(design.causal.edges)
            compiled = sympy.lambdify([design.notation.edge(*edge) for edge in edges], expr)
            values = [float(compiled(*(float(p[edge]) for edge in edges))) for p in case.world.persons[0]]
            expected = case.world.site_effects(arm, design.outcome)[0]
            assert fmean(values) == pytest.approx(float(expected), abs=1e-9), case

    def test_subs_of_coefficients(self):
        """Substituting persons' numbers into a path polynomial agrees with walking the expression."""

        for case in cases(50):
            design = case.design
            expr = effect(design, design.treatments[0], design.outcome)
            values = {design.notation.edge(*edge): x for edge, x in case.world.persons[0][0].items()}
            numbers = {symbol: sympy.Rational(x.numerator, x.denominator) for symbol, x in values.items()}
            expected = value_at(expr, values.__getitem__)
            assert sympy.Rational(expected.numerator, expected.denominator) == expr.subs(numbers)
