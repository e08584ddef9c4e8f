"""The decomposition of the intent-to-treat effect, equation by equation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from identcheck.decide.conditions import Regression
from identcheck.decide.equations import equations
from identcheck.decide.strategies import Step
from identcheck.derive.words import capital, in_brackets, listed
from identcheck.describe.design import Design
from identcheck.report.blocks import Equation, Equations, Section
from identcheck.report.proportion import is_large
from identcheck.report.sections.derivations import in_sums, in_sums_fits
from identcheck.symbols.written import Formula

__all__ = ["decomposition_section", "written_in_sums"]

INSIDE = Equation(
    Formula(r"\Gamma_{k} = \Gamma^{*}_{k} + \sum_{j \to k} \Gamma_{j} \, \Lambda_{jk}"),
    (Formula(r"\Delta^{\mathrm{tot}}_{k} = \Delta_{k} + \sum_{k \to j} \Lambda_{kj} \, \Delta^{\mathrm{tot}}_{j}"),),
    "9",
    "What treatment does to a mediator is what it does directly and by the arrows from other mediators, those that are in "
    "the graph: (i), (iii) and (iv).",
)  # fmt: skip


def decomposition_section(design: Design) -> Section:
    """The equations of the paper for this design; in a large one with an index that runs over the mediators."""
    if written_in_sums(design):
        steps = in_sums(_on_all(design))[:-1]
        written = (Equation(s.equation, s.tail, s.like, _licence(s.reason, s.numerals)) for s in steps)
        items = (INSIDE, *written)
    else:
        items = _numbered(equations(design))
    return Section("decomposition", "Decomposition of the intent-to-treat effect", (Equations(items),))


def written_in_sums(design: Design) -> bool:
    """Whether the equations have an index over the mediators, so that nothing is left out."""
    return is_large(design) and not design.unobserved and in_sums_fits(_on_all(design))


def _on_all(design: Design) -> Regression:
    """The outcome on all mediators that act on it."""
    arm, outcome = design.treatments[0], design.outcome
    around = (arm,) if design.causal.has_edge(arm, outcome) else ()
    parents = tuple(m for m in design.mediators if design.causal.has_edge(m, outcome))
    return Regression(design, outcome, parents, (arm,), around)


def _numbered(steps: Sequence[Step]) -> tuple[Equation, ...]:
    """Neighbouring steps that hold for the same reason are shown together."""
    shown = []
    for (number, numerals, reason), same in groupby(steps, key=lambda s: (s.number, s.numerals, s.reason)):
        first, *rest = (Formula(line) for step in same for line in step.lines or (step.latex,))
        shown.append(
            Equation(first, tuple(rest), number, _licence(capital(reason), listed(in_brackets(numerals))))
        )
    return tuple(shown)


def _licence(reason: str, numerals: str) -> str:
    return f"{reason}: {numerals}." if numerals else f"{reason}."
