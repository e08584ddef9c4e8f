"""What a report's templates see: plain values, every field described.

Text fields hold plain text in the user's words and ours, never markup; the templates' escaping makes them
literal in every format. Formulas are :class:`Formula` values and pass through the ``math`` filter. Nothing
here decides anything; ``report.build`` fills it from an identification.
"""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.picture import Layout
from identcheck.report.context_documents import DocumentContext
from identcheck.report.context_entries import AssumptionEntry, ConditionRow, Fact, SymbolEntry
from identcheck.report.context_findings import (
    Asked,
    Derivation,
    DerivationStep,
    EffectStrategies,
    Formula,
    MendEntry,
    Question,
    StrategyEntry,
    WitnessTable,
)
from identcheck.report.context_numbers import DesignNumbers

__all__ = [
    "Asked",
    "AssumptionEntry",
    "ConditionCount",
    "ConditionRow",
    "Derivation",
    "DerivationStep",
    "EffectStrategies",
    "Fact",
    "Formula",
    "MendEntry",
    "NumberedEquation",
    "Question",
    "ReportContext",
    "StrategyEntry",
    "SymbolEntry",
    "WitnessTable",
]


@dataclass(frozen=True)
class NumberedEquation:
    """An equation of the paper, specialised to this design.

    Attributes:
        number: its number in the paper, such as "10".
        formula: the equation.
        licence: why it holds: a sentence naming the assumptions by numeral.
        tail: further lines of the same equation, for alignment on narrow pages.
    """

    number: str
    formula: Formula
    licence: str
    tail: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class ConditionCount:
    """How many moments of one order there are, where they are too many to list.

    Attributes:
        equation: what is regressed on what.
        numeral: the assumption they belong to.
        order: how many coefficients a moment has, such as "2".
        count: how many moments of that order there are, such as "1,024".
    """

    equation: str
    numeral: str
    order: str
    count: str


@dataclass(frozen=True)
class ReportContext:
    """Everything a report shows.

    Attributes:
        title: heading.
        summary: two to four sentences that say what was found.
        glance: the design at a glance, as rows.
        variables: name, label and role of every node, as rows (term: name, text: description).
        picture: the graph, laid out.
        picture_caption: what the picture shows.
        symbols: every symbol used in the report.
        questions: the estimands with verdicts, those not identified first.
        granted: what was granted, in a sentence.
        verdict_meanings: what each verdict that occurs means.
        equations: the decomposition of the intent-to-treat effect.
        assumptions: the numbered list, in order.
        also_given: what stands behind the list.
        conditions: the conditions to be defended, by level, each in its weakest form.
        conditions_note: how to read the table, and what it leaves out.
        strategies_note: the order in which strategies are listed, and what of them is left out.
        strategies: for each effect (or several alike) every strategy, the least demanding first.
        derivations_note: which derivations are given, and how to read them.
        derivations: from the path products to each regression.
        expansions_note: how to read the table below.
        expansions: the conditions order by order; empty in a large design.
        counts: in a large design how many conditions of each order there are; else empty.
        checkable: what data can check, by numeral.
        uncheckable: what data cannot check, by numeral.
        notes: limits of the search, of the picture, of the expansion; may be empty.
        references: sources.
        version: of identcheck.
        numbers: what anticipated numbers mean for the design; None without a plan.
        document: the document to submit, if it is one; None for the ordinary report.
    """

    title: str
    summary: tuple[str, ...]
    glance: tuple[Fact, ...]
    variables: tuple[Fact, ...]
    picture: Layout
    picture_caption: str
    symbols: tuple[SymbolEntry, ...]
    questions: tuple[Question, ...]
    granted: str
    verdict_meanings: tuple[Fact, ...]
    equations: tuple[NumberedEquation, ...]
    assumptions: tuple[AssumptionEntry, ...]
    also_given: tuple[Fact, ...]
    conditions: tuple[ConditionRow, ...]
    conditions_note: str
    strategies_note: str
    strategies: tuple[EffectStrategies, ...]
    derivations_note: str
    derivations: tuple[Derivation, ...]
    expansions_note: str
    expansions: tuple[ConditionRow, ...]
    counts: tuple[ConditionCount, ...]
    checkable: tuple[Fact, ...]
    uncheckable: tuple[Fact, ...]
    notes: tuple[str, ...]
    references: tuple[str, ...]
    version: str
    numbers: DesignNumbers | None = None
    document: DocumentContext | None = None
