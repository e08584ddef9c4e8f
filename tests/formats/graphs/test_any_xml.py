"""Random GraphML and GEXF: what is read is what walks written apart from the readers, and networkx, make of it."""

from __future__ import annotations

import io
from random import Random

import networkx as nx
import pytest

from identcheck.errors import FormatError
from identcheck.formats.graphs import gexf, graphml
from tests.formats.graphs.any_xml import Picture, any_gexf, any_graphml, gexf_picture, graphml_picture

MANY = 1500
KINDS = {
    "graphml": (any_graphml, graphml_picture, graphml.draw, nx.read_graphml),
    "gexf": (any_gexf, gexf_picture, gexf.draw, nx.read_gexf),
}


def read(draw, text):
    """What the reader under test makes of a document; None where it refuses it."""
    try:
        drawing = draw(text)
    except FormatError:
        return None
    pairs = frozenset(frozenset(pair) for pair in drawing.confounded)
    roles = {name: said.get("role", "") for name, said in drawing.nodes.items()}
    return Picture(roles, frozenset(drawing.edges), pairs)


def agree_with_walks(kind, numbers):
    """How many documents draw no causal graph; the readers say so of the same ones."""
    make, walk, draw, _ = KINDS[kind]
    refused = 0
    for number in numbers:
        text = make(Random(number))
        expected = walk(text)
        assert read(draw, text) == expected, (number, text)
        refused += expected is None
    return refused


def agree_with_networkx(kind, numbers):
    make, walk, draw, library = KINDS[kind]
    for number in numbers:
        text = make(Random(number), plain=True)
        picture = read(draw, text)
        assert picture == walk(text)
        graph = library(io.BytesIO(text.encode()))
        distinct = {(u, v) for u, v, said in graph.edges(data=True) if said.get("confounded") is not True}
        assert graph.is_directed()
        assert len(picture.roles) == graph.number_of_nodes()
        assert len(picture.edges) == len(distinct), text
        said = [role or "" for _, role in graph.nodes(data="role")]
        assert sorted(said) == sorted(picture.roles.values())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_is_what_a_walk_through_the_tree_finds(kind):
    refused = agree_with_walks(kind, range(MANY))

    assert MANY / 10 < refused < MANY * 0.7  # both kinds of document are met


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_of_a_plain_document_is_what_networkx_reads(kind):
    agree_with_networkx(kind, range(MANY // 5))
