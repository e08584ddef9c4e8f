"""Worlds for equations with many regressors."""

from itertools import pairwise

import networkx as nx

from identcheck import Design, check


def test_many_mediators_without_a_number_of_sites() -> None:
    """Where sites are not stated no regression has too many columns: no world with dependent compliances is made."""
    mediators = [f"M{k}" for k in range(1, 13)]
    chain = [(one, two) for one, two in pairwise(mediators) if one not in ("M3", "M6", "M9")]
    graph = nx.DiGraph([("T", m) for m in mediators] + [(m, "Y") for m in mediators] + chain)
    graph.edges["T", "M3"]["varies"] = "none"
    design = Design(graph, treatment="T", outcome="Y", unobserved=["M3"])
    assert all(finding.prove().answer for finding in check(design).findings)
