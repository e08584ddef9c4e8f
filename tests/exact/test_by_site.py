"""Site by site: what each site's own contrasts identify, against sums over persons, site by site.

Populations meet what a strategy asks within sites and leave to chance how compliances and effects go together between
them, so (vii) fails. What is enumerated shares no code with the engine.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache
from random import Random

import pytest

from identcheck.decide.conditions import Everywhere
from identcheck.decide.estimands import Target, direct, total
from identcheck.decide.identification import Verdict, check
from identcheck.decide.population import Population, Site
from identcheck.decide.population.meeting import meets as engine_meets
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.witness.bases import stalled
from identcheck.decide.witness.crossing import plan_of
from identcheck.derive.apart import Apart
from identcheck.describe.declarations import correlated
from identcheck.describe.design import Design
from tests.drawn import FIGURE_2, drawn
from tests.exact.obliging import (
    Enumerated,
    Layout,
    asked_by,
    limit,
    meets,
    obliging,
    regression_of,
    truth,
)
from tests.exact.questions import design_of, questions
from tests.tools import often

DESIGNS = often(60, 200)
MTO = "{T1 T2} -> V -> NP -> Y; V -> Y; T2 -> NP"
BY_SITE = ("vi", "everywhere", "product")

Case = tuple[Random, Design, Target, Strategy | Composed]


@cache
def cases() -> tuple[Case, ...]:
    """Strategies site by site of random designs, those first that have one."""
    found: list[Case] = []
    number = designs = 0
    while designs < DESIGNS:
        number += 1
        random, design = design_of("site by site", number)
        result = check(design, BY_SITE, prove=False)
        mine = [
            (random, design, finding.target, strategy)
            for finding in map(result.__getitem__, questions(random, design, 8))
            for strategy in finding.strategies
            if strategy.site_by_site
        ]
        designs += bool(mine)
        found += mine
    return tuple(found)


def world_of(case: Case) -> Enumerated | None:
    """A population that meets what is asked within sites, and in every site the rank; nothing is asked between sites."""
    random, design, _, strategy = case
    every = asked_by(strategy)
    wanted = [one for one, condition in every if condition.kind in ("within", "product")]
    for _ in range(8):
        world = obliging(random, design, wanted, random.choice([0, 0.3]))
        if all(meets(world, one) for one, condition in every if condition.kind == "everywhere"):
            return world
    return None


def between_sites(world: Enumerated, strategy: Strategy) -> Fraction | None:
    """What the regression over sites gives with the same regressors and arms."""
    found = regression_of(strategy).limit(world)
    return found[strategy.regressors.index(strategy.column)]


class TestExact:
    def test_gives_the_average_where_vii_fails_and_the_regression_over_sites_misses(self):
        seen: Counter[str] = Counter()
        for case in cases():
            _, design, target, strategy = case
            world = world_of(case)
            if world is None:
                seen["no such population"] += 1
                continue
            assert limit(world, strategy) == truth(world, target), (design, target, strategy.name)
            seen["exact"] += 1
            seen["several regressors"] += len(strategy.regressors) > 1
            seen["composed"] += isinstance(strategy, Composed)
            seen["unequal weights"] += len({*world.weights}) > 1
            if isinstance(strategy, Strategy):
                (u,) = (strategy.column,)
                others = set(strategy.regressors) - {u}
                differs = len({*world.site_effects(u, strategy.outcome, others)}) > 1
                seen["the effect differs"] += differs
                seen["the regression misses"] += between_sites(world, strategy) != truth(world, target)
        assert seen["exact"] >= DESIGNS, seen
        assert seen["no such population"] < 0.02 * seen["exact"], seen
        assert seen["the regression misses"] > 0.7 * seen["the effect differs"] > often(12, 40), seen
        assert min(seen["several regressors"], seen["composed"], seen["unequal weights"]) >= often(6, 20), (
            seen
        )

    def test_nothing_between_sites_is_asked(self):
        for _, _, _, strategy in cases():
            asked = [c for c in strategy.conditions if not c.implied]
            assert {c.kind for c in asked} <= {"within", "everywhere", "product", "assigned"}
            assert all(c.level == "within sites" for c in asked)

    def test_as_many_arms_as_regressors_and_a_cut(self):
        for _, _, _, strategy in cases():
            for part in strategy.parts:
                assert len(part.regressors) <= len(part.arms)
                assert not part.intercept

    def test_every_step_can_be_replayed(self):
        """Both sides of every step of the derivation agree in populations that meet the conditions."""
        steps = 0
        for case in cases()[:: max(1, len(cases()) // 80)]:
            world, strategy = world_of(case), case[3]
            if world is None:
                continue
            whole = as_population(case[1], world)
            for step in strategy.derivation:
                for place in range(len(world.persons)) if step.level == "site" else (None,):
                    if step.level == "person":
                        continue
                    left = whole.evaluate(step.left, site=place)
                    assert left == whole.evaluate(step.right, site=place), (strategy.name, step)
                    steps += 1
        assert steps > often(120, 400)

    def test_its_bias_is_what_it_is_off_by(self):
        """Where (vi) fails: the average over sites of each site's own solution, less the average effect."""
        checked = 0
        for random, design, target, strategy in cases()[:: max(1, len(cases()) // 300)]:
            world = obliging(random, design, [], 0, crowd=Layout(design.sites or 3, 1, 3, 1))
            found = limit(world, strategy)
            if found is None:
                continue
            off = found - truth(world, target)
            bias = (
                strategy.column_bias() if isinstance(strategy, Strategy) else strategy.bias()[target.source]
            )
            assert as_population(design, world).evaluate(bias) == off, strategy.name
            checked += off != 0
        assert checked > often(12, 40)


def as_population(design: Design, world: Enumerated) -> Population:
    return Population(design, [Site(list(p), w) for p, w in zip(world.persons, world.weights, strict=True)])


class TestASiteWithoutCompliance:
    """Everything else holds; in one site treatment does not move the mediator, so nothing is known of its effect there."""

    def population(self, design: Design, effect: int) -> Enumerated:
        sites = []
        for s in range(4):
            person = {edge: Fraction(2) for edge in design.graph.edges}
            person["T", "M"] = Fraction(0) if s == 0 else Fraction(s)
            person["M", "Y"] = Fraction(effect) if s == 0 else Fraction(3)
            sites.append((person,))
        return Enumerated(design.graph, (1,) * 4, tuple(sites))

    def test_the_condition_is_not_met_there(self):
        design = drawn("T -> M -> Y", sites=4)
        (strategy,) = [s for s in check(design)[total("M", "Y")].strategies if s.site_by_site]
        (everywhere,) = [c for c in strategy.conditions if isinstance(c, Everywhere)]
        world = self.population(design, 1)
        assert not engine_meets(as_population(design, world), everywhere)
        assert limit(world, strategy) is None

    def test_no_contrast_shows_the_effect(self):
        design = drawn("T -> M -> Y", sites=4)
        one, other = self.population(design, 1), self.population(design, 9)
        assert one.site_effects("T", "Y") == other.site_effects("T", "Y")
        target = check(design)[total("M", "Y")].target
        assert truth(one, target) != truth(other, target)

    @pytest.mark.parametrize(
        ("arrows", "estimand"),
        [("T -> M -> Y", total("M", "Y")), (MTO, direct("NP", "Y")), (MTO, direct("V", "Y"))],
    )
    def test_worlds_prove_that_it_is_needed(self, arrows, estimand):
        """(vi) and (ix) granted: in both worlds a site's own matrix is singular."""
        finding = check(drawn(arrows, sites=5), ["vi", "ix"])[estimand]
        assert finding.verdict is Verdict.CONDITIONAL
        witness = finding.witness()
        assert witness is not None
        assert witness.verify()
        strategy = next(s for s in finding.strategies if s.site_by_site)
        every = [c for c in strategy.conditions if isinstance(c, Everywhere)]
        for world in (witness.first, witness.second):
            assert not any(engine_meets(world, c) for c in every)

    @pytest.mark.parametrize("declared", [[], [correlated("M -> Y", "N -> Y", "sites")]])
    def test_first_worlds_are_made_with_such_a_site(self, declared):
        """An arm moves one mediator by nothing on balance there, whatever arrows have to go on differing."""
        design = drawn("T -> {M N} -> Y; M -> N", {"T -> M": "none"}, sites=6, declarations=declared)
        target = check(design, prove=False)[direct("N", "Y")].target
        worlds = list(stalled(design, target, 2, plan_of(design, Apart())))
        assert worlds
        for world in worlds:
            assert 0 in (world.mean_effect(0, "T", m) for m in ("M", "N"))
            assert not declared or len({site[0]["N", "Y"] for site in world.sites}) > 1

    def test_none_where_it_is_granted_or_declared(self):
        """Were it met, two worlds with the same contrasts would have the same effect: nothing is left to look for."""
        for works in (False, True):
            design = drawn("T -> M -> Y", sites=5, works_everywhere=works)
            finding = check(design, ["vi"] if works else ["vi", "everywhere"])[total("M", "Y")]
            assert finding.verdict is Verdict.IDENTIFIED
            assert finding.best.site_by_site


class TestWhereThereIsNone:
    @pytest.mark.parametrize("arrows", ["{T1 T2} -> V -> NP -> Y; V -> Y", FIGURE_2, "T -> {M1 M2} -> Y"])
    def test_a_matrix_that_is_singular_in_every_site(self, arrows):
        """Figure 2 with both vouchers: a rank by covariances within sites is what (vi) of the mediator's equation excludes."""
        design = drawn(arrows, sites=30)
        result = check(design, BY_SITE)
        outcome = [f for f in result.findings if f.target.target == "Y" and f.estimand.kind == "direct"]
        assert outcome
        for finding in outcome:
            assert not any(s.site_by_site for s in finding.strategies), finding

    def test_one_site_has_its_regression_already(self):
        design = drawn("T -> {M1 M2} -> Y; M1 -> M2", sites=1)
        assert not any(s.site_by_site for f in check(design).findings for s in f.strategies)

    def test_what_goes_around_the_mediator(self):
        design = drawn("T -> M -> Y; T -> Y", sites=30)
        assert not any(s.site_by_site for s in check(design)[total("M", "Y")].strategies)


class TestVerdicts:
    def test_identified_means_identified(self):
        """Whatever is granted by name: a strategy whose every condition is met gives the average effect."""
        seen: Counter[str] = Counter()
        for number in range(often(100, 300)):
            random, design = design_of("by site granted", number)
            granted = [n for n in (*design.numerals, "everywhere", "product") if random.random() < 0.6]
            result = check(design, granted, prove=False)
            for finding in map(result.__getitem__, questions(random, design, 8)):
                for strategy in finding.strategies:
                    if finding.missing_for(strategy) or not strategy.regressors:
                        continue
                    wanted = [one for one, condition in asked_by(strategy) if not condition.implied]
                    worlds = (obliging(random, design, wanted, random.choice([0, 0.4])) for _ in range(8))
                    world = next((w for w in worlds if limit(w, strategy) is not None), None)
                    if world is None:
                        seen["open"] += 1
                        continue
                    assert limit(world, strategy) == truth(world, finding.target), (design, strategy.name)
                    seen["by site" if strategy.site_by_site else "over sites"] += 1
        assert seen["open"] < 0.02 * seen.total(), seen
        assert min(seen["by site"], seen["over sites"]) > often(25, 80), seen

    def test_worlds_obey_what_is_declared_of_every_site(self):
        """Compliance in every site declared: no world has a site whose own matrix is singular."""
        seen: Counter[str] = Counter()
        for number in range(often(50, 180)):
            random, made = design_of("by site declared", number, most=3)
            design = Design(made.graph, **made._said() | {"works_everywhere": True})
            result = check(design, [n for n in design.numerals if n != "vi" and random.random() < 0.5])
            for finding in result.findings:
                every = [
                    one
                    for strategy in finding.strategies
                    for one, condition in asked_by(strategy)
                    if condition.kind == "everywhere"
                ]
                if finding.verdict is not Verdict.CONDITIONAL or not every:
                    continue
                witness = finding.witness()
                if witness is None:
                    seen["none"] += 1
                    continue
                assert witness.verify()
                for side in (witness.first, witness.second):
                    weights = tuple(int(site.weight) for site in side.sites)
                    world = Enumerated(
                        design.graph, weights, tuple(tuple(site.persons) for site in side.sites)
                    )
                    assert all(meets(world, one) for one in every), (design, finding.estimand)
                seen["worlds"] += 1
        assert seen["worlds"] > often(5, 25), seen

    def test_a_site_that_may_be_idle_is_found_by_random_designs(self):
        """(vi) and (ix) granted, of one mediator through which all runs: worlds always have such a site."""
        seen: Counter[bool] = Counter()
        for number in range(often(60, 120)):
            random, design = design_of("idle", number, most=4)
            result = check(design, [n for n in ("vi", "ix") if n in design.numerals], prove=False)
            for finding in map(result.__getitem__, questions(random, design, 6)):
                alone = [s for s in finding.strategies if s.site_by_site and isinstance(s, Strategy)]
                if finding.verdict is Verdict.CONDITIONAL and alone:
                    witness = finding.witness()
                    seen[witness is not None] += 1
                    if witness is not None:
                        each = [c for s in alone for c in s.conditions if isinstance(c, Everywhere)]
                        sides = (witness.first, witness.second)
                        assert not any(engine_meets(side, c) for side in sides for c in each)
        assert seen[True] > often(15, 30), seen
        assert seen[False] < 0.1 * seen.total(), seen


class TestTheSameInAllSites:
    """Where compliances are the same in all sites a rank in one of them is one in each, so that (ix) grants it."""

    def test_ix_grants_it(self):
        """T2 bypasses M by an unmeasured node, so only the rows of T1 serve; its compliance does not vary."""
        arrows, varies = "{T1 T2} -> M -> Y; T2 -> x -> {M Y}", {"T1 -> M": "none"}
        design = drawn(arrows, varies, unobserved=["x"], sites=6)
        finding = check(design, ["vi", "ix"])[total("M", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED

    def test_not_where_one_arrow_varies(self):
        design = drawn("T -> M -> Y; T -> N -> M", {"T -> M": "none", "T -> N": "none"}, sites=6)
        strategies = check(design)[total("M", "Y")].strategies
        every = [c for s in strategies for c in s.conditions if isinstance(c, Everywhere)]
        assert every
        assert all(c.granted_by == () for c in every)
