r"""The picture of a causal graph: `layout` places it, `svg` and `tikz` write it down.

Everything here works on plain values, so a picture knows nothing of designs:

>>> nodes = [Node("T", "offer", "treatment"), Node("M", "use", "mediator"),
...          Node("Y", "health", "outcome")]
>>> edges = [Edge("T", "M", r"\Gamma_M", "Γ_M"), Edge("M", "Y", r"\Delta_M", "Δ_M")]
>>> picture = layout(nodes, edges)
>>> [box.node.name for box in sorted(picture.boxes, key=lambda box: box.x)]
['T', 'M', 'Y']
"""

from identcheck.basics.options import Role, Varies
from identcheck.picture.drawing import Drawing
from identcheck.picture.layout import layout
from identcheck.picture.svg import svg
from identcheck.picture.tikz import tikz
from identcheck.picture.values import (
    Arrow,
    Box,
    Edge,
    Influence,
    Key,
    Label,
    Layout,
    Node,
    Pointer,
    Run,
)

__all__ = [
    "Arrow",
    "Box",
    "Drawing",
    "Edge",
    "Influence",
    "Key",
    "Label",
    "Layout",
    "Node",
    "Pointer",
    "Role",
    "Run",
    "Varies",
    "layout",
    "svg",
    "tikz",
]
