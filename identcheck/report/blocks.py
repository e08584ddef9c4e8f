"""What everything that is shown is made of: sections of blocks, the same in every format.

A report, a document to submit, a card in a notebook and what the terminal prints are trees of :class:`Section`. Each format
has one macro for each plain kind of block; no macro knows what a block is about.

Some blocks are entries of our own: an assumption, a verdict, two worlds, the strategies of an effect, a derivation. They keep
their values as fields, for JSON and for the templates of users, and say by ``parts`` as which plain blocks they are printed.

Text fields hold plain text in the user's words and ours, never markup: a writer makes it literal for its format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, TypeAlias, get_args

from identcheck.errors import ReportError, suggestion
from identcheck.picture import Drawing, Layout
from identcheck.symbols.written import Code, Formula, Piece, Soft, Strong, Text
from identcheck.tables.table import Table, table_of

__all__ = [
    "KINDS", "PLAIN", "SECTION_IDS", "Asked", "Assumption", "Beside", "Blank", "Block", "Bullets", "Card", "Derivation", "Entry",
    "Equation", "Equations", "Fact", "Facts", "Figure", "Fold", "Graph", "Item", "Mend", "Paragraph", "Report", "Section",
    "Step", "Strategies", "StrategyEntry", "Tabular", "Verdict", "Worlds", "sections_in", "walked",
]  # fmt: skip


# -- plain blocks: each has a macro of its kind's name in every format -------------


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: its sentences.
        term: a word or two in bold in front, which get a full stop; "" for none.
        soft: whether it is a remark beside the matter, in gray.
    """

    kind: ClassVar = "paragraph"
    text: Text
    term: str = ""
    soft: bool = False


@dataclass(frozen=True)
class Item:
    """An entry of a list.

    Attributes:
        text: what it says.
        under: entries under it.
    """

    text: Text
    under: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Bullets:
    """A list.

    Attributes:
        items: its entries.
        lead: a few words in bold above it; "" for none.
        numbered: whether its entries are numbered from 1.
    """

    kind: ClassVar = "bullets"
    items: tuple[Item, ...]
    lead: str = ""
    numbered: bool = False


@dataclass(frozen=True)
class Fact:
    """A term and what is said of it: a row of the design at a glance, a remark.

    Attributes:
        term: short heading.
        text: the sentence or value.
    """

    term: Text
    text: Text


@dataclass(frozen=True)
class Facts:
    """Terms and what is said of them, one below the other.

    Attributes:
        rows: the terms.
        narrow: whether terms are short, so that they can stand in a column; long ones stand above their text.
    """

    kind: ClassVar = "facts"
    rows: tuple[Fact, ...]
    narrow: bool = True


@dataclass(frozen=True)
class Equation:
    """A formula on lines of its own.

    Attributes:
        formula: the formula.
        tail: further lines of it, aligned.
        number: its number, without parentheses; "" for none.
        note: a sentence below it, such as what licenses it; "" for none.
    """

    formula: Formula
    tail: tuple[Formula, ...] = ()
    number: str = ""
    note: Text = ""


@dataclass(frozen=True)
class Equations:
    """Formulas on lines of their own.

    Attributes:
        items: the formulas.
    """

    kind: ClassVar = "equations"
    items: tuple[Equation, ...]


@dataclass(frozen=True)
class Tabular:
    """A table. A column without entries is left out in print.

    Attributes:
        table: its title, columns, rows and note; a cell may be a sentence, with formulas, a badge or a blank in it.
        legend: what the columns hold, printed below; "" if their headings say it.
    """

    kind: ClassVar = "table"
    table: Table
    legend: str = ""


@dataclass(frozen=True)
class Graph:
    """The causal graph, drawn in HTML and LaTeX, as arrows in text and Markdown.

    Attributes:
        drawing: the nodes and arrows drawn.
        caption: what it shows.
        picture: the graph, laid out when this is first asked for.
    """

    kind: ClassVar = "graph"
    drawing: Drawing
    caption: str = ""

    @cached_property
    def picture(self) -> Layout:
        """The graph, laid out."""
        return self.drawing.layout


@dataclass(frozen=True)
class Figure:
    """A picture of numbers; only HTML and LaTeX have any.

    Attributes:
        name: its name, a word.
        caption: what it shows and how to read it.
        description: the same for those who cannot see it, with the numbers that matter.
        svg: makes an ``svg`` element, given a name that begins its identifiers and a description; no part of JSON.
        pdf: makes a PDF document; no part of JSON.
        file: where the LaTeX document finds the PDF.
        narrow: makes the ``svg`` element for narrow screens, panels below each other; None where one serves all.
    """

    kind: ClassVar = "figure"
    name: str
    caption: str
    description: str
    svg: Callable[[str, str], str]
    pdf: Callable[[], bytes]
    file: str = ""
    narrow: Callable[[str, str], str] | None = None


@dataclass(frozen=True)
class Blank:
    """What the author of the document is still to write, shown in red.

    Attributes:
        wanted: what is to be said there; "" leaves a line to write on.
        term: what it is called, such as "Justification"; "" for "To be written".
    """

    kind: ClassVar = "blank"
    wanted: str = ""
    term: str = ""


@dataclass(frozen=True)
class Beside:
    """A block with others at its side where the page is wide enough, else above them.

    Attributes:
        wide: the block on the left, which has three fifths of the width.
        narrow: the blocks on the right.
    """

    kind: ClassVar = "beside"
    wide: Block
    narrow: tuple[Block, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of them."""
        return (self.wide, *self.narrow)


@dataclass(frozen=True)
class Fold:
    """What is shown when its summary is opened; print shows it as a section, short text leaves it out.

    Attributes:
        summary: its heading.
        blocks: what it holds.
    """

    kind: ClassVar = "fold"
    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it. A section in a section is a subsection.

    Attributes:
        id: its name in links and for templates, such as "assumptions", "assumption-vi".
        heading: its heading; "" for none.
        blocks: what stands under it.
        badge: a verdict or status beside the heading; "" for none.
        appendix: whether it comes after the matter.
    """

    kind: ClassVar = "section"
    id: str
    heading: Text
    blocks: tuple[Block, ...]
    badge: str = ""
    appendix: bool = False


# -- entries: values of ours, printed as plain blocks -------------------------------


@dataclass(frozen=True)
class Assumption:
    """One numbered assumption.

    Attributes:
        numeral: "vi", printed in parentheses; for a condition without a numeral "bypass", "everywhere", "shared" or "product".
        title: its name.
        statement: plain sentence in the user's labels.
        formulas: the formal statement, one formula a line.
        details: further sentences, such as the list of absent arrows; may be empty.
        detail_formulas: formulas that belong to the details (expansions along upstream paths); may be empty.
        reason: the step of the derivation it licenses.
        status: "holds by design", "holds by declaration", "encoded in the graph", "to be justified" or "violated".
        status_text: why it has that status.
        check: "can be verified", "can be falsified" or "cannot be checked with data".
        check_text: how, or why not.
        breaks: a concrete sentence of what would break it.
        justification: the user's own; "" leaves a visible blank.
        remarks: discussion that belongs here, such as what is estimated if it fails.
        needs_justification: whether a blank is to be shown when there is no justification.
        citation: the literature behind the justification, the user's own; "" for none.
        wanted: in a document to submit, what the missing justification has to say; "" otherwise.
        place: what the section that it is printed as is called, before its numeral.
    """

    kind: ClassVar = "assumption"
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
    place: str = "assumption"

    @property
    def parts(self) -> tuple[Block, ...]:
        """A section with its heading, statement, formulas and remarks."""
        numbered = re.fullmatch(r"[ivx]+(\.[ab])?", self.numeral) is not None
        heading = f"({self.numeral}) {self.title}" if numbered else self.title
        return (Section(f"{self.place}-{self.numeral}", heading, self.body, self.status),)

    @property
    def body(self) -> tuple[Block, ...]:
        """What stands under its heading; what has no text is left out."""
        source = f" Source: {self.citation}" if self.citation else ""
        checked = f"It {self.check}. {self.check_text}".strip() if self.check else ""
        said = (
            ("Why it is needed", self.reason),
            ("Status", self.status_text),
            ("Can it be checked?", checked),
            ("What would break it", self.breaks),
            *((remark.term, remark.text) for remark in self.remarks),
            ("Justification", self.justification and self.justification + source),
        )
        found: list[Block] = [Paragraph(self.statement)] if self.statement else []
        for formulas, lines in ((self.formulas, ()), (self.detail_formulas, self.details)):
            if lines:
                found.append(Bullets(tuple(map(Item, lines))))
            if formulas:
                found.append(Equations(tuple(map(Equation, formulas))))
        if rows := tuple(Fact(term, text) for term, text in said if text):
            found.append(Facts(rows, narrow=False))
        if self.wanted:
            found.append(Blank(self.wanted))
        elif self.needs_justification and not self.justification:
            found.append(Blank(term="Justification"))
        return tuple(found)


@dataclass(frozen=True)
class Worlds:
    """Two worlds with the same data and different answers.

    Attributes:
        sentence: what the worlds have in common and in what they differ.
        columns: headings, the first "" and then the sites (those alike together); empty where only the sentence is given.
        rows: cells as text, the first what the row is about; "a, b" where the persons of a site differ.
        note: how to read the table, and what kind of witness it is; may be "".
        effects: where the worlds differ in several effects: each in words, its value in the first world and in the second.
    """

    kind: ClassVar = "worlds"
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    effects: tuple[tuple[str, ...], ...] = ()

    @property
    def parts(self) -> tuple[Block, ...]:
        """The sentence, the effects and the sites as tables, the note."""
        found: list[Block] = [Paragraph(self.sentence)]
        if self.effects:
            found.append(
                Tabular(table_of("answers", "", ("Effect", "First world", "Second world"), self.effects))
            )
        if self.rows:
            found.append(Tabular(table_of("worlds", "", self.columns, self.rows)))
        if self.note:
            found.append(Paragraph(self.note, soft=True))
        return tuple(found)


@dataclass(frozen=True)
class Asked:
    """One average effect that was asked about.

    Attributes:
        key: how it is asked for, such as "total(V, Y)".
        text: the effect in words.
        formula: its symbol.
        others: that there are other strategies, such as "2 more ways below"; "" if none.
    """

    key: str
    text: str
    formula: Formula
    others: str = ""

    @property
    def line(self) -> Text:
        """The effect in words, its symbol, how it is asked for."""
        others: tuple[Piece, ...] = (" ", Soft(f"({self.others})")) if self.others else ()
        return (f"{self.text[:1].upper()}{self.text[1:]}, ", self.formula, " ", Code(self.key), *others)


@dataclass(frozen=True)
class Mend:
    """A change of the design under which the effects of a verdict would be identified.

    Attributes:
        change: what is to be done, or to hold.
        then: what the effects would take, such as "identified if (vi), (vii) and (ix) can be argued", and what others would
            no longer rest on.
        claim: what the change claims about the world; "" if nothing.
    """

    change: str
    then: str
    claim: str

    @property
    def line(self) -> Text:
        """The change and what comes of it."""
        claim: tuple[Piece, ...] = (" ", Soft(f"({self.claim})")) if self.claim else ()
        return (f"{self.change[:1].upper()}{self.change[1:]}: {self.then}", *claim, ".")


@dataclass(frozen=True)
class Verdict:
    """Effects that share a verdict, its reason and what is missing.

    Attributes:
        heading: the verdict in a few words, such as "Conditional on (vi) and (vii)".
        effects: the effects, or the first of many.
        more: how many more there are and of what kind, such as "432 more arrows between mediators (435 in all)"; or "".
        verdict: "identified", "conditional", "not identified", "undecided" or "pending" (not proved yet).
        reason: why, in a sentence.
        rests_on: what is behind it, numerals first, such as "(i), (ii), (vi), the bypass"; "" if nothing.
        missing: what is not granted, each as numeral and sentence ("(vii) Across sites, ..."); empty if identified.
        tried: what was looked for in vain, where the verdict is undecided or pending; else "".
        witnesses: pairs of worlds that show why not, or why what was granted does not suffice.
        mends: what would change that.
        mends_note: what was tried for that, or why it was not; "" where nothing is to be fixed.
    """

    kind: ClassVar = "verdict"
    heading: str
    effects: tuple[Asked, ...]
    more: str
    verdict: str
    reason: str
    rests_on: str
    missing: tuple[str, ...]
    tried: str
    witnesses: tuple[Worlds, ...]
    mends: tuple[Mend, ...]
    mends_note: str

    @property
    def parts(self) -> tuple[Block, ...]:
        """A section: the effects, the reason, what it rests on, what is missing, worlds, mends."""
        lines = [*(effect.line for effect in self.effects), *filter(None, [self.more])]
        found: list[Block] = [Bullets(tuple(map(Item, lines))), Paragraph(self.reason)]
        if self.rests_on:
            found.append(Paragraph((Strong("Rests on"), f" {self.rests_on}.")))
        if self.missing:
            found.append(Bullets(tuple(map(Item, self.missing)), "Missing:"))
        if self.tried:
            found.append(Paragraph(self.tried))
        for worlds in self.witnesses:
            found += worlds.parts
        if self.mends:
            found.append(Bullets(tuple(Item(mend.line) for mend in self.mends), "What would change that:"))
        if self.mends_note:
            term = "" if self.mends else "What would change that"
            found.append(Paragraph(self.mends_note, term, soft=True))
        return (Section("", self.heading, tuple(found), self.verdict),)


@dataclass(frozen=True)
class StrategyEntry:
    """One way to identify an effect, and what it costs.

    Attributes:
        name: the strategy in a line.
        state: whether its conditions are met, what it lacks, or why the design excludes it.
        open: the conditions that neither graph, design nor declarations give, such as "(vi) for V and NP".
        met: the conditions that these give, with the reason.
        order: the highest order of moment it asks about, such as "3"; "" if none.
        sites: how many sites its rank takes, such as "2"; "" where no rank is in question.
        varying: arrows that must differ between sites, such as "V -> NP"; the note says where that was not worked out.
        parts: of a composed strategy: each effect, its regression and its derivation; else empty.
        derivation: the label of its derivation, such as "D1", or "" where there is nothing to derive or none is given.
    """

    name: str
    state: str
    open: tuple[str, ...]
    met: tuple[str, ...]
    order: str
    sites: str
    varying: tuple[str, ...]
    parts: tuple[str, ...]
    derivation: str

    @property
    def item(self) -> Item:
        """Its name and state; below it what it costs, and its parts."""
        costs = (
            ("Open", "; ".join(self.open)),
            ("Given", "; ".join(self.met)),
            ("Highest order within sites", self.order),
            ("Sites needed", self.sites),
            ("Must differ between sites", "; ".join(self.varying)),
            ("Derivation", self.derivation),
        )
        said = [f"{term}: {text}." for term, text in costs if text]
        return Item(f"{self.name[:1].upper()}{self.name[1:]}: {self.state}.", (*said, *self.parts))


@dataclass(frozen=True)
class Strategies:
    """The strategies for an effect, or for several that have the same.

    Attributes:
        effects: the effects; empty where what is shown is about one already.
        strategies: the least demanding first.
        more: how many are left out; "" if none.
    """

    kind: ClassVar = "strategies"
    effects: tuple[Asked, ...]
    strategies: tuple[StrategyEntry, ...]
    more: str

    @property
    def parts(self) -> tuple[Block, ...]:
        """The effects as a heading, the strategies as a numbered list."""
        ways = Bullets(tuple(entry.item for entry in self.strategies), numbered=True)
        more = [Paragraph(self.more, soft=True)] if self.more else []
        if not self.effects:
            return (ways, *more)
        named = [piece for effect in self.effects for piece in ("; ", *effect.line)]
        return (Section("", tuple(named[1:]), (ways, *more)),)


@dataclass(frozen=True)
class Step:
    """A step of a derivation.

    Attributes:
        number: its place, from 1.
        equation: the equation.
        tail: further lines of it.
        like: the equation of the paper (or of docs/theory.md) that it specializes, such as "10".
        reason: why it holds.
        numerals: the assumptions that license it, joined, such as "(ii) and (iv)"; "" if none.
    """

    number: str
    equation: Formula
    tail: tuple[Formula, ...]
    like: str
    reason: str
    numerals: str


@dataclass(frozen=True)
class Derivation:
    """From the path products to a regression, or from regressions to a composed effect.

    Attributes:
        label: such as "D1".
        heading: what is derived.
        uses: the derivations it goes on from, such as "D1 and D3"; "" if none.
        steps: the steps.
        more: steps left out; "" if none.
    """

    kind: ClassVar = "derivation"
    label: str
    heading: str
    uses: str
    steps: tuple[Step, ...]
    more: str

    @property
    def parts(self) -> tuple[Block, ...]:
        """A section with the steps as numbered equations."""
        return (Section(f"derivation-{self.label}", f"{self.label}. {self.heading}", self.body),)

    @property
    def body(self) -> tuple[Block, ...]:
        """What stands under its heading."""
        before = (Paragraph(f"Goes on from {self.uses}."),) if self.uses else ()
        steps = []
        for step in self.steps:
            licence = f": {step.numerals}" if step.numerals else ""
            note = f"{step.reason}, as in equation ({step.like}){licence}."
            steps.append(Equation(step.equation, step.tail, f"{self.label}.{step.number}", note))
        after = (Paragraph(self.more),) if self.more else ()
        return (*before, Equations(tuple(steps)), *after)


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


# -- the whole ------------------------------------------------------------------------


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
