"""The R code runs, and gives the numbers of the Python code on the same data, for every kind of regression."""

from __future__ import annotations

import re
import subprocess

import numpy as np
import pytest

import identcheck as ic
from tests.drawn import drawn
from tests.report import test_code, test_code_moderated, test_code_products
from tests.report.code_data import persons
from tests.report.test_code import run
from tests.report.test_code_strength import FAMILY, result_of
from tests.tools import often, require_program


def plain(case):
    finding = test_code.found(case)
    return finding, persons(finding.design, {node: node for node in finding.design.graph})


def part(case):
    finding, _ = test_code.composed(case)
    return finding, persons(finding.design, {node: node for node in finding.design.graph})


def moderated(case):
    arrows, modifiers, asked = test_code_moderated.CASES[case]
    design = drawn(arrows, sites=1 if case == "rows alone" else 12, modifiers=modifiers)
    return of_population(ic.check(design, ("all", "bypass"))[asked], case)


def at_levels(case):
    arrows, modifiers, _ = test_code_moderated.CASES[case]
    result = ic.check(drawn(arrows, sites=12, modifiers=modifiers), ("all", "bypass"))
    return of_population(result[test_code_moderated.AT[case][0]], case)


def averaged(case):
    return of_population(test_code_moderated.given(case), case)


def of_population(finding, seed):
    frame = test_code_moderated.trial(
        test_code_moderated.population(finding.design, seed),
        {m.name: m.name.replace("my age", "my_age") for m in finding.design.modifiers},
    )
    rng = np.random.default_rng(1)
    for node in (*finding.design.mediators, finding.design.outcome):  # so that errors are none of rounding
        frame[node] += rng.normal(0, 1, len(frame))
    return finding, frame


def interacting(effect):
    made = test_code_products.design("V*NP")
    finding = ic.check(made, "all")[effect]
    return finding, persons(made, {node: node for node in made.order})[["site", "T", "V", "NP", "Y"]]


KINDS = (
    (plain, test_code.CASES),
    (part, test_code.COMPOSED),
    (moderated, test_code_moderated.CASES),
    (at_levels, test_code_moderated.AT),
    (averaged, test_code_moderated.GIVEN),
    (interacting, ("direct V Y", "interaction V NP", "direct V Y at NP=2")),
)


@pytest.mark.parametrize(("make", "case"), [(make, case) for make, cases in KINDS for case in cases])
def test_r_gives_what_python_gives(make, case, tmp_path, monkeypatch, capsys):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    finding, frame = make(case)
    frame.to_csv("trial.csv", index=False)
    for strategy in finding.strategies[:: often(2, 1)]:
        left = run(finding.code("python", strategy))
        found = in_r(
            finding.code("r", strategy), sorted(name for name in left if re.fullmatch(r"fit_\d", name))
        )
        assert np.isclose(found["estimate"][0], left["estimate"], rtol=1e-6), strategy
        for name, columns, errors, strengths in by_fit(left):
            assert np.allclose(found[name], left[name].params[columns], rtol=1e-6)
            assert np.allclose(found[f"{name} errors"], errors, rtol=1e-6)
            assert np.allclose(found[f"{name} strength"], strengths, rtol=1e-5)
    capsys.readouterr()


def by_fit(left):
    """Of each regression of the Python code: its name, the columns of interest, their errors, and conditional F."""
    for name in (n for n in left if re.fullmatch(r"fit_\d", n)):
        fit = left[name]
        columns = [c for c in fit.params.index if not c.startswith("in ") and c != "constant"]
        yield name, columns, fit.std_errors[columns], left.get(name.replace("fit", "f"), ())


def in_r(code, fits):
    """What the code leaves behind in R: the estimate, and of each regression coefficients, errors and conditional F."""
    shown = ['cat("\\nestimate:", format(estimate, digits = 15), "\\n")']
    for name in fits:
        kept = f'!(names({name}$coefficients) == "" | startsWith(names({name}$coefficients), "in "))'
        for said, what in (("", "coefficients"), (" errors", "errors")):
            values = f"{name}${what}[{kept}]"
            shown.append(f'cat("\\n{name}{said}:", format({values}, digits = 15), "\\n")')
        shown.append(f'cat("\\n{name} strength:", format({name}$conditional_f, digits = 15), "\\n")')
    lines = output_of(code.replace("999", "3") + "\n".join(shown)).splitlines()
    said = dict(
        line.split(":", 1) for line in lines if re.match(r"(estimate|fit_\d( errors| strength)?):", line)
    )
    return {
        name: [float(number) for number in numbers.split() if number != "NULL"]
        for name, numbers in said.items()
    }


def output_of(code):
    with open("fit.R", "w") as file:
        file.write(code)
    done = subprocess.run(["Rscript", "fit.R"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_family_in_r_gives_the_table_of_python(tmp_path, monkeypatch, capsys):
    require_program("Rscript")
    monkeypatch.chdir(tmp_path)
    result = result_of()
    persons(result.design, {node: node for node in result.design.graph}).to_csv("trial.csv", index=False)
    left = run(result.code("python", FAMILY), draws=30)["results"].set_index("effect")
    capsys.readouterr()
    columns = ", ".join(f'";", format(results${name}, digits = 15)' for name in ("estimate", "p"))
    shown = f'cat(paste0("@", results$effect, {columns}), sep = "\\n")'
    output = output_of(result.code("r", FAMILY).replace("999", "30") + shown)
    rows = [line[1:].split(";") for line in output.splitlines() if line.startswith("@")]
    assert {effect for effect, _, _ in rows} == set(left.index)
    for effect, estimate, p in rows:
        assert np.isclose(float(estimate), left.loc[effect, "estimate"], rtol=1e-7)
        if effect != "path(M1, M2, Y)":  # its p value is of draws, which differ
            assert np.isclose(float(p), left.loc[effect, "p value"], rtol=1e-6)
