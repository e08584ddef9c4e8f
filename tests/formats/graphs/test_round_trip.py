"""What a design says survives every format: 1,000 random designs each."""

from __future__ import annotations

import pytest

from identcheck.formats.graphs import dagitty, dot, gexf, graphml, lavaan, node_link
from tests.formats.graphs.any_design import any_designs

FORMATS = {
    "dagitty": dagitty, "lavaan": lavaan, "dot": dot, "graphml": graphml, "gexf": gexf, "node-link": node_link,
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_design_comes_back_as_it_was(name):
    module = FORMATS[name]
    for design in any_designs():
        text = module.write(design)
        again = module.read(text, "again")

        assert again == design, text
        assert extras(again) == extras(design), text
        assert module.write(again) == text


def extras(design):
    """What rides along with the graph: positions, marks, the labels of arrows."""
    keys = ("pos", "adjusted", "selected", "label", "beta")
    nodes = {n: {k: d[k] for k in keys if k in d and k != "label"} for n, d in design.graph.nodes.items()}
    edges = {e: {k: d[k] for k in keys if k in d} for e, d in design.graph.edges.items()}
    return nodes, edges
