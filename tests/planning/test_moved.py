"""What drawn modifiers do to effects in numbers: exactly the sum over treks, and as simulated trials have it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import networkx as nx
import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, Modifier, Plan
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.fields import changed
from identcheck.plan.inputs.from_files import plan_from_text
from tests.drawn import drawn

CHAIN = "T -> hours -> income -> Y"
BOTH = ("T -> hours", "income -> Y")
SPREAD = {
    "T -> hours": Arrow(0.5, 0.4, 0.3),
    "hours -> income": Arrow(0.4, 0.2, 0.3),
    "income -> Y": Arrow(0.3, 0.2, 0.3),
}


def planned(modifiers, numbers, arrows=CHAIN, **said):
    design = drawn(arrows, modifiers=modifiers)
    return anticipate(design, Plan(sites=60, persons=100, arrows=SPREAD, modifiers=numbers, **said))


def correlation(at, one, other, table="between"):
    i, j = (at.place[tuple(edge.split(" -> "))] for edge in (one, other))
    matrix = getattr(at, table)
    return matrix[i, j] / np.sqrt(matrix[i, i] * matrix[j, j])


def test_a_common_cause_correlates_two_effects_by_the_product():
    at = planned([Modifier("wages", BOTH)], {"wages": {"T -> hours": 0.6, "income -> Y": -0.5}})

    assert correlation(at, *BOTH) == pytest.approx(-0.3, abs=1e-12)
    assert correlation(at, "T -> hours", "hours -> income") == 0
    assert not np.any(at.within - np.diag(np.diag(at.within)))
    assert at.given(["wages"]).between[0, 2] == pytest.approx(0, abs=1e-15)


def test_a_stated_correlation_is_the_whole_one():
    wages = Modifier("wages", BOTH)
    numbers = {"wages": {"T -> hours": 0.6, "income -> Y": -0.5}}
    at = planned([wages], numbers, between={"T -> hours ~ income -> Y": -0.4})

    assert correlation(at, *BOTH) == pytest.approx(-0.4)
    assert correlation(at.given(["wages"]), *BOTH) * np.sqrt((1 - 0.36) * (1 - 0.25)) == pytest.approx(-0.1)


def test_persons_act_within_sites_and_by_their_mix_across_them():
    motive = Modifier("motive", BOTH, level="persons")
    at = planned([motive], {"motive": {"T -> hours": 0.6, "income -> Y": 0.5, "icc": 0.2}})

    assert correlation(at, *BOTH, "within") == pytest.approx(0.3)
    # across sites the mix has 0.2 / 0.8 of the variance within, and moves the average effect by the same slopes
    i, j = at.place["T", "hours"], at.place["income", "Y"]
    assert at.between[i, j] == pytest.approx(0.25 * (0.6 * 0.3) * (0.5 * 0.3))
    even = Modifier("motive", BOTH, level="persons", balanced=True)
    at = planned([even], {"motive": {"T -> hours": 0.6, "income -> Y": 0.5}})
    assert at.between[i, j] == 0


def treks(parents, slopes, one, other):
    """Every trek between two nodes of a graph by enumeration: from a top down to each, not meeting before; its product."""

    def up(node):
        yield (node,), Fraction(1)
        for parent in parents.get(node, ()):
            for way, weight in up(parent):
                yield (node, *way), weight * slopes[parent, node]

    for (left, a), (right, b) in product(up(one), up(other)):
        if left[-1] == right[-1]:
            yield left, right, a * b


def variance_of_own(parents, slopes, order):
    """What each node's own part has, so that every variance is 1: exactly, by the covariances of its parents."""
    cov, own = {}, {}
    for i, node in enumerate(order):
        for other in order[:i]:
            cov[node, other] = cov[other, node] = sum(
                (slopes[p, node] * cov[p, other] for p in parents.get(node, ())), Fraction(0)
            )
        explained = sum(
            (
                slopes[p, node] * slopes[q, node] * cov[p, q]
                for p in parents.get(node, ())
                for q in parents.get(node, ())
            ),
            Fraction(0),
        )
        cov[node, node], own[node] = Fraction(1), 1 - explained
    return own


def test_correlations_are_the_sum_over_treks_exactly():
    """500 random graphs of sites' modifiers: each trek by enumeration in fractions, its top with the variance of its own part."""
    edges = [("T", "hours"), ("hours", "income"), ("income", "Y")]
    done = 0
    for number in range(3000):
        random = Random(f"treks {number}")
        names = "ABCD"[: random.randint(1, 4)]
        causes = {m: [c for c in names[:i] if random.random() < 0.5] for i, m in enumerate(names)}
        of = {m: random.sample(edges, random.randint(0, 3)) for m in names}
        graph = nx.DiGraph([(c, m) for m in names for c in causes[m]])
        graph.add_nodes_from(names)
        if any(not of[m] and not any(of[d] for d in nx.descendants(graph, m)) for m in names):
            continue
        slopes = {(c, m): Fraction(random.randint(-4, 4), 10) for m in names for c in causes[m]}
        slopes |= {(m, e): Fraction(random.randint(-4, 4), 10) for m in names for e in of[m]}
        parents = {m: causes[m] for m in names} | {e: [m for m in names if e in of[m]] for e in edges}
        own = variance_of_own(parents, slopes, [*names, *edges])
        if min(own.values()) < 0:
            continue
        modifiers = [Modifier(m, of[m], causes=causes[m]) for m in names]
        numbers = {m: {what: float(b) for (c, what), b in slopes.items() if c == m} for m in names}
        at = planned(modifiers, numbers)
        for i, one in enumerate(edges):
            for other in edges[i + 1 :]:
                exact = sum(
                    (weight * own[left[-1]] for left, _, weight in treks(parents, slopes, one, other)),
                    Fraction(0),
                )
                assert correlation(at, " -> ".join(one), " -> ".join(other)) == pytest.approx(
                    float(exact), abs=1e-12
                )
        done += 1
        if done == 500:
            break
    assert done == 500


def test_a_plan_of_reasons_is_the_plan_of_the_correlations_that_follow():
    design = drawn(CHAIN, modifiers=[Modifier("wages", BOTH, measured=False)])
    numbers = {"wages": {"T -> hours": 0.6, "income -> Y": -0.5}}
    reasons = Plan(sites=40, persons=80, arrows=SPREAD, modifiers=numbers)
    guess = Plan(sites=40, persons=80, arrows=SPREAD, between={"T -> hours ~ income -> Y": -0.3})

    for one, other in zip(
        ic.diagnose(design, reasons, ["total hours Y"]).effects,
        ic.diagnose(drawn(CHAIN), guess, ["total hours Y"]).effects,
        strict=True,
    ):
        assert abs(one.bias) > 0.001
        assert one.bias == pytest.approx(other.bias, abs=1e-12)
        assert one.se == pytest.approx(other.se, abs=1e-12)


def simulated(rng, sites, persons, known):
    """Sites drawn with wages, written without the package: regressions through the origin, plain and with wages held fixed."""
    wages = rng.normal(size=sites)
    hours = 0.5 + 0.4 * (0.6 * wages + 0.8 * rng.normal(size=sites))
    effect = 0.3 + 0.2 * (-0.5 * wages + np.sqrt(0.75) * rng.normal(size=sites))
    noise = 0 if known else 2 / np.sqrt(persons)
    gamma = hours + noise * rng.normal(size=sites)
    beta = hours * effect + noise * rng.normal(size=sites)
    plain = gamma @ beta / (gamma @ gamma)
    columns = np.column_stack([gamma, gamma * wages])
    return plain, np.linalg.lstsq(columns, beta, rcond=None)[0][0]


def test_bias_of_the_plain_regression_and_none_where_wages_are_held_fixed():
    """An independent simulation of 4,000 trials of 400 sites whose effects are known: Monte Carlo errors are stated."""
    wages = Modifier("wages", ["T -> hours", "hours -> Y"], measured=False)
    design = drawn("T -> hours -> Y", modifiers=[wages])
    arrows = {"T -> hours": Arrow(0.5, 0.4), "hours -> Y": Arrow(0.3, 0.2)}
    numbers = {"wages": {"T -> hours": 0.6, "hours -> Y": -0.5}}
    plan = Plan(sites=400, persons=1_000_000, arrows=arrows, modifiers=numbers)
    rng = np.random.default_rng(15)
    found = np.array([simulated(rng, 400, 0, known=True) for _ in range(4000)])
    error = found.std(axis=0) / np.sqrt(len(found))  # some 0.0002
    effect = ic.diagnose(design, plan, ["direct hours Y"]).effects[0]
    limit = 2 * 0.5 * (0.4 * 0.2 * -0.3) / (0.5**2 + 0.4**2)  # Cov(g^2, d) / E(g^2), normal

    assert abs(found[:, 0].mean() - 0.3 - limit) < 4 * error[0] + 0.001
    assert abs(effect.bias - limit) < 0.001
    assert abs(found[:, 1].mean() - 0.3) < 4 * error[1]
    given = anticipate(design, plan).given(["wages"])
    assert abs(given.between[0, 1]) < 1e-15


TOML = """
graph = "T -> hours -> income -> Y; wages => (T -> hours), (income -> Y)"
treatment = "T"
outcome = "Y"
[modifiers.motive]
of = "hours -> income"
level = "persons"
causes = "wages"
[plan]
sites = 30
[plan.arrows."hours -> income"]
within = 0.3
[plan.modifiers.wages]
"T -> hours" = 0.5
"income -> Y" = -0.4
motive = 0.3
[plan.modifiers.motive]
"hours -> income" = 0.2
icc = 0.15
[plan.sources]
modifiers = "a survey of employers"
"""


def test_design_files():
    plan = plan_from_text(TOML)

    assert plan.modifiers["wages", ("T", "hours")] == 0.5
    assert plan.modifiers["wages", "motive"] == 0.3
    assert plan.modifiers["motive", "icc"] == 0.15
    assert plan == Plan(
        sites=30,
        arrows={("hours", "income"): Arrow(within=0.3)},
        modifiers={
            "wages": {"T -> hours": 0.5, ("income", "Y"): -0.4, "motive": 0.3},
            "motive": {"hours -> income": 0.2, "icc": 0.15},
        },
        sources={"modifiers": "a survey of employers"},
    )
    assert changed(plan, "modifiers.wages.T -> hours", 0.1).modifiers["wages", ("T", "hours")] == 0.1
    design = ic.Design.from_text(TOML)
    named = {each.name: each.source for each in anticipate(design, plan).inputs}
    assert named["change of the effect T -> hours by wages"] == "a survey of employers"
    assert named["correlation across sites of T -> hours ~ income -> Y"] == "follows from wages"


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("[plan.modifiers.wages]", "[plan.modifiers.wags]", "'wags' is no modifier of the design (did you mean 'wages'?)"),
        ('"income -> Y" = -0.4', '"hours -> Y" = -0.4', "is not drawn to move hours -> Y, it moves T -> hours, "),
        ("motive = 0.3", "motiv = 0.3", "'wages' is not drawn to cause a modifier 'motiv' (did you mean 'motive'?)"),
        ("motive = 0.3", "icc = 0.3", "'wages' is a characteristic of sites"),
        ("= 0.5", "= 5", "what wages does to T -> hours, in SDs is 5; it lies between -2 and 2"),
        ("= 0.5", "= 1.5", "what modifiers do to T -> hours adds up to 2.25 times its variance across sites"),
        ("= 0.5", '= "much"', "is 'much', expected a number"),
        ("icc = 0.15", "icc = 1", "the share of the variance of motive between sites is 1; it lies between 0 and 0.99"),
        ("icc = 0.15", "icc = 0", "what causes it differs between sites, but none of its variance lies between them"),
        ('within = 0.3', 'within = 0', "this effect has SD 0 within sites, so 'motive' moves nothing"),
        ('"hours -> income" = 0.2', '"hours -> income ~" = 0.2', "line 18: the key 'hours -> income ~' cannot be read"),
        ("[plan.modifiers.motive]", '[plan.modifiers]\nother = 3\n[plan.modifiers.motive]', "other: 3 is no table of numbers"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_line(before, after, problem):
    with pytest.raises(ic.InvalidPlanError) as caught:
        plan_from_text(TOML.replace(before, after, 1))

    assert problem in str(caught.value)
    assert "line " in str(caught.value)


def test_nothing_stated_is_said_to_be_nothing():
    at = anticipate(drawn(CHAIN, modifiers=[Modifier("wages", BOTH)]), Plan(sites=20))

    assert any(each.name == "what modifiers do to effects" and each.default for each in at.inputs)
    assert not np.any(at.between - np.diag(np.diag(at.between)))


def test_tests_of_the_scatter_know_a_world_without_what_modifiers_link():
    design = drawn(CHAIN, modifiers=[Modifier("wages", BOTH, measured=False)])
    strong = {"wages": {"T -> hours": 0.9, "income -> Y": 0.9}}
    plan = Plan(sites=60, persons=2000, arrows=SPREAD, modifiers=strong)
    same = Plan(sites=60, persons=2000, arrows=SPREAD)

    found, plain = (ic.falsify(design, each, 100, seed=1) for each in (plan, same))
    assert [r.share for r in found.rejections if r.world != "planned"] == [
        r.share for r in plain.rejections if r.world != "planned"
    ]
