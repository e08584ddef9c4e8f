"""The kinds of estimands, and whether one is well formed, whatever the design."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from identcheck.decide.estimand_text import SUMS, Estimand
from identcheck.decide.stated_levels import level_form_problems
from identcheck.errors import UnknownEstimandError

KINDS: Mapping[str, Sequence[int]] = MappingProxyType(
    {
        "direct": (2,),
        "total": (2,),
        "average": (2,),
        "path": range(2, sys.maxsize),
        "interaction": (2,),
        "compliance": (1,),
        "itt": (0,),
        "mediated": (1,),
        "difference": (0,),
        "plus": (0,),
    }
)
"""How many nodes each kind of estimand is asked of."""


WRONG_COUNT: Mapping[str, str] = MappingProxyType(
    {
        "direct": "a direct effect has two ends, such as direct('M1', 'Y')",
        "total": "a total effect has two ends, such as total('M1', 'Y')",
        "average": "an average effect has two ends, such as average('M1', 'Y', avoiding=['M2'])",
        "path": "a path has at least two nodes, such as path('T', 'M1')",
        "interaction": "an interaction has two mediators, such as interaction('M1', 'M2'); that of a square has one twice",
        "compliance": "a compliance is asked of one mediator, such as compliance('M1')",
        "itt": "an itt takes no node: itt(), or itt(arm='T1') where there are several arms",
        "mediated": "a mediated part is asked of one mediator, such as mediated('M1'), or of the treatment for the bypass",
        "difference": "a difference is of effects: difference(direct('M1', 'Y'), direct('M2', 'Y'))",
        "plus": "a sum is of effects: plus(direct('M1', 'Y'), direct('M2', 'Y'))",
    }
)


OF_ONE_ARM = ("compliance", "itt", "mediated")
"""The kinds that are effects of an arm, which has to be named where there are several."""


def check_estimand(estimand: Estimand) -> None:
    """Whether this is an estimand, of a kind there is, with the nodes it takes; whatever the design.

    Raises:
        UnknownEstimandError: saying what is wrong with it.
    """
    if not isinstance(estimand, Estimand):
        raise UnknownEstimandError(
            [
                f"{estimand!r} is no estimand; ask with direct, total, average, path, interaction, compliance, itt or mediated"
            ]
        )
    problems = list(_form_problems(estimand))
    if problems:
        raise UnknownEstimandError(problems)


def _form_problems(estimand: Estimand) -> Iterator[str]:
    kind, nodes, arm = estimand.kind, estimand.nodes, estimand.arm
    if not isinstance(kind, str) or kind not in KINDS:
        yield (
            f"{kind!r} is no kind of estimand; there are direct, total, average, path, interaction, compliance, itt and "
            "mediated"
        )
    elif not isinstance(nodes, tuple):
        yield f"the nodes of a {kind} estimand are {nodes!r}; give a tuple of names"
    elif len(nodes) not in KINDS[kind]:
        yield WRONG_COUNT[kind]
    elif (kind in SUMS) != bool(estimand.of) or (estimand.of and len(estimand.of) < 2):
        yield WRONG_COUNT[kind] if kind in SUMS else f"a {kind} estimand is of nodes, not of other effects"
    elif estimand.of and estimand.levels:
        yield f"{estimand}: levels are stated of each of its effects, not of the whole"
    elif kind == "difference" and len(estimand.of) != 2:
        yield "a difference is of two effects; for more, take differences of sums made by plus(...)"
    elif arm is not None and kind not in OF_ONE_ARM:
        yield f"{estimand}: only a compliance, an itt or a mediated part is asked for one arm"
    for name in (*(nodes if isinstance(nodes, tuple) else ()), *(() if arm is None else (arm,))):
        if not isinstance(name, str):
            yield f"{name!r} is not text; nodes are named by text, such as 'V'"
    yield from level_form_problems(estimand.levels)
    for each in estimand.of:
        if isinstance(each, Estimand):
            yield from _form_problems(each)
        else:
            yield f"{each!r} is no effect; make one with direct, total and so on"
