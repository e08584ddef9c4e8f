"""Entries on strategies and derivations: ways to identify an effect, what each costs, and the steps to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from identcheck.report.blocks.plain import Bullets, Equation, Equations, Item, Paragraph, Section
from identcheck.report.blocks.verdicts import Asked
from identcheck.symbols.written import Formula

if TYPE_CHECKING:
    from identcheck.report.blocks import Block


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
