"""What stands behind the numbered assumptions and is taken as given."""

from __future__ import annotations

from identcheck.assumptions.base import Remark
from identcheck.design import Design
from identcheck.words import listed

__all__ = ["also_given"]


def also_given(design: Design) -> tuple[Remark, ...]:
    """Attrition, measurement, what the sites stand for, what is averaged over, pre-treatment causes."""
    found = [
        Remark(
            "No attrition related to treatment",
            "Persons who leave the study, or whose mediators or outcome are missing, do so for reasons unrelated to "
            "their assignment; otherwise ("
            + ("vii" if design.single else "viii")
            + ") fails among those who stay.",
        ),
        Remark(
            "Mediators measured without error related to treatment",
            "Error in a mediator that differs systematically between arms biases its compliance. Purely random error "
            "does no harm here: it averages out of the contrasts.",
        ),
    ]
    if design.sites != 1:
        found.append(
            Remark(
                "What the sites stand for",
                "Expectations over sites are over the population that the sites are, or are a sample of. The average "
                f"effect is over {'sites, each counting once' if design.average == 'sites' else 'persons'}.",
            )
        )
    else:
        found.append(
            Remark(
                "What is averaged over",
                "The average effect is over the persons of the site, or those they represent.",
            )
        )
    if design.baseline:
        names = listed([design.label(node) for node in design.baseline])
        verb = "is" if len(design.baseline) == 1 else "are"
        found.append(
            Remark(
                "Causes fixed before treatment",
                f"{names} {verb} in the graph and harmless for identification: assignment is random"
                f"{'' if design.sites == 1 else ' within sites'}, and the instruments do not need mediators that are "
                "free of confounding with the outcome. Baseline variables may still sharpen estimates.",
            )
        )
    return tuple(found)
