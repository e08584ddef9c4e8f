"""Figure 1 of Reardon & Raudenbush (2013) with a doubt: treatment may also affect the outcome past M1 and M2.

What it teaches: a doubt about exclusion is drawn as an arrow from T to Y, and the verdicts say what it
costs. The regression then needs an intercept, one site more than it has mediators, and the claim that the
unmediated effect is unrelated to how much treatment changes a site's mediators, which no numbered assumption grants.
With too few sites the answer is no: two worlds give the same data and different effects.
"""

import sys
import textwrap

import networkx as nx

import identcheck as ic

graph = nx.DiGraph([("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y"), ("T", "Y")])
labels = {"T": "the treatment", "M1": "the first mediator", "M2": "the second mediator", "Y": "the outcome"}
design = ic.Design(
    graph,
    treatment="T",
    outcome="Y",
    sites=5,
    title="Figure 1 with a doubt about the exclusion restriction",
    labels=labels,
)

if __name__ == "__main__":
    question = ic.direct("M1", "Y")
    result = ic.check(design, assume="all")
    print(f"Granting every numbered assumption, with 5 sites, {question}: {result[question].verdict.value}")
    for condition in result[question].missing:
        print(textwrap.indent(textwrap.fill(f"missing: {condition}", 90), "  "))

    two_sites = ic.Design(graph, treatment="T", outcome="Y", sites=2)
    finding = ic.check(two_sites, assume="all")[question]
    print(f"With 2 sites: {finding.verdict.value}")
    print(f"  {finding.witness()}")

    graph.edges["T", "Y"]["varies"] = "none"
    finding = ic.check(ic.Design(graph, treatment="T", outcome="Y", sites=5), assume="all")[question]
    print(f"With 5 sites, if the unmediated effect is the same for everyone: {finding.verdict.value}\n")

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
