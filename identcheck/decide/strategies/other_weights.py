"""The same design with other weights in the estimator: those of the average wanted, where drawn weights stand in the way.

What no regression gives under the weights of the estimator, one under those of the average wanted may: then the drawn weights are
no proof that the effect cannot be had.
"""

from __future__ import annotations

from identcheck.basics.once import once
from identcheck.decide.estimands import Estimand, resolve
from identcheck.decide.strategies.demand import ruled_out
from identcheck.decide.strategies.parts import find_strategies
from identcheck.derive.heterogeneity import asked_of_weights
from identcheck.describe.design import Design

__all__ = ["as_wanted", "served_as_wanted", "wanted_weights"]


@once
def as_wanted(design: Design) -> Design | None:
    """The design with the estimator's weights those of the average wanted; None where no drawn weights are others."""
    if not asked_of_weights(design):
        return None
    said = design._said() | {"weights": design.average}
    for key in ("justifications", "citations"):
        said[key] = {name: text for name, text in said[key].items() if name != "x"}
    return Design(design.graph, **said)


@once
def served_as_wanted(design: Design, estimand: Estimand) -> bool:
    """Whether some regression serves an effect in that design."""
    other = as_wanted(design)
    if other is None:
        return False
    found = find_strategies(other, resolve(other, estimand), other.numerals).strategies
    return any(not ruled_out(strategy) for strategy in found)


def wanted_weights(design: Design) -> str:
    """What would have to be done, in words."""
    sites, persons = design.word("sites"), design.word("persons")
    how = (
        f"let all {sites} count once"
        if design.average == "sites"
        else f"weight {sites} by their number of {persons}"
    )
    return f'{how}, as in the average wanted (weights = "{design.average}")'
