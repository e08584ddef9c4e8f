"""What a design says survives every format: hundreds of random designs each."""

from __future__ import annotations

import pytest

from identcheck.formats import dumps, from_text, graphs, lost
from tests.formats.graphs.any_design import MANY, any_designs
from tests.tools import often


@pytest.mark.parametrize("name", graphs.FORMATS)
def test_a_design_comes_back_as_it_was(name):
    for design in any_designs(often(200, MANY)):
        text = dumps(design, name)
        again = from_text(text, name)

        assert again == design, text
        assert carried(again) == carried(design), text
        assert lost(design, name) == ()


@pytest.mark.parametrize("name", graphs.FORMATS)
def test_what_is_written_does_not_depend_on_what_was_read(name):
    for design in any_designs(50):
        text = dumps(design, name)

        assert dumps(from_text(text, name), name) == text


def carried(design):
    """What rides along with the graph: positions, marks, the labels of arrows."""
    nodes = {n: {k: d.get(k) for k in ("pos", "adjusted", "selected")} for n, d in design.graph.nodes.items()}
    edges = {e: {k: d.get(k) for k in ("label", "beta", "pos")} for e, d in design.graph.edges.items()}
    return nodes, edges
