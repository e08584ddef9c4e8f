"""What the templates see in reports and documents alike: facts, symbols, assumptions, conditions."""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.report.context_findings import Formula

__all__ = ["AssumptionEntry", "ConditionRow", "Fact", "SymbolEntry"]


@dataclass(frozen=True)
class Fact:
    """A term and what is said of it: a row of the design at a glance, a remark, a reference.

    Attributes:
        term: short heading.
        text: the sentence or value.
    """

    term: str
    text: str


@dataclass(frozen=True)
class SymbolEntry:
    """A symbol and its meaning in words.

    Attributes:
        formula: the symbol.
        meaning: what it stands for, in the user's labels.
    """

    formula: Formula
    meaning: str


@dataclass(frozen=True)
class AssumptionEntry:
    """One numbered assumption.

    Attributes:
        numeral: "vi"; printed in parentheses.
        title: its name.
        statement: plain sentence in the user's labels.
        formulas: the formal statement, one formula a line.
        details: further sentences, such as the list of absent arrows, each a line; may be empty.
        detail_formulas: formulas that belong to the details (expansions along upstream paths); may be empty.
        reason: the step of the derivation it licenses.
        status: "holds by design", "holds by declaration", "encoded in the graph", "to be justified" or "violated".
        status_text: why it has that status.
        check: "can be verified", "can be falsified" or "cannot be checked with data".
        check_text: how, or why not.
        breaks: a concrete sentence of what would break it.
        justification: the user's own; "" leaves a visible blank.
        remarks: discussion that belongs here (heading, text), such as what is estimated if it fails.
        needs_justification: whether a blank is to be shown when there is no justification.
        citation: the literature behind the justification, the user's own; "" for none.
        wanted: in a document to submit, what the missing justification has to say; "" otherwise.
    """

    numeral: str
    title: str
    statement: str
    formulas: tuple[Formula, ...]
    details: tuple[str, ...]
    detail_formulas: tuple[Formula, ...]
    reason: str
    status: str
    status_text: str
    check: str
    check_text: str
    breaks: str
    justification: str
    remarks: tuple[Fact, ...]
    needs_justification: bool
    citation: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class ConditionRow:
    """A condition to be defended.

    Attributes:
        level: "within sites", "between sites" or "all persons".
        order: "weakest" in the main table; in the appendix "2", "3", "4 and higher", "primitive", or "all" for a mean
            independence.
        numeral: the assumption it belongs to, such as "vi", or "" where none of the numbered grants it.
        equation: the node whose equation it is a condition of, in words.
        formulas: what must vanish (or hold).
        sentence: the same in words.
        status: "to be justified", why it holds, or why it fails.
    """

    level: str
    order: str
    numeral: str
    equation: str
    formulas: tuple[Formula, ...]
    sentence: str
    status: str
