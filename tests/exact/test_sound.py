"""IDENTIFIED means identified: random designs, random numerals, populations that meet what is granted and no more.

The populations solve the granted conditions as linear equations and leave everything else to chance; what the
design is said to imply is asked of none of them, and must hold in each. Limits and averages are enumerated.
"""

from __future__ import annotations

from collections import Counter

from identcheck.decide.identification import Finding, Verdict, check
from identcheck.decide.population import Population
from identcheck.decide.strategies import Composed
from identcheck.decide.witness import Witness
from identcheck.describe.design import Design
from tests.exact.obliging import Enumerated, asked_by, limit, meets, obliging, truth
from tests.exact.questions import design_of, questions

DESIGNS = 250
WITNESSES = 60


class TestNumerals:
    def test_what_is_identified_is_the_limit(self):
        """Under random numerals, up to five mediators; a strategy whose every condition is met gives the estimand."""
        seen: Counter[str] = Counter()
        for number in range(DESIGNS):
            random, design = design_of("proof", number)
            numerals = [n for n in design.numerals if random.random() < 0.9]
            result = check(design, numerals)
            for asked in questions(random, design, 12):
                finding = result[asked]
                for strategy in finding.strategies:
                    if finding.missing_for(strategy) or not strategy.regressors:
                        continue
                    every = asked_by(strategy)
                    wanted = [one for one, condition in every if not condition.implied]
                    for _ in range(8):
                        world = obliging(random, design, wanted, random.choice([0, 0.3, 0.6]))
                        found = limit(world, strategy)
                        if found is not None:
                            break
                    if found is None:  # the rank is left to chance
                        seen["open"] += 1
                        continue
                    for one, condition in every:
                        if one.kind in ("within", "between", "bypass", "product"):
                            assert meets(world, one), (number, design, asked, condition.statement)
                    assert found == truth(world, finding.target), (number, design, asked, strategy.name)
                    seen["all"] += 1
                    seen["not zero"] += found != 0
                    for kind in ("intercept", "pooled"):
                        seen[kind] += getattr(strategy, kind)
                    seen["composed"] += isinstance(strategy, Composed)
                    seen["several arms"] += len(strategy.arms) > 1
                    seen["product"] += any(c.kind == "product" for c in strategy.conditions)
        assert seen.pop("open", 0) < 0.01 * seen["all"]
        assert seen["not zero"] > 0.9 * seen["all"] > DESIGNS
        assert min(seen.values()) >= 5, seen


def as_enumerated(design: Design, side: Population) -> Enumerated:
    weights = tuple(int(site.weight) for site in side.sites)
    return Enumerated(design.graph, weights, tuple(tuple(site.persons) for site in side.sites))


def granted_in(finding: Finding) -> list:
    """What both worlds of a finding's witness must meet: what is granted of every strategy that can be had."""
    conditional = finding.verdict is Verdict.CONDITIONAL
    found = []
    strategies = (*finding.strategies, *finding.ruled_out, *(() if conditional else finding.by_choice))
    for strategy in strategies:
        for part in strategy.parts:
            listed = asked_by(part)
            shared = any(one.kind == "shared" for one, _ in listed)
            for one, condition in listed:
                granted = finding.granted & set(condition.granted_by) if conditional else condition.granted_by
                out_of_reach = condition.violated or (shared and one.kind in ("between", "rank"))
                if granted and not condition.implied and not out_of_reach and one.kind != "cut":
                    found.append(one)
    return found


class TestWitnesses:
    def test_equal_contrasts_another_estimand_and_all_that_is_granted(self):
        """Every witness, for NOT_IDENTIFIED and CONDITIONAL, with full mean independence and every covariance."""
        seen: Counter[object] = Counter()
        for number in range(WITNESSES):
            random, design = design_of("worlds", number, most=4)
            numerals = [n for n in design.numerals if random.random() < 0.7]
            result = check(design, numerals)
            for asked in questions(random, design, 5):
                finding = result[asked]
                witness = finding.witness()
                if witness is None:
                    continue
                self.examine(design, finding, witness)
                seen[finding.verdict] += 1
                seen["granted"] += bool(granted_in(finding))
        assert min(seen.values()) > 20, seen

    def examine(self, design: Design, finding: Finding, witness: Witness) -> None:
        first, second = (as_enumerated(design, side) for side in (witness.first, witness.second))
        nodes = [*(m for m in design.mediators if m not in design.unobserved), design.outcome]
        for arm in design.treatments:
            for node in nodes:
                assert first.site_effects(arm, node) == second.site_effects(arm, node), (design, finding)
        assert truth(first, finding.target) != truth(second, finding.target)
        assert first.weights == second.weights
        for world in (first, second):
            for one in granted_in(finding):
                assert meets(world, one), (design, finding.estimand, one)
            for a, b in design.causal.edges:
                values = [{person[a, b] for person in site} for site in world.persons]
                assert design.varies(a, b) == "persons" or all(len(v) == 1 for v in values)
                assert design.varies(a, b) != "none" or len(set().union(*values)) == 1
