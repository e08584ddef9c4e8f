"""Pictures of the evidence: what is drawn is what was found, with many sites and with names of every kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.errors import InvalidQuestionError
from tests.evidence.shared import frame, pairs, parallel

plots = pytest.importorskip("identcheck.plots")


def evidence(sites: int, *mediators: str, plan: ic.Plan | None = None, **options) -> ic.Evidence:
    table = frame(sites, *mediators, "Y", seed=3)
    effects = ic.SiteEffects.from_frame(table, site="site", effects=pairs(*mediators, "Y"), **options)
    return ic.examine(parallel(*mediators, sites=sites), effects, assume="all", plan=plan)


def lines(axes) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    return {
        i: (np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for i, line in enumerate(axes.lines)
    }


def marks(axes) -> np.ndarray:
    """The points of the scatter, as the artist holds them."""
    return np.concatenate(
        [np.asarray(c.get_offsets()) for c in axes.collections if type(c).__name__ == "PathCollection"]
    )


def through_origin(points: np.ndarray) -> float:
    """All weights are alike in these tables."""
    return float(points[:, 0] @ points[:, 1] / (points[:, 0] @ points[:, 0]))


def has_slope(axes, slope: float) -> bool:
    """Whether a line through the origin with that slope is drawn."""
    return any(len(x) > 2 and np.allclose(y, slope * x) for x, y in lines(axes).values())


def test_the_line_is_the_estimate_and_the_marks_lie_about_it():
    found = evidence(15, "M")
    (axes,) = plots.site_scatter(found).axes
    value = found["direct M Y"].estimates["wls"].value
    assert np.allclose(np.sort(marks(axes)[:, 0]), np.sort(frame(15, "M", "Y", seed=3)["m"]))
    assert through_origin(marks(axes)) == pytest.approx(value)
    assert has_slope(axes, value)


def test_panels_of_several_mediators_have_the_coefficients_as_their_slopes():
    found = evidence(25, "A", "B")
    panels = plots.site_scatter(found).axes
    for axes, node in zip(panels, ("A", "B"), strict=True):
        value = found[f"direct {node} Y"].estimates["wls"].value
        assert through_origin(marks(axes)) == pytest.approx(value)
        assert has_slope(axes, value)


def test_lines_of_the_tests_are_drawn_where_there_are_enough_sites():
    def words(found: ic.Evidence) -> str:
        figure = plots.site_scatter(found)
        return " ".join(text.get_text() for legend in figure.legends for text in legend.get_texts())

    assert "with an intercept, corrected, p =" in words(evidence(15, "M"))
    assert "with a square, by least squares; test p =" in words(evidence(15, "M"))
    assert "with an intercept" not in words(evidence(2, "M"))
    assert "as the plan anticipated them" in words(evidence(15, "M", plan=ic.Plan(persons=50)))
    assert "anticipated" not in words(evidence(15, "M"))


def test_the_forest_of_200_sites_fits_a_page_and_names_few():
    found = evidence(200, "M")
    figure = plots.site_forest(found)
    assert figure.get_figheight() <= 8
    named = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert 3 <= len(named) <= 14
    moved = found["direct M Y"].leave_one_out.to_frame().set_index("without")["change"].abs()
    assert moved.idxmax() in named
    assert len(plots.site_forest(evidence(20, "M")).axes[0].get_yticklabels()) == 20


def test_names_may_be_long_alike_and_look_like_mathematics():
    table = frame(6, "M", "Y", seed=3)
    table["site"] = ["a very long name of a school, " + end for end in ("one", "two", "three")] + [
        "$x$",
        "%",
        "ünï",
    ]
    effects = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    found = ic.examine(parallel("M", sites=6), effects, assume="all")
    for make in (plots.site_scatter, plots.site_forest, plots.sites_left_out):
        svg = plots.svg_of(make(found))
        assert "$x$" in svg.replace("\\$", "$")
    named = [label.get_text() for label in plots.site_forest(found).axes[0].get_yticklabels()]
    assert len(named) == 6
    assert sum(name.startswith("a very long name") for name in named) == 3


def test_arms_have_a_row_each():
    rng = np.random.default_rng(1)
    rows = [(f"s{s}", arm, rng.normal(1), 0.1, rng.normal(1), 0.1) for s in range(9) for arm in ("A", "B")]
    table = pd.DataFrame(rows, columns=["site", "arm", "m", "m_se", "y", "y_se"])
    effects = ic.SiteEffects.from_frame(table, site="site", arm="arm", effects=pairs("M", "Y"))
    design = ic.Design.from_text(
        'graph = "{A B} -> M -> Y"\ntreatment = ["A", "B"]\noutcome = "Y"\nsites = 9\n', format="toml"
    )
    found = ic.examine(design, effects, assume="all")
    named = [label.get_text() for label in plots.site_forest(found).axes[0].get_yticklabels()]
    assert len(set(named)) == len(named) == 18
    assert len(marks(plots.site_scatter(found).axes[0])) == 18
    left = [label.get_text() for label in plots.sites_left_out(found).axes[0].get_yticklabels()]
    assert {"arm A", "arm B"} <= set(left)


def test_left_out_sites_stand_at_the_estimates_without_them():
    found = evidence(12, "M")
    table = frame(12, "M", "Y", seed=3)
    (axes,) = plots.sites_left_out(found).axes
    drawn = dict(zip([t.get_text() for t in axes.get_yticklabels()], next(
        x for x, y in lines(axes).values() if len(x) == 12), strict=True))  # fmt: skip
    for site, value in drawn.items():
        rest = table[table["site"] != site]
        assert value == pytest.approx((rest["m"] @ rest["y"]) / (rest["m"] @ rest["m"]))


def test_the_funnel_stands_at_the_average_and_counts_the_sites_in_it():
    """By hand: two sites with small errors at 1, one far above, one with a large error below."""
    table = pd.DataFrame({"site": list("abcd"), "m": [1.0, 1.2, 0.8, 1.1], "m_se": 0.1, "y": [1.0, 1.0, 3.0, 0.2],
                          "y_se": [0.1, 0.1, 0.5, 1.0]})  # fmt: skip
    effects = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))
    plan = ic.Plan(
        persons=50,
        arrows={("T", "M"): ic.Arrow(mean=2.0, between=0.5), ("M", "Y"): ic.Arrow(mean=0.4, between=0.1)},
    )
    found = ic.examine(parallel("M", sites=4), effects, assume="all", plan=plan)
    figure = plots.site_funnel(found)
    (axes,) = figure.axes
    average = (200 + 3 * 4 + 0.2) / (200 + 4 + 1)
    upright = [x[0] for x, _ in lines(axes).values() if len(x) == 2 and x[0] == x[1]]
    assert upright == pytest.approx([average, 0.8])
    words = " ".join(text.get_text() for legend in figure.legends for text in legend.get_texts())
    assert "3 of 4 sites in the funnel" in words
    assert "planned 0.8" in words
    assert [text.get_text() for text in axes.texts] == ["c"]
    html = found.render("html")
    assert "3 of 4 sites lie in the funnel" in html
    assert "Funnel plot of 4 sites" in html
    assert "0 left of it and 1 right of it" in html


def test_a_funnel_of_two_arms_and_one_without_errors():
    table = frame(6, "M", "Y", seed=3).assign(y_se=0.0)
    effects = ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"), weights="sites")
    found = ic.examine(parallel("M", sites=6), effects, assume="all")
    with pytest.raises(InvalidQuestionError, match="no funnel to draw"):
        plots.site_funnel(found)
    assert "Funnel plot" not in found.render("html")


def test_the_curve_is_q_and_meets_its_limit_at_the_ends_of_the_set():
    found = evidence(12, "M")
    table = frame(12, "M", "Y", seed=3)
    (axes,) = plots.anderson_rubin_curve(found).axes
    curve = next((x, y) for x, y in lines(axes).values() if len(x) > 100)
    b = curve[0][::50]
    q = [(((table["y"] - v * table["m"]) ** 2) / (0.01 + v**2 * 0.01)).sum() for v in b]
    assert np.allclose(curve[1][::50], q)
    ((low, high),) = found["direct M Y"].anderson_rubin()
    limit = next(y[0] for x, y in lines(axes).values() if len(x) == 2 and y[0] == y[1] and list(x) == [0, 1])
    assert np.interp([low, high], *curve) == pytest.approx([limit, limit], rel=1e-2)


def test_planned_and_found_draws_their_ratios():
    found = evidence(12, "M", plan=ic.Plan(persons=50))
    table = next(t for t in found.tables if t.key == "compared").to_frame().dropna()
    (axes,) = plots.planned_and_found(found).axes
    drawn = [x for x, y in lines(axes).values() if len(x) == len(table) and not np.allclose(x, 1)]
    assert np.allclose(drawn[0], table["found"] / table["planned"])
    with pytest.raises(InvalidQuestionError, match="no plan"):
        plots.planned_and_found(evidence(12, "M"))


def test_what_has_no_picture_says_why():
    found = evidence(12, "M")
    with pytest.raises(InvalidQuestionError, match="examine"):
        plots.site_scatter(found["direct M Y"])
    with pytest.raises(InvalidQuestionError, match="not estimated by one regression"):
        plots.site_scatter(found, "itt()")
    with pytest.raises(InvalidQuestionError, match="too few sites"):
        plots.sites_left_out(evidence(1, "M"))


def test_the_line_with_an_intercept_is_the_corrected_one():
    """With noisy compliances the line of least squares is flat; that of the test is worked out here by hand."""
    rng = np.random.default_rng(3)
    true = rng.normal(0.5, 0.4, 30)
    m, y = true + rng.normal(0, 0.3, 30), 0.4 * true + rng.normal(0, 0.1, 30)
    frame = {"site": [f"s{i}" for i in range(30)], "m": m, "y": y, "sm": [0.3] * 30, "sy": [0.1] * 30}
    table = ic.SiteEffects.from_frame(frame, site="site", effects={"M": ("m", "sm"), "Y": ("y", "sy")})
    evidence = ic.examine(parallel("M", sites=30), table, assume="all")
    axes = plots.site_scatter(evidence, "direct M Y").axes[0]
    line = next(one for one in axes.get_lines() if one.is_dashed() and len(one.get_xdata()) > 50)
    slope, height = np.polyfit(line.get_xdata(), line.get_ydata(), 1)
    by_hand = np.cov(m, y, bias=True)[0, 1] / (m.var() - 0.3**2)
    assert slope == pytest.approx(by_hand)
    assert height == pytest.approx(y.mean() - by_hand * m.mean())
    words = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert any(said.startswith("with an intercept, corrected, p") for said in words)
    assert any("with a square, by least squares; test p" in said for said in words)
