"""Estimation code of moderated regressions, run on persons each of whom is in every arm, so that contrasts are exact.

What the code prints is then what the regression of contrasts by site, or by cell, gives in fractions.
"""

from __future__ import annotations

import math
import random as randomly
import re
from fractions import Fraction
from itertools import combinations
from math import prod
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck import Modifier
from identcheck.decide.strategies import Composed
from tests.drawn import drawn
from tests.exact.moderated import averaged, effect, estimate
from tests.exact.test_moderated import rows_of, solved
from tests.exact.test_moderated_parts import parts
from tests.exact.test_moderated_strategies import composed

FIGURE = "T -> {M1 M2} -> Y; M1 -> M2"
BOTH = ["T -> M1", "M2 -> Y"]
CASES = {
    "binary": (FIGURE, [Modifier("wages", BOTH, scale="binary")], "direct M2 Y"),
    "categories": (FIGURE, [Modifier("wages", BOTH, scale="categorical", levels=3)], "direct M1 Y"),
    "a number": (FIGURE, [Modifier("wages", BOTH)], "direct M2 Y"),
    "two": (
        "T -> M -> Y",
        [Modifier("wages", ["T -> M", "M -> Y"], scale="binary"), Modifier("size", ["T -> M", "M -> Y"])],
        "total M Y",
    ),
    "cells": (
        FIGURE,
        [Modifier("my age", BOTH, level="persons", scale="categorical", levels=3)],
        "direct M2 Y",
    ),
    "slopes": ("T -> M -> Y", [Modifier("age", ["T -> M", "M -> Y"], level="persons")], "total M Y"),
    "cells and a site's": (
        "T -> M -> Y",
        [
            Modifier("age", ["T -> M", "M -> Y"], level="persons", scale="binary"),
            Modifier("wages", ["T -> M", "M -> Y"], scale="binary"),
        ],
        "total M Y",
    ),
    "intercept": (
        "T -> M -> Y; T -> Y",
        [Modifier("wages", ["T -> M", "T -> Y"], scale="binary")],
        "direct M Y",
    ),
    "rows alone": (
        "T -> {M1 M2} -> Y",
        [Modifier("age", ["T -> M1"], level="persons", scale="binary")],
        "direct M1 Y",
    ),
}

WAGES = {"scale": "binary"}
AGE = {"level": "persons", "scale": "categorical", "levels": 3}
VOUCHER = "T -> V -> NP -> Y; V -> Y"
GIVEN = {
    "a path": (VOUCHER, [Modifier("wages", ["V -> NP", "NP -> Y"], **WAGES)], "path V NP Y", {}),
    "a number": (VOUCHER, [Modifier("wages", ["V -> NP", "NP -> Y"])], "path V NP Y", {"average": "persons"}),
    "a path of two": (
        VOUCHER,
        [
            Modifier("wages", ["V -> NP", "NP -> Y"], **WAGES),
            Modifier("size", ["T -> V", "NP -> Y"], **WAGES),
        ],
        "path V NP Y",
        {},
    ),
    "a path from the arm": (FIGURE, [Modifier("wages", ["T -> M2", "M2 -> Y"], **WAGES)], "path T M2 Y", {}),
    "a part": (FIGURE, [Modifier("wages", BOTH, **WAGES)], "mediated M2", {}),
    "a part in cells": (FIGURE, [Modifier("age", BOTH, **AGE)], "mediated M2", {}),
    "a part, weights of sites": (
        FIGURE,
        [Modifier("wages", BOTH, **WAGES)],
        "mediated M2",
        {"weights": "sites"},
    ),
    "a part of one arm": (
        "{T1 T2} -> {M1 M2} -> Y",
        [Modifier("wages", ["T1 -> M1", "M1 -> Y"], **WAGES)],
        ic.mediated("M1", "T1"),
        {},
    ),
    "a part by slopes": (FIGURE, [Modifier("age", BOTH, level="persons")], "mediated M2", {}),
}
"""Effects that are averages of products: of effects given the moderators, or of a compliance times such an effect."""


def given(case):
    arrows, modifiers, asked, options = GIVEN[case]
    design = drawn(arrows, **{"sites": 12} | options, modifiers=modifiers)
    return ic.check(design, ("all", "bypass", "product"))[asked]


@pytest.mark.parametrize("case", GIVEN)
def test_stata_averages_by_the_coefficients_and_the_columns_of_modifiers(case):
    """The lines as they are read: what they average is a + k'h of every person, in cells where these have contrasts."""
    finding = given(case)
    code = finding.code(
        "stata", next(s for s in finding.strategies if s.moderators and len(s.terms[0].factors) > 1)
    )
    lines = [line.strip() for line in code.splitlines()]
    start = next(k for k, line in enumerate(lines) if line.startswith("generate double ic_value"))
    assert lines[start - 2] == "preserve" or lines[start - 3] == "preserve"
    written = lines[start : lines.index("restore", start)]
    names = set(re.findall(r"scalar\((c\d_h_\d)\)", written[0]))
    assert names
    assert all(f"scalar {name} = r(mean)" in lines for name in names)
    assert set(re.findall(r"scalar\((b\d_\w+)\)", written[0])) <= set(re.findall(r"scalar (b\d_\w+) =", code))
    assert any("ic_treated" in line for line in written) == case.startswith("a part")
    assert re.fullmatch(r"scalar ic_mean1_1 = r\(mean\)", written[-1])
    assert "return scalar estimate = scalar(ic_mean1_1)" in lines
    assert lines.count("preserve") == lines.count("restore") + 1


@pytest.mark.parametrize("case", GIVEN)
def test_the_python_averages_products_given_moderators(case, tmp_path, monkeypatch, capsys):
    """The average over sites, or cells, of compliance times a + k'h, or of such products, in fractions."""
    monkeypatch.chdir(tmp_path)
    finding = given(case)
    chosen = [s for s in finding.strategies if s.moderators and len(s.terms[0].factors) > 1]
    assert chosen, finding.strategies
    found = population(finding.design, case)
    trial(found, {m.name: m.name for m in finding.design.modifiers}).to_csv("trial.csv", index=False)
    for strategy in chosen:
        namespace = {}
        code = finding.code("python", strategy).replace("range(999)", "range(3)")
        exec(compile(code, "estimation code", "exec"), namespace)
        expected = part_by_slopes(found) if case == "a part by slopes" else averaged(found, strategy)
        assert math.isclose(namespace["estimate"], float(expected), rel_tol=1e-7)
        if case == "a part by slopes":
            continue
        apart = prod(estimate(found, p.regression)[p.column] for p in strategy.parts if p.regressors)
        contrasts = [
            namespace[f"fit_{n}"].params[p.column]
            for n, p in enumerate(strategy.parts, 1)
            if not p.regressors
        ]
        assert not math.isclose(namespace["estimate"], float(apart) * prod(contrasts), rel_tol=1e-4)
    capsys.readouterr()


def test_the_python_averages_products_of_random_designs(tmp_path, monkeypatch):
    """Parts and compositions given modifiers of any kind, several arms and intercepts, on persons who obey nothing."""
    monkeypatch.chdir(tmp_path)
    each = (found for pair in zip(parts("code"), composed("code"), strict=False) for found in pair)
    done, apart = set(), 0
    for _, design, finding, strategy in each:
        if design in done or not isinstance(strategy, Composed):
            continue
        found = population(design, str(len(done)))
        expected = averaged(found, strategy)
        if expected is None:
            continue
        trial(found, {m.name: m.name for m in design.modifiers}).to_csv("trial.csv")
        code = finding.code("python", strategy).split("\n# Its standard error")[0]
        namespace = {}
        exec(
            compile("\n".join(line for line in code.splitlines() if line[:6] != "print("), "code", "exec"),
            namespace,
        )
        assert math.isclose(namespace["estimate"], float(expected), rel_tol=1e-6, abs_tol=1e-6), (
            design,
            strategy,
        )
        done.add(design)
        apart += "averaged(" in code
        if len(done) == 40:
            break
    assert apart > 10


def population(design, seed):
    """Sites with as many persons each, who have any effects and any values of the modifiers."""
    random = randomly.Random(seed)
    sites = []
    count = 1 if design.sites == 1 else 12
    for number in range(count):
        of_site = {
            m.name: number // (1 + place) % (1 + m.terms) if m.scale != "continuous" else random.randint(0, 4)
            for place, m in enumerate(design.modifiers)
        }
        persons = []
        for place in range(12):
            values = dict(of_site)
            for at, m in enumerate(design.modifiers):
                if m.level == "persons":
                    values[m.name] = (
                        place // (1 + at) % (1 + m.terms) if m.scale != "continuous" else random.randint(0, 4)
                    )
            values |= {edge: random.randint(-2, 4) for edge in design.causal.edges}
            persons.append((1, values))
        sites.append((1, persons))
    return SimpleNamespace(design=design, sites=sites)


def trial(found, names):
    """The same persons in every arm, their outcomes without treatment what they like."""
    design, rows = found.design, []
    for number, (_, persons) in enumerate(found.sites):
        for place, (_, values) in enumerate(persons):
            for assigned in (None, *design.treatments):
                row = {"site": f"s{number}"} | {arm: int(arm == assigned) for arm in design.treatments}
                row |= {names[m.name]: values[m.name] for m in design.modifiers}
                for node in (*design.mediators, design.outcome):
                    row[node] = place % 3 + (effect(design, values, assigned, node) if assigned else 0)
                rows.append(row)
    return pd.DataFrame(rows)


@pytest.mark.parametrize("case", CASES)
def test_the_python_reproduces_the_moderated_regression(case, tmp_path, monkeypatch, capsys):
    arrows, modifiers, effect_asked = CASES[case]
    monkeypatch.chdir(tmp_path)
    design = drawn(arrows, sites=1 if case == "rows alone" else 12, modifiers=modifiers)
    finding = ic.check(design, ("all", "bypass"))[effect_asked]
    assert finding.best.moderators
    found = population(design, case)
    frame = trial(found, {m.name: m.name.replace("my age", "my_age") for m in modifiers})
    frame.to_csv("trial.csv", index=False)

    reg = finding.best.regression
    expected = by_slopes(frame)[0] if case == "slopes" else estimate(found, reg)[finding.best.column]
    namespace = {}
    exec(compile(finding.code("python"), "estimation code", "exec"), namespace)

    assert math.isclose(namespace["estimate"], float(expected), rel_tol=1e-7)
    assert "estimate:" in capsys.readouterr().out


def by_slopes(frame, plain=(), last="M"):
    """M and M times age, by site-by-T and site-by-T-by-age, with an intercept and a slope of age in every site."""
    age = frame["age"] - frame["age"].groupby(frame["site"]).mean().mean()
    sites = pd.get_dummies(frame["site"]).to_numpy(float)
    exogenous = np.hstack([sites, sites * frame[["age"]].to_numpy()])
    x = np.column_stack([frame[last], frame[last] * age, *(frame[m] for m in plain), exogenous])
    z = np.hstack([exogenous * frame[["T"]].to_numpy(), exogenous])
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    return np.linalg.lstsq(fitted, frame["Y"].to_numpy(float), rcond=None)[0]


def part_by_slopes(found):
    """Each person's own effect of T on M2, times a + k age there; averaged over persons and sites."""
    frame = trial(found, {"age": "age"})
    a, k = by_slopes(frame, ["M1"], "M2")[:2]
    middle = frame["age"].groupby(frame["site"]).mean().mean()
    each = [
        np.mean([effect(found.design, v, "T", "M2") * (a + k * (v["age"] - middle)) for _, v in persons])
        for _, persons in found.sites
    ]
    return np.mean(each)


@pytest.mark.parametrize("language", ["python", "r", "stata"])
@pytest.mark.parametrize("case", CASES)
def test_brackets_close_and_the_products_are_there(case, language):
    arrows, modifiers, effect_asked = CASES[case]
    design = drawn(arrows, sites=1 if case == "rows alone" else 12, modifiers=modifiers)
    finding = ic.check(design, ("all", "bypass"))[effect_asked]
    code = finding.code(language)
    lines = [line for line in code.splitlines() if not line.lstrip().startswith(("#", "*"))]
    for pair in ("()", "[]", "{}"):
        assert sum(line.count(pair[0]) for line in lines) == sum(line.count(pair[1]) for line in lines)
    for u in finding.best.regressors:
        assert len(finding.best.regression.terms(u)) == sum(f"{u}_h_{k}" in code for k in range(1, 9))


AT = {
    "binary": [
        "direct M2 Y at wages=1",
        "direct M2 Y at wages=0",
        "itt at wages=1",
        "compliance M1 at wages=0",
    ],
    "a number": ["direct M2 Y at wages=2.5", "direct M2 Y at wages=0"],
    "two": ["total M Y at wages=1, size=2"],
    "cells and a site's": ["total M Y at age=1, wages=0"],
}


@pytest.mark.parametrize(("case", "asked"), [(case, asked) for case, all_ in AT.items() for asked in all_])
def test_the_python_gives_the_effect_at_stated_levels(case, asked, tmp_path, monkeypatch, capsys):
    """The coefficient with the terms less their value there, against a + k'h in fractions."""
    arrows, modifiers, _ = CASES[case]
    monkeypatch.chdir(tmp_path)
    finding = ic.check(drawn(arrows, sites=12, modifiers=modifiers), ("all", "bypass"))[asked]
    levels = dict(finding.estimand.levels)
    found = population(finding.design, case)
    trial(found, {m.name: m.name for m in modifiers}).to_csv("trial.csv", index=False)
    namespace = {}
    exec(compile(finding.code("python"), "estimation code", "exec"), namespace)
    capsys.readouterr()

    assert math.isclose(
        namespace["estimate"], float(at_levels(found, finding.best, levels)), rel_tol=1e-6, abs_tol=1e-9
    )


def at_levels(found, strategy, levels):
    """The effect of the strategy's column at the levels: contrasts by cell on all products of compliances and values."""
    reg = strategy.regression
    rows = list(rows_of(found, reg.outcome, reg.regressors, reg.moderators))
    each = range(len(reg.moderators))
    terms = [[name in reg.moderated_by(u) for name in reg.moderators] for u in reg.regressors] or [
        [True for _ in each]
    ]
    chosen = [
        [
            part
            for size in range(len(kept) + 1)
            for part in combinations(each, size)
            if all(kept[k] for k in part)
        ]
        for kept in terms
    ]
    heads = [row[2] or [1] for row in rows]
    columns = [
        [r * prod(row[1][k] for k in part) for r, parts in zip(head, chosen, strict=True) for part in parts]
        for row, head in zip(rows, heads, strict=True)
    ]
    size = len(columns[0])
    normal = [
        [sum(w[0] * x[i] * x[j] for w, x in zip(rows, columns, strict=True)) for j in range(size)]
        for i in range(size)
    ]
    right = [sum(w[0] * x[i] * w[3] for w, x in zip(rows, columns, strict=True)) for i in range(size)]
    found = solved(normal, right)
    place = reg.regressors.index(strategy.column) if reg.regressors else 0
    start = sum(map(len, chosen[:place]))
    values = [Fraction(levels[name]) for name in reg.moderators]
    return sum(found[start + i] * prod(values[k] for k in part) for i, part in enumerate(chosen[place]))


def test_levels_of_other_moderators_have_to_be_stated():
    arrows, modifiers, _ = CASES["two"]
    binary = [Modifier(m.name, m.of, scale="binary") for m in modifiers]
    finding = ic.check(drawn(arrows, sites=12, modifiers=binary), "all")["total M Y at wages=1"]

    assert finding.best is not None
    with pytest.raises(ic.InvalidQuestionError, match="state its level as well"):
        finding.code("python")


def test_averages_and_levels_in_one_script_are_regressions_of_their_own():
    arrows, modifiers, asked = CASES["binary"]
    result = ic.check(drawn(arrows, sites=12, modifiers=modifiers), "all")
    code = result.code("r", [asked, f"{asked} at wages=1"])

    assert code.count("h_1 - 1.0") == 1
    assert code.count("tapply(rows$h_1") == 1
    assert "fit_2" in code


@pytest.mark.parametrize("language", ["python", "r", "stata"])
@pytest.mark.parametrize("asked", ["itt at age=1", "itt at wages=0", "itt at age=1, wages=0"])
def test_contrasts_at_levels_have_no_instruments(language, asked):
    arrows, modifiers, _ = CASES["cells and a site's"]
    code = ic.check(drawn(arrows, sites=12, modifiers=modifiers), "all")[asked].code(language)

    assert not re.search("instruments(,$| <-| =)|ivregress", code, re.MULTILINE)
    assert ("cell" in code) == ("age" in asked or language != "python")
