"""One site, one mediator, everything with two values: a lottery for preschool places.

The first case of Reardon & Raudenbush (2013), with seven assumptions of its own.

What it teaches: the ratio of two contrasts is the average effect of attending for all children only if
those who gain more are no more likely to attend, assumption (v). Without it the ratio weights each child by
compliance (CWATE). As children without an offer cannot attend, that is the effect on those who attend
because of the offer (LATE, here also TOT). Support at home, unmeasured, does no harm: the offer is random.
"""

import sys
import textwrap

import networkx as nx

import identcheck as ic

graph = nx.DiGraph([("offer", "preschool"), ("preschool", "Y"), ("home", "preschool"), ("home", "Y")])
graph.edges["offer", "preschool"]["noncompliance"] = "one-sided"
design = ic.Design(
    graph,
    treatment="offer",
    outcome="Y",
    sites=1,
    unobserved=["home"],
    title="A lottery for preschool places",
    labels={
        "offer": "the offer of a place",
        "preschool": "preschool attendance",
        "home": "support for learning at home",
        "Y": "reading at age six",
    },
    scales={"offer": "binary", "preschool": "binary", "Y": "continuous"},
    justifications={
        "ii": "An offer that is declined changes nothing else that the school does for the child.",
        "vii": "Places were drawn by lot from the waiting list.",
    },
)

if __name__ == "__main__":
    effect = ic.total("preschool", "Y")
    result = ic.check(design, assume="all")
    without_v = ic.check(design, assume=["i", "ii", "iii", "iv", "vi", "vii"])[effect]
    print(f"Granting all seven assumptions, {effect} is {result[effect].verdict.value}")
    print(f"Without (v) it is {without_v.verdict.value}, and the ratio of the contrasts is something else.")
    for remark in next(a for a in result.assumptions if a.numeral == "v").remarks[:3]:
        print(textwrap.indent(textwrap.fill(f"{remark.heading}: {remark.text}", 90), "  "))
    print()

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
