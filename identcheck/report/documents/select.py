"""From an identification to a document to submit: which sections it has, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version

from identcheck.decide.identification import Finding, Identification
from identcheck.decide.strategies import own_regressors
from identcheck.plan.inputs.plan import Plan
from identcheck.report.blocks import Blank, Block, Facts, Paragraph, Report, Section
from identcheck.report.documents.analysis import MEANINGS, analysis, effects_table, hypotheses
from identcheck.report.documents.arguments import (
    alternatives,
    argued,
    argument_table,
    in_brief,
    risks,
    unnamed_table,
)
from identcheck.report.documents.document import PURPOSES, Document, provenance
from identcheck.report.documents.guidelines import crosswalks, guidelines_asked
from identcheck.report.documents.planned import Planned, rules, tests
from identcheck.report.requirements import effects_of, missing_justifications, required_numerals
from identcheck.report.sections.assumptions import given_section
from identcheck.report.sections.conditions import conditions_section
from identcheck.report.sections.derivations import Register, decomposition_section
from identcheck.report.sections.graph import graph_section, symbols_section, variables_section
from identcheck.report.sections.numbers import lead_of
from identcheck.report.sections.overview import glance, summary, title_of
from identcheck.report.sections.verdicts import granted_paragraph, meanings
from identcheck.report.works import references_section

__all__ = ["document_of"]

SECTIONS: dict[str, tuple[str, ...]] = {
    "preregistration": (
        *("brief", "effects", "graph", "design", "assumptions", "analysis", "tests", "rules", "alternatives"),
        *("sensitivity", "crosswalks", "provenance", "references"),
    ),
    "grant": (
        *("brief", "graph", "effects", "assumptions", "design", "risks"),
        *("crosswalks", "provenance", "references"),
    ),
    "paper-appendix": (
        *("effects", "graph", "assumptions", "decomposition", "conditions", "derivations", "sensitivity"),
        *("crosswalks", "provenance", "references"),
    ),
}
"""The sections of each kind of document, in order."""

HEADINGS = {
    "brief": "In brief",
    "effects": "Effects of interest",
    "design": "Design and sample size",
    "analysis": "Planned analysis",
    "tests": "Planned falsification tests",
    "rules": "Decision rules",
    "alternatives": "Alternatives if an assumption is dropped",
    "sensitivity": "Sensitivity",
    "risks": "Risks and remedies",
    "provenance": "How to reproduce this document",
}
"""Of the sections that the report does not have."""

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


def document_of(
    result: Identification, document: Document, plan: Plan | None = None, trials: int = 0
) -> Report:
    """A document to submit.

    Args:
        result: the identification.
        document: which document.
        plan: the anticipated numbers.
        trials: in so many trials tests are simulated; 0 for the usual number.

    Raises:
        InvalidQuestionError, UnknownVariableError: an effect of interest that the design does not have.
    """
    findings = effects_of(result, document.effects)
    wanted = SECTIONS[document.purpose]
    effects = tuple(finding.estimand for finding in findings)
    simulated = trials if "tests" in wanted else None
    found = None if plan is None else Planned(result.design, plan, effects, simulated)
    made = _Sections(result, document, findings, found)
    names = guidelines_asked(document.purpose, document.guidelines)
    last = ("crosswalks", "references")  # they follow from what the others say
    sections = {name: made[name] for name in wanted if name not in last}
    sections = {name: section for name, section in sections.items() if section.blocks}
    if names:
        sections["crosswalks"] = crosswalks(sections, names)
    sections["references"] = references_section(sections.values(), result.design)
    return Report(
        title_of(result.design),
        PURPOSES[document.purpose],
        tuple(sections[name] for name in wanted if name in sections),
        document.purpose,
        version("identcheck"),
        made.missing,
    )


@dataclass(frozen=True)
class _Sections:
    """The sections of a document by name: a method gives those that differ from the report's, or their blocks.

    Attributes:
        result: the identification.
        document: which document.
        findings: the effects of interest.
        found: the numbers, if there is a plan.
    """

    result: Identification
    document: Document
    findings: tuple[Finding, ...]
    found: Planned | None

    def __getitem__(self, name: str) -> Section:
        """A section; one that has nothing to say is without blocks."""
        made: Section | Iterable[Block] = getattr(self, name)()
        return made if isinstance(made, Section) else Section(name, HEADINGS[name], tuple(made))

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The numerals that the effects of interest rest on."""
        return required_numerals(self.result, self.findings)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What of it has no justification."""
        return missing_justifications(self.result, self.document.effects)

    def brief(self) -> Iterable[Block]:
        return in_brief(self.result, self.findings, self.required, self.missing, summary(self.result)[0])

    def effects(self) -> Iterator[Block]:
        yield effects_table(self.findings, {} if self.found is None else self.found.anticipated())
        yield meanings(self.findings, MEANINGS)
        yield Paragraph(granted_paragraph(self.result), soft=True)
        if self.document.purpose == "preregistration":
            yield from hypotheses(self.findings, None if self.found is None else self.found.plan.alpha)

    def graph(self) -> Section:
        design = self.result.design
        drawn = graph_section(design)
        if self.document.purpose == "grant":
            return drawn
        return replace(drawn, blocks=(*drawn.blocks, variables_section(design), symbols_section(design)))

    def design(self) -> Iterator[Block]:
        yield Facts(glance(self.result.design))
        if self.found is None:
            yield Blank(NO_PLAN)
            return
        inputs = () if self.document.purpose == "grant" else ("inputs",)
        yield Paragraph(lead_of(self.found.diagnosis))
        yield from self.found.tables(*inputs, "instruments", "precision")

    def assumptions(self) -> Section:
        if self.document.purpose == "grant":
            table = argument_table(self.result, self.findings, self.required)
            return Section("assumptions", "What the effects rest on", (table,))
        blocks: list[Block] = [Paragraph(about)] if (about := self._about()) else []
        blocks += argued(self.result, self.required)
        unnamed = unnamed_table(self.findings)
        if self.document.purpose == "paper-appendix" and unnamed.table.rows:
            blocks.append(Section("unnamed", "Conditions without a numeral", (unnamed,)))
        return Section("assumptions", "Assumptions", (*blocks, *given_section(self.result.design)))

    def _about(self) -> str:
        """Which regression the list is about, where the effects need others too."""
        design = self.result.design
        own = own_regressors(design, design.outcome)
        parts = (p for f in self.findings if f.best is not None for p in f.best.parts if p.regressors)
        if all(part.outcome == design.outcome and part.regressors == own for part in parts):
            return ""
        appendix = self.document.purpose == "paper-appendix"
        where = "Conditions to be defended" if appendix else "Planned analysis"
        what = "(v) and (vi)" if design.single else "(vi), (vii) and (ix)"
        return (
            f"What {what} say is spelt out here for the equation of {design.label(design.outcome)}; what they ask of the other "
            f"regressions stands under {where}."
        )

    def analysis(self) -> Iterable[Block]:
        return analysis(self.result, self.findings)

    def tests(self) -> Iterable[Block]:
        return tests(self.result.design, self.found)

    def rules(self) -> Iterable[Block]:
        return rules(self.result.design, self.found)

    def alternatives(self) -> Iterable[Block]:
        return alternatives(self.result, self.findings, self.required)

    def sensitivity(self) -> Iterable[Block]:
        if self.found is None:
            return [Blank(NO_SENSITIVITY)]
        return self.found.tables("robustness", "conditions")

    def risks(self) -> Iterator[Block]:
        yield risks(self.result, self.findings, self.required)
        yield Paragraph(SMALL_CHANGES, soft=True)
        yield from () if self.found is None else self.found.tables("robustness")

    def decomposition(self) -> Section:
        return decomposition_section(self.result.design)

    def conditions(self) -> Section:
        found = conditions_section(self.result)
        return found if len(found.blocks) > 1 else replace(found, blocks=())  # nothing but how to read it

    def derivations(self) -> Section:
        register = Register(self.result.design)
        for finding in self.findings:
            if finding.best is not None:
                register.add(finding.best)
        return replace(register.section, appendix=False)

    def provenance(self) -> Iterable[Block]:
        simulated = "" if self.found is None else self.found.simulated
        return [provenance(self.result.design, self.document, simulated)]
