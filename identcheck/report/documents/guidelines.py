"""Where a document has what two reporting guidelines ask for. The items are in our words."""

from __future__ import annotations

from collections.abc import Mapping

from identcheck.describe.design import Design
from identcheck.report.blocks import Blank, Paragraph, Section, Tabular
from identcheck.tables.table import table_of

__all__ = ["REFERENCES", "crosswalks"]

REFERENCES = (
    "Lee, H., Cashin, A. G., Lamb, S. E. and others (2021). A guideline for reporting mediation analyses of randomized "
    "trials and observational studies: the AGReMA statement. JAMA 326(11), 1045-1056.",
    "Skrivankova, V. W., Richmond, R. C., Woolf, B. A. R. and others (2021). Strengthening the reporting of observational "
    "studies in epidemiology using Mendelian randomization: the STROBE-MR statement. JAMA 326(16), 1614-1621.",
)

AGREMA = (
    ("Effects of interest: which effects are estimated, and what they mean", ("effects",)),
    ("Causal graph: treatment, mediators, outcome and what else is assumed to act", ("graph",)),
    (
        "Causal assumptions: what must hold for the effects to be identified, and why it should",
        ("assumptions",),
    ),
    ("Sample size: how it was arrived at", ("design",)),
    ("Statistical methods: how each effect is estimated", ("analysis", "derivations")),
    ("Sensitivity analyses: how far the results depend on the assumptions", ("sensitivity", "alternatives")),
)
"""Items by what they ask for: their numbers were not verified, and so none is printed."""

STROBE_MR = (
    ("4 (b)", "Sample size, and calculations of power made before the analysis", ("design",)),
    ("5", "The assumptions about instruments: relevance, here ({relevance}); independence, here random assignment; exclusion, "
     "here (ii); and whatever else the analysis assumes", ("assumptions",)),
    ("6", "How the effects are estimated in the main analysis", ("analysis", "derivations")),
    ("7", "How the assumptions are to be assessed, or what is known that makes them plausible", ("tests", "assumptions")),
    ("8", "Sensitivity analyses and other additional analyses", ("sensitivity", "alternatives")),
    ("9 (a)", "Software with its version", ("provenance",)),
)  # fmt: skip
"""Items by number in the statement's checklist."""

LEAD = (
    "The items are in our words, and only those are listed that bear on causal assumptions and on planning; the guidelines "
    'themselves have more. "Not in this document" means that it has to be reported elsewhere.'
)
ABOUT = (
    "AGReMA is for analyses of mediation (Lee and others 2021). Its items are named by what they ask for, without "
    "their numbers.",
    "STROBE-MR is for Mendelian randomization (Skrivankova and others 2021). It is no guideline for trials, but its items on "
    "instruments ask what readers of a study with site-by-treatment instruments will ask. The numbers are those of its "
    "checklist.",
)


def crosswalks(design: Design, sections: Mapping[str, Section]) -> Section:
    """The two tables.

    Args:
        design: the design.
        sections: the sections of the document by name; one in which something is only to be written says nothing yet.
    """

    def place(names: tuple[str, ...]) -> str:
        found = [sections[name] for name in names if name in sections]
        kept = [section for section in found if not all(isinstance(b, Blank) for b in section.blocks)]
        return ", ".join(f"\u201c{section.heading}\u201d" for section in kept) or "not in this document"

    relevance = "vi" if design.single else "ix"
    where = "Where in this document"
    rows = ((item, place(names)) for item, names in AGREMA)
    agrema = Tabular(table_of("agrema", "", ("What the item asks for", where), rows))
    numbered = ((n, item.format(relevance=relevance), place(names)) for n, item, names in STROBE_MR)
    strobe = Tabular(table_of("strobe_mr", "", ("Item", "What it asks for", where), numbered))
    blocks = (
        Paragraph(LEAD),
        Section("agrema", "AGReMA", (Paragraph(ABOUT[0]), agrema)),
        Section("strobe-mr", "STROBE-MR", (Paragraph(ABOUT[1]), strobe)),
    )
    return Section("crosswalks", "Crosswalks to reporting guidelines", blocks)
