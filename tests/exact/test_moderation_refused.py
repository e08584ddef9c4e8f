"""What section 14 marks as wrong, each with a population in which it is: the engine does none of it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from types import SimpleNamespace

import networkx as nx
import pytest

import identcheck as ic
from identcheck import Modifier, Verdict
from identcheck.decide.conditions import Linear, Product, of_kind
from identcheck.derive.heterogeneity import readings, separators, terms_for
from tests.drawn import FIGURE_1, drawn
from tests.exact.moderated import Obeying, average, averaged, estimate

T1, T2, ONE, TWO, ACROSS = ("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y"), ("M1", "M2")


def sites(design, *each):
    """Sites of one person each."""
    return SimpleNamespace(design=design, sites=[(1, [(1, values)]) for values in each])


def test_a_term_is_not_left_out_because_the_compliances_tell_the_modifier():
    """M2 -> Y depends on Z only by what T -> M1 tells of it; without its product the regression gives 34/19 for 3/2."""
    design = drawn("T -> {M1 M2} -> Y", modifiers=[Modifier("Z", [T1, TWO], scale="binary")])
    found = sites(design, *({"Z": z, T1: 1 + z, T2: r, ONE: 1, TWO: 1 + z} for z in (0, 1) for r in (1, 2)))
    (strategy,) = ic.check(design, "all")["direct M2 Y"].strategies[:1]
    reg = strategy.regression

    assert reg.moderated_by("M2") == ("Z",)
    assert terms_for(design, [TWO], [T1, T2], ["Z"]) == {"Z"}
    assert estimate(found, reg)["M2"] == average(found, "M2", "Y", ["M1"]) == Fraction(3, 2)
    assert estimate(found, reg, lambda _: ())["M1"] == Fraction(34, 19)


def test_the_average_of_a_product_is_not_the_product_of_averages_given_a_cause_of_both():
    """21/4 for 6. With Z measured E[m_1(Z) m_2(Z)] is taken; where it is not, no name grants the product."""
    measured, hidden = (
        drawn(FIGURE_1, modifiers=[Modifier("Z", [ACROSS, TWO], scale="binary", measured=known)])
        for known in (True, False)
    )
    each = product((0, 1), (1, 2), (1, 3))
    found = sites(
        measured, *({"Z": z, T1: r, T2: t, ONE: 1, ACROSS: 1 + z, TWO: 2 + 3 * z} for z, r, t in each)
    )
    granted = ("all", "bypass", "shared", "product")
    finding = ic.check(measured, granted)["path M1 M2 Y"]
    assert finding.verdict is Verdict.IDENTIFIED
    (strategy,) = [s for s in finding.strategies if of_kind(s.conditions, Product)]
    parts = [estimate(found, part.regression)[part.column] for part in strategy.parts]
    assert (prod(parts), averaged(found, strategy)) == (Fraction(21, 4), 6)

    assert ic.check(hidden, granted)["path M1 M2 Y"].verdict is Verdict.NOT_IDENTIFIED


def test_balance_of_each_is_not_balance_of_all():
    """Each of four characteristics has the same shares in both sites; two and two go together in the one alone."""
    design = drawn(
        "T -> x -> M -> y -> Y",
        unobserved=["x", "y"],
        modifiers=[
            Modifier(name, [edge], level="persons", scale="binary", balanced=True)
            for name, edge in zip("ABCD", [("T", "x"), ("x", "M"), ("M", "y"), ("y", "Y")], strict=True)
        ],
    )

    def persons(alike):
        for a, c in product((0, 1), repeat=2):
            b, d = (a, c) if alike else (1 - a, 1 - c)
            yield 1, {
                "A": a, "B": b, "C": c, "D": d, ("T", "x"): 1 + a, ("x", "M"): 1 + b, ("M", "y"): 1 + c, ("y", "Y"): 1 + d
            }  # fmt: skip

    found = SimpleNamespace(design=design, sites=[(1, list(persons(alike))) for alike in (True, False)])
    strategy = ic.check(design, "all")["total M Y"].best
    assert not strategy.moderators
    assert average(found, "M", "Y") == Fraction(9, 4)
    assert estimate(found, strategy.regression)["M"] != Fraction(
        9, 4
    )  # so it is said of all of them together


def test_what_separates_each_effect_by_itself_is_not_enough():
    """M1's effect needs nothing held fixed, that of M2 needs Z, and Z joins what M1's effect and compliance with M2 come from."""
    graph = nx.DiGraph([T1, T2, ONE, TWO])
    nx.set_edge_attributes(graph, "sites", "varies")
    modifiers = [
        Modifier("U", [ONE], scale="binary", measured=False),
        Modifier("V", [T2], scale="binary", measured=False),
        Modifier("Z", [TWO], scale="binary", causes=["U", "V"]),
    ]
    design = ic.Design(graph, treatment="T", outcome="Y", modifiers=modifiers)
    own = ("M1", "M2")
    demands = {r.about: r.demand for r in readings(design, "Y", own, ("T",)) if r.kind == "between"}
    each = {u: separators(design, [demand]).sets[0] for u, demand in demands.items()}
    assert each == {"M1": frozenset(), "M2": frozenset({"Z"})}
    shape = SimpleNamespace(
        outcome="Y", regressors=own, arms=("T",), intercepts=(), columns=own, moderators=("Z",)
    )
    missed = 0
    for number in range(60):
        population = Obeying(design, Random(f"apart {number}"))
        for names in (each.__getitem__, lambda _: ("Z",)):
            found = estimate(population, shape, names)
            truth = [average(population, u, "Y", set(own) - {u}) for u in own]
            missed += found is not None and [found[u] for u in own] != truth
    assert missed > 10
    assert not separators(design, demands.values()).sets
    assert ic.check(design, "all", prove=False)["direct M1 Y"].verdict is not Verdict.IDENTIFIED


def test_a_straight_line_is_granted_and_not_implied():
    modifiers = [Modifier("wages", [("T", "M"), ("M", "Y")])]
    design = drawn("T -> M -> Y", modifiers=modifiers)
    numerals = set(design.numerals)
    finding = ic.check(design, numerals - {"xi"})["total M Y"]

    assert finding.verdict is Verdict.CONDITIONAL
    assert [c.numeral for c in finding.missing] == ["xi"]
    assert of_kind(finding.missing, Linear)[0].statement == (
        "The average effect of M on Y changes along a straight line with wages."
    )
    assert ic.check(design, "all")["total M Y"].verdict is Verdict.IDENTIFIED
    curved = sites(design, *({"wages": z, ("T", "M"): 1 + z, ("M", "Y"): z * z} for z in range(3)))
    assert estimate(curved, finding.best.regression)["M"] != average(curved, "M", "Y")
    straight = sites(design, *({"wages": z, ("T", "M"): 1 + z, ("M", "Y"): 2 * z - 1} for z in range(3)))
    assert estimate(straight, finding.best.regression)["M"] == average(straight, "M", "Y")


@pytest.mark.parametrize(("sites_", "verdict"), [(3, Verdict.IDENTIFIED), (2, Verdict.UNDECIDED)])
def test_the_rank_counts_every_product(sites_, verdict):
    """Two compliances and one product: three sites."""
    modifiers = [Modifier("Z", [T1, TWO], scale="binary")]
    design = drawn("T -> {M1 M2} -> Y", sites=sites_, modifiers=modifiers)
    finding = ic.check(design, "all", prove=False)["direct M2 Y"]
    assert finding.verdict is verdict
    assert prod(1 + m.terms for m in design.modifiers) == 2


def test_one_cell_for_every_value_leaves_nothing_to_ask_between_cells():
    """One site, all that makes the cells held fixed: (B) is vacuous given Z."""
    modifiers = [Modifier("age", [("T", "M"), ("M", "Y")], level="persons", scale="binary")]
    finding = ic.check(drawn("T -> M -> Y", sites=1, modifiers=modifiers))["total M Y"]
    between = [c for c in finding.best.conditions if c.kind == "between"]
    assert [c.implied for c in between] == ["there is one group for every value of age"]
