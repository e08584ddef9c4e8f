"""Coaches for first-grade teachers in thirty districts: a design with nothing left to write.

A made-up trial, and no strong design: classrooms are assigned, and until a plan knows clusters its numbers are those of a
trial that assigns pupils one by one, with standard errors that are too small. Every assumption that the primary effects
rest on is argued in the file beside this script, and the rules of the analysis are settled there, so that
``identcheck report early_literacy.toml --for preregistration --strict`` passes.

What it teaches: how much has to be argued before the effect of teacher practice on literacy can be reported. Reading
at home is not measured, so that the regression needs an intercept, a bypass that is unrelated to what coaching does to
practice and attendance, and an effect of coaching on reading at home that is the same in every district. No numeral
grants the last two: an argument does, by ``assume="justified"``.
"""

import sys
import tomllib
from pathlib import Path

import networkx as nx

import identcheck as ic

graph = nx.DiGraph(
    [
        ("coaching", "practice"),
        ("coaching", "home"),
        ("practice", "attendance"),
        ("home", "attendance"),
        ("practice", "literacy"),
        ("home", "literacy"),
        ("attendance", "literacy"),
        ("baseline_score", "home"),
        ("baseline_score", "literacy"),
        ("poverty", "home"),
        ("poverty", "attendance"),
        ("poverty", "literacy"),
    ]
)
for role, nodes in {
    "mediator": ("practice", "home", "attendance"),
    "baseline": ("baseline_score", "poverty"),
}.items():
    nx.set_node_attributes(graph, dict.fromkeys(nodes, role), "role")

# The arguments are long; they are written once, in the design file.
written = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

design = ic.Design(
    graph,
    treatment="coaching",
    outcome="literacy",
    sites=30,
    unobserved=["home", "poverty"],
    title="Early literacy coaching in thirty districts",
    labels={
        "coaching": "the assignment of the classroom to literacy coaching",
        "practice": "teacher practice (observation rubric)",
        "home": "reading time at home",
        "attendance": "days attended",
        "literacy": "early literacy at the end of grade 1",
        "baseline_score": "fall literacy score",
        "poverty": "family poverty",
    },
    short={
        "coaching": "coaching",
        "practice": "practice",
        "home": "reading at home",
        "attendance": "attendance",
        "literacy": "literacy",
        "baseline_score": "fall score",
        "poverty": "poverty",
    },
    words={"person": "pupil", "site": "district", "assigned": "classroom"},
    scales={"coaching": "binary"}
    | dict.fromkeys(("practice", "home", "attendance", "literacy"), "continuous"),
    primary=[ic.itt(), ic.compliance("practice"), ic.direct("practice", "literacy")],
    justifications=written["justifications"],
    citations=written["citations"],
    rules=ic.Rules(
        direction={"all": "positive"},
        multiplicity="holm",
        conditional_f=10,
        decisions=("as proposed",),
        missing_data=written["rules"]["missing_data"],
        protocol=written["rules"]["protocol"],
    ),
)

if __name__ == "__main__":
    result = ic.check(design, assume="all")
    plan = ic.Plan.from_toml(Path(__file__).with_suffix(".toml"))
    effect = ic.direct("practice", "literacy")
    for assume in ((), "all", "justified"):
        verdict = ic.check(design, assume)[effect].verdict
        print(f"Granting {assume or 'nothing'}, {effect} is {verdict.value}")
    left = ic.check(design).unwritten(plan, document="grant")
    print(f"Still to be written in a grant application: {'; '.join(left) or 'nothing'}")
    print()

    if len(sys.argv) > 1:
        result.save(sys.argv[1])
    else:
        print(result)
