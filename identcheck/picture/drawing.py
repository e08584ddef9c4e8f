"""A picture that is placed when it is asked for."""

from dataclasses import dataclass, replace
from functools import cached_property

from identcheck.picture.layout import layout, unlabeled
from identcheck.picture.values import Edge, Influence, Layout, Node


@dataclass(frozen=True)
class Drawing:
    """What is drawn, its places worked out when they are asked for: text shows the arrows only.

    Attributes:
        nodes: the variables.
        edges: the arrows.
        compact: whether it is to be small.
        remarks: what it leaves out, beside labels.
        influences: which arrows the modifiers among the variables move.
        layout: everything in its place.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    compact: bool = False
    remarks: tuple[str, ...] = ()
    influences: tuple[Influence, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """All that it leaves out."""
        return (*unlabeled(self.edges, self.compact), *self.remarks)

    @cached_property
    def layout(self) -> Layout:
        """Everything in its place."""
        return replace(layout(self.nodes, self.edges, self.compact, self.influences), notes=self.notes)
