"""What makes a graph a design: every rule, checked at once, each with the remedy.

:class:`Description` gathers arguments and attributes, :func:`find_problems` lists what is wrong with
them; where nothing is, :func:`parts_of` and :func:`notation_of` read off the roles and the symbols.
"""

from __future__ import annotations

from identcheck.describe.validation.declared import declaration_problems, protocol_problems
from identcheck.describe.validation.description import Description
from identcheck.describe.validation.modifiers import modifier_problems
from identcheck.describe.validation.parts import Parts, fixed, natural, parts_of
from identcheck.describe.validation.structure import confounding_problems, role_problems, structure_problems
from identcheck.describe.validation.symbols import clashing_effects, clashing_nodes, notation_of
from identcheck.describe.validation.values import (
    attribute_problems,
    numerals_of,
    option_problems,
    size_problems,
)

__all__ = [
    "Description",
    "Parts",
    "find_problems",
    "fixed",
    "natural",
    "notation_of",
    "numerals_of",
    "parts_of",
]


def find_problems(said: Description) -> list[str]:
    """Every reason why this cannot be a design, each once, in the order a user would fix them."""
    long = list(size_problems(said))
    if long:
        return long
    shape = [*role_problems(said), *structure_problems(said)]
    marks = list(attribute_problems(said))
    alike = list(clashing_nodes(said.graph, said.treatments, said.outcomes)) if said.directed else []
    if said.directed and not (said.problems or shape or marks or alike):
        alike += clashing_effects(said.graph, parts_of(said.graph, said.treatments, said.outcomes[0]))
    declared = [*confounding_problems(said), *declaration_problems(said), *modifier_problems(said)]
    options = [*option_problems(said), *protocol_problems(said)]
    return list(dict.fromkeys([*said.problems, *marks, *options, *shape, *alike, *declared]))
