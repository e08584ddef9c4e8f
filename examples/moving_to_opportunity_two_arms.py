"""Moving to Opportunity with its three conditions: two kinds of voucher against one control group.

One voucher could be used only in low-poverty neighborhoods and came with counseling, the other anywhere.
Five cities and two contrasts make ten instruments (Kling, Liebman & Katz 2007; Reardon & Raudenbush 2013).

What it teaches: arms have arrows of their own. Only the restricted voucher has one to neighborhood poverty,
since using it is not all that decides where a family goes. One arm can identify what the other cannot.
"""

import sys

import networkx as nx

import identcheck as ic

graph = nx.DiGraph([("experimental", "V"), ("experimental", "NP"), ("section8", "V")])
graph.add_edges_from([("V", "NP"), ("NP", "Y"), ("V", "Y")])
graph.nodes["experimental"]["symbol"] = "lp"  # short names of the arms in formulas
graph.nodes["section8"]["symbol"] = "s8"
design = ic.Design(
    graph,
    treatment=["experimental", "section8"],
    outcome="Y",
    sites=5,
    title="Moving to Opportunity with two kinds of voucher",
    labels={
        "experimental": "the offer of a low-poverty voucher with counseling",
        "section8": "the offer of an unrestricted voucher",
        "V": "use of a voucher",
        "NP": "neighborhood poverty",
        "Y": "adult mental health",
    },
    short={"experimental": "low-poverty voucher", "section8": "unrestricted voucher"},
    scales={"experimental": "binary", "section8": "binary", "V": "binary", "NP": "continuous"},
    justifications={
        "viii": "The three conditions were drawn by lot within each city.",
        "ix": "The restricted voucher changes neighborhood poverty more for each family that uses it.",
    },
)

if __name__ == "__main__":
    result = ic.check(design, assume="all")
    print("Granting every numbered assumption, and which arms the answer comes from:")
    for question in ic.direct("V", "Y"), ic.direct("NP", "Y"), ic.total("V", "Y"), ic.direct("V", "NP"):
        finding = result[question]
        print(f"  {question}: {finding.verdict.value} ({' and '.join(finding.best.arms)})")
    print("The last two come from the unrestricted voucher: the other one moves NP past V as well.\n")

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
