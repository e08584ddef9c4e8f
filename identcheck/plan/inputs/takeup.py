"""Take-up and crossover: what noncompliance says of an arm's effect on a binary mediator, and of its SD within arms."""

from __future__ import annotations

import math
from collections.abc import Iterator

from identcheck.derive.words import listed
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.defaults import Default
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.stated import TAKEN_UP, Arrow

__all__ = ["compliance", "demand_takeup", "sd_of_takeup"]


def compliance(to: Notes, edge: Edge, said: Arrow) -> Default:
    """The mean that take-up and crossover give, which are noted as inputs."""
    for key, words in TAKEN_UP.items():
        share = getattr(said, key)
        unsaid = Default(0.0, "not stated, and taken to be 0", guess=False) if share is None else None
        to.note(f"{words} of {arrow_name(edge)}", f"{share or 0:g}", "", "arrows", unsaid, said.source)
    return Default(said.average or 0.0, "take-up less crossover", guess=False)


def sd_of_takeup(to: Notes, node: str) -> Default | None:
    """The SD of a node within arms where its take-up is stated; None where it is not.

    It is the root of the mean of p (1 - p) over control, where p is the crossover, and the arms, where it is the take-up.
    """
    said = _taken_up(to, node)
    if not said:
        return None
    shares = [
        max(arrow.crossover or 0.0 for arrow in said.values()),
        *(arrow.takeup or 0.0 for arrow in said.values()),
    ]
    sd = math.sqrt(sum(share * (1 - share) for share in shares) / len(shares))
    return Default(
        sd,
        "the root of p (1 - p), averaged over control and arms, with the stated take-up and crossover",
        guess=False,
    )


def demand_takeup(to: Notes, world: Design) -> None:
    """Report take-up that is stated of what is none, twice, or against the design."""
    for table in ("arrows", "suspected"):
        for edge, said in getattr(to.plan, table).items():
            for key, problem in _problems(world, edge, said):
                to.report((table, arrow_name(edge), key), f"{arrow_name(edge)}: {problem}")
    for node in world.mediators:
        said = _taken_up(to, node)
        if len({arrow.crossover or 0.0 for arrow in said.values()}) > 1:
            names = [arrow_name(edge) for edge in said]
            to.report(
                ("arrows", names[-1], "crossover"),
                f"{listed(names)}: their crossover differs, but it is a share of the same control persons; state it alike",
            )


def _taken_up(to: Notes, node: str) -> dict[Edge, Arrow]:
    return {
        edge: said for edge, said in to.plan.arrows.items() if edge[1] == node and said.takeup is not None
    }


def _problems(world: Design, edge: Edge, said: Arrow) -> Iterator[tuple[str, str]]:
    """What is wrong with the take-up and the crossover of an arrow, with the number that it is about."""
    tail, head = edge
    if said.takeup is None:
        if said.crossover is not None:
            yield "crossover", "it has a crossover and no takeup; state its takeup too"
        return
    if said.mean is not None:
        yield "takeup", "it has a mean and a takeup, which gives the mean; state one of the two"
    others = [node for node in world.causal.predecessors(head) if node not in world.treatments]
    if tail not in world.treatments:
        yield "takeup", f"it has a takeup, but {tail} is no arm; state its mean"
    elif world.scales.get(head) != "binary":
        yield (
            "takeup",
            f"it has a takeup, but {head} is not said to be binary; say so in the design's scales, or state its mean",
        )
    elif others:
        yield (
            "takeup",
            f"it has a takeup, but {listed(others)} also act{'s' * (len(others) == 1)} on {head}, so that who takes it up tells "
            "more than the effect of this arrow; state its mean",
        )
    one_sided = world.graph.has_edge(*edge) and world.graph.edges[edge].get("noncompliance") == "one-sided"
    if said.crossover and one_sided:
        yield (
            "crossover",
            f"its crossover is {said.crossover:g}, but the design says that noncompliance is one-sided; state 0, or change the "
            "design",
        )
