"""The filters of graphs and pictures of numbers."""

from __future__ import annotations

from markupsafe import Markup

from identcheck.picture import Drawing, Layout, svg, tikz
from identcheck.report.blocks import Figure
from identcheck.report.writers import escaping
from identcheck.report.writers.tree import slug
from identcheck.symbols.written import Formula, Piece, Text

__all__ = ["arrows", "html_drawing", "html_picture", "latex_drawing", "latex_picture"]

MOST_ARROWS = 40
"""Up to this many arrows are listed with their symbols where there is no picture."""


def arrows(
    picture: Drawing | Layout, one: str = "->", both: str = "<->", moves: str = "=>"
) -> tuple[Text, ...]:
    """The arrows of the picture, each with its symbol; where there are too many, for every node those it leads to.

    Then the modifiers, each with the arrows that it moves.
    """
    edges = picture.edges
    moved: dict[str, list[str]] = {}
    for influence in picture.influences:
        source, target = influence.on
        moved.setdefault(influence.source, []).append(f"({source} {one} {target})")
    movers = [f"{name} {moves} {', '.join(found)}" for name, found in moved.items()]
    if len(edges) <= MOST_ARROWS:
        listed = (
            (f"{e.source} {both if e.both else one} {e.target}", *_carried(e.label_latex)) for e in edges
        )
        return (*listed, *movers)
    fans: dict[str, list[str]] = {}
    for edge in edges:
        if not edge.both:
            fans.setdefault(edge.source, []).append(edge.target)
    return (*(f"{source} {one} {', '.join(targets)}" for source, targets in fans.items()), *movers)


def _carried(latex: str) -> tuple[Piece, ...]:
    return ("  (", Formula(latex), ")") if latex else ()


def html_picture(picture: Layout) -> Markup:
    """The picture as inline SVG."""
    return Markup(svg(picture))


def latex_picture(picture: Layout, width: float = 16.3, height: float = 20.0) -> Markup:
    """The picture in TikZ, at most so many centimetres wide and tall."""
    return Markup(tikz(picture, escaping.latex, width, height))


def html_drawing(figure: Figure) -> Markup:
    """A picture of numbers as inline SVG; where narrow screens have one of their own, each is shown in its place."""
    name = f"figure-{slug(figure.name)}"
    drawn = Markup(figure.svg(name, figure.description))
    if figure.narrow is None:
        return drawn
    small = Markup(figure.narrow(f"{name}-narrow", figure.description))
    return Markup('<div class="wide">{}</div><div class="slender">{}</div>').format(drawn, small)


def latex_drawing(figure: Figure) -> Markup:
    """A picture of numbers from its file."""
    return Markup(rf"\includegraphics[width=0.88\linewidth]{{{figure.file}}}")
