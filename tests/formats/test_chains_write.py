"""Graphs written in arrow notation: grouped for people, and the same when read back."""

from random import Random

import pytest

from identcheck.formats.chains import parse_chains, write_name
from identcheck.formats.chains_write import write_chains


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        ("T -> M -> Y", ["T -> M -> Y"]),
        ("T -> {M1 M2} -> Y", ["T -> {M1 M2} -> Y"]),
        ("T -> {M1 M2} -> Y; M1 -> M2", ["T -> {M1 M2}", "M1 -> {M2 Y}", "M2 -> Y"]),
        ("T -> V -> NP -> Y; V -> Y", ["T -> V -> {NP Y}", "NP -> Y"]),
        ("{T1 T2} -> M -> Y", ["{T1 T2} -> M -> Y"]),
        ("T -> M -> Y; M <-> {Y T}; A <-> B", ["T -> M -> Y", "M <-> {T Y}", "A <-> B"]),
        ("T -> M; alone", ["T -> M", "alone"]),
        ('"a b" -> "say ""yes"""', ['"a b" -> "say ""yes"""']),
    ],
)
def test_statements(drawn, written):
    chains = parse_chains(drawn)

    assert write_chains(chains.nodes, chains.edges, chains.confounded) == written


def test_any_graph_reads_back():
    random = Random(3)
    names = ["T", "a b", '"', '""', 'x"y', "M1", "é", "->", "{", ";", "#", "~"]
    for _ in range(500):
        nodes = random.sample(names, random.randint(2, len(names)))
        pairs = [(u, v) for at, u in enumerate(nodes) for v in nodes[at + 1 :]]
        edges = [pair for pair in pairs if random.random() < 0.4]
        shared = [pair for pair in pairs if random.random() < 0.2]

        read = parse_chains("\n".join(write_chains(nodes, edges, shared)))

        assert set(read.nodes) == set(nodes)
        assert set(read.edges) == set(edges)
        assert {frozenset(pair) for pair in read.confounded} == {frozenset(pair) for pair in shared}


@pytest.mark.parametrize("name", ['"', '""', 'a"b', '"a"', 'end"'])
def test_a_double_quote_in_a_name_is_doubled(name):
    assert parse_chains(write_name(name)).nodes == (name,)
