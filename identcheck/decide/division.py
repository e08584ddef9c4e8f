"""How an intent-to-treat effect divides into parts, by the last measured mediator before the outcome (theory section 16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from identcheck.decide.conditions.base import condition_names
from identcheck.decide.estimands import itt
from identcheck.decide.identification import Finding, Identification
from identcheck.decide.primary import parts_of, primary_effects
from identcheck.derive.words import brief, some, through_words

__all__ = ["Division", "apart", "divisions", "is_part"]

PARTS = "mediated"
"""The kind of estimand that a part is."""


def is_part(finding: Finding) -> bool:
    """Whether a finding is of a part of an intent-to-treat effect."""
    return finding.estimand.kind == PARTS


def apart(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings but parts that the design does not state as primary: these stand in a table of their own."""
    return tuple(f for f in findings if not is_part(f) or f.estimand in primary_effects(f.design))


@dataclass(frozen=True)
class Division:
    """The effect of one arm and its parts.

    Attributes:
        whole: the intent-to-treat effect.
        parts: the parts that are not zero by the graph, the bypass last; two at least.
    """

    whole: Finding
    parts: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """What the table shows: "How the effect of T on Y divides"."""
        design = self.whole.design
        arm, outcome = brief(design, self.whole.target.source), brief(design, design.outcome)
        return f"How the effect of {arm} on {outcome} divides"

    def through(self, part: Finding) -> str:
        """Through what a part goes, in a few words: "M1 last", or "no measured mediator"."""
        last = part.target.last
        if last is None:
            return "no measured mediator (the bypass)"
        return through_words(self.whole.design, last)

    @property
    def alike(self) -> bool:
        """Whether all parts have one answer and lack the same."""
        return len({(part.verdict_text, condition_names(part.missing)) for part in self.parts}) == 1

    @property
    def note(self) -> str:
        """That the parts add up, and the warning about shares."""
        measured = "measured " if self.whole.design.unobserved else ""
        whole = (
            "the whole effect of the arm"
            if len(self.whole.design.treatments) > 1
            else str(self.whole.estimand)
        )
        return (
            f"By the last {measured}mediator before {brief(self.whole.design, self.whole.design.outcome)}; the parts add up to "
            f"{whole}. A part divided by it is the share mediated: a ratio, to be given with an interval, and not "
            "where the whole is near 0."
        )

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """The rows of :meth:`each`; one for all where there are many alike."""
        if self.alike and len(self.parts) > MANY:
            first = self.parts[0]
            every = some([self.through(part) for part in self.parts])
            yield every, f"{len(self.parts)} parts", first.answer, condition_names(first.missing)
            return
        yield from self.each()

    def each(self) -> Iterator[tuple[str, str, str, str]]:
        """For each part through what it goes, the estimand, the verdict and what is missing."""
        for part in self.parts:
            yield self.through(part), str(part.estimand), part.answer, condition_names(part.missing)


MANY = 8
"""More parts than this that have one answer share a row."""


def divisions(result: Identification) -> tuple[Division, ...]:
    """For each arm how its effect divides; none where it is all one part, which the graph then says."""
    several = len(result.design.treatments) > 1
    found = []
    for arm in result.design.treatments:
        name = arm if several else None
        parts = parts_of(result.design, name)
        if len(parts) > 1:
            found.append(Division(result[itt(name)], tuple(result[part] for part in parts)))
    return tuple(found)
