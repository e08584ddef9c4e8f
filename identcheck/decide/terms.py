"""One sentence for each term that a reader may not know: documents, terminal and documentation take them from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

__all__ = ["TERMS", "explained"]

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "site effect": "A site effect is the difference between an arm and control in the mean of a variable within one site.",
        "contrast": "A contrast is the difference in means between an arm and control.",
        "compliance": "Compliance is the effect of treatment on a mediator.",
        "bypass": "The bypass is the part of a treatment's effect that runs around the mediators in a regression; the intercept "
        "takes it up.",
        "shared arrow": "A shared arrow carries treatment to a mediator of the regression and is also part of the effect of "
        "such a mediator; it must have the same average effect in every site.",
        "product of averages": "A product of averages takes the place of the average of a product, which is right only if "
        "effects that follow one another along a path are uncorrelated over all persons.",
        "compliance in every site": "Compliance in every site means that treatment moves the mediators in each site, so that a "
        "site's own contrasts can be solved; with several mediators, that the arms of a site move them in different proportions.",
        "world": "A world is a made-up population of sites and persons with every effect known, used to show what data of this "
        "kind can and cannot tell apart.",
        "strategy": "A strategy is one regression of site effects, or a combination of several, that yields an effect if its "
        "conditions hold.",
        "general position": "In general position means: for almost all values of the effects that the graph allows, leaving out "
        "coincidences.",
        "Q": "Q measures how much sites scatter around the regression relative to sampling error; a large Q speaks against the "
        "conditions.",
        "CWATE": "The compliance-weighted average treatment effect (CWATE) is an average effect in which those whose mediator "
        "treatment changes more count more.",
        "affected by treatment": "A variable is affected by treatment if a path leads from an arm to it.",
    }
)
"""What each term means, in a sentence; the key as it stands in sentences."""


def explained(terms: Iterable[str]) -> str:
    """The sentences of some terms, one after another.

    Raises:
        KeyError: for what is no term.
    """
    return " ".join(TERMS[term] for term in terms)
