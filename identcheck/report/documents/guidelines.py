"""Where a document has what guidelines for reports of trials ask for. The items are in our words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from identcheck.errors import ReportError, suggestion
from identcheck.report.blanks import unfilled
from identcheck.report.blocks import Blank, Section, Tabular, sections_in
from identcheck.tables.table import table_of

__all__ = ["GUIDELINES", "USUAL", "Guideline", "crosswalks", "guidelines_asked"]

WHERE: Mapping[str, tuple[str, ...]] = {
    "registration": ("registration",),
    "objectives": ("first", "hypotheses"),
    "trial": ("first", "design"),
    "graph": ("first",),
    "assumptions": ("assumptions",),
    "sample": ("design",),
    "methods": ("analysis", "derivations"),
    "missing": ("missing-data",),
    "tests": ("tests",),
    "further": ("tests", "sensitivity", "alternatives"),
    "limits": ("assumptions", "sensitivity"),
    "nowhere": (),
}
"""The sections, by their ids, in which a document answers what items ask; those that it does not have are left out."""


@dataclass(frozen=True)
class Guideline:
    """A guideline.

    Attributes:
        title: its name.
        about: what it is for, with its source.
        items: number ("" where it was not verified), what the item asks for, and under which of ``WHERE`` that is answered.
    """

    title: str
    about: str
    items: tuple[tuple[str, str, str], ...]


CONSORT = Guideline(
    "CONSORT 2025",
    "for reports of randomized trials (Hopewell and others 2025).",
    (
        ("2", "registration", "registration"),
        ("4", "statistical code", "nowhere"),
        ("7", "objectives", "objectives"),
        ("9", "trial design", "trial"),
        ("14", "outcomes (their measurement and timing elsewhere)", "objectives"),
        ("16a", "sample size, with its assumptions", "sample"),
        ("16b", "interim analyses and stopping", "nowhere"),
        ("17a to 19", "how the allocation was generated, concealed and implemented", "nowhere"),
        ("21a", "statistical methods", "methods"),
        ("21b", "who is included in each analysis", "missing"),
        ("21c", "missing data", "missing"),
        ("21d", "additional analyses", "further"),
        ("30", "limitations: sources of bias", "limits"),
        ("30", "limitations: imprecision, generalizability, multiplicity", "nowhere"),
    ),
)
"""Numbers of its checklist of 30 items, compared with Table 1 of the statement."""

SPIRIT = Guideline(
    "SPIRIT 2025",
    "for protocols of randomized trials (Chan and others 2025).",
    (
        ("4", "registration", "registration"),
        ("6", "statistical code", "nowhere"),
        ("10", "objectives", "objectives"),
        ("12", "trial design", "trial"),
        ("16", "outcomes (their measurement and timing elsewhere)", "objectives"),
        ("19", "sample size, with its assumptions", "sample"),
        ("21a to 23", "how the allocation is generated, concealed and implemented", "nowhere"),
        ("27a", "statistical methods", "methods"),
        ("27b", "who is included in each analysis", "missing"),
        ("27c", "missing data", "missing"),
        ("27d", "additional analyses", "further"),
        ("28b", "interim analyses and stopping", "nowhere"),
    ),
)
"""Numbers of its checklist of 34 items, compared with Table 1 of the statement."""

AGREMA = Guideline(
    "AGReMA",
    "for analyses of mediation (Lee and others 2021); its items stand here without their numbers.",
    (
        ("", "effects of interest", "objectives"),
        ("", "causal graph", "graph"),
        ("", "causal assumptions", "assumptions"),
        ("", "sample size", "sample"),
        ("", "statistical methods", "methods"),
        ("", "sensitivity analyses", "further"),
    ),
)
"""Items by what they ask for: their numbers were not verified."""

STROBE_MR = Guideline(
    "STROBE-MR",
    "for Mendelian randomization (Skrivankova and others 2021). It is no guideline for trials, but its items on instruments ask "
    "what readers of a study with site-by-treatment instruments will ask.",
    (
        ("4 (b)", "sample size and power", "sample"),
        ("5", "assumptions about instruments: relevance, independence, exclusion", "assumptions"),
        ("6", "statistical methods of the main analysis", "methods"),
        ("7", "how the assumptions are assessed", "tests"),
        ("8", "sensitivity analyses and additional analyses", "further"),
        ("9 (a)", "statistical software with its version", "nowhere"),
    ),
)
"""Numbers as earlier versions of this document had them; not verified anew."""

WWC = Guideline(
    "What Works Clearinghouse",
    "reviews of studies follow its handbook, version 5.0 (What Works Clearinghouse 2022). Its topics stand here without their "
    "chapters.",
    (
        ("", "random assignment", "assumptions"),
        ("", "assignment of clusters", "nowhere"),
        ("", "attrition, overall and differential", "missing"),
        ("", "baseline equivalence where attrition is high", "nowhere"),
        ("", "confounding factors", "nowhere"),
        ("", "validity and reliability of outcome measures", "nowhere"),
        ("", "complier average causal effects: exclusion", "assumptions"),
        ("", "complier average causal effects: strength of the instruments", "sample"),
    ),
)
"""Topics: the handbook itself could not be read, so that no chapter or threshold of it is named."""

GUIDELINES: Mapping[str, Guideline] = {
    "agrema": AGREMA,
    "consort": CONSORT,
    "spirit": SPIRIT,
    "strobe-mr": STROBE_MR,
    "wwc": WWC,
}
"""Every guideline, by the name that asks for it."""

USUAL: Mapping[str, tuple[str, ...]] = {
    "preregistration": ("spirit", "agrema"),
    "paper-appendix": ("consort", "agrema"),
    "grant": (),
}
"""The guidelines of a document for which none are asked for."""

LEAD = "The items are in our words, and only those are listed that bear on this document."


def guidelines_asked(purpose: str, asked: Sequence[str] | None) -> tuple[str, ...]:
    """The guidelines of a document: those that are asked for, or the usual ones.

    Raises:
        ReportError: no such guideline.
    """
    if asked is None:
        return USUAL.get(purpose, ())
    if isinstance(asked, str) or not isinstance(asked, (tuple, list)):
        raise ReportError(f"the guidelines are {asked!r:.60}; give a list, such as ['consort', 'strobe-mr']")
    for name in asked:
        if name not in GUIDELINES:
            hint = suggestion(str(name), GUIDELINES)
            raise ReportError(f"no guideline {name!r}{hint}; known are {', '.join(GUIDELINES)}")
    return tuple(dict.fromkeys(asked))


def crosswalks(sections: Mapping[str, Section], names: Sequence[str]) -> Section:
    """A table of the items of guidelines, and where this document answers them; without names no table.

    Args:
        sections: the sections of the document by name; of one with blanks it is said that it is to be completed.
        names: of ``GUIDELINES``.
    """
    there = {section.id: section for section in sections_in(sections.values())}
    rows, elsewhere = [], []
    for name in names:
        found, missing = _rows(GUIDELINES[name], there)
        rows += found
        elsewhere += [missing] if missing else []
    note = " ".join(
        (LEAD, *(f"{GUIDELINES[name].title}: {GUIDELINES[name].about}" for name in names), *elsewhere)
    )
    table = Tabular(table_of("guidelines", "", ("Guideline", "Item", "Where in this document"), rows, note))
    return Section("crosswalks", "Reporting guidelines", (table,) if names else ())


def _rows(guideline: Guideline, there: Mapping[str, Section]) -> tuple[list[tuple[str, ...]], str]:
    """A row for each item that the document answers, and a sentence with the others."""
    rows: list[tuple[str, ...]] = []
    missing = []
    for number, words, subject in guideline.items:
        item = f"{words} ({number})" if number else words
        if where := _place(WHERE[subject], there):
            rows.append(("" if rows else guideline.title, item, where))
        else:
            missing.append(item)
    said = f"To be reported elsewhere for {guideline.title}: {'; '.join(missing)}." if missing else ""
    return rows, said


def _place(ids: Iterable[str], there: Mapping[str, Section]) -> str:
    """Where these sections are; one that is not written, or not to its end, is said to be so."""
    return ", ".join(_named(there[id]) for id in ids if id in there)


def _named(section: Section) -> str:
    name = f"\u201c{section.heading}\u201d" if section.heading else "the first page"
    if all(isinstance(block, Blank) for block in section.blocks):
        return f"{name} (to be written)"
    return f"{name} (to be completed)" if unfilled(section) else name
