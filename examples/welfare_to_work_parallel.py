"""Welfare-to-work programs at 16 sites, with hours worked, income and welfare receipt as parallel mediators.

Random assignment at each site changed all three mediators (Duncan, Morris & Rodrigues 2011). The model here
has no arrow between them, which Reardon & Raudenbush (2013) call implausible: see welfare_to_work.py.

What it teaches: arrows that are left out are assumptions too, and the report lists each under (v). With
parallel mediators direct and total effects are the same, and all are identified if the nine assumptions
are granted and there are at least as many sites as mediators.
"""

import sys

import networkx as nx

import identcheck as ic

mediators = ["H", "I", "W"]
graph = nx.DiGraph([("program", m) for m in mediators] + [(m, "Y") for m in mediators])
design = ic.Design(
    graph,
    treatment="program",
    outcome="Y",
    sites=16,
    title="Welfare-to-work programs, mediators taken as parallel",
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
    two_sites = ic.check(ic.Design(graph, treatment="program", outcome="Y", sites=2), assume="all")
    print("Granting every numbered assumption, with 16 sites and with 2:")
    for question in [ic.direct(m, "Y") for m in mediators]:
        print(f"  {question}: {result[question].verdict.value}; {two_sites[question].verdict.value}")
    print("Arrows left out, each an assumption:")
    for detail in next(a for a in result.assumptions if a.numeral == "v").details:
        print(f"  {detail}")
    print()

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
