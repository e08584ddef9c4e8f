"""Estimation code with interactions: products are made of persons, before contrasts, and what runs gives the regression."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import identcheck as ic
from tests.report.code_data import engine_regression, persons

GRAPH = nx.DiGraph([("T", "V"), ("V", "NP"), ("V", "Y"), ("NP", "Y")])


def design(*interactions, **more):
    return ic.Design(GRAPH, treatment="T", outcome="Y", sites=9, interactions=interactions, **more)


@pytest.mark.parametrize("interactions", [("V*NP",), ("V*V",), ("V*NP", "NP*NP")])
def test_the_python_makes_the_products_and_runs(interactions, tmp_path, monkeypatch, capsys):
    made = design(*interactions)
    result = ic.check(made, "all")
    frame = persons(made, {node: node for node in made.order})
    monkeypatch.chdir(tmp_path)
    drawn = frame[["site", "T", "V", "NP", "Y"]]  # no column of a product in the data
    drawn.to_csv("trial.csv", index=False)
    held = ic.at(ic.direct("V", "Y"), {"NP" if "V*NP" in interactions else "V": 2})
    for estimand in (ic.direct("V", "Y"), held):
        finding = result[estimand]
        code = finding.code("python").replace("range(999)", "range(3)")
        space: dict[str, object] = {}
        exec(compile(code, "code", "exec"), space)
        full = drawn.assign(**{q: drawn[k] * drawn[n] for q, (k, n) in made.products.items()})
        reg = finding.best.parts[0].regression
        slopes = engine_regression(full, reg, {node: node for node in made.order}, [])
        names = {node: node.replace("*", "_") for node in reg.regressors}
        for node, name in names.items():
            assert np.isclose(space["fit_1"].params[name], slopes[node])
        if estimand is held:
            terms = finding.best.terms
            expected = sum(float(term.sign) * slopes[term.factors[0].target.source] for term in terms)
            assert np.isclose(space["estimate"], expected)
    capsys.readouterr()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", 'data["V_NP"] = data["V"] * data["NP"]'),
        ("r", "data$V_NP <- data$V * data$NP"),
        ("stata", "generate double V_NP = V * NP"),
    ],
)
def test_each_language_makes_the_product_before_it_is_used(language, line):
    code = ic.check(design("V*NP"), "all")["interaction V NP"].code(language)
    assert code.count(line) == 1
    assert "no product of contrasts" in " ".join(code.replace("#", " ").replace("*", " ").split())
    assert code.index(line) < code.rindex("V_NP")
    assert "'V*NP'" not in code  # it is no column of the data


def test_without_interactions_there_is_none():
    code = ic.check(ic.Design(GRAPH, treatment="T", outcome="Y", sites=9), "all")["direct V Y"].code("python")
    assert "before any contrast" not in code
