"""The values of a picture: what is drawn (Node, Edge) and where (Layout and its parts).

Lengths are in units of 1/96 inch, so a unit is a CSS pixel in SVG and 0.75 pt in TikZ;
x grows to the right and y downwards.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from identcheck.basics.options import Varies

Shift = Literal["base", "sub", "sup"]
Sign = Literal["persons", "sites", "none", "unobserved", "baseline", "consequence", "confounded", "modifier"]
Kind = Literal["treatment", "mediator", "outcome", "baseline", "consequence", "modifier", "interaction"]
"""What a box is: a node of the graph, or a modifier or a product of mediators beside it."""
BESIDE = ("modifier", "interaction")
"""What stands beside the graph and points to arrows."""
Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
"""A cubic Bezier curve: start, two control points, end."""


@dataclass(frozen=True)
class Node:
    """A variable to draw.

    Attributes:
        name: its name in the graph.
        caption: in words what it is.
        role: "treatment", "mediator", "outcome", "baseline", "consequence", "modifier" or "interaction".
        observed: whether it is measured.
    """

    name: str
    caption: str
    role: Kind
    observed: bool = True


@dataclass(frozen=True)
class Edge:
    """An arrow to draw.

    Attributes:
        source: the node it leaves.
        target: the node it leads to.
        label_latex: its coefficient in LaTeX math mode.
        label_text: the same as text.
        varies: whether the coefficient varies between "persons", only between "sites", or "none".
        causal: False for an arrow that carries no effect of treatment on the outcome: thin, gray and without label.
        both: whether it joins two nodes that share a cause which is not drawn: dashed, with a head at either end.
        beside: whether it joins two modifiers, which stand beside the graph.
    """

    source: str
    target: str
    label_latex: str
    label_text: str
    varies: Varies = "persons"
    causal: bool = True
    both: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Influence:
    """An arrow to draw that ends on another: a modifier moves an effect.

    Attributes:
        source: the modifier it leaves.
        on: the ends of the arrow that it moves.
    """

    source: str
    on: tuple[str, str]


class Run(NamedTuple):
    """A piece of a label.

    Attributes:
        text: the piece.
        shift: whether it stands on the line ("base"), below ("sub") or above it ("sup").
    """

    text: str
    shift: Shift


class Rect(NamedTuple):
    """An axis-parallel rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> "Rect":
        """The rectangle of this size centred at (x, y)."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def inflated(self, margin: float) -> "Rect":
        """The rectangle grown by `margin` on every side."""
        return Rect(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    def overlaps(self, other: "Rect") -> bool:
        """Whether the two have an inner point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Box:
    """A node in its place.

    Attributes:
        node: the node.
        x: its center, from the left.
        y: its center, from the top.
        width: its width.
        height: its height.
        name_lines: its name in lines.
        caption_lines: its caption in lines.
    """

    node: Node
    x: float
    y: float
    width: float
    height: float
    name_lines: tuple[str, ...]
    caption_lines: tuple[str, ...]

    @property
    def rect(self) -> Rect:
        """The outline."""
        return Rect.around(self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class Label:
    """A coefficient in its place.

    Attributes:
        x: its center, from the left.
        y: its center, from the top.
        width: its width.
        height: its height.
        runs: the pieces of its text.
    """

    x: float
    y: float
    width: float
    height: float
    runs: tuple[Run, ...]

    @property
    def rect(self) -> Rect:
        """The white ground the label stands on."""
        return Rect.around(self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class Arrow:
    """An edge in its place, drawn from border to border.

    Attributes:
        edge: the edge.
        curve: a cubic Bezier curve: start, two control points, end.
        label: the coefficient; None if not shown.
    """

    edge: Edge
    curve: Curve
    label: Label | None


@dataclass(frozen=True)
class Pointer:
    """An influence in its place.

    Attributes:
        influence: what is drawn.
        line: where it starts, and where on the other arrow it ends.
    """

    influence: Influence
    line: tuple[Point, Point]


@dataclass(frozen=True)
class Key:
    """One line of the legend.

    Attributes:
        sign: what the sample shows, such as "sites", "unobserved" or "modifier".
        text: what it means.
        x: where the sample starts, from the left.
        y: where the sample starts, from the top.
    """

    sign: Sign
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Layout:
    """A finished picture within (0, 0) and (width, height).

    Attributes:
        boxes: the nodes.
        arrows: the edges.
        legend: what the signs mean; empty where none needs saying.
        width: its width, in units of 1/96 inch as all lengths.
        height: its height.
        notes: remarks on what the picture leaves out, each a phrase for the reader.
        pointers: the arrows that end on arrows.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    legend: tuple[Key, ...]
    width: float
    height: float
    notes: tuple[str, ...]
    pointers: tuple[Pointer, ...] = ()

    @property
    def edges(self) -> tuple[Edge, ...]:
        """What its arrows show."""
        return tuple(arrow.edge for arrow in self.arrows)

    @property
    def influences(self) -> tuple[Influence, ...]:
        """Which arrows its modifiers move."""
        return tuple(pointer.influence for pointer in self.pointers)
