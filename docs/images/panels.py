"""Small charts as SVG: points, lines and curves in panels side by side, on white in light and dark pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["BLUE", "INK", "RED", "Curve", "Panel", "picture", "stacked"]

Number = Fraction | int
Points = Sequence[tuple[Number, Number]]
WIDTH, HEIGHT, LEFT, TOP, WIDE, HIGH = 640, 300, 50, 46, 240, 200
ACROSS = WIDE + 75
"""From one panel to the next."""

INK, BLUE, RED = "#1a1a1a", "#0072B2", "#D55E00"


@dataclass(frozen=True)
class Curve:
    """A line through points, in a colour, and what it is; the second of two in a panel is dashed."""

    points: Points
    colour: str
    words: str

    @classmethod
    def straight(
        cls, intercept: Number, slope: Number, colour: str, words: str, right: Number, top: Number
    ) -> "Curve":
        """A straight line as far as the panel reaches."""
        end = min(Fraction(right), (top - intercept) / Fraction(slope)) if slope > 0 else Fraction(right)
        return cls([(0, intercept), (end, intercept + slope * end)], colour, words)


@dataclass(frozen=True)
class Panel:
    """Points by two numbers, with curves; across and up say what the numbers are.

    Attributes:
        title: what is shown.
        points: a point for each site or person.
        curves: lines through or beside them.
        slopes: a stroke through each point, of this slope.
        across: what the horizontal axis measures.
        up: what the vertical axis measures.
        colours: the colour of each point; ink where none is given.
        radii: the size of each point; 4.5 where none is given.
        ticks: names in place of the numbers 0, 1, ... of the horizontal axis.
    """

    title: str
    points: Points
    curves: Sequence[Curve] = ()
    slopes: Sequence[Number] = ()
    across: str = "what treatment does to the mediator"
    up: str = "… and to the outcome"
    colours: Sequence[str] = ()
    radii: Sequence[float] = ()
    ticks: Sequence[str] = ()


def _panel(panel: Panel, place: int, right: int, top: int) -> list[str]:
    x0, y0 = LEFT + place * ACROSS, TOP + HIGH
    step = max(1, -(-top // 5))

    def at(x: Number, y: Number) -> str:
        return f"{float(x0 + Fraction(x) * WIDE / right):.1f} {float(y0 - Fraction(y) * HIGH / top):.1f}"

    parts = [
        f'<text x="{x0}" y="{TOP - 26}" font-weight="bold">{panel.title}</text>',
        f'<path d="M{x0} {TOP}V{y0}H{x0 + WIDE}" fill="none" stroke="#767676"/>',
        f'<text x="{x0 + WIDE}" y="{y0 + 34}" text-anchor="end">{panel.across}</text>',
        f'<text x="{x0 - 4}" y="{TOP - 8}">{panel.up}</text>',
        *(_text(at(n, 0), word, "middle", down=16) for n, word in enumerate(panel.ticks or map(str, range(right + 1)))),
        *(_text(at(0, n), str(n), "end", along=-8, down=4) for n in range(0, top + 1, step)),
    ]  # fmt: skip
    for number, curve in enumerate(panel.curves):
        dash = ' stroke-dasharray="6 4"' if number else ""
        line = "L".join(at(x, y) for x, y in curve.points)
        parts.append(f'<path d="M{line}" fill="none" stroke="{curve.colour}" stroke-width="2"{dash}/>')
        y = TOP + 16 + 18 * number
        parts.append(f'<path d="M{x0 + 12} {y - 4}h22" stroke="{curve.colour}" stroke-width="2"{dash}/>')
        parts.append(f'<text x="{x0 + 40}" y="{y}" fill="{curve.colour}">{curve.words}</text>')
    for (x, y), slope in zip(panel.points, panel.slopes, strict=False):
        reach = Fraction(3, 10)
        back = min(reach, Fraction(x))
        stroke = f"M{at(x - back, y - back * slope)}L{at(x + reach, y + reach * slope)}"
        parts.append(f'<path d="{stroke}" stroke="{RED}" stroke-width="1.5"/>')
    for place_, (x, y) in enumerate(panel.points):
        cx, cy = at(x, y).split()
        colour = panel.colours[place_] if panel.colours else INK
        radius = panel.radii[place_] if panel.radii else 4.5
        parts.append(f'<circle cx="{cx}" cy="{cy}" r="{radius:g}" fill="{colour}" stroke="white"/>')
    return parts


def _text(place: str, words: str, anchor: str, along: float = 0, down: float = 0) -> str:
    x, y = map(float, place.split())
    return f'<text x="{x + along:.1f}" y="{y + down:.1f}" text-anchor="{anchor}">{words}</text>'


def picture(title: str, panels: Sequence[Panel], right: int, top: int) -> str:
    """Panels side by side as an SVG file with a title."""
    return _framed(
        title, WIDTH, HEIGHT, [_grouped(panel, place, right, top) for place, panel in enumerate(panels)]
    )


def stacked(wide: str) -> str:
    """The same picture with its panels below each other; "" for a picture that is no row of panels."""
    panels = PANEL.findall(wide)
    title = re.search("<title>(.*?)</title>", wide)
    if len(panels) < 2 or title is None:
        return ""
    moved = [
        f'<g transform="translate({-place * ACROSS} {place * HEIGHT})">\n{panel}'
        for place, panel in enumerate(panels)
    ]
    return _framed(title[1], LEFT + WIDE + 20, HEIGHT * len(panels), moved)


PANEL = re.compile(r'<g class="panel">\n(.*?</g>)', re.DOTALL)


def _grouped(panel: Panel, place: int, right: int, top: int) -> str:
    return "\n".join(['<g class="panel">', *_panel(panel, place, right, top), "</g>"])


def _framed(title: str, width: int, height: int, inner: Sequence[str]) -> str:
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *inner,
        "</svg>\n",
    ])  # fmt: skip
