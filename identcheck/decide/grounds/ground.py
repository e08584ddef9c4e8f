"""One assumption that chosen effects rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from identcheck.basics.display import Brief
from identcheck.decide.assumptions.base import BY_DESIGN
from identcheck.decide.findings import Finding

Statement = tuple[str, tuple[Finding, ...]]
"""A plain sentence, and the findings whose own strategy asks it."""


@dataclass(frozen=True)
class Ground(Brief):
    """One assumption that chosen effects rest on, as their own strategies ask it.

    Attributes:
        name: a roman numeral, or "bypass", "everywhere", "shared" or "product".
        called: as it is named in sentences: "(vii)", "the bypass".
        title: a few words.
        statements: plain sentences, each with the findings whose own strategy asks it.
        findings: all findings that rest on it.
        reason: why it is needed: the step of the derivation that it licenses.
        status: "holds by design", "holds by declaration", "encoded in the graph", "to be justified" or "violated".
        status_text: why.
        standing: whether every verdict takes it as given: (i), (iii), (iv) and ignorable assignment.
        check: "can be verified", "can be falsified" or "cannot be checked with data".
        check_text: how, or why not.
        breaks: what would break it.
        justification: the user's own; "" where it is still to be written.
        citation: the literature behind it, the user's own; "" for none.
        written: what makes the formulas when they are asked for.
    """

    name: str
    called: str
    title: str
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    reason: str
    status: str
    status_text: str
    standing: bool
    check: str
    check_text: str
    breaks: str
    justification: str
    citation: str
    written: Callable[[], tuple[str, ...]] = field(compare=False, repr=False)

    @cached_property
    def formulas(self) -> tuple[str, ...]:
        """Its weakest form as LaTeX, each formula once."""
        return tuple(dict.fromkeys(self.written()))

    @property
    def open(self) -> bool:
        """Whether the user has to argue for it: all but what the design itself guarantees."""
        return self.status != BY_DESIGN

    def _brief(self) -> str:
        return f"Ground {self.called}: {self.status}"

    def __str__(self) -> str:
        return " ".join(sentence for sentence, _ in self.statements)
