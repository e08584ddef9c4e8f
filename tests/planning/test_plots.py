"""Pictures of the design in numbers: drawn for every design, literal, the same every time, clear where they cannot be."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from identcheck import (
    Arrow,
    Design,
    InvalidQuestionError,
    Plan,
    ReportError,
    compliance,
    contour,
    diagnose,
    direct,
    load,
    plots,
    sensitivity,
    simulate,
    total,
)
from identcheck.plots.choices import number_words
from identcheck.plots.style import literal
from tests.tools import REPOSITORY

ODD = r"a$x_1$^{b}\\frac & <c> 50% $"
EDGES = [("T", "V"), ("V", "N"), ("V", "Y"), ("N", "Y")]
PLAN = Plan(sites=12, persons=80, between={"T -> V ~ V -> Y": 0.3}, units={"V": ODD, "Y": ODD})


def one_mediator() -> Design:
    return Design(graph([("T", "M"), ("M", "Y")]), treatment="T", outcome="Y")


def graph(edges: list[tuple[str, str]]) -> Any:
    import networkx as nx

    return nx.DiGraph(edges)


def two_arms() -> Design:
    return Design(graph([("A", "M"), ("B", "M"), ("A", "N"), ("B", "N"), ("M", "Y"), ("N", "Y")]),
                  treatment=["A", "B"], outcome="Y")  # fmt: skip


def two_mediators() -> Design:
    return Design(graph(EDGES), treatment="T", outcome="Y", scales={"V": "binary"})


DESIGNS: dict[str, tuple[Callable[[], Design], Plan, str, str]] = {
    "one": (
        one_mediator,
        Plan(arrows={("T", "M"): Arrow(mean=0.5)}),
        "between.T -> M ~ M -> Y",
        "arrows.T -> M.cv",
    ),
    "chain": (two_mediators, PLAN, "between.T -> V ~ V -> Y", "confounding.V ~ Y"),
    "arms": (two_arms, Plan(sites=8), "between.A -> M ~ M -> Y", "sites"),
    "uneven": (
        one_mediator,
        Plan(persons=(20, 40, 60, 300), sites=4, arrows={("T", "M"): Arrow(mean=0.5)}),
        "residuals.M",
        "arrows.T -> M.cv",
    ),
}


def drawn(design: Design, plan: Plan, across: str, up: str) -> dict[str, Figure]:
    """Every picture of a plan."""
    found, name = diagnose(design, plan), design.mediators[0]
    values = {"sites": (4, 8, 12), "residuals.M": (0.5, 1.0, 2.0)}
    field = contour(design, plan, direct(name, "Y"), (across, values.get(across, (-0.5, 0.0, 0.5))),
                    (up, values.get(up, (0.1, 0.2, 0.3))))  # fmt: skip
    return {
        "scatter": plots.compliance_scatter(found),
        "budget": plots.bias_budget(found),
        "power": plots.power_curves(found),
        "contours": plots.bias_contours(field, (0.0, 0.2)),
        "bars": plots.sensitivity_bars(sensitivity(design, plan), most=4),
        "sampling": plots.sampling_distributions(simulate(design, plan, 60)),
    }


@pytest.fixture(scope="module", params=DESIGNS)
def figures(request: pytest.FixtureRequest) -> dict[str, Figure]:
    make, *rest = DESIGNS[request.param]
    return drawn(make(), *rest)


def test_every_picture_has_labelled_axes_and_no_title(figures: dict[str, Figure]) -> None:
    for name, figure in figures.items():
        panels = [axes for axes in figure.axes if axes.get_visible()]
        assert panels, name
        assert any(axes.get_xlabel() for axes in panels), name
        assert not any(axes.get_title() for axes in panels), name


def test_every_picture_can_stand_in_a_page(figures: dict[str, Figure]) -> None:
    for name, figure in figures.items():
        made = plots.inline_svg(figure, name, f"{name} <&>")
        root = ElementTree.fromstring(made)
        assert root.attrib["aria-label"] == f"{name} <&>"
        named = [item.attrib["id"] for item in root.iter() if "id" in item.attrib]
        assert all(each.startswith(f"{name}-") for each in named)
        assert set(re.findall(r"url\(#([^)]*)\)", made)) <= set(named)
        assert not re.search(r"style=|href|<style|<use|<metadata|<script", made)
        assert len([item for item in root.iter() if item.tag == "text"]) > 3
        assert plots.pdf_of(figure).startswith(b"%PDF")


def test_pictures_are_the_same_every_time() -> None:
    first, second = (drawn(two_mediators(), *DESIGNS["chain"][1:]) for _ in range(2))
    for name in first:
        assert plots.svg_of(first[name]) == plots.svg_of(second[name]), name
        assert plots.pdf_of(first[name]) == plots.pdf_of(second[name]), name


def test_what_users_write_is_literal() -> None:
    figure = plots.compliance_scatter(diagnose(two_mediators(), PLAN))
    root = ElementTree.fromstring(plots.inline_svg(figure, "a", "b"))
    shown = " ".join("".join(item.itertext()) for item in root.iter("text"))
    assert ODD.split()[0] in shown
    assert "50% $" in shown


@pytest.mark.parametrize("text", [ODD, "$", "$$", r"\$5 and \$6", "$a$ $b$", "plain_text^2"])
def test_any_text_is_literal(text: str) -> None:
    figure = Figure()
    figure.text(0.5, 0.5, literal(text))
    root = ElementTree.fromstring(plots.inline_svg(figure, "a", "b"))
    assert ["".join(item.itertext()) for item in root.iter("text")] == [" ".join(text.split())]


def test_the_users_settings_stay_as_they_are() -> None:
    before = dict(matplotlib.rcParams)
    plots.power_curves(diagnose(one_mediator()))
    assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_without_matplotlib_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    found = diagnose(one_mediator())
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for make in (plots.compliance_scatter, plots.bias_budget, plots.power_curves):
        with pytest.raises(ReportError, match=r"pip install 'identcheck\[plots\]'"):
            make(found)


# -- what is drawn is what was worked out --------------------------------------------


def test_the_scatter_has_the_regressions_slope() -> None:
    """The slope through the origin of each panel's dots, weighted by sites, is the line drawn through them."""
    found = diagnose(two_mediators(), PLAN)
    for axes in plots.compliance_scatter(found, seed=3).axes:
        lines = {line.get_label(): line for line in axes.get_lines()}
        dots = next(line for line in axes.get_lines() if line.get_marker() == "o")
        dashed = next(line for line in axes.get_lines() if line.get_linestyle() == "--")
        x, y = (np.asarray(values, float) for values in dots.get_data())
        ends = np.asarray(dashed.get_data(), float)
        assert len(x) == 12
        assert lines
        assert np.isclose((x @ y) / (x @ x), (ends[1][1] - ends[1][0]) / (ends[0][1] - ends[0][0]))


def test_the_true_line_has_the_true_slope() -> None:
    found = diagnose(two_mediators(), PLAN)
    (axes, _) = plots.compliance_scatter(found).axes
    line = next(item for item in axes.get_lines() if item.get_linestyle() == "-" and item.get_zorder() == 2)
    (x, y) = (np.asarray(values, float) for values in line.get_data())
    assert np.allclose(y, found[direct("V", "Y")].question.target * x)


def test_the_power_of_the_plan_is_marked() -> None:
    found = diagnose(two_mediators(), PLAN)
    (axes,) = plots.power_curves(found, total("V", "Y")).axes
    mark = next(line for line in axes.get_lines() if line.get_marker() == "o")
    power = found[total("V", "Y")].power
    assert power is not None
    assert np.allclose(np.ravel(mark.get_data()), [12, power])


def test_the_bars_of_bias_add_up() -> None:
    found = diagnose(one_mediator(), Plan(between={"T -> M ~ M -> Y": 0.5}))
    (axes,) = plots.bias_budget(found).axes
    widths = sum(patch.get_width() for patch in axes.patches)
    (effect,) = (
        e for e in found.effects if e.budget and e.question.strategy and e.question.strategy.regressors
    )
    assert effect.bias is not None
    assert effect.se is not None
    assert widths == pytest.approx(effect.bias / effect.se, abs=0.03)  # causes too small to see are left out


def test_the_share_outside_the_axis_is_told() -> None:
    made = simulate(one_mediator(), Plan(sites=6, persons=20), 400)
    figure = plots.sampling_distributions(made)
    for axes, row in zip(figure.axes, made.rows, strict=False):
        low, high = axes.get_xlim()
        draws = np.asarray(made.draws[row.estimand, row.estimator])
        outside = 1 - np.mean((draws >= low) & (draws <= high))
        told = re.search(r"([\d.]+)% outside", axes.get_ylabel())
        assert (float(told[1]) if told else 0.0) == pytest.approx(100 * outside, abs=0.051)


def test_what_cannot_be_drawn_is_refused() -> None:
    found = diagnose(two_mediators(), PLAN)
    with pytest.raises(InvalidQuestionError, match="was not made for"):
        plots.power_curves(found, direct("N", "V"))
    with pytest.raises(InvalidQuestionError, match="not estimated by a regression"):
        plots.compliance_scatter(found, compliance("V"))
    with pytest.raises(InvalidQuestionError, match="give up to 3 numbers"):
        plots.power_curves(found, persons=[10, 20, 30, 40])
    zero = diagnose(one_mediator(), Plan(arrows={("M", "Y"): Arrow(mean=0.0)}))
    with pytest.raises(InvalidQuestionError, match="power has no meaning"):
        plots.power_curves(zero, direct("M", "Y"))
    with pytest.raises(InvalidQuestionError, match="was not simulated"):
        plots.sampling_distributions(simulate(one_mediator(), reps=5), direct("T", "M"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sites", "number of sites"),
        ("arrows.T -> M.cv", "coefficient of variation across sites of T → M"),
        ("between.T -> M ~ M -> Y", "correlation across sites of T → M and M → Y"),
        ("third_within.T -> M ~ T -> M ~ M -> Y", "third moment within sites of T → M and T → M and M → Y"),
        ("confounding.M ~ Y", "correlation of the disturbances of M  and  Y"),
    ],
)
def test_numbers_have_words(name: str, words: str) -> None:
    assert number_words(name).split() == words.split()


def test_every_example_with_a_plan_can_be_drawn() -> None:
    for file in sorted((REPOSITORY / "examples").glob("*.toml")):
        if "[plan]" in file.read_text(encoding="utf-8"):
            found = diagnose(load(file), Plan.from_toml(file))
            for make in (plots.compliance_scatter, plots.bias_budget, plots.power_curves):
                plots.svg_of(make(found))


def test_the_graph_has_every_arrow_with_its_numbers() -> None:
    plan = Plan(arrows={("T", "V"): Arrow(0.47, 0.1)}, suspected={("T", "Y"): Arrow(0.05)})
    (axes,) = plots.causal_graph(diagnose(two_mediators(), plan)).axes
    words = [text.get_text() for text in axes.texts]
    assert "0.47 ± 0.1" in words
    assert "0.05" in words
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(arrows) == len(two_mediators().causal.edges) + 1
    assert {"T", "V", "Y"} <= set(words)
