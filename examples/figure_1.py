"""Figure 1 of Reardon & Raudenbush (2013): two mediators, the first of which affects the second.

What it teaches: when mediators are not parallel, the regression of site effects still identifies each
mediator's direct effect, the other held fixed. It does not identify the effect of one mediator on the
other, nor a total effect that includes it: the treatment also changes the second mediator directly.
The paper's footnote 4 says what else it would take, and that it is generally too much to ask.
"""

import sys
import textwrap

import networkx as nx

import identcheck as ic

design = ic.Design(
    nx.DiGraph([("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")]),
    treatment="T",
    outcome="Y",
    title="Figure 1: one mediator affects the other",
    labels={
        "T": "the treatment",
        "M1": "the first mediator",
        "M2": "the second mediator",
        "Y": "the outcome",
    },
)

if __name__ == "__main__":
    result = ic.check(design, assume="all")
    print("Granting every numbered assumption:")
    for question in ic.direct("M1", "Y"), ic.direct("M2", "Y"), ic.total("M1", "Y"), ic.direct("M1", "M2"):
        finding = result[question]
        print(f"  {question}: {finding.verdict.value}")
        for condition in finding.missing:
            print(textwrap.indent(textwrap.fill(f"missing: {condition}", 90), "    "))
    print("What is missing here goes beyond the numbered assumptions: it has to be argued for by itself.\n")

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
