"""Makes the pictures of README.md and the documentation, from examples and made-up sites with every effect known.

Run: python docs/images/make.py
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import identcheck as ic
from identcheck import plots

HERE = Path(__file__).parent
PICTURE = HERE / "moving_to_opportunity.svg"

Sites = Sequence[tuple[Fraction, Fraction]]
WIDTH, HEIGHT, LEFT, TOP, WIDE, HIGH = 640, 300, 50, 46, 240, 200
INK, BLUE, RED = "#1a1a1a", "#0072B2", "#D55E00"


def drawn() -> str:
    """The graph of the Moving to Opportunity example, as an SVG file."""
    design = ic.load(HERE.parents[1] / "examples" / "moving_to_opportunity.toml")
    found = re.search(r"<svg.*?</svg>", ic.check(design).render("html"), re.DOTALL)
    assert found is not None
    return found[0] + "\n"


@dataclass(frozen=True)
class Panel:
    """Sites by compliance (across) and effect on the outcome (up), with lines (intercept, slope) in colour and words."""

    title: str
    sites: Sites
    lines: Sequence[tuple[Fraction, Fraction, str, str]]
    slopes: Sequence[
        Fraction
    ] = ()  # the effect of the mediator in each site, drawn as a stroke through its point


def _panel(panel: Panel, place: int, right: int, top: int) -> list[str]:
    x0, y0 = LEFT + place * (WIDE + 75), TOP + HIGH

    def at(x: Fraction, y: Fraction) -> tuple[str, str]:
        return f"{float(x0 + x * WIDE / right):.1f}", f"{float(y0 - y * HIGH / top):.1f}"

    parts = [
        f'<text x="{x0}" y="{TOP - 26}" font-weight="bold">{panel.title}</text>',
        f'<path d="M{x0} {TOP}V{y0}H{x0 + WIDE}" fill="none" stroke="#767676"/>',
        f'<text x="{x0 + WIDE}" y="{y0 + 34}" text-anchor="end">what treatment does to the mediator</text>',
        f'<text x="{x0 - 4}" y="{TOP - 8}">… and to the outcome</text>',
        *(f'<text x="{at(Fraction(n), Fraction(0))[0]}" y="{y0 + 16}" text-anchor="middle">{n}</text>'
          for n in range(right + 1)),
        *(f'<text x="{x0 - 8}" y="{float(y0 - Fraction(n * HIGH, top)) + 4:.1f}" text-anchor="end">{n}</text>'
          for n in range(0, top + 1, 2)),
    ]  # fmt: skip
    for number, (intercept, slope, colour, words) in enumerate(panel.lines):
        end = min(Fraction(right), (top - intercept) / slope)
        (ax, ay), (bx, by) = at(Fraction(0), intercept), at(end, intercept + slope * end)
        dash = ' stroke-dasharray="6 4"' if number else ""
        parts.append(f'<path d="M{ax} {ay}L{bx} {by}" stroke="{colour}" stroke-width="2"{dash}/>')
        y = TOP + 16 + 18 * number
        parts.append(f'<path d="M{x0 + 12} {y - 4}h22" stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(f'<text x="{x0 + 40}" y="{y}" fill="{colour}">{words}</text>')
    for (x, y), slope in zip(panel.sites, panel.slopes, strict=False):
        reach = Fraction(3, 10)
        back = min(reach, x)
        (ax, ay), (bx, by) = at(x - back, y - back * slope), at(x + reach, y + reach * slope)
        parts.append(f'<path d="M{ax} {ay}L{bx} {by}" stroke="{RED}" stroke-width="1.5"/>')
    for x, y in panel.sites:
        cx, cy = at(x, y)
        parts.append(f'<circle cx="{cx}" cy="{cy}" r="4.5" fill="{INK}" stroke="white"/>')
    return parts


def picture(title: str, panels: Sequence[Panel], right: int, top: int) -> str:
    """Panels side by side as an SVG file with a title, on white in light and dark pages."""
    inner = [line for place, panel in enumerate(panels) for line in _panel(panel, place, right, top)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *inner,
        "</svg>\n",
    ])  # fmt: skip


def through_origin(sites: Sites) -> Fraction:
    """The slope of the regression through the origin."""
    return sum((x * y for x, y in sites), Fraction(0)) / sum((x * x for x, _ in sites), Fraction(0))


def with_intercept(sites: Sites) -> tuple[Fraction, Fraction]:
    """Intercept and slope of the regression with an intercept."""
    mean_x, mean_y = (sum((site[i] for site in sites), Fraction(0)) / len(sites) for i in (0, 1))
    slope = through_origin([(x - mean_x, y - mean_y) for x, y in sites])
    return mean_y - slope * mean_x, slope


def scatter() -> str:
    """Sites around the line through the origin, and on a curve where (vii) fails."""
    ones = [Fraction(n, 2) for n in range(2, 7)]
    crossed = [(x, x * effect) for x in ones for effect in map(Fraction, (1, 2, 3))]
    bent = [(x, x * x) for x in ones]
    true = (Fraction(0), Fraction(2), BLUE, "average effect: 2")
    fits = [(Fraction(0), through_origin(sites), RED) for sites in (crossed, bent)]
    panels = [
        Panel("Effects unrelated to compliance", crossed, [true, (*fits[0], f"regression: {fits[0][1]}")]),
        Panel("Effects grow with compliance", bent, [true, (*fits[1], f"regression: {float(fits[1][1]):.2f}")]),
    ]  # fmt: skip
    return picture("Sites where (vii) holds, and where it fails", panels, 3, 10)


def bypass() -> str:
    """What runs around the mediator: the same in all sites, and larger where compliance is."""
    ones = [Fraction(n, 2) for n in range(1, 7)]
    same = [(x, 2 * x + 2) for x in ones]
    related = [(x, 2 * x + x) for x in ones]
    true = (Fraction(0), Fraction(2), BLUE, "effect of the mediator: 2")
    fits = [(*with_intercept(sites), RED) for sites in (same, related)]
    panels = [
        Panel(title, sites, [true, (*fit, f"with an intercept: {fit[1]}")])
        for title, sites, fit in zip(
            ("Bypass unrelated to compliance", "Bypass larger where compliance is"),
            (same, related), fits, strict=True,
        )
    ]  # fmt: skip
    return picture("An intercept takes up a bypass only if it is unrelated to compliance", panels, 3, 10)


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
        words = f"average effect: {float(effect):g}"
        slopes = [world.effect("M", "Y", s) for s in range_]
        panels.append(Panel(name, sites, [(Fraction(0), effect, BLUE, words)], slopes))
    return picture("Two worlds with the same site effects and different average effects", panels, 3, 10)


EXACT: dict[str, Callable[[], str]] = {
    "moving_to_opportunity": drawn,
    "scatter": scatter,
    "bypass": bypass,
    "witness": witness,
}
"""Pictures that are the same on every machine."""


def plan_pictures() -> dict[str, str]:
    """The pictures of docs/planning.md, as matplotlib draws them."""
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
    return {name: plots.svg_of(figure) for name, figure in figures.items()}


if __name__ == "__main__":
    for name, text in {**{name: made() for name, made in EXACT.items()}, **plan_pictures()}.items():
        (HERE / f"{name}.svg").write_text(text, encoding="utf-8")
