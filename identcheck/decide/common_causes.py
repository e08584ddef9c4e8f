"""One more cause of two effects that is not drawn: which verdicts it would change, which pair of arrows is the most dangerous.

That no such cause is there is what (vi) and (vii) grant, and what no data here can check. A cause that is not measured and moves
both a compliance and an effect of a regression breaks it (theory section 14).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from identcheck.basics.display import Brief
from identcheck.decide.comparison.effects import RANK
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.dangers import asked_together, held_alike
from identcheck.decide.findings import Finding, Verdict
from identcheck.decide.identification import Identification, distinct
from identcheck.describe.declarations import Edge, written
from identcheck.describe.design import Design
from identcheck.describe.modifiers import Modifier
from identcheck.errors import InvalidDesignError

__all__ = ["Broken", "CommonCause", "common_causes_tried"]


@dataclass(frozen=True)
class Broken(Brief):
    """An effect whose verdict one more cause would make worse.

    Attributes:
        before: its finding in the design as drawn.
        after: its finding with the cause, without a proof.
    """

    before: Finding
    after: Finding

    @property
    def would(self) -> str:
        """What the cause would do to the effect: "leave it without a regression", "make it conditional on the bypass"."""
        if self.after.verdict is Verdict.CONDITIONAL:
            return f"make it conditional on {condition_names(self.after.missing)}"
        return "leave it without a regression"

    def _brief(self) -> str:
        return f"Broken {self.before.estimand}: {self.before.answer} -> {self.after.answer}"


@dataclass(frozen=True)
class CommonCause(Brief):
    """A cause of two effects that is not drawn and not measured.

    Attributes:
        arrows: the arrows whose effects it moves.
        level: "sites", or "persons" in a trial with one site.
        broken: the effects whose verdicts it would make worse.
    """

    arrows: tuple[Edge, Edge]
    level: str
    broken: tuple[Broken, ...]

    def _brief(self) -> str:
        return f"CommonCause of {self}: {len(self.broken)} worse"

    def __str__(self) -> str:
        return " and ".join(map(written, self.arrows))


def common_causes_tried(result: Identification, most: int) -> tuple[tuple[CommonCause, ...], int]:
    """Pairs of arrows of which one more cause would make a verdict worse, those that break most first; how many were not tried.

    No cause that is not measured makes a verdict better; a pair that joins nothing a verdict rests on leaves it as it is.

    Args:
        result: the answers for the design as drawn.
        most: how many pairs to try, those first that may break most.
    """
    design = result.design
    resting = [
        finding for finding in distinct(result.findings) if finding.best is not None and not finding.zero
    ]
    exposed = [(pair, [f for f in resting if _may_break(design, f, pair)]) for pair in _pairs(design)]
    asked = sorted(((pair, those) for pair, those in exposed if those), key=lambda each: -len(each[1]))
    found = (_tried(result, pair, those) for pair, those in asked[:most])
    broken = [cause for cause in found if cause.broken]
    return tuple(sorted(broken, key=lambda cause: -len(cause.broken))), len(asked[most:])


def _pairs(design: Design) -> Iterator[tuple[Edge, Edge]]:
    """Pairs of arrows whose effects a cause could move: those that vary."""
    enough = ("persons",) if design.sites == 1 else ("persons", "sites")
    place = design.order
    edges = sorted(design.causal.edges, key=lambda edge: (place[edge[0]], place[edge[1]]))
    yield from combinations([edge for edge in edges if design.varies(*edge) in enough], 2)


def _may_break(design: Design, finding: Finding, pair: tuple[Edge, Edge]) -> bool:
    """Whether a cause of both arrows joins two sides of what the verdict rests on, or moves what is to be alike in all sites."""
    assert finding.best is not None
    one, other = pair
    if {*held_alike(finding.best)} & {*pair}:
        return True
    sides = ((demand.one, demand.other) for demand in asked_together(design, finding.best))
    return any((one in a and other in b) or (other in a and one in b) for a, b in sides)


def _tried(result: Identification, pair: tuple[Edge, Edge], findings: list[Finding]) -> CommonCause:
    """The verdicts with one more cause of two arrows."""
    design = result.design
    level = "persons" if design.sites == 1 else "sites"
    names = (f"cause{number or ''}" for number in range(len(design.modifiers) + len(design.graph) + 1))
    taken = {*design.graph, *(modifier.name for modifier in design.modifiers)}
    fresh = next(name for name in names if name not in taken)
    cause = Modifier(fresh, pair, level=level, measured=False)  # type: ignore[arg-type]  # one of the two
    try:
        with_cause = Design(design.graph, **design._said() | {"modifiers": (*design.modifiers, cause)})
    except InvalidDesignError:  # it is declared that nothing moves both
        return CommonCause(pair, level, ())
    added = replace(result, design=with_cause, proved=False)
    pairs = (Broken(finding, added[finding.estimand]) for finding in findings)
    worse = (each for each in pairs if RANK[each.after.verdict] > RANK[each.before.verdict])
    return CommonCause(pair, level, tuple(worse))
