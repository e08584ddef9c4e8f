"""Welfare-to-work programs at 40 sites, where high entry wages raise what a program does and lower what income does.

What it teaches: the cause that Reardon and Raudenbush (2013) name for a failure of (vii), drawn and not measured. (vii) is
then false by the drawing, granting it does not help, and two worlds prove it. Measuring entry wages mends it: see
entry_wages.
"""

import sys

import networkx as nx

import identcheck as ic

graph = nx.DiGraph([("program", "H"), ("program", "I"), ("H", "I"), ("H", "Y"), ("I", "Y")])
wages = ic.Modifier(
    "wages",
    [("program", "H"), ("I", "Y")],
    measured=False,
    label="entry wages",
    citation="Reardon and Raudenbush (2013), section 5",
)
design = ic.Design(
    graph,
    treatment="program",
    outcome="Y",
    sites=40,
    title="Welfare-to-work programs, with entry wages not measured",
    modifiers=[wages],
    primary=["direct(H, Y)", "direct(I, Y)"],
    labels={
        "program": "the offer of a welfare-to-work program",
        "H": "the mother's hours of work",
        "I": "family income",
        "Y": "the child's achievement",
    },
    short={"program": "the program", "H": "hours of work", "I": "income", "Y": "achievement"},
    scales={"program": "binary", "H": "continuous", "I": "continuous", "Y": "continuous"},
    justifications={
        "viii": "At every site families were assigned to the program or to the control group by lot.",
        "ix": "Some programs required work and others topped up earnings, so they changed hours and income differently.",
    },
)

if __name__ == "__main__":
    result = ic.check(design, assume="all")
    print("Granting every numbered assumption:")
    for effect in design.primary:
        print(f"  {effect}: {result[effect].verdict.value}")
    for mend in result.mends("direct(H, Y)")[:1]:
        print(f"  What would help: {mend}")
    print()

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
