"""A single large trial whose strata serve as sites: sex by age group by schooling, 12 cells.

Reardon & Raudenbush (2013, conclusion) point out that any cells formed before randomization can take the
place of sites. The trial here, a job program working through training and job search, is made up.

What it teaches: cells turn one trial into twelve, and so identify two mediators; but the claim that a
mediator's effect is unrelated to compliance, (vii), is now a claim about sex, age and schooling, which
change both. Cells answer the need for instruments and raise the price of (vii).
"""

import sys

import networkx as nx

import identcheck as ic

mediators = ["training", "search"]
graph = nx.DiGraph([("offer", m) for m in mediators] + [(m, "Y") for m in mediators])
graph.add_edges_from([("earlier", node) for node in [*mediators, "Y"]])
graph.nodes["earlier"]["role"] = "baseline"
design = ic.Design(
    graph,
    treatment="offer",
    outcome="Y",
    sites=12,
    average="persons",
    weights="persons",  # the same chance of an offer in every cell: least squares weights by persons
    title="A job program whose strata serve as sites",
    labels={
        "offer": "the offer of the job program",
        "training": "weeks of training",
        "search": "job applications written",
        "earlier": "earnings before the program",
        "Y": "earnings two years later",
    },
    scales={"offer": "binary", "training": "continuous", "search": "continuous", "Y": "continuous"},
    justifications={
        "i": "The program enrolled too few people in any one labor market to change wages or openings there.",
        "viii": "The lottery was held without regard to the cells; within each cell the offer is random all "
        "the same.",
    },
)

if __name__ == "__main__":
    result = ic.check(design, assume="all")
    as_one = ic.Design(graph, treatment="offer", outcome="Y", sites=1)
    print("Granting every numbered assumption, with 12 cells and with the trial taken as one:")
    for question in ic.direct("training", "Y"), ic.direct("search", "Y"):
        without_cells = ic.check(as_one, assume="all")[question]
        print(f"  {question}: {result[question].verdict.value}; {without_cells.verdict.value}")
    print()

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
