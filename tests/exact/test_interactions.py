"""Interactions and squares: the regression with products is exact, and what theory section 15 says of its costs is true.

Everything is worked out from persons' potential values (``raw_trials``), in fractions.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.strategies.composed import Composed
from identcheck.formats import FORMATS
from tests.exact.raw_trials import (
    Person,
    Shape,
    contrasts,
    crossed_sites,
    fitted,
    mean,
    number,
    random_shape,
    regression,
)


def design_of(shape: Shape, sites: int | None = None, **more) -> ic.Design:
    return ic.Design(
        nx.DiGraph(shape.edges),
        treatment=list(shape.arms),
        outcome=shape.outcome,
        sites=sites,
        interactions=shape.products,
        **more,
    )


def columns_needed(shape: Shape) -> int:
    return len(shape.columns) + 1


def truth(shape, sites, column):
    return mean(mean(person.slope(shape, column) for person in site) for site in sites)


@pytest.mark.parametrize("block", range(10))
def test_the_regression_with_products_is_exact_in_random_trials(block):
    """500 random designs: the regression of raw contrasts gives the averages of persons' coefficients, as the verdict says."""
    exact = 0
    for seed in range(50 * block, 50 * block + 50):
        random = Random(f"interactions {seed}")
        shape = random_shape(random)
        sites = crossed_sites(random, shape, columns_needed(shape))
        for site in sites:
            for person in site:
                for arm in shape.arms:
                    gains = person.gains(shape, arm)
                    assert gains["Y"] == sum(gains[c] * person.slope(shape, c) for c in shape.columns)
        slopes = fitted(shape, sites, "Y", shape.columns, shape.arms)
        if slopes is None:  # drawn numbers with columns in one another's span
            continue
        design = design_of(shape, len(sites))
        result = ic.check(design, "all")
        for column in shape.columns:
            asked = ic.direct(column, "Y")
            if column in design.products:
                asked = ic.interaction(*design.products[column])
            finding = result[asked]
            assert finding.verdict is ic.Verdict.IDENTIFIED
            assert slopes[column] == truth(shape, sites, column)
            exact += 1
    assert exact > 60


def test_leaving_the_product_out_is_wrong_for_the_others_too():
    missed = 0
    for seed in range(40):
        random = Random(f"left out {seed}")
        shape = Shape(
            ("T",), ("M1", "M2"), (("M1", "Y"), ("M2", "Y"), ("T", "M1"), ("T", "M2")), (("M1", "M2"),)
        )
        sites = crossed_sites(random, shape, 5)
        slopes = fitted(shape, sites, "Y", ("M1", "M2"), ("T",))
        assert slopes is not None
        interaction = truth(shape, sites, "M1*M2")
        missed += interaction != 0 and all(slopes[m] != truth(shape, sites, m) for m in ("M1", "M2"))
    assert missed >= 39  # in one the drawn interactions average zero


@pytest.mark.parametrize("seed", range(60))
def test_effects_at_stated_levels_are_what_a_step_does(seed):
    """The effect with the other held, and one unit more where a square counts, are steps between potential outcomes."""
    random = Random(f"levels {seed}")
    shape = random_shape(random, mediators=2, parallel=seed % 2 == 0)
    sites = crossed_sites(random, shape, 6)
    slopes = fitted(shape, sites, "Y", shape.columns, shape.arms)
    if slopes is None:
        return
    design = design_of(shape, len(sites))
    result = ic.check(design, "all")
    for k in shape.mediators:
        partners = dict.fromkeys(b if a == k else a for a, b in shape.products if k in (a, b))
        if not partners:
            continue
        levels = {name: Fraction(random.randint(-8, 8), 2) for name in partners}
        finding = result[ic.at(ic.direct(k, "Y"), {name: float(level) for name, level in levels.items()})]
        assert finding.verdict is ic.Verdict.IDENTIFIED

        def outcome(person, own, k=k, levels=levels):
            at = {m: levels.get(m, Fraction(0)) for m in shape.mediators} | {k: own}
            whole = sum(person.effects[m, "Y"] * at[m] for m in shape.mediators)
            return whole + sum(person.crossed[a, b] * at[a] * at[b] for a, b in shape.products)

        start = levels.get(k, Fraction(0))
        step = mean(mean(outcome(p, start + 1) - outcome(p, start) for p in site) for site in sites)
        best = finding.best
        terms = (
            [(t.sign, t.factors[0].target.source) for t in best.terms]
            if isinstance(best, Composed)
            else [(1, k)]
        )
        estimate = sum((weight * slopes[column] for weight, column in terms), Fraction(0))
        assert estimate == step


def independent_sites(random, shape):
    """Every coefficient and level has two values, and each combination is a site of one person: all are independent."""
    names = [*shape.edges, *map(shape.name, shape.products), *shape.mediators]
    values = [(number(random), number(random) + 7) for _ in names]
    found = []
    for chosen in product(*values):
        said = dict(zip(names, chosen, strict=True))
        before = {m: said[m] for m in shape.mediators} | {"Y": Fraction(0)}
        effects = {e: said[e] for e in shape.edges}
        found.append([Person(before, effects, {p: said[shape.name(p)] for p in shape.products})])
    return found


FIGURES = [
    Shape(("T",), ("M1", "M2"), (("M1", "M2"), ("M1", "Y"), ("M2", "Y"), ("T", "M1")), (("M1", "M2"),)),
    Shape(("T",), ("M1", "M2"), (("M1", "Y"), ("M2", "Y"), ("T", "M1"), ("T", "M2")), (("M1", "M2"),)),
    Shape(("T",), ("M1",), (("M1", "Y"), ("T", "M1")), (("M1", "M1"),)),
    Shape(("T",), ("M1", "M2"), (("M1", "M2"), ("M1", "Y"), ("M2", "Y"), ("T", "M1")), (("M1", "M1"),)),
    Shape(("T",), ("M1", "M2"), (("M1", "M2"), ("M1", "Y"), ("M2", "Y"), ("T", "M1")), (("M2", "M2"),)),
    Shape(
        ("T",),
        ("M1", "M2"),
        (("M1", "M2"), ("M1", "Y"), ("M2", "Y"), ("T", "M1"), ("T", "M2")),
        (("M1", "M2"),),
    ),
]


@pytest.mark.parametrize("shape", FIGURES, ids=range(len(FIGURES)))
def test_every_strategy_that_is_met_is_exact_where_all_coefficients_are_independent(shape):
    """Also those with other regressors than all that has an effect on the outcome: what they share with a product is (S)."""
    sites = independent_sites(Random(5), shape)
    result = ic.check(design_of(shape, len(sites)), "all")
    used = 0
    for finding in result.findings:
        for strategy in finding.strategies:
            if isinstance(strategy, Composed) or finding.missing_for(strategy) or not strategy.regressors:
                continue
            reg = strategy.regression
            if reg.pooled:
                continue
            slopes = fitted(shape, sites, reg.outcome, reg.regressors, reg.arms, reg.intercepts)
            assert slopes is not None
            if reg.outcome == "Y":
                assert slopes[strategy.column] == truth(shape, sites, strategy.column), strategy
            else:
                assert slopes[strategy.column] == mean(
                    p.effects[strategy.column, reg.outcome] for (p,) in sites
                )
            used += 1
    assert used >= 2


def test_an_arrow_above_a_factor_is_shared_with_the_product():
    """M1 -> M2 in the effect of M1 moves the contrast of M1*M2 too, so that the regression without M2 misses: (S)."""
    shape = FIGURES[0]
    sites = independent_sites(Random(6), shape)
    slopes = fitted(shape, sites, "Y", ("M1", "M1*M2"), ("T",))
    assert slopes is not None
    assert slopes["M1*M2"] != truth(shape, sites, "M1*M2")
    finding = ic.check(design_of(shape, len(sites)), "all")[ic.interaction("M1", "M2")]
    small = [s for s in finding.strategies if s.regressors == ("M1", "M1*M2")]
    assert all("shared" in {c.kind for c in finding.missing_for(s)} for s in small)


def test_baseline_levels_do_harm_that_they_do_not_do_without_the_product():
    """Baseline levels that go with effects are harmless without a product (section 2) and bias with one: the remark fails."""
    plain = Shape(("T",), ("M1",), (("M1", "Y"), ("T", "M1")), ())
    square = Shape(("T",), ("M1",), (("M1", "Y"), ("T", "M1")), (("M1", "M1"),))

    def sites(shape, curved):
        found = []
        for gamma, delta in product((1, 2, 3), (1, 3)):
            level = Fraction(delta)  # the level without treatment goes with the effect, compliance does not
            before = {"M1": level, "Y": Fraction(0)}
            effects = {("T", "M1"): Fraction(gamma), ("M1", "Y"): Fraction(delta)}
            found.append([Person(before, effects, {pair: Fraction(curved) for pair in shape.products})])
        return found

    without = fitted(plain, sites(plain, 0), "Y", ("M1",), ("T",))
    assert without == {"M1": 2}
    within = fitted(square, sites(square, 1), "Y", ("M1", "M1*M1"), ("T",))
    assert within is not None
    assert within["M1"] != 2
    assert within["M1*M1"] != 1  # the product's own effect, the same for all, is missed too


def test_within_sites_a_product_asks_of_its_own_effect_alone():
    """(vi) with the product is about the interaction: baseline levels may go with main effects from person to person."""
    shape = Shape(("T",), ("M1",), (("M1", "Y"), ("T", "M1")), (("M1", "M1"),))
    sites = []
    for gamma, level in product((1, 2, 3), (0, 1)):
        persons = []
        for up in (-1, 1):  # who starts higher gains more; compliance is the same for both
            before = {"M1": Fraction(level + up), "Y": Fraction(0)}
            effects = {("T", "M1"): Fraction(gamma), ("M1", "Y"): Fraction(5 + up)}
            persons.append(Person(before, effects, {("M1", "M1"): Fraction(2)}))
        sites.append(persons)
    assert fitted(shape, sites, "Y", ("M1", "M1*M1"), ("T",)) == {"M1": 5, "M1*M1": 2}


@pytest.mark.parametrize("linked", [False, True], ids=["parallel", "linked"])
def test_an_interacting_mediator_has_no_single_total_effect(linked):
    """A unit more of M1 changes the outcome by an amount that depends on where M2 stands, parallel or not."""
    edges = (("M1", "Y"), ("M2", "Y"), ("T", "M1"), ("T", "M2"), *((("M1", "M2"),) if linked else ()))
    shape = Shape(("T",), ("M1", "M2"), tuple(sorted(edges)), (("M1", "M2"),))
    changes = set()
    for level in (0, 1, 2):
        person = Person(
            {"M1": Fraction(0), "M2": Fraction(level), "Y": Fraction(0)},
            {edge: Fraction(1) for edge in shape.edges if edge[0] != "T"}
            | {edge: Fraction(0) for edge in shape.edges if edge[0] == "T"},
            {("M1", "M2"): Fraction(1)},
        )
        more = Person(person.before | {"M1": Fraction(1)}, person.effects, person.crossed)
        changes.add(more.values(shape, None)["Y"] - person.values(shape, None)["Y"])
    assert len(changes) == 3
    result = ic.check(design_of(shape, 9), "all")
    for m in ("M1", "M2"):
        finding = result[ic.total(m, "Y")]
        assert finding.verdict is ic.Verdict.NO_SINGLE_NUMBER
        assert finding.answer == "no single number"
        assert finding.strategies == ()
        assert finding.witness() is None
        assert "depends on the level of" in finding.reason
    assert result[ic.itt()].verdict is ic.Verdict.IDENTIFIED


def test_what_leads_to_an_interacting_mediator_has_none_either():
    shape = Shape(
        ("T",),
        ("M1", "M2", "M3"),
        (("M1", "M2"), ("M1", "Y"), ("M2", "Y"), ("M3", "Y"), ("T", "M1"), ("T", "M3")),
        (("M2", "M3"),),
    )
    result = ic.check(design_of(shape, 9), "all")
    assert result[ic.total("M1", "Y")].verdict is ic.Verdict.NO_SINGLE_NUMBER
    assert result[ic.average("M1", "Y", avoiding=["M2"])].verdict is ic.Verdict.IDENTIFIED
    assert result[ic.direct("M1", "Y")].verdict is ic.Verdict.IDENTIFIED
    assert result[ic.path("M1", "M2", "Y")].verdict is not ic.Verdict.NO_SINGLE_NUMBER
    assert result[ic.total("M1", "M2")].verdict is ic.Verdict.IDENTIFIED


def test_the_order_of_two_factors_is_the_users_and_no_difference():
    graph = nx.DiGraph(FIGURES[1].edges)
    one, other = (
        ic.Design(graph, treatment="T", outcome="Y", interactions=[pair])
        for pair in (("M1", "M2"), ("M2", "M1"))
    )
    assert one.interactions == (("M1", "M2"),)
    assert other.interactions == (("M2", "M1"),)
    assert one == other
    assert hash(one) == hash(other)
    assert ic.check(other, "all")[ic.interaction("M1", "M2")].verdict is ic.Verdict.IDENTIFIED


def test_without_the_product_nothing_changes():
    graph = nx.DiGraph(FIGURES[0].edges)
    plain = ic.Design(graph, treatment="T", outcome="Y", sites=5)
    assert plain.interactions == ()
    assert plain == ic.Design(graph, treatment="T", outcome="Y", sites=5, interactions=())
    assert plain.drawn is plain.graph


def test_contrasts_of_products_hold_levels_without_treatment():
    """Gamma_Q = Gamma_k M_l(0) + Gamma_l M_k(0) + Gamma_k Gamma_l."""
    random = Random(3)
    shape = FIGURES[1]
    for _ in range(50):
        person = crossed_sites(random, shape, 1)[0][0]
        gains, before = person.gains(shape, "T"), person.before
        k, other = gains["M1"], gains["M2"]
        assert gains["M1*M2"] == k * before["M2"] + other * before["M1"] + k * other
        assert contrasts(shape, [person], "T") == gains


@pytest.mark.parametrize("block", range(4))
def test_met_strategies_are_exact_in_random_designs_of_independent_coefficients(block):
    """120 random designs with constant arrows, hidden mediators, several arms: each strategy that lacks nothing is exact."""
    used = others = 0
    for seed in range(30 * block, 30 * block + 30):
        random = Random(f"independent {seed}")
        shape = random_shape(random, mediators=random.choice([1, 2, 2, 2, 3]))
        names = [*shape.edges, *map(shape.name, shape.products), *shape.mediators]
        inner = [e for e in shape.edges if e[1] != "Y"]
        varying = set(random.sample(inner + list(shape.mediators), min(len(inner) + len(shape.mediators), 5)))
        varying |= set(random.sample([n for n in names if n not in {*inner, *shape.mediators}], 2))
        graph = nx.DiGraph(shape.edges)
        for edge in shape.edges:
            graph.edges[edge]["varies"] = "sites" if edge in varying else "none"
        hidden = [m for m in shape.mediators if random.random() < 0.15]
        values = [(number(random), number(random) + 7) if n in varying else (number(random),) for n in names]
        sites = []
        for chosen in product(*values):
            said = dict(zip(names, chosen, strict=True))
            before = {m: said[m] for m in shape.mediators} | {"Y": Fraction(0)}
            crossed = {p: said[shape.name(p)] for p in shape.products}
            sites.append([Person(before, {e: said[e] for e in shape.edges}, crossed)])
        design = ic.Design(
            graph, treatment=list(shape.arms), outcome="Y", interactions=shape.products, unobserved=hidden
        )
        result = ic.check(design, "all")
        for finding in result.findings:
            for strategy in finding.strategies:
                if isinstance(strategy, Composed) or finding.missing_for(strategy) or not strategy.regressors:
                    continue
                reg = strategy.regression
                if reg.pooled:
                    continue
                slopes = fitted(shape, sites, reg.outcome, reg.regressors, reg.arms, reg.intercepts)
                if slopes is None:  # drawn numbers in one another's span, or levels that do not vary here
                    continue
                assert slopes[strategy.column] == mean(
                    effect_of(shape, person, finding.target.source, reg.outcome, finding.target.avoiding)
                    for (person,) in sites
                ), (strategy, finding.estimand)
                used += 1
                others += {*reg.regressors} != {*shape.columns}
    assert used > 20
    assert others > 0


def effect_of(shape, person, source, target, avoiding):
    """The sum over paths from a mediator, or the coefficient of a product."""
    if source in map(shape.name, shape.products):
        return person.slope(shape, source)
    total = person.effects.get((source, target), Fraction(0))
    for a, b in shape.edges:
        if a == source and b != target and b not in avoiding:
            total += person.effects[a, b] * effect_of(shape, person, b, target, avoiding)
    return total


class TestWhatNobodyHasWithoutTheOther:
    """Where N moves only if the binary V is 1, V*N is N: the contrast of the two coefficients is had, neither by itself."""

    def design(self, **more):
        graph = nx.DiGraph([("T", "V"), ("V", "N"), ("V", "Y"), ("N", "Y")])
        graph.edges["V", "N"]["noncompliance"] = "one-sided"
        said = {
            "treatment": "T",
            "outcome": "Y",
            "sites": 9,
            "scales": {"V": "binary"},
            "interactions": [("V", "N")],
        }
        return ic.Design(graph, **said | more)

    def test_the_contrast_is_identified_and_neither_term_is(self):
        result = ic.check(self.design(), "all")
        for lost in (ic.direct("N", "Y"), ic.interaction("V", "N"), ic.at(ic.direct("N", "Y"), V=0)):
            finding = result[lost]
            assert finding.verdict is ic.Verdict.NOT_IDENTIFIED
            assert finding.witness().verify()
            assert "only the effect of N where V is 1 can be told" in finding.reason
        held = ic.at(ic.direct("N", "Y"), V=1)
        assert result[held].verdict is ic.Verdict.IDENTIFIED
        assert held in result[held].best.estimands
        assert result["direct V Y"].verdict is ic.Verdict.IDENTIFIED

    def test_the_contrast_is_exact_from_persons(self):
        """Persons with V of 0 or 1, N nothing without V; the regression on V and N gives the effect of N where V is 1."""
        random = Random(8)
        sites, wanted, own = [], [], []
        effects = [[number(random) for _ in range(3)] for _ in range(2)]
        for doses in ((1, 2, 5), (2, 2, 8), (0, 3, 1), (4, 1, 1)):
            for added in effects:
                rows = []
                for dose in doses:
                    for v0, v1 in ((0, 1), (0, 0), (1, 1)):
                        y = [
                            added[0] * v + added[1] * (v * dose) + added[2] * (v * dose) * v for v in (v0, v1)
                        ]
                        rows.append(
                            (Fraction(v1 - v0), Fraction((v1 - v0) * dose), y[1] - y[0], (v1 - v0) * dose * 1)
                        )
                assert all(row[1] == row[3] for row in rows)  # the contrast of the product is that of N
                sites.append([mean(row[at] for row in rows) for at in range(3)])
                wanted.append(added[1] + added[2])
                own.append(added[0])
        slopes = regression([site[:2] for site in sites], [site[2] for site in sites])
        assert slopes == [mean(own), mean(wanted)]

    def test_it_is_said_of_a_binary_mediator_that_alone_moves_the_other(self):
        with pytest.raises(ic.InvalidDesignError, match="declare its scale 'binary'"):
            self.design(scales={})
        graph = nx.DiGraph(self.design().drawn)
        graph.add_edge("T", "N")
        with pytest.raises(ic.InvalidDesignError, match="which would move it all the same"):
            ic.Design(graph, treatment="T", outcome="Y", scales={"V": "binary"}, interactions=[("V", "N")])
        with pytest.raises(ic.InvalidDesignError, match="from a treatment into a mediator"):
            self.design(interactions=())

    @pytest.mark.parametrize("format", FORMATS)
    def test_every_format_keeps_it(self, format):
        made = self.design()
        assert ic.Design.from_text(ic.dumps(made, format), format) == made

    def test_a_plan_refuses_it(self):
        with pytest.raises(ic.InvalidPlanError, match="is N itself"):
            ic.diagnose(self.design(), ic.Plan(persons=100))


def test_beside_a_drawn_cause_the_regression_within_its_strata_is_exact():
    """Wages move T -> M1 and the interaction: the plain regression is violated and misses, the moderated one is exact."""
    shape = FIGURES[1]
    random = Random(12)
    sites = {0: [], 1: []}
    for wages, found in sites.items():
        for _ in range(8):
            up = {("T", "M1"): number(random) + 9 * wages, ("T", "M2"): number(random)}
            before = {"M1": number(random), "M2": number(random), "Y": Fraction(0)}
            for own in (-1, 1):
                down = {("M1", "Y"): Fraction(2 + own), ("M2", "Y"): Fraction(3 - own)}
                found.append([Person(before, up | down, {("M1", "M2"): Fraction(1 + own + 4 * wages)})])
    wages = ic.Modifier("wages", [("T", "M1"), ("M1*M2", "Y")], scale="binary")
    finding = ic.check(design_of(shape, 32, modifiers=[wages]), "all")[ic.interaction("M1", "M2")]
    assert finding.verdict is ic.Verdict.IDENTIFIED
    assert finding.best.moderators == ("wages",)
    columns = ("M1", "M2", "M1*M2")
    strata = [fitted(shape, found, "Y", columns, ("T",)) for found in sites.values()]
    every = [*sites[0], *sites[1]]
    assert mean(slopes["M1*M2"] for slopes in strata) == truth(shape, every, "M1*M2")
    assert fitted(shape, every, "Y", columns, ("T",))["M1*M2"] != truth(shape, every, "M1*M2")
