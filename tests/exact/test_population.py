"""Population: exact values of whatever the engine emits, and clear errors."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
import pytest
import sympy

from identcheck.decide.population import Population, Site
from identcheck.derive.moments import mean, mean_effect, within_covariance
from identcheck.derive.paths import effect, effect_symbol
from identcheck.describe.design import Design
from identcheck.errors import IdentcheckError, InvalidPopulationError, InvalidQuestionError
from identcheck.symbols.notation import Cov, Cov_s, E, E_s, E_s_among, mu, mu_s
from tests.exact.oracle import plain_average
from tests.exact.worlds import MANY, cases

HALF = Fraction(1, 2)


def figure_2(**options: object) -> Design:
    """T -> V -> NP -> Y and V -> Y; V -> NP varies between sites, V -> Y not at all."""
    graph = nx.DiGraph()
    graph.add_edge("T", "V")
    graph.add_edge("V", "NP", varies="sites")
    graph.add_edge("V", "Y", varies="none")
    graph.add_edge("NP", "Y")
    return Design(graph, treatment="T", outcome="Y", **options)


def person(take_up: object = 1, poverty: object = 2, voucher: object = 3, effect: object = 4) -> dict:
    return {("T", "V"): take_up, ("V", "NP"): poverty, ("V", "Y"): voucher, ("NP", "Y"): effect}


def two_sites() -> Population:
    """Take-up 1, 0 in the first site and 1/2 in the second, which weighs twice as much."""
    return Population(
        figure_2(),
        [Site([person(1), person(0, effect=5)]), Site([person(HALF, poverty=-1)], weight=2)],
    )


class TestEffect:
    def test_is_the_average_of_brute_force(self):
        """In one site and over all of them, for random effects of random populations."""

        for case in cases():
            random, design = case.random, case.design
            for _ in range(4):
                u, v = random.sample(list(design.causal), 2)
                avoiding = random.sample(design.mediators, random.randrange(len(design.mediators) + 1))
                expected = case.world.site_effects(u, v, avoiding)
                found = [case.population.effect(u, v, site=s, avoiding=avoiding) for s in case.sites]
                assert expected == found, (case, u, v, avoiding)
                overall = case.population.effect(u, v, avoiding=avoiding)
                assert case.world.between(expected) == overall, (case, u, v, avoiding)

    def test_path_is_the_average_product_along_it(self):
        """One path's effect is the mean of the product of its coefficients, not a product of means."""

        population = two_sites()
        nodes = ("T", "V", "NP", "Y")

        assert [population.path(nodes, site=s) for s in (0, 1)] == [4, -2]
        assert population.path(nodes) == 0

    def test_of_a_node_on_itself_is_one(self):
        assert two_sites().effect("V", "V") == 1

    def test_avoiding_may_be_any_iterable(self):
        """A generator of nodes to avoid counts like a list of them."""

        population = two_sites()

        assert population.effect("V", "Y", avoiding=["NP"]) == population.effect(
            "V", "Y", avoiding=iter(["NP"])
        )

    def test_unknown_or_baseline_node_raises_our_own_error(self):
        """Neither a misspelled node nor one that treatment does not reach is a KeyError."""

        graph = nx.DiGraph([("T", "M1"), ("M1", "Y"), ("C", "Y")])
        edges = dict.fromkeys(graph.edges, 1)
        population = Population(Design(graph, treatment="T", outcome="Y"), [Site([edges])])

        for name in ("M", "C"):
            with pytest.raises(IdentcheckError):
                population.effect(name, "Y")


class TestObserved:
    def test_is_the_total_effect_of_each_arm_on_each_measured_node(self):
        """r_vs for every arm and measured node, and nothing about unobserved ones."""

        for case in cases():
            design = case.design
            nodes = [m for m in design.mediators if m not in design.unobserved] + ["Y"]
            expected = {
                (arm, node): case.world.site_effects(arm, node) for arm in design.treatments for node in nodes
            }
            found = case.population.observed()
            assert [{key: values[s] for key, values in expected.items()} for s in case.sites] == found, case


class TestEvaluate:
    def test_by_hand(self):
        """Means, covariances and moments of a population small enough to do by hand."""

        population = two_sites()
        symbols = population.design.notation
        take_up, poverty, effect_np = (symbols.edge(*e) for e in (("T", "V"), ("V", "NP"), ("NP", "Y")))
        site = {
            E_s(take_up): [HALF, HALF],
            Cov_s(take_up, effect_np): [Fraction(-1, 4), 0],
            mu_s(take_up, take_up, effect_np): [0, 0],
        }
        between = {
            E(E_s(poverty)): 0,
            Cov(E_s(poverty), E_s(effect_np)): Fraction(1, 3),
            mu(E_s(poverty), E_s(poverty), E_s(poverty)): 2,
            E(Cov_s(take_up, effect_np)): Fraction(-1, 12),
            E(E_s(poverty)) + 2 * E(E_s(take_up)) ** 2 - Fraction(1, 3): Fraction(1, 6),
        }

        for expr, values in site.items():
            for s, expected in enumerate(values):
                assert expected == population.evaluate(expr, site=s), expr
        assert population.evaluate(E_s_among(effect_np, take_up), site=0) == 4
        for expr, expected in between.items():
            assert expected == population.evaluate(expr), expr

    def test_person_polynomials_are_averaged(self):
        """A polynomial in coefficients is averaged over the persons of the site, or over all sites."""

        for case in cases():
            arm = case.random.choice(case.design.treatments)
            expr = effect(case.design, arm, case.design.outcome)
            expected = case.world.site_effects(arm, case.design.outcome)
            assert expected == [case.population.evaluate(expr, site=s) for s in case.sites], case
            assert case.world.between(expected) == case.population.evaluate(expr), case

    def test_powers_and_squares_of_person_quantities(self):
        """The mean of a square is not the square of a mean."""

        for case in cases():
            symbol = effect_symbol(case.design, case.design.treatments[0], case.design.outcome)
            values = case.world.effect(case.design.treatments[0], case.design.outcome)
            squares = case.world.within([[x * x for x in site] for site in values])
            means = case.world.within(values)
            for s in case.sites:
                assert squares[s] == case.population.evaluate(symbol**2, site=s), case
                assert means[s] ** 2 == case.population.evaluate(E_s(symbol) ** 2, site=s), case

    def test_mean_among_a_group(self):
        """E_s_among averages over those for whom the second argument is 1 (the LATE)."""

        compared = 0
        for case in cases():
            design = case.design
            edge = next(iter(design.causal.edges))
            outcome = effect_symbol(design, design.treatments[0], design.outcome)
            expr = E_s_among(outcome, design.notation.edge(*edge))
            for s in case.sites:
                totals = case.world.effect(design.treatments[0], design.outcome)[s]
                rows = zip(case.world.persons[s], totals, strict=True)
                group = [total for values, total in rows if values[edge] == 1]
                if group:
                    compared += 1
                    assert plain_average(group) == case.population.evaluate(expr, site=s), case
        assert compared > MANY / 4

    def test_site_expression_without_a_site_raises(self):
        """An expression about one site asks for ``site=``, also inside a sum."""

        population = two_sites()
        gamma = mean_effect(population.design, "T", "V")

        for expr in (
            gamma,
            gamma + 1,
            gamma * E(gamma),
            within_covariance(population.design, "T", "V", "Y", ()),
        ):
            with pytest.raises(InvalidQuestionError, match="pass site="):
                population.evaluate(expr)
        assert population.evaluate(gamma, site=1) == HALF

    def test_division_by_zero_is_explained(self):
        """A ratio whose compliance is zero raises an error that says so."""

        design = Design(nx.DiGraph([("T", "M1"), ("M1", "Y")]), treatment="T", outcome="Y")
        idle = {("T", "M1"): 0, ("M1", "Y"): 1}
        population = Population(design, [Site([idle])])

        with pytest.raises(InvalidQuestionError, match="divides by zero"):
            population.evaluate(1 / mean(mean_effect(design, "T", "M1")))

    @pytest.mark.parametrize("expr", [sympy.Symbol("x"), sympy.exp(1), sympy.Float(0.5)])
    def test_foreign_expression_raises(self, expr):
        """What the engine never emits has no exact value here."""

        with pytest.raises(InvalidQuestionError, match="no expression"):
            two_sites().evaluate(expr)

    def test_numbers(self):
        """A plain number, Python's or sympy's, is its own value, as a Fraction."""

        for number in (3, sympy.Rational(-1, 3), sympy.Integer(0)):
            found = two_sites().evaluate(number)
            assert number == found
            assert isinstance(found, Fraction)

    def test_site_number_outside_the_population_raises(self):
        """Sites are numbered from 0; another number is a question that cannot be answered."""

        population = two_sites()
        for site in (2, -1):
            with pytest.raises(IdentcheckError):
                population.evaluate(mean_effect(population.design, "T", "V"), site=site)


class TestErrors:
    def test_every_problem_at_once(self):
        """One error names the missing edge, the unknown one, the inexact value and the bad weight."""

        wrong = person(take_up=0.5)
        del wrong["NP", "Y"]
        wrong["T", "Y"] = 1

        with pytest.raises(InvalidPopulationError) as raised:
            Population(figure_2(), [Site([wrong], weight=0), Site([])])

        text = str(raised.value)
        for part in (
            "site 0, person 0: no value for the edge ('NP', 'Y')",
            "there is no edge ('T', 'Y')",
            "0.5 of ('T', 'V') is not exact",
            "weight 0 is not a positive",
            "site 1 has no persons",
        ):
            assert part in text
        assert len(raised.value.problems) == 5

    def test_coefficients_that_vary_where_the_design_says_they_do_not(self):
        """Within a site for "sites", anywhere for "none"."""

        with pytest.raises(InvalidPopulationError, match=r"\('V', 'NP'\) varies within a site"):
            Population(figure_2(), [Site([person(poverty=1), person(poverty=2)])])
        with pytest.raises(InvalidPopulationError, match=r"\('V', 'Y'\) varies between sites"):
            Population(figure_2(), [Site([person(voucher=1)]), Site([person(voucher=2)])])
        with pytest.raises(InvalidPopulationError, match=r"\('V', 'Y'\) varies within a site"):
            Population(figure_2(), [Site([person(voucher=1), person(voucher=2)])])

    @pytest.mark.parametrize(
        ("sites", "message"),
        [
            ([], "no sites"),
            ([Site([person()], True)] * 2, "weight True"),
        ],
    )
    def test_sites(self, sites, message):
        """No site, a weight that is a truth value."""

        with pytest.raises(InvalidPopulationError, match=message):
            Population(figure_2(sites=2), sites)

    def test_edges_of_baseline_nodes_are_optional(self):
        """Coefficients of arrows out of baseline nodes may be given and may be left out."""

        graph = nx.DiGraph([("T", "M1"), ("M1", "Y"), ("C", "Y")])
        design = Design(graph, treatment="T", outcome="Y")
        needed = {("T", "M1"): 2, ("M1", "Y"): 3}

        for edges in (needed, {**needed, ("C", "Y"): 5}):
            assert Population(design, [Site([edges])]).effect("T", "Y") == 6

    def test_the_callers_persons_are_not_kept(self):
        """Changing a person afterwards changes nothing."""

        mutable = person()
        population = Population(figure_2(), [Site([mutable])])
        mutable["T", "V"] = 100

        assert population.effect("T", "V") == 1
