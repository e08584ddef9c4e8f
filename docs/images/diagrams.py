"""Small graphs as SVG, in which the arrows that an assumption excludes are dashed and red."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from panels import INK, RED

__all__ = ["Box", "diagram"]

WIDE, HIGH = 430, 30
GRAY = "#6b6b6b"


@dataclass(frozen=True)
class Box:
    """A variable: its name, and the middle of its box."""

    words: str
    x: float
    y: float
    dashed: bool = False

    @property
    def wide(self) -> float:
        """How wide it is."""
        return 20 + 7.2 * len(self.words)

    def edge(self, x: float, y: float, gap: float = 0) -> tuple[float, float]:
        """Where a line from its middle to that point leaves it, and a gap further on."""
        dx, dy = x - self.x, y - self.y
        length = (dx * dx + dy * dy) ** 0.5
        share = min(self.wide / 2 / abs(dx) if dx else 9, HIGH / 2 / abs(dy) if dy else 9) + gap / length
        return self.x + share * dx, self.y + share * dy

    def drawn(self) -> str:
        """The box."""
        dash = ' stroke-dasharray="4 3"' if self.dashed else ""
        colour = GRAY if self.dashed else INK
        return (
            f'<rect x="{self.x - self.wide / 2:.1f}" y="{self.y - HIGH / 2:.1f}" width="{self.wide:.1f}" height="{HIGH}" '
            f'rx="6" fill="white" stroke="{colour}"{dash}/>'
            f'<text x="{self.x:.1f}" y="{self.y + 4.5:.1f}" text-anchor="middle" fill="{colour}">{self.words}</text>'
        )


def _arrow(tail: Box, head: Box, colour: str, excluded: bool) -> str:
    (ax, ay), (bx, by) = tail.edge(head.x, head.y, 2), head.edge(tail.x, tail.y, 2)
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    ux, uy = (bx - ax) / length, (by - ay) / length
    mx, my = bx - 9 * ux, by - 9 * uy
    look = ' stroke-dasharray="6 4" stroke-width="2"' if excluded else ' stroke-width="1.3"'
    return (
        f'<path d="M{ax:.1f} {ay:.1f}L{mx:.1f} {my:.1f}" stroke="{colour}"{look}/>'
        f'<path d="M{bx:.1f} {by:.1f}L{mx - 4 * uy:.1f} {my + 4 * ux:.1f}L{mx + 4 * uy:.1f} {my - 4 * ux:.1f}Z" fill="{colour}"/>'
    )


def diagram(
    title: str, boxes: Mapping[str, Box], arrows: Sequence[str], excluded: Sequence[str], high: int = 150
) -> str:
    """A graph as an SVG file with a title and a key.

    Args:
        title: what it shows.
        boxes: the variables by short names.
        arrows: those that are there, "a b" by short names.
        excluded: those that the assumption says are not there.
        high: the height of the picture.
    """
    drawn = []
    for each, colour in ((arrows, INK), (excluded, RED)):
        for tail, head in (arrow.split() for arrow in each):
            lighter = GRAY if colour == INK and boxes[tail].dashed else colour
            drawn.append(_arrow(boxes[tail], boxes[head], lighter, colour == RED))
    key = f'<path d="M20 {high - 14}h30" stroke="{RED}" stroke-width="2" stroke-dasharray="6 4"/>'
    key += f'<text x="58" y="{high - 10}" font-size="12" fill="{RED}">what the assumption excludes</text>'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{WIDE}" height="{high}" fill="white"/>',
        *drawn,
        *(box.drawn() for box in boxes.values()),
        key,
        "</svg>\n",
    ])  # fmt: skip
