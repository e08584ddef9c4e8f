"""What is granted: the assumptions, with a numeral or without, and the declarations that ``check`` is asked to assume."""

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
    "apart_levels",
    "asked_for",
    "contradicting",
    "granted_names",
    "granted_numerals",
    "granted_sentence",
    "granted_words",
    "numerals_granted",
    "remarks",
    "standing_numerals",
]

JUSTIFIED = "justified"
"""What stands for every assumption that the design argues for; among the names granted, so that it is said."""

ALL_NUMBERED = "Every numbered assumption that can be granted was granted for these verdicts"
NOTHING_ARGUED = "The design has a justification for none of the assumptions that can be granted."

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
    """What is asked for by name: numerals, "bypass", "everywhere", "shared", "product".

    "all" stands for every numeral of the design, "justified" for whatever the design has a justification for, of what can be
    granted at all; it is among the names returned as well.

    Raises:
        InvalidQuestionError: for names that the design does not have, all of them named.
    """
    known = (*design.numerals, *UNNUMBERED)
    granted: set[str] = set()
    problems = []
    for item in asked:
        name = str(item).strip().strip("()").lower()
        if name == "all":
            granted |= set(design.numerals)
        elif name == JUSTIFIED:
            granted |= {JUSTIFIED, *_argued(design)}
        elif name in known:
            granted.add(name)
        else:
            problems.append(
                f"there is no assumption {item!r} to grant{suggestion(name, (*known, JUSTIFIED))}; this design's are "
                f"{', '.join(design.numerals)}, or 'all' of these; beside them {', '.join(UNNUMBERED)}; and 'justified' for "
                "those that the design justifies"
            )
    if problems:
        raise InvalidQuestionError(problems)
    return frozenset(granted)


def _argued(design: Design) -> tuple[str, ...]:
    """What the design has a justification for, of what can be granted and is not taken as given anyway."""
    given = (*_read_off_the_graph(design), *standing_numerals(design, True))
    names = (*design.numerals, *UNNUMBERED)
    return tuple(n for n in names if n not in given and design.justifications.get(n, "").strip())


def _read_off_the_graph(design: Design) -> tuple[str, ...]:
    """The numerals that are claims of the graph, which nothing grants: (ii), and among the nine (v)."""
    return ("ii",) if design.single else ("ii", "v")


def granted_numerals(design: Design, granted: Collection[str]) -> tuple[str, ...]:
    """The numerals that count as granted, in order: not those that are read off the graph."""
    drawn = _read_off_the_graph(design)
    return tuple(n for n in design.numerals if n in granted and n not in drawn)


def granted_names(design: Design, granted: Collection[str]) -> tuple[str, ...]:
    """All that counts as granted, in order: the numerals, then "bypass", "everywhere", "shared" and "product"."""
    return (*granted_numerals(design, granted), *(name for name in UNNUMBERED if name in granted))


def granted_words(design: Design, granted: Collection[str]) -> str:
    """What counts as granted, as a list in words: "(vi), (vii) and the bypass", or "nothing"."""
    argued = _argued(design) if JUSTIFIED in granted else ()
    names = granted_names(design, granted)
    apart = (
        _names_in_words(n for n in names if n not in argued),
        f"{_names_in_words(argued)} as the design justifies {'them' if len(argued) > 1 else 'it'}"
        if argued
        else "",
    )
    return ", and ".join(filter(None, apart)) or "nothing"


def _names_in_words(names: Iterable[str]) -> str:
    return listed([UNNUMBERED.get(name, f"({name})") for name in names])


def granted_sentence(design: Design, granted: Collection[str]) -> str:
    """What was granted, as a paragraph."""
    assigned = taken_as_given(design)
    said = " ".join(remarks(design, granted))
    if not granted_names(design, granted):
        return (
            f"No assumption was granted for these verdicts beyond the model itself, (i), (iii), (iv), and {assigned}; "
            f"each lists what it would take. {said}"
        ).strip()
    if granted_numerals(design, granted) == granted_numerals(design, design.numerals):
        further = _names_in_words(name for name in UNNUMBERED if name in granted)
        drawn = (
            "(ii) is read off the graph."
            if design.single
            else "which arrows there are, (ii) and (v), is read off the graph."
        )
        beside = f", and beside them {further}, which no numeral grants" if further else ""
        return f"{ALL_NUMBERED}{beside}; {drawn}"
    words = granted_words(design, granted)
    return f"Granted for these verdicts, beyond the model itself and {assigned}: {words}. {said}".strip()


def apart_levels(design: Design, granted: Collection[str] | None = None) -> frozenset[str]:
    """At which levels what is upstream of a regressor is granted to be independent of its effect, path by path.

    (vi) grants it from person to person, (vii) from site to site (theory section 12, FORM OF A GRANT).

    Args:
        design: the design.
        granted: the names that are granted; None for all that can be.
    """
    numerals = (("v", "persons"),) if design.single else (("vi", "persons"), ("vii", "sites"))
    return frozenset(level for numeral, level in numerals if granted is None or numeral in granted)


def standing_numerals(design: Design, regression: bool) -> tuple[str, ...]:
    """What every verdict takes as given: the model (i), (iii), (iv) and ignorable assignment.

    Args:
        design: the design.
        regression: whether mediators' effects are in question; a contrast needs (i) and ignorability only.
    """
    ignorability = "vii" if design.single else "viii"
    return ("i", "iii", "iv", ignorability) if regression else ("i", ignorability)


def remarks(design: Design, granted: Collection[str]) -> tuple[str, ...]:
    """What is to be said of names that grant nothing: numerals read off the graph, unless all were named; "justified"."""
    said = [NOTHING_ARGUED] if JUSTIFIED in granted and not _argued(design) else []
    drawn = [n for n in _read_off_the_graph(design) if n in granted]
    if drawn and not set(design.numerals) <= set(granted):
        what = f"{listed(in_brackets(drawn))} {'is' if len(drawn) == 1 else 'are'}"
        said.append(f"{what} read off the graph: an arrow that is not drawn is claimed not to be.")
    return tuple(said)


def contradicting(contradictions: Sequence[str]) -> str:
    """That some of what was granted cannot hold together, as a paragraph; "" where all of it can."""
    if not contradictions:
        return ""
    more = len(contradictions) - MOST_CONTRADICTIONS
    counted = [f"And so for {more} more."] if more > 0 else []
    lead = "Not all of this can hold together, and no verdict counts on what cannot:"
    return " ".join([lead, *contradictions[:MOST_CONTRADICTIONS], *counted])
