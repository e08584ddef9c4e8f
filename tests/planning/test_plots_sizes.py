"""Pictures of what a plan decides: what is drawn is what the closed forms say at that size, and narrow pages show the same."""

from __future__ import annotations

from itertools import chain

import networkx as nx
import numpy as np
import pytest

import identcheck as ic
from identcheck import plots
from identcheck.plots.held import MEASURES

pytest.importorskip("matplotlib")

EDGES = [("T", "A"), ("T", "B"), ("A", "B"), ("A", "Y"), ("B", "Y")]
ARROWS = {
    "T -> A": ic.Arrow(0.5, 0.3),
    "T -> B": ic.Arrow(0.3, 0.3),
    "A -> Y": ic.Arrow(0.2, 0.1),
    "B -> Y": ic.Arrow(0.3, 0.1),
}
CONFOUNDING = {"A ~ Y": 0.3, "B ~ Y": 0.3}
WORDS = {"person": "pupil", "site": "district", "assigned": "school"}


def design(*more: tuple[str, str], **fields: object) -> ic.Design:
    return ic.Design(nx.DiGraph([*EDGES, *more]), treatment="T", outcome="Y", **fields)  # type: ignore[arg-type]


def schools(**changed: object) -> ic.Diagnosis:
    plan = ic.Plan(
        sites=20,
        clusters=8,
        persons_per_cluster=30,
        arrows=ARROWS,
        icc={"A": 0.15, "B": 0.1, "Y": 0.2},
        confounding=CONFOUNDING,
    )
    return ic.diagnose(design(words=WORDS), plan.but(**changed), ["direct A Y"])


def pupils(**changed: object) -> ic.Diagnosis:
    plan = ic.Plan(sites=20, persons=100, arrows=ARROWS, confounding=CONFOUNDING)
    return ic.diagnose(design(), plan.but(**changed), ["direct A Y"])


def line(figure: object, panel: int, label: int) -> dict[int, float]:
    """The points of a line of a panel, by where they are across."""
    drawn = [each for each in figure.axes[panel].lines if len(each.get_xdata()) > 2]  # type: ignore[attr-defined]
    return dict(zip(map(int, drawn[label].get_xdata()), map(float, drawn[label].get_ydata()), strict=True))


def test_power_and_bias_of_another_number_of_sites() -> None:
    figure = plots.power_and_bias(pupils(), "direct A Y", lines=[100], reach=(10, 40))
    power, bias = line(figure, 0, 0), line(figure, 1, 0)

    for sites in (10, 40):
        effect = pupils(sites=sites)["direct A Y"]
        assert effect.power is not None
        assert effect.bias is not None
        assert effect.se is not None
        few = 0.008 if sites < 12 else 0.002  # with few sites each rests on other drawn sets of sites
        assert power[sites] == pytest.approx(effect.power, abs=few)
        assert bias[sites] == pytest.approx(effect.bias / effect.se, abs=0.01)


def test_power_by_persons_in_a_cluster_and_by_clusters() -> None:
    figure = plots.power_and_bias(schools(), along="persons", lines=[20], clusters=[4, 8], reach=(10, 60))

    for panel, clusters in enumerate((4, 8)):
        power, bias = line(figure, panel, 0), line(figure, 2 + panel, 0)
        for size in (10, 60):
            effect = schools(clusters=clusters, persons_per_cluster=size)["direct A Y"]
            assert effect.power is not None
            assert effect.bias is not None
            assert effect.se is not None
            assert power[size] == pytest.approx(effect.power, abs=0.002)
            assert bias[size] == pytest.approx(effect.bias / effect.se, abs=0.01)


def test_a_narrow_page_has_the_same_lines_in_other_places() -> None:
    wide, narrow = (plots.power_and_bias(schools(), clusters=[4, 8], narrow=each) for each in (False, True))

    for panel, place in enumerate((0, 2, 1, 3)):  # rows and columns change places
        assert line(wide, panel, 1) == line(narrow, place, 1)
    assert narrow.get_figwidth() < 4 < wide.get_figwidth()


def test_the_words_of_the_trial_are_on_the_axes() -> None:
    figure = plots.power_and_bias(schools())
    told = [axes.get_xlabel() for axes in figure.axes] + [axes.get_title("left") for axes in figure.axes]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]

    assert "districts" in told
    assert "8 schools per district" in told
    assert "30 pupils per school (as planned)" in legend


def test_the_plan_itself_is_marked() -> None:
    marks = [
        (axes, each)
        for axes in plots.power_and_bias(pupils()).axes
        for each in axes.lines
        if len(each.get_xdata()) == 1
    ]
    effect = pupils()["direct A Y"]

    assert [each.get_xdata()[0] for _, each in marks] == [20, 20]
    assert marks[0][1].get_ydata()[0] == pytest.approx(effect.power)


def test_impossible_numbers_are_refused_together() -> None:
    with pytest.raises(ic.InvalidQuestionError) as refused:
        plots.power_and_bias(pupils(), along="pupils", lines=[1, 2, 3, 4], clusters=[2])  # type: ignore[arg-type]
    assert len(refused.value.problems) == 3
    with pytest.raises(ic.InvalidQuestionError, match="power has no meaning"):
        plots.power_and_bias(pupils(arrows={**ARROWS, "A -> Y": ic.Arrow(0.0, 0.1)}))


def caused() -> ic.Diagnosis:
    modifiers = [ic.Modifier("wages", of=["T -> A", "A -> Y"])]
    plan = ic.Plan(
        sites=50,
        persons=100,
        arrows=ARROWS,
        confounding=CONFOUNDING,
        modifiers={"wages": {"T -> A": 0.6, "A -> Y": 0.7}},
    )
    return ic.diagnose(design(modifiers=modifiers), plan)


def test_what_holding_a_modifier_fixed_buys_is_what_the_table_says() -> None:
    found = caused()
    rows = [row for row in found.records("bought") if row["effect"] == "direct(A, Y)"]

    for narrow in (False, True):
        figure = plots.modifiers_held(found, "direct A Y", narrow=narrow)
        for axes, key in zip(figure.axes, ("bias", "conditional_f", "se", "power"), strict=True):
            drawn = [float(each.get_xdata()[0]) for each in axes.lines if each.get_marker() in ("o", "D")]
            assert drawn == [row[key] for row in rows], key
    assert len(MEASURES) == 4


def test_no_modifier_is_no_picture() -> None:
    with pytest.raises(
        ic.InvalidQuestionError, match=r"no effect has numbers with and without .* Plan\(modifiers="
    ):
        plots.modifiers_held(pupils())


def test_the_parts_add_up_to_the_whole() -> None:
    plan = ic.Plan(sites=40, persons=100, arrows=ARROWS, confounding=CONFOUNDING)
    found = ic.diagnose(design(), plan, ["mediated A", "mediated B", "itt"])
    figure = plots.effect_parts(found)
    (axes,) = figure.axes
    bars = [(patch.get_x(), patch.get_y(), patch.get_width()) for patch in axes.patches]
    stacked = [width for _, y, width in bars if y < 0]
    rows = [width for _, y, width in bars if y > 0]

    assert np.allclose(stacked, [found["mediated A"].question.target, found["mediated B"].question.target])
    assert np.allclose(rows, [*stacked, found["itt"].question.target])
    assert sum(stacked) == pytest.approx(rows[-1])
    told = " ".join(
        chain(
            [label.get_text() for label in axes.get_yticklabels()], [text.get_text() for text in axes.texts]
        )
    )
    share = found["mediated A"]
    assert f"{share.share:.0%} ({share.share_low:.0%} to {share.share_high:.0%})" in told


def test_the_interval_of_a_part_is_that_of_the_plan() -> None:
    plan = ic.Plan(sites=40, persons=100, arrows=ARROWS, confounding=CONFOUNDING)
    found = ic.diagnose(design(("T", "Y")), plan, ["mediated A"], assume="bypass")
    part = found["mediated A"]
    (axes,) = plots.effect_parts(found).axes
    whiskers = axes.collections[0].get_segments()[0]

    assert part.bias is not None
    assert part.se is not None
    assert np.mean(whiskers[:, 0]) == pytest.approx(part.question.target + part.bias)
    assert 1.95 < np.ptp(whiskers[:, 0]) / 2 / part.se < 2.1
    assert "past all measured mediators" in [label.get_text() for label in axes.get_yticklabels()]


def test_one_part_is_no_picture() -> None:
    one = ic.Design(nx.DiGraph([("T", "M"), ("M", "Y")]), treatment="T", outcome="Y")
    with pytest.raises(ic.InvalidQuestionError, match="nothing to divide"):
        plots.effect_parts(ic.diagnose(one))
    with pytest.raises(ic.InvalidQuestionError, match="none of the design's: T"):
        plots.effect_parts(pupils(), "Z")
