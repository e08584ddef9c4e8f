"""Moving to Opportunity: a voucher, its use, neighborhood poverty, and a consequence of both.

Families in five cities were offered a housing voucher by lot (Kling, Liebman & Katz 2007). In Figure 2 of
Reardon & Raudenbush (2013) the offer works only through use of the voucher, and use of the voucher works
both directly and through neighborhood poverty.

What it teaches: an arrow between mediators need not prevent identification; but where one mediator moves
in fixed proportion to the other, no number of cities tells their effects apart.
"""

import sys

import networkx as nx

import identcheck as ic

graph = nx.DiGraph([("offer", "V"), ("V", "NP"), ("NP", "Y"), ("V", "Y")])
design = ic.Design(
    graph,
    treatment="offer",
    outcome="Y",
    sites=5,
    title="Moving to Opportunity: use of a voucher and neighborhood poverty",
    labels={
        "offer": "the offer of a voucher",
        "V": "use of the voucher",
        "NP": "neighborhood poverty",
        "Y": "adult mental health",
    },
    scales={"offer": "binary", "V": "binary", "NP": "continuous", "Y": "continuous"},
    justifications={
        "i": "Few families were enrolled from any one neighborhood, so one family's move hardly changes "
        "another's choices.",
        "ii": "An offer that is not used leaves home, rent and neighborhood as they were.",
        "viii": "Offers were drawn by lot within each city.",
    },
)

if __name__ == "__main__":
    result = ic.check(design, assume="all")
    graph.edges["V", "NP"]["varies"] = "none"  # the same change of poverty for everyone who uses the voucher
    proportional = ic.check(ic.Design(graph, treatment="offer", outcome="Y", sites=5), assume="all")

    print("Granting every numbered assumption; second, if V changes NP by the same amount for everyone:")
    for question in ic.direct("V", "Y"), ic.direct("NP", "Y"), ic.direct("V", "NP"), ic.total("V", "Y"):
        print(f"  {question}: {result[question].verdict.value}; {proportional[question].verdict.value}")
    print("In the second case NP moves with V in fixed proportion, and nothing tells their effects apart.\n")

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
