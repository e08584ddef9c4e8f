"""What a notebook shows of a value: a card of blocks, plain values that the two templates of ``notebook/`` lay out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from identcheck.picture import Layout
from identcheck.report.context import (
    AssumptionEntry,
    ConditionRow,
    Derivation,
    Fact,
    Formula,
    NumberedEquation,
    StrategyEntry,
    SymbolEntry,
    WitnessTable,
)
from identcheck.report.context_numbers import NumberTable

__all__ = [
    "Block", "Bullets", "Card", "Conditions", "Derived", "Display", "Entry", "Equations", "Facts", "Fold", "Graph",
    "Numbers", "Paragraph", "Symbols", "VerdictRow", "Verdicts", "Ways", "Worlds",
]  # fmt: skip


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``soft`` where it is a remark beside the matter."""

    kind: ClassVar = "paragraph"
    text: str
    soft: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list under a few words."""

    kind: ClassVar = "bullets"
    lead: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Terms and what is said of them."""

    kind: ClassVar = "facts"
    rows: tuple[Fact, ...]


@dataclass(frozen=True)
class Graph:
    """The causal graph; ``arrows`` are the same in words, for text."""

    kind: ClassVar = "graph"
    picture: Layout
    caption: str
    arrows: tuple[str, ...]


@dataclass(frozen=True)
class Display:
    """Formulas on lines of their own."""

    kind: ClassVar = "display"
    formulas: tuple[Formula, ...]


@dataclass(frozen=True)
class Symbols:
    """Symbols and their meanings."""

    kind: ClassVar = "symbols"
    entries: tuple[SymbolEntry, ...]


@dataclass(frozen=True)
class Equations:
    """Numbered equations with what licenses them."""

    kind: ClassVar = "equations"
    equations: tuple[NumberedEquation, ...]


@dataclass(frozen=True)
class VerdictRow:
    """An effect and its verdict.

    Attributes:
        words: the effect in words.
        key: how it is asked for.
        symbol: its symbol; None in a row that stands for several.
        verdict: the verdict.
        rests: what it rests on, lacks, or why not.
    """

    words: str
    key: str
    symbol: Formula | None
    verdict: str
    rests: str


@dataclass(frozen=True)
class Verdicts:
    """The table of verdicts."""

    kind: ClassVar = "verdicts"
    rows: tuple[VerdictRow, ...]


@dataclass(frozen=True)
class Conditions:
    """A table of conditions."""

    kind: ClassVar = "conditions"
    rows: tuple[ConditionRow, ...]


@dataclass(frozen=True)
class Ways:
    """Strategies with what they cost."""

    kind: ClassVar = "ways"
    entries: tuple[StrategyEntry, ...]


@dataclass(frozen=True)
class Derived:
    """A derivation."""

    kind: ClassVar = "derivation"
    derivation: Derivation


@dataclass(frozen=True)
class Entry:
    """A numbered assumption."""

    kind: ClassVar = "entry"
    entry: AssumptionEntry


@dataclass(frozen=True)
class Worlds:
    """Two worlds with the same data and different answers."""

    kind: ClassVar = "worlds"
    table: WitnessTable


@dataclass(frozen=True)
class Numbers:
    """A table of numbers."""

    kind: ClassVar = "numbers"
    table: NumberTable


@dataclass(frozen=True)
class Fold:
    """What is shown when its summary is opened, and not in text."""

    kind: ClassVar = "fold"
    summary: str
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Paragraph | Bullets | Facts | Graph | Display | Symbols | Equations | Verdicts | Conditions
    | Ways | Derived | Entry | Worlds | Numbers | Fold
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """What is shown of a value.

    Attributes:
        name: of what kind it is, for those who read the page by ear: "design", "finding".
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
