"""What the templates see of the answers: questions, witnesses, mends, strategies and derivations."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Asked",
    "Derivation",
    "DerivationStep",
    "EffectStrategies",
    "Formula",
    "MendEntry",
    "Question",
    "StrategyEntry",
    "WitnessTable",
]


@dataclass(frozen=True)
class Formula:
    """A formula of ours, in LaTeX math mode; user text inside it is already escaped.

    Attributes:
        latex: the formula.
    """

    latex: str


@dataclass(frozen=True)
class WitnessTable:
    """Two worlds with the same data and different answers.

    Attributes:
        sentence: what the worlds have in common and in what they differ.
        columns: headings, the first "" and then the sites (those alike together); empty where only the sentence is given.
        rows: cells as text, the first what the row is about; "a, b" where the persons of a site differ.
        note: how to read the table, and what kind of witness it is; may be "".
    """

    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


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


@dataclass(frozen=True)
class MendEntry:
    """A change of the design under which the effects of a question would be identified.

    Attributes:
        change: what is to be done, or to hold.
        verdict: what the effect would then be: "identified" or "conditional".
        claim: what the change claims about the world; "" if nothing.
        about: which effects of the question it mends; "" if all.
    """

    change: str
    verdict: str
    claim: str
    about: str


@dataclass(frozen=True)
class Question:
    """Effects that share a verdict, its reason and what is missing.

    Attributes:
        heading: the verdict in a few words, such as "Conditional on (vi) and (vii)".
        effects: the effects, or the first of many.
        more: how many more there are and of what kind, such as "432 more arrows between mediators (435 in all)"; or "".
        verdict: "identified", "conditional", "not identified" or "undecided".
        reason: why, in a sentence.
        rests_on: what is behind it, numerals first, such as "(i), (ii), (vi), the bypass"; "" if nothing.
        missing: what is not granted, each as numeral and sentence ("(vii) Across sites, ..."); empty if identified.
        tried: what was looked for in vain, where the verdict is undecided; else "".
        witnesses: pairs of worlds that show why not, or why what was granted does not suffice.
        mends: what would mend it.
        mends_note: what was tried for that, or why it was not; "" where nothing is to be mended.
    """

    heading: str
    effects: tuple[Asked, ...]
    more: str
    verdict: str
    reason: str
    rests_on: str
    missing: tuple[str, ...]
    tried: str
    witnesses: tuple[WitnessTable, ...]
    mends: tuple[MendEntry, ...]
    mends_note: str


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


@dataclass(frozen=True)
class EffectStrategies:
    """The strategies for an effect, or for several that have the same.

    Attributes:
        effects: the effects.
        strategies: the least demanding first.
        more: how many are left out; "" if none.
    """

    effects: tuple[Asked, ...]
    strategies: tuple[StrategyEntry, ...]
    more: str


@dataclass(frozen=True)
class DerivationStep:
    """A step of a derivation.

    Attributes:
        number: its place, from 1.
        equation: the equation.
        tail: further lines of it.
        like: the equation of the paper (or of docs/theory.md) that it specialises, such as "10".
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

    label: str
    heading: str
    uses: str
    steps: tuple[DerivationStep, ...]
    more: str
