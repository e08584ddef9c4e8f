"""What is granted: the numerals, and the declarations among them, that ``check`` is asked to assume."""

from __future__ import annotations

from collections.abc import Iterable

from identcheck.arguments import entries_of
from identcheck.declarations import Declaration
from identcheck.design import Design
from identcheck.errors import InvalidQuestionError, suggestion

__all__ = ["asked_for", "numerals_granted"]


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
        else:
            problems.append(
                f"there is no assumption {item!r} to grant{suggestion(numeral, known)}; this design's are "
                f"{', '.join(known)}, or 'all'"
            )
    if problems:
        raise InvalidQuestionError(problems)
    return frozenset(granted)
