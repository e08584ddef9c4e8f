"""What everything that is shown is made of: sections of blocks, the same in every format.

A report, a document to submit, a card in a notebook and what the terminal prints are trees of :class:`Section`. Each format
has one macro for each plain kind of block; no macro knows what a block is about.

Some blocks are entries of our own: an assumption, a verdict, two worlds, the strategies of an effect, a derivation. They keep
their values as fields, for JSON and for the templates of users, and say by ``parts`` as which plain blocks they are printed.

Text fields hold plain text in the user's words and ours, never markup: a writer makes it literal for its format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, get_args

from identcheck.errors import ReportError, suggestion
from identcheck.report.blocks.plain import (
    Beside,
    Blank,
    Bullets,
    Equation,
    Equations,
    Fact,
    Facts,
    Figure,
    Fold,
    Graph,
    Item,
    Paragraph,
    Section,
    Tabular,
)  # fmt: skip
from identcheck.report.blocks.strategies import Derivation, Step, Strategies, StrategyEntry
from identcheck.report.blocks.verdicts import Asked, Assumption, Mend, Verdict, Worlds

__all__ = [
    "KINDS", "PLAIN", "SECTION_IDS", "Asked", "Assumption", "Beside", "Blank", "Block", "Bullets", "Card", "Derivation", "Entry",
    "Equation", "Equations", "Fact", "Facts", "Figure", "Fold", "Graph", "Item", "Mend", "Paragraph", "Report", "Section",
    "Step", "Strategies", "StrategyEntry", "Tabular", "Verdict", "Worlds", "sections_in", "walked",
]  # fmt: skip

Plain: TypeAlias = (
    Paragraph | Bullets | Facts | Equations | Tabular | Graph | Figure | Blank | Beside | Fold | Section
)  # fmt: skip
"""Each format has a macro for these kinds."""

Entry: TypeAlias = Assumption | Worlds | Verdict | Strategies | Derivation
"""These kinds are printed as their ``parts``."""

Block: TypeAlias = Plain | Entry

PLAIN: dict[str, type] = {made.kind: made for made in get_args(Plain)}
"""The kinds that each format has a macro for."""

KINDS: dict[str, type] = {made.kind: made for made in get_args(Block)}
"""Every kind of block."""

SECTION_IDS = (
    "first", "assumptions", "standing", "analysis", "refused", "numbers", "notes", "references",
    "questions", "graph", "variables", "symbols", "decomposition", "numbered", "also-given", "conditions", "checks", "checkable",
    "uncheckable", "strategies", "derivations", "expansions",
    "numbers-inputs", "numbers-instruments", "numbers-bias", "numbers-precision", "numbers-sensitivity", "numbers-trials",
    "numbers-tests", "numbers-blind", "numbers-limits",
    "hypotheses", "design", "tests", "rules", "missing-data", "alternatives", "sensitivity", "registration", "crosswalks",
    "provenance",
    "evidence", "evidence-estimates", "evidence-refused", "evidence-found-strength", "evidence-tests", "evidence-differing",
    "evidence-weak", "evidence-left-out", "evidence-compared", "evidence-taken",
)  # fmt: skip
"""The names of sections that a report or document may have, beside ``assumption-vi``, ``numbered-vi`` and ``derivation-D1``."""


@dataclass(frozen=True)
class Report:
    """Everything that is shown, in order.

    Attributes:
        title: its heading.
        subtitle: what it is, such as "Assumption report, identcheck 0.2.0" or "Pre-registration of the causal analysis".
        sections: what it holds; the first may be without heading.
        purpose: "report", "preregistration", "grant" or "paper-appendix".
        version: of identcheck.
        missing: in a document, the numerals for which no justification is written.
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    purpose: str = "report"
    version: str = ""
    missing: tuple[str, ...] = ()

    def __getitem__(self, id: str) -> Section:
        """The section of that id, at any depth; also one that an entry is printed as, such as "assumption-vi".

        Raises:
            KeyError: there is none.
        """
        for section in sections_in(self.sections):
            if section.id == id:
                return section
        raise KeyError(id)

    def blocks(self, kind: str) -> tuple[Block, ...]:
        """Every block of a kind ("assumption", "verdict", "table", ...), at any depth, in order.

        Raises:
            ReportError: there is no such kind.
        """
        if kind not in KINDS:
            raise ReportError(f"there is no block of the kind {kind!r}{suggestion(kind, KINDS)}")
        return tuple(block for block in walked(self.sections) if block.kind == kind)


@dataclass(frozen=True)
class Card:
    """What a notebook shows of a value.

    Attributes:
        name: of what kind the value is, for those who read the page by ear: "design", "finding".
        title: its heading.
        blocks: what follows.
        badge: a verdict or status beside the heading; "" for none.
        latex: the value as one formula; "" where it is not one.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    badge: str = ""
    latex: str = ""


def sections_in(blocks: Iterable[Block]) -> Iterator[Section]:
    """Every section with a name, those that entries are printed as included."""
    for block in walked(blocks):
        if isinstance(block, Section) and block.id:
            yield block
        elif isinstance(block, Entry):
            yield from sections_in(block.parts)


def walked(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks with those in them, in order; entries as they are, not their parts."""
    for block in blocks:
        yield block
        if isinstance(block, (Section, Fold, Beside)):
            yield from walked(block.blocks)
