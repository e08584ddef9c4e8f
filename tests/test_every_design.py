"""Whatever the design, every part of its answer can be had and printed in every format."""

from __future__ import annotations

import json
import re
from functools import cache
from random import Random
from xml.etree import ElementTree

import pytest

from identcheck import Design, check
from identcheck.decide.equations import equations
from identcheck.symbols.typeset import latex, mathml, unicode
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.worlds import random_design

BINARY = {"T1": "binary", "T2": "binary", "M": "binary"}
NAMED = {
    "Figure 1, an effect the same for everyone": drawn(FIGURE_1, {"M1 -> Y": "none"}, sites=5),
    "Figure 2, nothing varies within sites": drawn(
        FIGURE_2, dict.fromkeys(["T -> V", "V -> NP", "V -> Y", "NP -> Y"], "sites")
    ),
    "nothing varies at all": drawn(
        PARALLEL, dict.fromkeys(["T -> M1", "T -> M2", "M1 -> Y", "M2 -> Y"], "none"), sites=3
    ),
    "a chain": drawn(CHAIN, sites=2),
    "one site, one mediator": drawn("T -> M -> Y", sites=1),
    "one site, one mediator, T -> Y": drawn("T -> M -> Y; T -> Y", sites=1),
    "one site, one mediator, two arms": drawn("{T1 T2} -> M -> Y", sites=1),
    "one site, one mediator, two arms, binary": drawn("{T1 T2} -> M -> Y; T1 -> Y", sites=1, scales=BINARY),
    "one site, an arm that misses the mediator": drawn("T2 -> M -> Y; T1 -> Y", sites=1, scales=BINARY),
    "one site, two mediators": drawn(PARALLEL, sites=1),
    "two arms, one mediator": drawn("{T1 T2} -> M -> Y", sites=5),
    "two arms, one of them with a bypass": drawn("{T1 T2} -> M -> Y; T1 -> Y", sites=5),
    "an arm that misses the mediator": drawn("T1 -> M -> Y; T2 -> Y", sites=5),
    "an arm with a bypass that alone moves a mediator": drawn(
        "T1 -> M1 -> Y; T2 -> {M2 Y}; M2 -> Y", sites=5
    ),
    "one coefficient determined, others not": drawn(
        "T -> {M1 M2} -> Y; M2 -> M3 -> Y", {"M2 -> M3": "none"}, sites=9
    ),
    "an arm that misses a mediator's equation": drawn(
        "{T1 T2} -> M1 -> Y; T1 -> {M2 M3} -> Y; M2 -> M3", sites=5
    ),
    "the only mediator not measured": drawn("T -> x -> Y", unobserved=["x"], sites=5),
    "the only mediator not measured, one site": drawn("T -> x -> Y", unobserved=["x"], sites=1),
    "a shared edge": drawn("T -> {M1 M2} -> Y; M1 -> x -> {M2 Y}", unobserved=["x"], sites=5),
    "a bypass and a latent": drawn("T -> {x M} -> Y; T -> Y; x -> M", unobserved=["x"], sites=5),
    "baseline causes": drawn(FIGURE_2 + "; U -> {V Y}; age", unobserved=["U"], sites=5),
}


@cache
def random_designs() -> tuple[Design, ...]:
    found = []
    for number in range(16):
        random = Random(f"every {number}")
        design = random_design(random, sites=random.choice([None, 1, 1, 2, 30]))
        said = design._said()
        said["scales"] = {
            n: random.choice(["binary", "continuous"]) for n in design.graph if random.random() < 0.7
        }
        found.append(Design(design.graph, **said))
    return tuple(found)


def answers(design: Design) -> list[str]:
    """Every formula there is: equations, derivations, biases, conditions, assumptions."""
    result = check(design, "all")
    formulas = [line for step in equations(design) for line in step.lines or (step.latex,)]
    for a in result.assumptions:
        formulas += [*a.formulas, *a.detail_formulas]
    for finding in result.findings:
        for strategy in (*finding.strategies, *finding.ruled_out):
            formulas += [line for step in strategy.derivation for line in step.lines or (step.latex,)]
            formulas += [c.latex for c in strategy.conditions]
            if len(strategy.regressors) <= 2:
                formulas += [latex(bias) for bias in strategy.bias().values()]
    return list(dict.fromkeys(filter(None, formulas)))


class TestNamed:
    @pytest.mark.parametrize("name", NAMED)
    def test_formulas_are_sound(self, name):
        for formula in answers(NAMED[name]):
            assert "\\" not in unicode(formula)
            assert not doubled(formula), formula
            ElementTree.fromstring(mathml(formula))

    @pytest.mark.parametrize("format", ["text", "markdown", "html", "latex", "json"])
    @pytest.mark.parametrize("name", NAMED)
    def test_reports(self, name, format):
        report = check(NAMED[name], "all").render(format)
        if format == "json":
            assert json.loads(report)
        if format == "latex":
            assert not doubled(report)
        assert not re.search(r"\bNone\b(?!\s+of\s)", re.sub(r"<[^>]*>", " ", report))


class TestRandom:
    def test_every_formula(self):
        for design in random_designs():
            if len(design.mediators) > 3:
                continue
            try:
                formulas = answers(design)
            except Exception as error:
                raise AssertionError(f"{design!r}, {dict(design.scales)}") from error
            for formula in formulas:
                assert not doubled(formula), (design, formula)

    @pytest.mark.parametrize("format", ["text", "html"])
    def test_reports(self, format):
        for number, design in enumerate(random_designs()):
            if len(design.mediators) <= 2:
                try:
                    assert check(design, "all" if number % 2 else ()).render(format)
                except Exception as error:
                    raise AssertionError(f"{design!r}") from error


def doubled(tex: str) -> bool:
    """Whether a symbol has two superscripts or two subscripts, which LaTeX refuses."""
    group = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
    script = rf"(?:{group}|[A-Za-z0-9*])"
    return (
        re.search(
            rf"\^{script}(?:_{script})?\^|_{script}(?:\^{script})?_",
            tex.replace(r"\_", "").replace(r"\^", ""),
        )
        is not None
    )
