"""From an identification to a document to submit: which sections it has, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from identcheck.decide.identification import Finding, Identification
from identcheck.decide.strategies import own_regressors
from identcheck.plan import Plan
from identcheck.report.build_alternatives import alternatives, risks
from identcheck.report.build_analysis import analysis, effects_table, hypotheses, meanings
from identcheck.report.build_arguments import argued, argument_table, in_brief, unnamed_table
from identcheck.report.build_derivations import Register
from identcheck.report.build_planned import Planned, planned, rules, tests_pieces
from identcheck.report.context import ReportContext
from identcheck.report.context_documents import DocumentContext, DocumentSection, Piece
from identcheck.report.crosswalks import REFERENCES, crosswalks
from identcheck.report.documents import PURPOSES, Document
from identcheck.report.provenance import provenance
from identcheck.report.requirements import effects_of, missing_justifications, required_numerals

__all__ = ["build_document"]

NO_PLAN = (
    "the number of persons in each site, and what it lets you find. With a table [plan] in the design file, or a Plan in "
    "Python, power and the strength of the instruments stand here"
)
SMALL_CHANGES = (
    "Each row gives up one assumption and grants the others. For (ii) an arrow from treatment to the outcome is added. "
    '"As planned" means: by the same regression or contrast.'
)
NO_SENSITIVITY = (
    "how far the estimates move if an assumption fails. With a table [plan] in the design file, or a Plan in Python, tipping "
    "points stand here"
)


def build_document(
    result: Identification, base: ReportContext, document: Document, plan: Plan | None = None, trials: int = 0
) -> ReportContext:
    """The context of a report as that of a document.

    Args:
        result: the identification.
        base: the context of its report.
        document: which document.
        plan: the anticipated numbers.
        trials: in so many trials tests are simulated; 0 for the usual number.

    Raises:
        InvalidQuestionError, UnknownVariableError: an effect of interest that the design does not have.
    """
    findings = effects_of(result, document.effects)
    with_tests = "tests" in _SECTIONS[document.purpose]
    found = planned(result.design, plan, findings, trials if with_tests else None)
    parts = _Parts(result, base, document, findings, found)
    sections = {name: _MAKERS[name](parts) for name in _SECTIONS[document.purpose] if name != "crosswalks"}
    sections = {name: section for name, section in sections.items() if section.pieces}
    if "crosswalks" in _SECTIONS[document.purpose]:
        headings = {name: section.heading for name, section in sections.items()}
        kept = {name for name, section in sections.items() if any(_says(piece) for piece in section.pieces)}
        pieces = crosswalks(result.design, headings, kept)
        sections["crosswalks"] = DocumentSection("crosswalks", "Crosswalks to reporting guidelines", pieces)
    return replace(
        base,
        document=DocumentContext(
            PURPOSES[document.purpose],
            missing_justifications(result, document.effects),
            tuple(sections[name] for name in _SECTIONS[document.purpose] if name in sections),
        ),
    )


def _says(piece: Piece) -> bool:
    """Whether a piece says more than that something is to be written."""
    return piece != Piece(blank=piece.blank)


@dataclass(frozen=True)
class _Parts:
    """What the sections are made of."""

    result: Identification
    base: ReportContext
    document: Document
    findings: tuple[Finding, ...]
    found: Planned | None

    @cached_property
    def required(self) -> tuple[str, ...]:
        return required_numerals(self.result, self.findings)

    @property
    def alpha(self) -> float | None:
        return None if self.found is None else self.found.plan.alpha

    def brief(self) -> DocumentSection:
        missing = missing_justifications(self.result, self.document.effects)
        said = in_brief(self.result, self.findings, self.required, missing, self.base.summary[0])
        return _section("brief", "In brief", said)

    def effects(self) -> DocumentSection:
        anticipated = {} if self.found is None else self.found.anticipated()
        pieces = [
            Piece(table=effects_table(self.findings, anticipated)),
            Piece(facts=meanings(self.findings), note=self.base.granted),
        ]
        if self.document.purpose == "preregistration":
            pieces += hypotheses(self.findings, self.alpha)
        return _section("effects", "Effects of interest", *pieces)

    def graph(self) -> DocumentSection:
        variables = Piece(heading="Variables", facts=self.base.variables)
        symbols = Piece(heading="Symbols", symbols=self.base.symbols)
        more = () if self.document.purpose == "grant" else (variables, symbols)
        drawn = Piece(picture=self.base.picture, caption=self.base.picture_caption)
        return _section("graph", "The causal graph", drawn, *more)

    def design(self) -> DocumentSection:
        glance = Piece(facts=self.base.glance)
        if self.found is None:
            return _section("design", "Design and sample size", glance, Piece(blank=NO_PLAN))
        inputs = () if self.document.purpose == "grant" else ("inputs",)
        numbers = Piece(
            text=self.found.numbers.lead, numbers=self.found.tables(*inputs, "instruments", "precision")
        )
        return _section("design", "Design and sample size", glance, numbers)

    def assumptions(self) -> DocumentSection:
        if self.document.purpose == "grant":
            table = Piece(table=argument_table(self.result, self.findings, self.required))
            return _section("assumptions", "What the effects rest on", table)
        entries = Piece(text=self._about(), assumptions=argued(self.result, self.required))
        found = unnamed_table(self.findings)
        unnamed = Piece(heading="Conditions without a numeral", table=found)
        more = [unnamed] if self.document.purpose == "paper-appendix" and found.rows else []
        given = Piece(heading="Also taken as given", facts=self.base.also_given)
        return _section("assumptions", "Assumptions", entries, *more, *([given] if given.facts else []))

    def _about(self) -> str:
        """Which regression the list is about, where the effects need others too."""
        design = self.result.design
        own = own_regressors(design, design.outcome)
        parts = [
            part for f in self.findings if f.best is not None for part in f.best.parts if part.regressors
        ]
        if all(part.outcome == design.outcome and part.regressors == own for part in parts):
            return ""
        where = "Conditions" if self.document.purpose == "paper-appendix" else "Planned analysis"
        what = "(v) and (vi)" if design.single else "(vi), (vii) and (ix)"
        return (
            f"What {what} say is spelt out here for the equation of {design.label(design.outcome)}; what they ask of the other "
            f"regressions stands under {where}."
        )

    def analysis(self) -> DocumentSection:
        return _section("analysis", "Planned analysis", *analysis(self.result, self.findings))

    def tests(self) -> DocumentSection:
        pieces = tests_pieces(self.result.design, self.found)
        return _section("tests", "Planned falsification tests", *pieces)

    def rules(self) -> DocumentSection:
        return _section("rules", "Decision rules", *rules(self.result.design, self.found))

    def alternatives(self) -> DocumentSection:
        pieces = alternatives(self.result, self.findings, self.required)
        return _section("alternatives", "Alternatives if an assumption is dropped", *pieces)

    def sensitivity(self) -> DocumentSection:
        if self.found is None:
            return _section("sensitivity", "Sensitivity", Piece(blank=NO_SENSITIVITY))
        tables = self.found.tables("robustness", "conditions")
        return _section("sensitivity", "Sensitivity", *([Piece(numbers=tables)] if tables else []))

    def risks(self) -> DocumentSection:
        pieces = [Piece(table=risks(self.result, self.findings, self.required), note=SMALL_CHANGES)]
        if self.found is not None and (tables := self.found.tables("robustness")):
            pieces.append(Piece(numbers=tables))
        return _section("risks", "Risks and remedies", *pieces)

    def decomposition(self) -> DocumentSection:
        pieces = (
            Piece(formulas=(e.formula, *e.tail), text=f"({e.number}) {e.licence}")
            for e in self.base.equations
        )
        return _section("decomposition", "Decomposition of the intent-to-treat effect", *pieces)

    def conditions(self) -> DocumentSection:
        note = Piece(text=self.base.conditions_note, conditions=self.base.conditions)
        return _section("conditions", "Conditions", *([note] if note.conditions else []))

    def derivations(self) -> DocumentSection:
        register = Register(self.result.design)
        for finding in self.findings:
            if finding.best is not None:
                register.add(finding.best)
        shown = Piece(text=register.note, derivations=register.derivations())
        return _section("derivations", "Derivations", *([shown] if shown.derivations else []))

    def provenance(self) -> DocumentSection:
        simulated = "" if self.found is None else self.found.simulated
        facts = provenance(self.result.design, self.document, simulated)
        return _section("provenance", "How to reproduce this document", Piece(facts=facts))

    def references(self) -> DocumentSection:
        cited = tuple(text for text in self.result.design.citations.values() if text)
        short = self.document.purpose == "grant"
        ours = self.base.references[:1] if short else (*self.base.references, *REFERENCES)
        items = tuple(dict.fromkeys((*ours, *cited)))
        return _section("references", "References", Piece(items=items))


def _section(identifier: str, heading: str, *pieces: Piece) -> DocumentSection:
    return DocumentSection(identifier, heading, tuple(pieces))


_MAKERS: dict[str, Callable[[_Parts], DocumentSection]] = {
    name: getattr(_Parts, name)
    for name in (
        *("brief", "effects", "graph", "design", "assumptions", "analysis", "tests", "rules", "alternatives"),
        *("sensitivity", "risks", "decomposition", "conditions", "derivations", "provenance", "references"),
    )
}

_SECTIONS: dict[str, tuple[str, ...]] = {
    "preregistration": (
        *("brief", "effects", "graph", "design", "assumptions", "analysis", "tests", "rules", "alternatives"),
        *("sensitivity", "crosswalks", "provenance", "references"),
    ),
    "grant": ("brief", "graph", "effects", "assumptions", "design", "risks", "provenance", "references"),
    "paper-appendix": (
        *("effects", "graph", "assumptions", "decomposition", "conditions", "derivations", "sensitivity"),
        *("crosswalks", "provenance", "references"),
    ),
}
"""The sections of each kind of document, in order."""
