"""Makes the pictures of README.md and the documentation, from examples and made-up sites with every effect known.

Run: python docs/images/make.py
"""

import contextlib
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import identcheck as ic
from identcheck import plots

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from assumptions import PICTURES  # noqa: E402
from panels import BLUE, RED, Curve, Panel, picture, stacked  # noqa: E402

PICTURE = HERE / "moving_to_opportunity.svg"

Sites = Sequence[tuple[Fraction, Fraction]]


def drawn() -> str:
    """The graph of the Moving to Opportunity example, as an SVG file."""
    design = ic.load(HERE.parents[1] / "examples" / "moving_to_opportunity.toml")
    found = re.search(r"<svg.*?</svg>", ic.check(design).render("html"), re.DOTALL)
    assert found is not None
    return found[0] + "\n"


def through_origin(sites: Sites) -> Fraction:
    """The slope of the regression through the origin."""
    return sum((x * y for x, y in sites), Fraction(0)) / sum((x * x for x, _ in sites), Fraction(0))


def with_intercept(sites: Sites) -> tuple[Fraction, Fraction]:
    """Intercept and slope of the regression with an intercept."""
    mean_x, mean_y = (sum((site[i] for site in sites), Fraction(0)) / len(sites) for i in (0, 1))
    slope = through_origin([(x - mean_x, y - mean_y) for x, y in sites])
    return mean_y - slope * mean_x, slope


RIGHT, TOP = 3, 10


def _line(intercept: Fraction, slope: Fraction, colour: str, words: str) -> Curve:
    return Curve.straight(intercept, slope, colour, words, RIGHT, TOP)


def scatter() -> str:
    """Sites around the line through the origin, and on a curve where (vii) fails."""
    ones = [Fraction(n, 2) for n in range(2, 7)]
    crossed = [(x, x * effect) for x in ones for effect in map(Fraction, (1, 2, 3))]
    bent = [(x, x * x) for x in ones]
    true = _line(Fraction(0), Fraction(2), BLUE, "average effect: 2")
    fits = [through_origin(sites) for sites in (crossed, bent)]
    lines = [_line(Fraction(0), fit, RED, f"regression: {float(fit):.3g}") for fit in fits]
    panels = [
        Panel("Effects unrelated to compliance", crossed, [true, lines[0]]),
        Panel("Effects grow with compliance", bent, [true, lines[1]]),
    ]
    return picture("Sites where (vii) holds, and where it fails", panels, RIGHT, TOP)


def bypass() -> str:
    """What runs around the mediator: the same in all sites, and larger where compliance is."""
    ones = [Fraction(n, 2) for n in range(1, 7)]
    same = [(x, 2 * x + 2) for x in ones]
    related = [(x, 2 * x + x) for x in ones]
    true = _line(Fraction(0), Fraction(2), BLUE, "effect of the mediator: 2")
    fits = [
        _line(*(fit := with_intercept(sites)), RED, f"with an intercept: {fit[1]}")
        for sites in (same, related)
    ]
    panels = [
        Panel("Bypass unrelated to compliance", same, [true, fits[0]]),
        Panel("Bypass larger where compliance is", related, [true, fits[1]]),
    ]
    return picture("An intercept takes up a bypass only if it is unrelated to compliance", panels, RIGHT, TOP)


def witness() -> str:
    """Two worlds of a witness: the same site effects, another average effect."""
    text = 'graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 4'
    found = ic.check(ic.Design.from_text(text), ["vi", "ix"])[ic.direct("M", "Y")].witness()
    assert found is not None
    panels = []
    for name, world in (("One world", found.first), ("The other", found.second)):
        range_ = range(len(world.sites))
        sites = [(world.effect("T", "M", s), world.effect("T", "Y", s)) for s in range_]
        effect = world.effect("M", "Y")
        line = _line(Fraction(0), effect, BLUE, f"average effect: {float(effect):g}")
        panels.append(Panel(name, sites, [line], [world.effect("M", "Y", s) for s in range_]))
    return picture("Two worlds with the same site effects and different average effects", panels, RIGHT, TOP)


EXACT: dict[str, Callable[[], str]] = {
    "moving_to_opportunity": drawn,
    "scatter": scatter,
    "bypass": bypass,
    "witness": witness,
    **PICTURES,
}
"""Pictures that are the same on every machine."""


def narrow() -> dict[str, str]:
    """Of the exact pictures that are rows of panels the form for narrow screens."""
    found = {f"narrow/{name}": stacked(made()) for name, made in EXACT.items()}
    return {name: text for name, text in found.items() if text}


def page_values() -> dict[str, Any]:
    """What the Python of docs/planning.md makes: the two trials with their numbers."""
    page = (HERE.parent / "planning.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    schools: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for block in blocks[:2]:
            exec(block, schools)
    hospitals = {"ic": ic}
    exec(blocks[2], hospitals)
    return {"schools": schools["numbers"], "hospitals": hospitals["numbers"]}


def trial_pictures() -> dict[str, str]:
    """The pictures of docs/planning.md, as matplotlib draws them; each in two forms."""
    found, figures = page_values(), {}
    for slender in (False, True):
        figures |= {
            f"{'narrow/' if slender else ''}{name}": figure
            for name, figure in {
                "sizes": plots.power_and_bias(found["schools"], "direct talk reading", narrow=slender),
                "parts": plots.effect_parts(found["schools"], narrow=slender),
                "held": plots.modifiers_held(found["hospitals"], "direct visited pressure", narrow=slender),
            }.items()
        }
    return {name: plots.svg_of(figure) for name, figure in figures.items()}


def plan_pictures() -> dict[str, str]:
    """The pictures of the pages on planning, as matplotlib draws them."""
    design = ic.Design.from_text('graph = "T -> {M1 M2} -> Y; M1 -> M2"\ntreatment = "T"\noutcome = "Y"')
    plan = ic.Plan(
        sites=50,
        persons=100,
        arrows={
            "T -> M1": ic.Arrow(0.5, 0.4),
            "T -> M2": ic.Arrow(0.3, 0.4),
            "M1 -> M2": ic.Arrow(0.4),
            "{M1 M2} -> Y": ic.Arrow(0.2, 0.1),
        },
        between={"T -> M1 ~ M1 -> Y": 0.3},
        confounding={"M1 ~ Y": 0.3, "M2 ~ Y": 0.3},
    )
    effect = ic.direct("M1", "Y")
    across = ("between.T -> M1 ~ M1 -> Y", [n / 10 for n in range(-6, 7, 2)])
    up = ("arrows.T -> M1.cv", [n / 4 for n in range(2, 9)])
    figures = {
        "budget": plots.bias_budget(ic.diagnose(design, plan)),
        "contours": plots.bias_contours(ic.contour(design, plan, effect, across, up), (0.3, 0.8)),
    }
    return {name: plots.svg_of(figure) for name, figure in figures.items()} | trial_pictures()


if __name__ == "__main__":
    for name, text in {
        **{name: made() for name, made in EXACT.items()},
        **narrow(),
        **plan_pictures(),
    }.items():
        (HERE / f"{name}.svg").write_text(text, encoding="utf-8")
