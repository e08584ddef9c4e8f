"""Welfare-to-work programs at 16 sites, with hours worked and welfare receipt affecting family income.

This is the version of Duncan, Morris & Rodrigues (2011) that Reardon & Raudenbush (2013) find plausible.

What it teaches: the two arrows into income leave the direct effects identified, by the same regression as
with parallel mediators, but with more to defend under (vi). The total effects of hours and of welfare
receipt now run through income too, and are not identified without a further assumption: programs also
changed income by ways of their own, such as a supplement to earnings.
"""

import sys

import networkx as nx

import identcheck as ic

mediators = ["H", "I", "W"]
graph = nx.DiGraph([("program", m) for m in mediators] + [(m, "Y") for m in mediators])
graph.add_edges_from([("H", "I"), ("W", "I")])
design = ic.Design(
    graph,
    treatment="program",
    outcome="Y",
    sites=16,
    title="Welfare-to-work programs, hours and welfare affecting income",
    labels={
        "program": "the offer of a welfare-to-work program",
        "H": "the mother's hours of work",
        "I": "family income",
        "W": "welfare receipt",
        "Y": "the child's achievement",
    },
    scales={"program": "binary", "H": "continuous", "I": "continuous", "W": "continuous", "Y": "continuous"},
    justifications={
        "viii": "At every site families were assigned to the program or to the control group by lot.",
        "ix": "Some programs required work and others topped up earnings, so they changed hours, income and "
        "welfare differently.",
    },
)

if __name__ == "__main__":
    result = ic.check(design, assume="all")
    print("Granting every numbered assumption, the direct and the total effect:")
    for mediator in mediators:
        direct, total = result[ic.direct(mediator, "Y")], result[ic.total(mediator, "Y")]
        print(f"  {design.label(mediator)}: {direct.verdict.value}; {total.verdict.value}")
    print("A doubt about (vii): where wages are high, work may pay more and income buy less for a child.\n")

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
