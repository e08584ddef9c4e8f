"""Estimation code of moderated regressions, run on persons each of whom is in every arm, so that contrasts are exact.

What the code prints is then what the regression of contrasts by site, or by cell, gives in fractions.
"""

from __future__ import annotations

import math
import random as randomly
import subprocess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck import Modifier
from tests.drawn import drawn
from tests.exact.moderated import effect, estimate
from tests.tools import require_program

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


def population(design, seed):
    """Sites with as many persons each, who have any effects and any values of the modifiers."""
    random = randomly.Random(seed)
    sites = []
    count = 1 if design.sites == 1 else 12
    for number in range(count):
        of_site = {
            m.name: number % (1 + m.terms) if m.scale != "continuous" else random.randint(0, 4)
            for m in design.modifiers
        }
        persons = []
        for place in range(12):
            values = dict(of_site)
            for m in design.modifiers:
                if m.level == "persons":
                    values[m.name] = (
                        place % (1 + m.terms) if m.scale != "continuous" else random.randint(0, 4)
                    )
            values |= {edge: random.randint(-2, 4) for edge in design.causal.edges}
            persons.append((1, values))
        sites.append((1, persons))
    return SimpleNamespace(design=design, sites=sites)


def trial(found, names):
    """The same persons in both arms, their outcomes without treatment what they like."""
    design, rows = found.design, []
    for number, (_, persons) in enumerate(found.sites):
        for place, (_, values) in enumerate(persons):
            for treated in (0, 1):
                row = {"site": f"s{number}", "T": treated}
                row |= {names[m.name]: values[m.name] for m in design.modifiers}
                for node in (*design.mediators, design.outcome):
                    row[node] = place % 3 + treated * effect(design, values, "T", node)
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
    expected = by_slopes(frame) if case == "slopes" else estimate(found, reg)[finding.best.column]
    namespace = {}
    exec(compile(finding.code("python"), "estimation code", "exec"), namespace)

    assert math.isclose(namespace["estimate"], float(expected), rel_tol=1e-7)
    assert "estimate:" in capsys.readouterr().out


def by_slopes(frame):
    """M and M times age, by site-by-T and site-by-T-by-age, with an intercept and a slope of age in every site."""
    age = frame["age"] - frame["age"].groupby(frame["site"]).mean().mean()
    sites = pd.get_dummies(frame["site"]).to_numpy(float)
    exogenous = np.hstack([sites, sites * frame[["age"]].to_numpy()])
    x = np.column_stack([frame["M"], frame["M"] * age, exogenous])
    z = np.hstack([exogenous * frame[["T"]].to_numpy(), exogenous])
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    return np.linalg.lstsq(fitted, frame["Y"].to_numpy(float), rcond=None)[0][0]


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


@pytest.mark.parametrize("case", CASES)
def test_r_reads_it(case, tmp_path):
    require_program("Rscript")
    arrows, modifiers, effect_asked = CASES[case]
    design = drawn(arrows, sites=1 if case == "rows alone" else 12, modifiers=modifiers)
    (tmp_path / "code.R").write_text(ic.check(design, ("all", "bypass"))[effect_asked].code("r"))
    subprocess.run(["Rscript", "-e", 'invisible(parse("code.R"))'], cwd=tmp_path, check=True)
