"""What stands behind the numbered assumptions and is taken as given."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.decide.assumptions.base import Remark
from identcheck.derive.assignment import back_doors, only_assign
from identcheck.derive.words import brief, capital, listed, some
from identcheck.describe.design import Design

__all__ = ["also_given", "which_list"]

PAPER = "Reardon and Raudenbush (2013)"


def which_list(design: Design) -> str:
    """Which of the paper's lists the numbered assumptions are, in a sentence or two."""
    if design.single:
        return f"The list is that of {PAPER}, section 2, for one site and one mediator: seven assumptions."
    nine = (
        f"The list is that of {PAPER}, section 4, for several sites and several mediators: nine assumptions"
    )
    if len(design.mediators) == 1:
        return (
            f"{nine}, read for one mediator, which leaves (v) empty. (v.a) and (v.b) are from their section 3, for the pooled "
            "ratio alone, and stand in for (vi) and (vii) there. What naming a numeral grants is what the nine say under it."
        )
    among = {*design.own_mediators}
    if any(a in among and b in among for a, b in design.causal.edges):
        return f"{nine}, with the arrows between mediators in place of (v), as in their section 5."
    return f"{nine}."


def also_given(design: Design) -> tuple[Remark, ...]:
    """Attrition, measurement, what the sites stand for, what is averaged over, pre-treatment causes."""
    persons, sites = design.word("persons"), design.word("sites")
    found = [
        Remark(
            "No attrition related to treatment",
            f"{capital(design.word('persons'))} who leave the study, or whose mediators or outcome are missing, do so for "
            f"reasons unrelated to assignment; otherwise ({'vii' if design.single else 'viii'}) fails among those who stay.",
        ),
        Remark(
            "Mediators measured without error related to treatment",
            "Error in a mediator that differs systematically between arms biases its compliance. Purely random error "
            "does not bias the contrasts, but it widens their standard errors and so lowers the conditional F.",
        ),
    ]
    if design.sites != 1:
        found.append(
            Remark(
                "What the sites stand for",
                f"The {sites} are the population of interest or a sample from it. The average effect is over "
                f"{sites + ', each counting once' if design.average == 'sites' else persons}.",
            )
        )
    else:
        found.append(
            Remark(
                "What is averaged over",
                f"The average effect is over the {persons} of the {design.word('site')}, or those they represent.",
            )
        )
    found += [*_causes_before(design), *_shared_causes(design)]
    if design.consequences:
        names = some([brief(design, node) for node in design.consequences])
        found.append(
            Remark(
                "Consequences aside",
                f"{names}: in the graph as a consequence of treatment that does not lead to {brief(design, design.outcome)}. No "
                f"effect asked about involves it, as long as no {persons} are selected by it and nothing is adjusted for it.",
            )
        )
    return tuple(found)


def _causes_before(design: Design) -> Iterator[Remark]:
    """What is drawn from before treatment and does no harm."""
    harmful = {node for door in back_doors(design).values() for node in door.causes}
    alone = [node for node in only_assign(design) if node not in harmful]
    harmless = [node for node in design.baseline if node not in harmful and node not in alone]
    within = "" if design.sites == 1 else f" within {design.word('sites')}"
    if harmless:
        verb = "is" if len(harmless) == 1 else "are"
        yield Remark(
            "Causes fixed before treatment",
            f"{capital(some([brief(design, node) for node in harmless]), design)} {verb} in the graph and harmless for "
            f"identification: assignment is random{within}, and the instruments do not require that mediators and outcome be "
            "unconfounded. Baseline variables may still make estimates more precise.",
        )
    if alone:
        treatment = listed([brief(design, arm) for arm in design.treatments])
        yield Remark(
            "Causes of assignment alone",
            f"{capital(some([brief(design, node) for node in alone]), design)}: drawn as a cause of assignment to {treatment} "
            "and of nothing else, which does no harm.",
        )


def _shared_causes(design: Design) -> Iterator[Remark]:
    """Pairs joined by a cause that is not drawn, where it does no harm."""
    pairs = [pair for pair in design.confounded if not {*pair} & {*design.treatments}]
    within = "" if design.sites == 1 else f" within {design.word('sites')}"
    if pairs and not back_doors(design):
        names = some([f"{brief(design, a)} and {brief(design, b)}" for a, b in pairs], "; ")
        yield Remark(
            "Causes that are not drawn",
            f"{names} share a cause that is not drawn and not measured. It does no harm: the instruments are the randomized "
            f"contrasts{within}, which such a cause does not affect.",
        )
