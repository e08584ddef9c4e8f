"""From an identification to a document to submit: which sections it has, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from identcheck import __version__
from identcheck.decide.identification import Finding, Identification
from identcheck.plan.inputs.plan import Plan
from identcheck.report.blocks import Blank, Block, Fact, Facts, Paragraph, Report, Section
from identcheck.report.documents.document import PURPOSES, Document, provenance
from identcheck.report.documents.guidelines import crosswalks, guidelines_asked
from identcheck.report.documents.planned import hypotheses, missing_data, rules, tests
from identcheck.report.matter import Matter
from identcheck.report.sections.argued import argued_section, remaining_table
from identcheck.report.sections.derivations import Register
from identcheck.report.sections.estimation import estimation_section
from identcheck.report.sections.first_page import first_section
from identcheck.report.sections.graph import symbols_in_a_row, variables_section
from identcheck.report.sections.modifiers import modifiers_section
from identcheck.report.sections.numbers_short import inputs_in_short, numbers_in_short, sensitivity_in_short
from identcheck.report.sections.overview import title_of
from identcheck.report.sections.verdicts import refused_section
from identcheck.report.works import references_section

__all__ = ["document_of"]

SECTIONS: dict[str, tuple[str, ...]] = {
    "preregistration": (
        *(
            "first",
            "hypotheses",
            "design",
            "heterogeneity",
            "assumptions",
            "analysis",
            "tests",
            "rules",
            "missing-data",
            "alternatives",
        ),
        *("sensitivity", "refused", "registration", "crosswalks", "provenance", "references"),
    ),
    "grant": (
        "first",
        "heterogeneity",
        "assumptions",
        "analysis",
        "design",
        "crosswalks",
        "provenance",
        "references",
    ),
    "paper-appendix": (
        *(
            "first",
            "variables",
            "heterogeneity",
            "assumptions",
            "analysis",
            "refused",
            "derivations",
            "sensitivity",
        ),
        *("crosswalks", "provenance", "references"),
    ),
}
"""The sections of each kind of document, in order."""

HEADINGS = {
    "hypotheses": "Hypotheses",
    "design": "Design and sample size",
    "tests": "Tests that could falsify",
    "rules": "Decision rules",
    "missing-data": "Missing data",
    "alternatives": "If an assumption fails",
    "sensitivity": "Sensitivity",
    "registration": "Registration",
    "provenance": "How to reproduce this document",
}
"""Of the sections that the report does not have."""

MOST_DERIVATIONS = 1
"""So many regressions are derived in a document, that of most regressors first; the others follow the same steps."""

SAME_STEPS = "The other regressions are derived in the same steps."

NO_PLAN = (
    "the number of persons in each site, and what it lets you find. With a table [plan] in the design file, or a Plan in "
    "Python, power and the strength of the instruments stand here"
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
    wanted = SECTIONS[document.purpose]
    matter = Matter(result, plan, tuple(document.effects))
    made = _Sections(matter, document, trials)
    names = guidelines_asked(document.purpose, document.guidelines)
    last = ("crosswalks", "references")  # they follow from what the others say
    sections = {name: made[name] for name in wanted if name not in last}
    sections = {name: section for name, section in sections.items() if section.blocks}
    if names:
        sections["crosswalks"] = crosswalks(sections, names)
    sections["references"] = references_section(sections.values(), result.design, matter.sources)
    return Report(
        title_of(result.design),
        PURPOSES[document.purpose],
        tuple(sections[name] for name in wanted if name in sections),
        document.purpose,
        __version__,
        tuple(ground.name for ground in matter.missing),
    )


@dataclass(frozen=True)
class _Sections:
    """The sections of a document by name: a method gives each, or its blocks.

    Attributes:
        matter: what the document is about.
        document: which document.
        trials: in so many trials tests are simulated; 0 for the usual number.
    """

    matter: Matter
    document: Document
    trials: int

    def __getitem__(self, name: str) -> Section:
        """A section; one that has nothing to say is without blocks."""
        made: Section | Iterable[Block] = getattr(self, name.replace("-", "_"))()
        return made if isinstance(made, Section) else Section(name, HEADINGS[name], tuple(made))

    def first(self) -> Section:
        return first_section(self.matter)

    def hypotheses(self) -> Iterable[Block]:
        return hypotheses(self.matter)

    def design(self) -> Iterator[Block]:
        if self.document.purpose == "preregistration":
            yield from variables_section(self.matter.design).blocks
        if self.matter.plan is None:
            yield Blank(NO_PLAN)
            return
        if not self.matter.had:
            yield Paragraph(
                "None of the effects of interest can be estimated, so there are no numbers for them."
            )
            return
        grant = self.document.purpose == "grant"
        yield from numbers_in_short(self.matter, *(("outlook",) if grant else ()))
        if self.document.purpose == "preregistration":
            yield from inputs_in_short(self.matter)

    def variables(self) -> Section:
        made = variables_section(self.matter.design)
        return replace(
            made, heading="Variables and symbols", blocks=(*made.blocks, symbols_in_a_row(self.matter.design))
        )

    def heterogeneity(self) -> Section:
        return modifiers_section(self.matter)

    def assumptions(self) -> Section:
        purpose = self.document.purpose
        formal, grant = purpose == "paper-appendix", purpose == "grant"
        return argued_section(self.matter, formal=formal, checks=not (grant or formal), remains=grant)

    def analysis(self) -> Section:
        return estimation_section(self.matter)

    def tests(self) -> Iterable[Block]:
        return tests(self.matter, self.trials)

    def rules(self) -> Iterable[Block]:
        return rules(self.matter, self.trials)

    def missing_data(self) -> Iterable[Block]:
        return missing_data(self.matter)

    def alternatives(self) -> Iterable[Block]:
        return remaining_table(self.matter)

    def refused(self) -> Section:
        return refused_section(self.matter)

    def sensitivity(self) -> Iterable[Block]:
        if self.matter.plan is None:
            return [Blank(NO_SENSITIVITY)]
        return sensitivity_in_short(self.matter)

    def derivations(self) -> Section:
        register = Register(self.matter.design)
        for finding in sorted(self.matter.regressed, key=_size, reverse=True):
            if finding.best is not None and len(register.derivations()) < MOST_DERIVATIONS:
                register.add(finding.best)
        made = replace(register.section, appendix=False)
        left = len(self.matter.regressed) > MOST_DERIVATIONS
        return replace(made, blocks=(*made.blocks, Paragraph(SAME_STEPS, soft=True))) if left else made

    def registration(self) -> Iterable[Block]:
        said = self.matter.design.rules.protocol
        return [Facts(tuple(Fact(name, text) for name, text in said.items()))] if said else []

    def provenance(self) -> Iterable[Block]:
        return [provenance(self.matter.design, self.document, self.matter.simulated)]


def _size(finding: Finding) -> int:
    """How many regressors its strategy has."""
    return 0 if finding.best is None else len(finding.best.regressors)
