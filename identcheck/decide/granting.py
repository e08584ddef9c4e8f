"""What is granted: the numerals, and the declarations among them, that ``check`` is asked to assume."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from identcheck.basics.arguments import entries_of
from identcheck.decide.conditions import UNNUMBERED
from identcheck.derive.assignment import taken_as_given
from identcheck.derive.words import in_brackets, listed
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError, suggestion

__all__ = [
    "asked_for",
    "contradicting",
    "granted_numerals",
    "granted_sentence",
    "granted_words",
    "numerals_granted",
    "remarks",
    "standing_numerals",
]

MOST_CONTRADICTIONS = 3
"""Of more contradictions in what is granted the first few are told and the rest counted."""


def asked_for(assume: object) -> list[object]:
    """What is to be granted, one by one: numerals and declarations.

    Raises:
        InvalidQuestionError: for what is neither text nor a list.
    """
    if isinstance(assume, Declaration):
        return [assume]
    if isinstance(assume, str):
        return list(assume.replace(",", " ").split())
    entries = entries_of(assume)
    if entries is None:
        raise InvalidQuestionError(
            [
                f"the assumptions to grant are {assume!r}; give numerals such as 'vi', or 'all', or declarations"
            ]
        )
    return entries


def numerals_granted(design: Design, asked: Iterable[object]) -> frozenset[str]:
    """The numerals among what is asked for; "all" stands for every one of the design.

    Raises:
        InvalidQuestionError: for numerals that the design does not have, all of them named.
    """
    known = design.numerals
    granted: set[str] = set()
    problems = []
    for item in asked:
        numeral = str(item).strip().strip("()").lower()
        if numeral == "all":
            granted |= set(known)
        elif numeral in known:
            granted.add(numeral)
        elif numeral in UNNUMBERED:
            problems.append(
                f"{item!r} cannot be granted: the condition on {UNNUMBERED[numeral]} has no numeral; argue for it in the "
                f"design's justifications, under {numeral!r}, or declare what implies it"
            )
        else:
            problems.append(
                f"there is no assumption {item!r} to grant{suggestion(numeral, known)}; this design's are "
                f"{', '.join(known)}, or 'all'"
            )
    if problems:
        raise InvalidQuestionError(problems)
    return frozenset(granted)


def _read_off_the_graph(design: Design) -> tuple[str, ...]:
    """The numerals that are claims of the graph, which nothing grants: (ii), and among the nine (v)."""
    return ("ii",) if design.single else ("ii", "v")


def granted_numerals(design: Design, granted: Collection[str]) -> tuple[str, ...]:
    """The numerals that count as granted, in order: not those that are read off the graph."""
    drawn = _read_off_the_graph(design)
    return tuple(n for n in design.numerals if n in granted and n not in drawn)


def granted_words(design: Design, granted: Collection[str]) -> str:
    """The numerals that count as granted, as a list in words: "(vi) and (vii)", or "nothing"."""
    return listed(in_brackets(granted_numerals(design, granted))) or "nothing"


def granted_sentence(design: Design, granted: Collection[str]) -> str:
    """What was granted, as a paragraph."""
    found, assigned = granted_numerals(design, granted), taken_as_given(design)
    said = " ".join(remarks(design, granted))
    if not found:
        return (
            f"No assumption was granted for these verdicts beyond the model itself, (i), (iii), (iv), and {assigned}; "
            f"each lists what it would take. {said}"
        ).strip()
    words = granted_words(design, granted)
    if found == granted_numerals(design, design.numerals):
        drawn = "(ii) is" if design.single else "which arrows there are, (ii) and (v), is"
        return f"Granted for these verdicts: {words}, which is all that can be granted; {drawn} read off the graph."
    return f"Granted for these verdicts, beyond the model itself and {assigned}: {words}. {said}".strip()


def standing_numerals(design: Design, regression: bool) -> tuple[str, ...]:
    """What every verdict takes as given: the model (i), (iii), (iv) and ignorable assignment.

    Args:
        design: the design.
        regression: whether mediators' effects are in question; a contrast needs (i) and ignorability only.
    """
    ignorability = "vii" if design.single else "viii"
    return ("i", "iii", "iv", ignorability) if regression else ("i", ignorability)


def remarks(design: Design, granted: Collection[str]) -> tuple[str, ...]:
    """What is to be said of numerals that were named and cannot be granted; nothing where all were named."""
    drawn = [n for n in _read_off_the_graph(design) if n in granted]
    if not drawn or set(design.numerals) <= set(granted):
        return ()
    what = f"{listed(in_brackets(drawn))} {'is' if len(drawn) == 1 else 'are'}"
    return (f"{what} read off the graph: an arrow that is not drawn is claimed not to be.",)


def contradicting(contradictions: Sequence[str]) -> str:
    """That some of what was granted cannot hold together, as a paragraph; "" where all of it can."""
    if not contradictions:
        return ""
    more = len(contradictions) - MOST_CONTRADICTIONS
    counted = [f"And so for {more} more."] if more > 0 else []
    lead = "Not all of this can hold together, and no verdict counts on what cannot:"
    return " ".join([lead, *contradictions[:MOST_CONTRADICTIONS], *counted])
