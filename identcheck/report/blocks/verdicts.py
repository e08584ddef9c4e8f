"""Entries on assumptions and verdicts: what is asked, what it rests on, two worlds, what would mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from identcheck.report.blocks.plain import (
    Blank,
    Bullets,
    Equation,
    Equations,
    Fact,
    Facts,
    Item,
    Paragraph,
    Section,
    Tabular,
)
from identcheck.symbols.written import Code, Formula, Piece, Soft, Strong, Text
from identcheck.tables.table import table_of

if TYPE_CHECKING:
    from identcheck.report.blocks import Block


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
