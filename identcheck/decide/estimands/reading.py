"""Estimands from text, such as that of the command line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from identcheck.basics.arguments import entries_of
from identcheck.decide.estimand_text import Estimand, read_estimand, split_sum
from identcheck.decide.estimands.kinds import KINDS, check_estimand
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError, UnknownEstimandError, clipped


def estimand_of(design: Design, said: Estimand | str) -> Estimand:
    """The estimand that is meant: itself, or what a text such as ``"total V Y"`` asks of a design.

    Raises:
        UnknownEstimandError: it is neither, or the text names no effect; saying how estimands are written.
    """
    if isinstance(said, str):
        return parse(said, design.order, design)
    check_estimand(said)
    return said


def listed_estimands(design: Design, estimands: object) -> tuple[Estimand, ...]:
    """Estimands handed over in a list, as such or as text, each once.

    Raises:
        InvalidQuestionError: it is no list, or what is in it is no estimand.
    """
    entries = entries_of(estimands)
    if entries is None:
        raise InvalidQuestionError(
            [f"the effects are {estimands!r}; give a list of estimands, such as [direct('M1', 'Y')]"]
        )
    return tuple(dict.fromkeys(estimand_of(design, entry) for entry in entries))


def parse(text: str, nodes: Iterable[str] = (), design: Design | None = None) -> Estimand:
    """Read an estimand written as on the command line, ``"total V Y"``, or as it is printed, ``"total(V, Y)"``.

    Args:
        text: the text; a name of several words is plain between commas, in quotes, or where it is known.
        nodes: the names of the design.
        design: the design, from which errors take their examples.

    Raises:
        UnknownEstimandError: saying how estimands are written.
    """
    if (made := split_sum(text)) is not None:
        known_nodes = tuple(nodes)
        found = Estimand(made[0], of=tuple(parse(each, known_nodes, design) for each in made[1]))
        check_estimand(found)
        return found
    asked = read_estimand(text, KINDS, nodes)
    fits = len(asked.nodes) in KINDS.get(asked.kind, ()) and (asked.kind == "average" or not asked.avoiding)
    known = set(nodes)
    if fits and (
        asked.kind != "mediated" or not known or asked.nodes[0] in known or not INDIRECT.match(text)
    ):
        return asked
    if other := INDIRECT.match(text):
        raise UnknownEstimandError([_as_part(text, text[other.end() :].strip(" ()\t,"), known, design)])
    raise UnknownEstimandError(
        [
            f"{clipped(text)} is no estimand; write 'direct V Y', 'total V Y', 'path T V Y', 'compliance V', 'itt' "
            "or 'mediated V' (with 'arm=T1' where there are several arms), or 'average V Y avoiding NP', each with 'at wages=1' "
            "behind it for that level of a modifier, or 'direct V Y - direct NP Y'; commas part names "
            "of several words, as in 'direct(use of voucher, health)'"
        ]
    )


INDIRECT = re.compile(
    r"\s*(?:(?:the|average|causal|natural|total|pure|specific) +)*(?:indirect(?: +effect)?|nie|nde|tnie|pnie|acme|ade|iie|"
    r"mediation(?: +effect)?|mediated +(?:effect|share|part|proportion)|(?:proportion|share|percent(?:age)?) +mediated)\b"
    r"(?: +(?:through|via|by|of)\b)?",
    re.IGNORECASE,
)
"""What parts of an intent-to-treat effect, and their shares, are called elsewhere."""


def _as_part(text: str, rest: str, nodes: Collection[str], design: Design | None) -> str:
    """Where what goes by another name elsewhere is found here; of the design's first mediator where none is named."""
    arm, first, outcome = ("T", "M1", "Y") if design is None else _examples(design)
    parts = nodes if design is None else set(design.mediators)
    after = re.search(r"\b(?:through|via|by)\s+(.+)", rest)
    words = (after[1] if after else rest).replace(",", " ").split()
    chosen = rest if rest in parts else next((word for word in words if word in parts), first)
    direct_ = re.match(r"\s*(?:natural +)?(?:nde|ade)\b", text, re.IGNORECASE)
    if direct_:
        return (
            f"{clipped(text)}: natural effects are not asked here; what goes past every mediator is 'mediated {arm}' of the "
            f"treatment {arm} (the bypass), the effect of a mediator itself 'direct {first} {outcome}'"
        )
    share = (
        " and its share of the whole as result['mediated ...'].share"
        if re.search("prop|share|perc", text, re.I)
        else ""
    )
    return (
        f"{clipped(text)}: ask for 'mediated {chosen}', the part of the effect of treatment that goes through it last{share}; "
        "by the last mediator the parts add up to the whole effect"
    )


def _examples(design: Design) -> tuple[str, str, str]:
    """A treatment, the first mediator that has a part, and the outcome."""
    mediators = (*design.observed_mediators, *design.mediators, "M1")
    return design.treatments[0], mediators[0], design.outcome
