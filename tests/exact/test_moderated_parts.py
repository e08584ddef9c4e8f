"""Parts of the whole given modifiers: the average of the compliance times a + k'h, not a product of averages (theory section 16).

Estimates are worked out from persons that obey the drawn graph, and from persons that obey nothing.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from random import Random

from identcheck import Modifier, Verdict, check, mediated
from tests.drawn import drawn
from tests.exact.moderated import Obeying, averaged, random_design, shares, truth
from tests.exact.test_moderated_formulas import anything, as_population
from tests.exact.test_together import value
from tests.tools import often

MANY, FEW = often(15, 40), often(3, 6)
KINDS = (
    {"modifiers": (1, 2)},
    {"level": "persons", "modifiers": (1, 2)},
    {"arms": True, "modifiers": (1, 2)},
    {"bypass": True, "modifiers": (1, 2)},
    {"level": "persons", "sites": 1},
)


def parts(seed):
    """Moderated strategies for parts whose every condition is granted, each with its design."""
    number = 0
    while True:
        random = Random(f"moderated parts {seed} {number}")
        number += 1
        design = random_design(random, **random.choice(KINDS))
        for finding in check(design, {*design.numerals, "bypass"}, prove=False).findings:
            if finding.estimand.kind != "mediated":
                continue
            for strategy in finding.strategies:
                if strategy.moderators and not (finding.missing_for(strategy) or shares(strategy)):
                    yield random, design, finding, strategy


def test_they_are_exact():
    exact_in(0, MANY)


def exact_in(seed, many):
    """Go through so many designs; of products of averages some are wrong."""
    done, differ = {}, 0
    for random, design, finding, strategy in parts(seed):
        population = Obeying(design, random)
        found = value(population, strategy)
        if found is None:
            continue
        assert found == truth(population, finding.target), (design, finding.estimand, strategy)
        each = [value(population, part) for part in strategy.parts]
        differ += len(each) == 2 and prod(each, start=Fraction(1)) != found
        done[design] = None
        if len(done) == many:
            assert differ > many / 20
            return


def test_they_are_replayed_and_their_bias_is_exact():
    replayed = biased = 0
    for random, design, finding, strategy in parts("formulas"):
        (reg,) = (part.regression for part in strategy.parts if part.regressors)
        if len(strategy.parts) < 2 or reg.width > 4 or design.sites == 1:
            continue
        obeying, arbitrary = Obeying(design, random), anything(design, random)
        if averaged(obeying, strategy) is not None and sum(len(p) for _, p in obeying.sites) <= 300:
            population = as_population(obeying, reg)
            step = strategy.derivation[-1]
            assert population.evaluate(step.left) == population.evaluate(step.right)
            replayed += 1
        found = averaged(arbitrary, strategy)
        if found is not None:
            (bias,) = strategy.bias().values()
            right = found - truth(arbitrary, finding.target)
            assert as_population(arbitrary, reg).evaluate(bias) == right
            biased += right != 0
        if min(replayed, biased) >= FEW:
            return


def test_rows_of_another_arm_do_not_serve():
    """Given wages E[d given r, wages] = m(wages) is known of the compliances with the regression's own arms alone."""
    design = drawn("{T1 T2} -> M -> Y", modifiers=[Modifier("wages", ["T1 -> M", "M -> Y"])])
    finding = check(design, "all")[mediated("M", arm="T1")]
    for strategy in finding.strategies:
        assert not strategy.moderators or all("T1" in part.arms for part in strategy.parts)


def test_a_cause_of_a_compliance_and_the_effect_is_held_against_the_slope_of_another_arm():
    """T1 gives M's effect site by site. Persons whom T2 moves by 1 and 2 gain 1 and 2 from M: the part is 5/2, not 9/4."""
    for level, measured in product(("persons", "sites"), (True, False)):
        motives = Modifier("motives", ["T2 -> M", "M -> Y"], level=level, scale="binary", measured=measured)
        design = drawn(
            "{T1 T2} -> M -> Y; T2 -> N -> Y",
            {"T1 -> M": "none"},
            modifiers=[motives],
            works_everywhere=True,
            sites=20,
        )
        finding = check(design, {*design.numerals, "everywhere"})[mediated("M", arm="T2")]
        by_site = [s for s in finding.strategies if s.site_by_site]
        assert bool(by_site) == (level == "sites"), finding.strategies
        assert (finding.verdict is Verdict.IDENTIFIED) == (measured or level == "sites")
