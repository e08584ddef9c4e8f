"""Interactions beside parts, sites by themselves and drawn causes: estimates are exact where the verdict says so.

Everything is worked out from persons' potential values (``raw_trials``), in fractions.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.primary import parts_of
from identcheck.decide.strategies.composed import Composed
from identcheck.derive.apart import bundles_apart
from identcheck.derive.paths import inner_nodes, numbered
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
from tests.exact.test_interactions import design_of
from tests.tools import often


def of_part(shape, strategy, sites):
    """What one regression, or one contrast of arms, gives over all sites; None where a rank fails in these."""
    reg = strategy.regression
    if not reg.regressors:
        return mean(contrasts(shape, site, reg.arms[0])[reg.outcome] for site in sites)
    if reg.pooled:
        rows = [
            {
                n: mean(contrasts(shape, site, arm)[n] for site in sites)
                for n in (*reg.regressors, reg.outcome)
            }
            for arm in reg.arms
        ]
        slopes = regression(
            [[row[u] for u in reg.regressors] for row in rows], [r[reg.outcome] for r in rows]
        )
        return None if slopes is None else slopes[reg.regressors.index(strategy.column)]
    slopes = fitted(shape, sites, reg.outcome, reg.regressors, reg.arms, reg.intercepts)
    return None if slopes is None else slopes[strategy.column]


def value(shape, strategy, sites):
    """What a strategy gives, its sums of products worked out in each site where it is site by site."""
    groups = [[site] for site in sites] if strategy.site_by_site else [sites]
    found = []
    for group in groups:
        known = {part: of_part(shape, part, group) for part in strategy.parts}
        if None in known.values():
            return None
        if isinstance(strategy, Composed):
            found.append(sum(t.sign * prod(known[f.strategy] for f in t.factors) for t in strategy.terms))
        else:
            found.append(known[strategy])
    return mean(found)


def of_outcome_alone(strategy):
    """Whether it rests on regressions on the outcome's own causes alone, whose (vi) and (vii) these populations meet."""
    plain = all(
        p.outcome == "Y"
        and not p.intercept
        and not any(inner_nodes(p.design, u, "Y", p.regression.others(u)) for u in p.regressors)
        for p in strategy.parts
        if p.regressors
    )
    return plain and all(c.kind != "product" for c in strategy.conditions)


@pytest.mark.parametrize("block", range(10))
def test_parts_add_up_and_each_is_the_contrast_times_the_slope(block):
    """500 random trials: parts are averages of persons' gains times coefficients, that through the interaction among them."""
    exact = through = 0
    for seed in range(50 * block, 50 * block + often(16, 50)):
        random = Random(f"parts with products {seed}")
        shape = random_shape(random)
        sites = crossed_sites(random, shape, len(shape.columns) + 1)
        design = design_of(shape, len(sites))
        result = ic.check(design, "all")
        for arm in shape.arms:
            parts = parts_of(design, arm if len(shape.arms) > 1 else None)
            truths = {}
            for part in parts:
                (node,) = part.nodes
                persons = [[p.gains(shape, arm)[node] * p.slope(shape, node) for p in s] for s in sites]
                truths[part] = mean(map(mean, persons))
                finding = result[part]
                assert finding.verdict is ic.Verdict.IDENTIFIED
                if of_outcome_alone(finding.best):
                    estimate = value(shape, finding.best, sites)
                    if estimate is not None:
                        assert estimate == truths[part]
                        exact += 1
                        through += node in design.products
            assert sum(truths.values()) == mean(mean(p.gains(shape, arm)["Y"] for p in s) for s in sites)
    assert exact > often(15, 60)
    assert through > often(3, 15)


def many_arms(random):
    """One or two mediators with a product, and as many arms as there are columns, or one fewer."""
    mediators = random.choice([("M1",), ("M1", "M2"), ("M1", "M2")])
    pairs = [(a, b) for i, a in enumerate(mediators) for b in mediators[i:]]
    products = (random.choice(pairs),)
    arms = tuple(f"T{k}" for k in range(1, len(mediators) + 2 - (random.random() < 0.25)))
    edges = {(m, "Y") for m in mediators} | {(arm, m) for arm in arms for m in mediators}
    if len(mediators) == 2 and random.random() < 0.5:
        edges.add(("M1", "M2"))
    return Shape(arms, mediators, tuple(sorted(edges)), products)


@pytest.mark.parametrize("block", range(5))
def test_site_by_site_needs_as_many_arms_as_regressors_products_among_them(block):
    """Compliances, levels and effects go together between sites in any way; within each they are independent."""
    exact = none = 0
    for seed in range(20 * block, 20 * block + 20):
        random = Random(f"sites with products {seed}")
        shape = many_arms(random)
        sites = [crossed_sites(random, shape, 1, 1)[0] for _ in range(3)]
        design = design_of(shape, len(sites), works_everywhere=True)
        result = ic.check(design, ("iii", "iv", "vi", "viii"), prove=False)
        enough = len(shape.arms) >= len(shape.columns)
        for column in shape.columns:
            asked = ic.interaction(*design.products[column]) if "*" in column else ic.direct(column, "Y")
            finding = result[asked]
            assert (finding.verdict is ic.Verdict.IDENTIFIED) == enough
            if not enough:
                none += 1
                assert not any(s.site_by_site for s in finding.strategies)
                continue
            assert finding.best.site_by_site
            estimate = value(shape, finding.best, sites)
            if estimate is not None:
                assert estimate == mean(mean(p.slope(shape, column) for p in site) for site in sites)
                exact += 1
        for arm in shape.arms if enough else ():
            for part in parts_of(design, arm):
                (node,) = part.nodes
                assert result[part].verdict is ic.Verdict.IDENTIFIED
                estimate = value(shape, result[part].best, sites)
                if estimate is not None:
                    gone = [[p.gains(shape, arm)[node] * p.slope(shape, node) for p in s] for s in sites]
                    assert estimate == mean(map(mean, gone))
                    exact += 1
    assert exact > 20
    assert none


# -- drawn causes ------------------------------------------------------------------------

FIGURE = Shape(
    ("T",), ("V", "N"), (("N", "Y"), ("T", "N"), ("T", "V"), ("V", "N"), ("V", "Y")), (("V", "N"),)
)


def moved_sites(random, shape, moved, kinds):
    """Sites of both levels of a binary cause, which moves some arrows and, with one above a product, levels as well.

    Given the level, compliances and levels are independent of what is in the outcome's equation, within sites and between them.
    """
    inner = [e for e in shape.edges if e[1] != "Y"]
    outer = [(m, "Y") for m in shape.columns]
    above = [
        [{e: number(random) for e in (*inner, *shape.mediators)} for _ in range(2)] for _ in range(kinds)
    ]
    below = [[{e: number(random) for e in outer} for _ in range(2)] for _ in range(2)]
    shift = {e: number(random) + 7 for e in (*inner, *outer) if e in moved}
    if any(e in moved for e in inner):
        shift |= {m: number(random) for m in shape.mediators}
    sites = []
    for z in (0, 1):
        for up, down in product(above, below):
            persons = []
            for one, other in product(up, down):
                said = {key: v + z * shift.get(key, 0) for key, v in (one | other).items()}
                persons.append(
                    Person(
                        {m: said[m] for m in shape.mediators} | {"Y": Fraction(0)},
                        {e: said[e] for e in shape.edges},
                        {pair: said[shape.name(pair), "Y"] for pair in shape.products},
                    )
                )
            sites.append((z, persons))
    return sites


def averaged(shape, strategy, sites, gains=None):
    """The average over sites of a + k h(Z), or of that times a compliance, by a regression with products with Z."""
    reg = strategy.regression
    held = [bool(reg.moderated_by(u)) for u in reg.regressors]
    shown = [contrasts(shape, persons, "T") for _, persons in sites]
    rows = []
    for (z, _), gain in zip(sites, shown, strict=True):
        rows.append([])
        for u, moderated in zip(reg.regressors, held, strict=True):
            rows[-1] += [gain[u], gain[u] * z] if moderated else [gain[u]]
    slopes = regression(rows, [gain[reg.outcome] for gain in shown])
    if slopes is None:
        return None
    at = {}
    for u, moderated in zip(reg.regressors, held, strict=True):
        at[u] = (slopes.pop(0), slopes.pop(0) if moderated else Fraction(0))
    a, k = at[strategy.column]
    weights = [Fraction(1)] * len(sites) if gains is None else [gain[gains] for gain in shown]
    return mean(w * (a + k * z) for w, (z, _) in zip(weights, sites, strict=True))


def estimate_given(shape, strategy, sites):
    """What a strategy gives, whose regressions may hold the cause fixed."""
    if not isinstance(strategy, Composed):
        return averaged(shape, strategy, sites)
    total = Fraction(0)
    for term in strategy.terms:
        effects = [f.strategy for f in term.factors if f.strategy.regressors]
        compliances = [f.strategy.outcome for f in term.factors if not f.strategy.regressors]
        if len(effects) != 1 or len(compliances) > 1:
            return None
        found = averaged(shape, effects[0], sites, *compliances)
        if found is None:
            return None
        total += term.sign * found
    return total


@pytest.mark.parametrize("block", range(5))
def test_a_cause_that_moves_what_a_product_is_made_of_is_held_fixed(block):
    """What moves an arrow above a factor moves the product: with it measured estimates are exact, without it none is promised."""
    exact = refused = moderated = 0
    for seed in range(20 * block, 20 * block + often(8, 20)):
        random = Random(f"moved products {seed}")
        shape = FIGURE
        above = random.choice([("T", "V"), ("V", "N"), ("T", "N")])
        below = random.choice([("V", "Y"), ("N", "Y"), ("V*N", "Y")])
        moved = random.choice([[above, below], [below], [above]])
        sites = moved_sites(random, shape, moved, 7)
        cause = ic.Modifier("z", moved, measured=True, scale="binary")
        design = design_of(shape, len(sites), modifiers=[cause])
        result = ic.check(design, "all")
        hidden = design_of(shape, len(sites), modifiers=[ic.Modifier("z", moved, measured=False)])
        unseen = ic.check(hidden, "all", prove=False)  # whether it is identified; no worlds are looked for
        questions = [ic.direct("V", "Y"), ic.direct("N", "Y"), ic.interaction("V", "N"), *parts_of(design)]
        questions.append(ic.at(ic.direct("V", "Y"), N=2))
        for asked in questions:
            finding = result[asked]
            assert finding.verdict is ic.Verdict.IDENTIFIED
            means = []
            for _, persons in sites:
                of = []
                for p in persons:
                    if asked.kind == "mediated":
                        (node,) = asked.nodes
                        of.append(p.gains(shape, "T")[node] * p.slope(shape, node))
                    elif asked.kind == "interaction":
                        of.append(p.slope(shape, "V*N"))
                    else:
                        of.append(
                            p.slope(shape, asked.nodes[0])
                            + (2 * p.slope(shape, "V*N") if asked.levels else 0)
                        )
                means.append(mean(of))
            found = estimate_given(shape, finding.best, sites)
            if found is not None:
                assert found == mean(means)
                exact += 1
                moderated += bool(finding.best.moderators)
            if len(moved) == 2:
                assert unseen[asked].verdict is not ic.Verdict.IDENTIFIED
                refused += 1
    assert exact > often(20, 60)
    assert moderated
    assert refused


def test_worlds_with_products_and_drawn_causes_have_persons():
    """Pairs of worlds where causes are drawn and not measured: verified, and contrasts come out of raw persons."""
    from tests.exact.test_interaction_worlds import asked as effect_asked, persons_of

    proved = 0
    for seed in range(often(6, 40)):
        random = Random(f"causes of products {seed}")
        shape = random_shape(random, mediators=random.choice([1, 2]), arms=1)
        edges = [*shape.edges, *((shape.name(pair), "Y") for pair in shape.products)]
        cause = ic.Modifier(
            "z",
            random.sample(edges, min(2, len(edges))),
            level=random.choice(["sites", "persons"]),
            measured=False,
        )
        design = ic.Design(
            nx.DiGraph(shape.edges),
            treatment="T",
            outcome="Y",
            sites=random.choice([None, 2, 5]),
            interactions=shape.products,
            modifiers=[cause],
        )
        for finding in ic.check(design, random.choice(["all", "vi", "vii", ""])).findings:
            witness = finding.witness()
            if witness is None:
                continue
            assert witness.verify()
            worlds = [
                persons_of(shape, world, before)
                for world, before in zip((witness.first, witness.second), witness.before, strict=True)
            ]
            weights = [Fraction(site.weight) for site in witness.first.sites]
            for one, other in zip(*worlds, strict=True):
                shown = [contrasts(shape, site, "T") for site in (one, other)]
                assert all(shown[0][n] == shown[1][n] for n in (*design.observed_mediators, "Y"))
            assert effect_asked(shape, worlds[0], weights, finding) != effect_asked(
                shape, worlds[1], weights, finding
            )
            proved += 1
    assert proved > often(6, 20)


def test_what_is_granted_of_a_product_is_about_all_above_its_factors():
    """(vi) of the interaction, and (vii) of every effect: the product moves with every arrow above its factors."""
    design = design_of(FIGURE, 10)
    edges = {e: numbered(design, [e]) for e in design.causal.edges}
    every = numbered(design, edges)
    above = {("T", "V"), ("T", "N"), ("V", "N"), ("T", "V*N")}

    def granted(level):
        for up, down in bundles_apart(design, level, every):
            yield {e for e in edges if up & edges[e]}, {e for e in edges if down & edges[e]}

    assert (above, {("V*N", "Y")}) in list(granted("persons"))
    assert all(("T", "V*N") not in up or down == {("V*N", "Y")} for up, down in granted("persons"))
    for effect in [("V", "Y"), ("N", "Y"), ("V*N", "Y")]:
        assert any(above <= up and effect in down for up, down in granted("sites"))


def test_parts_say_through_what_they_go():
    result = ic.check(design_of(FIGURE, 10), "all")
    words = {str(f.estimand): f.words for f in result.findings}
    assert words["mediated(V)"].endswith("goes through V last, by its own coefficient")
    assert words["mediated(N)"].endswith("goes through N, by its own coefficient")
    assert words["mediated(V*N)"].endswith("goes through the interaction of V and N")
    assert "through the interaction of V and N" in str(result)
    assert "the interaction of V and N" in str(result["mediated V*N"].share)
