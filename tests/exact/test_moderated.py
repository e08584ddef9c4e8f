"""What is read off the graph of heterogeneity, in regressions: exact where it separates, given Z and without (theory section 14).

The moderated regression of site contrasts, or of those of cells, on the compliances and their products with all products of
the members of Z gives the average effects exactly wherever the graph meets every demand of the regression given Z.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise
from math import prod
from random import Random

import pytest

from identcheck.derive.heterogeneity import readings, separated, separators
from identcheck.derive.paths import paths
from tests.exact.heterogeneous import Drawn, random_heterogeneous


@lru_cache(64)
def ways_of(design, u, v, avoiding):
    return [list(pairwise(way)) for way in paths(design, u, v, avoiding)]


def effect(design, values, u, v, avoiding=()):
    return sum(prod(values[e] for e in way) for way in ways_of(design, u, v, frozenset(avoiding)))


def rows_of(population, outcome, regressors, given):
    """For every cell of what is given in every site: its share, the level of Z, the compliances and the contrast."""
    design = population.design
    total = sum(share for share, _ in population.sites)
    for share, persons in population.sites:
        cells = defaultdict(list)
        for row in persons:
            cells[tuple(row[1][name] for name in given)].append(row)
        everyone = sum(count for count, _ in persons)
        for level, inside in cells.items():
            whole = sum(count for count, _ in inside)

            def mean(v, inside=inside, whole=whole):
                return Fraction(
                    sum(count * effect(design, values, "T", v) for count, values in inside), whole
                )

            yield (
                Fraction(share * whole, total * everyone),
                level,
                [mean(u) for u in regressors],
                mean(outcome),
            )


def average(population, u, v, avoiding):
    """E[D_u]: over persons within sites, then over sites."""
    total = sum(share for share, _ in population.sites)
    found = Fraction(0)
    for share, persons in population.sites:
        whole = sum(count for count, _ in persons)
        inside = sum(count * effect(population.design, values, u, v, avoiding) for count, values in persons)
        found += Fraction(share, total) * Fraction(inside, whole)
    return found


def solved(matrix, right):
    """The solution of a square system of fractions; None where there is not exactly one."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = next((k for k in range(at, len(rows)) if rows[k][at]), None)
        if pivot is None:
            return None
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for k in range(len(rows)):
            if k != at and rows[k][at]:
                rows[k] = [x - rows[k][at] * y for x, y in zip(rows[k], rows[at], strict=True)]
    return [row[-1] for row in rows]


def moderated(population, outcome, regressors, given):
    """The estimate of each E[D_u]: a_u + k_u' E[h(Z)], h saturated; None where the rank fails (equations 14.2 and 14.3)."""
    rows = list(rows_of(population, outcome, regressors, given))
    parts = [chosen for size in range(len(given) + 1) for chosen in combinations(range(len(given)), size)]
    terms = {level: [prod(level[k] for k in part) for part in parts] for _, level, *_ in rows}
    columns = [[r * h for r in compliances for h in terms[level]] for _, level, compliances, _ in rows]
    size = len(regressors) * len(parts)
    normal = [
        [sum(w[0] * x[i] * x[j] for w, x in zip(rows, columns, strict=True)) for j in range(size)]
        for i in range(size)
    ]
    right = [sum(w[0] * x[i] * w[3] for w, x in zip(rows, columns, strict=True)) for i in range(size)]
    found = solved(normal, right)
    if found is None:
        return None
    means = [sum(share * terms[level][k] for share, level, *_ in rows) for k in range(len(parts))]
    return [
        sum(found[at * len(parts) + k] * means[k] for k in range(len(parts))) for at in range(len(regressors))
    ]


def questions(seed):
    """Populations with a regression of the outcome on its parents, or on the first mediator, that the graph cuts."""
    random = Random(seed)
    while True:
        design = random_heterogeneous(random)
        regressors = random.choice(
            [tuple(m for m in design.mediators if design.causal.has_edge(m, "Y")), design.mediators[:1]]
        )
        cut = not list(paths(design, "T", "Y", regressors))
        asked = readings(design, "Y", regressors, ("T",))
        above = {edge for reading in asked for edge in reading.demand.other}
        ways = [way for u in regressors for way in paths(design, u, "Y", set(regressors) - {u})]
        shared = {edge for way in ways for edge in pairwise(way)}
        if cut and not (above & shared and design.sites != 1) and design.modifiers:
            yield random, design, regressors, [reading.demand for reading in asked]


@pytest.mark.parametrize("part", range(3))
def test_given_what_separates_the_regression_is_exact(part):
    found = 0
    for random, design, regressors, demands in questions(f"moderated {part}"):
        least = separators(design, demands, [modifier.name for modifier in design.modifiers])
        if not least.sets or not least.sets[-1]:
            continue
        given = sorted(random.choice(least.sets))
        population = Drawn(design, random)
        estimate = moderated(population, "Y", regressors, given)
        if estimate is None:
            continue

        assert estimate == [average(population, u, "Y", set(regressors) - {u}) for u in regressors], (
            design,
            given,
        )
        found += 1
        if found == 60:
            return


def test_without_it_the_plain_regression_misses():
    missed = tried = 0
    for random, design, regressors, demands in questions("plain"):
        if all(separated(design, *demand) for demand in demands):
            continue
        population = Drawn(design, random)
        estimate = moderated(population, "Y", regressors, [])
        if estimate is None:
            continue
        tried += 1
        missed += estimate != [average(population, u, "Y", set(regressors) - {u}) for u in regressors]
        if tried == 60:
            break
    assert missed > 25  # the values that are drawn often cancel, or leave an effect constant


def test_where_nothing_is_to_be_held_fixed_the_plain_regression_is_exact():
    found = 0
    for random, design, regressors, demands in questions("as it is"):
        if not all(separated(design, *demand) for demand in demands):
            continue
        population = Drawn(design, random)
        estimate = moderated(population, "Y", regressors, [])
        if estimate is not None:
            assert estimate == [average(population, u, "Y", set(regressors) - {u}) for u in regressors], (
                design
            )
            found += 1
        if found == 100:
            return
